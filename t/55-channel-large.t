#!/usr/bin/perl

# Large messages: streamed through nginx, never whole in memory, gone on with
# where an interruption stopped them.

use strict;
use warnings;

use lib 't/lib';
use Digest::SHA qw(sha256_hex);
use IC::Daemon;
use IC::Front;
use Test::More;
use Time::HiRes qw(time sleep);

IC::Daemon->check;
plan(skip_all => 'nginx is not installed') unless IC::Front->available;

my $OK = 'E0000000000';
my $m = 1 << 20;
my $chunk = join '', map { chr($_ * 31 & 255) } 0 .. 4095;
my $big = $chunk x (64 * $m / 4096);
my $digest = sha256_hex($big);

sub code { $_[0] ? $_[0]{code} : 'no answer' }

# of /proc/<pid>/status, in MiB
sub memory {
    my ($pid, $what) = @_;

    open my $status, '<', "/proc/$pid/status" or return undef;
    my ($kib) = map { /^$what:\s+(\d+)/ ? $1 : () } <$status>;

    return $kib / 1024;
}

sub forget_peak {
    for my $pid (@_) {
        open my $clear, '>', "/proc/$pid/clear_refs" or next;
        syswrite $clear, '5';
    }
}

my %certificate = IC::Daemon::certificate('node-b');
my $one = IC::Daemon->new(node => 'node-a',
    conf => { IC::Daemon::certificate('node-a'), message_timeout => '60s' });
my $two = IC::Daemon->new(node => 'node-b',
    conf => { %certificate, message_timeout => '60s' });
my $front = IC::Front->new($two, tls => \%certificate, caller => 'node-a');

$one->session('s', { 'node-b' => $front->address });
$two->session('s', { 'node-a' => 'https://127.0.0.1:1' });

# warm, so that what is measured is the messages' own
$one->call(push => 's', 'warm', 'node-b', body => 'w' x $m);
$two->call(pop => 's', 'warm', 'node-a', timeout => 10);

my %pid = (worker => $front->worker, sender => $one->role_pid('channel'),
           receiver => $two->role_pid('channel'));
my %idle = map { $_ => memory($pid{$_}, 'VmRSS') } keys %pid;

forget_peak(values %pid);

for my $n (1 .. 2) {
    is(code($one->call(push => 's', 'big', 'node-b', body => $big)), $OK,
       "64 MiB, message $n");

    my $answer = $two->call(pop => 's', 'big', 'node-a', timeout => 60);

    is(sha256_hex($answer->{body}), $digest, 'as it was sent');
}

for my $who (sort keys %pid) {
    my $peak = memory($pid{$who}, 'VmHWM') - $idle{$who};

    cmp_ok($peak, '<', $who eq 'worker' ? 32 : 16,
           sprintf "$who: %.1f MiB more than idle", $peak);
}

# How much of the topic's first message is with the receiver: what its sender
# is told when it asks.
sub came {
    my ($topic) = @_;
    my $edge = $two->connect('channel-edge.sock') or return 0;
    my %header = ('x-ptp-session-id' => 's', 'x-ptp-topic' => $topic,
        'x-interconn-peer' => 'node-a', 'x-interconn-seq' => 1,
        'x-ptp-tech-provider-code' => 'interconn',
        'x-interconn-size' => length $big);

    syswrite $edge->{fh}, "GET /v1/interconn/chan/invoke HTTP/1.1\r\n"
        . "Host: channel\r\n"
        . join('', map { "$_: $header{$_}\r\n" } sort keys %header)
        . "\r\n";

    while ($edge->{buffer} !~ /\r\n\r\n/) {
        return 0 if !$edge->more;
    }

    return $edge->{buffer} =~ /^x-interconn-offset: (\d+)/im ? $1 : 0;
}

# interrupted by the death of nginx, then by that of either channel role

sub interrupt {
    my ($what, $topic) = @_;
    my $goes_on = () = $one->log =~ /goes on after (\d+) bytes/g;
    my $part = 0;

    is(code($one->call(push => 's', $topic, 'node-b', body => $big)), $OK,
       'pushed');

    my $end = time + 20;

    while (time < $end) {
        $part = came($topic);
        last if $part > 6 * $m;
        select undef, undef, undef, 0.001;
    }

    # so that it is not through before what is to happen happens
    my $receiver = $two->role_pid('channel');

    kill 'STOP', $receiver;
    $what->();
    kill 'CONT', $receiver;

    my $answer;

    for (1 .. 20) {
        $answer = eval { $two->call(pop => 's', $topic, 'node-a',
                                    timeout => 30) };
        last if code($answer) eq $OK && length $answer->{body};
        sleep 0.1;
    }

    is(sha256_hex($answer->{body}), $digest, "$topic: the message is whole");
    is(code($two->call(peek => 's', $topic, 'node-a')), 'E0000000601',
       'and came once');

    my @after = $one->log =~ /goes on after (\d+) bytes/g;

    SKIP: {
        skip 'it was through before', 1 if $part >= 64 * $m;
        ok(@after > $goes_on && $after[-1] >= 4 * $m,
           "it went on after $part bytes at least") or diag("@after");
    }
}

interrupt(sub { $front->again }, 'nginx');
interrupt(sub { $two->kill_role('channel');
                $two->await(sub { $two->connect }) }, 'receiver');
interrupt(sub { $one->kill_role('channel');
                $one->await(sub { $one->connect }) }, 'sender');

# how far it came is told to whom it comes from, and to nobody else
{
    my $edge = $two->connect('channel-edge.sock');
    my $half = substr $big, 0, 2 * $m;
    my %header = ('x-interconn-size' => 4 * $m);

    $two->begin($edge, invoke => 's', 'part', 'node-b', body => $half,
        header => { 'x-interconn-peer' => 'node-a', 'x-interconn-seq' => 1,
                    %header, 'content-length' => 4 * $m });
    sleep 0.2;
    $edge->close;
    sleep 0.2;

    my $rest = substr $big, 2 * $m, 2 * $m;

    is(code($two->invoke('s', 'part', 'node-a', seq => 1, body => 'x',
            header => { %header, 'x-interconn-offset' => 3 * $m })),
       'E0000000400', 'not beyond what is here');
    is(code($two->invoke('s', 'part', 'node-a', seq => 1, body => 'x' x 10,
            header => { %header, 'x-interconn-offset' => 2 * $m })),
       'E0000000400', 'less than was announced is not the message');
    is(code($two->invoke('s', 'part', 'node-a', seq => 1, body => $rest,
            header => { %header, 'x-interconn-offset' => 2 * $m })), $OK,
       'the rest');
    ok($two->call(pop => 's', 'part', 'node-a')->{body}
       eq substr($big, 0, 4 * $m), 'makes it whole');
    is(code($two->invoke('s', 'part', 'node-a', body => 'x',
            header => { 'x-interconn-offset' => 5 })), 'E0000000400',
       'a part has a number and a size');
    is(code($two->invoke('s', 'part', 'node-a', seq => 2, body => 'x',
            header => { %header, 'x-interconn-offset' => 5 })),
       'E0000000400', 'nothing to go on with');
}

done_testing();
