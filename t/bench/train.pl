#!/usr/bin/perl

# The demo's training against the physical limit of this machine: the
# Paillier operations and the process starts of one training, spread evenly
# over the cores, if nothing else took any time.
#
# One key; for each party a base of its own with its table; for each round
# (one for the first sums, one per iteration, one for the last loss) and party
# an encryption and a partial decryption; one process per party and the
# coordinator's.

use strict;
use warnings;

use lib 't/lib';
use IC::Sandbox;
use JSON::PP;
use List::Util qw(sum);
use Time::HiRes qw(time);

my $build = IC::Sandbox::build_dir();
my $runs = $ENV{BENCH_RUNS} || 7;
my $cores = `nproc` + 0;
my ($parties, $iterations) = (3, 5);
my $rounds = $iterations + 2;

my $ms = decode_json((split /\n/, `$build/bench/primitives`)[-1])->{metrics};
my $start = start_ms();
my %part = (
    'one key' => $ms->{keygen_2048_ms} + $ms->{deal_2048_ms},
    'bases' => $parties * ($ms->{base_2048_ms} + $ms->{table_2048_ms}),
    'encryptions' => $rounds * $parties * $ms->{encrypt_1_2048_ms},
    'partial decryptions' => $rounds * $parties
        * ($ms->{partials_1_2048_ms} + $ms->{combine_2048_ms}),
    'process starts' => ($parties + 1) * $start,
);
my $limit = sum(values %part) / $cores;

my (@times, $result);

for my $run (1 .. $runs) {
    $result = decode_json(`$build/interconnctl demo --json`);
    push @times, $result->{train_ms};
    printf "run %d: training %d ms\n", $run, $times[-1];
}

@times = sort { $a <=> $b } @times;

my $median = $times[$#times / 2];

printf "%-20s %7.1f ms CPU\n", $_, $part{$_} for sort keys %part;
printf "physical limit %.0f ms on %d cores; training %d ms (median of %d)\n",
    $limit, $cores, $median, $runs;

print encode_json({ bench => 'train', metrics => {
    train_over_limit => sprintf('%.3f', $median / $limit) + 0,
    train_ms => $median, limit_ms => sprintf('%.1f', $limit) + 0,
    auc_difference => abs($result->{auc_joint} - $result->{auc_pooled}),
} }), "\n";


# Start to end of a component that only prints its descriptor.
sub start_ms {
    my $n = 20;
    my $begun = time();

    system("$build/components/homo_lr --descriptor > /dev/null")
        for 1 .. $n;

    return (time() - $begun) * 1000 / $n;
}
