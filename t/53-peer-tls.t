#!/usr/bin/perl

# Calls to peers under TLS: who is called, who calls, the signature.

use warnings;
use strict;

use Digest::SHA qw/ sha256_hex /;
use MIME::Base64;
use Test::More;

use lib 't/lib';
use IC::Daemon;
use IC::File;
use IC::Partner;

IC::Daemon::check();
eval { require IO::Socket::SSL } or plan skip_all => 'no IO::Socket::SSL';

my $d = IC::Daemon->new(node => 'hospital-a', roles => 'courier', start => 0);
my $r = $d->redis();
my $dir = $d->dir();
my @key = qw/ -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes /;

sub openssl {
    system("openssl @_ >$dir/openssl 2>&1") == 0
        or die "openssl @_: " . slurp("$dir/openssl");
}

sub authority {
    openssl('req', '-x509', @key, "-days 2 -subj '/CN=$_[0] root'",
        "-keyout $dir/$_[0].key -out $dir/$_[0].crt");
}

sub certificate {
    my ($name, $authority, $alt, $subject) = @_;

    $subject = $name if !defined $subject;

    openssl('req', '-new', @key, "-subj /CN=$subject -addext",
        "subjectAltName=$alt -keyout $dir/$name.key -out $dir/$name.csr");
    openssl("x509 -req -in $dir/$name.csr -copy_extensions copy -days 2",
        "-CA $dir/$authority.crt -CAkey $dir/$authority.key -CAcreateserial",
        "-out $dir/$name.crt");
}

sub spki {
    openssl("x509 -in $dir/$_[0].crt -noout -pubkey -out $dir/$_[0].pub");
    openssl("pkey -pubin -in $dir/$_[0].pub -outform DER -out $dir/$_[0].der");
    return sha256_hex(slurp("$dir/$_[0].der"));
}

sub partner {
    my ($name, $authority, $alt, $subject) = @_;

    certificate($name, $authority, $alt, $subject);

    return IC::Partner->new(node => $name, tls => { cert => "$dir/$name.crt",
        key => "$dir/$name.key", ca => "$dir/network.crt" });
}

sub post {
    my ($to, $n) = @_;

    $r->command('XADD', $r->key('outbox'), '*', id => "m$n",
        peer => $to->{node}, address => "$to->{address}/base/",
        method => 'POST', path => "/v1/interconn/x/$n?q=1",
        body => "{\"n\":$n}", subject => "flow:$n", permit => '',
        handle => '');
}

authority($_) for qw/ network stranger /;
certificate('hospital-a', 'network', 'DNS:hospital-a');

$d->{conf}{$_->[0]} = "$dir/$_->[1]" for [ certificate => 'hospital-a.crt' ],
    [ certificate_key => 'hospital-a.key' ],
    [ trusted_certificate => 'network.crt' ];
$d->start();

###############################################################################

my $peer = partner('bank-b', 'network', 'IP:127.0.0.1');

post($peer, 1);
my ($call) = $peer->await('/x/1?q=1');

ok($call, 'delivered') or diag($d->log());
is($call->{cert}, 'hospital-a', 'with the certificate of the node');
is($call->{path}, '/base/v1/interconn/x/1?q=1', 'path');

my %head = %{ $call->{headers} };

open my $fh, '>:raw', "$dir/text";
print $fh join "\n", 'POST', $call->{path}, 'hospital-a', 'bank-b',
    $head{'x-nonce'}, $head{'x-timestamp'}, sha256_hex('{"n":1}');
close $fh;
open $fh, '>:raw', "$dir/signature";
print $fh decode_base64($head{'x-auth-sign'} || '');
close $fh;

spki('hospital-a');
is(system("openssl dgst -sha256 -verify $dir/hospital-a.pub"
    . " -signature $dir/signature $dir/text >$dir/openssl"), 0,
    'x-auth-sign verifies with the key of the certificate');

# the key of the server is that of the contract

$peer->answer('contract/apply' => [ { data => { contract_id => 'C-1' } } ]);
$r->call('contract_apply_out', 'C-0', 'bank-b', $peer->{address}, '{}',
    node_id => 'bank-b');
ok($d->await(sub { $r->get('contract:C-1', 'accepted') }), 'applied');
is($r->get('contract:C-1', 'spki'), spki('bank-b'), 'key of the server');

# on a connection that stood already too

post($peer, 2);
ok($peer->await('/x/2?q=1'), 'again');

# on one that ends under it: not the same message, whose nonce is used up

$peer->answer('/x/7?q=1' => [ { drop => 1 }, {} ]);
post($peer, 7);

my @twice = $peer->await('/x/7?q=1', 2, 1);
is(scalar @twice, 2, 'sent again at once');
isnt($twice[0]{headers}{'x-nonce'}, $twice[1]{headers}{'x-nonce'},
    '... with a nonce of its own');
isnt($twice[0]{headers}{'x-auth-sign'}, $twice[1]{headers}{'x-auth-sign'},
    '... and signed anew');
unlike($d->log(), qr{try 1 at \S+/x/7}, '... which is no try that failed');

###############################################################################

# the name of the node is enough, whatever its host is called

my $named = partner('bank-f', 'network', 'IP:127.0.0.2');

post($named, 3);
ok($named->await('/x/3?q=1'), 'a certificate of the node itself');


for my $case ([ 'bank-c', 'stranger', 'IP:127.0.0.1', 'bank-c',
                qr/certificate/ ],
              [ 'bank-d', 'network', 'IP:127.0.0.2', 'bank-x',
                qr/not that of node bank-d/ ])
{
    my ($name, $authority, $alt, $subject, $why) = @$case;
    my $other = partner($name, $authority, $alt, $subject);

    post($other, $name);
    like($d->await(sub { ($d->log() =~ /$name flow.*try 1 at .*?: (.*)/)[0] })
        || '', $why, "$authority, $alt");
    is(scalar $other->calls(), 0, 'nothing is sent');
}

my $plain = IC::Partner->new(node => 'bank-e');

post($plain, 5);
like($d->await(sub { ($d->log() =~ /bank-e flow.*try 1 at .*?: (.*)/)[0] })
    || '', qr/[Pp]rotocol/, 'http:// without plain_peers');
is(scalar $plain->calls(), 0, 'nothing is sent');

$d->stop();

done_testing();
