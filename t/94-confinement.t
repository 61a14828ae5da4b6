#!/usr/bin/perl

# The room of a package's program: what it sees, and what it cannot get at,
# with a daemon of root's (another user for each task) and with one that has
# no rights of its own (a user namespace).

use strict;
use warnings;

use lib 't/lib';
use IC::Daemon;
use IC::Packaged;
use IC::Redis;
use IO::Socket::UNIX;
use JSON::PP;
use Socket;
use Test::More;

IC::Daemon->check;

plan(skip_all => 'the test changes users: run it as root') if $> != 0;

my $json = JSON::PP->new->canonical;
my $program = IC::Redis::root() . '/t/data/components/intruder';

# another user's processes and sockets, for the intruder to look for
my $abstract = "ic-test-$$";
socket my $listener, AF_UNIX, SOCK_STREAM, 0 or die "socket: $!\n";
bind $listener, pack('S a*', AF_UNIX, "\0$abstract") or die "bind: $!\n";
listen $listener, 1;

# not "nobody", whom all users are in a namespace of users that has none yet
for my $user (undef, 'daemon') {
    my $who = $user ? 'a daemon without rights' : 'a daemon of root';
    my @with = $user ? ('setpriv', "--reuid=$user", '--clear-groups') : ();

    SKIP: {
        skip "$who may make no namespaces here", 1
            if system(@with, 'unshare', $user ? '-Urmpfn' : '-mpfn',
                      '--mount-proc', 'true') != 0
               || system(@with, 'test', '-x', IC::Daemon::program()) != 0;

        subtest $who => sub { room($user) };
    }
}

done_testing();

###############################################################################

sub room {
    my ($user) = @_;
    my $one = IC::Packaged->new(user => $user, conf => { workers => 3 });
    my $dir = $one->dir;

    $one->install(intruder => '1', $program);
    IC::Packaged::spew("$dir/secret.key", "a key\n");
    IC::Packaged::spew("$dir/input.csv", "id\n1\n");
    chmod 0600, "$dir/secret.key", "$dir/input.csv";
    system('chown', '--reference', "$dir/data", "$dir/secret.key",
           "$dir/input.csv");
    dataset($one, 'ds', "$dir/input.csv");

    my $other = $one->begin(component => 'intruder', version => '1');
    $one->node->await(sub { -e "$dir/data/$other/log" }, 'another task');

    my $record = $one->task(component => 'intruder', version => '1',
        parameters => { mode => 'look', dataset_id => 'ds', targets => {
            pid => $one->node->role_pid('runner'), abstract => $abstract,
            kill => 1,
            open => { key => "$dir/secret.key", conf => "$dir/conf",
                      shadow => '/etc/shadow', input => "$dir/input.csv",
                      log => "$dir/log",
                      certificates => '/etc/ssl/certs/ca-certificates.crt' },
            write => { input => "$dir/input.csv" },
            list => { other => "$dir/data/$other", data => "$dir/data",
                      dir => $dir, components => "$dir/components",
                      home => '/root', run => "$dir/run" },
            connect => { redis => $one->redis->{socket},
                         edge => "$dir/run/channel-edge.sock",
                         own => "$dir/run/channel.sock" } } });

    is($record->{status}, 'SUCCESS', 'it ends well')
        or diag($json->encode($record->{cause}));

    my $did = $record->{report};
    my $none = qr/^No such file/;

    like($did->{"open_$_"}, $none, "not there: $_") for qw(key conf shadow
        log);
    is($did->{open_input}, 'done', 'its input can be read');
    like($did->{write_input}, qr/^(?:Read-only|Permission)/, '... only');
    like($did->{"list_$_"}, $none, "no folder: $_") for qw(other home);
    is($did->{list_data}, $record->{task_id}, 'of the tasks only its own');
    unlike($did->{list_dir}, qr/conf|secret|log/, 'the node\'s files');
    is($did->{list_components}, 'intruder', 'components');
    is($did->{list_run}, 'channel.sock', 'of the sockets the channel\'s');
    like($did->{connect_redis}, $none, 'no store');
    like($did->{connect_edge}, $none, 'no socket of peers');
    is($did->{connect_own}, 'done', 'the channel');
    like($did->{push}, qr/E0000000000/, '... takes its message');
    is($did->{pop}, 'hello', '... and gives it');
    like($did->{abstract}, qr/refused/, 'no abstract socket of others');
    is($did->{net}, 'lo', 'no interface');
    like($did->{inet}, qr/^Permission denied/, 'no socket of a network');
    unlike($did->{root}, qr/\b(?:home|root|srv|var|sys|boot|opt|mnt)\b/,
           'the root has what is needed');
    unlike($did->{etc}, qr/shadow|ssh|interconn/, '... so has /etc');
    is($did->{dev}, 'fd full null random shm stderr stdin stdout urandom '
       . 'zero', '... and /dev');
    is($did->{pids}, '1 2', 'no processes of others');
    like($did->{kill}, qr/^(?:No such process|Operation not)/, 'no kill');
    like($did->{killed}, qr/^No such process/, '... of the runner');
    kill(0, $one->node->role_pid('runner')) or fail('the runner is alive');
    is($one->redis->get("task:$other", 'status'), 'RUNNING',
       'the other task, too');
    like($did->{$_}, qr/^(?:Operation not permitted|Invalid)/, "no $_")
        for qw(setuid seteuid);
    is($did->{caps}, '0' x 16, 'no capabilities');
    is($did->{caps_possible}, '0' x 16, '... nor a way to some');
    is($did->{user}, 'task', 'it is somebody');
    $user ? like($did->{uid}, qr/^([1-9]\d*) \1/, '... the daemon\'s user')
          : like($did->{uid}, qr/^(19000000\d\d) \1 \1 \1/, '... nobody else');
    is($did->{$_}, 'done', "may write: $_")
        for qw(own_file tmp_file log_file link);
    like($did->{$_}, qr/^(?:Read-only|Permission)/, "may not write: $_")
        for qw(usr_file root_file package_file);
    like($did->{$_}, qr/denied|not permitted/, "no look into the first: $_")
        for qw(mem environ);
    unlike($did->{mounts}, qr/\Q$dir\E\/(?:log|conf)|redis/, 'mounts');
    is($did->{child}, "child\n", 'may start others');
    is($did->{group}, 1, 'a group of its own');
    ok($one->node->await(sub { !-e "$dir/data/$record->{task_id}" }),
       'its folder is gone');

    ends($one, $other);
}

