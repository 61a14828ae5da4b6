package IC;

# One nginx with the module and one Redis with the function library, in a
# temporary directory, on free ports of the loopback interface:
#
#     ew     HTTPS for peers, client certificates of the network CA
#     ns     HTTPS for operators
#     plain  HTTP, callers are who they say they are
#     bare   HTTP for peers without that, and the status location
#
# finish() stops nginx and fails the test if the error log tells of a crash,
# a leak or anything at alert or above.

use warnings;
use strict;

use Cwd qw/ abs_path /;
use Digest::SHA qw/ sha256_hex /;
use File::Basename qw/ dirname /;
use File::Temp qw/ tempdir /;
use IO::Socket::INET;
use POSIX qw/ :sys_wait_h /;
use Test::More;
use Time::HiRes qw/ sleep time /;

use parent 'IC::Client';
use IC::File ();
use IC::Pace;
use IC::Redis;

my $root = abs_path(dirname(__FILE__) . '/../..');
my (%live, $owner);

$owner = $$;
$SIG{PIPE} = 'IGNORE';

###############################################################################

# node => our node id; http, ew, ns, plain => text added to that block;
# conf => the whole configuration instead; redis => 0: none; start => 0;
# ports => names of more ports; workers => 2; connections => of each;
# patience => how long the store may take, 1s;
# append => 1: the store survives kill_redis().
# {{dir}} and {{ew}}, ... {{bare}} in texts are the directory and the ports.

sub new {
    my ($class, %option) = @_;

    my $self = bless {
        node => $option{node} || 'hospital-a',
        dir => tempdir('icXXXXXX', TMPDIR => 1, CLEANUP => 1),
        option => \%option,
        ports => {},
    }, $class;

    $live{$self} = $self;

    mkdir "$self->{dir}/temp";
    $self->authority($_) for qw/ network stranger /;
    $self->certificate('server', name => 'localhost');

    $self->{redis} = IC::Redis->new(node => $self->{node},
        append => $option{append})
        if !defined $option{redis} || $option{redis};

    $self->start() if !defined $option{start} || $option{start};

    return $self;
}

# plan(skip_all) where something is missing; before new()

sub check {
    my $module = module();

    plan(skip_all => "no module at $module") if !-e $module;
    plan(skip_all => 'no nginx') if !-x nginx();
    plan(skip_all => 'no redis-server') if !IC::Redis->available();
}

sub module {
    return $ENV{IC_MODULE}
        || ($ENV{IC_BUILD} || "$root/build") . '/ngx_http_interconn_module.so';
}

sub nginx {
    return $ENV{IC_NGINX} || '/usr/sbin/nginx';
}

sub dir    { $_[0]{dir} }
sub redis  { $_[0]{redis} }
sub port   { $_[0]{ports}{$_[1]} }

###############################################################################
# certificates, by the names of their files

sub run {
    my ($self, @command) = @_;

    my $out = "$self->{dir}/command.log";
    my $pid = fork // die "fork: $!\n";

    if ($pid == 0) {
        open STDOUT, '>', $out;
        open STDERR, '>&', \*STDOUT;
        exec(@command) or POSIX::_exit(127);
    }

    waitpid $pid, 0;
    my $status = $?;

    return ($status, $self->slurp($out));
}

sub openssl {
    my ($self, @args) = @_;

    my ($status, $out) = $self->run('openssl', @args);
    die "openssl @args: $out\n" if $status != 0;
}

my @key = qw/ -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes /;

sub authority {
    my ($self, $name) = @_;

    $self->openssl('req', '-x509', @key, '-days', '2',
        '-subj', "/CN=$name root", '-keyout', "$self->{dir}/$name.key",
        '-out', "$self->{dir}/$name.crt");
}

# name => common name; authority => 'stranger'; days => -1: expired

sub certificate {
    my ($self, $file, %option) = @_;

    my $path = "$self->{dir}/$file";
    my $authority = $option{authority} || 'network';
    my $name = $option{name} || $file;

    return $path if -e "$path.crt";

    $self->openssl('req', '-new', @key, '-subj', "/CN=$name",
        '-keyout', "$path.key", '-out', "$path.csr");
    $self->openssl('x509', '-req', '-in', "$path.csr", '-out', "$path.crt",
        '-CA', "$self->{dir}/$authority.crt",
        '-CAkey', "$self->{dir}/$authority.key", '-CAcreateserial',
        '-days', $option{days} || 2);

    return $path;
}

sub spki {
    my ($self, $file) = @_;

    my $path = $self->certificate($file);

    $self->openssl('x509', '-in', "$path.crt", '-noout', '-pubkey',
        '-out', "$path.pub");
    $self->openssl('pkey', '-pubin', '-in', "$path.pub", '-outform', 'DER',
        '-out', "$path.der");

    return sha256_hex($self->slurp("$path.der"));
}

