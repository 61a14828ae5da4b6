#!/usr/bin/perl

# A request for an escrow that is given up before it is decided: at who asked,
# at a holder, whatever comes late.
#
# covers: POST /v1/platform/escrow/withdraw
# covers: POST /v1/interconn/ext/escrow/recover/withdraw

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
$t->contract($_, cert => $_) for $b, $c, 'hospital-d';

$redis->command('HSET', $redis->key('job:J1'), job_id => 'J1',
    config => $json->encode({ initiator => { node_id => $a },
        role => { guest => [ $a ], host => [ $b, $c ] } }),
    initiator => $a, status => 'SUCCESS');
$redis->command('HSET', $redis->key("artefact:T1:out"), task_id => 'T1',
    job_id => 'J1', task_name => 'lr', role => 'guest.0', key => 'out',
    kind => 'model', namespace => 'J1-guest-0', name => 'T1-out',
    digest => 'a' x 64, rows => 0, bytes => 7, format => 'json',
    version => '1');

# held by all three, and needed of all: nothing is decided by one

my $id = own('POST', '/escrow/create', { task_id => 'T1', key => 'out',
    retention_until => $until, threshold => 3 })->{escrow_id};

$redis->status('escrow_sealed', $id, 'c' x 64, 100, 'c2ln',
    $json->encode([ map { { node_id => "hospital-" . qw(a b c)[$_],
        index => $_ + 1, commitment => 'e' x 64 } } 0 .. 2 ]),
    $json->encode({ map { $_ => 'share' } $a, $b, $c }), '');
peer('POST', '/ext/escrow/confirm', { escrow_id => $id, status => 'HELD' },
    $_) for $b, $c;

sub ask {
    my ($what) = @_;

    return own('POST', "/escrow/$what", { escrow_id => $id,
        reason => 'r' })->{recovery_id};
}

sub answer {
    my ($ask, $node) = @_;

    return peer('POST', '/ext/escrow/recover/confirm', { recovery_id => $ask,
        status => 'APPROVED', share => 'eA==' }, $node);
}

sub withdraw { own('POST', '/escrow/withdraw', { recovery_id => $_[0] }) }

sub status_of {
    own('GET', '/escrow/recovery/query', { recovery_id => $_[0] })->{status};
}

sub waiting {
    my ($path) = @_;

    return map { my %entry = @{ $_->[1] }; $entry{path} eq $path
        ? "$entry{peer} " . $json->decode($entry{body})->{recovery_id} : () }
        @{ $redis->command('XRANGE', $redis->key('outbox'), '-', '+') };
}

###############################################################################
# a release of this node

my $ask = ask('release');

is(answer($ask, $b)->{code}, undef, 'a holder agrees');

my (undef, $events) = left(sub { withdraw($ask) });
my $out;

is("@$events", 'RES_RECOVERY_WITHDRAWN', 'it is withdrawn');
is(join(' ', waiting('/v1/interconn/ext/escrow/recover/withdraw')),
    "$c $ask", '... who has not answered is told');
is(status_of($ask), 'WITHDRAWN', '... it is known');
is(scalar(waiting('/v1/interconn/ext/escrow/recover/apply')), 0,
    '... what was not sent yet is not any more');
(undef, $events) = left(sub { withdraw($ask) });
is("@$events", '', '... once');
is(answer($ask, $c)->{code}, 4090, 'an answer comes too late');
is(own('GET', '/escrow/query', { escrow_id => $id })->{status}, 'HELD',
    '... and what was in escrow stays there');

###############################################################################
# a recovery, also while it is restored; one that is decided stays so

$ask = ask('recover');
answer($ask, $_) for $b, $c;
is(status_of($ask), 'RESTORING', 'a recovery with enough shares');
is(withdraw($ask)->{code}, undef, '... is withdrawn');
is($redis->command('EXISTS', $redis->key("recovery-shares:$ask")), 0,
    '... shares do not stay');
