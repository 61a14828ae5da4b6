#!/usr/bin/perl

# Messages from task to task between two nodes, against the same bytes
# through nginx, mutual TLS and nginx to a server that throws them away
# (proxy_pass, not buffered), in turns, in the same run. Both have the same
# number of streams, kept-alive connections, the same certificates and
# ciphers (TLS 1.3), and wait for an answer to each message before the next.
# A message of the channel is then in a file of the sender's node; one round
# ends when the last one has been popped. The first round warms up and does
# not count; ratios are medians of those of the rounds. Processor time is
# that of all processes: callers, nginx, channel roles, the server.

use strict;
use warnings;

use IC::Daemon;
use IC::Front;
use JSON::PP;
use POSIX ();

my $load = ($ENV{IC_BUILD} || 'build') . '/bench/chan';
my $streams = $ENV{IC_STREAMS} || 4;
my $rounds = $ENV{IC_ROUNDS} || 5;

# bytes and messages of a stream
my @sizes = ([ '1k', 1 << 10, 3000 ], [ '64k', 1 << 16, 800 ],
             [ '1m', 1 << 20, 100 ], [ '64m', 1 << 26, 4 ]);
my %chosen = map { $_ => 1 } @ARGV;

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

my %front;

$front{b} = IC::Front->new($node{b}, tls => $cert{b}, caller => 'node-a',
    http => "    upstream sink { server unix:$sink; keepalive 16; }\n",
    server => "        location /reference {\n$stream"
        . "            proxy_pass http://sink;\n        }\n");

my $door = $node{a}->dir . '/door.sock';
$front{a} = IC::Front->new($node{a}, http => <<"CONF");
    upstream peer { server 127.0.0.1:$front{b}{port}; keepalive 16; }
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
    $node{a}->session("b$n", { 'node-b' => $front{b}->address });
    $node{b}->session("b$n", { 'node-a' => 'https://127.0.0.1:1' });
}

# seconds on a processor
sub spent {
    my $sum = 0;

    for my $pid (@_) {
        open my $schedstat, '<', "/proc/$pid/schedstat" or next;
        $sum += (split ' ', <$schedstat>)[0] / 1e9;
    }

    return $sum;
}

sub median { (sort { $::a <=> $::b } @_)[@_ / 2] }

my @servers = ($front{a}->worker, $front{b}->worker,
               map { $node{$_}->role_pid('channel') } qw(a b));

sub servers { (@servers, split ' ', `pgrep -P $sink_pid` || '') }

# seconds, and seconds of all processors
sub run {
    my $before = spent(servers());
    my ($seconds, $callers) = split ' ', `$load @_`;

    die "$load @_ failed\n" if $? || !$seconds;

    return ($seconds, $callers + spent(servers()) - $before);
}

my @own = map { $node{$_}->dir . '/run/channel.sock' } qw(a b);
my %metrics;

printf "%-5s %10s %10s %10s %10s %6s %9s %9s %6s\n", 'size', 'channel',
    'messages', 'proxy', 'requests', 'ratio', 'channel', 'proxy', 'ratio';
printf "%-5s %10s %10s %10s %10s %6s %9s %9s %6s\n", '', 'MB/s', '/s', 'MB/s',
    '/s', '', 'cpu ms/MB', 'cpu ms/MB', 'of cpu';

for my $size (@sizes) {
    my ($name, $bytes, $count) = @$size;
    my $total = $streams * $count;
    my $mb = $total * $bytes / 1e6;
    my (@channel, @proxy);

    next if %chosen && !$chosen{$name};

    for (0 .. $rounds) {
        push @channel, [ run('channel', @own, $streams, $bytes, $count) ];
        push @proxy, [ run('request', $door, $streams, $bytes, $count) ];
    }

    shift @channel;
    shift @proxy;

    my ($ratio, $cpu) = map {
        my $what = $_;
        median(map { $proxy[$_][$what] / $channel[$_][$what] } 0 .. $#proxy)
    } 0, 1;
    my ($took, $spent) = map { my $i = $_; median(map { $_->[$i] } @channel) }
        0, 1;
    my ($proxied, $cost) = map { my $i = $_; median(map { $_->[$i] } @proxy) }
        0, 1;

    $metrics{"chan_$name"} = sprintf('%.3f', $ratio) + 0;
    $metrics{"chan_cpu_$name"} = sprintf('%.3f', $cpu) + 0;
    printf "%-5s %10.1f %10.0f %10.1f %10.0f %6.2f %9.2f %9.2f %6.2f\n",
        $name, $mb / $took, $total / $took, $mb / $proxied,
        $total / $proxied, $ratio, 1e3 * $spent / $mb, 1e3 * $cost / $mb,
        $cpu;
}

kill 'TERM', $sink_pid;
waitpid $sink_pid, 0;

print JSON::PP->new->canonical->encode({ bench => 'chan',
    metrics => \%metrics }), "\n";
