#!/usr/bin/perl

# Operators, roles and groups of roles over HTTPS: tokens, certificates, both.
#
# covers: POST /v1/platform/operator/create
# covers: POST /v1/platform/operator/update
# covers: POST /v1/platform/operator/delete
# covers: GET /v1/platform/operator/list
# covers: GET /v1/platform/operator/query
# covers: GET /v1/platform/operator/self
# covers: POST /v1/platform/operator/self/token/rotate
# covers: POST /v1/platform/operator/token/rotate
# covers: POST /v1/platform/operator/grant
# covers: POST /v1/platform/operator/revoke
# covers: POST /v1/platform/role/create
# covers: POST /v1/platform/role/update
# covers: POST /v1/platform/role/delete
# covers: GET /v1/platform/role/list
# covers: GET /v1/platform/role/query
# covers: POST /v1/platform/role_group/create
# covers: POST /v1/platform/role_group/update
# covers: POST /v1/platform/role_group/delete
# covers: GET /v1/platform/role_group/list
# covers: GET /v1/platform/role_group/query

use warnings;
use strict;

use lib 't/lib';
use Digest::SHA qw/ sha256_hex /;
use IC;
use IC::Caller;
use Test::More;

IC->check;

# On ns "stranger" is the organisation's own authority; ew has operators
# with certificates of the network's beside the peers.

my $t = IC->new(ns => <<'EOF',
        ssl_client_certificate {{dir}}/stranger.crt;
        ssl_verify_client optional;
        error_page 495 = @refused;
        location @refused { interconn_api north-south; }
EOF
    ew => 'location /both/ { rewrite ^/both(.*)$ $1 break;'
        . ' interconn_api north-south; }');

my $redis = $t->redis;
my $caller = IC::Caller->new($t);
my $self = '/v1/platform/operator/self';

sub own  { $caller->own(@_) }
sub left { $caller->left(@_) }
sub pem  { $t->slurp($t->certificate(@_) . '.crt') }

sub sees { $t->verdict($t->get('ns', $self, @_)) }

###############################################################################
# create

my ($got, $events) = left(sub { own('POST', '/operator/create', {
    name => 'dora', roles => [ 'data_provider' ], description => 'lab' }) });
my $token = $got->{token};

like($token, qr/^[0-9a-f]{48}$/, 'create: a token');
is($got->{name}, 'dora', '... of whom');
is_deeply($events, [ 'ROLE_CHANGED' ], '... evidence');
ok(index($redis->dump, $token) < 0, '... is not kept');
ok(index($redis->dump, sha256_hex($token)) > 0, '... but its digest is');

my $created = $t->post('ns', '/v1/platform/operator/create',
    token => 'secret', body => { name => 'temp' });
is($created->{headers}{'cache-control'}, 'no-store', '... for no cache');
isnt($created->{json}{data}{token}, $token, '... each its own');

is(own('POST', '/operator/create', { name => 'dora' })->{code}, 4091,
    '... a name twice');
is(own('POST', '/operator/create', { name => 'x', roles => [ 'king' ] })
    ->{code}, 4001, '... no such role');
$got = own('POST', '/operator/create', { name => 'x', certificates =>
    [ pem('hospital-b'), 'junk' ] });
is($got->{data}{fields}[0]{field}, '/certificates/1', '... no certificate');

###############################################################################
# self

my $me = own('GET', '/operator/self', {}, $token);
is($me->{name}, 'dora', 'self: its name');
is_deeply($me->{roles}, [ 'data_provider' ], '... roles');
is($me->{node_id}, $t->{node}, '... of which node');
ok((grep { $_ eq 'dataset.edit' } @{ $me->{permissions} }),
    '... permissions it has');
ok(!(grep { $_ eq 'operator.admin' || /\*/ } @{ $me->{permissions} }),
    '... and only those, one by one');
ok(!(grep { /token/ } keys %$me), '... no token');

###############################################################################
# list, query

is_deeply([ sort map { $_->{name} }
    @{ own('GET', '/operator/list')->{records} } ], [qw/ dora olga temp /],
    'list');
