#!/usr/bin/perl

# One like FATE-Flow's, one like kuscia's and one of our own kind in one job of
# ours, none of them with more than it has: no audits, no permits, polls or
# callbacks only, late and out of order. Then their recorded sequences, with
# repeats and what comes too early at random.

use strict;
use warnings;

use lib 't/lib';
use IC::Sandbox;
use IC::Vendor;
use Test::More;
use Time::HiRes qw(sleep time);

my $seed = $ENV{IC_SEED} || int(time() * 1000) % 1000000;
my $sandbox = IC::Sandbox->new(nodes => 2);
my $store = $sandbox->store(0);
my ($self, $guest) = map { $sandbox->node($_)->{node_id} } 0, 1;
my %vendor = map { my ($name, $code) = @$_;
    $name => IC::Vendor->new(sandbox => $sandbox, node => uc "${name}01",
                             code => $code, msg => 'msg')
} [ fate => 0 ], [ kuscia => 200 ], [ old => 200 ];

srand $seed;
diag("IC_SEED=$seed");
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
        profile => $name eq 'old' ? 'interop-1.0' : $name, %settings });
}

my $table = $sandbox->temp . '/rows.csv';

open my $out, '>', $table or die "$table: $!\n";
print $out "id,x,ok\n", map { "$_,1,1\n" } 1 .. 40;
close $out;

my $ours = $sandbox->dataset(0, $table);
my $theirs = $sandbox->dataset(1, $table);

$sandbox->authorise(1, 0, $theirs);

for my $name (sort keys %vendor) {
    $vendor{$name}->contract(0);
    profile($name);
}

###############################################################################
# our jobs

