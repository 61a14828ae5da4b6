#!/usr/bin/perl

# Whole jobs of pir between two nodes, through their nginx: from job/start to
# the job's end as its initiator sees it; every answer is looked up.

use warnings;
use strict;

use lib 't/lib';
use IC::File;
use IC::Psi;
use IC::Sandbox;
use JSON::PP;

my ($rows, $runs) = (100_000, $ENV{BENCH_RUNS} || 3);
my $sandbox = IC::Sandbox->new(nodes => 2);
my $psi = IC::Psi->new($sandbox);        # tables, and how jobs are run
my $people = $psi->table(1, join '', "id,v\n",
    map { sprintf "key-%d,%024d\n", $_ * 3, $_ } 0 .. $rows - 1);
my %metrics;

{
    no warnings 'redefine';

    my $plan = \&IC::Psi::plan;

    *IC::Psi::plan = sub {
        my %plan = $plan->(@_);
        my $step = $plan{dag}{components}[0];

        $step->{componentName} = 'pir';
        $step->{output}[0]{key} = 'answers';

        return %plan;
    };
}

for my $queries (16, 256) {
    my $asked = $psi->table(0, join '', "id\n",
        map { 'key-' . ($_ % 3 ? $_ * 997 % $rows * 3 : $_ * 3 + 1) . "\n" }
        0 .. $queries - 1);

    for my $method (qw/ oprf linear /) {
        my @times;

        for (1 .. $runs) {
            my $job = $psi->run([ [ $asked, $people ],
                { method => $method, keys => [ 'id' ],
                  batch_size => $queries }, {}, { labels => [ 'v' ] } ], 120);

            die encode_json($job->{cause} || {})
                if $job->{status} ne 'SUCCESS';

            my ($file) = glob $sandbox->node(0)->{dir}
                . "/data/artefacts/$job->{id}-guest-0/*-answers/data_0";
            my @lines = split /\n/, slurp($file);
            my $wrong = grep { $_ ne 'id,found,v'
                && (/^key-(\d+),true,0*(\d+)$/ ? $1 != $2 * 3
                    : !/^key-(\d+),false,$/ || $1 % 3 == 0) } @lines;

            die "$wrong wrong answers of " . @lines . "\n"
                if $wrong || @lines != $queries + 1;
            push @times, $job->{seconds};
        }

        @times = sort { $a <=> $b } @times;
        $metrics{"pir_nodes_${method}_${queries}_s"}
            = sprintf('%.3f', $times[$#times / 2]) + 0;
        printf "%-6s %4d queries of %d rows between two nodes: %.2f s\n",
            $method, $queries, $rows, $times[$#times / 2];
    }
}

print encode_json({ bench => 'pir_nodes', metrics => \%metrics }), "\n";
