#!/usr/bin/perl

# How the node stands and what it did, as far as the caller may read it, with
# ten thousand jobs and as much evidence.
#
# covers: GET /v1/platform/overview
# covers: GET /v1/platform/evidence/list
# covers: GET /v1/platform/evidence/query

use warnings;
use strict;

use lib 't/lib';
use IC;
use IC::Caller;
use IC::Pace;
use IC::Signer;
use Test::More;
use Time::HiRes qw/ time /;

IC->check;

my $t = IC->new(start => 0, ns => 'interconn_crl {{dir}}/lists.crl;',
    plain => 'interconn_crl {{dir}}/lists.crl;');
my $signer = IC::Signer->new($t->dir);
my $lists_end = 1000 * (int(time) + 3 * 86400);

$signer->authority($_) for qw/ network other /;
$signer->revocation(network => time - 60, $lists_end / 1000 + 86400);
$signer->revocation(other => time - 60, $lists_end / 1000);
$t->spew($t->dir . '/lists.crl', join '', map { $t->slurp($t->dir
    . "/$_.crl") } qw/ network other /);
$t->start;

my $redis = $t->redis;
my $caller = IC::Caller->new($t);

sub own { $caller->own(@_) }
sub overview { own('GET', '/overview', {}, @_) }
sub entries { own('GET', '/evidence/list', { @_ }) }

$redis->call('node_init', node_id => 'hospital-a', name => 'A',
    inst_id => 'inst-hospital-a', address => 'https://a.example.org');

###############################################################################
# a node that has done nothing

my $got = overview();

is_deeply($got->{peers}, [], 'no partners');
is_deeply($got->{jobs}, { map { $_ => 0 } qw/ PENDING RUNNING SUCCESS
    FAILED / }, '... no jobs');
is($got->{inbox}, 0, '... nobody asks for anything');
is_deeply([ map { "$_->{what} $_->{node_id}" } @{ $got->{certificates} } ],
    [ 'node hospital-a', 'crl hospital-a' ],
    '... its own certificate, and the revocation lists');
cmp_ok(abs($got->{certificates}[0]{expires} / 1000 - time - 2 * 86400), '<',
    3600, '... and its end');
is($got->{certificates}[1]{expires}, $lists_end,
    '... the end of the list that ends first');
is_deeply($got->{queue}, { messages => 0, tasks_waiting => 0,
    tasks_running => 0 }, '... nothing waits');

###############################################################################
# partners

$t->contract($_) for qw/ hospital-b hospital-c /;
$t->contract('hospital-d', status => 'APPLIED');
$redis->call('peer_health', 'hospital-b', 'UP', 12, '', certificate_ends =>
    1983755471000);
my $before = int time * 1000;
$redis->call('peer_health', 'hospital-c', 'DOWN', 0, 'refused');
$redis->call('peer_health', 'hospital-c', 'DOWN', 0, 'refused');

$got = overview();

my %peer = map { $_->{node_id} => $_ } @{ $got->{peers} };

is(join(' ', sort keys %peer), 'hospital-b hospital-c', 'the partners');
is("$peer{'hospital-b'}{state} $peer{'hospital-b'}{latency_ms}", 'UP 12',
    '... one is there');
is("$peer{'hospital-c'}{state} $peer{'hospital-c'}{error}", 'DOWN refused',
    '... one is not');
cmp_ok(abs($peer{'hospital-c'}{since} - $before), '<', 5000,
    '... since when');
is($got->{inbox}, 1, 'one asks for a contract');
is_deeply($got->{certificates}[2], { what => 'peer',
    node_id => 'hospital-b', expires => 1983755471000 },
    'the end of a partner\'s certificate');

my $last = ($redis->stream('evidence'))[-1];

is($got->{evidence}{head}, $last->{_id}, 'the last of the evidence');
is($got->{evidence}{event}, $last->{event}, '... what it says');
is($got->{evidence}{length}, scalar $redis->stream('evidence'),
    '... and how much there is');

###############################################################################
# who sees what

$t->operator('dora', 'lab', 'data_provider');
$t->operator('ben', 'bench', 'auditor');

own('POST', '/role/create', { name => 'looker',
    permissions => [ 'model.read' ] });
$t->operator('eve', 'model', 'looker');

is(join(' ', sort keys %{ overview('lab') }),
    'certificates down inbox jobs peers queue',
    'a data provider sees no evidence');
is(join(' ', sort keys %{ overview('bench') }),
    'certificates down evidence inbox jobs peers queue',
    'an auditor sees all');
is_deeply(overview('model'), {}, 'who may read only models, nothing');
is(own('GET', '/evidence/list', {}, 'lab')->{code}, 4038,
    '... evidence is for who may read it');
is(own('GET', '/evidence/query', { id => $last->{_id} }, 'lab')->{code},
    4038, '... each entry too');

###############################################################################
# jobs by their states: those of before are counted when the node begins

my $many = 10_000;

$redis->command('EVAL', <<'EOF2', 1, $redis->{key}, $many);
local states = { 'SUCCESS', 'FAILED', 'SUCCESS', 'PENDING', 'SUCCESS' }
for i = 1, tonumber(ARGV[1]) do
    local id = 'J' .. i
    local status = i == 7 and 'RUNNING' or states[i % 5 + 1]
    redis.call('HSET', KEYS[1] .. ':job:' .. id, 'job_id', id, 'role',
        'partner', 'status', status, 'flow_id', 'F' .. i % 2, 'config', '{}',
        'dag', '{}', 'create_time', tostring(1700000000000 + i))
    redis.call('ZADD', KEYS[1] .. ':ix:job', 1700000000000 + i, id)
