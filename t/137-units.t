#!/usr/bin/perl

# The units of systemd: well-formed, as narrow as they say, and what runs
# inside of them does its work: the store, nginx, and a package in its room.

use strict;
use warnings;

use lib 't/lib';
use File::Spec;
use File::Temp qw(tempdir);
use IC;
use IC::Packaged;
use IC::Unit;
use Test::More;

IC->check;
IC::Daemon->check;

my $root = IC::Redis::root();
my $conf = "$root/conf/systemd";
my %unit = map { $_->[0] => IC::Unit->new("$conf/$_->[1]") }
    [ daemon => 'interconnd.service' ],
    [ redis => 'interconn-redis.service' ],
    [ nginx => 'nginx.service.d/interconn.conf' ];

###############################################################################
# as files

for my $name (sort keys %unit) {
    my $u = $unit{$name};

    is($u->value($_->[0]), $_->[1], "$name: $_->[0]=$_->[1]")
        for [ LimitCORE => 1 ], map { [ $_ => 'yes' ] }
            qw(NoNewPrivileges PrivateTmp PrivateDevices ProtectClock
               ProtectKernelModules LockPersonality RestrictSUIDSGID);
    like($u->value('ProtectSystem'), qr/^(?:strict|full)$/,
         '... the system cannot be written');
    isnt($u->value('SystemCallFilter'), '', '... a filter of system calls');
}

is($unit{$_}->value('CapabilityBoundingSet'), '', "$_: no capability")
    for qw(daemon redis);

SKIP: {
    skip 'systemd-analyze is not installed', 5
        if system('systemd-analyze --version >/dev/null 2>&1') != 0;

    my $dir = tempdir(CLEANUP => 1);
    my %most = (interconnd => 4.0, 'interconn-redis' => 1.5, nginx => 3.5);

    system('cp', '-r', glob("$conf/*"), $dir);
    IC::Packaged::spew("$dir/nginx.service", "[Unit]\nDescription=nginx\n"
        . "[Service]\nType=forking\nPIDFile=/run/nginx.pid\n"
        . "ExecStart=/bin/true\n");

    my $says = `systemd-analyze security --offline=true \\
        $dir/nginx.service 2>&1`;

    skip 'this systemd-analyze does not work offline', 5
        if $says !~ /Overall exposure level/;

    for my $name (sort keys %most) {
        my ($level) = `systemd-analyze security --offline=true \\
            $dir/$name.service 2>&1` =~ /exposure level.*: ([\d.]+)/;

        cmp_ok($level, '<=', $most{$name}, "$name: exposure $level");
    }

    # programs that are not installed here are not what it is about
    for my $file (glob "$dir/*.service") {
        IC::Packaged::spew($file, IC::Packaged::slurp($file)
            =~ s{^Exec(\w+)=.*}{Exec$1=/bin/true}gmr);
    }

    my $wrong = `SYSTEMD_UNIT_PATH=$dir:/lib/systemd/system \\
        systemd-analyze verify --man=no $dir/*.service 2>&1`;

    is($?, 0, 'systemd-analyze verify');
    is(join('', grep { /\Q$dir\E/ } split /^/m, $wrong), '',
       '... has nothing to say');
}

###############################################################################
# and in the works

SKIP: {
    my $missing = IC::Unit->missing // ($> != 0 ? 'run it as root' : undef);

    skip $missing, 1 if $missing;

    {
        my $errors = `@{[ quoted($unit{daemon}->command(qw(perl -e),
            'print socket(S, 16, 3, 0) ? "a socket" : $!')) ]}`;

        like($errors, qr/^Address family not supported/,
             'what it does not allow is refused');
    }

    subtest 'a node' => \&node;
    subtest 'a daemon with a package' => \&daemon;
}

done_testing();

###############################################################################

sub quoted { join ' ', map { "'" . s/'/'\\''/gr . "'" } @_ }

