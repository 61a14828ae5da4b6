#!/usr/bin/perl

# interconnctl timetable: an operator at a shell, by the API of his node.

use warnings;
use strict;

use lib 't/lib';
use IC;
use IC::Api;
use IC::Caller;
use Test::More;

my $ctl = ($ENV{IC_BUILD} || 'build') . '/interconnctl';

IC->check;
IC::Api->check;
plan(skip_all => "no program at $ctl") if !-x $ctl;

my $t = IC->new;
my $api = IC::Api->new;
my $caller = IC::Caller->new($t);
my $dir = $t->dir;

$t->operator('tina', 'tina-token', 'administrator');
$t->operator('otto', 'otto-token', 'auditor');
$t->spew("$dir/tina", "tina-token\n");
$t->spew("$dir/otto", "otto-token\n");

my $flow = $caller->own('POST', '/flow/create', { name => 'nightly',
    dag => $api->dag, config => $api->config('hospital-a', 'hospital-b',
        'hospital-c') })->{flow_id};

# exit status, members of the answer, message, standard output

sub shell { shell_as('tina', @_) }

sub shell_as {
    my ($who, @words) = @_;

    push @words, '--node', 'https://localhost:' . $t->port('ns'), '--ca',
        "$dir/network.crt", '--token-file', "$dir/$who";
    my $line = join ' ', map { "'$_'" } @words;
    my $said = `$ctl timetable $line 2>$dir/stderr`;

    return ($? >> 8, { map { split /\t/, $_, 2 } split /\n/, $said },
        $t->slurp("$dir/stderr"), $said);
}

###############################################################################

my ($status, $got, $error, $said) = shell('create', $flow, '--cron',
    '30 2 * * mon-fri', '--zone', 'Asia/Shanghai', '--name', 'nightly runs',
    '--catch-up', 'one', '--overlap', 'queue', '--priority', 7);
is($status, 0, 'create') or diag $error;
my $id = $got->{timetable_id};
like($got->{next_time}, qr/^\d{13}$/, '... says when it is due');

($status, $got) = shell('show', $id);
is($status, 0, 'show');
is($got->{cron}, '30 2 * * mon-fri', '... cron');
is($got->{time_zone}, 'Asia/Shanghai', '... its zone');
is("$got->{catch_up} $got->{overlap} $got->{priority}", 'one queue 7',
    '... the rest');
is($got->{owner}, 'tina', '... and whose it is');

# once, by a file of JSON too

$t->spew("$dir/empty.json", '{}');
($status, $got) = shell('create', $flow, '--at', '2099-01-01T00:00:00+08:00',
    '--dag', "$dir/empty.json");
my $once = $got->{timetable_id};
is($got->{next_time}, 4070880000000, 'at a time of day');
is((shell('update', $once, '--at', 4070880001000))[1]{next_time},
    4070880001000, '... or in milliseconds');

(undef, $got) = shell('show', $once);
is((shell('update', $once, '--name', 'x', '--version', $got->{version} + 1))
    [0], 1, 'a version that is not its own');
is((shell('update', $once, '--name', 'x', '--version', $got->{version}))[0],
    0, '... its own');

# lists

($status, undef, undef, $said) = shell('list');
is($status, 0, 'list');
is(scalar(() = $said =~ /^\S+\tACTIVE\t\d{13}\t0\t/mg), 2, '... all');
($status, undef, undef, $said) = shell('pause', $once);
is($status, 0, 'pause');
($status, undef, undef, $said) = shell('list', $flow, '--status', 'PAUSED');
is($said, "$once\tPAUSED\t0\t0\tx\n", '... those of a flow in a state');
is((shell('resume', $once))[1]{next_time}, 4070880001000, 'resume');
($status, undef, undef, $said) = shell('runs', $id);
is("$status$said", '0', 'runs: none yet');

my $due = (shell('show', $id))[1]{next_time};
is($t->redis->status('timetable_run', $id, $due, 1, $due, '', '', '[]',
    $due + 86400000), 'ok', 'a time is given up');
($status, undef, undef, $said) = shell('runs', $id);
like($said, qr/^$due\tMISSED\t\t\t.+\n$/, '... is a run, with the reason');

is((shell('remove', $once))[0], 0, 'remove');
($status, undef, $error) = shell('show', $once);
is($status, 1, '... is gone');
like($error, qr/^interconnctl: /, '... says so');

# refusals

($status, undef, $error) = shell('create', $flow, '--cron', '30 25 * * *',
    '--zone', 'UTC');
is($status, 1, 'a wrong hour');
like($error, qr/hour/, '... is named');
($status, undef, $error) = shell('create', $flow, '--at', 'tomorrow');
is($status, 1, 'not a time');
($status, undef, $error) = shell('create', $flow, '--priority', 'high');
is($status, 1, 'not a number');
like($error, qr/--priority high: not a number/, '... names the option');
($status, undef, $error) = shell('create', $flow, '--dag', "$dir/none.json");
like($error, qr/none\.json cannot be read/, 'a file that is not there');
is((shell_as('otto', 'pause', $id))[0], 1, 'who may not');
is((shell('show', $id))[1]{status}, 'ACTIVE', '... changed nothing');

is((shell(@$_))[0], 2, "usage: @$_") for [ 'create' ], [ 'show' ],
    [ 'begin', $id ], [ 'pause', $id, '--cron', '* * * * *' ],
    [ 'list', '--cron', '* * * * *' ], [ 'update', $id, '--what', 'x' ],
    [ 'show', '../x' ], [ 'create', $flow, '--status', 'ACTIVE' ];

($status, undef, $error) = shell('list', '--status', 'A&B');
is($status, 1, 'what would be another argument is not sent');

is(scalar(grep { ($_->{by} // '') eq 'tina' && $_->{event} =~ /^TIMETABLE_/ }
    $t->redis->stream('evidence')), 7, 'evidence names the operator');

$t->finish;
done_testing;
