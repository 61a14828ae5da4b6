#!/usr/bin/perl

# What a permit is limited to: asked for, published, answered, shown, ended.
#
# covers: GET /v1/platform/permit/list
# covers: GET /v1/platform/permit/query
# covers: POST /v1/platform/permit/revoke

use warnings;
use strict;

use lib 't/lib';
use IC;
use IC::Caller;
use Test::More;

IC->check;

my $t = IC->new;
my $redis = $t->redis;
my $caller = IC::Caller->new($t);
my $b = 'hospital-b';

my $contract = $t->contract($b, cert => $b);
$t->contract('hospital-c', cert => 'hospital-c');

sub peer { $caller->peer(@_) }
sub own  { $caller->own(@_) }
sub left { $caller->left(@_) }

my %dataset = (name => 'blood', source => 'lab', owner => 'inst-a',
    pub_scope => 'public', location => { type => 'csv', path => '/x.csv' },
    column_metas => [ { name => 'C6', data_type => 'double',
        distribution => 'CONTINUOUS' } ]);

sub dataset {
    my (%limits) = @_;

    return own('POST', '/dataset/create', { %dataset,
        %limits ? (usage_limits => \%limits) : () })->{dataset_id};
}

my $n = 0;

# what the peer asks for, and what the operator answers; gives the audit_id,
# the answer and the permit that was sent

sub ask {
    my ($dataset, $ask, $answer) = @_;

    my $audit_id = 'A' . ++$n;
    my $asked = peer('POST', '/dataset/audit/apply', {
        contract_id => $contract, dataset_id => $dataset,
        audit_id => $audit_id, %$ask });

    return $asked if $asked->{code};

    my ($got, $events, $out) = left(sub {
        own('POST', '/audit/confirm', { audit_id => $audit_id,
            status => 'APPROVED', %{ $answer || {} } })
    });

    return { audit_id => $audit_id, answer => $got, events => $events,
        permit => $out->[0] && $out->[0]{body}{resource_permit} };
}

# the limits of a permit that was sent

sub limits {
    my ($asked) = @_;

    my %permit = %{ $asked->{permit} || {} };
    delete @permit{ grep { !/limit|algorithm|scope/ } keys %permit };

    return \%permit;
}

###############################################################################
# asked for

my $end = 1983755471000;
my %all = (time_limit => $end, times_limit => 5, rows_limit => 1000,
    bytes_limit => 50_000, algorithms_allow => [qw/ psi homo_lr /],
    algorithms_deny => [ 'sql' ], auth_scope => [qw/ PROJECT COMPONENT /],
    scope_ids => { PROJECT => [qw/ P1 P2 /], COMPONENT => [ 'psi' ] });

my $plain = dataset();
my $got = ask($plain, \%all);

is_deeply(limits($got), \%all, 'what was asked for is granted');
is_deeply($got->{events}, [qw/ PERMIT_ISSUED AUDIT_APPROVED /],
    '... with evidence');
like($got->{permit}{token}, qr/^mp1\./, '... as a token');

my %record = %{ own('GET', '/audit/query', { audit_id => $got->{audit_id} }) };
is_deeply({ map { $_ => $record{$_} } keys %all }, \%all,
    '... and shown to the operator');

is_deeply(limits(ask($plain, {})), {}, 'nothing asked for: no limits');
is_deeply(limits(ask($plain, { auth_scope => [ 'NODE' ] })), {},
    'the scope of a node is none');
is_deeply(limits(ask($plain, { auth_scope => { PROJECT => [ 'P1' ] } })),
    { auth_scope => [ 'PROJECT' ], scope_ids => { PROJECT => [ 'P1' ] } },
    'a map of scopes');

for my $case ([ auth_scope => [ 'WORLD' ] ], [ auth_scope => 'NODE' ],
              [ auth_scope => [ 'PROJECT' ], 'scope_ids' ],
              [ scope_ids => { PLANET => [ 'x' ] } ],
              [ scope_ids => { PROJECT => 'x' } ],
              [ scope_ids => { PROJECT => [ 'a b' ] } ],
              [ scope_ids => { PROJECT => [ map { "P$_" } 1 .. 65 ] } ],
              [ algorithms_allow => [ 'a,b' ] ], [ rows_limit => 0 ],
              [ bytes_limit => -1 ], [ times_limit => 'many' ])
{
    my ($name, $value, $field) = @$case;
    my $refused = ask($plain, { $name => $value });

    is($refused->{code}, 4001, "$name: refused");
    like($refused->{data}{fields}[0]{field}, qr{^/@{[ $field || $name ]}},
        '... by its name');
}

###############################################################################
# answered

