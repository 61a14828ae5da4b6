#!/usr/bin/perl

# nginx asks the authority's responder (openssl ocsp): what it says holds for
# the API, too, and what happens while it is away.

use strict;
use warnings;

use lib 't/lib';
use IC;
use IC::Signer;
use IO::Socket::SSL;
use POSIX ();
use Test::More;

IC->check;

my $t = IC->new(start => 0, ports => [ qw(ocsp cached) ], http => <<'END');
    server {
        listen 127.0.0.1:{{cached}} ssl;
        ssl_certificate {{dir}}/server.crt;
        ssl_certificate_key {{dir}}/server.key;
        ssl_client_certificate {{dir}}/network.crt;
        ssl_verify_client on;
        ssl_session_cache off;
        ssl_session_tickets off;
        ssl_ocsp on;
        ssl_ocsp_responder http://127.0.0.1:{{ocsp}}/;
        ssl_ocsp_cache shared:ocsp:64k;
        interconn_crl {{dir}}/network.crl grace=1d;
        error_page 495 496 497 = @refused;
        location / { interconn_api east-west; }
        location @refused { interconn_api east-west; }
    }
END
my $dir = $t->dir;
my $signer = IC::Signer->new($dir);
my $health = '/v1/interconn/node/health';

$t->{option}{ew} = "ssl_ocsp on; ssl_ocsp_responder http://127.0.0.1:{{ocsp}}"
    . '/; interconn_errors on;';
$signer->authority('network');
$signer->certificate(network => $_) for qw(good bad late);
$signer->revocation('network');
$signer->revoke(network => 'bad');
$t->certificate('unknown', name => 'unknown');
$t->start;

###############################################################################
# the responder is there

my $owner = $$;
my $responder = responder();

END { kill 'TERM', $responder if $responder && $owner == $$ }

for my $case ([ 'good', '200 0', qr/success/ ],
              [ 'bad', '401 4017', qr/certificate revoked: have/ ],
              [ 'unknown', '401 4017', qr/status unknown: / ])
{
    my ($cert, $verdict, $why) = @$case;

    for my $port (qw(ew cached)) {
        my $got = answer($port, $cert);

        is($t->verdict($got), $verdict, "$port: $cert");
        like($got->{json}{msg}, $why, '... why');
    }
}

my $kept = tls('ew', 'late');

is($t->verdict(ask($kept)), '200 0', 'a connection');
$signer->revoke(network => 'late');
kill 'TERM', $responder;
waitpid $responder, 0;
$responder = responder();
is($t->verdict(answer('ew', 'late')), '401 4017',
    'revoked meanwhile: a new connection is refused');
is($t->verdict(ask($kept)), '200 0',
    'one that stands is not asked for again: for that there is interconn_crl');

###############################################################################
# it is away: nginx knows strict only

kill 'TERM', $responder;
waitpid $responder, 0;

my $got = answer('ew', 'good');

is($t->verdict($got), '401 4017', 'nobody is let in');
like($got->{json}{msg}, qr/certificate status request failed: .*responder/,
    '... why');
is($t->verdict(answer('cached', 'good')), '200 0',
    'whom the cache knows is let in');
is($t->verdict(answer('cached', 'bad')), '401 4017', '... or not');

my @refused = grep { $_->{event} eq 'CERT_REJECTED' }
    $t->redis->stream('evidence');

ok((grep { $_->{reason} =~ /status request failed/ } @refused),
    'evidence tells that it was the responder');

$responder = responder();
is($t->verdict(answer('ew', 'good')), '200 0', 'it is back');
kill 'TERM', $responder;
waitpid $responder, 0;

# a list beside it

$signer->revocation('network');
ok($t->await(sub { answer('cached', 'late')->{status} == 401 }, 10),
    'with lists as well: either of them refuses');
$responder = 0;

$t->finish;
done_testing();

###############################################################################

# its process; it answers when this returns
sub responder {
    unlink "$dir/ocsp.log";

    my $pid = fork // die "fork: $!\n";

    if ($pid == 0) {
        open STDOUT, '>', "$dir/ocsp.log";
        open STDERR, '>&', \*STDOUT;
        exec(qw(openssl ocsp -index), "$dir/network.d/index.txt", '-port',
            $t->port('ocsp'), '-rsigner', "$dir/network.crt",
            '-rkey', "$dir/network.key", '-CA', "$dir/network.crt",
            '-ndays', 1) or POSIX::_exit(127);
    }

    # a connection that says nothing would keep it busy
    $t->await(sub { ($t->slurp("$dir/ocsp.log") // '')
        =~ /waiting for OCSP/ }, 10)
        or die "no responder: " . $t->slurp("$dir/ocsp.log");

    return $pid;
}

sub tls {
    my ($port, $cert) = @_;

    return IO::Socket::SSL->new(PeerAddr => '127.0.0.1:' . $t->port($port),
        SSL_verify_mode => 0, SSL_cert_file => "$dir/$cert.crt",
        SSL_key_file => "$dir/$cert.key", Timeout => 10)
        || die "connect to $port: $! $SSL_ERROR\n";
}

sub ask {
    my ($socket) = @_;

    $t->write_all($socket, $t->request('GET', $health));

    return $t->response($socket) // { status => 0 };
}

sub answer {
    my ($port, $cert) = @_;

    return ask(tls($port, $cert));
}
