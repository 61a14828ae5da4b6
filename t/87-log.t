#!/usr/bin/perl

# Logs of tasks: by level, time and page, followed, bounded, and gone after a
# while.
#
# covers: GET /v1/platform/job/log/query

use warnings;
use strict;
use utf8;

use lib 't/lib';
use IC;
use IC::Api;
use IC::Caller;
use Encode ();
use Test::More;
use Time::HiRes qw/ sleep time /;

IC->check;
IC::Api->check;

my $t = IC->new;
my $r = $t->redis;
my $caller = IC::Caller->new($t);
my $day = 24 * 3600;

sub own { $caller->own(@_) }

# A job of ours with two tasks that run.

my $api = IC::Api->new;
my $flow = own('POST', '/flow/create', { name => 'f' })->{flow_id};
my $job = own('POST', '/job/create', { flow_id => $flow, dag => $api->dag,
    config => $api->config('hospital-a', 'hospital-b', 'hospital-c')
    })->{job_id};

$r->call('job_advance', $job, 'RUNNING');

for my $id (qw/ T1 T2 /) {
    is($r->status('task_start', $job, $id, 'homo_lr_0'), 'ok', "$id starts");
    is($r->status('task_claim', $id, 'me', 60000), 'ok', "$id runs");
}

sub put { is($r->status('task_log', shift, '1', @_), 'ok', "put $_[0]") }
sub lines { my $got = own('GET', '/task/log/query', { task_id => 'T1', @_ });
    return $got }
sub texts { join '|', map { $_->{text} } @{ lines(@_)->{records} } }

###############################################################################
# levels, order, form

put('T1', 'info', '2026-01-31T12:00:00.123Z one', 'two');
put('T1', 'debug', 'three');
put('T1', 'warn', 'four');
put('T1', 'error', 'five 五');
put('T1', 'info', "\e[31msix");

is(texts(level => 'all'), "one|two|three|four|five 五|\e[31msix",
    'all levels, in the order in which they came');
is(texts(level => 'warn'), 'four', 'one level');
is(texts(min_level => 'warn'), 'four|five 五', 'one and what is worse');
is(texts(min_level => 'warn', level => 'info'), '', 'no level is both');
is(lines(level => 'fatal')->{code}, 4001, 'a level that is none');
is(lines(min_level => 'all')->{code}, 4001, 'no bound');

my $all = lines(level => 'all');

is($all->{total}, 6, 'their number');
is($all->{dropped}, 0, 'none is gone');
is($all->{last_id}, $all->{records}[-1]{id}, 'the last id');
is($all->{records}[0]{time}, 1769860800123, 'the time that a line has');
is($all->{records}[0]{task_id}, 'T1', 'its task');
is($all->{records}[2]{level}, 'debug', 'its level');
cmp_ok(abs($all->{records}[1]{time} - time * 1000), '<', 60000,
    'else the time it came');

my $standard = lines();

is($standard->{log_info}, "2026-01-31T12:00:00.123Z one\ntwo\n\e[31msix",
    'the standard: info');
is($standard->{log_debug}, 'three', 'debug');
is($standard->{log_error}, "four\nfive 五", 'error has warn');
is_deeply($standard->{records}, [], 'not line by line');

is(own('GET', '/task/log/query', { task_id => 'none', level => 'all' })
    ->{code}, 4040, 'no such task');
is(own('GET', '/job/log/query', { job_id => 'none' })->{code}, 4040,
    'no such job');

# bad bytes do no harm to the answer

put('T1', 'info', "bad \xff\xfe bytes");
like(texts(level => 'info'), qr/bad .* bytes$/, 'bytes that are no UTF-8');

###############################################################################
# pages, times, following

is(texts(level => 'all', page_size => 2, page_num => 2), 'three|four',
    'the second page of two');
is(texts(level => 'all', page_size => 2, page_num => 9), '', 'none behind');
is(lines(level => 'all', page_size => 2)->{total}, 7, 'all are counted');

my $last = lines(level => 'all', page_size => 3);

is(texts(after => $last->{last_id}, page_size => 2), 'four|five 五',
    'go on behind the last');
is(lines(after => 'x')->{code}, 4001, 'behind what is no id');

my $end = lines(after => lines(level => 'all', page_size => -1)->{last_id});

is_deeply($end->{records}, [], 'nothing new');
put('T1', 'debug', 'news');
is(texts(after => $end->{last_id}), 'news', 'news only');
is(lines(after => $end->{last_id})->{total}, 1, 'one');

