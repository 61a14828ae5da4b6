#!/usr/bin/perl

# Permits in the store: limits, scopes, who may use them, what is evidence.

use warnings;
use strict;

use Test::More;
use Time::HiRes qw/ time /;

use lib 't/lib';
use IC::Redis;

plan skip_all => 'redis-server is not installed' if !IC::Redis::available();

my $r = IC::Redis->new(node => 'a');
my $n = 0;
my $w;

for my $node (qw/ b c /) {
    $r->call('contract_apply_in', 'spki', "key-$node", $node, 'd', "C-$node",
        address => "https://$node");
    $r->call('contract_confirm_out', "C-$node", 'APPROVED', '{}');
}

$r->call('object_create', 'dataset', 'D1', name => 'one', status => '1',
    pub_scope => 'public', location => '{}', source => 'x');

# a permit of b; its id

sub grant {
    my (%limits) = @_;
    my $id = ++$n;

    $r->call('audit_apply_in', 'dataset', 'b', '', "A$id", "d$id", 'D1');
    $r->call('audit_confirm_out', 'dataset', "A$id", '', 'APPROVED', '{}',
        jti => "j$id", spki => 'key-b', %limits);

    return "j$id";
}

# what the edge asks

sub guard {
    my ($jti, %arg) = @_;

    my $reply = $r->call('permit_guard', $arg{mode} || 'spki',
        $arg{ident} || 'key-b', $jti, $arg{cnf} // 'key-b',
        $arg{use} || 'u' . ++$n, $arg{once} || 0, $arg{kind} || 'dataset',
        $arg{id} || 'D1', $arg{project} || '', $arg{component} || '',
        $arg{algorithm} || '');

    return $reply->{status} eq 'ok' ? "ok $reply->{fields}{left}"
                                    : $reply->{status};
}

sub events { map { $_->{event} } @{ $w->{evidence} } }

###############################################################################
# who, with what, for what

my $jti = grant(times_limit => 9);

is(guard($jti), 'ok 8', 'its holder');
is(guard($jti, ident => 'key-c'), 'permit_invalid', 'another partner');
is(guard($jti, ident => 'key-c', cnf => 'key-c'), 'permit_invalid',
    '... that says it is bound to its key');
is(guard($jti, ident => 'key-x'), 'unknown_certificate', 'a stranger');
is(guard($jti, mode => 'node', ident => 'b'), 'permit_invalid',
    'a word without the key');
is(guard($jti, id => 'D2'), 'permit_invalid', 'another dataset');
is(guard($jti, kind => 'model'), 'permit_invalid', 'another kind');
is(guard('none'), 'permit_invalid', 'no such permit');
is($r->get("permit:$jti", 'used'), 1, 'refusals are free');

# a key that is new for the same contract

$r->call('peer_node_update', 'b', 'C-b', key_type => 'CERT',
    key_credential => 'new', key_spki => 'key-b2', key_time => 1,
    key_overlap => 60000);
is(guard($jti, ident => 'key-b2'), 'ok 7', 'a new key of the same partner');
$r->command('HSET', $r->key('contract:C-b'), 'old_until', 1);
is(guard($jti), 'key_retired', '... and then that alone');
$r->command('HSET', $r->key('contract:C-b'), 'spki', 'key-b');

###############################################################################
# once

is(guard($jti, use => 'same'), 'ok 6', 'a use') for 1 .. 3;
$w = $r->watch(sub { guard($jti, use => 'same') });
is_deeply([ events() ], [], 'a repeated one leaves nothing');
is(guard($jti, use => 'fresh', once => 1), 'ok 5',
    'one that never comes again');
is($r->command('ZSCORE', $r->key("permit-requests:$jti"), 'fresh'), undef,
    '... is not remembered');

$jti = grant(times_limit => 1);
$w = $r->watch(sub { guard($jti) });
is_deeply([ events() ], [qw/ PERMIT_USED PERMIT_EXHAUSTED /],
    'the last use is told');
$w = $r->watch(sub { guard($jti) });
is($w->{result}, 'permit_exhausted', 'and no other one');
is_deeply([ events() ], [ 'PERMIT_DENIED' ], '... a denial is evidence');
is($w->{evidence}[0]{permit}, $jti, '... of which permit');

guard($jti) for 1 .. 300;
my @denied = grep { $_->{event} eq 'PERMIT_DENIED' } $r->stream('evidence');
cmp_ok(scalar @denied, '<=', 200, 'many denials are counted, not told');

# uses remembered are bounded

