#!/usr/bin/perl

# homo_lr over real nodes beyond gradient steps: Newton's method to the exact
# optimum with errors of the weights, a robust scaler over all hospitals,
# weights of classes, noise; and what is refused when the job is made.

use strict;
use warnings;

use lib 't/lib';
use IC::File;
use IC::Sandbox;
use JSON::PP;
use List::Util qw(max sum);
use Test::More;

my ($guest, $host) = map { IC::Sandbox::shared($_) }
    qw(breast_homo_guest.csv breast_homo_host.csv);

plan skip_all => 'the shared data is absent' if !defined $host;

my $sandbox = IC::Sandbox->new(nodes => 4);
my @attributes = map { "x$_" } 0 .. 29;
my @rows = split_three();

$sandbox->star;

for my $n (1 .. 3) {
    $sandbox->authorise($n, 0, $sandbox->dataset($n, $sandbox->temp
        . "/part$n.csv", query => 'SELECT * FROM breast'));
}

# the optimum of the pooled rows
{
    my $model = train(optimizer => 'newton', alpha => 0.01, scaler => 'none',
        converge_func => 'weight_diff', eps => 1e-9, max_iter => 20);
    my $metrics = $model->{metrics};
    my $norm = sum(map { $_ * $_ } @{ $model->{weights} });

    cmp_ok($metrics->{iterations}, '<=', 10, 'newton: rounds');
    ok($metrics->{is_converged}, '... converged');
    near($metrics->{loss}[-1] + 0.005 * $norm, 0.086190671082, 1e-8,
        '... the objective of the exact optimum');
    near($model->{intercept}, 0.704304460, 1e-8, '... its intercept');
    near(sqrt $norm, 2.418058024, 1e-8, '... the length of its weights');

    my $errors = $metrics->{errors};

    is($errors->{confidence}, 0.95, '... with intervals');

    for my $list (qw/ standard_errors z p_values low high /) {
        is(scalar @{ $errors->{$list} }, 31, "... $list of all weights");
    }

    near($errors->{z}[$_] * $errors->{standard_errors}[$_],
        $_ < 30 ? $model->{weights}[$_] : $model->{intercept}, 1e-12,
        "... z of $_") for 0, 17, 30;
    near(($errors->{high}[4] - $errors->{low}[4]) / 2
        / $errors->{standard_errors}[4], 1.959963984540054, 1e-9,
        '... the interval');
    ok(!(grep { $_ < 0 || $_ > 1 } @{ $errors->{p_values} }),
        '... p-values');
}

# medians and quartiles of all hospitals' rows, as of one table
{
    my $model = train(scaler => 'robust', max_iter => 2,
        class_weight => 'balanced');
    my $off = 0;

    is($model->{scaler}{type}, 'robust', 'robust scaler');

    for my $i (0 .. 29) {
        my @x = sort { $a <=> $b } map { $_->[$i] } @rows;
        my ($first, $second, $third) = map { quantile(\@x, $_) }
            0.25, 0.5, 0.75;

        $off = max($off, abs($model->{scaler}{median}[$i] - $second),
            abs($model->{scaler}{iqr}[$i] - ($third - $first)));
    }

    cmp_ok($off, '<', 1e-12, '... medians and ranges');
    is($model->{metrics}{errors}, undef, '... no errors of two steps');
}

# noise
{
    my %noise = (evaluate => JSON::PP::false,
        dp_param => { need_dp => JSON::PP::true, clip => 2,
        noise_multiplier => 4 }, scaler => 'none', max_iter => 5,
        converge_func => 'weight_diff', eps => 0);
    my ($one, $two) = map { train(%noise) } 1, 2;

    near($one->{metrics}{privacy}{epsilon},
        5 / 32 + 2 * sqrt(5 / 32 * log(1e5)), 1e-9, 'noise: epsilon');
    is_deeply($one->{metrics}{loss}, [], '... no loss');
    ok(!exists $one->{metrics}{positives}, '... no number of positive rows');
    isnt($one->{weights}[0], $two->{weights}[0], '... other noise each time');
}

# said when the job is made, before anyone is asked
for my $bad ({ optimizer => 'lbfgs' }, { class_weight => 'heavy' },
    { dp_param => { clip => 0 } }, { dp_param => { noise => 1 } },
    { confidence => 1 })
{
    my $answer = request(%$bad);
    my ($name) = keys %$bad;

    isnt($answer->{code}, 200, "$name refused");
    like($answer->{message} // $answer->{msg}, qr/\Q$name\E/,
        '... by its name');
}

$sandbox->finish;
done_testing();


sub request {
    return $sandbox->platform(0, '/model/train', $sandbox->train_request(
        [ 3, 1, 2 ], query => 'SELECT * FROM breast', unique_id => 'id',
        attributes => \@attributes, label_name => 'y', label_value => 1,
        params => { @_ }));
}

sub train {
    my %params = @_;
    my $order = $sandbox->train([ 3, 1, 2 ], query => 'SELECT * FROM breast',
        attributes => \@attributes, unique_id => 'id', label_name => 'y',
        label_value => 1, params => \%params);
    my $end = $sandbox->await_training($order);

    is($end->{train_status}{train_status}, 'success',
        join ' ', map { "$_ $params{$_}" } sort keys %params)
        or diag(encode_json($end));

    my $record = $sandbox->model(1);

    is($sandbox->model($_)->{digest}, $record->{digest}, "... node $_ has it")
        for 2, 3;

    return $record->{model};
}

sub near {
    my ($is, $want, $off, $name) = @_;

    ok(abs($is - $want) <= $off, $name) or diag("$is, not $want");
}

sub quantile {
    my ($x, $q) = @_;
    my $at = $q * $#$x;
    my $low = int $at;
    my $next = $x->[ $low < $#$x ? $low + 1 : $low ];

    return $x->[$low] + ($at - $low) * ($next - $x->[$low]);
}

# guest and host rows dealt to three files in turn; all values
sub split_three {
    my ($head, @all);

    for my $file ($guest, $host) {
        my @lines = split /\r?\n/, slurp($file);

        $head = shift @lines;
        push @all, @lines;
    }

    for my $n (1 .. 3) {
        open my $out, '>', $sandbox->temp . "/part$n.csv" or die $!;
        print $out "$head\n";
        print $out map { "$all[$_]\n" } grep { $_ % 3 == $n - 1 }
            0 .. $#all;
        close $out;
    }

    my @names = split /,/, $head;
    my %at = map { $names[$_] => $_ } 0 .. $#names;

    return map { my @x = split /,/; [ @x[@at{@attributes}] ] } @all;
}
