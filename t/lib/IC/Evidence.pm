package IC::Evidence;

# An evidence log on disk: its entries, and what `interconnctl evidence
# verify` says of it.

use strict;
use warnings;

use Digest::SHA qw(sha256);
use IC::Sandbox;
use IPC::Open3;
use JSON::PP;

my $json = JSON::PP->new->utf8;

# Entries that are under a head, in order.
sub entries {
    my ($dir) = @_;
    my @entries;

    for my $file (sort glob "$dir/entries/*") {
        open my $in, '<:raw', $file or die "$file: $!\n";
        local $/;
        my $text = <$in> // '';
        my $at = 0;

        while ($at + 8 <= length $text) {
            my ($length, $check) = unpack 'Na4', substr $text, $at, 8;
            my $entry = substr $text, $at + 8, $length;

            last if length $entry < $length
                    || substr(sha256("\0$entry"), 0, 4) ne $check;
            push @entries, $json->decode($entry);
            $at += 8 + $length;
        }
    }

    return splice @entries, 0, size($dir);
}

# Of the published head.
sub size {
    my ($dir) = @_;

    open my $in, '<', "$dir/checkpoint" or return 0;
    my @lines = <$in>;
    return $lines[1] + 0;
}

# (exit status, output) of the verifier.
sub verify {
    my ($dir, @options) = @_;
    my $pid = open3(my $in, my $out, undef,
                    IC::Sandbox::build_dir() . '/interconnctl', 'evidence',
                    'verify', $dir, @options);

    close $in;
    my $text = do { local $/; <$out> } // '';
    waitpid $pid, 0;

    return ($? >> 8, $text);
}

1;
