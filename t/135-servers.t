#!/usr/bin/perl

# Servers whose certificates were revoked are not spoken to, also on
# connections that stand; and the log tells when this node's own one ends.

use strict;
use warnings;

use lib 't/lib';
use IC::Daemon;
use IC::Partner;
use IC::Signer;
use Test::More;

IC::Daemon::check();
eval { require IO::Socket::SSL } or plan skip_all => 'no IO::Socket::SSL';

my $d = IC::Daemon->new(node => 'hospital-a', roles => 'courier', start => 0);
my $r = $d->redis();
my $dir = $d->dir();
my $signer = IC::Signer->new($dir);
my $now = time;

$signer->authority('network');
$signer->certificate(network => $_) for qw(bank-b bank-c);
$signer->certificate(network => 'hospital-a', -enddate =>
    IC::Signer::stamp($now + 5 * 86400 + 3600));
$signer->revocation('network');

$d->{conf}{$_->[0]} = $_->[1] for
    [ certificate => "$dir/hospital-a.crt" ],
    [ certificate_key => "$dir/hospital-a.key" ],
    [ trusted_certificate => "$dir/network.crt" ],
    [ crl => "$dir/network.crl" ], [ crl_grace => '1h' ];
$d->start();

my %partner = map {
    $_ => IC::Partner->new(node => $_, tls => { cert => "$dir/$_.crt",
        key => "$dir/$_.key", ca => "$dir/network.crt" })
} qw(bank-b bank-c);

ok($d->await(sub { logged(qr/hospital-a\.crt ends in 5 days and 0 hours/) }),
    'the log tells that the certificate ends within a week');

post('bank-b', 1);
post('bank-c', 2);
ok($partner{'bank-b'}->await('/x/1'), 'a server that is good is called');
ok($partner{'bank-c'}->await('/x/2'), 'another one');

# revoked, while the connection stands

$signer->revoke(network => 'bank-b');
$signer->revocation('network');
sleep 2;
post('bank-b', 3);
ok($d->await(sub {
    logged(qr{/x/3: the server's certificate revoked: have the network's})
}), 'revoked: it is called no more, and the log says why')
    or diag($d->log());
is(() = $partner{'bank-b'}->await('/x/3', 1, 0), 0, '... at all');
ok(logged(qr/network\.crl was read/), '... after the list was read anew');
post('bank-c', 4);
ok($partner{'bank-c'}->await('/x/4'), 'the other one still is');

# out of date

$signer->revocation('network', time - 1000, time - 10);
sleep 2;
post('bank-c', 5);
ok($partner{'bank-c'}->await('/x/5'), 'in its grace');
ok($d->await(sub { logged(qr/network\.crl is out of date and counts for/) }),
    '... which is logged');

$signer->revocation('network', time - 9000, time - 7200);
sleep 2;
post('bank-c', 6);
ok($d->await(sub { logged(qr{/x/6: the server's CRL has expired}) }),
    'after it: nobody') or diag($d->log());
ok(logged(qr/network\.crl is out of date: certificates of its issuer/),
    '... which is logged, too');

$signer->revocation('network');
ok($partner{'bank-c'}->await('/x/6'), 'the next list: it is delivered');

done_testing();

###############################################################################

sub post {
    my ($to, $n) = @_;

    $r->command('XADD', $r->key('outbox'), '*', id => "m$n", peer => $to,
        address => "$partner{$to}->{address}/", method => 'POST',
        path => "/x/$n", body => "{\"n\":$n}", subject => "flow:$n",
        permit => '', handle => '');
}

sub logged { return $d->log() =~ $_[0] }
