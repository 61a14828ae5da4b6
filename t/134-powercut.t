#!/usr/bin/perl

# No transition that was answered without its entry, no entry without its
# transition, through deaths of each process and power cuts: all processes
# killed, and of each file of Redis and of the log what no sync had made
# durable gone. IC_CYCLES is the number of deaths, 50 at least; IC_SEED repeats
# what dies, not the moment.

use strict;
use warnings;

use lib 't/lib';
use IC::Powercut;
use Test::More;
use Time::HiRes qw(time);

my $seed = $ENV{IC_SEED} || int(time * 1000) & 0x7fffffff;
my $cycles = $ENV{IC_CYCLES} && $ENV{IC_CYCLES} > 50 ? $ENV{IC_CYCLES} : 50;
my $each = 100;                      # of one node: the log stays short

srand $seed;
diag("IC_SEED=$seed, $cycles cycles");

my (%died, $node);
my ($done, $acked, $begin) = (0, 0, time);

while ($done < $cycles) {
    my $wrong = '';

    $node = IC::Powercut->new;

    for (1 .. $each) {
        my $what = $node->cycle;

        $died{$what}++;
        $wrong = $node->wrong;
        $done++;

        if ($wrong ne '') {
            diag("after $what in cycle $done: $wrong",
                 map { "\n$_" } @{ $node->{lost} || [] });
            last;
        }

        last if $done == $cycles;
    }

    $acked += $node->{acked};
    is($wrong, '', "after $done cycles: $node->{entries} entries, "
        . "$node->{acked} transitions answered") or last;
    $node->finish;
}

cmp_ok($acked, '>=', $done, 'transitions were answered meanwhile');
note(join(', ', map { "$_ $died{$_}" } sort keys %died),
     sprintf '; %.1f s', time - $begin);
done_testing();