my $record = own('GET', '/operator/query', { name => 'dora' });
is("$record->{status} $record->{description}", 'ENABLED lab', 'query');
is_deeply($record->{permissions}, $me->{permissions}, '... permissions');
is(own('GET', '/operator/query', { name => 'nix' })->{code}, 4040,
    '... nobody');

###############################################################################
# rotate

is(own('POST', '/operator/token/rotate', { name => 'dora' }, $token)->{code},
    4038, 'token/rotate is for who administers');
($got, $events) = left(sub { own('POST', '/operator/self/token/rotate', {},
    $token) });
is_deeply($events, [ 'KEY_ROTATED' ], 'self/token/rotate: evidence');
is(sees(token => $token), '401 4012', '... the old one ends');
$token = $got->{token};
is(sees(token => $token), '200 0', '... the new one is good');

($got, $events) = left(sub { own('POST', '/operator/token/rotate',
    { name => 'dora' }) });
is("$got->{name} @$events", 'dora KEY_ROTATED', 'token/rotate');
is(sees(token => $token), '401 4012', '... ends the old one');
$token = $got->{token};
is(own('POST', '/operator/token/rotate', { name => 'nix' })->{code}, 4040,
    '... nobody\'s');

###############################################################################
# grant, revoke, update, roles, groups

is(own('GET', '/model/list', {}, $token)->{code}, 4038, 'no models yet');
is_deeply(own('POST', '/role/create', { name => 'looker',
    permissions => [ 'model.read' ] }), {}, 'role/create');
is_deeply(own('POST', '/role_group/create', { name => 'lab',
    roles => [ 'looker' ] }), {}, 'role_group/create');
is_deeply(own('POST', '/operator/grant', { name => 'dora',
    role_groups => [ 'lab' ] }), {}, 'grant');
is(own('GET', '/model/list', {}, $token)->{total}, 0, '... models');
is(own('POST', '/role/create', { name => 'bad',
    permissions => [ 'model.look' ] })->{code}, 4001, 'no such right');

is_deeply(own('POST', '/role/update', { name => 'looker',
    permissions => [ 'job.read' ] }), {}, 'role/update');
is(own('GET', '/model/list', {}, $token)->{code}, 4038, '... no models');
is_deeply(own('POST', '/role_group/update', { name => 'lab',
    roles => [ 'looker', 'result_receiver' ] }), {}, 'role_group/update');
is(own('GET', '/model/list', {}, $token)->{total}, 0, '... models');
is(own('POST', '/role_group/delete', { name => 'lab' })->{code}, 4095,
    'role_group/delete: in use');
is(own('POST', '/role/delete', { name => 'looker' })->{code}, 4095,
    'role/delete: in use');
is(own('POST', '/role/delete', { name => 'auditor' })->{code}, 4090,
    '... a default one');

my $roles = own('GET', '/role/list', { page_size => -1 });
is($roles->{records}[0]{name}, 'administrator', 'role/list');
like($roles->{records}[0]{description_zh}, qr/\p{Han}/,
    '... in both languages');
is($roles->{records}[-1]{name}, 'looker', '... ours last');
is_deeply(own('GET', '/role/query', { name => 'looker' })->{permissions},
    [ 'job.read' ], 'role/query');
is_deeply(own('GET', '/role_group/query', { name => 'lab' })->{roles},
    [ 'looker', 'result_receiver' ], 'role_group/query');
is(own('GET', '/role_group/list')->{total}, 1, 'role_group/list');

is_deeply(own('POST', '/operator/revoke', { name => 'dora',
    role_groups => [ 'lab' ] }), {}, 'revoke');
is(own('GET', '/model/list', {}, $token)->{code}, 4038, '... at once');
is_deeply(own('POST', '/role_group/delete', { name => 'lab' }), {},
    'role_group/delete');
is_deeply(own('POST', '/role/delete', { name => 'looker' }), {},
    'role/delete');

is_deeply(own('POST', '/operator/update', { name => 'dora',
    status => 'DISABLED' }), {}, 'update: disabled');