###############################################################################
# what the node knows, written as the product does

sub operator {
    my ($self, $name, $token, $roles) = @_;

    $self->redis->call('operator_put', $name, sha256_hex($token),
        $roles // 'operator');
}

# A contract with a peer that applied; identity mode spki with cert, else
# node. status => APPLIED, REJECTED, TERMINATED; expired => its end in ms;
# credential => [ auth_type, auth_credential ].

sub contract {
    my ($self, $node, %option) = @_;

    my $redis = $self->redis;
    my @who = $option{cert} ? ('spki', $self->spki($option{cert}), $node)
                            : ('node', $node, $node);
    my $status = $option{status} || 'APPROVED';
    my ($auth_type, $credential) = @{ $option{credential} || [ '', '' ] };

    my $reply = $redis->call('contract_apply_in', @who,
        sha256_hex("$node application"), "C-$node", 'node_id', $node,
        'name', $node, 'address', "https://$node.test",
        'inst_id', "inst-$node", 'auth_type', $auth_type,
        'auth_credential', $credential);
    my $id = $reply->{fields}{contract_id}
        or die "contract_apply_in: $reply->{status} $reply->{detail}\n";

    return $id if $status eq 'APPLIED';

    $reply = $redis->call('contract_confirm_out', $id,
        $status eq 'REJECTED' ? $status : 'APPROVED', '{}',
        'expired_time', $option{expired} || '');
    die "contract_confirm_out: $reply->{status} $reply->{detail}\n"
        if $reply->{status} ne 'ok';

    $redis->call('contract_terminate_out', $id) if $status eq 'TERMINATED';

    return $id;
}

###############################################################################
# nginx

sub free_ports {
    my ($self, @names) = @_;

    my @held = map {
        IO::Socket::INET->new(Listen => 1, LocalAddr => '127.0.0.1')
            or die "listen: $!\n"
    } @names;

    @{ $self->{ports} }{@names} = map { $_->sockport } @held;
}

sub main_block {
    my ($self) = @_;

    my $user = $> == 0 ? "user root;\n" : '';
    my $module = module();
    my $workers = $self->{option}{workers} || 1;
    my $connections = $self->{option}{connections} || 256;

    return $user . <<"EOF";
daemon off;
worker_processes $workers;
pid $self->{dir}/nginx.pid;
error_log $self->{dir}/error.log @{[ $ENV{IC_LOG} || 'info' ]};
load_module $module;
events { worker_connections $connections; }
EOF
}

sub temp_paths {
    my ($self) = @_;

    return join '', map { "    ${_}_temp_path $self->{dir}/temp;\n" }
        qw/ client_body proxy fastcgi uwsgi scgi /;
}

sub conf {
    my ($self) = @_;

    my %added = map { $_ => $self->{option}{$_} || '' }
        qw/ http ew ns plain bare /;
    my ($dir, $ports, $node) = @{$self}{qw/ dir ports node /};
    my $redis = $added{http} =~ /interconn_redis/ ? ''
        : "interconn_redis unix:" . $self->redis->{socket}
        . " timeout=" . ($self->{option}{patience} || '1s') . ";";
    my $certificate = "ssl_certificate $dir/server.crt;\n"
        . "        ssl_certificate_key $dir/server.key;\n"
        . "        ssl_protocols TLSv1.2 TLSv1.3;";

    return $self->main_block . <<"EOF";
http {
@{[ $self->temp_paths ]}
    access_log $dir/access.log;
    underscores_in_headers on;
    keepalive_timeout 60s;
    $redis
    interconn_node_id $node;
    interconn_inst_id inst-$node;
    interconn_certificate $dir/server.crt;
    interconn_permit_key $dir/server.key;
    interconn_peer_allow 127.0.0.0/8;
    interconn_party 1 $node;
    $added{http}
    server {
        listen 127.0.0.1:$ports->{ew} ssl;
        $certificate
        ssl_client_certificate $dir/network.crt;
        ssl_verify_client optional;
        ssl_session_cache off;
        ssl_session_tickets off;
        error_page 495 496 497 = \@refused;
        $added{ew}
        location / { interconn_api east-west; }
        location \@refused { interconn_api east-west; }
    }
    server {
        listen 127.0.0.1:$ports->{ns} ssl;
        $certificate
        $added{ns}
        location / { interconn_api north-south service; }
    }
    server {
        listen 127.0.0.1:$ports->{plain};
        interconn_plain_identity on;
        $added{plain}
        location / { interconn_api east-west; }
        location /v1/platform/ { interconn_api north-south; }
        location /model/ { interconn_api service; }
    }
    server {
        listen 127.0.0.1:$ports->{bare};
        $added{bare}
        location / { interconn_api east-west; }
        location = /status { interconn_status; }
    }
}
EOF
}

sub write_conf {
    my ($self) = @_;

    $self->free_ports(qw/ ew ns plain bare /,
        @{ $self->{option}{ports} || [] }) if !$self->{ports}{ew};

    my $conf = $self->{option}{conf};
    $conf = defined $conf ? $self->main_block . $conf : $self->conf;
    $conf =~ s/\{\{(\w+)\}\}/$self->{ports}{$1} || $self->{$1}/ge;

    $self->spew("$self->{dir}/nginx.conf", $conf);
}

sub command_line {
    my ($self) = @_;

    return (nginx(), '-p', "$self->{dir}/", '-e', "$self->{dir}/error.log",
        '-c', "$self->{dir}/nginx.conf");
}

# nginx -t with a configuration: (exit status, what it said)

sub test_conf {
    my ($self, $conf) = @_;

    local $self->{option}{conf} = $conf;
    $self->write_conf;

    local $ENV{LD_PRELOAD} = $ENV{IC_NGINX_PRELOAD} || '';
    my ($status, $out) = $self->run($self->command_line, '-t');

    # what is said before "error_log" is read, and what after
    my $log = $self->log;
    unlink "$self->{dir}/error.log";

    return ($status >> 8, "$out$log");
}

sub start {
    my ($self) = @_;

    $self->write_conf;

    $self->{pid} = fork // die "fork: $!\n";

    if ($self->{pid} == 0) {
        $ENV{LD_PRELOAD} = $ENV{IC_NGINX_PRELOAD} || '';
        open STDOUT, '>', "$self->{dir}/stdout.log";
        open STDERR, '>&', \*STDOUT;
        exec($self->command_line) or POSIX::_exit(127);
    }

    $self->await(sub { $self->connected }, 10)
        or die "nginx did not start: " . $self->log
            . $self->slurp("$self->{dir}/stdout.log");

    return $self;
}

# The port answers and the worker has its store.

sub connected {
    my ($self) = @_;

    return 0 if !IO::Socket::INET->new(PeerAddr =>
        "127.0.0.1:$self->{ports}{bare}");

    return 1 if !$self->{redis} || $self->{option}{http_only};
    return $self->log =~ /connected to the store/;
}

sub reload {
    my ($self) = @_;

    kill 'HUP', $self->{pid};
}

# The pids of the workers.

sub workers {
    my ($self) = @_;

    my @pids = grep { /^\d+$/ } map { (split m{/})[2] } glob '/proc/[0-9]*';

    return grep {
        ($self->slurp("/proc/$_/stat") || '') =~ /\) \S $self->{pid} /
    } @pids;
}