is($redis->status('escrow_restored', $ask, 'J1-guest-0', 'T1-out'),
    'wrong_state', '... nor what the process made of them');
isnt($redis->call('escrow_next')->{fields}{verb} // '', 'restore',
    '... it has no work of it any more');

$ask = ask('recover');
answer($ask, $_) for $b, $c;
$redis->call('escrow_restored', $ask, 'J1-guest-0', 'T1-out');
is(withdraw($ask)->{code}, 4090, 'what is recovered is not withdrawn');
is(status_of($ask), 'RECOVERED', '... it stays so');
is(withdraw('R-none')->{code}, 4040, 'nor what was never asked for');

###############################################################################
# at a holder

peer('POST', '/ext/escrow/apply', { escrow_id => 'E-b', job_id => 'J1',
    task_id => 'T7', key => 'out', kind => 'model', output_digest => 'b' x 64,
    threshold => 2, retention_until => $until, level => 'L1',
    ciphertext_digest => 'c' x 64, holders => [ map { {
        node_id => "hospital-$_->[0]", index => $_->[1],
        commitment => 'e' x 64 } } [ a => 1 ], [ b => 2 ] ],
    share => 'c2hhcmU=', signature => 'c2ln' }, $b);

my $here = own('GET', '/escrow/list', { dir => 'in' })
    ->{records}[0]{escrow_id};

$redis->call('escrow_held', $here, 0);

sub apply {
    peer('POST', '/ext/escrow/recover/apply', { recovery_id => $_[0],
        owner => $b, escrow_id => 'E-b', purpose => $_[1], reason => 'r' },
        $b);

    return own('GET', '/audit/inbox', { resource_type => 'escrow' })
        ->{records}[0]{id};
}

sub withdrawn {
    my ($ask, $node) = @_;

    return peer('POST', '/ext/escrow/recover/withdraw',
        { recovery_id => $ask }, $node);
}

my $item = apply('R1', 'release');

is(withdrawn('R1', $c)->{code}, 4040, 'no other withdraws it');
is(withdrawn('R1', 'hospital-d')->{code}, 4040, '... nor a stranger');
(undef, $events) = left(sub { withdrawn('R1', $b) });
is("@$events", 'RES_RECOVERY_WITHDRAWN', 'who asked withdraws it');
is(status_of($item), 'WITHDRAWN', '... it is known');
is(own('GET', '/audit/inbox', { resource_type => 'escrow' })->{total}, 0,
    '... and asks nobody any more');
is(own('POST', '/escrow/approve', { recovery_id => $item })->{code}, 4090,
    '... no approval');
is(withdraw($item)->{code}, 4040, '... it is not this node\'s to withdraw');
(undef, $events) = left(sub { withdrawn('R1', $b) });
is("@$events", '', '... once');
is(own('GET', '/escrow/query', { escrow_id => $here })->{status}, 'HELD',
    '... the share stays');

# approved, and not handed over yet

$item = apply('R2', 'recover');
own('POST', '/escrow/approve', { recovery_id => $item });
is(withdrawn('R2', $b)->{code}, undef, 'what was approved is withdrawn');
(undef, $events, $out) = left(sub { $redis->call('escrow_handed', $item,
    'sealed', '') });
is("@$events" . @$out, '0', '... and no share leaves');

# answered: it stays so

$item = apply('R3', 'recover');
own('POST', '/escrow/refuse', { recovery_id => $item, reason => 'no' });
(undef, $events) = left(sub { withdrawn('R3', $b) });
is("@$events " . status_of($item), ' REJECTED', 'what was answered stays so');

# as often as one likes: withdrawn requests are none that wait

for my $n (10 .. 79) {
    apply("R$n", 'recover');
    withdrawn("R$n", $b);
}

is(peer('POST', '/ext/escrow/recover/apply', { recovery_id => 'R99',
    owner => $b, escrow_id => 'E-b', purpose => 'recover', reason => 'r' },
    $b)->{code}, undef, 'what is withdrawn does not count as waiting');

$caller->finish($0);
done_testing();
