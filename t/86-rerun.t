#!/usr/bin/perl

# A job from one of its steps on: what runs, what is taken over, who may say
# so, what is refused; and the same job otherwise.

use warnings;
use strict;

use lib 't/lib';
use IC;
use IC::Api;
use IC::Caller;
use JSON::PP;
use Storable qw/ dclone /;
use Test::More;

IC->check;
IC::Api->check;

my $t = IC->new;
my $api = IC::Api->new;
my $redis = $t->redis;
my $caller = IC::Caller->new($t);
my @nodes = qw/ hospital-a hospital-b hospital-c /;

sub own  { $caller->own(@_) }
sub left { $caller->left(@_) }

sub step {
    my ($name, $from, %more) = @_;

    return { name => $name, componentName => 'prep', version => '1.0',
        input => [ map { { type => 'dataset', key => "$_.out" } } @$from ],
        output => [ { type => 'dataset', key => 'out' } ], %more };
}

sub refused {
    my ($path, $fields, $code, $like, $name) = @_;
    my $before = $redis->command('DBSIZE');
    my ($got, $events) = left(sub { own('POST', $path, $fields) });

    is($got->{code}, $code, $name);
    like($got->{msg}, $like, '... says why');
    is_deeply($events, [], '... and leaves nothing');

    return $got;
}

own('POST', '/component/register', { Component => { code => 'prep',
    version => $_, name => 'P', engine => 'own', inputs => [],
    outputs => [] } }) for '1.0', '2.0';

#  a -> b -> c     d (after a, no data)     e

my $dag = { version => '2.0.0', components => [ step('a', []),
    step('b', [ 'a' ]), step('c', [ 'b' ]), step('d', [], after => [ 'a' ]),
    step('e', []) ] };
my $config = { %{ $api->config(@nodes) }, task_params => {
    common => { map { $_ => { rounds => 3 } } 'a' .. 'e' },
    host => { 0 => { a => { from => 'own' } } } } };
my $count = 0;

# A job that is over; the tasks of the steps named have succeeded at all
# parties, those of the others failed at one.

sub over {
    my (@done) = @_;

    my $flow = own('POST', '/flow/create', { name => 'f' })->{flow_id};
    my $job = own('POST', '/job/create', { flow_id => $flow, dag => $dag,
        config => $config, priority => 7, name => 'n' })->{job_id};

    for my $name ('a' .. 'e') {
        my $task = "T$name" . ++$count;

        $redis->call('job_advance', $job, 'RUNNING',
            "begun.$name" => "$task token sent");

        for my $i (0 .. 2) {
            my $good = $i < 2 || grep { $_ eq $name } @done;

            $redis->call('ptask_put', $job, $task, $nodes[$i], $name, 'r');
            $redis->call('ptask_update', $task, $nodes[$i],
                $good ? 'SUCCESS' : 'FAILED');
        }

        # this node's own part

        $redis->call('task_start', $job, $task, $name);
        my $epoch = $redis->call('task_claim', $task, 'me', 9000)
            ->{fields}{epoch};
        $redis->call('task_end', $task, $epoch, 'SUCCESS',
            outputs => encode_json([ { key => 'out', kind => 'dataset',
                namespace => "$job-guest-0", name => "$task-out",
                digest => 'ab' x 32, rows => '3', bytes => '30',
                format => 'csv', version => '1' } ]));
    }

    $redis->call('job_advance', $job, 'FAILED', cause => '{}');

    return $job;
}

sub rerun { own('POST', '/job/rerun', { @_ }) }
sub said { join ' ', "@{ $_[0]{runs} }", '-', "@{ $_[0]{reuses} }" }

sub reuse {
    my $job = own('GET', '/job/query', { job_id => $_[0] });

    return $job->{config}{job_params}{common}{reuse};
}

###############################################################################

# from a step

my $old = over('a' .. 'e');
my %task = map { /^begun\.(.)/ ? ($1, (split ' ',
    $redis->get("job:$old", $_))[0]) : () }
    map { "begun.$_" } 'a' .. 'e';

my ($got, $events) = left(sub { rerun(job_id => $old, from_task => 'b') });
is(said($got), 'b c - a d e', 'what is behind it runs, the rest is taken over');
is_deeply($events, [ 'JOB_CREATED' ], 'evidence');
is_deeply(reuse($got->{job_id}), { job_id => $old, tasks => {
    map { $_ => $task{$_} } qw/ a d e / } }, 'whose output');

