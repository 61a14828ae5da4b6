#!/usr/bin/perl

# system.callback as containers use it, and the ecosystem's own calls for
# operators: job/create_all and its siblings.
#
# covers: POST /v1/platform/schedule/job/create_all
# covers: POST /v1/platform/schedule/job/stop_all
# covers: POST /v1/platform/schedule/job/stop_task
# covers: GET /v1/platform/schedule/job/status_all
# covers: POST /v1/platform/schedule/job/status_all
# covers: GET /v1/platform/schedule/job/query_job_list
# covers: POST /v1/platform/schedule/component/register
# covers: POST /v1/platform/schedule/task/callback
# covers: GET /v1/platform/schedule/task/get_log_line
# covers: GET /v1/platform/schedule/task/get_log
# covers: POST /v1/interconn/schedule/job/create_all
# covers: POST /v1/interconn/schedule/job/audit_confirm

use warnings;
use strict;

use lib 't/lib';
use IC;
use IC::Api;
use IC::Caller;
use MIME::Base64 qw/ encode_base64 /;
use Test::More;

IC->check;
IC::Api->check;

my $t = IC->new;
my $api = IC::Api->new;
my $caller = IC::Caller->new($t);
my $redis = $t->redis;
my $self = 'hospital-a';

sub own  { $caller->own(@_) }
sub peer { $caller->peer(@_) }
sub left { $caller->left(@_) }

###############################################################################
# jobs of operators

my $config = $api->config($self, 'hospital-b', 'hospital-c');

$t->contract($_, cert => $_) for qw/ hospital-b hospital-c /;

my ($job, $events, $out) = left(sub { own('POST',
    '/schedule/job/create_all', { flow_id => '', dag => $api->dag,
        config => $config }) });

like($job->{job_id}, qr/^J/, 'create_all');
is_deeply([ sort @$events ], [ qw/ AUDIT_APPLIED AUDIT_APPLIED JOB_CREATED / ],
    'made, and its parties asked');
is_deeply([ sort map { "$_->{peer} $_->{path}" } @$out ], [ map {
    "hospital-$_ /v1/interconn/job/audit/apply" } qw/ b c / ], '... at once');

my $id = $job->{job_id};

is_deeply(own('GET', '/schedule/job/status_all', { job_id => $id }),
    { job_status => 'READY', status => {} }, 'status_all');
is_deeply(own('POST', '/schedule/job/status_all', { job_id => $id }),
    { job_status => 'READY', status => {} }, '... by POST');

for my $ask (@$out) {
    ($job, $events) = left(sub { peer('POST', '/job/audit/confirm', {
        audit_id => $ask->{body}{audit_id}, status => 'APPROVED',
        resource_permit => { token => 'token', resource_type => 'Job',
            resource_id => $id, resource_level => 1,
            resource_node_id => $ask->{peer}, resource_inst_id => 'i',
            request_node_id => $self, request_inst_id => 'i' } },
        $ask->{peer}) });
}

is_deeply([ @$events[0, -1] ], [ qw/ AUDIT_APPROVED FLOW_EXECUTED / ],
    'the last approval starts it');
is_deeply(own('GET', '/schedule/job/query_job_list', { flow_id => $id }),
    { job_list => { $id => 'READY' } }, 'query_job_list');
is(own('POST', '/schedule/job/stop_task', { job_id => $id,
    task_name => 'none' })->{code}, 4040, 'stop_task: no such step');
($job, $events) = left(sub { own('POST', '/schedule/job/stop_task', {
    job_id => $id, task_name => $api->dag->{components}[0]{name} }) });
is_deeply($events, [ 'JOB_STOPPED' ], 'stop_task stops what needs it');
is_deeply([ left(sub { own('POST', '/schedule/job/stop_all',
    { job_id => $id }) }) ]->[1], [], 'stop_all, after that');

is(own('POST', '/schedule/job/create_all', { dag => $api->dag,
    config => $api->config($self, 'nobody', 'hospital-b') })->{code}, 4030,
    'a party without a contract');
is(own('POST', '/schedule/job/create_all', { dag => $api->dag, config =>
    $api->config('hospital-b', $self) })->{code}, 4003,
    'the job of another');
is(own('GET', '/schedule/job/status_all', { job_id => 'none' })->{code},
    4040, 'status_all of nothing');

