#!/usr/bin/perl

# Escrow as a node's door and store have it; what the daemon's process does
# with keys and files is told to the store as that process tells it.
#
# covers: POST /v1/platform/escrow/create
# covers: POST /v1/platform/escrow/recover
# covers: POST /v1/platform/escrow/release
# covers: POST /v1/platform/escrow/approve
# covers: POST /v1/platform/escrow/refuse
# covers: GET /v1/platform/escrow/list
# covers: GET /v1/platform/escrow/query
# covers: GET /v1/platform/escrow/recovery/query
# covers: POST /v1/interconn/ext/escrow/apply
# covers: POST /v1/interconn/ext/escrow/confirm
# covers: POST /v1/interconn/ext/escrow/recover/apply
# covers: POST /v1/interconn/ext/escrow/recover/confirm

use warnings;
use strict;

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
my $redis = $t->redis;
my $caller = IC::Caller->new($t);
my $json = JSON::PP->new->canonical;
my $until = int(time * 1000) + 86400000;
my ($a, $b, $c) = map { "hospital-$_" } qw(a b c);

sub own  { $caller->own(@_) }
sub peer { $caller->peer(@_) }
sub left { $caller->left(@_) }

$redis->call('node_init', node_id => $a, name => 'A', inst_id => 'ia',
    institution => 'A', address => 'https://a.example.org');
$t->contract($_, cert => $_) for $b, $c;
$t->contract('hospital-d', cert => 'hospital-d');

my $config = $json->encode({ initiator => { node_id => $a },
    role => { guest => [ $a ], host => [ $b, $c ] } });

$redis->command('HSET', $redis->key('job:J1'), job_id => 'J1',
    config => $config, initiator => $a, status => 'SUCCESS');

sub made {
    my ($task) = @_;

    $redis->command('HSET', $redis->key("artefact:$task:out"), task_id =>
        $task, job_id => 'J1', task_name => 'lr', role => 'guest.0',
        key => 'out', kind => 'model', namespace => 'J1-guest-0',
        name => "$task-out", digest => 'a' x 64, rows => 0, bytes => 7,
        format => 'json', version => '1');
}

sub create {
    my ($task, %with) = @_;

    made($task);

    return own('POST', '/escrow/create', { task_id => $task, key => 'out',
        retention_until => $until, %with });
}

# as the process does

sub sealed {
    my ($id, @nodes) = @_;
    my $n = 0;

    return $redis->status('escrow_sealed', $id, 'c' x 64, 100, 'c2ln',
        $json->encode([ map { { node_id => $_, index => ++$n,
            commitment => 'e' x 64 } } @nodes ]),
        $json->encode({ map { $_ => "share of $_" } @nodes }), '');
}

###############################################################################
# an output of this node

my ($got, $events, $out) = left(sub { create('T1', threshold => 2,
    level => 'L3') });
my $id = $got->{escrow_id};

is("@$events", 'RES_ESCROW_CREATED', 'an output is put in escrow');
is_deeply($out, [], '... nobody is told before there is a key');
is($redis->call('escrow_next')->{fields}{verb}, 'seal',
    '... the process seals it');
is(create('T1')->{code}, 4091, 'not twice');
is(create('T2', threshold => 4)->{code}, 4001, 'no threshold of 4 of 3');
is(create('T2', threshold => 1)->{code}, 4001, '... nor of 1');
is(create('T2', retention_until => 1000)->{code}, 4001, 'no term that is '
    . 'over');
is(create('T2', holders => [ $a, 'hospital-d' ])->{code}, 4001,
    'no holder that is no party');
is(create('T2', holders => [ $a ])->{code}, 4001, '... nor one alone');
is(own('POST', '/escrow/create', { task_id => 'T9', key => 'out',
    retention_until => $until })->{code}, 4040, 'no output that is not here');

($got, $events, $out) = left(sub { sealed($id, $a, $b, $c) });
is("@$events", 'RES_ESCROWED', 'it is sealed');
is(join(' ', map { "$_->{peer} $_->{body}{share}" } @$out),
    "$b share of $b $c share of $c", '... each is sent its share alone');
