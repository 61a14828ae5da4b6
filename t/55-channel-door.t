#!/usr/bin/perl

# The channel behind the real front door, under mutual TLS: a worker does not
# grow with 64 MiB messages, waits for the access check without reading them,
# and peers of a session that is over are told so.

use strict;
use warnings;

use lib 't/lib';
use IC::Daemon;
use IC::Pace;
use IC::Sandbox;
use Test::More;
use Time::HiRes qw(sleep time);

my $OK = 'E0000000000';
my $sandbox = IC::Sandbox->new(nodes => 2);

$sandbox->contract(1, 0);

my @node = map { $sandbox->node($_) } 0, 1;

# a client of the node's own socket, as IC::Daemon has it
my @own = map { bless { dir => $_->{dir}, node => $_->{node_id} },
                'IC::Daemon' } @node;

sub session {
    my ($id, $status) = @_;

    for my $n (0, 1) {
        my ($self, $peer) = @node[$n, 1 - $n];
        my $store = $sandbox->store($n);

        $store->command('HSET', $store->key("session:$id"),
            session_id => $id, task_id => "task-$id", job_id => "job-$id",
            token => "token-$id", self_node => $self->{node_id},
            peers => "$peer->{node_id} $peer->{address}",
            status => $n == 0 ? $status : 'OPEN');
    }
}

sub call {
    my ($n, $op, $session, $topic, %option) = @_;

    return $own[$n]->call($op => $session, $topic, $node[1 - $n]{node_id},
                          %option);
}

sub memory {
    my ($pid, $what) = @_;

    open my $status, '<', "/proc/$pid/status" or return 0;
    my ($kib) = map { /^$what:\s+(\d+)/ ? $1 : () } <$status>;

    return $kib / 1024;
}

session('open', 'OPEN');
call(1, push => 'open', 'warm', body => 'w' x (1 << 20));
is(length call(0, pop => 'open', 'warm', timeout => 20)->{body}, 1 << 20,
   'a message to node 0');

my @worker = split ' ', `pgrep -P $node[0]{pids}{nginx}`;
my %idle = map { $_ => memory($_, 'VmRSS') } @worker;

for my $pid (@worker) {
    open my $clear, '>', "/proc/$pid/clear_refs" or next;
    syswrite $clear, '5';
}

my $body = 'l' x (64 << 20);

for my $n (1 .. 2) {
    is(call(1, push => 'open', 'large', body => $body)->{code}, $OK,
       "64 MiB, message $n");
    ok(call(0, pop => 'open', 'large', timeout => 60)->{body} eq $body,
       'through both nodes');
}

for my $pid (@worker) {
    my $grown = memory($pid, 'VmHWM') - $idle{$pid};

    SKIP: {
        skip 'sanitizers change memory', 1
            if ($ENV{IC_BUILD} || '') =~ /asan/;
        cmp_ok($grown, '<', 32,
               sprintf 'a worker grew by %.1f MiB meanwhile', $grown);
    }
}

# a peer whose task is over says so at once
session('over', 'CLOSED');

my $begin = time;
my $wait = $own[1]->connect;

$own[1]->begin($wait, pop => 'over', 't', $node[0]{node_id}, timeout => 30);
call(1, push => 'over', 't', body => 'x');
is($wait->answer->{code}, 'E0000000602', 'its waits end');
cmp_ok(time - $begin, '<', within(10), 'soon');

$sandbox->finish;
done_testing();