is_deeply(limits(ask($plain, \%all, { times_limit => 2, rows_limit => 10,
    time_limit => $end - 1000, algorithms_allow => [ 'psi' ],
    algorithms_deny => [ 'lr' ], scope_ids => { PROJECT => [ 'P2' ] } })),
    { %all, times_limit => 2, rows_limit => 10, time_limit => $end - 1000,
      algorithms_allow => [ 'psi' ], algorithms_deny => [qw/ sql lr /],
      scope_ids => { PROJECT => [ 'P2' ], COMPONENT => [ 'psi' ] } },
    'an answer narrows');
is_deeply(limits(ask($plain, {}, \%all)), \%all,
    'an answer limits what asked for no limit');

for my $case ([ times_limit => 6 ], [ time_limit => $end + 1000 ],
              [ rows_limit => 1001 ], [ bytes_limit => 50_001 ],
              [ algorithms_allow => [ 'mpc' ] ],
              [ scope_ids => { PROJECT => [qw/ P1 P3 /] } ],
              [ scope_ids => { COMPONENT => [ 'lr' ] } ])
{
    my ($name, $value) = @$case;
    my $wide = ask($plain, \%all, { $name => $value });

    is($wide->{answer}{code}, 4001, "$name: an answer never widens");
    is($wide->{answer}{data}{fields}[0]{field}, "/$name", '... by its name');
    is(own('GET', '/audit/query', { audit_id => $wide->{audit_id} })
        ->{status}, 'APPLIED', '... and nothing was answered');
}

###############################################################################
# published

my %most = (times_limit => 3, rows_limit => 100, time_limit => $end - 5000,
    algorithms_allow => [qw/ psi pir /], algorithms_deny => [ 'homo_lr' ]);
my $bound = dataset(%most);

is_deeply(peer('GET', '/dataset/pub/query', { contract_id => $contract,
    dataset_id => $bound })->{usage_limits}, \%most,
    'a dataset is published with its limits');
is_deeply(own('GET', '/dataset/query', { dataset_id => $bound })
    ->{usage_limits}, \%most, '... and its owner sees them');
is_deeply(limits(ask($bound, {})), \%most, 'they are the most that is given');
is_deeply(limits(ask($bound, { times_limit => 2, rows_limit => 200,
    algorithms_allow => [qw/ pir sql /] })), { %most, times_limit => 2,
    algorithms_allow => [ 'pir' ] }, '... the narrower counts');
is(ask($bound, {}, { times_limit => 4 })->{answer}{code}, 4001,
    '... also for the operator');
is(ask($bound, { algorithms_allow => [ 'sql' ] })->{answer}{code}, 4001,
    'a request that nothing is left of cannot be granted');

own('POST', '/dataset/update', { dataset_id => $bound,
    usage_limits => { times_limit => 1 } });
is_deeply(limits(ask($bound, {})), { times_limit => 1 },
    'what is published now counts');

my $seconds = dataset(time_limit => $end / 1000);
is(limits(ask($seconds, {}))->{time_limit}, $end, 'a limit in seconds');

###############################################################################
# shown

$got = ask($plain, \%all);

my $list = own('GET', '/permit/list', { resource_id => $plain,
    page_size => 1 });
my $id = $list->{records}[0]{permit_id};
my $shown = own('GET', '/permit/query', { permit_id => $id });

is($shown->{audit_id}, $got->{audit_id}, 'the latest permit');
is_deeply({ map { $_ => $shown->{$_} } qw/ dir status node_id resource_type
    times_limit times_left rows_left bytes_left used time_limit scope / },
    { dir => 'issued', status => 'ACTIVE', node_id => $b,
      resource_type => 'dataset', times_limit => 5, times_left => 5,
      rows_left => 1000, bytes_left => 50_000, used => 0, time_limit => $end,
      scope => 'PROJECT=P1,P2 COMPONENT=psi ALLOW=psi,homo_lr DENY=sql' },
    '... and what is left of it');
ok(!exists $shown->{token} && $t->encode($list) !~ /mp1\./, '... no token');
is(own('GET', '/permit/query', { permit_id => 'x' })->{code}, 4040,
    'another one');

is($redis->status($redis->use_of($id, 'u1', $b, 'dataset', $plain)),
    'permit_scope',
    'a use that names nothing');
is($redis->status('permit_settle', $id, 't1', 400, 0), 'ok', 'rows are read');
is($redis->status('permit_settle', $id, 't1', 400, 0), 'ok', '... once');
is($redis->status('permit_settle', $id, 't2', 601, 0), 'permit_exhausted',
    '... and no more than there are');
