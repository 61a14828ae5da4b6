#!/usr/bin/perl

# Flows and models through the API: changes, who sees them, what their use
# forbids.
#
# covers: GET /v1/interconn/flow/pub/list
# covers: GET /v1/interconn/flow/pub/query
# covers: POST /v1/platform/flow/update
# covers: POST /v1/platform/flow/remove
# covers: GET /v1/platform/flow/list
# covers: GET /v1/platform/flow/query
# covers: POST /v1/platform/flow/publish
# covers: POST /v1/platform/flow/offline
# covers: POST /v1/platform/flow/online
# covers: GET /v1/platform/flow/state
# covers: GET /v1/platform/flow/usage
# covers: GET /v1/interconn/model/pub/list
# covers: GET /v1/interconn/model/pub/query
# covers: POST /v1/platform/model/update
# covers: POST /v1/platform/model/delete
# covers: POST /v1/platform/model/download
# covers: GET /v1/platform/model/meta
# covers: POST /v1/platform/model/publish
# covers: POST /v1/platform/model/offline
# covers: POST /v1/platform/model/online
# covers: GET /v1/platform/model/state
# covers: GET /v1/platform/model/usage
# covers: POST /v1/platform/model/state
# covers: POST /v1/platform/model/use
# covers: POST /v1/platform/model/release

use warnings;
use strict;

use Digest::SHA qw/ sha256_hex /;

use lib 't/lib';
use IC;
use IC::Api;
use IC::Caller;
use Test::More;

IC->check;
IC::Api->check;

my $t = IC->new;
my $redis = $t->redis;
my $api = IC::Api->new;
my $caller = IC::Caller->new($t);
my $self = 'hospital-a';
my %contract = map { $_ => $t->contract($_, cert => $_) }
    qw/ hospital-b hospital-c /;
my %b = (contract_id => $contract{'hospital-b'});
my %c = (contract_id => $contract{'hospital-c'});

$t->certificate('hospital-d');

sub peer { $caller->peer(@_) }
sub own  { $caller->own(@_) }
sub left { $caller->left(@_) }

###############################################################################
# flows

my $project = own('POST', '/project/create', { name => 'study',
    contract_ids => [ $b{contract_id} ] })->{project_id};
my $config = $api->config($self, qw/ hospital-b hospital-c /);
my $flow = own('POST', '/flow/create', { name => 'one',
    project_id => $project, description => 'd', dag => $api->dag,
    config => $config })->{flow_id};
my %flow = (flow_id => $flow);

own('POST', '/flow/create', { name => 'two' });

is(own('GET', '/flow/list')->{total}, 2, 'flow/list');
is(own('GET', '/flow/list', { project_id => $project })->{records}[0]
    {flow_id}, $flow, '... of a project');
is(own('GET', '/flow/list', { project_id => 'P-none' })->{total}, 0,
    '... of another');

my $record = own('GET', '/flow/query', \%flow)->{Flow};

is("@{$record}{qw/ name description project_id status version pub_scope /}",
    "one d $project online 1 private", 'flow/query');
is_deeply($record->{config}, $config, '... its configuration');
is($record->{dag}{components}[0]{componentName}, 'homo_lr', '... its DAG');
is(own('GET', '/flow/query', { flow_id => 'F-none' })->{code}, 4040,
    '... an unknown one');

my ($got, $events) = left(sub { own('POST', '/flow/update',
    { %flow, name => 'uno' }) });
is_deeply($got, { version => 2 }, 'flow/update');
is_deeply($events, [ 'FLOW_UPDATED' ], '... evidence');
$record = own('GET', '/flow/query', \%flow)->{Flow};
is_deeply($record->{config}, $config, '... what is not given stays');
is($record->{name}, 'uno', '... what is given does not');

my $other = $api->dag;

$other->{components}[0]{name} = 'another';
$got = own('POST', '/flow/update', { %flow, dag => $other });
is($got->{code}, 4003, '... a DAG that its configuration does not fit');
is(own('POST', '/flow/update', { %flow, config => { %$config,
    task_params => { common => { nix => {} } } } })->{code}, 4003,
    '... a configuration that does not fit its DAG');
is(own('POST', '/flow/update', { %flow, dag => { components => [] } })
    ->{code}, 4002, '... a DAG of nothing');
is(own('POST', '/flow/update', { %flow, version => 1, name => 'x' })->{code},
    4091, '... not over another\'s change');
is(own('POST', '/flow/update', { flow_id => 'F-none', name => 'x' })->{code},
    4040, '... an unknown one');
is(own('GET', '/flow/query', \%flow)->{Flow}{version}, 2,
    'none of these changed it');

# who sees it

