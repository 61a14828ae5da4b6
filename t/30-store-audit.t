#!/usr/bin/perl

# Audits and permits in the store.

use warnings;
use strict;

use Test::More;
use Time::HiRes qw/ time sleep /;

use lib 't/lib';
use IC::Redis;

plan skip_all => 'redis-server is not installed' if !IC::Redis::available();

my $r = IC::Redis->new(node => 'a');

my $config = '{"role":{"guest":["b"],"host":["a"]}}';
my @job = (dag => '{"components":[]}', config => $config, flow_id => 'F1');
my $w;

# a live contract with each node

sub contracts {
    for my $node (@_) {
        $r->call('contract_apply_in', 'spki', "key-$node", $node, 'd',
            "C-$node", address => "https://$node");
        $r->call('contract_confirm_out', "C-$node", 'APPROVED', '{}');
    }
}

sub dataset {
    my ($id, %fields) = @_;

    $r->call('object_create', 'dataset', $id, name => $id, status => '1',
        pub_scope => 'public', location => '{"path":"/secret"}',
        source => 'file', %fields);
}

contracts(qw/ b c /);
dataset('D1');
dataset('D2', pub_scope => 'private');
dataset('D3', status => '0');
dataset('D4', pub_scope => 'protect', status => 'ENABLED');

###############################################################################

# applying, from the inside

sub apply_in {
    my ($kind, $id, $resource, %more) = @_;

    return $r->status('audit_apply_in', $kind, $more{peer} || 'b',
        defined $more{contract} ? $more{contract} : 'C-b', $id,
        $more{digest} || 'd1', $resource,
        $kind eq 'job' ? @job : (purpose => 'test'));
}

$w = $r->watch(sub { apply_in('dataset', 'A1', 'D1') });
is($w->{result}, 'ok', 'apply in');
is_deeply($w->{events}, ['AUDIT_APPLIED audit:in:dataset:b:A1'], 'evidence');
is(@{ $w->{outbox} }, 0, 'nothing to send');

my $record = $r->call('audit_get', 'A1', '', '')->{fields};
is($record->{status}, 'APPLIED', 'status');
is($record->{resource_type}, 'dataset', 'resource_type');
is($record->{resource_id}, 'D1', 'resource_id');
is($record->{node_id}, 'b', 'node_id');
is($record->{dir}, 'in', 'dir');
is($record->{contract_id}, 'C-b', 'contract_id');
is($record->{purpose}, 'test', 'what the peer sent');

$w = $r->watch(sub { apply_in('dataset', 'A1', 'D1') });
is($w->{result}, 'ok', 'the same again');
is_deeply($w->{events}, [], 'without evidence');
is(apply_in('dataset', 'A1', 'D1', digest => 'x'), 'conflict',
    'another content under the id');
is(apply_in('dataset', 'A2', 'D1', contract => 'C-c'), 'not_found',
    'the contract of another peer');
is(apply_in('dataset', 'A2', 'D1', contract => 'nix'), 'not_found',
    'no such contract');
is(apply_in('dataset', 'A2', 'D1', peer => 'x', contract => ''),
    'no_contract', 'a peer without contract');
is(apply_in('dataset', 'A2', 'nix'), 'not_found', 'no such dataset');
is(apply_in('dataset', 'A2', 'D2'), 'not_found', 'a private dataset');
is(apply_in('dataset', 'A2', 'D3'), 'not_found', 'an offline dataset');
is(apply_in('dataset', 'A4', 'D4', contract => ''), 'ok',
    'a protected dataset, by the live contract');
is(apply_in('dataset', 'A1', 'D1', peer => 'c', contract => 'C-c'), 'ok',
    'another peer may use the same id');
is(apply_in('project', 'A5', 'P-b'), 'ok', 'a project');
is($r->status('audit_apply_in', 'job', 'b', 'C-b', 'A6', 'd', 'J1',
    config => '{"role":{"guest":["b"],"host":["b"]}}'), 'invalid_config',
    'a job in which a node has two roles');
is($r->status('audit_apply_in', 'job', 'b', 'C-b', 'A6', 'd', 'J1',
    config => 'nix'), 'invalid_config', 'a job without roles');
is(apply_in('job', 'A6', 'J1'), 'ok', 'a job');

