#!/usr/bin/perl

# Makes one C file of the store's function library.
#
#     lua2c.pl OUT.c src/store/lua/*.lua
#
# or, when OUT ends in .lua, the library's text as FUNCTION LOAD takes it.
# The files are joined in the order of their names; 00_prelude.lua is first
# and starts with the shebang. @LIBRARY_SHA256@ becomes the hash of the rest.

use warnings;
use strict;

use Digest::SHA qw/ sha256_hex /;
use File::Basename qw/ basename /;

###############################################################################

my ($out, @files) = @ARGV;

die "usage: $0 OUT.c|OUT.lua FILE.lua...\n" if !@files;

my $text = join '', map { chunk($_) }
    sort { basename($a) cmp basename($b) } @files;

die "the library does not start with #!lua\n" if $text !~ /^#!lua name=\w+\n/;

my $sha256 = sha256_hex($text);
$text =~ s/\@LIBRARY_SHA256\@/$sha256/g;

put($out, $out =~ /\.lua$/ ? $text : c_source($text));

###############################################################################

# Each file but the prelude is a block: its locals are its own, and the
# library stays below the limit of local variables of a Lua chunk.

sub chunk {
    my ($file) = @_;

    open my $fh, '<:raw', $file or die "$file: $!\n";
    local $/;
    my $lua = <$fh>;
    close $fh;

    return $lua if $lua =~ /^#!lua/;
    return "\n\ndo -- " . basename($file) . "\n$lua\nend\n";
}

sub c_source {
    my ($lua) = @_;

    my $lines = join "\n", map { '    ' . c_string($_) } split /(?<=\n)/, $lua;

    return <<"EOF";

/*
 * Made by src/tools/lua2c.pl from src/store/lua; do not edit.
 */


#include <stddef.h>

const char    ic_store_library[] =
$lines;

const size_t  ic_store_library_len = sizeof(ic_store_library) - 1;
const char    ic_store_library_sha256[] =
    "$sha256";
EOF
}

sub c_string {
    my ($line) = @_;

    $line =~ s/([\\"])/\\$1/g;
    $line =~ s/\n/\\n/g;
    $line =~ s/([^ -~])/sprintf '\\%03o', ord $1/ge;

    return qq{"$line"};
}

sub put {
    my ($file, $content) = @_;

    open my $fh, '>:raw', $file or die "$file: $!\n";
    print $fh $content or die "$file: $!\n";
    close $fh or die "$file: $!\n";
}
