#!/usr/bin/perl

# Initiators that vanish: a partner's job ends by itself, with its tasks and
# sessions, whatever became of the node that began it.

use strict;
use warnings;

use lib 't/lib';
use IC::File;
use IC::Pace;
use IC::Sandbox;
use IC::Vendor;
use Test::More;
use Time::HiRes qw(sleep time);

my $sandbox = IC::Sandbox->new(nodes => 1);
my $node = $sandbox->node(0);
my $self = $node->{node_id};
my $store = $sandbox->store(0);
my %vendor;

configure(initiator_interval => '1s', initiator_timeout => '4s');
IC::Vendor::stub($sandbox);

my $table = $sandbox->temp . '/rows.csv';

open my $out, '>', $table or die "$table: $!\n";
print $out "id,x,ok\n", map { "$_,1,1\n" } 1 .. 40;
close $out;

my $dataset = $sandbox->dataset(0, $table);

sub configure {
    my %more = @_;
    my $file = "$node->{dir}/interconnd.conf";
    my $conf = slurp($file);

    $conf =~ s/^(?:@{[join '|', keys %more]}) .*\n//mg;

    open my $to, '>', $file or die "$file: $!\n";
    print $to $conf, map { "$_ $more{$_}\n" } sort keys %more;
    close $to;
    kill 'HUP', $node->{pids}{interconnd};
}

sub operator {
    my ($path, $body) = @_;

    return $sandbox->platform(0, "/v1/platform/$path", $body)->{data};
}

# A vendor whose jobs the contract approves.
sub vendor {
    my ($name, %settings) = @_;
    my $vendor = $vendor{$name} = IC::Vendor->new(sandbox => $sandbox,
        node => $name, code => 0, msg => 'msg');

    $vendor->contract(0);
    operator('contract/profile', { contract_id => $vendor->{contract},
        profile => 'fate', approval => 'contract', %settings });
    $vendor->post(0, '/v1/interconn/dataset/audit/apply', {
        contract_id => $vendor->{contract}, dataset_id => $dataset,
        audit_id => "D-$name", auth_scope => [], scope_ids => {} });
    operator('audit/confirm', { audit_id => "D-$name",
        status => 'APPROVED' });

    return $vendor;
}

sub post {
    my ($vendor, $path, $body) = @_;
    my $answer = $vendor->post(0, "/v1/interconn/schedule/$path", $body);

    is($answer->{code}, 0, "$path of $body->{job_id}") if !$body->{role};

    return $answer->{data};
}

sub create {
    my ($vendor, $job) = @_;

    post($vendor, 'job/create', { job_id => $job,
        dag => IC::Vendor::dag('lr_1'), config => IC::Vendor::config(
            [ 'lr_1' ], label => 'wait', initiator => $vendor->{node},
            role => { guest => [ $self ], host => [ 'THIRD' ],
                arbiter => [ 'FOURTH' ] },
            data => { $self => $dataset, THIRD => 'D3' }) });
}

# A job with one task that runs.
sub begin {
    my ($vendor, $job) = @_;

    create($vendor, $job);
    post($vendor, 'task/start', { job_id => $job, task_id => "T-$job",
                                  task_name => 'lr_1' });
    $sandbox->await("T-$job runs", sub {
        return task($job)->{status} eq 'RUNNING';
    });
}

sub job  { return operator("job/query?job_id=$_[0]") }
sub task { return job($_[0])->{tasks}[0] || { status => '' } }

sub status_all {
    my ($vendor, @answers) = @_;

    $vendor->answer('job/status_all' => \@answers);
}

sub ends {
    my ($job, $cause, $seconds) = @_;
    my $begun = time();

    $sandbox->await("the end of $job", sub {
        return job($job)->{status} eq 'FAILED';
    }, $seconds || 12);

    my $took = time() - $begun;
    my $told = job($job)->{cause};

    is($told->{error}, $cause, "$job: why");
    ok($told->{message_zh}, '... also in Chinese');
    $sandbox->await("T-$job is stopped", sub {
        return task($job)->{status} eq 'FAILED';
    });
    is($store->call('session_get', "session_T-$job")->{fields}{status},
        'CLOSED', '... its session is closed');

    return $took;
}

