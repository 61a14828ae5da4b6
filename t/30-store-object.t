#!/usr/bin/perl

# The node, operators, objects and the catalogue in the store; arguments.

use warnings;
use strict;

use Digest::SHA qw/ sha256_hex /;
use Test::More;

use lib 't/lib';
use IC::Redis;

plan skip_all => 'redis-server is not installed' if !IC::Redis::available();

my $r = IC::Redis->new(node => 'a');
my $w;

###############################################################################

# the library

is($r->call('version')->{fields}{version},
    ($r->library() =~ /local library_version = '(\w{64})'/)[0], 'version');
like($r->status('contract_get'), qr/needs one key and 1 arg/, 'no arguments');
like($r->status('node_init', 'name'), qr/a name without value/, 'odd pairs');

my $reply = $r->command('FCALL_RO', 'interconn_version', 1, $r->{key});
is($reply->[0], 'ok', 'reading functions are flagged so');
$reply = $r->command('FCALL_RO', 'interconn_node_init', 1, $r->{key});
isa_ok($reply, 'IC::Redis::Error', 'a writing one');

###############################################################################

# the node

is($r->status('node_get'), 'not_found', 'no node yet');
$w = $r->watch(sub {
    $r->status('node_init', node_id => 'a', name => 'A', address => 'x');
});
is($w->{result}, 'ok', 'init');
is_deeply($w->{events}, ['NODE_REGISTERED node'], 'evidence');
$w = $r->watch(sub { $r->status('node_init', name => 'AA', system => 's') });
is_deeply($w->{events}, [], 'evidence only once');
is($r->call('node_get')->{fields}{name}, 'A', 'init keeps what is there');
is($r->get('node', 'system'), 's', 'and adds the rest');

for my $node (qw/ b c d /) {
    $r->call('contract_apply_in', 'spki', "key-$node", $node, 'd',
        "C-$node", address => "https://$node");
}

$r->call('contract_confirm_out', "C-$_", 'APPROVED', '{}') for qw/ b c /;
is($r->status('node_update', '{}', node_id => 'z'), 'conflict',
    'node_id is immutable');

my $info = '{"name":"A2","address":"https://a/x"}';
$w = $r->watch(sub {
    $r->status('node_update', $info, node_id => 'a', name => 'A2');
});
is($w->{result}, 'ok', 'update');
is($r->get('node', 'name'), 'A2', 'name');
is_deeply($w->{events}, ['NODE_UPDATED node'], 'evidence');
is_deeply([ map { "$_->{peer} $_->{path} $_->{body}" } @{ $w->{outbox} } ],
    [ map { "$_ /v1/interconn/node/update {\"contract_id\":\"C-$_\","
            . "\"node_info\":$info}" } qw/ b c / ],
    'told to every peer with a live contract');

###############################################################################

# objects

my %created = (
    dataset => 'RES_CREATED', model => 'RES_CREATED',
    project => 'PROJECT_CREATED', flow => 'FLOW_CREATED',
    component => 'COMPONENT_REGISTERED',
);

for my $kind (sort keys %created) {
    my @call = ('object_create', $kind, "$kind-1", name => 'one');

    $w = $r->watch(sub { $r->status(@call) });
    is($w->{result}, 'ok', "create $kind");
    is_deeply($w->{events}, ["$created{$kind} object:$kind:$kind-1"],
        'evidence');
    $w = $r->watch(sub { $r->status(@call) });
    is($w->{result}, 'ok', 'again');
    is_deeply($w->{events}, [], 'without evidence');
    is($r->status('object_create', $kind, "$kind-1", name => 'two'),
        'conflict', 'other content');
    is($r->call('object_get', $kind, "$kind-1")->{fields}{name}, 'one',
        'get');
    is($r->status('object_get', $kind, 'nix'), 'not_found', 'get: unknown');
    $w = $r->watch(sub {
        $r->status('object_update', $kind, "$kind-1", name => 'two');
    });
    is($w->{result}, 'ok', 'update');
    is(@{ $w->{events} }, 1, 'evidence');
    is($r->status('object_update', $kind, 'nix', name => 'x'), 'not_found',
        'update: unknown');
    is($r->call('object_list', $kind, '', '', '1', '10')->{total}, 1, 'list');
    is($r->call('object_list', $kind, 'name', 'two', '', '')->{total}, 1,
        'list by a field');
    is($r->call('object_list', $kind, 'name', 'one', '', '')->{total}, 0,
        'and not');
}

is($r->get('object:flow:flow-1', 'flow_id'), 'flow-1', 'the id is a field');
is($r->status('object_create', 'job', 'x'), 'invalid_fields', 'create: kind');
is($r->status('object_update', 'job', 'x'), 'invalid_fields', 'update: kind');

# newest first

