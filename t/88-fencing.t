#!/usr/bin/perl

# A runner that stands still for three leases, and one that is killed: the
# runner of another host of the node goes on with another try, and what the
# first one says when it wakes up is refused.

use strict;
use warnings;

use lib 't/lib';
use IC::Daemon;
use IC::File;
use IC::Pace;
use JSON::PP;
use Test::More;
use Time::HiRes qw(sleep time);

IC::Daemon->check;

use constant LEASE => 10;

my $json = JSON::PP->new->canonical;
my $one = IC::Daemon->new(node => 'node-a', roles => 'scheduler runner channel',
    start => 0, conf => { plain_peers => 'on', poll_interval => '300ms' });
my $redis = $one->redis;
my $two = IC::Daemon->new(node => 'node-a', roles => 'runner channel',
    start => 0, conf => { plain_peers => 'on',
        redis => "unix:$redis->{socket}" });
my $said = $one->dir . '/said';
my $go = $one->dir . '/go';
my (%session, $count);

# says who it is, and ends when it may

for my $dir (map { $_->dir . '/components' } $one, $two) {
    spew("$dir/wait", <<"END");
#!/usr/bin/perl
exit print '{"name":"wait","provider":"test"}' if \@ARGV;
open my \$out, '>>', '$said';
syswrite \$out, "\$ENV{'config.task_id'} \$ENV{'config.session_id'} "
    . "\$ENV{'config.token'} \$\$\\n";
select undef, undef, undef, 0.05 while !-e '$go';
open my \$control, '>&=', 3;
print \$control qq({"type":"output","kind":"report","value":{"by":\$\$}}\\n);
END
    chmod 0755, "$dir/wait";
}

sub job {
    my ($component, $retry, %more) = @_;
    my $id = 'J' . ++$count;

    $redis->call('component_register', $component, '1', name => $component)
        if $count == 1 || $component ne 'wait';
    $redis->call('object_create', 'flow', "F$id", name => 'f');
    is($redis->status('job_create', $id, "F$id", '', dag => $json->encode({
        components => [ { name => 'p', componentName => $component,
            output => [ { type => 'report', key => 'report' } ] } ] }),
        config => $json->encode({
            initiator => { role => 'guest', node_id => 'node-a' },
            role => { guest => [ 'node-a' ] }, task_params => {},
            job_params => { common => { retry => { count => $retry,
                backoff => 100 } } } }), %more), 'ok', "$id is made");
    is($redis->status('job_start', $id), 'ok', "$id is started");

    return $id;
}

# attempts of a job so far: [ task_id, session, token, pid ]

sub attempts {
    my ($n) = @_;
    my @all;

    $one->await(sub {
        @all = map { [ split ] } split /\n/, -e $said ? slurp($said) : '';
        return @all >= $n;
    }, "attempt $n", 30);

    return @all;
}

sub over {
    my ($id, $status) = @_;

    $one->await(sub { $redis->get("job:$id", 'status') =~ /SUCC|FAIL/ },
        "$id ends", 30);
    is($redis->get("job:$id", 'status'), $status, "$id: $status");

    return decode_json($redis->get("job:$id", 'cause') || '{}');
}

# how often evidence has a task's end

sub ends {
    my ($task) = @_;

    return scalar grep { $_->{subject} eq "task:$task"
        && $_->{event} =~ /^TASK_(?:SUCCEEDED|FAILED|ENDED|FINISHED|STOPPED)$/ }
        $redis->changes('evidence');
}

sub refused {
    my ($task, $epoch, $what) = @_;

    is($redis->status('task_beat', $task, $epoch, LEASE * 1000),
        'wrong_state', "$what: its beat is refused");
    is($redis->status('task_note', $task, $epoch, progress => 99),
        'wrong_state', "$what: what it notes");
    is($redis->status('task_end', $task, $epoch, 'SUCCESS'), 'wrong_state',
        "$what: and its end");
}

###############################################################################
# it stands still

{
    $one->start;

    my $id = job('wait', 3);
    my ($old) = attempts(1);
    my $epoch = $redis->get("task:$old->[0]", 'epoch');
    my $runner = $one->role_pid('runner');

    $two->start;
    kill 'STOP', $runner, $old->[3];

    my $begin = time;
    my (undef, $new) = attempts(2);
    my $took = time - $begin;

    cmp_ok($took, '<', within(20),
        sprintf('another runner has gone on after %.1f s', $took));
    like($two->log, qr/task $new->[0]: .* pid $new->[3]/,
        '... on another host');
    isnt($new->[$_->[0]], $old->[$_->[0]], "... with another $_->[1]")
        for [ 0 => 'task' ], [ 1 => 'session' ], [ 2 => 'token' ];
    cmp_ok($redis->get("task:$old->[0]", 'epoch'), '>=', $epoch,
        'no epoch goes back');

    spew($go, '');
    over($id, 'SUCCESS');
    sleep 0.1 while time - $begin < 3 * LEASE;

    my %was = map { $_ => $redis->hash("task:$_") } $old->[0], $new->[0];
    kill 'CONT', $runner, $old->[3];

    ok($one->await(sub { !kill 0, $old->[3] }), 'the old one ends');
    sleep 1;
    refused($old->[0], $epoch, 'the old one');
    is_deeply({ map { $_ => $redis->hash("task:$_") } keys %was }, \%was,
        'nothing has changed, three leases later');
    is($was{ $old->[0] }{status}, 'FAILED', 'the old one is lost');
    is($was{ $new->[0] }{status}, 'SUCCESS', 'the new one counts');
    is(ends($_), 1, "$_: one end") for sort keys %was;
    unlink $go;
}

###############################################################################
# its host dies

{
    my $id = job('wait', 3);
    my @all = attempts(3);
    my ($dead, $left) = $two->log =~ /task $all[2][0]: .* pid/
        ? ($two, $one) : ($one, $two);

    kill 'KILL', $dead->role_pid('runner');
    my $begin = time;

    @all = attempts(4);
    my $took = time - $begin;

    cmp_ok($took, '<', within(20),
        sprintf('another try after a kill: %.1f s', $took));
    spew($go, '');
    over($id, 'SUCCESS');
    is(ends($_->[0]), 1, "$_->[0]: one end") for @all[2, 3];
    $session{ $_->[1] }++ for @all;
    is_deeply([ values %session ], [ (1) x @all ], 'no session twice');
}

###############################################################################
# poison, and who stands behind it

{
    for my $dir (map { $_->dir . '/components' } $one, $two) {
        spew("$dir/poison", "#!/bin/sh\n[ \$# -gt 0 ] && echo "
            . "'{\"name\":\"poison\",\"provider\":\"test\"}' && exit\n"
            . "echo \$\$ >> $said.poison\nkill -SEGV \$\$\n");
        chmod 0755, "$dir/poison";
    }

    my $id = job('poison', 9, priority => 100);
    my @behind = map { job('wait', 0) } 1 .. 3;

    is(over($id, 'FAILED')->{error}, 'task_poisoned', 'poison');
    is(scalar(() = slurp("$said.poison") =~ /\n/g), 3, 'three crashes');
    over($_, 'SUCCESS') for @behind;
}

$_->stop for $two, $one;
done_testing();
