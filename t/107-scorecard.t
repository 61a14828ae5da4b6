#!/usr/bin/perl

# From bins to a scorecard that two nodes have together: bins, evidence, a
# model of both, points, scores of rows.

use warnings;
use strict;

use lib 't/lib';
use IC::Sandbox;
use IC::Steps;
use JSON::PP;
use Test::More;

my $sandbox = IC::Sandbox->new(nodes => 2);
my $steps = IC::Steps->new($sandbox);
my $seed = $ENV{SEED} || 107;

srand $seed;
note("SEED=$seed");

my $rows = 300;
my @x = map { [ map { int(1000 * rand()) / 10 } 1 .. $rows ] } 0 .. 1;
my @y = map { rand() < 0.1 + $x[0][$_] / 200 + $x[1][$_] / 400 ? 1 : 0 }
    0 .. $rows - 1;
my @data = ({ dataset_id => $steps->table(0, join '', "id,y,a\n", map {
        "id$_,$y[$_],$x[0][$_]\n" } 0 .. $rows - 1), label_name => 'y' },
    { dataset_id => $steps->table(1, join '', "id,b\n", map {
        "id$_,$x[1][$_]\n" } 0 .. $rows - 1) });

my $job = $steps->run(
    [ 'bins', 'binning_woe_iv', {}, { woe => 'dataset', evidence => 'model' },
      { unique_id => 'id', hosts_learn => 'woe', bins => 4 }, \@data ],
    [ 'lr', 'hetero_lr', { 'bins.woe' => 'dataset' }, { weights => 'model' },
      { unique_id => 'id', max_iter => 3, scaler => 'standard' },
      [ { label_name => 'y', attributes => [ 'a' ] },
        { attributes => [ 'b' ] } ] ],
    [ 'card', 'scorecard', { 'lr.weights' => 'model',
        'bins.evidence' => 'model' },
      { points => 'model', pointsheet => 'report' }, {} ],
    [ 'score', 'predict', { 'card.points' => 'model' },
      { scores => 'dataset' }, { unique_id => 'id' },
      [ { dataset_id => $data[0]{dataset_id} },
        { dataset_id => $data[1]{dataset_id} } ] ]);
my @party = @{ $job->{party} };

is($job->{status}, 'SUCCESS', 'bins, model, card, scores')
    or diag(encode_json($job->{cause} || {})), goto END;

# the same in the clear, of what both have

sub part {
    my ($n, $x) = @_;
    my $lr = decode_json($party[$n]{weights});
    my ($bins) = @{ decode_json($party[$n]{evidence})->{bins} };
    my $woe = $bins->{woe}[ grep({ $x > $_ } @{ $bins->{edges} }) + 0 ];
    my $scaler = $lr->{scaler};

    return ($lr->{intercept} // 0) + $lr->{weights}[0]
        * ($scaler->{type} eq 'none' ? $woe
           : ($woe - $scaler->{mean}[0]) / $scaler->{std}[0]);
}

my (undef, @lines) = split /\n/, $party[0]{scores};
my $worst = @lines == $rows ? 0 : 1e9;
my %values;

for my $n (0 .. $#lines) {
    my ($id, $score) = split /,/, $lines[$n];
    my $off = $score - (500 - 20 / log(2) * (part(0, $x[0][$n])
        + part(1, $x[1][$n])));

    $values{$score}++;
    $worst = abs $off if abs $off > $worst;
}

cmp_ok($worst, '<', 0.02, "scores of $rows rows are those of the odds");
cmp_ok(keys %values, '>', 4, 'several of them');
is($party[1]{scores}, undef, 'the host has no scores');
ok(decode_json($party[0]{points})->{piece}{set}
    eq decode_json($party[1]{points})->{piece}{set}
    && decode_json($party[0]{weights})->{piece}{set}
    ne decode_json($party[0]{points})->{piece}{set}, 'one card in two pieces');
unlike($party[1]{pointsheet}, qr/"base"/, 'the base is at the guest');
like($party[1]{pointsheet}, qr/"points"/, 'points of its bins at the host');

END:
$sandbox->finish;
done_testing();
