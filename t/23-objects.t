#!/usr/bin/perl

# Datasets and projects through the API: who sees them, what changes them,
# what their use forbids.
#
# covers: GET /v1/interconn/dataset/open/list
# covers: GET /v1/interconn/dataset/open/query
# covers: POST /v1/platform/dataset/update
# covers: POST /v1/platform/dataset/delete
# covers: GET /v1/platform/dataset/meta
# covers: POST /v1/platform/dataset/publish
# covers: POST /v1/platform/dataset/offline
# covers: POST /v1/platform/dataset/online
# covers: GET /v1/platform/dataset/state
# covers: GET /v1/platform/dataset/usage
# covers: POST /v1/platform/dataset/state
# covers: POST /v1/platform/dataset/use
# covers: POST /v1/platform/dataset/release
# covers: GET /v1/interconn/project/list
# covers: GET /v1/interconn/project/query
# covers: POST /v1/platform/project/update
# covers: GET /v1/platform/project/list
# covers: GET /v1/platform/project/query
# covers: POST /v1/platform/project/delete
# covers: POST /v1/platform/project/offline
# covers: POST /v1/platform/project/online
# covers: GET /v1/platform/project/state
# covers: POST /v1/platform/project/member/add
# covers: POST /v1/platform/project/member/remove
# covers: GET /v1/platform/project/member/list

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
my $api = IC::Api->new;
my $caller = IC::Caller->new($t);
my $self = 'hospital-a';
my %contract = map { $_ => $t->contract($_, cert => $_) }
    qw/ hospital-b hospital-c /;

$redis->call('node_init', node_id => $self, name => 'A',
    institution => 'Hospital A', inst_id => "inst-$self",
    system => 'interconn', system_version => '1.0',
    address => 'https://a.example.org', internal => 'http://10.0.0.1');
$t->certificate('hospital-d');

sub peer { $caller->peer(@_) }
sub own  { $caller->own(@_) }
sub left { $caller->left(@_) }

sub text { $t->encode($_[0]) }

###############################################################################
# a dataset's life

my @columns = ({ name => 'C6', data_type => 'double',
    distribution => 'CONTINUOUS' });
my $secret = 'secret-place';
my %dataset = (name => 'blood', source => "source of $secret",
    owner => "inst-$self", purpose => "purpose of $secret",
    location => { type => 'csv', path => "/srv/$secret/blood.csv",
        query => "SELECT * FROM $secret.blood" },
    column_metas => \@columns, count => 600, category => 'medical',
    size => 57913, sample => [ [ 1.5 ] ], traits => { sparsity => 0.1 });

my $id = own('POST', '/dataset/create', \%dataset)->{dataset_id};
my %b = (contract_id => $contract{'hospital-b'});
my $record = own('GET', '/dataset/query', { dataset_id => $id });

is($record->{version}, 1, 'a new dataset has version 1');
is($record->{node_id}, $self, '... its node');
is_deeply($record->{traits}, { sparsity => 0.1 }, '... its traits');
is_deeply($record->{sample}, [ [ 1.5 ] ], '... its sample');
ok($record->{create_time} > 1.7e12 && $record->{update_time},
    '... its dates');

my ($got, $events) = left(sub { own('POST', '/dataset/update',
    { dataset_id => $id, name => 'blood 2', count => 601 }) });
is_deeply($got, { version => 2 }, 'dataset/update: one version more');
is_deeply($events, [ 'RES_UPDATED' ], '... evidence');
$record = own('GET', '/dataset/query', { dataset_id => $id });
is("$record->{name} $record->{count} $record->{source}",
    "blood 2 601 source of $secret", '... what was given, the rest stays');
($got, $events) = left(sub { own('POST', '/dataset/update',
    { dataset_id => $id, name => 'blood 2' }) });
is_deeply($got, { version => 2 }, '... the same again is no change');
is_deeply($events, [], '... and no evidence');
is(own('POST', '/dataset/update', { dataset_id => $id, version => 1,
    name => 'x' })->{code}, 4091, '... not over another\'s change');
is(own('POST', '/dataset/update', { dataset_id => 'D-none', name => 'x' })
    ->{code}, 4040, '... an unknown one');

