#!/usr/bin/perl

# Partners' catalogues as operators see them; the store's side of reading
# them is called as the courier does.
#
# covers: POST /v1/platform/peer/refresh
# covers: GET /v1/platform/peer/dataset/list
# covers: GET /v1/platform/peer/dataset/query
# covers: GET /v1/platform/peer/project/list
# covers: GET /v1/platform/peer/component/list

use warnings;
use strict;

use lib 't/lib';
use IC;
use IC::Api;
use IC::Caller;
use JSON::PP;
use Test::More;

IC->check;
IC::Api->check;

my $t = IC->new;
my $redis = $t->redis;
my $caller = IC::Caller->new($t);
my $json = JSON::PP->new->canonical;

sub own  { $caller->own(@_) }
sub left { $caller->left(@_) }

# a contract with a partner, by the store alone

sub contract {
    my ($node) = @_;

    $redis->call('contract_apply_in', 'spki', "spki-$node", $node,
        "digest $node", "C-$node", node_id => $node, name => $node,
        address => "https://$node.example.org");
    $redis->call('contract_confirm_out', "C-$node", 'APPROVED', '{}');

    return "C-$node";
}

sub entry { return $json->encode([ map { "$_" } @_ ]) }

sub add {
    my ($id, $kind, $page, %entries) = @_;

    return $redis->call('peer_catalog_add', $id, $kind, $page,
        map { $_ => $entries{$_} } sort keys %entries);
}

