#!/usr/bin/perl

# What a caller must not be able to make of a location behind a permit, of
# operators' lists and of slow bodies; each once was possible.

use warnings;
use strict;

use lib 't/lib';
use IC;
use IC::Permit;
use Test::More;
use Time::HiRes qw/ sleep /;

IC->check;

my $t = IC->new(ew => <<'EW', plain => <<'PLAIN', bare => <<'BARE');
        location ~ ^/files/(?<d>[^/]+)/ {
            interconn_permit dataset id=$d;
            root {{dir}};
            error_page 404 = /files/D2/rows;
        }
        location ~ ^/again/(?<a>[^/]+)$ {
            interconn_permit dataset id=$a;
            set $early $interconn_permit_id;
            rewrite ^/again/D1$ /again/D2 last;
            proxy_pass http://127.0.0.1:{{bare}};
        }
        location /query/ {
            interconn_permit dataset id=$arg_dataset_id;
            proxy_pass http://127.0.0.1:{{bare}}/echo;
        }
EW
        location /page/ { ssi on; ssi_types *; alias {{dir}}/page/; }
        location /slow/ { proxy_pass http://127.0.0.1:{{bare}}/slow/; }
PLAIN
        location /echo { return 200 "$request_uri"; }
        location /again/ { return 200 "$request_uri"; }
        location /slow/ { limit_rate 20k; alias {{dir}}/page/; }
BARE

my $issue = IC::Permit->new($t);
my $redis = $t->redis;
my $b = 'hospital-b';

mkdir $t->dir . '/files';
mkdir $t->dir . '/page';

for my $id (qw/ D1 D2 /) {
    mkdir $t->dir . "/files/$id";
    $t->spew($t->dir . "/files/$id/rows", "rows of $id");
    $issue->dataset($id);
}

$t->contract($b, cert => $b);

my $permit = $issue->grant($b, 'D1');
my $other = $issue->grant($b, 'D2');

sub ask {
    my ($uri, $with, %headers) = @_;

    return $t->get('ew', $uri, cert => $b, headers => {
        'X-Resource-Permit' => $with->{token}, %headers });
}

###############################################################################
# another resource by a redirect inside

is(ask('/files/D1/rows', $permit)->{body}, 'rows of D1', 'a permit opens');

my $answer = ask('/files/D1/none', $permit);
is($t->verdict($answer), '403 4034',
    'a redirect to another resource of the same location needs its permit');
unlike($answer->{body}, qr/rows of D2/, '... and shows nothing of it');

is($t->verdict(ask('/again/D1', $permit)), '403 4034',
    'a variable that was asked for before a rewrite remembers nothing');
is(ask('/again/D1', $other)->{status}, 200, '... what it leads to counts');

# what nginx reads otherwise than what is behind it

for my $uri ('/query/?x=1;dataset_id=D2&dataset_id=D1',
    '/query/?dataset_id=D1&dataset_id[]=D2',
    '/query/?+dataset_id=D2&dataset_id=D1',
    '/files/D2/..%2FD1/rows', '/files/D2/../D1/rows',
    '/files/D2/%2e%2e/D1/rows', '/files/./D1/rows', '/files//D1/rows')
{
    is($t->verdict(ask($uri, $permit)), '400 4001', "refused: $uri");
}

is($t->verdict(ask('/files/D1/a%20b..c', $other)), '403 4034',
    'other escapes are nothing special');

###############################################################################
# one use is not any number of them

sub query {
    my ($body, $with, $key) = @_;

    return $t->post('ew', '/query/?dataset_id=D1', cert => $b, body => $body,
        headers => { 'X-Resource-Permit' => $with->{token},
                     'Idempotency-Key' => $key })->{status};
}

my $few = $issue->grant($b, 'D1', answer => { times_limit => 1 });

is(query('{"select":1}', $few, 'key-1'), 200, 'a question');
is(query('{"select":2}', $few, 'key-1'), 403,
    'another one with the same Idempotency-Key is another use');

$few = $issue->grant($b, 'D1', answer => { times_limit => 1 });

my @key = ('Idempotency-Key' => 'key-2');
is(ask('/files/D1/rows', $few, @key)->{status}, 200, 'a use') for 1, 2;

my $uses = $redis->key("permit-requests:$few->{permit_id}");
my ($use) = @{ $redis->command('ZRANGE', $uses, 0, -1) };
$redis->command('ZINCRBY', $uses, -601_000, $use);
is(ask('/files/D1/rows', $few, @key)->{status}, 403,
    'ten minutes later it is no retry');

###############################################################################
# a body that takes its time

$redis->call('role_create', '', 'clerk', permissions => '["operator.admin"]');
$t->operator('carl', 'stolen', 'clerk');

# A request without its last byte, and that byte.

sub begun {
    my ($listener, $uri, %option) = @_;

    my $socket = $t->socket($listener, %option);
    my $request = $t->request('POST', $uri, %option);
    my $rest = substr $request, -1, 1, '';

    $t->write_all($socket, $request);
    sleep 1.5;

    return ($socket, $rest);
}

sub ended {
    my ($socket, $rest) = @_;

    $t->write_all($socket, $rest);
    return $t->verdict($t->response($socket));
}

my @slow = begun('ns', '/v1/platform/operator/token/rotate',
    token => 'stolen', body => { name => 'carl' });

$t->operator('carl', 'another', 'clerk');
is(ended(@slow), '401 4012',
    'a token that was changed while the body came changes nothing');

@slow = begun('ns', '/v1/platform/operator/create', token => 'another',
    body => { name => 'mole', roles => [] });

$redis->call('role_update', '', 'clerk', permissions => '["node.read"]');
is(ended(@slow), '403 4038', 'nor does a role that lost its permission');
is($redis->get('operator:mole', 'name'), undef, '... nothing was made');

@slow = begun('ew', '/v1/interconn/node/update', cert => $b,
    body => { contract_id => "C-$b", name => 'late' });

is(ended(@slow), '200 0', 'who is slow is still heard');
is($redis->get("contract:C-$b", 'name'), 'late', '... with what it said');

###############################################################################
# a key whose digest is no digest

$t->spki('next');

for my $digest ('G' x 64, 'A' x 64, ':' x 64) {
    $answer = $t->post('ew', '/v1/interconn/node/update', cert => $b,
        body => { contract_id => "C-$b", node_info => { node_id => $b,
            auth_type => 'SHA256_ECDSA', tls_spki => $digest,
            auth_credential => $t->slurp($t->dir . '/next.pub') } });
    is($t->verdict($answer), '200 4001', 'a partner names no key ' . $digest);
}

###############################################################################
# a list within a page, behind a slow part of it

$redis->call('object_create', 'dataset', "E$_", name => "rows $_",
    description => 'x' x 300, source => 'x', status => '1') for 1 .. 1000;

$t->spew($t->dir . '/page/slow', 's' x 60_000);
$t->spew($t->dir . '/page/all', '<!--# include virtual="/slow/slow" -->'
    . '<!--# include virtual="/v1/platform/dataset/list?page_size=-1" -->'
    . 'END');

$answer = $t->get('plain', '/page/all', token => 'secret');
is($answer->{status}, 200, 'a page');

my ($list) = $answer->{body} =~ /^s+(\{.*\})END$/s;
my $json = eval { $t->decode($list) };
is($json && scalar @{ $json->{data}{records} }, 1002, '... with a whole list');

###############################################################################
# a list that is read slowly

$redis->pipe(map { [ 'object_create', 'dataset', "F$_", 'name', "rows $_",
    'description', 'x' x 600, 'source', 'x', 'status', '1' ] } 1 .. 20_000);

my $reader = $t->socket('ns');
my $all = '/v1/platform/dataset/list?page_size=-1';

$t->operator('rita', 'reads', 'auditor');
$t->write_all($reader, $t->request('GET', $all, token => 'reads',
    close => 1));
sysread $reader, my $in, 1000;
sleep 1.5;
$redis->call('operator_put', 'rita', '', '');
1 while sysread $reader, $in, 1 << 20, length $in;

like($in, qr/^HTTP\S+ 200/, 'who may not read any more');
cmp_ok(length $in, '<', 14_000_000, '... gets no more');
unlike($in, qr/"total"/, '... and sees that it is not all');

$t->finish;
done_testing();