for my $case ([ { type => 'csv', path => 'relative' }, '/location/path' ],
              [ { type => 'sqlite', path => '/x' }, '/location/table' ],
              [ { type => 'csv', path => '/x', query => 'drop table t' },
                '/location/query' ])
{
    $got = own('POST', '/dataset/update', { dataset_id => $id,
        location => $case->[0] });
    is($got->{data}{fields}[0]{field}, $case->[1], "... $case->[1]");
}

my $digest = $redis->get("object:dataset:$id", 'query_digest');

is($redis->status('dataset_find', $digest), 'ok', 'found by its query');
own('POST', '/dataset/update', { dataset_id => $id,
    location => { type => 'csv', path => "/srv/$secret/blood.csv" } });
is($redis->status('dataset_find', $digest), 'not_found',
    '... not after it is gone');

###############################################################################
# who sees it

sub seen {
    my ($who, $contract_id) = @_;

    my $one = peer('GET', '/dataset/pub/query',
        { contract_id => $contract_id, dataset_id => $id }, $who);
    my $list = peer('GET', '/dataset/pub/list',
        { contract_id => $contract_id }, $who);
    my $open = peer('GET', '/dataset/open/query', { dataset_id => $id },
        $who);
    my $all = peer('GET', '/dataset/open/list', {}, $who);

    ok(text([ $one, $list, $open, $all ]) !~ /$secret|location|query_digest/,
        "$who: nothing of what stays here");

    return join ' ', ($one->{dataset_id} ? 'query' : $one->{code}),
        $list->{total} // $list->{code},
        ($open->{dataset_id} ? 'open' : $open->{code}), $all->{total};
}

my ($cb, $cc) = @contract{qw/ hospital-b hospital-c /};

is(seen('hospital-b', $cb), '4040 0 4040 0', 'private: nobody');

($got, $events) = left(sub { own('POST', '/dataset/publish', {
    dataset_id => $id, usage_limits => { times_limit => 5,
        algorithms_deny => [ 'psi' ] } }) });
is_deeply($got, {}, 'dataset/publish');
is_deeply($events, [ 'RES_PUBLISHED' ], '... evidence');
is(seen('hospital-b', $cb), 'query 1 4040 0', 'protect: who has a contract');
is(seen('hospital-c', $cc), 'query 1 4040 0', '... every one');
is(seen('hospital-c', $cb), '4040 4040 4040 0', '... not by another\'s');
is(seen('hospital-d', $cb), '4011 4011 4040 0', '... not without');

$got = peer('GET', '/dataset/pub/query', { %b, dataset_id => $id });
is_deeply($got->{usage_limits}, { times_limit => 5,
    algorithms_deny => [ 'psi' ] }, 'what may be done with it is said');
is("$got->{status} $got->{version} $got->{node_id}", "1 4 $self",
    '... and how it stands');

is_deeply((left(sub { own('POST', '/dataset/publish', {
    dataset_id => $id }) }))[1], [], 'publishing the same again: no evidence');
own('POST', '/dataset/publish', { dataset_id => $id,
    pub_scope => 'public' });
is(seen('hospital-b', $cb), 'query 1 open 1', 'public: who has a contract');
is(seen('hospital-d', $cb), '4011 4011 open 1', '... and who has none');
is($t->verdict($t->http('ew', 'GET', '/v1/interconn/dataset/open/list')),
    '401 4010', '... but a certificate');
is(own('GET', '/dataset/query', { dataset_id => $id })
    ->{usage_limits}{times_limit}, 5, 'what is not given again stays');

$got = own('GET', '/dataset/meta', { dataset_id => $id });
is("$got->{name} $got->{column_metas}[0]{name}", 'blood 2 C6',
    'dataset/meta');
ok(text($got) !~ /$secret|location/, '... without where it is');

###############################################################################
# requests, offline

my %apply = (%b, dataset_id => $id, times_limit => 3);

is_deeply(peer('POST', '/dataset/audit/apply', { %apply, audit_id => 'A1' }),
    {}, 'a partner asks');
is_deeply(own('POST', '/audit/confirm', { audit_id => 'A1',
    resource_type => 'dataset', status => 'APPROVED' }), {}, 'approved');
is_deeply(peer('POST', '/dataset/audit/apply', { %apply, audit_id => 'A2' }),
    {}, 'and asks again');

