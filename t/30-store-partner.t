#!/usr/bin/perl

# Other nodes' jobs and the orders of the federated-learning service.

use warnings;
use strict;

use Digest::SHA qw/ sha256_hex /;
use Test::More;

use lib 't/lib';
use IC::Redis;

plan skip_all => 'redis-server is not installed' if !IC::Redis::available();

my $r = IC::Redis->new(node => 'a');
my $w;

my $dag = '{"components":[{"name":"psi_0"},{"name":"lr_0",'
    . '"componentName":"homo_lr"}]}';
my $config = '{"role":{"guest":["b"],"host":["c","a"]}}';

sub contracts {
    for my $node (@_) {
        $r->call('contract_apply_in', 'spki', "key-$node", $node, 'd',
            "C-$node", address => "https://$node", system => 'interconn');
        $r->call('contract_confirm_out', "C-$node", 'APPROVED', '{}');
    }
}

# a job of b in which we take part

sub their_job {
    my ($times, $roles) = @_;

    $r->flush();
    contracts(qw/ b c /);
    $r->call('audit_apply_in', 'job', 'b', '', 'A1', 'd', 'J1',
        dag => $dag, flow_id => 'F', config => $roles || $config);
    $r->call('audit_confirm_out', 'job', 'A1', '', 'APPROVED', '{}',
        jti => 'jti', times_limit => $times || '');
}

sub start {
    my ($task, $name, $jti, @pairs) = @_;

    return $r->status('sched_task_start', 'b', 'J1', $task, $name || 'lr_0',
        defined $jti ? $jti : 'jti', @pairs);
}

###############################################################################

# jobs

their_job('2');
my $digest = sha256_hex("$dag\n$config");

is($r->status('sched_job_create', 'b', 'J1', $digest), 'ok', 'create');
is($r->status('sched_job_create', 'b', 'J1', $digest), 'ok', 'again');
is($r->status('sched_job_create', 'b', 'J1', ''), 'ok', 'unchecked');
is($r->status('sched_job_create', 'b', 'J1', sha256_hex('x')), 'conflict',
    'not what was approved');
is($r->status('sched_job_create', 'c', 'J1', $digest), 'not_permitted',
    'of another peer');
is($r->status('sched_job_create', 'b', 'nix', ''), 'not_permitted',
    'unknown');
is($r->status('sched_job_start', 'c', 'J1'), 'not_permitted',
    'start: another peer');
$w = $r->watch(sub { $r->status('sched_job_start', 'b', 'J1') });
is($w->{result}, 'ok', 'start');
is_deeply($w->{events}, ['JOB_STARTED job:J1'], 'evidence');
$w = $r->watch(sub { $r->status('sched_job_start', 'b', 'J1') });
is($w->{result}, 'ok', 'again');
is_deeply($w->{events}, [], 'with no effect');
is($r->status('job_start', 'J1'), 'wrong_state', 'it is not ours to start');

###############################################################################

# tasks

is($r->status('sched_task_start', 'c', 'J1', 'T1', 'lr_0', 'jti'),
    'not_permitted', 'task: another peer');
is(start('T1', 'lr_0', ''), 'permit_missing', 'task: no permit');
is(start('T1', 'lr_0', 'nix'), 'permit_invalid', 'task: another permit');
$r->command('HSET', $r->key('permit:good'), 'kind', 'job', 'peer', 'b',
    'resource_id', 'J1', 'contract_id', 'C-b', 'status', 'ACTIVE', 'left',
    '9');
is(start('T1', 'lr_0', 'good'), 'permit_invalid',
    'task: not the permit of this approval');
my @bound = (mode => 'spki', ident => 'key-b');
is(start('T1', 'lr_0', 'jti', @bound, cnf => 'key-c'), 'permit_invalid',
    'task: a permit bound to the key of another');
is($r->get('permit:jti', 'left'), 2, 'refusals are free');
$r->command('SADD', $r->key('job-tasks:J1'), map { "old-$_" } 1 .. 4096);
is(start('T1', 'psi_0'), 'too_many', 'task: of a job that has very many');
$r->command('DEL', $r->key('job-tasks:J1'));
is($r->get('permit:jti', 'left'), 2, '... which is free, too');
$w = $r->watch(sub {
    start('T1', 'psi_0', 'jti', session_id => 'S1', token => 'tok');
});
is($w->{result}, 'ok', 'task started');
is_deeply($w->{events}, ['PERMIT_USED permit:jti', 'TASK_CREATED task:T1'],
    'evidence');
