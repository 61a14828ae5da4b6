#!/usr/bin/perl

# Every endpoint does what it says: answers, evidence, messages to peers.

use warnings;
use strict;

use lib 't/lib';
use IC;
use IC::Api;
use IC::Caller;
use Test::More;

IC->check;
IC::Api->check;

my $t = IC->new;
my $redis = $t->redis;
my $self = 'hospital-a';
my $pem = $t->slurp($t->certificate('hospital-b') . '.crt');
my $api = IC::Api->new;
my $caller = IC::Caller->new($t);

sub dag    { $api->dag }
sub config { $api->config(@_) }
sub permit { $api->permit('hospital-b', $self, @_) }

my @node = (name => 'A', institution => 'Hospital A',
    inst_id => "inst-$self", system => 'interconn', system_version => '1.0',
    address => 'https://a.example.org');

$redis->call('node_init', node_id => $self, @node);

sub peer { $caller->peer(@_) }
sub own  { $caller->own(@_) }
sub left { $caller->left(@_) }

###############################################################################
# nodes

my $node = peer('GET', '/node/query', { node_id => $self });
is($node->{name}, 'A', 'node/query: ours');
ok(!exists $node->{auth_credential}, '... without the credential');
is(peer('GET', '/node/query', { node_id => 'hospital-b' })->{code}, 4040,
    '... no one else\'s');
is_deeply(peer('GET', '/node/health'), { status => 'ok' }, 'node/health');

$node = own('GET', '/node/query', { node_id => $self });
is($node->{auth_type}, 'CERT', 'platform node/query: credential');
like($node->{auth_credential}, qr/BEGIN CERTIFICATE/, '... PEM');

###############################################################################
# contracts, applied for by a peer

my %apply = (node_id => 'hospital-b', name => 'B',
    institution => 'Hospital B', inst_id => 'inst-b', system => 'other',
    system_version => '2', address => 'https://b.example.org:7304',
    auth_type => 'CERT', auth_credential => $pem);

my ($got, $events, $out) = left(sub {
    peer('POST', '/node/contract/apply', \%apply)
});
my $contract = $got->{contract_id};
like($contract, qr/^C/, 'contract/apply: an id');
is_deeply($events, [ 'CONTRACT_APPLIED' ], '... evidence');

is(peer('POST', '/node/contract/apply', \%apply)->{contract_id}, $contract,
    '... the same again is the same contract');

my $old = peer('POST', '/node/contract/apply', { %apply,
    node_id => $self });
is($old->{code}, 4001, '... our id for the sender\'s without a header');

my $renamed = $t->post('ew', '/v1/interconn/node/contract/apply',
    cert => 'hospital-b', body => { %apply, node_id => $self },
    headers => { 'X-Node-Id' => 'hospital-b' });
is($renamed->{json}{code}, 0, '... with a header it is the header\'s');

is(peer('POST', '/node/contract/apply', { %apply,
    node_id => 'hospital-z' })->{code}, 4001, '... another node\'s name');
is(peer('POST', '/node/contract/apply', \%apply, 'hospital-z')->{code},
    4001, '... another node\'s certificate');

for my $address ('http://b.example.org', 'https://10.0.0.1',
                 'https://u@b.example.org', 'https://169.254.169.254')
{
    is(peer('POST', '/node/contract/apply',
        { %apply, address => $address })->{code}, 4004, "... $address");
}

$t->certificate('hospital-c');
is(peer('POST', '/node/contract/apply', { %apply, auth_credential =>
    $t->slurp("$t->{dir}/hospital-c.crt") })->{code}, 4001,
    '... a credential that is not the TLS key');
is(peer('POST', '/node/contract/apply', { %apply, auth_credential =>
    'junk' })->{code}, 4001, '... a credential that is none');

is(peer('GET', '/node/contract/query', { contract_id => $contract })
    ->{status}, 'APPLIED', 'contract/query');
is(peer('GET', '/node/contract/query', { contract_id => $contract },
    'hospital-c')->{code}, 4040, '... not for others');