apply_in('project', "X$_", 'P') for 1 .. 60;
is(apply_in('project', 'X61', 'P'), 'too_many', '65 pending');
is(apply_in('project', 'X61', 'P', peer => 'c', contract => 'C-c'), 'ok',
    'others may');

###############################################################################

# queries

is($r->call('audit_query_in', 'dataset', 'b', 'A1')->{fields}{status},
    'APPLIED', 'query');
is($r->status('audit_query_in', 'project', 'b', 'A1'), 'not_found',
    'query: another kind');
is($r->status('audit_query_in', 'dataset', 'x', 'A1'), 'not_found',
    'query: a stranger');
is($r->status('audit_get', 'A1', '', ''), 'ambiguous', 'get: two peers');
is($r->status('audit_get', 'A1', 'dataset', 'c'), 'ok', 'get: named');
is($r->status('audit_get', 'A1', 'flow', ''), 'not_found', 'get: kind');
is($r->status('audit_get', 'nix', '', ''), 'not_found', 'get: unknown');
is($r->call('audit_list', 'dataset', '', '', '1', '2')->{total}, 3, 'list');
is($r->call('audit_list', '', 'APPLIED', 'out', '', '')->{total}, 0,
    'list: dir');
is($r->call('audit_list', '', '', '', '', '-1')->{total}, 66, 'list: all');

###############################################################################

# answering

my @grant = (jti => 'j1', spki => 'key-b', time_limit => '',
    times_limit => '3');
my $body = '{"audit_id":"A1","status":"APPROVED","resource_permit":{}}';

is($r->status('audit_confirm_out', 'dataset', 'A1', '', 'APPROVED', $body),
    'ambiguous', 'confirm: two peers');
is($r->status('audit_confirm_out', 'dataset', 'nix', '', 'APPROVED', $body),
    'not_found', 'confirm: unknown');
is($r->status('audit_confirm_out', 'dataset', 'A1', 'b', 'YES', $body),
    'invalid_fields', 'confirm: status');
$w = $r->watch(sub {
    $r->status('audit_confirm_out', 'dataset', 'A1', 'b', 'APPROVED', $body,
        @grant);
});
is($w->{result}, 'ok', 'approved');
is_deeply($w->{events}, ['PERMIT_ISSUED permit:j1',
    'AUDIT_APPROVED audit:in:dataset:b:A1'], 'evidence');
is(@{ $w->{outbox} }, 1, 'one message');
is($w->{outbox}[0]{peer}, 'b', 'to the applicant');
is($w->{outbox}[0]{address}, 'https://b', 'its address');
is($w->{outbox}[0]{path}, '/v1/interconn/dataset/audit/confirm', 'path');
is($w->{outbox}[0]{body}, $body, 'body');
is($w->{outbox}[0]{subject}, 'audit:in:dataset:b:A1', 'subject');
is_deeply({ map { $_ => $r->get('permit:j1', $_) } qw/ kind resource_id peer
    contract_id audit_id status left exp used spki / },
    { kind => 'dataset', resource_id => 'D1', peer => 'b',
      contract_id => 'C-b', audit_id => 'A1', status => 'ACTIVE', left => 3,
      exp => '', used => 0, spki => 'key-b' }, 'permit');

$w = $r->watch(sub {
    $r->status('audit_confirm_out', 'dataset', 'A1', 'b', 'APPROVED', $body,
        jti => 'j2');
});
is($w->{result}, 'ok', 'again');
is(@{ $w->{events} } + @{ $w->{outbox} }, 0, 'with no effect');
is($r->command('EXISTS', $r->key('permit:j2')), 0, 'no second permit');
is($r->status('audit_confirm_out', 'dataset', 'A1', 'b', 'REJECTED', '{}'),
    'wrong_state', 'and rejected then');
is($r->status('audit_confirm_out', 'dataset', 'A4', '', 'APPROVED', '{}',
    jti => 'j1'), 'conflict', 'a permit id is used once');
is($r->status('audit_confirm_out', 'project', 'X1', '', 'REJECTED', '{}'),
    'ok', 'rejected');

# a job's approval makes the job here

