#!/usr/bin/perl

# A package of 200 MiB: through a worker that does not grow with it.

use strict;
use warnings;

use lib 't/lib';
use Digest::SHA;
use IC::File;
use IC::Packages;
use Test::More;
use Time::HiRes qw/ time /;

IC::Packages->check;

my $n = IC::Packages->new;
my ($t, $dir) = ($n->t, $n->dir);

$t->operator('ada', 'ada-token', 'algorithm_provider');
IC::File::spew("$dir/ada", "ada-token\n");

sub shell {
    my (@words) = @_;

    return $n->ctl('component', @words, '--node', 'https://localhost:'
        . $t->port('ns'), '--ca', $t->dir . '/network.crt', '--token-file',
        "$dir/ada");
}

# peak of the worker, MiB
sub peak {
    my ($pid) = $t->workers;
    my ($kib) = IC::File::slurp("/proc/$pid/status") =~ /^VmHWM:\s+(\d+)/m;

    return $kib / 1024;
}

my $file = $n->package_of('large', '1', bytes => 200 << 20);
my $before = peak();
my $began = time;

is(shell('upload', $file), 0, 'uploaded') or diag $n->said;
diag(sprintf '200 MiB: up %.1f s', time - $began);
$began = time;
is(shell('download', 'large:1', '--output', "$dir/got.tar"), 0, 'downloaded')
    or diag $n->said;
diag(sprintf '200 MiB: down %.1f s', time - $began);
is(system('cmp', '-s', $file, "$dir/got.tar"), 0, '... the same bytes');

SKIP: {
    skip 'sanitizers change memory', 1 if ($ENV{IC_BUILD} || '') =~ /asan/;

    cmp_ok(peak() - $before, '<', 16, 'the worker has not grown');
}

$n->finish;
done_testing;
