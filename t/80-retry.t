#!/usr/bin/perl

# Tasks that fail for a cause that can pass run again: when the job says so,
# so often and so late as it says, and never a crash more than three times.

use warnings;
use strict;

use JSON::PP;
use Test::More;
use Time::HiRes qw/ sleep time /;

use lib 't/lib';
use IC::Daemon;
use IC::Pace;
use IC::Partner;

IC::Daemon::check();

my $d = IC::Daemon->new(node => 'hospital-a', roles => 'scheduler', conf => {
    plain_peers => 'on', poll_interval => '300ms', party_timeout => '2s' });
my $r = $d->redis();
my $count = 0;
my ($b, $c);

# a started job of one task, or of those named, with two new partners

sub job {
    my ($retry, %option) = @_;

    ($b, $c) = map { IC::Partner->new(node => $_ . ++$count) }
        qw/ bank-b bank-c /;
    $_->contract($r) for $b, $c;

    my $id = 'J' . ++$count;
    my $json = JSON::PP->new->canonical;

    $r->call('object_create', 'flow', "F$id", name => 'f');
    $r->call('job_create', $id, "F$id", '',
        dag => $json->encode({ components => [ map {
            { name => $_, componentName => 'homo_lr' }
        } @{ $option{steps} || [ 'lr_0' ] } ] }),
        config => $json->encode({
            initiator => { role => 'guest', node_id => 'hospital-a' },
            role => { host => [ map { $_->{node} } $b, $c ],
                $option{own} ? (guest => [ 'hospital-a' ]) : () },
            $retry ? (job_params => { common => { retry => $retry } }) : () }));

    for my $node (map { $_->{node} } $b, $c) {
        $r->call('audit_apply_out', 'job', "C-$node", "A$id$node", $id, '{}');
        $r->call('audit_confirm_in', 'job', $node, "A$id$node", 'APPROVED',
            token => "permit-$id-$node");
    }

    is($r->status('job_start', $id), 'ok', "$id starts");

    return $id;
}

sub field { $r->get("job:$_[0]", $_[1]) }

sub ended {
    my ($id, $status, $seconds) = @_;

    ok($d->await(sub { field($id, 'status') eq $status }, undef,
        $seconds || 5), "$id: $status") or diag($d->log());

    my $cause = field($id, 'cause');

    return $cause eq '' ? {} : decode_json($cause);
}

sub begun { map { $_->{json} } $_[0]->calls('task/start') }

sub callback {
    my ($partner, $task_id, $status, @fields) = @_;

    return $r->status('sched_task_callback', $partner->{node}, $task_id,
        $status, '', @fields);
}

sub cause {
    my ($error, $message) = @_;

    return (cause => encode_json({ party => 'host.1', node_id => $c->{node},
        error => $error, message => $message || 'gone',
        log => [ 'a line' ] }));
}

sub tries { @{ decode_json(field($_[0], 'tries') || '[]') } }

###############################################################################

# without a word about it, nothing runs again

my $id = job();
ok($_->await('task/start'), 'begun') for $b, $c;
callback($c, (begun($b))[0]{task_id}, 'FAILED', cause('task_crashed'));
is(ended($id, 'FAILED')->{error}, 'task_crashed', 'the first failure ends it');
is(scalar(begun($b)), 1, 'one try');

###############################################################################

# a second try is another task

$id = job({ count => 2, backoff => 400 }, own => 1);
ok($_->await('task/start'), 'begun') for $b, $c;
my ($first) = begun($b);
callback($b, $first->{task_id}, 'RUNNING');
my $epoch = $r->call('task_claim', $first->{task_id}, 'me', 9000)
    ->{fields}{epoch};
my $begin = time();
callback($c, $first->{task_id}, 'FAILED', cause('task_crashed', 'signal 9'));

ok($b->await('task/stop'), 'the other party\'s part is stopped');
ok($d->await(sub { $r->get("task:$first->{task_id}", 'cancel') eq '1' }),
    'our own too');
$r->call('task_end', $first->{task_id}, $epoch, 'FAILED', cause(
    'task_stopped'));

ok($_->await('task/start', 2), 'again') for $b, $c;
cmp_ok(time() - $begin, '>', 0.35, 'not before its time');
cmp_ok(time() - $begin, '<', within(2), 'and not long after');

my $second = (begun($b))[1];
isnt($second->{$_}, $first->{$_}, "another $_")
    for qw/ task_id session_id token /;
is($second->{task_name}, 'lr_0', 'of the same task');
is_deeply((begun($c))[1], $second, 'the same at both');
is(field($id, 'status'), 'RUNNING', 'the job goes on');

