#!/usr/bin/perl

# Operators and roles at the console: a token that is shown once, roles that
# take effect at once, rights as the node has them.

use strict;
use warnings;
use utf8;

use lib 't/lib';
use IC::Browser;
use IC::Sandbox;
use JSON::PP;
use Test::More;

my $root = IC::Sandbox::root();

# the table of rights has every right that an endpoint demands
{
    my $table = do { local (@ARGV, $/) = "$root/src/console/lib/rights.js";
                     <> };
    my %has = $table =~ /^\s+(\w+): \[ ([^\]]*) \]/gm;
    my $api = do { local (@ARGV, $/) = "$root/docs/api.md"; <> };
    my %wants = map { $_ => 1 } $api =~ /Permission: `([a-z_.]+)`/g;

    is(join(' ', grep {
        my ($kind, $right) = split /\./;

        $kind ne 'self' && ($has{$kind} // '') !~ /"$right"/;
    } sort keys %wants), '', 'the table of rights is complete');
}

my $sandbox = IC::Sandbox->new(nodes => 1);
my $node = $sandbox->node(0);
my $hostile = "<script>alert(1)</script>\x{202e}\x{1f9ec}" . 'z' x 300;

sub as {
    my ($token, $path, $body) = @_;

    return scalar $sandbox->request($sandbox->http,
        "$node->{platform}/v1/platform/$path", $body && encode_json($body),
        Authorization => "Bearer $token");
}

browse('console-operators', {
    address => $node->{console}, token => $node->{operator_token},
    hostile => $hostile,
}, (
    # what a token's owner is, and whether it may see datasets
    self => sub { as($_[0], 'operator/self') },
    datasets => sub { as($_[0], 'dataset/list')->{code} },
    operator => sub {
        as($node->{operator_token}, 'operator/create', { name => 'eve',
            description => $hostile, roles => [ 'auditor' ] })
            ->{data}{token};
    },
));

$sandbox->finish;
done_testing();
