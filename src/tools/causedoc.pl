#!/usr/bin/perl

# Writes the tables of causes and of reasons to wait into a document, from
# src/api/errors.def and src/store/lua/pending_text.lua.
#
#     causedoc.pl docs/troubleshooting.md docs/zh/troubleshooting.md
#     causedoc.pl --check docs/troubleshooting.md docs/zh/troubleshooting.md
#
# replaces what stands between <!-- causes --> and <!-- /causes -->, and
# between <!-- reasons --> and <!-- /reasons -->; below zh/ in Chinese. --check
# changes nothing and fails when that is not what it should be.

use warnings;
use strict;

use File::Basename qw/ dirname /;

###############################################################################

my $check = @ARGV && $ARGV[0] eq '--check' && shift @ARGV;
my $source = dirname($0) . '/..';
my $string = qr/"((?:[^"\\]|\\.)*)"/;

die "usage: $0 [--check] DOCUMENT...\n" if !@ARGV;

my @causes = causes(slurp("$source/api/errors.def"));
my @reasons = reasons(slurp("$source/store/lua/pending_text.lua"));

write_document($_) for @ARGV;

###############################################################################

sub slurp {
    my ($file) = @_;

    open my $fh, '<:raw', $file or die "$file: $!\n";
    local $/;
    return <$fh>;
}

# Rows of errors.def that tell why a job or task failed: code, name, texts,
# what to do, whether it follows from another failure or may pass.

sub causes {
    my ($def) = @_;
    my @rows;

    $def =~ s{/\*.*?\*/}{}gs;
    $def =~ s/"\s+"//g;

    while ($def =~ /IC_ERROR\((\w+),\s*(60\d\d),\s*$string,\s*$string
                    (?:,\s*$string,\s*$string(?:,\s*([\w|\s]+))?)?\)/gx)
    {
        push @rows, { name => $1, code => $2, en => [ $3, $5 // '' ],
            zh => [ $4, $6 // '' ], flags => $7 // '' };
    }

    die "no causes in errors.def\n" if !@rows;

    return sort { $a->{code} <=> $b->{code} } @rows;
}

# The table of reasons: name, and four texts, of which parts are joined.

sub reasons {
    my ($lua) = @_;
    my $text = qr/'((?:[^'\\]|\\.)*)'/;
    my @rows;

    $lua =~ s/'\s*\.\.\s*'//g;

    while ($lua =~ /^    (\w+) = \{\s*$text,\s*$text,\s*$text,\s*$text/gm) {
        push @rows, { name => $1, en => [ $2, $4 ], zh => [ $3, $5 ] };
    }

    die "no reasons in pending_text.lua\n"
        if !@rows || @rows != (() = $lua =~ /^    \w+ = \{/gm);

    return @rows;
}

my %words;

BEGIN {
    %words = (
        en => { causes => [ 'code', 'error', 'what happened', 'what to do',
                '' ], reasons => [ 'reason', 'what it waits for',
                'what to do' ], follows => 'follows', passes => 'passes' },
        zh => { causes => [ '错误码', '错误名', '说明', '处理方法', '' ],
            reasons => [ '原因', '说明', '处理方法' ], follows => '连带',
            passes => '可重试' },
    );
}

sub table {
    my ($head, @rows) = @_;

    return join '', map { '| ' . join(' | ', @$_) . " |\n" } $head,
        [ ('---') x @$head ], @rows;
}

sub escaped { return map { s/[<>]/\\$&/gr =~ s/\|/\\|/gr } @_ }

sub write_document {
    my ($file) = @_;
    my $lang = $file =~ m{/zh/} ? 'zh' : 'en';
    my $word = $words{$lang};
    my $text = slurp($file);

    my %made = (
        causes => table($word->{causes}, map {
            my $row = $_;
            my @marks = map { $word->{$_} }
                grep { $row->{flags} =~ /\U$_/ } qw/ follows passes /;

            [ $row->{code}, $row->{name}, escaped(@{ $row->{$lang} }),
                join ', ', @marks ]
        } @causes),
        reasons => table($word->{reasons}, map {
            [ $_->{name}, escaped(@{ $_->{$lang} }) ] } @reasons),
    );

    my $new = $text;

    for my $name (sort keys %made) {
        my ($start, $end) = ("<!-- $name -->\n", "<!-- /$name -->\n");

        $new =~ s/\Q$start\E.*?\Q$end\E/$start\n$made{$name}\n$end/s
            or die "$file: no place for the $name\n";
    }

    if ($check) {
        die "$file is stale: run make docs\n" if $new ne $text;
        return;
    }

    open my $fh, '>:raw', $file or die "$file: $!\n";
    print $fh $new or die "$file: $!\n";
    close $fh or die "$file: $!\n";
}
