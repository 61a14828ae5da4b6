package IC::Front;

# nginx before the channel of an IC::Daemon: what the module does, without
# it. Callers are believed (X-Node-Id), or, under TLS, known beforehand.

use strict;
use warnings;

use IO::Socket::INET;
use POSIX ();

sub program {
    my ($nginx) = grep { -x } map { "$_/nginx" } split(/:/, $ENV{PATH}),
        '/usr/sbin';

    return $nginx;
}

sub available { defined program() }

# tls => { certificates as of IC::Daemon::certificate }, caller => node,
# conf => more of the location, server => of the server, http => of http
sub new {
    my ($class, $daemon, %option) = @_;
    my $socket = IO::Socket::INET->new(LocalAddr => '127.0.0.1', Listen => 1);
    my $self = bless { daemon => $daemon, port => $socket->sockport,
                       dir => $daemon->dir, %option }, $class;

    close $socket;
    $self->configure;
    $self->start;

    return $self;
}

sub address {
    my ($self) = @_;

    return ($self->{tls} ? 'https' : 'http') . "://127.0.0.1:$self->{port}";
}

sub configure {
    my ($self) = @_;
    my $tls = $self->{tls};
    my $caller = $self->{caller} || '$http_x_node_id';
    my $more = $self->{conf} || '';
    my $server = $self->{server} || '';
    my $http = $self->{http} || '';
    my ($ssl, $certificates) = ('', '');
    my $dir = $self->{dir};

    if ($tls) {
        $ssl = ' ssl';
        $certificates = <<"TLS";
        ssl_certificate $tls->{certificate};
        ssl_certificate_key $tls->{certificate_key};
        ssl_client_certificate $tls->{trusted_certificate};
        ssl_protocols TLSv1.2 TLSv1.3;
        ssl_verify_client on;
TLS
    }

    open my $conf, '>', "$dir/nginx.conf" or die "nginx.conf: $!\n";
    print $conf <<"CONF";
daemon off;
worker_processes 1;
user root;
pid $dir/nginx.pid;
error_log $dir/nginx.log;
events { }
http {
    access_log off;
    client_body_temp_path $dir/body;
    proxy_temp_path $dir/proxy;
    fastcgi_temp_path $dir/fastcgi;
    uwsgi_temp_path $dir/uwsgi;
    scgi_temp_path $dir/scgi;
    upstream edge { server unix:$dir/run/channel-edge.sock; keepalive 16; }
    server {
        listen 127.0.0.1:$self->{port}$ssl;
        keepalive_requests 1000000;
$certificates$server        location / {
            client_max_body_size 0;
            client_body_buffer_size 256k;
            proxy_pass http://edge;
            proxy_http_version 1.1;
            proxy_request_buffering off;
            proxy_set_header Connection "";
            proxy_set_header X-Interconn-Peer $caller;
$more        }
    }
$http}
CONF
    close $conf or die "nginx.conf: $!\n";
}

sub start {
    my ($self) = @_;
    my $dir = $self->{dir};
    my $pid = fork();

    die "fork: $!\n" if !defined $pid;

    if ($pid == 0) {
        open STDERR, '>>', "$dir/nginx.log";
        exec(program(), '-c', "$dir/nginx.conf", '-p', $dir, '-e',
             "$dir/nginx.log") or POSIX::_exit(127);
    }

    $self->{pid} = $pid;
    $self->{daemon}->await(sub {
        IO::Socket::INET->new("127.0.0.1:$self->{port}")
    }, 'nginx listens');
}

# pid of the worker
sub worker {
    my ($self) = @_;
    my ($pid) = split ' ', `pgrep -P $self->{pid}` || '';

    return $pid;
}

sub stop {
    my ($self) = @_;

    return if !$self->{pid};

    kill 'TERM', $self->{pid};
    waitpid $self->{pid}, 0;
    delete $self->{pid};
}

# Killed, not told, and started again.
sub again {
    my ($self) = @_;

    if (my $worker = $self->worker) {
        kill 'KILL', $self->{pid}, $worker;
    }

    $self->stop;
    $self->start;
}

sub DESTROY {
    local ($?, $!);
    $_[0]->stop;
}

1;
