#!/usr/bin/perl

# Contracts in the store: the state machine, who may do what, identity.

use warnings;
use strict;

use Test::More;

use lib 't/lib';
use IC::Redis;

plan skip_all => 'redis-server is not installed' if !IC::Redis::available();

my $r = IC::Redis->new(node => 'a');

my @B = ('spki', 'bb', 'b');
my @NODE_B = ('node', 'b', '');

###############################################################################

# applying, from the inside

sub applied_in {
    my ($id, $ident, $name) = @_;

    $ident = 'bb' if !defined $ident;
    $name = 'b' if !defined $name;

    return $r->call('contract_apply_in', 'spki', $ident, $name, "digest-$id",
        $id, name => 'B', inst_id => 'IB', address => 'https://b:7304',
        auth_type => 'SHA256_ECDSA', auth_credential => 'B\'s key');
}

my $w = $r->watch(sub { applied_in('C1') });

is($w->{result}{status}, 'ok', 'apply in');
is($w->{result}{fields}{contract_id}, 'C1', 'new id');
is_deeply($w->{events}, ['CONTRACT_APPLIED contract:C1'], 'evidence');
is(@{ $w->{outbox} }, 0, 'nothing to send');

my $record = $r->hash('contract:C1');

is($record->{peer}, 'b', 'peer is the name in the certificate');
is($record->{dir}, 'in', 'dir');
is($record->{status}, 'APPLIED', 'status');
is($record->{gen}, '1', 'gen');
like($record->{create_time}, qr/^\d{13}$/, 'epoch ms');

$w = $r->watch(sub { applied_in('C1') });
is($w->{result}{fields}{contract_id}, 'C1', 'same application again');
is_deeply($w->{events}, [], 'without evidence');
is($r->call('contract_apply_in', 'spki', 'bb', 'b', 'digest-C1', 'C9')
    ->{fields}{contract_id}, 'C1', 'whatever the new id would be');
is($r->status('contract_apply_in', 'spki', 'bb', 'b', 'other', 'C1'),
    'conflict', 'the new id is taken');
is($r->status('contract_apply_in', 'spki', 'bb', '', 'd', 'C2'),
    'unknown_certificate', 'a certificate without a name');

is($r->status('peer_identify', 'spki', 'bb'), 'no_contract',
    'an applicant has no contract');
is($r->status('peer_identify', 'spki', 'zz'), 'unknown_certificate',
    'an unknown key');

applied_in("P$_") for 2 .. 8;
is(applied_in('P9')->{status}, 'too_many', 'the ninth pending application');
is(applied_in('Q1', 'cc', 'c')->{status}, 'ok', 'others may apply');

###############################################################################

# confirming what was applied for here

my $body = '{"contract_id":"C1","status":"APPROVED"}';

is($r->status('contract_confirm_out', 'C1', 'MAYBE', '{}'), 'invalid_fields',
    'only two answers');
is($r->status('contract_confirm_out', 'nix', 'APPROVED', '{}'), 'not_found',
    'an unknown contract');

$w = $r->watch(sub {
    $r->status('contract_confirm_out', 'C1', 'APPROVED', $body,
        expired_time => '4102444800000');
});
is($w->{result}, 'ok', 'approved');
is_deeply($w->{events}, ['CONTRACT_APPROVED contract:C1'], 'evidence');
is(@{ $w->{outbox} }, 1, 'one message');

my $entry = $w->{outbox}[0];

is($entry->{peer}, 'b', 'to the peer');
is($entry->{address}, 'https://b:7304', 'its address');
is($entry->{method}, 'POST', 'method');
is($entry->{path}, '/v1/interconn/node/contract/confirm', 'path');
is($entry->{body}, $body, 'body');
is($entry->{subject}, 'contract:C1', 'subject');
is($entry->{action}, '', 'no action');
is($r->get('contract:C1', 'delivery'), 'pending', 'delivery');

$w = $r->watch(sub {
    $r->status('contract_confirm_out', 'C1', 'APPROVED', $body);
});
is($w->{result}, 'ok', 'approved again');
is(@{ $w->{events} } + @{ $w->{outbox} }, 0, 'with no effect');
is($r->status('contract_confirm_out', 'C1', 'REJECTED', $body), 'wrong_state',
    'and rejected then');
