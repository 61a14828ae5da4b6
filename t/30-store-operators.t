#!/usr/bin/perl

# Operators, roles and groups of roles in the store: who may change whom, and
# that somebody who may do everything is always left.

use warnings;
use strict;

use lib 't/lib';
use Digest::SHA qw/ sha256_hex /;
use IC::Redis;
use JSON::PP ();
use Test::More;

plan(skip_all => 'no redis-server') if !IC::Redis->available();

my $r = IC::Redis->new;
my $w;

sub json { JSON::PP->new->canonical->encode($_[0]) }
sub list { [ sort @{ JSON::PP->new->decode($_[0] || '[]') } ] }

sub identify {
    my ($token, $permission, $spki) = @_;

    return $r->status('operator_identify', $token && sha256_hex($token),
        $spki // '', $permission || 'dataset.read');
}

sub create {
    my ($by, $name, $roles, @more) = @_;

    return $r->status('operator_create', $by, $name, sha256_hex($name), '[]',
        roles => json($roles), @more);
}

sub held { list($r->call('operator_get', $_[0])->{fields}{permissions}) }

# A refused change leaves no trace.

sub unchanged {
    my ($code, $status, $name) = @_;

    my $before = $r->dump;

    is($code->(), $status, $name);
    ok($r->dump eq $before, '... and nothing has changed');
}

###############################################################################
# the shell's own function: the first operator

is(identify('secret'), 'no_operator', 'no operator');
unchanged(sub { $r->status('operator_put', 'ann', sha256_hex('secret'),
    'king') }, 'invalid_fields', 'no such role');

$w = $r->watch(sub { $r->status('operator_put', 'ann',
    sha256_hex('secret'), 'data_provider, auditor') });
is($w->{result}, 'ok', 'put');
is_deeply($w->{events}, [ 'ROLE_CHANGED operator:ann' ], 'evidence');
is(identify('secret'), 'ok', 'identified');
is($r->call('operator_identify', sha256_hex('secret'), '', 'model.read')
    ->{fields}{name}, 'ann', '... by the second role too');
$w = $r->watch(sub { $r->status('operator_put', 'ann',
    sha256_hex('secret'), 'data_provider, auditor') });
is_deeply($w->{events}, [], 'no evidence of no change');
is($r->status('operator_put', 'bob', sha256_hex('secret'), 'auditor'),
    'conflict', 'another\'s token');
is($r->status('operator_put', 'ann', sha256_hex('other'), 'auditor'), 'ok',
    'another token');
is(identify('secret'), 'no_operator', '... ends the old one');
is(identify('other'), 'ok', '... and begins');
is($r->status('operator_put', 'ann', sha256_hex('other'), ''), 'ok',
    'removed');
is(identify('other'), 'no_operator', '... is nobody');
is($r->status('operator_put', 'ann', sha256_hex('other'), ''), 'ok',
    '... again');
is($r->command('KEYS', '*operator*') && "@{ $r->command('KEYS',
    '*operator-*') }", '', '... leaves no way to it');

###############################################################################
# create

is(create('', 'root', [ 'administrator' ]), 'ok', 'the first');
unchanged(sub { create('', 'root', [ 'auditor' ]) }, 'conflict',
    'a name twice');
unchanged(sub { create('root', 'x', [ 'king' ]) }, 'invalid_fields',
    'a role that there is not');
unchanged(sub { create('root', 'x', [], role_groups => '["g"]') },
    'invalid_fields', 'a group that there is not');
unchanged(sub { create('root', 'x', [], expire_time => '1000000000000') },
    'invalid_fields', 'an end that is over');
unchanged(sub { create('nobody', 'x', []) }, 'no_operator',
    'an operator that is gone');

$w = $r->watch(sub { create('root', 'dora', [ 'data_provider' ],
    description => 'data') });