is(own('POST', '/schedule/component/register', { imageUrl => 'x',
    component_info => { componentName => 'psi', version => '2.0.0',
        title => 't', provider => 'fate', roleList => [ 'guest' ],
        inputParam => [], inputData => [], outputData => [],
        result => [] } })->{code}, 'psi',
    'component/register by its other path');

###############################################################################
# a job that is handed to us

my %hand = (job_id => 'H1', dag => $api->dag,
    config => $api->config('hospital-b', $self, 'hospital-c'));

is_deeply([ left(sub { peer('POST', '/schedule/job/create_all', \%hand) }) ]
    ->[1], [ 'AUDIT_APPLIED' ], 'it waits for an operator');
is_deeply([ left(sub { peer('POST', '/schedule/job/create_all', \%hand) }) ]
    ->[1], [], '... once');
is(peer('POST', '/schedule/job/create_all', { %hand,
    dag => $api->dag('lr') })->{code}, 4091, 'with other content')
    if $t->encode($api->dag('lr')) ne $t->encode($api->dag);
is_deeply(peer('GET', '/schedule/job/status_all', { job_id => 'H1' }),
    { job_status => 'PENDING', status => {} }, 'its state meanwhile');
is(peer('POST', '/schedule/job/create_all', { %hand, job_id => 'H2' },
    'hospital-c')->{code}, 4003, 'who is not its initiator');

# who is asked by us would take it for ours
$redis->command('HSET', $redis->key('job:J-ours'), role => 'initiator',
    initiator => $self, status => 'SUCCESS', dag => $t->encode($api->dag),
    config => $t->encode($config));
$redis->command('HSET', $redis->key('task:T-ours'), job_id => 'J-ours',
    task_name => 'lr', status => 'SUCCESS', role => 'guest.0');

my $two = $api->dag;
my $reuse = { job_id => 'J-ours', tasks => { lr => 'T-ours' } };

push @{ $two->{components} }, { %{ $two->{components}[0] }, name => 'more' };

sub taking {
    my ($of) = @_;
    my $with = $t->decode($t->encode($of) =~ s/"lr":(\{.*?\})/$&,"more":$1/gr);

    $with->{job_params}{common}{reuse} = $reuse;

    return $with;
}

is(peer('POST', '/schedule/job/create_all', { %hand, job_id => 'H3',
    dag => $two, config => taking($hand{config}) })->{code}, 4097,
    'it takes over nothing of ours');
is($redis->status('sched_job_create_all', 'hospital-b', 'H4', 'd', '',
    dag => $t->encode($two), config => $t->encode(taking($api->config(
    'hospital-b', 'hospital-c')))), 'reuse_missing', '... of another party');

(undef, $events, $out) = left(sub { own('POST', '/audit/confirm',
    { audit_id => 'H1', resource_type => 'job', status => 'APPROVED' }) });
is_deeply([ map { "$_->{peer} $_->{path}" } @$out ],
    [ 'hospital-c /v1/interconn/job/audit/apply' ],
    'then the others are asked, and nobody is told what it does not know');
is($redis->get('job:H1', 'handed_by'), 'hospital-b', 'whose it is');
is_deeply(peer('POST', '/schedule/job/audit_confirm', { job_id => 'H1',
    status => 'READY' }, 'hospital-c'), {}, 'a READY that comes early');
peer('POST', '/schedule/job/stop_all', { job_id => 'H1' });
is($redis->get('job:H1', 'cancel'), '1', 'its initiator stops it');

###############################################################################
# what a container says

my $theirs = $api->config('hospital-b', $self, 'hospital-c');
my ($n, $epoch) = (0, '');

# A task that runs; its id and its secret.
sub task {
    my ($token) = @_;
    my $task = 'T' . ++$n;

    $redis->call('audit_apply_in', 'job', 'hospital-b', '', "A$n", "d$n",
        "J$n", dag => $t->encode($api->dag), config => $t->encode($theirs));
    $redis->call('audit_confirm_out', 'job', "A$n", 'hospital-b', 'APPROVED',
        '{}', jti => "jti$n", spki => '');
    $redis->call('sched_task_start', 'hospital-b', "J$n", $task,
        $api->dag->{components}[0]{name}, "jti$n", token => $token);
    $epoch = $redis->call('task_claim', $task, 'me', 60000, '', "secret$n")
        ->{fields}{epoch};

    return $task;
}

