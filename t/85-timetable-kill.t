#!/usr/bin/perl

# One job for one due time: while the scheduler is killed around due times,
# while two of them run, after it was away, and when the clock is set.

use warnings;
use strict;

use JSON::PP;
use Test::More;
use Time::HiRes qw/ sleep time /;

use lib 't/lib';
use IC::Api;
use IC::Daemon;
use IC::Partner;

IC::Daemon::check();
IC::Api->check;

my $seed = $ENV{IC_SEED} || int(time);
diag("IC_SEED=$seed");
srand($seed);

use constant MINUTE => 60000;

my %conf = (plain_peers => 'on', poll_interval => '300ms',
    party_timeout => '2s');
my $d = IC::Daemon->new(node => 'hospital-a', roles => 'scheduler',
    conf => { %conf });
my $r = $d->redis();
my $json = JSON::PP->new->canonical;
my $api = IC::Api->new;
my $count = 0;

IC::Partner->new(node => $_, start => 0)->contract($r)
    for qw/ bank-b bank-c /;

$r->call('object_create', 'flow', 'F1', name => 'nightly',
    dag => $json->encode($api->dag), config => $json->encode(
        $api->config('hospital-a', 'bank-b', 'bank-c')));

# the store's clock, ms
sub now {
    my ($s, $us) = @{ $r->command('TIME') };

    return $s * 1000 + int($us / 1000);
}

# a timetable that is due at a time; its id
sub timetable {
    my ($due, %fields) = @_;
    my $id = 'T' . ++$count;
    my @timing = $fields{cron} ? (time_zone => 'UTC') : (at => $due);

    die "not created\n"
        if $r->status('timetable_create', $id, 'F1', $due, overlap => 'allow',
            @timing, %fields) ne 'ok';

    return $id;
}

