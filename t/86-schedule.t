#!/usr/bin/perl

# Jobs that take over outputs of earlier ones, as the scheduler drives them:
# steps that are done are not begun, a party that has lost one says so before
# anything runs, and a scheduler that dies goes on.

use warnings;
use strict;

use JSON::PP;
use Test::More;

use lib 't/lib';
use IC::Daemon;
use IC::Partner;

IC::Daemon::check();

my $d = IC::Daemon->new(node => 'hospital-a', roles => 'scheduler', conf => {
    plain_peers => 'on', poll_interval => '300ms', party_timeout => '2s' });
my $r = $d->redis();
my $json = JSON::PP->new->canonical;
my $count = 0;
my $dag = $json->encode({ components => [
    { name => 'a', componentName => 'homo_lr' },
    { name => 'b', componentName => 'homo_lr', after => [ 'a' ] },
    { name => 'c', componentName => 'homo_lr', after => [ 'b' ] } ] });
my ($b, $id);

sub config {
    my ($reuse) = @_;

    return $json->encode({ initiator => { node_id => 'hospital-a' },
        role => { host => [ $b->{node} ], guest => [ 'hospital-a' ] },
        job_params => { common => $reuse ? { reuse => $reuse } : {} } });
}

sub approve {
    my ($job) = @_;
    my $audit = "A$job" . ++$count;

    $r->call('audit_apply_out', 'job', "C-$b->{node}", $audit, $job, '{}');
    $r->call('audit_confirm_in', 'job', $b->{node}, $audit, 'APPROVED',
        token => 't');
}

sub field { $r->get("job:$id", $_[0]) }

sub ended {
    my ($status) = @_;

    ok($d->await(sub { field('status') eq $status }), "$id: $status")
        or diag($d->log());

    return field('cause') eq '' ? {} : decode_json(field('cause'));
}

# the task of a step, once the partner has it

sub begun {
    my ($name) = @_;
    my $task;

    $d->await(sub {
        ($task) = map { $_->{json}{task_id} }
            grep { $_->{json}{task_name} eq $name
                   && $_->{json}{job_id} eq $id } $b->calls('task/start');
        return $task;
    }) or diag($d->log());

    return $task;
}

# a call may come twice: it is the same task

sub names {
    my %name = map { $_->{json}{task_id} => $_->{json}{task_name} }
        grep { $_->{json}{job_id} eq $id } $b->calls('task/start');

    return join ' ', sort values %name;
}

# both parties' parts end so

sub done {
    my ($name, $status) = @_;
    my $task = begun($name);

    ok($d->await(sub { $r->get("task:$task", 'status') eq 'PENDING' }),
        "$name here");
    $r->call('task_end', $task, $r->call('task_claim', $task, 'me', 9000)
        ->{fields}{epoch}, $status);
    $r->call('sched_task_callback', $b->{node}, $task, $status, '',
        cause => '{}');

    return $task;
}

# a job whose first two steps succeeded and whose last one failed

sub failed {
    $b = IC::Partner->new(node => 'bank-' . ++$count);
    $b->contract($r);
    $id = "J$count";

    $r->call('object_create', 'flow', "F$id", name => 'f');
    $r->call('job_create', $id, "F$id", '', dag => $dag, config => config());
    approve($id);
    is($r->status('job_start', $id), 'ok', "$id starts");

    my %task = map { $_ => done($_, $_ eq 'c' ? 'FAILED' : 'SUCCESS') }
        'a' .. 'c';

    ended('FAILED');

    return ($id, %task);
}

sub rerun {
    my ($old, %reuse) = @_;

    $id = "$old-" . ++$count;

    my $got = $r->call('job_rerun', $id, $old,
        config => config({ job_id => $old, tasks => \%reuse }));

    return $got->{status} if $got->{status} ne 'ok';

    approve($id);
    $r->call('job_start', $id);

    return 'ok';
}

###############################################################################

my ($old, %task) = failed();
my %reuse = map { $_ => $task{$_} } 'a', 'b';

is_deeply(decode_json($r->call('job_rerun_of', $old)->{fields}{tasks}),
    \%reuse, 'what may be taken over');
is(rerun($old, %reuse), 'ok', 'from the last step');
my $c = begun('c');
is(names(), 'c', 'the others are not begun');
my ($create) = grep { $_->{json}{job_id} eq $id } $b->calls('job/create');
is_deeply($create->{json}{config}{job_params}{common}{reuse},
    { job_id => $old, tasks => \%reuse }, 'the partner is told what');
ok($d->await(sub { field('progress') eq '66' }), 'they count as done')
    or diag(field('progress'));

# killed while the step runs, and again before its end is noted

$d->kill_role('scheduler');
ok($d->await(sub { $b->calls('task/poll') > 2 }), 'goes on');
$d->kill_role('scheduler');
done('c', 'SUCCESS');
ended('SUCCESS');
is(names(), 'c', 'one step ran, once');
is(field('progress'), '100', 'all of it is done');

# killed between two steps

is(rerun($old, a => $task{a}), 'ok', 'from the second');
done('b', 'SUCCESS');
$d->kill_role('scheduler');
done('c', 'SUCCESS');
ended('SUCCESS');
is(names(), 'b c', 'two steps ran');

# killed before the first

is(rerun($old, %reuse), 'ok', 'once more');
$d->kill_role('scheduler');
done('c', 'SUCCESS');
ended('SUCCESS');
is(names(), 'c', 'one step ran');