$w = $r->watch(sub {
    $r->status('audit_confirm_out', 'job', 'A6', 'b', 'APPROVED', '{}',
        jti => 'jj', times_limit => '2');
});
is($w->{result}, 'ok', 'a job approved');
is_deeply($w->{events}, ['JOB_CREATED job:J1', 'PERMIT_ISSUED permit:jj',
    'AUDIT_APPROVED audit:in:job:b:A6'], 'evidence');
my $job = $r->hash('job:J1');
is_deeply({ map { $_ => $job->{$_} } qw/ role initiator status flow_id parties
    / }, { role => 'partner', initiator => 'b', status => 'PENDING',
    flow_id => 'F1', parties => 'b' }, 'job');
is($job->{config}, $config, 'its config');
is(apply_in('job', 'A7', 'J1', peer => 'c', contract => 'C-c'), 'conflict',
    'a job id is used once');
apply_in('job', 'A8', 'J2');
apply_in('job', 'A9', 'J2', peer => 'c', contract => 'C-c');
is($r->status('audit_confirm_out', 'job', 'A8', '', 'APPROVED', '{}'), 'ok',
    'two apply with one job id');
is($r->status('audit_confirm_out', 'job', 'A9', '', 'APPROVED', '{}'),
    'conflict', 'only one gets it');

$r->command('HSET', $r->key('contract:C-b'), 'expired_time', '1');
is($r->status('audit_confirm_out', 'dataset', 'A4', '', 'APPROVED', '{}',
    jti => 'j4'), 'no_contract', 'the contract has expired');
$r->command('HSET', $r->key('contract:C-b'), 'expired_time', '');

###############################################################################

# using a permit

sub permit {
    my ($use, %with) = @_;

    my %arg = (jti => 'j1', peer => 'b', kind => 'dataset', id => 'D1', %with);
    my $reply = $r->call($r->use_of($arg{jti}, $use, $arg{peer},
        $arg{kind}, $arg{id}));

    return $reply->{status} eq 'ok' ? "ok $reply->{fields}{left}"
                                    : $reply->{status};
}

is(permit('u1', jti => 'nix'), 'permit_invalid', 'no such permit');
is(permit('u1', peer => 'c'), 'permit_invalid', 'of another peer');
is(permit('u1', kind => 'model'), 'permit_invalid', 'for another kind');
is(permit('u1', id => 'D4'), 'permit_invalid', 'for another resource');
is(permit(''), 'permit_invalid', 'without a use id');
is($r->get('permit:j1', 'left'), 3, 'refusals are free');

$w = $r->watch(sub { permit('u1') });
is($w->{result}, 'ok 2', 'used');
is_deeply($w->{events}, ['PERMIT_USED permit:j1'], 'evidence');
$w = $r->watch(sub { permit('u1') });
is($w->{result}, 'ok 2', 'the same use again');
is_deeply($w->{events}, [], 'is not charged');
is(permit('u2'), 'ok 1', 'second');
is(permit('u3'), 'ok 0', 'third');
is(permit('u4'), 'permit_exhausted', 'fourth');
is(permit('u3'), 'ok 0', 'the third again');
is($r->get('permit:j1', 'used'), 3, 'exactly times_limit');

# 100 uses tried often: never more than the limit

apply_in('dataset', 'B1', 'D1', peer => 'c', contract => 'C-c');
$r->call('audit_confirm_out', 'dataset', 'B1', 'c', 'APPROVED', '{}',
    jti => 'j100', times_limit => '100');

is($r->status('dataset_permitted', 'D1', 'c', "task-$_"), 'ok', 'a task')
    for 1, 2;
my $good = grep { /^ok/ } map { permit("use-$_", jti => 'j100', peer => 'c') }
    1 .. 300;
is($good, 98, 'two and 98 of 300');
$good = grep { /^ok/ } map { permit("use-$_", jti => 'j100', peer => 'c') }
    1 .. 300;
is($good, 98, 'the same 98 again');

# datasets by their permits

is($r->status('dataset_permitted', 'D1', 'a', 'j:t'), 'ok', 'our own');
is($r->status('dataset_permitted', 'D1', 'c', 'new'), 'not_permitted',
    'exhausted');
is($r->status('dataset_permitted', 'D1', 'c', 'task-1'), 'ok',
    'charged before');
is($r->status('dataset_permitted', 'D1', 'c', 'use-1'), 'not_permitted',
    '... unlike a request of that name');
