#!/usr/bin/perl

# Schedulers as they are: one like FATE-Flow's, one like kuscia's. Each drives
# this node through a whole job by its own sequence, and this node's scheduler
# drives each. They are imitations of the observed behaviour: an answer that
# the real one would not take ends the test.

use strict;
use warnings;

use lib 't/lib';
use IC::Sandbox;
use IC::Vendor;
use JSON::PP;
use Test::More;
use Time::HiRes qw(sleep time);

my $json = JSON::PP->new->canonical;
my $sandbox = IC::Sandbox->new(nodes => 2);
my $self = $sandbox->node(0)->{node_id};
my $guest = $sandbox->node(1)->{node_id};
my $base = $sandbox->node(0)->{address};

my %vendor = (
    fate => IC::Vendor->new(sandbox => $sandbox, node => 'FATE01',
        code => 0, msg => 'msg'),
    kuscia => IC::Vendor->new(sandbox => $sandbox, node => 'KUSCIA01',
        code => 200, msg => 'msg'),
);

IC::Vendor::stub($sandbox);
$sandbox->contract(1, 0);

sub operator {
    my ($path, $body) = @_;
    my $answer = $sandbox->platform(0, "/v1/platform/$path", $body);

    diag("$path: $answer->{msg}") if $answer->{code};
    return $answer->{data};
}

sub profile {
    my ($name, %settings) = @_;

    operator('contract/profile', { contract_id => $vendor{$name}{contract},
        profile => $name, %settings });
}

my $table = $sandbox->temp . '/rows.csv';

open my $out, '>', $table or die "$table: $!\n";
print $out "id,x,ok\n", map { "$_,1,1\n" } 1 .. 40;
close $out;

my $dataset = $sandbox->dataset(0, $table);

# what people agree on by hand, since neither has a management plane

for my $name (sort keys %vendor) {
    my $vendor = $vendor{$name};

    $vendor->contract(0);
    $vendor->post(0, '/v1/interconn/dataset/audit/apply', {
        contract_id => $vendor->{contract}, dataset_id => $dataset,
        audit_id => "D-$name", auth_scope => [], scope_ids => {} });
    operator('audit/confirm', { audit_id => "D-$name",
        status => 'APPROVED' });
    $vendor->await('dataset/audit/confirm');
    profile($name);
}

###############################################################################
# one like FATE-Flow

my $nonce = 0;

# Its HTTP client: three tries at anything but HTTP 200, then code 104.
sub fate {
    my ($method, $path, $body) = @_;
    my $answer;

    for (1 .. 3) {
        my $http = $vendor{fate}->http->request($method,
            "$base//v1/interconn/schedule/$path", { headers => {
                x_node_id => 'FATE01', x_auth_sign => '', x_trace_id => '',
                x_nonce => 'fate-nonce-' . ++$nonce,
                x_timestamp => int(time * 1000),
                'Content-Type' => 'application/json' },
                content => $json->encode($body) });

        next if $http->{status} != 200;
        $answer = eval { decode_json($http->{content}) };
        last;
    }

    $answer ||= { code => 104, message => 'federated' };
    die "no code in the answer to $path\n" if !exists $answer->{code};
    diag("$path: $answer->{code} " . ($answer->{msg} || ''))
        if $answer->{code};

    return $answer;
}

# READY, RUNNING, SUCCESS or FAILED, in the end.
sub fate_task {
    my ($job, $task, $name) = @_;

    is(fate(POST => 'task/start', { job_id => $job, task_id => $task,
        task_name => $name })->{code}, 0, "$task: task/start");

    my $status = '';
    my $until = time() + 20;

    while ($status !~ /^(?:SUCCESS|FAILED)$/ && time() < $until) {
        sleep(0.1);
        $status = fate(POST => 'task/poll', { task_id => $task, role => '' })
            ->{data}{status};
    }

    # sent after the end of a task, also of a good one
    is(fate(POST => 'job/stop', { job_id => $job, task_name => $name })
        ->{code}, 0, "$task: job/stop, to clean up");

    return $status;
}