$got = own('GET', '/dataset/usage', { dataset_id => $id });
is($got->{total}, 1, 'dataset/usage');
is("@{ $got->{records}[0] }{qw/ node_id audit_id status times_left
    used /}", 'hospital-b A1 ACTIVE 3 0', '... who, how much is left');

# a task of the partner's job, that runs homo_lr

$redis->command('HSET', $redis->key('job:J-b'), 'job_id', 'J-b', 'dag',
    $t->encode($api->dag));
$redis->command('HSET', $redis->key('task:task-1'), 'task_id', 'task-1',
    'job_id', 'J-b', 'task_name', 'lr', 'status', 'RUNNING');

($got, $events) = left(sub { own('POST', '/dataset/offline',
    { dataset_id => $id }) });
is_deeply($events, [ 'RES_OFFLINE' ], 'dataset/offline: evidence');
is(seen('hospital-b', $cb), '4040 0 4040 0', '... nobody sees it');
is(peer('POST', '/dataset/audit/apply', { %apply, audit_id => 'A3' })
    ->{code}, 4040, '... no request');
is(own('POST', '/audit/confirm', { audit_id => 'A2',
    resource_type => 'dataset', status => 'APPROVED' })->{code}, 4090,
    '... no approval');
is($redis->status('dataset_permitted', $id, 'hospital-b', 'task-1'),
    'not_permitted', '... no use');
is(own('GET', '/dataset/usage', { dataset_id => $id })->{records}[0]{status},
    'ACTIVE', '... but nothing is ended');
is(own('POST', '/dataset/state', { dataset_id => $id, state => 'online' })
    ->{code}, 4090, '... and no report brings it back');
$got = own('GET', '/dataset/state', { dataset_id => $id });
is("$got->{state} $got->{status}", 'offline 0', 'dataset/state');
is_deeply($got->{used_by}, [ 'permit of hospital-b (request A1)' ],
    '... by what it is in use');
is($got->{in_use}, JSON::PP::true(), '... in a word');

($got, $events) = left(sub { own('POST', '/dataset/online',
    { dataset_id => $id }) });
is_deeply($events, [ 'RES_ONLINE' ], 'dataset/online: evidence');
is(seen('hospital-b', $cb), 'query 1 open 1', '... as it was');
($got, $events) = left(sub { own('POST', '/dataset/state',
    { dataset_id => $id, state => 'disconnected' }) });
is_deeply($events, [ 'RES_STATE_REPORTED' ], 'a report: evidence');
is(own('GET', '/dataset/query', { dataset_id => $id })->{status}, 2,
    '... disconnected');
is(seen('hospital-b', $cb), '4040 0 4040 0', '... nobody sees it');
own('POST', '/dataset/state', { dataset_id => $id, state => 'online' });

is($redis->status('dataset_permitted', $id, 'hospital-b', 'task-1'), 'ok',
    'a task of the partner reads it');
$got = own('GET', '/dataset/usage', { dataset_id => $id })->{records}[0];
is("$got->{times_left} $got->{used}", '2 1', '... is charged');
ok($got->{last_time} > 1.7e12, '... and when');
$got = own('GET', '/dataset/state', { dataset_id => $id });
is($got->{used}, 1, '... counted');
is("@{ $got->{used_by} }", 'permit of hospital-b (request A1) task task-1',
    '... and in the way of deleting it');
$redis->command('HSET', $redis->key('task:task-1'), 'status', 'SUCCESS');

###############################################################################
# in a project; deletion

my $project = own('POST', '/project/create', { name => 'study',
    contract_ids => [ $cb ], type => 'HOMO_FL' })->{project_id};
my %use = (dataset_id => $id, project_id => $project);

($got, $events) = left(sub { own('POST', '/dataset/use', \%use) });
is_deeply($events, [ 'RES_USED' ], 'dataset/use: evidence');
is_deeply((left(sub { own('POST', '/dataset/use', \%use) }))[1], [],
    '... once');
is_deeply(own('POST', '/dataset/use', { %use, dataset_id => 'D-theirs',
    node_id => 'hospital-b' }), {}, '... a member\'s');
is(own('POST', '/dataset/use', { %use, dataset_id => 'D-theirs',
    node_id => 'hospital-c' })->{code}, 4040, '... not another\'s');
is(own('POST', '/dataset/use', { %use, project_id => 'P-none' })->{code},
    4040, '... an unknown project');