for my $i (1 .. 25) {
    $r->call('object_create', 'flow', sprintf('f-%02d', $i), number => $i);
    $r->command('ZADD', $r->key('ix:flow'), 5e12 + $i,
        sprintf('f-%02d', $i));
}

$reply = $r->call('object_list', 'flow', '', '', '', '');
is($reply->{total}, 26, 'total');
is(@{ $reply->{records} }, 20, 'a page has 20');
is($reply->{records}[0]{number}, 25, 'newest first');
$reply = $r->call('object_list', 'flow', '', '', '2', '20');
is($reply->{records}[0]{number}, 5, 'second page');
is(@{ $reply->{records} }, 6, 'the rest');
is(@{ $r->call('object_list', 'flow', '', '', '9', '20')->{records} }, 0,
    'behind the end');
is(@{ $r->call('object_list', 'flow', '', '', '1', '-1')->{records} }, 26,
    'all');

###############################################################################

# datasets by their query

my $sql = sha256_hex('select * from data.t');

is($r->status('dataset_find', $sql), 'not_found', 'no such query');
$r->call('object_create', 'dataset', 'DQ', query_digest => $sql,
    pub_scope => 'private');
is($r->get('object:dataset:DQ', 'status'), '1', 'datasets start online');
is($r->call('dataset_find', $sql)->{fields}{dataset_id}, 'DQ', 'found');
$r->call('object_update', 'dataset', 'DQ', status => '0');
is($r->status('dataset_find', $sql), 'not_found', 'offline');
$r->call('object_update', 'dataset', 'DQ', status => '1',
    query_digest => sha256_hex('other'));
is($r->status('dataset_find', $sql), 'not_found', 'changed');
is($r->call('dataset_find', sha256_hex('other'))->{fields}{dataset_id}, 'DQ',
    'found by the new one');

###############################################################################

# what peers see

$r->flush();

for my $node (qw/ b c /) {
    $r->call('contract_apply_in', 'spki', "key-$node", $node, 'd',
        "C-$node", address => "https://$node");
}

$r->call('contract_confirm_out', 'C-b', 'APPROVED', '{}');

my %scope = (D1 => 'public', D2 => 'protect', D3 => 'private', D4 => 'public',
    D5 => '');

$r->call('object_create', 'dataset', $_, name => $_, pub_scope => $scope{$_},
    location => '{"path":"/s"}', source => 'file', query_digest => "q$_",
    status => $_ eq 'D4' ? '0' : '1') for sort keys %scope;

$reply = $r->call('catalog_list', 'dataset', 'b', 'C-b', '', '');
is($reply->{total}, 2, 'list');
is_deeply([ sort map { $_->{dataset_id} } @{ $reply->{records} } ],
    ['D1', 'D2'], 'online and not private');
is_deeply([ sort keys %{ $reply->{records}[0] } ],
    [qw/ create_time dataset_id name node_id owner pub_scope status
         update_time version /],
    'without what stays here');
is($r->call('catalog_get', 'dataset', 'b', 'C-b', 'D2')->{fields}{name},
    'D2', 'get');
is($r->call('catalog_get', 'dataset', 'b', 'C-b', 'D2')->{fields}{location},
    undef, 'without its place');
is($r->status('catalog_get', 'dataset', 'b', 'C-b', $_), 'not_found',
    "get: $_") for qw/ D3 D4 D5 nix /;
is($r->status('catalog_get', 'dataset', 'b', $_, 'D1'), 'not_found',
    "get: contract $_") for qw/ C-c nix /;
is($r->status('catalog_list', 'dataset', 'c', 'C-b', '', ''), 'not_found',
    'the contract of another peer');
is($r->status('catalog_list', 'dataset', 'c', 'C-c', '', ''), 'not_found',
    'a contract that is not approved');

$r->call('object_create', 'project', 'P1', contract_ids => '["C-b"]');
$r->call('object_create', 'project', 'P2', contract_ids => '[]');
is($r->call('catalog_list', 'project', 'b', 'C-b', '', '')->{total}, 1,
    'projects of the contract');
is($r->status('catalog_get', 'project', 'b', 'C-b', 'P2'), 'not_found',
    'others are not');
$r->call('object_create', 'component', 'lr:1', status => 'ENABLED');
$r->call('object_create', 'component', 'lr:2', status => 'DISABLED');
$r->call('object_create', 'component', 'lr:3', status => 'ENABLED',
    pub_scope => 'private');
is($r->call('catalog_list', 'component', 'b', 'C-b', '', '')->{total}, 1,
    'components');
$r->call('object_create', 'flow', 'F1');
is($r->status('catalog_get', 'flow', 'b', 'C-b', 'F1'), 'not_found',
    'flows are not shown');
$r->call('contract_terminate_out', 'C-b');
is($r->status('catalog_list', 'dataset', 'b', 'C-b', '', ''), 'not_found',
    'nothing after the end');

done_testing();
