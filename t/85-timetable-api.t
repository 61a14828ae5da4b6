#!/usr/bin/perl

# Timetables by the API: what is taken, what is refused and in which words,
# lists, states, and who may.
#
# covers: POST /v1/platform/flow/timetable/create
# covers: POST /v1/platform/flow/timetable/update
# covers: POST /v1/platform/flow/timetable/remove
# covers: POST /v1/platform/flow/timetable/pause
# covers: POST /v1/platform/flow/timetable/resume
# covers: GET /v1/platform/flow/timetable/list
# covers: GET /v1/platform/flow/timetable/query
# covers: GET /v1/platform/flow/timetable/runs

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
my $api = IC::Api->new;
my $caller = IC::Caller->new($t);
my $r = $t->redis;

sub own  { $caller->own(@_) }
sub left { $caller->left(@_) }

sub tt {
    my ($what, $fields, $who) = @_;
    my $method = $what =~ /^(?:list|query|runs)$/ ? 'GET' : 'POST';

    return own($method, "/flow/timetable/$what", $fields, $who);
}

# the store's clock, ms
sub now {
    my ($s, $us) = @{ $r->command('TIME') };

    return $s * 1000 + int($us / 1000);
}

my $config = $api->config('hospital-a', 'hospital-b', 'hospital-c');
my $flow = own('POST', '/flow/create', { name => 'nightly',
    dag => $api->dag, config => $config })->{flow_id};
my $bare = own('POST', '/flow/create', { name => 'bare' })->{flow_id};
my %daily = (flow_id => $flow, cron => '30 2 * * *',
    time_zone => 'Asia/Shanghai');

sub made { tt('create', { %daily, @_ }) }
sub shown { tt('query', { timetable_id => $_[0] })->{Timetable} }

###############################################################################

# create

my ($got, $events, $out) = left(sub { made(name => 'nightly', priority => 7)
});
my $id = $got->{timetable_id};

is_deeply($events, [ 'TIMETABLE_CREATED' ], 'create');
is_deeply($out, [], '... asks nobody yet');
is($got->{next_time} % 86400000, (18 * 60 + 30) * 60000,
    '... due at 02:30 of Shanghai');
cmp_ok($got->{next_time}, '>', now(), '... in the future');
cmp_ok($got->{next_time}, '<=', now() + 86400000, '... within a day');

my $record = shown($id);
is($record->{$_->[0]}, $_->[1], "... $_->[0]") for
    [ status => 'ACTIVE' ], [ owner => 'olga' ], [ catch_up => 'skip' ],
    [ catch_up_max => 10 ], [ overlap => 'skip' ], [ priority => 7 ],
    [ cron => '30 2 * * *' ], [ time_zone => 'Asia/Shanghai' ],
    [ next_time => $got->{next_time} ], [ version => 1 ], [ run_count => 0 ],
    [ name => 'nightly' ], [ flow_id => $flow ], [ queued => 0 ];
is_deeply($record->{running}, [], '... nothing under way');

my $at = now() + 3600000;
my $once = tt('create', { flow_id => $flow, at => $at })->{timetable_id};
is(shown($once)->{at}, $at, 'once, by a number');
is(shown($once)->{next_time}, $at, '... due then');
is(tt('create', { flow_id => $flow, at => '2100-01-01T08:00:00+08:00' })
    ->{next_time}, 4102444800000, 'once, by ISO 8601');
is(made(start_time => '2099-01-01T00:00Z')->{next_time}, 4070975400000,
    'not before a start');

my $own = tt('create', { flow_id => $bare, cron => '@hourly',
    time_zone => 'UTC', dag => $api->dag, config => $config });
ok($own->{timetable_id}, 'a DAG and a configuration of its own');
is(shown($own->{timetable_id})->{config}{initiator}{node_id}, 'hospital-a',
    '... are kept');

# refused, in words

