#!/usr/bin/perl

# Models and evidence at the console: a training of three hospitals leaves a
# model whose weights, curves and scores are shown to who may have them, and
# evidence that can be searched.

use strict;
use warnings;

use lib 't/lib';
use IC::Browser;
use IC::Sandbox;
use JSON::PP;
use Test::More;

my $sandbox = IC::Sandbox->new(nodes => 4);
my $node = $sandbox->node(1);
my $seed = $ENV{IC_SEED} || time;

note("IC_SEED=$seed");
srand($seed);
$sandbox->star;

for my $n (1 .. 3) {
    my $file = $sandbox->temp . "/part$n.csv";

    open my $out, '>', $file or die "$file: $!\n";
    print $out "id,ill,age,dose\n";

    for my $i (1 .. 120) {
        my ($age, $dose) = (20 + rand 60, rand 10);

        print $out join(',', "p$n-$i", $age / 20 + rand(4) > 4.5 ? 1 : 0,
                        $age, $dose), "\n";
    }

    close $out;
    $sandbox->authorise($n, 0, $sandbox->dataset($n, $file,
        query => 'SELECT * FROM people'));
}

my $order = $sandbox->train([ 1, 2, 3 ], query => 'SELECT * FROM people',
    unique_id => 'id', label_name => 'ill', label_value => 1,
    attributes => [ 'age', 'dose' ], params => { optimizer => 'newton',
        max_iter => 12, converge_func => 'weight_diff', eps => 1e-6,
        evaluate => JSON::PP::true });
my $status = $sandbox->await_training($order);

is($status->{train_status}{train_status}, 'success', 'a training of three');

my $model = $sandbox->model(1)->{model};
my ($w, $shift, $scale) = ($model->{weights},
    @{ $model->{scaler} }{qw(mean std)});
my @row = (64, 3);
my $z = $model->{intercept};

$z += $w->[$_] * ($row[$_] - $shift->[$_]) / $scale->[$_] for 0, 1;

my $auditor = $sandbox->platform(1, '/v1/platform/operator/create',
    encode_json({ name => 'aud', roles => [ 'auditor' ] }));

browse('console-models', {
    address => $node->{console}, token => $node->{operator_token},
    auditor => $auditor->{data}{token}, row => \@row,
    score => sprintf('%.9g', 1 / (1 + exp -$z)),
}, evidence => sub {
    my $list = $sandbox->platform(1,
        '/v1/platform/evidence/list?event=RES_OUT');

    return $list->{data}{records}[0]{by};
});

$sandbox->finish;
done_testing();
