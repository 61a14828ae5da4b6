#!/usr/bin/perl

# Jobs and tasks in the store: the initiator, a partner, and the runner.

use warnings;
use strict;

use Digest::SHA qw/ sha256_hex /;
use Test::More;
use Time::HiRes qw/ sleep /;

use lib 't/lib';
use IC::Redis;

plan skip_all => 'redis-server is not installed' if !IC::Redis::available();

my $r = IC::Redis->new(node => 'a');
my $w;

my $dag = '{"version":"2.0.0","components":[{"name":"lr_0",'
    . '"componentName":"homo_lr"}]}';
my $config = '{"role":{"guest":["a"],"host":["b","c"]},"n":1.0}';
my @content = (dag => $dag, config => $config, project_id => 'P1',
    name => 'first');

sub contracts {
    for my $node (@_) {
        $r->call('contract_apply_in', 'spki', "key-$node", $node, 'd',
            "C-$node", address => "https://$node");
        $r->call('contract_confirm_out', "C-$node", 'APPROVED', '{}');
    }
}

# a job of ours, approved by both parties and started

sub our_job {
    my ($id) = @_;

    $r->flush();
    contracts(qw/ b c /);
    $r->call('object_create', 'flow', 'F1');
    $r->call('job_create', $id, 'F1', '', @content);

    for my $node (qw/ b c /) {
        $r->call('audit_apply_out', 'job', "C-$node", "A-$node", $id, '{}');
        $r->call('audit_confirm_in', 'job', $node, "A-$node", 'APPROVED',
            token => "token-$node");
    }

    $r->call('job_start', $id);
    $r->call('job_advance', $id, 'RUNNING');
}

###############################################################################

# at the initiator

contracts(qw/ b c /);
is($r->status('job_create', 'J1', 'F1', '', @content), 'not_found',
    'create: no such flow');
$r->call('object_create', 'flow', 'F1');
is($r->status('job_create', 'J1', 'F1', '', config => '{"role":{}}'),
    'invalid_config', 'create: no roles');
is($r->status('job_create', 'J1', 'F1', '', config => '{'), 'invalid_config',
    'create: no JSON');
is($r->status('job_create', 'J1', 'F1', '',
    config => '{"role":{"guest":["a"],"host":["a"]}}'), 'invalid_config',
    'create: two roles of a node');
$w = $r->watch(sub { $r->call('job_create', 'J1', 'F1', '', @content) });
is($w->{result}{fields}{job_id}, 'J1', 'create');
is_deeply($w->{events}, ['JOB_CREATED job:J1'], 'evidence');
my $job = $r->call('job_get', 'J1')->{fields};
is_deeply({ map { $_ => $job->{$_} } qw/ role initiator status started cancel
    parties progress config / }, { role => 'initiator', initiator => 'a',
    status => 'PENDING', started => 0, cancel => 0, parties => 'b c',
    progress => 0, config => $config }, 'record');
is($r->status('job_create', 'J1', 'F1', 'b c', @content), 'ok', 'again');
is($r->status('job_create', 'J1', 'F1', '', @content, name => 'x'),
    'conflict', 'other content');
is($r->status('job_get', 'nix'), 'not_found', 'get: unknown');
is($r->call('job_list', 'P1', 'F1', '', '', '')->{total}, 1, 'list');
is($r->call('job_list', 'PX', '', '', '', '')->{total}, 0, 'list: project');
is($r->call('job_list', '', '', 'PENDING', '', '')->{total}, 1, 'list: state');
is($r->call('job_list', '', 'F1', 'FAILED', '', '')->{total}, 0,
    'list: another state');