sub done {
    my ($id, $kind, $error, $truncated) = @_;

    return $redis->status('peer_catalog_done', $id, $kind, $error // '',
        $truncated // '0');
}

sub fails {
    my ($got, $code, $what) = @_;

    is($got->{code}, $code, $what);
}

my $id = contract('bank-b');
my %of = (contract_id => $id);

###############################################################################
# nothing was read yet

my $list = own('GET', '/peer/dataset/list', \%of);
is_deeply($list, { total => 0, records => [], error => '',
    truncated => JSON::PP::false }, 'nothing yet')
    or diag($json->encode($list));

# the courier reads at once when it is told to

my ($got, $events) = left(sub { own('POST', '/peer/refresh', \%of) });
is_deeply($got, {}, 'refresh');
is_deeply($events, [ 'RES_QUERIED' ], '... evidence');
fails(own('POST', '/peer/refresh', { contract_id => 'nix' }), 4040,
    '... no such contract');

my $due = $redis->call('peer_take', 30000, 600000)->{records};
is_deeply([ sort map { "$_->{what} $_->{contract_id}" } @$due ],
    [ "catalog $id", "health $id" ], 'both are due');
is_deeply($redis->call('peer_take', 30000, 600000)->{records}, [],
    '... once');
own('POST', '/peer/refresh', \%of);
is_deeply([ map { "$_->{what} $_->{node_id} $_->{address}" }
    @{ $redis->call('peer_take', 30000, 600000)->{records} } ],
    [ 'catalog bank-b https://bank-b.example.org' ], 'refresh brings it back');

###############################################################################
# a reading takes the place of the last one when it is complete

my $columns = '[{"data_type":"int","name":"x"}]';

is_deeply(add($id, 'dataset', 1,
    D1 => entry(dataset_id => 'D1', name => 'one', count => 5,
                column_metas => $columns),
    D2 => entry(dataset_id => 'D2', name => "z\x{e9}"))->{fields},
    { added => 2, total => 2, full => 0 }, 'a page');
is(add($id, 'dataset', 2, D2 => entry(dataset_id => 'D2', name => 'again'),
    D3 => entry(dataset_id => 'D3'))->{fields}{added}, 1, 'another');
is(own('GET', '/peer/dataset/list', \%of)->{total}, 0, 'not shown before');
is(done($id, 'dataset'), 'ok', 'complete');

$list = own('GET', '/peer/dataset/list', \%of);
is($list->{total}, 3, 'total');
is(join(' ', map { $_->{dataset_id} } @{ $list->{records} }), 'D1 D2 D3',
    'in the order of the partner');
is_deeply($list->{records}[0], { dataset_id => 'D1', name => 'one',
    count => 5, column_metas => [ { data_type => 'int', name => 'x' } ] },
    'fields with their types');
cmp_ok(abs($list->{fetched_at} / 1000 - time), '<', 20, 'when it was read');
is(own('GET', '/peer/dataset/list', { %of, page_num => 2, page_size => 2 })
    ->{records}[0]{dataset_id}, 'D3', 'pages');
is(@{ own('GET', '/peer/dataset/list', { %of, page_size => -1 })->{records} },
    3, 'all');
is(own('GET', '/peer/dataset/query', { %of, dataset_id => 'D2' })->{name},
    "z\x{e9}", 'one');
fails(own('GET', '/peer/dataset/query', { %of, dataset_id => 'D9' }), 4040,
    '... that is not there');

add($id, 'project', 1, P1 => entry(project_id => 'P1', name => 'p',
    node_ids => '["bank-b"]'));
done($id, 'project');
add($id, 'component', 1, 'psi 1.0' => entry(code => 'psi', version => '1.0'));
done($id, 'component', '', 1);
is_deeply(own('GET', '/peer/project/list', \%of)->{records},
    [ { project_id => 'P1', name => 'p', node_ids => [ 'bank-b' ] } ],
    'projects');
$list = own('GET', '/peer/component/list', \%of);
is_deeply($list->{records}, [ { code => 'psi', version => '1.0' } ],
    'components');
ok($list->{truncated}, '... and there are more');

###############################################################################
# a reading that fails leaves what was there, and says why

add($id, 'dataset', 1, D7 => entry(dataset_id => 'D7'));
done($id, 'dataset', 'HTTP 404, code 4040: not there');
$list = own('GET', '/peer/dataset/list', \%of);
is($list->{total}, 3, 'the last reading stays');
is($list->{error}, 'HTTP 404, code 4040: not there', 'why');
cmp_ok($list->{tried_at}, '>=', $list->{fetched_at}, 'and when');
add($id, 'dataset', 1);
done($id, 'dataset');
is_deeply([ @{ own('GET', '/peer/dataset/list', \%of) }{qw(total error)} ],
    [ 0, '' ], 'a partner may have none any more');

# what is kept has a bound

for my $page (1 .. 11) {
    add($id, 'dataset', $page, map { my $n = $page * 1000 + $_;
        ("D$n", entry(dataset_id => "D$n")) } 0 .. 999);
}

done($id, 'dataset', '', 1);
is(own('GET', '/peer/dataset/list', \%of)->{total}, 10000, 'ten thousand');
is(scalar @{ own('GET', '/peer/dataset/list', { %of, page_size => -1 })
    ->{records} }, 10000, '... all of them');

###############################################################################
# who is asked: nobody without a contract

fails(own('GET', '/peer/dataset/list', { contract_id => 'C-nix' }), 4040,
    'no such contract');
own('POST', '/contract/terminate', \%of);
fails(own('GET', '/peer/dataset/list', \%of), 4030, 'an ended one');
fails(own('POST', '/peer/refresh', \%of), 4030, '... is not read');
is(add($id, 'dataset', 1, D1 => entry(dataset_id => 'D1'))->{status},
    'no_contract', '... and nothing comes of a reading under way');
$redis->command('ZADD', $redis->key('partners'), 0, $id);
$redis->call('peer_take', 1, 1);
is_deeply([ grep { /peer/ } @{ $redis->command('KEYS',
    $redis->key('*') =~ s/([{}])/$1/gr) } ], [], 'all is gone with it');
is($redis->command('ZCARD', $redis->key('partners')), 0, 'nothing to probe');

###############################################################################
# health and description

$id = contract('bank-c');
$redis->command('HSET', $redis->key('known:bank-c'), name => 'kept');

sub health {
    my (@args) = @_;

    return $redis->watch(sub { $redis->status('peer_health', 'bank-c', @args) })
        ->{events};
}

is_deeply(health('DOWN', 0, 'no route'), [ 'PEER_HEALTH_CHANGED known:bank-c' ],
    'not there from the beginning');
is_deeply(health('UP', 12, ''), [ 'PEER_CONNECTED known:bank-c' ], 'there');
is_deeply(health('UP', 13, '', clock_ahead => -3,
    certificate_ends => 1924934400000), [], 'still there');
is_deeply(health('DOWN', 5000, 'timeout'),
    [ 'PEER_DISCONNECTED known:bank-c' ], 'gone');

my $known = $redis->hash('known:bank-c');
is_deeply([ @$known{qw(name health health_error latency_ms)} ],
    [ qw(kept DOWN timeout 5000) ], 'recorded');
is_deeply([ @$known{qw(clock_ahead certificate_ends)} ],
    [ -3, 1924934400000 ], '... and what it told while it was there');
my ($shown) = grep { $_->{node_id} eq 'bank-c' } @{ $caller->own('GET',
    '/node/list', { page_size => -1 })->{records} };
is_deeply([ @$shown{qw(clock_ahead certificate_ends)} ],
    [ -3, 1924934400000 ], '... as operators see it');
ok($known->{health_time}, '... when');

my $w = $redis->watch(sub { $redis->status('peer_described', $id,
    name => 'Bank C', institution => 'Bank', inst_id => 'I9',
    address => 'https://evil.example.org', status => 'TERMINATED') });
is_deeply($w->{events}, [ "PEER_INFO_RECORDED contract:$id" ], 'described');
is_deeply([ @{ $redis->hash("contract:$id") }{qw(name institution inst_id
    address status)} ], [ 'Bank C', 'Bank', 'I9',
    'https://bank-c.example.org', 'APPROVED' ], '... nothing else changes');
$w = $redis->watch(sub { $redis->status('peer_described', $id,
    name => 'Bank C', inst_id => 'I8') });
is_deeply($w->{events}, [], 'nothing new');
is($redis->get("contract:$id", 'inst_id'), 'I9', 'an institution stays');

$redis->call('contract_terminate_out', $id);
$redis->command('ZADD', $redis->key('partners'), 0, $id);
$redis->call('peer_take', 1, 1);
my %known = %{ $redis->hash('known:bank-c') };
is_deeply([ $known{name}, grep { /^(?:health|latency|clock|cert)/ }
    keys %known ], [ 'Bank C' ], 'health is forgotten with the contract');

$caller->finish($0);

done_testing();