is($w->{tasks}[0]{task_id}, 'T1', 'the runner is told');
is($r->get('permit:jti', 'left'), 1, 'charged');
$w = $r->watch(sub { start('T1', 'psi_0') });
is($w->{result}, 'ok', 'again');
is(@{ $w->{events} } + @{ $w->{tasks} }, 0, 'with no effect');
is($r->get('permit:jti', 'left'), 1, 'and no charge');
is($r->get('task:T1', 'role'), 'host.1', 'role');
is_deeply([ sort split /\n/, $r->get('session:S1', 'peers') ],
    ['b https://b', 'c https://c'], 'peers of the session');
is(start('T2', 'lr_0', 'jti', session_id => 'S1'), 'conflict',
    'the session of another task');
is($r->get('permit:jti', 'left'), 1, 'free');

is($r->status('sched_task_poll', 'c', 'T1', ''), 'not_found',
    'poll: another peer');
is($r->status('sched_task_poll', 'b', 'nix', ''), 'not_found',
    'poll: unknown');
is($r->status('sched_task_poll', 'b', 'T1', 'guest'), 'not_found',
    'poll: another role');
is($r->status('sched_task_poll', 'b', 'T1', $_), 'ok', "poll: role '$_'")
    for '', 'host', 'host.1';
my %polled = %{ $r->call('sched_task_poll', 'b', 'T1', '')->{fields} };
like(delete $polled{pending_reason}, qr/no runner/, 'poll: why it waits');
ok(delete $polled{pending_reason_zh}, '... in Chinese');
is_deeply(\%polled,
    { status => 'PENDING', progress => 0, stage => '', cause => '',
      facts => '' }, 'poll');
is_deeply($r->call('sched_status_all', 'b', 'J1')->{records},
    [{ task_id => 'T1', status => 'PENDING' }], 'all');
is($r->call('sched_status_all', 'b', 'J1')->{fields}{job_status}, 'RUNNING',
    'all: the job');
is($r->status('sched_status_all', 'c', 'J1'), 'not_found',
    'all: another peer');
is_deeply($r->call('job_status', 'J1')->{fields}, { T1 => 'PENDING' },
    'our own view');

###############################################################################

# telling the initiator

my $path = '/v1/interconn/schedule/task/callback';

sub outbox {
    return [ map { "$_->{peer} $_->{address} $_->{method} $_->{path} "
        . "$_->{subject} $_->{body}" }
        grep { $_->{path} eq $path } $r->stream('outbox') ];
}

sub callback {
    my ($status, $progress, $stage, $rest) = @_;

    return "b https://b POST $path task:T1 {\"task_id\":\"T1\",\"status\":"
        . "\"$status\",\"role\":\"host.1\",\"progress\":$progress,"
        . "\"stage\":\"$stage\"" . ($rest || '') . '}';
}

my $epoch = $r->call('task_claim', 'T1', 'h:1', '10000')->{fields}{epoch};
is($epoch, 1, 'claimed');
is_deeply(outbox(), [], 'nothing to tell yet');
$r->call('task_note', 'T1', 1, progress => '10', stage => 'a "/" b');
is_deeply(outbox(), [callback('RUNNING', 10, 'a \\"/\\" b')], 'a note');
$r->call('task_note', 'T1', 1, progress => '20', stage => 'x',
    facts => '{"rows":6}');
is_deeply(outbox(), [callback('RUNNING', 20, 'x', ',"facts":{"rows":6}')],
    'the next one replaces it');

# also when the courier holds it

$r->command('XGROUP', 'CREATE', $r->key('outbox'), 'outbox', '0');
my $taken = $r->command('XREADGROUP', 'GROUP', 'outbox', 'c1', 'COUNT', 10,
    'STREAMS', $r->key('outbox'), '>');
my ($held) = grep { { @{ $_->[1] } }->{path} eq $path } @{ $taken->[0][1] };
$r->call('task_note', 'T1', 1, progress => '30');
is(@{ outbox() }, 1, 'one message at a time');
is($r->status('outbox_done', $held->[0], 'delivered'), 'ok',
    'the held one is done');
