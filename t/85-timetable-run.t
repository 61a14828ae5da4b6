#!/usr/bin/perl

# Timetables that come due: the scheduler has their jobs made, once each,
# whatever dies and whatever the clock does.

use warnings;
use strict;

use JSON::PP;
use Test::More;
use Time::HiRes qw/ sleep time /;

use lib 't/lib';
use IC::Api;
use IC::Daemon;
use IC::Pace;
use IC::Partner;

IC::Daemon::check();
IC::Api->check;

my $d = IC::Daemon->new(node => 'hospital-a', roles => 'scheduler', conf => {
    plain_peers => 'on', poll_interval => '300ms', party_timeout => '2s' });
my $r = $d->redis();
my $json = JSON::PP->new->canonical;
my $api = IC::Api->new;
my ($b, $c) = map { IC::Partner->new(node => $_) } qw/ bank-b bank-c /;
my $count = 0;

$_->contract($r) for $b, $c;

# the store's clock, ms
sub reason { $r->call('job_explain', $_[0])->{fields}{pending_reason} }

sub now {
    my ($s, $us) = @{ $r->command('TIME') };

    return $s * 1000 + int($us / 1000);
}

my $dag = $json->encode($api->dag);

sub config { $json->encode($api->config('hospital-a', @_)) }

$r->call('object_create', 'flow', 'F1', name => 'nightly', dag => $dag,
    config => config('bank-b', 'bank-c'));

# a timetable that is due in some ms; its id

sub timetable {
    my ($ms, %fields) = @_;
    my $id = 'T' . ++$count;
    my $at = now() + $ms;
    my $due = delete $fields{due} || $at;
    my @timing = $fields{cron} ? (time_zone => 'UTC') : (at => $at);
    my $got = $r->call('timetable_create', $id, 'F1', $due, @timing, %fields);

    is($got->{status}, 'ok', "$id is made") or diag(explain($got));

    return $id;
}

