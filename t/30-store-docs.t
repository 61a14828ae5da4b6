#!/usr/bin/perl

# The store's library as text: its document, its size, its generated C.

use warnings;
use strict;

use File::Temp qw/ tempdir /;
use Test::More;

use lib 't/lib';
use IC::File;
use IC::Redis;

my $root = IC::Redis::root();
my @files = sort glob "$root/src/store/lua/*.lua";
my $dir = tempdir(CLEANUP => 1);

is(system($^X, "$root/src/tools/storedoc.pl", '--check',
    "$root/docs/store.md", @files), 0, 'docs/store.md is not stale');

my (@long, @unsaid, %defined);

for my $file (@files) {
    my ($comment, $name, $lines) = (0);

    for (split /\n/, slurp($file)) {
        $comment = /^--/ ? $comment . "$_\n" : '' if !defined $name;

        if (/^(?:define\('(\w+)'|(?:local )?function ([\w.]+))/) {
            $name = $1 || $2;
            $lines = 0;
            $defined{$1}++ if $1;

        } elsif (defined $name && /^end\b/) {
            push @long, "$name: $lines" if $lines > 60;
            undef $name;

        } elsif (defined $name) {
            $lines++;
        }
    }
}

is("@long", '', 'no function has more than 60 lines');
cmp_ok(scalar keys %defined, '>', 70, 'functions');
is((grep { $_ > 1 } values %defined), 0, 'each is defined once');

# the C form has the same bytes

is(system($^X, "$root/src/tools/lua2c.pl", "$dir/library.c", @files), 0,
    'the C form');
is(system($^X, "$root/src/tools/lua2c.pl", "$dir/library.lua", @files), 0,
    'the Lua form');

my ($string) = slurp("$dir/library.c")
    =~ /ic_store_library\[\] =\n(.*?);\n\nconst/s;
my $text = join '', $string =~ /^    "(.*)"$/gm;
my %plain = (n => "\n", '"' => '"', '\\' => '\\');
$text =~ s/\\(?:([0-7]{3})|(.))/defined $1 ? chr oct $1 : $plain{$2}/ge;

ok($text eq slurp("$dir/library.lua"), 'both are the same text');
like($text, qr/^#!lua name=interconn\n/, 'shebang');
isnt(system("$^X $root/src/tools/lua2c.pl $dir/x.c $files[1] 2>$dir/err"), 0,
    'not without the prelude');

done_testing();
