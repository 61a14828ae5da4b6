package IC::Evidence;

# An evidence log on disk: its entries, and what `interconnctl evidence
# verify` says of it.

use strict;
use warnings;

use Digest::SHA qw(sha256);
use Encode qw(encode_utf8);
use IC::Sandbox;
use IPC::Open3;
use JSON::PP;
use MIME::Base64 qw(decode_base64);

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
sub verify { return command('verify', @_) }

# The proof of an entry, decoded; or the exit status.
sub prove {
    my ($status, $text) = command('prove', @_);

    return $status == 0 ? $json->decode($text) : $status;
}

# Whether a proof of SHA-256 holds: RFC 9162, 2.1.3.2, written anew.
sub proven {
    my ($proof, $root) = @_;
    my ($at, $last) = ($proof->{index}, $proof->{size} - 1);
    my $hash = sha256("\0" . encode_utf8($proof->{entry}));

    for my $node (map { pack 'H*', $_ } @{ $proof->{proof} }) {
        return 0 if $last == 0;

        if ($at % 2 || $at == $last) {
            $hash = sha256("\1$node$hash");

            while ($at % 2 == 0 && $at != 0) {
                $at >>= 1;
                $last >>= 1;
            }
        } else {
            $hash = sha256("\1$hash$node");
        }

        $at >>= 1;
        $last >>= 1;
    }

    return $last == 0 && $hash eq $root;
}

# The root that the published head has.
sub root {
    my ($dir) = @_;

    open my $in, '<', "$dir/checkpoint" or return '';
    my @lines = <$in>;
    return decode_base64($lines[2]);
}

sub command {
    my ($command, $dir, @options) = @_;
    my $pid = open3(my $in, my $out, undef,
                    IC::Sandbox::build_dir() . '/interconnctl', 'evidence',
                    $command, $dir, @options);

    close $in;
    my $text = do { local $/; <$out> } // '';
    waitpid $pid, 0;

    return ($? >> 8, $text);
}

1;
