#!/usr/bin/perl

# Signatures of messages between nodes: what a front door verifies.

use warnings;
use strict;

use lib 't/lib';
use IC;
use Digest::SHA qw/ sha256_hex /;
use MIME::Base64 qw/ encode_base64 /;
use Test::More;
use Time::HiRes qw/ sleep time /;

IC->check;

sub server {
    my ($policy) = @_;

    return <<"EOF";
    server {
        listen 127.0.0.1:{{$policy}};
        interconn_plain_identity on;
        interconn_message_signature $policy;
        location / { interconn_api east-west; }
    }
EOF
}

my $t = IC->new(ports => [ qw/ required off / ],
    http => server('required') . server('off'), ew => <<'EOF');
        location /v1/interconn/dataset/ {
            interconn_message_signature required;
            interconn_api east-west;
        }
        location /guarded/ {
            interconn_message_signature required;
            interconn_access peer;
            alias /;
        }
EOF

my $update = '/v1/interconn/node/update';
my $good = '200 0';
my $bad = '401 4013';
my $refusal = "x-auth-sign does not verify with the contract's key";
my $dir = $t->dir;
my $serial = 0;

###############################################################################
# keys and contracts of peers

sub key {
    my ($name, @how) = @_;

    $t->openssl('genpkey', @how, '-out', "$dir/$name.key");
    $t->openssl('pkey', '-in', "$dir/$name.key", '-pubout', '-out',
        "$dir/$name.pub");

    return $t->slurp("$dir/$name.pub");
}

my @p256 = qw/ -algorithm EC -pkeyopt ec_paramgen_curve:P-256 /;
my $rsa = key('rsa', qw/ -algorithm RSA -pkeyopt rsa_keygen_bits:2048 /);
my $ecdsa = key('ecdsa', @p256);
my $folded = join '', grep { !/^-----/ } split /(?<=\n)/,
    key('folded', @p256);
my $sm2 = key('sm2', qw/ -algorithm SM2 /);

$t->certificate('cert');
$t->certificate('silent');
$t->contract('rsa', credential => [ SHA256_RSA => $rsa ]);
$t->contract('ecdsa', credential => [ SHA256_ECDSA => $ecdsa ]);
$t->contract('folded', credential => [ SHA256_ECDSA => $folded ]);
$t->contract('sm2', credential => [ SM3_SM2 => $sm2 ]);
$t->contract('cert', cert => 'cert', credential =>
    [ CERT => $t->slurp("$dir/cert.crt") ]);
$t->contract('silent', cert => 'silent');
$t->contract('keyless');

sub signature {
    my ($key, $text) = @_;

    $t->spew("$dir/text", $text);
    $t->openssl($key eq 'sm2'
        ? (qw/ pkeyutl -sign -rawin -digest sm3
               -pkeyopt distid:1234567812345678 -inkey /, "$dir/$key.key",
           '-in', "$dir/text", '-out', "$dir/sig")
        : (qw/ dgst -sha256 -sign /, "$dir/$key.key", '-out', "$dir/sig",
           "$dir/text"));

    return encode_base64($t->slurp("$dir/sig"), '');
}

sub now { int(time * 1000) }
sub nonce { sprintf 'nonce-%06d', ++$serial }

# The headers of a message; key, time, nonce, source, target, method, uri,
# body => what is signed instead.

