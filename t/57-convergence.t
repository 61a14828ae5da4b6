#!/usr/bin/perl

# Two nodes come to the same state after whatever happened between them:
# contracts and requests of every kind, in every phase, while one cannot reach
# the other, answers get lost, and workers, couriers and stores die.

use strict;
use warnings;

use lib 't/lib';
use IC::Api;
use IC::Fault;
use IC::Sandbox;
use JSON::PP;
use Test::More;
use Time::HiRes qw(sleep time);

my $limit = 60;             # seconds to convergence, as promised
my $seed = $ENV{IC_SEED} || time % 100000;
my @kinds = qw(dataset project flow job model);
my $json = JSON::PP->new->canonical;
my $began = time();

note("IC_SEED=" . ($seed = int $seed));
srand $seed;

my $sandbox = IC::Sandbox->new(nodes => 2);
my @node = map { $sandbox->node($_) } 0, 1;
my @id = map { $_->{node_id} } @node;

# to[n]: in front of node n
my @to = map { IC::Fault->new($_->{address} =~ /:(\d+)/) } @node;
my @store = map { $sandbox->store($_) } 0, 1;
my (%audit, @restarted, $contract);
my $worst = 0;

sub operator {
    my ($n, $path, $body) = @_;

    return $sandbox->platform($n, "/v1/platform/$path", $body);
}

sub status_of {
    my ($n, $subject) = @_;

    return $store[$n]->get($subject, 'status') // '';
}

sub events_of {
    my ($n, $of) = @_;

    for my $entry ($store[$n]->stream('evidence')) {
        my ($step) = $entry->{event} =~ /^(?:AUDIT|CONTRACT)_(\w+)$/ or next;
        push @{ $of->{$entry->{subject}} }, $step if $step ne 'ACCEPTED';
    }
}

# Heals, and waits until the two agree on what is expected of everything.

sub converges {
    my ($what, $agreed) = @_;

    $_->mode('pass') for @to;

    my $start = time();
    my $end = eval { $sandbox->await($what, sub {
        return !(grep { $_->stream('outbox') } @store) && $agreed->();
    }, $limit) };
    my $took = time() - $start;

    $worst = $took if $took > $worst;

    ok($end, sprintf '%s: %.1f s', $what, $took) or diag(disagreement());
}

sub subjects {
    my ($one) = @_;

    return ("audit:out:$one->{kind}:$id[1]:$one->{id}",
            "audit:in:$one->{kind}:$id[0]:$one->{id}");
}

