#!/usr/bin/perl

# Whatever dies during a training, the job ends in bounded time.

use strict;
use warnings;

use lib 't/lib';
use IC::Pace;
use IC::Sandbox;
use JSON::PP;
use Test::More;
use Time::HiRes qw(time sleep);

my $limit = 75;
my $sandbox = IC::Sandbox->new(nodes => 4);

$sandbox->star;

for my $n (1 .. 3) {
    open my $out, '>', $sandbox->temp . "/t$n.csv" or die $!;
    print $out "unique_id,C6,C6DC,C8,diagnosis\n";
    printf $out "r%d,%.3f,%.3f,%.3f,%d\n", $_, $_ % 7 / 7, $_ % 5 / 5,
        $_ * $n % 11 / 11, $_ % 4 ? 0 : 38 for 1 .. 60;
    close $out;
    $sandbox->authorise($n, 0, $sandbox->dataset($n, $sandbox->temp
        . "/t$n.csv"));
}

# long enough to be hit in the middle
my %long = (params => { max_iter => 400, eps => 1e-300, alpha => 1e-6 });

for my $case ([ 'task child of a hospital', 2, 'homo_lr' ],
              [ 'task child of the coordinator', 0, 'homo_lr' ],
              [ 'task child of the initiating hospital', 1, 'homo_lr' ],
              [ 'runner', 2, 'runner' ], [ 'channel', 2, 'channel' ],
              [ "the coordinator's channel", 0, 'channel' ],
              [ 'courier', 2, 'courier' ], [ 'scheduler', 0, 'scheduler' ])
{
    my ($name, $node, $victim) = @$case;
    my $order = $sandbox->train([ 1, 2, 3 ], %long);

    $sandbox->await('iterations', sub {
        my $s = $sandbox->train_status($order)->{train_status};
        die "ended early: $s->{train_status}\n"
            if $s->{train_status} =~ /^(?:success|failed)$/;
        return $s->{train_progress} >= 34;
    }, 30);

    my $pid = victim($node, $victim);

    ok($pid, "$name: is running") or next;
    kill 'KILL', $pid;

    my $start = time();
    my $end = eval { $sandbox->await_training($order, $limit) };

    ok($end, "$name: the job ended") or next;

    my $status = $end->{train_status}{train_status};

    note(sprintf '%s: %s after %.1f s', $name, $status, time() - $start);

    if ($status eq 'failed') {
        ok($end->{cause}{error}, "$name: with a cause");
        ok($end->{cause}{node_id}, "$name: that names the party");
    } else {
        is($status, 'success', "$name: succeeded all the same");
        pass("$name: no cause to give");
    }

    # nothing of it runs on
    $sandbox->await('the children to end', sub {
        return !grep { victim($_, 'homo_lr') } 0 .. 3;
    }, 20);
    pass("$name: no child is left");
}

# afterwards everything works again
my $order = $sandbox->train([ 1, 2, 3 ]);

is($sandbox->await_training($order)->{train_status}{train_status}, 'success',
   'the next training succeeds');

# stop is effective everywhere within two seconds
$order = $sandbox->train([ 1, 2, 3 ], %long);
$sandbox->await('iterations', sub {
    return $sandbox->train_status($order)->{train_status}{train_progress} >= 34;
}, 30);

my $job = $sandbox->platform(0, '/v1/platform/job/list?page_size=1')
    ->{data}{records}[0]{job_id};
my $stopped = time();

is($sandbox->platform(0, '/v1/platform/job/stop', { job_id => $job })->{code},
   0, 'stop');
$sandbox->await('all children to end', sub {
    return !grep { victim($_, 'homo_lr') } 0 .. 3;
}, 10);
cmp_ok(time() - $stopped, '<', within(2.5),
    'stop is effective within two seconds');
is($sandbox->await_training($order, 10)->{cause}{error}, 'task_stopped',
   'the cause says so');

$sandbox->finish;
done_testing();


# The process of that name below a node's daemon.
sub victim {
    my ($node, $name) = @_;
    my @below = ($sandbox->node($node)->{pids}{interconnd});
    my %children;

    for my $stat (glob '/proc/[0-9]*/stat') {
        open my $in, '<', $stat or next;
        my $line = <$in> // next;
        my ($pid, $comm, $state, $parent)
            = $line =~ /^(\d+) \((.*)\) (\S) (\d+)/ or next;

        push @{ $children{$parent} }, [ $pid, $comm ] if $state ne 'Z';
    }

    while (defined(my $pid = shift @below)) {
        for my $child (@{ $children{$pid} || [] }) {
            return $child->[0] if index($child->[1], $name) >= 0;
            push @below, $child->[0];
        }
    }

    return;
}
