#!/usr/bin/perl

# The root of a failure: for every pair of errors which one explains a job's
# end, whichever came first; what a partner says is made anew, and bounded.

use warnings;
use strict;
use utf8;

use lib 't/lib';
use IC::Redis;
use JSON::PP;
use Test::More;

plan(skip_all => 'redis-server is not installed') if !IC::Redis->available;

my $r = IC::Redis->new(node => 'a');
my $json = JSON::PP->new->utf8->canonical;
my (%error, $count);

{
    local (@ARGV, $/) = IC::Redis::root() . '/src/api/errors.def';
    my $def = <> =~ s{/\*.*?\*/}{}gsr =~ s/"\s+"//gr;

    while ($def =~ /IC_ERROR\((\w+),\s*(\d+),(.*?)\)\n/gs) {
        my ($name, $code, $rest) = ($1, $2, $3);
        my @texts = $rest =~ /"((?:[^"\\]|\\.)*)"/g;

        $error{$name} = { code => $code, texts => \@texts,
            follows => scalar $rest =~ /IC_CAUSE_FOLLOWS/ };
    }
}

my @causes = grep { int($error{$_}{code} / 100) == 60 } sort keys %error;
my @follow = grep { $error{$_}{follows} } @causes;

cmp_ok(scalar @causes, '>', 20, 'causes of tasks');
ok(eq_set([ grep { /^(?:peer_silent|peer_unreachable|task_stopped)$/ }
    @follow ], [ qw/ peer_silent peer_unreachable task_stopped / ]),
    "what follows: @follow");

# each says what to do, in both languages, and once

