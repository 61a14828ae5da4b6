#!/usr/bin/perl

# Which addresses are dialled: what a name stands for decides, not the name.

use warnings;
use strict;

use Socket qw/ inet_aton inet_ntoa /;
use Sys::Hostname;
use Test::More;

use lib 't/lib';
use IC::Daemon;
use IC::Partner;

IC::Daemon::check();

my $peer = IC::Partner->new(node => 'bank-b');
my $port = $peer->{port};
my $n = 0;

sub daemon {
    my ($allow) = @_;

    return IC::Daemon->new(node => 'hospital-a', roles => 'courier',
        conf => { plain_peers => 'on', peer_allow => $allow });
}

# a message to a host; what became of it: "delivered" or why not

sub fate {
    my ($d, $host) = @_;

    my $r = $d->redis();
    my $subject = 'object:flow:F' . ++$n;

    $r->command('HSET', $r->key($subject), id => $n);
    $r->command('XADD', $r->key('outbox'), '*', id => "m$n", peer => 'bank-b',
        address => "http://$host:$port", method => 'POST',
        path => "/x/$n", body => '{}', subject => $subject, permit => '',
        handle => '', action => '');

    return $d->await(sub { $r->get($subject, 'delivery') }, undef, 15) || '';
}

###############################################################################
# none of these may be called

my @tricks = qw/ localhost localhost. LOCALHOST a.localhost 127.0.0.1 127.1
    127.000.000.001 0x7f000001 0x7f.1 017700000001 2130706433 0.0.0.0 0
    127.8.8.8 [::1] [::] [::ffff:127.0.0.1] [::ffff:7f00:1] [64:ff9b::7f00:1]
    [fe80::1] [fd00::1] [2002:7f00:1::1] 10.1.2.3 172.16.0.1 192.168.0.1
    169.254.169.254 100.64.0.1 192.0.0.1 198.18.0.1 224.0.0.1
    255.255.255.255 /;
my $own = inet_aton(hostname());

# a name of this host, where it is one of its private addresses
push @tricks, hostname() if $own
    && inet_ntoa($own) =~ /^(?:127|10|192\.168|172\.(?:1[6-9]|2\d|3[01]))\./;

my $d = daemon('192.0.2.0/24 2001:db8::/32');

for my $host (@tricks) {
    like(fate($d, $host), qr/not a public address|Could not resolve|URL/,
        "not $host");
}

like(fate($d, 'localhost'),
    qr/^attempt 1: (?:127\.0\.0\.1|::1) is not a public address; with peer_/,
    'the operator is told why');
is(scalar $peer->calls(), 0, 'nothing was sent');
$d->stop();

###############################################################################
# unless the network is one of those allowed

for my $allow ('127.0.0.0/8', '10.0.0.0/8  127.0.0.1 ::1/128', '126.0.0.0/7') {
    $d = daemon($allow);
    is(fate($d, '127.0.0.1'), 'delivered', "$allow: the address");
    is(fate($d, 'localhost'), 'delivered', "$allow: its name");
    is(fate($d, '[::ffff:127.0.0.1]'), 'delivered', "$allow: mapped")
        if $allow =~ m{/8$};
    $d->stop();
}

for my $bad (qw{ 10.0.0.0/33 ::1/129 10.0.0/8 localhost 10.0.0.0/-1
    10.0.0.0/ })
{
    my $file = $d->dir() . '/bad';

    open my $out, '>', $file or die "$file: $!\n";
    print $out "$_ $d->{conf}{$_}\n"
        for grep { $_ ne 'peer_allow' } keys %{ $d->{conf} };
    print $out "peer_allow 127.0.0.1 $bad\n";
    close $out;

    my $text = qx{@{[ IC::Daemon::program() ]} -t -c $file 2>&1};
    like($text, qr/"peer_allow" must be networks/, "$bad is no network");
}

done_testing();