sub config {
    my ($label, $initiator) = @_;
    my $config = IC::Vendor::config([ 'lr_1', 'lr_2' ], label => $label,
        initiator => $initiator, role => { guest => [ $self ],
            host => [ 'THIRD' ], arbiter => [ 'FOURTH' ] },
        data => { $self => $dataset, THIRD => 'D3' });

    return $config;
}

sub answer {
    my ($id, $status) = @_;
    my $audit = $sandbox->await("$id in the inbox", sub {
        my $list = $sandbox->platform(0, '/v1/platform/audit/list'
            . '?resource_type=job&status=APPLIED&dir=in&page_size=-1');
        my ($one) = grep { $_->{audit_id} eq $id } @{ $list->{data}{records} };
        return $one;
    });

    operator('audit/confirm', { audit_id => $id, status => $status });

    return $audit;
}

my %create = (job_id => 'FJ1', flow_id => '', old_job_id => '',
    dag => IC::Vendor::dag('lr_1', 'lr_2'), config => config('ok', 'FATE01'));

is(fate(POST => 'job/create', \%create)->{code}, 0, 'fate: job/create');
is(fate(POST => 'job/create', \%create)->{code}, 0, '... twice');
is(answer('FJ1', 'APPROVED')->{node_id}, 'FATE01',
    'it waits for the operator, who approves');
is(fate(POST => 'job/start', { job_id => 'FJ1' })->{code}, 0, 'job/start');
is(fate_task('FJ1', 'FT1', 'lr_1'), 'SUCCESS', 'the first task');
is(fate_task('FJ1', 'FT2', 'lr_2'), 'SUCCESS', 'the second one');
is(fate(POST => 'job/stop', { job_id => 'FJ1' })->{code}, 0, 'job/stop');

my $all = fate(GET => 'job/status_all', { job_id => 'FJ1' });

is_deeply($all->{data}, { job_status => 'FINISHED',
    status => { FT1 => 'SUCCESS', FT2 => 'SUCCESS' } },
    'status_all, a GET with a body');
is(fate(POST => 'job/stop', { job_id => 'nobody' })->{code}, 0,
    'job/stop of an unknown job');

my @used = grep { $_->{audit_id} eq 'FJ1' } @{ operator(
    'permit/list?page_size=-1')->{records} || [] };

is($used[0]{used}, 2, 'two uses of the permit that it never showed')
    if @used;

# it does not wait for people: what it starts meanwhile waits

%create = (%create, job_id => 'FJ2');
fate(POST => 'job/create', \%create);
is(fate(POST => 'job/start', { job_id => 'FJ2' })->{code}, 0,
    'job/start before the approval');
is(fate(POST => 'task/start', { job_id => 'FJ2', task_id => 'FT3',
    task_name => 'lr_1' })->{code}, 0, '... and task/start') for 1, 2;
is(fate(POST => 'task/poll', { task_id => 'FT3', role => '' })
    ->{data}{status}, 'PENDING', 'which waits');
is(fate(GET => 'job/status_all', { job_id => 'FJ2' })->{data}{job_status},
    'PENDING', 'as the job does');
answer('FJ2', 'APPROVED');
is($sandbox->await('FT3', sub {
    my $state = fate(POST => 'task/poll', { task_id => 'FT3', role => '' })
        ->{data}{status};
    return $state =~ /SUCCESS|FAILED/ && $state;
}), 'SUCCESS', 'and then runs');

fate(POST => 'job/create', { %create, job_id => 'FJ3' });
fate(POST => 'task/start', { job_id => 'FJ3', task_id => 'FT4',
    task_name => 'lr_1' });
answer('FJ3', 'REJECTED');

my $poll = fate(POST => 'task/poll', { task_id => 'FT4', role => '' })->{data};
is("$poll->{status} $poll->{cause}{error}", 'FAILED job_rejected',
    'rejected: its poll says so');
