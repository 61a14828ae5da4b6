#!/usr/bin/perl

# Certificates that are refused: each with the reason, what to do about it and
# evidence, before anything of a body is read; revocation takes effect at the
# next request, and lists that are out of date count as the operator says.

use strict;
use warnings;

use lib 't/lib';
use IC;
use IC::Signer;
use IO::Socket::SSL;
use Test::More;
use Time::HiRes qw(sleep time);

IC->check;

my $refuse = <<'END';
        ssl_certificate {{dir}}/server.crt;
        ssl_certificate_key {{dir}}/server.key;
        ssl_client_certificate {{dir}}/network.crt;
        error_page 495 496 497 = @refused;
        location / { interconn_api east-west; }
        location @refused { interconn_api east-west; }
END

my $t = IC->new(start => 0, ports => [ qw(resume grace must) ],
    ew => 'interconn_crl {{dir}}/lists.crl; interconn_errors on;',
    http => <<"END");
    server {
        listen 127.0.0.1:{{resume}} ssl;
        ssl_verify_client optional;
        ssl_session_cache shared:sessions:1m;
        interconn_crl {{dir}}/lists.crl;
$refuse
    }
    server {
        listen 127.0.0.1:{{grace}} ssl;
        ssl_verify_client optional;
        ssl_session_cache off;
        ssl_session_tickets off;
        interconn_crl {{dir}}/lists.crl grace=600s;
$refuse
    }
    server {
        listen 127.0.0.1:{{must}} ssl;
        ssl_verify_client on;
        ssl_session_cache off;
        ssl_session_tickets off;
$refuse
    }
END
my $dir = $t->dir;
my $signer = IC::Signer->new($dir);
my $apply = '/v1/interconn/node/contract/apply';
my $list = '/v1/interconn/dataset/pub/list?contract_id=C-b';
my $now = time;

$signer->authority('network');
$signer->certificate(network => $_) for qw(b revoked resumed);
$signer->certificate(network => 'late', -startdate => IC::Signer::stamp($now
    - 7200), -enddate => IC::Signer::stamp($now - 3600));
$signer->certificate(network => 'early', -startdate =>
    IC::Signer::stamp($now + 3600), -enddate => IC::Signer::stamp($now
    + 7200));
$signer->certificate(network => 'server-only', -extensions => 'server');
$signer->certificate(network => 'mid', -extensions => 'intermediate');
$signer->authority('mid');
$signer->certificate(mid => 'below');
$signer->revoke(network => 'revoked');
$signer->revocation($_) for qw(network mid);
lists('network', 'mid');
$t->certificate('foreign', name => 'b', authority => 'stranger');
$t->authority('self');
joined('below-sent', 'below', 'mid');
$t->start;

for my $name (qw(b resumed)) {
    $t->contract($name, cert => $name);
}

###############################################################################
# the table: nobody gets further, nor does a byte of the body

my $call = "POST $apply HTTP/1.1\r\nHost: localhost\r\n"
    . "Content-Type: application/json\r\nContent-Length: 4096\r\n\r\n";