sub flow_seen {
    my ($who, $contract) = @_;

    my $one = peer('GET', '/flow/pub/query', { %$contract, %flow }, $who);
    my $list = peer('GET', '/flow/pub/list', { %$contract }, $who);

    return join ' ', $one->{name} // $one->{code},
        $list->{total} // $list->{code};
}

is(flow_seen('hospital-b', \%b), '4040 0', 'private: nobody');
is_deeply((left(sub { own('POST', '/flow/publish', \%flow) }))[1],
    [ 'RES_PUBLISHED' ], 'flow/publish');
is(flow_seen('hospital-b', \%b), 'uno 1', '... partners');
is(flow_seen('hospital-c', \%b), '4040 4040', '... not by another\'s contract');
is(flow_seen('hospital-d', \%b), '4011 4011', '... not without');
$got = peer('GET', '/flow/pub/query', { %b, %flow });
is($got->{dag}{components}[0]{name}, 'lr', '... its DAG');
ok(!exists $got->{config}, '... not with which parameters we run it');
is_deeply((left(sub { own('POST', '/flow/offline', \%flow) }))[1],
    [ 'RES_OFFLINE' ], 'flow/offline');
is(flow_seen('hospital-b', \%b), '4040 0', '... nobody');

my %job = (%flow, dag => $api->dag, config => $config, name => 'j');

is(own('POST', '/job/create', \%job)->{code}, 4090, '... no job of it');
is_deeply((left(sub { own('POST', '/flow/online', \%flow) }))[1],
    [ 'RES_ONLINE' ], 'flow/online');

my $job = own('POST', '/job/create', \%job)->{job_id};

is($redis->get("job:$job", 'project_id'), $project,
    'a job is of its flow\'s project');
is(own('GET', '/job/list', { project_id => $project })->{total}, 1,
    '... and found by it');
is_deeply(own('GET', '/flow/state', \%flow)->{used_by}, [ "job $job" ],
    'flow/state');
is(own('GET', '/flow/usage', \%flow)->{total}, 0, 'flow/usage');
$got = own('POST', '/flow/remove', \%flow);
is($got->{code}, 4090, 'flow/remove: refused');
like($got->{msg}, qr/job $job/, '... by a job');
like(own('POST', '/project/delete', { project_id => $project })->{msg},
    qr/job $job.*flow $flow/, 'its project cannot go either');

###############################################################################
# a model, made by a task of that job

my $content = '{"weight":[0.5,2]}';

is($redis->status('task_start', $job, 'T1', 'lr'), 'ok', 'a task');

my $epoch = $redis->call('task_claim', 'T1', 'runner', 10000)->{fields}
    {epoch};

is($redis->status('task_end', 'T1', $epoch, 'SUCCESS', model => $content),
    'ok', 'makes a model');
$redis->call('job_advance', $job, $_) for qw/ RUNNING SUCCESS /;

my %model = (model_id => 'M.T1');

is(own('GET', '/model/list', { project_id => $project })->{total}, 1,
    'model/list of its project');
is(own('GET', '/model/list', { project_id => 'P-none' })->{total}, 0,
    '... of another');
$record = own('GET', '/model/list')->{records}[0];
is("@{$record}{qw/ project_id job_id algorithm status version provision /}",
    "$project $job homo_lr online 1 offline", '... how it stands');
ok($record->{create_time} > 1.7e12 && $record->{release_date},
    '... its dates');
$record = own('GET', '/model/query', \%model)->{Model};
is("@{$record}{qw/ node_id pub_scope /}", "$self private", 'model/query');
is(own('GET', '/model/query', { id => 'M.T1' })->{Model}{model_id}, 'M.T1',
    '... by the standard\'s name');
ok(!exists $record->{model}, '... not its content');

($got, $events) = left(sub { own('POST', '/model/download', \%model) });
is_deeply($got->{model}, { weight => [ 0.5, 2 ] }, 'model/download');
is($got->{digest}, sha256_hex($content), '... its digest');
is_deeply($events, [ 'RES_OUT' ], '... evidence');
is(($redis->stream('evidence'))[-1]{operator}, 'olga', '... of who took it');
is(own('POST', '/model/download', { model_id => 'M-none' })->{code}, 4040,
    '... an unknown one');

$t->operator('ina', 'initiator-token', 'initiator');
is(own('POST', '/model/download', \%model, 'initiator-token')->{code}, 4038,
    '... not without the right to copy');

($got, $events) = left(sub { own('POST', '/model/update', { %model,
    name => 'risk', purpose => 'screening', copyright => 'ours',
    provision => 'online', help => 'h', example => { x => 1 },
    inputs => [ { name => 'C6' } ], outputs => [ { name => 'y' } ] }) });
