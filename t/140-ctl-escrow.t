#!/usr/bin/perl

# interconnctl escrow: an operator at a shell, by the API of his node. What
# the daemon's process does with keys and files is told to the store as that
# process tells it.

use warnings;
use strict;

use lib 't/lib';
use IC;
use IC::Api;
use IC::Caller;
use JSON::PP;
use Test::More;
use Time::HiRes qw(time);

my $ctl = ($ENV{IC_BUILD} || 'build') . '/interconnctl';

IC->check;
IC::Api->check;
plan(skip_all => "no program at $ctl") if !-x $ctl;

my $t = IC->new;
my $dir = $t->dir;
my $redis = $t->redis;
my $caller = IC::Caller->new($t);
my $json = JSON::PP->new->canonical;
my ($a, $b, $c) = map { "hospital-$_" } qw(a b c);
my $until = int(time * 1000) + 86400000;

$redis->call('node_init', node_id => $a, name => 'A', inst_id => 'ia',
    institution => 'A', address => 'https://a.example.org');
$t->contract($_, cert => $_) for $b, $c;
$t->operator('tina', 'tina-token', 'administrator');
$t->operator('otto', 'otto-token', 'auditor');
$t->spew("$dir/tina", "tina-token\n");
$t->spew("$dir/otto", "otto-token\n");

$redis->command('HSET', $redis->key('job:J1'), job_id => 'J1',
    config => $json->encode({ initiator => { node_id => $a },
        role => { guest => [ $a ], host => [ $b, $c ] } }),
    initiator => $a, status => 'SUCCESS');

for my $task (qw(T1 T2)) {
    $redis->command('HSET', $redis->key("artefact:$task:out"), task_id =>
        $task, job_id => 'J1', task_name => 'lr', role => 'guest.0',
        key => 'out', kind => 'model', namespace => 'J1-guest-0',
        name => "$task-out", digest => 'a' x 64, rows => 0, bytes => 7,
        format => 'json', version => '1');
}

# exit status, members of the answer, message, standard output

sub shell { shell_as('tina', @_) }

sub shell_as {
    my ($who, @words) = @_;

    push @words, '--node', 'https://localhost:' . $t->port('ns'), '--ca',
        "$dir/network.crt", '--token-file', "$dir/$who";
    my $line = join ' ', map { "'$_'" } @words;
    my $said = `$ctl escrow $line 2>$dir/stderr`;

    return ($? >> 8, { map { split /\t/, $_, 2 } split /\n/, $said },
        $t->slurp("$dir/stderr"), $said);
}

###############################################################################
# made, sealed, seen

my ($status, $got, $error, $said) = shell('create', 'T1', 'out', '--until',
    $until, '--threshold', 2, '--level', 'L2', '--holders', "$a,$b,$c",
    '--copies', 'yes');
is($status, 0, 'create') or diag $error;

my $id = $got->{escrow_id};

$redis->status('escrow_sealed', $id, 'c' x 64, 100, 'c2ln',
    $json->encode([ map { { node_id => "hospital-" . qw(a b c)[$_],
        index => $_ + 1, commitment => 'e' x 64 } } 0 .. 2 ]),
    $json->encode({ map { $_ => 'share' } $a, $b, $c }), '');
$caller->peer('POST', '/ext/escrow/confirm', { escrow_id => $id,
    status => 'HELD' }, $_) for $b, $c;

($status, $got) = shell('show', $id);
is(join(' ', $status, @$got{qw(status threshold level retention_until)}),
    "0 HELD 2 L2 $until", 'show');
is(join(' ', map { "$_->{node_id} $_->{state}" }
    @{ $json->decode($got->{holders}) }), "$a HELD $b HELD $c HELD",
    '... with who holds a share');
is((shell('list', '--job', 'J1', '--dir', 'out', '--status', 'HELD'))[3],
    "$id\tout\tHELD\t$a\tJ1\tout\t2\t$until\n", 'a list');
is((shell('list', '--dir', 'in'))[3], '', '... of those that are wanted');
is((shell('create', 'T2', 'out', '--until', '2099-01-01T00:00:00Z'))[0], 0,
    'a term as a date');

###############################################################################
# asked for

($status, $got) = shell('recover', $id, '--reason', 'the disk broke');
is($status, 0, 'recover');

my $ask = $got->{recovery_id};