is($r->command('XPENDING', $r->key('outbox'), 'outbox')->[0],
    @{ $taken->[0][1] } - 1, 'and not pending any more');
$taken = $r->command('XREADGROUP', 'GROUP', 'outbox', 'c1', 'COUNT', 10,
    'STREAMS', $r->key('outbox'), '>');
is($r->status('outbox_done', $taken->[0][1][0][0], 'delivered'), 'ok',
    'the new one is done');
is($r->command('EXISTS', $r->key('note:T1')), 0, 'nothing waits');
$r->call('task_note', 'T1', 1, progress => '40');
$w = $r->watch(sub {
    $r->status('task_end', 'T1', 1, 'SUCCESS', facts => '{"rows":7}');
});
is_deeply($w->{events}, ['TASK_FINISHED task:T1'], 'end');
is_deeply(outbox(), [callback('SUCCESS', 100, 'x', ',"facts":{"rows":7}')],
    'the end replaces a note');
is($r->get('job:J1', 'status'), 'RUNNING', 'one of two components');

# the clean-up after a task, then the next task and the end of the job

$w = $r->watch(sub { $r->status('sched_job_stop', 'b', 'J1', 'psi_0') });
is($w->{result}, 'ok', 'stop: a task that is over');
is_deeply($w->{events}, [], 'changes nothing');
is($r->get('job:J1', 'status'), 'RUNNING', 'the job goes on');
is(start('T2', 'lr_0'), 'ok', 'second task');
is($r->get('task:T2', 'session_id'), 'session_T2', 'its session');
is(start('T3', 'lr_0'), 'permit_exhausted', 'no third one');
is($r->command('EXISTS', $r->key('task:T3')), 0, 'nothing was made');
$r->call('task_claim', 'T2', 'h:1', '10000');
$w = $r->watch(sub { $r->call('task_end', 'T2', 1, 'SUCCESS') });
is_deeply($w->{events}, ['TASK_FINISHED task:T2'],
    'all components succeeded');
is($r->get('job:J1', 'status'), 'RUNNING', 'its end is the initiator\'s');
$w = $r->watch(sub { $r->status('sched_job_stop', 'b', 'J1', '', 'SUCCESS') });
is_deeply($w->{events}, ['JOB_FINISHED job:J1'], 'which tells it');
is($r->get('job:J1', 'status'), 'SUCCESS', 'so did the job');
is($r->status('sched_job_stop', 'b', 'J1', ''), 'ok', 'stop: over');
is($r->get('job:J1', 'status'), 'SUCCESS', 'still a success');
is($r->status('sched_job_stop', 'b', 'nix', ''), 'ok', 'stop: unknown');
is($r->status('sched_job_start', 'b', 'J1'), 'ok',
    'start: over, a repeat that came late');
is(start('T9'), 'wrong_state', 'task: over');
is($r->status('sched_task_stop', 'b', 'T2'), 'ok', 'task stop: over');
is(@{ $r->call('job_result', 'J1')->{records} }, 2, 'our own parts');

###############################################################################

# failures and stops

their_job();
$w = $r->watch(sub { start('T1') });
is_deeply($w->{events}, ['PERMIT_USED permit:jti', 'JOB_STARTED job:J1',
    'TASK_CREATED task:T1'], 'a task starts its job');
$r->call('task_claim', 'T1', 'h:1', '10000');
is($r->status('sched_task_stop', 'c', 'T1'), 'not_found',
    'task stop: another peer');
$w = $r->watch(sub { $r->status('sched_task_stop', 'b', 'T1') });
is_deeply($w->{events}, ['TASK_STOPPED task:T1'], 'task stop');
is($r->call('task_beat', 'T1', 1, '10000')->{fields}{cancel}, 1,
    'the runner is asked to stop');
$w = $r->watch(sub { $r->status('sched_task_stop', 'b', 'T1') });
is_deeply($w->{events}, [], 'once');
$r->call('task_end', 'T1', 1, 'FAILED', cause => '{"error":"task_stopped"}');
my $begin = callback('FAILED', 0, '', ',"cause":{') =~ s/\}$//r;
like(outbox()->[0], qr/^\Q$begin\E"party":"host.1",.*"error":"task_stopped"/,
    'told');