sub field { $r->get("timetable:$_[0]", $_[1]) // '' }
sub due   { $r->call('timetable_get', $_[0])->{fields}{next_time} }

sub runs {
    my @runs = reverse @{ $r->call('timetable_runs', $_[0], 1,
        -1)->{records} };

    return @runs;
}

# of the runs, in order
sub states { join ' ', map { $_->{state} } runs($_[0]) }

sub jobs { map { $_->{job_id} || () } runs($_[0]) }

# as a test's fault: due at another time than was counted
sub fault {
    my ($id, $due) = @_;

    $r->command('ZADD', $r->key('timetable-due'), $due, $id);
    $r->command('XADD', $r->key('jobs'), '*', 'timetable_id', $id);
}

sub approve {
    my ($job) = @_;

    for my $node (qw/ bank-b bank-c /) {
        my $audit = $r->get("job:$job", "audit.$node");
        $r->call('audit_confirm_in', 'job', $node, $audit, 'APPROVED',
            token => "permit-$job-$node");
    }
}

sub over {
    my ($job) = @_;

    $r->call('job_stop', $job);
    $d->await(sub { $r->get("job:$job", 'status') eq 'FAILED' },
        "$job ends");
}

sub events {
    my ($id) = @_;

    return map { $_->{event} }
        grep { $_->{subject} eq "timetable:$id" } $r->stream('evidence');
}

###############################################################################

# once, in a second

my $id = timetable(1000, name => 'soon', priority => 9);
my $begun = time;
my $due = due($id);
ok($d->await(sub { states($id) }, 'a run'), 'once: runs');
cmp_ok(time - $begun, '>', 0.9, '... not before its time');
cmp_ok((runs($id))[0]{time} - $due, '<', within(500), '... and soon after it');

my ($job) = jobs($id);
is($job, "J$id-$due", '... its job is named by both');
is($r->get("job:$job", $_->[0]), $_->[1], "... job: $_->[0]") for
    [ timetable_id => $id ], [ due_time => $due ], [ name => 'soon' ],
    [ priority => 9 ], [ flow_id => 'F1' ], [ status => 'PENDING' ],
    [ started => 0 ], [ sync_type => 'POLL' ];
like(reason($job), qr/bank-b.*; .*bank-c/, '... says what it waits for');
is((runs($id))[0]{pending_reason}, reason($job),
    '... as the list of runs does');
is(field($id, 'status'), 'ENDED', '... and the timetable has ended');
is(due($id), '', '... is not due any more');
is_deeply([ events($id) ], [ qw/ TIMETABLE_CREATED TIMETABLE_RUN
    TIMETABLE_ENDED / ], '... evidence');

my @asked = grep { $_->{path} eq '/v1/interconn/job/audit/apply' }
    $r->stream('outbox');
is_deeply([ sort map { $_->{peer} } @asked ], [ qw/ bank-b bank-c / ],
    'each party is asked');
is(decode_json($asked[0]{body})->{job_id}, $job, '... for that job');
is(decode_json($asked[0]{body})->{dag}{components}[0]{name}, 'lr',
    '... with its DAG');

sleep(0.5);
is($b->calls('job/create'), 0, 'nothing begins before they have approved');
my $audit = $r->get("job:$job", 'audit.bank-b');
$r->call('audit_confirm_in', 'job', 'bank-b', $audit, 'APPROVED',
    token => 'permit');
like(reason($job), qr/^[^;]*bank-c[^;]*$/, '... nor before the last one');
is($r->get("job:$job", 'started'), 0, '... has');
approve($job);
is($r->get("job:$job", 'started'), 1, 'all have: it starts by itself');
unlike(reason($job), qr/answered|delivered/, '... and waits for nobody');
ok($b->await('job/start'), '... at the partners');
over($job);

# a permit is for one job: the next run asks again

$id = timetable(0, cron => '0 0 1 1 *');
ok($d->await(sub { jobs($id) == 1 }, 'a run'), 'by cron: a run');
my $next = due($id);
cmp_ok($next, '>', now(), '... due next in the future');
is($next % 86400000, 0, '... as the expression says');
approve((jobs($id))[0]);
over((jobs($id))[0]);
fault($id, now());
ok($d->await(sub { jobs($id) == 2 }, 'a run'), 'a second run');
is($r->get('job:' . (jobs($id))[1], 'started'), 0,
    '... which no approval of the first one covers');
is(due($id), $next, '... and the next one is due as before');

###############################################################################

# a run while the one before is not over

fault($id, now());
ok($d->await(sub { states($id) =~ /MISSED/ }, 'missed'), 'overlap skip');
like((runs($id))[2]{reason}, qr/^overlap: J\S+ is not over$/,
    '... says why');
is(field($id, 'missed_count'), 1, '... is counted');
is((events($id))[-1], 'TIMETABLE_MISSED', '... evidence');

$id = timetable(0, cron => '0 0 1 1 *', overlap => 'allow');
$d->await(sub { jobs($id) == 1 }, 'a run');
fault($id, now());
ok($d->await(sub { jobs($id) == 2 }, 'both'), 'overlap allow');
is(@{ decode_json($r->call('timetable_get', $id)->{fields}{running}) }, 2,
    '... two under way');

$id = timetable(0, cron => '0 0 1 1 *', overlap => 'queue');
$d->await(sub { jobs($id) == 1 }, 'a run');

for my $n (1, 2) {
    fault($id, now());
    $d->await(sub { runs($id) == 1 + $n }, 'queued');
}

is(states($id), 'CREATED QUEUED QUEUED', 'overlap queue');
is($r->call('timetable_get', $id)->{fields}{queued}, 2, '... two wait');
$job = (jobs($id))[0];
over($job);
is(states($id), 'CREATED CREATED QUEUED', '... one runs after the first');
$r->call('timetable_pause', $id);
over((jobs($id))[1]);
is(states($id), 'CREATED CREATED QUEUED', '... none while it is paused');
$r->call('timetable_resume', $id, 1, now() + 86400000);
is(states($id), 'CREATED CREATED CREATED', '... the last when it goes on');
is(field($id, 'run_count'), 3, '... three runs');

###############################################################################

# why there can be no job

sub missed {
    my ($words, $what, %fields) = @_;
    my $id = timetable(0, %fields);

    ok($d->await(sub { states($id) eq 'MISSED' }, 'missed'), $what);
    like((runs($id))[0]{reason}, $words, '... says why')
        or diag($d->log());
    is(scalar(grep { /J$id/ } @{ $r->command('KEYS', '*') }), 0,
        '... and no trace of a job');

    return $id;
}

missed(qr/^no_contract: bank-x$/, 'a party without contract',
    config => config('bank-b', 'bank-x'));
missed(qr/^invalid_config: /, 'a configuration that does not fit',
    config => $json->encode({ role => { host => [ 'bank-b' ] },
        initiator => { node_id => 'hospital-a' } }));
missed(qr/^invalid_config: initiator/, "another node's",
    config => config('bank-b', 'bank-c') =~ s/"node_id":"hospital-a"
        /"node_id":"bank-b"/xr);

my $offline = timetable(400);
$r->command('HSET', $r->key('object:flow:F1'), status => 'offline');
$d->await(sub { states($offline) }, 'a run');
like((runs($offline))[0]{reason}, qr/^wrong_state: flow F1 is offline$/,
    'a flow that was taken offline');
$r->command('HSET', $r->key('object:flow:F1'), status => 'online');

# its owner

$r->call('operator_put', 'ivan', 'a' x 64, 'initiator');
$id = timetable(400);
$r->command('HSET', $r->key("timetable:$id"), owner => 'ivan');
ok($d->await(sub { jobs($id) == 1 }, 'a run'), 'an owner who may');
$id = timetable(400);
$r->command('HSET', $r->key("timetable:$id"), owner => 'ivan');
$r->call('operator_put', 'ivan', 'a' x 64, 'auditor');
$d->await(sub { states($id) }, 'a run');
like((runs($id))[0]{reason}, qr/^not_permitted: operator ivan lacks/,
    'an owner who may no longer');
$id = timetable(400);
$r->command('HSET', $r->key("timetable:$id"), owner => 'gone');
$d->await(sub { states($id) }, 'a run');
like((runs($id))[0]{reason}, qr/^no_operator/, 'an owner who is gone');

# removed while a run is under way

$id = timetable(0, cron => '0 0 1 1 *');
$d->await(sub { jobs($id) == 1 }, 'a run');
($job) = jobs($id);
is($r->status('timetable_remove', $id), 'ok', 'removed');
approve($job);
is($r->get("job:$job", 'started'), 1, '... its job goes on');
over($job);
is(scalar(grep { /timetable[^}]*$id\b/ } @{ $r->command('KEYS', '*') }), 0,
    '... and leaves nothing behind');

$d->stop();
unlike($d->log(), qr/exited (?:on signal (?!9\b)|with code [1-9])/,
    'no crash');

done_testing();
