#!/usr/bin/perl

# A node of another vendor that never calls back, over TLS: it answers
# queries, and uses the contract that it approved so.

use strict;
use warnings;

use lib 't/lib';
use IC::Sandbox;
use IC::Vendor;
use Test::More;
use Time::HiRes qw(time);

my $sandbox = IC::Sandbox->new(nodes => 1);
my $vendor = IC::Vendor->new(sandbox => $sandbox, node => 'VENDOR01',
    signs => 'ms');
my $base = '/v1/interconn';

sub operator {
    my ($path, $body) = @_;

    return $sandbox->platform(0, "/v1/platform/$path", $body);
}

sub contract {
    return operator('contract/query?contract_id=C-VENDOR01')->{data} || {};
}

sub says { return [ { data => { status => $_[0] } } ] }

my @self = ('node/query?node_id=VENDOR01' => [ { data => { name => 'Silent',
    institution => 'Quiet bank', inst_id => 'IQ' } } ],
    'node/health' => says('ok'));

$vendor->answer('contract/query?contract_id=C-VENDOR01' => says('APPROVED'),
    @self);
operator('contract/apply', { node_id => 'VENDOR01',
    address => $vendor->{server}{address} });

my $start = time();

ok(eval { $sandbox->await('the approval', sub {
    return (contract()->{status} || '') eq 'APPROVED' }, 20) },
    'the node finds out that it is approved');
note(sprintf '%.1f s', time() - $start);
is(contract()->{auth_type}, 'CERT', 'its credential');
is(contract()->{auth_credential}, $vendor->credential,
    '... is the certificate that its server has shown');

my $list = $vendor->get(0, "$base/dataset/pub/list?contract_id=C-VENDOR01");
is(IC::Vendor::verdict($list), '0', 'its calls are known, and its signature')
    or diag($list->{msg});

$sandbox->await('its description', sub { contract()->{name} });
is(contract()->{institution}, 'Quiet bank', 'who it is');

my $known = sub { my ($one) = grep { $_->{node_id} eq 'VENDOR01' }
    @{ operator('node/list')->{data}{records} }; return $one || {} };

$sandbox->await('its health', sub { $known->()->{health} });
is($known->()->{health}, 'UP', 'it is there');
ok(defined $known->()->{latency_ms}, '... so far away');

# what it ends is ended here

$vendor->answer('contract/query?contract_id=C-VENDOR01' => says('TERMINATED'),
    @self);
$vendor->{server}->stop;
$vendor->{server}->start;

# another look, without waiting for the next one
my $store = $sandbox->store(0);

$store->command('ZADD', $store->key("watch$_->[0]"), 0, $_->[1])
    for [ ':VENDOR01', 'contract:C-VENDOR01' ], [ '', 'VENDOR01' ];
ok(eval { $sandbox->await('the end', sub {
    return contract()->{status} eq 'TERMINATED' }, 30) }, 'ended, as it says');
is(IC::Vendor::verdict($vendor->get(0,
    "$base/dataset/pub/list?contract_id=C-VENDOR01")),
    '4031 contract_terminated', 'and over for its calls');

$sandbox->finish;
done_testing();
