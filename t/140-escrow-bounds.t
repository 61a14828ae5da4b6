#!/usr/bin/perl

# What a peer may make this node keep of escrows: ciphertexts that wait,
# requests, what is over; and copies, which an output can be too large for.

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

$redis->call('node_init', node_id => $a, name => 'A', inst_id => 'ia',
    institution => 'A', address => 'https://a.example.org');
$t->contract($_, cert => $_) for $b, $c;

$redis->command('HSET', $redis->key('job:J1'), job_id => 'J1',
    config => $json->encode({ initiator => { node_id => $a },
        role => { guest => [ $a ], host => [ $b, $c ] } }),
    initiator => $a, status => 'SUCCESS');

###############################################################################
# copies of what is too large are refused before anything is sealed

sub create {
    my ($task, $bytes, %with) = @_;

    $redis->command('HSET', $redis->key("artefact:$task:out"), task_id =>
        $task, job_id => 'J1', task_name => 'lr', role => 'guest.0',
        key => 'out', kind => 'model', namespace => 'J1-guest-0',
        name => "$task-out", digest => 'a' x 64, rows => 0, bytes => $bytes,
        format => 'json', version => '1');

    return own('POST', '/escrow/create', { task_id => $task, key => 'out',
        retention_until => $until, %with });
}

my $got = create('T1', 262145, copies => 1);

is($got->{code}, 4131, 'copies of a byte too much');
like($got->{msg}, qr/262145 bytes, at most 262144/, '... it says how much');
is(own('GET', '/escrow/list', {})->{total}, 0, '... nothing is begun');
is(create('T1', 262145)->{code}, undef, '... without copies it may be larger');
is(create('T2', 262144, copies => 1)->{code}, undef, 'copies of a byte less');

###############################################################################
# ciphertexts that a peer sends, until the process has taken them

sub offer {
    my ($id, %with) = @_;

    return peer('POST', '/ext/escrow/apply', { escrow_id => $id,
        job_id => 'J1', task_id => 'T7', key => 'out', kind => 'model',
        output_digest => 'b' x 64, threshold => 2, retention_until => $until,
        level => 'L1', ciphertext_digest => 'c' x 64, holders => [ map { {
            node_id => "hospital-$_->[0]", index => $_->[1],
            commitment => 'e' x 64 } } [ a => 1 ], [ b => 2 ] ],
        share => 'c2hhcmU=', signature => 'c2ln', %with }, $b);
}

sub here {
    my ($origin) = @_;

    return (map { $_->{escrow_id} } grep { $_->{origin_id} eq $origin }
        @{ own('GET', '/escrow/list', { dir => 'in', page_size => -1 })
        ->{records} })[0];
}

is((grep { !offer("C$_", ciphertext => 'eA==')->{code} } 1 .. 16), 16,
    'ciphertexts of a peer');
is(offer('C17', ciphertext => 'eA==')->{code}, 4290, '... one too many');
is(offer('C18')->{code}, undef, '... a share without one');
$redis->call('escrow_held', here('C1'), 1);
is($redis->command('ZSCORE', $redis->key('escrow-work'),
    'reseal ' . here('C1')), undef, 'a share for this node\'s key stays');
is(offer('C17', ciphertext => 'eA==')->{code}, undef,
    '... when one was taken, the next');
$redis->call('escrow_unfit', here('C2'), 'r');
is(offer('C19', ciphertext => 'eA==')->{code}, undef,
    '... or was none');
is($redis->command('SCARD', $redis->key("escrow-copies:$b")), 16,
    '... and they are counted right');

###############################################################################
# a share that is sealed for the node's key before is sealed anew

$redis->call('escrow_held', here('C18'), 0, 1);
ok($redis->command('ZSCORE', $redis->key('escrow-work'),
    'reseal ' . here('C18')), 'a share for the key before is sealed anew');

sub sealed {
    my ($id) = @_;

    $redis->status('escrow_sealed', $id, 'c' x 64, 100, 'c2ln', $json->encode(
        [ map { { node_id => "hospital-" . qw(a b c)[$_], index => $_ + 1,
            commitment => 'e' x 64 } } 0 .. 2 ]),
        $json->encode({ map { $_ => 'share' } $a, $b, $c }), '');

    return $redis->command('ZSCORE', $redis->key('escrow-work'),
        "reseal $id");
}

