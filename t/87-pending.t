#!/usr/bin/perl

# Why things wait: every reason provoked with the daemon's roles, told in
# both languages with what to do, and gone when what it names has happened.

use warnings;
use strict;
use utf8;

use JSON::PP;
use Test::More;
use Time::HiRes qw/ sleep time /;

use lib 't/lib';
use IC::Daemon;
use IC::File;
use IC::Partner;

IC::Daemon::check();

my $d = IC::Daemon->new(node => 'hospital-a', start => 0,
    roles => 'scheduler runner channel courier', conf => {
        plain_peers => 'on', poll_interval => '300ms', workers => 1,
        party_timeout => '60s', address => 'http://127.0.0.1:9' });
my $r = $d->redis();
my $json = JSON::PP->new->utf8->canonical;
my (%seen, $count, $b);

spew($d->dir . '/components/probe', slurp('t/data/components/probe'));
chmod 0755, $d->dir . '/components/probe';
$r->call('component_register', 'probe', '1', name => 'probe');

###############################################################################

# steps => [ [ name, after... ] ]; own => 1: this node takes part; approved
# => 0: the partner is not asked; retry => {}; mode => of the component

sub job {
    my (%option) = @_;

    $b = IC::Partner->new(node => 'bank-b' . ++$count);
    $b->contract($r);

    my $id = 'J' . ++$count;
    my $retry = $option{retry};
    my @steps = @{ $option{steps} || [ [ 'p' ] ] };

    $r->call('object_create', 'flow', "F$id", name => 'f');
    $r->call('job_create', $id, "F$id", '', dag => $json->encode({
        components => [ map { my ($name, @after) = @$_; {
            name => $name, componentName => $option{component} || 'probe',
            @after ? (after => \@after) : () } } @steps ] }),
        config => $json->encode({
            initiator => { role => 'guest', node_id => 'hospital-a' },
            role => { host => [ $b->{node} ],
                $option{own} ? (guest => [ 'hospital-a' ]) : () },
            task_params => { common => { map { $_->[0] =>
                { mode => $option{mode} || 'hang' } } @steps } },
            $retry ? (job_params => { common => { retry => $retry } })
                : () }));
    approve($id) if !exists $option{approved};

    return $id;
}

sub ask {
    my ($id) = @_;

    $r->call('audit_apply_out', 'job', "C-$b->{node}", "A$id", $id, '{}');
}

sub confirm {
    my ($id, $status, @more) = @_;

    is($r->status('audit_confirm_in', 'job', $b->{node}, "A$id", $status,
        @more), 'ok', "$id: $status");
}

sub approve {
    my ($id) = @_;

    ask($id);
    confirm($id, 'APPROVED', token => "permit-$id");
}

# what is said of a job now; undef without such a reason

sub reasons {
    my ($id) = @_;
    my $fields = $r->call('job_explain', $id)->{fields};

    utf8::decode($fields->{$_}) for qw/ pending_reason pending_reason_zh /;

    return ($json->decode($fields->{pending}), $fields);
}

sub has {
    my ($id, $reason) = @_;

    return grep { $_->{reason} eq $reason } @{ (reasons($id))[0] };
}

# It says so; members that it must have, and how they must look.

