#!/usr/bin/perl

# The same over HTTP/2, whose streams nginx shows as connections.

use warnings;
use strict;

use lib 't/lib';
use IC;
use Test::More;

IC->check;

plan(skip_all => 'no curl with HTTP/2')
    if (`curl --version 2>/dev/null` || '') !~ /HTTP2/;

my $t = IC->new(ew => 'listen 127.0.0.1:{{h2}} ssl http2;',
    http => 'interconn_max_body 100k;', ports => [ 'h2' ]);

my $path = $t->certificate('hospital-b');
my $base = '/v1/interconn';
my @curl = ('curl', '-s', '--http2', '--cacert', $t->dir . '/network.crt',
    '-w', '\n%{http_code} %{http_version}\n');
my @cert = ('--cert', "$path.crt", '--key', "$path.key");

sub curl {
    my (@args) = @_;
    my ($status, $out) = $t->run(@curl, @args);
    return $out;
}

sub url { return 'https://localhost:' . $t->port('h2') . "$base/$_[0]" }

$t->spew($t->dir . '/large', '{"pad":"' . 'x' x 120_000 . '"}');
$t->spew($t->dir . '/long', '{"pad":"' . 'x' x 90_000 . '"}');

my @cases = (
    [ [ url('node/health') ], 4010, 401 ],
    [ [ @cert, url('node/health') ], 0, 200 ],
    [ [ @cert, url('nowhere'), '-d', '{}' ], 4041, 404 ],
    [ [ @cert, url('dataset/pub/list?contract_id=x') ], 4011, 401 ],
    [ [ @cert, url('dataset/audit/apply'), '-d', '@' . $t->dir . '/large' ],
      4011, 401 ],
    [ [ @cert, url('node/contract/apply'), '-d', '{"a":1,"a":2}' ], 4000,
      200 ],
    [ [ @cert, url('node/contract/apply'), '-d', '@' . $t->dir . '/long' ],
      4001, 200 ],
    [ [ @cert, url('node/contract/apply'), '-d', '@' . $t->dir . '/large' ],
      4130, 413 ],
    [ [ @cert, url('node/contract/apply'), '-T', $t->dir . '/large', '-X',
        'POST', '-H', 'Content-Length:' ], 4130, 413 ],
);

for my $case (@cases) {
    my ($args, $code, $status) = @$case;
    my $out = curl(@$args);

    like($out, qr/^\{"code":$code,.*\n$status 2$/s,
        "$code for $args->[-1]" =~ s/\S*\///r);
}

# streams of one connection, some of which wait for a store that does not
# answer

$t->stop_redis;

my @many = map { (url("dataset/pub/list?contract_id=$_"), url('node/health')) }
    1 .. 10;
my $out = curl(@cert, '--parallel', '--parallel-immediate', @many);
is(() = $out =~ /"code":0,/g, 10, 'streams that need no store');
is(() = $out =~ /"code":5030,/g, 10, 'streams that wait for it');

# a client that gives up
curl(@cert, '--max-time', '0.3', url('dataset/pub/list?contract_id=y'));

$t->cont_redis;
ok($t->await(sub {
    curl(@cert, url('dataset/pub/list?contract_id=x')) =~ /"code":4011/;
}), 'the worker goes on');

$t->finish;
done_testing();