is($r->get('job:J1', 'status'), 'RUNNING', 'it may be tried again');
is($r->status('sched_job_stop', 'c', 'J1', ''), 'ok', 'stop: another peer');
is($r->get('job:J1', 'status'), 'RUNNING', 'has no effect');
start('T2');
$w = $r->watch(sub { $r->status('sched_job_stop', 'b', 'J1', '') });
is_deeply($w->{events}, ['TASK_FAILED task:T2', 'JOB_FINISHED job:J1'],
    'stop');
is($r->get('job:J1', 'status'), 'FAILED', 'failed');
is(start('T4'), 'wrong_state', 'no new task');

their_job();
start('T1');
$w = $r->watch(sub { $r->status('job_stop', 'J1') });
is_deeply($w->{events}, ['TASK_FAILED task:T1', 'JOB_FINISHED job:J1'],
    'stopped by our operator');
is($r->get('job:J1', 'status'), 'FAILED', 'failed');

their_job('', '{"role":{"guest":["b"],"host":["c"]}}');
is(start('T1'), 'invalid_config', 'a job without us');
their_job();
$r->command('HSET', $r->key('permit:jti'), 'exp', '1');
is(start('T1'), 'permit_expired', 'an expired permit');
their_job();
$r->call('audit_terminate_out', 'job', 'A1', '');
is(start('T1'), 'permit_revoked', 'an approval taken back');
their_job();
$r->command('HSET', $r->key('permit:jti'), 'status', 'REVOKED');
is(start('T1'), 'permit_revoked', 'a revoked permit');
their_job();
start('T1');
$r->call('audit_apply_in', 'job', 'c', '', 'AC', 'd', 'J9', dag => $dag,
    config => '{"role":{"guest":["c"],"host":["a"]}}');
$r->call('audit_confirm_out', 'job', 'AC', '', 'APPROVED', '{}', jti => 'jc');
is($r->status('sched_task_start', 'c', 'J9', 'T1', 'lr_0', 'jc'), 'conflict',
    'the task id of another job');

###############################################################################

# orders

$r->flush();
contracts(qw/ b c /);
$config = '{"role":{"guest":["a"],"host":["b","c"]}}';

my @order = ('1', '["1","2","3"]', '{"p":1}', 'J1', 'F1', 'P1', $dag,
    $config);
my @b = ('2', 'b', 'AB');
my @c = ('3', 'c', 'AC');

my $before = $r->dump();
my $reply = $r->call('order_train', @order, @b, '4', 'd', 'AD');
is($reply->{status}, 'no_contract', 'a party without contract');
is($reply->{detail}, 'party 4', 'which');
is($r->dump(), $before, 'nothing was changed');
is($r->status('order_train', @order[0 .. 6], '{}', @b), 'invalid_config',
    'no roles');
like($r->status('order_train', @order, '2', 'b'), qr/incomplete party/,
    'an incomplete party');
is($r->dump(), $before, 'nothing was changed');

$w = $r->watch(sub {
    $r->call('order_train', @order, '1', 'a', 'AA', @b, @c);
});
is_deeply($w->{result}{fields}, { order_id => 1, model_id => 1 }, 'ordered');
is_deeply($w->{events}, ['ORDER_CREATED order:1',
    'PROJECT_CREATED object:project:P1', 'FLOW_CREATED object:flow:F1',
    'JOB_CREATED job:J1', 'AUDIT_APPLIED audit:out:job:b:AB',
    'AUDIT_APPLIED audit:out:job:c:AC'], 'evidence');
is_deeply([ map { "$_->{peer} $_->{path} $_->{body}" } @{ $w->{outbox} } ],
    [ map { "$_->[1] /v1/interconn/job/audit/apply "
        . "{\"audit_id\":\"$_->[2]\",\"job_id\":\"J1\",\"project_id\":\"P1\","
        . "\"flow_id\":\"F1\",\"name\":\"order-1\",\"dag\":$dag,"
        . "\"config\":$config}" } \@b, \@c ], 'every party is asked');
