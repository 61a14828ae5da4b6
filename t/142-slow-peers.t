#!/usr/bin/perl

# Peers that take calls and never come to the end of their answers: a byte
# now and then, headers or a body for ever. What the channel and the courier
# send them ends in time and takes no memory, and other peers are not held up.

use strict;
use warnings;

use lib 't/lib';
use IC::Daemon;
use IC::Pace;
use IC::Partner;
use IO::Select;
use IO::Socket::INET;
use POSIX ();
use Test::More;
use Time::HiRes qw/ sleep time /;

IC::Daemon->check;

my $OK = 'E0000000000';
my %peer;
my @pids;
my $owner = $$;

# how each of them answers: at once, and then again whenever it can, or at
# most ten times a second
my %how = (
    drip_head => [ "HTTP/1.1 200 OK\r\nX-A: ", 'a', 0.1 ],
    drip_body => [ "HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n", 'a',
                   0.1 ],
    heads => [ "HTTP/1.1 200 OK\r\n", 'X-A: ' . 'a' x 1000 . "\r\n", 0 ],
    body => [ "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
              "2000\r\n" . 'a' x 8192 . "\r\n", 0 ],
    early => [ "HTTP/1.1 102 Processing\r\n\r\n",
               "HTTP/1.1 102 Processing\r\n\r\n", 0.05 ],
);

for my $how (sort keys %how) {
    my $listen = IO::Socket::INET->new(LocalAddr => '127.0.0.1',
        Listen => 64) or die "listen: $!\n";
    my $pid = fork // die "fork: $!\n";

    if (!$pid) {
        answer($listen, @{ $how{$how} });
        POSIX::_exit(0);
    }

    push @pids, $pid;
    $peer{$how} = 'http://127.0.0.1:' . $listen->sockport;
    close $listen;
}

END {
    if ($$ == $owner) {
        my $status = $?;

        kill KILL => @pids;
        waitpid $_, 0 for @pids;
        $? = $status;
    }
}

sub answer {
    my ($listen, $first, $more, $pause) = @_;
    my $all = IO::Select->new($listen);
    my %answers;

    $SIG{PIPE} = 'IGNORE';

    while (getppid == $owner) {
        for my $socket ($all->can_read(%answers ? $pause : 0.5)) {
            if ($socket == $listen) {
                my $new = $listen->accept or next;
                $new->blocking(0);
                $all->add($new);
                next;
            }

            if (!sysread $socket, my $text, 65536) {
                $all->remove($socket);
                delete $answers{$socket};
                close $socket;
                next;
            }

            $answers{$socket} //= do { syswrite $socket, $first; $socket };
        }

        syswrite $_, $more for values %answers;
    }
}

sub memory {
    my ($pid) = @_;

    open my $status, '<', "/proc/$pid/status" or return undef;
    my ($kib) = map { /^VmRSS:\s+(\d+)/ ? $1 : () } <$status>;

    return $kib / 1024;
}

sub cpu {
    my ($pid) = @_;

    open my $stat, '<', "/proc/$pid/stat" or return undef;
    my @of = split ' ', (<$stat> =~ s/^.*\) //r);

    return ($of[11] + $of[12]) / POSIX::sysconf(POSIX::_SC_CLK_TCK());
}

###############################################################################
# the channel: more messages at once than one host has connections

my $good = IC::Partner->new(node => 'good');
my $d = IC::Daemon->new(node => 'node-a', roles => 'channel courier',
    conf => { plain_peers => 'on', address => 'http://127.0.0.1:9',
              message_timeout => '3s' });
my $r = $d->redis;

for my $how (sort keys %peer) {
    $d->session("s_$how", { $how => $peer{$how} });
}

$d->session('s_good', { good => $good->{address} });

my %pid = map { $_ => $d->role_pid($_) } qw/ channel courier /;
my %before = map { $_ => memory($pid{$_}) } keys %pid;
my $began = time;

for my $how (sort keys %peer) {
    for my $n (1 .. 15) {
        my $got = $d->call(push => "s_$how", "t$n", $how, body => "m$n");

        is($got->{code}, $OK, "$how: taken from the task") if $n == 1;
    }
}

# all connections that there are to each are in use: one to somebody else
$d->call(push => 's_good', 't', 'good', body => 'x');
ok($good->await("/chan/invoke", 1, 10),
    'a good peer gets its message meanwhile');

# each ends, as one that does not answer
for my $how (sort keys %peer) {
    my $said;

    ok($d->await(sub {
        $said = $d->call(push => "s_$how", 'later', $how, body => 'x');
        return ($said->{code} // '') ne $OK;
    }, "$how: the session ends", 60), "$how: it fails in time");
}

###############################################################################
# the courier

my $n = 0;

for my $how (sort keys %peer) {
    $r->command('XADD', $r->key('outbox'), '*', id => "m" . ++$n,
        peer => $how, address => $peer{$how}, method => 'POST',
        path => "/v1/interconn/x/$n", body => '{}', subject => "dataset:$how",
        action => '', permit => '', handle => '');
}

$r->command('XADD', $r->key('outbox'), '*', id => 'm' . ++$n, peer => 'good',
    address => $good->{address}, method => 'POST',
    path => '/v1/interconn/x/good', body => '{}', subject => 'dataset:good',
    action => '', permit => '', handle => '');
ok($good->await("/x/good", 1, 5), 'the courier delivers to others');

# each call is over, and is tried again
for my $how (sort keys %peer) {
    ok($d->await(sub { $d->log =~ /courier[^\n]*\b$how\b/ },
        "$how: a call of the courier ends", 60), "$how: ... ends");
}

for my $role (sort keys %pid) {
    my $after = memory($pid{$role});

    is($d->role_pid($role), $pid{$role}, "$role: the same process");
    cmp_ok($after - $before{$role}, '<', 16,
        sprintf '... that took %.1f MiB more', $after - $before{$role});
}

my $spent = cpu($pid{channel});

cmp_ok($spent, '<', 5, sprintf 'the channel used %.1f s of a processor in '
    . '%.1f s', $spent, time - $began);

$d->stop;
done_testing();
