#!/usr/bin/perl

# Component tasks: listed with what they read and make, shown with their
# parameters, disabled and started.
#
# covers: GET /v1/platform/task/list
# covers: GET /v1/platform/task/query
# covers: POST /v1/platform/task/disable
# covers: POST /v1/platform/task/start

use warnings;
use strict;

use lib 't/lib';
use IC;
use IC::Api;
use IC::Caller;
use JSON::PP;
use Test::More;

IC->check;
IC::Api->check;

my $t = IC->new;
my $api = IC::Api->new;
my $redis = $t->redis;
my $caller = IC::Caller->new($t);

sub own  { $caller->own(@_) }
sub left { $caller->left(@_) }
sub step { my ($what, @more) = @_; own('POST', "/task/$what", { @more }) }

sub refused {
    my ($what, $job, $name, $code, $like, $text) = @_;
    my ($got, $events) = left(sub { step($what, job_id => $job,
        task_name => $name) });

    is($got->{code}, $code, $text);
    like($got->{msg}, $like, '... says why');
    is_deeply($events, [], '... and leaves nothing');
}

own('POST', '/component/register', { Component => { code => $_,
    version => '1.0', name => 'P', engine => 'own', inputs => [],
    outputs => [] } }) for 'prep', 'fit';

my $flow = own('POST', '/flow/create', { name => 'f' })->{flow_id};
my $config = $api->config('hospital-b', 'hospital-a', 'hospital-c');
my $dag = { version => '2.0.0', components => [
    { name => 'a', componentName => 'prep', version => '1.0', input => [],
      output => [ { type => 'dataset', key => 'rows' } ] },
    { name => 'b', componentName => 'fit', version => '1.0',
      input => [ { type => 'training_set', key => 'a.rows' } ],
      output => [ { type => 'model', key => 'model' } ] } ] };
my $job = own('POST', '/job/create', { flow_id => $flow, dag => $dag,
    config => { %$config, initiator => { node_id => 'hospital-a' },
        task_params => { common => { b => { rounds => 3, rate => 0.5 } },
            guest => { 0 => { b => { rounds => 4, own => 'mine' } } },
            host => { 0 => { b => { own => 'theirs' } } } } } })->{job_id};

is_deeply(own('GET', '/task/list', { job_id => $job }),
    { total => 0, records => [] }, 'none yet');

$redis->call('job_advance', $job, 'RUNNING');
$redis->call('task_start', $job, 'Ta', 'a');
my $epoch = $redis->call('task_claim', 'Ta', 'me', 9000)->{fields}{epoch};
$redis->call('task_end', 'Ta', $epoch, 'SUCCESS');
$redis->call('task_start', $job, 'Tb', 'b');

my $list = own('GET', '/task/list', { job_id => $job });
is(join(' ', map { $_->{task_id} } @{ $list->{records} }), 'Tb Ta',
    'the tasks of a job');
my ($b, $a) = @{ $list->{records} };
is("$a->{task_name} $a->{componentName} $a->{version} $a->{status} $a->{role}",
    'a prep 1.0 SUCCESS guest.0', 'what one is');
is_deeply($a->{outputs}, [ { key => 'rows', type => 'dataset',
    task_id => 'Ta' } ], 'what it made');
is_deeply($b->{inputs}, [ { key => 'a.rows', type => 'training_set',
    task_id => 'Ta' } ], 'what the next one reads, and of whom');
is_deeply($b->{outputs}, [ { key => 'model', type => 'model' } ],
    '... what it has not made yet');
ok(!exists $b->{$_}, "no $_") for qw/ token session_id report /;

$redis->command('HSET', $redis->key('artefact:Ta:rows'), digest => 'ab' x 32,
    rows => 600, bytes => 12345);
is_deeply(own('GET', '/task/query', { task_id => 'Tb' })->{inputs}, [ {
    key => 'a.rows', type => 'training_set', task_id => 'Ta',
    digest => 'ab' x 32, rows => 600, bytes => 12345 } ],
    'digest and size of what is kept here, no data');

