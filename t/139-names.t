#!/usr/bin/perl

# Who asks is who has the certificate, at every endpoint for nodes: a body or
# a query that names another one is refused or says nothing.

use strict;
use warnings;

use lib 't/lib';
use IC;
use JSON::PP;
use Test::More;

IC->check;

my $t = IC->new;
my $dir = $t->dir;
my $api = decode_json($t->slurp('docs/openapi.json'));
my @names = qw(node_id source_node_id caller holder issuer_node_id peer
               x_source_node_id);

for my $node (qw(b c)) {
    $t->certificate($node);
    $t->contract($node, cert => $node, credential =>
        [ CERT => $t->slurp("$dir/$node.crt") ]);
}

# what a description says itself, or by reference
sub told {
    my ($is) = @_;

    return ($is->{'$ref'} // '') =~ m{^#/components/(\w+)/(.+)$}
        ? $api->{components}{$1}{$2} : $is;
}

sub ask {
    my ($method, $path, $input, $cert) = @_;
    my $body = $t->encode($input);
    my $query = join '&', map { "$_=$input->{$_}" } sort keys %$input;
    my $got = $method eq 'get'
        ? $t->get('ew', "$path?$query", cert => $cert)
        : $t->post('ew', $path, cert => $cert, body => $body);

    return $t->verdict($got);
}

my (@own, $asked, %verdicts);

for my $path (sort grep { m{^/v1/interconn/} } keys %{ $api->{paths} }) {
    for my $method (grep { /^(?:get|post)$/ }
                    sort keys %{ $api->{paths}{$path} }) {
        my $row = $api->{paths}{$path}{$method};
        my ($media) = values %{ $row->{requestBody}{content} || {} };
        my $body = told($media->{schema} || {});
        my @query = map { told($_) } @{ $row->{parameters} || [] };
        my %has = map { $_ => 1 } keys %{ $body->{properties} || {} },
            map { $_->{name} // () } @query;
        my %about = map { $_ => 'X1' } @{ $body->{required} || [] },
            map { $_->{name} } grep { $_->{required} } @query;

        push @own, "$method $path" if $has{node_id};

        # c, about what is b's, and as if it were b

        $about{contract_id} = 'C-b';

        my %as_b = (%about, map { $_ => 'b' } grep { !$has{$_} } @names);
        my $plain = ask($method, $path, \%about, 'c');
        my $named = ask($method, $path, \%as_b, 'c');

        is($named, $plain, "$method $path: names do not matter");
        $verdicts{$plain}++;
        $asked++;
    }
}

note(join ', ', map { "$_: $verdicts{$_}" } sort keys %verdicts);
cmp_ok($asked, '>', 40, 'all endpoints for nodes');
cmp_ok($verdicts{'200 4040'} || 0, '>', 25, 'many of them by its contract');
is_deeply(\@own, [ 'post /v1/interconn/node/contract/apply',
    'get /v1/interconn/node/query', 'post /v1/interconn/node/update' ],
    'these take the id of a node')
    or diag("add what the new ones do with another's, below: @own");

# the second asks about a node; the others speak for the caller

my $update = '/v1/interconn/node/update';
my $info = { name => 'B or C' };

is(ask('post', $update, { contract_id => 'C-b', node_id => 'b', %$info },
    'c'), '200 4040', 'c speaks for b, of its contract');
is(ask('post', $update, { contract_id => 'C-c', node_id => 'b', %$info },
    'c'), '200 4091', '... of c\'s');
is(ask('post', $update, { contract_id => 'C-c',
    node_info => { node_id => 'b', %$info } }, 'c'), '200 4091',
    '... of c\'s, nested');
is($t->redis->get("contract:C-$_", 'name'), $_, "$_ is as it was")
    for qw(b c);
is(ask('post', $update, { contract_id => 'C-c', node_id => 'c', %$info },
    'c'), '200 0', 'c speaks for itself');
is(ask('post', '/v1/interconn/node/contract/apply', {
    contract_id => 'C-new', node_id => 'b', inst_id => 'I-b',
    name => 'b', address => 'https://b.example.org', auth_type => 'CERT',
    auth_credential => $t->slurp("$dir/c.crt") }, 'c'), '200 4001',
    'c applies as b');
ok(!%{ $t->redis->hash('contract:C-new') }, '... there is no such contract');

done_testing();