is(own('GET', '/contract/list', { status => 'APPLIED' })->{total}, 2,
    'platform contract/list');

($got, $events, $out) = left(sub {
    own('POST', '/contract/confirm', { contract_id => $contract,
        status => 'APPROVED', expired_time => 1983755471 })
});
is_deeply($events, [ 'CONTRACT_APPROVED' ], 'contract/confirm: evidence');
is($out->[0]{path}, '/v1/interconn/node/contract/confirm', '... sent');
is($out->[0]{body}{expired_time}, 1983755471000, '... in milliseconds');
like($out->[0]{body}{auth_credential}, qr/BEGIN CERTIFICATE/,
    '... with our certificate');

my $record = own('GET', '/contract/query', { contract_id => $contract });
is($record->{status}, 'APPROVED', 'platform contract/query');
is($record->{node_id}, 'hospital-b', '... its node');
is(own('GET', '/node/query', { node_id => 'hospital-b' })->{name}, 'B',
    'platform node/query: a partner');

###############################################################################
# contracts, applied for by us

($got, $events, $out) = left(sub {
    own('POST', '/contract/apply', { node_id => 'hospital-c',
        address => 'https://127.0.0.1:7304' })
});
my $handle = $got->{contract_id};
is($out->[0]{body}{node_id}, $self, 'contract/apply: describes the sender');
is($out->[0]{body}{inst_id}, "inst-$self", '... its organisation');
is($out->[0]{body}{auth_type}, 'CERT', '... its certificate');

is($redis->status('contract_accepted', $handle, 'C-theirs',
    $t->spki('hospital-c')), 'ok', 'the peer gave it its id');

my %confirm = (contract_id => 'C-theirs', status => 'APPROVED',
    auth_type => 'CERT', expired_time => 1983755471000,
    auth_credential => $t->slurp("$t->{dir}/hospital-c.crt"));

is(peer('POST', '/node/contract/confirm', \%confirm)->{code}, 4001,
    'contract/confirm: a credential that is not the caller\'s');
is(peer('POST', '/node/contract/confirm', { %confirm,
    auth_credential => $pem })->{code}, 4040, '... not by others');
is_deeply(peer('POST', '/node/contract/confirm', \%confirm, 'hospital-c'),
    {}, '... by the node applied to');
is(own('GET', '/contract/query', { contract_id => $handle })->{status},
    'APPROVED', '... and is known by our handle too');

###############################################################################
# updates

my %update = (@node, node_id => $self, auth_type => 'CERT',
    auth_credential => $t->slurp("$t->{dir}/server.crt"), name => 'A2');

($got, $events, $out) = left(sub { own('POST', '/node/update', \%update) });
is_deeply($got, {}, 'platform node/update');
is_deeply($events, [ 'NODE_UPDATED' ], '... evidence');
is_deeply([ sort map { $_->{peer} } @$out ], [qw/ hospital-b hospital-c /],
    '... told to every partner');
is($out->[0]{body}{node_info}{name}, 'A2', '... the new record');
is(own('POST', '/node/update', { %update, node_id => 'x' })->{code}, 4091,
    '... its id stays');
is(own('POST', '/node/update', { %update, auth_credential => $pem })->{code},
    4001, '... its key too');

is_deeply(peer('POST', '/node/update', { contract_id => $contract,
    node_info => { name => 'B2' } }), {}, 'node/update, nested');
is_deeply(peer('POST', '/node/update', { contract_id => $contract,
    institution => 'New B' }), {}, '... flat');
$record = own('GET', '/contract/query', { contract_id => $contract });
is("$record->{name}, $record->{institution}", 'B2, New B', '... both kept');
is(peer('POST', '/node/update', { contract_id => $contract })->{code}, 4001,
    '... nothing');
is(peer('POST', '/node/update', { contract_id => $contract,
    inst_id => 'other' })->{code}, 4091, '... another organisation');
