#!/usr/bin/perl

# Whatever refuses a request, in whatever phase, answers with the envelope:
# JSON with its type, and nothing of the server's insides.

use warnings;
use strict;

use lib 't/lib';
use IC;
use IO::Socket::INET;
use POSIX ();
use Test::More;

IC->check;

sub listener { IO::Socket::INET->new(Listen => 5, LocalAddr => '127.0.0.1') }

my ($silent, $upstream) = (listener(), listener());
my $closed = listener()->sockport;

my $t = IC->new(http => <<'HTTP', ew => 'interconn_errors on;',
    limit_req_zone $binary_remote_addr zone=few:1m rate=1r/m;
    limit_req_status 429;
    limit_conn_zone $binary_remote_addr zone=one:1m;
HTTP
    plain => <<"PLAIN");
    interconn_errors on;
    large_client_header_buffers 4 4k;
    client_header_timeout 1s;
    location /files/ { root {{dir}}; }
    location /denied/ { deny all; }
    location /few/ { limit_req zone=few; root {{dir}}; }
    location /small/ { client_max_body_size 10; proxy_pass
        http://127.0.0.1:$closed; }
    location /closed/ { proxy_pass http://127.0.0.1:$closed; }
    location /silent/ { proxy_read_timeout 1s; proxy_pass
        http://127.0.0.1:@{[ $silent->sockport ]}; }
    location /slow/ { limit_conn one 1; proxy_read_timeout 9s; proxy_pass
        http://127.0.0.1:@{[ $silent->sockport ]}; }
    location /theirs/ { proxy_pass
        http://127.0.0.1:@{[ $upstream->sockport ]}; }
    location /broken/ { return 500; }
    location /odd/ { return 418; }
    location /off/ { interconn_errors off; return 404; }
    location /own/ { error_page 404 /own.html; return 404; }
    location = /own.html { root {{dir}}; }
PLAIN

$t->spew("$t->{dir}/own.html", '<p>our own page</p>');
mkdir "$t->{dir}/files";
$t->spew("$t->{dir}/files/a", 'a');
$t->operator('olga', 'secret');

sub answer {
    my ($listener, $bytes) = @_;

    my $socket = $listener eq 'ew:plain' ? IO::Socket::INET->new(PeerAddr =>
        '127.0.0.1:' . $t->port('ew')) : $t->socket($listener);
    $t->write_all($socket, $bytes);
    my $got = $t->response($socket, 5);
    close $socket;

    return $got || { status => 0, headers => {}, body => '', json => {} };
}

sub check {
    my ($name, $got, $verdict) = @_;

    is($t->verdict($got), $verdict, $name);
    is($got->{headers}{'content-type'}, 'application/json; charset=utf-8',
        '... its type');
    ok(ref $got->{json}{data} eq 'HASH' && $got->{json}{data}{error}
        && $got->{json}{data}{msg_zh} && $got->{json}{msg},
        '... the whole envelope');
    unlike($got->{body}, qr/nginx|<\/?\w+>|\.[ch]\b|lua|redis/i,
        '... nothing of the insides');
}

sub get { "GET $_[0] HTTP/1.1\r\nHost: x\r\n" . ($_[1] // '') . "\r\n" }

my $long = 'x' x 9000;
my $api = '/v1/interconn/node/health';

my @raw = (
    [ 'no request line', "NONSENSE\r\n\r\n", '400 4009' ],
    [ 'a method in small letters', "get / HTTP/1.1\r\n\r\n", '400 4009' ],
    [ 'bytes that are none of HTTP', "\x16\x03\x01\x00\xff\r\n\r\n",
      '400 4009' ],
    [ 'another version', "GET / HTTP/9.1\r\nHost: x\r\n\r\n", '400 4009' ],
    [ 'a bad path', get('/%zz'), '400 4009' ],
    [ 'a path that climbs', get('/../../x'), '400 4009' ],
    [ 'a NUL in the path', get('/a%00b'), '400 4009' ],
    [ 'a line too long', get("/$long"), '414 4140' ],
    [ 'a header too long', get($api, "X-Long: $long\r\n"), '400 4009' ],
    [ 'too many headers', get($api, join '', map { "X-$_: " . 'x' x 3000
      . "\r\n" } 1 .. 9), '400 4009' ],
    [ 'no Host', "GET $api HTTP/1.1\r\n\r\n", '400 4009' ],
    [ 'two Hosts', get($api, "Host: y\r\n"), '400 4009' ],
    [ 'a bad Host', "GET $api HTTP/1.1\r\nHost: a/b\r\n\r\n", '400 4009' ],
    [ 'a bad length', get($api, "Content-Length: x\r\n"), '400 4009' ],
    [ 'two lengths', get($api, "Content-Length: 1\r\n"
      . "Content-Length: 2\r\n"), '400 4009' ],
    [ 'length and chunks', get($api, "Content-Length: 1\r\n"
      . "Transfer-Encoding: chunked\r\n"), '400 4009' ],
    [ 'an unknown encoding', get($api, "Transfer-Encoding: zip\r\n"),
      '400 4009' ],
    [ 'a broken chunk', "POST /v1/interconn/node/contract/apply HTTP/1.1\r\n"
      . "Host: x\r\nx-node-id: b\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\n",
      '400 4009' ],
    [ 'a method unknown', "BREW $api HTTP/1.1\r\nHost: x\r\n\r\n",
      '405 4050' ],
    [ 'TRACE', "TRACE $api HTTP/1.1\r\nHost: x\r\n\r\n", '405 4050' ],
    [ 'no file', get('/files/b'), '404 4041' ],
    [ 'a folder', get('/files/'), '403 4038' ],
    [ 'POST to a file', "POST /files/a HTTP/1.1\r\nHost: x\r\n"
      . "Content-Length: 0\r\n\r\n", '405 4050' ],
    [ 'denied', get('/denied/'), '403 4038' ],
    [ 'a body too large', "POST /small/ HTTP/1.1\r\nHost: x\r\n"
      . "Content-Length: 11\r\n\r\n12345678901", '413 4130' ],
    [ 'no service', get('/closed/'), '502 5020' ],
    [ 'a silent service', get('/silent/'), '504 5040' ],
    [ 'a broken location', get('/broken/'), '500 5000' ],
);

for my $case (@raw) {
    my ($name, $bytes, $verdict) = @$case;
    check($name, answer('plain', $bytes), $verdict);
}

check('a bad line over TLS', answer('ew', "NONSENSE\r\n\r\n"), '400 4009');
check('HTTP on a TLS port', answer('ew:plain', get($api)), '401 4010');

answer('plain', get('/few/')) for 1 .. 2;
my $got = answer('plain', get('/few/'));
check('too many requests', $got, '429 4290');
ok($got->{headers}{'retry-after'}, '... says when');
ok($got->{headers}{'x-trace-id'}, '... and which it was');

my $held = $t->socket('plain');
$t->write_all($held, get('/slow/'));
$silent->accept;
check('too many connections', answer('plain', get('/slow/')), '503 5031');
close $held;

# errors of the module itself

check('no endpoint', $t->get('ew', '/v1/interconn/x'), '404 4041');
check('no certificate', $t->get('ew', '/v1/interconn/node/query?node_id=a'),
    '401 4010');
$t->certificate('outsider', authority => 'stranger');
check('another authority\'s', $t->get('ew', $api, cert => 'outsider'),
    '401 4017');
check('no token', $t->get('ns', '/v1/platform/dataset/list'), '401 4012');

# the service's errors have its own form

$got = $t->get('plain', '/model/train_status', token => 'wrong');
is($got->{json}{code}, 400, 'the service: its code');
like($got->{headers}{'content-type'}, qr/^application\/json/, '... JSON');
ok(exists $got->{json}{message}, '... its form');

# the head of an error

my $socket = $t->socket('plain');
$t->write_all($socket, "HEAD /files/b HTTP/1.1\r\nHost: x\r\n"
    . "Connection: close\r\n\r\n");
my $head = do { local $/; <$socket> };
like($head, qr/^HTTP\/1.1 404.*Content-Length: [1-9]\d*\r.*\r\n\r\n$/s,
    'HEAD: no body');

# several on one connection stay apart

$socket = $t->socket('plain');
$t->write_all($socket, get('/files/b') x 3 . get('/files/a'));
is(join(' ', map { $t->response($socket)->{status} } 1 .. 4),
    '404 404 404 200', 'the connection goes on');

# what stays

is($t->get('plain', '/own/')->{body}, '<p>our own page</p>', 'error_page');
like($t->get('plain', '/off/')->{body}, qr/<html>/, 'off: nginx\'s page');
is($t->get('plain', '/files/a')->{body}, 'a', 'a file');
is($t->get('plain', '/odd/')->{status}, 418, 'a status of return');

my $pid = fork // die "fork: $!\n";

if ($pid == 0) {
    my $client = $upstream->accept;
    sysread $client, my $in, 4096;
    syswrite $client, "HTTP/1.0 500 Oops\r\n\r\ntheir page";
    close $client;
    POSIX::_exit(0);
}

$got = $t->get('plain', '/theirs/');
waitpid $pid, 0;
is("$got->{status} $got->{body}", '500 their page', 'a service\'s own page');

# a header that does not come is answered by nothing

$socket = $t->socket('plain');
$t->write_all($socket, "GET / HTTP/1.1\r\nHost");
is(do { local $/; <$socket> } // '', '', 'half a request: no answer');

# without the store

$t->kill_redis;
$t->await(sub { $t->log =~ /lost the store/ });
check('no store', $t->get('ns', '/v1/platform/dataset/list',
    token => 'secret'), '503 5030');

$t->finish;
done_testing();
