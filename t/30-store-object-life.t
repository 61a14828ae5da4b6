#!/usr/bin/perl

# Managed objects in the store: every function, every error, and exactly one
# entry of evidence for a transition.

use warnings;
use strict;

use Test::More;

use lib 't/lib';
use IC::Redis;

plan skip_all => 'redis-server is not installed' if !IC::Redis::available();

my $r = IC::Redis->new(node => 'a');
my @ALL = qw/ dataset project flow model component /;
my %id = (map({ $_ => "$_-1" } @ALL), component => 'lr:1');

# What a call answers, with its detail, and the events it left.

sub told {
    my (@call) = @_;

    my $w = $r->watch(sub { $r->call(@call) });
    my $reply = $w->{result};

    return join ' ', $reply->{status}, $reply->{detail} || (),
        map { (split)[0] } @{ $w->{events} };
}

sub fields { $r->call(@_)->{fields} }

sub task {
    my ($id, $status) = @_;

    $r->command('HSET', $r->key("task:$id"), task_id => $id,
        job_id => 'J-b', task_name => 'lr', status => $status);
}

for my $node (qw/ b c /) {
    $r->call('contract_apply_in', 'spki', "key-$node", $node, 'd', "C-$node",
        address => "https://$node", name => uc $node, inst_id => "i$node");
    $r->call('contract_confirm_out', "C-$node", 'APPROVED', '{}');
}

$r->call('node_init', node_id => 'a', name => 'A', inst_id => 'ia',
    address => 'https://a');
$r->call('object_create', $_, $id{$_}, name => 'one',
    $_ eq 'dataset' ? (pub_scope => 'private') : ()) for @ALL;

###############################################################################
# what a new object has

for my $kind (@ALL) {
    my $record = fields('object_get', $kind, $id{$kind});
    my $counter = $kind eq 'component' ? 'revision' : 'version';

    is("@{$record}{$counter, qw/ node_id owner /}", '1 a ia',
        "$kind: its number, node and owner");
    is($record->{pub_scope}, $kind eq 'component' ? 'protect' : 'private',
        '... for whom');
    is($record->{status}, $kind eq 'dataset' ? '1'
        : $kind eq 'component' ? 'ENABLED' : 'online', '... its status');
}

is("@{ fields('object_get', 'component', 'lr:1') }{qw/ code version /}",
    'lr 1', 'a component\'s name');

###############################################################################
# updates

my %updated = (dataset => 'RES_UPDATED', model => 'RES_UPDATED',
    project => 'PROJECT_UPDATED', flow => 'FLOW_UPDATED',
    component => 'COMPONENT_CONFIGURED');

for my $kind (@ALL) {
    my $n = $kind eq 'component' ? 'revision' : 'version';
    my @call = ('object_update', $kind, $id{$kind});

    is(told(@call, name => 'two'), "ok $updated{$kind}", "$kind: update");
    is(told(@call, name => 'two'), 'ok', '... the same again');
    is(fields(@call, name => 'two')->{$n}, 2, '... its number');
    is(told(@call, $n => 1, name => 'x'), "conflict $n is 2",
        '... of an older one');
    is(told(@call, $n => 2, name => 'three'), "ok $updated{$kind}",
        '... of this one');
    is(told('object_update', $kind, 'nix', name => 'x'), 'not_found nix',
        '... an unknown one');
}

is(told('object_update', 'job', 'x'), 'invalid_fields kind', 'a kind');

###############################################################################
# publication

