#!/usr/bin/perl

# Columns of two hosts that say what one of the guest's says: with a node that
# deals random numbers, and by guest and host alone.

use warnings;
use strict;

use lib 't/lib';
use IC::Sandbox;
use IC::Steps;
use JSON::PP;
use Test::More;

my $seed = $ENV{SEED} || 107;

srand $seed;
note("SEED=$seed");

my $rows = 200;
my @x = map { sprintf '%.6f', 1000 * rand } 1 .. $rows;
my @noise = map { sprintf '%.6f', rand } 1 .. $rows;
my %made = (selected => 'dataset', report => 'report');
my @params = (unique_id => 'id', across => JSON::PP::true,
    max_correlation => 0.9);

# tables of the guest and of hosts, the first of which has a copy of x

sub tables {
    my ($steps, $hosts) = @_;

    return { dataset_id => $steps->table(0, join '', "id,y,x\n", map {
            "id$_," . $_ % 2 . ",$x[$_]\n" } 0 .. $rows - 1),
            label_name => 'y' },
        map { my $n = $_; { dataset_id => $steps->table($n, join '',
            "id,same$n,other$n\n", map { "id$_,"
            . ($n == 1 ? 3 - 2 * $x[$_] : $noise[$_] ** 2)
            . ",$noise[$_]\n" } 0 .. $rows - 1) } } 1 .. $hosts;
}

# the columns that are left, and why others went

sub head {
    return (split /\n/, $_[0]{selected})[0];
}

sub why {
    return join ',', map { "$_->{result}:" . ($_->{party} || '') }
        @{ decode_json($_[0]{report})->{columns} };
}

{
    my $sandbox = IC::Sandbox->new(nodes => 4);
    my $steps = IC::Steps->new($sandbox, arbiter => 1);
    my @data = tables($steps, 2);
    my $job = $steps->run([ 'one', 'feature_select', {}, \%made,
        { @params }, \@data ]);
    my @party = @{ $job->{party} };

    is($job->{status}, 'SUCCESS', 'with a coordinator')
        or diag(encode_json($job->{cause} || {}));
    is(head($party[0]), 'id,y,x', "the guest's column stays");
    is(why($party[0]), 'kept:', '... and it learns of no other');
    is(head($party[1]), 'id,other1', 'its copy at a host goes');
    is(why($party[1]), 'correlated_across:guest.0,kept:', '... and why');
    is(why($party[2]), 'kept:,correlated:', 'the other host: by its own');
    is($party[3]{selected}, undef, 'the coordinator has no table');
    is($party[3]{report}, undef, '... and no report');

    my $few = $steps->run([ 'two', 'feature_select', {}, \%made,
        { @params, min_rows => $rows + 1 }, \@data ]);

    is($few->{status}, 'FAILED', 'fewer rows than min_rows');
    is(join(',', map { $_->{selected} ? 1 : 0 } @{ $few->{party} }),
        '0,0,0,0', '... give nothing');

    $sandbox->finish;
}

{
    my $sandbox = IC::Sandbox->new(nodes => 2);
    my $steps = IC::Steps->new($sandbox);
    my $job = $steps->run([ 'one', 'feature_select', {}, \%made,
        { @params, triples => 'paillier' }, [ tables($steps, 1) ] ]);
    my @party = @{ $job->{party} };

    is($job->{status}, 'SUCCESS', 'by the two alone')
        or diag(encode_json($job->{cause} || {}));
    is(head($party[0]), 'id,y,x', 'the guest');
    is(head($party[1]), 'id,other1', 'the host');
    is(why($party[1]), 'correlated_across:guest.0,kept:', '... and why');

    my $made = $steps->make([ 'one', 'feature_select', {}, \%made,
        { @params, min_rows => 5 }, [ tables($steps, 1) ] ]);

    like($made->{msg}, qr/min_rows/, 'min_rows of 5 is refused by name');

    $sandbox->finish;
}

done_testing();
