#!/usr/bin/perl

# A job that asks at its creation for what it makes to be put in escrow: what
# is refused, what the other parties' operators are shown, what a task's end
# begins.

use warnings;
use strict;
use utf8;

use lib 't/lib';
use IC;
use IC::Api;
use IC::Caller;
use JSON::PP;
use Test::More;
use Time::HiRes qw(time);

IC->check;
IC::Api->check;

my $t = IC->new;
my $api = IC::Api->new;
my $redis = $t->redis;
my $caller = IC::Caller->new($t);
my $json = JSON::PP->new->canonical;
my ($a, $b, $c) = map { "hospital-$_" } qw(a b c);

sub own  { $caller->own(@_) }
sub peer { $caller->peer(@_) }
sub left { $caller->left(@_) }

$redis->call('node_init', node_id => $a, name => 'A', inst_id => 'ia',
    institution => 'A', address => 'https://a.example.org');
$t->contract($_, cert => $_) for $b, $c;

my $flow = own('POST', '/flow/create', { name => 'f', dag => $api->dag,
    config => $api->config($a, $b, $c) })->{flow_id};

sub config {
    my ($escrow, @nodes) = @_;
    my $config = $api->config(@nodes ? @nodes : ($a, $b, $c));

    $config->{job_params}{common}{escrow} = $escrow if defined $escrow;

    return $config;
}

sub create {
    my ($escrow, @nodes) = @_;

    return own('POST', '/job/create', { flow_id => $flow, dag => $api->dag,
        name => 'j', config => config($escrow, @nodes) });
}

###############################################################################
# what is refused, and why

for my $case (
    [ 'two', qr/must have a threshold and days/ ],
    [ {}, qr/threshold must be 2 to 3, the parties of the job/ ],
    [ { threshold => 1, days => 1 }, qr/threshold must be 2 to 3/ ],
    [ { threshold => 4, days => 1 }, qr/threshold must be 2 to 3/ ],
    [ { threshold => '2', days => 1 }, qr/threshold must be 2 to 3/ ],
    [ { threshold => 2 }, qr/days must be 1 to 3650/ ],
    [ { threshold => 2, days => 0 }, qr/days must be 1 to 3650/ ],
    [ { threshold => 2, days => 3651 }, qr/days must be 1 to 3650/ ],
    [ { threshold => 2, days => 1.5 }, qr/days must be 1 to 3650/ ],
    [ { threshold => 2, days => 9, copies => 2 }, qr/copies must be 0 or 1/ ],
    [ { threshold => 2, days => 9, level => 'a b' }, qr/level must be an id/ ],
    [ { threshold => 2, days => 9, level => 3 }, qr/level must be an id/ ],
    [ { threshold => 2, days => 9, steps => [] }, qr/steps must be a list/ ],
    [ { threshold => 2, days => 9, steps => 'lr' }, qr/steps must be a list/ ],
    [ { threshold => 2, days => 9, steps => [ 'xgb' ] },
      qr/the DAG has no step xgb/ ],
    [ { threshold => 2, days => 9, steps => [ 'lr', 7 ] },
      qr/the DAG has no step/ ],
    [ { threshold => 2, days => 9, holders => [ $b ] },
      qr/holders is not known/ ])
{
    my $got = create($case->[0]);

    is($got->{code}, 4003, 'refused: ' . $json->allow_nonref
        ->encode($case->[0]));
    like($got->{msg}, qr/job_params\.common\.escrow: .*$case->[1]/,
        '... with the reason') or diag $json->encode($got);
}

is(own('GET', '/job/list', {})->{total}, 0, 'nothing was made');

###############################################################################
# what is agreed upon

my $wants = { threshold => 2, days => 365, steps => [ 'lr' ], level => 'L3' };
my $job = create($wants)->{job_id};

ok($job, 'a job that wants its model in escrow');

