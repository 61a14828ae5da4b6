#!/usr/bin/perl

# Processes that hold keys: others of the same user may not look into them,
# they leave no core, and what they start has nothing of a key in memory.

use strict;
use warnings;

use lib 't/lib';
use IC;
use IC::Packaged;
use IO::Socket::UNIX;
use Test::More;

IC->check;
IC::Daemon->check;

my $build = $ENV{IC_BUILD} || 'build';

plan(skip_all => 'the test changes users: run it as root') if $> != 0;
plan(skip_all => 'another user cannot run what was built')
    if system('setpriv', '--reuid=daemon', '--clear-groups', 'test', '-x',
              IC::Daemon::program()) != 0;

my $chaos = "$build/t/components/chaos";
my ($uid, $gid) = (getpwnam 'daemon')[2, 3];
my @as = ('setpriv', "--reuid=$uid", "--regid=$gid", '--clear-groups');
my $ptrace = `uname -m` =~ /x86_64/ ? 101 : 117;

# What another process of that user finds: { what => result }.

my $look = <<'EOF';
    my ($pid, $ptrace) = map { $_ + 0 } @ARGV;
    my ($file, $folder, $byte);
    for my $name (qw/ mem environ maps auxv /) {
        print "$name ", open($file, "<", "/proc/$pid/$name")
            && ($name eq "mem" || defined sysread($file, $byte, 1))
            ? "read" : "no", "\n";
    }
    print "fd ", opendir($folder, "/proc/$pid/fd") ? "read" : "no", "\n";
    print "exe ", defined readlink("/proc/$pid/exe") ? "read" : "no", "\n";
    exit if !$ptrace;
    print "ptrace ", syscall($ptrace, 16, $pid, 0, 0) == 0 ? "read" : "no";
EOF

sub look {
    my ($pid, $trace) = @_;

    open my $in, '-|', @as, 'perl', '-e', $look, $pid, $trace || 0
        or die "setpriv: $!\n";

    return map { split ' ' } <$in>;
}

