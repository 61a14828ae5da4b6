package IC::Recorded;

# What a call leaves as evidence, held against the column "event" of its row:
# a good call writes those events and no others, one that is refused writes
# denials only, and the first entry that a partner's message causes says by
# which message.

use strict;
use warnings;

use IC::Api;

# Denials, and what a time has ended, which whoever comes next finds.
my $denials = qr/^(?:AUTHN_FAILED|CERT_REJECTED|AUTHZ_DENIED|PERMIT_DENIED
                     |SPLIT_VIEW|HEAD_REFUSED|CONTRACT_EXPIRED
                     |PERMIT_EXPIRED)$/x;

sub new {
    my ($class, $redis) = @_;
    my %rows = map { ("$_->{method} $_->{path}" => $_) }
        IC::Api->new->endpoints;

    return bless { redis => $redis, rows => \%rows, seen => {} }, $class;
}

sub codes { return split /\|/, $_[0]{event} // '' }

# Makes a call, which gives { json => { code } }; that, and its entries with
# no denials among them: those are written when the caller is gone.

sub around {
    my ($self, $code) = @_;
    my $stream = $self->{redis}->key('evidence');
    my ($last) = $self->entries('XREVRANGE', $stream, '+', '-', 'COUNT', 1);
    my $got = $code->();
    my @new = $self->entries('XRANGE', $stream,
        $last ? "($last->[0]" : '-', '+');

    return ($got, grep { $_->{event} !~ $denials }
        map { +{ @{ $_->[1] } } } @new);
}

# None when the test has stopped the store.

sub entries {
    my ($self, @command) = @_;

    return eval { @{ $self->{redis}->command(@command) } };
}

# Why these are not the entries of that call; empty: they are.

sub faults {
    my ($self, $method, $path, $good, @entries) = @_;
    my $row = $self->{rows}{"$method $path"} or return ();

    # packages are archives, not JSON; what is read of them is evidence too
    return () if $path =~ m{/component/download$};

    my %may = map { $_ => 1 } $good ? codes($row) : ();
    my @faults = map { "$_->{event} is not among its events" }
        grep { !$may{ $_->{event} } } @entries;

    $self->{seen}{"$method $path"}{ $_->{event} } = 1 for @entries;

    if ($row->{side} eq 'east_west' && $method eq 'POST' && @entries) {
        my ($first, @rest) = @entries;

        push @faults, "$first->{event} does not say by which message"
            if ($first->{path} // '') ne $path
                || ($first->{body_digest} // '') !~ /^[0-9a-f]{64}$/;
        push @faults, "$_->{event} says it too"
            for grep { $_->{body_digest} } @rest;
    }

    return @faults;
}

# Codes of its row that no call has left.

sub unseen {
    my ($self, $method, $path) = @_;
    my $name = "$method $path";

    return grep { !$self->{seen}{$name}{$_} } codes($self->{rows}{$name});
}

1;
