#!/usr/bin/perl

# The federated-learning service as its document prints it, byte for byte,
# over real nodes with real rows: a training, its board, an inference.

use strict;
use warnings;
use utf8;

use lib 't/lib';
use IC::File;
use IC::Sandbox;
use JSON::PP;
use List::Util qw(max);
use Test::More;

binmode Test::More->builder->$_, ':utf8'
    for qw/ output failure_output todo_output /;

my $json = JSON::PP->new->canonical;
my $sandbox = IC::Sandbox->new(nodes => 4);
my %node = map { $sandbox->node($_)->{user_id} => $_ } 0 .. 3;
my $query = 'select * from data.blooddata_small;';
my $seed = $ENV{SEED} || 112;

srand $seed;
note("SEED=$seed");

###############################################################################
# what the document sends and answers

my %request = (
    'POST /model/train' => <<'END',
{
  "user_id": 3,
  "model_type": "lr",
  "model_params": {
    "penalty": "L2",
    "optimizer": "sgd",
    "eps": 1e-4,
    "alpha": 0.01,
    "max_iter": 5,
    "converge_func": "diff",
    "batch_size": 500,
    "learning_rate": 0.15,
    "decay": 1,
    "decay_sqrt": true,
    "init_param": { "init_method": "zeros" },
    "encrypt_param": { "method": "Paillier" },
    "cv_param": { "need_cv": false }
  },
  "party_id": [4, 2],
  "data_info": {
    "2": { "pos": "select * from data.blooddata_small;",
           "neg": "select * from data.blooddata_small;" },
    "3": { "pos": "select * from data.blooddata_small;",
           "neg": "select * from data.blooddata_small;" },
    "4": { "pos": "select * from data.blooddata_small;",
           "neg": "select * from data.blooddata_small;" }
  },
  "unique_id": "unique_id",
  "attributes": ["C6", "C6DC", "C8"],
  "label_name": "diagnosis",
  "label_value": 38
}
END
    'POST /model/infer' => <<'END',
{
    "model_id": "137",
    "input_data": {
        "user_id": "4",
        "data_sql": "SELECT * FROM select * from data.blooddata_small;"
    }
}
END
);
my %answer;

document() or note('the document is absent: its requests as copied here');

# The blocks of the document, by address: the first is what is sent, if it is
# a POST, the last what is answered.

sub document {
    my $path = (IC::Sandbox::shared('breast_homo_guest.csv') || '')
        =~ s{data/[^/]+$}{mission/fl-service-api.md}r;

    return 0 if $path eq '' || !-e $path;

    utf8::decode(my $text = slurp($path));

    for my $part (split /^### /m, $text) {
        my ($where) = $part =~ m{:5000(/model/\w+)} or next;
        my @blocks = $part =~ /```json\n(.*?)```/gs;
        my ($method) = $part =~ /`(POST|GET)`/;

        $request{"$method $where"} = $blocks[0] if $method eq 'POST';
        $answer{$where} = $json->decode($blocks[-1]);
    }

    is_deeply([ sort keys %answer ], [ map { "/model/$_" } qw/ board_url
        infer infer_status info train train_status / ],
        'the document has six addresses');

    return 1;
}

# The same members, of the same types; of lists and of objects with numbers as
# names the first element stands for all. Members of ours beside are named.

sub kind {
    my ($value) = @_;

    return ref $value if ref $value;
    return 'null' if !defined $value;
    return $json->allow_nonref->encode($value) =~ /^"/ ? 'text' : 'number';
}

sub same_shape {
    my ($got, $want, $where, @beside) = @_;

    return "$where: " . kind($got) . ', not ' . kind($want)
        if kind($got) ne kind($want) && ref $want !~ /Boolean/;

    if (ref $want eq 'ARRAY') {
        return "$where: empty" if !@$got;
        return map { same_shape($_, $want->[0], "$where\[]", @beside) } @$got;
    }

    return () if ref $want ne 'HASH';

    my %beside = map { $_ => 1 } @beside;

    return map {
        !exists $got->{$_} ? "$where.$_: absent"
        : !exists $want->{$_} ? ($beside{$_} ? () : "$where.$_: ours only")
        : same_shape($got->{$_}, $want->{$_}, "$where.$_", @beside)
    } sort keys %{ { %$got, %$want } };
}

