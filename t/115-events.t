#!/usr/bin/perl

# The stream of changes: who is told what, and that nothing is missed or told
# twice, whatever breaks.
#
# covers: GET /v1/platform/events

use warnings;
use strict;

use lib 't/lib';
use IC;
use IC::Caller;
use IC::Events;
use IC::Pace;
use Test::More;
use Time::HiRes qw/ sleep time /;

IC->check;

my $t = IC->new(workers => 2, append => 1, http =>
    'interconn_session_idle 5m; interconn_session_absolute 10m;',
    ports => [ qw/ narrow hasty / ],
    plain => 'listen 127.0.0.1:{{narrow}} sndbuf=64k;', bare => <<'EOF2');
        listen 127.0.0.1:{{hasty}} sndbuf=64k;
        location = /v1/platform/events {
            interconn_api north-south;
            interconn_plain_identity on;
            send_timeout 1s;
        }
        location = /v1/platform/session/create {
            interconn_api north-south;
            interconn_plain_identity on;
            interconn_session_absolute 3s;
        }
EOF2
my $redis = $t->redis;
my $caller = IC::Caller->new($t);

sub own { $caller->own(@_) }
sub project { own('POST', '/project/create', { name => $_[0] })->{project_id} }
sub stream { IC::Events->open($t, token => 'secret', @_) }
sub marks { map { $_->{mark} // '' } @_ }
sub texts { join ' ', map { "$_->{kind} $_->{event}" } @_ }

# what evidence there is, as an operator who may read all is told it

sub told {
    my ($from) = @_;

    return map { $_->{_id} } grep { !$from || later($_->{_id}, $from) }
        $redis->stream('changes');
}

sub later {
    my @one = split /-/, $_[0];
    my @other = split /-/, $_[1];

    return $one[0] > $other[0]
        || ($one[0] == $other[0] && $one[1] > $other[1]);
}

# a session that is over when all else is done

my $short = $t->post('bare', '/v1/platform/session/create', token => 'secret',
    body => {});
my ($soon) = $short->{headers}{'set-cookie'} =~ /^([^;]+)/;
my $mortal = IC::Events->open($t, cookie => $soon);

is($mortal->{status}, 200, 'a stream of a short session');

###############################################################################
# one change

my $s = stream(listener => 'ns');

is($s->{status}, 200, 'a stream');
like($s->{head}, qr/^Content-Type: text\/event-stream\r?$/m, '... its type');
like($s->{head}, qr/^Cache-Control: no-store\r?$/m, '... for no cache');
like($s->{id}, qr/^\d+-\d+$/, '... an id before anything has changed');

my $began;
my $id = project('one');
$began = time;
my ($one) = $s->wait(1);

is($one->{type}, 'change', 'a change');
is(($redis->stream('changes'))[-1]{subject}, "object:project:$id",
    '... of what changed');
is_deeply({ map { $_ => $one->{$_} } qw/ kind event / },
    { kind => 'project', event => 'PROJECT_CREATED' }, '... what happened');
cmp_ok($one->{at} - $began, '<', within(1), '... at once');
$caller->{covered}{'GET /v1/platform/events'} = 1;
$s->close;

###############################################################################
# kinds

my %subjects = (
    'contract:C1' => [ 'contract', 'C1' ],
    'audit:in:dataset:peer:x:A:1' => [ 'audit', 'A:1' ],
    'permit:p1' => [ 'permit', 'p1' ],
    'job:J1' => [ 'job', 'J1' ],
    'task:T:1' => [ 'task', 'T:1', 'J9' ],
    'ptask:T2:hospital-b' => [ 'task', 'T2', 'J8' ],
    'object:model:M:1' => [ 'model', 'M:1' ],
    'object:component:psi:1' => [ 'component', 'psi:1' ],
    'known:hospital-b' => [ 'node', 'hospital-b' ],
    'node' => [ 'node', 'hospital-a' ],
    'limits' => [ 'node', 'hospital-a' ],
    'operator:olga' => [ 'operator', 'olga' ],
    'role_group:g' => [ 'role', 'g' ],
    'denied:-' => [ 'evidence', '-' ],
    'timetable:W1' => [ 'timetable', 'W1' ],
    'order:7' => [ 'order', '7' ],
    'unheard:x' => undef,
);

$redis->command('HSET', $redis->key('audit:in:dataset:peer:x:A:1'),
    'audit_id', 'A:1');
$redis->command('HSET', $redis->key('task:T:1'), 'task_id', 'T:1',
    'job_id', 'J9');
$redis->command('HSET', $redis->key('ptask:T2:hospital-b'), 'task_id', 'T2',
    'job_id', 'J8');

sub change {
    my ($event, $subject) = @_;

    return $redis->command('XADD', $redis->key('changes'), 'MAXLEN', '~',
        '10000', '*', 'event', $event, 'subject', $subject);
}

$s = stream();

for my $subject (sort keys %subjects) {
    my ($kind, $name, $job) = @{ $subjects{$subject} || [] };

    change('SOMETHING', $subject);
    next if !$kind;

    my ($got) = $s->wait(1);
    is_deeply({ %$got{grep { exists $got->{$_} } qw/ kind job_id event /} },
        { kind => $kind, event => 'SOMETHING', $job ? (job_id => $job) : () },
        "a change of $subject");
}

my @prefixes = map { $_->{subject} =~ /^(\w+)/ } $redis->stream('evidence');
ok(!(grep { my $p = $_; !grep { /^$p\b/ } keys %subjects, 'object:' }
    @prefixes), 'of every kind of subject there was one');
$s->close;

###############################################################################
# progress

sub figure { $redis->call('task_metric', 'T7', '1', "[\"loss\",$_[0],0.5]") }

$redis->command('HSET', $redis->key('task:T7'), 'task_id', 'T7', 'job_id',
    'J7', 'status', 'RUNNING', 'epoch', '1');
$s = stream();
is(figure(1)->{status}, 'ok', 'a task tells a figure');
my ($step) = $s->wait(1);
is_deeply({ %$step{qw/ kind id job_id event /} }, { kind => 'task',
    id => 'T7', job_id => 'J7', event => 'TASK_PROGRESS' }, '... it is told');
is($step->{mark}, undef, '... without an id');

my ($points, $steps, $start) = (0, 0, time);

while (time - $start < 2) {
    figure(++$points);
    $s->read(0.01);
    $steps += @{ [ splice @{ $s->{events} } ] };
}

$start = time;
my $lately = figure(++$points) && $s->wait(1, 2);
cmp_ok(time - $start, '<', within(1),
    'the last figure of many is told within a second');
cmp_ok($steps, '<=', 12, "... $points of them at most five times a second");
cmp_ok($steps, '>=', 4, '... but often');

change('N', 'job:later');
figure(++$points);
$s->close;
$s = stream(from => $s->{id});
ok((grep { $_->{event} eq 'TASK_PROGRESS' } $s->wait(sub {
    $_[0]{event} eq 'TASK_PROGRESS' })), '... also who comes back');
change('N', 'job:last');
is(texts($s->wait(1)), 'job N', '... and then no more');
$redis->command('ZREM', $redis->key('progress'), 'task:T7');
$s->close;

# who is told so asks for the points that are new

sub curve { own('GET', '/metric/query', { task_id => 'T7', @_ }) }
sub places { map { $_->[1] } @{ $_[0]{metrics} } }

my @known = places(curve());

is_deeply([ @known ], [ 1, 1 .. $points ], 'without since the whole curve');
is_deeply(curve(since => $#known), { from => $#known,
    metrics => [ [ 'loss', $points, 0.5 ] ] },
    '... with it what follows the points that are known');
is_deeply(curve(since => scalar @known), { from => scalar @known,
    metrics => [] }, '... nothing when all are');
figure(++$points);
is_deeply([ places(curve(since => scalar @known)) ], [ $points ],
    '... then the next');

for my $since ('-1', '1.5', 'all', '1000001') {
    is($t->verdict($t->get('ns', "/v1/platform/metric/query?task_id=T7"
        . "&since=$since", token => 'secret')), '400 4001',
        "since=$since is refused");
}

$redis->call('task_metric', 'T7', '1', map { "[\"loss\",$_,0.5]" }
    $_ * 1000 + 1 .. $_ * 1000 + 1000) for 0 .. 9;
is_deeply([ map { ($_->{from}, $_->{metrics}[0][1], $_->{metrics}[-1][1]) }
            curve(since => 9000) ], [ 0, 1, 10000 ],
    'when the oldest have given way all that are left are told, as from 0');

###############################################################################
# who is told what

$t->operator('dora', 'lab', 'data_provider');
$t->operator('ben', 'bench', 'auditor');

my $dora = stream(token => 'lab');
my $ben = stream(token => 'bench');

change('X', 'operator:secret-name') for 1;
change('X', 'denied:someone');
change('X', 'object:model:m');
change('X', 'job:j');
change('X', 'object:dataset:d');

my @got = $dora->wait(sub { $_[0]{kind} eq 'dataset' });

is(join(' ', map { $_->{kind} } @got), 'job dataset',
    'a data provider is told what it may read, and nothing else');
@got = $ben->wait(sub { $_[0]{kind} eq 'dataset' });
is(join(' ', map { $_->{kind} } @got),
    'operator evidence model job dataset', 'an auditor is told everything');

own('POST', '/operator/grant', { name => 'dora', roles => [ 'auditor' ] });
change('X', 'object:model:m2');
change('X', 'object:dataset:d2');
@got = $dora->wait(sub { $_[0]{kind} eq 'dataset' });
is(join(' ', map { $_->{kind} } @got), 'model dataset',
    'what a new role may read comes at once');

own('POST', '/operator/revoke', { name => 'ben', roles => [ 'auditor' ] });
own('POST', '/operator/grant', { name => 'ben',
    roles => [ 'data_provider' ] });
change('Y', 'object:model:m3');
change('Y', 'object:dataset:d3');
@got = grep { $_->{event} eq 'Y' }
    $ben->wait(sub { $_[0]{event} eq 'Y' && $_[0]{kind} eq 'dataset' });
is(texts(@got), 'dataset Y', 'what a role may no longer read comes no more');

###############################################################################
# what ends a stream

own('POST', '/operator/token/rotate', { name => 'ben' });
@got = $ben->wait(sub { $_[0]{type} eq 'end' });
is($got[-1]{error}, 'no_operator', 'a new token ends the streams of the old');
is($got[-1]{code}, 4012, '... and says so');
ok($ben->{last}, '... in order');
is(stream(token => 'bench')->{status}, 401, '... there is no other');

my $got = $t->post('plain', '/v1/platform/session/create', token => 'lab',
    body => {});
my ($cookie) = $got->{headers}{'set-cookie'} =~ /^([^;]+)/;
my $tab = IC::Events->open($t, cookie => $cookie);

is($tab->{status}, 200, 'a stream of a session');
change('X', 'job:j2');
is(texts($tab->wait(1)), 'job X', '... is told');
is(IC::Events->open($t, cookie => $cookie,
    headers => { Origin => 'https://evil.example' })->{status}, 403,
    '... another site has none');

$t->post('plain', '/v1/platform/session/delete', body => {}, headers => {
    Cookie => $cookie, 'x-interconn-console' => 1 });
@got = $tab->wait(sub { $_[0]{type} eq 'end' });
is($got[-1]{error}, 'session_expired', '... ends with the session');

ok($dora->read(0), 'others go on');
own('POST', '/operator/delete', { name => 'dora' });
@got = $dora->wait(sub { $_[0]{type} eq 'end' });
is($got[-1]{type}, 'end', 'a removed operator is told no more');

###############################################################################
# nothing is missed and nothing comes twice

my $seed = $ENV{IC_SEED} || int rand 1e6;
srand $seed;
note("IC_SEED=$seed");

$s = stream();
my $from = $s->{id};
my @seen;

for my $round (1 .. 20) {
    change('N', "job:$_") for 1 .. 1 + rand 300;

    # a part is read, or nothing, then the connection breaks
    $s->read(rand 0.2) if rand > 0.3;
    push @seen, marks(splice @{ $s->{events} });
    $s->close;
    change('N', "job:$_") for 1 .. 1 + rand 50;
    $s = stream(from => $s->{id}, listener => rand > 0.5 ? 'ns' : 'plain');
}

my @all = told($from);
$t->await(sub {
    $s->read(0.1);
    push @seen, marks(splice @{ $s->{events} });
    return @seen >= @all;
});
$s->read(0.5);
push @seen, marks(splice @{ $s->{events} });
is(scalar @seen, scalar @all, 'twenty reconnects: as many as there were');
is("@seen", "@all", '... each once, in order');
$s->close;

###############################################################################
# many streams

my @many = map { stream() } 1 .. 30;

$from = $many[0]{id};
change('N', "job:$_") for 1 .. 1000;
@all = grep { later($_, $from) } told($from);

my $wrong = 0;

for my $one (@many) {
    $one->wait(scalar @all);
    my $start = $one->{id};
    $wrong++ if $start ne $all[-1];
}

is($wrong, 0, 'thirty streams are told all of a thousand changes');

my @more = map { stream() } 1 .. 4;
is(join(' ', map { $_->{status} } @more), '200 200 429 429',
    '... an operator has at most 32');
$_->close for @many, @more;
ok($t->await(sub {
    my $one = stream();
    $one->close;
    return $one->{status} == 200;
}), '... and others when these are closed');

###############################################################################
# one that does not read

my $slow = stream(listener => 'narrow', window => 65536);
my $quick = stream();
my (@quick, @slow);

$from = $slow->{id};

for (1 .. 20) {
    change('N' x 500, "job:$_") for 1 .. 300;
    $quick->read(0);
}

@all = told($from);
$t->await(sub { push @quick, marks($quick->wait(0)); @quick >= @all });
is("@quick", "@all", 'one that does not read holds up nobody');

$t->await(sub {
    push @slow, marks($slow->wait(0));
    return @slow >= @all || $slow->{ended};
});
is("@slow", "@all", '... and gets all of it when it reads');
$_->close for $quick, $slow;

# send_timeout

$slow = stream(listener => 'hasty', window => 65536);

unlike($t->log, qr/client timed out/, '... without being dropped');
change('N' x 500, "job:$_") for 1 .. 6000;
ok($t->await(sub { $t->log =~ /client timed out/ }),
    'who reads nothing is dropped');
$slow->close;

###############################################################################
# too old, unknown, no id

change('N', "job:$_") for 1 .. 11000;

for my $old ('1-0', $from, '99999999999999-0') {
    $s = stream(from => $old);
    @got = $s->wait(1);
    is($got[0]{type}, 'reset', "changes behind $old are gone");
    is($got[0]{mark}, (told())[-1], '... it goes on from the last');
    change('N', 'job:after');
    is(texts($s->wait(1)), 'job N', '... with what comes then');
    $s->close;
}

for my $odd ('x', '1', '-', '1-', '1-2-3', '9' x 40, "1-1'") {
    $s = stream(from => $odd);
    is($s->{status}, 200, "an id \"$odd\"");
    is(($s->wait(1))[0]{type}, 'reset', '... is too old');
    $s->close;
}

###############################################################################
# reload, restart

$s = stream();
my $other = stream();
my @old = $t->workers;
$from = $s->{id};
$began = time;
$t->reload;

ok($t->await(sub { $s->read(0.05); $s->{ended} }), 'a reload ends a stream');
cmp_ok(time - $began, '<', 5, '... soon');
ok($s->{last}, '... in order');
change('N', 'job:meanwhile');
$s = stream(from => $s->{id});
is(texts($s->wait(1)), 'job N', '... the next one goes on');
ok($t->await(sub {
    my %now = map { $_ => 1 } $t->workers;
    return !grep { $now{$_} } @old;
}, 10), '... the old workers are gone');
$other->close;

$from = $s->{id};
$t->kill_redis;
project('nobody takes this') for 1 .. 2;
ok($s->read(0.3), 'without the store a stream stays');
$t->start_redis;
$began = time;
$t->await(sub { project('back') });

my @changes;
$t->await(sub {
    push @changes, $s->wait(0);
    return grep { $_->{event} eq 'PROJECT_CREATED' } @changes;
}, 30);
ok((grep { $_->{event} eq 'PROJECT_CREATED' } @changes),
    '... and goes on when it is back');
@all = told($from);
is(join(' ', marks(@changes)), "@all", '... nothing missed, nothing twice');

$t->kill_redis;
is(stream()->{status}, 503, 'without the store there is no new one');
$t->start_redis;
$s->close;

ok($t->await(sub { $mortal->read(0.1); $mortal->{ended} }, 40),
    'the stream of the short session has ended');

$caller->finish($0);
$t->finish;

done_testing();