for my $name (@causes) {
    my @texts = @{ $error{$name}{texts} };

    ok($texts[1] =~ /\p{Han}/ && ($texts[3] // $texts[1]) =~ /\p{Han}/,
        "$name: in Chinese") if utf8::decode($texts[1])
        && (!defined $texts[3] || utf8::decode($texts[3]));
    ok(@texts == 2 || @texts == 4, "$name: columns");
    isnt($texts[2] // '', $texts[0], "$name: the remedy is no repetition");
}

###############################################################################

# A job of ours with two partners whose parts run.

sub job {
    my (%option) = @_;
    my $id = 'J' . ++$count;

    $r->call('object_create', 'flow', "F$id", name => 'f');
    $r->call('job_create', $id, "F$id", '', dag => $json->encode({
        components => [ { name => 'lr_0', componentName => 'homo_lr' } ] }),
        config => $json->encode({
            initiator => { role => 'guest', node_id => 'a' },
            role => { guest => [ 'a' ], host => [ 'b', 'c' ] } }));
    $r->call('job_advance', $id, 'RUNNING', 'begun.lr_0' => "T$id x sent");
    $r->call('ptask_put', $id, "T$id", $_->[0], 'lr_0', $_->[1])
        for [ b => 'host.0' ], [ c => 'host.1' ];

    return $id;
}

sub fails {
    my ($id, $node, $error, @more) = @_;
    my $cause = ref $error ? $error : { error => $error };

    $r->call('ptask_update', "T$id", $node, 'FAILED',
        cause => ref $error || $error !~ /^!/ ? $json->encode($cause)
            : substr $error, 1);
}

sub ends {
    my ($id, $cause) = @_;

    $r->call('job_advance', $id, 'FAILED', cause => $json->encode($cause));
}

sub root { $json->decode($r->call('job_explain', $_[0])->{fields}{cause}) }

# the scheduler entered what followed, since that came first; and the other
# way round

my (@wrong, $pairs);

for my $first (@causes) {
    for my $then (@causes) {
        my $id = job();
        my $expected = $error{$first}{follows} && !$error{$then}{follows}
            ? $then : $first;

        fails($id, 'b', $first);
        select undef, undef, undef, 0.002;
        fails($id, 'c', $then);
        ends($id, { error => $first, party => 'host.0', node_id => 'b',
            task_id => "T$id", task_name => 'lr_0' });

        my $root = root($id);
        my $other = $expected eq $first ? [ 'c', $then ] : [ 'b', $first ];

        $pairs++;
        push @wrong, "$first, $then: $root->{error}"
            if $root->{error} ne $expected || !$root->{remedy}
            || !$root->{remedy_zh} || !$root->{message_zh}
            || $root->{code} != $error{$expected}{code}
            || $root->{component} ne 'homo_lr' || !$root->{time}
            || @{ $root->{consequences} } != 1
            || $root->{consequences}[0]{node_id} ne $other->[0]
            || $root->{consequences}[0]{error} ne $other->[1];
    }
}

is(join("\n", @wrong), '', "the root of $pairs pairs");

###############################################################################

# a job that was stopped was stopped, whatever its parties say of it

my $id = job();
$r->call('job_stop', $id);
fails($id, 'b', 'task_crashed');
ends($id, { error => 'task_stopped' });
is(root($id)->{error}, 'task_stopped', 'a stop is the root');
is(root($id)->{consequences}[0]{error}, 'task_crashed', '... what followed');

# a party that blames another is told of as itself

$id = job();
fails($id, 'b', { error => 'data_empty', party => 'host.1', node_id => 'c',
    task_id => 'T-other', task_name => 'other', component => 'evil',
    remedy => 'send money', code => 1, secret => 'canary' });
ends($id, $json->decode($r->get("ptask:T$id:b", 'cause')));

my $root = root($id);

is("$root->{party} $root->{node_id} $root->{task_id} $root->{component}",
    "host.0 b T$id homo_lr", 'who it was');
is($root->{code}, 6009, 'the code is ours');
unlike($root->{remedy}, qr/money/, 'and the remedy');
unlike($json->encode($root), qr/canary/, 'no other members');

# words of others

for my $said ('!out of memory', '![1,2]', '!"text"', '!{"error":17}',
    '!{"error":"own_error","message":"own words"}')
{
    $id = job();
    fails($id, 'b', $said);
    $root = $json->decode($r->get("ptask:T$id:b", 'cause'));
    is($root->{error}, 'task_crashed', "$said: is a cause");
    ok($root->{message} && $root->{message_zh} && $root->{remedy},
        '... with all texts');
}

like($root->{message}, qr/own words/, 'and their words');

# bounds

$id = job();
fails($id, 'b', { error => 'task_crashed', message => '长' x 5000,
    row => 1e300, column => [ 1 ], time => 'x', log => [ "\e[2J" . 'x' x 900,
        map { "line $_" } 1 .. 40 ] });
my $text = $r->get("ptask:T$id:b", 'cause');
$root = $json->decode($text);
is(scalar @{ $root->{log} }, 10, 'ten lines');
is(length $root->{log}[0], 400, 'of 400 bytes');
like($root->{log}[0], qr/^\\x1b\[2Jxx/, 'control characters are told');
cmp_ok(length $text, '<', 16384, 'a cause is bounded');
like($root->{message}, qr/^the component ended abnormally: 长{600,700}$/,
    'a message is cut between characters');
ok(!exists $root->{row} && !exists $root->{column}, 'no nonsense');
ok($root->{time} > 1.7e12, 'a time');

# which task's failure is shown: that of the try of now

$id = job();
fails($id, 'b', 'task_crashed');
$r->call('job_advance', $id, 'RUNNING', 'begun.lr_0' => "U$id x sent");
$r->call('ptask_put', $id, "U$id", 'c', 'lr_0', 'host.1');
$r->call('ptask_update', "U$id", 'c', 'FAILED',
    cause => '{"error":"data_empty"}');
ends($id, { error => 'data_empty', node_id => 'c', task_id => "U$id",
    task_name => 'lr_0' });
is(root($id)->{error}, 'data_empty', 'the try of now');
is_deeply(root($id)->{consequences}, [], 'not the one before');

done_testing();