sub ids { join ' ', map { $_->{task_id} }
    @{ own('GET', '/task/list', { @_ })->{records} } }

is(ids(task_name => 'b'), 'Tb', 'by name');
is(ids(componentName => 'prep'), 'Ta', 'by component');
is(ids(status => 'PENDING'), 'Tb', 'by state');
is(ids(componentName => 'prep', status => 'PENDING'), '', 'by both');
is(ids(page_size => 1, page_num => 2), 'Ta', 'a page');
is(own('GET', '/task/list', { status => 'DONE' })->{code}, 4001,
    'no such state');

my $shown = own('GET', '/task/query', { task_id => 'Tb' });
is_deeply($shown->{parameters}, { rounds => 4, rate => 0.5, own => 'mine' },
    'parameters: the common ones under its own, not another party\'s');
like($shown->{pending_reason}, qr/no runner/, 'what it waits for');
is(own('GET', '/task/query', { task_id => 'T-none' })->{code}, 4040,
    'unknown');

# taken over from an earlier job

my $again = own('POST', '/job/create', { flow_id => $flow, dag => $dag,
    config => { %$config, initiator => { node_id => 'hospital-a' },
        task_params => {} } })->{job_id};
$redis->command('HSET', $redis->key("job:$again"), 'config', encode_json({
    %$config, job_params => { common => { reuse => { job_id => $job,
        tasks => { a => 'Ta' } } } } }));
$redis->call('task_start', $again, 'Tb2', 'b');
is(own('GET', '/task/query', { task_id => 'Tb2' })->{inputs}[0]{task_id},
    'Ta', 'an input of an earlier job');
refused('disable', $again, 'a', 4090, qr/taken over/, 'a step that is done');

# disabled

my ($got, $events) = left(sub { step('disable', job_id => $again,
    task_name => 'b') });
is_deeply($events, [ 'TASK_DISABLED' ], 'disabled');
is_deeply(own('GET', '/job/query', { job_id => $again })->{disabled}, [ 'b' ],
    '... says the job');
($got, $events) = left(sub { step('disable', job_id => $again,
    task_name => 'b') });
is_deeply($events, [], '... once');
is($redis->status('job_advance', $again, 'RUNNING'), 'ok', 'the job begins');
is($redis->status('job_advance', $again, 'RUNNING', 'begun.b' => 'T t new'),
    'wrong_state', '... the step does not, whatever the scheduler saw');

($got, $events) = left(sub { step('start', job_id => $again,
    task_name => 'b') });
is_deeply($events, [ 'TASK_ENABLED' ], 'started');
is_deeply(own('GET', '/job/query', { job_id => $again })->{disabled}, [],
    '... says the job');
is($redis->status('job_advance', $again, 'RUNNING', 'begun.b' => 'T t new'),
    'ok', '... it begins');

refused('disable', $again, 'b', 4090, qr/b has begun/, 'one that has begun');

for my $what (qw/ disable start /) {
    refused($what, $job, 'x', 4001, qr/no component x/, "$what: no step");
    refused($what, 'J-none', 'a', 4040, qr/J-none/, "$what: no job");
}

$redis->call('job_advance', $job, 'FAILED', cause => '{}');
refused($_, $job, 'b', 4090, qr/FAILED/, "$_: over") for qw/ disable start /;

for my $case ([ auditor => 4038 ], [ compute_provider => 0 ]) {
    my ($role, $code) = @$case;

    $t->operator("r-$role", "token-$role", $role);
    is(own('POST', '/task/start', { job_id => $again, task_name => 'b' },
        "token-$role")->{code} // 0, $code, "as $role");
    is(own('GET', '/task/list', {}, "token-$role")->{code} // 0, 0,
        '... who may look');
}

$caller->finish($0);
$t->finish;
done_testing();