# who is traced is stopped, so this does not try it
sub readable {
    my %found = look($_[0]);

    return ($found{environ} // '') eq 'read';
}

sub sealed {
    my ($name, $pid) = @_;
    my %found = look($pid, $ptrace);

    is(join(' ', grep { $found{$_} ne 'no' } sort keys %found), '',
       "$name: nothing of it can be read by its user");
    is(scalar keys %found, 7, '... all was tried');
}

sub limit {
    my ($pid) = @_;
    my ($line) = grep { /core file/ } split /\n/,
        IC::Packaged::slurp("/proc/$pid/limits");

    return join ' ', $line =~ /(\S+)\s+(\S+)\s+bytes/;
}

# Places in the writable memory of a process where one of these is.

sub places {
    my ($pid, @patterns) = @_;
    my $n = 0;

    open my $maps, '<', "/proc/$pid/maps" or return -1;
    open my $mem, '<:raw', "/proc/$pid/mem" or return -1;

    while (my $line = <$maps>) {
        my ($start, $end) = map { no warnings 'portable'; hex }
            $line =~ /^(\w+)-(\w+) rw/ or next;

        # more is the shadow of a sanitizer
        next if $end - $start > 1 << 30;

        sysseek $mem, $start, 0 or next;
        sysread $mem, my $bytes, $end - $start or next;

        for my $pattern (@patterns) {
            $n += () = $bytes =~ /\Q$pattern\E/g;
        }
    }

    return $n;
}

# What a key looks like: its number in both orders, its text.

sub forms {
    my ($file) = @_;
    my ($hex) = `openssl pkey -in $file -noout -text` =~
        /priv:\s*((?:[0-9a-f]{2}:?\s*)+)/;
    my $number = substr pack('H*', $hex =~ s/[^0-9a-f]//gr), -32;
    my @lines = split /\n/, IC::Packaged::slurp($file);

    return (substr($number, 0, 24), substr(reverse($number), 0, 24),
            substr($lines[2], 0, 24));
}

sub children {
    my ($pid) = @_;

    open my $in, '<', "/proc/$pid/task/$pid/children" or return;
    return split ' ', <$in> // '';
}

sub cmdline {
    my ($pid) = @_;

    open my $in, '<', "/proc/$pid/cmdline" or return '';
    return <$in> // '';
}

sub started {
    my (@command) = @_;
    my $pid = fork // die "fork: $!\n";

    return $pid if $pid;

    exec(@as, @command) or POSIX::_exit(127);
}

sub ended {
    my ($pid) = @_;

    kill 'KILL', $pid;
    waitpid $pid, 0;
}

###############################################################################
# the control: a process that has not asked for it can be read

my $t = IC->new(start => 0, redis => 0);
my $open = started('sleep', '60');

ok($t->await(sub { cmdline($open) =~ /^sleep/ && readable($open) }),
   'what others of a user can be asked');
my %asked = look($open, $ptrace);
is(join(' ', values %asked), join(' ', ('read') x 7), '... is all of it');
ended($open);

###############################################################################
# the daemon

my %certificate = IC::Daemon::certificate('node-a');
my @roles = qw(courier channel scheduler runner packages);

# its user reads the key, too
chmod 0755, IC::Daemon::authority();
chown $uid, $gid, $certificate{certificate_key};

my @forms = forms($certificate{certificate_key});

SKIP: {
    skip 'the daemon\'s user may make no namespaces here', 1
        if system(@as, 'unshare', '-Urmpfn', '--mount-proc', 'true') != 0;

    my $one = IC::Packaged->new(user => 'daemon', roles => "@roles",
        conf => { %certificate, workers => 2 });
    my $node = $one->node;

    for my $name ('master', @roles) {
        my $pid = $name eq 'master' ? $node->{pid} : $node->role_pid($name);

        sealed($name, $pid);
        like(limit($pid), qr/^[01] [01]$/, '... no core');
    }

    my $runner = $node->role_pid('runner');

    cmp_ok(places($runner, @forms), '>', 0, 'the runner has the key');

    package_task($one, $runner);
    own_task($one, $runner) if -x $chaos;
    $node->stop;
}

# A package's program, and the first process of its room, once a copy of the
# runner.

sub package_task {
    my ($one, $runner) = @_;
    my ($first, $program);

    $one->install(intruder => '1',
                  IC::Redis::root() . '/t/data/components/intruder');

    my $task = $one->begin(component => 'intruder', version => '1');

    ok($one->node->await(sub {
        ($first) = children($runner);
        ($program) = $first ? children($first) : ();
        return $program && cmdline($program) =~ /intruder/;
    }, 'the program runs'), 'a program of a package');

    is(places($_->[1], @forms), 0, "$_->[0]: nothing of the key")
        for [ 'the first of a room', $first ], [ 'a program', $program ];

    sealed('the first of a room', $first);
    like(limit($program), qr/^[01] [01]$/, 'the program leaves no core');

    $one->redis->command('HSET', $one->redis->key("task:$task"), cancel => 1);
    $one->end($task);
}

sub own_task {
    my ($one, $runner) = @_;
    my $own;

    IC::Packaged::spew("$one->{dir}/components/chaos",
                       IC::Packaged::slurp($chaos));
    chmod 0755, "$one->{dir}/components/chaos";

    my $task = $one->begin(component => 'chaos', parameters => {
        rounds => 1, pause => 60000 });

    ok($one->node->await(sub {
        ($own) = children($runner);
        return $own && cmdline($own) =~ /chaos/ && !readable($own);
    }, 'a component of the node runs'), 'a component of the node');

    sealed('... it', $own);
    like(limit($own), qr/^[01] [01]$/, '... no core');
    is(places($own, @forms), 0, '... nothing of the key');
}

###############################################################################
# nginx

sub front {
    my ($main) = @_;
    my $front = IC->new(start => 0, redis => 0);
    my $dir = $front->dir;

    $front->free_ports('bare');
    $front->{option}{http_only} = 1;

    no warnings 'redefine';
    local *IC::write_conf = sub {
        $front->spew("$dir/nginx.conf", ($front->main_block =~
            s/^user root/user daemon/r) . <<"EOF");
$main
http {
    @{[ $front->temp_paths ]}
    access_log off;
    interconn_node_id hospital-a;
    interconn_redis unix:$dir/nobody.sock;
    interconn_permit_key $dir/server.key;
    server {
        listen 127.0.0.1:@{[ $front->port('bare') ]};
        location / { interconn_api east-west; }
    }
}
EOF
    };

    return $front->start;
}

my $front = front('');
my $worker;

ok($front->await(sub { ($worker) = $front->workers; $worker
    && !readable($worker) }), 'nginx has a worker');
sealed('a worker of nginx', $worker);
cmp_ok(places($worker, forms($front->dir . '/server.key')), '>', 0,
       '... which has the key');
$front->finish;

$front = front('worker_rlimit_core 1m;');
ok($front->await(sub { ($worker) = $front->workers })
   && $front->await(sub { readable($worker) }),
   '... unless who runs it wants cores');
$front->finish;

###############################################################################
# interconnctl, while it waits for a store that says nothing

my $silent = IO::Socket::UNIX->new(Local => $t->dir . '/s', Listen => 1)
    or die "listen: $!\n";

$t->spew($t->dir . '/ctl.conf', "node_id a\nredis unix:@{[ $t->dir ]}/s\n");
chmod 0755, $t->dir;
chmod 0777, $t->dir . '/s';

my $ctl = started("$build/interconnctl", 'operator', 'list', '--conf',
    $t->dir . '/ctl.conf');

my $held = $silent->accept;
sealed('interconnctl', $ctl);
ended($ctl);

done_testing();
