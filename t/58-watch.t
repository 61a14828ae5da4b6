#!/usr/bin/perl

# The courier asks: partners that only answer queries, lost messages, who is
# there, what they publish; and what it knows of tries outlives it.

use warnings;
use strict;

use JSON::PP;
use Test::More;
use Time::HiRes qw/ sleep time /;

use lib 't/lib';
use IC::Daemon;
use IC::Pace;
use IC::Partner;

IC::Daemon::check();

my $d = IC::Daemon->new(node => 'hospital-a', roles => 'courier',
    conf => { plain_peers => 'on', address => 'http://127.0.0.1:9',
              health_interval => '1s', catalog_interval => '2s' });
my $r = $d->redis();
my $json = JSON::PP->new->canonical;

sub left { scalar $r->stream('outbox') }

sub reason {
    return $r->call('job_explain', $_[0] =~ s/^job://r)
        ->{fields}{pending_reason};
}

sub until_is {
    my ($subject, $field, $value, $what, $seconds) = @_;

    $d->await(sub { ($r->get($subject, $field) // '') eq $value }, undef,
        $seconds || 10);
    is($r->get($subject, $field), $value, $what);
}

# but for the deliveries, which come when they come
sub events {
    my ($subject) = @_;

    return join ' ', map { $_->{event} . ($_->{source} ? '*' : '') }
        grep { $_->{subject} eq $subject
               && $_->{event} ne 'OUTBOX_DELIVERED' } $r->stream('evidence');
}

# the question about a subject is due now

sub ask {
    my ($node, $subject) = @_;

    $r->command('ZADD', $r->key("watch:$node"), 0, $subject);
    $r->command('ZADD', $r->key('watch'), 0, $node);
}

sub says { return [ { code => 200, data => { status => $_[0] } } ] }

###############################################################################
# a vendor that takes applications and never calls back

my $v = IC::Partner->new(node => 'vendor-b', code => 200, msg => 'message');
my %base = ('contract/apply' => [ { data => { contract_id => 'CV' } } ],
    'health' => says('ok'),
    'node/query?node_id=vendor-b' => [ { data => { name => 'Vendor B',
        institution => 'Bank', inst_id => 'IB', system_version => 7 } } ]);

$v->answer(%base, 'contract/query?contract_id=CV' => says('APPLIED'));
$r->call('contract_apply_out', 'C0', 'vendor-b', $v->{address}, '{"a":1}',
    node_id => 'vendor-b');
until_is('contract:CV', 'accepted', '1', 'applied for');
ask('vendor-b', 'contract:CV');
ok($v->await('contract/query?contract_id=CV'), 'asked');
is($r->get('contract:CV', 'status'), 'APPLIED', 'no news');
$v->answer(%base, 'contract/query?contract_id=CV' => says('APPROVED'));
my $begin = time();
until_is('contract:CV', 'status', 'APPROVED', 'approved, as it says');
cmp_ok(time() - $begin, '<', within(8), 'within seconds, by itself');
is(events('contract:CV'), 'CONTRACT_ACCEPTED CONTRACT_APPROVED*',
    'evidence says how we know');
is($r->call('peer_identify', 'node', 'vendor-b')->{fields}{contract_id}, 'CV',
    'its calls are known');

# who it is, whether it is there, what it publishes

until_is('contract:CV', 'institution', 'Bank', 'who it is');
is($r->get('contract:CV', 'name'), 'Vendor B', '... name');
until_is('known:vendor-b', 'health', 'UP', 'it is there');
until_is('peer-catalog:CV', 'project_error', 'the answer has no records',
    'a partner without catalogues');

# what is asked for by the messages of a confirmation that comes late

is($r->status('contract_confirm_in', 'node', 'vendor-b', '', 'CV', 'APPROVED',
    auth_type => 'CERT', auth_credential => 'PEM'), 'ok', 'a late confirm');
is($r->get('contract:CV', 'auth_credential'), 'PEM', '... is still of use');
is($r->status('contract_confirm_in', 'node', 'vendor-b', '', 'CV', 'APPROVED',
    auth_type => 'CERT', auth_credential => 'OTHER'), 'ok', '... once');
is($r->get('contract:CV', 'auth_credential'), 'PEM', '... only');

###############################################################################
# requests of all kinds

my @kinds = qw/ dataset project flow job model /;
my (%answers, %subject, %want);
my %config = (role => { guest => [ 'hospital-a' ], host => [ 'vendor-b' ] });

$r->call('object_create', 'flow', 'F1', name => 'f');
$r->call('job_create', 'job-APPROVED', 'F1', '', dag => '{}',
    config => $json->encode(\%config), name => 'j');

for my $kind (@kinds) {
    for my $status (qw/ APPROVED REJECTED TERMINATED MISSING /) {
        my $id = "$kind-$status";

        $subject{$id} = "audit:out:$kind:vendor-b:$id";
        $want{$id} = $status;
        $answers{"$kind/audit/query?audit_id=$id"}
            = $status eq 'MISSING'
              ? [ { status => 404, code => 4040, msg => 'unknown' } ]
              : says($status);
        $r->call('audit_apply_out', $kind, 'CV', $id, "$kind-$status",
            "{\"of\":\"$id\"}", name => 'n', dag => '{}',
            config => $json->encode(\%config));
    }
}

$v->answer(%base, 'contract/query?contract_id=CV' => says('APPROVED'),
    %answers);
ok($d->await(sub { left() == 0 }, undef, 10), 'all are asked for');
ask('vendor-b', $_) for values %subject;

for my $id (sort keys %subject) {
    next if $want{$id} eq 'MISSING';

    until_is($subject{$id}, 'status', $want{$id}, $id);
    is(events($subject{$id}), "AUDIT_APPLIED AUDIT_$want{$id}*",
        '... evidence');
}

for my $kind (@kinds) {
    my @bodies = map { $_->{body} } $v->await("$kind/audit/apply", 5);

    is(scalar(grep { $_ eq "{\"of\":\"$kind-MISSING\"}" } @bodies), 2,
        "$kind: unknown there, sent again");
    is($r->get($subject{"$kind-MISSING"}, 'status'), 'APPLIED', '... waits');
    is($r->get($subject{"$kind-MISSING"}, 'delivery') =~ /^(?:pending|del)/, 1,
        '... as before');
}

# an approval without its permit: a job waits, and says for what

my $job = 'job:job-APPROVED';

is($r->get($subject{'job-APPROVED'}, 'awaits'), 'permit', 'no permit yet');
is(reason($job), 'waits for the permit of vendor-b',
    'the job says so');
is($r->call('job_start', 'job-APPROVED')->{detail}, 'vendor-b',
    'and does not start');
is($r->status('audit_confirm_in', 'job', 'vendor-b', 'job-APPROVED',
    'APPROVED', token => 'TOKEN', resource_id => 'job-APPROVED'), 'ok',
    'the confirmation comes late');
is($r->get($subject{'job-APPROVED'}, 'token'), 'TOKEN', 'its permit');
is($r->get($job, 'permit.vendor-b'), 'TOKEN', '... is the job\'s');
unlike(reason($job), qr/permit/, '... which waits no longer');
is(events($subject{'job-APPROVED'}),
    'AUDIT_APPLIED AUDIT_APPROVED* PERMIT_RECEIVED', 'evidence');
is($r->status('job_start', 'job-APPROVED'), 'ok', '... and starts');

# what ended stays ended, whatever is said of it

$r->call('audit_terminate_in', 'flow', 'vendor-b', 'flow-APPROVED');
is($r->status('consent_observed', $subject{"flow-$_"}, 'vendor-b', 'APPROVED',
    '', ''), 'ok', "$_ then approved") for qw/ APPROVED REJECTED TERMINATED /;
is($r->get($subject{"flow-$_->[0]"}, 'status'), $_->[1], '... stays')
    for [ APPROVED => 'TERMINATED' ], [ REJECTED => 'REJECTED' ],
        [ TERMINATED => 'TERMINATED' ];
is($r->status('consent_observed', $subject{'flow-APPROVED'}, 'other-c',
    'APPROVED', '', ''), 'not_found', 'only the one who was asked says');
is($r->status('audit_confirm_in', 'flow', 'vendor-b', 'flow-TERMINATED',
    'APPROVED', token => 'X'), 'wrong_state', 'a confirmation too late');

# a termination that was lost

$v->answer(%base, 'contract/query?contract_id=CV' => says('APPROVED'),
    'model/audit/query?audit_id=model-APPROVED' => says('TERMINATED'));
ask('vendor-b', $subject{'model-APPROVED'});
until_is($subject{'model-APPROVED'}, 'status', 'TERMINATED', 'ended there');

###############################################################################
# catalogues

my @pages = map { my $page = $_; { data => { total => 450, records => [
    map { { dataset_id => 'D' . ($page * 200 + $_), name => 'd', count => '7',
            column_metas => [ { name => 'x' } ], other => 1 } }
    0 .. ($page == 2 ? 49 : 199) ] } } } 0 .. 2;
my $list = 'pub/list?contract_id=CV&page_num=';

$v->answer(%base, 'contract/query?contract_id=CV' => says('APPROVED'),
    (map { ("$list" . ($_ + 1) . '&page_size=200' => [ $pages[$_] ]) } 0 .. 2),
    'project/list?contract_id=CV&page_num=1&page_size=200' => [ { data => [
        { project_id => 'P1', node_ids => [ 'x' ] }, { name => 'no id' }, 7,
        { project_id => '../x' } ] } ],
    'component/list?contract_id=CV&page_num=1&page_size=200' => [
        { raw => ' ' x 100, times => 45_000 } ]);

sub records {
    my ($kind, $page) = @_;

    return $r->call('peer_catalog_list', $kind, 'CV', $page || 1, 1000);
}

is($r->status('peer_refresh', 'CV'), 'ok', 'refresh');
ok($d->await(sub { records('dataset')->{total} == 450 }, undef, 10),
    'datasets, page by page');

my ($first) = @{ records('dataset')->{records} };
is_deeply($first, { dataset_id => 'D0', name => 'd', count => 7,
    column_metas => '[{"name":"x"}]' }, 'as the partner has it');
ok($d->await(sub { records('project')->{total} == 1 }, undef, 5),
    'projects: a list alone, odd ones left out');
ok($d->await(sub { ($r->get('peer-catalog:CV', 'component_error') // '')
    =~ /longer than 4194304 bytes/ }, undef, 5), 'an endless page is cut off');

###############################################################################
# away and back

my $away = IC::Partner->new(node => 'bank-c', start => 0);
my $id = $away->contract($r);
my @mine;

for my $n (1 .. 3) {
    push @mine, $r->command('XADD', $r->key('outbox'), '*', id => "m$n",
        peer => 'bank-c', address => $away->{address}, method => 'POST',
        path => "/x/$n", body => '{}', subject => "object:flow:X$n",
        permit => '', handle => '', action => '');
}

until_is('known:bank-c', 'health', 'DOWN', 'not there', 15);
like($r->get('known:bank-c', 'health_error'), qr/connect/i, '... why');
ok($d->await(sub { ($r->command('HGET', $r->key('outbox-tries'), $mine[0])
    // '') =~ /^2 / }, undef, 15), 'two tries are remembered');

# tries go on where they were, and an hour is not waited for

$r->command('HSET', $r->key('outbox-tries'), $_,
    '9 ' . int((time() + 3600) * 1000)) for @mine;
ok($d->kill_role('courier'), 'another courier');
sleep(1.5);
is(scalar(grep { $_->{path} =~ m{^/x/} } $away->calls()), 0, 'it waits');
$away->start();
$begin = time();
ok($d->await(sub { $away->calls() && !grep { $_->{peer} eq 'bank-c' }
    $r->stream('outbox') }, undef, 30), 'delivered when it is back');
cmp_ok(time() - $begin, '<', within(15), 'soon: a probe found it');
note(sprintf '%.1f s after it came back', time() - $begin);
is($r->command('HLEN', $r->key('outbox-tries')), 0, 'nothing left of tries');
until_is('known:bank-c', 'health', 'UP', 'it is there again');
is(events('known:bank-c'), 'PEER_HEALTH_CHANGED PEER_CONNECTED', 'evidence');
ok($r->get('known:bank-c', 'latency_ms') ne '', 'latency');

# it has moved: what waits goes to where it is

my $moved = IC::Partner->new(node => 'bank-c');

$away->stop();
$r->command('XADD', $r->key('outbox'), '*', id => 'm9', peer => 'bank-c',
    address => $away->{address}, method => 'POST', path => '/x/9',
    body => '{}', subject => 'object:flow:X9', permit => '', handle => '',
    action => '');
ok($d->await(sub { $d->log() =~ m{try 1 at \S+/x/9} }, undef, 10), 'not there');
$r->command('HSET', $r->key("contract:$id"), address => $moved->{address});
ok($moved->await('/x/9', 1, 20), 'at its new address');

###############################################################################
# an answer under way when the contract ends

$v->answer(%base, 'contract/query?contract_id=CV' => [ { delay => 1,
    data => { status => 'APPROVED' } } ]);

my $before = () = $v->calls('contract/query?contract_id=CV');

ask('vendor-b', 'contract:CV');
$v->await('contract/query?contract_id=CV', $before + 1);
$r->call('contract_terminate_out', 'CV');
ok($v->await('contract/terminate', 1, 10), 'the partner is told');
sleep(1.2);
is($r->get('contract:CV', 'status'), 'TERMINATED', 'it stays ended');
ok($d->await(sub { !$r->command('EXISTS', $r->key('peer-catalog:CV')) },
    undef, 10), 'the catalogue is gone');
is($r->command('EXISTS', $r->key('asked:contract:CV')), 0,
    'nothing of the application is left');

# what an older version had is watched

$r->command('DEL', $r->key('watch'), $r->key("watch:bank-c"),
    $r->key('partners'),
    map { $r->key("watch-built:$_") } qw/ contract audit /);
ok($d->kill_role('courier'), 'a new version');
ok($d->await(sub { $r->command('ZSCORE', $r->key('watch:bank-c'),
    "contract:$id") && $r->command('ZSCORE', $r->key('partners'), $id) },
    undef, 10), 'what was there is entered');

unlike($d->log(), qr/memory is short|AddressSanitizer|ERR/, 'log')
    or diag($d->log());
$begin = time();
$d->stop();
cmp_ok(time() - $begin, '<', within(3), 'ends');

done_testing();
