#!/usr/bin/perl

# Jobs that are held: what runs goes on, nothing begins, no time is counted.

use warnings;
use strict;

use JSON::PP;
use Test::More;
use Time::HiRes qw/ sleep time /;

use lib 't/lib';
use IC::Daemon;
use IC::Partner;

IC::Daemon::check();

my $d = IC::Daemon->new(node => 'hospital-a', roles => 'scheduler', conf => {
    plain_peers => 'on', poll_interval => '300ms', party_timeout => '2s',
    task_timeout => '2s' });
my $r = $d->redis();
my $count = 0;
my ($b, $c);

# a started job of two tasks, b after a, with two new partners

sub job {
    my (%option) = @_;

    ($b, $c) = map { IC::Partner->new(node => $_ . ++$count) }
        qw/ bank-b bank-c /;
    $_->contract($r) for $b, $c;

    my $id = 'J' . ++$count;
    my $json = JSON::PP->new->canonical;

    $r->call('object_create', 'flow', "F$id", name => 'f');
    $r->call('job_create', $id, "F$id", '',
        dag => $json->encode({ components => [ map {
            { name => $_, componentName => 'homo_lr',
              $_ eq 'b' ? (after => [ 'a' ]) : () }
        } qw/ a b / ] }),
        config => $json->encode({
            initiator => { role => 'guest', node_id => 'hospital-a' },
            role => { host => [ map { $_->{node} } $b, $c ] } }));

    for my $node (map { $_->{node} } $b, $c) {
        $r->call('audit_apply_out', 'job', "C-$node", "A$id$node", $id, '{}');
        $r->call('audit_confirm_in', 'job', $node, "A$id$node", 'APPROVED',
            token => "permit-$id-$node");
    }

    $r->call('job_pause', $id) if $option{paused};
    is($r->status('job_start', $id), 'ok', "$id starts");

    return $id;
}

sub field { $r->get("job:$_[0]", $_[1]) }

sub ended {
    my ($id, $status, $seconds) = @_;

    ok($d->await(sub { field($id, 'status') eq $status }, undef,
        $seconds || 5), "$id: $status") or diag($d->log());

    my $cause = field($id, 'cause');

    return $cause eq '' ? {} : decode_json($cause);
}

sub begun { map { $_->{json} } $_[0]->calls('task/start') }

sub callback {
    my ($partner, $task_id, $status, @fields) = @_;

    return $r->status('sched_task_callback', $partner->{node}, $task_id,
        $status, '', @fields);
}

###############################################################################

# in the middle

my $id = job();
ok($_->await('task/start'), 'begun') for $b, $c;

my $w = $r->watch(sub { is($r->status('job_pause', $id), 'ok', 'pause') });
is_deeply($w->{events}, [ "JOB_PAUSED job:$id" ], 'evidence');
$w = $r->watch(sub { is($r->status('job_pause', $id), 'ok', 'again') });
is_deeply($w->{events}, [], 'changes nothing');
like($r->call('job_explain', $id)->{fields}{pending_reason},
    qr/^paused by an operator/, 'says so');

callback($_, (begun($b))[0]{task_id}, 'RUNNING', progress => 50) for $b, $c;
is($b->calls('task/stop'), 0, 'what runs goes on');
callback($_, (begun($b))[0]{task_id}, 'SUCCESS', progress => 100)
    for $b, $c;
ok($d->await(sub { field($id, 'progress') eq '50' }), 'to its end');
sleep(2.5);
is(field($id, 'status'), 'RUNNING', 'no time limit meanwhile');
is(scalar(begun($b)), 1, 'and nothing begins');

$d->kill_role('scheduler');
sleep(1);
is(scalar(begun($b)), 1, 'nor after a restart');

$w = $r->watch(sub { is($r->status('job_resume', $id), 'ok', 'resume') });
is($w->{events}[0], "JOB_RESUMED job:$id", 'evidence');
unlike($r->call('job_explain', $id)->{fields}{pending_reason}, qr/paused/,
    'no reason to wait');
ok($b->await('task/start', 2), 'goes on');
is((begun($b))[1]{task_name}, 'b', 'with the next task');
is(field($id, 'status'), 'RUNNING', 'within its time');
callback($_, (begun($b))[1]{task_id}, 'SUCCESS') for $b, $c;
ended($id, 'SUCCESS');
is($r->status($_, $id), 'wrong_state', "$_: over")
    for qw/ job_pause job_resume /;

# before it starts

$id = job(paused => 1);
ok($b->await('job/start'), 'its partners have it');
sleep(0.5);
is(scalar(begun($b)), 0, 'no task');
$r->call('job_resume', $id);
ok($_->await('task/start'), 'resumed') for $b, $c;
is($r->status('job_resume', $id), 'ok', 'resume: not paused');
cmp_ok(field($id, 'paused_ms'), '<', 3000, 'counted from its start');

# the time limit is there again

is(ended($id, 'FAILED', 6)->{error}, 'task_timeout', 'time limit');

# stopped while it is held

$id = job();
ok($b->await('task/start'), 'begun');
$r->call('job_pause', $id);
$r->call('job_stop', $id);
is(ended($id, 'FAILED', 2)->{error}, 'task_stopped', 'a stop is a stop');

# not ours

is($r->status($_, 'J-none'), 'not_found', "$_: unknown")
    for qw/ job_pause job_resume /;
$r->command('HSET', $r->key('job:JX'), job_id => 'JX', role => 'partner',
    initiator => 'x', status => 'RUNNING', cancel => 0);
is($r->status($_, 'JX'), 'wrong_state', "$_: of another node")
    for qw/ job_pause job_resume /;

$d->stop();
unlike($d->log(), qr/exited (?:on signal (?!9\b)|with code [1-9])/,
    'no crash');

done_testing();
