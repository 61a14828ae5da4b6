#!/usr/bin/perl

# Racers: two nodes of two workers each, whose operators and partners answer,
# end and repeat at the same time; messages come often, late and out of order.
# Of each contract and request there is one outcome, once in the evidence, and
# the same at both nodes.

use warnings;
use strict;

use lib 't/lib';
use IC;
use IC::Api;
use List::Util qw/ shuffle /;
use Test::More;

IC->check;
IC::Api->check;

my $seed = $ENV{IC_SEED} || time;

srand($seed);
note("IC_SEED=$seed");

my $api = IC::Api->new;
my %node = map { $_ => IC->new(node => $_, workers => 2,
    patience => '20s') } qw/ a b /;
my %peer = (a => 'b', b => 'a');
my $later = 1983755471000;

for my $name (qw/ a b /) {
    $node{$name}->operator('olga', 'secret');
    $node{$name}->redis->call('node_init', node_id => $name, name => $name,
        inst_id => "inst-$name", institution => $name,
        address => "https://$name.test");
}

sub store {
    my ($name, @call) = @_;

    my $got = $node{$name}->redis->call(@call);
    die "$name @call[0 .. 2]: $got->{status} $got->{detail}\n"
        if $got->{status} ne 'ok';

    return $got->{fields};
}

###############################################################################
# calls that are all on their way before the first is answered; a call is
# [ node, method, path, body ], a peer's or the operator's by its path

sub at_once {
    my (@calls) = @_;

    my @sockets = map { $node{ $_->[0] }->socket('plain') } @calls;

    for my $i (0 .. $#calls) {
        my ($name, $method, $path, $body) = @{ $calls[$i] };
        my $t = $node{$name};

        $t->write_all($sockets[$i], $t->request($method, $path, close => 1,
            body => $body, $path =~ m{^/v1/interconn}
                ? (node => $peer{$name}) : (token => 'secret')));
    }

    return map {
        my $got = $node{ $calls[$_][0] }->response($sockets[$_]);
        $got->{json}{code} ? $got->{json}{data}{error}
                           : $got->{json} ? 'ok' : 'no answer';
    } 0 .. $#calls;
}

sub count {
    my %count;

    $count{$_}++ for @_;

    return \%count;
}

# What a node has to tell its partner, as calls; each taken once from it.

sub mail {
    my ($name) = @_;

    my $redis = $node{$name}->redis;
    my @entries = $redis->stream('outbox');

    $redis->call('outbox_done', $_->{_id}, 'delivered') for @entries;

    return map { [ $peer{$name}, 'POST', $_->{path},
        $node{$name}->decode($_->{body}) ] } @entries;
}

# Everything that is under way arrives: three times, in any order, then once
# more as it was sent.

sub deliver {
    my (@more) = @_;

    my @racers = @more;

    for (1 .. 20) {
        my @mail = map { mail($_) } qw/ a b /;

        last if !@mail && !@racers;
        at_once(shuffle(@racers, (@mail) x 3));
        at_once($_) for @mail;
        @racers = ();
    }
}

sub events {
    my ($name, $subject) = @_;

    return join ' ', map { $_->{event} }
        grep { $_->{subject} eq $subject }
        $node{$name}->redis->changes('evidence');
}

sub status {
    my ($name, $subject) = @_;

    return $node{$name}->redis->get($subject, 'status') // '';
}

# Once each, and nothing but the steps of the table.

my $step = qr/ \w+_REJECTED|(?: \w+_APPROVED)?(?: \w+_TERMINATED)?/;
my $legal = qr/^(?:CONTRACT_ACCEPTED|\w+_APPLIED)(?:$step)$/;

###############################################################################
# contracts

my $number = 0;

sub applied {
    my ($from, $accepted) = @_;

    my $id = sprintf 'C%03d', ++$number;
    my $to = $peer{$from};

    store($from, 'contract_apply_out', "H$id", $to, "https://$to.test", '{}');
    store($to, 'contract_apply_in', 'node', $from, $from, "d$id", $id,
        'address', "https://$from.test", 'inst_id', "inst-$from");
    store($from, 'contract_accepted', "H$id", $id, '') if $accepted;
    mail($from);

    return $id;
}

sub answer {
    my ($name, $id, $status) = @_;

    return [ $name, 'POST', '/v1/platform/contract/confirm',
        { contract_id => $id, status => $status, expired_time => $later } ];
}

sub end {
    my ($name, $id) = @_;

    return [ $name, 'POST', '/v1/platform/contract/terminate',
        { contract_id => $id } ];
}