my $new = own('GET', '/job/query', { job_id => $got->{job_id} });
is("$new->{rerun_of} $new->{priority} $new->{name} $new->{status}",
    "$old 7 n PENDING", 'else it is the same');
is_deeply($new->{dag}{components}, own('GET', '/job/query', {
    job_id => $old })->{dag}{components}, '... its DAG too');
is(own('POST', '/job/start', { job_id => $got->{job_id} })->{code}, 4093,
    'its parties approve it');

is(said(rerun(job_id => $old, from_task => 'a')), 'a b c d - e',
    '"after" is a dependency too');
is(said(rerun(job_id => $old, from_tasks => [ 'd', 'e' ])), 'd e - a b c',
    'from several');
is(said(rerun(job_id => $old, from_task => 'c', from_tasks => [ 'e' ])),
    'c e - a b d', 'either way');
is(said($got = rerun(job_id => $old)), 'a b c d e - ', 'all of it');
ok(!reuse($got->{job_id}), '... with no word about outputs');
is(said(rerun(job_id => $old, from_tasks => [ 'a', 'e' ])), 'a b c d e - ',
    'all of it by its steps');

# what was taken over is as good as done

my $second = rerun(job_id => $old, from_task => 'b')->{job_id};
$redis->call('job_advance', $second, 'FAILED', cause => '{}');
refused('/job/rerun', { job_id => $second, from_task => 'c' }, 4090,
    qr/\bb did not succeed.*from_tasks/, 'a step that did not succeed');
$got = rerun(job_id => $second, from_tasks => [ 'b' ]);
is(said($got), 'b c - a d e', 'once more');
is(reuse($got->{job_id})->{tasks}{a}, $task{a}, '... the first one\'s output');
is(reuse($got->{job_id})->{job_id}, $second, '... by way of the second');

my $broken = over('a', 'd');
refused('/job/rerun', { job_id => $broken, from_task => 'c' }, 4090,
    qr/\bb, e did not succeed/, 'several that did not');
is(said(rerun(job_id => $broken, from_tasks => [ 'b', 'e' ])), 'b c e - a d',
    'from where it failed');

refused('/job/rerun', { job_id => $old, from_task => 'x' }, 4001,
    qr/no component x/, 'a step that is none');
refused('/job/rerun', { job_id => 'J-none', from_task => 'a' }, 4040,
    qr/J-none/, 'an unknown job');

my $waiting = rerun(job_id => $old)->{job_id};
refused('/job/rerun', { job_id => $waiting, from_task => 'a' }, 4090,
    qr/PENDING: wait for its end/, 'not over');
$redis->command('HSET', $redis->key("job:$waiting"), 'role', 'partner');
refused('/job/rerun', { job_id => $waiting, from_task => 'a' }, 4090,
    qr/only its initiator/, 'a partner\'s');

# the output has gone here: its task is known, its files are not

my $due = sub { join ' ', map { $_->{task_id} }
    @{ $redis->call('artefact_due', 0)->{records} } };

$redis->call('job_advance', $_, 'FAILED', cause => '{}')
    for map { $_->{job_id} } grep { $_->{status} eq 'PENDING' }
        @{ own('GET', '/job/list', { page_size => -1 })->{records} };
like($due->(), qr/\b$task{a}\b/, 'outputs of jobs that are over are let go');
my $holds = rerun(job_id => $old, from_task => 'b')->{job_id};
is($redis->command('SCARD', $redis->key("reused:$task{a}")), 1,
    '... not while another job takes them over');
unlike($due->(), qr/\b$task{a}\b/, '... they are not due');
$redis->call('job_advance', $holds, 'FAILED', cause => '{}');
is($redis->command('EXISTS', $redis->key("reused:$task{a}")), 0,
    '... but with its end');

$redis->call('artefact_remove', $task{a}, 'out');
is(said(rerun(job_id => $old, from_task => 'c')), 'c - a b d e',
    'nobody reads it');
refused('/job/rerun', { job_id => $old, from_task => 'b' }, 4097,
    qr/\ba\.out at (?:guest|arbiter)\.0/, 'the output that is read is gone');

$redis->command('DEL', $redis->key("task:$task{a}"));
refused('/job/rerun', { job_id => $old, from_task => 'b' }, 4097,
    qr/\ba at guest\.0|\ba at arbiter\.0/, 'an output that is gone');

###############################################################################

# otherwise

