#!/usr/bin/perl

# Two nodes that run packages: the same one, another version, another package
# of the same version, the node's own program; whoever begins first.

use strict;
use warnings;

use lib 't/lib';
use IC::Daemon;
use IC::Front;
use IC::Packaged;
use IC::Redis;
use JSON::PP;
use Test::More;
use Time::HiRes qw(time);

IC::Daemon->check;
plan(skip_all => 'nginx is not installed') unless IC::Front->available;

my $json = JSON::PP->new->canonical;
my $program = IC::Redis::root() . '/t/data/components/greeter';
my %node = map { $_ => IC::Packaged->new(node => $_,
    conf => { workers => 2, message_timeout => '20s' }) } qw(node-a node-b);
my %front = map { $_ => IC::Front->new($node{$_}->node) } sort keys %node;
my %peer = ('node-a' => 'node-b', 'node-b' => 'node-a');
my $count = 0;

for my $id (sort keys %node) {
    my ($redis, $other) = ($node{$id}->redis, $peer{$id});

    $redis->command('HSET', $redis->key('contract:C1'), contract_id => 'C1',
        peer => $other, status => 'APPROVED', speaks => '', end_time => '',
        address => $front{$other}->address);
    $redis->command('SET', $redis->key("nodeof:$other"), 'C1');
    $node{$id}->install(same => '1.0', $program);
    $node{$id}->install(sealed => '1.0', $program, statement => "At $id.");
    $node{$id}->install(version => $id eq 'node-a' ? '1.0' : '2.0', $program);
    $node{$id}->install(mixed => '1.0', $program) if $id eq 'node-a';
}

spew("$node{'node-b'}{dir}/components/mixed", slurp($program));
chmod 0755, "$node{'node-b'}{dir}/components/mixed";

###############################################################################

for my $case ([ 'same', 'the same package' ],
              [ 'mixed', 'a package and a program of the node', '1.0' ])
{
    my ($component, $what, $version) = @$case;
    my $task = both(component => $component, version => $version // '');

    for my $id (sort keys %node) {
        my $record = $node{$id}->end($task);

        is($record->{status}, 'SUCCESS', "$what: $id succeeds")
            or diag($json->encode($record), $node{$id}->node->log);
        like($record->{report}{heard}, qr/^hello from /, '... and has heard');
    }
}

# whoever begins first, and whoever has something to say

for my $case ([ 'version', 'another version', qr/version 1\.0/,
                qr/version 2\.0/ ],
              [ 'sealed', 'another package', qr/sealed 1\.0 of test, package/,
                qr/sealed 1\.0 of test, package/ ])
{
    my ($component, $what, $own, $other) = @$case;

    for my $order ([ qw(node-a node-b) ], [ qw(node-b node-a) ]) {
        my $began = time;
        my $task = both(component => $component, order => $order);
        my @digests;

        for my $id (qw(node-a node-b)) {
            my $record = $node{$id}->end($task);
            my $cause = $record->{cause};

            is($record->{status}, 'FAILED', "$what, first $order->[0]: $id");
            is($cause->{error}, 'component_mismatch', '... the cause')
                or diag($json->encode($cause));
            like($cause->{message}, qr/node-a runs $own/, '... of node-a');
            like($cause->{message}, qr/node-b runs $other/, '... of node-b');
            is($record->{report}{heard} // '', '', '... nothing was heard');
            push @digests, join ' ', sort $cause->{message} =~ /[0-9a-f]{64}/g;
        }

        is($digests[0], $digests[1], '... the same digests at both');
        cmp_ok(time - $began, '<', 15, '... without waiting for a time-out');
    }
}

# one message in the journal of the other before its task begins

{
    my $began = time;
    my $task = both(component => 'version', order => [ 'node-b', 'node-a' ],
                    late => 'node-a');

    is($node{$_}->end($task)->{cause}{error}, 'component_mismatch',
       "a message that was there before: $_") for qw(node-a node-b);

    my $log = $node{'node-a'}->node->log;

    unlike($log, qr/task $task: version as/, 'node-a started no program');
    cmp_ok(time - $began, '<', 15, '... soon');
}

# evidence at both

for my $id (sort keys %node) {
    my @event = grep { $_->{event} eq 'COMPONENT_LOADED' }
        $node{$id}->redis->stream('evidence');

    ok((grep { $_->{component} eq 'same:1.0'
               && $_->{digest} =~ /^[0-9a-f]{64}$/ } @event),
       "$id: what ran is in the evidence, with its digest");
}

$_->stop for values %front;
done_testing();

###############################################################################

# A task at both nodes; its id. component, version, order of the starts,
# late: who starts when a message of the other is there.
sub both {
    my (%option) = @_;
    my $task = 'task_' . ++$count;

    for my $id (@{ $option{order} || [ qw(node-a node-b) ] }) {
        my $redis = $node{$id}->redis;
        my $late = ($option{late} || '') eq $id;

        $redis->command('HSET', $redis->key("job:job-$task"), role =>
            'initiator', job_id => "job-$task", initiator => $id,
            status => 'RUNNING', cancel => 0, parties => '',
            dag => $json->encode({ version => '2.0.0', components => [ {
                name => 'step_0', componentName => $option{component},
                version => $option{version} // '', output => [] } ] }),
            config => $json->encode({ task_params => {}, role => {
                guest => [ 'node-a' ], host => [ 'node-b' ] } }));

        waits($id, $task) if $late;

        is($redis->status('task_start', "job-$task", $task, 'step_0',
                          session_id => "session-$task", token => 'secret'),
           'ok', "$task begins at $id") if !$late;
    }

    return $task;
}

# The task of a node that takes messages before a runner has it.
sub waits {
    my ($id, $task) = @_;
    my ($node, $redis) = ($node{$id}, $node{$id}->redis);
    my $pid = $node->node->role_pid('runner');

    kill 'STOP', $pid;
    $redis->status('task_start', "job-$task", $task, 'step_0',
                   session_id => "session-$task", token => 'secret');
    ok($node->node->await(sub {
        $redis->get("session:session-$task", "component.$peer{$id}")
    }, 'the message is there'), "$task waits at $id for its runner");
    kill 'CONT', $pid;
}

sub slurp {
    open my $in, '<', $_[0] or die "$_[0]: $!\n";
    local $/;
    return scalar <$in>;
}

sub spew {
    open my $out, '>', $_[0] or die "$_[0]: $!\n";
    print $out $_[1];
    close $out or die "$_[0]: $!\n";
}