is($r->status('job_start', 'nix'), 'not_found', 'start: unknown');
my $reply = $r->call('job_start', 'J1');
is($reply->{status}, 'job_not_approved', 'start: not approved');
is($reply->{detail}, 'b c', 'by whom');
$r->call('audit_apply_out', 'job', 'C-b', 'A-b', 'J1', '{}');
$r->call('audit_confirm_in', 'job', 'b', 'A-b', 'APPROVED', token => 'tb');
is($r->get('job:J1', 'permit.b'), 'tb', 'the permit of a party');
is($r->call('job_start', 'J1')->{detail}, 'c', 'one is missing');
$r->call('audit_apply_out', 'job', 'C-c', 'A-c', 'J1', '{}');
$w = $r->watch(sub {
    $r->call('audit_confirm_in', 'job', 'c', 'A-c', 'APPROVED', token => 'tc');
});
is(@{ $w->{jobs} }, 0, 'nothing starts by itself');
$w = $r->watch(sub { $r->status('job_start', 'J1') });
is($w->{result}, 'ok', 'start');
is_deeply($w->{events}, ['FLOW_EXECUTED job:J1'], 'evidence');
is_deeply([ map { "$_->{job_id} $_->{reason}" } @{ $w->{jobs} } ],
    ['J1 start'], 'the scheduler is told');
$w = $r->watch(sub { $r->status('job_start', 'J1') });
is($w->{result}, 'ok', 'again');
is(@{ $w->{events} } + @{ $w->{jobs} }, 0, 'with no effect');

is($r->status('job_advance', 'nix', 'RUNNING'), 'not_found',
    'advance: unknown');
is($r->status('job_advance', 'J1', 'SUCCESS'), 'wrong_state',
    'advance: from PENDING to SUCCESS');
$w = $r->watch(sub { $r->status('job_advance', 'J1', 'RUNNING') });
is_deeply($w->{events}, ['JOB_STARTED job:J1'], 'advance');
like($r->get('job:J1', 'start_time'), qr/^\d{13}$/, 'start_time');
$w = $r->watch(sub {
    $r->status('job_advance', 'J1', 'RUNNING', progress => '40');
});
is_deeply($w->{events}, [], 'progress only');
is($r->get('job:J1', 'progress'), 40, 'progress');

# parts of a task

is($r->status('ptask_put', 'nix', 'T1', 'b', 'lr_0', 'host.0'), 'not_found',
    'put: unknown job');
$w = $r->watch(sub {
    $r->status('ptask_put', 'J1', 'T1', 'b', 'lr_0', 'host.0');
});
is_deeply($w->{events}, ['TASK_CREATED ptask:T1:b'], 'put');
is($r->status('ptask_put', 'J1', 'T1', 'b', 'lr_0', 'host.0'), 'ok', 'again');
$r->call('ptask_put', 'J1', 'T1', 'c', 'lr_0', 'host.1');
$r->call('ptask_put', 'J1', 'T1', 'a', 'lr_0', 'guest.0');
$r->call('job_create', 'J2', 'F1', '', @content);
is($r->status('ptask_put', 'J2', 'T1', 'b', 'lr_0', 'host.0'), 'conflict',
    'put: for another job');

is($r->status('sched_task_callback', 'x', 'T1', 'RUNNING', ''), 'not_found',
    'callback: a stranger');
is($r->status('sched_task_callback', 'b', 'nix', 'RUNNING', ''), 'not_found',
    'callback: unknown');
is($r->status('sched_task_callback', 'b', 'T1', 'LATE', ''),
    'invalid_fields', 'callback: status');
$w = $r->watch(sub {
    $r->status('sched_task_callback', 'b', 'T1', 'RUNNING', 'host',
        progress => '50', stage => 'round 1', status => 'X');
});
is($w->{result}, 'ok', 'callback');
is_deeply($w->{events}, ['TASK_STARTED ptask:T1:b'], 'evidence');
is($w->{jobs}[0]{reason}, 'callback', 'the scheduler is told');
is($r->get('ptask:T1:b', 'progress'), 50, 'progress');
is($r->get('ptask:T1:b', 'status'), 'RUNNING', 'status');
is_deeply($r->call('job_status', 'J1')->{fields}, { T1 => 'RUNNING' },
    'RUNNING wins over PENDING');
