#!/usr/bin/perl

# A training over real nodes: the golden trajectories, what each side sees.

use strict;
use warnings;

use lib 't/lib';
use IC::File;
use IC::Sandbox;
use JSON::PP;
use List::Util qw(max);
use Test::More;

my ($guest, $host, $golden) = map { IC::Sandbox::shared($_) }
    qw(breast_homo_guest.csv breast_homo_host.csv golden_breast_homo.json);

plan skip_all => 'the shared data is absent' if !defined $golden;

my @golden = @{ decode_json(slurp($golden)) };
my $sandbox = IC::Sandbox->new(nodes => 4);
my @attributes = map { "x$_" } 0 .. 29;

$sandbox->star;
split_three();

# the hospitals' tables, published and lent to the coordinator
for my $n (1 .. 3) {
    my $id = $sandbox->dataset($n, $sandbox->temp . "/part$n.csv",
        query => 'SELECT * FROM breast');
    $sandbox->authorise($n, 0, $id);
}

my %intercept = (zeros_plain => 'zero', zeros_fate_b0 => 'log_odds');
my @sgd = grep { $_->{optimizer} eq 'sgd' } @golden;

cmp_ok(scalar @sgd, '>=', 8, 'the sgd trajectories are there');

for my $want (@sgd)
{
    my $name = "sgd $want->{penalty} $want->{max_iter} $want->{init}";
    my $order = $sandbox->train([ 3, 1, 2 ],
        query => 'select  * from Breast ;' =~ s/Breast/breast/r,
        attributes => \@attributes, unique_id => 'id', label_name => 'y',
        label_value => 1, params => {
            scaler => 'none', eps => 1e-12,
            init_intercept => $intercept{ $want->{init} },
            max_iter => $want->{max_iter},
            penalty => $want->{penalty} =~ /none/i ? 'NONE'
                                                   : $want->{penalty},
            alpha => $want->{alpha},
            learning_rate => $want->{learning_rate} });
    my $end = $sandbox->await_training($order);

    is($end->{train_status}{train_status}, 'success', "$name succeeds")
        or diag(encode_json($end)), next;
    is($end->{train_status}{train_progress}, 100, "$name: 100 %");

    my $record = $sandbox->model(3);
    my $model = $record->{model};

    cmp_ok(max(map { abs($model->{weights}[$_] - $want->{weights}[$_]) }
               0 .. 29), '<', 1e-6, "$name: weights");
    cmp_ok(abs($model->{intercept} - $want->{intercept}), '<', 1e-6,
           "$name: intercept");
    cmp_ok(max(map { abs($model->{metrics}{loss}[$_]
                         - $want->{mean_logloss}[$_]) }
               0 .. $want->{max_iter} - 1), '<', 1e-6, "$name: losses");

    is($sandbox->model($_)->{digest}, $record->{digest},
       "$name: node $_ holds the same model") for 1, 2;
    is_deeply($end->{data_volum}, { 2 => 152, 3 => 152, 4 => 151 },
              "$name: rows of each party");
}

# the coordinator has no model, and the answers have the document's shape
is($sandbox->platform(0, '/v1/platform/model/list')->{data}{total}, 0,
   'the coordinator holds no model');

my $info = $sandbox->platform(0, '/model/info?model_id=1');

is($info->{code}, 200, 'info');
is($info->{message}, undef, 'message is null');
is($info->{data}{model_type}, 'Logistic Regression', 'model type');
is($info->{data}{user_id}, 4, 'user');
is_deeply($info->{data}{party_id}, [ 2, 3 ], 'parties in their order');
is($info->{data}{model_params}{label_name}, 'y', 'label name');
ok(!exists $info->{data}{model_params}{label_value}, 'no label value');
is_deeply([ sort keys %{ $info->{data} } ],
          [ qw(data_volum model_params model_type party_id user_id) ],
          'the members of the document');

# what the standard's own endpoints tell of the same job
my $jobs = $sandbox->platform(0, '/v1/platform/job/list?page_size=-1');
my $job = $sandbox->platform(0, '/v1/platform/job/query?job_id='
    . $jobs->{data}{records}[0]{job_id})->{data};

is($job->{status}, 'SUCCESS', 'job/query: status');
ok($job->{finish_time} >= $job->{start_time}, 'job/query: times');
ok($job->{dag}{components}[0]{name}, 'job/query: dag');

my $status = $sandbox->platform(0, '/v1/platform/job/status/query?job_id='
    . $job->{job_id})->{data}{status};

is_deeply([ values %$status ], [ 'SUCCESS' ], 'job/status/query');

my ($task) = keys %$status;
my $log = $sandbox->platform(1, "/v1/platform/task/log/query?task_id=$task");

ok(defined $log->{data}{log_info}, 'task/log/query at a party');
isnt($sandbox->platform(1, '/v1/platform/task/log/query?task_id=task_none')
     ->{code}, 0, 'no log of an unknown task');

$sandbox->finish;
done_testing();


# guest and host rows dealt to three files in turn
sub split_three {
    my ($head, @rows);

    for my $file ($guest, $host) {
        my @lines = split /\r?\n/, slurp($file);

        $head = shift @lines;
        push @rows, @lines;
    }

    for my $n (1 .. 3) {
        open my $out, '>', $sandbox->temp . "/part$n.csv" or die $!;
        print $out "$head\n";
        print $out map { "$rows[$_]\n" } grep { $_ % 3 == $n - 1 }
            0 .. $#rows;
        close $out;
    }
}
