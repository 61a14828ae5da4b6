#!/usr/bin/perl

# What the store knows of messages under way and of what partners are asked.

use warnings;
use strict;

use lib 't/lib';
use IC::Redis;
use Test::More;
use Time::HiRes qw/ sleep time /;

plan(skip_all => 'redis-server is not installed') unless IC::Redis->available;

my $r = IC::Redis->new(node => 'hospital-a');

# contracts that partners applied for, and one that we applied for

sub contract {
    my ($node) = @_;

    $r->call('contract_apply_in', 'spki', "key-$node", $node, "digest-$node",
        "C-$node", node_id => $node, name => $node,
        address => "https://$node.example.org");
    $r->call('contract_confirm_out', "C-$node", 'APPROVED', '{}');

    return "C-$node";
}

sub newest { return ($r->stream('outbox'))[-1] }
sub take   { return $r->call('outbox_take', $_[0]{_id})->{fields} }

###############################################################################
# tries

my $id = contract('bank-b');
my $entry = newest();
my $state = take($entry);

is_deeply([ @$state{qw/ attempts wait address lasting /} ],
    [ 0, 0, 'https://bank-b.example.org', 1 ],
    'a confirmation: nothing was tried, it lasts');
cmp_ok($state->{age}, '<', 5000, 'age');

my $retry = $r->call('outbox_retry', $entry->{_id}, 7, 60000, 'no route');

is($retry->{fields}{address}, 'https://bank-b.example.org', 'retry: where');
$state = take($entry);
is($state->{attempts}, 7, 'tries are kept');
ok($state->{wait} > 59000 && $state->{wait} <= 60000, '... and the next time')
    or diag($state->{wait});
is($r->get("contract:$id", 'delivery'), 'attempt 7: no route', 'visible');
$r->command('HSET', $r->key("contract:$id"), address => 'https://new.example');
is(take($entry)->{address}, 'https://new.example', 'a partner that has moved');
is($r->status('outbox_done', $entry->{_id}, 'delivered'), 'ok', 'done');
is($r->command('HLEN', $r->key('outbox-tries')), 0, 'nothing is left of it');
is($r->status('outbox_take', $entry->{_id}), 'not_found', 'gone');

# which messages last: an end and an answer, while their record is there

$r->call('audit_apply_out', 'flow', $id, 'A1', 'F1', '{"a":1}', name => 'n');

my $apply = newest();

is(take($apply)->{lasting}, '', 'an application does not last');
is($r->command('GET', $r->key('asked:audit:out:flow:bank-b:A1')), '{"a":1}',
    'its text is kept while it waits');
$r->call('contract_terminate_out', $id);
is(take(newest())->{lasting}, '1', 'a termination lasts');
$r->command('DEL', $r->key("contract:$id"));
is(take(newest())->{lasting}, '', '... as long as its contract is there');
is($r->command('EXISTS', $r->key('asked:audit:out:flow:bank-b:A1')), 0,
    'an application that has ended is not sent again');

# a partner refuses what has been overtaken

my $w = $r->watch(sub {
    $r->status('outbox_done', $apply->{_id}, 'refused', error => '4031');
});
is_deeply($w->{events}, [], 'overtaken: no news');

###############################################################################
# questions

sub questions {
    my ($limit) = @_;

    return map { $_->{subject} }
        @{ $r->call('watch_take', $limit || 16)->{records} };
}

sub due_now {
    my ($node) = @_;
    my $key = $r->key("watch:$node");

    $r->command('ZADD', $key, 0, $_)
        for @{ $r->command('ZRANGE', $key, 0, -1) };
    $r->command('ZADD', $r->key('watch'), 0, $node);
}

$r->flush;
$r->load;
contract($_) for qw/ bank-b bank-c /;
is_deeply([ questions() ], [], 'nothing is asked at once');

for my $n (1 .. 40) {
    $r->call('audit_apply_out', 'flow', 'C-bank-b', "A$n", 'F1', '{}');
}

due_now('bank-b');
is_deeply([ questions(64) ], [ 'contract:C-bank-b' ],
    'what is not delivered is not asked for');

$r->command('HSET', $r->key("audit:out:flow:bank-b:A$_"),
    delivery => 'delivered') for 1 .. 40;
due_now($_) for qw/ bank-b bank-c /;

my @first = questions();
is(scalar(grep { /bank-b/ } @first), 16, 'so many to one partner at a time');
is_deeply([ grep { /bank-c/ } @first ], [ 'contract:C-bank-c' ],
    '... to another too');
is_deeply([ questions() ], [], '... and none within a second');
sleep(1.05);

my @second = questions();
is(scalar @second, 16, 'the next ones');
is(scalar(grep { my $one = $_; grep { $_ eq $one } @first } @second), 0,
    '... are others');