is(sealed($id, $a, $b, $c), 'ok', '... once');
is(own('GET', '/escrow/query', { escrow_id => $id })->{status}, 'OFFERED',
    'one share is not enough');

for my $case ([ $b, 'HELD', 'RES_ESCROW_CONFIRMED' ],
              [ $c, 'REFUSED', 'RES_ESCROW_REFUSED' ])
{
    my ($node, $status, $event) = @$case;
    my $body = { escrow_id => $id, status => $status, reason => 'r' };

    (undef, $events) = left(sub { peer('POST', '/ext/escrow/confirm', $body,
        $node) });
    is("@$events", $event, "$node answers $status");
    is(peer('POST', '/ext/escrow/confirm', $body, $node)->{code}, undef,
        '... or once more');
}

is(peer('POST', '/ext/escrow/confirm', { escrow_id => $id,
    status => 'HELD' }, $c)->{code}, 4090, '... and stays with it');
is(peer('POST', '/ext/escrow/confirm', { escrow_id => $id,
    status => 'HELD' }, 'hospital-d')->{code}, 4040, 'no other answers');
$got = own('GET', '/escrow/query', { escrow_id => $id });
is($got->{status}, 'HELD', 'two shares are enough');
is(join(' ', map { $_->{state} } @{ $got->{holders} }), 'HELD HELD REFUSED',
    '... it is known who has one');
is(join(' ', grep { /share|signature|commitment/ } sort keys %$got), '',
    '... and shares are not shown');
is(own('GET', '/escrow/list', { job_id => 'J1', dir => 'out',
    status => 'HELD' })->{total}, 1, 'a list');

###############################################################################
# recovery: asked, answered, restored

($got, $events, $out) = left(sub { own('POST', '/escrow/recover',
    { escrow_id => $id, reason => 'lost' }) });

my $ask = $got->{recovery_id};

is("@$events", 'RES_RECOVERY_ASKED', 'recovery is asked for');
is(join(' ', map { "$_->{peer} $_->{body}{reason}" } @$out),
    "$b lost $c lost", '... of all holders, with the reason');

my $answer = { recovery_id => $ask, status => 'APPROVED', share => 'eA==' };

(undef, $events) = left(sub { peer('POST', '/ext/escrow/recover/confirm',
    $answer, $b) });
is("@$events", 'RES_RECOVERY_APPROVED', 'a holder approves');
is(peer('POST', '/ext/escrow/recover/confirm', $answer, $b)->{code}, undef,
    '... or once more');
is(peer('POST', '/ext/escrow/recover/confirm', { %$answer,
    status => 'REJECTED' }, $b)->{code}, 4090, '... and stays with it');
is(peer('POST', '/ext/escrow/recover/confirm', $answer,
    'hospital-d')->{code}, 4040, 'no other answers');

$got = $redis->call('escrow_next');
is($got->{fields}{verb}, 'restore', 'with two the process restores it');
is(join(' ', map { "$_->{node_id} $_->{share}" } @{ $got->{records} }),
    "$a share of $a $b eA==", '... by the shares that came');

(undef, $events) = left(sub { $redis->call('escrow_share_wrong', $ask, $b) });
is("@$events", 'RES_SHARE_WRONG', 'a wrong share is said');
is(own('GET', '/escrow/recovery/query', { recovery_id => $ask })->{status},
    'ASKED', '... and another holder may still answer');
peer('POST', '/ext/escrow/recover/confirm', { %$answer, share => 'eQ==' },
    $c);
(undef, $events) = left(sub { $redis->call('escrow_restored', $ask,
    'J1-guest-0', 'T1-out') });
is("@$events", 'RES_RECOVERED', 'it is there again');
$got = own('GET', '/escrow/recovery/query', { recovery_id => $ask });
is(join(' ', $got->{status}, map { $_->{answer} } @{ $got->{answers} }),
    'RECOVERED APPROVED WRONG APPROVED', '... and who gave what');
is($redis->status('escrow_restored', $ask, 'J1-guest-0', 'T1-out'), 'ok',
    '... once');