$jti = grant();
$r->command('HSET', $r->key("permit:$jti"), used => 10_000);
$r->command('ZADD', $r->key("permit-requests:$jti"), map { $_, "old$_" }
    1 .. 10_000);
guard($jti, use => 'new');
is($r->command('ZCARD', $r->key("permit-requests:$jti")), 10_000,
    'the uses that are remembered are bounded');
is($r->command('ZSCORE', $r->key("permit-requests:$jti"), 'old1'), undef,
    '... the oldest goes');

###############################################################################
# time

$jti = grant(time_limit => sprintf('%d', time() * 1000 + 60_000));
is(guard($jti), 'ok -1', 'before its end');
$r->command('HSET', $r->key("permit:$jti"), 'last_use',
    sprintf('%d', time() * 1000 + 120_000));
is(guard($jti), 'permit_expired', 'a clock that is set back revives nothing');
is($r->get("permit:$jti", 'status'), 'EXPIRED', '... for ever');

###############################################################################
# rows and bytes

$jti = grant(rows_limit => 10, bytes_limit => 100);

sub settle {
    my $reply = $r->call('permit_settle', $jti, @_);
    return join ' ', $reply->{status}, map { $reply->{fields}{$_} // '' }
        qw/ rows_left bytes_left /;
}

is(settle('t1', 4, 0), 'ok 6 100', 'rows');
is(settle('t1', 4, 0), 'ok 6 100', '... once for a use');
is(settle('t2', 7, 0), 'permit_exhausted  ', '... no more than there are');
is(settle('', 0, 60), 'ok 6 40', 'bytes');
is(guard($jti), 'ok -1', '... some are left');
$w = $r->watch(sub { settle('', 0, 60) });
is($w->{result}, 'ok 6 0', 'bytes were sent whatever is left');
is_deeply([ events() ], [qw/ PERMIT_EXHAUSTED RES_USED /], '... evidence');
is($w->{evidence}[1]{bytes}, 60, '... of how many');
is(guard($jti), 'permit_exhausted', '... and then no more');
is(settle('', 0, 60), 'ok 6 0', 'nothing is less than nothing');
is(settle('', 'x', 0), 'permit_invalid  ', 'what is no number');
is($r->status('permit_settle', 'none', '', 1, 1), 'permit_invalid',
    'no such permit');

$jti = grant();
is(settle('t', 1000, 1000), 'ok -1 -1', 'no limits');

$jti = grant(rows_limit => 5);
settle('t', 5, 0);
is(guard($jti), 'permit_exhausted', 'no rows left, no use');

###############################################################################
# scopes

my @scopes = (
    [ 'PROJECT=P1,P2', { project => 'P2' }, 1 ],
    [ 'PROJECT=P1,P2', { project => 'P' }, 0 ],
    [ 'PROJECT=P1,P2', { project => 'P1,P2' }, 0 ],
    [ 'PROJECT=P1,P2', {}, 0 ],
    [ 'COMPONENT=psi DENY=lr', { component => 'psi', algorithm => 'x' }, 1 ],
    [ 'COMPONENT=psi DENY=lr', { component => 'psi', algorithm => 'lr' }, 0 ],
    [ 'COMPONENT=psi DENY=lr', { component => 'psi' }, 0 ],
    [ 'ALLOW=psi', { algorithm => 'psi' }, 1 ],
    [ 'ALLOW=psi', { algorithm => 'lr' }, 0 ],
    [ 'NODE=b', {}, 1 ], [ 'NODE=c', {}, 0 ],
);

for my $case (@scopes) {
    my ($scope, $use, $good) = @$case;

    $jti = grant(scope => $scope);
    is(guard($jti, %$use), $good ? 'ok -1' : 'permit_scope',
        "$scope: " . join ' ', %$use);
}

###############################################################################
# ends

$jti = grant();
$w = $r->watch(sub { $r->status('permit_revoke', $jti) });
is_deeply([ events() ], [qw/ AUDIT_TERMINATED PERMIT_REVOKED /], 'revoked');
is(guard($jti), 'permit_revoked', '... at the next use');

$jti = grant();
$r->call('contract_terminate_out', 'C-b');
is(guard($jti), 'contract_terminated', 'the end of a contract');
is($r->get("permit:$jti", 'status'), 'REVOKED', '... ends its permits');

my %left = map { $_ => 1 } @{ $r->command('KEYS', $r->key('permits:*')) };
is(scalar keys %left, 0, 'no index of what has ended stays');

done_testing();
