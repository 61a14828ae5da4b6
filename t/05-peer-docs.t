#!/usr/bin/perl

# docs/peers.md and its translation have the table of src/api/profiles.def.

use warnings;
use strict;

use lib 't/lib';
use IC::File;
use Test::More;

my $def = slurp('src/api/profiles.def');
my %profiles = $def =~ /IC_PROFILE\("([^"]+)",\s*((?:"[^"]*"\s*)+?),/g;
my %settings = $def =~ /IC_SPEECH\(\w+, "(\w+)", "([^"]+)"/g;

cmp_ok(scalar keys %profiles, '>=', 5, 'profiles');
cmp_ok(scalar keys %settings, '>=', 10, 'settings');

for my $file ('docs/peers.md', 'docs/zh/peers.md') {
    my $page = slurp($file);

    for my $name (sort keys %profiles) {
        my $words = join '', $profiles{$name} =~ /"([^"]*)"/g;
        my ($cell) = $page =~ /^\| `\Q$name\E` \|[^|]*\| (.*)\|$/m;

        is($cell // 'no row', $words ? "`$words` " : '', "$file: $name");
    }

    for my $name (sort keys %settings) {
        my ($cell) = $page =~ /^\| `$name` \| ([^|]*) \|/m;

        is(join('|', ($cell // '') =~ /`([^`]+)`/g), $settings{$name},
            "$file: $name");
    }
}

done_testing();
