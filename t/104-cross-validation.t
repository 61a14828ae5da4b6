#!/usr/bin/perl

# A training with cross validation over real nodes: the metrics that pooling
# the rows would give, at the hospitals and not at the coordinator.

use strict;
use warnings;

use lib 't/lib';
use IC::File;
use IC::Sandbox;
use JSON::PP;
use List::Util qw(sum);
use Test::More;

my ($guest, $host, $golden) = map { IC::Sandbox::shared($_) }
    qw(breast_homo_guest.csv breast_homo_host.csv golden_breast_homo.json);

plan skip_all => 'the shared data is absent' if !defined $golden;

my ($want) = grep { $_->{optimizer} eq 'sgd' && $_->{penalty} eq 'L2'
    && $_->{max_iter} == 5 && $_->{init} eq 'zeros_plain' }
    @{ decode_json(slurp($golden)) };
my $sandbox = IC::Sandbox->new(nodes => 4);

$sandbox->star;

my ($head, @rows) = split /\r?\n/, slurp($guest);
my (undef, @more) = split /\r?\n/, slurp($host);

push @rows, @more;

for my $n (1 .. 3) {
    my $file = $sandbox->temp . "/part$n.csv";

    spew($file, join '', map { "$_\n" } $head,
        @rows[grep { $_ % 3 == $n - 1 } 0 .. $#rows]);

    $sandbox->authorise($n, 0, $sandbox->dataset($n, $file,
        query => 'SELECT * FROM breast'));
}

my %sgd = (scaler => 'none', eps => 1e-12, max_iter => 5, penalty => 'L2',
    alpha => 0.01, learning_rate => 0.15);
my $order = train(%sgd, cv_param => { need_cv => JSON::PP::true,
    n_splits => 3 });
my $record = $sandbox->model(2);
my $metrics = $record->{model}{metrics};
my $all = $metrics->{evaluation};

is($all->{rows}, 455, 'the model is evaluated on all rows');
cmp_ok(abs($all->{auc} - $want->{train}{auc}), '<=',
    $all->{auc_error} + 1e-6, 'AUC as of the pooled scores');
cmp_ok($all->{auc_error}, '<', 1e-3, '... within what histograms can tell');
cmp_ok(abs($all->{ks} - $want->{train}{ks}), '<=', $all->{ks_error} + 1e-6,
    'KS');
cmp_ok(abs($all->{accuracy} - $want->{train}{acc}), '<', 1e-6, 'accuracy');
cmp_ok(abs($all->{precision} - $want->{train}{prec}), '<', 1e-6,
    'precision');
cmp_ok(abs($all->{recall} - $want->{train}{rec}), '<', 1e-6, 'recall');
is(scalar @{ $all->{curve}{tpr} }, 101, 'a curve of thresholds');
is("$all->{curve}{tpr}[0] $all->{curve}{tpr}[100]", '1 0', '... from 1 to 0');
is($all->{gains}{gain}[9], 1, 'all positives among all rows');

my @folds = @{ $metrics->{cross_validation}{folds} };

is(scalar(@folds), 3, 'three folds');
is(sum(map { $_->{rows} } @folds), 455, '... of all rows');
cmp_ok($_->{auc}, '>', 0.95, "... AUC $_->{auc}") for @folds;
cmp_ok(abs(sum(map { $_->{auc} } @folds) / 3
    - $metrics->{cross_validation}{auc}{mean}), '<', 1e-12, '... their mean');
is_deeply($sandbox->model($_)->{model}{metrics}, $metrics,
    "node $_ has the same metrics") for 1, 3;

my $digest = $record->{model}{digest};

train(%sgd, evaluate => JSON::PP::false);
$record = $sandbox->model(2);

ok(!exists $record->{model}{metrics}{evaluation}, 'no evaluation, unasked');
is($record->{model}{digest}, $digest,
   'cross validation does not change the model');

# no score and no metric is told to the coordinator

my $told = JSON::PP->new->canonical->encode($sandbox->platform(0,
    '/v1/platform/job/list?page_size=-1'));

unlike($told, qr/auc|$all->{auc}/, 'the coordinator has no metric');

$sandbox->finish;
done_testing();


sub train {
    my (%params) = @_;
    my $order = $sandbox->train([ 1, 2, 3 ],
        query => 'select * from breast',
        attributes => [ map { "x$_" } 0 .. 29 ], unique_id => 'id',
        label_name => 'y', label_value => 1, params => \%params);
    my $end = $sandbox->await_training($order);

    is($end->{train_status}{train_status}, 'success', 'a training succeeds')
        or diag(JSON::PP->new->encode($end));

    return $order;
}
