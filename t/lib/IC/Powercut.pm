package IC::Powercut;

# A node that writes evidence while its processes are killed, or all of them
# at once and with them what no sync had made durable: t/shim/powercut.c.

use strict;
use warnings;

use Cwd qw(abs_path);
use File::Find qw(find);
use IC::Chaos;
use IC::Evidence;
use IC::File;
use IC::Redis;
use IC::Sandbox;
use IO::Socket::SSL;
use JSON::PP;
use POSIX ();
use Scalar::Util qw(weaken);
use Time::HiRes qw(sleep time);

my $json = JSON::PP->new->canonical;

# What dies: weight, roles and servers; all => with a cut.
my @FAULTS = ([ 40, 'all' ], [ 25, 'notary' ], [ 10, 'worker' ],
              [ 5, 'nginx' ], [ 12, 'redis' ], [ 8, 'interconnd' ]);

sub shim {
    my $build = abs_path(IC::Sandbox::build_dir());
    my $file = "$build/t/" . ($_[0] || 'powercut') . '.so';

    if (!-e $file) {
        local %ENV = %ENV;
        delete @ENV{grep { /^MAKE|^MFLAGS/ } keys %ENV};
        system('make', '-s', '-C', IC::Sandbox::root(), "BUILD=$build",
               $file) == 0 or die "the shim is not built\n";
    }

    return $file;
}

# a test that dies leaves no process
my @up;

END { $_->down for grep { defined } @up }

sub new {
    my ($class) = @_;
    my $self = bless { seen => 0, acked => 0, owner => $$ }, $class;

    local @ENV{qw(LD_PRELOAD ASAN_OPTIONS)} = (shim(), join ':',
        $ENV{ASAN_OPTIONS} || (), 'verify_asan_link_order=0');
    $self->{journal} = File::Temp->new(TEMPLATE => 'icXXXXX', TMPDIR => 1);
    local $ENV{POWERCUT} = "$self->{journal}";

    $self->{sandbox} = IC::Sandbox->new(nodes => 1);
    $self->{node} = $self->{sandbox}->node(0);
    $self->{log} = "$self->{node}{dir}/data/evidence";
    $self->{acks} = $self->{sandbox}->temp . '/acks';
    push @up, $self;
    weaken($up[-1]);
    $self->await(sub { IC::Evidence::size($self->{log}) });

    return $self;
}

sub await {
    my ($self, $code) = @_;

    return $self->{sandbox}->await('the node', $code, 60);
}

###############################################################################
# the load