is($r->status('dataset_permitted', 'D4', 'c', 'u'), 'not_permitted',
    'no permit');
$r->call('audit_apply_in', 'dataset', 'c', '', 'B2', 'd', 'D1');
$r->call('audit_confirm_out', 'dataset', 'B2', 'c', 'APPROVED', '{}',
    jti => 'j101', times_limit => '1');
is($r->status('dataset_permitted', 'D1', 'c', 'new'), 'ok',
    'by a second permit');
is($r->status('dataset_permitted', 'D1', 'c', 'new'), 'ok', 'once');
is($r->status('dataset_permitted', 'D1', 'c', 'more'), 'not_permitted',
    'exhausted too');
is($r->status('dataset_permitted', 'D1', 'c', 'task-2'), 'ok',
    'the permit that was charged is found');

# no limit

$r->call('audit_apply_in', 'dataset', 'c', '', 'B3', 'd', 'D4');
$r->call('audit_confirm_out', 'dataset', 'B3', 'c', 'APPROVED', '{}',
    jti => 'j-free');
my @free = (jti => 'j-free', peer => 'c', id => 'D4');
is(permit("u$_", @free), 'ok -1', 'no limit') for 1 .. 3;
is($r->get('permit:j-free', 'used'), 3, 'counted');

# expiry is for ever

my $exp = sprintf '%d', time() * 1000 + 300;
$r->call('audit_apply_in', 'dataset', 'c', '', 'B4', 'd', 'D4');
$r->call('audit_confirm_out', 'dataset', 'B4', 'c', 'APPROVED', '{}',
    jti => 'j-exp', time_limit => $exp, times_limit => '9');
my @exp = (jti => 'j-exp', peer => 'c', id => 'D4');
is(permit('u1', @exp), 'ok 8', 'before the expiry');
sleep(0.4);
$w = $r->watch(sub { permit('u2', @exp) });
is($w->{result}, 'permit_expired', 'after the expiry');
is_deeply([ grep { /EXPIRED/ } @{ $w->{events} } ],
    ['PERMIT_EXPIRED permit:j-exp'], 'evidence');
$r->command('HSET', $r->key('permit:j-exp'), 'exp', '4102444800000');
$w = $r->watch(sub { permit('u1', @exp) });
is($w->{result}, 'permit_expired', 'whatever the clock says later');
is_deeply([ grep { /EXPIRED/ } @{ $w->{events} } ], [],
    'evidence only once');

$r->call('audit_apply_in', 'dataset', 'c', '', 'B5', 'd', 'D4');
$r->call('audit_confirm_out', 'dataset', 'B5', 'c', 'APPROVED', '{}',
    jti => 'j-s', time_limit => '4102444800');
is($r->get('permit:j-s', 'exp'), '4102444800000', 'seconds are taken too');

###############################################################################

# terminating

is($r->status('audit_terminate_out', 'dataset', 'nix', ''), 'not_found',
    'terminate: unknown');
is($r->status('audit_terminate_out', 'dataset', 'A1', ''), 'ambiguous',
    'terminate: two peers');
is($r->status('audit_terminate_out', 'dataset', 'A4', ''), 'wrong_state',
    'terminate: not approved yet');
$w = $r->watch(sub {
    $r->status('audit_terminate_out', 'dataset', 'A1', 'b');
});
is($w->{result}, 'ok', 'terminated');
is_deeply($w->{events}, ['AUDIT_TERMINATED audit:in:dataset:b:A1',
    'PERMIT_REVOKED permit:j1'], 'evidence');
is($w->{outbox}[0]{path}, '/v1/interconn/dataset/audit/terminate', 'path');
is($w->{outbox}[0]{body}, '{"audit_id":"A1"}', 'body');
is($r->get('permit:j1', 'status'), 'REVOKED', 'permit');
is(permit('u3'), 'permit_revoked', 'no use, not even a repeated one');
$w = $r->watch(sub {
    $r->status('audit_terminate_out', 'dataset', 'A1', 'b');
});
is($w->{result}, 'ok', 'again');
is(@{ $w->{events} } + @{ $w->{outbox} }, 0, 'with no effect');

$w = $r->watch(sub { $r->status('audit_terminate_out', 'job', 'A6', 'b') });
is_deeply($w->{events}, ['AUDIT_TERMINATED audit:in:job:b:A6',
    'PERMIT_REVOKED permit:jj', 'JOB_FINISHED job:J1'],
    'a job ends with its approval');
