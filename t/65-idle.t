#!/usr/bin/perl

# An idle node is small: nginx worker, Redis and interconnd together.

use strict;
use warnings;

use lib 't/lib';
use IC::Sandbox;
use Test::More;

plan skip_all => 'sanitizers change memory' if ($ENV{IC_BUILD} || '')
    =~ /asan/;

my $limit_mib = 40;
my $sandbox = IC::Sandbox->new(nodes => 1);
my $pids = $sandbox->node(0)->{pids};
my $sum = 0;

for my $pid (below($pids->{nginx}), $pids->{redis}, $pids->{interconnd},
             below($pids->{interconnd}))
{
    my ($rss, $name) = memory($pid);

    note(sprintf '%-16s %6.1f MiB', $name, $rss / 1024);
    $sum += $rss / 1024;
}

cmp_ok($sum, '<', $limit_mib, sprintf 'idle node: %.1f MiB resident', $sum);

$sandbox->finish;
done_testing();


sub below {
    my ($parent) = @_;
    my @pids;

    for my $stat (glob "/proc/[0-9]*/stat") {
        open my $in, "<", $stat or next;
        push @pids, $stat =~ m{(\d+)}
            if (<$in> // "") =~ /\) \S $parent /;
    }

    return @pids;
}

sub memory {
    my ($pid) = @_;

    open my $in, '<', "/proc/$pid/status" or die $!;
    my $status = do { local $/; <$in> };

    return ($status =~ /VmRSS:\s+(\d+)/)[0], ($status =~ /Name:\s+(\S+)/)[0];
}
