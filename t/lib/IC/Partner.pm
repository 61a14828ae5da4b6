package IC::Partner;

# Another node as a small HTTP or HTTPS server: records every call and answers
# what the test tells it to.

use warnings;
use strict;

use Fcntl qw/ :flock /;
use File::Temp qw/ tempdir /;
use IC::Pace;
use IO::Socket::INET;
use JSON::PP;
use POSIX ();
use Time::HiRes qw/ sleep time /;

my @pids;
my $owner = $$;

###############################################################################

# node => its node id; port => instead of a free one; start => 0: not yet;
# tls => { cert, key, ca }: HTTPS, client certificates of ca required;
# code => of success, 0; msg => name of that member

sub new {
    my ($class, %option) = @_;

    my $self = bless {
        node => $option{node},
        dir => tempdir(CLEANUP => 1),
        tls => $option{tls},
        code => $option{code} || 0,
        msg => $option{msg} || 'msg',
        pid => 0,
    }, $class;

    $self->{log} = "$self->{dir}/calls";
    $self->{script} = "$self->{dir}/script";
    $self->answer();

    my $listen = $self->listen($option{port} || 0);
    $self->{port} = $listen->sockport();
    $self->{address} = ($self->{tls} ? 'https' : 'http')
        . "://127.0.0.1:$self->{port}";

    if (defined $option{start} && !$option{start}) {
        close $listen;

    } else {
        $self->serve($listen);
    }

    return $self;
}

sub listen {
    my ($self, $port) = @_;

    return IO::Socket::INET->new(Listen => 64, LocalAddr => '127.0.0.1',
        LocalPort => $port, ReuseAddr => 1) || die "listen $port: $!\n";
}

sub start {
    my ($self) = @_;

    $self->serve($self->listen($self->{port}));
}

# with all its connections, as a host that is switched off

sub stop {
    my ($self) = @_;

    kill 'KILL', -$self->{pid};
    waitpid $self->{pid}, 0;
    @pids = grep { $_ != $self->{pid} } @pids;
}

# takes connections and says nothing, as a host behind a broken network

sub freeze { kill 'STOP', -$_[0]{pid} }

END {
    my $status = $?;

    if ($$ == $owner) {
        for my $pid (@pids) {
            kill 'KILL', -$pid;
            waitpid $pid, 0;
        }
    }

    $? = $status;
}

# an approved contract between a node's store and this peer, which applied

sub contract {
    my ($self, $redis) = @_;

    my $node = $self->{node};
    my $id = $redis->call('contract_apply_in', 'node', $node, $node,
        "digest $node", "C-$node", node_id => $node, name => $node,
        address => $self->{address})->{fields}{contract_id};

    $redis->call('contract_confirm_out', $id, 'APPROVED', '{}');

    return $id;
}

###############################################################################

# path => [ answers in their order, the last one again and again ]; an answer:
# { code, msg, data, status (HTTP), raw (the body), times (that body, one after
# the other), delay (s), drop (none: the connection ends) }. A path ends as
# the one given does; the rest is answered with success, and a poll with
# RUNNING.

sub answer {
    my ($self, %answers) = @_;

    open my $fh, '>', "$self->{script}.new" or die "script: $!\n";
    print $fh encode_json(\%answers);
    close $fh;
    rename "$self->{script}.new", $self->{script};
}

# all calls so far: { time, method, path, headers, body, json }

sub calls {
    my ($self, $path) = @_;

    my @calls;

    if (open my $fh, '<', $self->{log}) {
        @calls = map { decode_json($_) } <$fh>;
    }

    for my $call (@calls) {
        $call->{json} = eval { decode_json($call->{body}) };
    }

    return grep { !defined $path || $_->{path} =~ /\Q$path\E$/ } @calls;
}

sub paths {
    my ($self) = @_;

    return map { $_->{path} =~ s{^/v1/interconn/(?:schedule/)?}{}r }
        $self->calls();
}

# waits until there are so many calls

sub await {
    my ($self, $path, $count, $seconds) = @_;

    my $end = time() + within($seconds || 10);

    while (time() < $end) {
        my @calls = $self->calls($path);
        return @calls if @calls >= ($count || 1);
        sleep(0.01);
    }

    return;
}

###############################################################################

sub serve {
    my ($self, $listen) = @_;

    my $pid = fork();
    die "fork: $!\n" if !defined $pid;

    if ($pid) {
        POSIX::setpgid($pid, $pid);
        $self->{pid} = $pid;
        push @pids, $pid;
        close $listen;
        return;
    }

    POSIX::setpgid(0, 0);
    $SIG{CHLD} = 'IGNORE';

    while (1) {
        my $client = $listen->accept() or next;

        if (fork() == 0) {
            close $listen;
            eval { $self->connection($client) };
            POSIX::_exit(0);
        }

        close $client;
    }
}

sub connection {
    my ($self, $client) = @_;

    if ($self->{tls}) {
        require IO::Socket::SSL;
        $client = IO::Socket::SSL->start_SSL($client, SSL_server => 1,
            SSL_cert_file => $self->{tls}{cert},
            SSL_key_file => $self->{tls}{key},
            SSL_ca_file => $self->{tls}{ca},
            SSL_verify_mode => 3) or return;
    }

    my $in = '';

    while (1) {
        while ($in !~ /\r\n\r\n/) {
            sysread($client, $in, 65536, length $in) or return;
        }

        my ($head, $rest) = $in =~ /^(.*?)\r\n\r\n(.*)$/s;
        my ($line, @lines) = split /\r\n/, $head;
        my ($method, $path) = split / /, $line;
        my %headers = map { /^([^:]+):\s*(.*)$/ ? (lc $1, $2) : () } @lines;
        my $length = $headers{'content-length'} || 0;

        while (length $rest < $length) {
            sysread($client, $rest, 65536, length $rest) or return;
        }

        my $body = substr $rest, 0, $length;
        $in = substr $rest, $length;

        my $call = { time => time(), method => $method, path => $path,
                     headers => \%headers, body => $body };
        my $cert = $self->{tls} && $client->peer_certificate('commonName');
        $call->{cert} = $cert if $cert;

        my $answer = $self->record($call);

        sleep($answer->{delay}) if $answer->{delay};
        return if $answer->{drop};

        my $text = $answer->{raw};
        $text x= $answer->{times} if $answer->{times};
        $text = encode_json({ code => $answer->{code} || $self->{code},
            $self->{msg} => $answer->{msg} || 'success',
            data => $answer->{data} || {} }) if !defined $text;

        my $reply = 'HTTP/1.1 ' . ($answer->{status} || 200) . " X\r\n"
            . "Content-Length: " . length($text) . "\r\n"
            . ($answer->{location} ? "Location: $answer->{location}\r\n" : '')
            . "\r\n$text";

        print $client $reply;
        $client->flush();
    }
}

sub record {
    my ($self, $call) = @_;

    open my $log, '+>>', $self->{log} or die "log: $!\n";
    flock $log, LOCK_EX;
    seek $log, 0, 0;

    my @before = <$log>;

    syswrite $log, encode_json($call) . "\n";
    close $log;

    my %other = $call->{path} =~ /task\/poll$/
        ? (data => { status => 'RUNNING' }) : ();

    open my $fh, '<', $self->{script} or return \%other;
    my $answers = decode_json(join '', <$fh>);

    for my $path (keys %$answers) {
        next if $call->{path} !~ /\Q$path\E$/;

        my @list = @{ $answers->{$path} };
        my $n = grep { /"path":"[^"]*\Q$path\E"/ } @before;

        return $list[$n < @list ? $n : $#list];
    }

    return \%other;
}

1;
