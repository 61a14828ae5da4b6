#!/usr/bin/perl

# An idle node is small: nginx worker, Redis and interconnd together.

use strict;
use warnings;

use lib 't/lib';
use IC::Sandbox;
use Test::More;
use Time::HiRes qw(time sleep);

plan skip_all => 'sanitizers change memory' if ($ENV{IC_BUILD} || '')
    =~ /asan/;

my $limit = 40;
my $sandbox = IC::Sandbox->new(nodes => 1);
my $pids = $sandbox->node(0)->{pids};
my $until = time() + 15;
my $sum;

# processes give memory back a moment after their last work
while (($sum = resident()) >= $limit && time() < $until) {
    sleep 0.2;
}

resident(\&note);
cmp_ok($sum, '<', $limit, sprintf 'idle node: %.1f MiB resident', $sum);

$sandbox->finish;
done_testing();


sub resident {
    my ($tell) = @_;
    my $total = 0;

    for my $pid (below($pids->{nginx}), $pids->{redis}, $pids->{interconnd},
                 below($pids->{interconnd}))
    {
        my ($mib, $name) = memory($pid);

        $tell->(sprintf '%-16s %6.1f MiB', $name, $mib) if $tell;
        $total += $mib;
    }

    return $total;
}

sub below {
    my ($parent) = @_;
    my @pids;

    for my $stat (glob '/proc/[0-9]*/stat') {
        open my $in, '<', $stat or next;
        push @pids, $stat =~ m{(\d+)}
            if (<$in> // '') =~ /\) \S $parent /;
    }

    return @pids;
}

sub memory {
    my ($pid) = @_;

    open my $in, '<', "/proc/$pid/status" or die $!;
    my $status = do { local $/; <$in> };

    return ($status =~ /VmRSS:\s+(\d+)/)[0] / 1024,
        ($status =~ /Name:\s+(\S+)/)[0];
}
