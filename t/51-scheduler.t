#!/usr/bin/perl

# The scheduler: jobs over partners that are played by small servers.

use warnings;
use strict;

use JSON::PP;
use Test::More;
use Time::HiRes qw/ sleep time /;

use lib 't/lib';
use IC::Daemon;
use IC::Pace;
use IC::Partner;

IC::Daemon::check();

my $d = IC::Daemon->new(node => 'hospital-a', roles => 'scheduler', conf => {
    plain_peers => 'on', poll_interval => '300ms', party_timeout => '2s' });
my $r = $d->redis();
my $count = 0;
my ($b, $c) = partners();

# two new partners with contracts: what was called starts from nothing

sub partners {
    my @new = map { IC::Partner->new(node => $_ . ++$count) } qw/ bank-b
        bank-c /;

    $_->contract($r) for @new;

    return @new;
}

sub component {
    my ($name, @inputs) = @_;

    return { name => $name, componentName => 'homo_lr', provider => 'x',
        version => '1.0.0',
        input => [ map { { type => 'dataset', key => "$_.out" } } @inputs ],
        output => [ { type => 'dataset', key => 'out' } ] };
}

# a started job: component name => [ producers ]; own => 1: we are guest

sub job {
    my (%option) = @_;

    my $id = 'J' . ++$count;
    my $steps = $option{steps} || [ [ 'lr_0' ] ];
    my $json = JSON::PP->new->canonical;
    my $role = { host => [ map { $_->{node} } $b, $c ],
        $option{own} ? (guest => [ 'hospital-a' ]) : () };

    $r->call('object_create', 'flow', "F$id", name => 'f');
    $r->call('job_create', $id, "F$id", '', dag => $option{dag}
            || $json->encode({ version => '2.0.0',
                               components => [ map { component(@$_) }
                                               @$steps ] }),
        config => $json->encode({ version => '2.0.0', role => $role,
            initiator => { role => 'guest', node_id => 'hospital-a' } }));

    for my $partner ($b, $c) {
        my $node = $partner->{node};
        $r->call('audit_apply_out', 'job', "C-$node", "A$id$node", $id, '{}');
        $r->call('audit_confirm_in', 'job', $node, "A$id$node", 'APPROVED',
            token => "permit-$id-$node");
    }

    my $reply = $r->call('job_start', $id);
    is($reply->{status}, 'ok', "$id starts") or diag($reply->{detail});

    return $id;
}

sub field { $r->get("job:$_[0]", $_[1]) }

# waits for a status; the cause

sub ended {
    my ($id, $status, $seconds) = @_;

    ok($d->await(sub { field($id, 'status') eq $status }, undef,
        $seconds || 5), "$id: $status") or diag($d->log());

    my $cause = field($id, 'cause');

    return $cause eq '' ? {} : decode_json($cause);
}

# task ids in the order of their beginning at a partner

sub tasks { map { $_->{json}{task_id} } $_[0]->calls('task/start') }

sub callback {
    my ($partner, $task_id, $status, @fields) = @_;

    return $r->status('sched_task_callback', $partner->{node}, $task_id,
        $status, '', @fields);
}

sub distinct { my %seen; return grep { !$seen{$_}++ } @_ }

###############################################################################

# two tasks at two partners, driven by callbacks

my $id = job(steps => [ [ 'psi_0' ], [ 'lr_0', 'psi_0' ] ]);

ok($_->await('task/start'), "begun at $_->{node}") for $b, $c;

my ($start) = $b->calls('task/start');
my $task = $start->{json}{task_id};

is_deeply([ $b->paths() ], [ qw{ job/create job/start task/start } ],
    'create, start, task');
is(($b->calls('job/create'))[0]{json}{dag}{components}[0]{name}, 'psi_0',
    'the DAG is in it');
ok(($b->calls('job/create'))[0]{json}{config}{role}, 'the configuration too');
like($task, qr/^task_[0-9a-f]{32}$/, 'task_id');
is($start->{json}{task_name}, 'psi_0', 'task_name');
is($start->{json}{session_id}, "session_$task", 'session_id');
like($start->{json}{token}, qr/^[0-9a-f]{32}$/, 'token');
is($start->{headers}{'x-resource-permit'}, "permit-$id-$b->{node}", 'permit');
is_deeply([ tasks($c) ], [ $task ], 'the same task at the other');
is(($c->calls('task/start'))[0]{json}{token}, $start->{json}{token},
    'with the same token');