# The other side's copy of our application has another kind of state only if
# it was withdrawn while it was rejected.

sub agreed {
    my ($subject) = @_;

    my @status = map { status($_, $subject) } qw/ a b /;

    return $status[0] eq $status[1]
        || join(' ', sort @status) eq 'REJECTED TERMINATED';
}

my %outcomes;

for my $round (1 .. 12) {
    my $id = applied('a', 1);
    my @racers = ((map { answer('b', $id, 'APPROVED') } 1 .. 24),
        (map { answer('b', $id, 'REJECTED') } 1 .. 16),
        (map { $round % 3 ? end($round % 3 == 1 ? 'b' : 'a', $id)
            : answer('b', $id, $round % 2 ? 'APPROVED' : 'REJECTED') }
            1 .. 24));

    my $verdicts = count(at_once(shuffle @racers));

    is_deeply([ grep { !/^(?:ok|wrong_state)$/ } keys %$verdicts ], [],
        "contract $round: 64 racers are answered");
    ok($verdicts->{ok}, '... one of them at least does it');

    deliver();

    my $subject = "contract:$id";

    ok(agreed($subject), '... both nodes agree: '
        . join ', ', map { status($_, $subject) } qw/ a b /);
    like(events($_, $subject), $legal, "... $_: each step once, in order")
        for qw/ a b /;
    $outcomes{ status('b', $subject) }++;

    at_once(end('b', $id), end('a', $id));
    deliver();
}

note(join ', ', map { "$_: $outcomes{$_}" } sort keys %outcomes);

# a hundred times the same

my $id = applied('a', 1);

at_once(answer('b', $id, 'APPROVED'));

my ($confirm) = mail('b');

is_deeply(count(at_once(($confirm) x 100)), { ok => 100 },
    'a confirmation that comes a hundred times at once');
is(events('a', "contract:$id"), 'CONTRACT_ACCEPTED CONTRACT_APPROVED',
    '... counts once');
is_deeply(count(at_once(map { end('b', $id) } 1 .. 100)), { ok => 100 },
    'an end that is asked for a hundred times');
is(scalar(mail('b')), 1, '... is told once');
at_once(end('a', $id));
deliver();

# the confirmation is faster than the answer to the application

$id = applied('a', 0);
at_once(answer('b', $id, 'APPROVED'));
($confirm) = mail('b');
is_deeply(count(at_once(($confirm) x 20)), { ok => 20 },
    'a confirmation before the application was answered');
is(status('a', "contract:$id"), 'APPROVED', '... is taken');
is($node{a}->redis->status('contract_accepted', "H$id", $id, ''), 'ok',
    '... and so is the answer then');
is(events('a', "contract:$id"), 'CONTRACT_ACCEPTED CONTRACT_APPROVED',
    '... each once');
at_once(end('b', $id));
deliver();

# both apply, both approve at once: one contract

for my $round (1 .. 8) {
    my %id = map { $peer{$_} => applied($_, 1) } shuffle qw/ a b /;

    at_once(shuffle map { (answer($_, $id{$_}, 'APPROVED')) x 8 } qw/ a b /);
    deliver();

    my @both = map {
        my $name = $_;
        join ' ', grep { status($name, "contract:$_") eq 'APPROVED' }
            sort values %id;
    } qw/ a b /;

    is($both[0], $both[1], "crossing approvals $round: both have the same");
    like($both[0], qr/^C\d+$/, '... one contract');

    at_once(map { my $c = $_; map { end($_, $c) } qw/ a b / } values %id);
    deliver();
}

###############################################################################
# requests

my $contract = applied('a', 1);

at_once(answer('b', $contract, 'APPROVED'));
deliver();
$node{b}->redis->call('object_create', 'dataset', 'D1', name => 'D1',
    pub_scope => 'public', status => '1');

my @KINDS = qw/ dataset project flow job /;
my $config = $api->config('a', 'b', 'c');
my %resource = (dataset => 'D1', project => 'P1', flow => 'F1', job => 'J1');

sub asked {
    my ($kind, $audit) = @_;

    my %body = (
        dataset => { dataset_id => 'D1', contract_id => $contract },
        project => { project_id => 'P1', name => 'p',
            contract_id => $contract },
        flow => { flow_id => 'F1', name => 'f', dag => $api->dag,
            config => $config },
        job => { job_id => "J$audit", flow_id => 'F1', dag => $api->dag,
            conf => $config },
    );

    store('a', 'audit_apply_out', $kind, $contract, $audit,
        $kind eq 'job' ? "J$audit" : $resource{$kind}, '{}');
    mail('a');

    my $call = [ 'b', 'POST', "/v1/interconn/$kind/audit/apply",
        { audit_id => $audit, %{ $body{$kind} } } ];

    return at_once(($call) x 20);
}

