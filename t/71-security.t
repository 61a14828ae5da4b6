#!/usr/bin/perl

# What one partner must not be able to do to another, whatever names, ids and
# keys it chooses; each once was possible.

use warnings;
use strict;

use Digest::SHA qw/ sha256_hex /;
use Test::More;

use lib 't/lib';
use IC::Redis;

plan skip_all => 'redis-server is not installed' if !IC::Redis::available();

my $r = IC::Redis->new(node => 'a');
my $dag = '{"components":[{"name":"lr_0"}]}';
my $config = '{"role":{"guest":["b"],"host":["c","a"]}}';

sub contracts {
    for my $node (@_) {
        $r->call('contract_apply_in', 'spki', "key-$node", $node, 'd',
            "C-$node", address => "https://$node");
        $r->call('contract_confirm_out', "C-$node", 'APPROVED', '{}');
    }
}

###############################################################################
# ids have colons, keys of the store too: "b" and "x:A" are not "b:x" and "A"

contracts('b', 'b:x');
$r->call('object_create', 'dataset', 'D1', name => 'D1', status => '1',
    pub_scope => 'public');
$r->call('audit_apply_in', 'dataset', 'b:x', '', 'A', 'd', 'D1');
is($r->status('audit_query_in', 'dataset', 'b', 'x:A'), 'not_found',
    'another node\'s request is not seen');
$r->call('audit_confirm_out', 'dataset', 'A', '', 'APPROVED', '{}',
    jti => 'jti');
is($r->status('audit_terminate_in', 'dataset', 'b', 'x:A'), 'not_found',
    '... nor ended');
is($r->get('permit:jti', 'status'), 'ACTIVE', '... its permit stands');
is($r->status('audit_apply_in', 'dataset', 'b', '', 'x:A', 'd', 'D1'),
    'conflict', '... nor taken for its own');
is($r->status('audit_terminate_in', 'dataset', 'b:x', 'A'), 'ok',
    'who applied ends it');

$r->call('audit_apply_out', 'dataset', 'C-b:x', 'O', 'D9', '{}');
is($r->status('audit_confirm_in', 'dataset', 'b', 'x:O', 'APPROVED',
    permit_id => 'p', token => 't'), 'not_found', 'nor answered');

$r->call('object_create', 'flow', 'F', name => 'F', dag => $dag);
$r->call('job_create', 'J', 'F', 'x:b', dag => $dag,
    config => '{"role":{"guest":["a"],"host":["x:b"]}}');
$r->call('ptask_put', 'J', 'T', 'x:b', 'lr_0', 'host.0');
is($r->status('sched_task_callback', 'b', 'T:x', 'FAILED', 'host.0'),
    'not_found', 'another party\'s task is not ended');
is($r->get('ptask:T:x:b', 'status'), 'PENDING', '... it goes on');
is($r->status('sched_task_callback', 'x:b', 'T', 'RUNNING', 'host.0'), 'ok',
    'its own party tells of it');

###############################################################################
# jobs that are applied for by schedule/job/create

sub ask {
    my ($peer, $job, $text) = @_;

    return $r->status('sched_job_ask', $peer, $job,
        sha256_hex("$dag\n$text"), dag => $dag, config => $text,
        flow_id => 'F');
}

$r->flush();
contracts(qw/ b c /);
$r->call('audit_apply_in', 'job', 'b', '', 'J1', 'd', 'J1', dag => $dag,
    flow_id => 'F', config => $config);
is(ask('b', 'J1', '{"role":{"guest":["b"],"host":["a"]}}'), 'conflict',
    'a request that an operator looks at is not exchanged');
is($r->get('audit:in:job:b:J1', 'config'), $config, '... it is as it was');

$r->flush();
contracts(qw/ b c /);
is(ask('b', 'J', $config), 'ok', 'one applies');
is(ask('c', 'J', '{"role":{"guest":["c"],"host":["a"]}}'), 'ok',
    'another one, for a job of the same name');