is(peer('POST', '/node/update', { contract_id => $contract,
    address => 'https://192.168.0.1' })->{code}, 4004, '... its address');
is(peer('POST', '/node/update', { contract_id => $contract,
    node_info => { auth_credential => $t->slurp("$t->{dir}/server.crt") } })
    ->{code}, 4015, '... another key');
is(peer('POST', '/node/update', { contract_id => $contract, name => 'x' },
    'hospital-c')->{code}, 4040, '... another partner\'s');

###############################################################################
# datasets

my %dataset = (name => 'blood', source => 'lab', owner => "inst-$self",
    location => { type => 'csv', path => '/data/blood.csv',
        query => 'SELECT *  FROM data.blooddata_small;' },
    column_metas => [ { name => 'C6', data_type => 'double',
        distribution => 'CONTINUOUS' } ], count => 600);

($got, $events) = left(sub { own('POST', '/dataset/create', \%dataset) });
my $private = $got->{dataset_id};
like($private, qr/^D/, 'dataset/create');
is_deeply($events, [ 'RES_CREATED' ], '... evidence');

my $public = own('POST', '/dataset/create', { %dataset,
    pub_scope => 'protect', location => { type => 'sqlite', table => 't',
    path => '/data/b.db' } })->{dataset_id};

for my $case ([ { type => 'csv', path => 'blood.csv' }, '/location/path' ],
              [ { type => 'jdbc', path => '/x' }, '/location/type' ],
              [ { type => 'odbc', path => '/x' }, '/location/dsn' ],
              [ { type => 'odbc', dsn => 'x' }, '/location/table' ],
              [ { type => 'sqlite', path => '/x' }, '/location/table' ],
              [ { type => 'csv', path => '/x', query => 'drop table t' },
                '/location/query' ])
{
    $got = own('POST', '/dataset/create', { %dataset,
        location => $case->[0] });
    is($got->{data}{fields}[0]{field}, $case->[1], "... $case->[1]");
}

is(own('GET', '/dataset/list', { page_size => 1 })->{total}, 2,
    'dataset/list');
is(scalar @{ own('GET', '/dataset/list', { page_size => 1 })->{records} },
    1, '... a page');

$record = own('GET', '/dataset/query', { dataset_id => $private });
is($record->{location}{path}, '/data/blood.csv', 'dataset/query: location');
is($record->{status}, 1, '... online');
is($record->{pub_scope}, 'private', '... private');
is($redis->call('dataset_find',
    $redis->get("object:dataset:$private", 'query_digest'))
    ->{fields}{dataset_id}, $private, '... found by its query');

$got = peer('GET', '/dataset/pub/list', { contract_id => $contract });
is($got->{total}, 1, 'dataset/pub/list: the public one');
is($got->{records}[0]{dataset_id}, $public, '... its id');
ok(!(grep { /location|source|query/ } keys %{ $got->{records}[0] }),
    '... nothing of where it is');
is(peer('GET', '/dataset/pub/query', { contract_id => $contract,
    dataset_id => $public })->{name}, 'blood', 'dataset/pub/query');
is(peer('GET', '/dataset/pub/query', { contract_id => $contract,
    dataset_id => $private })->{code}, 4040, '... not a private one');
is(peer('GET', '/dataset/pub/list', { contract_id => 'C-theirs' })->{code},
    4040, '... not under another partner\'s contract');

###############################################################################
# projects, flows, jobs

my $project = own('POST', '/project/create', { name => 'study',
    contract_ids => [ $contract ], type => 'HOMO_FL' })->{project_id};
like($project, qr/^P/, 'project/create');

my $ours = config($self, 'hospital-b', 'hospital-c');

($got, $events) = left(sub { own('POST', '/flow/create', {
    name => 'flow', project_id => $project, dag => dag(),
    config => $ours }) });
my $flow = $got->{flow_id};
like($flow, qr/^F/, 'flow/create');
is_deeply($events, [ 'FLOW_CREATED' ], '... evidence');