my ($try) = tries($id);
is("$try->{task_name} $try->{task_id}", "lr_0 $first->{task_id}", 'the try');
is("$try->{cause}{error} $try->{cause}{message} $try->{cause}{party}",
    'task_crashed signal 9 host.1', 'and why it failed');
ok(!$try->{cause}{log}, 'its log stays with the task');
ok($d->await(sub { $r->get("ptask:$first->{task_id}:$b->{node}", 'status')
    eq 'FAILED' }), 'the stopped part is over');

# news of the old try are none of the new one

callback($b, $first->{task_id}, 'FAILED', cause('data_null_label'));
$r->call('task_end', $second->{task_id}, $r->call('task_claim',
    $second->{task_id}, 'me', 9000)->{fields}{epoch}, 'SUCCESS');
callback($_, $second->{task_id}, 'SUCCESS') for $b, $c;
is_deeply(ended($id, 'SUCCESS'), {}, 'no cause');
is(field($id, 'progress'), '100', 'progress');

###############################################################################

# what another try does not heal ends the job at once

for my $error (qw/ data_null_label peer_protocol task_timeout /) {
    $id = job({ count => 2, backoff => 100 });
    ok($c->await('task/start'), 'begun');
    callback($c, (begun($c))[0]{task_id}, 'FAILED', cause($error));
    is(ended($id, 'FAILED')->{error}, $error, $error);
    is(scalar(begun($c)), 1, 'one try');
}

# the limit, and waits that double

$id = job({ count => 2, backoff => 200 });
$begin = time();

for my $n (1 .. 3) {
    ok($c->await('task/start', $n), "try $n");
    callback($c, (begun($c))[-1]{task_id}, 'FAILED', cause('channel_lost'));
}

cmp_ok(time() - $begin, '>', 0.55, '200 and 400 ms');
is(ended($id, 'FAILED')->{error}, 'channel_lost', 'the last cause');
is(scalar(tries($id)), 2, 'the tries before it');

# poison

$id = job({ count => 9, backoff => 100 });

for my $n (1 .. 3) {
    ok($c->await('task/start', $n), "crash $n");
    callback($c, (begun($c))[-1]{task_id}, 'FAILED',
        cause($n == 2 ? 'task_lost' : 'task_crashed', "signal 11, $n"));
}

my $cause = ended($id, 'FAILED');
is("$cause->{error} $cause->{code}", 'task_poisoned 6038', 'poison');
like($cause->{message}, qr/three times.*signal 11, 3/, 'says why');
is("$cause->{party} $cause->{task_name}", 'host.1 lr_0', 'and where');
is(scalar(begun($c)), 3, 'three crashes, no fourth');

# stopped in between

$id = job({ count => 2, backoff => 60000 });
ok($c->await('task/start'), 'begun');
callback($c, (begun($c))[0]{task_id}, 'FAILED', cause('task_lost'));
ok($d->await(sub { tries($id) == 1 }), 'waits');
$r->call('job_stop', $id);
is(ended($id, 'FAILED', 2)->{error}, 'task_stopped', 'a stop is a stop');

###############################################################################

# a partner that goes away, and comes back

$id = job({ count => 3, backoff => 500 });
ok($c->await('task/poll'), 'begun');
$c->stop();
ok($d->await(sub { tries($id) == 1 }, undef, 8), 'given up');
is((tries($id))[0]{cause}{error}, 'peer_unreachable', 'its cause');
$c->start();
ok($c->await('task/start', 2, 8), 'begun again');
callback($_, (begun($c))[-1]{task_id}, 'SUCCESS') for $b, $c;
ended($id, 'SUCCESS');

###############################################################################

# a scheduler that dies between the tries

$id = job({ count => 5, backoff => 700 }, steps => [ 'a', 'b' ]);
ok($c->await('task/start', 2), 'two at once');
my %task = map { $_->{task_name} => $_->{task_id} } begun($c);
callback($c, $task{a}, 'FAILED', cause('task_crashed'));
ok($d->await(sub { tries($id) == 1 }), 'noted');
$d->kill_role('scheduler');
my $again;

# calls that were under way may be repeated

ok($d->await(sub {
    ($again) = grep { $_->{task_id} ne $task{a} && $_->{task_id} ne $task{b} }
        begun($c);
    return defined $again;
}, undef, 8), 'a new try') or die $d->log();
is($again->{task_name}, 'a', 'only what failed');
callback($_, $again->{task_id}, 'SUCCESS') for $b, $c;
callback($_, $task{b}, 'SUCCESS') for $b, $c;
ended($id, 'SUCCESS');
is(scalar(tries($id)), 1, 'one failed try');

###############################################################################

$d->stop();
unlike($d->log(), qr/exited (?:on signal (?!9\b)|with code [1-9])/,
    'no crash');

done_testing();