for my $case (
    [ 'expired', 'late', qr/certificate has expired: have .* renew it/ ],
    [ 'not yet valid', 'early', qr/not yet valid: compare the clocks/ ],
    [ 'for servers only', 'server-only',
      qr/certificate purpose: .* clientAuth/ ],
    [ 'of another authority', 'foreign',
      qr/(?:unable to (?:get|verify)|signature failure).*not of an authority/
    ],
    [ 'self-signed', 'self', qr/self-signed certificate.*authority/ ],
    [ 'without its intermediate', 'below', qr/send the intermediate/ ],
    [ 'revoked', 'revoked', qr/certificate revoked: .* issue another/ ],
    [ 'none', undef, qr/present a client certificate/, 4010,
      'AUTHN_FAILED' ])
{
    my ($name, $cert, $why, $code, $event) = @$case;
    my $before = $t->redis->command('XLEN', $t->redis->key('evidence'));
    my $socket = $t->socket('ew', cert => $cert);

    $t->write_all($socket, $call);

    my $got = $t->response($socket);

    is($t->verdict($got), '401 ' . ($code // 4017), "$name: refused");
    like($got->{json}{msg}, $why, '... why, and what to do');
    like($got->{headers}{'content-type'}, qr{^application/json},
        '... in the envelope, without waiting for the body');

    my ($entry) = entries($before);

    is($entry->{event}, $event // 'CERT_REJECTED', '... is evidence');
    is($entry->{error}, $code ? 'no_certificate' : 'certificate_refused',
        '... with the error');

    if ($cert) {
        like($entry->{reason}, $why, '... with the reason');
        is($entry->{spki}, $t->spki($cert), '... and whose key it is');
    }
}

is($t->verdict(answer($t->socket('ew', cert => 'below-sent'),
    '/v1/interconn/node/health')), '200 0',
    'with the intermediate it is a good one');
is($t->verdict($t->get('ew', $list, cert => 'b')), '200 0', 'b is served');

my $plain = IO::Socket::INET->new(PeerAddr => '127.0.0.1:'
    . $t->port('must'));

$t->write_all($plain, $call);
is($t->verdict($t->response($plain)), '401 4010', 'plain HTTP where TLS is');
is($t->verdict(answer(tls('must'), $list)), '401 4010',
    'no certificate where one must be');

# headers and body do not help

for my $header ('x-source-node-id', 'X-Node-Id', 'X-Forwarded-Client-Cert',
                'X-Client-Cert', 'X-SSL-Client-Verify', 'X-Forwarded-For',
                'X-Client-DN', 'X-Interconn-Peer', 'X-Interconn-Operator',
                'X-Real-IP', 'Forwarded')
{
    for my $case ([ undef, '401 4010' ], [ 'revoked', '401 4017' ],
                  [ 'resumed', '200 4040' ])
    {
        my ($cert, $verdict) = @$case;

        is($t->verdict($t->get('ew', $list, cert => $cert, headers => {
            $header => $header eq 'X-SSL-Client-Verify' ? 'SUCCESS'
            : $header =~ /DN/ ? 'CN=b' : 'b' })), $verdict,
            "$header makes nobody b: " . ($cert // 'nobody'));
    }
}

###############################################################################
# revoked, at the next request

my $kept = $t->socket('ew', cert => 'b');
my %sessions = (SSL_session_cache_size => 10, SSL_session_key => 'one',
    SSL_version => 'TLSv1_2');
my $context = IO::Socket::SSL::SSL_Context->new(SSL_verify_mode => 0,
    SSL_cert_file => "$dir/resumed.crt", SSL_key_file => "$dir/resumed.key",
    %sessions);
my $first = tls('resume', SSL_reuse_ctx => $context, %sessions);

my $other = '/v1/interconn/dataset/pub/list?contract_id=C-resumed';

is($t->verdict(answer($kept, $list)), '200 0', 'a connection that stands');
is($t->verdict(answer($first, $other)), '200 0', 'a TLS session');
is($t->verdict(answer($first, $other)), '200 0', '... as long as it lasts');

$signer->revoke(network => $_) for qw(b resumed);
$signer->revocation('network');
lists('network', 'mid');

ok($t->await(sub { answer($kept, $list)->{status} == 401 }),
    'revoked: soon, without a reload');
like(answer($kept, $list)->{json}{msg}, qr/certificate revoked/,
    '... its next request on the connection that stands');
is($t->verdict($t->get('ew', $list, cert => 'b')), '401 4017',
    '... and on a new one');
ok($t->await(sub { answer($first, $other)->{status} == 401 }),
    'the session ends, too');

my $again = tls('resume', SSL_reuse_ctx => $context, %sessions);

ok($again->get_session_reused, 'a session that is resumed');
is($t->verdict(answer($again, $other)), '401 4017', '... resumes nothing');

# the same with a reload

my @old = $t->workers;

$kept = $t->socket('ew', cert => 'below-sent');
is(answer($kept, '/v1/interconn/node/health')->{status}, 200, 'not this one');
$signer->revoke(mid => 'below');
$signer->revocation('mid');
lists('network', 'mid');
$t->reload;
ok($t->await(sub { !grep { $_ == $old[0] } $t->workers }, 10), 'a reload');
is($t->verdict($t->get('ew', '/v1/interconn/node/health',
    cert => 'below-sent')), '401 4017', '... with the list of the day');

# a contract that is over

$signer->certificate(network => 'c');
$t->contract('c', cert => 'c');
$kept = $t->socket('ew', cert => 'c');

my $of_c = '/v1/interconn/dataset/pub/list?contract_id=C-c';

is($t->verdict(answer($kept, $of_c)), '200 0', 'a partner');
is($t->redis->status('contract_terminate_out', 'C-c'), 'ok',
    '... whose contract ends');
is($t->verdict(answer($kept, $of_c)), '403 4031',
    '... is none at the next request');

###############################################################################
# lists that are out of date

my $health = '/v1/interconn/node/health';

sub verdicts {
    return join ' ', map { $t->verdict(answer(tls($_, SSL_cert_file =>
        "$dir/c.crt", SSL_key_file => "$dir/c.key"), $health)) } @_;
}

# the lists, from and until so many seconds from now; until both were read
sub aged {
    my ($from, $until) = @_;
    my $size = length $t->log;

    $signer->revocation($_, time + $from, time + $until) for qw(network mid);
    lists('network', 'mid');
    ok($t->await(sub {
        verdicts('ew', 'grace');
        my $new = substr $t->log, $size;
        return 2 <= (() = $new =~ /lists\.crl was read/g);
    }, 10), "a list from $from s until $until s");

    return substr $t->log, $size;
}

like(aged(-1000, 200), qr/\[warn\].*lists\.crl has less than a quarter/,
    'less than a quarter of its time is left: the log says so');
is(verdicts('ew', 'grace'), '200 0 200 0', '... and it counts');

like(aged(-100, -10), qr/\[error\].*counts\ for
     .*\[error\].*are\ refused|\[error\].*are\ refused.*\[error\].*counts
     \ for/sx,
    'it is over: the log says so');
is(verdicts('ew', 'grace'), '401 4017 200 0', 'strict refuses, grace does not');
like($t->get('ew', $health, cert => 'c')->{json}{msg},
    qr/CRL has expired: .* operators of this node/, '... and says whose it is');
is($t->verdict(answer(tls('grace', SSL_cert_file => "$dir/b.crt",
    SSL_key_file => "$dir/b.key"), $health)), '401 4017',
    'whoever was revoked stays so in grace');

my $over = time - 596 + 600;

aged(-1000, -596);

my $last = verdicts('grace');

ok($last eq '200 0' || time >= $over, 'in the last seconds of the grace');
ok($t->await(sub { verdicts('grace') eq '401 4017' }, 15), 'then it is over');

aged(-1, 1000);
is(verdicts('ew', 'grace'), '200 0 200 0', 'the next list: all is well');

# what is no list takes nothing away

my $size = length $t->log;

$t->spew("$dir/lists.crl", "-----BEGIN X509 CRL-----\nAAAA\n");
ok($t->await(sub {
    verdicts('ew', 'grace');
    substr($t->log, $size) =~ /lists\.crl: is no revocation list.*goes on/
}, 10), 'a broken file is logged');
is(verdicts('ew'), '200 0', '... and the list before it goes on to count');
is($t->verdict($t->get('ew', $health, cert => 'b')), '401 4017',
    '... also against whom it revokes');

# the lists of all issuers must be there

$size = length $t->log;
lists('mid');
ok($t->await(sub {
    verdicts('ew', 'grace') eq '401 4017 401 4017'
}, 10), 'no list of an issuer: refused, with grace as well');
like($t->get('ew', $health, cert => 'c')->{json}{msg},
    qr/no revocation list of the certificate's issuer/, '... says why');

lists('network', 'mid');
ok($t->await(sub { verdicts('ew') eq '200 0' }, 10), 'all of them again');

$t->finish;

###############################################################################
# the directive

for my $case ([ "$dir/nothing.crl", qr/nothing\.crl: No such file/ ],
              [ "$dir/network.crt", qr/is no revocation list/ ],
              [ "$dir/network.crl grace=soon", qr/grace=<time>/ ],
              [ "$dir/network.crl strict", qr/grace=<time>/ ])
{
    my ($value, $why) = @$case;
    my $one = IC->new(start => 0, redis => 0);
    my ($status, $out) = $one->test_conf("http { interconn_crl "
        . "$value; }");

    isnt($status, 0, "interconn_crl $value: no");
    like($out, $why, '... why');
}

done_testing();

###############################################################################

# lists.crl has the lists of these
sub lists {
    $t->spew("$dir/lists.new", join '', map { $t->slurp("$dir/$_.crl") } @_);
    rename "$dir/lists.new", "$dir/lists.crl" or die "lists.crl: $!\n";
}

sub joined {
    my ($name, $cert, $issuer) = @_;

    $t->spew("$dir/$name.crt", join '', map { $t->slurp("$dir/$_.crt") }
        $cert, $issuer);
    $t->spew("$dir/$name.key", $t->slurp("$dir/$cert.key"));
}

sub tls {
    my ($port, @options) = @_;

    return IO::Socket::SSL->new(PeerAddr => '127.0.0.1:' . $t->port($port),
        SSL_verify_mode => 0, Timeout => 10, @options)
        || die "connect to $port: $! $SSL_ERROR\n";
}

sub answer {
    my ($socket, $uri) = @_;

    $t->write_all($socket, $t->request('GET', $uri));

    return $t->response($socket) // { status => 0 };
}

# the entries of evidence after so many; the first is awaited
sub entries {
    my ($before) = @_;
    my @all;

    $t->await(sub {
        @all = $t->redis->stream('evidence');
        return @all > $before;
    });

    return @all[$before .. $#all];
}
