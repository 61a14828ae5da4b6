#!/usr/bin/perl

# What a scheduler does with a party that is lost, by what the component of
# the step declares and the job says, against partners that the test plays.

use warnings;
use strict;
use utf8;

use Encode ();
use JSON::PP;
use Test::More;

use lib 't/lib';
use IC::Daemon;
use IC::Partner;

IC::Daemon::check();

binmode Test::More->builder->$_(), ':utf8'
    for qw/ output failure_output todo_output /;

my $d = IC::Daemon->new(node => 'coord', roles => 'scheduler', conf => {
    plain_peers => 'on', poll_interval => '300ms', party_timeout => '3s' });
my $r = $d->redis();
my $json = JSON::PP->new->canonical;
my $count = 0;
my (@party, $task);

# A running job of one step: arbiter here, a guest and three hosts.

sub job {
    my ($params, %option) = @_;
    my $id = 'J' . ++$count;

    @party = map { IC::Partner->new(node => "$_$count") }
        qw/ guest host-0 host-1 host-2 /;
    $_->contract($r) for @party;

    $r->call('object_create', 'flow', "F$id", name => 'f');
    $r->call('job_create', $id, "F$id", '',
        dag => $json->encode({ components => [ { name => 'lr_0',
            componentName => $option{component} || 'homo_lr' } ] }),
        config => $json->encode({
            initiator => { role => 'arbiter', node_id => 'coord' },
            role => { arbiter => [ 'coord' ], guest => [ $party[0]{node} ],
                host => [ map { $_->{node} } @party[1 .. 3] ] },
            task_params => { common => { lr_0 => $params } },
            $option{retry} ? (job_params => { common => { retry =>
                $option{retry} } }) : () }));

    for my $node (map { $_->{node} } @party) {
        $r->call('audit_apply_out', 'job', "C-$node", "A$id$node", $id, '{}');
        $r->call('audit_confirm_in', 'job', $node, "A$id$node", 'APPROVED',
            token => "permit-$id-$node");
    }

    is($r->status('job_start', $id), 'ok', "$id starts");
    ok($_->await('task/start'), '... at a partner') for @party;
    ($task) = map { $_->{json}{task_id} } $party[0]->calls('task/start');
    callback($_, 'RUNNING') for 0 .. 3;

    return $id;
}

sub callback {
    my ($n, $status, @fields) = @_;

    return $r->status('sched_task_callback', $party[$n]{node}, $task, $status,
        '', @fields);
}

sub lost {
    my ($n, $error) = @_;

    callback($n, 'FAILED', cause => $json->encode({
        party => $n ? 'host.' . ($n - 1) : 'guest.0',
        node_id => $party[$n]{node}, error => $error, message => 'gone',
        message_zh => '失联' }));
}

# Our own part, which no runner runs here.

sub own {
    my ($status, @fields) = @_;
    my $epoch = $r->call('task_claim', $task, 'me', 9000)->{fields}{epoch};

    $r->call('task_end', $task, $epoch, $status, @fields);
}

