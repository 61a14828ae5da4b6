#!/usr/bin/perl

# What others can make this node keep has bounds; time that is over ends what
# stood on it.

use warnings;
use strict;

use Test::More;

use lib 't/lib';
use IC::Redis;

plan skip_all => 'redis-server is not installed' if !IC::Redis::available();

my $r = IC::Redis->new(node => 'a');

sub applied {
    my ($id, $who) = @_;

    return $r->status('contract_apply_in', 'spki', "key-$who", $who, "d$id",
        $id, address => "https://$who");
}

sub event {
    my ($code) = @_;

    return $r->watch($code)->{events};
}

###############################################################################
# limits

is($r->status('limit_put', 'nonsense', '1'), 'invalid_fields',
    'no such limit');
is($r->status('limit_put', 'applications', $_), 'invalid_fields',
    "a limit of \"$_\"") for '0', '-1', 'x', '1000001', '';
is_deeply(event(sub { $r->status('limit_put', 'applications', '5') }),
    [ 'CONFIG_CHANGED limits' ], 'a limit is changed');
is_deeply(event(sub { $r->status('limit_put', 'applications', '5') }), [],
    '... the same again');

is(applied("A$_", "p$_"), 'ok', "stranger $_ applies") for 1 .. 5;

my $before = $r->dump;

is(applied('A6', 'p6'), 'too_many', 'one more than may wait in all');
is($r->dump, $before, '... changes nothing');
is($r->status('contract_confirm_out', 'A1', 'REJECTED', '{}'), 'ok',
    'one is answered');
is(applied('A6', 'p6'), 'ok', '... room for another');

$r->status('limit_put', 'applications_of_peer', '2');
$r->status('limit_put', 'applications', '1000');
applied("B$_", 'q') for 1 .. 2;
is(applied('B3', 'q'), 'too_many', 'one key\'s share');
is(applied('B3', 'z'), 'ok', '... is not another\'s');

# what was never approved is kept for a while

$r->status('limit_put', 'closed_applications', '3');
$r->status('contract_confirm_out', "A$_", 'REJECTED', '{}') for 2 .. 6;
is($r->status('contract_get', "A$_"), 'not_found',
    "an application of long ago is gone: A$_") for 1 .. 3;
is($r->call('contract_get', "A$_")->{fields}{status}, 'REJECTED',
    "... a late one is there: A$_") for 4 .. 6;
is($r->call('contract_list', 'REJECTED', 'in', '1', '-1')->{total}, 3,
    '... lists have those only');
is($r->status('peer_identify', 'spki', 'key-p1'), 'unknown_certificate',
    '... who it was is forgotten');
is($r->status('peer_identify', 'spki', 'key-p6'), 'no_contract',
    '... or not');
is(applied('A9', 'p1'), 'ok', '... it may apply again');

$r->status('contract_confirm_out', 'A9', 'APPROVED', '{}');
$r->status('contract_terminate_out', 'A9');
$r->status('contract_confirm_out', $_, 'REJECTED', '{}') for qw/ B1 B2 B3 /;
is($r->call('contract_get', 'A9')->{fields}{status}, 'TERMINATED',
    'a contract that was once in force is kept');

my @keys = map { s/^.*?:(?=contract:)//r }
    grep { /\}:contract:/ } @{ $r->command('KEYS', '*') };
my @members = map { "contract:$_" }
    @{ $r->command('ZRANGE', $r->key('ix:contract'), 0, -1) };

is(join(' ', sort @keys), join(' ', sort @members),
    'every record is in the index and every member has its record');

# requests

applied('C1', 'b');
$r->status('contract_confirm_out', 'C1', 'APPROVED', '{}');
$r->status('limit_put', 'requests_of_peer', '2');

sub asked {
    my ($id) = @_;

    return $r->status('audit_apply_in', 'project', 'b', '', $id, "d$id",
        'P1');
}

is(asked("R$_"), 'ok', "request $_") for 1, 2;
is(asked('R3'), 'too_many', 'one more than may wait');
is(asked('R2'), 'ok', '... the same again may');
$r->status('audit_confirm_out', 'project', 'R1', 'b', 'REJECTED', '{}');
is(asked('R3'), 'ok', '... and another when one is answered');

###############################################################################
# refusals

$r->status('limit_put', 'denials_of_peer', '3');

sub denied {
    my ($peer) = @_;

    return $r->status('denied', 'AUTHZ_DENIED', $peer, '127.0.0.1',
        '/v1/interconn/x', 'no_contract', '');
}

sub entries {
    my ($peer) = @_;

    return grep { $_->{event} eq 'AUTHZ_DENIED' && $_->{peer} eq $peer }
        $r->stream('evidence');
}

is(denied('mallory'), 'ok', 'refused') for 1 .. 10;

my $minute = $r->get('denied:mallory', 'minute');
my @entries = entries('mallory');

cmp_ok(scalar @entries, '<=', 6, 'ten refusals leave three entries a minute');
is($entries[0]{call}, '/v1/interconn/x', '... of what');
is($entries[0]{address}, '127.0.0.1', '... from where');
denied('trent');
is(scalar entries('trent'), 1, '... another caller has entries of its own');

$r->command('HSET', $r->key('denied:mallory'), 'minute', $minute - 1,
    'counted', '7', 'written', '3');
denied('mallory');
is((entries('mallory'))[-1]{counted}, '7',
    '... the next minute\'s first entry tells how many were only counted');
ok($r->command('TTL', $r->key('denied:mallory')) > 0, '... not for ever');

###############################################################################
# a contract whose time is over

$r->call('object_create', 'dataset', 'D1', pub_scope => 'public',
    status => '1');
$r->status('limit_put', 'requests_of_peer', '64');
$r->status('audit_apply_in', 'dataset', 'b', '', 'R9', 'd', 'D1');
$r->status('audit_confirm_out', 'dataset', 'R9', 'b', 'APPROVED', '{}',
    jti => 'j9', times_limit => '5');
is($r->status($r->use_of(qw/ j9 u1 b dataset D1 /)), 'ok',
    'a permit in use');

$r->command('HSET', $r->key('contract:C1'), 'expired_time', '1000');
$r->command('ZADD', $r->key('contract-ends'), '1000', 'C1');
is($r->status($r->use_of(qw/ j9 u2 b dataset D1 /)), 'contract_expired',
    '... counts for nothing once the time is over');
is($r->status('peer_identify', 'spki', 'key-b'), 'contract_expired',
    '... and so its holder');

my $events = event(sub { $r->call('task_reap') });

is_deeply([ @$events[0, 1] ], [ 'CONTRACT_EXPIRED contract:C1',
    'CONTRACT_TERMINATED contract:C1' ], 'the contract ends');
is_deeply([ sort @$events[2 .. $#$events] ], [
    'AUDIT_TERMINATED audit:in:dataset:b:R9',
    map({ "AUDIT_TERMINATED audit:in:project:b:$_" } qw/ R2 R3 /),
    'PERMIT_REVOKED permit:j9' ], '... with what stood under it');
is($r->status('peer_identify', 'spki', 'key-b'), 'contract_expired',
    '... its holder is told why');
is_deeply(event(sub { $r->call('task_reap') }), [], '... once');
is($r->call('inbox_list', '', '', '1', '-1')->{total}, 0,
    '... nobody is asked to answer what is over');

done_testing();