$got = own('POST', '/flow/create', { name => 'x', dag => {
    components => [] } });
is($got->{code}, 4002, '... a DAG of nothing');

($got, $events) = left(sub { own('POST', '/job/create', {
    flow_id => $flow, dag => dag(), config => $ours, name => 'first',
    sync_type => 'callback' }) });
my $job = $got->{job_id};
like($job, qr/^J/, 'job/create');
is_deeply($events, [ 'JOB_CREATED' ], '... evidence');
is($redis->get("job:$job", 'parties'), 'hospital-b hospital-c',
    '... its remote parties');

my $alias = own('POST', '/flow/create', { name => 'x', dag => {
    components => [ { name => 'a', module_name => 'homo_lr' } ] } });
is($t->decode($redis->get("object:flow:$alias->{flow_id}", 'dag'))
    ->{components}[0]{componentName}, 'homo_lr', 'another name of a name');

is(own('POST', '/job/create', { flow_id => 'F-none', dag => dag(),
    config => $ours })->{code}, 4040, '... no such flow');
is(own('POST', '/job/create', { flow_id => $flow, dag => dag(),
    config => config('hospital-b', $self, 'hospital-c') })->{code}, 4003,
    '... another node\'s');
is(own('POST', '/job/start', { job_id => $job })->{code}, 4093,
    'job/start: not before everyone approved');
is(own('GET', '/job/list', { flow_id => $flow })->{total}, 1, 'job/list');
$record = own('GET', '/job/query', { job_id => $job });
is("$record->{status} $record->{sync_type}", 'PENDING CALLBACK',
    'job/query');
is_deeply($record->{tasks}, [], '... no tasks yet');
is($record->{dag}{components}[0]{name}, 'lr', '... its DAG');

###############################################################################
# we ask

my %ask = (dataset => 'D-theirs', project => $project, flow => $flow,
    job => $job, model => 'M-theirs');
my %asked;

for my $kind (sort keys %ask) {
    ($got, $events, $out) = left(sub { own('POST', '/audit/apply', {
        resource_type => $kind, contract_id => $contract,
        resource_id => $ask{$kind}, apply_project_id => $project,
        auth_scope => [ 'PROJECT' ], scope_ids => { PROJECT => [ 'x' ] },
        times_limit => 5 }) });
    $asked{$kind} = $got->{audit_id};

    like($asked{$kind}, qr/^A/, "$kind: asked");
    is_deeply($events, [ 'AUDIT_APPLIED' ], '... evidence');
    is($out->[0]{path}, "/v1/interconn/$kind/audit/apply", '... sent');
    is($out->[0]{body}{"${kind}_id"}, $ask{$kind}, '... the resource');
    is($out->[0]{body}{audit_id}, $asked{$kind}, '... its id');
}

is(own('POST', '/audit/apply', { resource_type => 'model',
    contract_id => $contract, resource_id => 'M1' })->{code}, 4001,
    '... a model needs its project');
is(own('POST', '/audit/apply', { resource_type => 'flow',
    contract_id => $contract, resource_id => 'F-none' })->{code}, 4040,
    '... no such flow');

for my $kind (sort keys %ask) {
    my $path = "/$kind/audit/confirm";
    my %body = (audit_id => $asked{$kind}, status => 'APPROVED');

    is(peer('POST', $path, \%body)->{code}, 4001,
        "$kind/audit/confirm: no permit");

    for my $wrong ([ resource_node_id => 'hospital-c' ],
                   [ request_node_id => 'hospital-c' ],
                   [ resource_type => 'Component' ],
                   [ token => '' ])
    {
        is(peer('POST', $path, { %body, resource_permit => permit($kind,
            $ask{$kind}, @$wrong) })->{code}, 4001, "... @$wrong");
    }

    is(peer('POST', $path, { %body, resource_permit => permit($kind,
        'another') })->{code}, 4091, '... another resource');
    is(peer('POST', $path, { %body, resource_permit => permit($kind,
        $ask{$kind}, resource_node_id => 'hospital-c') }, 'hospital-c')
        ->{code}, 4040, '... another node');

    ($got, $events) = left(sub { peer('POST', $path, { %body,
        resource_permit => permit($kind, $ask{$kind}) }) });
    is_deeply($got, {}, '... good');
    is_deeply($events, [ 'AUDIT_APPROVED' ], '... evidence');
    is(own('GET', '/audit/query', { audit_id => $asked{$kind} })->{status},
        'APPROVED', '... approved');
}