sub field { $r->get("job:$_[0]", $_[1]) // '' }
sub part  { $r->get("ptask:$task:" . $party[ $_[0] ]{node}, $_[1]) // '' }

sub ended {
    my ($id, $status, $seconds) = @_;

    ok($d->await(sub { field($id, 'status') eq $status }, undef,
        $seconds || 10), "$id: $status") or diag($d->log());

    my $cause = field($id, 'cause');

    return $cause eq '' ? {} : decode_json($cause);
}

sub goes_on {
    my ($id) = @_;

    ok(!$d->await(sub { field($id, 'status') ne 'RUNNING' }, undef, 1.2),
        '... the job goes on');
    is(scalar(map { $_->calls('task/stop') } @party), 0,
        '... nobody is stopped');
}

my %continue = (dropout => 'Continue');

###############################################################################

# a host that crashes is noted, the others end well

my $id = job(\%continue);
lost(2, 'task_crashed');
goes_on($id);
is(field($id, 'note'), "host.1 ($party[2]{node}) dropped out of lr_0: gone",
    'the note');
is(Encode::decode_utf8(field($id, 'note_zh')),
    "host.1（$party[2]{node}）退出 lr_0：失联", '... in Chinese');
is(join(' ', map { $r->call('job_status', $id)->{fields}{$_} // 'none' }
    $task), 'RUNNING', '... the task is what the others are');
callback($_, 'SUCCESS') for 0, 1, 3;
own('SUCCESS');
is_deeply(ended($id, 'SUCCESS'), {}, '... no cause');
is(part(2, 'status') . ' ' . part(2, 'tolerated'), 'FAILED 1',
    '... its part has failed');
is($r->call('job_status', $id)->{fields}{$task}, 'SUCCESS',
    '... the task has not');
like(($party[2]->calls('job/stop'))[0]{body}, qr/SUCCESS/,
    '... it is told how the job ended');

###############################################################################

# what is not the party's fault, and who is not to be lost

for my $case ([ 2, 'data_null_label', \%continue, 'a fault of the data' ],
              [ 0, 'task_crashed', \%continue, 'the guest' ],
              [ 2, 'task_crashed', {}, 'without the parameter' ],
              [ 2, 'task_crashed', { dropout => 'fail' }, 'dropout fail' ],
              [ 2, 'task_stopped', \%continue, 'a party that stops it' ])
{
    my ($n, $error, $params, $name) = @$case;

    $id = job($params);
    lost($n, $error);
    is(ended($id, 'FAILED')->{error}, $error, "$name ends the job");
    is(field($id, 'note'), '', '... no note');
}

$id = job(\%continue, component => 'secure_stats');
lost(2, 'task_crashed');
is(ended($id, 'FAILED')->{error}, 'task_crashed',
    'a component that declares nothing');

# one more than max_dropouts, whatever the order

$id = job(\%continue);
lost(2, 'task_crashed');
goes_on($id);
lost(3, 'task_lost');
is(ended($id, 'FAILED')->{error}, 'task_crashed', 'two: the first one is why');

$id = job({ %continue, max_dropouts => 2 });
lost(2, 'task_crashed');
lost(3, 'peer_silent');
goes_on($id);
callback($_, 'SUCCESS') for 0, 1;
own('SUCCESS');
ended($id, 'SUCCESS');
like(field($id, 'note'), qr/^host\.1 .*; host\.2 /, 'two of two: both noted');

# the others fail afterwards: the loss is why

$id = job(\%continue);
lost(2, 'task_crashed');
goes_on($id);
own('FAILED', cause => $json->encode({ party => 'arbiter.0',
    node_id => 'coord', error => 'peer_silent', message => 'host.1' }));
my $cause = ended($id, 'FAILED');
is("$cause->{error} $cause->{party}", 'task_crashed host.1',
    'too few are left: the loss is why');

# a tolerated loss is no try

$id = job(\%continue, retry => { count => 2, backoff => 100 });
lost(2, 'task_crashed');
goes_on($id);
is(scalar($party[0]->calls('task/start')), 1, 'it does not run again');
callback($_, 'SUCCESS') for 0, 1, 3;
own('SUCCESS');
ended($id, 'SUCCESS');

###############################################################################

# who says nothing any more

$id = job(\%continue);
$party[2]->stop();
ok($d->await(sub { part(2, 'status') eq 'FAILED' }, undef, 15),
    'a node that cannot be reached: its part has failed') or diag($d->log());
is(decode_json(part(2, 'cause'))->{error}, 'peer_unreachable', '... why');
goes_on($id);
callback($_, 'SUCCESS') for 0, 1, 3;
own('SUCCESS');
ended($id, 'SUCCESS');
like(field($id, 'note'), qr/^host\.1 /, '... noted');

$id = job(\%continue);
$party[2]->answer('task/poll' => [ { code => 4041, status => 404 } ]);
ok($d->await(sub { part(2, 'status') eq 'FAILED' }, undef, 15),
    'a node that knows the task no longer') or diag($d->log());
is(decode_json(part(2, 'cause'))->{error}, 'task_lost', '... why');
goes_on($id);
$r->call('job_stop', $id);
ended($id, 'FAILED');

$id = job(\%continue);
callback($_, 'SUCCESS') for 0, 1;
is(part(2, 'status'), 'RUNNING', 'others end first');
callback(3, 'SUCCESS');
own('SUCCESS');
ended($id, 'SUCCESS', 15);
is(decode_json(part(2, 'cause'))->{error}, 'task_lost',
    'who tells no end long after all others is lost');

###############################################################################

# the store

is($r->status('ptask_tolerate', 'none', 'x'), 'not_found', 'no such part');
$id = job(\%continue);
is($r->status('ptask_tolerate', $task, $party[1]{node}), 'wrong_state',
    'a part that runs');
lost(1, 'task_crashed');
ok($d->await(sub { part(1, 'tolerated') eq '1' }), 'a part that failed');
is($r->status('ptask_tolerate', $task, $party[1]{node}), 'ok', 'again');
is(() = field($id, 'note') =~ /dropped/g, 1, '... noted once');
is(scalar(grep { $_->{event} eq 'TASK_DROPPED' && $_->{subject} =~ /\Q$task/ }
    map { +{ @{ $_->[1] } } } @{ $r->command('XRANGE', $r->key('evidence'),
    '-', '+') }), 1, '... in evidence once');
$r->call('job_stop', $id);
ended($id, 'FAILED');

done_testing();
