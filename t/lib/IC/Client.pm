package IC::Client;

# HTTP as a test sees it: whole exchanges, or sockets and bytes to do what
# clients should not. Its user has {dir} with certificates and {ports}.

use warnings;
use strict;

use IO::Select;
use IO::Socket::INET;
use IO::Socket::SSL;
use JSON::PP ();
use Socket qw/ IPPROTO_TCP TCP_NODELAY SOL_SOCKET SO_LINGER /;
use Time::HiRes qw/ time /;

my $json = JSON::PP->new->utf8->canonical->allow_nonref;

sub decode { $json->decode($_[1]) }
sub encode { $json->encode($_[1]) }

# A connected socket; cert => file name of a client certificate.

sub socket {
    my ($self, $listener, %option) = @_;

    my $address = "127.0.0.1:$self->{ports}{$listener}";
    my $socket;

    if ($listener eq 'ew' || $listener eq 'ns') {
        my $path = $option{cert} && $self->certificate($option{cert});

        $socket = IO::Socket::SSL->new(PeerAddr => $address, Timeout => 10,
            SSL_hostname => 'localhost', SSL_verifycn_name => 'localhost',
            SSL_ca_file => "$self->{dir}/network.crt",
            $path ? (SSL_use_cert => 1, SSL_cert_file => "$path.crt",
                     SSL_key_file => "$path.key") : ());

    } else {
        $socket = IO::Socket::INET->new(PeerAddr => $address, Timeout => 10);
    }

    die "connect to $listener: $! $IO::Socket::SSL::SSL_ERROR\n" if !$socket;

    setsockopt $socket, IPPROTO_TCP, TCP_NODELAY, 1;

    return $socket;
}

# The bytes of a request; body => text, or a reference to be JSON;
# headers => { name => value }; chunk => size of chunks.

sub request {
    my ($self, $method, $uri, %option) = @_;

    my $body = $option{body};
    $body = $json->encode($body) if ref $body;

    my %headers = (Host => 'localhost', %{ $option{headers} || {} });
    $headers{Authorization} = "Bearer $option{token}" if $option{token};
    $headers{'x-source-node-id'} = $option{node} if $option{node};
    $headers{Connection} = 'close' if $option{close};

    if (defined $body && $option{chunk}) {
        $headers{'Transfer-Encoding'} = 'chunked';
        $body = join '', (map { sprintf "%x\r\n%s\r\n", length, $_ }
            unpack "(a$option{chunk})*", $body), "0\r\n\r\n";

    } elsif (defined $body) {
        $headers{'Content-Length'} = length $body;
    }

    return "$method $uri HTTP/1.1\r\n"
        . join('', map { "$_: $headers{$_}\r\n" } sort keys %headers)
        . "\r\n" . ($body // '');
}

sub write_all {
    my ($self, $socket, $bytes) = @_;

    my $at = 0;

    while ($at < length $bytes) {
        my $n = syswrite $socket, $bytes, length($bytes) - $at, $at;
        return 0 if !$n;
        $at += $n;
    }

    return 1;
}

# One response: { status, headers, body, json, time }; undef without one.
# What was read beyond it stays with the socket.

my %rest;

sub response {
    my ($self, $socket, $patience) = @_;

    my $began = time;
    my $until = $began + ($patience || 15);
    my $key = "$socket";
    my $in = delete $rest{$key} // '';

    $self->more($socket, \$in, $until) or return undef
        while $in !~ /\r\n\r\n/;

    my ($head, $body) = split /\r\n\r\n/, $in, 2;
    my ($line, @lines) = split /\r\n/, $head;
    my %headers = map { /^([^:]+):\s*(.*)/ ? (lc $1 => $2) : () } @lines;
    my ($status) = $line =~ m{^HTTP/1\.\d (\d+)} or return undef;
    my $length = $headers{'content-length'};

    if (defined $length) {
        $self->more($socket, \$body, $until) or return undef
            while length $body < $length;
        $rest{$key} = substr $body, $length, length($body) - $length, '';

    } elsif (($headers{'transfer-encoding'} // '') eq 'chunked') {
        my $whole;

        until (defined($whole = $self->unchunked(\$body))) {
            $self->more($socket, \$body, $until) or return undef;
        }

        $rest{$key} = $body;
        $body = $whole;

    } elsif ($status != 204) {
        1 while $self->more($socket, \$body, $until);
    }

    return { status => $status, headers => \%headers, body => $body,
        json => scalar(eval { $json->decode($body) }),
        time => time - $began };
}

# Takes a chunked body off a text; undef when its end is not there yet.

sub unchunked {
    my ($self, $in) = @_;

    my ($body, $at) = ('', 0);

    while (substr($$in, $at, 20) =~ /^([0-9a-f]+)\r\n/) {
        my $length = hex $1;
        my $data = $at + length($1) + 2;

        $at = $data + $length + 2;
        return undef if $at > length $$in;

        if ($length == 0) {
            $$in = substr $$in, $at;
            return $body;
        }

        $body .= substr $$in, $data, $length;
    }

    return undef;
}

sub more {
    my ($self, $socket, $in, $until) = @_;

    my $pending = $socket->isa('IO::Socket::SSL') && $socket->pending;

    while (!$pending) {
        my $left = $until - time;
        return 0 if $left <= 0
            || !IO::Select->new($socket)->can_read($left);
        last;
    }

    return sysread $socket, $$in, 65536, length $$in;
}

# A whole exchange on a connection of its own.

sub http {
    my ($self, $listener, $method, $uri, %option) = @_;

    my $socket = $self->socket($listener, %option);
    $self->write_all($socket, $self->request($method, $uri, close => 1,
        %option));

    my $response = $self->response($socket, $option{patience});
    close $socket;

    return $response || { status => 0, headers => {}, body => '',
        json => {}, time => 0 };
}

sub get  { my ($self, $l, $uri, @o) = @_; $self->http($l, 'GET', $uri, @o) }
sub post { my ($self, $l, $uri, @o) = @_; $self->http($l, 'POST', $uri, @o) }

# "status code" of a response, the code being the envelope's.

sub verdict {
    my ($self, $response) = @_;

    return "$response->{status} " . ($response->{json}{code} // '-');
}

# RST instead of FIN.

sub reset_socket {
    my ($self, $socket) = @_;

    setsockopt $socket, SOL_SOCKET, SO_LINGER, pack('ii', 1, 0);
    $socket->isa('IO::Socket::SSL')
        ? $socket->close(SSL_no_shutdown => 1) : close $socket;
}

1;