sub as_documented {
    my ($got, $path, @beside) = @_;

    is_deeply([ sort keys %{ $got || {} } ], [qw/ code data message /],
        "$path: code, data, message");
    is($got->{code}, 200, '... 200') or diag($json->encode($got));
    is($got->{message}, undef, '... message null');

    if ($answer{$path}) {
        is_deeply([ same_shape($got->{data}, $answer{$path}{data}, 'data',
            @beside) ], [], '... data as documented');
    }

    return $got->{data};
}

sub get { scalar $sandbox->platform(0, "/model/$_[0]") }

sub post {
    my ($what, $body) = @_;

    return scalar $sandbox->platform(0, "/model/$what",
        defined $body ? $body : $request{"POST /model/$what"});
}

sub refused {
    my ($got, $message, $name) = @_;

    is_deeply($got, { code => 400, data => undef, message => $message },
        $name);
}

###############################################################################
# three hospitals with a table of newborns each

my %rows = (2 => 296, 3 => 351, 4 => 277);
my %table;

$sandbox->star;

for my $user (2 .. 4) {
    my @lines = map {
        my $ill = rand() < 0.3;
        my @x = map { sprintf '%.4f', exp(-2.8 + 0.5 * (rand() + rand()
            + rand() - 1.5) + ($ill ? 1 : 0)) } 1 .. 3;
        { id => "$user-$_", x => \@x, y => $ill ? 38 : int(rand(3)) };
    } 1 .. $rows{$user};

    $table{$user} = \@lines;
    table($user, "all$user", $query, @lines);
}

sub table {
    my ($user, $name, $text, @lines) = @_;
    my $path = $sandbox->temp . "/$name.csv";

    open my $out, '>', $path or die "$path: $!";
    print $out "unique_id,C6,C6DC,C8,diagnosis\n";
    print $out join(',', $_->{id}, @{ $_->{x} }, $_->{y}), "\n" for @lines;
    close $out;

    my $id = $sandbox->dataset($node{$user}, $path, query => $text,
        name => $name);
    $sandbox->authorise($node{$user}, 0, $id);

    return $id;
}

###############################################################################
# training, as the document has it

my $trained = as_documented(post('train'), '/model/train');

my $status = get("train_status?order_id=$trained->{order_id}");
is_deeply([ same_shape($status->{data}{train_status},
    { current_tasks => '', train_progress => 0, train_status => '',
      reason => '' }, 'data') ], [], 'nested from the first second')
    or diag($json->encode($status));
refused(get("infer_status?order_id=$trained->{order_id}"),
    'The order is not a inference order, please check your order_id.',
    'infer_status of a training');
refused(post('infer', { model_id => $trained->{model_id}, input_data => {
    user_id => 4, data_sql => $query } }),
    "model_id: $trained->{model_id} is not trained, its order "
    . "$trained->{order_id} waits", 'a model that is not trained yet');

$sandbox->answer_job($node{$_}) for 2 .. 4;

my @seen;
$status = $sandbox->await('the training', sub {
    my $got = get("train_status?order_id=$trained->{order_id}");
    push @seen, [ @{ $got->{data}{train_status} }{qw/ train_progress
        current_tasks train_status /} ];
    return $seen[-1][2] =~ /success|failed/ && $got;
}, 60);

