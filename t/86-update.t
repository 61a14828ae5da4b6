#!/usr/bin/perl

# Jobs that are changed before they start: what a party approved ends, it is
# told, and asked anew; after the start only name and priority change.
#
# covers: POST /v1/platform/job/update

use warnings;
use strict;

use lib 't/lib';
use IC;
use IC::Api;
use IC::Caller;
use Storable qw/ dclone /;
use Test::More;

IC->check;
IC::Api->check;

my $t = IC->new;
my $api = IC::Api->new;
my $redis = $t->redis;
my $caller = IC::Caller->new($t);
my @nodes = qw/ hospital-a hospital-b hospital-c /;

$t->contract($_, cert => $_) for qw/ hospital-b hospital-c /;

sub own  { $caller->own(@_) }
sub left { $caller->left(@_) }

my $flow = own('POST', '/flow/create', { name => 'f' })->{flow_id};
my $config = $api->config(@nodes);
my ($lr) = map { $_->{name} } @{ $api->dag->{components} };

sub job {
    return own('POST', '/job/create', { flow_id => $flow, dag => $api->dag,
        config => $config, priority => 3, name => 'n' })->{job_id};
}

sub update { own('POST', '/job/update', { @_ }) }

sub ask {
    my ($job, $node) = @_;

    return own('POST', '/audit/apply', { resource_type => 'job',
        resource_id => $job, contract_id => "C-$node" })->{audit_id};
}

sub approve {
    my ($job, $node) = @_;
    my $audit = ask($job, $node);

    $redis->call('audit_confirm_in', 'job', $node, $audit, 'APPROVED',
        token => "t-$node", permit_id => "p$audit");

    return $audit;
}

sub status {
    my ($node, $audit) = @_;

    return $redis->get("audit:out:job:$node:$audit", 'status');
}

sub refused {
    my ($fields, $code, $like, $name) = @_;
    my ($got, $events) = left(sub { update(%$fields) });

    is($got->{code}, $code, $name);
    like($got->{msg}, $like, '... says why');
    is_deeply($events, [], '... and leaves nothing');
}

###############################################################################

# name and priority: nobody has approved these

my $job = job();
my $b = approve($job, 'hospital-b');
my $c = ask($job, 'hospital-c');
my ($got, $events, $out) = left(sub { update(job_id => $job, name => 'm',
    priority => 8) });

is_deeply($got, { version => 2, asks => [] }, 'name and priority');
is_deeply($events, [ 'JOB_UPDATED' ], '... evidence');
is_deeply($out, [], '... nobody is told');
is(status('hospital-b', $b), 'APPROVED', '... the approval stands');
$got = own('GET', '/job/query', { job_id => $job });
is("$got->{name} $got->{priority} $got->{version}", 'm 8 2', '... changed');
($got, $events) = left(sub { update(job_id => $job, priority => 8) });
is_deeply([ $got->{version}, $events ], [ 2, [] ], 'the same again');

# what it is made of

($got, $events, $out) = left(sub { update(job_id => $job, task_params => {
    common => { $lr => { max_iter => 5 } } }) });
is_deeply($got, { version => 3, asks => [ 'hospital-b', 'hospital-c' ] },
    'parameters');
is_deeply([ sort @$events ], [ 'AUDIT_TERMINATED', 'AUDIT_WITHDRAWN',
    'JOB_UPDATED' ], '... evidence');
is_deeply([ map { "$_->{peer} $_->{path} $_->{body}{audit_id}" } @$out ],
    [ "hospital-b /v1/interconn/job/audit/terminate $b" ],
    '... who approved is told');
is(status('hospital-b', $b), 'TERMINATED', '... the approval ends');
is($redis->get("audit:out:job:hospital-c:$c", 'withdrawn'), '1',
    '... the request is withdrawn');
$got = own('GET', '/job/query', { job_id => $job });
is($got->{config}{task_params}{common}{$lr}{max_iter}, 5, '... changed');
is($got->{status}, 'PENDING', '... it waits');
ok(!$redis->get("job:$job", 'permit.hospital-b'), '... without the permit');
is(own('POST', '/job/start', { job_id => $job })->{code}, 4093,
    '... and does not start');

# the old request is answered late: it has no effect but its end

($got, $events, $out) = left(sub { $redis->status('audit_confirm_in', 'job',
    'hospital-c', $c, 'APPROVED', token => 'late', permit_id => 'late') });
