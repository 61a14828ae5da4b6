#!/usr/bin/perl

# Clients that say little, or read little: hundreds of them hold nobody else
# up, and each is let go when its time is over. With conf/nginx.conf, whose
# times are divided by five to be seen in this test.

use warnings;
use strict;

use lib 't/lib';
use IC::Pace;
use IC::Shipped;
use IO::Socket::INET;
use POSIX ();
use Test::More;
use Time::HiRes qw/ sleep time /;

IC->check;

my $shipped = IC::File::slurp('conf/nginx.conf');

like($shipped, qr/^\s*\Q$_->[0]\E\s+\Q$_->[1]\E;/m, "$_->[0] $_->[1]")
    for [ client_header_timeout => '5s' ], [ client_body_timeout => '10s' ],
        [ send_timeout => '10s' ], [ reset_timedout_connection => 'on' ],
        [ limit_conn => 'peers 64' ], [ server_tokens => 'off' ];

my $t = IC::Shipped->new(change => sub {
    my ($conf) = @_;

    $conf =~ s/(client_header_timeout) +5s/$1 2s/;
    $conf =~ s/(client_body_timeout|send_timeout) +10s/$1 2s/g;

    return $conf;
});

my $redis = $t->redis;
my $list = '/v1/platform/dataset/list?page_size=-1';
my $health = '/v1/interconn/node/health';
my $query = '/v1/interconn/node/contract/query?contract_id=C-hospital-b';

$t->operator('olga', 'secret');
$t->contract('hospital-b', cert => 'hospital-b');
$t->certificate('hospital-c');
$redis->pipe(map { [ 'object_create', 'dataset', "D$_", 'name', "rows $_",
    'description', 'x' x 4000, 'source', 'x', 'status', '1' ] } 1 .. 2500);

# seconds that half of the requests of a good client took at most
sub good {
    my ($n) = @_;
    my $socket = $t->socket('ew', cert => 'hospital-b');
    my @took;

    for (1 .. $n) {
        my $began = time;

        $t->write_all($socket, $t->request('GET', $query));
        my $got = $t->response($socket);
        push @took, $got && $got->{json}{code} == 0 ? time - $began : 99;
    }

    close $socket;

    return (sort { $a <=> $b } @took)[$n / 2];
}

sub resident {
    my ($kib) = map { ($t->slurp("/proc/$_/status") // '')
        =~ /VmRSS:\s+(\d+)/ ? $1 : 0 } $t->workers;

    return $kib;
}

good(20);

my $idle = good(100);
my $before = resident();
my @slow;

# no handshake, half a header, half a body, an answer that nobody reads

push @slow, [ 'a handshake', IO::Socket::INET->new(PeerAddr => '127.0.0.1:'
    . $t->port($_ % 2 ? 'ew' : 'ns'), Timeout => 10) ] for 1 .. 250;

for (1 .. 50) {
    my $socket = $t->socket('ew');
    $t->write_all($socket, "GET $health HTTP/1.1\r\nHost: x\r\nX-");
    push @slow, [ 'a header', $socket ];
}

for (1 .. 50) {
    my $socket = $t->socket('ew', cert => 'hospital-c');
    $t->write_all($socket, "POST /v1/interconn/node/contract/apply "
        . "HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n{");
    push @slow, [ 'a body', $socket ];
}

for (1 .. 20) {
    my $socket = $t->socket('ns');

    # or the kernel takes all of it
    setsockopt $socket, Socket::SOL_SOCKET(), Socket::SO_RCVBUF(), 4096;
    $t->write_all($socket, $t->request('GET', $list, token => 'secret'));
    push @slow, [ 'an answer', $socket ];
}

my $began = time;
my $during = good(100);

cmp_ok($during, '<', within(0.1) + 3 * $idle, sprintf '%d slow ones: others '
    . 'are answered in %.1f ms, %.1f without', scalar @slow, 1000 * $during,
    1000 * $idle);

# each is let go, by which time

my %held;

for my $case (@slow) {
    my ($what, $socket) = @$case;

    $held{$what}++ if !$t->await(sub { over($what, $socket) },
                                 %held ? 0.1 : 15);
}

is_deeply(\%held, {}, 'all of them are let go') or diag(time - $began);
cmp_ok(good(20), '<', 90, 'others go on');
close $_->[1] for @slow;

$t->await(sub { resident() < $before + 8192 }, 15);

SKIP: {
    skip 'sanitizers change memory', 1 if $ENV{IC_NGINX_PRELOAD};
    cmp_ok(resident() - $before, '<', 16384, 'so is their memory, in KiB');
}

# True when the other side has given up, of its own accord.

sub over {
    my ($what, $socket) = @_;

    # what was sent is still to be read after the end, and is not
    return reset_by_now($socket) if $what eq 'an answer';

    my $fd = fileno $socket;
    my $in = '';

    vec($in, $fd, 1) = 1;
    return 0 if select($in, undef, undef, 0) <= 0;

    # past TLS, which is of no interest here
    my $n = POSIX::read($fd, my $bytes, 65536);

    return !defined $n || $n == 0;
}

# of TCP_INFO the first byte is the state; 1 is established
sub reset_by_now {
    my ($socket) = @_;
    my $info = getsockopt $socket, Socket::IPPROTO_TCP(), 11;

    return defined $info && unpack('C', $info) != 1;
}

###############################################################################
# one peer has so many connections, and no more

my @own = map { $t->socket('ew', cert => 'hospital-c') } 1 .. 70;
my $body = "POST /v1/interconn/node/contract/apply HTTP/1.1\r\nHost: x\r\n"
    . "Content-Length: 100\r\n\r\n{";
my %answers;

$t->write_all($_, $body) for @own;

# those beyond are answered at once, the others wait for their bodies
for my $socket (reverse @own) {
    my $got = $t->response($socket, $answers{'429 4290'} ? 0.05 : 1.5);
    $answers{ $got ? $t->verdict($got) : 'waits' }++;
    last if ($answers{waits} // 0) > 2;
}

cmp_ok($answers{'429 4290'} // 0, '>=', 1, 'one peer fills not all');
is($t->verdict($t->get('ew', $query, cert => 'hospital-b')), '200 0',
    '... another one is served');
close $_ for @own;

$t->finish;
done_testing();
