#!/usr/bin/perl

# The table of events in docs/evidence.md has every event that is written,
# and no other; the members that it names are written with them.

use strict;
use warnings;

use Test::More;

sub slurp {
    my ($file) = @_;

    open my $fh, '<', $file or die "$file: $!\n";
    local $/;
    return <$fh>;
}

# What is said only to those who watch.
my %fleeting = map { $_ => 1 } qw/ CATALOG_READ TASK_PROGRESS /;

# evidence(noun .. '_' .. status) and its like; the front door's refusals.
my %composed = (
    '01_evidence.lua' => [ map { ("CONTRACT_$_", "AUDIT_$_") }
        qw/ APPROVED REJECTED TERMINATED / ],
    'permit.lua' => [ qw/ PERMIT_REVOKED PERMIT_EXPIRED / ],
    'denied.lua' => [ qw/ AUTHN_FAILED AUTHZ_DENIED / ],
);

my %written;

for my $path (glob 'src/store/lua/*.lua') {
    my ($file) = $path =~ m{([^/]+)$};
    my $text = slurp($path);

    $written{$_} .= $text for grep { !$fleeting{$_} }
        $text =~ /'([A-Z]+(?:_[A-Z]+)+)'/g, @{ $composed{$file} || [] };
}

$written{"CONTRACT_$_"} .= slurp('src/store/lua/contract.lua')
    for qw/ APPROVED REJECTED TERMINATED /;

my $document = slurp('docs/evidence.md');
my @sections = map { $document =~ /^## $_\n(.*?)^## /ms } qw/ Events Escrow /;
my @rows = grep { /^\|/ } map { split /\n/ } @sections;
my (%told, @strange);

for my $row (@rows) {
    while ($row =~ /`([A-Z]+(?:_[A-Z]+)+)`(?: \(([^)]*)\))?/g) {
        my ($code, $members) = ($1, $2 // '');

        $told{$code} = 1;

        for my $member ($members =~ /`(\w+)`/g) {
            push @strange, "$code: $member"
                if ($written{$code} // '') !~ /'$member'|\b$member\b =/;
        }
    }
}

is(scalar @sections, 2, 'there are two tables');
cmp_ok(scalar @rows, '>', 20, '... of some rows');
is(join(' ', grep { !$told{$_} } sort keys %written), '',
    'it has every event');
is(join(' ', grep { !$written{$_} } sort keys %told), '',
    'every one of its events is written');
is(join(', ', @strange), '', '... with those members');

# the API's table names no others

my %known = %written;
my @unknown;

for my $file (glob 'src/api/routes*.def') {
    my $text = slurp($file);

    push @unknown, "$file: $_" for grep { !$known{$_} }
        map { split /\|/ } grep { /_/ }
        $text =~ /"((?:[A-Z]+_[A-Z_]+\|?)+)"/g;
}

is(join("\n", @unknown), '', 'routes name events that are written');
done_testing();