$record = own('GET', '/audit/query', { audit_id => $asked{job},
    resource_type => 'job', node_id => 'hospital-b' });
ok(!exists $record->{token}, 'a token is not shown');

is_deeply(peer('POST', '/model/audit/terminate',
    { audit_id => $asked{model} }), {}, 'model/audit/terminate');
is_deeply(peer('POST', "/$_/audit/terminate", { audit_id => $asked{$_} }),
    {}, "$_/audit/terminate") for qw/ dataset project flow /;

###############################################################################
# we are asked

my $theirs = config('hospital-b', $self, 'hospital-c');

my %request = (
    dataset => { contract_id => $contract, dataset_id => $public,
        time_limit => 1983755471000, times_limit => 3,
        auth_scope => { PROJECT => [ 'p1' ] } },
    project => { project_id => 'P-b', name => 'theirs',
        contract_id => $contract, datasets => [ $public ] },
    flow => { flow_id => 'F-b', name => 'theirs', dag => dag(),
        config => $theirs },
    job => { job_id => 'J-b', flow_id => 'F-b', dag => dag(),
        conf => $theirs, sync_type => 'POLL' },
    model => { model_id => 'M-b', digest => 'd', apply_project_id => 'P-b' },
);

$redis->call('object_create', 'model', 'M-b', digest => 'd',
    pub_scope => 'public');

for my $kind (sort keys %request) {
    my %body = (%{ $request{$kind} }, audit_id => "A-$kind");

    ($got, $events) = left(sub {
        peer('POST', "/$kind/audit/apply", \%body)
    });
    is_deeply($got, {}, "$kind/audit/apply");
    is_deeply($events, [ 'AUDIT_APPLIED' ], '... evidence');
    is_deeply(peer('POST', "/$kind/audit/apply", \%body), {},
        '... again');
    is(peer('GET', "/$kind/audit/query", { audit_id => "A-$kind" })
        ->{status}, 'APPLIED', "$kind/audit/query");
    is(peer('GET', "/$kind/audit/query", { audit_id => "A-$kind" },
        'hospital-c')->{code}, 4040, '... not by others');
}

is(peer('POST', '/dataset/audit/apply', { %{ $request{dataset} },
    audit_id => 'A-x', dataset_id => $private })->{code}, 4040,
    'a private dataset cannot be asked for');
is(peer('POST', '/dataset/audit/apply', { %{ $request{dataset} },
    audit_id => 'A-x', auth_scope => [ 'WORLD' ] })->{code}, 4001,
    'an unknown scope');
is(peer('POST', '/job/audit/apply', { %{ $request{job} },
    audit_id => 'A-x', job_id => 'J-x',
    config => config('hospital-c', $self, 'hospital-b'),
    conf => undef })->{code}, 4003, 'a job of a third node');
is(peer('POST', '/job/audit/apply', { %{ $request{job} },
    audit_id => 'A-x', job_id => 'J-x',
    conf => config('hospital-b', 'hospital-c', 'hospital-d') })->{code},
    4003, 'a job without us');

is(own('GET', '/audit/list', { dir => 'in', status => 'APPLIED' })->{total},
    5, 'audit/list');

my %permit;

