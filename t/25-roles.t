#!/usr/bin/perl

# Every endpoint for operators and every role that each node has: a call is
# let through exactly if the role's patterns hold the endpoint's permission,
# and a refused one is named, is not read further and changes nothing.

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
my @endpoints = grep { $_->{auth} eq 'operator' } $api->endpoints;
my %holds = map { $_->{name} => [ split ' ', $_->{permissions} ] }
    @{ $api->{roles} };

###############################################################################
# the tables

my $rights = join '|',
    qw/ read edit use copy control approve operate admin /;

is(join(' ', map { $_->{path} }
    grep { ($_->{permission} // '') !~ /^[a-z_]+\.(?:$rights)$/ } @endpoints),
    '', 'every operator\'s endpoint has a permission');
is(join(' ', map { $_->{path} }
    grep { $_->{auth} ne 'operator' && defined $_->{permission} }
    $api->endpoints), '', '... and no other one');
is(join(' ', map { $_->{path} } grep { $_->{method} eq 'GET'
    && $_->{permission} !~ /\.(?:read|copy)$/ } @endpoints), '',
    'who looks reads or copies');
is(join(' ', map { $_->{path} } grep { $_->{method} eq 'POST'
    && $_->{permission} =~ /^(?!self).*\.read$/ && $_->{event} } @endpoints),
    '', 'who may only read changes nothing, but signs in');

my @expected = qw/ administrator algorithm_provider auditor compute_provider
    coordinator data_provider initiator operator result_receiver /;

is_deeply([ sort keys %holds ], \@expected, 'the roles of 6.4 c');

for my $role (sort keys %holds) {
    is(join(' ', grep { !/^(?:\*|(?:\*|[a-z_]+)\.(?:\*|$rights))$/ }
        @{ $holds{$role} }), '', "$role: patterns");
}

###############################################################################
# what the table says, by other means than the product's

sub may {
    my ($role, $permission) = @_;

    return 1 if $permission =~ /^self\./;

    for my $pattern (@{ $holds{$role} }) {
        (my $regexp = quotemeta $pattern) =~ s/\\\*/.*/g;
        return 1 if $permission =~ /^$regexp$/;
    }

    return 0;
}

# One call on a connection of its own; a POST brings no fields, so that who
# may is told what is missing, and who may not is told just that.

sub code {
    my ($endpoint, $role) = @_;

    my @body = $endpoint->{method} eq 'POST' ? (body => '{}') : ();
    my $got = $t->http('ns', $endpoint->{method}, $endpoint->{path},
        token => "token of $role", @body);

    return $got;
}

$t->operator($_, "token of $_", $_) for sort keys %holds;

my $before = $redis->dump;
my $walked = 0;

for my $endpoint (@endpoints) {
    my $name = "$endpoint->{method} $endpoint->{path}";
    my $refusal = $endpoint->{side} eq 'service' ? '200 400' : '403 4038';
    my @wrong;

    for my $role (sort keys %holds) {
        my $may = may($role, $endpoint->{permission});

        # what needs no field would be done
        next if $may && $endpoint->{method} eq 'POST'
            && !grep { $_->{required} } @{ $endpoint->{in} };

        my $got = code($endpoint, $role);
        my $says = ($got->{json}{msg} // $got->{json}{message} // '')
            =~ /: operator $role lacks permission \Q$endpoint->{permission}\E$/;

        push @wrong, "$role: " . $t->verdict($got)
            if $may ? $says || $got->{status} == 401
                    : !$says || $t->verdict($got) ne $refusal;
        $walked++;
    }

    is("@wrong", '', "$name ($endpoint->{permission})");
}

cmp_ok($walked, '>=', 200, "$walked cells");
ok($redis->dump eq $before, 'nothing has changed');

###############################################################################
# refused before the body is looked at, and the connection goes on

my $socket = $t->socket('ns');
my $path = '/v1/platform/dataset/create';

for my $body ('{', '{}', '{"name":"' . 'x' x 100_000 . '"}') {
    $t->write_all($socket, $t->request('POST', $path,
        token => 'token of auditor', body => $body));
    is($t->verdict($t->response($socket)), '403 4038',
        'refused whatever the body is');
}

$t->write_all($socket, $t->request('POST', $path,
    token => 'token of auditor',
    headers => { 'Content-Length' => 2_000_000 }));
is($t->verdict($t->response($socket)), '403 4038', '... or how long');
close $socket;

###############################################################################
# a change of roles holds at the next request of the same connection

$socket = $t->socket('ns');

sub list {
    $t->write_all($socket, $t->request('GET', '/v1/platform/model/list',
        token => 'token of data_provider'));
    return $t->verdict($t->response($socket));
}

is(list(), '403 4038', 'not yet');
$t->operator('data_provider', 'token of data_provider', 'result_receiver');
is(list(), '200 0', 'another role');
$t->operator('data_provider', 'token of data_provider',
    'data_provider,auditor');
is(list(), '200 0', 'two roles');
$t->operator('data_provider', 'token of data_provider', 'data_provider');
is(list(), '403 4038', 'the former role');
$t->operator('data_provider', 'token of data_provider', '');
is(list(), '401 4012', 'none');
close $socket;

unlike($t->log, qr/token of/, 'no token in the log');
like($t->log, qr/operator data_provider lacks permission model\.read/,
    'the log says why');
ok((grep { $_->{event} eq 'AUTHZ_DENIED'
    && ($_->{object} // '') =~ /^operator auditor lacks permission / }
    $redis->stream('evidence')), 'refusals leave evidence of whose they are');

$t->finish;
done_testing();
