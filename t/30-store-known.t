#!/usr/bin/perl

# Known nodes in the store: who is believed, and what is forgotten.

use warnings;
use strict;

use lib 't/lib';
use IC::Redis;
use Test::More;

plan(skip_all => 'no redis-server') if !IC::Redis->available();

my $r = IC::Redis->new;

sub known { $r->hash("known:$_[0]") }

# Gives the id of the contract.

my $n = 0;

sub apply {
    my ($peer, %fields) = @_;

    $n++;
    return $r->call('contract_apply_in', 'node', $peer, $peer, "digest $n",
        "C-$n", address => "https://$peer.test",
        name => "application of $peer", %fields)->{fields}{contract_id};
}

# an application is believed least, a contract most, whatever comes first

my $id = apply('b');
is(known('b')->{source}, 'application', 'learnt from an application');
is($r->status('node_add', 'b', name => 'by hand'), 'ok', 'then by hand');
is(known('b')->{name}, 'by hand', '... is believed');
is(known('b')->{address}, 'https://b.test', '... as far as it says something');
is($r->status('contract_confirm_out', $id, 'REJECTED', '{}'), 'ok',
    'rejected');
$id = apply('b', system => 'other');
is(known('b')->{name}, 'by hand', 'another application is not');
is(known('b')->{system}, 'other', '... but for what was not known');

is($r->status('contract_confirm_out', $id, 'APPROVED', '{}'), 'ok',
    'approved');
is(known('b')->{name}, 'application of b', '... its record is believed');
is($r->status('node_add', 'b', name => 'again'), 'conflict',
    '... and not overwritten');
is($r->status('node_remove', 'b'), 'in_use', '... nor removed');
is($r->status('contract_terminate_out', $id), 'ok', 'ended');
is(known('b')->{source}, 'contract', '... is still known so');
is($r->status('node_remove', 'b'), 'ok', '... until it is removed');
is_deeply(known('b'), {}, '... with everything');
is($r->call('node_list', '', 1, 20)->{total}, 0, '... and the index');

is($r->status('node_add', 'hospital-a', name => 'A'), 'conflict',
    'not ourselves');

# fields of others in the record stay

$r->status('node_add', 'h', name => 'H');
$r->command('HSET', $r->key('known:h'), 'health', 'UP');
$r->status('node_add', 'h', name => 'H2');
is(known('h')->{health}, 'UP', 'health stays');
is($r->call('node_list', 'manual', 1, 20)->{records}[0]{health}, 'UP',
    '... and is told');
is($r->call('node_list', 'contract', 1, 20)->{total}, 0, 'by source');

# contracts from before there was an index

apply('old');
$r->command('DEL', $r->key('known:old'), $r->key('known:h'),
    $r->key('ix:known'));
$r->call('node_init', node_id => 'hospital-a', name => 'A');
is(known('old')->{address}, 'https://old.test', 'learnt at the next start');

# strangers fill nothing: what is pruned is forgotten

$r->status('node_add', 'kept', name => 'K');

$r->status('contract_confirm_out', apply("stranger-$_"), 'REJECTED', '{}')
    for 1 .. 1040;

is_deeply(known('stranger-1'), {},
    'applicants that were rejected long ago are forgotten');
isnt(known('stranger-1040')->{name}, undef, '... not the last');
is(known('kept')->{name}, 'K', '... nor who was entered by hand');

done_testing();