is(own('POST', '/escrow/recover', { escrow_id => 'E-none',
    reason => 'r' })->{code}, 4040, 'of nothing that is not here');
is(own('POST', '/escrow/recover', { escrow_id => $id })->{code}, 4001,
    'not without a reason');

# no more than enough refuse

$got = own('POST', '/escrow/recover', { escrow_id => $id, reason => 'r' });
peer('POST', '/ext/escrow/recover/confirm', { recovery_id =>
    $got->{recovery_id}, status => 'REJECTED', reason => 'no' }, $b);
(undef, $events) = left(sub { peer('POST', '/ext/escrow/recover/confirm',
    { recovery_id => $got->{recovery_id}, status => 'REJECTED' }, $c) });
is("@$events", 'RES_RECOVERY_REFUSED RES_RECOVERY_FAILED', 'when all refuse');
is(own('GET', '/escrow/recovery/query', $got)->{status}, 'FAILED',
    'too few shares are left');

# released

$got = own('POST', '/escrow/release', { escrow_id => $id, reason => 'r' });
(undef, $events) = left(sub { peer('POST', '/ext/escrow/recover/confirm',
    { recovery_id => $got->{recovery_id}, status => 'APPROVED' }, $b) });
is("@$events", 'RES_RECOVERY_APPROVED RES_ESCROW_RELEASED',
    'let go by as many as give it back');
is($redis->call('escrow_next')->{fields}{verb}, 'drop', '... its file goes');
(undef, $events) = left(sub { $redis->call('escrow_dropped', $id) });
is("@$events", 'RES_ESCROW_DESTROYED', '... which is said');
is(own('POST', '/escrow/recover', { escrow_id => $id,
    reason => 'r' })->{code}, 4090, '... and it is over');

###############################################################################
# what others put in escrow here

my $offer = { escrow_id => 'E-b', job_id => 'J1', task_id => 'T7',
    key => 'out', kind => 'model', output_digest => 'b' x 64, threshold => 2,
    retention_until => $until, level => 'L1', ciphertext_digest => 'c' x 64,
    holders => [ map { { node_id => "hospital-$_->[0]", index => $_->[1],
        commitment => 'e' x 64 } } [ a => 1 ], [ b => 2 ] ],
    share => 'c2hhcmU=', signature => 'c2ln' };

sub offer { peer('POST', '/ext/escrow/apply', { %$offer, @_ }, $b) }

(undef, $events) = left(sub { offer() });
is("@$events", 'RES_ESCROW_OFFERED', 'a share of a party\'s key');
is(offer()->{code}, undef, '... once more');
is(offer(threshold => 1)->{code}, 4091, '... but not another one');
is(offer(escrow_id => 'E-2', job_id => 'J9')->{code}, 4040,
    'of no job that is not known');
is(peer('POST', '/ext/escrow/apply', $offer, 'hospital-d')->{code}, 4040,
    '... nor of one that is no party');
is(offer(escrow_id => 'E-3', retention_until => 1000)->{code}, 4001,
    'of no term that is over');
is(offer(escrow_id => 'E-4', holders => [ $offer->{holders}[1] ])->{code},
    4001, 'with this node among the holders');

my $here = own('GET', '/escrow/list', { dir => 'in' })
    ->{records}[0]{escrow_id};

isnt($here, 'E-b', 'it has an id of its own here');

my $recover = { recovery_id => 'R-b', owner => $b, escrow_id => 'E-b',
    purpose => 'recover', reason => 'audit' };

is(peer('POST', '/ext/escrow/recover/apply', $recover, $b)->{code}, 4090,
    'nothing is asked for before the share was looked at');
is(own('POST', '/escrow/recover', { escrow_id => $here,
    reason => 'r' })->{code}, 4090, '... by nobody');

(undef, $events, $out) = left(sub { $redis->call('escrow_held', $here, 0) });
is("@$events $out->[0]{peer} $out->[0]{body}{status}",
    "RES_ESCROWED $b HELD", 'it is held, and the owner is told');
is(own('POST', '/escrow/recover', { escrow_id => $here,
    reason => 'r' })->{code}, 4042, 'without a copy only the owner recovers');