is($r->status('job_status', 'nix'), 'not_found', 'status: unknown');
$w = $r->watch(sub {
    $r->status('sched_task_callback', 'b', 'T1', 'SUCCESS', '',
        facts => '{"rows":1}');
});
is_deeply($w->{events}, ['TASK_FINISHED ptask:T1:b'], 'the end');
$w = $r->watch(sub {
    $r->status('sched_task_callback', 'b', 'T1', 'FAILED', '', cause => '{}');
});
is($w->{result}, 'ok', 'a late message');
is(@{ $w->{events} } + @{ $w->{jobs} }, 0, 'has no effect');
is($r->status('ptask_update', 'T1', 'c', 'RUNNING', progress => '1'), 'ok',
    'update');
is($r->status('ptask_update', 'T1', 'c', 'PENDING'), 'ok', 'never back');
is($r->get('ptask:T1:c', 'status'), 'RUNNING', 'RUNNING');
is($r->status('ptask_update', 'T1', 'c', 'LATE'), 'invalid_fields',
    'update: status');
is($r->status('ptask_update', 'T1', 'x', ''), 'not_found',
    'update: unknown');
is($r->status('ptask_update', 'T1', 'c', '', stage => 's'), 'ok',
    'update: no status');
$r->call('ptask_update', 'T1', $_, 'SUCCESS') for qw/ a c /;
is_deeply($r->call('job_status', 'J1')->{fields}, { T1 => 'SUCCESS' },
    'all parties succeeded');
$reply = $r->call('job_result', 'J1');
is($reply->{fields}{status}, 'RUNNING', 'result: the job');
is_deeply([ map { "$_->{node_id} $_->{role} $_->{status} $_->{facts}" }
    @{ $reply->{records} } ], ['a guest.0 SUCCESS ',
    'b host.0 SUCCESS {"rows":1}', 'c host.1 SUCCESS '], 'result: the parts');
is($r->status('job_result', 'nix'), 'not_found', 'result: unknown');
is_deeply($r->call('sched_status_all', 'b', 'J1')->{records},
    [{ task_id => 'T1', status => 'SUCCESS' }], 'a party asks us');
is($r->status('sched_status_all', 'x', 'J1'), 'not_found', 'a stranger');

$w = $r->watch(sub { $r->status('job_advance', 'J1', 'SUCCESS') });
is_deeply($w->{events}, ['JOB_FINISHED job:J1'], 'success');
like($r->get('job:J1', 'finish_time'), qr/^\d{13}$/, 'finish_time');
$w = $r->watch(sub {
    $r->status('job_advance', 'J1', 'FAILED', cause => '{}');
});
is($w->{result}, 'ok', 'an end is final');
is($r->get('job:J1', 'status') . $r->get('job:J1', 'cause'), 'SUCCESS',
    'nothing changed');
is($r->status('job_start', 'J1'), 'wrong_state', 'start: over');
is($r->status('job_stop', 'J1'), 'ok', 'stop: over');
is($r->status('job_stop', 'nix'), 'not_found', 'stop: unknown');

# every state, every advance

my %legal = map { $_ => 1 } 'PENDING RUNNING', 'PENDING FAILED',
    'RUNNING SUCCESS', 'RUNNING FAILED';

for my $from (qw/ PENDING RUNNING SUCCESS FAILED /) {
    for my $to (qw/ PENDING RUNNING SUCCESS FAILED /) {
        my $over = $from eq 'SUCCESS' || $from eq 'FAILED';
        my $change = $legal{"$from $to"};

        $r->command('HSET', $r->key('job:J2'), 'status', $from);
        is($r->status('job_advance', 'J2', $to), $change || $over
            || $from eq $to ? 'ok' : 'wrong_state', "job: $from -> $to");
        is($r->get('job:J2', 'status'), $change ? $to : $from, 'status');
    }
}

###############################################################################

# our own part of a task, as the runner drives it

our_job('J1');
$r->call('ptask_put', 'J1', 'T1', 'a', 'lr_0', 'guest.0');
is($r->status('task_start', 'nix', 'T1', 'lr_0'), 'not_found',
    'task_start: unknown job');
