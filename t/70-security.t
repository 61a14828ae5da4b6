#!/usr/bin/perl

# What a peer, or a partner who takes back its word, must and must not be
# able to do; each once was possible.

use strict;
use warnings;

use lib 't/lib';
use IC::Daemon;
use Test::More;

IC::Daemon->check;

my $OK = 'E0000000000';
my $FULL = 'E0000000700';
my $one = IC::Daemon->new(node => 'node-a', conf => { plain_peers => 'on' });
my $r = $one->redis;

sub invoke { $one->invoke(@_, body => '') }

# KiB of the channel's address space
sub size {
    open my $status, '<', '/proc/' . $one->role_pid('channel') . '/status'
        or die "status: $!\n";
    my ($size) = map { /^VmData:\s+(\d+)/ } <$status>;
    return $size;
}

# One message of a length that the headers do not tell.
sub chunked {
    my ($connection, $session, $n) = @_;

    syswrite $connection->{fh}, join '', map { "$_\r\n" }
        'POST /v1/interconn/chan/invoke HTTP/1.1', 'Host: channel',
        'Transfer-Encoding: chunked', "x-ptp-session-id: $session",
        'x-ptp-topic: t', 'x-interconn-peer: node-b', "x-interconn-seq: $n",
        '', '1', 'x', '0', '';

    return $connection->answer;
}

# bodies that are announced and do not come

{
    my @slow;

    $one->session("s$_", { 'node-b' => 'http://127.0.0.1:1' }) for 3, 4;

    for (1 .. 9) {
        my $edge = $one->connect('channel-edge.sock');

        $one->begin($edge, 'invoke', 's3', 't', 'node-a', body => 'x',
            header => { 'content-length' => 128 << 20,
                        'x-interconn-peer' => 'node-b' });
        push @slow, $edge;
    }

    sleep 1;
    is(invoke('s4', 't', 'node-b', seq => 1)->{code}, $OK,
       'do not keep out an empty message of another session');
    is($one->invoke('s4', 't', 'node-b', seq => 2,
                    body => 'm' x (1 << 20))->{code}, $OK,
       'nor one of 1 MiB');
    is($one->invoke('s3', 'u', 'node-b', seq => 1, body => 'm')->{code},
       $FULL, 'but fill their own');

    $_->close for @slow;
    sleep 1;
    is($one->invoke('s3', 'u', 'node-b', seq => 1, body => 'm')->{code},
       $OK, 'until they are given up');
}

# the memory of short messages

$one->session('s1', { 'node-b' => 'http://127.0.0.1:1' });

{
    my $edge = $one->connect('channel-edge.sock');
    my $before = size();
    my $taken = grep { chunked($edge, 's1', $_)->{code} eq $OK } 1 .. 2000;

    is($taken, 2000, '2000 messages of one byte');
    SKIP: {
        skip 'sanitizers change memory', 1
            if ($ENV{IC_BUILD} || '') =~ /asan/;
        cmp_ok(size() - $before, '<', 16384, 'do not take 64 KiB each');
    }
}

{
    my $edge = $one->connect('channel-edge.sock');
    my ($code, $n) = ($OK, 0);

    $one->session('s2', { 'node-b' => 'http://127.0.0.1:1' });

    while ($code eq $OK && $n < 70000) {
        $code = invoke('s2', 't', 'node-b', connection => $edge,
                       seq => ++$n)->{code};
    }

    is("$code $n", "$FULL 65537", 'empty messages fill a session, too');
}

# a dataset's owner takes its permission back while a task reads it

$r->command('HSET', $r->key('permit:P1'), jti => 'P1', kind => 'dataset',
    peer => 'node-b', resource_id => 'D1', status => 'ACTIVE', left => -1);
$r->command('ZADD', $r->key('permit-uses:P1'), 1, 'T1');
$r->command('HSET', $r->key('audit:in:dataset:node-b:A1'), audit_id => 'A1',
    resource_type => 'dataset', resource_id => 'D1', node_id => 'node-b',
    dir => 'in', status => 'APPROVED', contract_id => 'C1', jti => 'P1');
$r->command('SADD', $r->key('audit-id:A1'), 'in dataset node-b');
$r->command('HSET', $r->key('contract:C1'), contract_id => 'C1',
    peer => 'node-b', status => 'APPROVED');
$r->command('HSET', $r->key("task:$_"), task_id => $_, status => 'RUNNING',
    cancel => 0) for 'T1', 'T2';
$r->call('audit_terminate_out', 'dataset', 'A1', '');
is($r->command('HGET', $r->key('task:T1'), 'cancel'), 1,
   'the task is stopped');
is($r->command('HGET', $r->key('task:T2'), 'cancel'), 0, 'others are not');

# the digest of long texts is taken once

{
    my $text = 'x' x 500000;

    $r->command('HSET', $r->key('job:J1'), job_id => 'J1', role => 'partner',
        initiator => 'node-b', 'audit.node-b' => 'A2', dag => '{}',
        config => $text);
    $r->command('HSET', $r->key('audit:in:job:node-b:A2'), status =>
        'APPROVED');
    $r->call('sched_job_create', 'node-b', 'J1', 0);
    $r->command('SLOWLOG', 'RESET');
    $r->command('CONFIG', 'SET', 'slowlog-log-slower-than', 50000);
    $r->call('sched_job_create', 'node-b', 'J1', 0) for 1 .. 3;
    is($r->command('SLOWLOG', 'LEN'), 0, 'job/create does not hold up Redis');
}

done_testing();