is(field($id, 'status'), 'RUNNING', 'running');
ok(!$r->command('EXISTS', $r->key("task:$task")), 'no part of our own');

is(callback($b, $task, 'RUNNING', progress => 50), 'ok', 'callback');
ok($d->await(sub { field($id, 'progress') eq '12' }), 'progress');
callback($b, $task, 'SUCCESS', progress => 100);
sleep(0.1);
is(scalar tasks($b), 1, 'the next task waits for both');

my $begin = time();
callback($c, $task, 'SUCCESS', progress => 100);
ok($b->await('task/start', 2), 'the second task');
cmp_ok(time() - $begin, '<', within(0.2), 'at once');

my $second = (tasks($b))[1];
isnt($second, $task, 'is another one');
callback($_, $second, 'SUCCESS') for $b, $c;
ended($id, 'SUCCESS');
is($_->calls('job/stop'), 1, "$_->{node} is told of the end") for $b, $c;
is($_->calls('task/stop'), 0, 'no task is stopped') for $b, $c;
is(field($id, 'progress'), '100', 'progress');
is_deeply([ distinct(grep { $_ ne 'task/poll' } $b->paths()) ],
    [ qw{ job/create job/start task/start job/stop } ], 'sequence');

###############################################################################

# branches run at the same time; what joins them waits

($b, $c) = partners();
$id = job(steps => [ [ 'join_0', 'left_0', 'right_0' ], [ 'left_0' ],
                     [ 'right_0' ] ]);
ok($b->await('task/start', 2), 'both branches');
my %task = map { $_->{json}{task_name} => $_->{json}{task_id} }
    $b->calls('task/start');
is_deeply([ sort keys %task ], [ qw/ left_0 right_0 / ], 'no join yet');
callback($_, $task{left_0}, 'SUCCESS') for $b, $c;
sleep(0.2);
is(scalar tasks($b), 2, 'not yet');
callback($_, $task{right_0}, 'SUCCESS') for $b, $c;
ok($b->await('task/start', 3), 'joined');
callback($_, (tasks($b))[2], 'SUCCESS') for $b, $c;
ended($id, 'SUCCESS');

###############################################################################

# partners that never call back

($b, $c) = partners();
$b->answer('task/poll' => [ { data => { status => 'READY' } },
    { data => { status => 'RUNNING', progress => 40, stage => 'round 2' } },
    { data => { status => 'SUCCESS', facts => { rows => 600 } } } ]);
$c->answer('task/poll' => [ { code => 200, data => { status => 'RUNNING' } },
    { code => 200, data => { status => 'SUCCESS', progress => '100' } } ]);
$id = job();
ended($id, 'SUCCESS');

my ($poll) = $b->calls('task/poll');
is_deeply($poll->{json}, { task_id => (tasks($b))[0], role => 'host' },
    'poll');
my $part = $r->hash('ptask:' . (tasks($b))[0] . ":$b->{node}");
is($part->{stage}, 'round 2', 'stage');
is($part->{facts}, '{"rows":600}', 'facts');

###############################################################################

# our own part

($b, $c) = partners();
$id = job(own => 1);
ok($b->await('task/start'), 'begun');
$task = (tasks($b))[0];
ok($d->await(sub { $r->get("task:$task", 'status') }), 'own part');
is($r->get("task:$task", 'role'), 'guest.0', 'our role');
is($r->get("task:$task", 'token'), ($b->calls('task/start'))[0]{json}{token},
    'the same token');

my $epoch = $r->call('task_claim', $task, 'me', 9000)->{fields}{epoch};
callback($_, $task, 'SUCCESS') for $b, $c;
sleep(0.2);
is(field($id, 'status'), 'RUNNING', 'waits for our part');
$r->call('task_end', $task, $epoch, 'SUCCESS');
ended($id, 'SUCCESS');

###############################################################################

# a party fails: the others are stopped, its cause is the job's