is_deeply($got, { version => 2 }, 'model/update');
is_deeply($events, [ 'RES_UPDATED' ], '... evidence');
$record = own('GET', '/model/query', \%model)->{Model};
is("@{$record}{qw/ name purpose copyright provision help /}",
    'risk screening ours online h', '... all of it');
is_deeply($record->{example}, { x => 1 }, '... its example');
is(own('POST', '/model/update', { %model, version => 1, name => 'x' })
    ->{code}, 4091, '... not over another\'s change');

# who sees it

sub model_seen {
    my ($who, $contract) = @_;

    my $one = peer('GET', '/model/pub/query', { %$contract, %model }, $who);
    my $list = peer('GET', '/model/pub/list', { %$contract }, $who);

    ok($t->encode([ $one, $list ]) !~ /weight|screening/,
        "$who: neither content nor purpose");

    return join ' ', $one->{name} // $one->{code},
        $list->{total} // $list->{code};
}

my %apply = (%model, apply_project_id => 'P-theirs');

is(model_seen('hospital-b', \%b), '4040 0', 'private: nobody');
is_deeply((left(sub { own('POST', '/model/publish', { %model,
    usage_limits => { algorithms_deny => [ 'psi' ] } }) }))[1],
    [ 'RES_PUBLISHED' ], 'model/publish');
is(model_seen('hospital-b', \%b), 'risk 1', '... partners');
is(model_seen('hospital-c', \%c), 'risk 1', '... every one');
is(model_seen('hospital-c', \%b), '4040 4040', '... by its own contract');
is(model_seen('hospital-d', \%b), '4011 4011', '... not without');
is_deeply(peer('GET', '/model/pub/query', { %b, %model })->{usage_limits},
    { algorithms_deny => [ 'psi' ] }, '... what may be done with it');
is_deeply(peer('POST', '/model/audit/apply', { %apply, audit_id => 'A1' }),
    {}, 'a partner asks for it');
is_deeply(own('POST', '/audit/confirm', { audit_id => 'A1',
    resource_type => 'model', status => 'APPROVED' }), {}, 'approved');
is(own('GET', '/model/usage', \%model)->{records}[0]{node_id}, 'hospital-b',
    'model/usage');

is_deeply((left(sub { own('POST', '/model/offline', \%model) }))[1],
    [ 'RES_OFFLINE' ], 'model/offline');
is(model_seen('hospital-b', \%b), '4040 0', '... nobody');
is(peer('POST', '/model/audit/apply', { %apply, audit_id => 'A2' })->{code},
    4040, '... no request');
is_deeply((left(sub { own('POST', '/model/online', \%model) }))[1],
    [ 'RES_ONLINE' ], 'model/online');
is_deeply((left(sub { own('POST', '/model/state', { %model,
    state => 'disconnected' }) }))[1], [ 'RES_STATE_REPORTED' ],
    'a report');
is(own('GET', '/model/state', \%model)->{state}, 'disconnected',
    'model/state');
own('POST', '/model/state', { %model, state => 'online' });

# use and deletion

my %use = (%model, project_id => $project);

is_deeply((left(sub { own('POST', '/model/use', \%use) }))[1],
    [ 'RES_USED' ], 'model/use');
is_deeply(own('GET', '/project/query', { project_id => $project })->{models},
    { $self => [ 'M.T1' ] }, '... the project has it');
$got = own('POST', '/model/delete', \%model);
is($got->{code}, 4090, 'model/delete: refused');
like($got->{msg}, qr/permit of hospital-b.*project $project/,
    '... and it says by what');
is_deeply((left(sub { own('POST', '/model/release', \%use) }))[1],
    [ 'RES_RELEASED' ], 'model/release');
own('POST', '/audit/terminate', { audit_id => 'A1',
    resource_type => 'model' });
is_deeply((left(sub { own('POST', '/model/delete', \%model) }))[1],
    [ 'RES_DELETED' ], 'model/delete');
is(own('GET', '/model/meta', \%model)->{code}, 4040, '... it is gone');

# the job is over: nothing holds the flow any more

is_deeply((left(sub { own('POST', '/flow/remove', \%flow) }))[1],
    [ 'FLOW_REMOVED' ], 'flow/remove');
is(own('GET', '/flow/query', \%flow)->{code}, 4040, '... it is gone');
is_deeply(own('POST', '/project/delete', { project_id => $project }), {},
    'and its project can go');

is(own('GET', '/model/meta', do {
    $redis->call('object_create', 'model', 'M2', name => 'm', model => '{}');
    { model_id => 'M2' }
})->{name}, 'm', 'model/meta');

$caller->finish($0);
$t->finish;
done_testing();