sub text { $_[0]{message} // $_[0]{msg} }

sub refused {
    my ($fields, $pointer, $words, $what) = @_;
    my $before = $r->dump;
    my $got = tt('create', { flow_id => $flow, %$fields });

    is($got->{code}, 4001, "refused: " . ($what || $words));
    like(text($got), qr/\Q$pointer $words\E/, '... in words');
    is($r->dump, $before, '... and nothing is left');
}

my %cron = (time_zone => 'UTC');

refused({ %cron, cron => '0 25 * * *' }, '/cron',
    q(hour: '25' at character 3: is out of range (0 to 23)));
refused({ %cron, cron => '0 0 30 feb *' }, '/cron',
    'never comes: none of its months has one of its days');
refused({ %cron, cron => '0 0 * *' }, '/cron', 'has 4 fields, not five');
refused({ cron => '@daily' }, '/time_zone', 'is required with cron');
refused({ cron => '@daily', time_zone => 'Europe/Atlantis' }, '/time_zone',
    'Europe/Atlantis is no time zone of the IANA database');
refused({ cron => '@daily', time_zone => '../../etc/passwd' }, '/time_zone',
    '../../etc/passwd is no time zone of the IANA database');
refused({}, '/cron', 'is required, or at');
refused({ %cron, cron => '@daily', at => $at }, '/cron', 'is one of two');
refused({ at => now() - 1000 }, '/at', 'leaves no time to come');
refused({ at => '2030-02-30T00:00Z' }, '/at',
    'has a date that does not exist');
refused({ at => '2030-02-01T00:00' }, '/at', 'needs an offset');
refused({ at => '2200-01-01T00:00Z' }, '/at', 'is after the year 2199');
refused({ at => {} }, '/at', 'must be milliseconds or as');
refused({ %cron, cron => '0 0 1 1 *', end_time => now() + 1000 },
    '/end_time', 'leaves no time to come');
refused({ %cron, cron => '@daily', start_time => now() + 9000,
    end_time => now() + 1000 }, '/end_time', 'is before start_time');
refused({ %cron, cron => '@daily', catch_up => 'some' }, '/catch_up',
    'must be one of skip, one, all');
refused({ %cron, cron => '@daily', catch_up_max => 1001 }, '/catch_up_max',
    'is too large');

is(made(flow_id => 'F-none')->{code}, 4040, 'refused: an unknown flow');
is(made(flow_id => $bare)->{code}, 4002, 'refused: a flow without DAG');
is(made(flow_id => $bare, dag => $api->dag)->{code}, 4003,
    'refused: nor configuration');
is(made(config => { %$config, initiator => { role => 'guest',
    node_id => 'hospital-b' } })->{code}, 4003, 'refused: of another node');
is(made(dag => { components => [ { name => 'x',
    componentName => 'none' } ] }, config => { role => $config->{role},
    initiator => $config->{initiator} })->{code}, 4002,
    'refused: no such component');

# update

($got, $events) = left(sub { tt('update', { timetable_id => $id,
    name => 'renamed', overlap => 'queue' }) });
is_deeply($events, [ 'TIMETABLE_UPDATED' ], 'update');
is($got->{version}, 2, '... is another version');
is($got->{next_time}, $record->{next_time}, '... due as before');
is(shown($id)->{$_->[0]}, $_->[1], "... $_->[0]") for
    [ name => 'renamed' ], [ overlap => 'queue' ], [ cron => '30 2 * * *' ];

($got, $events) = left(sub { tt('update', { timetable_id => $id,
    name => 'renamed' }) });
is_deeply($events, [], 'update: the same changes nothing');
is($got->{version}, 2, '... nor the version');
is(tt('update', { timetable_id => $id, version => 1, name => 'x' })->{code},
    4091, 'update: of what was changed since');

is(tt('update', { timetable_id => $id, at => $at })->{next_time}, $at,
    'update: at in the place of cron');
is(shown($id)->{cron}, '', '... which is gone');
is(tt('update', { timetable_id => $id, time_zone => 'UTC' })->{next_time},
    $at, '... a zone alone changes nothing');
$got = tt('update', { timetable_id => $id, cron => '0 0 * * *',
    time_zone => 'UTC' });
is($got->{next_time} % 86400000, 0, 'update: cron in the place of at');
is(tt('update', { timetable_id => $id, cron => '61 * * * *' })->{code}, 4001,
    'update: refused');
is(shown($id)->{cron}, '0 0 * * *', '... and nothing is changed');
is(tt('update', { timetable_id => $id, config => { %$config,
    role => { guest => [ 'hospital-a' ] } } })->{code}, 4003,
    'update: a configuration that does not fit the DAG');
$got = tt('update', { timetable_id => $own->{timetable_id}, dag => {} });
is($got->{code}, 4002, 'update: not back to a flow without DAG');
is(tt('update', { timetable_id => $id, dag => $api->dag,
    config => $config })->{version}, 6, 'update: its own');
ok(shown($id)->{dag}, '... is kept');
tt('update', { timetable_id => $id, dag => {}, config => {} });
is(shown($id)->{dag}, undef, "... until the flow's is wanted again");

# pause, resume

($got, $events) = left(sub { tt('pause', { timetable_id => $id }) });
is_deeply($events, [ 'TIMETABLE_PAUSED' ], 'pause');
is(shown($id)->{status}, 'PAUSED', '... says so');
is(shown($id)->{next_time}, 0, '... is never due');
($got, $events) = left(sub { tt('pause', { timetable_id => $id }) });
is_deeply($events, [], 'pause: again');
is(tt('update', { timetable_id => $id, cron => '0 1 * * *' })->{next_time},
    0, 'an update does not resume');
($got, $events) = left(sub { tt('resume', { timetable_id => $id }) });
is_deeply($events, [ 'TIMETABLE_RESUMED' ], 'resume');
is($got->{next_time} % 86400000, 3600000, '... due by the new expression');
($got, $events) = left(sub { tt('resume', { timetable_id => $id }) });
is_deeply($events, [], 'resume: again');

# lists

my $list = tt('list', { flow_id => $flow, page_size => 2 });
is($list->{total}, 4, 'list: of a flow');
is(@{ $list->{records} }, 2, '... a page');
is(tt('list', { flow_id => $flow, page_size => 2, page_num => 2 })
    ->{records}[1]{timetable_id}, $id, '... and the last one on the second');
is(tt('list', { status => 'PAUSED' })->{total}, 0, 'list: by state');
tt('pause', { timetable_id => $once });
is(tt('list', { status => 'PAUSED' })->{records}[0]{timetable_id}, $once,
    '... finds it');
is_deeply(tt('runs', { timetable_id => $id })->{records}, [], 'runs: none');

# unknown ones

for my $what (qw/ update pause resume remove query runs /) {
    is(tt($what, { timetable_id => 'T-none' })->{code}, 4040,
        "$what: unknown");
    is(tt($what, {})->{code}, 4001, "$what: which");
}

# who may

$t->operator('rita', 'reader-secret', 'auditor');
$t->operator('ivan', 'initiator-secret', 'initiator');
$t->operator('cora', 'compute-secret', 'compute_provider');

for my $what (qw/ create update remove pause resume /) {
    is(tt($what, { %daily, timetable_id => $id }, 'reader-secret')->{code},
        4038, "an auditor may not $what");
}

ok(tt('list', {}, 'reader-secret')->{total}, '... but look');
ok(tt('create', \%daily, 'initiator-secret')->{timetable_id},
    'an initiator may create');
is(tt('create', \%daily, 'compute-secret')->{code}, 4038,
    'a compute provider may not');
ok(!tt('pause', { timetable_id => $id }, 'compute-secret')->{code},
    '... but pause');

own('POST', '/role/create', { name => 'maker',
    permissions => [ 'job.edit', 'job.read', 'flow.read' ] });
$t->operator('mia', 'maker-secret', 'maker');
$got = tt('create', \%daily, 'maker-secret');
is($got->{code}, 4038, 'who may not start jobs may have none started');
like(text($got), qr/job\.operate/, '... says what is missing');
tt('update', { timetable_id => $id, name => 'x' }, 'initiator-secret');
is(shown($id)->{owner}, 'ivan', 'who changes it is its owner');

# what is over

own('POST', '/flow/offline', { flow_id => $flow });
$got = made();
is($got->{code}, 4090, 'no timetable of a flow that is offline');

# remove

($got, $events) = left(sub { tt('remove', { timetable_id => $id }) });
is_deeply($events, [ 'TIMETABLE_REMOVED' ], 'remove');
is(tt('query', { timetable_id => $id })->{code}, 4040, '... is gone');
is(scalar(grep { /\Q$id\E/ } map { @{ $r->command('KEYS', $_) } } '*'), 0,
    '... and leaves no key');
is($r->command('ZSCORE', $r->key('timetable-due'), $id), undef,
    '... is not due');

$caller->finish($0);
$t->finish;
done_testing();