# a step that is disabled, also while the scheduler dies

is(rerun($old, a => $task{a}), 'ok', 'one more');
is($r->status('task_disable', $id, 'c'), 'ok', 'its last step is disabled');
done('b', 'SUCCESS');
$d->kill_role('scheduler');
my $held = $id;
is(rerun($old, %reuse), 'ok', 'another job');
done('c', 'SUCCESS');
ended('SUCCESS');
$id = $held;
is(names(), 'b', 'the step waits while others go on');
is(field('status'), 'RUNNING', '... and its job with it');
is($r->status('task_enable', $id, 'c'), 'ok', 'started');
done('c', 'SUCCESS');
ended('SUCCESS');

###############################################################################

# a party that has it no more

$b->answer('job/create' => [ { code => 4097, status => 409,
    msg => 'an output of an earlier job is not here: b at host.0' } ]);
is(rerun($old, %reuse), 'ok', 'the partner has lost one');
my $cause = ended('FAILED');
is("$cause->{error} $cause->{party} $cause->{node_id}",
    "reuse_missing host.0 $b->{node}", 'the cause');
like($cause->{message}, qr/run the step.*\bb at host\.0/, '... which step');
is(names(), '', '... before anything runs');
$b->answer();

is(rerun($old, a => $task{b}), 'wrong_state', 'another step\'s output');
is(rerun($old, a => 'T-none'), 'wrong_state', 'nobody\'s');
is(rerun($old, c => $task{c}), 'wrong_state', 'one that failed');
$r->command('HSET', $r->key("job:$old"), 'project_id', 'P');
$r->command('HSET', $r->key("task:$task{a}"), 'status', 'FAILED');
is(rerun($old, a => $task{a}), 'reuse_missing', 'our own has gone');

###############################################################################

# as a partner: what its initiator takes over must be ours and its

{
    my %config = (initiator => { node_id => 'bank-x' }, role => {
        host => [ 'bank-x' ], guest => [ 'hospital-a' ] });
    my $x = IC::Partner->new(node => 'bank-x');
    my $y = IC::Partner->new(node => 'bank-y');
    $_->contract($r) for $x, $y;

    my $apply = sub {
        my ($job, $reuse, %more) = @_;
        my $peer = delete $more{peer} || 'bank-x';
        my $d2 = delete $more{dag} || $dag;

        return $r->status('audit_apply_in', 'job', $peer, '', "A-$job",
            "digest $job", $job, dag => $d2, flow_id => 'F',
            project_id => 'P1', config => $json->encode({ %config,
                job_params => { common => { reuse => {
                    job_id => 'X1', tasks => $reuse } } } }), %more);
    };
    my $approve = sub {
        return $r->status('audit_confirm_out', 'job', "A-$_[0]", '',
            'APPROVED', '{}', jti => "j-$_[0]");
    };
    my $end = sub {
        my ($task, $status) = @_;

        $r->call('task_end', $task, $r->call('task_claim', $task, 'me', 9000)
            ->{fields}{epoch}, $status);
    };

    is($apply->('X1', {}), 'ok', 'a first job');
    $approve->('X1');
    $r->call('sched_task_start', 'bank-x', 'X1', "X1$_", $_, '*')
        for 'a', 'b';
    $end->('X1a', 'SUCCESS');
    $end->('X1b', 'FAILED');

    is($apply->('X2', { a => 'X1a' }), 'ok', 'taken over');
    is($apply->('X3', { b => 'X1b' }), 'reuse_missing', 'it failed here');
    is($apply->('X4', { a => 'X9' }), 'reuse_missing', 'it is not here');
    is($apply->('X5', { b => 'X1a' }), 'reuse_missing', 'another step\'s');
    is($apply->('X6', { a => 'X1a' }, project_id => 'P2'), 'reuse_missing',
        'another project\'s');
    is($apply->('X7', { a => 'X1a' }, peer => 'bank-y'), 'reuse_missing',
        'another initiator\'s');
    is($apply->('X8', { a => 'X1a' }, dag => $dag =~ s/homo_lr/psi/r),
        'reuse_missing', 'another component\'s');
    is($apply->('X9', { a => [] }), 'reuse_missing', 'no id');

    is($approve->('X2'), 'ok', 'approved');
    is($r->status('sched_job_create', 'bank-x', 'X2', ''), 'ok', 'created');
    is($r->status('sched_task_start', 'bank-x', 'X2', 'X2a', 'a', '*'),
        'wrong_state', 'a step that is done is not begun');
    $r->call('sched_task_start', 'bank-x', 'X2', "X2$_", $_, '*')
        for 'b', 'c';
    $end->($_, 'SUCCESS') for 'X2b', 'X2c';
    is($r->get('job:X2', 'status'), 'SUCCESS', 'complete without it');

    # what goes away later

    is($apply->('X10', { a => 'X1a' }), 'ok', 'a second one');
    is($apply->('X11', { a => 'X1a' }), 'ok', 'a third one');
    $approve->('X10');
    $r->command('DEL', $r->key('task:X1a'));
    is($approve->('X11'), 'reuse_missing', 'gone before the approval');
    is($r->status('sched_job_create', 'bank-x', 'X10', ''), 'reuse_missing',
        '... before the start');
}

$d->stop();
unlike($d->log(), qr/exited (?:on signal (?!9\b)|with code [1-9])/,
    'no crash');

done_testing();
