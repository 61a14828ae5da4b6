#!/usr/bin/perl

# A node that stays away ends the waits for it, and no others, when the task
# has said that it can do without: x-interconn-losing.

use strict;
use warnings;

use lib 't/lib';
use IC::Daemon;
use Test::More;
use Time::HiRes qw(time);

IC::Daemon->check;

my $OK = 'E0000000000';
my $d = IC::Daemon->new(node => 'node-a', conf => { plain_peers => 'on',
                                                   message_timeout => '2s' });
my %losing = (header => { 'x-interconn-losing' => 1 });

# nobody listens there
$d->session('s1', { 'node-b' => 'http://127.0.0.1:1',
                    'node-c' => 'http://127.0.0.1:1' });

my ($lost, $other) = map { $d->connect } 1, 2;

$d->begin($lost, pop => 's1', 't', 'node-b', timeout => 30, %losing);
$d->begin($other, pop => 's1', 't', 'node-c', timeout => 30, %losing);

my $begin = time;

is($d->call(push => 's1', 't', 'node-b', body => 'x', %losing)->{code}, $OK,
   'a message for a node that is away is taken');

my $answer = $lost->answer;

is($answer->{code}, 'E0000000602', 'a wait for it ends');
like($answer->{json}{message}, qr/node-b/, '... and names it');
cmp_ok(time - $begin, '>', 1.5, '... after the message timeout');
is($d->call(push => 's1', 't', 'node-b', %losing)->{code}, 'E0000000602',
   'more is refused');
is($d->call(pop => 's1', 't', 'node-b', timeout => 1)->{code}, 'E0000000602',
   'waits too');

# the session is as it was for all others
is($d->invoke('s1', 't', 'node-c', body => 'here')->{code}, $OK,
   'another node sends');
is($other->answer->{body}, 'here', 'its message is received');
is($d->call(push => 's1', 'own', 'node-a', body => 'self')->{code}, $OK,
   'the session is open');

# without the header it has failed for all
$d->session('s2', { 'node-b' => 'http://127.0.0.1:1',
                    'node-c' => 'http://127.0.0.1:1' });
$d->begin($other, pop => 's2', 't', 'node-c', timeout => 30);
$d->call(push => 's2', 't', 'node-b', body => 'x');
is($other->answer->{code}, 'E0000000602', 'without it every wait ends');

for my $bad ('0', 'yes') {
    is($d->call(push => 's1', 'own', 'node-a', body => 'x',
        header => { 'x-interconn-losing' => $bad })->{code}, 'E0000000400',
       "x-interconn-losing \"$bad\" is refused");
}

done_testing();
