#!/usr/bin/perl

# Components through the API: every form of a registration, who sees them,
# built-in ones, and what becomes of jobs with one that is stopped.
#
# covers: GET /v1/interconn/component/list
# covers: GET /v1/interconn/component/query
# covers: GET /v1/interconn/component/open/list
# covers: GET /v1/interconn/component/open/query
# covers: POST /v1/platform/component/register
# covers: POST /v1/platform/component/unregister
# covers: GET /v1/platform/component/list
# covers: GET /v1/platform/component/query
# covers: POST /v1/platform/component/update
# covers: POST /v1/platform/component/enable
# covers: POST /v1/platform/component/disable
# covers: GET /v1/platform/component/meta
# covers: POST /v1/platform/component/publish
# covers: POST /v1/platform/component/offline
# covers: POST /v1/platform/component/online
# covers: GET /v1/platform/component/state
# covers: GET /v1/platform/component/usage
# covers: POST /v1/platform/component/state
# covers: POST /v1/platform/component/use
# covers: POST /v1/platform/component/release

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
my %contract = map { $_ => $t->contract($_, cert => $_) }
    qw/ hospital-b hospital-c /;
my %b = (contract_id => $contract{'hospital-b'});

$t->certificate('hospital-d');

sub peer { $caller->peer(@_) }
sub own  { $caller->own(@_) }
sub left { $caller->left(@_) }

###############################################################################
# registration: the standard's form, nested and flat

my %psi = (code => 'psi', version => '2.0.0', name => 'PSI',
    engine => 'fate', developer => 'webank', category => 'PSI',
    inputs => [ { name => 'id' } ], outputs => [ { name => 'data' } ]);
my %about = (title => 'Intersection', description => 'who is in both',
    extension => { a => { b => 1 } }, roles => [ 'guest', 'host' ],
    tasks => [ 'intersect' ], protocol => 'ecdh', language => 'Python',
    release_date => 1700000000000, security => [ { role => 'guest' } ],
    signature => 'c2ln', certificate => '-----BEGIN CERTIFICATE-----',
    copyright => 'Apache', provision => 'package', environment => 'Linux',
    size => 1024, compatibility => 'fate 2', help => 'https://help.test',
    resources => { cpu => 2 }, storage => [ 's3' ],
    results => [ { resultCode => '0' } ]);

my ($got, $events) = left(sub { own('POST', '/component/register',
    { Component => { %psi, %about, address => 'registry.internal/psi' } }) });
is_deeply($got, { code => 'psi', version => '2.0.0' }, 'register: Component');
is_deeply($events, [ 'COMPONENT_REGISTERED' ], '... evidence');
($got, $events) = left(sub { own('POST', '/component/register',
    { Component => { %psi, %about, address => 'registry.internal/psi' } }) });
is_deeply($events, [], '... once');
is(own('POST', '/component/register', { Component => { %psi,
    name => 'other' } })->{code}, 4091, '... other content');

my $record = own('GET', '/component/query', { code => 'psi',
    version => '2.0.0' })->{Component};

is_deeply({ map { $_ => $record->{$_} } keys %psi, keys %about },
    { %psi, %about }, 'every field is kept');
is($record->{address}, 'registry.internal/psi', '... where it is too');
is("$record->{status} $record->{state} $record->{revision} "
    . "$record->{pub_scope}", 'ENABLED online 1 protect', '... how it stands');
ok(!$record->{built_in}, '... not built in');

is(own('POST', '/component/register', { component => { %psi,
    version => '2.1.0' } })->{version}, '2.1.0', 'register: component');
is(own('POST', '/component/register', { %psi, version => '2.2.0' })
    ->{version}, '2.2.0', 'register: flat');

for my $name (qw/ code version name engine inputs outputs /) {
    my %less = (%psi, version => '3');

    delete $less{$name};
    is(own('POST', '/component/register', { Component => \%less })->{data}
        {fields}[0]{field}, "/Component/$name", "... without $name");
    is(own('POST', '/component/register', \%less)->{data}{fields}[0]{field},
        "/$name", "... flat, without $name");
}

is(own('POST', '/component/register', {})->{code}, 4001, '... nothing');
is(own('POST', '/component/register', { %psi, version => '1:2' })->{code},
    4001, '... a version that is none');

# InterOp's form

