#!/usr/bin/perl

# The demo's training against the physical limit of this machine: what the
# Paillier operations and the process starts of one training cost, spread
# over the cores, if nothing else took any time.
#
# Serial part: the dealer's key. Then every iteration and the two rounds of
# the scaler: each party encrypts, all partially decrypt; the parties share
# the cores.

use strict;
use warnings;

use lib 't/lib';
use IC::Sandbox;
use JSON::PP;
use List::Util qw(min sum);
use POSIX qw(ceil);
use Time::HiRes qw(time);

my $build = IC::Sandbox::build_dir();
my $runs = $ENV{BENCH_RUNS} || 5;
my $cores = () = do { local @ARGV = '/proc/cpuinfo'; grep { /^processor/ }
                      <> };
my ($parties, $iterations, $scaler_rounds) = (3, 5, 2);

my $primitives = decode_json((split /\n/, `$build/bench/primitives`)[-1])
    ->{metrics};
my $start_ms = start_ms();
my $lanes = min($cores, $parties);
my $limit = $primitives->{keygen_2048_ms}
    + ($iterations + $scaler_rounds) * $parties
      * ($primitives->{encrypt_2048_ms} + $primitives->{partial_2048_ms})
      / $lanes
    + ($parties + 1) * $start_ms / min($cores, $parties + 1);

my (@times, $result);

for my $run (1 .. $runs) {
    $result = decode_json(`$build/interconnctl demo --json`);
    push @times, $result->{train_ms};
    printf "run %d: training %d ms\n", $run, $times[-1];
}

my $median = (sort { $a <=> $b } @times)[$#times / 2];

printf "key generation %.1f ms, encryption %.2f ms, partial decryption "
    . "%.2f ms, process start %.2f ms\n",
    @$primitives{qw(keygen_2048_ms encrypt_2048_ms partial_2048_ms)},
    $start_ms;
printf "physical limit %.0f ms on %d cores, training %.0f ms (median of "
    . "%d)\n", $limit, $cores, $median, $runs;

print encode_json({ bench => 'train', metrics => {
    train_over_limit => sprintf('%.3f', $median / $limit) + 0,
    train_ms => $median, limit_ms => sprintf('%.1f', $limit) + 0,
    auc_difference => abs($result->{auc_joint} - $result->{auc_pooled}),
} }), "\n";


# Fork, exec and end of a component, which prints its descriptor.
sub start_ms {
    my $n = 20;
    my $start = time();

    system("$build/components/homo_lr --descriptor > /dev/null")
        for 1 .. $n;

    return (time() - $start) * 1000 / $n;
}
