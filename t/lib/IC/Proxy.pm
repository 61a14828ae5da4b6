package IC::Proxy;

# Forwards a loopback port to another and records every byte that passes,
# both ways, in one file per connection.

use strict;
use warnings;

use IO::Select;
use IO::Socket::INET;
use POSIX qw(_exit);
use Socket qw(IPPROTO_TCP TCP_NODELAY);

sub new {
    my ($class, $port, $dir) = @_;
    my $listen = IO::Socket::INET->new(Listen => 64, LocalAddr => '127.0.0.1',
        ReuseAddr => 1) or die "listen: $!\n";
    my $pid = fork // die "fork: $!\n";

    if ($pid == 0) {
        $SIG{CHLD} = 'IGNORE';
        $SIG{TERM} = 'DEFAULT';
        setpgrp;
        serve($listen, $port, $dir);
        _exit(0);
    }

    return bless { pid => $pid, owner => $$, port => $listen->sockport },
        $class;
}

sub port { $_[0]{port} }

sub DESTROY {
    my ($self) = @_;

    local ($?, $!);

    return if $self->{owner} != $$ || $self->{gone}++;

    kill 'TERM', -$self->{pid}, $self->{pid};
    waitpid $self->{pid}, 0;
}

sub serve {
    my ($listen, $port, $dir) = @_;
    my $n = 0;

    while (my $client = $listen->accept) {
        $n++;
        next if fork;

        my $server = IO::Socket::INET->new(PeerAddr => "127.0.0.1:$port")
            or _exit(0);

        open my $record, '>', "$dir/$port-$n" or _exit(1);
        binmode $record;
        setsockopt $_, IPPROTO_TCP, TCP_NODELAY, 1 for $client, $server;
        relay($client, $server, $record);
        _exit(0);
    }
}

sub relay {
    my ($client, $server, $record) = @_;
    my $select = IO::Select->new($client, $server);

    while (my @ready = $select->can_read) {
        for my $from (@ready) {
            my $to = $from == $client ? $server : $client;
            my $n = sysread $from, my $data, 65536;

            return if !$n;

            syswrite $record, $data;

            for (my $sent = 0; $sent < $n; ) {
                $sent += syswrite($to, $data, $n - $sent, $sent) // return;
            }
        }
    }
}

1;