end
EOF2

is(overview()->{jobs}{SUCCESS}, 0, 'jobs of an older version');
$redis->call('node_init');
$got = overview()->{jobs};
is_deeply($got, { SUCCESS => 5999, FAILED => 2000, PENDING => 2000,
    RUNNING => 1 }, '... are counted at the start');

my @times = map { my $began = time; overview(); time - $began } 1 .. 20;

cmp_ok((sort { $a <=> $b } @times)[5], '<', within(0.05),
    'an overview of ten thousand jobs takes no longer');

for my $status (qw/ SUCCESS RUNNING FAILED /) {
    my $began = time;
    my $list = own('GET', '/job/list', { status => $status });

    is($list->{total}, $got->{$status}, "jobs that are $status");
    ok(!(grep { $_->{status} ne $status } @{ $list->{records} }),
        '... and no others');
    cmp_ok(time - $began, '<', within(0.5), '... soon');
}

my $page = own('GET', '/job/list', { status => 'FAILED', page_num => 50 });

is($page->{records}[0]{job_id}, 'J5096', 'a page far behind');
is(own('GET', '/job/list', { status => 'RUNNING', flow_id => 'F1' })
    ->{total}, 1, 'a state and a flow');
is(own('GET', '/job/list', { status => 'RUNNING', flow_id => 'F0' })
    ->{total}, 0, '... of another flow none');

$redis->command('HSET', $redis->key('job:J7'), 'role', 'initiator', 'started',
    '1', 'cancel', '0', 'cause', '');
my $id = $redis->call('job_advance', 'J7', 'FAILED', 'cause', '');
is($id->{status}, 'ok', 'a job ends');
is_deeply([ @{ overview()->{jobs} }{qw/ RUNNING FAILED /} ], [ 0, 2001 ],
    '... and is counted where it is now');

###############################################################################
# evidence

$got = entries();

is($got->{records}[0]{event}, 'JOB_FINISHED', 'the newest entry first');
is($got->{records}[0]{kind}, 'job', '... its kind');
is($got->{records}[0]{details}{status}, 'FAILED', '... what else it says');

my $entry = own('GET', '/evidence/query', { id => $got->{records}[0]{id} });
is_deeply($entry, $got->{records}[0], 'one entry');
is(own('GET', '/evidence/query', { id => '1-1' })->{code}, 4040,
    '... that there is not');
is(own('GET', '/evidence/query', { id => 'x' })->{code}, 4040,
    '... that cannot be');

is(entries(subject => 'J7')->{records}[0]{subject}, 'job:J7',
    'what was done to an object');
is(entries(subject => 'job:J7')->{records}[0]{subject}, 'job:J7',
    '... by its whole name');
is_deeply(entries(subject => '7')->{records}, [], '... not by a part of it');

$got = entries(event => 'ROLE_CHANGED', kind => 'operator');
is(join(' ', map { $_->{subject} } @{ $got->{records} }),
    'operator:eve operator:ben operator:dora operator:olga', 'by event');
is(entries(kind => 'role')->{records}[0]{subject}, 'role:looker',
    '... by kind');
is($got->{cursor}, '', '... all of it was looked at');
is(entries(event => 'ROLE_CHANGED', kind => 'role')->{records}[0]{by},
    'olga', '... who did it');

my $now = int time * 1000;
is_deeply(entries(from => $now + 5000)->{records}, [], 'nothing is newer');
is_deeply(entries(to => $now - 3600_000)->{records}, [], '... or as old');
is(scalar @{ entries(from => $now - 3600_000, limit => 3)->{records} }, 3,
    '... some of it');

# every entry once, page by page

my @all = reverse map { $_->{_id} } $redis->stream('evidence');
my ($cursor, @seen) = ('');

for (1 .. 200) {
    $got = entries(limit => 3, $cursor ? (cursor => $cursor) : ());
    push @seen, map { $_->{id} } @{ $got->{records} };
    $cursor = $got->{cursor} or last;
}

is("@seen", "@all", 'page by page: each entry once');

# a needle

$redis->command('EVAL', <<'EOF2', 1, $redis->{key}, $many);
for i = 1, tonumber(ARGV[1]) do
    redis.call('XADD', KEYS[1] .. ':evidence', '*', 'event', 'HAY',
        'subject', 'job:hay', 'time', '1')
end
EOF2

my ($calls, $longest) = (0, 0);

$cursor = '';

do {
    my $began = time;

    $got = entries(event => 'PEER_CONNECTED', $cursor ? (cursor => $cursor)
        : ());
    $calls++;
    $cursor = $got->{cursor};
    $longest = time - $began if time - $began > $longest;
} until @{ $got->{records} } || $cursor eq '' || $calls > 20;

is($got->{records}[0]{subject}, 'known:hospital-b',
    'one entry behind ten thousand others');
cmp_ok($calls, '>', 4, '... each call looks at some of them');
cmp_ok($longest, '<', within(0.5), '... and holds up nobody');

is($t->verdict($t->get('plain', '/v1/platform/evidence/list?limit=0',
    token => 'secret')), '400 4001', 'no limit of none');
is($t->verdict($t->get('plain', '/v1/platform/evidence/list?cursor=x',
    token => 'secret')), '200 0', 'a cursor of nobody begins anew');

$caller->finish($0);
$t->finish;

done_testing();