($status, $got) = shell('request', $ask);
is("$status $got->{status} $got->{reason}", '0 ASKED the disk broke',
    'a request');
is(join(' ', map { "$_->{node_id} $_->{answer}" }
    @{ $json->decode($got->{answers}) }), "$a APPROVED $b ASKED $c ASKED",
    '... with what each has answered');
is((shell('withdraw', $ask))[0], 0, 'withdraw');
is((shell('request', $ask))[1]{status}, 'WITHDRAWN', '... it is');
is((shell('withdraw', $ask))[0], 0, '... also when it was before');
is((shell('release', $id, '--reason', 'done'))[0], 0, 'release');

###############################################################################
# what another asks for

$caller->peer('POST', '/ext/escrow/apply', { escrow_id => 'E-b',
    job_id => 'J1', task_id => 'T7', key => 'out', kind => 'model',
    output_digest => 'b' x 64, threshold => 2, retention_until => $until,
    level => 'L1', ciphertext_digest => 'c' x 64, holders => [ map { {
        node_id => "hospital-$_->[0]", index => $_->[1],
        commitment => 'e' x 64 } } [ a => 1 ], [ b => 2 ] ],
    share => 'c2hhcmU=', signature => 'c2ln' }, $b);

my $here = (split /\t/, (shell('list', '--dir', 'in'))[3])[0];

$redis->call('escrow_held', $here, 0);

sub apply {
    $caller->peer('POST', '/ext/escrow/recover/apply', { owner => $b,
        recovery_id => $_[0], escrow_id => 'E-b', purpose => 'recover',
        reason => "audit of $_[0]" }, $b);

    return (shell('inbox'))[3];
}

$said = apply('R1');
like($said, qr/^(\S+)\trecover\t$b\t$b\tJ1\tb{64}\taudit of R1\n$/,
    'inbox: who asks for what, and why');

my ($waits) = split /\t/, $said;

is((shell('refuse', $waits, '--reason', 'not yet'))[0], 0, 'refuse');
is((shell('request', $waits))[1]{status}, 'REJECTED', '... it is');
is((shell('inbox'))[3], '', '... and waits no more');
($waits) = split /\t/, apply('R2');
is((shell('approve', $waits))[0], 0, 'approve');
is((shell('request', $waits))[1]{decided_by}, 'tina', '... by whom is said');
($status, undef, $error) = shell('refuse', $waits, '--reason', 'too late');
is($status, 1, 'an answer stays');
like($error, qr/state does not allow this: APPROVED/, '... which is said');

###############################################################################
# what is wrong is told, and changes nothing

is((shell_as('otto', 'recover', $id, '--reason', 'r'))[0], 1,
    'an auditor asks for nothing');
is((shell_as('otto', 'list'))[0], 0, '... and may look');
($status, undef, $error) = shell('create', 'T9', 'out', '--until', $until);
is($status, 1, 'no output that is not here');
like($error, qr/no such object .* T9/, '... with the node\'s reason');

for my $case ([ [ 'create', 'T2' ], 'what of the task' ],
              [ [ 'create', 'T2', 'out' ], 'no term' ],
              [ [ 'create', 'T2', 'out', 'x' ], 'a word too many' ],
              [ [ 'recover', $id ], 'no reason' ],
              [ [ 'refuse', $waits ], 'no reason for a refusal' ],
              [ [ 'approve' ], 'nothing to approve' ],
              [ [ 'approve', 'a b' ], 'what is no id' ],
              [ [ 'show', $id, '--until', 1 ], 'an option of another verb' ],
              [ [ 'list', $id ], 'a list of one' ],
              [ [ 'steal', $id ], 'a verb that is none' ])
{
    is((shell(@{ $case->[0] }))[0], 2, "usage: $case->[1]");
}

for my $case ([ '--threshold', 'two' ], [ '--copies', 'no' ],
              [ '--holders', "$b,,$c" ], [ '--holders', 'a b' ],
              [ '--until', 'tomorrow' ])
{
    ($status, undef, $error) = shell('create', 'T2', 'out',
        $case->[0] eq '--until' ? () : ('--until', $until), @$case);
    is($status, 1, "@$case");
    like($error, qr/$case->[0]/, '... is told');
}

is((shell('list', '--job', 'a&b=c'))[0], 1, 'a job that is no id');
like(`$ctl help`, qr/escrow create TASK KEY --until/, 'help has it');

$caller->finish($0);
done_testing();
