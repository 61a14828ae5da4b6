#!/usr/bin/perl

# The targets of `make fuzz` with their seeds, and with small changes of each:
# no engine is needed to see that they build and what they once found stays
# mended.

use warnings;
use strict;

use lib 't/lib';
use File::Basename;
use File::Temp;
use Test::More;

my $build = $ENV{IC_BUILD} || 'build';
my $asan = $build =~ /asan/;
my $folder = File::Temp->newdir(DIR => -w '/dev/shm' ? '/dev/shm' : '/tmp');

# Changes of each seed; fewer where one takes milliseconds.
my %changes = (paillier => 3, curve => 10, credential => 20,
    map { $_ => 2 } qw/ peers_expression peers_hetero_lr peers_homo_lr
        peers_pir peers_psi /);

$ENV{TMPDIR} = "$folder";
$ENV{REPLAY_CRASH} = "$folder/input";

for my $source (glob 't/fuzz/*.c') {
    my $name = basename($source, '.c');
    my @seeds = glob "t/fuzz/seeds/$name/*";
    my $changes = $changes{$name} // ($asan ? 20 : 100);

    ok(@seeds > 0, "$name has seeds");

    my $said = qx{$build/fuzz/$name $changes @seeds 2>&1};
    my $runs = @seeds * (1 + $changes);

    next if ok($? == 0 && $said =~ /^$runs runs$/m, "$name: $runs runs");

    diag(join "\n", (split /\n/, $said)[-20 .. -1]);
    open my $in, '<:raw', "$folder/input" or next;
    diag('the input: ' . unpack('H*', do { local $/; <$in> }));
}

my @orphans = grep { !-e 't/fuzz/' . basename($_) . '.c' }
    glob 't/fuzz/seeds/* t/fuzz/words/*';

is("@orphans", '', 'seeds and words belong to targets');

done_testing();
