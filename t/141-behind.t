#!/usr/bin/perl

# While evidence waits too long to be sealed nothing begins by itself either:
# runs of timetables wait, and a partner's tasks get no data that they have
# not; afterwards both go on.

use strict;
use warnings;

use Digest::SHA qw(sha256_hex);
use JSON::PP;
use Test::More;

use lib 't/lib';
use IC::Api;
use IC::Daemon;
use IC::File;

IC::Daemon->check;
IC::Api->check;

my $json = JSON::PP->new->canonical;
my %cert = IC::Daemon::certificate('node-a');
my $node = IC::Daemon->new(node => 'node-a', roles => 'runner scheduler',
    start => 0, conf => { %cert, workers => 2, inst_id => 'inst-a',
        poll_interval => '300ms', platform => 'https://127.0.0.1:9443' });
my $redis = $node->redis;
my $api = IC::Api->new;
my $tasks = 0;

spew($node->dir . '/components/probe', slurp('t/data/components/probe'));
chmod 0755, $node->dir . '/components/probe';
spew($node->dir . '/rows.csv', "id,x\n1,2\n");

my %place = (type => 'csv', path => $node->dir . '/rows.csv');

for my $peer ('b', 'c') {
    $redis->call('contract_apply_in', 'spki', "key-$peer", "node-$peer", 'd',
        "C-$peer", address => "https://$peer.example:8443");
    $redis->call('contract_confirm_out', "C-$peer", 'APPROVED', '{}');
}

$redis->call('object_create', 'dataset', 'D1', name => 'D1', status => '1',
    pub_scope => 'public', location => $json->encode(\%place));
$redis->call('audit_apply_in', 'dataset', 'node-b', '', 'A1', 'd1', 'D1');
$redis->call('audit_confirm_out', 'dataset', 'A1', '', 'APPROVED', '{}',
    jti => 'j1');
$redis->call('object_create', 'model', 'M1', name => 'M1', kind => 'model',
    algorithm => 'homo_lr');
$redis->command('SET', $redis->key('model:M1'), '{}');
$redis->call('object_create', 'flow', 'F1', name => 'nightly',
    dag => $json->encode($api->dag),
    config => $json->encode($api->config('node-a', 'node-b', 'node-c')));

###############################################################################
# the notary

my $sealed = 0;

is($redis->status('notary_open', 'LOG1'), 'ok', 'a node with a log');
$redis->status('limit_put', 'evidence_lag', 2);

sub seal {
    my ($last) = @{ $redis->command('XREVRANGE', $redis->key('evidence'),
                                    '+', '-', 'COUNT', 1) };

    is($redis->status('notary_sealed', 'LOG1', $last->[0], ++$sealed, 'h',
        86400000), 'ok', 'evidence is sealed');
}

sub fall_behind {
    seal();
    $redis->command('XADD', $redis->key('evidence'), '*', event =>
        'LIMIT_SEEN', subject => 'limits', time => now());
    ok($node->await(sub { $redis->status('job_rerun', 'J0', 'J0')
        eq 'evidence_behind' }), 'evidence waits too long');
}

sub now {
    my ($s, $us) = @{ $redis->command('TIME') };

    return $s * 1000 + int($us / 1000);
}

###############################################################################
# data

sub query_use {
    my ($task) = @_;

    return $redis->call('query_use', sha256_hex('select 1'), 'select 1',
        'node-b', 'J1', $task, 'lr', 'pos');
}

seal();
query_use('T1');

my ($query) = @{ $redis->call('query_list', '', '', '', 1, -1)->{records} };

is($redis->status('query_approve', $query->{query_id},
    location => '{"type":"sqlite","path":"/d/x.db"}'), 'ok',
    'a query is approved');
is(query_use('T1')->{status}, 'ok', 'a task has it');
is($redis->status('dataset_permitted', 'D1', 'node-b', 'T1'), 'ok',
    '... and a dataset');

fall_behind();
is(query_use('T1')->{status}, 'ok', 'it keeps the query');
is($redis->status('dataset_permitted', 'D1', 'node-b', 'T1'), 'ok',
    '... and the dataset');

my $got = query_use('T2');

is($got->{status}, 'evidence_behind', 'another task has to wait');
like($got->{detail}, qr/^an entry waits for \d+ s$/, '... and is told why');
is($redis->get("query:$query->{query_id}", 'used'), 1,
    '... and nothing is counted');