is($r->get('job:J1', 'status'), 'FAILED', 'failed');
like($r->get('job:J1', 'cause'), qr/"party":"host.0".*"error":"task_stopped"/,
    'cause');

###############################################################################

# asking others

my $ask = '{"audit_id":"O1"}';

is($r->status('audit_apply_out', 'dataset', 'nix', 'O1', 'DB', $ask),
    'not_found', 'ask: no such contract');
$w = $r->watch(sub {
    $r->call('audit_apply_out', 'dataset', 'C-b', 'O1', 'DB', $ask,
        purpose => 'x');
});
is($w->{result}{fields}{audit_id}, 'O1', 'asked');
is_deeply($w->{events}, ['AUDIT_APPLIED audit:out:dataset:b:O1'], 'evidence');
is($w->{outbox}[0]{path}, '/v1/interconn/dataset/audit/apply', 'path');
is($w->{outbox}[0]{body}, $ask, 'body');
$w = $r->watch(sub {
    $r->status('audit_apply_out', 'dataset', 'C-b', 'O1', 'DB', $ask);
});
is($w->{result}, 'ok', 'again');
is(@{ $w->{events} } + @{ $w->{outbox} }, 0, 'with no effect');
is($r->status('audit_apply_out', 'dataset', 'C-b', 'O1', 'DX', $ask),
    'conflict', 'another resource under the id');

for my $kind (qw/ project flow job model /) {
    $w = $r->watch(sub {
        $r->status('audit_apply_out', $kind, 'C-b', "O-$kind", 'X', '{}');
    });
    is($w->{outbox}[0]{path}, "/v1/interconn/$kind/audit/apply", $kind);
}

is($r->status('audit_confirm_in', 'dataset', 'c', 'O1', 'APPROVED'),
    'not_found', 'answered by another peer');
is($r->status('audit_confirm_in', 'dataset', 'b', 'O1', 'YES'),
    'invalid_fields', 'status');
is($r->status('audit_confirm_in', 'dataset', 'b', 'O1', 'APPROVED',
    resource_id => 'DX', token => 't'), 'conflict',
    'a permit for something else');
$w = $r->watch(sub {
    $r->status('audit_confirm_in', 'dataset', 'b', 'O1', 'APPROVED',
        resource_id => 'DB', token => 'tok', times_limit => '5');
});
is($w->{result}, 'ok', 'answered');
is_deeply($w->{events}, ['AUDIT_APPROVED audit:out:dataset:b:O1'],
    'evidence');
is($r->get('audit:out:dataset:b:O1', 'token'), 'tok', 'token');
is($r->status('audit_confirm_in', 'dataset', 'b', 'O1', 'APPROVED',
    token => 'other'), 'ok', 'again');
is($r->get('audit:out:dataset:b:O1', 'token'), 'tok', 'with no effect');
is($r->status('audit_confirm_in', 'dataset', 'b', 'O1', 'REJECTED'),
    'wrong_state', 'and rejected then');
is($r->status('audit_terminate_in', 'dataset', 'c', 'O1'), 'not_found',
    'ended by another peer');
is($r->status('audit_terminate_in', 'flow', 'b', 'O-flow'), 'wrong_state',
    'ended before it was approved');
$w = $r->watch(sub {
    $r->status('audit_terminate_in', 'dataset', 'b', 'O1');
});
is($w->{result}, 'ok', 'ended by its owner');
is_deeply($w->{events}, ['AUDIT_TERMINATED audit:out:dataset:b:O1'],
    'evidence');
is($r->status('audit_terminate_in', 'dataset', 'b', 'O1'), 'ok', 'again');

# given up by the courier

$w = $r->watch(sub {
    $r->call('audit_apply_out', 'model', 'C-b', 'O2', 'MB', '{}');
});
$w = $r->watch(sub {
    $r->status('outbox_done', $w->{outbox}[0]{_id}, 'refused',
        error => '4040');
});
is_deeply($w->{events}, ['OUTBOX_UNDELIVERED audit:out:model:b:O2',
    'AUDIT_REJECTED audit:out:model:b:O2'], 'an application nobody took');