$old = over('a' .. 'e');
$got = rerun(job_id => $old, from_task => 'c', task_params => { common => {
    c => { rounds => 5, more => 1 } } }, job_params => { common => {
    retry => { count => 2 } } }, priority => 9, name => 'm');
is(said($got), 'c - a b d e', 'parameters of what runs');
$new = own('GET', '/job/query', { job_id => $got->{job_id} });
is_deeply($new->{config}{task_params}{common}{c}, { rounds => 5, more => 1 },
    '... are merged');
is_deeply($new->{config}{task_params}{common}{b}, { rounds => 3 },
    '... the others stay');
is_deeply($new->{config}{job_params}{common}{retry}, { count => 2 },
    '... the job\'s too');
is("$new->{priority} $new->{name}", '9 m', '... priority and name');

is(said(rerun(job_id => $old, from_task => 'e', task_params => { common => {
    b => { rounds => 4 } } })), 'b c e - a d', 'what changes runs again');
is(said(rerun(job_id => $old, from_task => 'e', task_params => { host => {
    0 => { a => { from => undef } } } })), 'a b c d e - ',
    '... for one party, too');
is(said(rerun(job_id => $old, from_task => 'e', task_params => { common => {
    b => { rounds => 3 } } })), 'e - a b c d', 'the same is no change');

my $other = dclone($dag);
$other->{components}[2]{version} = '2.0';
$other->{components}[3]{after} = [ 'e' ];
is(said(rerun(job_id => $old, from_task => 'e', dag => $other)),
    'c d e - a b', 'another version');

$other = dclone($dag);
@{ $other->{components} } = reverse @{ $other->{components} };
push @{ $other->{components} }, step('f', [ 'c' ]);
is(said(rerun(job_id => $old, from_tasks => [], dag => $other)),
    'f - e d c b a', 'another order and one step more');

$other = dclone($dag);
$other->{components}[2]{input} = [ { type => 'dataset', key => 'a.out' } ];
is(said(rerun(job_id => $old, from_tasks => [], dag => $other)),
    'c - a b d e', 'another input');

refused('/job/rerun', { job_id => $old, task_params => { common => {
    x => {} } } }, 4003, qr/no component x/, 'parameters of nobody');
refused('/job/rerun', { job_id => $old, job_params => { common => {
    retry => { count => 99 } } } }, 4003, qr/retry: count/, 'out of range');
refused('/job/rerun', { job_id => $old, task_params => { host => { 7 => {
    a => {} } } } }, 4003, qr/host\.7 is no party/, 'no such party');

$other = dclone($dag);
$other->{components}[0]{input} = [ { type => 'dataset', key => 'c.out' } ];
refused('/job/rerun', { job_id => $old, dag => $other }, 4002,
    qr/waits for/, 'a cycle');
$other = dclone($dag);
$other->{components}[0]{componentName} = 'kmeans';
refused('/job/rerun', { job_id => $old, dag => $other }, 4002,
    qr/no component kmeans/, 'a component that is not here');
refused('/job/rerun', { job_id => $old, dag => 7 }, 4001, qr/dag/, 'no DAG');
refused('/job/create', { flow_id => $new->{flow_id}, dag => $dag,
    config => { %$config, job_params => { common => { reuse => {
        job_id => $old, tasks => { a => 'T' } } } } } }, 4003,
    qr/job\/rerun writes it/, 'not by hand');

# built-in components keep their ranges

my $lr = own('POST', '/job/create', { flow_id => $new->{flow_id},
    dag => $api->dag, config => $api->config(@nodes) })->{job_id};
$redis->call('job_advance', $lr, 'FAILED', cause => '{}');
my ($lr_step) = map { $_->{name} } @{ $api->dag->{components} };
refused('/job/rerun', { job_id => $lr, task_params => { common => {
    $lr_step => { max_iter => -1 } } } }, 4003, qr/$lr_step.*max_iter/,
    'a parameter out of its range');
ok(rerun(job_id => $lr, task_params => { common => { $lr_step => {
    max_iter => 3 } } })->{job_id}, '... in its range');

# roles

for my $case ([ auditor => 4038 ], [ data_provider => 4038 ],
    [ coordinator => 0 ])
{
    my ($role, $code) = @$case;

    $t->operator("r-$role", "token-$role", $role);
    my $answer = own('POST', '/job/rerun', { job_id => $old },
        "token-$role");
    is($answer->{code} || 0, $code, "as $role");
}

$caller->finish($0);
$t->finish;
done_testing();
