#!/usr/bin/perl

# This node: its record, registered, published, left; and the nodes it knows.
#
# covers: POST /v1/platform/node/register
# covers: POST /v1/platform/node/deregister
# covers: POST /v1/platform/node/publish
# covers: POST /v1/platform/node/unpublish
# covers: GET /v1/platform/node/list
# covers: POST /v1/platform/node/add
# covers: POST /v1/platform/node/remove

use warnings;
use strict;

use lib 't/lib';
use IC;
use IC::Api;
use IC::Caller;
use Test::More;

IC->check;
IC::Api->check;

my $t = IC->new;
my $redis = $t->redis;
my $self = 'hospital-a';
my $api = IC::Api->new;
my $caller = IC::Caller->new($t);

sub peer { $caller->peer(@_) }
sub own  { $caller->own(@_) }
sub left { $caller->left(@_) }

$t->certificate('server');
$t->certificate($_) for qw/ hospital-b hospital-c /;
$redis->call('node_init', node_id => $self, name => 'A',
    institution => 'Hospital A', inst_id => "inst-$self",
    system => 'interconn', system_version => '1.0',
    address => 'https://a.example.org');

my %node = (node_id => $self, name => 'A', institution => 'Hospital A',
    inst_id => "inst-$self", system => 'interconn', system_version => '1.0',
    address => 'https://a.example.org', auth_type => 'CERT',
    auth_credential => $t->slurp("$t->{dir}/server.crt"));
my %extended = (compute_address => 'https://compute.example.org:8443',
    description => 'blood values', functions => [ 'data', 'training' ],
    place => 'Ward 3', maintainers => [ 'ada, ada@example.org' ],
    resources => 'one table', roles => [ 'data_provider', 'initiator' ],
    techniques => [ 'federated learning' ], protocols => [ 'Paillier' ]);
my %internal = (management_address => 'http://10.1.2.3:8080',
    component_address => 'http://10.1.2.4:9000');
my $contract = $t->contract('hospital-b', cert => 'hospital-b');

sub seen { peer('GET', '/node/query', { node_id => $self }, @_) }

###############################################################################
# register

for my $case (
    [ 'another id', { node_id => 'hospital-x' }, 4091 ],
    [ 'another key', { auth_credential =>
        $t->slurp("$t->{dir}/hospital-b.crt") }, 4001 ],
    [ 'an address without TLS', { address => 'http://a.example.org' },
        4001 ],
    [ 'a compute address without TLS', { compute_address =>
        'http://a.example.org' }, 4001 ],
    [ 'a role that is none', { roles => [ 'king' ] }, 4001 ],
    [ 'functions that are no list', { functions => 'data' }, 4001 ],
    [ 'a maintainer that is no text', { maintainers => [ {} ] }, 4001 ],
    [ 'too long a place', { place => 'x' x 257 }, 4001 ],
) {
    my ($name, $wrong, $code) = @$case;
    my $before = $redis->dump;

    is(own('POST', '/node/register', { %node, %$wrong })->{code}, $code,
        "register: $name");
    ok($redis->dump eq $before, '... changes nothing');
}

my ($got, $events, $out) = left(sub { own('POST', '/node/register',
    { %node, %extended, %internal }) });

is_deeply($got, {}, 'register');
is_deeply($events, [ 'NODE_REGISTERED' ], '... evidence');
is($out->[0]{path}, '/v1/interconn/node/update', '... told to the partner');
unlike($t->encode($out->[0]{body}), qr/10\.1\.2|_address|maintainers/,
    '... without what is internal');
is_deeply((left(sub { own('POST', '/node/register',
    { %node, %extended, %internal }) }))[1], [], '... the same again');
is(own('POST', '/node/register', { %node, name => 'B' })->{code}, 4091,
    '... another time needs node/update');

my $record = own('GET', '/node/query', { node_id => $self });

is_deeply({ map { $_ => $record->{$_} } keys %extended }, \%extended,
    'our record: everything');
is_deeply({ map { $_ => $record->{$_} } keys %internal }, \%internal,
    '... what is internal too');
is($record->{registration}, 'REGISTERED', '... registered');
ok($record->{published}, '... published');

my $public = seen();

is_deeply({ map { $_ => $public->{$_} } keys %extended }, \%extended,
    'others see what extends it');
is(join(' ', grep { /management|component|auth|registration|published/ }
    keys %$public), '', '... and nothing internal');
unlike($t->encode($public), qr/10\.1\.2/, '... anywhere');

my @leaks = map { "$_->{path} $_->[1]" } map {
    my $endpoint = $_;
    map { /^(?:management|component)_address$/
          ? { path => $endpoint->{path}, 1 => $_ } : () }
        map { $_->{name} } @{ $endpoint->{out} }
} grep { $_->{side} eq 'east_west' } $api->endpoints;
is("@leaks", '', 'no endpoint between nodes has internal addresses');

# the daemon's configuration does not add to what was registered

$redis->call('node_init', node_id => $self, description => 'other');
is($redis->get('node', 'description'), 'blood values', 'a restart keeps it');

###############################################################################
# update