for my $kind (sort keys %request) {
    ($got, $events, $out) = left(sub { own('POST', '/audit/confirm', {
        audit_id => "A-$kind", status => 'APPROVED', resource_type => $kind,
        node_id => 'hospital-b' }) });
    is_deeply($got, {}, "$kind: confirmed");

    my $permit = $out->[0]{body}{resource_permit};
    is($out->[0]{path}, "/v1/interconn/$kind/audit/confirm", '... sent');
    like($permit->{token}, qr/^mp1\./, '... a permit');
    is($permit->{resource_type}, ucfirst $kind, '... its kind');
    is($permit->{request_inst_id}, 'inst-b', '... its holder');
    $permit{$kind} = $permit;
}

is($permit{dataset}{times_limit}, 3, 'the limit that was asked for');
is($permit{dataset}{time_limit}, 1983755471000, '... and the time');
is(own('POST', '/audit/confirm', { audit_id => $asked{job},
    status => 'APPROVED' })->{code}, 4040,
    'what we asked is not ours to answer');

###############################################################################
# scheduled by a peer

my %create = (job_id => 'J-b', flow_id => '', dag => dag(),
    config => $theirs);

is_deeply(peer('POST', '/schedule/job/create', \%create), {},
    'schedule/job/create');
is(peer('POST', '/schedule/job/create', { %create, config =>
    config('hospital-b', $self, 'hospital-d') })->{code}, 4091,
    '... another configuration');
is(peer('POST', '/schedule/job/create', \%create, 'hospital-c')->{code},
    4038, '... another node');
is_deeply(peer('POST', '/schedule/job/start', { job_id => 'J-b' }), {},
    'schedule/job/start');

my %start = (job_id => 'J-b', task_id => 'task_1', task_name => 'lr',
    session_id => 'session_task_1', token => 'tt');

sub start {
    my ($headers, $more, $who) = @_;

    my $got = $t->post('ew', '/v1/interconn/schedule/task/start',
        cert => $who || 'hospital-b', body => { %start, %{ $more || {} } },
        headers => $headers);
    $caller->{covered}{'POST /v1/interconn/schedule/task/start'} = 1
        if $got->{json}{code} == 0;

    return $t->verdict($got);
}

my $token = $permit{job}{token};

is(start({}), '403 4033', 'schedule/task/start: no permit');
is(start({ 'x-resource-permit' => 'mp1.x' }), '403 4034', '... junk');
is(start({ 'x-resource-permit' => $permit{flow}{token} }), '403 4034',
    '... a permit for something else');
is(start({ 'x-resource-permit' => $token }, { job_id => 'J-c' }),
    '403 4034', '... another job');
is(start({ 'x-resource-permit' => $token }, undef, 'hospital-c'),
    '403 4034', '... another holder');
is(start({ 'x-mprac-token-set' => "urn:x:F-b/1/$permit{flow}{token}, "
    . "urn:x/J-b/1/$token" }), '200 0', '... in the token set');
is(start({ 'x-resource-permit' => $token }), '200 0', '... again');
is($redis->get('task:task_1', 'status'), 'PENDING', '... a task');

$got = peer('POST', '/schedule/task/poll', { task_id => 'task_1',
    role => '' });
is($got->{status}, 'PENDING', 'schedule/task/poll');
is(peer('POST', '/schedule/task/poll', { task_id => 'task_1' },
    'hospital-c')->{code}, 4040, '... not by others');
is(peer('GET', '/schedule/job/status_all', { job_id => 'J-b' })
    ->{status}{task_1}, 'PENDING', 'schedule/job/status_all, GET');
is(peer('POST', '/schedule/job/status_all', { job_id => 'J-b' })
    ->{job_status}, 'RUNNING', '... POST');

my $epoch = $redis->call('task_claim', 'task_1', 'me', 10000)
    ->{fields}{epoch};
$redis->call('task_log', 'task_1', $epoch, 'info', 'one', 'two');
$redis->call('task_metric', 'task_1', $epoch, '["loss",1,0.5]');

is(own('GET', '/task/log/query', { task_id => 'task_1' })->{log_info},
    "one\ntwo", 'task/log/query');
is_deeply(own('GET', '/metric/query', { task_id => 'task_1' })->{metrics},
    [ [ 'loss', 1, 0.5 ] ], 'metric/query');