# The store and nginx, each in its unit.
sub node {
    my $redis = \&IC::Redis::new;

    no warnings 'redefine';

    my $line = \&IC::command_line;

    local *IC::command_line = sub {
        return ('setpriv', '--bounding-set', capabilities($unit{nginx}),
                $unit{nginx}->command($line->(@_)));
    };
    local *IC::Redis::new = sub {
        return $redis->(@_, with => [ 'setpriv', '--bounding-set=-all',
                                      $unit{redis}->command ]);
    };

    my $node = IC->new(append => 1);

    $node->operator('olga', 'secret');
    $node->contract('hospital-b', cert => 'hospital-b');
    is($node->verdict($node->get('ew', '/v1/interconn/dataset/pub/list?'
        . 'contract_id=C-hospital-b', cert => 'hospital-b')), '200 0',
       'a partner over TLS');
    is($node->verdict($node->post('ns', '/v1/platform/project/create',
        token => 'secret', body => { name => 'P' })), '200 0',
       'an operator writes');
    like($node->redis->command('BGREWRITEAOF'), qr/^Background/,
         'the store rewrites its file');

    my ($worker) = $node->workers;

    for my $pid ($node->redis->{pid}, $node->{pid}, $worker) {
        my ($mode) = IC::Packaged::slurp("/proc/$pid/status")
            =~ /^Seccomp:\s+(\d)/m;
        is($mode, 2, 'under the filter');
    }

    $node->reload;
    ok($node->await(sub { my ($now) = $node->workers;
        $now && $now != $worker }), 'nginx reloads');
    is($node->verdict($node->get('plain', '/v1/interconn/node/health',
        node => 'x')), '200 0', '... and serves');
    $node->finish;
}

sub capabilities {
    my ($unit) = @_;
    my @names = map { lc s/^CAP_//r } map { split ' ' }
        @{ $unit->{key}{CapabilityBoundingSet} };

    return join ',', '-all', map { "+$_" } @names;
}

# A user without capabilities, a system that cannot be written, devices of
# its own: in it a room is made, and the program does what it should.
sub daemon {
    my $program = "$root/t/data/components/intruder";
    my $begin = \&IC::Daemon::start;
    my $devices = tempdir(CLEANUP => 1);
    my $tmp = File::Spec->tmpdir;

    plan(skip_all => 'the daemon\'s user may make no namespaces here')
        if system('unshare', '-m', 'sh', '-c', 'mount --make-rprivate / && '
                  . "mount -t tmpfs none $devices") != 0
           || system('setpriv', '--reuid=daemon', '--clear-groups', 'unshare',
                  '-Urmpfn', '--mount-proc', 'true') != 0
           || system('setpriv', '--reuid=daemon', '--clear-groups', 'test',
                     '-x', IC::Daemon::program()) != 0;

    my $mounts = <<"EOF";
set -e
mount --make-rprivate /
mount -t tmpfs -o nosuid,noexec,mode=755 none $devices
for n in null zero full random urandom; do cp -a /dev/\$n $devices; done
ln -s /proc/self/fd $devices/fd
mkdir $devices/shm $devices/pts
mount --bind $devices /dev
mount -o remount,bind,ro,nosuid,noexec /dev
mount --bind $tmp $tmp
mount -o remount,bind,ro /
exec "\$@"
EOF

    no warnings 'redefine';
    local *IC::Daemon::start = sub {
        my ($self) = @_;
        local $self->{with} = [ 'unshare', '-m', 'sh', '-c', $mounts, 'sh',
            @{ $self->{with} }, '--bounding-set=-all',
            $unit{daemon}->command ];

        return $begin->($self);
    };

    my $one = IC::Packaged->new(user => 'daemon', conf => { workers => 2 },
                                roles => 'runner channel courier scheduler');
    my $runner = $one->node->role_pid('runner');
    my ($mode) = IC::Packaged::slurp("/proc/$runner/status")
        =~ /^Seccomp:\s+(\d)/m;

    is($mode, 2, 'the runner is under the filter');
    $one->install(intruder => '1', $program);

    my $record = $one->task(component => 'intruder', version => '1',
        parameters => { mode => 'look', targets => {
            pid => $runner, abstract => 'none', kill => 0,
            open => { conf => $one->dir . '/conf' }, write => {},
            list => {}, connect => {
                redis => $one->redis->{socket},
                own => $one->dir . '/run/channel.sock' } } });

    is($record->{status}, 'SUCCESS', 'a package runs in its room')
        or diag(explain($record->{cause}), $one->node->log);
    is($record->{report}{connect_own}, 'done', '... has the channel');
    like($record->{report}{connect_redis}, qr/^No such/, '... no store');
    like($record->{report}{open_conf}, qr/^No such/, '... nothing else');
    $one->node->stop;
}