is(own('POST', '/node/update', { %node, node_id => 'hospital-x' })->{code},
    4091, 'update: the id stays');
is_deeply(own('POST', '/node/update', { %node, place => 'Ward 4',
    management_address => 'http://10.1.2.5' }), {}, 'update');
$record = own('GET', '/node/query', { node_id => $self });
is("$record->{place} $record->{management_address}",
    'Ward 4 http://10.1.2.5', '... extended and internal fields');
is($record->{resources}, 'one table', '... others stay');

###############################################################################
# publish, unpublish

is((left(sub { own('POST', '/node/publish', {}) }))[1][0], undef,
    'publish: it is');
($got, $events) = left(sub { own('POST', '/node/unpublish', {}) });
is_deeply($events, [ 'NODE_UNPUBLISHED' ], 'unpublish: evidence');
is(seen('hospital-c')->{code}, 4040, '... is not shown to strangers');
is(seen('hospital-c')->{msg}, peer('GET', '/node/query',
    { node_id => $self }, 'hospital-c')->{msg}, '... like what is not there');
is(seen('hospital-b')->{name}, 'A', '... but to partners');
is_deeply(peer('GET', '/node/health', {}, 'hospital-c'),
    { status => 'ok' }, '... health is');
($got, $events) = left(sub { own('POST', '/node/publish', {}) });
is_deeply($events, [ 'NODE_PUBLISHED' ], 'publish: evidence');
is(seen('hospital-c')->{name}, 'A', '... is shown');

###############################################################################
# roles in jobs

my $config = $api->config('hospital-b', $self, 'hospital-c');
my %job = (contract_id => $contract, dag => $api->dag, config => $config,
    project_id => 'P1', flow_id => 'F1', name => 'first');

sub asked {
    my ($id, $config) = @_;

    return peer('POST', '/job/audit/apply', { %job, audit_id => "A-$id",
        job_id => "J-$id", config => $config });
}

is_deeply(asked('guest', $config), {}, 'a job with a role that we take');

own('POST', '/node/update', { %node, roles => [ 'coordinator' ] });
$got = asked('guest-2', $config);
is($got->{code}, 4003, '... one that we do not');
like($got->{msg}, qr/no part as data_provider/, '... it says which');
is(own('GET', '/audit/query', { audit_id => 'A-guest-2' })->{code}, 4040,
    '... is not in the inbox');

my $project = own('POST', '/project/create', { name => 'study',
    contract_ids => [ $contract ], type => 'HOMO_FL' })->{project_id};
my $flow = own('POST', '/flow/create', { name => 'flow',
    project_id => $project, dag => $api->dag,
    config => $api->config($self, 'hospital-b', 'hospital-c') })->{flow_id};
my %ours = (flow_id => $flow, dag => $api->dag, name => 'ours',
    config => $api->config($self, 'hospital-b', 'hospital-c'));

is(own('POST', '/job/create', \%ours)->{code}, 4003,
    'who does not initiate makes no job');
own('POST', '/node/update', { %node, roles => [ 'coordinator',
    'initiator' ] });
like(own('POST', '/job/create', \%ours)->{job_id}, qr/^J/, '... else does');
own('POST', '/node/update', { %node, roles => [] });
is_deeply(asked('guest-3', $config), {}, 'who declares none takes all');

###############################################################################
# known nodes

sub known { map { $_->{node_id} => $_ }
    @{ own('GET', '/node/list', { page_size => -1, @_ })->{records} } }

my %known = known();
is("@{[ sort keys %known ]}", 'hospital-b', 'a partner is known');
is("$known{'hospital-b'}{source} $known{'hospital-b'}{contract_id}",
    "contract $contract", '... by its contract');
is($known{'hospital-b'}{address}, 'https://hospital-b.test',
    '... with its address');

my %add = (node_id => 'lab-x', name => 'X', address => 'https://x.test');

is(own('POST', '/node/add', { %add, address => 'https://192.168.1.1' })
    ->{code}, 4004, 'add: not where nobody may be called');
is(own('POST', '/node/add', { %add, node_id => $self })->{code}, 4091,
    '... not ourselves');
is(own('POST', '/node/add', { %add, node_id => 'hospital-b' })->{code},
    4091, '... not who has a contract');
($got, $events) = left(sub { own('POST', '/node/add', \%add) });
is_deeply($events, [ 'PEER_INFO_RECORDED' ], '... evidence');
is_deeply((left(sub { own('POST', '/node/add', \%add) }))[1], [],
    '... the same again');
own('POST', '/node/add', { %add, name => 'X2' });
is({ known() }->{'lab-x'}{name}, 'X2', '... changed');
is(own('GET', '/node/query', { node_id => 'lab-x' })->{name}, 'X2',
    '... found by node/query');

# who applies is known, and better once there is a contract

$t->contract('hospital-c', cert => 'hospital-c', status => 'APPLIED');
is({ known() }->{'hospital-c'}{source}, 'application',
    'who applies is known');
is_deeply([ sort map { $_->{node_id} } @{ own('GET', '/node/list',
    { source => 'manual' })->{records} } ], [ 'lab-x' ], 'list by source');