sub say {
    my ($task, $status, $proof, %more) = @_;
    my $answer = $t->http('ns', 'POST', delete $more{path}
        || '//v1/platform/schedule/task/callback', body => {
            task_id => $task, status => $status, role => 'guest.0', %more },
        headers => $proof);

    $caller->{covered}{'POST /v1/platform/schedule/task/callback'} = 1
        if ($answer->{json}{code} // -1) == 0;

    return $answer->{json}{code};
}

sub basic { return { Authorization => 'Basic ' . encode_base64("task:$_[0]",
                                                               '') } }

my $task = task('token');
my $role = $redis->get("task:$task", 'role');
my %as = (role => $role);

is(say($task, 'RUNNING', basic("secret$n"), %as), 0, 'the URL as it is given');
is(say($task, 'RUNNING', { 'x-ptp-token' => 'token' }, %as), 0,
    'the token of its session');
is(say($task, 'RUNNING', {}, %as, token => 'token'), 0, '... in the body');
is(say($task, 'READY', basic("secret$n"), %as), 0, 'READY');
is(say($task, 'RUNNING', basic("secret$n"), role => "$role,other.7"), 0,
    'several roles');
is(say($task, 'RUNNING', basic("secret$n"), role => ''), 0, 'no role');
is(say($task, 'RUNNING', basic("secret$n"), role => 'arbiter.4'), 4001,
    'the role of another');
is(say($task, 'DONE', basic("secret$n"), %as), 4001, 'no state');
is($redis->status('task_said', $task, "secret$n", 'socket', 'RUNNING', $role,
    stage => 'x' x 257), 'invalid_fields', 'a stage that partners refuse');

for my $case ([ {}, 'nobody' ], [ basic('secret'), 'a wrong secret' ],
              [ basic(''), 'none' ],
              [ { 'x-ptp-token' => 'other' }, 'a wrong token' ],
              [ { Authorization => 'Bearer secret' }, 'an operator' ])
{
    my ($proof, $what) = @$case;
    my $before = $redis->dump;

    is(say($task, 'FAILED', $proof, %as), 4038, $what);
    is(say('T-none', 'FAILED', $proof, %as), 4038, '... of no task');
    is($redis->dump, $before, '... changes nothing');
}

my $next = task('');

is(say($task, 'FAILED', basic("secret$n"), %as), 4038, "another task's");
is(say($next, 'RUNNING', { 'x-ptp-token' => '' }, %as), 4038,
    'a session without a token does not let everybody in');
is(say($next, 'FAILED', basic("secret$n"), %as, message => 'no rows'), 0,
    'FAILED');
is(say($next, 'SUCCESS', basic("secret$n"), %as), 0,
    'SUCCESS after that: the first end counts');
$redis->call('task_end', $next, $epoch, 'SUCCESS');
is($redis->get("task:$next", 'status'), 'FAILED',
    'whatever its exit status says');
like($redis->get("task:$next", 'cause'), qr/task_crashed.*no rows/,
    'in its own words');
is(say($next, 'SUCCESS', basic("secret$n"), %as), 0, 'after the end: ignored');
is($redis->get("task:$next", 'status'), 'FAILED', '... it is over');

# a process of an earlier run has an old secret

my $again = task('');

$redis->command('HSET', $redis->key("task:$again"), 'status', 'PENDING');
$redis->call('task_claim', $again, 'other', 60000, '', 'newer');
is(say($again, 'FAILED', basic("secret$n"), %as), 4038, 'of an earlier run');
is(say($again, 'SUCCESS', basic('newer'), %as, progress => 70), 0, 'of this');
is($redis->call('task_beat', $again, $redis->get("task:$again", 'epoch'),
    60000)->{fields}{said}, 'SUCCESS', 'the runner hears of it');

###############################################################################
# its log

$redis->call('task_log', $again, $redis->get("task:$again", 'epoch'), 'info',
    map { "line $_" } 0 .. 9);
is(own('GET', '/schedule/task/get_log_line', { task_id => $again,
    log_level => 'info' })->{num}, 10, 'get_log_line');
is_deeply(own('GET', '/schedule/task/get_log', { task_id => $again,
    log_level => 'info', start => 3, length => 2 })->{data},
    [ 'line 3', 'line 4' ], 'get_log');
is(own('GET', '/schedule/task/get_log', { task_id => 'none',
    log_level => 'info', start => 0, length => 2 })->{code}, 4040,
    'of nothing');

$caller->finish($0);
$t->finish;
done_testing();