is($seen[-1][2], 'success', 'it succeeds') or diag($json->encode($status));
is($seen[-1][0], 100, '... at 100');
is(scalar(grep { $seen[$_][0] < $seen[$_ - 1][0] } 1 .. $#seen), 0,
    '... and never goes back');
note(join ' ', map { "$_->[0]" } @seen);
my $data = as_documented($status, '/model/train_status', 'reason');
is_deeply($data->{data_volum}, { map { $_ => 2 * $rows{$_} } 2 .. 4 },
    '... pos and neg both counted');
like($data->{train_status}{current_tasks}, qr/^\["[\w-]+_evaluation_0"\]$/,
    '... its tasks, JSON in a text');

my $info = as_documented(get("info?model_id=$trained->{model_id}"),
    '/model/info');
is_deeply($info->{model_params}{attributes}, [qw/ C6 C6DC C8 /],
    '... what was ordered');
is_deeply($info, { %{ $answer{'/model/info'}{data} },
    data_volum => $data->{data_volum} }, '... every value of the document')
    if $answer{'/model/info'};

###############################################################################
# where the parties show it

my $board = as_documented(get("board_url?order_id=$trained->{order_id}"),
    '/model/board_url')->{board_url};
is_deeply([ sort keys %$board ], [ 2, 3, 4 ], 'board_url: of every party');

for my $user (2 .. 4) {
    my $place = $sandbox->node($node{$user});
    my ($job) = $data->{train_status}{current_tasks} =~ /"(.+)_evaluation_0"/;

    is($board->{$user}, "$place->{platform}/#/dashboard?job_id=$job&role="
        . ($user == 3 ? 'guest' : 'host') . "&party_id=$place->{node_id}",
        "... $user: its console");
}

is_deeply(get("board_url/?order_id=$trained->{order_id}")->{data}{board_url},
    $board, '... with a slash too');

###############################################################################
# inference

sub infer {
    my ($user, $input, $answer) = @_;
    my $got = post('infer', ref $input eq 'HASH' ? $input : !defined $input
        ? undef : { model_id => "$trained->{model_id}",
        input_data => { user_id => "$user", data_sql => $input } });
    my $order = as_documented($got, '/model/infer')->{order_id};

    is(get("infer_status?order_id=$order")->{data}{infer_status}, 'waiting',
        'infer_status: waiting');
    $sandbox->answer_job($node{$user}, $answer);

    return ($order, ended($order));
}

sub ended {
    my ($order) = @_;

    return $sandbox->await('the inference', sub {
        my $got = get("infer_status?order_id=$order");
        return $got->{data}{infer_status} =~ /finished|failed/ && $got;
    }, 60);
}

# the plaintext model: what the hospital holds, computed here

my $model = $sandbox->model($node{4})->{model};

sub plain {
    my ($row) = @_;
    my $z = $model->{intercept};

    $z += $model->{weights}[$_] * ($row->{x}[$_]
        - $model->{scaler}{mean}[$_]) / $model->{scaler}{std}[$_] for 0 .. 2;

    return 1 / (1 + exp(-$z));
}

my ($order, $got) = infer(4, $query);
my $result = as_documented($got, '/model/infer_status')->{result};

is($order, $trained->{order_id} + 1, 'orders have one numbering');
is(scalar @$result, $rows{4}, 'a score for every row');
is_deeply([ map { $_->{unique_id} } @$result ],
    [ map { $_->{id} } @{ $table{4} } ], '... with its id, a text');
is_deeply([ map { sprintf '%.4f', $_->{label} } @$result ],
    [ map { sprintf '%.4f', plain($_) } @{ $table{4} } ],
    '... of the plaintext model, by the scaler of the training');
is(scalar(grep { $_->{label} !~ /^[01](?:\.\d{1,4})?$|^\d(\.\d+)?e-0\d$/ }
    @$result), 0, '... to 4 decimals');
is_deeply(get("infer_status/?order_id=$order"), $got, '... a slash too');
refused(get("train_status?order_id=$order"), 'Not a training order.',
    'train_status of an inference');
refused(get("board_url?order_id=$order"), 'Not a training order.',
    'board_url of an inference');

# one row, and it has the same score

my $single = 'select * from data.blooddata_small where unique_id=7;';
table(4, 'one', $single, $table{4}[6]);
($order, $got) = infer(4, $single);
is_deeply($got->{data}{result}, [ $result->[6] ],
    'a row alone has the score that it has among others');

# the document's own text gets its order, then says why

($order, $got) = infer(4, { %{ $json->decode($request{'POST /model/infer'}) },
    model_id => "$trained->{model_id}" });
is($got->{data}{infer_status}, 'failed', 'the document\'s query fails');
is($got->{data}{result}, undef, '... without a result');
like($got->{data}{debug_info}, qr/^user 4, \S+: .*; /,
    '... and says whose part, why, and what to do');
note($got->{data}{debug_info});
is($got->{data}{cause}{party}, 'guest.0', '... the cause');

# the scores are not with the task, which all who read jobs see

my $jobs = $sandbox->platform(0, '/v1/platform/task/list?page_size=-1');
my @reports = map { $json->encode($sandbox->platform(0,
    "/v1/platform/task/query?task_id=$_->{task_id}")) }
    @{ $jobs->{data}{records} };

cmp_ok(scalar @reports, '>', 2, 'the coordinator\'s tasks');
is(scalar(grep { /unique_id":"\d-\d+"/ } @reports), 0,
    '... show no scores');

###############################################################################
# the hospital refuses, has no rows, too many, or lost its model

($order, $got) = infer(2, $query, 'REJECTED');
is($got->{data}{infer_status}, 'failed', 'refused by the hospital');
like($got->{data}{debug_info}, qr/^user 2, /, '... which says so');
note($got->{data}{debug_info});

table(4, 'none', my $none = 'select * from data.nobody;');
($order, $got) = infer(4, $none);
is($got->{data}{infer_status}, 'failed', 'no rows');
like($got->{data}{debug_info}, qr/^没有满足条件的数据: user 4, /,
    '... in the words of the document\'s server');
note($got->{data}{debug_info});

# after the mend the same order goes through

unlink $sandbox->temp . '/late.csv';
table(2, 'late', my $late = 'select * from data.late;', @{ $table{2} });
rename $sandbox->temp . '/late.csv', $sandbox->temp . '/away.csv';
($order, $got) = infer(2, $late);
is($got->{data}{infer_status}, 'failed', 'the table is gone');
like($got->{data}{debug_info},
    qr/^Query data from database error\. Error info: user 2, /,
    '... and that is said');
note($got->{data}{debug_info});
rename $sandbox->temp . '/away.csv', $sandbox->temp . '/late.csv';
($order, $got) = infer(2, $late);
is($got->{data}{infer_status}, 'finished', 'repaired, the order succeeds');
is(scalar @{ $got->{data}{result} }, $rows{2}, '... with every row');

###############################################################################
# what is refused at once

my %input = (user_id => 4, data_sql => $query);

refused(post('infer', '{}'), 'None data.', 'infer: nothing');
refused(post('infer', { input_data => {%input} }), 'None model_id.',
    '... no model_id');
refused(post('infer', { model_id => 'x', input_data => {%input} }),
    'Error model_id.', '... a bad model_id');
refused(post('infer', { model_id => 99, input_data => {%input} }),
    'Error model_id.', '... an unknown model_id');

for my $case (
    [ { user_id => 4 }, 'None data_sql in request.' ],
    [ { user_id => 4, data_sql => '' }, 'None data_sql in request.' ],
    [ { data_sql => $query }, 'input_data.user_id: is required' ],
    [ { %input, user_id => 9 }, 'input_data.user_id: 9 is unknown' ],
    [ { %input, user_id => 'a' }, 'input_data.user_id: must be a number' ],
    [ { %input, user_id => 1 }, 'input_data.user_id: 1 is the coordinator' ],
    [ { %input, data_sql => 'drop table x' },
      'input_data.data_sql: must be a SELECT statement' ],
    [ { %input, data_sql => 'select 1; select 2' },
      'input_data.data_sql: must be one statement only' ],
    [ { %input, more => 1 }, 'input_data.more: is unknown' ])
{
    refused(post('infer', { model_id => $trained->{model_id},
        input_data => $case->[0] }), $case->[1], "... $case->[1]");
}

refused(post('infer', { model_id => $trained->{model_id} }),
    'input_data: is required', '... no input_data');
refused(get('infer_status'), 'None order_id.', 'infer_status: no order_id');
refused(get('infer_status?order_id=x'), 'Error order_id.', '... a bad one');
refused(get('infer_status?order_id=99'),
    'No order found! Please check your order_id.', '... an unknown one');
refused(get('board_url'), 'None order_id.', 'board_url: no order_id');
refused(get('board_url?order_id=99'),
    'No order found! Please check your order_id.', '... an unknown one');

$sandbox->finish;
done_testing();
