#!/usr/bin/perl

# conf/nginx.conf under bytes that proxies and servers disagree about: how
# long a request is, whose it is, where it goes. No byte is taken for two
# things, and whatever is refused is told in the envelope.
#
# What t/10-routes.t and t/29-errors.t show is not repeated here.

use warnings;
use strict;

use lib 't/lib';
use IC::Shipped;
use IO::Socket::UNIX;
use Test::More;

IC->check;

my $t = IC::Shipped->new;
my $redis = $t->redis;
my @peer = (cert => 'hospital-b');
my $health = '/v1/interconn/node/health';
my $apply = '/v1/interconn/node/contract/apply';
my $query = '/v1/interconn/node/query';

$t->operator('olga', 'secret');
$t->contract('hospital-b', @peer);

# All answers to bytes: "status/code ..." and whether the end came, "open" or
# "closed".

sub said {
    my ($listener, $bytes, %option) = @_;
    my $socket = $t->socket($listener, $listener eq 'ew' ? @peer : ());
    my @said;

    $t->write_all($socket, $bytes);

    while (my $got = $t->response($socket, @said ? 0.15 : 5)) {
        push @said, "$got->{status}/" . ($got->{json}{code} // '-');
        envelope($option{name}, $got) if $got->{status} >= 400;
        last if ($got->{headers}{connection} // '') eq 'close';
    }

    close $socket;

    return join ' ', @said;
}

sub envelope {
    my ($name, $got) = @_;

    is($got->{headers}{'content-type'} =~ s/; .*//r, 'application/json',
       "$name: JSON");
    ok(ref $got->{json}{data} eq 'HASH' && $got->{json}{data}{error}
        && $got->{json}{data}{msg_zh}, '... the envelope');
    unlike($got->{body}, qr/nginx|<\/?\w+>|\.[ch]\b|lua|redis|\/tmp\//i,
        '... nothing of the insides');
}

sub head { join '', map { "$_\r\n" } @_, '' }

my $good = head("GET $health HTTP/1.1", 'Host: node.example.org');
my $post = "POST $apply HTTP/1.1";
my $host = 'Host: node.example.org';

is(said('ew', $good x 3), '200/0 200/0 200/0', 'three good ones');

###############################################################################
# how long it is

my $chunked = 'Transfer-Encoding: chunked';
my $long = '9' x 40;

for my $case (
    [ 'chunks and a length', head($post, $host, $chunked,
      'Content-Length: 4') . "0\r\n\r\n" ],
    [ 'a length and chunks', head($post, $host, 'Content-Length: 4',
      $chunked) . "0\r\n\r\n" ],
    [ 'a length twice, the same', head($post, $host, 'Content-Length: 2',
      'Content-Length: 2') . '{}' ],
    [ 'a length twice in one', head($post, $host, 'Content-Length: 2, 2')
      . '{}' ],
    [ 'a length with a sign', head($post, $host, 'Content-Length: +2')
      . '{}' ],
    [ 'one below zero', head($post, $host, 'Content-Length: -2') . '{}' ],
    [ 'one in hexadecimal', head($post, $host, 'Content-Length: 0x2')
      . '{}' ],
    [ 'one beyond 64 bits', head($post, $host, "Content-Length: $long")
      . '{}' ],
    [ 'chunks twice', head($post, $host, $chunked, $chunked)
      . "0\r\n\r\n" ],
    [ 'chunks in chunks', head($post, $host, "$chunked, chunked")
      . "0\r\n\r\n" ],
    [ 'chunks of another kind', head($post, $host, 'Transfer-Encoding: '
      . 'identity') . "0\r\n\r\n" ],
    [ 'a space before the colon', head($post, $host, 'Transfer-Encoding : '
      . 'chunked') . "0\r\n\r\n" ],
    [ 'a tab in the name', head($post, $host, "Transfer\tEncoding: chunked")
      . "0\r\n\r\n" ],
    [ 'a vertical tab before', head($post, $host, "Transfer-Encoding: \x0b"
      . 'chunked') . "0\r\n\r\n" ],
    [ 'a name that is folded', head($post, $host, 'X-A: b',
      ' Transfer-Encoding: chunked') . "0\r\n\r\n" ],
    [ 'a value that is folded', head($post, $host, 'X-A: b', "\tc: d")
      . "0\r\n\r\n" ],
    [ 'CR alone in a value', head($post, $host, "X-A: b\rX-C: d") ],
    [ 'a NUL in a value', head($post, $host, "X-A: b\0c") ],
    [ 'a NUL in a name', head($post, $host, "X\0A: b") ],
    [ 'a chunk beyond 64 bits', head($post, $host, $chunked)
      . "FFFFFFFFFFFFFFFF0\r\n{}\r\n0\r\n\r\n" ],
    [ 'one that wraps around', head($post, $host, $chunked)
      . "10000000000000002\r\n{}\r\n0\r\n\r\n" ],
    [ 'one below zero', head($post, $host, $chunked)
      . "-2\r\n{}\r\n0\r\n\r\n" ],
    [ 'a chunk without its end', head($post, $host, $chunked)
      . "2\r\n{}XX0\r\n\r\n" ],
    [ 'HTTP/1.0 with chunks', head("POST $apply HTTP/1.0", $host, $chunked)
      . "2\r\n{}\r\n0\r\n\r\n" ],
) {
    my ($name, $bytes) = @$case;

    like(said('ew', $bytes . $good, name => $name),
        qr{^(?:400/4009|501/\d+)$}, "$name: refused, and nothing follows");
}

# what is allowed is taken for one request, and the next one for another

for my $case (
    [ 'an extension of a chunk', head($post, $host, $chunked)
      . "2;a=\"b c\"\r\n{}\r\n0\r\n\r\n" ],
    [ 'a long one', head($post, $host, $chunked)
      . '2;' . 'x' x 3000 . "\r\n{}\r\n0\r\n\r\n" ],
    [ 'trailers', head($post, $host, $chunked)
      . "2\r\n{}\r\n0\r\nContent-Length: 70\r\nHost: y\r\n\r\n" ],
    [ 'zeros before', head($post, $host, $chunked)
      . "0000000000000002\r\n{}\r\n0\r\n\r\n" ],
    [ 'lines that end with LF', "$post\n$host\nContent-Length: 2\n\n{}" ],
) {
    my ($name, $bytes) = @$case;

    is(said('ew', $bytes . $good, name => $name), '200/4001 200/0',
        "$name: one request");
}

is(said('ew', head("GET $health HTTP/1.1", $host, 'Content-Length: '
    . length $good) . $good . $good), '200/4000 200/0',
    'the body of a GET is no request');
is(said('ew', head("GET /nowhere HTTP/1.1", $host, 'Content-Length: '
    . length $good) . $good . $good, name => 'refused'), '404/4041 200/0',
    '... nor that of a refused one');
is(said('ew', head("DELETE $apply HTTP/1.1", $host, $chunked)
    . sprintf("%x\r\n%s\r\n0\r\n\r\n", length $good, $good) . $good,
    name => 'a method'), '405/4050 200/0', '... by chunks');

###############################################################################
# whose it is, and where it goes

for my $case (
    [ 'another host in the line', head("GET https://evil.example$health "
      . 'HTTP/1.1', $host), '200/0' ],
    [ 'one with a user', head("GET https://u:p\@evil.example$health HTTP/1.1",
      $host), '400/4009' ],
    [ 'a scheme of files', head('GET file:///etc/passwd HTTP/1.1', $host),
      '400/4009' ],
    [ 'a host with a path', head("GET $health HTTP/1.1", 'Host: a/../b'),
      '400/4009' ],
    [ 'a host with a space', head("GET $health HTTP/1.1", 'Host: a b'),
      '400/4009' ],
    [ 'an empty host', head("GET $health HTTP/1.1", 'Host:'), '400/4009' ],
    [ 'CONNECT', head('CONNECT evil.example:443 HTTP/1.1', $host),
      '400/4009' ],
    [ 'an asterisk', head('OPTIONS * HTTP/1.1', $host), '400/4009' ],
    [ 'OPTIONS', head("OPTIONS $health HTTP/1.1", $host), '405/4050' ],
    [ 'TRACE', head("TRACE $health HTTP/1.1", $host), '405/4050' ],
    [ 'HTTP/2 without asking', "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
      '400/4009' ],
    [ 'an upgrade to it', head("GET $health HTTP/1.1", $host,
      'Connection: Upgrade, HTTP2-Settings', 'Upgrade: h2c',
      'HTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA'), '200/0' ],
    [ 'a web socket', head("GET $health HTTP/1.1", $host,
      'Connection: Upgrade', 'Upgrade: websocket', 'Sec-WebSocket-Key: x'),
      '200/0' ],
    [ 'a method of ours in another case', head("get $health HTTP/1.1",
      $host), '400/4009' ],
    [ 'one that another header wants', head("GET $apply HTTP/1.1", $host,
      'X-HTTP-Method-Override: POST'), '405/4050' ],
    [ 'a path that another header wants', head("GET $health HTTP/1.1",
      $host, "X-Original-URL: $query", "X-Rewrite-URL: $query"), '200/0' ],
) {
    my ($name, $bytes, $verdict) = @$case;

    is(said('ew', $bytes, name => $name), $verdict, $name);
}

my $head = $t->socket('ew', @peer);

$t->write_all($head, head("HEAD $health HTTP/1.1", $host,
    'Connection: close'));

my $read = do { local $/; <$head> };
my ($status, $body) = $read =~ m{^HTTP/1\.1 (\d+) .*?\r\n\r\n(.*)}s;

is("$status:$body", '405:', 'HEAD: is not listed, and has no body');

# paths: the one that is asked for, or none

my %paths = (
    '/v1/interconn/..;/interconn/node/health' => 404,
    '/v1/interconn;x=1/node/health' => 404,
    '/v1/interconn/node/health;x' => 404,
    '/v1/interconn/node/health.' => 404,
    '/v1/interconn/node/health..' => 404,
    '/v1/interconn/node/health%20' => 404,
    '/v1/interconn/node/health%0a' => 404,
    '/v1/interconn/node/health%0d%0aX:y' => 404,
    '/v1/interconn/node/health%3fx=y' => 404,
    '/v1/interconn/node/health%00' => 400,
    '/v1/interconn/node/health%' => 400,
    '/v1/interconn/node/health%2' => 400,
    '/v1/interconn/node%2fhealth' => 200,
    '/v1/interconn/node/%68ealth' => 200,
    '/v1/interconn/node%252fhealth' => 404,
    '/v1/interconn/node%c0%afhealth' => 404,
    '/v1/interconn/node%e0%80%afhealth' => 404,
    '/v1/interconn/node%ef%bc%8fhealth' => 404,
    '/v1/interconn/node\\health' => 404,
    '/v1/interconn/node%5chealth' => 404,
    '/v1/interconn/x/../node/health' => 200,
    '/v1/interconn/%2e%2e/interconn/node/health' => 200,
    '/v1/interconn/.%2e/.%2e/.%2e/etc/passwd' => 400,
    '/%2e%2e/%2e%2e/etc/passwd' => 400,
    '/..%2f..%2fetc/passwd' => 400,
    '/v1/interconn/./node/./health' => 200,
    '///v1///interconn/node/health' => 200,
    '/V1/interconn/node/health' => 404,
    '/v1/interconn/node/HEALTH' => 404,
    '/v1/platform/contract/list' => 404,
    '/v1/interconn/../platform/contract/list' => 404,
    '/v1/interconn/chan/../../platform/contract/list' => 404,
    '/status' => 404, '/index.html' => 404,
    '/v1/interconn/node/health#x' => 200,
);

for my $path (sort keys %paths) {
    my ($got) = said('ew', head("GET $path HTTP/1.1", $host,
        'Connection: close'),
        name => $path) =~ /^(\d+)/;

    is($got, $paths{$path}, "$path: $paths{$path}");
}

for my $path (qw{ /v1/interconn/node/health /v1/platform/../interconn/chan/
    /..%2f..%2fetc/passwd /console-ABC.js%00.html /%2e%2e/nginx.conf
    /assets/..%2f..%2fnginx.conf })
{
    like(said('ns', head("GET $path HTTP/1.1", $host,
        'Connection: close'), name => $path),
        qr{^(?:40[04])/}, "operators: $path");
}

# what the console has not is a page for people, which tells nothing

for my $path (qw{ /.git/config /edge.password /nginx.conf /x-A.js }) {
    my $got = $t->get('ns', $path);

    is($got->{status}, 404, "operators: $path");
    unlike(join(' ', $got->{body}, values %{ $got->{headers} }),
        qr{nginx/|/tmp/}, '... no version');
}

# arguments

for my $arguments ('node_id=a&node_id=a', 'node_id=a&node%5fid=b',
    'node_id=a%00b', 'node_id=%ff', 'node_id=a%', 'node_id=%zz',
    'node_id=..%2f..%2fetc', 'node_id={x}',
    'node_id=%0d%0aSet-Cookie:x', 'node_id=' . 'x' x 4000)
{
    my $name = substr $arguments, 0, 40;

    like(said('ew', head("GET $query?$arguments HTTP/1.1", $host,
        'Connection: close'),
        name => $name), qr{^(?:200/4001|400/4009)$}, "arguments: $name");
}

###############################################################################
# headers without end

my @many = map { "X-$_: y" } 1 .. 150;

is(said('ew', head("GET $health HTTP/1.1", $host, @many)), '200/0',
    '150 short headers');
is(said('ew', head("GET $health HTTP/1.1", $host, map { "X-$_: "
    . 'y' x 500 } 1 .. 100), name => 'many'), '400/4009',
    '50 kB of headers');
is(said('ew', head("GET $health HTTP/1.1", $host, 'X-Long: '
    . 'y' x 65536), name => 'long'), '400/4009', 'one of 64 kB');
is(said('ew', "GET $health?" . 'y' x 65536, name => 'a line'), '414/4140',
    'a line of 64 kB');
is(said('ew', head("GET $health HTTP/1.1", $host, ('Cookie: a=b') x 20)),
    '200/0', 'twenty cookies');

{
    my $socket = $t->socket('ew', @peer);

    $t->write_all($socket, "GET $health HTTP/1.1\r\n$host\r\n"
        . ('X-Flood: ' . 'y' x 90 . "\r\n") x 1000);
    is($t->verdict($t->response($socket)), '400 4009',
        'headers that do not end are answered before');
}

for my $name (qw/ x-trace-id x-source-node-id x-resource-permit
    x-auth-sign authorization idempotency-key x-forwarded-for /)
{
    my $got = said('ew', head("GET $health HTTP/1.1", $host,
        "$name: \x7f\x1b[31m" . 'y' x 3000, "$name: again"),
        name => $name);

    like($got, qr{^(?:200/0|400/4009|40[13]/\d+|200/4\d+)$},
        "an odd $name, twice");
}

###############################################################################
# what goes on to the channel is one request of one peer

my $path = $t->dir . '/channel-edge.sock';
my $channel = IO::Socket::UNIX->new(Local => $path, Listen => 8)
    or die "$path: $!\n";

$redis->command('HSET', $redis->key('session:s1'), session_id => 's1',
    task_id => 'task-s1', job_id => 'job-s1', token => 'token-s1',
    self_node => 'N0001', peers => 'hospital-b https://hospital-b.test',
    status => 'OPEN');

my @session = ($host, 'x-ptp-session-id: s1', 'x-ptp-topic: t',
    'x-ptp-token: token-s1',
    'x-ptp-source-node-id: hospital-b', 'x-ptp-target-node-id: N0001',
    'x-ptp-version: 1', 'x-ptp-uri: /v1/interconn/chan/push');

for my $case (
    [ 'a peer of another name', 'Content-Length: 2', '{}',
      'X-Interconn-Peer: evil', 'x-interconn-peer: evil2' ],
    [ 'hop by hop', 'Content-Length: 2', '{}',
      'Connection: close, X-Interconn-Peer, Content-Length' ],
    [ 'chunks with an extension', $chunked, "2;x=\"y\"\r\n{}\r\n0\r\n\r\n",
      'TE: trailers' ],
    [ 'a second one behind', 'Content-Length: 2', '{}'
      . head('POST /v1/interconn/chan/invoke HTTP/1.1', 'X-Behind: 1',
             'Content-Length: 0'), 'X-A: b' ],
) {
    my ($name, $length, $content, @headers) = @$case;
    my $socket = $t->socket('ew', @peer);
    my ($in, $select) = ('', IO::Select->new($channel));

    $t->write_all($socket, head('POST /v1/interconn/chan/invoke HTTP/1.1',
        @session, $length, @headers) . $content);

    if ($select->can_read(5)) {
        my $taken = $channel->accept;

        $select = IO::Select->new($taken);
        1 while $select->can_read(0.2)
            && sysread $taken, $in, 65536, length $in;
        close $taken;
    }

    close $socket;

    is(join(' ', $in =~ /^x[-_]interconn[-_]peer: *(.*?)\r$/gim),
        'hospital-b', "$name: who it is");
    is(scalar(() = $in =~ m{ HTTP/1\.[01]\r\n}g), 1, '... one request');
    is(scalar(() = $in =~ /^(?:content-length|transfer-encoding):/gim), 1,
        '... of one length');
    like($in, qr/\r\n\r\n(?:2\r\n)?\{\}(?:\r\n0\r\n\r\n)?\z/,
        '... and nothing behind');
}

close $channel;
$t->finish;
done_testing();