is($w->{result}, 'ok', 'an operator makes one');
is($w->{evidence}[0]{by}, 'root', '... and is named in the evidence');
is($w->{evidence}[0]{roles}, '["data_provider"]', '... with the roles');
ok(!(grep { ($_->{token} // '') ne '' } @{ $w->{evidence} }),
    '... without the digest of the token');
is(identify('dora', 'dataset.edit'), 'ok', 'allowed');
is($r->call('operator_identify', sha256_hex('dora'), '', 'job.operate')
    ->{detail}, 'operator dora lacks permission job.operate', 'not allowed');
is(identify('dora', 'self.edit'), 'ok', 'everybody is himself');

my $record = $r->call('operator_get', 'dora')->{fields};
is($record->{description}, 'data', 'get');
ok(!exists $record->{token}, '... without the token');
is($r->call('operator_list', 1, 20)->{total}, 2, 'list');
ok(!(grep { exists $_->{token} } @{ $r->call('operator_list', 1, 20)
    ->{records} }), '... without tokens');
is($r->status('operator_get', 'nobody'), 'not_found', 'nobody');

###############################################################################
# nobody gives, changes or takes what he does not have

is($r->status('role_create', 'root', 'staff', permissions =>
    json([ 'operator.admin', 'operator.read', 'role.admin', 'dataset.*' ])),
    'ok', 'a role of our own');
is(create('root', 'sam', [ 'staff' ]), 'ok', 'who has it');

for my $case (
    [ 'makes an administrator', sub { create('sam', 'x',
        [ 'administrator' ]) } ],
    [ 'makes an auditor', sub { create('sam', 'x', [ 'auditor' ]) } ],
    [ 'makes himself one', sub { $r->status('operator_grant', 'sam', 'sam',
        '["operator"]', '') } ],
    [ 'takes from one', sub { $r->status('operator_revoke', 'sam', 'root',
        '["administrator"]', '') } ],
    [ 'disables one', sub { $r->status('operator_update', 'sam', 'root',
        status => 'DISABLED') } ],
    [ 'deletes one', sub { $r->status('operator_delete', 'sam', 'root') } ],
    [ 'takes over one by its token', sub { $r->status('operator_rotate',
        'sam', 'root', sha256_hex('x')) } ],
    [ 'takes over one by a certificate', sub { $r->status('operator_update',
        'sam', 'root', keys => '["' . 'a' x 64 . '"]') } ],
    [ 'makes a larger role', sub { $r->status('role_create', 'sam', 'big',
        permissions => '["model.read"]') } ],
    [ 'makes a role of all reading', sub { $r->status('role_create', 'sam',
        'big', permissions => '["*.read"]') } ],
    [ 'makes his own role larger', sub { $r->status('role_update', 'sam',
        'staff', permissions => '["*"]') } ],
    [ 'makes a group of more', sub { $r->status('role_group_create', 'sam',
        'big', roles => '["staff","auditor"]') } ],
) {
    unchanged($case->[1], 'not_permitted', "who holds less $case->[0]");
}

is(create('sam', 'tom', [ 'staff' ]), 'ok', 'who holds as much may');
is($r->status('operator_rotate', 'sam', 'tom', sha256_hex('t2')), 'ok',
    '... change another\'s token');
is(identify('t2'), 'ok', '... which is good');
is(identify('tom'), 'no_operator', '... in place of the old one');
is($r->status('operator_rotate', 'tom', 'tom', sha256_hex('t3')), 'ok',
    '... and his own');
is($r->status('role_create', 'sam', 'small', permissions =>
    '["dataset.read"]', description => 'looks'), 'ok', '... make a role');

###############################################################################
# grant, revoke, groups

$w = $r->watch(sub { $r->status('role_group_create', 'root', 'lab',
    roles => '["small","result_receiver"]') });
is_deeply($w->{events}, [ 'ROLE_CHANGED role_group:lab' ], 'a group');
unchanged(sub { $r->status('role_group_create', 'root', 'lab2',
    roles => '["nix"]') }, 'invalid_fields', '... of nothing');

is(create('root', 'lea', []), 'ok', 'without any role');
is(identify('lea'), 'not_permitted', '... may nothing');
is_deeply(held('lea'), [ 'self.edit', 'self.read' ], '... but see itself');
is($r->status('operator_grant', 'root', 'lea', '["data_provider"]',
    '["lab"]'), 'ok', 'granted');
is(identify('lea', 'model.read'), 'ok', '... by the group');
is(identify('lea', 'dataset.edit'), 'ok', '... by the role');
$w = $r->watch(sub { $r->status('operator_grant', 'root', 'lea',
    '["data_provider"]', '') });
is_deeply([ $w->{result}, @{ $w->{events} } ], [ 'ok' ], '... again');
is($r->get('operator:lea', 'roles'), '["data_provider"]', '... once');
is($r->status('operator_revoke', 'root', 'lea', '["auditor"]', ''), 'ok',
    'what it has not is taken');
is($r->status('operator_revoke', 'root', 'lea', '["data_provider"]', ''),
    'ok', 'taken');
is(identify('lea', 'dataset.edit'), 'not_permitted', '... at once');
is(identify('lea', 'dataset.read'), 'ok', '... the group\'s stay');

is($r->status('role_group_update', 'root', 'lab', roles => '["small"]'),
    'ok', 'the group changes');
is(identify('lea', 'model.read'), 'not_permitted', '... at once');
is($r->status('role_update', 'root', 'small', permissions =>
    '["model.read"]'), 'ok', 'the role in it changes');
is(identify('lea', 'model.read'), 'ok', '... at once');
is($r->get('role:small', 'description'), 'looks', '... and only that');

unchanged(sub { $r->status('role_delete', 'root', 'small') }, 'in_use',
    'a role in a group stays');
unchanged(sub { $r->status('role_group_delete', 'root', 'lab') }, 'in_use',
    'a group in use stays');
is($r->call('role_delete', 'root', 'staff')->{detail}, 'operator sam',
    'it says by whom') or diag($r->call('role_delete', 'root', 'staff')
    ->{status});
is($r->status('operator_revoke', 'root', 'lea', '', '["lab"]'), 'ok',
    'not any more');
is($r->status('role_group_delete', 'root', 'lab'), 'ok', '... goes');
is($r->status('role_group_delete', 'root', 'lab'), 'not_found', '... once');
is($r->status('role_delete', 'root', 'small'), 'ok', '... the role too');

###############################################################################
# patterns, default roles

for my $pattern (qw/ dataset datasets.read dataset.reed . *.* a.* ** /, '',
                 'dataset.read ')
{
    unchanged(sub { $r->status('role_create', 'root', 'x', permissions =>
        json([ 'dataset.read', $pattern ])) }, 'invalid_fields',
        "no pattern: \"$pattern\"");
}

for my $name (qw/ administrator operator auditor data_provider /) {
    unchanged(sub { $r->status('role_create', 'root', $name, permissions =>
        '[]') }, 'conflict', "$name is there");
    unchanged(sub { $r->status('role_update', 'root', $name, permissions =>
        '[]') }, 'wrong_state', '... cannot be changed');
    unchanged(sub { $r->status('role_delete', 'root', $name) },
        'wrong_state', '... nor removed');
}

my $all = $r->call('role_list', 1, -1);
is($all->{records}[0]{name}, 'administrator', 'list: default roles first');
is($all->{records}[0]{is_default}, 'true', '... known as such');
is($all->{records}[-1]{name}, 'staff', '... then ours');
is($all->{total}, scalar @{ $all->{records} }, '... all');
is_deeply([ map { $_->{name} } map { @{ $r->call('role_list', $_, 3)
    ->{records} } } 1 .. 4 ], [ map { $_->{name} } @{ $all->{records} } ],
    '... by pages');
is($r->call('role_get', 'auditor')->{fields}{permissions}, '["*.read"]',
    'get: a default one');
is($r->call('role_get', 'staff')->{fields}{name}, 'staff', '... ours');
is($r->status('role_get', 'nix'), 'not_found', '... none');

###############################################################################
# the last administrator

for my $case (
    [ 'deleted', sub { $r->status('operator_delete', 'root', 'root') } ],
    [ 'disabled', sub { $r->status('operator_update', 'root', 'root',
        status => 'DISABLED') } ],
    [ 'given an end', sub { $r->status('operator_update', 'root', 'root',
        expire_time => '4000000000000') } ],
    [ 'stripped', sub { $r->status('operator_revoke', 'root', 'root',
        '["administrator"]', '') } ],
    [ 'deleted by the shell', sub { $r->status('operator_delete', '',
        'root') } ],
) {
    unchanged($case->[1], 'wrong_state', "not $case->[0]");
}

# one by a role of our own, in a group

is($r->status('role_create', 'root', 'chief', permissions => '["*"]'), 'ok',
    'another role of everything');
is($r->status('role_group_create', 'root', 'chiefs', roles => '["chief"]'),
    'ok', '... in a group');
is(create('root', 'cleo', [], role_groups => '["chiefs"]'), 'ok',
    '... of another operator');
is($r->status('operator_delete', 'cleo', 'root'), 'ok',
    'the last but one goes');
unchanged(sub { $r->status('operator_delete', 'cleo', 'cleo') },
    'wrong_state', 'the last one stays');
unchanged(sub { $r->status('role_update', 'cleo', 'chief', permissions =>
    '["*.read"]') }, 'wrong_state', '... its role too');
unchanged(sub { $r->status('role_group_update', 'cleo', 'chiefs', roles =>
    '[]') }, 'wrong_state', '... its group too');
is(create('cleo', 'eve', [ 'operator' ], status => 'DISABLED'), 'ok',
    'a disabled one');
unchanged(sub { $r->status('operator_delete', 'cleo', 'cleo') },
    'wrong_state', '... does not count');
is(create('cleo', 'ed', [ 'operator' ], expire_time => '4000000000000'),
    'ok', 'one with an end');
unchanged(sub { $r->status('operator_delete', 'cleo', 'cleo') },
    'wrong_state', '... neither');
is($r->status('operator_update', 'cleo', 'eve', status => 'ENABLED'), 'ok',
    'once it is enabled');
is($r->status('operator_delete', 'eve', 'cleo'), 'ok', '... it does');

###############################################################################
# disabled, expired

is(identify('eve', 'model.read'), 'ok', 'eve works');
is(create('eve', 'dan', [ 'auditor' ], status => 'DISABLED'), 'ok', 'dan');
is(identify('dan', 'model.read'), 'no_operator', '... disabled');
is($r->status('operator_update', 'eve', 'dan', status => 'ENABLED',
    expire_time => '1000000000000'), 'ok', '... enabled until then');
is(identify('dan', 'model.read'), 'no_operator', '... is over');
is($r->status('operator_update', 'eve', 'dan', expire_time => '0'), 'ok',
    '... 0 is for ever');
is(identify('dan', 'model.read'), 'ok', '... works');

###############################################################################
# certificates

my ($one, $two) = ('1' x 64, '2' x 64);

is($r->status('operator_update', 'eve', 'dan', keys => json([ $one ])),
    'ok', 'a certificate');
is(identify('', 'model.read', $one), 'ok', '... identifies');
is(identify('dan', 'model.read', $one), 'ok', '... with the token');
is(identify('eve', 'model.read', $one), 'no_operator',
    '... not with another\'s');
is(identify('dan', 'model.read', $two), 'no_operator',
    'the token with an unknown one');
is(identify('nix', 'model.read', $one), 'no_operator',
    '... a wrong token with a good one');
is(identify('', 'model.read', ''), 'no_operator', '... nothing');
unchanged(sub { $r->status('operator_update', 'eve', 'eve', keys =>
    json([ $one ])) }, 'conflict', 'a certificate of another');
is($r->status('operator_update', 'eve', 'dan', keys => json([ $two ])),
    'ok', 'another certificate');
is(identify('', 'model.read', $one), 'no_operator', '... ends the old one');
is(identify('', 'model.read', $two), 'ok', '... and begins');
is($r->status('operator_delete', 'eve', 'dan'), 'ok', 'deleted');
is(identify('', 'model.read', $two), 'no_operator', '... its certificate');
is($r->status('operator_delete', 'eve', 'dan'), 'not_found', '... once');

# a key is a peer's or an operator's, never both

$r->call('contract_apply_in', 'spki', $one, 'hospital-b', 'digest', 'C1',
    name => 'B');
unchanged(sub { $r->status('operator_create', 'eve', 'pete',
    sha256_hex('pete'), json([ $one ])) }, 'conflict', 'a peer\'s key');
is($r->status('operator_update', 'eve', 'eve', keys => json([ $two ])),
    'ok', 'an operator\'s key');
unchanged(sub { $r->status('contract_apply_in', 'spki', $two, 'hospital-c',
    'digest', 'C2', name => 'C') }, 'not_permitted',
    '... applies for no contract');
unchanged(sub { $r->status('peer_identify', 'spki', $two) },
    'not_permitted', '... is no peer');

done_testing();