is($r->get('object:project:P1', 'contract_ids'), '["C-b","C-c"]', 'project');
is($r->get('job:J1', 'parties'), 'b c', 'parties');

$before = $r->dump();
is($r->status('order_train', @order, @b, @c), 'conflict', 'the same ids');
is($r->dump(), $before, 'nothing was changed');

$reply = $r->call('order_get', '1');
is_deeply({ map { $_ => $reply->{fields}{$_} } qw/ order_id model_id user_id
    party_id params job_id job_status job_progress job_config job_cause / },
    { order_id => 1, model_id => 1, user_id => 1,
      party_id => '["1","2","3"]', params => '{"p":1}', job_id => 'J1',
      job_status => 'PENDING', job_progress => 0, job_config => $config,
      job_cause => '' }, 'order_get');
is_deeply($reply->{records}, [], 'no tasks yet');
is_deeply($r->call('fl_model_get', '1')->{fields}, $reply->{fields},
    'fl_model_get');
is($r->status('order_get', '9'), 'not_found', 'order_get: unknown');
is($r->status('fl_model_get', '9'), 'not_found', 'fl_model_get: unknown');

$w = $r->watch(sub {
    $r->status('audit_confirm_in', 'job', 'b', 'AB', 'APPROVED',
        token => 'tb');
});
is(@{ $w->{jobs} }, 0, 'one of two approved');
$w = $r->watch(sub {
    $r->status('audit_confirm_in', 'job', 'c', 'AC', 'APPROVED',
        token => 'tc');
});
is_deeply($w->{events}, ['AUDIT_APPROVED audit:out:job:c:AC',
    'FLOW_EXECUTED job:J1'], 'the last approval starts it');
is_deeply([ map { "$_->{job_id} $_->{reason}" } @{ $w->{jobs} } ],
    ['J1 start'], 'the scheduler is told');
is($r->get('job:J1', 'permit.b'), 'tb', 'permit');
$reply = $r->call('order_get', '1');
is((grep { /permit/ } keys %{ $reply->{fields} }), 0, 'no permit is shown');
$r->call('ptask_put', 'J1', 'T1', 'b', 'lr_0', 'host.0');
is($r->call('order_get', '1')->{records}[0]{node_id}, 'b', 'records');

@order[3 .. 5] = qw/ J2 F2 P2 /;
@b = ('2', 'b', 'AB2');
@c = ('3', 'c', 'AC2');
is($r->call('order_train', @order, @b, @c)->{fields}{order_id}, 2, 'second');
$w = $r->watch(sub {
    $r->status('audit_confirm_in', 'job', 'c', 'AC2', 'REJECTED');
});
is_deeply($w->{events}, ['AUDIT_REJECTED audit:out:job:c:AC2',
    'JOB_FINISHED job:J2'], 'a rejection ends it');
is($r->get('job:J2', 'status'), 'FAILED', 'failed');
like($r->get('job:J2', 'cause'),
    qr/"party":"host.1","node_id":"c".*"code":6035,"error":"job_rejected"/,
    'cause');
is($r->status('audit_confirm_in', 'job', 'b', 'AB2', 'APPROVED'), 'ok',
    'a late approval');
is($r->get('job:J2', 'started'), 0, 'does not start it');

@order[3 .. 5] = qw/ J3 F3 P3 /;
$w = $r->watch(sub { $r->call('order_train', @order) });
is($w->{jobs}[0]{job_id}, 'J3', 'nobody to wait for');

###############################################################################

# the errors that the library has are those of src/api/errors.def

my $root = IC::Redis::root();
my $library = $r->library();

SKIP: {
    open my $fh, '<:raw', "$root/src/api/errors.def"
        or skip 'no errors.def', 1;
    my $errors = do { local $/; <$fh> };
    my %known = $errors =~ /IC_ERROR\((\w+),\s*(\d+)/g;
    my ($table) = $library =~ /local errors = \{(.*?)\n\}\n/s;
    my %here = $table =~ /^ *(\w+) = \{ code = (\d+),/gm;

    is_deeply(\%here, \%known, 'every error, with its code');

    my %used;
    $used{$1}++ while $library =~ /fail\('(\w+)'/g;
    is(join(' ', grep { !$known{$_} } sort keys %used), '',
        'every error has a name in errors.def');
}

done_testing();