for my $kind (@ALL) {
    my $id = $id{$kind};
    my @publish = ('object_publish', $kind, $id);

    is(told(@publish, 'public', '{"times_limit":2}'), 'ok RES_PUBLISHED',
        "$kind: publish");
    is(told(@publish, 'public', ''), 'ok', '... the same again');
    is(fields('object_get', $kind, $id)->{usage_limits},
        '{"times_limit":2}', '... with what it was given for');
    is(told(@publish, '', ''), 'ok RES_PUBLISHED', '... for partners');
    is(fields('object_get', $kind, $id)->{pub_scope}, 'protect', '... so');

    is(told('object_offline', $kind, $id), 'ok RES_OFFLINE', '... offline');
    is(told('object_offline', $kind, $id), 'ok', '... again');
    is(fields('object_state', $kind, $id)->{state}, 'offline', '... so');
    is(told('object_report', $kind, $id, 'online'), 'wrong_state offline',
        '... stays, whatever is reported');
    is(told('object_online', $kind, $id), 'ok RES_ONLINE', '... online');
    is(told('object_online', $kind, $id), 'ok', '... again');
    is(told('object_report', $kind, $id, 'disconnected'),
        'ok RES_STATE_REPORTED', '... disconnected');
    is(told('object_report', $kind, $id, 'disconnected'), 'ok', '... again');
    is(fields('object_state', $kind, $id)->{state}, 'disconnected',
        '... so');
    is(told('object_report', $kind, $id, 'x'), 'invalid_fields state',
        '... what is no state');
    is(told('object_report', $kind, $id, 'online'), 'ok RES_STATE_REPORTED',
        '... connected');
    is(told('object_offline', $kind, $id), 'ok RES_OFFLINE', '... offline');
    is(told(@publish, 'protect', ''), 'ok RES_PUBLISHED',
        '... publishing brings it back');

    for my $call ([ 'object_publish', '', '' ], [ 'object_offline' ],
                  [ 'object_online' ], [ 'object_report', 'online' ],
                  [ 'object_state' ], [ 'object_delete' ],
                  [ 'object_usage', '1', '20' ], [ 'object_get' ])
    {
        my ($function, @more) = @$call;

        like(told($function, $kind, 'nix', @more), qr/^not_found \S*nix$/,
            "... $function: unknown");
    }
}

###############################################################################
# what takes no new use

is(told('object_offline', 'dataset', $id{dataset}), 'ok RES_OFFLINE',
    'an offline dataset');
$r->call('permit_guard');  # arguments are missing: nothing happens

my %permit = (jti => 'J1', spki => 'key-b');

sub used { told($r->use_of('J1', $_[0], 'b', 'dataset', $id{dataset})) }

sub ask {
    my ($audit_id) = @_;

    return told('audit_apply_in', 'dataset', 'b', 'C-b', $audit_id, 'd',
        $id{dataset});
}

sub approve {
    my ($audit_id, $jti) = @_;

    return told('audit_confirm_out', 'dataset', $audit_id, 'b', 'APPROVED',
        '{}', jti => $jti);
}

like(ask('A1'), qr/^not_found/, '... is not asked for');
$r->call('object_online', 'dataset', $id{dataset});
is(ask('A1'), 'ok AUDIT_APPLIED', 'an online one is');
is(ask('A2'), 'ok AUDIT_APPLIED', 'twice');
is(approve('A1', 'J1'), 'ok PERMIT_ISSUED AUDIT_APPROVED', 'approved');
is(used('U1'),
    'ok PERMIT_USED', 'used');
$r->call('object_offline', 'dataset', $id{dataset});
like(approve('A2', 'J2'), qr/^wrong_state dataset dataset-1 is offline/,
    'offline: no approval');
is(used('U1'), 'ok',
    '... a use that was charged goes on');
like(used('U2'),
    qr/^wrong_state/, '... none begins');
is($r->get('permit:J1', 'status'), 'ACTIVE', '... nothing is ended');

###############################################################################
# use by tasks

$r->call('object_online', 'dataset', $id{dataset});
task('T1', 'RUNNING');
is(told('dataset_permitted', $id{dataset}, 'b', 'T1'), 'ok PERMIT_USED',
    'a task of a partner');
is(told('dataset_permitted', $id{dataset}, 'a', 'T2'), 'ok', 'one of ours');
is(fields('object_state', 'dataset', $id{dataset})->{used}, 2, '... counted');
$r->call('dataset_permitted', $id{dataset}, 'b', 'T1');
is(fields('object_state', 'dataset', $id{dataset})->{used}, 2, '... once');
is(fields('object_state', 'dataset', $id{dataset})->{used_by},
    '["permit of b (request A1)","task T1"]', 'what uses it');
is(told('object_delete', 'dataset', $id{dataset}),
    'wrong_state used by permit of b (request A1), task T1', '... keeps it');