sub waits {
    my ($id, $reason, %member) = @_;
    my ($one, $fields);

    $d->await(sub {
        ($one) = has($id, $reason);
        return $one && !grep { ($one->{$_} // '') !~ $member{$_} }
            keys %member;
    });
    (undef, $fields) = reasons($id);
    ok($one, "$id waits: $reason") or return diag(explain(reasons($id)));
    said($one);

    for my $name (sort keys %member) {
        like($one->{$name} // '', $member{$name}, "... $name");
    }

    like($fields->{pending_reason}, qr/\Q$one->{message}/, '... in short')
        if $reason ne 'predecessor';
    like($fields->{pending_reason_zh}, qr/\Q$one->{message_zh}/, '... zh')
        if $reason ne 'predecessor';

    return $one;
}

sub said {
    my ($one) = @_;

    $seen{ $one->{reason} }++;

    for my $name (qw/ message remedy /) {
        ok(length $one->{$name}, "... $name: $one->{$name}");
        like($one->{$name . '_zh'}, qr/\p{Han}/, '... in Chinese');
        unlike($one->{$name} . $one->{$name . '_zh'}, qr/[<>]/, '... filled');
    }

    cmp_ok(abs($one->{since} - time * 1000), '<', 60000, '... since')
        if $one->{since};
}

sub no_more {
    my ($id, $reason) = @_;

    ok($d->await(sub { !has($id, $reason) }), "$id: $reason no more")
        or diag(explain(reasons($id)), $d->log);
}

my $time = qr/^\d{13}$/;

###############################################################################
# before it is started, and nobody is alive

my $id = job(approved => 0);

waits($id, 'not_asked', node_id => qr/^\Q$b->{node}\E$/, party => qr/^host.0$/,
    since => $time);
ask($id);
waits($id, 'courier_down', node_id => qr/^\Q$b->{node}\E$/);
no_more($id, 'not_asked');
is($r->call('audit_get', "A$id", '', '')->{fields}{pending_reason},
    "no courier of this node is alive: nothing is delivered to $b->{node}",
    'the request says the same');

my $started = job();
waits($started, 'start', since => $time);
is($r->status('job_start', $started), 'ok', 'started');
waits($started, 'scheduler_down', node_id => qr/^hospital-a$/);
no_more($started, 'start');

# the daemon starts, and the partner is away

my $away = $b;
$away->stop();
my ($ask) = $id;
$d->start();
no_more($started, 'scheduler_down');
waits($started, 'partner_unreachable', node_id => qr/^\Q$away->{node}\E$/,
    party => qr/^host.0$/, since => $time, message => qr/refused|connect/i);
$d->kill_role('scheduler');
waits($started, 'partner_unreachable', since => $time);
$away->start();
no_more($started, 'partner_unreachable');
ok($d->await(sub { !has($ask, 'courier_down') }), 'the courier is back');
waits($ask, 'approval', node_id => qr/^bank-b/, since => $time);

# a request that does not arrive

$id = job(approved => 0);
$b->stop();
ask($id);
ok($d->await(sub { (has($id, 'request_undelivered'))[0]{until} }),
    'tried in vain');
waits($id, 'request_undelivered', until => $time, message => qr/attempt \d/);
my $audit = $r->call('audit_get', "A$id", '', '')->{fields};
like($audit->{pending_reason}, qr/attempt/, 'so says the request');
is($json->decode($audit->{pending})->[0]{reason}, 'request_undelivered',
    '... machine-readable');
$b->start();
$b->answer('job/audit/query' => [ { data => { status => 'APPLIED' } } ]);
waits($id, 'approval');

# answers

is($r->status('consent_observed', "audit:out:job:$b->{node}:A$id", $b->{node},
    'APPROVED', '', ''), 'ok', 'approved, as a query told');
waits($id, 'permit', since => $time, party => qr/^host.0$/);
confirm($id, 'APPROVED', token => 'permit');
waits($id, 'start');

$id = job(approved => 0);
ask($id);
confirm($id, 'REJECTED');
waits($id, 'rejected', since => $time);

$id = job();
is($r->status('audit_terminate_in', 'job', $b->{node}, "A$id"), 'ok',
    'taken back');
waits($id, 'withdrawn');

$id = job();
$r->call('contract_terminate_in', 'node', $b->{node}, $b->{node},
    "C-$b->{node}");
waits($id, 'contract_ended');

# a contract that waits for us, and one that waits for the other

$r->call('contract_apply_in', 'node', 'new-c', 'new-c', 'digest', 'C-new',
    node_id => 'new-c', name => 'c', address => 'http://127.0.0.1:9');
my $fields = $r->call('contract_get', 'C-new')->{fields};
said($json->decode($fields->{pending})->[0]);
is($json->decode($fields->{pending})->[0]{reason}, 'own_approval',
    'a contract that we have not answered');
my ($listed) = grep { $_->{contract_id} eq 'C-new' } @{ $r->call(
    'contract_list', 'APPLIED', '', 1, 20)->{records} };
is($listed->{pending_reason}, $fields->{pending_reason}, '... in the list');
$r->call('contract_apply_out', 'C-out', 'new-d', 'http://127.0.0.1:1', '{}',
    node_id => 'new-d');
ok($d->await(sub { $r->call('contract_get', 'C-out')->{fields}
    {pending_reason} =~ /attempt/ }), 'a contract that cannot be applied for');

# components

$id = job(component => 'nowhere');
waits($id, 'component_missing', message => qr/nowhere/);
$r->call('component_register', 'off', '1', name => 'off');
$id = job(component => 'off');
no_more($id, 'component_missing');
$r->call('component_disable', 'off:1');
waits($id, 'component_disabled', message => qr/off/);

###############################################################################
# under way

# held by an operator

$id = job();
is($r->status('job_pause', $id), 'ok', 'pause');
waits($id, 'paused', since => $time, message => qr/by an operator/);
$r->call('job_resume', $id);
no_more($id, 'paused');

# at a partner, which says what for

$b->answer('task/poll' => [ { data => { status => 'PENDING',
    pending_reason => 'waiting for a free worker, 3 before it',
    pending_reason_zh => '等待空闲执行单元，前面还有 3 个' } } ]);
is($r->status('job_start', $id), 'ok', 'started');
waits($id, 'partner_worker', node_id => qr/^\Q$b->{node}\E$/,
    message => qr/3 before it/, message_zh => qr/前面还有 3 个/,
    task_name => qr/^p$/, since => $time);
$b->answer();
no_more($id, 'partner_worker');
is((reasons($id))[1]{pending_reason}, '', 'what runs does not wait');

# behind another task

$id = job(steps => [ [ 'p' ], [ 'q', 'p' ], [ 'r', 'p', 'q' ] ]);
$r->call('job_start', $id);
waits($id, 'predecessor', task_name => qr/^q$/, message => qr/waits for p$/);
like(($json->encode((has($id, 'predecessor'))[1])), qr/waits for p, q"/,
    'all that it waits for');
ok($b->await('task/poll'), 'the first one runs');
ok($d->await(sub { (reasons($id))[1]{pending_reason} eq '' }),
    'the job does not wait while something runs');

# of a step that is disabled

$id = job(steps => [ [ 'p' ], [ 'q', 'p' ] ]);
is($r->status('task_disable', $id, 'q'), 'ok', 'disabled');
$r->call('job_start', $id);
waits($id, 'step_disabled', task_name => qr/^q$/);

# behind the tasks of other jobs: four for each worker are under way

my @crowd;

ok($d->await(sub {
    @crowd = grep { $_->{status} eq 'RUNNING' }
        @{ $r->call('job_list', '', '', '', 1, 100)->{records} };
    @crowd == 4 }), 'as many as there may be');
$id = job();
$r->call('job_start', $id);
waits($id, 'flight', node_id => qr/^hospital-a$/, since => $time);
is((reasons($id))[1]{pending_reason},
    'waits for a place among the tasks that this node has begun', '... only');
$r->call('job_stop', $_->{job_id}) for @crowd;
ok($b->await('task/start'), 'it begins when one of them has ended');
no_more($id, 'flight');
$r->call('job_stop', $id);

# between two tries

$id = job(retry => { count => 3, backoff => 60000 });
$r->call('job_start', $id);
my ($call) = $b->await('task/start');
$r->call('sched_task_callback', $b->{node}, $call->{json}{task_id}, 'FAILED',
    '', cause => '{"error":"task_lost","party":"host.0"}');
my $retry = waits($id, 'retry', task_name => qr/^p$/, until => $time,
    message => qr/try 2 of 4; the daemon/, message_zh => qr/第 2 次，共 4 次/);
cmp_ok(abs($retry->{until} - time * 1000 - 60000), '<', 15000,
    'when it is tried again');

# a stop that takes its time

$id = job();
$b->answer('job/stop' => [ { delay => 1 } ], 'task/stop' => [ {
    delay => 1 } ]);
$r->call('job_start', $id);
ok($b->await('task/poll'), 'it runs');
$r->call('job_stop', $id);
waits($id, 'stopping', since => $time);
ok($d->await(sub { $r->get("job:$id", 'status') eq 'FAILED' }), 'it ends');
is((reasons($id))[1]{pending_reason}, '', 'what is over does not wait');
is_deeply((reasons($id))[0], [], '... for anything');

###############################################################################
# for a runner here

my $first = job(own => 1);
my $second = job(own => 1);
$r->call('job_start', $_) for $first, $second;
my ($waiting) = ();
ok($d->await(sub {
    ($waiting) = grep { has($_, 'worker') } $first, $second;
    return $waiting;
}), 'one worker, two tasks');
waits($waiting, 'worker', message => qr/0 before it/, task_name => qr/^p$/,
    since => $time);
my ($part) = grep { $_->{node_id} eq 'hospital-a' } @{ $r->call('job_explain',
    $waiting)->{records} };
like($part->{pending_reason}, qr/free worker/, 'so says its task');
is($json->decode($part->{pending})->[0]{reason}, 'worker',
    '... machine-readable');

# nobody takes it

$d->stop();
$r->command('DEL', $r->key('beats:runner'));
waits($waiting, 'runner_down', node_id => qr/^hospital-a$/);
$r->command('ZADD', $r->key('beats:runner'), int(time * 1000) - 11000, 'old');
waits($waiting, 'runner_down', since => $time);
waits($waiting, 'scheduler_down', since => $time)
    if $r->command('DEL', $r->key('beats:scheduler'))
    && $r->command('ZADD', $r->key('beats:scheduler'),
        int(time * 1000) - 11000, 'old');

# a scheduler that is there and has not looked yet

$r->command('ZADD', $r->key('beats:scheduler'), int(time * 1000), 'new');
$id = job();
$r->call('job_start', $id);
waits($id, 'scheduling');

# a job of a peer

$r->call('audit_apply_in', 'job', $b->{node}, '', 'A-theirs', 'd', 'J-theirs',
    dag => '{"components":[{"name":"p","componentName":"probe"}]}',
    config => $json->encode({ initiator => { role => 'guest',
        node_id => $b->{node} }, role => { guest => [ $b->{node} ],
        host => [ 'hospital-a' ] } }),
    queries => $json->encode([ { digest => 'f' x 64, text => 'select 1',
        task_name => 'p', part => 'data_sql' } ]));
is($json->decode($r->call('audit_get', 'A-theirs', '', '')->{fields}{pending})
    ->[0]{reason}, 'own_approval', 'a request that we have not answered');
is($r->status('audit_confirm_out', 'job', 'A-theirs', '', 'APPROVED',
    '{}'), 'ok', '... approved');

my $held = $json->decode($r->call('audit_get', 'A-theirs', '', '')
    ->{fields}{pending})->[0];

said($held);
is($held->{reason}, 'own_query', '... it waits for its query');
is($r->status('query_refuse', $held->{message} =~ /(Q\w+)/, ''), 'ok',
    '... which is answered');
is($r->status('audit_confirm_out', 'job', 'A-theirs', '', 'APPROVED',
    '{}'), 'ok', 'approved, which it is');
waits('J-theirs', 'initiator_start', node_id => qr/^\Q$b->{node}\E$/);

# lists say it in short

my ($in_list) = grep { $_->{job_id} eq $id }
    @{ $r->call('job_list', '', '', '', 1, 100)->{records} };
is($in_list->{pending_reason}, 'waits for the scheduler', 'in the list');

###############################################################################

my $text = slurp('src/store/lua/pending_text.lua');
my @all = $text =~ /^    (\w+) = \{$/gm;

is(join(' ', grep { !$seen{$_} } sort @all), '', 'every reason was provoked');
cmp_ok(scalar @all, '>=', 20, scalar(@all) . ' reasons');

done_testing();