is_deeply(own('GET', '/job/status/query', { job_id => 'J-b' })->{status},
    { task_1 => 'RUNNING' }, 'job/status/query');

$redis->call('task_end', 'task_1', $epoch, 'SUCCESS', 'model',
    '{"weight":[1,2]}');
my $model = own('GET', '/model/list', { page_size => -1 });
is($model->{total}, 2, 'model/list');
ok(!exists $model->{records}[0]{model}, '... without the content');
is(own('GET', '/model/query', { model_id => 'M.task_1' })->{Model}{job_id},
    'J-b', 'model/query');

is_deeply(peer('POST', '/schedule/task/stop', { task_id => 'task_1' }), {},
    'schedule/task/stop');
is_deeply(peer('POST', '/schedule/job/stop', { job_id => 'J-b',
    task_name => 'lr' }), {}, 'schedule/job/stop: clean-up');
is($redis->get('task:task_1', 'status'), 'SUCCESS', '... changes nothing');
is_deeply(peer('POST', '/schedule/job/stop', { job_id => 'J-none' }), {},
    '... an unknown job');

###############################################################################
# our job, scheduled by us

$redis->call('audit_apply_out', 'job', 'C-theirs', 'A-c', $job, '{}');
is_deeply(peer('POST', '/job/audit/confirm', { audit_id => 'A-c',
    status => 'APPROVED', resource_permit => { %{ permit('job', $job) },
    resource_node_id => 'hospital-c' } }, 'hospital-c'), {},
    'the last party approves');
($got, $events) = left(sub { own('POST', '/job/start',
    { job_id => $job }) });
is_deeply($got, {}, 'job/start');

$redis->call('ptask_put', $job, 'task_2', 'hospital-b', 'lr', 'guest.0');
is_deeply(peer('POST', '/schedule/task/callback', { task_id => 'task_2',
    status => 'RUNNING', role => 'guest.0', progress => 12.5,
    facts => { rows => 600 } }), {}, 'schedule/task/callback');
$record = own('GET', '/job/query', { job_id => $job })->{tasks}[0];
is("$record->{status} $record->{progress} $record->{facts}{rows}",
    'RUNNING 12.5 600', '... kept');
is(peer('POST', '/schedule/task/callback', { task_id => 'task_2',
    status => 'FAILED' }, 'hospital-c')->{code}, 4040, '... not by others');
is_deeply(peer('POST', '/schedule/job/stop_all', { job_id => $job }), {},
    'schedule/job/stop_all: a party asks');
is($redis->get("job:$job", 'cancel'), 1, '... the job is stopped');
is_deeply(own('POST', '/job/stop', { job_id => $job }), {}, 'job/stop');
is_deeply(peer('POST', '/job/audit/terminate',
    { audit_id => $asked{job} }), {}, 'job/audit/terminate');

###############################################################################
# the end

is_deeply(own('POST', '/audit/terminate', { audit_id => 'A-dataset' }), {},
    'audit/terminate');
is(peer('GET', '/dataset/audit/query', { audit_id => 'A-dataset' })
    ->{status}, 'TERMINATED', '... known to the peer');
is_deeply(own('POST', '/contract/terminate', { contract_id => $handle }),
    {}, 'platform contract/terminate');
is_deeply(peer('POST', '/node/contract/terminate',
    { contract_id => $contract }), {}, 'contract/terminate');
is(peer('GET', '/dataset/pub/list', { contract_id => $contract })->{code},
    4031, '... nothing works any more');

my %elsewhere = map { $_ => 1 } $caller->claimed(glob 't/*.t');
my @left = grep { !$caller->{covered}{$_} && !$elsewhere{$_} }
    map { $_->{side} eq 'service' ? () : "$_->{method} $_->{path}" }
    $api->endpoints;
is("@left", '', 'every endpoint has answered with success here or in a test '
    . 'that names it');

$t->finish;
done_testing();
