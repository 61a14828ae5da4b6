#!/usr/bin/perl

# What of the node is below a folder that packages may read, such as /usr or
# one of package_paths, is not there for them.

use strict;
use warnings;

use lib 't/lib';

# a task has a /tmp of its own
BEGIN { $ENV{TMPDIR} = '/var/tmp' }

use IC::Daemon;
use IC::Packaged;
use IC::Redis;
use Test::More;

IC::Daemon->check;

plan(skip_all => 'the test changes users: run it as root') if $> != 0;

my $program = IC::Redis::root() . '/t/data/components/intruder';

for my $user (undef, 'daemon') {
    my @with = $user ? ('setpriv', "--reuid=$user", '--clear-groups') : ();

    SKIP: {
        skip 'no namespaces here', 1
            if system(@with, 'unshare', $user ? '-Urmpfn' : '-mpfn',
                      '--mount-proc', 'true') != 0
               || system(@with, 'test', '-x', IC::Daemon::program()) != 0;

        subtest $user || 'root' => sub { hidden($user) };
    }
}

done_testing();

###############################################################################

sub hidden {
    my ($user) = @_;
    my $one = IC::Packaged->new(user => $user, conf => { workers => 3 });
    my $dir = $one->dir;

    chmod 0755, $dir;
    $one->install($_ => '1', $program) for qw(intruder other);
    $one->node->stop;
    $one->node->{conf}{package_paths} = $dir;
    $one->node->start;

    my $other = $one->begin(component => 'other', version => '1');
    $one->node->await(sub { -e "$dir/data/$other/log" }, 'another task');

    my $record = $one->task(component => 'intruder', version => '1',
        parameters => { mode => 'look', targets => {
            pid => $one->node->role_pid('runner'), abstract => 'none',
            kill => 1, open => { conf => "$dir/conf" }, write => {},
            list => { data => "$dir/data", components => "$dir/components",
                      run => "$dir/run" },
            connect => { own => "$dir/run/channel.sock" } } });
    my $did = $record->{report};

    is($record->{status}, 'SUCCESS', 'it ends well')
        or diag(explain($record->{cause}));
    is($did->{open_conf}, 'done', 'what it may read');
    is($did->{list_data}, $record->{task_id}, 'of the tasks only its own');
    is($did->{list_components}, 'intruder', 'of the packages, too');
    is($did->{list_run}, 'channel.sock', 'of the sockets the channel\'s');
}
