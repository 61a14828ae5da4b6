#!/usr/bin/perl

# A log whose tree is of SM3 and whose heads an SM2 key signs: it verifies, an
# entry is proven from it by another implementation of SM3, bundles of it
# stand for themselves, and what is no evidence is made again.

use strict;
use warnings;

use Encode qw(encode_utf8);
use IPC::Open2;
use Test::More;

use lib 't/lib';
use IC::Daemon;
use IC::Evidence;

IC::Daemon->check;

my $dir = IC::Daemon::authority();

IC::Daemon::openssl('genpkey', '-algorithm', 'EC', '-pkeyopt',
    'ec_paramgen_curve:SM2', '-out', "$dir/sm2.key");

my $daemon = IC::Daemon->new(node => 'hospital-1', roles => 'notary',
    conf => { IC::Daemon::certificate('hospital-1'),
              signing_key => "$dir/sm2.key", evidence_hash => 'sm3' });
my $redis = $daemon->redis;
my $log = $daemon->dir . '/data/evidence';
my $copy = "$dir/copy";

sub happen {
    my ($count, $subject) = @_;

    $redis->command('XADD', $redis->key('evidence'), '*', event =>
        'LIMIT_SEEN', subject => $subject, time => time . '000')
        for 1 .. $count;
}

sub sealed {
    my ($count, $name) = @_;

    ok($daemon->await(sub { IC::Evidence::size($log) == $count }, $name, 20),
        $name);
}

sub slurp {
    my ($file) = @_;

    open my $in, '<:raw', $file or die "$file: $!\n";
    local $/;

    return scalar <$in>;
}

sub sm3 {
    my $pid = open2(my $out, my $in, 'openssl', 'dgst', '-sm3', '-binary');

    binmode $_ for $in, $out;
    print $in @_;
    close $in;
    my $digest = do { local $/; <$out> };
    waitpid $pid, 0;

    return $digest;
}

###############################################################################

my $own = @{ $redis->command('XRANGE', $redis->key('evidence'), '-', '+') };

happen(7, 'object:dataset:D1');
sealed($own + 7, 'a log');
system('cp', "$log/checkpoint", "$dir/early");
happen(300, 'object:dataset:D2');
sealed($own + 307, '... grows');

like(slurp("$log/log"), qr/"hash":"sm3"/, 'its tree is of SM3');
ok((grep { slurp($_) =~ /PUBLIC KEY/ } glob "$log/keys/*") == 1,
    '... its heads are signed by a bare key');
is((IC::Evidence::verify($log, '--head', "$dir/early"))[0], 0,
    'it verifies, and goes on from an earlier head');

# RFC 9162, 2.1.3.2

my $proof = IC::Evidence::prove($log, 3);
my ($at, $last) = ($proof->{index}, $proof->{size} - 1);
my $hash = sm3("\0", encode_utf8($proof->{entry}));

for my $node (map { pack 'H*', $_ } @{ $proof->{proof} }) {
    my $right = !($at % 2 || $at == $last);

    if (!$right) {
        for (; $at % 2 == 0 && $at != 0; $at >>= 1) {
            $last >>= 1;
        }
    }

    $hash = sm3("\1", $right ? ($hash, $node) : ($node, $hash));
    $at >>= 1;
    $last >>= 1;
}

is($last, 0, 'an entry is proven');
is(unpack('H*', $hash), unpack('H*', IC::Evidence::root($log)),
    '... as OpenSSL has SM3');
ok(ref IC::Evidence::prove($log, '--since', "$dir/early"),
    '... and so is an earlier head');

my ($status, $text) = IC::Evidence::command('export', $log, '--subject',
    'dataset:D1', '--out', "$dir/bundle");

is($status, 0, 'a bundle') or diag($text);
($status, $text) = IC::Evidence::verify("$dir/bundle");
is($status, 0, '... verifies without the log') or diag($text);

my $bundle = slurp("$dir/bundle");

$bundle =~ s{object:dataset:D1}{object:dataset:D9};
open my $out, '>:raw', "$dir/bundle" or die "bundle: $!\n";
print $out $bundle;
close $out;
is((IC::Evidence::verify("$dir/bundle"))[0], 1, '... as it was made');

###############################################################################

$daemon->stop;
is((IC::Evidence::command('fsck', $log))[0], 0, 'nothing is wrong');
unlink glob("$log/tile/0/*"), "$log/index" or die "tiles: $!\n";
is((IC::Evidence::command('fsck', $log))[0], 2, 'tiles are missing');
is((IC::Evidence::command('fsck', $log, '--repair'))[0], 0,
    '... and made again');
is((IC::Evidence::verify($log))[0], 0, 'the log verifies');

for my $file (glob "$log/entries/*") {
    my $was = slurp($file);
    my $half = length($was) >> 1;

    open my $change, '+<:raw', $file or die "$file: $!\n";
    seek $change, $half, 0;
    print $change chr(ord(substr $was, $half, 1) ^ 1);
    close $change;
}

is((IC::Evidence::verify($log))[0], 1, 'a changed bit is found');

done_testing();
