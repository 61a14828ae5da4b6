package IC::File;

# Whole files, as bytes.

use warnings;
use strict;

use Exporter qw/ import /;

our @EXPORT = qw/ slurp spew /;

# The text; of a file that cannot be opened the second argument, if there is
# one.

sub slurp {
    my ($file, @other) = @_;

    open my $in, '<:raw', $file
        or return @other ? $other[0] : die "$file: $!\n";
    local $/;

    return scalar(<$in>) // '';
}

sub spew {
    my ($file, $text) = @_;

    open my $out, '>:raw', $file or die "$file: $!\n";
    print $out $text;
    close $out or die "$file: $!\n";
}

1;
