#!/usr/bin/perl

# Scaling over three nodes and an arbiter: by the rows of all, by own rows,
# with a model that was fitted before.

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

my %made = (scaled => 'dataset', model => 'model', report => 'report');
my @x = map { [ map { 100 * rand() - 20 } 1 .. $_ ] } 30, 40, 51;
my @data = ((map { my $n = $_; { dataset_id => $steps->table($n,
    join '', "id,\xe5\x80\xbc\n", map { "$_,$x[$n][$_]\n" }
    0 .. $#{ $x[$n] }) } } 0 .. 2), {});
my $name = "\xe5\x80\xbc";

# what a table has in its column, and what it should have

sub values_of { map { (split /,/)[1] } grep { /^\d/ } split /\n/, $_[0] }

sub off {
    my ($text, $shift, $scale, @of) = @_;
    my @got = values_of($text // '');
    my $worst = @got == @of ? 0 : 1e9;

    for my $n (0 .. $#of) {
        my $off = abs(($of[$n] - $shift) / $scale - ($got[$n] // 1e9));
        $worst = $off if $off > $worst;
    }

    return $worst;
}

sub at { my ($q, @of) = @_; @of = sort { $a <=> $b } @of;
         my $at = $#of * $q; my $low = int $at;
         return $of[$low] + ($at - $low) * (($of[$low + 1] // 0)
             - $of[$low]) }

my @all = map { @$_ } @x;
my $mean = eval { my $sum = 0; $sum += $_ for @all; $sum / @all };
my $deviation = eval { my $sum = 0; $sum += ($_ - $mean) ** 2 for @all;
                       sqrt($sum / @all) };

for my $case ([ standard => $mean, $deviation ],
    [ robust => at(0.5, @all), at(0.75, @all) - at(0.25, @all) ])
{
    my ($method, $shift, $scale) = @$case;
    my $job = $steps->run([ 'one', 'scaler', {}, \%made,
        { method => $method, mode => 'horizontal', columns => [ $name ] },
        \@data ]);
    my @party = @{ $job->{party} };

    is($job->{status}, 'SUCCESS', "$method by the rows of all")
        or diag(encode_json($job->{cause} || {}));
    cmp_ok(off($party[$_]{scaled}, $shift, $scale, @{ $x[$_] }), '<', 1e-9,
        "... right at party $_") for 0 .. 2;
    is(decode_json($party[0]{model})->{digest},
       decode_json($party[2]{model})->{digest}, 'the same model');
    is($party[3]{model}, undef, 'none at the arbiter');
}

{
    my $job = $steps->run(
        [ 'one', 'scaler', {}, \%made, { method => 'min_max',
          unique_id => 'id' }, \@data ],
        [ 'two', 'scaler', { 'one.model' => 'model' },
          { again => 'dataset' }, {}, \@data ]);
    my @party = @{ $job->{party} };

    is($job->{status}, 'SUCCESS', 'by own rows, then with that model')
        or diag(encode_json($job->{cause} || {}));

    for my $n (0 .. 2) {
        my ($low, $high) = (sort { $a <=> $b } @{ $x[$n] })[0, -1];

        cmp_ok(off($party[$n]{scaled}, $low, $high - $low, @{ $x[$n] }),
            '<', 1e-12, "party $n has its own scale");
        is($party[$n]{again}, $party[$n]{scaled}, 'the same again');
    }
}

{
    my $made = $steps->make([ 'one', 'scaler', {}, \%made,
        { method => 'quantile' }, \@data ]);

    like($made->{msg}, qr/method/, 'another method is refused by name');
}

$sandbox->finish;
done_testing();