# Begins one; the id. Nobody but our own kind is asked by an audit.
sub job {
    my ($sync, @hosts) = @_;
    my $config = IC::Vendor::config([ 'lr_1' ], initiator => $self,
        role => { guest => [ $guest ], arbiter => [ $self ],
            host => [ map { $_->{node} } @hosts ] },
        data => { $guest => $theirs, map { $_->{node} => 'VD1' } @hosts });

    $config->{job_params}{common}{sync_type} = $sync;

    my $id = operator('schedule/job/create_all', { flow_id => '',
        dag => IC::Vendor::dag('lr_1'), config => $config })->{job_id};

    $sandbox->answer_job(1);

    return $id;
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

sub started { return $_[0]->await('task/start', $_[1])->{json}{task_id} }

sub callback {
    my ($vendor, $task, $role, $status) = @_;

    return $vendor->post(0, '//v1/interconn/schedule/task/callback', {
        task_id => $task, status => $status, role => $role })->{code};
}

my ($fate, $kuscia, $old) = @vendor{qw(fate kuscia old)};
my @poll = ('task/poll' => [ { data => { status => 'RUNNING' } },
                             { data => { status => 'SUCCESS' } } ]);

$_->answer(@poll) for $fate, $kuscia;

my $id = job('poll', $fate, $kuscia);

is(ended($id)->{status}, 'SUCCESS', 'fate, kuscia and one of ours together');
is(scalar(grep { $_->{path} =~ m{job/audit} } map { $_->calls } $fate,
    $kuscia), 0, 'they are asked by no audit, which they do not have');

for my $vendor ($fate, $kuscia) {
    my @order = map { $_->{path} =~ m{schedule/(\S+)} ? $1 : () }
        $vendor->calls;

    is(join(' ', @order[0 .. 3], $order[-1]),
        'job/create job/start task/start task/poll job/stop',
        "$vendor->{node}: driven in its own order");
}

# only callbacks: no task/poll there, RUNNING comes behind SUCCESS

$fate->answer('task/poll' => [ { status => 404, raw => '<html>' } ]);
$kuscia->answer('task/poll' => [ { code => 500 },
    { data => { status => 'PENDING' } }, { data => { status => 'RUNNING' } },
    { data => { status => 'SUCCESS' } }, { data => { status => 'RUNNING' } } ]);
$id = job('CALLBACK', $fate, $kuscia);

my $task = started($fate, 2);

$sandbox->await('polls', sub { $fate->calls('task/poll') >= 1 }, 20);
is(callback($fate, $task, 'host.0', 'SUCCESS'), 0, 'it calls back');
is(callback($fate, $task, 'host.0,host.7', 'RUNNING'), 0, '... late');
is(callback($fate, $task, 'host', 'FAILED'), 0, '... and wrong');
is(ended($id)->{status}, 'SUCCESS',
    'one that only calls back beside one that only answers');
is(callback($fate, $task, 'host.0', 'FAILED'), 0, 'after the end');
is(operator("job/query?job_id=$id")->{status}, 'SUCCESS', '... nothing');
isnt(callback($kuscia, 'none', 'host.1', 'FAILED'), 0, 'of no task');

# one of version 1.0 says itself when it is ready

$old->answer(@poll);
$id = job('Poll', $old);
$old->await('job/create');
sleep 2;
is($old->calls('job/start'), 0, 'no job/start before READY');

my %ready = (job_id => $id, status => 'READY');

is($old->post(0, '/v1/interconn/schedule/job/audit_confirm', \%ready)->{code},
    200, 'READY') for 1, 2;
is(ended($id)->{status}, 'SUCCESS', 'then it runs');
is($old->post(0, '/v1/interconn/schedule/job/audit_confirm', \%ready)->{code},
    200, 'READY again, after the end');
$id = job('poll', $old);
$old->await('job/create', 2);
$old->post(0, '/v1/interconn/schedule/job/audit_confirm', { job_id => $id,
    status => 'REJECTED' });

my $cause = ended($id)->{cause};

is("$cause->{error} $cause->{node_id}", 'job_rejected OLD01', 'REJECTED');

###############################################################################
# their jobs

$fate->post(0, '/v1/interconn/dataset/audit/apply', {
    contract_id => $fate->{contract}, dataset_id => $ours,
    audit_id => 'D-fate', auth_scope => [], scope_ids => {} });
operator('audit/confirm', { audit_id => 'D-fate', status => 'APPROVED' });
profile('fate', approval => 'contract');
$fate->answer;

sub send_one {
    my ($path, $body) = @_;

    return $fate->post(0, "//v1/interconn/schedule/$path", $body);
}

# The recorded sequence of a job; a poll waits for the end of its task.
sub sequence {
    my ($job) = @_;
    my @list = ([ 'job/create', { job_id => $job, flow_id => '',
        dag => IC::Vendor::dag('lr_1', 'lr_2'), config => IC::Vendor::config(
            [ 'lr_1', 'lr_2' ], initiator => 'FATE01',
            role => { guest => [ $self ], host => [ 'THIRD' ],
                      arbiter => [ 'FOURTH' ] },
            data => { $self => $ours, THIRD => 'D3' }) } ],
        [ 'job/start', { job_id => $job } ]);

    for my $n (1, 2) {
        push @list, [ 'task/start', { job_id => $job, task_id => "$job-T$n",
                          task_name => "lr_$n" } ],
            [ 'task/poll', { task_id => "$job-T$n", role => '' }, 1 ],
            [ 'job/stop', { job_id => $job, task_name => "lr_$n" } ];
    }

    return @list, [ 'job/stop', { job_id => $job } ];
}

# Sends it; noise => 1: with repeats of what was sent, and before job/create
# with what is too early.
sub drive {
    my ($job, $noise) = @_;
    my (@sent, @log);
    my @list = sequence($job);

    while ($noise && rand() < 0.7) {
        my $early = $list[1 + int rand $#list];

        send_one(@$early[0, 1]);
        push @log, "early $early->[0]";
    }

    for my $one (@list) {
        my $answer;

        $sandbox->await("$one->[0] of $job", sub {
            $answer = send_one(@$one[0, 1]);
            return !$one->[2] || ($answer->{data}{status} || '')
                =~ /SUCCESS|FAILED/;
        });
        push @log, "$one->[0] $answer->{code}";
        push @sent, $one;

        while ($noise && rand() < 0.5) {
            my $again = $sent[int rand @sent];

            # before its task began a stop is no clean-up
            is(send_one(@$again[0, 1])->{code}, 0, "$job: $again->[0] again");
            push @log, "again $again->[0]";
        }
    }

    return join '; ', @log;
}

# All that the store has of a job, without ids and times, nor when what it
# tells the partner was delivered.
sub trace {
    my ($job) = @_;
    my @events = map { "$_->{event} $_->{subject}" }
        grep { $_->{subject} =~ /\b\Q$job\E\b/
               && $_->{event} !~ /^AUTH|^OUTBOX_DELIVERED/ }
        $store->stream('evidence');
    my @keys = grep { !/denied/ } @{ $store->command('KEYS',
        $store->key("*$job*")) };
    my $text = join "\n", @events, sort @keys, map {
        $store->get("$_", 'status') } "job:$job", "task:$job-T1",
        "task:$job-T2";

    return $text =~ s/\Q$job\E/JOB/gr;
}

drive('FP');

my $plain = trace('FP');

like($plain, qr/JOB_FINISHED job:JOB\nSUCCESS\nSUCCESS\nSUCCESS\n/,
    'the plain sequence');

for my $n (1 .. 8) {
    my $log = drive("FR$n", 1);

    is(trace("FR$n"), $plain, "sequence $n leaves the same")
        or diag("IC_SEED=$seed: $log");
}

$sandbox->finish;
done_testing();
