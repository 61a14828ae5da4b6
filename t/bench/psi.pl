#!/usr/bin/perl

# Whole jobs of psi between two nodes, through their nginx, against the time
# that their scalar multiplications alone take on all cores: four for every
# pair of keys. From job/start to the job's end as its initiator sees it.

use warnings;
use strict;

use lib 't/lib';
use IC::Psi;
use IC::Sandbox;
use JSON::PP;
use List::Util qw/ sum /;

my $build = IC::Sandbox::build_dir();
my %runs = (1e5 => $ENV{BENCH_RUNS} || 5, 1e6 => $ENV{BENCH_RUNS} || 3);
my $sandbox = IC::Sandbox->new(nodes => 2);
my $psi = IC::Psi->new($sandbox);
my %metrics;

# the job's record has its times; asking often would slow it down
$psi->{pace} = 0.25;

for my $n (1e5, 1e6) {
    my @texts = map { text($_, $n) } 0, 1;
    my @tables = map { $psi->table($_, $texts[$_]) } 0, 1;
    my $memory = IC::Psi::memory($texts[1]);
    my (@over, @times);

    for my $run (1 .. $runs{$n}) {
        my $rate = decode_json(`$build/bench/psi`);
        my $job = $psi->run([ \@tables, { keys => [ 'id' ] } ], 300);
        my $limit = 4 * $n / $rate->{rate};

        die encode_json($job->{cause} || {}) if $job->{status} ne 'SUCCESS';
        die "$job->{party}[0]{report}{intersection} keys\n"
            if $job->{party}[0]{report}{intersection} != $n / 2;

        for my $party (@{ $job->{party} }) {
            my $peak = $party->{report}{peak_memory};

            die "$peak bytes of memory\n" if $peak > $memory;
            printf "%d MiB of memory, the bound is %d MiB\n", $peak >> 20,
                $memory >> 20;
        }

        push @times, $job->{seconds};
        push @over, $job->{seconds} / $limit;
        printf "%7d keys, run %d: %.2f s, limit %.2f s (%d/s on %d threads, "
            . "%s): %.2f\n", $n, $run, $job->{seconds}, $limit,
            @{$rate}{qw/ rate threads backend /}, $over[-1];

        # both ways, per id of either party
        $metrics{psi_bytes_per_id} = sprintf('%.2f', sum(map {
            $_->{report}{bytes_sent} } @{ $job->{party} }) / (2 * $n)) + 0;
    }

    my $name = $n == 1e5 ? '1e5' : '1e6';

    @over = sort { $a <=> $b } @over;
    @times = sort { $a <=> $b } @times;
    $metrics{"psi_over_limit_$name"} = sprintf('%.3f', $over[$#over / 2]) + 0;
    $metrics{"psi_seconds_$name"} = sprintf('%.2f', $times[$#times / 2]) + 0;
}

print encode_json({ bench => 'psi', metrics => \%metrics }), "\n";

###############################################################################

# Half of the keys are the other's too.

sub text {
    my ($n, $count) = @_;

    return join '', "id,v\n", map {
        sprintf "%011d,%d\n", ($_ + $n * $count / 2) * 7919 % 99999999977, $_
    } 1 .. $count;
}