own('POST', '/contract/confirm', { contract_id => 'C-hospital-c',
    status => 'APPROVED', expired_time => 1983755471000 });
is({ known() }->{'hospital-c'}{source}, 'contract', '... by contract');
peer('POST', '/node/update', { contract_id => 'C-hospital-c',
    node_info => { name => 'C2', address => 'https://c2.test' } },
    'hospital-c');
is({ known() }->{'hospital-c'}{address}, 'https://c2.test',
    '... as it changes');

own('POST', '/contract/apply', { node_id => 'lab-x',
    address => 'https://x2.test' });
%known = known();
is("$known{'lab-x'}{source} $known{'lab-x'}{address}",
    'manual https://x.test', 'what was entered stays');

# what others know about a node's health is shown

$redis->command('HSET', $redis->key('known:lab-x'), 'health', 'DOWN',
    'health_time', '1700000000000', 'health_error', 'refused',
    'latency_ms', '12');
$record = { known() }->{'lab-x'};
is("$record->{health} $record->{health_time} $record->{health_error} "
    . $record->{latency_ms}, 'DOWN 1700000000000 refused 12', 'health');

is(own('POST', '/node/remove', { node_id => 'hospital-b' })->{code}, 4095,
    'remove: not who has a contract');
is(own('POST', '/node/remove', { node_id => 'lab-x' })->{code}, 4095,
    '... not to whom we applied');
is(own('POST', '/node/remove', { node_id => 'nix' })->{code}, 4040,
    '... nobody');
own('POST', '/node/add', { %add, node_id => 'lab-y' });
($got, $events) = left(sub { own('POST', '/node/remove',
    { node_id => 'lab-y' }) });
is_deeply($events, [ 'PEER_INFO_REMOVED' ], '... evidence');
ok(!{ known() }->{'lab-y'}, '... is not known');

###############################################################################
# deregister

$t->contract('hospital-d', status => 'APPLIED');
$t->operator('ada', 'ada', 'auditor');

($got, $events, $out) = left(sub { own('POST', '/node/deregister', {}) });
is_deeply($got, {}, 'deregister');
is($events->[0], 'NODE_DEREGISTERED', '... evidence');
is(scalar(grep { $_ eq 'CONTRACT_TERMINATED' } @$events), 4,
    '... every contract and application ends');
is_deeply([ sort map { $_->{peer} } grep { $_->{path} =~ /terminate$/ }
    @$out ], [qw/ hospital-b hospital-c hospital-d /], '... partners hear it');
is(own('GET', '/contract/query', { contract_id => $contract })->{status},
    'TERMINATED', '... the contract');
is(own('GET', '/audit/query', { audit_id => 'A-guest' })->{status},
    'TERMINATED', '... and what stood under it');
is_deeply((left(sub { own('POST', '/node/deregister', {}) }))[1], [],
    '... again');

is(peer('GET', '/dataset/pub/list', { contract_id => $contract })->{code},
    4031, 'partners are none any more');
is(seen('hospital-c')->{code}, 4096, 'others hear that we have left');
is($redis->status('contract_apply_in', 'node', 'hospital-e', 'hospital-e',
    'digest', 'C-e'), 'node_deregistered', '... and cannot apply');

my @changes = (
    [ '/contract/apply', { node_id => 'lab-z', address => 'https://z.test' } ],
    [ '/node/update', \%node ], [ '/node/publish', {} ],
    [ '/node/add', \%add ], [ '/project/create', { name => 'x',
        contract_ids => [], type => 'HOMO_FL' } ],
);

my $before = $redis->dump;
is(own('POST', @$_)->{code}, 4096, "$_->[0] is not possible") for @changes;
ok($redis->dump eq $before, '... and changes nothing');

is(own('GET', '/contract/list')->{total}, 4, 'to look is');
is(own('GET', '/contract/list', {}, 'ada')->{total}, 4, '... for others too');
is(own('GET', '/operator/self', {}, 'ada')->{name}, 'ada', '... oneself');
is(own('GET', '/node/query', { node_id => $self })->{registration},
    'DEREGISTERED', 'our record says so');

$redis->call('node_init', node_id => $self, name => 'A');
is($redis->get('node', 'registration'), 'DEREGISTERED',
    'a restart does not register');

is(own('POST', '/node/register', { %node, node_id => 'hospital-x' })->{code},
    4091, 'register again: the id stays');
($got, $events) = left(sub { own('POST', '/node/register', { %node }) });
is_deeply($events, [ 'NODE_REGISTERED' ], '... evidence');
$record = own('GET', '/node/query', { node_id => $self });
ok(!exists $record->{place} && !exists $record->{management_address},
    '... with a new record');
ok(!$record->{published}, '... not published');
is(seen('hospital-c')->{code}, 4040, '... until it is');
own('POST', '/node/publish', {});
is(seen('hospital-c')->{name}, 'A', '... is');
like(own('POST', '/contract/apply', { node_id => 'lab-z',
    address => 'https://z.test' })->{contract_id}, qr/^C/,
    '... and may apply');

$caller->finish($0);
$t->finish;
done_testing();