is(own('POST', '/dataset/use', { %use, dataset_id => 'D-none' })->{code},
    4040, '... an unknown dataset');

$got = own('POST', '/dataset/delete', { dataset_id => $id });
is($got->{code}, 4090, 'dataset/delete: refused');
like($got->{msg}, qr/permit of hospital-b.*project $project/,
    '... and it says by what');
own('POST', '/dataset/offline', { dataset_id => $id });
is(own('POST', '/dataset/use', { %use, project_id => own('POST',
    '/project/create', { name => 'x' })->{project_id} })->{code}, 4090,
    'no new use of what is offline');

is_deeply(own('POST', '/audit/terminate', { audit_id => 'A1',
    resource_type => 'dataset' }), {}, 'the permit ends');
is(own('GET', '/dataset/usage', { dataset_id => $id })->{records}[0]{status},
    'REVOKED', '... and is still told of');
is(own('POST', '/dataset/delete', { dataset_id => $id })->{code}, 4090,
    'a project still uses it');
($got, $events) = left(sub { own('POST', '/dataset/release', \%use) });
is_deeply($events, [ 'RES_RELEASED' ], 'dataset/release: evidence');
is(own('POST', '/dataset/release', \%use)->{code}, 4040, '... once');
($got, $events) = left(sub { own('POST', '/dataset/delete',
    { dataset_id => $id }) });
is_deeply($got, {}, 'dataset/delete');
is_deeply($events, [ 'RES_DELETED' ], '... evidence');
is(own('GET', '/dataset/query', { dataset_id => $id })->{code}, 4040,
    '... it is gone');
is(own('GET', '/dataset/list')->{total}, 0, '... from the list too');
is(own('POST', '/audit/confirm', { audit_id => 'A2',
    resource_type => 'dataset', status => 'APPROVED' })->{code}, 4040,
    '... a request for it cannot be approved');
is_deeply(own('POST', '/audit/confirm', { audit_id => 'A2',
    resource_type => 'dataset', status => 'REJECTED' }), {},
    '... but rejected');

###############################################################################
# projects and who sees them

$got = peer('GET', '/project/list', { %b });
is($got->{total}, 1, 'project/list: the caller\'s');
is($got->{records}[0]{project_id}, $project, '... this one');
ok(!exists $got->{records}[0]{contract_ids},
    '... without the contracts of others');
is(peer('GET', '/project/list', { contract_id => $cc }, 'hospital-c')
    ->{total}, 0, '... who is no member sees none');
is(peer('GET', '/project/query', { contract_id => $cc,
    project_id => $project }, 'hospital-c')->{code}, 4040, '... nor one');
is(peer('GET', '/project/query', { %b, project_id => $project },
    'hospital-c')->{code}, 4040, '... not by another\'s contract');

$got = peer('GET', '/project/query', { %b, project_id => $project });
is("$got->{name} $got->{type} $got->{status}", 'study HOMO_FL online',
    'project/query');
is_deeply([ map { $_->{node_id} } @{ $got->{node_ids} } ],
    [ $self, 'hospital-b' ], '... its members, we first');
is("@{ $got->{node_ids}[0] }{qw/ name institution address /}",
    'A Hospital A https://a.example.org', '... our public record');
is($got->{node_ids}[1]{address}, 'https://hospital-b.test',
    '... the partner\'s');
ok(text($got) !~ /internal|10\.0\.0\.1|credential|spki/,
    '... nothing that is not public');
is_deeply($got->{datasets}, { 'hospital-b' => [ 'D-theirs' ] },
    '... the datasets it uses, by node');

($got, $events) = left(sub { own('POST', '/project/update', {
    project_id => $project, name => 'study 2', description => 'longer' }) });
is_deeply($got, { version => 2 }, 'project/update');
is_deeply($events, [ 'PROJECT_UPDATED' ], '... evidence');
is(own('POST', '/project/update', { project_id => $project, name => 'x',
    version => 1 })->{code}, 4091, '... not over another\'s change');
is(own('POST', '/project/update', { project_id => $project })->{data}
    {fields}[0]{field}, '/name', '... the standard wants a name');
is(own('POST', '/project/update', { project_id => $project, name => 'x',
    contract_ids => [] })->{code}, 4090,
    '... not without a member that is in use');