$w = $r->watch(sub {
    $r->status('task_start', 'J1', 'T1', 'lr_0', session_id => 'S1',
        token => 'tok');
});
is($w->{result}, 'ok', 'task_start');
is_deeply($w->{events}, ['TASK_CREATED task:T1'], 'evidence');
is($w->{tasks}[0]{task_id}, 'T1', 'the runner is told');
is($r->status('task_start', 'J1', 'T1', 'lr_0'), 'ok', 'again');
is($r->status('task_start', 'J1', 'T2', 'lr_0', session_id => 'S1'),
    'conflict', 'the session of another task');
$r->call('job_create', 'J3', 'F1', '', config => '{"role":{"host":["b"]}}');
is($r->status('task_start', 'J3', 'T3', 'lr_0'), 'invalid_config',
    'no role for us');
is($r->status('task_start', 'J3', 'T1', 'lr_0'), 'conflict',
    'the task of another job');

is_deeply($r->call('session_get', 'S1')->{fields}{peers},
    "b https://b\nc https://c", 'session: peers');
is($r->get('session:S1', 'self_node'), 'a', 'session: we');
is($r->status('session_get', 'nix'), 'not_found', 'session: unknown');
is($r->call('session_bind', 'S1', 'boot-1')->{fields}{binding}, 'bound',
    'session: bound to a process');
is($r->call('session_bind', 'S1', 'boot-1')->{fields}{binding}, 'bound',
    'again');
is($r->call('session_bind', 'S1', 'boot-2')->{fields}{binding}, 'other',
    'another process');
is($r->status('session_bind', 'nix', 'boot-1'), 'not_found',
    'bind: unknown');
is($r->status('session_check', 'S1', 'b', 'tok'), 'ok', 'check');
is($r->status('session_check', 'S1', 'a', 'tok'), 'ok', 'check: ourselves');
is($r->status('session_check', 'S1', 'x', 'tok'), 'not_permitted',
    'check: a stranger');
is($r->status('session_check', 'S1', 'b', 'x'), 'not_permitted',
    'check: token');
is($r->status('session_check', 'nix', 'b', ''), 'not_permitted',
    'check: unknown');

is($r->status('task_claim', 'nix', 'h:1', '10000'), 'not_found',
    'claim: unknown');
$w = $r->watch(sub { $r->call('task_claim', 'T1', 'h:1', '10000') });
my $task = $w->{result}{fields};
is_deeply($w->{events}, ['TASK_STARTED task:T1', 'TASK_STARTED ptask:T1:a'],
    'evidence');
is_deeply({ map { $_ => $task->{$_} } qw/ epoch task_id job_id task_name role
    status owner token session_id job_dag job_config job_initiator / },
    { epoch => 1, task_id => 'T1', job_id => 'J1', task_name => 'lr_0',
      role => 'guest.0', status => 'RUNNING', owner => 'h:1', token => 'tok',
      session_id => 'S1', job_dag => $dag, job_config => $config,
      job_initiator => 'a' }, 'claimed');
is($r->status('task_claim', 'T1', 'h:2', '10000'), 'wrong_state',
    'claim: taken');
is($r->call('task_beat', 'T1', '1', '10000')->{fields}{cancel}, 0, 'beat');
is($r->status('task_beat', 'T1', '2', '10000'), 'wrong_state',
    'beat: another epoch');
is($r->status('task_beat', 'nix', '1', '10000'), 'not_found',
    'beat: unknown');

$w = $r->watch(sub {
    $r->status('task_note', 'T1', '1', progress => '30', stage => 'round 1');
});
is($w->{result}, 'ok', 'note');
is(@{ $w->{outbox} }, 0, 'nobody to write to');
is($w->{jobs}[0]{reason}, 'callback', 'the scheduler is told');
is($r->get('ptask:T1:a', 'progress'), 30, 'our part is known');
is($r->status('task_note', 'T1', '9', progress => '1'), 'wrong_state',
    'note: another epoch');
is($r->status('task_note', 'nix', '1'), 'not_found', 'note: unknown');

is($r->status('task_log', 'T1', '1', 'info', 'one', 'two'), 'ok', 'log');
$r->call('task_log', 'T1', '1', 'warn', 'oh');
$r->call('task_log', 'T1', '1', 'debug', 'x');
is($r->status('task_log', 'T1', '2', 'info', 'l'), 'wrong_state',
    'log: another epoch');