is(sees(token => $token), '401 4012', '... at once');
is_deeply(own('POST', '/operator/update', { name => 'dora',
    status => 'ENABLED', expire_time => 1000000000000 }), {},
    '... until a time that is over');
is(sees(token => $token), '401 4012', '... is nobody');
is_deeply(own('POST', '/operator/update', { name => 'dora',
    expire_time => 0 }), {}, '... for ever');
is(sees(token => $token), '200 0', '... is back');

is(own('POST', '/operator/delete', { name => 'olga' })->{code}, 4090,
    'the last administrator stays');
is(own('POST', '/operator/grant', { name => 'dora', roles => [ 'auditor' ] },
    $token)->{code}, 4038, 'who has not the right grants nothing');

###############################################################################
# certificates of the organisation's own authority

my @ours = (authority => 'stranger');

$t->certificate($_, @ours) for qw/ dora-card temp-card lost-card /;
$t->certificate('old-card', @ours, days => -1);
is_deeply(own('POST', '/operator/update', { name => 'dora',
    certificates => [ pem('dora-card'), pem('old-card') ] }), {}, 'bound');
is_deeply(own('GET', '/operator/query', { name => 'dora' })->{keys},
    [ $t->spki('dora-card'), $t->spki('old-card') ],
    '... by the keys\' digests');
is_deeply(own('POST', '/operator/update', { name => 'temp',
    certificates => [ pem('temp-card') ] }), {}, '... another');

for my $case (
    [ 'alone', '200 0', cert => 'dora-card' ],
    [ 'with its token', '200 0', cert => 'dora-card', token => $token ],
    [ 'with another\'s token', '401 4012', cert => 'temp-card',
      token => $token ],
    [ 'with a wrong token', '401 4012', cert => 'dora-card',
      token => 'nonsense' ],
    [ 'with a malformed token', '401 4012', cert => 'dora-card',
      headers => { Authorization => 'Basic bm9uc2Vuc2U=' } ],
    [ 'of nobody', '401 4012', cert => 'lost-card' ],
    [ 'of nobody with a good token', '401 4012', cert => 'lost-card',
      token => $token ],
    [ 'expired', '401 4012', cert => 'old-card' ],
    [ 'expired, with a good token', '401 4012', cert => 'old-card',
      token => $token ],
    [ 'of a peer', '401 4012', cert => 'hospital-b' ],
    [ 'of a peer with a good token', '401 4012', cert => 'hospital-b',
      token => $token ],
    [ 'none, but a token', '200 0', token => $token ],
    [ 'none', '401 4012' ],
) {
    my ($name, $verdict, @who) = @$case;

    is(sees(@who), $verdict, "a certificate: $name");
}

like($t->get('ns', $self, cert => 'old-card')->{json}{msg}, qr/expired/,
    'it says what is wrong with a certificate');
is($t->get('ns', $self, token => 'nonsense')->{body},
    $t->get('ns', $self, cert => 'lost-card', token => $token)->{body},
    '... but not whether a token exists');

# an operator's key is not taken for that of the node or a peer

$redis->call('node_init', node_id => 'hospital-a', name => 'A',
    inst_id => 'inst-hospital-a', address => 'https://a.example.org');
own('POST', '/operator/grant', { name => 'dora', roles =>
    [ 'administrator' ] });
is($t->verdict($t->post('ns', '/v1/platform/node/update',
    cert => 'dora-card', body => { node_id => 'hospital-a', name => 'A2',
    institution => 'A', inst_id => 'inst-hospital-a', system => 's',
    system_version => '1', address => 'https://a.example.org',
    auth_type => 'CERT', auth_credential => pem('server') })), '200 0',
    'works as with a token');

# on a connection that stands

my $socket = $t->socket('ns', cert => 'dora-card');
my $ask = $t->request('GET', $self);

$t->write_all($socket, $ask);
is($t->verdict($t->response($socket)), '200 0', 'kept alive');
own('POST', '/operator/update', { name => 'dora', certificates => [] });
$t->write_all($socket, $ask);
is($t->verdict($t->response($socket)), '401 4012',
    '... ends when it is bound no more');
close $socket;

###############################################################################
# sides