$record = own('GET', '/project/query', { project_id => $project });
is("$record->{name} $record->{description} $record->{type}",
    'study 2 longer HOMO_FL', 'platform project/query');
is_deeply($record->{contract_ids}, [ $cb ], '... its contracts');
is($record->{owner}, "inst-$self", '... its owner');
is(own('GET', '/project/list')->{total}, 2, 'platform project/list');
is(own('GET', '/project/list', { page_size => 1 })->{records}[0]{name}, 'x',
    '... newest first');

###############################################################################
# members

($got, $events) = left(sub { own('POST', '/project/member/add',
    { project_id => $project, node_id => 'hospital-c' }) });
is_deeply($events, [ 'PROJECT_UPDATED' ], 'project/member/add: evidence');
is_deeply((left(sub { own('POST', '/project/member/add', {
    project_id => $project, contract_id => $cc }) }))[1], [], '... once');
is(peer('GET', '/project/list', { contract_id => $cc }, 'hospital-c')
    ->{total}, 1, '... it sees the project');
is_deeply([ map { $_->{node_id} } @{ peer('GET', '/project/query', {
    contract_id => $cc, project_id => $project }, 'hospital-c')
    ->{node_ids} } ], [ $self, 'hospital-b', 'hospital-c' ],
    '... and the others');

for my $case ([ {}, 4001 ], [ { node_id => 'hospital-z' }, 4040 ],
              [ { contract_id => 'C-none' }, 4040 ],
              [ { contract_id => $cb, node_id => 'hospital-c' }, 4040 ])
{
    is(own('POST', '/project/member/add', { project_id => $project,
        %{ $case->[0] } })->{code}, $case->[1],
        '... ' . text($case->[0]));
}

$got = own('GET', '/project/member/list', { project_id => $project });
is($got->{total}, 3, 'project/member/list');
is("@{ $got->{records}[2] }{qw/ node_id contract_id status /}",
    "hospital-c $cc APPROVED", '... with their contracts');
ok(!exists $got->{records}[0]{contract_id}, '... we have none');

is(own('POST', '/project/member/remove', { project_id => $project,
    node_id => 'hospital-b' })->{code}, 4090,
    'project/member/remove: its dataset is used');
is(own('POST', '/project/member/remove', { project_id => $project,
    node_id => 'hospital-z' })->{code}, 4040, '... no member');
($got, $events) = left(sub { own('POST', '/project/member/remove',
    { project_id => $project, node_id => 'hospital-c' }) });
is_deeply($got, {}, '... another');
is_deeply($events, [ 'PROJECT_UPDATED' ], '... evidence');
is(peer('GET', '/project/list', { contract_id => $cc }, 'hospital-c')
    ->{total}, 0, '... it sees the project no more');

###############################################################################
# closing and deleting a project

my $flow = own('POST', '/flow/create', { name => 'f',
    project_id => $project })->{flow_id};

($got, $events) = left(sub { own('POST', '/project/offline',
    { project_id => $project }) });
is_deeply($events, [ 'RES_OFFLINE' ], 'project/offline: evidence');
is(peer('GET', '/project/list', { %b })->{total}, 0, '... nobody sees it');
is(own('POST', '/flow/create', { name => 'g', project_id => $project })
    ->{code}, 4090, '... it takes no flow');
is(own('POST', '/project/member/add', { project_id => $project,
    node_id => 'hospital-c' })->{code}, 4090, '... no member');
is(own('GET', '/project/state', { project_id => $project })->{state},
    'offline', 'project/state');
is_deeply(own('POST', '/project/online', { project_id => $project }), {},
    'project/online');

$got = own('POST', '/project/delete', { project_id => $project });
is($got->{code}, 4090, 'project/delete: refused');
like($got->{msg}, qr/flow $flow/, '... by its flow');
own('POST', '/flow/remove', { flow_id => $flow });
($got, $events) = left(sub { own('POST', '/project/delete',
    { project_id => $project }) });
is_deeply($got, {}, 'project/delete');
is_deeply($events, [ 'PROJECT_DELETED' ], '... evidence');
is(own('GET', '/project/query', { project_id => $project })->{code}, 4040,
    '... it is gone');
is(peer('GET', '/project/list', { %b })->{total}, 0, '... for members too');

$caller->finish($0);
$t->finish;
done_testing();
