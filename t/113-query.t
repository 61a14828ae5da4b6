#!/usr/bin/perl

# Queries that partners send as text: each waits for its owner once, by the
# digest of its text and the node that asks.
#
# covers: GET /v1/platform/query/list
# covers: GET /v1/platform/query/query
# covers: GET /v1/platform/query/sources
# covers: POST /v1/platform/query/approve
# covers: POST /v1/platform/query/refuse
# covers: POST /v1/platform/query/revoke

use warnings;
use strict;
use utf8;

use Digest::SHA qw(sha256_hex);
use lib 't/lib';
use IC;
use IC::Api;
use IC::Caller;
use Test::More;

IC->check;
IC::Api->check;

my $t = IC->new;
my $redis = $t->redis;
my $api = IC::Api->new;
my $caller = IC::Caller->new($t);
my $self = 'hospital-a';
my $jobs = 0;
my %place = (type => 'odbc', dsn => 'his');

$redis->call('node_init', node_id => $self, name => 'A', inst_id => 'ia',
    institution => 'Hospital A', address => 'https://a.example.org');

sub peer { $caller->peer(@_) }
sub own  { $caller->own(@_) }

for my $node ('hospital-b', 'hospital-c') {
    my $pem = $t->slurp($t->certificate($node) . '.crt');
    my $contract = peer('POST', '/node/contract/apply', { node_id => $node,
        name => $node, institution => $node, inst_id => "inst-$node",
        system => 'other', system_version => '2', auth_type => 'CERT',
        address => "https://$node.example.org", auth_credential => $pem },
        $node)->{contract_id};

    own('POST', '/contract/confirm', { contract_id => $contract,
        status => 'APPROVED', expired_time => 1924934400000 });
}

sub inbox { records('/audit/inbox', @_) }
sub list { records('/query/list', @_) }

sub records {
    my ($path, %fields) = @_;
    return @{ own('GET', $path, { page_size => -1, %fields })->{records} };
}

sub one {
    my ($id) = @_;
    return own('GET', '/query/query', { query_id => $id });
}

# a job of the node that would run these texts here; its audit_id

sub ask {
    my ($sql, $node, $other) = @_;
    my $id = 'J' . ++$jobs;
    my $config = $api->config($node || 'hospital-b', $self,
        $other || 'hospital-c');

    $config->{task_params}{guest}{0} = { lr => { data_sql => $sql } };

    my $got = peer('POST', '/job/audit/apply', { audit_id => "A-$id",
        job_id => $id, flow_id => 'F1', dag => $api->dag,
        conf => $config }, $node || 'hospital-b');

    is_deeply($got, {}, 'a job asks') or diag(explain $got);

    return "A-$id";
}

sub events {
    my ($code) = @_;
    my ($got, $events) = $caller->left($code);
    return ($got, $events);
}

sub answer {
    my ($what, $id, %fields) = @_;
    return own('POST', "/query/$what", { query_id => $id, %fields });
}

###############################################################################
# asked

is_deeply(own('GET', '/query/list'), { total => 0, records => [] },
    'nothing was asked');

my $sql = "SELECT id, x\n  FROM Blood WHERE name = 'A  B';";
my $normal = "select id, x from Blood where name = 'A  B'";
my $audit;
my (undef, $left) = events(sub { $audit = ask({ pos => $sql }) });

is_deeply($left, [ 'AUDIT_APPLIED', 'QUERY_APPLIED' ], 'evidence of both');

my ($card) = inbox(kind => 'query');
my ($job) = inbox(kind => 'job');
my $id = $card->{id};

is($card->{sql}, $normal, 'the owner sees the text that would run');
is($card->{digest}, sha256_hex($normal), '... its digest');
is($card->{node_id}, 'hospital-b', '... who asks');
is($card->{job_id}, 'J1', '... for which job');
like($card->{statement}, qr/^hospital-b \(hospital-b\) asks to run a query/,
    '... in words');
like($card->{statement}, qr/ job J1, its step lr, digest [0-9a-f]{64}$/,
    '... all of them');
ok($card->{statement_zh}, '... in Chinese');
is_deeply($job->{queries}, [ $id ], 'the job names it');

my ($record) = list();
is_deeply([ @$record{qw( query_id status part task_name )} ],
    [ $id, 'PENDING', 'pos', 'lr' ], 'its record');
is_deeply(one($id), $record, '... by its id');
is(one('Q0')->{code}, 4040, 'no such query');
is(scalar list(status => 'APPROVED'), 0, 'by state');
is(scalar list(node_id => 'hospital-c'), 0, '... by node');
is(scalar list(sql_digest => sha256_hex($normal)), 1, '... by digest');
is(own('GET', '/query/list', { status => 'FINE' })->{code}, 4001,
    'no such state');

