#!/usr/bin/perl

# How far it is and how long it will take: a task of steady progress, one
# that gets slower, one that tells nothing; jobs of several tasks, also when
# one runs again.

use warnings;
use strict;

use lib 't/lib';
use IC::Redis;
use JSON::PP;
use List::Util qw/ max min /;
use Test::More;
use Time::HiRes qw/ sleep time /;

plan(skip_all => 'redis-server is not installed') if !IC::Redis->available;

my $r = IC::Redis->new(node => 'a');
my $json = JSON::PP->new->utf8->canonical;
my $count = 0;

# a job of ours with own tasks that run; their ids

sub job {
    my ($id, @names) = ('J' . ++$count, @_);

    $r->call('object_create', 'flow', "F$id", name => 'f');
    $r->call('job_create', $id, "F$id", '', dag => $json->encode({
        components => [ map { { name => $_, componentName => 'lr' } }
            @names ] }), config => $json->encode({
                initiator => { role => 'guest', node_id => 'a' },
                role => { guest => [ 'a' ] } }));
    $r->call('job_advance', $id, 'RUNNING');

    for my $name (@names) {
        $r->call('ptask_put', $id, "$id$name", 'a', $name, 'guest.0');
        $r->call('task_start', $id, "$id$name", $name);
        $r->call('task_claim', "$id$name", 'me', 60000);
    }

    return $id;
}

sub advance { $r->call('task_note', $_[0], 1, progress => $_[1]) }
sub left { $r->call('job_explain', $_[0])->{records}[0]{remaining_ms} }

###############################################################################
# No clock is waited for: so many ms pass for a record when all its times are
# so much earlier.

sub later {
    my ($subject, $ms) = @_;
    my $record = $r->hash($subject);

    $r->command('HSET', $r->key($subject), $_, $record->{$_} - $ms)
        for grep { $record->{$_} } qw/ start_time eta /;
    $r->command('HSET', $r->key($subject), samples => join ' ', map {
        my ($time, $percent) = split /:/; $time - $ms . ":$percent"
    } split / /, $record->{samples}) if $record->{samples};
}

# A task of steady progress, told with some delay, looked at all the time: how
# often the estimate was off by more than a factor of two, how often it rose.

sub steady {
    my ($whole, $delay) = @_;
    my $id = job('x');
    my ($said, $known, @off, @up, $passed) = (0, undef);

    is(left($id) // '', '', 'unknown before it has advanced');

    for ($passed = 0; $passed < $whole; $passed += $whole / 250) {
        my $percent = int(100 * max($passed - rand $delay, 0) / $whole);

        advance("${id}x", $said = $percent) if $percent > $said;

        my $ms = left($id);

        if (($ms // '') ne '') {
            my $true = max($whole - $passed, 1);

            # near the end a percent is more than what is left
            my $end = $true < $whole / 33;

            push @off, sprintf '%d instead of %d', $ms, $true
                if !$end && ($ms > 2 * $true || $ms < $true / 2);
            push @up, "$known, then $ms"
                if !$end && defined $known && $ms > $known;
            $known = $ms;
        }

        later("$_", $whole / 250) for "task:${id}x", "ptask:${id}x:a";
    }

    ok(defined $known, "$whole ms: known while it runs");
    is(join(', ', @off), '', '... within a factor of two');
    is(join(', ', @up), '', '... and never up');

    return $id;
}

my $seed = $ENV{IC_SEED} || 17;
note("IC_SEED=$seed");
srand($seed);

steady(100_000, 0);
steady(3_600_000, 0);
steady(3_600_000, 20_000);

# the job's is the same, for a job of one task

my $whole = 100_000;
my $id = job('x');
later("job:$id", $whole / 2);
$r->call('job_advance', $id, 'RUNNING', progress => 50);
my $record = $r->call('job_explain', $id)->{fields};
is($record->{progress}, 50, 'progress of the job');
cmp_ok($record->{remaining_ms} || 0, '>', $whole / 4, 'its estimate');
cmp_ok($record->{remaining_ms} || 0, '<', $whole, '... sane');
my ($listed) = grep { $_->{job_id} eq $id }
    @{ $r->call('job_list', '', '', '', 1, 10)->{records} };
cmp_ok($listed->{remaining_ms} || 0, '>', 0, 'in the list');
is($r->call('job_advance', $id, 'RUNNING', progress => 30)->{status}, 'ok',
    'less than before');
is($r->get("job:$id", 'progress'), 50, '... does not take it back');

# what is over takes no time

$r->call('task_end', "${id}x", 1, 'SUCCESS');
is(left($id) // '', '', 'nothing left of what is over');
is($r->call('job_explain', $id)->{records}[0]{progress}, 100, 'all of it');

###############################################################################
# what has become slower, what is bounded, what is unknown

sub past {
    my ($task_id, $start, @samples) = @_;

    $r->command('HSET', $r->key("task:$task_id"), start_time => $start,
        samples => join ' ', map { "$_->[0]:$_->[1]" } @samples);
    $r->command('HDEL', $r->key("task:$task_id"), 'eta');
}

# twice as slow since the middle: the last half counts

$id = job('x');
my $now = int(time * 1000);
past("${id}x", $now - 100_000, [ $now - 100_000, 0 ],
    (map { [ $now - 100_000 + 10_000 * $_, 10 * $_ ] } 1 .. 5),
    [ $now - 30_000, 55 ], [ $now - 10_000, 60 ]);
$r->call('ptask_update', "${id}x", 'a', '', progress => 0);
advance("${id}x", 62);
my $eta = $r->get("task:${id}x", 'eta') - $now;
cmp_ok($eta, '>', 38 * 4000 * 0.8, 'slower than before');
cmp_ok($eta, '<', 38 * 4000 * 1.25, '... is seen');
cmp_ok(scalar(() = $r->get("task:${id}x", 'samples') =~ /:/g), '<', 12,
    'old samples go');

# many samples are few

advance("${id}x", $_) for 63 .. 99;
cmp_ok(scalar(() = $r->get("task:${id}x", 'samples') =~ /:/g), '<=', 25,
    'samples are bounded');

# overdue: unknown

$r->command('HSET', $r->key("task:${id}x"), eta => $now - 1000);
$r->command('HSET', $r->key("ptask:${id}x:a"), eta => $now - 1000);
is(left($id) // '', '', 'overdue is unknown');

# nonsense of a partner

$id = job('x');
$r->call('ptask_update', "${id}x", 'a', 'RUNNING', progress => $_)
    for 'nan', '-5', '1e9', '', 'x', '30', '20';
is($r->get("ptask:${id}x:a", 'progress'), 30, 'only what is a percentage');

# paused: no estimate

$id = job('x', 'y');
$r->command('HSET', $r->key("job:$id"), start_time => $now - 10000);
$r->call('job_advance', $id, 'RUNNING', progress => 40);
cmp_ok($r->call('job_explain', $id)->{fields}{remaining_ms}, '>', 0, 'known');
$r->call('job_pause', $id);
is($r->call('job_explain', $id)->{fields}{remaining_ms}, '',
    'unknown while it is paused');

done_testing();