is($r->status('contract_confirm_out', 'P2', 'APPROVED', $body),
    'contract_exists', 'a second live contract with one node');

is_deeply($r->call('peer_identify', 'spki', 'bb')->{fields},
    { node_id => 'b', inst_id => 'IB', contract_id => 'C1', spki => 'bb',
      auth_type => 'SHA256_ECDSA', auth_credential => 'B\'s key' },
    'identified');
is($r->status('peer_identify', 'node', 'b'), 'ok',
    'by name, in development mode');
is(applied_in('P10')->{fields}{contract_id}, 'C1', 'applying when live');
is(applied_in('P11', 'dd', 'b')->{status}, 'contract_exists',
    'the same node with another key');
is(applied_in('P12', 'bb', 'x')->{status}, 'contract_exists',
    'another node with the same key');

###############################################################################

# queries and updates

is($r->call('contract_query_in', @B, 'C1')->{fields}{status}, 'APPROVED',
    'query');
is($r->status('contract_query_in', 'spki', 'cc', 'c', 'C1'), 'not_found',
    'query by a stranger');
is($r->status('contract_query_in', 'spki', 'cc', 'b', 'C1'), 'not_found',
    'a name is not enough for who applied with a key');
is($r->status('contract_query_in', 'spki', '', '', 'C1'), 'not_found',
    'nobody');
is($r->status('contract_query_in', @NODE_B, 'C1'), 'ok',
    'by name, in development mode');

is($r->call('contract_get', 'C1')->{fields}{inst_id}, 'IB', 'get');
is($r->status('contract_get', 'nix'), 'not_found', 'get: unknown');
is($r->call('contract_list', 'APPROVED', '', '1', '20')->{total}, 1, 'list');
is($r->call('contract_list', '', 'in', '', '')->{total}, 9, 'list by dir');
is(@{ $r->call('contract_list', '', '', '2', '4')->{records} }, 4, 'page');
is($r->call('contract_list', '', '', '3', '4')->{total}, 9, 'total');
is(@{ $r->call('contract_list', '', '', '', '-1')->{records} }, 9, 'all');

$w = $r->watch(sub {
    $r->status('peer_node_update', 'b', 'C1', name => 'BB', status => 'X',
        node_id => 'b', inst_id => '');
});
is($w->{result}, 'ok', 'peer update');
is($r->get('contract:C1', 'name'), 'BB', 'name');
is($r->get('contract:C1', 'status'), 'APPROVED', 'nothing but its own data');
is_deeply($w->{events}, ['PEER_INFO_RECORDED contract:C1'], 'evidence');
$w = $r->watch(sub {
    $r->status('peer_node_update', 'b', 'C1', name => 'BB');
});
is_deeply($w->{events}, [], 'no evidence of no change');
is($r->status('peer_node_update', 'c', 'C1', name => 'X'), 'not_found',
    'update by a stranger');
is($r->status('peer_node_update', 'b', 'C1', node_id => 'x'), 'conflict',
    'node_id is immutable');
is($r->status('peer_node_update', 'b', 'C1', inst_id => 'x'), 'conflict',
    'inst_id is immutable');
is($r->status('peer_node_update', 'b', 'P2', name => 'X'), 'wrong_state',
    'not before it is approved');

###############################################################################

# expiry

$r->command('HSET', $r->key('contract:C1'), 'expired_time', '1000');
is($r->status('peer_identify', 'spki', 'bb'), 'contract_expired', 'expired');
is($r->call('contract_query_in', @B, 'C1')->{fields}{status}, 'TERMINATED',
    'reported as terminated');
is($r->status('contract_confirm_out', 'P2', 'APPROVED', $body), 'ok',
    'then another may be approved');
is($r->call('peer_identify', 'spki', 'bb')->{fields}{contract_id}, 'P2',
    'and counts');

###############################################################################

# terminating