# every end is the one that a program outside of a room would have
sub ends {
    my ($one, $other) = @_;
    my $dir = $one->dir;
    my @left;

    my $crash = $one->task(component => 'intruder', version => '1',
                           parameters => { mode => 'crash' });
    is($crash->{cause}{error}, 'task_crashed', 'a signal');
    like($crash->{cause}{message}, qr/signal 11/, '... which one');

    my $status = $one->task(component => 'intruder', version => '1',
                            parameters => { mode => 'status' });
    like($status->{cause}{message}, qr/exit status 3/, 'a status');

    my $left = $one->task(component => 'intruder', version => '1',
                          parameters => { mode => 'leave' });
    is($left->{status}, 'SUCCESS', 'one that leaves processes');
    $one->node->await(sub { !grep { $_ ne $other } tasks_below($one) },
                      '... they are gone', 5);
    is(join(' ', grep { $_ ne $other } tasks_below($one)), '',
       '... all of them');

    my $deaf = $one->begin(component => 'intruder', version => '1',
                           parameters => { mode => 'deaf' });
    $one->node->await(sub { grep { $_ eq $deaf } tasks_below($one) },
                      'a deaf one');

    for my $id ($other, $deaf) {
        $one->redis->command('HSET', $one->redis->key("task:$id"),
                             cancel => 1);
    }

    is($one->end($other)->{cause}{error}, 'task_stopped', 'stopped');
    is($one->end($deaf)->{cause}{error}, 'task_stopped',
       '... one that does not listen');

    # with the runner everything goes
    my $last = $one->begin(component => 'intruder', version => '1');
    $one->node->await(sub { grep { $_ eq $last } tasks_below($one) },
                      'a last one');
    $one->node->kill_role('runner');
    $one->node->await(sub { !tasks_below($one) }, 'gone with the runner', 5);
    is(join(' ', tasks_below($one)), '', '... at once');
    is($one->end($last)->{cause}{error}, 'task_lost', '... lost');
    $one->node->stop;
}

# ids of the tasks that have processes
sub tasks_below {
    my ($one) = @_;
    my %tasks;

    for my $file (glob '/proc/[0-9]*/environ') {
        open my $in, '<', $file or next;
        local $/;
        my $text = <$in> // '';
        my $dir = $one->dir;
        $tasks{$1} = 1 if $text =~ m{file://\Q$dir\E/data/(task_\d+)};
    }

    return keys %tasks;
}

sub dataset {
    my ($one, $id, $path) = @_;
    my $redis = $one->redis;

    $redis->command('HSET', $redis->key("object:dataset:$id"),
        dataset_id => $id, status => 1, owner => 'node-a',
        location => $json->encode({ type => 'csv', path => $path }));
}