sub signed {
    my ($node, $method, $uri, $body, %as) = @_;

    my %headers = (
        'x-source-node-id' => $as{source} // $node,
        'x-target-node-id' => $as{target} // $t->{node},
        'x-nonce' => $as{nonce} // nonce(),
        'x-timestamp' => $as{time} // now(),
    );

    $headers{'x-auth-sign'} = signature($as{key} || $node, join "\n",
        $as{method} || $method, $as{uri} || $uri,
        @headers{qw/ x-source-node-id x-target-node-id x-nonce
            x-timestamp /}, sha256_hex($as{body} // $body));

    return \%headers;
}

sub name { $t->redis->get("contract:C-$_[0]", 'name') }

sub body {
    my ($node, $name) = @_;

    return $t->encode({ contract_id => "C-$node",
        node_info => { name => $name } });
}

sub list { "/v1/interconn/dataset/pub/list?contract_id=C-$_[0]" }

sub refused {
    my ($got, $detail, $name) = @_;

    is($t->verdict($got), $bad, $name);
    like($got->{json}{msg}, qr/: \Q$detail\E$/, '... and why');
}

###############################################################################
# every kind of key

for my $node (qw/ rsa ecdsa folded sm2 cert silent /) {
    my ($listener, @how) = $node =~ /cert|silent/ ? ('ew', cert => $node)
                                                  : 'required';
    my $body = body($node, "new name of $node");

    is($t->verdict($t->get($listener, list($node), @how,
        headers => signed($node, 'GET', list($node), ''))), $good,
        "$node: GET");
    is($t->verdict($t->post($listener, $update, @how, body => $body,
        headers => signed($node, 'POST', $update, $body))), $good,
        "$node: POST");
    is(name($node), "new name of $node", '... has its effect');
}

###############################################################################
# what is signed is what comes

my $body = body('rsa', 'x');

for my $case ([ 'body', body => body('rsa', 'y') ],
              [ 'body, a byte more', body => "$body " ],
              [ 'body: none', body => '' ],
              [ 'path', uri => '/v1/interconn/node/updat' ],
              [ 'query', uri => "$update?a=1" ],
              [ 'spelling', uri => '/v1/interconn/node/%75pdate' ],
              [ 'method', method => 'PUT' ],
              [ 'key', key => 'ecdsa' ])
{
    my ($what, %as) = @$case;

    refused($t->post('plain', $update, body => $body,
        headers => signed('rsa', 'POST', $update, $body, %as)), $refusal,
        "another $what");
}

for my $header (qw/ x-nonce x-timestamp /) {
    my $headers = signed('rsa', 'POST', $update, $body);

    $headers->{$header} =~ s/(\d)$/($1 + 1) % 10/e;
    refused($t->post('plain', $update, body => $body, headers => $headers),
        $refusal, "another $header");
}

is(name('rsa'), 'new name of rsa', 'none of them has an effect');

my $spelt = '/v1/interconn/./node/%75pdate?a=%20';
is($t->verdict($t->post('plain', $spelt, body => body('rsa', 'spelt'),
    headers => signed('rsa', 'POST', $spelt, body('rsa', 'spelt')))), $good,
    'path and query are signed as they are sent');
is(name('rsa'), 'spelt', '... and mean the same');

refused($t->get('plain', list('rsa') . '&page_num=2',
    headers => signed('rsa', 'GET', list('rsa'), '')), $refusal,
    'another query of a GET');

refused($t->post('plain', $update, body => $body, headers =>
    signed('rsa', 'POST', $update, $body, target => 'hospital-z')),
    'x-target-node-id is not this node', 'a message to another node');
refused($t->post('ew', $update, cert => 'cert', body => $body, headers =>
    signed('cert', 'POST', $update, $body, source => 'rsa', key => 'rsa')),
    'x-source-node-id is not the caller', 'a message from another node');

{
    my $headers = signed('cert', 'GET', list('cert'), '');

    $headers->{x_node_id} = delete $headers->{'x-source-node-id'};
    is($t->verdict($t->get('ew', list('cert'), cert => 'cert',
        headers => $headers)), $good, 'the source as x_node_id');
}

is($t->verdict($t->post('plain', $update, body => '{',
    headers => signed('rsa', 'POST', $update, '{'))), '200 4000',
    'signed nonsense is nonsense');
refused($t->post('plain', $update, body => '{',
    headers => signed('rsa', 'POST', $update, '}')), $refusal,
    'the signature comes before the content');

for my $sign ('AAAA', '*', 'A' x 3000, encode_base64('x' x 256, '')) {
    my $headers = signed('rsa', 'POST', $update, $body);

    $headers->{'x-auth-sign'} = $sign;
    refused($t->post('plain', $update, body => $body, headers => $headers),
        $refusal, 'no signature: ' . substr $sign, 0, 9);
}

###############################################################################
# times and nonces

sub at {
    my ($time, %as) = @_;

    return $t->get('plain', list('rsa'), headers =>
        signed('rsa', 'GET', list('rsa'), '', time => $time, %as));
}

is($t->verdict(at(now() + $_ * 1000)), $good, "$_ s") for -290, 0, 290;
is($t->verdict(at(int(time))), $good, 'seconds');
is($t->verdict(at(int(time) - 290)), $good, 'seconds of earlier');

refused(at($_), "x-timestamp is not within 300 s of this node's clock",
    "time $_") for now() - 301_000, now() + 302_000, int(time) - 302, 0,
                   '9' x 15;
refused(at($_),
    'x-timestamp must be milliseconds or seconds since the epoch',
    "time \"$_\"") for '', 'soon', '-1', now() . '.0', '9' x 16;

refused(at(now(), nonce => $_),
    'x-nonce must be 8 to 64 of A-Z a-z 0-9 + / = . _ ~ -',
    'nonce "' . substr($_, 0, 10) . '"') for '', 'x' x 7, 'x' x 65,
    'with space', 'rsa:0123', '12345678"', 'a{b}c*d?';
is($t->verdict(at(now(), nonce => $_)), $good, "nonce $_")
    for 'x' x 8, 'x' x 64, '0f8fad5b-d9cb-469f-a165-70867728950e',
        'q+/=._~-A1';

{
    my $text = body('rsa', 'once');
    my $headers = signed('rsa', 'POST', $update, $text);

    is($t->verdict($t->post('plain', $update, body => $text,
        headers => $headers)), $good, 'the first time');
    $t->redis->command('HSET', $t->redis->key('contract:C-rsa'), 'name', 'z');

    refused($t->post($_, $update, body => $text, headers => $headers),
        'replayed nonce', "again, at $_") for qw/ plain required /;

    my $other = signed('ecdsa', 'GET', list('ecdsa'), '',
        nonce => $headers->{'x-nonce'});
    is($t->verdict($t->get('plain', list('ecdsa'), headers => $other)), $good,
        'another peer may have had the same nonce');

    refused(at(now(), nonce => $headers->{'x-nonce'}), 'replayed nonce',
        'an old nonce under a new signature');
    is(name('rsa'), 'z', 'a replay has no effect');

    my $forged = signed('rsa', 'GET', list('rsa'), '', key => 'ecdsa');
    $t->get('plain', list('rsa'), headers => $forged);
    ok(!defined $t->redis->command('GET', $t->redis->key('nonce:rsa:'
        . $forged->{'x-nonce'})), 'only what verifies is remembered');
}

# a body that takes until the message is too old

{
    my $headers = signed('rsa', 'POST', $update, $body,
        time => now() - 299_000);
    my $socket = $t->socket('plain');
    my $bytes = $t->request('POST', $update, body => $body,
        headers => $headers);

    $t->write_all($socket, substr $bytes, 0, -1);
    sleep(1.3);
    $t->write_all($socket, substr $bytes, -1);
    refused($t->response($socket),
        'x-timestamp left its 300 s while the body came', 'too slow');
    close $socket;
}

###############################################################################
# policies

my %none = ('x-source-node-id' => 'rsa');
my %empty = (%none, 'x-auth-sign' => '');
my $wrong = signed('rsa', 'GET', list('rsa'), '', key => 'ecdsa');

for my $case ([ 'plain', \%none, $good ], [ 'plain', \%empty, $good ],
              [ 'plain', $wrong, $bad ], [ 'off', \%none, $good ],
              [ 'off', $wrong, $good ], [ 'required', \%none, $bad ],
              [ 'required', \%empty, $bad ], [ 'required', $wrong, $bad ])
{
    my ($listener, $headers, $verdict) = @$case;
    my $sign = $headers->{'x-auth-sign'};

    is($t->verdict($t->get($listener, list('rsa'), headers => $headers)),
        $verdict, "$listener: " . (!defined $sign ? 'no signature'
            : $sign eq '' ? 'an empty one' : 'a wrong one'));
}

refused($t->post('required', $update, body => $body, headers => \%none),
    'send one x-auth-sign', 'required: a POST without');
refused($t->get('ew', list('cert'), cert => 'cert'),
    'send one x-auth-sign', 'required with TLS');

for my $uri ('node/health', 'node/query', 'node/contract/query?contract_id='
    . 'C-rsa')
{
    for my $headers (\%none, $wrong) {
        isnt($t->verdict($t->get('required', "/v1/interconn/$uri",
            headers => $headers)), $bad, "required: $uri needs none");
    }
}

is($t->get('ew', '/guarded/none', cert => 'cert')->{status}, 404,
    'interconn_access needs none');

for my $listener (qw/ plain required /) {
    my $headers = signed('rsa', 'GET', list('rsa'), '');
    my $twice = $t->request('GET', list('rsa'), headers => $headers)
        =~ s/(x-auth-sign: .*\r\n)/$1$1/r;
    my $socket = $t->socket($listener);

    $t->write_all($socket, $twice);
    refused($t->response($socket), 'send one x-auth-sign',
        "$listener: two signatures");

    # and the connection goes on

    $t->write_all($socket, $t->request('GET', list('rsa'),
        headers => signed('rsa', 'GET', list('rsa'), '')));
    is($t->verdict($t->response($socket)), $good, '... the next request');
    close $socket;
}

for my $headers (\%none, $wrong) {
    my $socket = $t->socket('required');
    my $many = $t->request('POST', $update, body => 'x' x 50_000,
        headers => $headers);

    $t->write_all($socket, $many . $t->request('GET', list('rsa'),
        headers => signed('rsa', 'GET', list('rsa'), '')));
    is($t->verdict($t->response($socket)), $bad, 'refused, with a body');
    is($t->verdict($t->response($socket)), $good,
        '... which is not the next request');
    close $socket;
}

###############################################################################
# bodies in pieces

{
    my $text = body('rsa', 'in pieces');

    is($t->verdict($t->post('required', $update, body => $text, chunk => 1,
        headers => signed('rsa', 'POST', $update, $text))), $good,
        'chunks of one byte');
    is(name('rsa'), 'in pieces', '... have their effect');

    refused($t->post('required', $update, body => $text, chunk => 1,
        headers => signed('rsa', 'POST', $update, "$text ")), $refusal,
        'chunks of something else');

    my $socket = $t->socket('required');
    my $slow = body('rsa', 'byte by byte');

    for my $byte (split //, $t->request('POST', $update, body => $slow,
        headers => signed('rsa', 'POST', $update, $slow)))
    {
        $t->write_all($socket, $byte);
    }

    is($t->verdict($t->response($socket)), $good, 'packets of one byte');
    close $socket;

    my $large = body('rsa', 'large') . ' ' x 900_000;
    is($t->verdict($t->post('required', $update, body => $large,
        headers => signed('rsa', 'POST', $update, $large))), $good,
        'a large body');
}

###############################################################################
# credentials

sub credential {
    my ($node, $type, $text) = @_;

    $t->redis->command('HSET', $t->redis->key("contract:C-$node"),
        'auth_type', $type, 'auth_credential', $text);
}

sub ask {
    my ($node, $key) = @_;

    return $t->get('plain', list($node),
        headers => signed($node, 'GET', list($node), '', key => $key));
}

refused(ask('keyless', 'rsa'), 'the contract has no credential',
    'nothing to verify with');

my $junk = "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n";

for my $case ([ CERT => 'junk' ], [ SHA256_RSA => $junk ],
              [ CERT => "-----BEGIN CERTIFICATE-----\n" ])
{
    credential('keyless', @$case);
    refused(ask('keyless', 'rsa'), "the contract's credential has no key",
        'junk as ' . $case->[0]);
}

my $mismatch = "the contract's key is not of its auth_type";

credential('keyless', SHA256_ECDSA => $rsa);
refused(ask('keyless', 'rsa'), $mismatch, 'an RSA key as SHA256_ECDSA');
credential('keyless', SHA256_RSA => $ecdsa);
refused(ask('keyless', 'ecdsa'), $mismatch, 'a P-256 key as SHA256_RSA');
credential('keyless', CERT => $rsa);
is($t->verdict(ask('keyless', 'rsa')), $good, 'a bare key as CERT');

# more credentials than a worker remembers, twice around

is(join(' ', map {
        credential('keyless', SHA256_RSA => $rsa . "\n" x ($_ % 70));
        $t->verdict(ask('keyless', 'rsa')) eq $good ? () : $_;
    } 0 .. 139), '', '70 credentials');

credential('keyless', SHA256_ECDSA => $ecdsa);
is($t->verdict(ask('keyless', 'ecdsa')), $good, 'a new credential');
refused(ask('keyless', 'rsa'), $refusal, '... ends the old one');

my $apply = '/v1/interconn/node/contract/apply';
my %record = (node_id => 'base64', name => 'B', institution => 'B',
    inst_id => 'I', system => 's', system_version => '1',
    address => 'https://base64.example', auth_type => 'SHA256_ECDSA');

is($t->verdict($t->post('plain', $apply, node => 'base64',
    body => { %record, auth_credential => $folded })), $good,
    'an application with a key in base64');
is($t->verdict($t->post('plain', $apply, node => 'base64',
    body => { %record, auth_credential => 'AAAA' })), '200 4001',
    '... with another text in base64');

###############################################################################
# clients that leave, and a store that does not answer

for my $way (qw/ close reset /) {
    my @sockets = map {
        my $socket = $t->socket('required');
        my $text = body('rsa', "$way $_");

        $t->stop_redis if $_ == 2;
        $t->write_all($socket, $t->request('POST', $update, body => $text,
            headers => signed('rsa', 'POST', $update, $text)));
        $socket;
    } 1 .. 4;

    $way eq 'close' ? close $_ : $t->reset_socket($_) for @sockets;
    sleep(0.1);
    $t->cont_redis;
}

$t->await(sub { $t->verdict(ask('rsa', 'rsa')) eq $good });

{
    my $headers = signed('rsa', 'GET', list('rsa'), '');

    $t->stop_redis;
    is($t->verdict($t->get('required', list('rsa'), headers => $headers)),
        '503 5030', 'no store');
    $t->cont_redis;
    $t->await(sub { $t->verdict(ask('rsa', 'rsa')) eq $good });
}

###############################################################################
# reload

my $once = signed('rsa', 'GET', list('rsa'), '');
is($t->verdict($t->get('required', list('rsa'), headers => $once)), $good,
    'before a reload');

my ($old) = $t->workers;
$t->reload;
ok($t->await(sub { !grep { $_ == $old } $t->workers }), 'reloaded');
$t->await(sub { $t->verdict(ask('rsa', 'rsa')) eq $good });

refused($t->get('required', list('rsa'), headers => $once), 'replayed nonce',
    'a nonce of before');
is($t->verdict(ask($_, $_)), $good, "after a reload: $_")
    for qw/ rsa ecdsa sm2 /;

$t->finish;
done_testing();
