#!/usr/bin/perl

# Messages from task to task between two nodes, against the same bytes
# through nginx, mutual TLS and nginx to a server that throws them away
# (proxy_pass, not buffered), in turns, in the same run.

use strict;
use warnings;

use IC::Daemon;
use IC::Front;
use JSON::PP;
use POSIX ();

my $load = ($ENV{IC_BUILD} || 'build') . '/bench/chan';
my $streams = $ENV{IC_STREAMS} || 4;
my $rounds = $ENV{IC_ROUNDS} || 3;

# bytes and messages of a stream
my @sizes = ([ '1k', 1 << 10, 1500 ], [ '64k', 1 << 16, 500 ],
             [ '1m', 1 << 20, 100 ], [ '64m', 1 << 26, 3 ]);

my %cert = map { $_ => { IC::Daemon::certificate("node-$_") } } qw(a b);
my %node = map { $_ => IC::Daemon->new(node => "node-$_",
    conf => { %{ $cert{$_} }, channel_buffer => '256m',
              message_timeout => '60s' }) } qw(a b);

my $sink = $node{b}->dir . '/sink.sock';
my $sink_pid = fork();

if (!$sink_pid) {
    exec($load, 'sink', $sink) or POSIX::_exit(127);
}

my $stream = <<"CONF";
            client_max_body_size 0;
            client_body_buffer_size 256k;
            proxy_http_version 1.1;
            proxy_request_buffering off;
            proxy_set_header Connection "";
CONF

my $b = IC::Front->new($node{b}, tls => $cert{b}, caller => 'node-a',
    http => "    upstream sink { server unix:$sink; keepalive 16; }\n",
    server => "        location /reference {\n$stream"
        . "            proxy_pass http://sink;\n        }\n");

my $door = $node{a}->dir . '/door.sock';
my $a = IC::Front->new($node{a}, http => <<"CONF");
    upstream peer { server 127.0.0.1:$b->{port}; keepalive 16; }
    server {
        listen unix:$door;
        keepalive_requests 1000000;
        location / {
$stream            proxy_pass https://peer;
            proxy_ssl_certificate $cert{a}{certificate};
            proxy_ssl_certificate_key $cert{a}{certificate_key};
            proxy_ssl_trusted_certificate $cert{a}{trusted_certificate};
            proxy_ssl_protocols TLSv1.2 TLSv1.3;
            proxy_ssl_name node-b;
            proxy_ssl_verify on;
        }
    }
CONF

for my $n (0 .. $streams - 1) {
    $node{a}->session("b$n", { 'node-b' => $b->address });
    $node{b}->session("b$n", { 'node-a' => 'https://127.0.0.1:1' });
}

sub spent {
    my ($pid) = @_;
    open my $f, '<', "/proc/$pid/schedstat" or return 0;
    return (split ' ', <$f>)[0] / 1e9;
}

my %who = (roleA => $node{a}->role_pid('channel'),
           roleB => $node{b}->role_pid('channel'),
           nginxA => $a->worker, nginxB => $b->worker, );
our %last;
sub run {
    my %before = map { $_ => spent($who{$_}) } keys %who;
    my @t0 = times;
    my $seconds = `$load @_`;
    my @t1 = times;
    die "$load @_ failed\n" if $? || !$seconds;
    my $bytes = $_[-2] * $_[-1] * $streams;
    %last = map { $_ => (spent($who{$_}) - $before{$_}) } keys %who;
    $last{clients} = $t1[2] + $t1[3] - $t0[2] - $t0[3];
    if ($ENV{IC_CPU}) {
        my $sum = 0; $sum += $_ for values %last;
        printf "    %-8s %.3fs wall %.2f cpu;", $_[0], $seconds, $sum;
        printf " $_ %.0f us/msg %.2f ms/MB;", $last{$_} / ($_[-1]*$streams) * 1e6, $last{$_} / $bytes * 1e9
            for sort keys %last;
        print "\n";
    }
    return $seconds;
}

my @own = map { $node{$_}->dir . '/run/channel.sock' } qw(a b);
my %metrics;

printf "%-5s %12s %12s %12s %12s %7s\n", 'size', 'channel MB/s',
    'messages/s', 'proxy MB/s', 'requests/s', 'ratio';

for my $size (@sizes) {
    my ($name, $bytes, $count) = @$size;
    my ($channel, $proxy) = (9e9, 9e9);

    for (1 .. $rounds) {
        my $took = run('channel', @own, $streams, $bytes, $count);
        $channel = $took if $took < $channel;

        $took = run('request', $door, $streams, $bytes, $count);
        $proxy = $took if $took < $proxy;
    }

    my $total = $streams * $count;

    $metrics{"chan_$name"} = sprintf('%.3f', $proxy / $channel) + 0;
    printf "%-5s %12.1f %12.0f %12.1f %12.0f %7.2f\n", $name,
        $total * $bytes / $channel / 1e6, $total / $channel,
        $total * $bytes / $proxy / 1e6, $total / $proxy, $proxy / $channel;
}

kill 'TERM', $sink_pid;
waitpid $sink_pid, 0;

print JSON::PP->new->canonical->encode({ bench => 'chan',
    metrics => \%metrics }), "\n";
