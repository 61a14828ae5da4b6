package IC::Redis;

# A private redis-server on a Unix socket in a temporary directory, with the
# store's function library, and a small client for it. It ends with the test.

use warnings;
use strict;

use Cwd qw/ abs_path /;
use File::Basename qw/ dirname /;
use File::Temp qw/ tempdir /;
use IO::Socket::UNIX;
use POSIX ();
use Test::More;
use Time::HiRes qw/ sleep /;

my $root = abs_path(dirname(__FILE__) . '/../../..');
my @pids;

###############################################################################

# node => our node id; library => 0: do not load the functions; append => 1:
# what was answered survives stop() and start(); with => [ a command that
# becomes the server ]

sub new {
    my ($class, %options) = @_;

    my $self = bless {
        node => $options{node} || 'hospital-a',
        dir => tempdir(CLEANUP => 1),
        append => $options{append} ? 'yes' : 'no',
        with => $options{with} || [],
        pid => 0,
    }, $class;

    $self->{socket} = "$self->{dir}/redis.sock";
    $self->{key} = "ic:{$self->{node}}";
    $self->start();

    $self->load() unless defined $options{library} && !$options{library};

    return $self;
}

# a client of a server that somebody else runs: socket, node, user, password

sub login {
    my ($class, %options) = @_;

    my $self = bless { %options, key => "ic:{$options{node}}" }, $class;

    $self->connect();
    $self->command('AUTH', $options{user}, $options{password});

    return $self;
}

sub available {
    return grep { -x "$_/redis-server" } split /:/, $ENV{PATH} || '';
}

sub start {
    my ($self) = @_;

    my $pid = fork();
    die "fork: $!\n" if !defined $pid;

    if ($pid == 0) {
        open STDOUT, '>', "$self->{dir}/redis.log";
        open STDERR, '>&', \*STDOUT;
        chdir $self->{dir};
        exec(@{ $self->{with} }, 'redis-server', '--port', '0',
            '--unixsocket', $self->{socket}, '--save', '',
            '--appendonly', $self->{append}, '--appendfsync', 'always',
            '--dir', $self->{dir},
            '--enable-debug-command', 'local')
            or POSIX::_exit(127);
    }

    push @pids, $pid;
    $self->{pid} = $pid;

    for (1 .. 100) {
        return $self->connect() if -S $self->{socket};
        sleep(0.05);
    }

    die "redis-server did not start\n";
}

sub stop {
    my ($self) = @_;

    kill 'KILL', $self->{pid};
    waitpid $self->{pid}, 0;
    @pids = grep { $_ != $self->{pid} } @pids;
    unlink $self->{socket};
}

sub connect {
    my ($self) = @_;

    for (1 .. 100) {
        $self->{fh} = IO::Socket::UNIX->new(Peer => $self->{socket});
        return if $self->{fh};
        sleep(0.05);
    }

    die "cannot connect to redis-server: $!\n";
}

# the text that FUNCTION LOAD takes, made by the build's own tool

sub library {
    my ($self) = @_;

    my $file = "$self->{dir}/library.lua";
    my @parts = sort glob "$root/src/store/lua/*.lua";

    system($^X, "$root/src/tools/lua2c.pl", $file, @parts) == 0
        or die "lua2c.pl failed\n";

    open my $fh, '<:raw', $file or die "$file: $!\n";
    local $/;
    return <$fh>;
}

sub load {
    my ($self) = @_;

    my ($library, $reply) = $self->library();

    # what it appended before is read first

    for (1 .. 100) {
        $reply = $self->command('FUNCTION', 'LOAD', 'REPLACE', $library);
        last if !ref $reply || $$reply !~ /^LOADING/;
        sleep(0.05);
    }

    die "FUNCTION LOAD: $$reply\n" if ref $reply eq 'IC::Redis::Error';
}

sub root {
    return $root;
}

END {
    my $status = $?;

    for my $pid (@pids) {
        kill 'KILL', $pid;
        waitpid $pid, 0;
    }

    $? = $status;
}

###############################################################################

# Strings and integers as scalars, nil as undef, arrays as references, errors
# as references blessed into IC::Redis::Error.

sub command {
    my ($self, @args) = @_;

    my $request = '*' . @args . "\r\n";

    for my $arg (@args) {
        utf8::encode($arg) if utf8::is_utf8($arg);
        $request .= '$' . length($arg) . "\r\n$arg\r\n";
    }

    my $at = 0;

    while ($at < length $request) {
        my $n = syswrite $self->{fh}, $request, length($request) - $at, $at;
        die "redis: $!\n" if !defined $n;
        $at += $n;
    }

    return $self->reply();
}

sub line {
    my ($self) = @_;

    local $/ = "\r\n";
    my $line = readline $self->{fh};
    die "redis-server closed the connection\n" if !defined $line;
    chomp $line;

    return $line;
}

