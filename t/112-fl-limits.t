#!/usr/bin/perl

# What inferences are bounded by: who may be asked, how many rows and decimals
# are told, who reads them and how long, and what ends them.

use strict;
use warnings;
use utf8;

use lib 't/lib';
use IC::File;
use IC::Sandbox;
use JSON::PP;
use List::Util qw(max);
use Test::More;
use Time::HiRes qw(time);

binmode Test::More->builder->$_, ':utf8'
    for qw/ output failure_output todo_output /;

my $json = JSON::PP->new->canonical;
my $wire = JSON::PP->new->canonical->utf8;
my $sandbox = IC::Sandbox->new(nodes => 5);
my %node = map { $sandbox->node($_)->{user_id} => $_ } 0 .. 4;
my $query = 'select * from data.blooddata_small;';
my $seed = $ENV{SEED} || 112;
my (@rows, @more);

srand $seed;
note("SEED=$seed");
$sandbox->star;

sub row {
    my $ill = rand() < 0.3;

    return { id => $_[0], y => $ill ? 38 : int(rand(3)), x => [ map {
        sprintf '%.5f', exp(-2.8 + rand() + ($ill ? 1 : 0)) } 1 .. 3 ] };
}

sub table {
    my ($user, $name, $text, @lines) = @_;
    my %limits = ref $lines[-1] && !$lines[-1]{id} ? %{ pop @lines } : ();
    my $path = $sandbox->temp . "/$name.csv";

    open my $out, '>:utf8', $path or die "$path: $!";
    print $out "病历号,C6,C6DC,C8,diagnosis\n";
    print $out join(',', $_->{id}, @{ $_->{x} }, $_->{y}), "\n" for @lines;
    close $out;

    $sandbox->authorise($node{$user}, 0, $sandbox->dataset($node{$user},
        $path, query => $text, name => $name), %limits);
}

for my $user (2 .. 4) {
    my @lines = map { row("儿-$user-$_") } 1 .. ($user == 4 ? 20000 : 300);

    @rows = @lines if $user == 4;
    table($user, "all$user", $query, @lines);
}

@more = (@rows, row('儿-4-20001'));
table(4, 'more', my $more = 'select * from data.more', @more);
table(4, 'one', my $one = 'select * from data.one', $rows[1234]);
table(3, 'once', my $once = 'select * from data.once', $rows[1], $rows[2],
    { times_limit => 1 });
table(2, 'two', my $two = 'select * from data.two', row('same'), row('x'),
    { %{ row('same') }, y => 38 }, { %{ row('z') }, y => 1 });

sub get { scalar $sandbox->platform(0, "/model/$_[0]") }