is(own('GET', '/permit/query', { permit_id => $id })->{rows_left}, 600,
    '... which are shown');
is($redis->status('permit_settle', $id, 't2', 600, 0), 'ok', 'all of them');
is(own('GET', '/permit/query', { permit_id => $id })->{status}, 'EXHAUSTED',
    '... is the end');

my $total = own('GET', '/permit/list', { page_size => -1 })->{total};
is(own('GET', '/permit/list', { dir => 'issued' })->{total}, $total,
    'all are ours');
is(own('GET', '/permit/list', { status => 'EXHAUSTED' })->{total}, 1,
    'by status');
is(own('GET', '/permit/list', { node_id => 'hospital-c' })->{total}, 0,
    'by node');
is(own('GET', '/permit/list', { resource_type => 'model' })->{total}, 0,
    'by kind');

###############################################################################
# ended

my ($answer, $events, $out) = left(sub {
    own('POST', '/permit/revoke', { permit_id => $id })
});
is_deeply($answer, {}, 'revoked');
is_deeply($events, [qw/ AUDIT_TERMINATED PERMIT_REVOKED /], '... evidence');
is($out->[0]{path}, '/v1/interconn/dataset/audit/terminate', '... told');
is(own('GET', '/permit/query', { permit_id => $id })->{status}, 'REVOKED',
    '... shown');

($answer, $events, $out) = left(sub {
    own('POST', '/permit/revoke', { permit_id => $id })
});
is_deeply([ $answer, $events, $out ], [ {}, [], [] ], 'again: no effect');
is(own('POST', '/permit/revoke', { permit_id => 'x' })->{code}, 4040,
    'another one');

###############################################################################
# the other side: a permit that we hold

my $c = $redis->get('contract:C-hospital-c', 'contract_id');
($answer, $events, $out) = left(sub {
    own('POST', '/audit/apply', { contract_id => $c,
        resource_type => 'dataset', resource_id => 'D-c', %all })
});
my $asked = $out->[0]{body};
is_deeply({ map { $_ => $asked->{$_} } keys %all }, \%all,
    'limits are asked for');
is(own('POST', '/audit/apply', { contract_id => $c, auth_scope => [ 'X' ],
    resource_type => 'dataset', resource_id => 'D-c' })->{code}, 4001,
    '... if they are some');

my %permit = (token => 'opaque-token', resource_level => 1,
    resource_type => 'Dataset', resource_id => 'D-c',
    resource_node_id => 'hospital-c', resource_inst_id => 'i',
    request_node_id => 'hospital-a', request_inst_id => 'i', %all,
    times_limit => 4);

is(peer('POST', '/dataset/audit/confirm', { audit_id => $asked->{audit_id},
    status => 'APPROVED', resource_permit => { %permit,
    auth_scope => [ 'X' ] } }, 'hospital-c')->{code}, 4001,
    'a permit with another scope');
is_deeply(peer('POST', '/dataset/audit/confirm', {
    audit_id => $asked->{audit_id}, status => 'APPROVED',
    resource_permit => \%permit }, 'hospital-c'), {}, 'it is granted');

$list = own('GET', '/permit/list', { dir => 'held' });
is($list->{total}, 1, 'we hold it');

my $held = $list->{records}[0];
is_deeply({ map { $_ => $held->{$_} } qw/ dir status node_id resource_id
    times_limit rows_limit audit_id scope / },
    { dir => 'held', status => 'ACTIVE', node_id => 'hospital-c',
      resource_id => 'D-c', times_limit => 4, rows_limit => 1000,
      audit_id => $asked->{audit_id},
      scope => 'PROJECT=P1,P2 COMPONENT=psi ALLOW=psi,homo_lr DENY=sql' },
    '... with its limits');
is(own('GET', '/permit/query', { permit_id => $held->{permit_id} })
    ->{audit_id}, $asked->{audit_id}, '... by its id');
is(own('POST', '/permit/revoke', { permit_id => $held->{permit_id} })
    ->{code}, 4040, '... and is not ours to revoke');

peer('POST', '/dataset/audit/terminate', { audit_id => $asked->{audit_id} },
    'hospital-c');
is(own('GET', '/permit/query', { permit_id => $held->{permit_id} })
    ->{status}, 'REVOKED', '... but its owner\'s');

###############################################################################
# the end of a contract

my $last = ask($plain, {});
own('POST', '/contract/terminate', { contract_id => $contract });
is(own('GET', '/permit/list', { dir => 'issued', status => 'ACTIVE' })
    ->{total}, 0, 'ends every permit under it');

unlike($t->log, qr/mp1\.|opaque-token/, 'no token is logged');

$caller->finish($0);
$t->finish;
done_testing();
