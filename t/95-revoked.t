#!/usr/bin/perl

# What runs when its component may not be used any more ends within two
# seconds, with a cause that says why, and the component is unloaded.

use strict;
use warnings;

use lib 't/lib';
use IC::Daemon;
use IC::Pace;
use IC::Packaged;
use IC::Redis;
use Test::More;
use Time::HiRes qw(time);

IC::Daemon->check;

my $program = IC::Redis::root() . '/t/data/components/intruder';
my $one = IC::Packaged->new(conf => { workers => 3 });
my $redis = $one->redis;

$one->install(intruder => $_, $program) for qw(1 2);

# an operator's word: the tasks of that version, and of no other

my @running = map { started('1') } 1 .. 2;
my $other = started('2');
my $began = time;

$one->run_ok('disable', 'intruder:1', '--conf', $one->dir . '/ctl.conf');

for my $id (@running) {
    my $record = $one->end($id);

    is($record->{status}, 'FAILED', "$id ends");
    is($record->{cause}{error}, 'component_withdrawn', '... why');
    like($record->{cause}{message}, qr/an operator disabled it/,
         '... who said so');
}

in_time($began, 'disabled');
is($redis->get("task:$other", 'status'), 'RUNNING', 'the other version runs');

$one->run_ok('enable', 'intruder:1', '--conf', $one->dir . '/ctl.conf');
my $again = started('1');
ok($again, 'enabled again: it runs');

# a certificate is revoked: all that it signed

$began = time;
$one->signer->revoke(studio => 'dev');
$one->signer->revocation('studio');

for my $id ($other, $again) {
    my $record = $one->end($id);

    is($record->{cause}{error}, 'component_withdrawn', "revoked: $id");
    like($record->{cause}{message},
         qr/developer: certificate revoked \(certificate of dev, serial \w+\)/,
         '... whose certificate');
}

in_time($began, 'revoked');
unloaded($_, qr/certificate revoked/) for qw(1 2);

# one whose time is over while its program runs

$one->signer->certificate(studio => 'brief', '-not_before',
    stamp(time - 60), '-not_after', stamp(time + 25));
$one->install(intruder => '3', $program, signer => 'brief');

my $last = started('3');
my $record = $one->end($last);

is($record->{cause}{error}, 'component_withdrawn', 'expired');
like($record->{cause}{message}, qr/certificate has expired.*of brief/,
     '... whose certificate');
unloaded('3', qr/has expired/);

done_testing();

###############################################################################

sub started {
    my ($version) = @_;
    my $id = $one->begin(component => 'intruder', version => $version);

    $one->node->await(sub {
        $one->node->log =~ /task $id: intruder as .*pid \d+/
    }, "$id runs", 30);

    return $id;
}

# a busy machine is given some more
sub in_time {
    my ($began, $what) = @_;
    my $took = time - $began;

    note(sprintf '%s: %.2f s', $what, $took);
    cmp_ok($took, '<', within(6), "$what: ended soon");
}

sub unloaded {
    my ($version, $why) = @_;
    my $object = $redis->hash("object:component:intruder:$version");
    my ($said) = grep { $_->{event} eq 'COMPONENT_UNLOADED'
                        && $_->{subject} =~ /intruder:$version$/ }
        reverse $redis->stream('evidence');

    is($object->{status}, 'DISABLED', "$version is disabled");
    like($object->{disabled_reason}, $why, '... why');
    like($said->{reason}, $why, '... in the evidence');
}

sub stamp {
    my @t = gmtime $_[0];
    return sprintf '%02d%02d%02d%02d%02d%02dZ', $t[5] % 100, $t[4] + 1,
        @t[3, 2, 1, 0];
}