is($r->status('task_log', 'nix', '1', 'info', 'l'), 'not_found',
    'log: unknown');
is_deeply($r->call('task_log_get', 'T1')->{fields}, { log_info => "one\ntwo",
    log_debug => 'x', log_error => 'oh' }, 'log: read');
is($r->status('task_log_get', 'nix'), 'not_found', 'log: read unknown');
$r->call('task_log', 'T1', '1', 'info', map { "l$_" } 1 .. 500) for 1 .. 5;
is($r->command('XLEN', $r->key('lines:T1:info')), 2000, 'the last 2000 lines');

is($r->status('task_metric', 'T1', '1', '["loss",1,0.5]'), 'ok', 'metric');
$r->call('task_metric', 'T1', '1', '["loss",2,0.4]');
is($r->status('task_metric', 'T1', '2', '[]'), 'wrong_state',
    'metric: another epoch');
is($r->status('task_metric', 'nix', '2', '[]'), 'not_found',
    'metric: unknown');
is($r->status('task_metric', 'T1', '1', '["loss",3,0.3]', '["loss",4,null]'),
    'ok', 'metric: several');
is($r->call('metric_get', 'T1')->{fields}{metrics},
    '[["loss",1,0.5],["loss",2,0.4],["loss",3,0.3],["loss",4,null]]',
    'metric: read');
is($r->status('metric_get', 'nix'), 'not_found', 'metric: read unknown');

my $model = '{"weights":[1.5,-2]}';
is($r->status('task_end', 'T1', '1', 'DONE'), 'invalid_fields',
    'end: status');
is($r->status('task_end', 'T1', '9', 'SUCCESS'), 'wrong_state',
    'end: another epoch');
is($r->status('task_end', 'nix', '1', 'SUCCESS'), 'not_found',
    'end: unknown');
$w = $r->watch(sub {
    $r->status('task_end', 'T1', '1', 'SUCCESS', facts => '{"rows":2}',
        model => $model, report => '{"auc":1}');
});
is($w->{result}, 'ok', 'end');
is_deeply($w->{events}, ['RES_CREATED object:model:M.T1',
    'TASK_FINISHED task:T1', 'TASK_FINISHED ptask:T1:a'], 'evidence');
is($w->{jobs}[0]{reason}, 'callback', 'the scheduler is told');
my $stored = $r->call('object_get', 'model', 'M.T1')->{fields};
$stored->{model} = $r->command('GET', $r->key('model:M.T1'));
is_deeply({ map { $_ => $stored->{$_} } qw/ model_id task_id job_id name
    algorithm model digest / }, { model_id => 'M.T1', task_id => 'T1',
    job_id => 'J1', name => 'lr_0', algorithm => 'homo_lr',
    model => $model, digest => sha256_hex($model) }, 'model');
$task = $r->hash('task:T1');
is("$task->{status} $task->{progress} $task->{report} $task->{model_id}",
    'SUCCESS 100 {"auc":1} M.T1', 'task');
is($r->get('ptask:T1:a', 'facts'), '{"rows":2}', 'our part');
$w = $r->watch(sub { $r->status('task_end', 'T1', '1', 'SUCCESS') });
is($w->{result}, 'ok', 'again');
is_deeply($w->{events}, [], 'with no effect');
is($r->status('task_end', 'T1', '1', 'FAILED'), 'wrong_state',
    'an end is final');
is($r->status('task_beat', 'T1', '1', '9'), 'wrong_state', 'no beat then');
is($r->command('ZCARD', $r->key('leases')), 0, 'no lease then');

$r->call('job_advance', 'J1', 'SUCCESS');
is($r->get('session:S1', 'status'), 'CLOSED', 'a job closes its sessions');
is($r->status('session_check', 'S1', 'b', 'tok'), 'ok',
    'the channel tells its parties so');
is($r->status('session_check', 'S1', 'x', 'tok'), 'not_permitted',
    'and nobody else');
is($r->status('session_close', 'S1'), 'ok', 'close: again');
is($r->status('session_close', 'nix'), 'not_found', 'close: unknown');
is($r->status('task_start', 'J1', 'T9', 'lr_0'), 'wrong_state',
    'task_start: the job is over');

