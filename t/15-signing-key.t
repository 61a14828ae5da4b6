#!/usr/bin/perl

# Nodes that sign with a key of its own kind: SM2, beside a P-256 TLS key, and
# its change to RSA, then that of the TLS key. All messages are signed, and all
# are verified.

use strict;
use warnings;

use lib 't/lib';
use Digest::SHA qw(sha256_hex);
use IC::File;
use IC::Sandbox;
use Test::More;

my $sandbox = IC::Sandbox->new(nodes => 2);
my $temp = $sandbox->temp;
my %how = (sm2 => '-algorithm SM2',
    rsa => '-algorithm RSA -pkeyopt rsa_keygen_bits:2048');

# Adds a line to a file of node $n, whose process reads it.
sub add {
    my ($n, $name, $line, $process) = @_;
    my $node = $sandbox->node($n);
    my $file = "$node->{dir}/$name";
    my $text = slurp($file);

    $text =~ s/^(.*(?:certificate_key|interconn_node_id) .*\n)/$1$line\n/m
        or die "$file\n";
    spew($file, $text);
    kill 'HUP', $node->{pids}{$process};
}

sub own {
    my ($n, $path, $body) = @_;

    return $sandbox->platform($n, "/v1/platform/$path", $body)->{data};
}

for my $name (sort keys %how) {
    system("openssl genpkey $how{$name} -out $temp/$name.key 2>/dev/null && "
        . "openssl pkey -in $temp/$name.key -pubout -out $temp/$name.pub")
        == 0 or die "openssl failed\n";
}

for my $n (0, 1) {
    add($n, 'nginx.conf', 'interconn_message_signature required;', 'nginx');
}

add(0, 'interconnd.conf', "signing_key $temp/sm2.key", 'interconnd');

ok($sandbox->await('the credential', sub {
    return own(0, "node/query?node_id=N0001")->{auth_type} eq 'SM3_SM2';
}), 'the daemon tells what it signs with');
is(own(0, 'node/query?node_id=N0001')->{auth_credential},
    slurp("$temp/sm2.pub"), 'the public key');

$sandbox->contract(0, 1);

my $contract = "contract/query?contract_id=$sandbox->{contracts}{'0-1'}";
my $seen = own(1, $contract);

is("$seen->{auth_type} $seen->{auth_credential}",
    'SM3_SM2 ' . slurp("$temp/sm2.pub"), 'the partner has it');
is(own(0, $contract)->{auth_type}, 'CERT', '... which signs as before');

my $tls = $seen->{spki};
my $serial = 0;

sub both_ways {
    my ($what) = @_;

    for my $case ([ 0, 1 ], [ 1, 0 ]) {
        my ($owner, $holder) = @$case;
        my $table = "$temp/rows.csv";

        open my $out, '>', $table or die "$table: $!\n";
        print $out "id\n1\n";
        close $out;

        ok($sandbox->authorise($owner, $holder, $sandbox->dataset($owner,
            $table, query => 'select * from t' . ++$serial)),
            "$what: node $holder asks node $owner, which answers");
    }
}

both_ways('SM2');

# RSA instead, and the same TLS key

is($sandbox->platform(0, '/v1/platform/node/rotate', {
    auth_type => 'SHA256_RSA', auth_credential => slurp("$temp/rsa.pub") })
    ->{code}, 0, 'another signing key');
add(0, 'interconnd.conf', "next_signing_key $temp/rsa.key", 'interconnd');
ok($sandbox->await('the change', sub {
    return own(0, 'node/rotation')->{status} eq 'SWITCHED';
}, 30), 'in use');

$seen = own(1, $contract);
is("$seen->{auth_type} $seen->{spki}", "SHA256_RSA $tls",
    'at the partner, whose connections are of the same key');
both_ways('RSA');

# another TLS key, and the same signing key; the daemon has it first

my ($ca, $ca_key) = @{ $sandbox->{net} }{qw(ca ca_key)};

system("openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes "
    . "-keyout $temp/tls.key -subj /CN=N0001 -out $temp/tls.csr 2>/dev/null "
    . "&& openssl x509 -req -in $temp/tls.csr -CA $ca -CAkey $ca_key "
    . "-CAcreateserial -days 2 -out $temp/tls.crt 2>/dev/null") == 0
    or die "openssl failed\n";

my $conf = $sandbox->node(0)->{dir} . '/interconnd.conf';

spew($conf, slurp($conf) =~ s/^signing_key .*\n//mr
    =~ s/^next_signing_key/signing_key/mr);
add(0, 'interconnd.conf', "next_certificate $temp/tls.crt\n"
    . "next_certificate_key $temp/tls.key", 'interconnd');
both_ways('not asked for yet');
is($sandbox->platform(0, '/v1/platform/node/rotate', {
    auth_type => 'SHA256_RSA', auth_credential => slurp("$temp/rsa.pub"),
    certificate => slurp("$temp/tls.crt") })->{code}, 0, 'another TLS key');
ok($sandbox->await('the change', sub {
    return own(0, 'node/rotation')->{status} eq 'SWITCHED';
}, 30), 'in use');
is(own(0, 'node/rotation')->{refused}, '', 'refused by nobody');

$seen = own(1, $contract);

my $spki = sha256_hex(
    scalar `openssl pkey -in $temp/tls.key -pubout -outform DER`);

is("$seen->{auth_type} $seen->{spki}", "SHA256_RSA $spki", 'at the partner');
isnt($spki, $tls, '... which had another one');
both_ways('another TLS key');

$sandbox->finish;
done_testing();
