#!/usr/bin/perl

# Every endpoint that changes something leaves exactly the events of its row.

use strict;
use warnings;

use lib 't/lib';
use IC;
use IC::Api;
use IC::Good;
use IC::Recorded;
use Test::More;

IC->check;
IC::Api->check;

my $t = IC->new;
my $api = IC::Api->new;
my $good = IC::Good->new($t);
my $redis = $t->redis;
my $recorded = IC::Recorded->new($redis);
my %tried;

# A good call and the events that it leaves, one after the other; without
# them only what the row says.

sub call {
    my ($method, $path, $fields, $events, %option) = @_;

    $path = "/v1/$path" if $path !~ m{^/};
    my ($got, @entries) = $recorded->around(sub {
        $good->call($method, $path, $fields, %option) });
    my $name = "$method $path";
    my $codes = join ' ', map { $_->{event} } @entries;
    my @faults = $recorded->faults($method, $path, 1, @entries);

    is($t->verdict($got), '200 0', $name) or diag($got->{body});
    is("@faults", '', '... its evidence');
    is($codes, $events, "... which is $events") if defined $events;

    $tried{$name} = 1;

    return $got->{json}{data} // {};
}

sub own  { call('POST', "platform/$_[0]", @_[1 .. $#_]) }
sub peer { call('POST', "interconn/$_[0]", @_[1 .. $#_]) }

###############################################################################
# what IC::Good can call

for my $endpoint (grep { $_->{side} ne 'service' } $api->endpoints) {
    for my $way (qw/ fields conditional /) {
        my $fields = $good->$way($endpoint) or next;
        my %option = map { $_ => delete $fields->{$_} }
            grep { exists $fields->{$_} } qw/ who headers /;

        call(@{$endpoint}{qw/ method path /}, $fields, undef, %option);
    }
}

###############################################################################
# the life of resources

my ($peer, $contract) = ('hospital-b', 'C-hospital-b');
my %project = (project_id => own('project/create', { name => 'p' },
    'PROJECT_CREATED')->{project_id});
my %dataset = (dataset_id => own('dataset/create', { name => 'd',
    source => 'lab', owner => 'inst-hospital-a',
    location => { type => 'csv', path => '/d' },
    column_metas => [ { name => 'C', data_type => 'double',
        distribution => 'CONTINUOUS' } ] },
    'RES_CREATED')->{dataset_id});
my %model = (model_id => 'M-own');
my %flow = (flow_id => own('flow/create', { name => 'f',
    dag => $api->dag, config => $good->config }, 'FLOW_CREATED')->{flow_id});
my %component = (code => 'psi', version => '2.0');
my %registered = (%component, name => 'P', engine => 'own', inputs => [],
    outputs => []);

$redis->call('object_create', 'model', 'M-own', digest => 'd',
    model => '{"weight":[1]}', name => 'm');
own('component/register', { Component => \%registered },
    'COMPONENT_REGISTERED');
own('schedule/component/register', { Component => { %registered,
    code => 'psi2' } }, 'COMPONENT_REGISTERED');
own('dataset/describe', \%dataset, 'RES_DESCRIPTION_ASKED');

for ([ dataset => \%dataset ], [ model => \%model ],
     [ component => \%component ], [ flow => \%flow ])
{
    my ($kind, $id) = @$_;

    own("$kind/publish", { %$id, pub_scope => 'public' }, 'RES_PUBLISHED');
    own("$kind/offline", $id, 'RES_OFFLINE');
    own("$kind/online", $id, 'RES_ONLINE');

    next if $kind eq 'flow';

    own("$kind/state", { %$id, state => 'disconnected' }, 'RES_STATE_REPORTED');
    own("$kind/state", { %$id, state => 'online' }, 'RES_STATE_REPORTED');
    own("$kind/use", { %$id, %project }, 'RES_USED');
    own("$kind/release", { %$id, %project }, 'RES_RELEASED');
}

own('dataset/update', { %dataset, name => 'd2' }, 'RES_UPDATED');
own('model/update', { %model, name => 'm2' }, 'RES_UPDATED');
own('model/download', \%model, 'RES_OUT');
own('component/update', { %component, title => 'x' },
    'COMPONENT_CONFIGURED');
own("component/$_", \%component, 'COMPONENT_CONFIGURED')
    for qw/ disable enable /;
own('project/update', { %project, name => 'q' }, 'PROJECT_UPDATED');
own("project/member/$_", { %project, contract_id => $contract },
    'PROJECT_UPDATED') for qw/ add remove /;
own('project/offline', \%project, 'RES_OFFLINE');
own('project/online', \%project, 'RES_ONLINE');
own('flow/update', { %flow, name => 'f2' }, 'FLOW_UPDATED');

###############################################################################
# timetables and jobs

my %timetable = (timetable_id => own('flow/timetable/create', { %flow,
    cron => '30 2 * * *', time_zone => 'UTC' },
    'TIMETABLE_CREATED')->{timetable_id});

own('flow/timetable/update', { %timetable, name => 'x' },
    'TIMETABLE_UPDATED');
own('flow/timetable/pause', \%timetable, 'TIMETABLE_PAUSED');
own('flow/timetable/resume', \%timetable, 'TIMETABLE_RESUMED');
own('flow/timetable/remove', \%timetable, 'TIMETABLE_REMOVED');

my %job = (job_id => $good->job);
my ($step) = map { $_->{name} } @{ $api->dag->{components} };

own('job/pause', \%job, 'JOB_PAUSED');
own('job/resume', \%job, 'JOB_RESUMED');
own('job/update', { %job, name => 'n' }, 'JOB_UPDATED');
own('task/disable', { %job, task_name => $step }, 'TASK_DISABLED');
own('task/start', { %job, task_name => $step }, 'TASK_ENABLED');
own('job/stop', \%job, 'JOB_STOPPED');
$redis->call('job_advance', $job{job_id}, 'FAILED', cause => '{}');
own('job/rerun', \%job, 'JOB_CREATED');

# what was approved is asked for again when it changes

my %changed = (job_id => $good->approved('changed'));

$redis->call('audit_apply_out', 'job', $contract, 'late', $changed{job_id},
    '{}');
own('job/update', { %changed, job_params => { common => { rounds => 7 } } });

my $made = own('schedule/job/create_all', { flow_id => '', dag => $api->dag,
    config => $good->config }, 'JOB_CREATED AUDIT_APPLIED AUDIT_APPLIED');

own('schedule/job/stop_all', { job_id => $made->{job_id} }, 'JOB_STOPPED');

###############################################################################
# a task of a partner's job, from its permit to its end

sub task_of {
    my ($n) = @_;
    my ($job, $token) = $good->started($n);

    peer('schedule/task/start', { job_id => $job, task_id => "t-$n",
        task_name => $step }, 'PERMIT_USED TASK_CREATED',
        headers => { 'x-resource-permit' => $token });
    return ($job, "t-$n");
}

sub claimed {
    my ($job, $task) = task_of(@_);

    $redis->call('task_claim', $task, 'me', 60000);
    return ($job, $task);
}

my ($job, $task) = task_of('waits');
peer('schedule/task/stop', { task_id => $task }, 'TASK_FAILED');

($job, $task) = claimed('runs');
peer('schedule/task/stop', { task_id => $task }, 'TASK_STOPPED');

($job, $task) = claimed('of-job');
peer('schedule/job/stop', { job_id => $job }, 'TASK_STOPPED JOB_FINISHED');

($job, $task) = task_of('of-job-waits');
peer('schedule/job/stop', { job_id => $job }, 'TASK_FAILED JOB_FINISHED');

($job, $task) = task_of('says');
$redis->call('task_claim', $task, 'me', 60000, '', 'its-secret');
own('schedule/task/callback', { task_id => $task, status => 'SUCCESS' },
    'TASK_SAID', headers => { 'x-ptp-token' => 'its-secret' });

# ... of ours, by a partner

for my $end (qw/ SUCCESS FAILED /) {
    my $own = $good->running("ends-$end");

    $redis->call('ptask_put', $own, "p-$end", $peer, $step, 'guest.0');
    peer('schedule/task/callback', { task_id => "p-$end",
        status => 'RUNNING' }, 'TASK_STARTED');
    peer('schedule/task/callback', { task_id => "p-$end", status => $end },
        $end eq 'FAILED' ? 'TASK_FAILED' : 'TASK_FINISHED');
}

my $own = $good->running('differs');

$redis->call('task_start', $own, 'differs', $step);
$redis->call('ptask_put', $own, 'differs', $peer, $step, 'guest.0');
peer('schedule/task/callback', { task_id => 'differs', status => 'FAILED',
    cause => { error => 'component_mismatch', message => 'b: another' } },
    'TASK_FAILED COMPONENT_MISMATCH TASK_FAILED');

###############################################################################
# answers

own('audit/confirm', { audit_id => $good->requested('dataset', 'no'),
    status => 'REJECTED' }, 'AUDIT_REJECTED');
own('contract/confirm', { contract_id => $t->contract('yes',
    status => 'APPLIED'), status => 'APPROVED' }, 'CONTRACT_APPROVED');

my ($audit, $permit) = $good->asked('dataset', 'end');
peer('dataset/audit/confirm', { audit_id => $audit, status => 'APPROVED',
    resource_permit => $permit }, 'AUDIT_APPROVED');
own('audit/withdraw', { audit_id => $audit }, 'AUDIT_TERMINATED');

my ($granted) = $good->permitted('dataset', 'revoked');
own('permit/revoke', { permit_id => $redis->get(
    "audit:in:dataset:$peer:$granted", 'permit_id') },
    'AUDIT_TERMINATED PERMIT_REVOKED');

###############################################################################
# roles and nodes

own('operator/create', { name => 'dora' }, 'ROLE_CHANGED');
own('role/create', { name => 'looker', permissions => [ 'model.read' ] },
    'ROLE_CHANGED');
own('role/update', { name => 'looker', permissions => [ 'job.read' ] },
    'ROLE_CHANGED');
own('role_group/create', { name => 'lab', roles => [ 'auditor' ] },
    'ROLE_CHANGED');
own('role_group/update', { name => 'lab', roles => [ 'looker' ] },
    'ROLE_CHANGED');
own("operator/$_", { name => 'dora', roles => [ 'looker' ] }, 'ROLE_CHANGED')
    for qw/ grant revoke /;
own('operator/update', { name => 'dora', description => 'x' },
    'ROLE_CHANGED');
own('peer/refresh', { contract_id => $contract }, 'RES_QUERIED');
own('contract/profile', { contract_id => $contract,
    time_unit => 's' }, 'CONTRACT_PROFILE_SET');
own('node/add', { node_id => 'lab-x', address => 'https://x.example.org' },
    'PEER_INFO_RECORDED');
own('node/remove', { node_id => 'lab-x' }, 'PEER_INFO_REMOVED');
own('node/unpublish', {}, 'NODE_UNPUBLISHED');
own('node/publish', {}, 'NODE_PUBLISHED');

###############################################################################
# the ends

own('flow/remove', \%flow, 'FLOW_REMOVED');
own('dataset/delete', \%dataset, 'RES_DELETED');
own('model/delete', \%model, 'RES_DELETED');
own('component/unregister', \%component, 'COMPONENT_UNREGISTERED');
own('project/delete', \%project, 'PROJECT_DELETED');
own('node/deregister', {});

###############################################################################
# reads, refusals, and what is seen elsewhere

is(join(' ', map { $_->{path} } grep { $_->{method} eq 'GET' && $_->{event} }
    $api->endpoints), '', 'reads leave nothing');

my (%claims, %named, @missing);

for my $file (grep { $_ ne 't/131-events.t' } glob 't/*.t') {
    my $text = $t->slurp($file) // '';

    push @{ $claims{$_} }, $text for $text =~ /^# covers: (\w+ \S+)$/mg;
    $named{$_} = 1 for $text =~ /\b([A-Z]+_[A-Z_]+)\b/g;
}

for my $endpoint (grep { $_->{event} && $_->{side} ne 'service' }
                  $api->endpoints)
{
    my $name = "$endpoint->{method} $endpoint->{path}";

    for my $code ($recorded->unseen(@{$endpoint}{qw/ method path /})) {
        my ($there) = grep { /\b$code\b/ } @{ $claims{$name} || [] };

        push @missing, "$name: $code" if !$there && !$named{$code};
        note(($there ? 'in the test of it' : 'in another test')
            . ": $name: $code");
    }
}

is(join("\n", @missing), '', 'every event of every row is left by a call');

$t->finish;
done_testing();