# SHA-256 of texts of all lengths around a block

for my $n (0, 1, 55, 56, 63, 64, 65, 119, 120, 1000) {
    my $text = '"' . 'x' x $n . '"';
    $r->command('DEL', $r->key('job:JD'));
    $r->command('HSET', $r->key('job:JD'), job_id => 'JD', role => 'partner',
        initiator => 'b', 'audit.b', 'AD', dag => $text, config => $text);
    $r->command('HSET', $r->key('audit:in:job:b:AD'), 'status', 'APPROVED');
    is($r->status('sched_job_create', 'b', 'JD', sha256_hex("$text\n$text")),
        'ok', 'digest of ' . (2 * $n + 5));
}

# a lease that runs out

our_job('J1');
$r->call('ptask_put', 'J1', 'T1', 'a', 'lr_0', 'guest.0');
$r->call('task_start', 'J1', 'T1', 'lr_0');
$r->call('task_claim', 'T1', 'h:1', '20');
is($r->call('task_reap')->{total}, 0, 'reap: in time');
sleep(0.05);
$w = $r->watch(sub { $r->call('task_reap') });
is_deeply($w->{result}{records}, [{ task_id => 'T1', job_id => 'J1',
    role => 'guest.0' }], 'reap');
is_deeply($w->{events}, ['TASK_FAILED task:T1', 'TASK_FAILED ptask:T1:a'],
    'evidence');
like($r->get('ptask:T1:a', 'cause'),
    qr/"party":"guest.0","node_id":"a","component":"homo_lr",
       "task_name":"lr_0","task_id":"T1","code":6031,"error":"task_lost"/x,
    'cause');
is($r->call('task_reap')->{total}, 0, 'reap: once');
is($r->status('task_beat', 'T1', '1', '9'), 'wrong_state', 'beat: too late');
is($r->status('task_end', 'T1', '1', 'SUCCESS'), 'wrong_state',
    'end: too late');

# stopping

our_job('J1');

for my $task (qw/ T1 T2 /) {
    $r->call('ptask_put', 'J1', $task, 'a', 'lr_0', 'guest.0');
    $r->call('task_start', 'J1', $task, 'lr_0');
}

$r->call('task_claim', 'T1', 'h:1', '10000');
$w = $r->watch(sub { $r->status('job_stop', 'J1') });
is_deeply($w->{events}, ['JOB_STOPPED job:J1', 'TASK_STOPPED task:T1',
    'TASK_FAILED task:T2', 'TASK_FAILED ptask:T2:a'], 'stop');
is($w->{jobs}[-1]{reason}, 'stop', 'the scheduler is told');
is($r->call('task_beat', 'T1', '1', '9')->{fields}{cancel}, 1, 'beat');
is($r->status('task_claim', 'T2', 'h:1', '9'), 'wrong_state',
    'a task nobody took has ended');
$w = $r->watch(sub { $r->status('job_stop', 'J1') });
is($w->{result}, 'ok', 'again');
is(@{ $w->{events} } + @{ $w->{jobs} }, 0, 'with no effect');
is($r->status('task_start', 'J1', 'T3', 'lr_0'), 'wrong_state',
    'no new task');

$r->call('job_create', 'J2', 'F1', '', config => '{"role":{"host":["a"]}}');
is($r->status('job_stop', 'J2'), 'ok', 'stop before the start');
is($r->status('job_start', 'J2'), 'wrong_state', 'no start then');

our_job('J1');
$w = $r->watch(sub { $r->status('sched_job_stop', 'b', 'J1', '') });
is_deeply($w->{events}, ['JOB_STOPPED job:J1'], 'a party stops our job');
our_job('J1');
is($r->status('sched_job_stop', 'x', 'J1', ''), 'ok', 'a stranger');
is($r->get('job:J1', 'cancel'), 0, 'has no effect');
$w = $r->watch(sub { $r->status('contract_terminate_out', 'C-b') });
is($r->get('job:J1', 'cancel'), 1, 'a job stops with a contract');

done_testing();
