#!/usr/bin/perl

# Which of several failures a job ends with: news of the first one may come
# after those of what followed from it.

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
    plain_peers => 'on', poll_interval => '5s', party_timeout => '20s' });
my $r = $d->redis();
my $json = JSON::PP->new->canonical;
my $count = 0;
my ($b, $c, $task);

# a job of one task that runs at two partners; retry => how often

sub job {
    my ($retry) = @_;

    ($b, $c) = map { IC::Partner->new(node => $_ . ++$count) }
        qw/ bank-b bank-c /;
    $_->contract($r) for $b, $c;

    my $id = 'J' . ++$count;

    $r->call('object_create', 'flow', "F$id", name => 'f');
    $r->call('job_create', $id, "F$id", '', dag => $json->encode({
        components => [ { name => 'lr_0', componentName => 'homo_lr' } ] }),
        config => $json->encode({
            initiator => { role => 'guest', node_id => 'hospital-a' },
            role => { host => [ map { $_->{node} } $b, $c ] },
            $retry ? (job_params => { common => { retry => {
                count => $retry, backoff => 100 } } }) : () }));

    for my $node (map { $_->{node} } $b, $c) {
        $r->call('audit_apply_out', 'job', "C-$node", "A$id$node", $id, '{}');
        $r->call('audit_confirm_in', 'job', $node, "A$id$node", 'APPROVED',
            token => "permit-$id-$node");
    }

    $r->call('job_start', $id);

    for my $partner ($b, $c) {
        ($task) = $partner->await('task/start');
    }

    $task = $task->{json}{task_id};

    return $id;
}

sub fails {
    my ($partner, $error) = @_;

    $r->call('sched_task_callback', $partner->{node}, $task, 'FAILED', '',
        cause => $json->encode({ error => $error }));
}

sub ended {
    my ($id) = @_;

    ok($d->await(sub { $r->get("job:$id", 'status') eq 'FAILED' }), 'it ends')
        or diag($d->log());

    return decode_json($r->call('job_explain', $id)->{fields}{cause});
}

my @follow = qw/ peer_silent peer_unreachable channel_lost /;

for my $error (@follow) {
    my $id = job();

    fails($b, $error);
    sleep(0.5);
    fails($c, 'data_empty');

    my $cause = ended($id);

    is("$cause->{error} $cause->{node_id}", "data_empty $c->{node}",
        "after $error: the one that it followed from");
    is($cause->{consequences}[0]{error}, $error, '... is a consequence');
    is(decode_json($r->get("job:$id", 'cause'))->{error}, 'data_empty',
        '... also in the record');
}

# a poll brings it, when no callback does

my $id = job();
$c->answer('task/poll' => [ { data => { status => 'FAILED',
    cause => { error => 'bad_parameter', message => 'alpha' } } } ]);
fails($b, 'peer_silent');
is(ended($id)->{error}, 'bad_parameter', 'asked for at once');

# what followed is not tried again when the root would fail again

$id = job(3);
fails($b, 'peer_silent');
sleep(0.3);
fails($c, 'data_null_label');
is(ended($id)->{error}, 'data_null_label', 'no other try');
is(scalar(() = $b->calls('task/start')), 1, '... of it');

# nothing better comes

$id = job();
my $begin = time;
fails($b, 'peer_silent');
is(ended($id)->{error}, 'peer_silent', 'nothing better is known');
cmp_ok(time - $begin, '<', within(6), '... and waited for shortly');

# news that come after the end are shown

$id = job();
fails($b, 'peer_silent');
is(ended($id)->{error}, 'peer_silent', 'it ended');
fails($c, 'data_empty');
is(ended($id)->{error}, 'data_empty', 'later news');

# two of their own: the earlier

$id = job();
fails($b, 'data_empty');
fails($c, 'bad_parameter');
is(ended($id)->{error}, 'data_empty', 'the first one');

done_testing();