is($r->status('sched_task_start', 'c', 'J', 'TC', 'lr_0', '*'), 'ok',
    'a task of that waits');
is($r->status('sched_task_start', 'b', 'J', 'TB', 'lr_0', '*'), 'ok',
    'and one of the first');
is($r->status('sched_task_start', 'b', 'J', 'TC', 'lr_0', '*'), 'ok',
    '... under the same name, too');
is($r->status('sched_job_stop', 'c', 'J', ''), 'ok', 'that one is stopped');
is($r->status('sched_task_start', 'c', 'J', 'TX', 'lr_0', '*',
    session_id => 'S'), 'ok', 'and another task waits');
is($r->status('audit_confirm_out', 'job', 'J', 'b', 'APPROVED', '{}',
    jti => 'jti'), 'ok', 'the first is approved');
is($r->get('task:TB', 'job_id'), 'J', '... and its tasks begin');
is($r->get('task:TC', 'job_id'), 'J', '... all of them');
is($r->get('task:TX', 'job_id'), undef, '... but nobody else\'s');

$r->call('node_init', node_id => 'a', roles => '["coordinator"]');
is(ask('b', 'J2', $config), 'invalid_config',
    'a node does not take roles that it does not declare');
is(ask('b', 'J3', '{"role":{"guest":["b"],"host":["c"]}}'),
    'invalid_config', 'nor a job without a place for it');

###############################################################################
# approving by contract is approving

$r->call('operator_put', 'carl', 'sha', 'coordinator');
$r->call('role_create', '', 'clerk', permissions =>
    '["contract.approve","contract.read"]');
$r->call('operator_put', 'cleo', 'shb', 'clerk');

sub profile {
    my ($operator, $speaks) = @_;

    return $r->command('FCALL', 'interconn_contract_profile', 2, 'ic:{a}',
        "ic:{a}:operator:$operator", 'C-b', 'fate', $speaks)->[0];
}

is(profile('cleo', 'approval=contract'), 'not_permitted',
    'who may approve no requests approves none for ever');
is(profile('cleo', 'permit=implied'), 'ok', '... but says how one speaks');
is(profile('carl', 'time_unit=s approval=contract'), 'ok',
    'who may approve both does');

###############################################################################
# keys that a partner announces, but has not

sub rotate {
    my ($spki, $time) = @_;

    return $r->status('peer_node_update', 'b', 'C-b', key_type => 'SM3_SM2',
        key_credential => 'x', key_spki => $spki, key_time => $time,
        key_overlap => 60_000);
}

my $victim = sha256_hex('victim');


$r->flush();
contracts('b');
$r->call('contract_apply_in', 'spki', $victim, 'v', 'd', 'C-v',
    address => 'https://v');
is(rotate($victim, 1), 'conflict', 'the key of an applicant is its own');
is($r->command('GET', $r->key("spki:$victim")), 'C-v', '... and stays it');
$r->call('contract_confirm_out', 'C-v', 'APPROVED', '{}');
$r->call('contract_terminate_out', 'C-v');
is(rotate($victim, 1), 'conflict', 'that of one whose contract ended, too');

$r->flush();
contracts('b');
$r->call('operator_create', '', 'olga', 'sha', qq/["$victim"]/,
    roles => '["operator"]');
is(rotate($victim, 1), 'conflict', 'that of an operator is no node\'s');
is($r->command('EXISTS', $r->key("spki:$victim")), 0, '... and becomes none');

$r->flush();
contracts('b');
is(rotate($victim, 1), 'ok', 'a key that nobody has shown can be announced');
is($r->status('contract_apply_in', 'spki', $victim, 'v', 'd', 'C-v',
    address => 'https://v'), 'ok', '... but who has it may apply with it');
is($r->call('peer_identify', 'spki', $victim)->{status}, 'no_contract',
    '... is nobody else');
