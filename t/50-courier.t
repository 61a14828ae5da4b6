#!/usr/bin/perl

# The courier: order, retries, refusals, contracts applied for, identity.

use warnings;
use strict;

use Test::More;
use Time::HiRes qw/ sleep time /;

use lib 't/lib';
use IC::Daemon;
use IC::Pace;
use IC::Partner;

IC::Daemon::check();

my $d = IC::Daemon->new(node => 'hospital-a', roles => 'courier',
    conf => { plain_peers => 'on', address => 'http://127.0.0.1:9' });
my $r = $d->redis();
my $peer = IC::Partner->new(node => 'bank-b');
my $away = IC::Partner->new(node => 'bank-c', start => 0);

# an entry as the functions of the store write it

sub post {
    my ($to, $subject, $n, %more) = @_;

    my %entry = (id => "m$n", peer => $to->{node}, address => $to->{address},
        method => 'POST', path => "/v1/interconn/x/$n", body => "{\"n\":$n}",
        subject => $subject, action => '', permit => '', handle => '', %more);

    return $r->command('XADD', $r->key('outbox'), '*', %entry);
}

sub left { scalar $r->stream('outbox') }

sub settled {
    return $d->await(sub { left() == 0 }, undef, $_[0] || 5);
}

###############################################################################

# one call

my $begin = time();
post($peer, 'dataset:D1', 1, permit => 'permit-1');
my ($call) = $peer->await('/x/1');

ok($call, 'delivered');
cmp_ok($call->{time} - $begin, '<', within(0.2), 'at once');
is("$call->{method} $call->{path} $call->{body}",
    'POST /v1/interconn/x/1 {"n":1}', 'request');

my %head = %{ $call->{headers} };

is($head{'x-source-node-id'}, 'hospital-a', 'x-source-node-id');
is($head{'x-node-id'}, undef, 'and no spelling of others');
is($head{'x-target-node-id'}, 'bank-b', 'x-target-node-id');
is($head{'x-resource-permit'}, 'permit-1', 'x-resource-permit');
is($head{'content-type'}, 'application/json', 'content type');
like($head{'x-nonce'}, qr/^[0-9a-f]{32}$/, 'x-nonce');
like($head{'x-trace-id'}, qr/^[0-9a-f]{32}$/, 'x-trace-id');
cmp_ok(abs($head{'x-timestamp'} / 1000 - time()), '<', 5, 'x-timestamp in ms');
is($head{'expect'}, undef, 'no Expect');
ok(settled(), 'and acknowledged');

###############################################################################

# order per peer and subject, others meanwhile

$peer->answer('/x/10' => [ { delay => 0.3 } ]);
post($peer, 'flow:F1', $_) for 10 .. 14;
post($peer, 'flow:F2', 20);
$begin = time();
ok(settled(), 'six entries');
cmp_ok(time() - $begin, '<', within(0.9),
    'one after the other without a pause');

my @order = map { $_->{path} =~ m{(\d+)$} } $peer->calls();
is(join(' ', grep { $_ != 20 } @order), '1 10 11 12 13 14', 'in order')
    or diag("@order");
like("@order", qr/\b20 .*\b11\b/, '... a slow one holds its own only');

post($peer, '', $_) for 30 .. 32;
ok(settled(), 'entries without a subject');

###############################################################################

# a peer that is away, and comes back

