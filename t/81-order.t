#!/usr/bin/perl

# In which order tasks run: dependencies without data, tasks side by side,
# and the queue for workers by priority.

use warnings;
use strict;

use JSON::PP;
use Test::More;
use Time::HiRes qw/ sleep time /;

use lib 't/lib';
use IC::Daemon;
use IC::File;
use IC::Partner;

IC::Daemon::check();

my $json = JSON::PP->new->canonical;
my $d = IC::Daemon->new(node => 'node-a', roles => 'scheduler runner channel',
    start => 0, conf => { IC::Daemon::certificate('node-a'), workers => 1,
        plain_peers => 'on', poll_interval => '300ms',
        platform => 'https://127.0.0.1:9443', inst_id => 'inst-a' });
my $r = $d->redis();
my $count = 0;

spew($d->dir . '/components/probe', slurp('t/data/components/probe'));
chmod 0755, $d->dir . '/components/probe';
$d->start();

sub field { $r->get("job:$_[0]", $_[1]) }

# a started job; steps: name => [ names that it runs after ]

sub job {
    my ($role, $steps, %fields) = @_;

    my $id = 'J' . ++$count;
    my @steps = map { { name => $_, componentName => 'probe',
        @{ $steps->{$_} } ? (after => $steps->{$_}) : () } }
        sort keys %$steps;

    $r->call('object_create', 'flow', "F$id", name => 'f');
    $r->call('job_create', $id, "F$id", '', %fields,
        dag => $json->encode({ components => \@steps }),
        config => $json->encode({ role => $role,
            initiator => { node_id => 'node-a' },
            task_params => { common => { map { $_ => {
                mode => 'hang' } } keys %$steps } } }));

    for my $node (map { @$_ } values %$role) {
        next if $node eq 'node-a';
        $r->call('audit_apply_out', 'job', "C-$node", "A$id", $id, '{}');
        $r->call('audit_confirm_in', 'job', $node, "A$id", 'APPROVED',
            token => 't');
    }

    is($r->status('job_start', $id), 'ok', "$id starts");

    return $id;
}

# { task_name => task_id } that a partner has been told to start

sub begun {
    return map { $_->{json}{task_name} => $_->{json}{task_id} }
        $_[0]->calls('task/start');
}

###############################################################################

# side by side, and after

{
    my $b = IC::Partner->new(node => 'bank-b');
    $b->contract($r);

    my $id = job({ host => [ 'bank-b' ] }, { a => [], b => [ 'a' ],
        c => [ 'a' ], d => [ 'b', 'c' ], e => [] });
    my %done;

    for my $turn ([ qw/ a e / ], [ qw/ b c / ], [ 'd' ]) {
        ok($b->await('task/start', @$turn + keys %done), "@$turn");
        sleep(0.2);
        my %begun = begun($b);
        is_deeply([ grep { !$done{$_} } sort keys %begun ], $turn,
            'at the same time, and nothing else');

        for my $name (reverse @$turn) {
            if ($name eq 'b') {
                sleep(0.2);
                is(scalar(begun($b)) / 2, 4, 'one of two is not enough');
            }

            $done{$name} = 1;
            $r->status('sched_task_callback', 'bank-b', $begun{$name},
                'SUCCESS', '');
        }
    }

    ok($d->await(sub { field($id, 'status') eq 'SUCCESS' }), 'success');

    for my $case ([ { a => [ 'b' ], b => [ 'a' ] }, qr/waits for itself/ ],
                  [ { a => [ 'a' ] }, qr/waits for itself/ ],
                  [ { a => [ 'x' ] }, qr/x names no component/ ])
    {
        $id = job({ host => [ 'bank-b' ] }, $case->[0]);
        ok($d->await(sub { field($id, 'status') eq 'FAILED' }), 'refused');
        like(field($id, 'cause'), $case->[1], 'why');
    }
}

###############################################################################

# one worker: who goes first

{
    my $own = { guest => [ 'node-a' ] };
    my @ids = map { job($own, { one => [] }, priority => $_) } 0, 1, 0, 7;

    # they came at about the same time: the first one has the worker, if it
    # came before the others; each is asked for by itself, so that a queue
    # that moves meanwhile has gaps

    my $queue = join "\n", map { "waiting for a free worker, $_ before it" }
        0 .. 2;
    my (@order, %reason);
    my %task;

    ok($d->await(sub {
        %task = map { $_ => ($r->call('job_explain', $_)->{records}[0] || {}) }
            @ids;
        %reason = ();
        push @{ $reason{$_->{status} || ''} }, $_->{pending_reason}
            for values %task;

        return @{ $reason{RUNNING} || [] } == 1
            && join("\n", sort @{ $reason{PENDING} || [] }) eq $queue;
    }), 'one runs, the others say what for') or diag(explain(\%reason));

    is_deeply($reason{RUNNING}, [ '' ], 'what runs does not wait');

    # each one is stopped as soon as it runs

    for my $n (1 .. 4) {
        my %seen = map { $_ => 1 } @order;
        my $id;

        ok($d->await(sub {
            ($id) = grep { !$seen{$_}
                && $r->call('job_result', $_)->{records}[0]{status}
                    eq 'RUNNING' } @ids;
            return defined $id;
        }), "number $n runs") or last;

        push @order, $id;
        $r->call('job_stop', $id);
    }

    my ($first, @rest) = @order;
    my %priority = map { $ids[$_] => (0, 1, 0, 7)[$_] } 0 .. 3;
    my @expected = sort { $priority{$b} <=> $priority{$a} || $a cmp $b }
        grep { $_ ne $first } @ids;
    is_deeply(\@rest, \@expected, 'by priority, then by time');
    is($r->command('ZCARD', $r->key('tasks-waiting')), 0, 'the queue is empty');
}

$d->stop();

###############################################################################

# nothing waits for ever: a point is worth ten seconds

{
    my $id = 'J' . ++$count;
    my $now = int(1000 * time());
    my $queue = $r->key('tasks-waiting');
    my %came = (old => 0, urgent => 100);

    for my $name (sort keys %came) {
        $r->call('object_create', 'flow', "F$name", name => 'f');
        $r->call('job_create', $name, "F$name", '', priority => $came{$name},
            dag => '{"components":[{"name":"one"}]}',
            config => '{"role":{"guest":["node-a"]}}');
        is($r->status('task_start', $name, "T$name", 'one'), 'ok', $name);
    }

    is($r->command('ZRANGE', $queue, 0, 0)->[0], 'Turgent', 'urgent first');
    $r->command('ZINCRBY', $queue, -1_001_000, 'Told');
    is($r->call('task_claim', 'Turgent', 'me', 9000,
        'first')->{fields}{task_id},
        'Told', 'but not after 1000 seconds');

    # entries and tasks need not match

    $r->command('ZADD', $queue, 1, 'T-nowhere');
    is($r->call('task_claim', 'Told', 'me', 9000,
        'first')->{fields}{task_id},
        'Turgent', 'what is not there is passed over');
    is($r->status('task_claim', 'Told', 'me', 9000,
        'first'), 'wrong_state',
        'an empty queue');
    is($r->command('ZCARD', $queue), 0, 'is empty');
}

unlike($d->log(), qr/exited (?:on signal (?!9\b)|with code [1-9])/,
    'no crash');

done_testing();
