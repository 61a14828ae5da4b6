package IC::Shipped;

# conf/nginx.conf as it is shipped, but for paths and ports, with a store
# whose user "edge" may what conf/redis.conf says: "ew" are the listeners of
# peers, "ns" of operators.

use strict;
use warnings;

use parent 'IC';
use IC::File ();

# change => sub that gets the configuration and gives another one; node N0001
sub new {
    my ($class, %option) = @_;
    my $self = $class->SUPER::new(node => 'N0001', start => 0,
        http_only => 1, %option);
    my $redis = $self->redis;
    my ($rights) = IC::File::slurp('conf/redis.conf')
        =~ /^user edge on #0+ ~\S+ (.*)$/m;

    $redis->command('ACL', 'SETUSER', 'edge', 'on', '>edge secret',
        '~ic:{N0001}*', split ' ', $rights);
    $self->spew("$self->{dir}/edge.password", "edge secret\n");
    $self->spew("$self->{dir}/network-ca.crt",
        $self->slurp("$self->{dir}/network.crt"));
    $self->certificate('node', name => 'localhost');
    chmod 0600, "$self->{dir}/edge.password", "$self->{dir}/node.key";
    $self->start;
    $self->await(sub { $self->log =~ /connected to the store/ })
        or die 'no store: ' . $self->log;

    return $self;
}

sub write_conf {
    my ($self) = @_;
    my $dir = $self->dir;
    my $conf = IC::File::slurp('conf/nginx.conf');
    my $change = $self->{option}{change} || sub { $_[0] };
    my $user = $> == 0 ? 'user root;' : '';
    my ($module, $store) = (IC::module(), $self->redis->{socket});

    $self->free_ports(qw/ ew ns /) if !$self->{ports}{ew};
    $self->{ports}{bare} = $self->{ports}{ew};

    $conf =~ s{modules/ngx_http_interconn_module\.so}{$module};
    $conf =~ s{unix:/run/interconn/redis\.sock}{unix:$store};
    $conf =~ s{/etc/interconn/|/var/log/nginx/|/run/interconn/}{$dir/}g;
    $conf =~ s{/run/nginx\.pid}{$dir/nginx.pid};
    $conf =~ s{listen +443}{listen 127.0.0.1:$self->{ports}{ew}};
    $conf =~ s{127\.0\.0\.1:8443}{127.0.0.1:$self->{ports}{ns}};
    $conf =~ s{worker_processes +auto}{worker_processes 1};
    $conf =~ s{notice;}{info;};
    $conf =~ s{^worker_rlimit_nofile .*\n}{}m
        if `sh -c 'ulimit -Hn'` =~ /^(\d+)/ && $1 < 16384;
    $conf =~ s{^(http .*)$}{"$1\n" . $self->temp_paths}em;

    $self->spew("$dir/nginx.conf", "daemon off;\n$user\n" . $change->($conf));
}

1;