sub audits_agree {
    for my $one (values %audit) {
        my @subject = subjects($one);

        return 0 if grep { status_of($_, $subject[$_]) ne $one->{status} }
            0, 1;
        return 0 if $one->{status} eq 'APPROVED'
            && !length($store[0]->get($subject[0], 'token') // '');
    }

    return 1;
}

sub disagreement {
    my @lines;

    for my $one (values %audit) {
        my @subject = subjects($one);
        my @is = map { status_of($_, $subject[$_]) } 0, 1;

        push @lines, "$one->{kind} $one->{id}: wanted $one->{status}, is @is: "
            . ($store[0]->get($subject[0], 'delivery') // '')
            if grep { $_ ne $one->{status} } @is;
    }

    push @lines, map { $_->{key} . ': ' . join ' ', map { $_->{path} }
        $_->stream('outbox') } @store;

    return join "\n", @lines;
}

# Exactly one entry of evidence for each step of each request, at both nodes,
# whichever way they heard of it.

sub invariants {
    my ($what) = @_;
    my @of = ({}, {});
    my @bad;

    events_of($_, $of[$_]) for 0, 1;

    for my $one (values %audit) {
        my @subject = subjects($one);

        for my $n (0, 1) {
            my $is = join ' ', @{ $of[$n]{$subject[$n]} || [] };
            push @bad, "$n $subject[$n]: $is" if $is ne join ' ',
                @{ $one->{steps} };
        }

        my $jti = $store[1]->get($subject[1], 'jti') // '';
        my $permit = $jti ne '' ? $store[1]->get("permit:$jti", 'status') : '';
        my $wanted = !grep({ $_ eq 'APPROVED' } @{ $one->{steps} }) ? ''
                     : $one->{status} eq 'APPROVED' ? 'ACTIVE' : 'REVOKED';

        push @bad, "$subject[1]: permit $permit" if $permit ne $wanted;
    }

    is(join("\n", @bad), '', "$what: one entry of evidence for each step");
    is(join(' ', map { scalar $_->stream('outbox') } @store), '0 0',
        '... nothing is left to tell');
    is(join(' ', map { $_->command('HLEN', $_->key('outbox-tries')) } @store),
        '0 0', '... nor to be tried');
}

###############################################################################
# steps of requests

sub step {
    my ($one, $status) = @_;

    push @{ $one->{steps} }, $one->{status} = $status;
}

sub applied {
    my ($kind, $n) = @_;
    my $resource = $kind eq 'job' ? "J$n" : uc(substr $kind, 0, 1) . 1;

    if ($kind eq 'job') {
        my $made = $store[0]->call('job_create', $resource, 'F1', $id[1],
            name => 'j', sync_type => 'CALLBACK', project_id => 'P1',
            dag => $json->encode(IC::Api->dag), config => $json->encode(
                IC::Api->config(@id, 'N0003')));
        die "job: $made->{status}\n" if $made->{status} ne 'ok';
    }

    my $sent = operator(0, 'audit/apply', { resource_type => $kind,
        resource_id => $resource, contract_id => $contract,
        $kind eq 'model' ? (apply_project_id => 'P1') : () });

    die "$kind: " . $json->encode($sent) if $sent->{code};

    my $one = { kind => $kind, id => $sent->{data}{audit_id} };

    $audit{"$kind $one->{id}"} = $one;
    step($one, 'APPLIED');
    $one->{body} = $store[0]->command('GET', $store[0]->key('asked:'
        . (subjects($one))[0]));
}

sub answered {
    my ($one, $status) = @_;
    my $got = operator(1, 'audit/' . ($status eq 'TERMINATED' ? 'terminate'
        : 'confirm'), { audit_id => $one->{id}, resource_type => $one->{kind},
        $status eq 'TERMINATED' ? () : (status => $status) });

    die "$one->{kind}: " . $json->encode($got) if $got->{code};
    step($one, $status);
}

# Whatever can be done with what is there, each time one step further.

my $round = 0;

sub steps {
    my @waiting = grep { $_->{status} eq 'APPLIED' } values %audit;
    my @granted = grep { $_->{status} eq 'APPROVED' } values %audit;
    my %n;

    $round++;

    for my $one (@waiting) {
        answered($one, $n{$one->{kind}}++ % 3 == 2 ? 'REJECTED' : 'APPROVED');
    }

    for my $one (@granted) {
        answered($one, 'TERMINATED') if $n{"- $one->{kind}"}++ % 2 == 0;
    }

    for my $kind (@kinds) {
        applied($kind, 10 * $round + $_) for 1 .. 3;
    }
}

###############################################################################
# processes

sub children {
    my ($pid) = @_;
    my @list;

    for my $stat (glob '/proc/[0-9]*/stat') {
        open my $in, '<', $stat or next;
        my ($child, $name, $state, $parent)
            = (<$in> // '') =~ /^(\d+) \((.*)\) (\S) (\d+)/ or next;

        push @list, [ $child, $name ] if $parent == $pid && $state ne 'Z';
    }

    return @list;
}

sub kill_workers {
    kill 'KILL', map { $_->[0] } children($node[$_[0]]{pids}{nginx});
}

sub kill_courier {
    kill 'KILL', map { $_->[0] } grep { $_->[1] =~ /courier/ }
        children($node[$_[0]]{pids}{interconnd});
}

sub restart_store {
    my ($n) = @_;
    my ($pid) = grep { defined } $restarted[$n], $node[$n]{pids}{redis};

    kill 'KILL', $pid;
    waitpid $pid, 0;
    unlink $node[$n]{redis};
    $restarted[$n] = fork // die "fork: $!\n";

    if ($restarted[$n] == 0) {
        open STDOUT, '>', '/dev/null';
        exec $ENV{IC_REDIS_SERVER} || 'redis-server',
            "$node[$n]{dir}/redis.conf" or POSIX::_exit(127);
    }

    $store[$n] = $sandbox->store($n);
    $sandbox->await('the store', sub {
        return ($store[$n]->command('PING') || '') eq 'PONG';
    });
}

END {
    local $?;

    kill 'KILL', grep { defined } @restarted;
}

###############################################################################
# contracts: applied for, rejected, applied for again, approved

for my $n (0, 1) {
    my $done = operator($n, 'node/update', { %{ operator($n,
        "node/query?node_id=$id[$n]")->{data} }, address => $to[$n]->address });
    is($done->{code}, 0, 'node ' . ($n + 1) . ' is behind its fault');
}

sub contracts {
    my ($n, $status) = @_;

    return @{ operator($n, "contract/list?page_size=-1&status=$status")
        ->{data}{records} };
}

sub contract_apply {
    my $sent = operator(0, 'contract/apply', { node_id => $id[1],
        address => $to[1]->address });

    die $json->encode($sent) if $sent->{code};
}

sub contracts_agree {
    my (@status) = @_;
    my @is = map { my $n = $_; join ' ', sort map { join ':',
        @$_{qw(contract_id status)} } map { contracts($n, $_) }
        qw(APPLIED APPROVED REJECTED TERMINATED) } 0, 1;

    my @found = sort map { /:(\w+)/ } split / /, $is[0];

    return $is[0] eq $is[1] && "@found" eq join ' ', sort @status;
}

$to[1]->mode('refuse');
contract_apply();
sleep 0.3;
converges('an application that was not delivered',
    sub { contracts_agree('APPLIED') });

$to[0]->mode('refuse');
($contract) = map { $_->{contract_id} } contracts(1, 'APPLIED');
operator(1, 'contract/confirm', { contract_id => $contract,
    status => 'REJECTED' });
sleep 0.3;
converges('a rejection that was not delivered',
    sub { contracts_agree('REJECTED') });

$to[1]->mode('swallow');
contract_apply();
$sandbox->await('the application', sub { contracts(1, 'APPLIED') });
sleep 0.5;
is(join(' ', map { $_->{contract_id} } contracts(0, 'APPLIED')) ne
    join(' ', map { $_->{contract_id} } contracts(1, 'APPLIED')), 1,
    'it has arrived, and the applicant does not know');
converges('an application whose answer was lost',
    sub { contracts_agree('APPLIED', 'REJECTED') });

$to[0]->mode('swallow');
($contract) = map { $_->{contract_id} } contracts(1, 'APPLIED');
operator(1, 'contract/confirm', { contract_id => $contract,
    status => 'APPROVED' });
$sandbox->await('the confirmation', sub { contracts(0, 'APPROVED') });
sleep 0.5;
converges('an approval whose answer was lost',
    sub { contracts_agree('APPROVED', 'REJECTED') });

###############################################################################
# requests

$store[1]->call('object_create', 'dataset', 'D1', name => 'd',
    pub_scope => 'public');
$store[1]->call('object_create', 'model', 'M1', name => 'm',
    pub_scope => 'public');
$store[0]->call('object_create', 'project', 'P1', name => 'p',
    contract_ids => $json->encode([ $contract ]));
$store[0]->call('object_create', 'flow', 'F1', name => 'f',
    project_id => 'P1', dag => $json->encode(IC::Api->dag),
    config => $json->encode(IC::Api->config(@id, 'N0003')));

steps();
converges('nothing went wrong', \&audits_agree);

for my $case ([ 'the owner is not reached', sub { $to[1]->mode('refuse') } ],
              [ 'the applicant is not reached',
                sub { $to[0]->mode('refuse') } ],
              [ 'answers are lost', sub { $_->mode('swallow') for @to } ],
              [ 'nothing passes', sub { $_->mode('stall') for @to } ])
{
    my ($what, $fault) = @$case;

    $fault->();
    steps();
    sleep 1;
    converges($what, \&audits_agree);
    invariants($what);
}

# a worker dies between what it has done and its answer; couriers, stores

$_->mode('stall') for @to;
steps();
$_->mode('pass') for @to;

for (1 .. 8) {
    sleep rand 0.15;
    kill_workers($_ % 2);
    kill_courier($_ / 2 % 2);
}

converges('workers and couriers are killed', \&audits_agree);
invariants('processes');

$_->mode('refuse') for @to;
steps();
restart_store($_) for 0, 1;
kill_courier($_) for 0, 1;
sleep 0.5;
converges('stores and couriers are killed', \&audits_agree);
invariants('stores');

# one way for good: what waits is asked for, what is approved is known without
# its permit until that comes

$to[0]->mode('refuse');
steps();

my @answered = grep { @{ $_->{steps} } == 2 && $_->{status} =~ /^[AR][PE]/ }
    values %audit;
my $start = time();

ok(eval { $sandbox->await('polling', sub {
    return !grep { status_of(0, (subjects($_))[0]) ne $_->{status} }
        @answered;
}, $limit) }, sprintf 'one way is enough for %d answers: %.1f s',
    scalar @answered, time() - $start);

my ($waits) = grep { $_->{kind} eq 'job' && $_->{status} eq 'APPROVED'
    && $store[0]->get((subjects($_))[0], 'awaits') } @answered;

SKIP: {
    ok($waits, 'a job is approved, and its permit not here') or skip 'none', 1;

    my $job = $store[0]->get((subjects($waits))[0], 'resource_id');
    is(operator(0, "job/query?job_id=$job")->{data}{job}{pending_reason}
        // operator(0, "job/query?job_id=$job")->{data}{pending_reason},
        "waits for the permit of $id[1]", '... which it says');
}

converges('the other way heals', \&audits_agree);
invariants('one way');

###############################################################################
# every message again, in any order: nothing changes

my @again;

for my $one (values %audit) {
    my $base = "/v1/interconn/$one->{kind}/audit";
    my %it = (audit_id => $one->{id});

    push @again, [ 0, 1, "$base/apply", $one->{body} ],
        (map { [ 1, 0, "$base/confirm", { %it, status => $_ } ] }
            grep { $_ eq 'REJECTED' } @{ $one->{steps} }),
        (map { [ 1, 0, "$base/terminate", \%it ] }
            grep { $_ eq 'TERMINATED' } @{ $one->{steps} });
}

for my $call (sort { rand() <=> 0.5 } @again, @again) {
    my ($from, $to, $path, $body) = @$call;
    $sandbox->peer($from, $to, $path, $body);
}

ok(audits_agree(), scalar(@again) . ' messages twice, shuffled: no change');
invariants('every message again');

###############################################################################
# the contract ends while the partner is away, and all under it

for my $one (values %audit) {
    step($one, 'TERMINATED') if $one->{status} =~ /^(?:APPLIED|APPROVED)$/;
}

$to[1]->mode('refuse');
is(operator(0, 'contract/terminate', { contract_id => $contract })->{code}, 0,
    'the contract ends');
kill_courier(0);
sleep 0.5;
converges('an end that was not delivered', sub {
    return contracts_agree('TERMINATED', 'REJECTED') && audits_agree();
});
invariants('the end');

my @of = ({}, {});

events_of($_, $of[$_]) for 0, 1;
is(join(' ', @{ $of[$_]{"contract:$contract"} || [] }),
    'APPLIED APPROVED TERMINATED' =~ s/^APPLIED /$_ ? 'APPLIED ' : ''/er,
    'evidence of the contract at node ' . ($_ + 1)) for 0, 1;

note(sprintf '%d requests; worst convergence %.1f s; %.1f s in all',
    scalar keys %audit, $worst, time() - $began);

$sandbox->finish(allow => qr/exited on signal 9/);
done_testing();