# Creates datasets until it cannot; each id that was answered, a line in acks.
sub writer {
    my ($self) = @_;
    my $node = $self->{node};
    my $pid = fork // die "fork: $!\n";

    return $pid if $pid;

    $SIG{PIPE} = 'IGNORE';
    $SIG{TERM} = 'DEFAULT';
    open my $acks, '>>', $self->{acks} or POSIX::_exit(1);

    for my $n (1 .. 1e6) {
        my $http = $self->{http} ||= HTTP::Tiny->new(timeout => 5,
            verify_SSL => 1, keep_alive => 1, SSL_options => {
                SSL_ca_file => $self->{sandbox}{net}{ca},
                SSL_verifycn_scheme => 'none' });
        my $answer = $http->request('POST',
            "$node->{platform}/v1/platform/dataset/create", {
                headers => { 'Content-Type' => 'application/json',
                    Authorization => "Bearer $node->{operator_token}" },
                content => $json->encode({ name => "rows $n",
                    source => 'csv', owner => $node->{inst_id},
                    pub_scope => 'private', location => { type => 'csv',
                        path => '/data/rows.csv', query => 'select 1' },
                    column_metas => [ { name => 'id',
                        data_type => 'varchar',
                        distribution => 'DISCRETE' } ] }) });
        my $got = eval { $json->decode($answer->{content}) } || {};

        if (($got->{code} // 1) == 0) {
            syswrite $acks, "$got->{data}{dataset_id}\n";
        } else {
            sleep 0.01;
        }
    }

    POSIX::_exit(0);
}

###############################################################################
# a fault

# Writers, and in the middle of their work a fault; the node is up again.
sub cycle {
    my ($self) = @_;
    my $what = draw();
    my @writers = map { $self->writer } 1 .. 2;

    sleep 0.02 + rand 0.15;
    $self->{said} = $self->kill_some($what);
    sleep 0.02 if $what ne 'all';
    kill 'KILL', @writers;
    waitpid $_, 0 for @writers;
    $self->cut if $what eq 'all';
    $self->revive;

    return $what;
}

sub draw {
    my $n = rand 100;

    for my $fault (@FAULTS) {
        return $fault->[1] if ($n -= $fault->[0]) < 0;
    }
}

sub kill_some {
    my ($self, $what) = @_;
    my $node = $self->{node};
    my %roles = IC::Chaos::roles($node);
    my @workers = IC::Chaos::workers($node);
    my %pids = (notary => [ $roles{notary} // () ], worker => \@workers,
        nginx => [ $node->{pids}{nginx}, @workers ],
        redis => [ $node->{pids}{redis} ],
        interconnd => [ $node->{pids}{interconnd}, values %roles ]);
    my @pids = $what eq 'all' ? map { @{ $pids{$_} } }
        qw(nginx interconnd redis) : @{ $pids{$what} };

    kill 'KILL', @pids;

    for my $pid (@pids) {
        waitpid $pid, POSIX::WNOHANG();
        sleep 0.001 while IC::Chaos::alive($pid);
    }
}

# What was not durable goes, all of it or some: a size between the last one
# that was synced and the present one.
sub cut {
    my ($self) = @_;
    my $dir = $self->{node}{dir};
    my (%size, @lost);

    for my $line (split /\n/, slurp("$self->{journal}", '')) {
        if ($line =~ /^sync (\d+) (.*)/) {
            $size{$2} = $1;
        } elsif ($line =~ /^name (\S+) (\S+)/) {
            my ($old, $new) = map { /^\// ? $_ : "$dir/redis/$_" }
                my @names = ($1, $2);
            $size{$new} = delete $size{$old} if exists $size{$old};
        }
    }

    find({ no_chdir => 1, wanted => sub {
        return if !-f $_ || /\.(?:sock|pid)$/;
        my $is = -s _;
        my $least = $size{$_} // 0;

        return if $least >= $is;
        my $left = rand() < 0.5 ? $least : $least + int rand($is - $least + 1);

        push @lost, "$_ " . ($is - $left) if $is != $left;
        !exists $size{$_} && $left == 0 && rand() < 0.5
            ? unlink $_ : truncate $_, $left;
    } }, $self->{log}, "$dir/redis");

    $self->{lost} = \@lost;
    truncate "$self->{journal}", 0;

    # what is there now is on the disk
    open my $out, '>>', "$self->{journal}" or die "journal: $!\n";
    find({ no_chdir => 1, wanted => sub {
        print $out "sync @{[ -s _ ]} $_\n" if -f $_;
    } }, $self->{log}, "$dir/redis");
    close $out;
}

# Starts what is dead.
sub revive {
    my ($self) = @_;
    my $node = $self->{node};

    local @ENV{qw(LD_PRELOAD ASAN_OPTIONS POWERCUT)} = (shim(), join(':',
        $ENV{ASAN_OPTIONS} || (), 'verify_asan_link_order=0'),
        "$self->{journal}");

    for my $name (qw(redis interconnd nginx)) {
        next if IC::Chaos::alive($node->{pids}{$name});
        $self->mend if $name eq 'redis';
        IC::Chaos::launch($node, $name);
    }
}

# What the unit of Redis does before it starts.
sub mend {
    my ($self) = @_;
    my $dir = $self->{node}{dir};

    system(IC::Sandbox::root() . '/conf/redis-repair',
           "$dir/redis/appendonlydir") == 0
        or die "redis-repair: $?\n";
    unlink "$dir/run/redis.sock";
}

###############################################################################
# what must hold

# Every transition has one entry and every entry its transition; what is
# wrong, '' for nothing. A node that starts tells of it: what is only seen
# while an entry is on its way is no loss, a loss stays.
sub wrong {
    my ($self) = @_;
    my $until = time + 10;
    my $wrong;

    while (($wrong = $self->seen) ne '' && time < $until) {
        sleep 0.3;
    }

    return $wrong;
}

sub seen {
    my ($self) = @_;
    my $redis = $self->await(sub { eval { $self->store } });
    my $stream = $redis->key('evidence');

    # until the notary has the log again, and everything is sealed
    $self->await(sub {
        my %roles = IC::Chaos::roles($self->{node});
        my $pid = $roles{notary} or return 0;

        return slurp("$self->{node}{dir}/logs/interconnd.log", '')
            =~ /notary $pid: evidence log/;
    });

    my $last = $self->await(sub {
        my $end = $redis->command('XREVRANGE', $stream, '+', '-',
            'COUNT', 1);
        my $head = $redis->get('notary', 'src') // '';

        return ref $end eq 'ARRAY' && @$end && $head eq $end->[0][0]
            && $head;
    });

    my @stream = @{ $redis->command('XRANGE', $stream, '-', $last) };
    my @entries = IC::Evidence::entries($self->{log});
    my @wrong;

    push @wrong, 'the log and the store differ: ' . @entries . ' and '
        . @stream if join(' ', map { $_->{src} } @entries)
                     ne join(' ', map { $_->[0] } @stream);

    my %sealed = map { $_->{src} => 1 } @entries;

    push @wrong, map { "$_->[0] of @{[ scalar @stream ]} is not in the log: "
        . "@{ $_->[1] }[0 .. 5]" } grep { !$sealed{$_->[0]} } @stream;

    my %entry;

    $entry{$_->{subject}}++
        for grep { $_->{code} eq 'RES_CREATED' } @entries;

    for my $id (split /\n/, slurp($self->{acks}, '')) {
        push @wrong, "dataset $id was answered and has no entry"
            if !$entry{"object:dataset:$id"};
    }

    for my $subject (grep { /^object:dataset:/ } keys %entry) {
        push @wrong, "$subject: $entry{$subject} entries"
            if $entry{$subject} != 1;
        push @wrong, "$subject has an entry and is not there"
            if !$redis->command('EXISTS', $redis->key($subject));
    }

    my @late = map { @{ $_->[1] } } @{ $redis->command('XRANGE', $stream,
        "($last", '+') };

    for my $id (@{ $redis->command('ZRANGE', $redis->key('ix:dataset'), 0,
                                   -1) })
    {
        push @wrong, "dataset $id is there and has no entry"
            if !$entry{"object:dataset:$id"}
               && !grep { $_ eq "object:dataset:$id" } @late;
    }

    $self->{acked} = () = slurp($self->{acks}, '') =~ /\n/g;
    $self->{entries} = @entries;
    push @wrong, $self->unverified;

    return join "\n", @wrong;
}

sub unverified {
    my ($self) = @_;
    my $kept = $self->{sandbox}->temp . '/kept';
    my ($status, $said) = IC::Evidence::verify($self->{log},
        -e $kept ? ('--head', $kept) : ());

    spew($kept, slurp("$self->{log}/checkpoint"));

    return $status ? "verify: $status $said" : ();
}

sub store {
    my ($self) = @_;
    my $redis = $self->{sandbox}->store(0);
    my $answer = $redis->command('PING');

    return ref $answer ? undef : $redis;
}

# Ends what was launched, which the sandbox does not know.
sub down {
    my ($self) = @_;
    my $node = $self->{node};

    local ($?, $!, $@);

    return if $self->{owner} != $$ || $self->{down}++;

    for my $name (qw(nginx interconnd redis)) {
        my $pid = $node->{pids}{$name} or next;

        kill 'TERM', $pid;
        for (1 .. 1000) {
            last if !IC::Chaos::alive($pid);
            sleep 0.01;
        }
    }
}

sub finish {
    my ($self) = @_;

    $self->down;
    $self->{sandbox}->finish(allow => qr/exited on signal 9|was\ killed
        |(?:bind|connect|recv|send)\(\)|kevent|error|worker/x);
}

1;