is(own('POST', '/escrow/release', { escrow_id => $here,
    reason => 'r' })->{code}, 4038, '... and releases');

(undef, $events) = left(sub { peer('POST', '/ext/escrow/recover/apply',
    $recover, $b) });
is("@$events", 'RES_RECOVERY_APPLIED', 'the owner asks');
is(peer('POST', '/ext/escrow/recover/apply', $recover, $b)->{code}, undef,
    '... or once more');
is(peer('POST', '/ext/escrow/recover/apply', { %$recover,
    purpose => 'release' }, $b)->{code}, 4091, '... but nothing else');
is(peer('POST', '/ext/escrow/recover/apply', $recover, $c)->{code}, 4040,
    'who has no part in it finds nothing');

my ($item) = @{ own('GET', '/audit/inbox', { resource_type => 'escrow' })
    ->{records} };

is("$item->{purpose} $item->{owner} $item->{why}", "recover $b audit",
    'an operator sees who asks, and why');

(undef, $events) = left(sub { own('POST', '/escrow/approve',
    { recovery_id => $item->{id} }) });
is("@$events", 'RES_RECOVERY_APPROVED', '... approves');
is(own('POST', '/escrow/refuse', { recovery_id => $item->{id},
    reason => 'r' })->{code}, 4090, '... and stays with it');
is(own('GET', '/audit/inbox', { resource_type => 'escrow' })->{total}, 0,
    '... it is answered');
(undef, $events, $out) = left(sub { $redis->call('escrow_handed',
    $item->{id}, 'sealed', '') });
is("@$events $out->[0]{peer} $out->[0]{body}{share}",
    "RES_SHARE_HANDED $b sealed", 'the share goes to who asked');

peer('POST', '/ext/escrow/recover/apply', { %$recover,
    recovery_id => 'R-b2' }, $b);
($item) = @{ own('GET', '/audit/inbox', { resource_type => 'escrow' })
    ->{records} };
(undef, $events, $out) = left(sub { own('POST', '/escrow/refuse',
    { recovery_id => $item->{id}, reason => 'no' }) });
is("@$events $out->[0]{body}{status} $out->[0]{body}{reason}",
    'RES_RECOVERY_REFUSED REJECTED no', 'or it is refused');

# a share that is none; the end of the term

offer(escrow_id => 'E-5');

my ($bad) = map { $_->{escrow_id} } grep { $_->{origin_id} eq 'E-5' }
    @{ own('GET', '/escrow/list', { dir => 'in' })->{records} };

(undef, $events, $out) = left(sub { $redis->call('escrow_unfit', $bad,
    'the share is none') });
is("@$events $out->[0]{body}{status}", 'RES_ESCROW_REFUSED REFUSED',
    'a share that is none is refused');

$redis->command('HSET', $redis->key("escrow:$here"), retention_until =>
    int(time * 1000) - 1000);
$redis->command('ZADD', $redis->key('escrow-ends'), 1000, $here);
is(peer('POST', '/ext/escrow/recover/apply', { %$recover,
    recovery_id => 'R-b3' }, $b)->{code}, 4090, 'after its term');
(undef, $events) = left(sub { $redis->call('escrow_next') });
is("@$events", 'RES_ESCROW_EXPIRED', '... it is over');
ok(!defined $redis->get("escrow:$here", 'share'), '... its share is gone');

my %counted = map { $_ => 1 } @{ $redis->command('SMEMBERS',
    $redis->key("escrows-of:$b")) };

ok(!$counted{$here}, '... and it counts no more');
ok($counted{$bad}, 'what was refused does');

(undef, $events) = left(sub { create('T4')->{escrow_id} });
my ($failed) = map { $_->{escrow_id} } grep { $_->{task_id} eq 'T4' }
    @{ own('GET', '/escrow/list', { dir => 'out' })->{records} };
(undef, $events) = left(sub { $redis->call('escrow_unsealed', $failed,
    'no disk') });
is("@$events", 'RES_ESCROW_FAILED', 'what cannot be sealed fails');
ok(create('T4')->{escrow_id}, '... and may be tried again');

$t->finish;
$caller->finish($0);
done_testing();
