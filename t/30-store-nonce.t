#!/usr/bin/perl

# The memory of nonces.

use warnings;
use strict;

use Test::More;

use lib 't/lib';
use IC::Redis;

plan skip_all => 'redis-server is not installed' if !IC::Redis::available();

my $r = IC::Redis->new(node => 'a');

my $w = $r->watch(sub { $r->status('nonce_seen', 'b', 'nonce-01') });

is($w->{result}, 'ok', 'a new nonce');
is_deeply($w->{events}, [], 'is no evidence');

my $left = $r->command('PTTL', $r->key('nonce:b:nonce-01'));
ok($left > 600_000 && $left <= 660_000,
    'is remembered for longer than a message is good');

my $reply = $r->call('nonce_seen', 'b', 'nonce-01');

is($reply->{status}, 'bad_signature', 'the same again');
is($reply->{detail}, 'replayed nonce', 'detail');
cmp_ok($r->command('PTTL', $r->key('nonce:b:nonce-01')), '<=', $left,
    'does not prolong the memory');

is($r->status('nonce_seen', 'c', 'nonce-01'), 'ok', 'of another peer');
is($r->status('nonce_seen', 'b', 'nonce-02'), 'ok', 'another nonce');

$r->command('PEXPIRE', $r->key('nonce:b:nonce-01'), 0);
is($r->status('nonce_seen', 'b', 'nonce-01'), 'ok', 'forgotten in the end');

like($r->status('nonce_seen', 'b'), qr/^-ERR .*2 arguments/, 'arguments');

# what ends things must get through

$r->command('CONFIG', 'SET', 'maxmemory', '1');
is($r->status('nonce_seen', 'b', 'nonce-03'), 'ok', 'without memory too');
$r->command('CONFIG', 'SET', 'maxmemory', '0');

done_testing();