$r->call('watch_pause', 'bank-b', 60000);
sleep(1.05);
is_deeply([ questions() ], [], 'one that is away is not asked');
$r->call('watch_hurry', 'bank-b');
is(scalar(questions()), 16, 'one that is back is, at once');
is_deeply([ questions() ], [], '... no faster than that');

# the questions themselves

my ($one) = grep { $_->{subject} =~ /:A1$/ } do {
    $r->command('DEL', $r->key('watch:bank-b'));
    $r->command('ZADD', $r->key('watch:bank-b'), 0,
        'audit:out:flow:bank-b:A1', 0, 'audit:out:flow:bank-b:gone', 0,
        'contract:C-gone');
    $r->command('ZADD', $r->key('watch'), 0, 'bank-b');
    @{ $r->call('watch_take', 16)->{records} };
};

is_deeply($one, { subject => 'audit:out:flow:bank-b:A1', node_id => 'bank-b',
    address => 'https://bank-b.example.org',
    path => '/v1/interconn/flow/audit/query?audit_id=A1', speaks => '',
    method => 'GET', body => '' },
    'a question');
is_deeply($r->command('ZRANGE', $r->key('watch:bank-b'), 0, -1),
    [ 'audit:out:flow:bank-b:A1' ], 'what is no more leaves the index');

# how often: the younger the sooner; an ended contract is not asked for

sub pause {
    my ($age) = @_;
    my $now = int(time() * 1000);
    my $subject = 'audit:out:flow:bank-b:A1';

    $r->command('HSET', $r->key($subject), update_time => $now - $age);
    due_now('bank-b');
    questions();

    return ($r->command('ZSCORE', $r->key('watch:bank-b'), $subject) - $now)
        / 1000;
}

for my $case ([ 0, 3.5, 6.5 ], [ 20_000, 11, 19 ], [ 100_000, 22, 38 ],
              [ 1_000_000, 33, 57 ])
{
    my ($age, $least, $most) = @$case;
    my $pause = pause($age);

    ok($pause >= $least && $pause <= $most, "after $age ms: $pause s");
}

# a contract that its partner has forgotten is applied for again, and may get
# another id; whoever knows an older one finds it

$r->call('contract_apply_out', 'H1', 'bank-d', 'https://d.example', '{"a":1}',
    node_id => 'bank-d');
$r->call('contract_accepted', 'H1', 'D1', 'key-d');

my $observed = sub {
    $r->status('consent_observed', 'contract:D1', 'bank-d', '', 'key-d', '');
};

$w = $r->watch(sub { $observed->() });
is_deeply([ @{ $w->{outbox}[0] }{qw/ path body handle /} ],
    [ '/v1/interconn/node/contract/apply', '{"a":1}', 'D1' ],
    'unknown there: applied for again');
is(scalar @{ $r->watch(sub { $observed->() })->{outbox} }, 0,
    '... not twice at once');
is($r->status('contract_accepted', 'D1', 'D2', 'key-d'), 'ok', 'another id');
is($r->call('contract_get', $_)->{fields}{contract_id}, 'D2', "found by $_")
    for qw/ H1 D1 D2 /;
is($r->status('contract_confirm_in', 'spki', 'key-d', 'bank-d', 'D2',
    'APPROVED'), 'ok', 'approved under it');
is($r->command('EXISTS', $r->key('asked:contract:D2')), 0,
    'its text is not kept any longer');

# whose key it is counts: another one's server says nothing of a contract

$r->call('contract_apply_out', 'H2', 'bank-e', 'https://e.example', '{}',
    node_id => 'bank-e');
$r->call('contract_accepted', 'H2', 'E1', 'key-e');
$r->call('consent_observed', 'contract:E1', 'bank-e', 'APPROVED', $_, 'PEM')
    for 'key-x', '';
is($r->get('contract:E1', 'status'), 'APPLIED', 'another key approves nothing');
$w = $r->watch(sub { $r->call('consent_observed', 'contract:E1', 'bank-e',
    'APPROVED', 'key-e', 'PEM') });
is_deeply($w->{events}, [ 'CONTRACT_APPROVED contract:E1' ], 'its own does');
is($w->{evidence}[0]{source}, 'query', '... and how that is known');
is($r->call('peer_identify', 'spki', 'key-e')->{fields}{auth_credential},
    'PEM', '... with its certificate');

$r->call('contract_terminate_out', 'C-bank-b');
due_now('bank-b');
is_deeply([ questions() ], [], 'nothing under an ended contract');
is($r->command('EXISTS', $r->key('watch:bank-b')), 0, 'nothing left');

done_testing();