post($away, 'flow:F1', 40);
post($away, 'flow:F2', 41);
post($away, 'flow:F3', 42);
post($peer, 'flow:F1', 43);
ok($peer->await('/x/43'), 'others do not wait for a peer that is away');
ok($d->await(sub { left() == 3 }), 'what cannot be delivered stays');
sleep(0.2);
is(left(), 3, 'and stays');
like($d->log(), qr{try 1 at http://127\.0\.0\.1:\d+/v1/interconn/x/40}, 'log');

$away->start();
$begin = time();
ok(settled(), 'delivered when it is back');
cmp_ok(time() - $begin, '<', within(3), 'soon');

###############################################################################

# transient answers

$peer->answer('/x/50' => [ { status => 503, code => 5030 }, { code => 0 } ],
    '/x/51' => [ { status => 404, code => 4040 }, { code => 200 } ],
    '/x/52' => [ { code => 4290 }, {} ],
    '/x/53' => [ { raw => '<html>' }, {} ]);
post($peer, "project:P$_", $_) for 50 .. 53;
ok(settled(), 'tried again');
is(scalar $peer->calls("/x/$_"), 2, "twice ($_)") for 50 .. 53;

###############################################################################

# refusals: the record tells

$r->command('HSET', $r->key('audit:out:flow:bank-b:A1'), qw/ status APPLIED
    dir out audit_id A1 node_id bank-b /);
$r->command('HSET', $r->key("object:flow:F6$_"), 'id', $_) for 0 .. 4;

$peer->answer('/x/60' => [ { status => 403, code => 4030, msg => 'no' } ],
    '/x/61' => [ { code => 4091, msg => 'conflict' } ],
    '/x/62' => [ { status => 301, location => "$away->{address}/stolen" },
                 {} ],
    '/x/63' => [ { raw => '{"code":400,"message":"by kuscia"}' } ]);
post($peer, "object:flow:F$_", $_) for 60 .. 63;
post($peer, 'audit:out:flow:bank-b:A1', 64,
    path => '/v1/interconn/flow/audit/apply', action => 'audit');
$peer->answer('/audit/apply' => [ { status => 400, code => 4001,
                                    msg => 'correct the fields' } ],
    '/x/60' => [ { status => 403, code => 4030, msg => 'no' } ],
    '/x/61' => [ { code => 4091, msg => 'conflict' } ],
    '/x/62' => [ { status => 301, location => "$away->{address}/stolen" },
                 {} ],
    '/x/63' => [ { raw => '{"code":400,"message":"by kuscia"}' } ]);
ok(settled(), 'settled');

like($r->get('object:flow:F60', 'delivery'),
    qr/^refused: HTTP 403, code 4030: no$/, 'HTTP status');
like($r->get('object:flow:F61', 'delivery'), qr/^refused: .*4091: conflict$/,
    'code of the envelope');
like($r->get('object:flow:F63', 'delivery'), qr/^refused: .*400: by kuscia$/,
    'message instead of msg');
is($r->get('object:flow:F62', 'delivery'), 'delivered', 'later delivered');
is(scalar $away->calls('/stolen'), 0, 'redirections are not followed');
is($r->get('audit:out:flow:bank-b:A1', 'status'), 'REJECTED',
    'an application refused is rejected');
is(scalar $peer->calls("/x/$_"), 1, "once ($_)") for 60, 61, 63;

###############################################################################

# addressed to this node, by name or by address: never sent

post({ node => 'hospital-a', address => $peer->{address} }, 'flow:F7', 70);
post({ node => 'bank-z', address => 'http://127.0.0.1:9' }, 'flow:F7', 71);
ok(settled(), 'own node');
is(scalar $peer->calls('/x/70'), 0, 'is not called');
like($d->log(), qr/addressed to this node/, 'log');

###############################################################################

# contracts

sub apply {
    my ($handle, $node, $answer) = @_;

    my $to = IC::Partner->new(node => $node);

    $to->answer('/contract/apply' => [ $answer ]);
    $r->call('contract_apply_out', $handle, $node, $to->{address}, '{"a":1}',
        node_id => $node);

    return $to;
}

my $to = apply('C-local', 'bank-d', { code => 0,
    data => { contract_id => 'C-theirs' } });
ok($to->await('/node/contract/apply'), 'applied');
ok(settled(), 'taken');

my $record = $r->hash('contract:C-theirs');
is($record->{contract_id}, 'C-theirs', 'the id of the peer');
is($record->{accepted}, '1', 'accepted');
is($r->status('contract_get', 'C-local'), 'ok', 'the handle is an alias');

apply('C-bad', 'bank-e', { code => 4290, status => 400, msg => 'never' });
apply('C-odd', 'bank-f', { code => 0, data => { contract_id => '../x' } });
apply('C-taken', 'bank-g', { code => 0, data => {
    contract_id => 'C-theirs' } });
apply('C-no', 'bank-h', { code => 4010, status => 401, msg => 'who' });
ok($d->await(sub { left() <= 1 }), 'settled');

is($r->get("contract:$_", 'status'), 'REJECTED', "rejected ($_)")
    for qw/ C-odd C-no C-taken /;
like($r->get('contract:C-no', 'delivery'), qr/4010: who/, 'and why');
is($r->get('contract:C-bad', 'status'), 'APPLIED', 'one still to be tried');

###############################################################################

# a newer message about a task takes the place of one not delivered

$r->flush();
$r->load();

my $late = IC::Partner->new(node => 'bank-i', start => 0);
$late->contract($d->redis());
$r->command('HSET', $r->key('object:flow:F1'), 'id', 1);

my $old = post($late, 'task:t1', 80);
sleep(0.3);
$r->command('XACK', $r->key('outbox'), 'outbox', $old);
$r->command('XDEL', $r->key('outbox'), $old);
post($late, 'task:t1', 81);
sleep(0.1);
$late->start();
ok($late->await('/x/81', 1, 8), 'the newer one arrives');

###############################################################################

# killed with entries under way: the next process delivers them

$peer->answer('/x/90' => [ { delay => 3 }, {} ]);
post($peer, 'flow:F9', $_) for 90 .. 92;
ok($peer->await('/x/90'), 'under way');
ok($d->kill_role('courier'), 'killed and back');
ok(settled(), 'all delivered');
is(scalar $peer->calls('/x/90'), 2, 'the one under way again');
is(scalar $peer->calls("/x/$_"), 1, "once ($_)") for 91, 92;

# redis is gone for a while

$r->stop();
sleep(0.5);
$r->start();
$r->load();
post($peer, 'flow:F9', 95);
ok($peer->await('/x/95', 1, 12), 'works on when the store is back');

###############################################################################

# many

$begin = time();
post($peer, 'load:' . $_ % 20, 1000 + $_) for 0 .. 399;
ok(settled(30), '400 entries');
note(sprintf '%.0f a second', 400 / (time() - $begin));

my %last;
my $disorder = 0;

for my $path (map { $_->{path} } $peer->calls()) {
    my ($n) = $path =~ m{/x/(1\d\d\d)$} or next;
    $disorder++ if ($last{$n % 20} || 0) > $n;
    $last{$n % 20} = $n;
}

is($disorder, 0, 'in order');

$begin = time();
$d->stop();
cmp_ok(time() - $begin, '<', within(3), 'ends');

done_testing();
