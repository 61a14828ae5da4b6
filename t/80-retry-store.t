#!/usr/bin/perl

# What the store knows of tasks that run again, at the initiator and at a
# party whose part succeeded while another one's failed.

use warnings;
use strict;

use JSON::PP;
use Test::More;

use lib 't/lib';
use IC::Redis;

plan skip_all => 'redis-server is not installed' if !IC::Redis::available();

my $r = IC::Redis->new(node => 'a');
my $dag = '{"components":[{"name":"lr_0","componentName":"homo_lr"}]}';

sub contract {
    $r->flush();
    $r->call('contract_apply_in', 'spki', 'key-b', 'b', 'd', 'C-b',
        address => 'https://b', system => 'interconn');
    $r->call('contract_confirm_out', 'C-b', 'APPROVED', '{}');
}

sub config {
    my ($retry) = @_;

    return '{"role":{"guest":["b"],"host":["a"]},"job_params":{"common":'
        . "{\"retry\":$retry}}}";
}

###############################################################################

# of a party

sub their_job {
    contract();
    $r->call('audit_apply_in', 'job', 'b', '', 'A1', 'd', 'J1', dag => $dag,
        flow_id => 'F', config => config($_[0]));
    $r->call('audit_confirm_out', 'job', 'A1', '', 'APPROVED', '{}',
        jti => 'jti', times_limit => '2');
}

sub start { $r->status('sched_task_start', 'b', 'J1', $_[0], 'lr_0', 'jti') }

sub run {
    my ($id, $status) = @_;

    is(start($id), 'ok', "$id starts");
    my $epoch = $r->call('task_claim', $id, 'h:1', '10000')->{fields}{epoch};
    is($r->status('task_end', $id, $epoch, $status), 'ok', "$id: $status");
}

their_job('{"count":2}');
run('T1', 'SUCCESS');
is($r->get('job:J1', 'status'), 'RUNNING', 'another party may have failed');
run('T2', 'SUCCESS');
isnt($r->get('task:T1', 'session_id'), $r->get('task:T2', 'session_id'),
    'no session twice');
is(start('T3'), 'permit_exhausted', 'every try is a use of the permit');
my $w = $r->watch(sub { $r->status('sched_job_stop', 'b', 'J1', '') });
is_deeply($w->{events}, ['JOB_FINISHED job:J1'], 'the initiator ends it');
is($r->get('job:J1', 'status'), 'SUCCESS', 'as it was');

their_job('{"count":2}');
run('T1', 'FAILED');
$r->status('sched_job_stop', 'b', 'J1', '');
is($r->get('job:J1', 'status'), 'FAILED', 'no try succeeded');

their_job('{"count":0}');
run('T1', 'SUCCESS');
is($r->get('job:J1', 'status'), 'RUNNING', 'complete, and its end awaited');
$r->status('sched_job_stop', 'b', 'J1', '', 'FAILED');
is($r->get('job:J1', 'status'), 'FAILED', 'another party has failed');

their_job('{"count":0}');
$r->command('HSET', $r->key('contract:' . $r->command('GET',
    $r->key('nodeof:b'))), system => 'other');
run('T1', 'SUCCESS');
is($r->get('job:J1', 'status'), 'SUCCESS', 'of one that does not tell');

###############################################################################

# of the initiator

sub our_job {
    contract();
    $r->call('object_create', 'flow', 'F', name => 'f');
    $r->call('job_create', 'J1', 'F', '', dag => $dag, config =>
        config('{"count":2}'));
    $r->call('audit_apply_out', 'job', 'C-b', 'A1', 'J1', '{}');
    $r->call('audit_confirm_in', 'job', 'b', 'A1', 'APPROVED', token => 't');
    $r->call('job_start', 'J1');
}

sub retry { $r->status('job_retry', $_[0], 'lr_0', $_[1], '1500', $_[2]) }

our_job();
is(retry('J1', 'T1', '{}'), 'wrong_state', 'not running yet');
is(retry('J2', 'T1', '{}'), 'not_found', 'unknown');
$r->call('job_advance', 'J1', 'RUNNING');
$r->call('job_advance', 'J1', 'RUNNING', 'begun.lr_0' => 'T1 token sent');

my $before = $r->dump();
is(retry('J1', 'T0', '{}'), 'ok', 'a try that is not the one of now');
is($r->dump(), $before, 'changes nothing');

$w = $r->watch(sub {
    retry('J1', 'T1', '{"error":"task_lost","message":"\u516c \"x\"",'
        . '"log":["secret"],"row":3}');
});
is($w->{result}, 'ok', 'noted');
is_deeply($w->{events}, ['TASK_RETRIED job:J1'], 'evidence');
is($r->get('job:J1', 'begun.lr_0'), '', 'to be begun again');
$before = $r->dump();
is(retry('J1', 'T1', '{}'), 'ok', 'again');
is($r->dump(), $before, 'is noted once');

$r->call('job_advance', 'J1', 'RUNNING', 'begun.lr_0' => 'T2 token new');
is(retry('J1', 'T2', 'no JSON'), 'ok', 'a cause that nobody can read');

my $tries = decode_json($r->get('job:J1', 'tries'));
is_deeply([ map { $_->{task_id} } @$tries ], [ qw/ T1 T2 / ], 'in order');
is_deeply($tries->[0]{cause}, { error => 'task_lost', row => 3,
    message => "\x{516c} \"x\"" }, 'a cause without its log');
is_deeply($tries->[1]{cause}, {}, 'none');
cmp_ok($r->get('job:J1', 'retry.lr_0'), '>', 1000 * time() + 500, 'when');

$r->call('job_stop', 'J1');
is(retry('J1', 'T3', '{}'), 'wrong_state', 'stopped');

done_testing();