($b, $c) = partners();
$id = job(own => 1);
ok($c->await('task/start'), 'begun');
$task = (tasks($b))[0];
$epoch = $r->call('task_claim', $task, 'me', 9000)->{fields}{epoch};
callback($b, $task, 'RUNNING');
callback($c, $task, 'FAILED', cause => '{"party":"host.1","node_id":"'
    . $c->{node} . '","component":"lr_0","task_id":"' . $task . '","code":6002'
    . ',"error":"data_null_label","column":"diagnosis","row":17}');

my $cause = ended($id, 'FAILED');
is($cause->{error}, 'data_null_label', 'its cause');
is($cause->{party}, 'host.1', 'its party');
is($cause->{row}, 17, 'its row');
is($b->calls('task/stop'), 1, 'the other is stopped');
is($c->calls('task/stop'), 0, 'the failed one is not');
is($r->call('task_beat', $task, $epoch, 9000)->{fields}{cancel}, '1',
    'our own is stopped');
is($_->calls('job/stop'), 1, "end at $_->{node}") for $b, $c;

# one that only suffers from it reports first

($b, $c) = partners();
$id = job();
ok($c->await('task/start'), 'begun');
$task = (tasks($b))[0];
kill 'STOP', $d->role_pid('scheduler');
callback($b, $task, 'FAILED',
    cause => '{"error":"peer_silent","party":"host.0","code":6020}');
sleep(0.01);
callback($c, $task, 'FAILED', cause => 'out of memory');
kill 'CONT', $d->role_pid('scheduler');
$cause = ended($id, 'FAILED');
is($cause->{error}, 'task_crashed', 'a cause in words of others');
like($cause->{message}, qr/out of memory/, 'has them');
is($cause->{party}, 'host.1', 'and the party');
is($cause->{node_id}, $c->{node}, 'and the node');

###############################################################################

# refusals

for my $case ([ 'job/create', 4038, 'not_permitted' ],
              [ 'job/start', 4090, 'wrong_state' ],
              [ 'task/start', 4036, 'permit_exhausted' ],
              [ 'task/poll', 4040, 'task_lost' ],
              [ 'job/create', 1, 'job_rejected' ])
{
    my ($path, $code, $name) = @$case;

    ($b, $c) = partners();
    $c->answer($path => [ { code => $code, msg => 'no such luck' } ]);
    $id = job();
    $cause = ended($id, 'FAILED');
    is("$cause->{error} $cause->{party}", "$name host.1", "$path: cause");
    like($cause->{message}, qr/no such luck/, 'what it said');
    is($b->calls('job/stop'), 1, 'the other is told');
}

# transient ones

($b, $c) = partners();
$c->answer('job/start' => [ { status => 503, code => 5030 }, {} ],
    'task/poll' => [ { data => { status => 'SUCCESS' } } ]);
$b->answer('task/poll' => [ { data => { status => 'SUCCESS' } } ]);
ended(job(), 'SUCCESS', 8);
is($c->calls('job/start'), 2, 'tried again');

# a DAG that the store took but nobody can run

($b, $c) = partners();
is(ended(job(steps => [ [ 'a', 'b' ], [ 'b', 'a' ] ]), 'FAILED')->{error},
    'invalid_dag', 'a cycle');
is(ended(job(dag => '{"components":[]}'), 'FAILED')->{error}, 'invalid_dag',
    'nothing to do');

###############################################################################

# a partner that cannot be reached

($b, $c) = partners();
$c->stop();
$begin = time();
$id = job();
$cause = ended($id, 'FAILED', 10);
cmp_ok(time() - $begin, '<', within(6), 'bounded');
is("$cause->{error} $cause->{party} $cause->{node_id}",
    "peer_unreachable host.1 $c->{node}", 'cause');
is($b->calls('job/stop'), 1, 'the other is told');
is(field($id, 'unstopped'), $c->{node}, 'this one is still to be told');
$c->start();
ok($c->await('job/stop', 1, 8), 'and is, when it is back');

# that goes away in the middle, without a word

($b, $c) = partners();
$id = job();
ok($c->await('task/poll'), 'running');
$c->freeze();
$begin = time();
$cause = ended($id, 'FAILED', 15);
cmp_ok(time() - $begin, '<', within(10), 'bounded');
is("$cause->{error} $cause->{party} $cause->{task_name}",
    'peer_unreachable host.1 lr_0', 'cause');
