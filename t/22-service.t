#!/usr/bin/perl

# The federated-learning service as its document has it, over HTTP; the table
# of what is refused is in t/unit/api_train.c.

use warnings;
use strict;
use utf8;

use lib 't/lib';
use IC;
use Test::More;

binmode Test::More->builder->$_, ':utf8'
    for qw/ output failure_output todo_output /;

IC->check;

my $t = IC->new(http => <<'EOF');
    interconn_party 2 hospital-2;
    interconn_party 3 hospital-3;
    interconn_party 4 hospital-4;
    interconn_party 5 hospital-5;
EOF
my $redis = $t->redis;

$t->operator('olga', 'secret');
$t->contract("hospital-$_") for 2 .. 4;

sub call {
    my ($method, $path, %option) = @_;

    my $got = $t->http('ns', $method, "/model/$path", token => 'secret',
        %option);
    is($got->{status}, 200, "$method $path: HTTP 200");
    is_deeply([ sort keys %{ $got->{json} || {} } ],
        [qw/ code data message /], '... the service\'s envelope');

    return $got->{json};
}

sub refused {
    my ($got, $message, $name, $code) = @_;

    is($got->{code}, $code || 400, "$name: code");
    is($got->{message}, $message, '... message');
    ok(!defined $got->{data}, '... no data');
}

my $sql = 'select * from data.blooddata_small;';
my %pair = (pos => $sql, neg => $sql);
my %params = (penalty => 'L2', optimizer => 'sgd', eps => 1e-4,
    alpha => 0.01, max_iter => 5, converge_func => 'diff',
    batch_size => 500, learning_rate => 0.15, decay => 1,
    decay_sqrt => JSON::PP::true, init_param => { init_method => 'zeros' },
    encrypt_param => { method => 'Paillier' },
    cv_param => { need_cv => JSON::PP::false });
my %train = (user_id => 3, model_type => 'lr', model_params => { %params },
    party_id => [ 4, 2 ], data_info => { map { $_ => { %pair } } 2 .. 4 },
    unique_id => 'unique_id', attributes => [qw/ C6 C6DC C8 /],
    label_name => 'diagnosis', label_value => 38);

###############################################################################
# nobody's orders

my $got = $t->post('ns', '/model/train', body => \%train);
is($got->{status}, 200, 'no token: HTTP 200');
is($got->{json}{code}, 400, '... refused');

my $empty = $redis->dump;

refused(call('POST', 'train', body => {}), 'None data.', 'an empty order');
refused(call('POST', 'train'), 'None data.', 'no body');
like(call('POST', 'train', body => '{')->{message}, qr/JSON/, 'no JSON');
refused(call('POST', 'train', body => { %train, user_id => 1 }),
    'user_id: 1 is the coordinator', 'the coordinator');
refused(call('POST', 'train', body => { %train, attributes => 'C6' }),
    'None attributes in request, or attributes is not a array.',
    'no attributes');
refused(call('POST', 'train', body => { %train, model_params =>
    { epsilon => 1 } }), 'model_params.epsilon: is unknown',
    'an unknown parameter');
refused(call('POST', 'train', body => { %train, model_params =>
    { cv_param => { need_cv => JSON::PP::true, n_splits => 1 } } }),
    'model_params.cv_param.n_splits: must be at least 2 and at most 20',
    'cross validation with one fold');
like(call('POST', 'train', body => { %train, party_id => [ 4, 5 ],
    data_info => { map { $_ => $sql } 3 .. 5 } })->{message},
    qr/contract.*: party 5$/, 'a party without contract');

refused(call('GET', 'train_status'), 'None order_id.', 'no order_id');
refused(call('GET', 'train_status?order_id='), 'None order_id.',
    'an empty order_id');
refused(call('GET', 'train_status?order_id=x'), 'Error order_id.',
    'a bad order_id');
refused(call('GET', 'train_status?order_id=-1'), 'Error order_id.',
    'a negative order_id');
refused(call('GET', 'train_status?order_id=169'),
    'No order found! Please check your order_id.', 'an unknown order_id');
refused(call('GET', 'info'), 'None model_id.', 'no model_id');
refused(call('GET', 'info?model_id=1.5'), 'Error model_id.',
    'a bad model_id');
refused(call('GET', 'info?model_id=137'), 'Error model_id.',
    'an unknown model_id');

ok($redis->dump eq $empty, 'nothing has changed');

###############################################################################
# an order

