#!/usr/bin/perl

# Makes one C file of the store's function library.
#
#     lua2c.pl OUT.c src/store/lua/*.lua
#
# or, when OUT ends in .lua, the library's text as FUNCTION LOAD takes it.
# The files are joined in the order of their names; 00_prelude.lua is first
# and starts with the shebang. @LIBRARY_SHA256@ becomes the hash of the rest,
# @ROLES@ the rows of src/api/roles.def, @PERMISSIONS@ every permission that a
# row of src/api/routes*.def asks for, @AUTHORITY@ the table of
# src/api/authority.def, @ERRORS@ that of src/api/errors.def.

use warnings;
use strict;

use Digest::SHA qw/ sha256_hex /;
use File::Basename qw/ basename dirname /;

###############################################################################

my ($out, @files) = @ARGV;

die "usage: $0 OUT.c|OUT.lua FILE.lua...\n" if !@files;

my $text = join '', map { chunk($_) }
    sort { basename($a) cmp basename($b) } @files;

die "the library does not start with #!lua\n" if $text !~ /^#!lua name=\w+\n/;

my %table = (ROLES => \&roles, PERMISSIONS => \&permissions,
    AUTHORITY => \&authority, ERRORS => \&errors);

$text =~ s/\@(ROLES|PERMISSIONS|AUTHORITY|ERRORS)\@/$table{$1}->()/ge;

# Redis keeps the text: without comments and indentation it is a third less.
# Lines stay where they are, for the numbers in its errors.

$text =~ s/^[ \t]+//mg;
$text =~ s/^--(?!\[).*//mg;

my $sha256 = sha256_hex($text);
$text =~ s/\@LIBRARY_SHA256\@/$sha256/g;

put($out, $out =~ /\.lua$/ ? $text : c_source($text));

###############################################################################

# Each file but those that start with a digit, whose locals all others use, is
# a block: its locals are its own, and the library stays below the limit of
# local variables of a Lua chunk.

sub chunk {
    my ($file) = @_;

    my $lua = slurp($file);

    return "\n$lua" if basename($file) =~ /^[1-9]|^0[1-9]/;
    return $lua if $lua =~ /^#!lua/;
    return "\n\ndo -- " . basename($file) . "\n$lua\nend\n";
}

sub slurp {
    my ($file) = @_;

    open my $fh, '<:raw', $file or die "$file: $!\n";
    local $/;
    return <$fh>;
}

# A table of src/api without its comments, adjacent strings joined.

sub rows {
    my ($name) = @_;

    my $def = slurp(dirname($0) . "/../api/$name");

    $def =~ s/^#include "(\w+\.def)"$/rows($1)/gme;
    $def =~ s{/\*.*?\*/}{}gs;
    $def =~ s/"\s+"//g;

    return $def;
}

sub roles {
    my $string = qr/"((?:[^"\\]|\\.)*)"/;
    my @roles;

    my $def = rows('roles.def');

    while ($def =~ /IC_ROLE\((\w+),\s*$string,\s*$string,\s*$string\)/g) {
        my ($name, $permissions, $en, $zh) = ($1, $2, $3, $4);

        push @roles, "{ name = '$name', permissions = { "
            . join(', ', map { "'$_'" } split ' ', $permissions)
            . " },\n    description = \"$en\",\n"
            . "    description_zh = \"$zh\" }";
    }

    die "no roles in roles.def\n" if !@roles;

    return join ",\n", @roles;
}

sub permissions {
    my $text = join '', map { rows(basename($_)) }
        glob dirname($0) . '/../api/routes*.def';
    my %seen = map { $_ => 1 } $text =~ /\bOPERATOR,\s*"([^"]+)"/g;

    # rows that kinds share: name ".right"

    my %macros = $text =~ /^#define (\w+)\(kind, name\b(.*?[^\\])\n/msg;

    for my $macro (keys %macros) {
        my @rights = $macros{$macro} =~ /\bOPERATOR, name "(\.\w+)"/g;

        for my $name ($text =~ /^$macro\(\w+, "(\w+)"/mg) {
            $seen{"$name$_"} = 1 for @rights;
        }
    }

    return join ', ', map { "'$_'" } sort keys %seen;
}

# Rules by function: the caller, sets of states, and what an absent object
# answers.

sub authority {
    my $string = qr/"([^"]*)"/;
    my @rules;

    my $def = rows('authority.def');

    while ($def =~ /IC_AUTHORITY\((\w+),\s*[\w|]+,\s*$string,\s*$string,
                    \s*$string,\s*$string,\s*$string,\s*$string,\s*$string,
                    \s*$string\)/gx)
    {
        my ($name, $caller, $from, $to, $absent) = ($1, $3, $5, $6, $9);

        push @rules, "    $name = { caller = '$caller', absent = '$absent',\n"
            . "        from = " . set($from) . ",\n"
            . "        to = " . set($to) . ' }';
    }

    die "authority.def has a row that is not understood\n"
        if @rules != (() = $def =~ /IC_AUTHORITY\(/g) || !@rules;

    return "{\n" . join(",\n", @rules) . "\n}";
}

# Errors by name: code, texts, what to do (the text says it where no column
# does), and whether one only follows from another party's.

sub errors {
    my $string = qr/("(?:[^"\\]|\\.)*")/;
    my $def = rows('errors.def');
    my @errors;

    while ($def =~ /IC_ERROR\((\w+),\s*(\d+),\s*$string,\s*$string
                    (?:,\s*$string,\s*$string(?:,\s*([\w|\s]+))?)?\)/gx)
    {
        my ($name, $code, @texts) = ($1, $2, $3, $4, $5 // $3, $6 // $4);
        my $follows = ($7 // '') =~ /FOLLOWS/ ? 'true' : 'false';

        push @errors, "    $name = { code = $code, follows = $follows,\n"
            . "        text = $texts[0],\n        text_zh = $texts[1],\n"
            . "        remedy = $texts[2],\n        remedy_zh = $texts[3] }";
    }

    die "errors.def has a row that is not understood\n"
        if @errors != (() = $def =~ /IC_ERROR\(/g) || !@errors;

    return "{\n" . join(",\n", @errors) . "\n}";
}

sub set {
    return '{ ' . join(', ', map { "$_ = true" } split ' ', $_[0]) . ' }';
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
