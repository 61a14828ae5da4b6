#!/usr/bin/perl

# Jobs of three nodes while everything of these nodes dies or is stopped: each
# ends, at every party alike, and nothing is left of it. The seed is printed;
# IC_SEED repeats the jobs and the faults, not the moment that each one hits.
# IC_CYCLES is the number of faults, and of jobs.

use strict;
use warnings;

use lib 't/lib';
use IC::Chaos;
use IC::Dump;
use IC::File;
use IC::Invariants;
use Storable qw(nstore);
use Test::More;
use Time::HiRes qw(sleep time);

my $seed = $ENV{IC_SEED} || int(time * 1000) & 0x7fffffff;
my $cycles = $ENV{IC_CYCLES} && $ENV{IC_CYCLES} > 100 ? $ENV{IC_CYCLES} : 100;

srand $seed;
diag("IC_SEED=$seed, $cycles faults and jobs");

my $chaos = IC::Chaos->new(nodes => 3, conf => { workers => 4,
    message_timeout => '40s', poll_interval => '2s' });
my $sandbox = $chaos->sandbox;
my @specs = map { spec($_) } 1 .. $cycles;
my $begin = time;

$chaos->begin_faults($cycles, int rand 2 ** 31);

# as many jobs at a time as operators would have, until all are started
while (@specs || grep { !$_->{started} } @{ $chaos->{acked} }) {
    for (1 .. 4) {
        my $spec = shift @specs or last;
        $chaos->create($spec->{node}, $spec);
    }

    $chaos->approve;
    $chaos->start;
    stop_some();
}

while ($chaos->faulty) {
    stop_some();
    sleep 0.1;
}

ok($chaos->end_faults, 'all faults were injected');
note(sprintf '%d faults in %.1f s', $cycles, time - $begin);
$begin = time;

my $left = $chaos->await_end(60);

stop_some(1);
is($left, '', 'every job has ended') or diag($left);
note(sprintf 'the last job ended %.1f s after the last fault', time - $begin);

# what follows an end has its time too: messages, folders, sessions
my @bad = $chaos->await_rest(30);
my $dump = IC::Dump::take($chaos);
my $file = $sandbox->temp . '/dump';

nstore($dump, $file);

my $said = `$^X @{[ IC::Sandbox::root() ]}/t/chaos/check $file`;

is($?, 0, 'the invariants hold') or diag($said, $chaos->story($said));

my %ended;

$ended{$chaos->outcome($_)}++ for @{ $chaos->{acked} };
note(join ', ', map { "$ended{$_} $_" } sort keys %ended);
cmp_ok($ended{SUCCESS} || 0, '>', 0, 'jobs have succeeded meanwhile');
is(scalar @{ $dump->{acked} }, $cycles, "$cycles jobs");

$chaos->down;
$sandbox->finish(allow => qr/exited on signal (?:9|15)\b/);
done_testing();


# A job of 3 to 5 tasks: some talk, one may fail, crash or have luck; some
# jobs try again, some are stopped.
sub spec {
    my ($n) = @_;
    my @names = map { "s$_" } 1 .. 3 + int rand 3;
    my $kind = rand();
    my $odd = int rand @names;
    my @steps;

    for my $i (0 .. $#names) {
        my @after = grep { rand() < 0.5 } @names[0 .. $i - 1];
        push @steps, { name => $names[$i], after => \@after,
            common => { rounds => int rand 4, pause => int rand 40 } };
    }

    $steps[$odd]{guest} = { mode => $kind < 0.08 ? 'fail'
        : $kind < 0.16 ? 'crash' : $kind < 0.26 ? 'flaky' : '' };

    return { node => $n % 3, steps => \@steps, priority => int rand 10,
        stop => rand() < 0.1 ? rand(3) : undef,
        rand() < 0.6 ? (retry => { count => 4, backoff => 200 }) : () };
}

sub stop_some {
    my ($all) = @_;

    for my $job (@{ $chaos->{acked} }) {
        next if !$job->{started} || $job->{stopped}
                || !defined $job->{spec}{stop};
        $chaos->stop($job) if $all || time - $job->{started}
                                      > $job->{spec}{stop};
    }
}