###############################################################################
# the job's approval waits for it

(undef, $left) = events(sub {
    own('POST', '/audit/confirm', { audit_id => $audit,
        status => 'APPROVED' })
});
is_deeply($left, [ 'AUDIT_HELD' ], 'the job is approved, and is told later');

($job) = inbox(kind => 'job');
ok($job->{held}, '... as the inbox says');

my $shown = own('GET', '/audit/query', { audit_id => $audit });

is($shown->{pending}[0]{reason}, 'own_query', '... and the request');
like($shown->{pending_reason}, qr/\Q$id\E/, '... what it waits for');

###############################################################################
# answers that are not taken

for my $case (
    [ 'no location', 4001, {} ],
    [ 'a file of rows', 4001, { location => { type => 'csv',
        path => '/x' } } ],
    [ 'no name of a data source', 4001, { location => { type => 'odbc' } } ],
    [ 'options of a driver', 4001, { location => { %place, dsn => 'his',
        Driver => '/tmp/evil.so' } } ],
    [ 'another query', 4001, { location => { %place,
        query => 'select 1' } } ],
    [ 'a table', 4001, { location => { %place, table => 't' } } ],
    [ 'another digest', 4091, { location => \%place,
        digest => sha256_hex('x') } ],
    [ 'a time that is over', 4001, { location => \%place,
        time_limit => 1000000000000 } ],
    [ 'no rows', 4001, { location => \%place, rows_limit => 0 } ],
    [ 'a file of the other kind', 4001, { location => { %place,
        path => '/x' } } ])
{
    my ($name, $code, $fields) = @$case;
    my ($got, $left) = events(sub { answer('approve', $id, %$fields) });

    is($got->{code}, $code, "$name: refused");
    is_deeply($left, [], '... and nothing happened');
}

is(answer('approve', 'Q0', location => \%place)->{code}, 4040,
    'a query that is not there');
is(answer('revoke', $id)->{code}, 4090, 'what is not approved is not revoked');

$t->operator('anna', 'auditor-token', 'auditor');
$t->operator('dora', 'data-token', 'data_provider');

for my $what (qw( approve refuse revoke )) {
    is($caller->call('POST', "/v1/platform/query/$what",
        { query_id => $id, $what eq 'approve' ? (location => \%place) : () },
        'auditor-token')->{code}, 4038, "an auditor does not $what");
}

is($caller->call('GET', '/v1/platform/query/list', {}, 'auditor-token')
    ->{total}, 1, 'but reads');

###############################################################################
# approved

(undef, $left) = events(sub {
    $caller->call('POST', '/v1/platform/query/approve', { query_id => $id,
        location => \%place, rows_limit => 100, times_limit => 2,
        digest => sha256_hex($normal) }, 'data-token')
});
is_deeply($left, [qw( QUERY_APPROVED JOB_CREATED PERMIT_ISSUED
    AUDIT_APPROVED )], 'approved, and the job with it');
is(scalar inbox(), 0, 'nothing waits');

$record = one($id);
is_deeply([ @$record{qw( status rows_limit times_limit left used
    decided_by )} ], [ 'APPROVED', 100, 2, 2, 0, 'dora' ], 'its record');
is_deeply($record->{location}, \%place, '... and where it runs');

($shown, $left) = events(sub {
    answer('approve', $id, location => { %place, dsn => 'other' })
});
is_deeply([ $shown, $left ], [ {}, [] ], 'once more: no change');
is(one($id)->{location}{dsn}, 'his', '... nor of the place');

sub use_it {
    my ($task, $node, $text) = @_;

    $text //= $normal;
    utf8::encode($text);

    return $redis->call('query_use', sha256_hex($text), $text,
        $node || 'hospital-b', 'J1', $task, 'lr', 'pos');
}

my %used;
my (undef, $uses) = events(sub { %used = %{ use_it('T1')->{fields} } });

is_deeply($t->decode($used{location}), { %place, query => $normal },
    'it runs the text that was approved, there');
is($used{rows_limit}, 100, '... within the limit');
is_deeply($uses, [ 'QUERY_USED' ], '... with evidence');
use_it('T1');
is(one($id)->{left}, 1, 'once for a task');
is(use_it('T9', 'hospital-c')->{status}, 'not_permitted',
    'another node has to ask for itself');
is(scalar list(), 2, '... and has');

(undef, $left) = events(sub { ask({ pos => $sql }) });
is_deeply($left, [ 'AUDIT_APPLIED' ], 'the next job asks for no query');
is_deeply((inbox(kind => 'job'))[0]{queries}, [], '... and waits for none');