sub reply {
    my ($self) = @_;

    my ($type, $rest) = $self->line() =~ /^(.)(.*)$/s;

    return $rest if $type eq '+' || $type eq ':';
    return bless \$rest, 'IC::Redis::Error' if $type eq '-';
    return undef if $rest < 0;
    return [ map { $self->reply() } 1 .. $rest ] if $type eq '*';

    read($self->{fh}, my $text, $rest + 2) == $rest + 2
        or die "redis-server closed the connection\n";

    return substr $text, 0, $rest;
}

###############################################################################

# One function call: { status, detail, fields, records, total, list }.

sub call {
    my ($self, $function, @args) = @_;

    my $reply = $self->command('FCALL', "interconn_$function", 1,
        $self->{key}, @args);

    if (ref $reply eq 'IC::Redis::Error') {
        return { status => "-$$reply", detail => '', fields => {} };
    }

    my ($status, @list) = @$reply;

    return { status => $status, detail => $list[0], fields => {} }
        if $status ne 'ok';

    my %fields = @list;
    my $records = delete $fields{records};

    return {
        status => $status,
        detail => '',
        fields => \%fields,
        list => \@list,
        records => [ map { +{ @$_ } } @{ $records || [] } ],
        total => $fields{total},
    };
}

# Many calls at once, each a list of function and arguments: statuses.

sub pipe {
    my ($self, @calls) = @_;

    my @statuses;

    while (my @some = splice @calls, 0, 1000) {
        my $request = join '', map {
            my ($function, @args) = @$_;
            my @words = ('FCALL', "interconn_$function", 1, $self->{key},
                @args);
            utf8::encode($_) for grep { utf8::is_utf8($_) } @words;
            '*' . @words . "\r\n"
                . join '', map { '$' . length($_) . "\r\n$_\r\n" } @words
        } @some;

        for (my $at = 0; $at < length $request; ) {
            $at += syswrite($self->{fh}, $request, length($request) - $at,
                $at) || die "redis: $!\n";
        }

        push @statuses, map { my $reply = $self->reply;
            ref $reply eq 'ARRAY' ? $reply->[0] : "-$$reply" } @some;
    }

    return @statuses;
}

# the status alone, to be compared: "ok", "not_found" ...

sub status {
    my ($self, @call) = @_;

    return $self->call(@call)->{status};
}

# the arguments of a use of a permit by a partner without TLS

sub use_of {
    my ($self, $jti, $use_id, $peer, $kind, $id) = @_;

    return ('permit_guard', 'node', $peer, $jti, '', $use_id, '0', $kind, $id,
        '', '', '');
}

sub key {
    my ($self, $subject) = @_;

    return "$self->{key}:$subject";
}

sub hash {
    my ($self, $subject) = @_;

    return { @{ $self->command('HGETALL', $self->key($subject)) } };
}

sub get {
    my ($self, $subject, $field) = @_;

    return $self->command('HGET', $self->key($subject), $field);
}

# all entries of a stream, as hashes with their id in _id

sub stream {
    my ($self, $name) = @_;

    return map { +{ _id => $_->[0], @{ $_->[1] } } }
        @{ $self->command('XRANGE', $self->key($name), '-', '+') };
}

sub changes {
    my ($self, $name) = @_;

    return grep {
        ($_->{event} // '') !~ /^(?:AUTH[NZ]_|OUTBOX_DELIVERED)/
    } $self->stream($name);
}

# Runs code and gives "EVENT subject" of the evidence that it left, and the
# outbox and other stream entries that came with it.

sub watch {
    my ($self, $code) = @_;

    my %before = map { $_ => scalar $self->changes($_) }
        qw/ evidence outbox jobs tasks /;

    my $result = $code->();
    my %new = map {
        my @all = $self->changes($_);
        $_ => [ @all[$before{$_} .. $#all] ];
    } keys %before;

    return {
        result => $result,
        events => [ map { "$_->{event} $_->{subject}" } @{ $new{evidence} } ],
        %new,
    };
}

# every key and its content, as one text; without the evidence of refused
# callers, which a refusal leaves

sub dump {
    my ($self) = @_;

    my %read = (
        hash => sub { my %h = @{ $self->command('HGETALL', $_[0]) };
                      join ',', map { "$_=$h{$_}" } sort keys %h },
        string => sub { $self->command('GET', $_[0]) },
        set => sub { join ',', sort @{ $self->command('SMEMBERS', $_[0]) } },
        list => sub { join ',', @{ $self->command('LRANGE', $_[0], 0, -1) } },
        zset => sub { join ',', @{ $self->command('ZRANGE', $_[0], 0, -1,
                                                  'WITHSCORES') } },
        stream => sub { join ';', map { $_->[0] . join ',', @{ $_->[1] } }
                        grep { $_->[1][1] !~ /^AUTH[NZ]_/ }
                        @{ $self->command('XRANGE', $_[0], '-', '+') } },
    );

    return join '', map {
        "$_ " . $read{ $self->command('TYPE', $_) }->($_) . "\n"
    } grep { !/:denied:/ } sort @{ $self->command('KEYS', '*') };
}

sub flush {
    my ($self) = @_;

    $self->command('FLUSHALL');
}

1;