task('T1', 'SUCCESS');
is(fields('object_state', 'dataset', $id{dataset})->{used_by},
    '["permit of b (request A1)"]', '... until its end');
is($r->call('object_usage', 'dataset', $id{dataset}, '1', '20')->{records}
    [0]{used}, 2, 'object_usage');
is(told('audit_terminate_out', 'dataset', 'A1', 'b'),
    'ok AUDIT_TERMINATED PERMIT_REVOKED', 'the permit ends');

###############################################################################
# use in projects

my $project = $id{project};

for my $kind (qw/ dataset model component /) {
    my @use = ($kind, $id{$kind}, $project, '');

    is(told('object_use', @use), 'ok RES_USED', "$kind: used in a project");
    is(told('object_use', @use), 'ok', '... once');
    is(told('object_use', $kind, 'nix', $project, ''), 'not_found nix',
        '... an unknown one');
    is(told('object_use', $kind, $id{$kind}, 'P0', ''), 'not_found P0',
        '... an unknown project');
    is(told('object_use', $kind, 'X', $project, 'b'), 'not_found b',
        '... who is no member');
    is(told('object_delete', $kind, $id{$kind}),
        "wrong_state used by project $project", '... keeps it');
    is(told('object_release', @use), 'ok RES_RELEASED', '... released');
    is(told('object_release', @use), "not_found $id{$kind}", '... once');
    $r->call('object_offline', $kind, $id{$kind});
    is(told('object_use', @use), "wrong_state $kind $id{$kind} is offline",
        '... not while it is offline');
    $r->call('object_online', $kind, $id{$kind});
}

###############################################################################
# members

is(told('project_member_add', $project, '', ''),
    'invalid_fields /contract_id: is required, or node_id', 'a member: none');
is(told('project_member_add', $project, '', 'z'), 'not_found z',
    '... unknown');
is(told('project_member_add', $project, 'C-b', 'c'), 'not_found C-b',
    '... another\'s contract');
is(told('project_member_add', 'P0', '', 'b'), 'not_found P0',
    '... of nothing');
is(told('project_member_add', $project, '', 'b'), 'ok PROJECT_UPDATED',
    'b by its name');
is(told('project_member_add', $project, 'C-b', ''), 'ok', '... once');
is(told('project_member_add', $project, 'C-c', 'c'), 'ok PROJECT_UPDATED',
    'c by its contract');
is(fields('object_get', 'project', $project)->{contract_ids},
    '["C-b","C-c"]', 'both');
is(told('object_use', 'dataset', 'D-b', $project, 'b'), 'ok RES_USED',
    'a member\'s dataset');
is(told('project_member_remove', $project, '', 'b'),
    'wrong_state used: dataset D-b', '... keeps it');
is(told('object_update', 'project', $project, contract_ids => '["C-c"]'),
    'wrong_state b: dataset D-b', '... by whatever call');
is(told('project_member_remove', $project, 'C-c', ''), 'ok PROJECT_UPDATED',
    'c goes');
is(told('project_member_remove', $project, '', 'c'), 'not_found c',
    '... once');
is(told('project_member_remove', $project, '', ''),
    'invalid_fields /contract_id: is required, or node_id', '... none');
is(told('project_member_remove', 'P0', '', 'b'), 'not_found P0',
    '... of nothing');

my $list = $r->call('project_members', $project);

is("$list->{total} $list->{records}[0]{node_id} "
    . "@{ $list->{records}[1] }{qw/ node_id name status contract_id /}",
    '2 a b B APPROVED C-b', 'project_members');
is(told('project_members', 'P0'), 'not_found P0', '... of nothing');
is(fields('project_get', $project)->{datasets}, '{"b":["D-b"]}',
    'project_get');
is(told('project_get', 'P0'), 'not_found P0', '... nothing');

my $shown = fields('project_shown', 'b', 'C-b', $project);

