#!/usr/bin/perl

# Bins and evidence over three nodes, the labels at one of them; a later
# task applies the model.

use warnings;
use strict;

use lib 't/lib';
use IC::Sandbox;
use IC::Steps;
use JSON::PP;
use Test::More;

my $sandbox = IC::Sandbox->new(nodes => 3);
my $steps = IC::Steps->new($sandbox);
my $seed = $ENV{SEED} || 107;

srand $seed;
note("SEED=$seed");

my $rows = 600;
my @x = map { my $n = $_; [ map { int(1000 * rand()) / 10 } 1 .. $rows ] }
    0 .. 2;
my @y = map { rand() < 0.1 + $x[0][$_] / 200 + $x[1][$_] / 400 ? 1 : 0 }
    0 .. $rows - 1;
my @data = (
    { dataset_id => $steps->table(0, join '', "id,y,a\n", map {
        "id$_,$y[$_],$x[0][$_]\n" } 0 .. $rows - 1), label_name => 'y' },
    map { my $n = $_; { dataset_id => $steps->table($n, join '', "id,h$n\n",
        map { "id$_,$x[$n][$_]\n" } 0 .. $rows - 1) } } 1, 2);
my %made = (woe => 'dataset', model => 'model', report => 'report');

# the evidence of a column by the edges of a model, in the clear

sub plain {
    my ($x, $edges) = @_;
    my (@p, @q, $p, $q);

    for my $row (0 .. $rows - 1) {
        my $bin = grep { $x->[$row] > $_ } @$edges;

        $y[$row] ? $p[$bin]++ : $q[$bin]++;
        $y[$row] ? $p++ : $q++;
    }

    return map { log(($p[$_] / $p) / ($q[$_] / $q)) } 0 .. @$edges;
}

{
    my $job = $steps->run(
        [ 'one', 'binning_woe_iv', {}, \%made, { unique_id => 'id',
          hosts_learn => 'woe', bins => 5 }, \@data ],
        [ 'two', 'binning_woe_iv', { 'one.model' => 'model' },
          { again => 'dataset' }, {}, \@data ]);
    my @party = @{ $job->{party} };

    is($job->{status}, 'SUCCESS', 'the labels at the guest')
        or diag(encode_json($job->{cause} || {}));

    for my $n (0 .. 2) {
        my ($bins) = @{ decode_json($party[$n]{model})->{bins} };
        my @plain = plain($x[$n], $bins->{edges});
        my $worst = 0;

        is(scalar @{ $bins->{woe} }, 5, "party $n has five bins");
        $worst = abs($_) > $worst ? abs($_) : $worst
            for map { $plain[$_] - $bins->{woe}[$_] } 0 .. $#plain;
        cmp_ok($worst, '<', 1e-9, '... with their evidence');
        is($party[$n]{again}, $party[$n]{woe}, '... also by the model');
    }

    my $report = decode_json($party[0]{report});

    is(scalar @{ $report->{hosts} }, 2, 'the guest learns of both hosts');
    unlike($party[0]{report}, qr/h[12]\b/, '... without names');
    unlike($party[1]{report}, qr/positives/, 'a host learns no counts');
}

{
    my $job = $steps->run([ 'one', 'binning_woe_iv', {}, \%made,
        { unique_id => 'id' }, \@data ]);
    my @party = @{ $job->{party} };

    is($job->{status}, 'SUCCESS', 'hosts that learn nothing')
        or diag(encode_json($job->{cause} || {}));
    is($party[1]{woe}, undef, '... have no table');
    unlike($party[1]{model}, qr/"woe"|"iv"/, '... and no evidence');
    like($party[0]{woe}, qr/^id0,\d,-?\d\.\d+$/m, 'the guest has');
}

{
    my $job = $steps->run(
        [ 'one', 'binning_woe_iv', {}, \%made, { unique_id => 'id',
          hosts_learn => 'iv' }, \@data ],
        [ 'two', 'feature_select', { 'one.model' => 'model' },
          { selected => 'dataset', why => 'report' },
          { unique_id => 'id', min_iv => 0.05 },
          [ { %{ $data[0] } }, @data[1, 2] ] ]);
    my @party = @{ $job->{party} };

    is($job->{status}, 'SUCCESS', 'columns by their values')
        or diag(encode_json($job->{cause} || {}));

    for my $n (0 .. 2) {
        my $iv = decode_json($party[$n]{model})->{bins}[0]{iv};
        my ($head) = split /\n/, $party[$n]{selected};

        is($head, ($n == 0 ? 'id,y' : 'id') . ($iv >= 0.05 ? ','
            . ($n == 0 ? 'a' : "h$n") : ''), "party $n, by $iv");
    }
}

for my $case ([ bins => 0 ], [ edges => [ 2, 1 ] ], [ min_rows => 1 ],
    [ hosts_learn => 'labels' ])
{
    my $made = $steps->make([ 'one', 'binning_woe_iv', {}, \%made,
        { @$case }, \@data ]);

    ok($made->{code}, "$case->[0] is refused");
    like($made->{msg}, qr/$case->[0]/, '... by name') or diag($made->{msg});
}

$sandbox->finish;
done_testing();
