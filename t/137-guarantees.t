#!/usr/bin/perl

# docs/security.md: each guarantee has tests that are there, its links lead
# somewhere, and secrets are compared as it says.

use strict;
use warnings;

use lib 't/lib';
use IC::File;
use Test::More;

my $page = slurp('docs/security.md');
my ($table) = $page =~ /^## What shows it\n(.*?)\n(?:## |\z)/ms;
my %shown = map { /^\| (G\d+) \|[^|]*\|(.*)\|$/ ? ($1 => $2) : () }
    split /\n/, $table;

for my $n (20 .. 36, 38 .. 40) {
    ok(($shown{"G$n"} // '') =~ /`[^`]+`/, "G$n is shown by something");
}

for my $file (sort keys %{ { map { $_ => 1 } $page =~ m{`(t/[\w./-]+)`}g } }) {
    ok(-e $file, "$file is there");
}

# places of this page and of others, by their headings

sub anchors {
    my ($file) = @_;

    return { map { s/[`*]//gr =~ tr/ /-/r =~ s/[^\w-]//gr => 1 }
        map { lc } slurp($file) =~ /^#+ (.*)$/mg };
}

for my $link ($page =~ /\]\(([^)\s]+)\)/g) {
    next if $link =~ /^https?:/;

    my ($file, $place) = $link =~ /^([^#]*)(?:#(.*))?$/;
    my $path = 'docs/' . (length $file ? $file : 'security.md');

    ok(-e $path && (!defined $place || anchors($path)->{$place}),
       "the link $link");
}

# a comparison that ends at the first difference tells where it is

my @early;

for my $file (glob 'src/*/*.c src/components/*/*.c') {
    my $text = slurp($file);

    push @early, "$file: $1"
        while $text =~ /\b((?:ngx_)?(?:memcmp|strcmp|strncmp)
            \([^;{}]*?\b(?:mac|token|secret|password|cookie|jti|hmac)\b
            [^;{}]*?,\s*(?:\w+->)?\w*(?:mac|token|secret|password|hmac)
            \w*\b[^;{}]*?\))/xg;
}

is(join("\n", @early), '', 'no secret is compared in varying time');

done_testing();