like($shown->{node_ids}, qr/^\[\{"node_id":"a","name":"A".*"node_id":"b"/,
    'project_shown: nodes');
is($shown->{datasets}, '{"b":["D-b"]}', '... datasets');
ok(!exists $shown->{contract_ids}, '... no contracts');
like(told('project_shown', 'c', 'C-c', $project), qr/^not_found/,
    '... not for others');
like(told('project_shown', 'c', 'C-b', $project), qr/^not_found/,
    '... nor by another\'s contract');
$r->call('contract_terminate_out', 'C-c');
is(told('project_member_add', $project, 'C-c', ''), 'no_contract c',
    'whose contract is over is no member');

###############################################################################
# components

is(told('component_register', 'psi', '2', name => 'PSI'),
    'ok COMPONENT_REGISTERED', 'register');
is(told('component_register', 'psi', '2', name => 'PSI'), 'ok', '... once');
is(told('component_register', 'psi', '2', name => 'x'), 'conflict psi:2',
    '... otherwise');
is(told('component_register', 'psi', $_, name => 'x'),
    'invalid_fields version', "... version '$_'") for '', 'a:b';
is(told('component_disable', 'psi:2'), 'ok COMPONENT_CONFIGURED', 'disable');
is(told('component_disable', 'psi:2'), 'ok', '... once');
is(told('object_use', 'component', 'psi:2', $project, ''),
    'wrong_state component psi:2 is disabled', '... it is not used');
is(told('component_enable', 'psi:2'), 'ok COMPONENT_CONFIGURED', 'enable');
is(told($_, 'nix:1'), 'not_found nix:1', "$_: unknown")
    for qw/ component_enable component_disable /;

my @lr = ('component_built_in', 'homo_lr', '1.0.0', title => 'one');

is(told(@lr), 'ok COMPONENT_REGISTERED', 'a built-in one');
is(told(@lr), 'ok', '... at the next start');
$r->call('component_disable', 'homo_lr:1.0.0');
is(told(@lr[0 .. 3], 'two'), 'ok COMPONENT_CONFIGURED',
    '... of another program');
is("@{ $r->hash('object:component:homo_lr:1.0.0') }{qw/ status title /}",
    'DISABLED two', '... stays as an operator left it');
is(told('object_delete', 'component', 'homo_lr:1.0.0'),
    'wrong_state homo_lr:1.0.0 is built in; disable it', '... and there');
is(told('component_keep', 'homo_lr:1.0.0'), 'ok', 'all are still built in');
is(told('component_keep', 'homo_lr:2'), 'ok COMPONENT_UNREGISTERED',
    'one is no more');
ok($r->call('object_get', 'component', 'psi:2')->{status} eq 'ok',
    '... others stay');

# jobs with them: a DAG names a version, or any

my $config = '{"role":{"guest":["a"],"host":["b"]}}';

sub dag {
    my ($version) = @_;

    return '{"components":[{"name":"s","componentName":"psi"'
        . ($version ? qq{,"version":"$version"} : '') . '}]}';
}

sub job {
    my ($id, $version) = @_;

    return told('job_create', $id, $id{flow}, 'b', dag => dag($version),
        config => $config);
}

is(job('J1', '2'), 'ok JOB_CREATED', 'a job');
is(told('object_delete', 'component', 'psi:2'), 'wrong_state used by job J1',
    '... keeps its component');
is(told('object_delete', 'flow', $id{flow}), 'wrong_state used by job J1',
    '... and its flow');
$r->call('component_disable', 'psi:2');
is(job('J2', $_), 'wrong_state component psi is not for use',
    'disabled: no job of version ' . ($_ || 'any')) for '2', '';
is(job('J3', '7'), 'ok JOB_CREATED', '... of one that is not known here');
is(told('task_start', 'J1', 'T3', 's'),
    'wrong_state component psi is disabled', '... no task starts');
$r->call('component_enable', 'psi:2');
is(told('task_start', 'J1', 'T3', 's'), 'ok TASK_CREATED', 'enabled: one');
$r->call('object_offline', 'flow', $id{flow});
is(job('J4', '2'), 'wrong_state flow flow-1 is offline',
    'an offline flow has no new job');
$r->call('object_online', 'flow', $id{flow});
$r->call('job_advance', $_, 'FAILED') for qw/ J1 J3 /;
is(told('object_delete', 'component', 'psi:2'), 'ok COMPONENT_UNREGISTERED',
    'jobs are over: the component goes');

###############################################################################
# models

is(told('model_download', $id{model}, 'ann'), 'wrong_state no content',
    'nothing to download');
is(told('model_download', 'nix', 'ann'), 'not_found nix', '... nor');
is(told('object_create', 'model', 'M2', model => '{"w":1}'),
    'ok RES_CREATED', 'one with content');
is(told('object_create', 'model', 'M2', model => '{"w":1}'), 'ok', '... once');
is(told('object_create', 'model', 'M2', model => '{}'), 'conflict M2',
    '... otherwise');
is(told('model_download', 'M2', 'ann'), 'ok RES_OUT', 'a download');
is(($r->stream('evidence'))[-1]{operator}, 'ann', '... by whom');
is(fields('model_download', 'M2', 'ann')->{model}, '{"w":1}',
    '... of its content');
is(fields('object_get', 'model', 'M2')->{model}, undef,
    'the record is without it');
is(told('object_delete', 'model', 'M2'), 'ok RES_DELETED', 'it goes');
is($r->command('GET', $r->key('model:M2')), undef, '... with its content');

###############################################################################
# the end

is(told('object_create', 'flow', 'F2', project_id => $project),
    'ok FLOW_CREATED', 'a flow of the project');
is(told('object_delete', 'project', $project),
    'wrong_state used by flow F2', '... keeps it');
is(told('object_delete', 'flow', 'F2'), 'ok FLOW_REMOVED', 'flow');
$r->call('object_offline', 'project', $project);
is(told('object_create', 'flow', 'F3', project_id => $project),
    "wrong_state project $project is offline", 'a closed project');
$r->call('object_use', 'model', $id{model}, $project, '');
is(told('object_delete', 'project', $project), 'ok PROJECT_DELETED',
    'project');
is(told('object_delete', 'dataset', $id{dataset}), 'ok RES_DELETED',
    'dataset');
is(told('object_delete', 'model', $id{model}), 'ok RES_DELETED', 'model');
is(told('object_delete', 'component', $id{component}),
    'ok COMPONENT_UNREGISTERED', 'component');
is(told('object_delete', 'flow', $id{flow}), 'ok FLOW_REMOVED',
    'flow-1');
is(told('object_get', $_, $id{$_}), "not_found object:$_:$id{$_}",
    "$_ is gone") for @ALL;
is($r->call('object_list', $_, '', '', '1', '-1')->{total}, 0,
    "... from the list of ${_}s") for qw/ project flow model dataset /;
like(approve('A2', 'J2'), qr/^not_found/,
    'a request for what is gone is not approved');

# many users are not all named

$r->call('object_create', 'project', 'P2');
$r->call('object_create', 'flow', "G$_", project_id => 'P2') for 1 .. 10;
like(told('object_delete', 'project', 'P2'), qr/flow G7 and 2 more$/,
    'many users: eight are named');

###############################################################################
# what is open to all

$r->call('object_create', 'dataset', "O-$_", name => $_, pub_scope => $_,
    location => 'x') for qw/ private protect public /;
is($r->call('catalog_open', 'dataset', '', '')->{total}, 1, 'catalog_open');
is(fields('catalog_open_get', 'dataset', 'O-public')->{location}, undef,
    '... without its place');
like(told('catalog_open_get', 'dataset', "O-$_"), qr/^not_found/,
    "... not $_") for qw/ private protect nix /;
$r->call('object_create', 'project', 'P3', pub_scope => 'private');
$r->call('object_offline', 'dataset', 'O-public');
is($r->call('catalog_open', 'dataset', '', '')->{total}, 0,
    '... not offline');
$r->call('object_create', 'component', "k:$_", developer => "d$_",
    category => 'c') for 1, 2;
is($r->call('catalog_list', 'component', 'b', 'C-b', '', '',
    developer => 'd1', category => 'c', page_num => 1)->{total}, 1,
    'catalog_list: by developer and category');
is($r->call('catalog_list', 'component', 'b', 'C-b', '', '',
    developer => '', category => 'c')->{total}, 2, '... any developer');

done_testing();
