#!/usr/bin/perl

# Vertical logistic regression over two nodes and their nginx: the rows of a
# psi, a model in two pieces, what passes, and what is refused.

use warnings;
use strict;

use lib 't/lib';
use IC::File;
use IC::Sandbox;
use IC::Steps;
use JSON::PP;
use List::Util qw/ max sum /;
use Test::More;

my ($guest, $host) = map { IC::Sandbox::shared("breast_hetero_$_.csv") }
    qw/ guest host /;

plan skip_all => 'the shared data is absent' if !defined $host;

my $sandbox = IC::Sandbox->new(nodes => 2, plain => 1);
my ($traffic, @proxies) = $sandbox->record;
my $steps = IC::Steps->new($sandbox);

# the host has its rows in another order and others beside; ids that show

my @lines = map { [ split /\n/, slurp($_) ] } $guest, $host;

for my $table (@lines) {
    $table->[$_] =~ s/^/patient-/ for 1 .. $#$table;
}

my ($head, @host) = @{ $lines[1] };
my @tables = ($steps->table(0, join "\n", @{ $lines[0] }, ''),
    $steps->table(1, join "\n", $head, reverse(@host),
        map({ "nobody-$_" . ',1' x 20 } 1 .. 30), ''));
my @data = map { { dataset_id => $_ } } @tables;
my %ask = (unique_id => 'id', label_name => 'y');
my %made = (model => 'model', report => 'report');

# Weights of a training on one machine, all columns together.

sub plain {
    my ($iterations, $rows) = @_;
    my @w = (0) x (@{ $rows->[0]{x} } + 1);
    my $n = @$rows;

    for my $t (0 .. $iterations - 1) {
        my $eta = .15 / sqrt(1 + $t);
        my @g = (0) x @w;

        for my $row (@$rows) {
            my $e = .5 - $row->{y} + .25 * score(\@w, $row);

            $g[$_] += $e * $row->{x}[$_] / $n for 0 .. $#w - 1;
            $g[-1] += $e / $n;
        }

        $w[$_] -= $eta * ($g[$_] + .01 * $w[$_]) for 0 .. $#w - 1;
        $w[-1] -= $eta * $g[-1];
    }

    return \@w;
}

sub score {
    my ($w, $row) = @_;

    return $w->[-1] + sum(map { $w->[$_] * $row->{x}[$_] } 0 .. $#$w - 1);
}

# Rows of both tables of a psi, put side by side and scaled.

sub rows {
    my ($one, $two) = @_;
    my (undef, @one) = split /\n/, $one;
    my (undef, @two) = split /\n/, $two;
    my @rows = map { my (undef, $y, @x) = split /,/, $one[$_];
        { y => $y, x => [ @x, (split /,/, $two[$_])[1 .. 20] ] } } 0 .. $#one;

    for my $j (0 .. $#{ $rows[0]{x} }) {
        my $mean = sum(map { $_->{x}[$j] } @rows) / @rows;
        my $std = sqrt(sum(map { ($_->{x}[$j] - $mean) ** 2 } @rows) / @rows);

        $_->{x}[$j] = ($_->{x}[$j] - $mean) / $std for @rows;
    }

    return \@rows;
}

###############################################################################
# the rows of a psi

{
    my $job = $steps->run(
        [ 'one', 'psi', {}, { set => 'dataset' }, { keys => [ 'id' ] },
          \@data ],
        [ 'two', 'hetero_lr', { 'one.set' => 'dataset' }, \%made,
          { %ask, max_iter => 10, calibrate => JSON::PP::true } ],
        [ 'three', 'predict', { 'one.set' => 'dataset',
          'two.model' => 'model' }, { scores => 'dataset' }, {} ]);
    my ($one, $two) = @{ $job->{party} };

    is($job->{status}, 'SUCCESS', 'psi, then a training')
        or diag(encode_json($job->{cause} || {})), goto END;

    my @model = map { decode_json($_->{model}) } $one, $two;
    my @report = map { decode_json($_->{report}) } $one, $two;
    my $rows = rows($one->{set}, $two->{set});
    my $want = plain(10, $rows);
    my @got = (map({ @{ $_->{weights} } } @model), $model[0]{intercept});

    is(scalar(@{ $model[0]{weights} }) . ' ' . @{ $model[1]{weights} },
       '10 20', 'each has the weights of its columns');
    ok(max(map { abs($want->[$_] - $got[$_]) } 0 .. 30) < 1e-3,
       '... those of a training on one machine');
    ok(!exists $model[1]{intercept}, 'the host has no intercept');
    is($model[0]{piece}{set}, $model[1]{piece}{set}, 'pieces of one model');
    is($model[1]{piece}{role}, 'host.0', '... each says whose it is');
    is($report[0]{rows}, 569, 'rows');
    is($report[1]{iterations}, 10, 'iterations');
    is_deeply($report[0]{loss}, $report[1]{loss}, 'losses at both');
    ok(abs($report[0]{loss}[0] - log 2) < 1e-6, '... from ln 2 on');
    ok($report[0]{loss}[9] < $report[0]{loss}[0], '... downwards');
    cmp_ok($report[0]{auc}, '>', .98, 'AUC of the training rows');
    ok($model[0]{calibration} && !$model[1]{calibration},
       'the guest calibrates');
    ok(!exists $report[1]{auc}, '... the host learns no AUC');

    # the pieces give scores to the guest alone

    my (undef, @scores) = split /\n/, $one->{scores} // '';
    my ($slope, $offset) = @{ $model[0]{calibration} }{qw/ slope offset /};

    is(scalar(@scores), 569, 'a score of every row');
    ok(max(map { my $p = 1 / (1 + exp(-$offset
                                      - $slope * score($want, $rows->[$_])));
                 abs((split /,/, $scores[$_])[1] - $p) } 0 .. $#scores)
       < 1e-3, '... those of one machine');
    ok(!defined $two->{scores}, 'the host has none');

    # as many bytes as the ciphertexts have, and a little

    cmp_ok($report[0]{bytes_sent}, '<', 10 * (569 + 31 + 569 / 9 + 40) * 512
        * 1.05, 'bytes');
}

###############################################################################
# nothing of it passed in clear

{
    my $all = join '', map { slurp($_) } glob "$traffic/*";
    my @ids = map { /^(patient-\d+)/ ? $1 : () } @{ $lines[0] };
    my @values = map { /,(-?\d\.\d{6}),/g } @{ $lines[0] }, @host;

    cmp_ok(length $all, '>', 6_000_000, 'the traffic was recorded');
    is_deeply([ grep { index($all, $_) != -1 } @ids ], [], 'no id');
    is(scalar(grep { index($all, $_) != -1 } @values[0 .. 499]), 0,
       'no value');
}

###############################################################################
# what is refused

{
    my $job = $steps->run([ 'two', 'hetero_lr', {}, \%made, \%ask,
        \@data ]);

    is($job->{status}, 'FAILED', 'rows that are not aligned');
    is($job->{cause}{error}, 'data_not_aligned', '... with the cause')
        or diag(encode_json($job->{cause} || {}));

    for my $case ([ sigmoid => 'exact' ], [ optimizer => 'adam' ],
        [ penalty => 'L1' ], [ key_length => 1024 ], [ max_iter => 0 ],
        [ learning_rate => 0 ])
    {
        my $no = $steps->make([ 'two', 'hetero_lr', {}, \%made,
            { %ask, @$case }, \@data ]);

        like($no->{msg}, qr/$case->[0]/, "$case->[0] is refused by name");
    }
}

END:
undef @proxies;
$sandbox->finish;
done_testing();