my %info = (componentName => 'HeteroLR', title => 'LR',
    provider => 'unionpay', version => '2.0.0', description => 'lr',
    roleList => [ 'guest', 'host', 'arbiter' ], desVersion => '1.2.0',
    storageEngine => [ 's3', 'hdfs' ],
    inputParam => [ { name => 'tol', optional => 'true' } ],
    inputData => [ { name => 'train_data', category => 'dataset' } ],
    outputData => [ { name => 'model', category => 'model' } ],
    result => [ { resultCode => '4444', resultMessage => 'failed' } ]);

is_deeply(own('POST', '/component/register', { imageUrl => 'hub.test/lr:2',
    component_info => \%info }), { code => 'HeteroLR', version => '2.0.0' },
    'register: InterOp');
$record = own('GET', '/component/query', { code => 'HeteroLR',
    version => '2.0.0' })->{Component};
is("@{$record}{qw/ name developer engine address /}",
    'LR unionpay container hub.test/lr:2', '... in the standard\'s words');
is_deeply([ map { $_->{name} } @{ $record->{inputs} } ],
    [ 'tol', 'train_data' ], '... parameters and data are inputs');
is_deeply($record->{outputs}, $info{outputData}, '... outputs');
is_deeply($record->{roles}, $info{roleList}, '... roles');
is_deeply($record->{results}, $info{result}, '... results');
is_deeply($record->{storage}, $info{storageEngine}, '... storage');

###############################################################################
# lists

is(own('GET', '/component/list')->{total}, 4, 'component/list');
is(own('GET', '/component/list', { engine => 'fate' })->{total}, 3,
    '... by engine');
is(own('GET', '/component/list', { category => 'PSI', engine => 'x' })
    ->{total}, 0, '... by both');
is(own('GET', '/component/list', { category => 'PSI' })->{total}, 3,
    '... by category');

$got = peer('GET', '/component/list', { %b });
is($got->{total}, 4, 'a partner sees what is not private');
is(peer('GET', '/component/list', { %b, developer => 'unionpay' })
    ->{records}[0]{code}, 'HeteroLR', '... by developer');
is(peer('GET', '/component/list', { %b, category => 'PSI',
    developer => 'unionpay' })->{total}, 0, '... and category');
is(peer('GET', '/component/list', { contractId => $b{contract_id} })
    ->{total}, 4, '... with the former name of the contract');
is(peer('GET', '/component/list', { %b }, 'hospital-c')->{code}, 4040,
    '... not by another\'s contract');
is(peer('GET', '/component/list', { %b }, 'hospital-d')->{code}, 4011,
    '... not without');

my %one = (code => 'psi', version => '2.0.0');

$got = peer('GET', '/component/query', { %b, %one });
is_deeply({ map { $_ => $got->{$_} } keys %psi, keys %about },
    { %psi, %about }, 'component/query: flat, with all that is said of it');
ok(!exists $got->{address}, '... but where it is');
is($got->{status}, 'ENABLED', '... its status');
is(peer('GET', '/component/query', { %b, code => 'psi', version => '9' })
    ->{code}, 4040, '... an unknown one');

###############################################################################
# how it stands

sub seen {
    my $one = peer('GET', '/component/query', { %b, %one });
    my $open = peer('GET', '/component/open/query', { %one }, 'hospital-d');

    return join ' ', $one->{code} eq 'psi' ? 'seen' : $one->{code},
        $open->{code} eq 'psi' ? 'open' : $open->{code};
}

is(seen(), 'seen 4040', 'protect');

for my $step ([ 'publish', { pub_scope => 'public' }, 'RES_PUBLISHED',
                'seen open' ],
              [ 'disable', {}, 'COMPONENT_CONFIGURED', '4040 4040' ],
              [ 'enable', {}, 'COMPONENT_CONFIGURED', 'seen open' ],
              [ 'offline', {}, 'RES_OFFLINE', '4040 4040' ],
              [ 'online', {}, 'RES_ONLINE', 'seen open' ],
              [ 'state', { state => 'disconnected' }, 'RES_STATE_REPORTED',
                '4040 4040' ],
              [ 'state', { state => 'online' }, 'RES_STATE_REPORTED',
                'seen open' ],
              [ 'publish', { pub_scope => 'private' }, 'RES_PUBLISHED',
                '4040 4040' ],
              [ 'publish', {}, 'RES_PUBLISHED', 'seen 4040' ])
{
    my ($verb, $more, $event, $seen) = @$step;

    ($got, $events) = left(sub { own('POST', "/component/$verb",
        { %one, %$more }) });
    is_deeply($got, {}, "component/$verb");
    is_deeply($events, [ $event ], '... evidence');
    ($got, $events) = left(sub { own('POST', "/component/$verb",
        { %one, %$more }) });
    is_deeply($events, [], '... once');
    is(seen(), $seen, "... then it is $seen");
    is(own('POST', "/component/$verb", { %one, %$more, code => 'nix' })
        ->{code}, 4040, '... an unknown one');
}

