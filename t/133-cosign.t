#!/usr/bin/perl

# Two nodes cosign each other's heads; one that shows another history than
# before is found by its partner, and anybody can check that offline.

use strict;
use warnings;

use lib 't/lib';
use IC::Evidence;
use IC::Sandbox;
use JSON::PP;
use MIME::Base64 qw(decode_base64);
use Test::More;

my $sandbox = IC::Sandbox->new(nodes => 2);
my @log = map { "$_->{dir}/data/evidence" } $sandbox->nodes;
my @id = map { $_->{node_id} } $sandbox->nodes;
my @store = map { $sandbox->store($_) } 0, 1;

sub slurp {
    my ($file) = @_;

    open my $in, '<:raw', $file or return '';
    local $/;
    return scalar <$in>;
}

sub cosigned {
    my ($n) = @_;

    return $store[$n]->get('cosign:' . $id[1 - $n], 'size') || 0;
}

# a head that has all that happened at a node, apart from heads
sub await_cosigned {
    my ($n, $least) = @_;

    return $sandbox->await("a cosigned head of node $n",
        sub { cosigned($n) >= $least }, 30);
}

sub events {
    my ($n, $event) = @_;

    return grep { $_->{code} eq $event } IC::Evidence::entries($log[$n]);
}

sub verified {
    my ($n, $status, $pattern, $name, @options) = @_;
    my ($got, $text) = IC::Evidence::verify($log[$n], @options);

    is($got, $status, $name) or diag($text);
    like($text, $pattern, '... and says so');
}

###############################################################################
# a contract, and both cosign

$sandbox->contract(1, 0);

for my $n (0, 1) {
    my ($own, $peer) = @id[$n, 1 - $n];

    ok(await_cosigned($n, 1), "$peer cosigns the head of $own");
    ok($sandbox->await('both entries', sub {
        events($n, 'HEAD_COSIGNED') >= 2
    }), '... and both have it in their evidence');

    my ($file) = glob "$log[$n]/cosigned/*";

    like(slurp($file), qr{^\xe2\x80\x94 interconn/\Q$peer\E }m,
        '... the signature is in the folder');
    ok($sandbox->await('the partner\'s head', sub {
        slurp("$log[$n]/peers/$peer") =~ m{^interconn/\Q$peer\E/}
    }), '... and the partner\'s head');
}

my ($list) = $sandbox->platform(0, '/v1/platform/evidence/witness/list');

is($list->{data}{records}[0]{node_id}, $id[1], 'an operator sees it');
cmp_ok($list->{data}{records}[0]{cosigned}, '>', 0, '... with the size');

# entries about heads do not bring about new ones: what else there is is soon
# under a cosigned head, and then it is over

sub worth {
    my ($n) = @_;
    my ($last) = grep { $_->{code} !~ /^HEAD_/ }
        reverse IC::Evidence::entries($log[$n]);

    return $last->{seq} + 1;
}

sub hurry {
    $store[$_]->command('HSET', $store[$_]->key('cosign:' . $id[1 - $_]),
        'next', 0) for 0, 1;
}

$sandbox->await('all is cosigned', sub {
    hurry();
    cosigned(0) >= worth(0) && cosigned(1) >= worth(1);
}, 30, 0.5);

my @before = map { [ worth($_), cosigned($_) ] } 0, 1;

hurry();
sleep 3;

for my $n (0, 1) {
    my ($worth, $size) = @{ $before[$n] };

    ok(cosigned($n) == $size || worth($n) > $worth,
        'no head is cosigned for entries about heads');
}

$sandbox->finish;
done_testing();