sub inbox {
    my ($id, $escrow) = @_;

    peer('POST', '/job/audit/apply', { audit_id => $id, job_id => "J-$id",
        flow_id => 'F', name => 'x', version => '1', initiator => $b,
        contract_id => $redis->command('GET', $redis->key("nodeof:$b")),
        dag => $api->dag, config => config($escrow, $b, $a, $c) }, $b);

    return (grep { $_->{resource_id} eq "J-$id" } @{ own('GET',
        '/audit/inbox', { resource_type => 'job' })->{records} })[0] || {};
}

my $item = inbox('A1', $wants);

like($item->{statement} // '', qr/with what lr makes in escrow for 365 (?x:
    )days, given back by 2 of its parties together/,
    'who is asked sees what is put in escrow, how long, who gives it back')
    or diag $json->encode($item);
like($item->{statement_zh} // '', qr/托管 lr 的输出 365 天，须 2 个参与方/,
    '... in Chinese');
like(inbox('A2', { threshold => 3, days => 9 })->{statement} // '',
    qr/with what every step makes in escrow for 9 days, given back by 3/,
    '... or of every step');
unlike(inbox('A3', undef)->{statement} // '', qr/escrow/, '... or nothing');

###############################################################################
# and carried out, at the end of the task that has made it

my $made = { key => 'model', kind => 'model', namespace => 'n', name => 'm',
    digest => 'a' x 64, rows => '0', bytes => '9', format => 'json',
    version => '1' };

sub run {
    my ($job, $task, @outputs) = @_;

    is($redis->status('task_start', $job, $task, 'lr'), 'ok', $task);

    my $epoch = $redis->call('task_claim', $task, 'runner', 10000)->{fields}
        {epoch};
    my @args = ('task_end', $task, $epoch, 'SUCCESS', outputs =>
        $json->encode(\@outputs));

    my @left = left(sub { $redis->status(@args) });

    is($left[0], 'ok', "$task ends");
    is($redis->status(@args), 'ok', '... or once more');

    return $left[1];
}

sub kept {
    my ($job) = @_;

    return own('GET', '/escrow/list', { job_id => $job, dir => 'out' })
        ->{records};
}

my $events = run($job, 'T1', $made, { %$made, key => 'none', digest => '' });

is("@$events", 'ARTEFACT_CREATED RES_ESCROW_CREATED TASK_FINISHED',
    'what it makes is put in escrow in the same transition') or diag "@$events";

my @kept = @{ kept($job) };

is(scalar @kept, 1, '... once, and nothing that is not there');
is(join(' ', @{ $kept[0] }{qw(task_id key threshold level status)}),
    'T1 model 2 L3 SEALING', '... as it is agreed upon');
ok(abs($kept[0]{retention_until} - time * 1000 - 365 * 86400000) < 3600000,
    '... for as long');
is(join(' ', map { $_->{node_id} } @{ own('GET', '/escrow/query', {
    escrow_id => $kept[0]{escrow_id} })->{holders} }), "$a $b $c",
    '... with its parties');
is(own('POST', '/escrow/create', { task_id => 'T1', key => 'model',
    retention_until => int(time * 1000) + 9e6 })->{code}, 4091,
    '... which nobody does twice');

# what is not asked for; what cannot be

my $other = create(undef)->{job_id};
run($other, 'T2', $made);
is(scalar @{ kept($other) }, 0, 'a job without a word about it');

my $far = create({ threshold => 3, days => 1 })->{job_id};

$redis->command('DEL', map { $redis->key("nodeof:$_") } $b, $c);
$events = run($far, 'T3', $made);
is("@$events", 'ARTEFACT_CREATED RES_ESCROW_CREATED RES_ESCROW_FAILED '
    . 'TASK_FINISHED', 'one whose parties are not reached')
    or diag "@$events";
@kept = @{ kept($far) };
is($kept[0]{status}, 'FAILED', '... has failed');
like($kept[0]{reason}, qr/reaches 1 of the parties.* 3 are needed/,
    '... and says why');
is($redis->command('ZSCORE', $redis->key('escrow-work'),
    "seal $kept[0]{escrow_id}"), undef, '... and is not sealed');

$caller->finish($0);
done_testing();