is($got, 'ok', 'a late approval');
is_deeply([ map { $_->{path} } @$out ],
    [ '/v1/interconn/job/audit/terminate' ], '... is given back');
ok(!$redis->get("job:$job", 'permit.hospital-c'), '... counts for nothing');
is($redis->get("job:$job", 'status'), 'PENDING', '... the job stays');

$b = approve($job, 'hospital-b');
$c = ask($job, 'hospital-c');
update(job_id => $job, task_params => { common => { $lr => {
    max_iter => 6 } } });
$redis->call('audit_confirm_in', 'job', 'hospital-c', $c, 'REJECTED');
is($redis->get("job:$job", 'status'), 'PENDING', 'a late no ends nothing');

approve($job, $_) for 'hospital-b', 'hospital-c';
is(own('POST', '/job/start', { job_id => $job })->{code} // 0, 0,
    'approved anew it starts');

# after the start

refused({ job_id => $job, task_params => { common => { $lr => {
    max_iter => 7 } } } }, 4090, qr/started.*stop it, then job\/rerun/,
    'parameters, too late');
refused({ job_id => $job, dag => $api->dag }, 4090, qr/started/,
    'a DAG, too late');
is(update(job_id => $job, priority => 1, name => 'o')->{version}, 5,
    'name and priority still');

# tasks that wait move

$redis->call('job_advance', $job, 'RUNNING');
$redis->call('task_start', $job, 'T-late', $lr);
my $urgent = job();
approve($urgent, $_) for 'hospital-b', 'hospital-c';
own('POST', '/job/start', { job_id => $urgent });
$redis->call('job_advance', $urgent, 'RUNNING');
$redis->call('task_start', $urgent, 'T-urgent', $lr);
my $queue = sub { join ' ', @{ $redis->command('ZRANGE',
    $redis->key('tasks-waiting'), 0, -1) } };
is($queue->(), 'T-urgent T-late', 'the queue');
update(job_id => $job, priority => 90);
is($queue->(), 'T-late T-urgent', '... by the new priority');
update(job_id => $job, priority => 0);
is($queue->(), 'T-urgent T-late', '... and back');

$redis->call('job_advance', $job, 'FAILED', cause => '{}');
refused({ job_id => $job, priority => 4 }, 4090, qr/FAILED: job\/rerun/,
    'over');

###############################################################################

# whole and bad

$job = job();
my $other = dclone($config);
$other->{role}{host} = [ 'hospital-d' ];
is_deeply(update(job_id => $job, config => $other)->{asks},
    [ 'hospital-b', 'hospital-d' ], 'other parties');
is($redis->get("job:$job", 'parties'), 'hospital-b hospital-d',
    '... are the job\'s');

$other = dclone($api->dag);
$other->{components}[0]{name} = 'lr2';
refused({ job_id => $job, dag => $other }, 4003, qr/no component $lr/,
    'a DAG without its parameters');
is(update(job_id => $job, dag => $other, task_params => {
    common => { $lr => undef, lr2 => $config->{task_params}{common}{$lr} },
    guest => { 0 => { $lr => undef, lr2 => { dataset_id => 'D1' } } },
    host => { 0 => { $lr => undef, lr2 => { dataset_id => 'D1' } } },
})->{version}, 3, '... with them');

refused({ job_id => $job, task_params => { common => { lr2 => {
    max_iter => -4 } } } }, 4003, qr/max_iter/, 'out of its range');
refused({ job_id => $job, task_params => { common => { lr2 => {
    attributes => undef } } } }, 4003, qr/attributes is required/,
    'a required one taken out');
$other = dclone($config);
$other->{initiator}{node_id} = 'hospital-b';
refused({ job_id => $job, config => $other, dag => $api->dag }, 4003,
    qr/initiator/, 'another initiator');
refused({ job_id => $job, priority => 101 }, 4001, qr/priority/,
    'a priority out of range');
refused({ job_id => $job, name => 'x', version => 1 }, 4091,
    qr/version is 3/, 'changed since it was read');
is(update(job_id => $job, name => 'x', version => 3)->{version}, 4,
    '... not since');
refused({ job_id => 'J-none', name => 'x' }, 4040, qr/J-none/, 'unknown');
refused({ job_id => 'J-none', dag => $api->dag }, 4040, qr/J-none/,
    'unknown either way');

own('POST', '/job/stop', { job_id => $job });
refused({ job_id => $job, name => 'y' }, 4090, qr/stopped/, 'being stopped');

# a job that starts by itself