is($r->get('audit:out:model:b:O2', 'delivery'), 'refused: 4040', 'why');

###############################################################################

# the end of a contract ends everything under it

$w = $r->watch(sub { $r->status('contract_terminate_in', 'spki', 'key-c', 'c',
    'C-c') });
is($w->{result}, 'ok', 'contract terminated');
my %events;
$events{$_}++ for @{ $w->{events} };
is($events{'CONTRACT_TERMINATED contract:C-c'}, 1, 'evidence: contract');
is($events{'AUDIT_TERMINATED audit:in:dataset:c:B1'}, 1, 'evidence: audit');
is($events{'AUDIT_TERMINATED audit:in:dataset:c:A1'}, 1,
    'evidence: a pending one');
is((grep { $_ > 1 } values %events), 0, 'each once');
is($r->get('permit:' . { @free }->{jti}, 'status'), 'REVOKED',
    'permits are revoked');
is($r->get('permit:j100', 'status'), 'REVOKED', 'all of them');
is($r->get('permit:j-exp', 'status'), 'REVOKED', 'expired ones too');
is($r->status('dataset_permitted', 'D1', 'c', 'use-1'), 'not_permitted',
    'no dataset');
is($r->status('audit_apply_out', 'dataset', 'C-c', 'O9', 'D', '{}'),
    'no_contract', 'nothing to ask for');
is($r->status('audit_apply_in', 'dataset', 'c', 'C-c', 'B9', 'd', 'D1'),
    'no_contract', 'nothing to be asked for');

###############################################################################

# the state machine: every state, every action

sub machine {
    my ($dir, $state) = @_;

    $r->flush();
    contracts('b');
    dataset('D1');

    if ($dir eq 'in') {
        apply_in('dataset', 'A', 'D1');
        $r->call('audit_confirm_out', 'dataset', 'A', 'b',
            $state eq 'REJECTED' ? $state : 'APPROVED', '{}', jti => 'j')
            if $state ne 'APPLIED';
        $r->call('audit_terminate_out', 'dataset', 'A', 'b')
            if $state eq 'TERMINATED';
        return;
    }

    $r->call('audit_apply_out', 'dataset', 'C-b', 'A', 'D', '{}');
    $r->call('audit_confirm_in', 'dataset', 'b', 'A',
        $state eq 'REJECTED' ? $state : 'APPROVED') if $state ne 'APPLIED';
    $r->call('audit_terminate_in', 'dataset', 'b', 'A')
        if $state eq 'TERMINATED';
}

my %action = (
    in => {
        APPROVED => sub { $r->status('audit_confirm_out', 'dataset', 'A', 'b',
            'APPROVED', '{}', jti => 'k') },
        REJECTED => sub { $r->status('audit_confirm_out', 'dataset', 'A', 'b',
            'REJECTED', '{}') },
        TERMINATED => sub { $r->status('audit_terminate_out', 'dataset', 'A',
            'b') },
    },
    out => {
        APPROVED => sub { $r->status('audit_confirm_in', 'dataset', 'b', 'A',
            'APPROVED') },
        REJECTED => sub { $r->status('audit_confirm_in', 'dataset', 'b', 'A',
            'REJECTED') },
        TERMINATED => sub { $r->status('audit_terminate_in', 'dataset', 'b',
            'A') },
    },
);

my %legal = map { $_ => 1 } 'APPLIED APPROVED', 'APPLIED REJECTED',
    'APPROVED TERMINATED';
my @states = qw/ APPLIED APPROVED REJECTED TERMINATED /;

for my $dir (qw/ in out /) {
    for my $from (@states) {
        for my $to (sort keys %{ $action{$dir} }) {
            my $change = $legal{"$from $to"};
            my $expected = $change || $from eq $to ? 'ok' : 'wrong_state';

            machine($dir, $from);
            my $w = $r->watch($action{$dir}{$to});

            is($w->{result}, $expected, "$dir: $from -> $to");
            is($r->get("audit:$dir:dataset:b:A", 'status'),
                $change ? $to : $from, "$dir: status");
            is_deeply([ grep { /^AUDIT/ } @{ $w->{events} } ],
                $change ? ["AUDIT_$to audit:$dir:dataset:b:A"] : [],
                "$dir: evidence");
        }
    }
}

done_testing();
