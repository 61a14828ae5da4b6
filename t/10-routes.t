#!/usr/bin/perl

# From the bytes of a request to an endpoint: paths, methods, bodies.

use warnings;
use strict;

use lib 't/lib';
use IC;
use Test::More;

IC->check;

my $limit = 4096;
my $t = IC->new(http => "interconn_max_body $limit;");
my $apply = '/v1/interconn/node/contract/apply';
my $query = '/v1/interconn/node/query';
my $health = '/v1/interconn/node/health';
my @peer = (node => 'hospital-b');

$t->operator('olga', 'secret');

is($t->verdict($t->get('plain', $health, @peer)), '200 0', 'an endpoint');

###############################################################################
# paths

for my $path ("$health/", uc $health, "${health}x", '/', '/v1/interconn',
              '/v1/interconn/' . 'x' x 3000, "$health%00", '/model/',
              '/v1/platform/contract/list')
{
    my $got = $t->get('plain', $path, @peer);
    my $name = length $path > 60 ? 'a long path' : $path;

    next if $path =~ /%00/ && $got->{status} == 400;

    is($got->{status}, $path =~ /platform/ ? 401 : 404, "$name: status");
    is($got->{json}{code}, $path =~ /platform/ ? 4012
                           : $path =~ /model/ ? 400 : 4041, "$name: code");
}

is($t->verdict($t->get('plain', '//v1//interconn/node/health', @peer)),
    '200 0', 'slashes are merged');

for my $case ([ 'ew', '/v1/platform/contract/list', cert => 'hospital-b' ],
              [ 'ew', '/model/info', cert => 'hospital-b' ],
              [ 'ns', $health, token => 'secret' ])
{
    my ($listener, $path, @who) = @$case;
    is($t->verdict($t->get($listener, $path, @who)) =~ s/ 400$/ 4041/r,
        '404 4041', "$path is not at $listener");
}

my $slash = $t->get('ns', '/model/info/', token => 'secret');
is($slash->{status}, 200, '/model/info/ is /model/info');
is($slash->{json}{code}, 400, '... and names its field');
is_deeply([ sort keys %{ $slash->{json} } ], [qw/ code data message /],
    '... in the service\'s envelope');

###############################################################################
# methods

for my $case ([ 'POST', $health, 'GET' ], [ 'GET', $apply, 'POST' ],
              [ 'PUT', $apply, 'POST' ], [ 'DELETE', $health, 'GET' ],
              [ 'OPTIONS', $health, 'GET' ],
              [ 'PUT', '/v1/interconn/schedule/job/status_all',
                'GET, POST' ])
{
    my ($method, $path, $allow) = @$case;
    my $got = $t->http('plain', $method, $path, @peer);

    is($t->verdict($got), '405 4050', "$method $path");
    is($got->{headers}{allow}, $allow, '... says what to use');
}

###############################################################################
# bodies

my %malformed = (
    'no JSON' => 'hello', 'cut off' => '{"node_id":"x"', 'two' => '{}{}',
    'duplicate keys' => '{"node_id":"a","node_id":"b"}',
    'duplicate keys by escape' => '{"a":1,"\u0061":2}',
    'deep' => '[' x 40 . ']' x 40, 'lone surrogate' => '{"a":"\ud800"}',
    'BOM' => "\xef\xbb\xbf{}", 'bad UTF-8' => "{\"a\":\"\xff\"}",
    'control' => "{\"a\":\"\x01\"}", 'NaN' => '{"a":NaN}',
);

for my $name (sort keys %malformed) {
    for my $chunk (undef, 1) {
        my $got = $t->post('plain', $apply, @peer, chunk => $chunk,
            body => $malformed{$name});

        is($got->{json}{code}, 4000, "$name" . ($chunk ? ' by bytes' : ''));
        is($got->{json}{data}{error}, 'malformed_json', '... by name');
    }
}

my %faulty = ('nothing' => undef, 'no fields' => '{}', 'an array' => '[]',
    'a wrong type' => '{"node_id":17}');

for my $name (sort keys %faulty) {
    my $got = $t->post('plain', $apply, @peer, body => $faulty{$name});

    is($t->verdict($got), '200 4001', "$name: verdict");
    ok(@{ $got->{json}{data}{fields} }, '... names fields');
}

is($t->verdict($t->get('plain', "$query?node_id=a&node_id=b", @peer)),
    '200 4001', 'an argument twice');