my $left = $redis->watch(sub { call('POST', 'train', body => \%train) });
$got = $left->{result};
is($got->{code}, 200, 'an order');
is($got->{message}, undef, '... message null');
is_deeply([ sort keys %{ $got->{data} } ], [qw/ model_id order_id /],
    '... its numbers');
my ($order, $model) = @{ $got->{data} }{qw/ order_id model_id /};
like("$order $model", qr/^\d+ \d+$/, '... are numbers');

my @asked = map { [ $_->{peer}, $_->{path}, $t->decode($_->{body}) ] }
    @{ $left->{outbox} };
is_deeply([ sort map { $_->[0] } @asked ],
    [qw/ hospital-2 hospital-3 hospital-4 /], 'every party is asked');
is($asked[0][1], '/v1/interconn/job/audit/apply', '... for the job');

my $config = $asked[0][2]{config};
is_deeply($config->{role}, { guest => [ 'hospital-3' ],
    host => [ 'hospital-4', 'hospital-2' ], arbiter => [ 'hospital-a' ] },
    '... with its role');
is_deeply($config->{task_params}{host}{1}{homo_lr_0}{data_sql}, \%pair,
    '... and its query');
is($config->{task_params}{common}{homo_lr_0}{tol}, 1e-4,
    'eps is tol and counts');
is($config->{task_params}{common}{homo_lr_0}{label_value}, 38,
    'the label\'s value');

$got = call('GET', "train_status?order_id=$order");
my $job = $redis->get("order:$order", 'job_id');
like($got->{data}{train_status}{reason}, qr/hospital-2/,
    'train_status: what it waits for');
is_deeply($got->{data}, { data_volum => {}, model_id => $model,
    train_status => { current_tasks => "[\"${job}_dataio_0\"]",
        train_progress => 0, train_status => 'waiting',
        reason => $got->{data}{train_status}{reason} } },
    'train_status: waiting');
is_deeply(call('GET', "train_status/?order_id=$order"), $got,
    '... with a slash too');

$got = call('GET', "info?model_id=$model");
is_deeply($got->{data}, { data_volum => {}, user_id => 3,
    party_id => [ 4, 2 ], model_type => 'Logistic Regression',
    model_params => { %params, attributes => [qw/ C6 C6DC C8 /],
        label_name => 'diagnosis', unique_id => 'unique_id' } },
    'info: what was ordered, without the label\'s value');

# where the parties show it: the host of the contract's address, and a port

is_deeply(call('GET', "board_url?order_id=$order")->{data}, { board_url => {
    map { $_ => "https://hospital-$_.test:8443/#/dashboard?job_id=$job&role="
        . ($_ == 3 ? 'guest' : 'host') . "&party_id=hospital-$_" } 2 .. 4 } },
    'board_url without console=');

# an inference wants a trained model, of which the user has its part

my %infer = (model_id => $model, input_data => { user_id => 4,
    data_sql => $sql });

refused(call('POST', 'infer', body => { %infer }),
    "model_id: $model is not trained, its order $order waits",
    'an untrained model');
refused(call('POST', 'infer', body => { %infer, more => 1 }),
    'more: is unknown', 'an unknown member');
refused(call('POST', 'train', body => { %train, label_vaule => 38 }),
    'label_vaule: is unknown', 'a misspelt member');

###############################################################################
# it runs

$redis->call('job_advance', $job, 'RUNNING');

my @party = ([ 'hospital-3', 'guest.0', 702 ], [ 'hospital-4', 'host.0',
    554 ], [ 'hospital-2', 'host.1', 592 ], [ 'hospital-a', 'arbiter.0' ]);

for (@party) {
    my ($node, $role, $rows) = @$_;

    $redis->call('ptask_put', $job, 'task_1', $node, 'homo_lr_0', $role);
    $redis->call('ptask_update', 'task_1', $node, 'RUNNING', 'facts',
        $rows ? "{\"rows\":$rows}" : '{}');
}

$redis->call('job_advance', $job, 'RUNNING', 'progress', '33.4');
$redis->command('HSET', $redis->key("job:$job"), 'progress', '33.4');

$got = call('GET', "train_status?order_id=$order");
is_deeply($got->{data}{data_volum}, { 2 => 592, 3 => 702, 4 => 554 },
    'rows per user');
is($got->{data}{train_status}{train_status}, 'running', '... running');
is($got->{data}{train_status}{train_progress}, 46,
    '... percent: 33.4 of four, of whom three have data');
is_deeply(call('GET', "info?model_id=$model")->{data}{data_volum},
    { 2 => 592, 3 => 702, 4 => 554 }, '... in info too');

