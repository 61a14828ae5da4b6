#!/usr/bin/perl

# Writes the list of store functions into a document, from the comments above
# each define() of the library.
#
#     storedoc.pl docs/store.md src/store/lua/*.lua
#     storedoc.pl --check docs/store.md src/store/lua/*.lua
#
# replaces what stands between <!-- functions --> and <!-- /functions -->;
# --check changes nothing and fails when that is not what it should be.

use warnings;
use strict;

use File::Basename qw/ basename /;

###############################################################################

my $check = @ARGV && $ARGV[0] eq '--check' && shift @ARGV;
my ($document, @files) = @ARGV;

die "usage: $0 [--check] DOCUMENT FILE.lua...\n" if !@files;

my $text = slurp($document);
my $table = join "\n", map { functions($_) }
    sort { basename($a) cmp basename($b) } @files;

my ($start, $end) = ("<!-- functions -->\n", "<!-- /functions -->\n");

(my $new = $text) =~ s/\Q$start\E.*?\Q$end\E/$start\n$table\n$end/s
    or die "$document: no place for the functions\n";

if ($check) {
    die "$document is stale: run $0\n" if $new ne $text;
    exit 0;
}

open my $fh, '>:raw', $document or die "$document: $!\n";
print $fh $new or die "$document: $!\n";
close $fh or die "$document: $!\n";

###############################################################################

sub slurp {
    my ($file) = @_;

    open my $fh, '<:raw', $file or die "$file: $!\n";
    local $/;
    return <$fh>;
}

# One entry per function: what is said above it, by keyword.

sub functions {
    my ($file) = @_;

    my $lua = slurp($file);
    my @entries;

    while ($lua =~ /((?:^--.*\n)*)^define\('(\w+)', \d+, (\w+)/gm) {
        my ($comment, $name, $flags) = ($1, $2, $3);
        my %said = said($comment);

        for (qw/ input output /) {
            die "$file: $name has no $_\n" if !defined $said{$_};
        }

        my $reads = $flags eq 'READ' ? ' (reads)' : '';
        my $entry = "**$name**$reads\n\n- in: $said{input}\n"
            . "- out: $said{output}\n";
        $entry .= "- evidence: $said{evidence}\n" if $said{evidence};

        push @entries, $entry;
    }

    return @entries;
}

sub said {
    my ($comment) = @_;

    my (%said, $word);

    for (split /\n/, $comment) {
        if (/^-- (input|output|evidence): (.*)/) {
            $word = $1;
            $said{$word} = $2;

        } elsif (defined $word && /^--\s+(.*)/) {
            $said{$word} .= " $1";
        }
    }

    s/([<>*])/\\$1/g for values %said;

    return %said;
}