sleep(0.05);
my $middle = int(time * 1000);
sleep(0.05);
put('T1', 'info', 'late');
is(texts(from => $middle), 'late', 'from a time');
is(lines(to => $middle, page_size => -1)->{records}[-1]{text}, 'news',
    'to a time');
is(texts(from => $middle, to => $middle), '', 'an empty range');
is(texts(from => $middle, after => $end->{last_id}), 'late',
    'from a time and behind a line');

###############################################################################
# a job's

put('T2', 'info', 'other');
put('T1', 'info', 'last');
is(join('|', map { "$_->{task_id} $_->{text}" } @{ own('GET',
    '/job/log/query', { job_id => $job, from => $middle })->{records} }),
    'T1 late|T2 other|T1 last', 'the tasks of a job, in one order');
is(own('GET', '/job/log/query', { job_id => $job, level => 'error',
    page_size => 1 })->{total}, 1, 'by level');

###############################################################################
# bounds: a level has its own, and what is gone is counted

$r->call('task_log', 'T2', '1', 'debug', map { "d$_" } 1 .. 1000)
    for 1 .. 4;

my $bound = own('GET', '/task/log/query', { task_id => 'T2', level => 'all',
    page_size => -1 });

is($bound->{total}, 2001, 'a flood of one level is cut');
is(scalar @{ $bound->{records} }, 2001, 'and told in steps');
is($bound->{dropped}, 2000, 'what is gone is counted');
is($bound->{records}[0]{text}, 'other', 'another level keeps its lines');
is($bound->{records}[-1]{text}, 'd1000', 'the newest stay');

my %seen;

$seen{$_->{id}}++ for @{ $bound->{records} };
is(scalar keys %seen, 2001, 'none twice');

$r->call('task_log', 'T2', '1', 'error', 'x' x 10000);
is(length lines_of('T2', 'error')->[0]{text}, 4121, 'a long line is cut');
$r->call('task_log', 'T2', '1', 'error', map { 'y' x 4000 } 1 .. 100)
    for 1 .. 2;
cmp_ok(length(join '', map { $_->{text} } @{ lines_of('T2', 'error') }),
    '<=', 256 * 1024, 'bytes are bounded');
cmp_ok(scalar @{ lines_of('T2', 'error') }, '>=', 64, 'not by much');

my $memory = 0;
$memory += $r->command('MEMORY', 'USAGE', $_, 'SAMPLES', 0) for @{
    $r->command('KEYS', $r->key('lines:T2:*')) };
cmp_ok($memory, '<', 1024 * 1024, "memory of the store: $memory bytes");

sub lines_of {
    return own('GET', '/task/log/query', { task_id => $_[0], level => $_[1],
        page_size => -1 })->{records};
}

###############################################################################
# as others of the field ask: by number

is($r->call('task_log_count', 'T1', 'error')->{fields}{num}, 2, 'how many');
is($r->call('task_log_lines', 'T1', 'error', 1, 5)->{fields}{data},
    Encode::encode('UTF-8', '["five 五"]'), 'from the second');
is($r->call('task_log_lines', 'T1', 'error', 9, 5)->{fields}{data}, '[]',
    'behind the last');
is($r->status('task_log_lines', 'T1', 'fatal', 0, 1), 'invalid_fields',
    'a level that is none');
is($r->status('task_log_lines', 'T1', 'info', -1, 1), 'invalid_fields',
    'before the first');
is($r->status('task_log_lines', 'T1', 'info', 0, 1001), 'invalid_fields',
    'too many');
is($r->status($_, 'none', 'info', 0, 1), 'not_found', "$_: no such task")
    for qw/ task_log_count task_log_lines /;

###############################################################################
# after the end

sub ttl { $r->command('TTL', $r->key($_[0])) }

is(ttl('lines:T1:info'), -1, 'kept while it runs');
is($r->status('task_end', 'T1', '1', 'SUCCESS'), 'ok', 'T1 ends');
cmp_ok(abs(ttl("lines:T1:$_") - 30 * $day), '<', 60, "$_: kept 30 days")
    for qw/ debug info warn error /;
put('T1', 'warn', 'afterwards');
cmp_ok(abs(ttl('lines:T1:warn') - 30 * $day), '<', 60, 'a late line too');
is(own('GET', '/task/log/query', { task_id => 'T1', level => 'warn' })
    ->{total}, 2, 'readable after the end');

# the clock goes back: ids do not

$r->command('SET', $r->key('log-time'), int(time * 1000) + 3_600_000);
put('T2', 'warn', 'future');
put('T2', 'warn', 'past');
is(join('|', map { $_->{text} } @{ lines_of('T2', 'warn') }), 'future|past',
    'in order when the clock was set back');

$caller->finish($0);
$t->finish;
done_testing();