is($redis->call('query_use', sha256_hex('select 2'), 'select 2', 'node-b',
    'J1', 'T2', 'lr', 'pos')->{status}, 'evidence_behind',
    '... nor is one asked for');
is($redis->status('dataset_permitted', 'D1', 'node-b', 'T2'),
    'evidence_behind', 'no dataset for a partner');
is($redis->status('model_permitted', 'M1', 'node-b', 'T2'),
    'evidence_behind', 'no model');
is($redis->get('permit:j1', 'used'), 1, '... no permit is charged');
is($redis->status('dataset_permitted', 'D1', 'node-a', 'T2'), 'ok',
    'our own go on');
is($redis->status('model_permitted', 'M1', 'node-a', 'T2'), 'ok',
    '... models too');

# as the partner is told

$node->start;

sub task {
    return $node->ended($node->run_task('task_' . ++$tasks, 'probe',
        initiator => 'node-b', role => { host => [ 'node-b' ] },
        param => { mode => 'environment', dataset_id => 'D1' }));
}

my $task = task();

is($task->{status}, 'FAILED', 'a task of its that would read a dataset');

my $cause = $json->decode($task->{cause});

is($cause->{error}, 'evidence_behind', '... fails because of that');
like($cause->{message}, qr/an entry waits for \d+ s/, '... it says');
like($cause->{remedy}, qr/notary/, '... and who can do what');
seal();
is(task()->{status}, 'SUCCESS', 'sealed: it reads');
is(query_use('T2')->{status}, 'ok', '... and so does a query');

###############################################################################
# timetables

sub runs {
    return join ' ', map { $_->{state} } reverse @{ $redis->call(
        'timetable_runs', $_[0], 1, -1)->{records} };
}

sub timetable {
    my ($id, @more) = @_;

    is($redis->status('timetable_create', $id, 'F1', now() - 1,
        at => now() - 1, @more), 'ok', "$id is made, and due");
}

sub come_due {
    my ($id) = @_;

    $redis->command('ZADD', $redis->key('timetable-due'), now(), $id);
    $redis->command('XADD', $redis->key('jobs'), '*', 'timetable_id', $id);
}

my @cron = (cron => '0 0 1 1 *', time_zone => 'UTC', overlap => 'queue');

is($redis->status('timetable_create', 'T1', 'F1', now(), @cron), 'ok',
    'a timetable');
ok($node->await(sub { runs('T1') eq 'CREATED' }), 'its job')
    or BAIL_OUT(runs('T1'));
come_due('T1');
ok($node->await(sub { runs('T1') eq 'CREATED QUEUED' }), 'another waits');

fall_behind();
timetable('T2');

my $due = $redis->call('timetable_get', 'T2')->{fields}{next_time};

is($redis->call('timetable_run', 'T2', $due, 0, '', $due, '', '',
    '')->{status}, 'evidence_behind', 'no run while evidence waits');
is(runs('T2'), '', '... nor is it said to be missed');
is($redis->call('timetable_get', 'T2')->{fields}{next_time}, $due,
    '... it is due');

$got = $redis->call('timetable_due', 16);
is(@{ $got->{records} }, 0, 'the scheduler is told of none');
is($got->{fields}{wait}, 1000, '... and when to look again');

my ($job) = map { $_->{job_id} || () } @{ $redis->call('timetable_runs',
    'T1', 1, -1)->{records} };

$redis->call('job_stop', $job);
ok($node->await(sub { $redis->get("job:$job", 'status') eq 'FAILED' }),
    'the first job ends');
is(runs('T1'), 'CREATED QUEUED', '... the one that waits does not begin');

seal();
is(runs('T1'), 'CREATED CREATED', 'sealed: it does');
ok($node->await(sub { runs('T2') eq 'CREATED' }), '... and the one due');

# too late by then: its own rules say what becomes of it

fall_behind();
is($redis->status('timetable_create', 'T3', 'F1', now() - 1, @cron), 'ok',
    'one of every year');
$redis->command('ZADD', $redis->key('timetable-due'), now() - 86400000,
    'T3');
seal();
ok($node->await(sub { runs('T3') eq 'MISSED' }), 'late by a day: missed');
like($redis->call('timetable_runs', 'T3', 1, -1)->{records}[0]{reason},
    qr/or evidence waited/, '... and why');

unlike($node->log, qr/timetable_run.*evidence_behind/,
    'nobody asks again and again');
$node->stop;
done_testing();
