#!/usr/bin/perl

# All traffic of a training, recorded in the clear: it holds no value of any
# row, no single party's gradient, no id.

use strict;
use warnings;

use lib 't/lib';
use IC::File;
use IC::Sandbox;
use JSON::PP;
use Test::More;

my $sandbox = IC::Sandbox->new(nodes => 4, plain => 1);
my ($traffic, @proxies) = $sandbox->record;
my $rows = 40;
my (%values, %table);

srand 7;
note('seed 7');

$sandbox->star;

for my $n (1 .. 3) {
    open my $out, '>', $sandbox->temp . "/t$n.csv" or die $!;
    print $out "unique_id,C6,C6DC,C8,diagnosis\n";

    for my $row (1 .. $rows) {
        my $id = sprintf 'PATIENT-%d-%05d', $n, int rand 1e5;
        my @x = map { sprintf '%.6f', 1 + rand 5 } 1 .. 3;
        my $y = rand() < 0.4 ? 38 : 0;

        print $out join(',', $id, @x, $y), "\n";
        $values{$id} = 'an id';
        $values{$_} = 'a value' for @x;
        push @{ $table{$n} }, [ @x, $y == 38 ];
    }

    close $out;
    $sandbox->authorise($n, 0, $sandbox->dataset($n, $sandbox->temp
        . "/t$n.csv"));
}

my $order = $sandbox->train([ 1, 2, 3 ], params => { scaler => 'none' });
my $end = $sandbox->await_training($order);

is($end->{train_status}{train_status}, 'success', 'trained in the clear')
    or diag(encode_json($end));

my $model = $sandbox->model(1)->{model};
my @records = map { slurp($_) } glob "$traffic/*";
my $all = join "\n", @records;

cmp_ok(length $all, '>', 50_000, 'the recorder saw the training');
like($all, qr{/v1/interconn/chan/invoke}, 'and its messages');

# the first gradient of each party alone, at w = 0, in every plausible form
for my $n (1 .. 3) {
    for my $j (0 .. 2) {
        my $g = 0;

        for my $row (@{ $table{$n} }) {
            my $s = $row->[3] ? 1 : -1;
            $g += -0.5 * $s * $row->[$j];
        }

        add(\%values, $g, "a gradient of party $n");
        add(\%values, $g / $rows, "a mean gradient of party $n");
    }
}

add(\%values, $_, 'a value') for grep { /^\d\.\d{6}$/ } keys %values;

my @found = grep { index($all, $_) >= 0 } keys %values;

is(scalar @found, 0, scalar(keys %values) . ' forms of secrets are absent')
    or diag(join ', ', map { "$values{$_} " . unpack 'H*', $_ } @found[0 .. 3]);

# and the search finds what is there: the facts each party declares
like($all, qr/\\?"rows\\?":\s*$rows/, 'the row count is a declared fact');

# no model, weight or loss passes in the clear either
my @weights = map { sprintf '%.10g', $_ } @{ $model->{weights} };

is(scalar(grep { index($all, $_) >= 0 } @weights), 0,
   'no weight passes in the clear');

undef @proxies;
$sandbox->finish(allow => qr/connect\(\) failed/);
done_testing();


# A number as text, as a double of either byte order and in fixed point.
sub add {
    my ($values, $x, $what) = @_;
    my $fixed = int($x * 2 ** 24 + ($x < 0 ? -0.5 : 0.5));

    $values->{$_} = $what for sprintf('%.9g', $x), pack('d<', $x),
        pack('d>', $x), pack('q<', $fixed), pack('q>', $fixed);
}