sub reply {
    my ($kind, $audit, $status) = @_;

    return [ 'b', 'POST', '/v1/platform/audit/confirm', { audit_id => $audit,
        resource_type => $kind, status => $status } ];
}

sub act {
    my ($name, $what, $kind, $audit) = @_;

    return [ $name, 'POST', "/v1/platform/audit/$what", {
        audit_id => $audit, resource_type => $kind } ];
}

for my $round (1 .. 12) {
    my $kind = $KINDS[$round % @KINDS];
    my $audit = "A$round";
    my ($in, $out) = ("audit:in:$kind:a:$audit", "audit:out:$kind:b:$audit");

    is_deeply(count(asked($kind, $audit)), { ok => 20 },
        "$kind $round: asked twenty times at once");
    is(events('b', $in), 'AUDIT_APPLIED', '... counts once');

    at_once(shuffle((map { reply($kind, $audit, 'APPROVED') } 1 .. 24),
        (map { reply($kind, $audit, 'REJECTED') } 1 .. 16),
        (map { act('b', 'terminate', $kind, $audit) } 1 .. 12),
        (map { act('a', 'withdraw', $kind, $audit) } 1 .. 12)));
    deliver();

    is(status('a', $out), status('b', $in), '... both nodes agree: '
        . status('b', $in));
    like(events('b', $in), $legal, '... at the owner each step once');
    like(events('a', $out) =~ s/ AUDIT_WITHDRAWN//r, $legal,
        '... at the asker');

    my @permits = grep { $_->{event} eq 'PERMIT_ISSUED'
        && $node{b}->redis->get($_->{subject}, 'audit_id') eq $audit }
        $node{b}->redis->changes('evidence');
    my @revoked = grep { $node{b}->redis->get($_->{subject}, 'status')
        eq 'REVOKED' } @permits;

    is(scalar @permits, status('b', $in) eq 'REJECTED' ? 0 : 1,
        '... one permit for one approval');
    is(scalar @revoked, status('b', $in) eq 'TERMINATED' ? 1 : 0,
        '... that ends with it');
}

###############################################################################
# a permit in use when the contract ends

asked('job', 'A-use');
at_once(reply('job', 'A-use', 'APPROVED'));

my ($mail) = mail('b');
my $token = $mail->[3]{resource_permit}{token};

at_once($mail);

my $t = $node{b};
my @sockets = map { $t->socket('plain') } 1 .. 64;
my $task = 0;

sub start_task {
    my ($socket) = @_;

    $t->write_all($socket, $t->request('POST',
        '/v1/interconn/schedule/task/start', node => 'a', headers => {
            'x-resource-permit' => $token }, body => { job_id => 'JA-use',
            task_id => 'T' . ++$task, task_name => 'lr' }));
}

start_task($_) for @sockets[0 .. 31];

my $ender = $t->socket('plain');

$t->write_all($ender, $t->request('POST', '/v1/platform/contract/terminate',
    token => 'secret', body => { contract_id => $contract }));
start_task($_) for @sockets[32 .. 63];
is($t->response($ender)->{json}{code}, 0, 'a contract ends in the middle');

my @first = map { $t->response($_)->{json}{code} } @sockets;

start_task($_) for @sockets;

my $after = count(map { $t->response($_)->{json}{code} } @sockets);

is_deeply($after, { 4031 => 64 }, '... no task starts after that, also on '
    . 'connections that stand');
note(scalar(grep { $_ == 0 } @first) . ' tasks began before it');

my @order = map { $_->{event} } $t->redis->changes('evidence');
my ($ended) = grep { $order[$_] eq 'CONTRACT_TERMINATED' }
    reverse 0 .. $#order;

is_deeply([ grep { /PERMIT_USED|TASK_CREATED/ } @order[$ended .. $#order] ],
    [], '... no use is in evidence after the end');
is($t->redis->get('job:JA-use', 'status'), 'FAILED', '... the job ended');
is_deeply([ grep { $t->redis->get("task:T$_", 'status') eq 'PENDING' }
    grep { $t->redis->get("task:T$_", 'status') } 1 .. $task ], [],
    '... and its tasks');

$node{$_}->finish for qw/ a b /;
done_testing();
