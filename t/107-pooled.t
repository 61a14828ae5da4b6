#!/usr/bin/perl

# Common bins of three nodes' rows, with an arbiter: the same model at all of
# them, evidence as of all rows together.

use warnings;
use strict;

use lib 't/lib';
use IC::Sandbox;
use IC::Steps;
use JSON::PP;
use Test::More;

my $sandbox = IC::Sandbox->new(nodes => 4);
my $steps = IC::Steps->new($sandbox, arbiter => 1);
my $seed = $ENV{SEED} || 107;

srand $seed;
note("SEED=$seed");

my %made = (woe => 'dataset', model => 'model', report => 'report');
my $name = "\xe5\x80\xbc";
my (@rows, @data);

for my $n (0 .. 2) {
    for (1 .. (150, 90, 1)[$n]) {
        my $x = int(1000 * rand()) / 10;
        push @{ $rows[$n] }, [ $x, rand() < 0.2 + $x / 200 ? 1 : 0 ];
    }

    push @data, { dataset_id => $steps->table($n, join '', "id,$name,y\n",
        map { "r$_,$rows[$n][$_][0],$rows[$n][$_][1]\n" }
        0 .. $#{ $rows[$n] }), label_name => 'y' };
}

my %params = (mode => 'pooled', columns => [ $name ], bins => 4);

sub bin { my ($x, $edges) = @_; return scalar grep { $x > $_ } @$edges }

sub plain {
    my ($edges) = @_;
    my (@p, @q, $p, $q);

    for my $row (map { @$_ } @rows) {
        my $bin = bin($row->[0], $edges);

        $row->[1] ? $p[$bin]++ : $q[$bin]++;
        $row->[1] ? $p++ : $q++;
    }

    return map { log(($p[$_] / $p) / ($q[$_] / $q)) } 0 .. @$edges;
}

for my $case ([ quantile => 'grouped' ], [ width => 'exact' ]) {
    my $job = $steps->run(
        [ 'one', 'binning_woe_iv', {}, \%made, { %params,
          method => $case->[0], bounds => $case->[1] }, [ @data, {} ] ],
        [ 'two', 'binning_woe_iv', { 'one.model' => 'model' },
          { again => 'dataset' }, { mode => 'horizontal' },
          [ @data, {} ] ]);
    my @party = @{ $job->{party} };

    is($job->{status}, 'SUCCESS', "$case->[0], $case->[1]")
        or diag(encode_json($job->{cause} || {}));

    my ($model, @others) = map { decode_json($_->{model}) } @party[0 .. 2];
    my $bins = $model->{bins}[0];
    my @plain = plain($bins->{edges});
    my $worst = 0;

    is($_->{digest}, $model->{digest}, 'the same model') for @others;
    is($party[3]{model}, undef, 'none at the arbiter');
    cmp_ok(scalar @plain, '>', 2, 'some bins');

    for (0 .. $#plain) {
        my $off = abs($plain[$_] - $bins->{woe}[$_]);
        $worst = $off if $off > $worst;
    }

    cmp_ok($worst, '<', 1e-9, 'evidence as of all rows');

    for my $n (0 .. 2) {
        my (undef, @lines) = split /\n/, $party[$n]{woe};
        my $wrong = grep {
            my $woe = (split /,/, $lines[$_])[1];
            abs($woe - $plain[bin($rows[$n][$_][0], $bins->{edges})]) > 1e-9
        } 0 .. $#{ $rows[$n] };

        is(scalar @lines, scalar @{ $rows[$n] }, "rows of party $n");
        is($wrong, 0, '... with their evidence');
        is($party[$n]{again}, $party[$n]{woe}, '... also by the model');
    }
}

{
    my $job = $steps->run([ 'one', 'binning_woe_iv', {}, \%made,
        { %params, method => 'chi_merge' }, [ @data, {} ] ]);

    isnt($job->{status}, 'SUCCESS', 'chi_merge is refused');
    like(encode_json($job->{cause} || {}), qr/chi_merge/, '... by name');
}

$sandbox->finish;
done_testing();
