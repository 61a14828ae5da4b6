package IC::Daemon;

# interconnd with a private Redis and the roles that a test is about, and a
# client for the sockets of its channel role. It ends with the test.

use strict;
use warnings;

use Cwd qw(abs_path);
use File::Path qw(make_path);
use File::Temp qw(tempdir);
use IC::Pace;
use IC::Redis;
use IO::Socket::UNIX;
use JSON::PP;
use POSIX ();
use Test::More;
use Time::HiRes qw(time sleep);

my $root = abs_path(__FILE__) =~ s{/t/lib/IC/Daemon\.pm$}{}r;
my @running;

sub program { ($ENV{IC_BUILD} || "$root/build") . '/interconnd' }

# plan(skip_all) where something is missing
sub check {
    plan(skip_all => 'redis-server is not installed')
        unless IC::Redis->available;
    plan(skip_all => 'interconnd is not built') unless -x program();
}

# node => our node id; roles => 'channel runner'; conf => { key => value };
# start => 0: not yet; append => 1: its store outlives its process
sub new {
    my ($class, %option) = @_;
    my $dir = tempdir('icXXXXX', TMPDIR => 1, CLEANUP => 1);
    my $self = bless { node => $option{node} || 'node-a', dir => $dir },
        $class;

    make_path("$dir/run", "$dir/data", "$dir/components");

    $self->{redis} = IC::Redis->new(node => $self->{node},
        append => $option{append});
    $self->{conf} = {
        node_id => $self->{node}, redis => "unix:$self->{redis}{socket}",
        run_dir => "$dir/run", data_dir => "$dir/data",
        components => "$dir/components", log => "$dir/log",
        roles => $option{roles} || 'channel', peer_allow => '127.0.0.0/8',
        %{ $option{conf} || {} },
    };

    $self->start unless defined $option{start} && !$option{start};

    return $self;
}

sub redis { $_[0]{redis} }
sub dir   { $_[0]{dir} }

sub start {
    my ($self) = @_;

    open my $conf, '>', "$self->{dir}/conf" or die "conf: $!\n";
    print $conf "$_ $self->{conf}{$_}\n" for sort keys %{ $self->{conf} };
    close $conf;

    my $pid = fork();
    die "fork: $!\n" if !defined $pid;

    if ($pid == 0) {
        exec(@{ $self->{with} || [] }, program(), '-c', "$self->{dir}/conf")
            or POSIX::_exit(127);
    }

    $self->{pid} = $pid;
    push @running, $pid;

    for my $role (split ' ', $self->{conf}{roles}) {
        $self->await(sub { $self->role_pid($role) }, "$role runs");
    }

    if ($self->{conf}{roles} =~ /channel/) {
        $self->await(sub {
            $self->connect && $self->connect('channel-edge.sock')
        }, 'the channel listens');
    }
}

sub stop {
    my ($self, $signal) = @_;

    kill $signal || 'TERM', $self->{pid};
    waitpid $self->{pid}, 0;
    @running = grep { $_ != $self->{pid} } @running;
}

END {
    my $status = $?;

    for my $pid (@running) {
        kill 'TERM', $pid;
        waitpid $pid, 0;
    }

    $? = $status;
}

sub log {
    my ($self) = @_;

    open my $log, '<', "$self->{dir}/log" or return '';
    local $/;
    return scalar <$log> // '';
}

# of the newest process of that role
sub role_pid {
    my ($self, $role) = @_;
    my @pids = $self->log =~ /$role started, pid (\d+)/g;

    return @pids && kill(0, $pids[-1]) ? $pids[-1] : undef;
}

# Kills the role; its successor's pid.
sub kill_role {
    my ($self, $role) = @_;
    my $old = $self->role_pid($role);
    my $new;

    kill 'KILL', $old;

    $self->await(sub {
        $new = $self->role_pid($role);
        return defined $new && $new != $old;
    }, "$role runs again");

    return $new;
}