# in the caller's words, not in the log's
$t->post('plain', $apply, @peer, body => '{"node_id":"a\nb [alert] c"}');

for my $case ([ $limit, 4001 ], [ $limit + 1, 4130 ], [ 1 << 20, 4130 ]) {
    my ($size, $code) = @$case;
    my $body = '{"pad":"' . 'x' x ($size - 10) . '"}';

    for my $chunk (undef, 1000) {
        my $got = $t->post('plain', $apply, @peer, body => $body,
            chunk => $chunk);

        is($got->{json}{code}, $code,
            "$size bytes" . ($chunk ? ' in chunks' : ''));
        is($got->{status}, $code == 4130 ? 413 : 200, '... status');
    }
}

my $get = $t->http('plain', 'GET', $query, @peer,
    body => '{"node_id":"nobody"}');
is($get->{json}{code}, 4040, 'the body of a GET is read');

###############################################################################
# one byte at a time, and what follows a body

my $slow = $t->socket('plain');
my $valid = $t->request('POST', $apply, @peer, body => '{"node_id":"x"}');

for my $byte (split //, $valid) {
    syswrite $slow, $byte;
}

is($t->response($slow)->{json}{code}, 4001, 'a request in bytes');

my $two = $t->request('GET', $health, @peer);
my $inner = "GET /status HTTP/1.1\r\nHost: x\r\n\r\n";

for my $case ([ 'an unknown path', 'POST', '/nowhere', 404 ],
              [ 'a wrong method', 'POST', $health, 405 ],
              [ 'no certificate', 'POST', $apply, 401, 'bare' ],
              [ 'no operator', 'POST', '/v1/platform/contract/apply', 401 ],
              [ 'malformed JSON', 'POST', $apply, 200 ])
{
    my ($name, $method, $path, $status, $listener) = @$case;
    my $socket = $t->socket($listener || 'plain');

    $t->write_all($socket, $t->request($method, $path, @peer,
        body => $inner) . $two);

    is($t->response($socket)->{status}, $status, "$name is answered");

    my $next = $t->response($socket);
    is($next->{status}, $listener ? 401 : 200, '... then the next request');
    unlike($next->{body}, qr/store_ready/, '... not its body');
    is($t->response($socket, 0.1), undef, '... and nothing else');
}

my $pipe = $t->socket('plain');
$t->write_all($pipe, $two x 20 . $valid x 20);
is(join(' ', map { $t->response($pipe)->{json}{code} } 1 .. 40),
    join(' ', (0) x 20, (4001) x 20), 'pipelined requests');

my $both = $t->socket('plain');
$t->write_all($both, "POST $apply HTTP/1.1\r\nHost: x\r\n"
    . "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n$two");
is($t->response($both)->{status}, 400, 'two lengths are refused');
close $both;

###############################################################################
# headers

my $trace = $t->get('plain', $health, @peer,
    headers => { 'x-trace-id' => 'trace-17' });
is($trace->{headers}{'x-trace-id'}, 'trace-17', 'the trace id comes back');
is($trace->{headers}{'content-type'}, 'application/json; charset=utf-8',
    'the content type');

$trace = $t->get('plain', $health, @peer,
    headers => { 'x-trace-id' => 'a b{' });
like($trace->{headers}{'x-trace-id'}, qr/^[0-9a-f]{32}$/,
    'no trace id that is none');

my $strict = IC->new(http => 'interconn_http_status on;');
is($strict->verdict($strict->post('plain', $apply, @peer, body => 'x')),
    '400 4000', 'interconn_http_status');
$strict->finish;

###############################################################################
# status

my $status = $t->get('bare', '/status');
my ($row) = grep { $_->{path} eq $apply } @{ $status->{json}{requests} };
ok($status->{json}{store_ready}, 'the status knows the store');
cmp_ok($row->{caller}, '>', 20, '... counts');

my $metrics = $t->get('bare', '/status?format=prometheus');
like($metrics->{body},
    qr/^interconn_requests_total\{method="POST",path="$apply",
       class="caller"\}\ $row->{caller}$/mx, '... also for Prometheus');
is($t->http('bare', 'POST', '/status', body => 'x')->{status}, 405,
    '... by GET');

unlike($t->log, qr/^b \[alert\] c/m, 'nobody writes lines of the log');

$t->finish;
done_testing();