use_it('T2');
is(one($id)->{status}, 'EXHAUSTED', 'used up');
is(use_it('T1')->{status}, 'ok', 'what had it keeps it');
is(use_it('T3')->{status}, 'not_permitted', '... a new task does not');
is(one($id)->{status}, 'PENDING', '... and the owner is asked anew');

answer('approve', $id, location => { type => 'sqlite', path => '/d/x.db' },
    time_limit => 1924934400000);
%used = %{ use_it('T4')->{fields} };
is_deeply($t->decode($used{location}), { type => 'sqlite',
    path => '/d/x.db', query => $normal }, 'another place');
$redis->command('HSET', $redis->key("query:$id"), time_limit => '1000000000');
is(one($id)->{status}, 'EXPIRED', 'over');
is(use_it('T5')->{status}, 'not_permitted', '... not used any more');

answer('approve', $id, location => \%place);
(undef, $left) = events(sub { answer('revoke', $id) });
is_deeply($left, [ 'QUERY_REVOKED' ], 'revoked');
is(use_it('T6')->{status}, 'not_permitted', '... not used any more');

###############################################################################
# refused

my $other = "select 'Ж' from t";

$audit = ask($other);
($card) = inbox(kind => 'query', node_id => 'hospital-b');
($card) = grep { $_->{sql} eq $other } inbox(kind => 'query');
$id = $card->{id};
own('POST', '/audit/confirm', { audit_id => $audit, status => 'APPROVED' });
(undef, $left) = events(sub {
    answer('refuse', $id, reason => 'no names, please')
});
is_deeply($left, [qw( QUERY_REFUSED JOB_CREATED PERMIT_ISSUED
    AUDIT_APPROVED )], 'refused: the job goes on, and its task fails');
like(use_it('T7', undef, $other)->{detail},
    qr/\Q$id\E was refused by its owner: no names, please$/,
    '... with the reason');
(undef, $left) = events(sub { ask($other) });
is_deeply($left, [ 'AUDIT_APPLIED' ], 'the same again asks nobody');
is_deeply(answer('approve', $id, location => \%place), {},
    'the owner may think better of it');

###############################################################################
# what needs no answer

$audit = ask('select 7 from t');
($card) = grep { $_->{sql} =~ /7/ } inbox(kind => 'query');
(undef, $left) = events(sub {
    own('POST', '/audit/confirm', { audit_id => $audit,
        status => 'REJECTED' })
});
is_deeply([ sort @$left ], [ 'AUDIT_REJECTED', 'QUERY_WITHDRAWN' ],
    'a job that is rejected asks for nothing');
is(one($card->{id})->{status}, 'WITHDRAWN', '... as the record says');

own('POST', '/dataset/create', { name => 'd', source => 'x', owner => 'ia',
    location => { type => 'sqlite', path => '/data/h.db', table => 't',
        query => 'select 8  FROM t' },
    column_metas => [ { name => 'a', data_type => 'int',
        distribution => 'DISCRETE' } ] });
(undef, $left) = events(sub { ask('select 8 from t;') });
is_deeply($left, [ 'AUDIT_APPLIED' ], 'a text that a dataset answers');

(undef, $left) = events(sub {
    ask({ pos => 'select pg_sleep(9)',
          neg => "select 1 into outfile '/tmp/x'" }) });
is_deeply($left, [ 'AUDIT_APPLIED' ], 'nobody is asked for what no one can '
    . 'approve');

is_deeply(own('GET', '/query/sources')->{records},
    [ { type => 'sqlite', path => '/data/h.db' } ], 'where queries can run');
$redis->call('query_sources_put', 'his', 'b');
is_deeply([ map { $_->{dsn} || () }
    @{ own('GET', '/query/sources')->{records} } ], [ 'b', 'his' ],
    '... also by the names of odbc.ini');

# our own jobs wait for us too

use_it('T8', 'hospital-a', 'select 8 from own');
($card) = inbox(kind => 'query', node_id => 'hospital-a');
is($card->{sql}, 'select 8 from own', 'a query of our own job');
is_deeply(answer('approve', $card->{id}, location => \%place), {},
    '... is approved alike');

###############################################################################
# how many may wait

$redis->call('limit_put', 'requests_of_peer', 5);
use_it("T-$_", 'hospital-c', "select $_") for 1 .. 9;
is(scalar list(status => 'PENDING', node_id => 'hospital-c'), 5,
    'no more of a node wait than may');
like(use_it('T-9', 'hospital-c', 'select 9')->{detail}, qr/^too many/,
    '... and it is told so');

###############################################################################

$caller->finish($0);
done_testing();
