package IC::Fault;

# A loopback port in front of another, and what can go wrong between them:
#
#     pass      nothing
#     refuse    no connection stands, none is made
#     stall     connections are made, and nothing passes
#     swallow   what the client says arrives; of what the server says only
#               the beginning does, its half of a TLS handshake

use strict;
use warnings;

use File::Temp qw(tempdir);
use IO::Select;
use IO::Socket::INET;
use POSIX qw(_exit);
use Socket qw(IPPROTO_TCP TCP_NODELAY);
use Time::HiRes qw(sleep time);

sub new {
    my ($class, $port) = @_;
    my $dir = tempdir(CLEANUP => 1);
    my $self = bless { mode => "$dir/mode", owner => $$ }, $class;
    my $listen = IO::Socket::INET->new(Listen => 64, LocalAddr => '127.0.0.1',
        ReuseAddr => 1) or die "listen: $!\n";

    $self->{port} = $listen->sockport;
    $self->mode('pass');
    $self->{pid} = fork // die "fork: $!\n";

    if ($self->{pid} == 0) {
        $SIG{CHLD} = 'IGNORE';
        $SIG{TERM} = 'DEFAULT';
        $SIG{PIPE} = 'IGNORE';
        setpgrp;
        $self->serve($listen, $port);
        _exit(0);
    }

    return $self;
}

sub port    { $_[0]{port} }
sub address { "https://127.0.0.1:$_[0]{port}" }

# Sets it, for connections that stand too; or tells it.
sub mode {
    my ($self, $mode) = @_;

    if (defined $mode) {
        open my $out, '>', "$self->{mode}.new" or die "mode: $!\n";
        print $out $mode;
        close $out;
        rename "$self->{mode}.new", $self->{mode};
        return $mode;
    }

    open my $in, '<', $self->{mode} or return 'pass';
    return <$in> // 'pass';
}

sub DESTROY {
    my ($self) = @_;

    local ($?, $!);

    return if $self->{owner} != $$ || !$self->{pid} || $self->{gone}++;

    kill 'KILL', -$self->{pid}, $self->{pid};
    waitpid $self->{pid}, 0;
}

sub serve {
    my ($self, $listen, $port) = @_;

    while (my $client = $listen->accept) {
        next if $self->mode eq 'refuse' || fork;

        close $listen;

        my $server = IO::Socket::INET->new(PeerAddr => "127.0.0.1:$port")
            or _exit(0);

        setsockopt $_, IPPROTO_TCP, TCP_NODELAY, 1 for $client, $server;
        $self->relay($client, $server);
        _exit(0);
    }
}

# Until one side closes, or the mode wants it: an answer that was swallowed
# is not waited for.
sub relay {
    my ($self, $client, $server) = @_;
    my $select = IO::Select->new($client, $server);
    my ($heard, $spoke, $lost) = (0, 0, 0);

    for (;;) {
        my @ready = $select->can_read(0.05);
        my $mode = $self->mode;

        return if $mode eq 'refuse' || ($lost && time() - $lost > 0.2);

        if ($mode eq 'stall') {
            sleep 0.05;
            next;
        }

        for my $from (@ready) {
            my $n = sysread $from, my $data, 65536;

            return if !$n;

            if ($from == $client) {
                $heard++ if $spoke;
                send_all($server, $data) or return;

            } elsif ($mode eq 'swallow' && $heard) {
                $lost ||= time();

            } else {
                $spoke = 1;
                send_all($client, $data) or return;
            }
        }
    }
}

sub send_all {
    my ($to, $data) = @_;

    for (my $sent = 0; $sent < length $data; ) {
        $sent += syswrite($to, $data, length($data) - $sent, $sent)
            // return 0;
    }

    return 1;
}

1;
