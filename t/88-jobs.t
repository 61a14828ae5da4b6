#!/usr/bin/perl

# Two hundred jobs at once: all end, and what is urgent goes first.

use strict;
use warnings;

use lib 't/lib';
use IC::Chaos;
use Test::More;
use Time::HiRes qw(sleep time);

my $jobs = 200;
my $chaos = IC::Chaos->new(nodes => 2, conf => { workers => 2 });
my @priorities = map { $_ * 10 } 0 .. 4;
my $sandbox = $chaos->sandbox;

# approved, and started all at once; half of them by either party
for my $n (1 .. $jobs) {
    $chaos->create($n % 2, { priority => $priorities[$n % @priorities],
        steps => [ { name => 'a', common => { rounds => 1 } } ] });
    $chaos->approve if $n % 20 == 0;
}

$chaos->approve;

# both schedulers stand still meanwhile, so that all wait together
my @schedulers = map { my %role = IC::Chaos::roles($_); $role{scheduler} }
    $sandbox->node(0), $sandbox->node(1);

kill 'STOP', @schedulers;

my $begin = time;
my $until = $begin + 60;

while ($chaos->start) {
    die "jobs cannot be started\n" if time > $until;
    $chaos->approve;
}

my $started = time - $begin;

sleep 1.1;    # what counts below has waited for a second
kill 'CONT', @schedulers;

is($chaos->await_end(120), '', "$jobs jobs have ended");
note(sprintf '%d jobs started in %.1f s, ended after %.1f s', $jobs, $started,
    time - $begin);

my %outcome;
$outcome{$chaos->outcome($_)}++ for @{ $chaos->{acked} };
is_deeply(\%outcome, { SUCCESS => $jobs }, 'all of them well');

# Of two jobs that a node had started before either had a task, the urgent one
# began first; its parties hear of it before, which takes a moment.
for my $n (0, 1) {
    my $store = $chaos->store($n);
    my ($right, $wrong, @list) = (0, 0);

    for my $job (grep { $_->{node} == $n } @{ $chaos->{acked} }) {
        my $record = $store->hash("job:$job->{job_id}");
        my ($task) = split ' ', $record->{'begun.a'};

        push @list, { priority => $job->{spec}{priority},
            started => $record->{start_time},
            begun => $store->get("task:$task", 'create_time') };
    }

    for my $one (@list) {
        for my $other (@list) {
            next if $one->{priority} <= $other->{priority}
                    || $one->{started} + 1000 >= $other->{begun}
                    || $other->{started} >= $one->{begun};
            $one->{begun} <= $other->{begun} ? $right++ : $wrong++;
        }
    }

    note("node $n: $right pairs in order, $wrong not");
    cmp_ok($right, '>', 100, "node $n: jobs have waited together");
    is($wrong, 0, '... and priorities were respected');
}

$chaos->down;
$sandbox->finish;
done_testing();