sub field { $r->get("timetable:$_[0]", $_[1]) // '' }
sub wake  { $r->command('XADD', $r->key('jobs'), '*', 'timetable_id', $_[0]) }

# the oldest first
sub runs {
    my @runs = reverse @{ $r->call('timetable_runs', $_[0], 1,
        -1)->{records} };

    return @runs;
}

# "due: state" of each, due as minutes from a time
sub told {
    my ($id, $from) = @_;

    return join ', ', map { ($_->{due_time} - $from) / MINUTE
        . ": $_->{state}" . ($_->{count} ? " $_->{count}" : '') } runs($id);
}

# timetable => due time => number of its jobs, by the evidence, which nothing
# overwrites
sub all_made {
    my %made;

    $made{ $_->{subject} =~ s/^timetable://r }{ $_->{due} }++
        for grep { $_->{event} eq 'TIMETABLE_RUN' } $r->stream('evidence');

    return \%made;
}

sub made { all_made()->{ $_[0] } || {} }

###############################################################################

# nobody asks when nothing is due; every 2 s there is a sign of life

sub calls {
    my ($calls) = $r->command('INFO', 'commandstats')
        =~ /cmdstat_fcall:calls=(\d+)/;

    return $calls;
}

sleep(0.5);
my $before = calls();
sleep(4);
cmp_ok(calls() - $before, '<=', 3, 'at rest the store is left alone');

my $far = timetable(now() + 3600000);
sleep(0.5);
$before = calls();
sleep(3);
cmp_ok(calls() - $before, '<=', 1, '... also while something is due later');
$r->call('timetable_remove', $far);

###############################################################################

# 200 due times, the scheduler killed about every half second

my $start = now() + 1000;
my @at = map { $start + int(rand(8000)) } 1 .. 200;
my @ids = map { timetable($_) } @at;
my $kills = 0;

while (now() < $start + 8000) {
    $d->kill_role('scheduler');
    $kills++;
    sleep(rand(0.8));
}

ok($d->await(sub { $r->command('ZCARD', $r->key('timetable-due')) == 0 },
    'all are done', 20), "200 due times, $kills kills");

my $made = all_made();
my @each = map { $made->{ $ids[$_] }{ $at[$_] } || 0 } 0 .. $#ids;
is(scalar(grep { $_ == 1 } @each), 200, '... one job each');
is(scalar(grep { $_->{event} eq 'JOB_CREATED' } $r->stream('evidence')), 200,
    '... and no other');
is(scalar(grep { field($_, 'status') eq 'ENDED' } @ids), 200,
    '... all have ended');

my @late = sort { $a <=> $b } map { (runs($_))[0]{time}
    - (runs($_))[0]{due_time} } @ids;
diag("late by $late[100] ms, at most $late[199] ms");
cmp_ok($late[199], '<', 20000, '... within the time of a takeover');

###############################################################################

# 200 due times in a row of one timetable, caught up with under fire

my $id = timetable(now() + 86400000, cron => '* * * * *', catch_up => 'all',
    catch_up_max => 1000);
my $from = int(now() / MINUTE) * MINUTE - 199 * MINUTE;
$kills = 0;

$r->command('ZADD', $r->key('timetable-due'), $from, $id);
wake($id);

while (field($id, 'run_count') < 200 && $kills < 12) {
    $d->kill_role('scheduler');
    $kills++;
    sleep(rand(0.2));
}

$d->await(sub { $r->call('timetable_get', $id)->{fields}{next_time} > now() },
    'it has caught up', 20);
$made = made($id);
my @times = sort { $a <=> $b } keys %$made;
cmp_ok(scalar(@times), '>=', 200, "all of 200 late ones, $kills kills");
is($times[0], $from, '... from the first');
is($times[199] - $times[0], 199 * MINUTE, '... without a gap');
is(scalar(grep { $_ != 1 } values %$made), 0, '... once each');
is(field($id, 'missed_count'), 0, '... none missed');
$r->call('timetable_remove', $id);

###############################################################################

# two schedulers of one node

my $second = IC::Daemon->new(node => 'hospital-a', roles => 'scheduler',
    conf => { %conf, redis => "unix:$r->{socket}" });

$start = now() + 500;
@at = map { $start + int(rand(2000)) } 1 .. 100;
@ids = map { timetable($_) } @at;
ok($d->await(sub { $r->command('ZCARD', $r->key('timetable-due')) == 0 },
    'all are done'), '100 due times, two schedulers');
$made = all_made();
is(scalar(grep { ($made->{ $ids[$_] }{ $at[$_] } || 0) == 1 } 0 .. $#ids),
    100, '... one job each');
$second->stop();

# and two at the very same moment: the loser's step does nothing

$id = timetable(now() + 3600000, cron => '0 0 1 1 *');
my $due = $r->call('timetable_get', $id)->{fields}{next_time};
my @step = ($id, $due, 0, '', $due, '', '', $due + MINUTE);
is($r->status('timetable_run', @step), 'ok', 'a step');
is($r->status('timetable_run', @step), 'ok', '... and the same again');
is_deeply(made($id), { $due => 1 }, '... is one job');

# what is due once more, because the clock went back, was run before

$r->command('ZADD', $r->key('timetable-due'), $due, $id);
$r->call('timetable_run', @step);
is_deeply(made($id), { $due => 1 }, 'a time that comes again is no other');
$r->call('timetable_remove', $id);

###############################################################################

# after downtime: three due times an hour apart, the last ten minutes ago,
# whatever the time of day

$d->stop();

my $last = int(now() / MINUTE) * MINUTE - 10 * MINUTE;
my $minute = $last / MINUTE % 60;
my @policies = ([ 'skip' ], [ 'one' ], [ 'all' ], [ all => 2 ]);
my %id;

for my $policy (@policies) {
    my ($name, $most) = @$policy;
    $id{"@$policy"} = timetable($last - 120 * MINUTE, cron => "$minute * * * *",
        catch_up => $name, catch_up_max => $most || 10);
}

my $once = timetable(now() - 2 * MINUTE);
my $anyway = timetable(now() - 2 * MINUTE, catch_up => 'one');
my $removed = timetable(now() - 1000);
my $paused = timetable(now() - 1000);

$r->call('timetable_remove', $removed);
$r->call('timetable_pause', $paused);
$d->start();
$d->await(sub { !grep { $_ ne '' && $_ <= now() }
    map { $r->call('timetable_get', $_)->{fields}{next_time} } values %id,
    $once, $anyway }, 'all are looked at');

is(told($id{'skip'}, $last), '-120: MISSED 3', 'catch_up skip');
is((runs($id{'skip'}))[0]{last_due}, $last, '... up to the last');
like((runs($id{'skip'}))[0]{reason}, qr/^late: /, '... says why');
is(field($id{'skip'}, 'missed_count'), 3, '... counts them');
is(told($id{'one'}, $last), '-120: MISSED 2, 0: CREATED', 'catch_up one');
is(told($id{'all'}, $last), '-120: CREATED, -60: CREATED, 0: CREATED',
    'catch_up all');
is(told($id{'all 2'}, $last), '-120: MISSED 1, -60: CREATED, 0: CREATED',
    '... with a limit');
is($r->call('timetable_get', $id{$_})->{fields}{next_time},
    $last + 60 * MINUTE, "$_: due next with the hour") for sort keys %id;
is(join(' ', map { $_->{state} } runs($once)), 'MISSED',
    'once, skip: missed');
is(join(' ', map { $_->{state} } runs($anyway)), 'CREATED', 'once, one: run');
is(scalar(keys %{ made($_) }), 0, 'paused or removed: not run')
    for $paused, $removed;

###############################################################################

# the clock was ahead when the next time was set, and is put back

$id = $id{'one'};
$r->command('ZADD', $r->key('timetable-due'), now() + 365 * 86400000, $id);
$r->command('ZADD', $r->key('timetable-moved'), now() + 364 * 86400000, $id);
wake($id);
ok($d->await(sub { $r->call('timetable_get', $id)->{fields}{next_time}
    == $last + 60 * MINUTE }, 'counted anew'),
    'a clock that is put back: due when it should be');
is(told($id, $last), '-120: MISSED 2, 0: CREATED', '... and nothing twice');

# a zone that this host does not have any more

$r->command('HSET', $r->key("timetable:$id"), time_zone => 'Mars/Olympus');
$r->command('ZADD', $r->key('timetable-due'), now(), $id);
wake($id);
ok($d->await(sub { field($id, 'status') eq 'PAUSED' }, 'paused'),
    'without its zone it is paused');
like(field($id, 'pause_reason'), qr{^/time_zone: Mars/Olympus is no time},
    '... and says why');

$d->stop();
unlike($d->log(), qr/exited (?:on signal (?!9\b)|with code [1-9])/,
    'no crash');

done_testing();