my $cause = '{"party":"host.0","error":"data_null_label","row":17,'
    . '"message":"the label is empty in this row","message_zh":"空"}';
utf8::encode(my $bytes = $cause);
$redis->call('job_advance', $job, 'FAILED', 'cause', $bytes);

$got = call('GET', "train_status?order_id=$order");
is($got->{data}{train_status}{train_status}, 'failed', 'failed');
is($got->{data}{train_status}{reason}, 'the label is empty in this row',
    '... why');
is($got->{data}{cause}{row}, 17, '... where');
is($got->{data}{cause}{message_zh}, '空', '... in Chinese');

###############################################################################
# other forms

$got = call('POST', 'train', body => { %train, user_id => '3',
    party_id => [ '4', 2 ], label_value => undef,
    data_info => { 2 => { dataset_id => 'D1' }, 3 => $sql, 4 => $sql } });
is($got->{code}, 400, 'a null label_value is refused');

delete $train{label_value};
$got = call('POST', 'train', body => { %train, user_id => '3',
    party_id => [ '4', 2 ], model_params => {},
    data_info => { 2 => { dataset_id => 'D1' }, 3 => $sql, 4 => $sql } });
is($got->{data}{order_id}, $order + 1, 'the next order');

$config = $t->decode($redis->get("job:"
    . $redis->get('order:' . ($order + 1), 'job_id'), 'config'));
is($config->{task_params}{host}{1}{homo_lr_0}{dataset_id}, 'D1',
    'a dataset by its id');
is($config->{task_params}{guest}{0}{homo_lr_0}{data_sql}, $sql,
    'one query');
is($config->{task_params}{common}{homo_lr_0}{label_value}, 1,
    'the label\'s value is 1');
is_deeply(call('GET', 'info?model_id=' . ($model + 1))->{data}{model_params},
    { attributes => [qw/ C6 C6DC C8 /], label_name => 'diagnosis',
      unique_id => 'unique_id' }, 'info without parameters');

###############################################################################
# an inference: of a model that one party does not have, of one that has it

$got = call('POST', 'train', body => { %train, label_value => 38 });
($order, $model) = @{ $got->{data} }{qw/ order_id model_id /};
$job = $redis->get("order:$order", 'job_id');
$redis->call('job_advance', $job, 'RUNNING', 'begun.homo_lr_0', 'task_9');

for (@party) {
    my ($node, $role) = @$_;

    $redis->call('ptask_put', $job, 'task_9', $node, 'homo_lr_0', $role);
    $redis->call('ptask_update', 'task_9', $node,
        $role eq 'host.0' ? 'FAILED' : 'SUCCESS');
}

$redis->call('job_advance', $job, 'SUCCESS');
%infer = (%infer, model_id => "$model");
refused(call('POST', 'infer', body => { %infer }), "input_data.user_id: 4 "
    . "was lost in the training of model $model and does not have it",
    'a host that the training went on without');

$left = $redis->watch(sub { call('POST', 'infer', body => { %infer,
    input_data => { user_id => '3', data_sql => $sql } }) });
is_deeply($left->{result}{data}, { order_id => $order + 1 }, 'an inference')
    or diag($left->{result}{message});
@asked = map { [ $_->{peer}, $t->decode($_->{body}) ] } @{ $left->{outbox} };
is_deeply([ map { $_->[0] } @asked ], [ 'hospital-3' ], '... asks one party');
$config = $asked[0][1]{config};
is($asked[0][1]{project_id}, $redis->get("job:$job", 'project_id'),
    '... in the project of the training');
is_deeply($config->{role}, { guest => [ 'hospital-3' ],
    arbiter => [ 'hospital-a' ] }, '... with its role');
is_deeply($config->{task_params}, { common => { predict_0 => {
    unique_id => 'unique_id', tell_arbiter => JSON::PP::true,
    tell_rows => 10000, tell_decimals => 4 } }, guest => { 0 => {
    predict_0 => { model_id => 'M.task_9', data_sql => $sql } } } },
    '... for its model, its rows and what is told');
is_deeply(call('GET', 'infer_status?order_id=' . ($order + 1))->{data}
    {infer_status}, 'waiting', '... and waits');

###############################################################################
# the node's own trouble

$redis->command('SET', $redis->key('seq:order'), 'none');
refused(call('POST', 'train', body => { %train }), 'Job submit failed.',
    'the store cannot count', 500);

$t->finish;
done_testing();