$c->stop();

# that cannot be called but calls back

($b, $c) = partners();
$id = job();
ok($c->await('task/start'), 'begun');
$task = (tasks($b))[0];
$c->stop();

for (1 .. 8) {
    callback($c, $task, 'RUNNING', progress => 10 * $_);
    sleep(0.5);
}

is(field($id, 'status'), 'RUNNING', 'one direction is enough');
callback($_, $task, 'SUCCESS') for $b, $c;
ended($id, 'SUCCESS');

###############################################################################

# stop

($b, $c) = partners();
$id = job(own => 1);
ok($c->await('task/start'), 'begun');
$task = (tasks($b))[0];
$begin = time();
$r->call('job_stop', $id);
$cause = ended($id, 'FAILED', 2);
cmp_ok(time() - $begin, '<', within(0.5), 'at once');
is($cause->{error}, 'task_stopped', 'cause');

for my $partner ($b, $c) {
    is($partner->calls('task/stop'), 1, 'task/stop');
    is($partner->calls('job/stop'), 1, 'job/stop');
}

is($r->get("task:$task", 'status'), 'FAILED', 'our own part');
is(callback($b, $task, 'SUCCESS'), 'ok', 'a late callback');
sleep(0.2);
is(field($id, 'status'), 'FAILED', 'changes nothing');

# while a partner does not answer

($b, $c) = partners();
$c->answer('task/start' => [ { delay => 30 } ], 'task/stop' => [
    { delay => 30 } ]);
$id = job();
ok($c->await('task/start'), 'under way');
$begin = time();
$r->call('job_stop', $id);
ended($id, 'FAILED', 3);
cmp_ok(time() - $begin, '<', within(2), 'within two seconds');

###############################################################################

# killed again and again

($b, $c) = partners();
$b->answer('job/create' => [ { delay => 0.2 } ],
    'task/start' => [ { delay => 0.2 } ]);
$id = job(steps => [ [ 'psi_0' ], [ 'lr_0', 'psi_0' ] ], own => 1);

my %done;
my $kills = 0;
my $end = time() + 30;

while (field($id, 'status') !~ /SUCCESS|FAILED/ && time() < $end) {
    $d->kill_role('scheduler') if $kills++ < 8;
    sleep(0.15);

    for my $key (@{ $r->command('KEYS', $r->key('task:*')) }) {
        my ($one) = $key =~ /task:(\w+)$/ or next;
        next if $r->get("task:$one", 'job_id') ne $id || $done{$one};
        next if !grep { $_ eq $one } tasks($c);

        my $claim = $r->call('task_claim', $one, 'me', 60000);
        $r->call('task_end', $one, $claim->{fields}{epoch}, 'SUCCESS');
        callback($_, $one, 'SUCCESS') for $b, $c;
        $done{$one} = 1;
    }
}

ended($id, 'SUCCESS');
is(scalar(distinct(tasks($b))), 2, 'two tasks, whatever was repeated');
is_deeply([ sort(distinct(tasks($c))) ], [ sort(distinct(tasks($b))) ],
    'the same at both');

my %tokens = map { $_->{json}{task_id} . $_->{json}{token} => 1 }
    $b->calls('task/start'), $c->calls('task/start');
is(scalar(keys %tokens), 2, 'one token per task');
note("killed $kills times, ", scalar($b->calls()), ' calls');

# stopped while nobody schedules

($b, $c) = partners();
$id = job();
ok($b->await('task/start'), 'begun');
$d->stop();
$r->call('job_stop', $id);
$r->command('DEL', $r->key('jobs'));
$d->start();
is(ended($id, 'FAILED')->{error}, 'task_stopped', 'found at the start');
is($b->calls('task/stop'), 1, 'partners are told');

###############################################################################

# the time limit

$d->stop();
$d->{conf}{task_timeout} = '1s';
$d->start();
($b, $c) = partners();
$cause = ended(job(), 'FAILED', 4);
is($cause->{error}, 'task_timeout', 'time limit');
is($b->calls('task/stop'), 1, 'tasks are stopped');

$d->stop();
unlike($d->log(), qr/exited (?:on signal (?!9\b)|with code [1-9])/,
    'no crash');

done_testing();
