#!/usr/bin/perl

# A receiver that does not pop: what waits for it is bounded on the disks of
# both nodes and takes no memory; when it pops at last, all of it comes, once
# and in order. Nor do nginx and the channel roles grow with large messages.

use strict;
use warnings;

use lib 't/lib';
use IC::Daemon;
use IC::Front;
use Test::More;
use Time::HiRes qw(time sleep);

IC::Daemon->check;
plan(skip_all => 'nginx is not installed') unless IC::Front->available;

my $OK = 'E0000000000';
my $FULL = 'E0000000700';
my $m = 1 << 20;

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

# of all files that a node keeps messages in
sub disk {
    my ($daemon) = @_;
    my $sum = 0;

    $sum += -s || 0 for glob $daemon->dir . '/data/channel/*/*';

    return $sum;
}

my %certificate = IC::Daemon::certificate('node-b');
my %bound = (channel_buffer => '24m', message_timeout => '60s');
my $one = IC::Daemon->new(node => 'node-a',
    conf => { IC::Daemon::certificate('node-a'), %bound });
my $two = IC::Daemon->new(node => 'node-b',
    conf => { %certificate, %bound });
my $front = IC::Front->new($two, tls => \%certificate, caller => 'node-a');

for my $session (qw(files small)) {
    $one->session($session, { 'node-b' => $front->address });
    $two->session($session, { 'node-a' => 'https://127.0.0.1:1' });
    $one->call(push => $session, 'warm', 'node-b', body => 'w' x $m);
    $two->call(pop => $session, 'warm', 'node-a', timeout => 10);
}

my %pid = (worker => $front->worker, sender => $one->role_pid('channel'),
           receiver => $two->role_pid('channel'));
my %idle = map { $_ => memory($pid{$_}, 'VmRSS') } keys %pid;

forget_peak(values %pid);

# until the sender's node takes no more for a second, since neither side has
# room; bytes that were taken
sub fill {
    my ($session, $body) = @_;
    my $connection = $one->connect;
    my ($n, $full) = (0, 0);

    while ($full < 20) {
        my $answer = $one->call(push => $session, 't', 'node-b',
            body => $body->($n), connection => $connection,
            header => { 'x-interconn-call' => $n + 1 });

        if (code($answer) eq $OK) {
            $n++;
            $full = 0;

        } elsif (code($answer) eq $FULL) {
            $full++;
            sleep 0.05;

        } else {
            die 'push: ' . code($answer) . "\n";
        }
    }

    return $n;
}

sub drain {
    my ($session, $count, $body) = @_;
    my $connection = $two->connect;

    for my $n (0 .. $count - 1) {
        my $answer = $two->call(pop => $session, 't', 'node-a',
            timeout => 20, connection => $connection,
            header => { 'x-interconn-call' => $n + 1 });

        return "message $n: " . code($answer) if code($answer) ne $OK;
        return "message $n is another one"
            if $answer->{body} ne $body->($n);
    }

    return code($two->call(peek => $session, 't', 'node-a',
        header => { 'x-interconn-call' => $count + 1 })) eq 'E0000000601'
        ? 'all' : 'more';
}

my %body = (
    files => sub { pack('N', $_[0]) . chr($_[0] & 255) x ($m - 4) },
    small => sub { pack('N', $_[0]) . 's' x 20_000 },
);

for my $session (sort keys %body) {
    my $count = fill($session, $body{$session});
    my $bytes = $count * length $body{$session}->(0);

    cmp_ok($bytes, '<=', 48 * $m, "$session: two buffers, not more");
    cmp_ok($bytes, '>=', 40 * $m, "$session: both are used");

    for my $daemon ($one, $two) {
        # with the segments of a journal that its other messages are in
        cmp_ok(disk($daemon), '<=', 56 * $m,
               "$session: $daemon->{node}'s disk");
    }

    is(drain($session, $count, $body{$session}), 'all',
       "$session: $count messages, each once and in order");
}

SKIP: {
    skip 'sanitizers change memory', 3 if ($ENV{IC_BUILD} || '') =~ /asan/;

    for my $who (sort keys %pid) {
        my $peak = memory($pid{$who}, 'VmHWM') - $idle{$who};

        cmp_ok($peak, '<', $who eq 'worker' ? 32 : 16,
               sprintf "$who: %.1f MiB more than idle", $peak);
    }
}

# files that nobody needs go, the rest of the journal stays
my $kept = sub { scalar(() = glob($one->dir . '/data/channel/*/blob-*')) };
$one->await(sub { $kept->() == 0 }, 'no file is kept', 15);
is($kept->(), 0, 'no file is kept');

done_testing();
