#!/usr/bin/perl

# Every endpoint by the wrong method, by nobody, without contract, with a bad
# body, about what is nobody's and what is someone else's, made from the
# tables; and none of it changes anything. Fields: t/28-fields.t.

use warnings;
use strict;

use lib 't/lib';
use IC;
use IC::Api;
use Test::More;

IC->check;
IC::Api->check;

my $t = IC->new;
my $redis = $t->redis;
my $api = IC::Api->new;

$t->operator('olga', 'secret');
$redis->call('node_init', node_id => 'hospital-a', name => 'A',
    inst_id => 'inst-a', address => 'https://a.example.org');
$t->contract('hospital-b');
$t->contract('hospital-c');

my @endpoints = grep { $_->{side} ne 'service' } $api->endpoints;
my %methods;

$methods{ $_->{path} }{ $_->{method} } = 1 for $api->endpoints;

# A good caller of an endpoint, and a call by it; fields or a text.

sub who {
    my ($endpoint, $node) = @_;

    return $endpoint->{side} eq 'east_west' ? (node => $node || 'hospital-b')
                                            : (token => 'secret');
}

sub call {
    my ($endpoint, $fields, @who) = @_;

    my $uri = $endpoint->{path};
    my @option = @who ? @who : who($endpoint);

    if (!ref $fields) {
        push @option, body => $fields;

    } elsif ($endpoint->{method} eq 'POST') {
        push @option, body => $fields;

    } elsif (%$fields) {
        $uri .= '?' . join '&', map {
            my $text = $fields->{$_};
            $text =~ s/([^A-Za-z0-9.])/sprintf '%%%02X', ord $1/ge;
            "$_=$text"
        } sort keys %$fields;
    }

    return $t->http('plain', $endpoint->{method}, $uri, @option);
}

###############################################################################

my $before = $redis->dump;

for my $endpoint (@endpoints) {
    my $name = "$endpoint->{method} $endpoint->{path}";
    my $post = $endpoint->{method} eq 'POST';
    my $other = $post ? 'GET' : 'POST';
    my %good = $api->body($endpoint->{in});
    my @bad;

    is($t->verdict($t->http('plain', $methods{ $endpoint->{path} }{$other}
        ? 'PUT' : $other, $endpoint->{path}, who($endpoint))), '405 4050',
        "$name: wrong method");

    # without a name to give, an answer says only what is wrong with a body
    my $listener = $endpoint->{side} eq 'east_west' ? 'ew' : 'ns';
    is($t->verdict($t->http($listener, $endpoint->{method},
        $endpoint->{path})), $endpoint->{auth} eq 'none' ? '400 4001'
        : $listener eq 'ew' ? '401 4010' : '401 4012', '... nobody');

    if ($endpoint->{auth} eq 'contract') {
        is($t->verdict(call($endpoint, \%good, node => 'hospital-z')),
            '401 4011', '... without contract');
    }

    # its body is an archive
    if ($post && $endpoint->{path} ne '/v1/platform/component/upload') {
        for my $text ('{', '[]x', '{"a":1,"a":2}', "{\"a\":\"\xff\"}") {
            my $got = call($endpoint, $text);
            push @bad, "$text: " . $t->verdict($got)
                if $got->{json}{code} != 4000;
        }

        my $got = call($endpoint, '[]');
        push @bad, 'array: ' . $t->verdict($got)
            if $got->{json}{code} != 4001;
    }

    is("@bad", '', '... bad bodies');
}

ok($redis->dump eq $before, 'nothing has changed');

###############################################################################
# ids that are nobody's and ids that are someone else's

my $contract = 'C-hospital-b';
my %known = (contract_id => $contract, node_id => 'hospital-b');

$redis->call('object_create', 'dataset', 'D1', 'name', 'd', 'pub_scope',
    'public');
$redis->call('audit_apply_in', $_, 'hospital-b', $contract, "A-$_", 'digest',
    $_ eq 'dataset' ? 'D1' : "R-$_", 'config',
    '{"role":{"guest":["hospital-a"]}}') for qw/ dataset project flow job
                                                 model /;
$redis->call('audit_apply_out', $_, $contract, "O-$_", "R-$_", '{}')
    for qw/ dataset project flow job model /;

$before = $redis->dump;

# what a call by an unknown id may answer otherwise

my %other = (
    '/v1/interconn/schedule/job/create' => 4038,
    '/v1/interconn/schedule/job/start' => 4038,
    '/v1/interconn/schedule/task/start' => 4033,
    '/v1/interconn/schedule/job/stop' => 0,
    '/v1/interconn/schedule/job/stop_all' => 0,
    '/v1/platform/schedule/task/callback' => 4038,
);

my %created = map { $_ => 1 } map { "/v1/$_" }
    qw( interconn/node/contract/apply interconn/schedule/job/create_all
        platform/node/update
        platform/contract/apply platform/project/create
        platform/flow/create platform/dataset/create );

sub resource {
    my ($endpoint, $prefix) = @_;

    my ($kind) = $endpoint->{path} =~ m{/(\w+)/audit/};

    return $endpoint->{path} =~ m{/audit/apply} ? "new-$prefix"
        : $endpoint->{path} =~ m{/audit/query}  ? "A-$kind" : "O-$kind";
}

for my $endpoint (@endpoints) {
    my %good = $api->body($endpoint->{in});
    my @ids = grep { $_->{type} eq 'id' } @{ $endpoint->{in} };
    my $path = $endpoint->{path};

    next if !grep { $_->{required} } @ids or $created{$path};
    next if $path =~ m{^/v1/platform/(?:operator|role|role_group)/create$}
        || $path =~ m{^/v1/platform/node/(?:register|add)$};
    next if $path =~ m{/(?:flow|job|model)/audit/apply$};    # bring their id

    $good{dag} = $api->dag if $good{dag};
    $good{config} = $api->config($endpoint->{side} eq 'north_south'
        ? qw/ hospital-a hospital-b hospital-c /
        : qw/ hospital-b hospital-a hospital-c /) if $good{config};
    $good{address} = 'https://x.example.org' if $good{address};
    delete @good{qw/ resource_permit auth_type auth_credential
                     expired_time /};
    $good{status} = 'REJECTED' if $good{status} && $path =~ /confirm/
        && $path !~ m{/escrow/confirm};
    $good{name} = 'x' if $path eq '/v1/interconn/node/update';

    my $got = call($endpoint, { %good, map { $_ => "none-$_" }
        grep { $good{$_} } map { $_->{name} } @ids });
    my $code = $other{$path} // 4040;

    is($got->{json}{code}, $code, "$endpoint->{method} $path: unknown id");

    next if $endpoint->{side} ne 'east_west'
        || $path =~ m{/(?:schedule|node/query|open/query)};

    my ($kind) = $path =~ m{/(\w+)/audit/};
    my %foreign = (%good, contract_id => $contract, dataset_id => 'D1',
        $kind ? (audit_id => resource($endpoint, $kind)) : ());

    delete $foreign{$_} for grep { !exists $good{$_} } keys %foreign;

    is(call($endpoint, \%foreign, node => 'hospital-c')->{json}{code},
        $code, '... someone else\'s gets the same answer');
}

ok($redis->dump eq $before, 'nothing has changed');

$t->finish;
done_testing();