$w = $r->watch(sub { $r->status('contract_terminate_out', 'P2') });
is($w->{result}, 'ok', 'terminate out');
is_deeply($w->{events}, ['CONTRACT_TERMINATED contract:P2'], 'evidence');
is($w->{outbox}[0]{path}, '/v1/interconn/node/contract/terminate', 'path');
is($w->{outbox}[0]{body}, '{"contract_id":"P2"}', 'body');
is($r->get('contract:P2', 'gen'), '2', 'gen');
$w = $r->watch(sub { $r->status('contract_terminate_out', 'P2') });
is($w->{result}, 'ok', 'again');
is(@{ $w->{events} } + @{ $w->{outbox} }, 0, 'with no effect');
is($r->status('peer_identify', 'spki', 'bb'), 'contract_terminated',
    'the peer is out');
is($r->command('GET', $r->key('nodeof:b')), undef, 'nodeof is gone');
is($r->status('contract_terminate_out', 'nix'), 'not_found', 'unknown');
is($r->status('contract_terminate_in', 'spki', 'cc', 'c', 'C1'), 'not_found',
    'terminate in: a stranger');
is($r->status('contract_terminate_in', @B, 'C1'), 'ok', 'terminate in');
is($r->status('contract_terminate_in', @B, 'C1'), 'ok', 'again');
is($r->status('contract_terminate_in', @B, 'P3'), 'ok',
    'withdraw an application');
is($r->status('contract_confirm_out', 'P3', 'APPROVED', $body),
    'wrong_state', 'too late then');
is($r->status('peer_node_update', 'b', 'C1', name => 'X'), 'wrong_state',
    'no update after the end');

is(applied_in('R1')->{fields}{contract_id}, 'R1', 'apply anew');
is($r->status('contract_confirm_out', 'R1', 'REJECTED', '{}'), 'ok',
    'rejected');
is($r->status('contract_confirm_out', 'R1', 'REJECTED', '{}'), 'ok', 'again');
is($r->status('contract_terminate_out', 'R1'), 'wrong_state',
    'nothing to terminate');
is(applied_in('R1')->{status}, 'conflict', 'an id is used once');
is($r->call('contract_apply_in', 'spki', 'bb', 'b', 'digest-R1', 'R2')
    ->{fields}{contract_id}, 'R2', 'the same application after a rejection');

###############################################################################

# applying to others

sub applied_out {
    my ($id, $node) = @_;

    return $r->call('contract_apply_out', $id, $node, "https://$node",
        '{"node_id":"a"}', name => uc $node);
}

$w = $r->watch(sub { applied_out('H1', 'd') });
is($w->{result}{fields}{contract_id}, 'H1', 'apply out');
is_deeply($w->{events}, ['CONTRACT_APPLIED contract:H1'], 'evidence');
is($r->status('contract_query_in', 'spki', '', '', 'H1'), 'not_found',
    'nobody, while the key of the peer is not known');
$entry = $w->{outbox}[0];
is($entry->{path}, '/v1/interconn/node/contract/apply', 'path');
is($entry->{body}, '{"node_id":"a"}', 'body');
is($entry->{address}, 'https://d', 'address');
is($entry->{action}, 'contract', 'action');
is($entry->{handle}, 'H1', 'handle');
like($entry->{id}, qr/^a-\d+$/, 'message id');
is(applied_out('H2', 'd')->{fields}{contract_id}, 'H1', 'pending already');
is(applied_out('C1', 'e')->{status}, 'conflict', 'the id is taken');

is($r->status('contract_accepted', 'nix', 'D1', ''), 'not_found',
    'accepted: unknown');
is($r->status('contract_accepted', 'R2', 'D1', ''), 'not_found',
    'accepted: not ours');
is($r->status('contract_accepted', 'H1', 'C1', 'ds'), 'conflict',
    'accepted: the peer chose an id that we have');
$w = $r->watch(sub { $r->status('contract_accepted', 'H1', 'D1', 'ds') });
is($w->{result}, 'ok', 'accepted');
is_deeply($w->{events}, ['CONTRACT_ACCEPTED contract:D1'], 'evidence');
is($r->status('contract_accepted', 'H1', 'D1', 'ds'), 'ok', 'again');
is($r->status('contract_accepted', 'H1', 'D2', 'ds'), 'conflict',
    'but with no other id');