$job = job();
$redis->command('HSET', $redis->key("job:$job"), 'autostart', '1');
refused({ job_id => $job, task_params => { common => {} } }, 4090,
    qr/starts by itself/, 'an order\'s');

###############################################################################

# at the partner: a job that has not begun is applied for anew

sub apply {
    my ($id, $audit, $job, %more) = @_;
    my $theirs = dclone($api->config('hospital-b', 'hospital-a',
        'hospital-c'));

    return $caller->peer('POST', '/job/audit/apply', { job_id => $job,
        flow_id => 'F', audit_id => $audit,
        dag => delete $more{dag} || $api->dag,
        config => { %$theirs, %more } }, $id);
}

sub confirm { own('POST', '/audit/confirm', { resource_type => 'job',
    audit_id => $_[0], status => $_[1] || 'APPROVED' }) }

apply('hospital-b', 'A1', 'JB');
confirm('A1');
is($redis->get('job:JB', 'status'), 'PENDING', 'approved');
refused({ job_id => 'JB', dag => $api->dag }, 4090,
    qr/its initiator changes it/, 'a partner\'s job');
refused({ job_id => 'JB', name => 'x' }, 4090, qr/its initiator/,
    '... its name');
is(update(job_id => 'JB', priority => 50)->{version}, 2,
    '... its priority here');

$caller->peer('POST', '/job/audit/terminate', { audit_id => 'A1' },
    'hospital-b');
is($redis->get('job:JB', 'status'), 'FAILED', 'given back');
my %again = (job_params => { common => { retry => { count => 1 } } });
is(apply('hospital-b', 'A2', 'JB', %again)->{code} // 0, 0, 'asked anew');
is(apply('hospital-b', 'A3', 'JB', %again,
    version => '3')->{code} // 0, 0, 'and once more');
is($redis->get('audit:in:job:hospital-b:A2', 'status'), 'REJECTED',
    '... the older request is closed');
my $shown = own('GET', '/audit/query', { audit_id => 'A3' });
is_deeply([ @{$shown}{qw/ compared_with changes reuses /} ],
    [ 'JB', [], [] ], '... compared with what it was');
my $step = $api->dag;
$step->{components}[0]{version} = '9.9';
apply('hospital-b', 'A3b', 'JB', %again, dag => $step);
is_deeply(own('GET', '/audit/query', { audit_id => 'A3b' })->{changes},
    [ $lr ], '... and what is not as it was');
apply('hospital-b', 'A3c', 'JB', %again);
confirm('A3c');
is($redis->get('job:JB', 'status'), 'PENDING', 'approved anew');
like($redis->get('job:JB', 'config'), qr/"retry"/, '... as it is now');

# the news of the change overtook the end of the approval

is(apply('hospital-b', 'A4', 'JB')->{code} // 0, 0, 'asked at once');
($got, $events) = left(sub { confirm('A4') });
is($redis->get('audit:in:job:hospital-b:A3c', 'status'), 'TERMINATED',
    'the old approval ends with the new one');
is($redis->get('job:JB', 'status'), 'PENDING', '... the job waits');
is(($caller->peer('POST', '/job/audit/terminate', { audit_id => 'A3c' },
    'hospital-b')->{code}) // 0, 0, '... the news of its end come late');
is($redis->get('job:JB', 'status'), 'PENDING', '... and harm nothing');

is(apply('hospital-c', 'A5', 'JB')->{code}, 4003, 'not its initiator');
is($redis->status('sched_job_start', 'hospital-b', 'JB'), 'ok', 'started');
is(apply('hospital-b', 'A6', 'JB')->{code}, 4091,
    'once it has begun its content stands');

# flows: jobs keep what they were made of

$job = job();
own('POST', '/flow/update', { flow_id => $flow, dag => $api->dag,
    description => 'new' });
own('POST', '/flow/update', { flow_id => $flow, dag => { version => '2.0.0',
    components => [ { %{ $api->dag->{components}[0] }, name => 'z' } ] } });
is(own('GET', '/job/query', { job_id => $job })->{dag}{components}[0]{name},
    $lr, 'a flow\'s change is none of its jobs');

# roles

for my $case ([ auditor => 4038 ], [ data_provider => 4038 ],
    [ initiator => 0 ])
{
    my ($role, $code) = @$case;

    $t->operator("r-$role", "token-$role", $role);
    is(own('POST', '/job/update', { job_id => $job, name => $role },
        "token-$role")->{code} // 0, $code, "as $role");
}

$caller->finish($0);
$t->finish;
done_testing();