is($t->verdict($t->get('ew', '/v1/interconn/node/health',
    cert => 'temp-card')), '401 4017',
    'our authority\'s certificates are none between nodes');
is($t->verdict($t->get('ew', $self, token => $token)), '404 4041',
    'operators have no paths there');

# one authority for operators and peers: a key is one or the other

is_deeply(own('POST', '/operator/update', { name => 'temp',
    certificates => [ pem('net-card') ] }), {}, 'a card of the network\'s');
is($t->verdict($t->get('ew', "/both$self", cert => 'net-card')), '200 0',
    '... is the operator\'s');

my %apply = (node_id => 'net-card', name => 'B', institution => 'B',
    inst_id => 'inst-b', system => 'other', system_version => '2',
    address => 'https://b.example.org', auth_type => 'CERT',
    auth_credential => pem('net-card'));

is($t->post('ew', '/v1/interconn/node/contract/apply', cert => 'net-card',
    body => \%apply)->{json}{code}, 4038, '... applies for no contract');
is($t->verdict($t->get('ew', '/v1/interconn/dataset/pub/list?contract_id=C1',
    cert => 'net-card')), '403 4038', '... is no peer');

$t->contract('hospital-b', cert => 'hospital-b');
is($t->verdict($t->get('ew', "/both$self", cert => 'hospital-b')),
    '401 4012', 'a peer is no operator');
is(own('POST', '/operator/update', { name => 'temp',
    certificates => [ pem('hospital-b') ] })->{code}, 4091,
    '... and cannot become one');

###############################################################################
# whoever changes something is named; and must be there when it is done

my %project = (name => 'study', contract_ids => [], type => 'HOMO_FL');

own('POST', '/project/create', \%project, $token);
my ($made) = grep { $_->{event} eq 'PROJECT_CREATED' }
    $redis->stream('evidence');
is($made->{by}, 'dora', 'the evidence of a change names the operator');

for my $case ([ 'disabled', { status => 'DISABLED' }, '401 4012' ],
              [ 'as before', { status => 'ENABLED' }, '200 0' ])
{
    my ($name, $change, $verdict) = @$case;
    my $slow = $t->socket('ns');
    my ($head, $body) = split /(?<=\r\n\r\n)/, $t->request('POST',
        '/v1/platform/project/create', token => $token, body => \%project);
    my $projects = $redis->command('ZCARD', $redis->key('ix:project'));

    own('POST', '/operator/update', { name => 'dora', status => 'ENABLED' });
    $t->write_all($slow, $head . substr $body, 0, 5);

    # the one worker has taken the head when it answers what came later

    sees(token => $token) for 1 .. 3;
    own('POST', '/operator/update', { name => 'dora', %$change });
    $t->write_all($slow, substr $body, 5);
    is($t->verdict($t->response($slow)), $verdict,
        "$name while the body was on its way");
    is($redis->command('ZCARD', $redis->key('ix:project')) - $projects,
        $verdict eq '200 0' ? 1 : 0, '... which decides');
    close $slow;
}

###############################################################################
# without TLS

is($t->verdict($t->get('plain', $self, token => $token)), '200 0',
    'development takes tokens without TLS');

is_deeply(own('POST', '/operator/delete', { name => 'dora' }), {}, 'delete');
is(sees(token => $token), '401 4012', '... is nobody');
is(own('POST', '/operator/delete', { name => 'dora' })->{code}, 4040,
    '... once');

unlike($t->log, qr/$token|nonsense/, 'no token in the log');

$caller->finish($0);
$t->finish;

# a listener without TLS and without the directive of development

my $bare = IC->new(bare => 'location /v1/platform/ '
    . '{ interconn_api north-south; }');
$bare->operator('olga', 'secret');
my $answer = $bare->get('bare', $self, token => 'secret');
is($bare->verdict($answer), '401 4012', 'a token does not go without TLS');
like($answer->{json}{msg}, qr/over TLS only/, '... it says so');
is($bare->get('bare', $self, token => 'nonsense')->{body}, $answer->{body},
    '... whatever the token');
$bare->finish;

done_testing();
