#!/usr/bin/perl

# docs/signatures.md: its vectors, its commands and its client.

use warnings;
use strict;

use lib 't/lib';
use Digest::SHA qw/ sha256_hex /;
use File::Copy qw/ copy /;
use File::Temp qw/ tempdir /;
use IC;
use Test::More;

IC->check;

my $t = IC->new(http => 'interconn_message_signature required;');
my $dir = tempdir(CLEANUP => 1);
my $page = $t->slurp('docs/signatures.md');

copy($_, $dir) or die "$_: $!\n" for glob 't/data/signatures/*';

sub file { return $t->slurp("$dir/$_[0]") }

###############################################################################
# the page has what the files have

my $plain = $page =~ s/\n//gr;

for my $name (qw/ body text proof rsa.sig ecdsa.sig sm2.sig rsa.pub
                  key_proof.sig tls_proof.sig /)
{
    isnt(index($plain, file($name) =~ s/\n//gr), -1, "$name is on the page");
}

is((split /\n/, file('text'))[6], sha256_hex(file('body')),
    'the last line is the digest of the body');
isnt(index($page, 'SHA-256 ' . sha256_hex(file('text'))), -1,
    'the digest of the text');

my @blocks = grep { /openssl/ } $page =~ /^```sh\n(.*?)^```$/msg;

is(scalar @blocks, 2, 'commands');

for my $block (@blocks) {
    $t->spew("$dir/commands", "set -e\ncd $dir\n$block");
    my ($status, $out) = $t->run('sh', "$dir/commands");
    is($status, 0, 'they succeed') or diag($out);

    # and can fail

    for my $name (grep { $block =~ /\b$_\b/ } qw/ text proof /) {
        my $text = file($name);

        $t->spew("$dir/$name", "$text ");
        isnt(($t->run('sh', "$dir/commands"))[0], 0, "... not with another"
            . " $name");
        $t->spew("$dir/$name", $text);
    }
}

###############################################################################
# the client

SKIP: {
    skip 'no curl', 6 if system('curl --version >/dev/null 2>&1') != 0;

    $t->certificate('b');

    my %type = (rsa => 'SHA256_RSA', ecdsa => 'SHA256_ECDSA',
        sm2 => 'SM3_SM2');

    for my $key (sort keys %type) {
        $t->certificate("with-$key");
        $t->contract("with-$key", cert => "with-$key",
            credential => [ $type{$key}, file("$key.pub") ]);

        my %env = (NODE => "with-$key", PEER => $t->{node},
            KEY => "$dir/$key.key", CERT => "$t->{dir}/with-$key.crt",
            TLSKEY => "$t->{dir}/with-$key.key",
            CA => "$t->{dir}/network.crt");
        my $base = 'https://localhost:' . $t->port('ew') . '/v1/interconn';

        local @ENV{keys %env} = values %env;

        my ($status, $out) = $t->run('sh', 'docs/signed-call.sh', 'GET',
            "$base/dataset/pub/list?contract_id=C-with-$key");
        like($out, qr/"code":0/, "$key: GET");

        $t->spew("$dir/update", $t->encode({ contract_id => "C-with-$key",
            name => 'by the client' }));
        ($status, $out) = $t->run('sh', 'docs/signed-call.sh', 'POST',
            "$base/node/update", "$dir/update");
        like($out, qr/"code":0/, "$key: POST");
    }
}

$t->finish;
done_testing();
