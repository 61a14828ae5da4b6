package IC::Events;

# An open stream of GET /v1/platform/events, as EventSource reads one.

use warnings;
use strict;

use IO::Select;
use Socket qw/ SOL_SOCKET SO_RCVBUF /;
use Time::HiRes qw/ time /;

# from => an id; window => bytes that are on the way at most; listener, token,
# cookie, headers as of IC::Client

sub open {
    my ($class, $t, %option) = @_;

    my %headers = %{ $option{headers} || {} };
    $headers{'Last-Event-ID'} = $option{from} if $option{from};
    $headers{Cookie} = $option{cookie} if $option{cookie};

    my $listener = $option{listener} || 'plain';
    my $self = bless { t => $t, in => '', text => '', events => [],
        comments => 0, id => $option{from} // '', ended => 0,
        socket => $t->socket($listener) }, $class;

    setsockopt $self->{socket}, SOL_SOCKET, SO_RCVBUF, $option{window}
        if $option{window};

    $t->write_all($self->{socket}, $t->request('GET', '/v1/platform/events',
        token => $option{token}, headers => \%headers));

    $t->await(sub { $self->read(0.05); exists $self->{status} });
    $t->await(sub { $self->read(0.05); length $self->{id} || $self->{ended} })
        if ($self->{status} // 0) == 200;

    return $self;
}

# What came, for that long; false once it has ended.

sub read {
    my ($self, $patience) = @_;

    my $until = time + ($patience // 0);
    my $socket = $self->{socket};

    while (!$self->{ended}) {
        my $left = $until - time;
        my $ready = ($socket->isa('IO::Socket::SSL') && $socket->pending)
            || IO::Select->new($socket)->can_read($left > 0 ? $left : 0);

        last if !$ready;
        $self->{ended} = 1
            if !sysread $socket, $self->{in}, 65536, length $self->{in};
        $self->parse;
        last if $left <= 0;
    }

    return !$self->{ended};
}

sub parse {
    my ($self) = @_;

    if (!exists $self->{status}) {
        $self->{in} =~ s/\A(HTTP.*?)\r\n\r\n//s or return;
        $self->{head} = $1;
        ($self->{status}) = $1 =~ /^HTTP\S+ (\d+)/;
    }

    while ($self->{in} =~ /\A([0-9a-f]+)\r\n/) {
        my ($size, $at) = (hex $1, length($1) + 2);

        last if length $self->{in} < $at + $size + 2;
        $self->{last} = 1 if $size == 0;
        $self->{ended} = 1 if $size == 0;
        $self->{text} .= substr $self->{in}, $at, $size;
        substr($self->{in}, 0, $at + $size + 2) = '';
    }

    $self->event($1) while $self->{text} =~ s/\A(.*?)\n\n//s;
}

sub event {
    my ($self, $block) = @_;

    my %field;

    for my $line (split /\n/, $block) {
        if ($line =~ /^:/) {
            $self->{comments}++;
        } elsif ($line =~ /^(\w+): ?(.*)/) {
            $field{$1} = $2;
        } else {
            push @{ $self->{odd} }, $line;
        }
    }

    $self->{id} = $field{id} if exists $field{id};
    return if !exists $field{data};

    push @{ $self->{events} }, { %{ $self->{t}->decode($field{data}) },
        type => $field{event}, mark => $field{id}, at => time };
}

# Those that came since the last call, once there are so many or one matches.

sub wait {
    my ($self, $what, $patience) = @_;

    $self->{t}->await(sub {
        $self->read(0.05);
        return 1 if $self->{ended};
        return ref $what ? grep { $what->($_) } @{ $self->{events} }
                         : @{ $self->{events} } >= $what;
    }, $patience);

    return splice @{ $self->{events} };
}

sub close {
    my ($self) = @_;

    close $self->{socket};
}

1;