sub train {
    my (%option) = @_;
    my $users = delete $option{users} || [ 3, 4, 2 ];
    my %data = (map({ $_ => { pos => $query, neg => $query } } @$users),
        %{ delete $option{data} || {} });
    my %params = %{ delete $option{params} || {} };
    my $made = $sandbox->platform(0, '/model/train', $wire->encode({
        user_id => $users->[0], model_type => 'LR', data_info => \%data,
        party_id => [ @$users[1 .. $#$users] ], unique_id => '病历号',
        attributes => [qw/ C6 C6DC C8 /], label_name => 'diagnosis',
        label_value => '38.0', model_params => { max_iter => 3, %params },
        %option }));

    is($made->{code}, 200, 'train') or diag($json->encode($made));
    $sandbox->answer_job($node{$_}) for @$users;

    return ($made->{data}{model_id},
        $sandbox->await_training($made->{data}));
}

sub order {
    my ($model, $user, $sql) = @_;
    my $got = $sandbox->platform(0, '/model/infer', { model_id => $model,
        input_data => { user_id => $user, data_sql => $sql } });

    is($got->{code}, 200, "infer: $sql") or diag($json->encode($got));
    $sandbox->answer_job($node{$user});

    return $got->{data}{order_id};
}

sub ended {
    my ($order) = @_;

    return $sandbox->await("the end of $order", sub {
        my $got = get("infer_status?order_id=$order")->{data};
        return $got->{infer_status} =~ /finished|failed/ && $got;
    }, 60);
}

# The coordinator's nginx with that directive from now on.

sub configure {
    my ($directive) = @_;
    my $place = $sandbox->node(0);
    my $conf = slurp("$place->{dir}/nginx.conf");
    my %old = map { $_ => 1 } workers();

    $conf =~ s/^ *interconn_infer .*\n//mg;
    $conf =~ s/^http \{\n/http {\n    $directive\n/m or die 'no http';
    spew("$place->{dir}/nginx.conf", $conf);
    kill 'HUP', $place->{pids}{nginx};
    $sandbox->await('the reload', sub {
        my @now = workers();
        return @now && !grep { $old{$_} } @now;
    });
}

sub workers { grep { $_ } victims(0, 'nginx', 'nginx') }

# Processes of that name below one of a node's.

sub victims {
    my ($n, $name, $above) = @_;
    my @below = $sandbox->node($n)->{pids}{ $above || 'interconnd' };
    my (%children, @found);

    for my $stat (glob '/proc/[0-9]*/stat') {
        open my $in, '<', $stat or next;
        my ($pid, $comm, $state, $parent) = (<$in> // next)
            =~ /^(\d+) \((.*)\) (\S) (\d+)/ or next;

        push @{ $children{$parent} }, [ $pid, $comm ] if $state ne 'Z';
    }

    while (defined(my $pid = shift @below)) {
        for my $child (@{ $children{$pid} || [] }) {
            push @found, $child->[0] if index($child->[1], $name) >= 0;
            push @below, $child->[0];
        }
    }

    return @found;
}

###############################################################################
# training: what counts, what is wrong with rows

my ($model, $end) = train(params => { dedup => JSON::PP::true });

is($end->{train_status}{train_status}, 'success', 'a training with dedup')
    or diag($json->encode($end));
is_deeply($end->{data_volum}, { 2 => 300, 3 => 300, 4 => 20000 },
    '... counts rows of both queries once');

(my $none, $end) = train(data => { 2 => $two });
is($end->{train_status}{train_status}, 'failed', 'one id with two labels');
is($end->{cause}{error}, 'data_duplicate_id', '... is an error');
is($end->{cause}{node_id}, $sandbox->node($node{2})->{node_id},
    '... of that party');
like(get("info?model_id=$none")->{data}{model_type}, qr/Logistic/,
    '... its model is known');
is($sandbox->platform(0, '/model/infer', { model_id => $none,
    input_data => { user_id => 2, data_sql => $query } })->{message},
    "model_id: $none is not trained, its order 2 failed", '... but not made');

###############################################################################
# whom the model is not of

is($sandbox->platform(0, '/model/infer', { model_id => $model,
    input_data => { user_id => 5, data_sql => $query } })->{message},
    "input_data.user_id: 5 took no part in the training of model $model and "
    . 'does not have it', 'a user who took no part');

###############################################################################
# full precision: the plaintext formula

configure('interconn_infer decimals=full rows=20000;');

my $plain = $sandbox->model($node{4})->{model};

sub plain {
    my ($row) = @_;
    my $z = $plain->{intercept};

    $z += $plain->{weights}[$_] * ($row->{x}[$_]
        - $plain->{scaler}{mean}[$_]) / $plain->{scaler}{std}[$_] for 0 .. 2;

    return 1 / (1 + exp(-$z));
}

my $first = order($model, 4, $query);
my $got = ended($first);
my @scores = @{ $got->{result} || [] };

my $begun = time();
my $raw = $sandbox->http->get($sandbox->node(0)->{platform}
    . "/model/infer_status?order_id=$first", { headers => {
    Authorization => 'Bearer ' . $sandbox->node(0)->{operator_token} } });
note(sprintf '20000 scores, %d bytes, are answered in %.0f ms',
    length $raw->{content}, 1000 * (time() - $begun));
is($got->{infer_status}, 'finished', '20000 rows of 20000')
    or diag($json->encode($got));
is_deeply([ map { $_->{'病历号'} } @scores ], [ map { $_->{id} } @rows ],
    '... each by its id, in the column\'s name');
cmp_ok(max(map { abs($scores[$_]{label} - plain($rows[$_])) } 0 .. $#rows),
    '<', 1e-9, '... with the plaintext model\'s score');
cmp_ok(scalar(grep { length $_->{label} > 8 } @scores), '>', 19000,
    '... not rounded');
is_deeply(ended(order($model, 4, $one))->{result}, [ $scores[1234] ],
    'a row alone has the score that it has among 20000');

$got = ended(order($model, 4, $more));
is($got->{infer_status}, 'failed', '20001 rows of 20000');
is($got->{cause}{error}, 'result_too_large', '... are too many');
like($got->{debug_info}, qr/^user 4, .* 20001 rows, at most 20000 .*narrow/,
    '... which is said, and what to do');

configure('interconn_infer decimals=1;');
is_deeply(ended(order($model, 4, $one))->{result}, [ {
    '病历号' => $rows[1234]{id}, label => sprintf('%.1f', plain($rows[1234]))
    + 0 } ], 'one decimal');

###############################################################################
# who reads them, and for how long

my $token = $sandbox->platform(0, '/v1/platform/operator/create',
    { name => 'auditor', roles => [ 'auditor' ] })->{data}{token};

sub as_auditor {
    my ($path) = @_;

    return scalar $sandbox->request($sandbox->http,
        $sandbox->node(0)->{platform} . $path, undef,
        Authorization => "Bearer $token");
}

like(as_auditor("/model/infer_status?order_id=$first")->{message},
    qr/permission|right/i, 'who audits does not read scores')
    or diag($json->encode(as_auditor("/model/infer_status?order_id=$first")));
is(as_auditor("/model/train_status?order_id=1")->{code}, 200,
    '... but how trainings go');

my $store = $sandbox->store(0);
my $job = $store->get("order:$first", 'job_id');

# the same as a job of its own

my %same = map { $_ => $store->get("job:$job", $_) }
    qw(dag config project_id flow_id);
my $alike = $sandbox->platform(0, '/v1/platform/job/create', { %same,
    name => 'plain', map { $_ => JSON::PP->new->decode($same{$_}) }
    qw(dag config) })->{data}{job_id};

$sandbox->platform(0, '/v1/platform/audit/apply', { resource_type => 'job',
    resource_id => $alike, contract_id => $sandbox->contract_with(0,
        $node{4}) });
$sandbox->answer_job($node{4});
$sandbox->await('the start', sub { $sandbox->platform(0,
    '/v1/platform/job/start', { job_id => $alike })->{code} == 0 });
$sandbox->await('the end', sub {
    $store->get("job:$alike", 'status') =~ /SUCCESS|FAILED/ }, 60);

my $seen = $store->get("job:$alike", 'status') eq 'SUCCESS'
    && "/v1/platform/task/query?task_id=" . $sandbox->platform(0,
        "/v1/platform/task/list?job_id=$alike")->{data}{records}[0]{task_id};

like($json->encode($sandbox->platform(0, $seen)->{data}), qr/"scores":\[\{/,
    'scores of a job that is no order: for who may copy results');
unlike($json->encode(as_auditor($seen)->{data}), qr/"scores"/,
    '... and not for who audits');
is(as_auditor($seen)->{code}, 0, '... who sees the task');

my $told = $json->decode($store->command('GET',
    $store->key("order-result:$first")))->{told}[0]{sha256};
my $tasks = $sandbox->platform($node{4},
    "/v1/platform/task/list?job_id=$job")->{data}{records};
my $report = $sandbox->platform($node{4},
    "/v1/platform/task/query?task_id=$tasks->[0]{task_id}")->{data}{report};

is($report->{told}{sha256}, $told,
    'the hospital\'s report has the digest of what it told')
    or diag($json->encode($report));
is($report->{told}{rows}, 20000, '... and of how many rows');

my $kept = $store->call('artefact_list', $job, '', 1, 10)->{records};

is(scalar @$kept, 1, 'the scores are an output of the job')
    or diag($json->encode($kept));
is($kept->[0]{kind}, 'report', '... of the coordinator');
$store->call('artefact_remove', $kept->[0]{task_id}, $kept->[0]{key});
$got = get("infer_status?order_id=$first")->{data};
is_deeply($got, { infer_status => 'finished', result => undef, debug_info =>
    'the result is not kept any more, the order must be repeated' },
    '... and go when its time is over');
is($store->command('EXISTS', $store->key("order-result:$first")), 0,
    '... from the store too');

###############################################################################
# permits of data count inferences, contracts end them

is(ended(order($model, 3, $once))->{infer_status}, 'finished',
    'a dataset that may be used once');
$got = ended(order($model, 3, $once));
is($got->{infer_status}, 'failed', '... is not used twice');
is($got->{cause}{error}, 'data_not_approved', '... the cause')
    or diag($json->encode($got));

my @events = map { my %entry = @{ $_->[1] }; \%entry } @{
    $store->command('XRANGE', $store->key('evidence'), '-', '+') };
my %of = map { $_ => scalar grep { ($_->{subject} || '') =~ /:\Q$job\E$/
    || ($_->{job_id} || '') eq $job } @events } $job;

cmp_ok($of{$job}, '>', 3, 'the coordinator has evidence of an inference')
    or diag($json->encode($events[-1]));

###############################################################################
# the component is killed

my ($runner) = victims(0, 'runner');

kill 'STOP', $runner;

my $killed = order($model, 4, $one);
my $pid = $sandbox->await('the hospital\'s part', sub {
    my ($one) = victims($node{4}, 'predict');
    return $one;
}, 30);

kill 'KILL', $pid;
kill 'CONT', $runner;
$got = ended($killed);
is($got->{infer_status}, 'failed', 'a component that is killed');
like($got->{debug_info}, qr/^user 4, N\d+: .+; .+/, '... is named');
is($got->{cause}{party}, 'guest.0', '... the cause has the party');
is($got->{cause}{error}, 'task_crashed', '... and says what it was');
note($got->{debug_info});
is(ended(order($model, 4, $one))->{infer_status}, 'finished',
    'the same order again succeeds');

$sandbox->finish;
done_testing();