own('POST', '/component/publish', { %one, pub_scope => 'public' });
is(peer('GET', '/component/open/list', { developer => 'webank' },
    'hospital-d')->{total}, 1, 'component/open/list');
is(peer('GET', '/component/open/list', { category => 'x' }, 'hospital-d')
    ->{total}, 0, '... by category');

my $revision = own('GET', '/component/state', \%one)->{revision};

($got, $events) = left(sub { own('POST', '/component/update', { %one,
    revision => $revision, help => 'none' }) });
is_deeply($got, { revision => $revision + 1 }, 'component/update');
is_deeply($events, [ 'COMPONENT_CONFIGURED' ], '... evidence');
is(own('POST', '/component/update', { %one, revision => $revision,
    help => 'x' })->{code}, 4091, '... not over another\'s change');
$got = own('GET', '/component/meta', \%one);
is("$got->{help} $got->{title}", 'none Intersection', 'component/meta');
ok(!exists $got->{address}, '... without where it is');
is(own('GET', '/component/usage', \%one)->{total}, 0, 'component/usage');

###############################################################################
# use, jobs, unregister

my $project = own('POST', '/project/create', { name => 'study',
    contract_ids => [ $b{contract_id} ] })->{project_id};

is_deeply(own('POST', '/component/use', { %one, project_id => $project }),
    {}, 'component/use');
is_deeply(own('GET', '/project/query', { project_id => $project })
    ->{components}, { 'hospital-a' => [ 'psi:2.0.0' ] },
    '... the project has it');
$got = own('POST', '/component/unregister', \%one);
is($got->{code}, 4090, 'component/unregister: refused');
like($got->{msg}, qr/project $project/, '... and it says by what');
is_deeply(own('POST', '/component/release', { %one,
    project_id => $project }), {}, 'component/release');
($got, $events) = left(sub { own('POST', '/component/unregister', \%one) });
is_deeply($got, {}, 'component/unregister');
is_deeply($events, [ 'COMPONENT_UNREGISTERED' ], '... evidence');
is(own('GET', '/component/query', \%one)->{code}, 4040, '... it is gone');
is(own('POST', '/component/register', { %psi })->{code}, 'psi',
    '... and may come again');

# as the daemon registers what the program brings

is($redis->status('component_built_in', 'homo_lr', '1.1.0', name => 'h',
    engine => 'interconn', inputs => '[]', outputs => '[]'), 'ok', 'built in');

my %lr = (code => 'homo_lr', version => '1.1.0');

ok(own('GET', '/component/query', \%lr)->{Component}{built_in},
    'component/query says so');
is(own('POST', '/component/unregister', \%lr)->{code}, 4090,
    '... it cannot be unregistered');

my $flow = own('POST', '/flow/create', { name => 'f', dag => $api->dag })
    ->{flow_id};
my %job = (flow_id => $flow, dag => $api->dag,
    config => $api->config(qw/ hospital-a hospital-b hospital-c /));

for my $verb (qw/ disable offline /) {
    my $back = $verb eq 'disable' ? 'enable' : 'online';

    own('POST', "/component/$verb", \%lr);
    $got = own('POST', '/job/create', { %job });
    is($got->{code}, 4090, "$verb: no new job");
    like($got->{msg}, qr/component homo_lr/, '... and it says why');
    own('POST', "/component/$back", \%lr);
}

my $job = own('POST', '/job/create', { %job })->{job_id};

like($job, qr/^J/, 'then one');
is_deeply(own('GET', '/component/state', \%lr)->{used_by}, [ "job $job" ],
    'the component is in use');

own('POST', '/component/offline', \%lr);
is($redis->status('task_start', $job, 'T1', 'lr'), 'ok',
    'offline: a job that is there goes on');
own('POST', '/component/online', \%lr);
own('POST', '/component/disable', \%lr);
is($redis->status('task_start', $job, 'T2', 'lr'), 'wrong_state',
    'disabled: no task starts');
is($redis->get('task:T1', 'status'), 'PENDING', '... and none is ended');

$caller->finish($0);
$t->finish;
done_testing();