is($r->call('contract_get', 'H1')->{fields}{contract_id}, 'D1',
    'found by the handle');
is($r->get('contract:D1', 'delivery'), 'delivered', 'delivered');
is($r->status('outbox_done', $entry->{_id}, 'delivered'), 'ok', 'done');
is($r->get('contract:D1', 'delivery'), 'delivered', 'still');
is($r->command('EXISTS', $r->key('contract:H1')), 0, 'renamed');
is(applied_out('H3', 'd')->{fields}{contract_id}, 'D1', 'pending by its id');

my @confirm = ('APPROVED', auth_type => 'CERT', auth_credential => 'PEM',
    expired_time => '4102444800000');

is($r->status('contract_confirm_in', 'spki', 'xx', 'x', 'D1', @confirm),
    'not_found', 'confirmed by a stranger');
is($r->status('contract_confirm_in', @B, 'R2', @confirm), 'not_found',
    'confirmed by the applicant itself');
is($r->status('contract_confirm_in', 'spki', 'ds', 'x', 'D1', 'NO'),
    'invalid_fields', 'only two answers');
$w = $r->watch(sub {
    $r->status('contract_confirm_in', 'spki', 'dc', 'd', 'D1', @confirm);
});
is($w->{result}, 'ok', 'confirmed by name');
is_deeply($w->{events}, ['CONTRACT_APPROVED contract:D1'], 'evidence');
is($r->status('contract_confirm_in', 'spki', 'dc', 'd', 'D1', @confirm),
    'ok', 'again');
is($r->status('contract_confirm_in', 'spki', 'dc', 'd', 'D1', 'REJECTED'),
    'wrong_state', 'and rejected then');
is($r->call('peer_identify', 'spki', 'dc')->{fields}{node_id}, 'd',
    'identified by the key it confirmed with');
is($r->get('contract:D1', 'auth_credential'), 'PEM', 'credential');
is(applied_out('H4', 'd')->{fields}{contract_id}, 'D1', 'live already');

applied_out('H5', 'e');
$r->call('contract_accepted', 'H5', 'E1', 'es');
is($r->status('contract_confirm_in', 'spki', 'dc', 'e', 'E1', @confirm),
    'contract_exists', 'one key for two nodes');
is($r->status('contract_confirm_in', 'spki', 'es', 'x', 'E1', 'REJECTED'),
    'ok', 'rejected by the key of the server');

# terminated before the peer gave it an id

applied_out('H6', 'f');
$w = $r->watch(sub { $r->status('contract_terminate_out', 'H6') });
is($w->{result}, 'ok', 'withdrawn at once');
is(@{ $w->{outbox} }, 0, 'the peer has no id for it yet');
$w = $r->watch(sub { $r->status('contract_accepted', 'H6', 'F1', 'fs') });
is($w->{outbox}[0]{body}, '{"contract_id":"F1"}', 'told when it has one');
is($r->get('contract:F1', 'status'), 'TERMINATED', 'terminated');

# refused by the courier

applied_out('H7', 'g');
is($r->status('contract_refused', 'nix', ''), 'not_found', 'refused: unknown');
$w = $r->watch(sub { $r->status('contract_refused', 'H7', 'no: 4290') });
is($w->{result}, 'ok', 'refused');
is_deeply($w->{events}, ['CONTRACT_REJECTED contract:H7'], 'evidence');
is($r->get('contract:H7', 'delivery'), 'no: 4290', 'why');
is($r->status('contract_refused', 'H7', 'x'), 'ok', 'again');
is($r->status('contract_refused', 'D1', 'x'), 'wrong_state', 'too late');
is(applied_out('H8', 'g')->{fields}{contract_id}, 'H8', 'apply anew');

# given up by the courier

$w = $r->watch(sub { applied_out('H9', 'h') });
$entry = $w->{outbox}[0];
is($r->status('outbox_retry', $entry->{_id}, '3', '0',
    'timeout'), 'ok', 'retry');