is(scalar(grep { $_->{path} =~ /job\/audit/ } $vendor{fate}->calls), 0,
    'it is told nothing that it does not know');

# another's profile is nobody else's

is($vendor{kuscia}->post(0, '/v1/interconn/schedule/task/poll',
    { task_id => 'FT1', role => '' })->{code}, 4040, "fate's task");

###############################################################################
# one like kuscia

# Its client: only code 200 is success, and all fields are there, empty.
sub kuscia {
    my ($method, $path, $body) = @_;
    my %headers = ('X-Node-Id' => 'KUSCIA01', 'X-Timestamp' => int time);
    my $url = "$base/v1/interconn/schedule/$path";
    my $http = $vendor{kuscia}->http->request($method, $url, {
        headers => { %headers, $body ? ('Content-Type' =>
            'application/json') : () },
        $body ? (content => $json->encode($body)) : () });
    my $answer = eval { decode_json($http->{content}) } || {};

    return $answer if ($answer->{code} // 0) == 200;

    return { error => 'status code: ' . ($answer->{code} // 'none')
        . ', message: ' . ($answer->{msg} // $http->{status}) };
}

sub kuscia_ok {
    my ($what, $answer) = @_;

    is($answer->{error}, undef, "kuscia: $what");
    return $answer->{data};
}

my $dag = { version => '2.0.0', components => [ map { { code => 'homo_lr',
    module_name => 'homo_lr', name => $_, version => 'v1.0.0', input => [],
    output => [ { type => 'model', key => 'model' } ] } } 'lr_1', 'lr_2' ] };

profile('kuscia', approval => 'contract');
kuscia_ok('job/create', kuscia(POST => 'job/create', { job_id => 'KJ1',
    flow_id => '', dag => $dag, config => config('ok', 'KUSCIA01') }));
kuscia_ok('job/start', kuscia(POST => 'job/start', { job_id => 'KJ1' }));

for my $n (1, 2) {
    kuscia_ok("task/start $n", kuscia(POST => 'task/start', {
        job_id => 'KJ1', task_id => "KT$n", task_name => "lr_$n" }));

    my $status = $sandbox->await("KT$n", sub {
        my $data = kuscia(POST => 'task/poll', { task_id => "KT$n",
            role => 'guest' })->{data};
        return ($data->{status} || '') =~ /SUCCESS|FAILED/ && $data->{status};
    });

    is($status, 'SUCCESS', "kuscia: the task $n");
}

is_deeply(kuscia_ok('status_all', kuscia(GET =>
    'job/status_all?job_id=KJ1'))->{status},
    { KT1 => 'SUCCESS', KT2 => 'SUCCESS' }, '... of both tasks');
kuscia_ok('task/stop', kuscia(POST => 'task/stop', { task_id => 'KT2' }));
kuscia_ok('job/stop', kuscia(POST => 'job/stop', { job_id => 'KJ1',
    task_name => '' }));

my $seen = operator('job/query?job_id=KJ1');
is($seen->{status}, 'SUCCESS', 'a job that the contract has approved');

is(kuscia(POST => 'task/poll', { task_id => 'none', role => 'guest' })
    ->{error}, 'status code: 4040, message: no such object for this caller:'
    . ' none', 'an error is one, with its message');

# data have their own consent, whatever the contract approves

operator('audit/terminate', { audit_id => 'D-kuscia' });
kuscia(POST => 'job/create', { job_id => 'KJ2', flow_id => '', dag => $dag,
    config => config('ok', 'KUSCIA01') });
kuscia(POST => 'task/start', { job_id => 'KJ2', task_id => 'KT3',
    task_name => 'lr_1' });
is($sandbox->await('KT3', sub {
    my $data = kuscia(POST => 'task/poll', { task_id => 'KT3',
        role => 'guest' })->{data};
    return ($data->{status} || '') eq 'FAILED' && $data->{cause}{error};
}), 'data_not_approved', 'but not the data');

###############################################################################
# our scheduler, and they as parties

$sandbox->authorise(1, 0, my $theirs = $sandbox->dataset(1, $table));

sub job {
    my ($vendor, %answers) = @_;
    my %job = (dag => { version => '2.0.0', components => [ {
            name => 'lr_1', componentName => 'homo_lr', provider => 'p',
            version => 'v1.0.0', output => [ { type => 'model',
                key => 'model' } ] } ] },
        conf => IC::Vendor::config([ 'lr_1' ], initiator => $self,
            role => { guest => [ $guest ], host => [ $vendor->{node} ],
                arbiter => [ $self ] },
            data => { $guest => $theirs, $vendor->{node} => 'VD1' }));

    $vendor->answer(%answers);

    my $flow = operator('flow/create', { name => 'f', %job });
    my $id = operator('job/create', { %job, name => 'j',
        flow_id => $flow->{flow_id}, sync_type => 'POLL' })->{job_id}
        or die "job/create\n";

    for my $contract ($vendor->{contract}, $sandbox->contract_with(0, 1)) {
        operator('audit/apply', { resource_type => 'job', job_id => $id,
                                  contract_id => $contract });
    }

    my $asked = $vendor->await('job/audit/apply');

    $vendor->post(0, '/v1/interconn/job/audit/confirm', {
        status => 'APPROVED', audit_id => $asked->{json}{audit_id},
        resource_permit => $vendor->permit('Job', $id, 0) });
    $sandbox->answer_job(1);
    $sandbox->await('the start', sub {
        return $sandbox->platform(0, '/v1/platform/job/start',
            { job_id => $id })->{code} == 0;
    });

    return ($id, $asked);
}

sub ended {
    my ($id) = @_;
    my $job;

    $sandbox->await("the end of $id", sub {
        $job = operator("job/query?job_id=$id");
        return $job->{status} =~ /^(?:SUCCESS|FAILED)$/;
    }, 30);

    return $job;
}

for my $name (qw(fate kuscia)) {
    my $vendor = $vendor{$name};
    my ($id, $asked) = job($vendor, 'task/poll' => [
        { data => { status => 'RUNNING' } },
        { data => { status => 'SUCCESS' } } ],
        'task/stop' => [ { status => 404, raw => '<html>' } ],
        $name eq 'kuscia' ? ('job/create' => [ { data => {
            status => 'PENDING' } } ]) : ());

    is($asked->{json}{sync_type}, 'poll', "$name: sync_type as it writes it");
    is_deeply($asked->{json}{conf}, $asked->{json}{config},
        "$name: conf, beside config");
    is(ended($id)->{status}, 'SUCCESS', "$name: as a party, driven to the end");

    my ($create) = $vendor->calls('schedule/job/create');
    my ($start) = $vendor->calls('schedule/task/start');
    my ($poll) = $vendor->calls('schedule/task/poll');
    my $component = $create->{json}{dag}{components}[0];
    my %head = %{ $start->{headers} };

    is("$component->{code} $component->{module_name}", 'homo_lr homo_lr',
        "$name: the component in its words");
    is($head{'x-node-id'}, $self, "$name: X-Node-Id, which its handlers need");
    is($head{'x-source-node-id'}, $self, '... beside the standard header');
    is(length $head{'x-timestamp'}, $name eq 'kuscia' ? 10 : 13,
        "$name: the unit of x-timestamp");
    isnt($poll->{json}{role}, '', "$name: a poll names the role");
    ok($vendor->verifies($start, $sandbox->node(0)->{cert}),
        "$name: signed as it was sent");
}

# what FATE says without an engine, in its own words

my ($id) = job($vendor{fate}, 'task/start' => [ { code => 6000,
    raw => '{"code":6000,"message":"RuntimeError(no engine)"}' } ]);
my $cause = ended($id)->{cause};

is("$cause->{error} $cause->{party}", 'job_rejected host.0',
    'fate: refuses a task');
like($cause->{message}, qr/code 6000: RuntimeError\(no engine\)/,
    '... and its `message` is told');

$sandbox->finish;
done_testing();