# A task of this node, guest.0, in a job of project P1: id, component, and
# initiator => its node, role => the job's other roles, param => {}. Its id.
sub run_task {
    my ($self, $id, $component, %option) = @_;
    my $redis = $self->{redis};
    my $json = JSON::PP->new->canonical;
    my $initiator = $option{initiator} || $self->{node};

    $redis->command('HSET', $redis->key("job:job-$id"),
        job_id => "job-$id", role => 'initiator', initiator => $initiator,
        status => 'RUNNING', cancel => 0, parties => $initiator,
        project_id => 'P1',
        dag => $json->encode({ version => '2.0.0', components => [ {
            name => "${component}_0", componentName => $component,
            output => [] } ] }),
        config => $json->encode({
            role => { guest => [ $self->{node} ], %{ $option{role} || {} } },
            task_params => { guest => { 0 => {
                "${component}_0" => $option{param} || {} } } } }));
    is($redis->status('task_start', "job-$id", $id, "${component}_0"), 'ok',
        "$id is started");

    return $id;
}

# The record of a task that is over.
sub ended {
    my ($self, $id, $seconds) = @_;

    $self->await(sub {
        ($self->{redis}->get("task:$id", 'status') // '')
            =~ /^(?:SUCCESS|FAILED)$/
    }, "$id ends", $seconds || 25);

    return $self->{redis}->hash("task:$id");
}

# True when code becomes true within some seconds.
sub await {
    my ($self, $code, $what, $seconds) = @_;
    my $end = time + within($seconds || 10);

    while (time < $end) {
        my $result = $code->();
        return $result if $result;
        sleep 0.02;
    }

    if (defined $what) {
        my @log = split /\n/, $self->log;
        diag("not in time: $what", map { "\n$_" } @log > 20 ? @log[-20 .. -1]
                                                            : @log);
    }

    return undef;
}

# The network's authority, made once for a test.
sub authority {
    our $authority;

    if (!defined $authority) {
        $authority = tempdir('icXXXXX', TMPDIR => 1, CLEANUP => 1);
        openssl('req', '-x509', '-newkey', 'ec', '-pkeyopt',
            'ec_paramgen_curve:P-256', '-nodes', '-days', 2, '-subj',
            '/CN=test authority', '-keyout', "$authority/key",
            '-out', "$authority/cert");
    }

    return $authority;
}

# The three files of a node, as configuration.
sub certificate {
    my ($name) = @_;
    my $dir = authority();

    openssl('req', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256',
        '-nodes', '-subj', "/CN=$name", '-keyout', "$dir/$name.key",
        '-out', "$dir/$name.csr");

    open my $ext, '>', "$dir/ext" or die "ext: $!\n";
    print $ext "subjectAltName=DNS:$name,IP:127.0.0.1\n";
    close $ext;

    openssl('x509', '-req', '-in', "$dir/$name.csr", '-CA', "$dir/cert",
        '-CAkey', "$dir/key", '-CAcreateserial', '-days', 2,
        '-extfile', "$dir/ext", '-out', "$dir/$name.cert");

    return (certificate => "$dir/$name.cert",
            certificate_key => "$dir/$name.key",
            trusted_certificate => "$dir/cert");
}

sub openssl {
    my $log = '/dev/null';
    my $pid = fork();

    die "fork: $!\n" if !defined $pid;

    if ($pid == 0) {
        open STDOUT, '>', $log;
        open STDERR, '>', $log;
        exec('openssl', @_) or POSIX::_exit(127);
    }

    waitpid $pid, 0;
    die "openssl @_ failed\n" if $?;
}

# A session of ours with other nodes: { node => address }.
sub session {
    my ($self, $id, $peers, %field) = @_;
    my $lines = join "\n", map { "$_ $peers->{$_}" } sort keys %$peers;

    $self->redis->command('HSET', $self->redis->key("session:$id"),
        session_id => $id, task_id => "task-$id", job_id => "job-$id",
        token => "token-$id", peers => $lines, self_node => $self->{node},
        status => 'OPEN', %field);
}

# A connection to one of the channel's sockets.
sub connect {
    my ($self, $socket) = @_;
    my $fh = IO::Socket::UNIX->new(
        Peer => "$self->{dir}/run/" . ($socket || 'channel.sock'))
        or return undef;

    return bless { fh => $fh, buffer => '' }, 'IC::Daemon::Connection';
}

# One call of a task: op, session, topic, the other node; body, timeout,
# token, connection, header => { name => value or undef }.
sub call {
    my ($self, $op, $session, $topic, $node, %option) = @_;
    my $connection = $option{connection} || $self->connect;

    $self->begin($connection, $op, $session, $topic, $node, %option);

    return $connection->answer;
}

sub begin {
    my ($self, $connection, $op, $session, $topic, $node, %option) = @_;
    my %header = (
        'x-ptp-session-id' => $session, 'x-ptp-topic' => $topic,
        'x-ptp-target-node-id' => $node,
        'x-ptp-token' => $option{token} // "token-$session",
        %{ $option{header} || {} },
    );
    my $query = defined $option{timeout} ? "?timeout=$option{timeout}" : '';

    $connection->ask("/v1/interconn/chan/$op$query", \%header,
                     $option{body} // '');
}

# What nginx passes on from a peer.
sub invoke {
    my ($self, $session, $topic, $peer, %option) = @_;
    my $connection = $option{connection}
                     || $self->connect('channel-edge.sock');

    $self->begin($connection, $option{op} || 'invoke', $session, $topic,
        $self->{node}, %option, header => {
            'x-interconn-peer' => $peer, 'x-ptp-version' => 1,
            'x-ptp-uri' => '/v1/interconn/chan/push',
            'x-ptp-source-node-id' => $peer,
            'x-interconn-seq' => $option{seq}, %{ $option{header} || {} },
        });

    return $connection->answer;
}

package IC::Daemon::Connection;

use Time::HiRes ();

sub ask {
    my ($self, $uri, $header, $body) = @_;
    my $head = "POST $uri HTTP/1.1\r\nHost: channel\r\n"
        . "Content-Length: " . ($header->{'content-length'} // length $body)
        . "\r\n";

    for my $name (sort keys %$header) {
        next if $name eq 'content-length' || !defined $header->{$name};
        $head .= "$name: $header->{$name}\r\n";
    }

    local $SIG{PIPE} = 'IGNORE';

    my $text = "$head\r\n$body";
    my $at = 0;

    while ($at < length $text) {
        my $n = syswrite $self->{fh}, $text, length($text) - $at, $at;
        last if !defined $n;
        $at += $n;
    }
}

# { status, code (x-ptp-code), body, json }, undef when there is none
sub answer {
    my ($self) = @_;

    while ($self->{buffer} !~ /\r\n\r\n/) {
        return undef if !$self->more;
    }

    my ($head, $rest) = split /\r\n\r\n/, $self->{buffer}, 2;
    my ($status) = $head =~ m{^HTTP/1\.1 (\d+)};
    my ($length) = $head =~ /^content-length: (\d+)/im;
    my ($code) = $head =~ /^x-ptp-code: (\S+)/im;

    $self->{buffer} = $rest;

    while (length $self->{buffer} < $length) {
        return undef if !$self->more;
    }

    my $body = substr $self->{buffer}, 0, $length, '';

    return {
        status => $status, code => $code, body => $body, head => $head,
        json => scalar eval { JSON::PP::decode_json($body) },
    };
}

sub more {
    my ($self) = @_;

    return sysread $self->{fh}, $self->{buffer}, 1 << 20,
        length $self->{buffer};
}

# True when an answer is there, or comes within some seconds.
sub ready {
    my ($self, $seconds) = @_;
    my $set = '';

    vec($set, fileno $self->{fh}, 1) = 1;

    return select $set, undef, undef, $seconds || 0;
}

sub close { close $_[0]{fh} }

1;