is($r->get('contract:H9', 'delivery'), 'attempt 3: timeout', 'visible');
$w = $r->watch(sub {
    $r->status('outbox_done', $entry->{_id}, 'undelivered',
        error => 'no route');
});
is_deeply($w->{events}, ['OUTBOX_UNDELIVERED contract:H9',
    'CONTRACT_REJECTED contract:H9'], 'evidence');
is($r->get('contract:H9', 'delivery'), 'undelivered: no route', 'why');
is($r->status('outbox_done', $entry->{_id}, 'delivered'), 'ok', 'done twice');
is($r->status('outbox_retry', $entry->{_id}, '1', '0', ''), 'not_found',
    'nothing to retry');

###############################################################################

# without TLS: the name is the identity

is($r->status('contract_apply_in', 'node', 'n', '', 'dn', 'N1',
    address => 'http://n'), 'ok', 'plain apply');
is($r->status('peer_identify', 'node', 'n'), 'no_contract', 'not yet');
is($r->status('contract_confirm_out', 'N1', 'APPROVED', '{}'), 'ok',
    'approved');
is($r->call('peer_identify', 'node', 'n')->{fields}{contract_id}, 'N1',
    'identified');
is($r->call('contract_query_in', 'node', 'n', '', 'N1')->{fields}{status},
    'APPROVED', 'query');
is($r->status('contract_query_in', 'node', 'x', '', 'N1'), 'not_found',
    'another name');
is($r->status('contract_terminate_in', 'node', 'n', '', 'N1'), 'ok',
    'terminated');
is($r->status('peer_identify', 'node', 'n'), 'contract_terminated', 'out');

###############################################################################

# the state machine: every state, every action

sub machine {
    my ($dir, $state) = @_;

    $r->flush();

    if ($dir eq 'in') {
        applied_in('C');
        $r->call('contract_confirm_out', 'C', $state, '{}')
            if $state =~ /^(APPROVED|REJECTED)$/;
        $r->call('contract_terminate_out', 'C') if $state eq 'TERMINATED';
        return;
    }

    applied_out('C', 'b');
    $r->call('contract_accepted', 'C', 'C', 'bb');
    $r->call('contract_confirm_in', @B, 'C', $state)
        if $state =~ /^(APPROVED|REJECTED)$/;
    $r->call('contract_terminate_out', 'C') if $state eq 'TERMINATED';
}

my %action = (
    in => {
        APPROVED => sub { $r->status('contract_confirm_out', 'C', 'APPROVED',
            '{}') },
        REJECTED => sub { $r->status('contract_confirm_out', 'C', 'REJECTED',
            '{}') },
    },
    out => {
        APPROVED => sub { $r->status('contract_confirm_in', @B, 'C',
            'APPROVED') },
        REJECTED => sub { $r->status('contract_confirm_in', @B, 'C',
            'REJECTED') },
    },
);

my %legal = map { $_ => 1 } 'APPLIED APPROVED', 'APPLIED REJECTED',
    'APPLIED TERMINATED', 'APPROVED TERMINATED';
my @states = qw/ APPLIED APPROVED REJECTED TERMINATED /;

for my $dir (qw/ in out /) {
    my %act = (%{ $action{$dir} },
        'TERMINATED in' => sub { $r->status('contract_terminate_in', @B,
            'C') },
        'TERMINATED out' => sub { $r->status('contract_terminate_out',
            'C') });

    for my $from (@states) {
        for my $name (sort keys %act) {
            my ($to) = split / /, $name;
            my $change = $legal{"$from $to"};
            my $expected = $change || $from eq $to ? 'ok' : 'wrong_state';

            machine($dir, $from);
            my $w = $r->watch($act{$name});

            is($w->{result}, $expected, "$dir: $from -> $name");
            is($r->get('contract:C', 'status'), $change ? $to : $from,
                "$dir: status");
            is_deeply($w->{events},
                $change ? ["CONTRACT_$to contract:C"] : [],
                "$dir: evidence");
        }
    }
}

done_testing();