sub goes_on {
    my ($job, $asked, $what) = @_;

    $sandbox->await("questions about $job", $asked, 12);
    is(job($job)->{status}, 'RUNNING', "$job: $what");
}

sub events {
    my ($job) = @_;

    return map { $_->{event} } grep { $_->{subject} eq "job:$job" }
        $store->stream('evidence');
}

###############################################################################
# one that answers

my $fate = vendor('FATE01');

begin($fate, 'J1');
goes_on('J1', sub { $fate->calls('job/status_all') >= 3 },
    'asked for, and nothing said against it');

my ($call) = $fate->calls('job/status_all');

is("$call->{method} $call->{path} $call->{json}{job_id}",
    'GET /v1/interconn/schedule/job/status_all J1', 'in the body of a GET');

status_all($fate, { status => 404, raw => '<html>' });

my $before = $fate->calls('job/status_all');

goes_on('J1', sub { $fate->calls('job/status_all') >= $before + 4 },
    'a server without the call knows nothing of it either way');

status_all($fate, { code => 4040 }, { data => { job_status => 'RUNNING' } },
           { code => 4040 }, { data => { job_status => 'RUNNING' } });
$before = $fate->calls('job/status_all');
goes_on('J1', sub { $fate->calls('job/status_all') >= $before + 5 },
    'a no that is taken back');
status_all($fate, { code => 1001, raw =>
    '{"code":1001,"message":"job not found"}' });
ends('J1', 'initiator_lost');
is((grep { $_ eq 'INITIATOR_LOST' } events('J1')), 1, 'the evidence says so');

begin($fate, 'J2');
status_all($fate, { data => { job_status => 'FINISHED',
                              status => { 'T-J2' => 'FAILED' } } });
ends('J2', 'task_stopped');

my $kuscia = vendor('KUSCIA01', status_all => 'query', states => 'standard');

my $asked = 'job/status_all?job_id=J3';

begin($kuscia, 'J3');
$kuscia->answer($asked => [ { data => {
    status => { 'T-J3' => 'RUNNING' } } } ]);
goes_on('J3', sub { $kuscia->calls($asked) >= 2 },
    'states of tasks alone');
($call) = $kuscia->calls($asked);
is($call->{path}, '/v1/interconn/schedule/job/status_all?job_id=J3',
    'by an argument of the query');
$kuscia->answer($asked => [ { data => { status => { 'T-J3' => 'FAILED' } } } ]);
ends('J3', 'task_stopped');

###############################################################################
# one that is gone

my $gone = vendor('GONE01', status_all => 'post');

begin($gone, 'J4');
goes_on('J4', sub { $gone->calls('job/status_all') >= 2 }, 'it is there');
($call) = $gone->calls('job/status_all');
is("$call->{method} $call->{json}{job_id}", 'POST J4', 'as version 1.2 has it');
$gone->{server}->stop;

# cannot be called, but calls: behind a gateway that lets nobody in

my $until = time() + 7;

while (time() < $until) {
    post($gone, 'task/poll', { task_id => 'T-J4', role => 'guest.0',
                               job_id => 'J4' });
    sleep(0.5);
}

is(job('J4')->{status}, 'RUNNING', 'J4: who polls is there');

my $took = ends('J4', 'initiator_lost');

cmp_ok($took, '>', 2, '... not before its time');
cmp_ok($took, '<', within(8), '... and not long after');

# a pause of the courier is none of the initiator

$gone->{server}->start;
begin($gone, 'J5');
$gone->{server}->stop;
kill 'HUP', $node->{pids}{interconnd};
$took = ends('J5', 'initiator_lost');
cmp_ok($took, '>', 2, 'J5: the time is counted from the new begin');

###############################################################################
# one that never starts its job

create($fate, 'J6');
status_all($fate, { data => { job_status => 'PENDING' } });
sleep 2;
is(job('J6')->{status}, 'PENDING', 'J6 waits for its start');
configure(job_start_timeout => '1s');
$sandbox->await('the end of J6', sub { job('J6')->{status} eq 'FAILED' });
is(job('J6')->{cause}{error}, 'job_not_started', '... and not for ever');
is((grep { $_ eq 'JOB_EXPIRED' } events('J6')), 1, 'the evidence says so');

$sandbox->finish;
done_testing();