is($r->status('contract_confirm_out', 'C-v', 'APPROVED', '{}'), 'ok',
    '... and be approved');
is($r->call('peer_identify', 'spki', $victim)->{fields}{node_id}, 'v',
    '... as itself');
is($r->call('peer_identify', 'spki', 'key-b')->{fields}{node_id}, 'b',
    'the partner has the key that it has');

my @keys = map { sha256_hex("key $_") } 1 .. 100;

is(rotate($keys[$_], $_ + 2), 'ok', 'a key') for 0, 1;
rotate($keys[$_], $_ + 2) for 2 .. 99;
cmp_ok(scalar(@{ $r->command('KEYS', $r->key('spki:*')) }), '<', 20,
    'of a hundred keys the last ones are remembered');
is($r->call('peer_identify', 'spki', $keys[$_])->{fields}{node_id}, 'b',
    '... and good are two') for 98, 99;
is($r->status('peer_identify', 'spki', $keys[97]), 'key_retired',
    '... no more');

###############################################################################
# a request may have the id of a task

$r->flush();
contracts(qw/ b c /);
$r->call('object_create', 'dataset', 'D1', name => 'D1', status => '1',
    pub_scope => 'public');
$r->call('audit_apply_in', 'dataset', 'b', '', 'A', 'd', 'D1');
$r->call('audit_confirm_out', 'dataset', 'A', '', 'APPROVED', '{}',
    jti => 'jti', spki => 'key-b', times_limit => '1');
$r->command('HSET', $r->key('task:T'), task_id => 'T', status => 'RUNNING',
    cancel => '0', initiator => 'c', job_id => 'J');

is($r->status('permit_guard', 'spki', 'key-b', 'jti', 'key-b', 'T', '0',
    'dataset', 'D1', '', '', ''), 'ok', 'a request');
is($r->status('dataset_permitted', 'D1', 'b', 'T'), 'not_permitted',
    '... pays for no task');
$r->call('audit_terminate_in', 'dataset', 'b', 'A');
is($r->get('task:T', 'cancel'), '0', '... and ends none');

# an expiry that was seen hides no task from its owner

$r->call('audit_apply_in', 'dataset', 'b', '', 'A2', 'd', 'D1');
$r->call('audit_confirm_out', 'dataset', 'A2', '', 'APPROVED', '{}',
    jti => 'jti2', spki => 'key-b');
$r->command('HSET', $r->key('task:U'), task_id => 'U', status => 'RUNNING',
    cancel => '0', initiator => 'b', job_id => 'J');
is($r->status('dataset_permitted', 'D1', 'b', 'U'), 'ok', 'a task reads');
$r->command('HSET', $r->key('permit:jti2'), 'exp', 1);
$r->command('HSET', $r->key('task:W'), task_id => 'W', job_id => 'J');
is($r->status('dataset_permitted', 'D1', 'b', 'W'), 'not_permitted',
    '... and its permit expires');
is($r->get('permit:jti2', 'status'), 'EXPIRED', '... which was seen');
$r->call('audit_terminate_out', 'dataset', 'A2', 'b');
is($r->get('task:U', 'cancel'), '1', '... the owner ends it all the same');

###############################################################################
# what a partner publishes fills no store

my $entry = '["name","' . 'x' x 60_000 . '"]';
my $reply;

for my $page (1 .. 20) {
    $reply = $r->call('peer_catalog_add', 'C-b', 'dataset', $page,
        map { ("E$page-$_", $entry) } 1 .. 50);
}

cmp_ok($reply->{fields}{total} * length $entry, '<', 20 << 20,
    'of a catalogue some megabytes are kept');
is($reply->{fields}{full}, 1, '... and the courier stops asking');
$r->call('peer_catalog_done', 'C-b', 'dataset', '', '1');
$reply = $r->call('peer_catalog_add', 'C-b', 'dataset', 1, 'E', $entry);
is($reply->{fields}{full}, 0, '... until it reads it anew');

done_testing();