# Seconds that a graceful stop took, undef if it did not end.

sub quit {
    my ($self, $patience) = @_;

    my $began = time;
    my $pid = $self->{pid} or return 0;

    kill 'QUIT', $pid;

    my $gone = $self->await(sub { waitpid($pid, WNOHANG) == $pid },
        $patience || 10);

    $self->kill_nginx if !$gone;
    $self->{pid} = 0;

    return $gone ? time - $began : undef;
}

sub kill_nginx {
    my ($self) = @_;

    my $pid = $self->{pid} or return;

    kill 'KILL', $self->workers, $pid;
    waitpid $pid, 0;
    $self->{pid} = 0;
}

my $trouble = qr/\[(?:alert|emerg)\]|exited\ on\ signal
    |exited\ with\ code\ [1-9]|Sanitizer|runtime\ error/x;

sub finish {
    my ($self) = @_;

    kill 'CONT', $self->redis->{pid} if $self->{redis};

    ok(defined $self->quit, 'nginx stops gracefully');

    my @lines = grep { /$trouble/ } split /\n/, $self->log
        . ($self->slurp("$self->{dir}/stdout.log") || '');

    is(join("\n", @lines), '', 'the error log is clean');
    diag($self->log) if @lines && $ENV{IC_VERBOSE};

    delete $live{$self};
}

END {
    my $status = $?;

    if (defined $owner && $owner == $$) {
        $_->kill_nginx for values %live;
    }

    $? = $status;
}

###############################################################################
# faults

sub stop_redis { kill 'STOP', $_[0]->redis->{pid} }
sub cont_redis { kill 'CONT', $_[0]->redis->{pid} }

sub kill_redis {
    my ($self) = @_;

    # a stopped process would die only when it goes on
    kill 'CONT', $self->redis->{pid};
    $self->redis->stop;
}

sub start_redis {
    my ($self) = @_;

    $self->redis->start;
    $self->redis->load;
}

###############################################################################

sub await {
    my ($self, $code, $patience) = @_;

    my $until = time + within($patience || 15);

    while (time < $until) {
        my $result = $code->();
        return $result if $result;
        sleep(0.01);
    }

    return $code->();
}

sub log { $_[0]->slurp("$_[0]{dir}/error.log") || '' }

sub slurp { IC::File::slurp($_[1], undef) }

sub spew { IC::File::spew(@_[1, 2]) }

1;
