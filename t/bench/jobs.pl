#!/usr/bin/perl

# What scheduling costs: a chain of 20 empty tasks over two nodes, each with
# nginx, Redis (appendfsync always) and interconnd, against starting the same
# program twice, since both parties start it for each task.

use strict;
use warnings;

use lib 't/lib';
use IC::Chaos;
use JSON::PP;
use POSIX ();
use Time::HiRes qw(sleep time);

my $tasks = 20;
my $rounds = $ENV{ROUNDS} || 5;
my $chaos = IC::Chaos->new(nodes => 2);
my (@chain, @child);

for (1 .. $rounds) {
    push @child, child();
    push @chain, chain();
}

my ($chain, $child) = (median(@chain), median(@child));

printf "%d tasks one after the other, two parties: %.1f ms each\n", $tasks,
    $chain;
printf "the program started twice: %.1f ms\n", $child;
printf "ratio %.2f\n", $chain / $child;
print JSON::PP->new->canonical->encode({ bench => 'jobs', metrics => {
    chain_vs_child => 0 + sprintf('%.2f', $chain / $child),
    task_ms => 0 + sprintf('%.2f', $chain),
    child_twice_ms => 0 + sprintf('%.2f', $child) } }), "\n";

$chaos->down;

sub median { return (sort { $a <=> $b } @_)[@_ / 2] }

# ms of each task, from the start of the job to its end, as the store has it
sub chain {
    my $job = $chaos->create(0, { steps => [ map { { name => "s$_",
        after => $_ > 1 ? [ 's' . ($_ - 1) ] : [] } } 1 .. $tasks ] });

    while ($chaos->start) {
        $chaos->approve;
        sleep 0.05;
    }

    die "the job does not end\n" if $chaos->await_end(60) ne '';

    my $record = $chaos->store(0)->hash("job:$job->{job_id}");
    die "the job: $record->{status}\n" if $record->{status} ne 'SUCCESS';

    return ($record->{finish_time} - $record->{start_time}) / $tasks;
}

# ms of starting the program twice, as a task without rounds
sub child {
    my @times;

    for (1 .. 20) {
        my $begin = time;

        for (1, 2) {
            my $pid = fork();
            die "fork: $!\n" if !defined $pid;

            if ($pid == 0) {
                %ENV = ('system.transport' => 'unix:/nowhere',
                    'system.storage' => 'file:///tmp',
                    'config.self_role' => 'guest.0',
                    'config.task_id' => 't', 'config.job_id' => 'j',
                    'config.session_id' => 's', 'config.trace_id' => 't',
                    'config.token' => 't', 'config.message_timeout' => 10,
                    'config.node_id.guest.0' => 'a',
                    'config.node_id.host.0' => 'b',
                    'config.inst_id.guest.0' => 'a',
                    'config.inst_id.host.0' => 'b',
                    'config.log.path' => '/tmp',
                    'runtime.component.name' => 'chaos',
                    PATH => '/usr/bin:/bin');
                exec($chaos->{component}) or POSIX::_exit(127);
            }

            waitpid $pid, 0;
            die "the program ends with $?\n" if $?;
        }

        push @times, (time - $begin) * 1000;
    }

    return median(@times);
}