is(sealed(create('T4', 9)->{escrow_id}), undef, 'one that is dealt stays');
$redis->command('HSET', $redis->key('rotation'), status => 'SWITCHED',
    switch_time => int(time * 1000));
ok(sealed(create('T5', 9)->{escrow_id}),
    '... but is sealed anew when the key has just changed');
$redis->command('HSET', $redis->key('rotation'), switch_time => 1000);
is(sealed(create('T6', 9)->{escrow_id}), undef, '... and not long after it');

###############################################################################
# requests for one escrow

sub apply {
    my ($n) = @_;

    return peer('POST', '/ext/escrow/recover/apply', { recovery_id => "R$n",
        owner => $b, escrow_id => 'C1', purpose => 'recover',
        reason => 'r' }, $b);
}

is((grep { !apply($_)->{code} } 1 .. 64), 64, 'requests that wait');
is(apply(65)->{code}, 4290, '... one too many');

# in one run: what they say is not what this is about

$redis->command('HSET', $redis->key('escrow-asked:' . here('C1')), $b, 255);
peer('POST', '/ext/escrow/recover/withdraw', { recovery_id => "R$_" }, $b)
    for 1, 2;
is(apply(66)->{code}, undef, 'requests for the same, withdrawn or not');
is(apply(67)->{code}, 4290, '... one too many');

###############################################################################
# what is over is known for a while, and then not any more

sub keys_of { scalar @{ $redis->command('KEYS', $redis->key('*')) } }

my ($first, $last) = (here('C3'), here('C4'));

$redis->command('RPUSH', $redis->key("escrows-over:$b"), map { "none-$_" }
    1 .. 255);
$redis->command('HSET', $redis->key("escrow:$_"), retention_until => 1000)
    for $first, $last;
$redis->command('ZADD', $redis->key('escrow-ends'), 1000, $first);
$redis->call('escrow_next');
is(own('GET', '/escrow/query', { escrow_id => $first })->{status}, 'EXPIRED',
    'what is over is still shown');
$redis->command('LTRIM', $redis->key("escrows-over:$b"), -1, -1);
$redis->command('RPUSH', $redis->key("escrows-over:$b"), map { "none-$_" }
    1 .. 255);
$redis->command('ZADD', $redis->key('escrow-ends'), 1000, $last);
$redis->call('escrow_next');
is(own('GET', '/escrow/query', { escrow_id => $first })->{code}, 4040,
    '... but not the oldest of too many');
is(own('GET', '/escrow/query', { escrow_id => $last })->{status}, 'EXPIRED',
    '... the last one is');
is(scalar(@{ $redis->command('KEYS', $redis->key("*$first*")) }), 0,
    '... nothing of it is left');

# requests go with theirs; a file that is still to be deleted stays known

my $one = here('C1');

$redis->command('HSET', $redis->key("escrow:$one"), retention_until => 1000);
$redis->command('ZADD', $redis->key('escrow-ends'), 1000, $one);
$redis->command('DEL', $redis->key("escrows-over:$b"));
$redis->call('escrow_next');

my $requests = @{ $redis->command('KEYS', $redis->key('recovery:*')) };

sub push_out {
    $redis->command('RPUSH', $redis->key("escrows-over:$b"), map { "x-$_" }
        1 .. 256);
    $redis->command('HSET', $redis->key('escrow:' . here($_[0])),
        retention_until => 1000);
    $redis->command('ZADD', $redis->key('escrow-ends'), 1000, here($_[0]));
    $redis->call('escrow_next');
}

push_out('C5');
is(own('GET', '/escrow/query', { escrow_id => $one })->{status}, 'EXPIRED',
    'one with a ciphertext stays known');
$redis->call('escrow_dropped', $one);
$redis->command('DEL', $redis->key("escrows-over:$b"));
$redis->command('RPUSH', $redis->key("escrows-over:$b"), $one);
push_out('C6');
is(own('GET', '/escrow/query', { escrow_id => $one })->{code}, 4040,
    '... until it is deleted');
is($requests - @{ $redis->command('KEYS', $redis->key('recovery:*')) }, 65,
    '... its requests go with it');

$caller->finish($0);
done_testing();
