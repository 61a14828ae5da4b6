package IC::Chaos;

# A network whose processes die: jobs of a component that exchanges messages,
# an operator who does not give up, and a process of its own that kills and
# stops whatever the network is made of.

use strict;
use warnings;

use Cwd qw(abs_path);
use File::Copy qw(copy);
use IC::Dump;
use IC::File;
use IC::Invariants;
use IC::Sandbox;
use JSON::PP;
use POSIX ();
use Scalar::Util qw(weaken);
use Time::HiRes qw(sleep time);

my @up;

END { $_->DESTROY for grep { defined } @up }

# a worker that is killed closes connections to the operator
$SIG{PIPE} = 'IGNORE';

my $json = JSON::PP->new->canonical;
my @ROLES = qw(courier channel scheduler runner);

# The path of the component, built if need be.
sub component {
    my $build = abs_path(IC::Sandbox::build_dir());
    my $file = "$build/t/components/chaos";

    if (!-x $file) {
        local %ENV = %ENV;
        delete @ENV{grep { /^MAKE|^MFLAGS/ } keys %ENV};
        system('make', '-s', '-C', IC::Sandbox::root(), "BUILD=$build",
               $file) == 0 or die "the component is not built\n";
    }

    return $file;
}

# nodes => 3; conf => { key => value } of every daemon
sub new {
    my ($class, %option) = @_;
    my $sandbox = IC::Sandbox->new(nodes => $option{nodes} || 3);
    my $self = bless { sandbox => $sandbox, owner => $$, acked => [],
        trace => $sandbox->temp . '/trace', flows => {} }, $class;
    my $components = $sandbox->temp . '/components';

    push @up, $self;
    weaken($up[-1]);

    mkdir $components or die "$components: $!\n";
    $self->{component} = "$components/chaos";
    copy(component(), $self->{component}) or die "component: $!\n";
    chmod 0755, $self->{component};
    $self->configure({ components => $components, %{ $option{conf} || {} } });

    for my $one (0 .. $sandbox->nodes - 1) {
        $sandbox->contract($one, $_) for $one + 1 .. $sandbox->nodes - 1;
    }

    for my $n (0 .. $sandbox->nodes - 1) {
        my $made = $self->ask($n, 'component/register', { Component => {
            code => 'chaos', version => '1.0.0', name => 'chaos',
            engine => 'own', inputs => [], outputs => [] } });
        die 'component/register: ' . $json->encode($made) if $made->{code};
    }

    return $self;
}

sub sandbox { $_[0]{sandbox} }
sub nodes   { $_[0]{sandbox}->nodes }

# Writes keys into the configuration of every daemon, which begins anew.
sub configure {
    my ($self, $conf) = @_;

    for my $node ($self->nodes) {
        my $file = "$node->{dir}/interconnd.conf";
        my $text = slurp($file);
        my %old = roles($node);

        $text =~ s/^$_ .*\n//m for keys %$conf;
        spew($file, $text . join '', map { "$_ $conf->{$_}\n" }
             sort keys %$conf);
        kill 'HUP', $node->{pids}{interconnd};

        $self->{sandbox}->await('the new configuration', sub {
            my %new = roles($node);
            return @ROLES == grep { $new{$_} && $new{$_} != $old{$_} } @ROLES;
        }, 30);
    }
}

###############################################################################
# processes

# pid => { name, parent, state } of all
sub processes {
    my %all;

    for my $file (glob '/proc/[0-9]*/stat') {
        open my $in, '<', $file or next;
        my ($pid, $name, $state, $parent) = (<$in> // '')
            =~ /^(\d+) \((.*)\) (\S) (\d+)/ or next;

        $all{$pid} = { name => $name, parent => $parent, state => $state }
            if $state ne 'Z';
    }

    return %all;
}

# role => pid of a node's daemon
sub roles {
    my ($node) = @_;
    my %all = processes();

    return map { $all{$_}{name} =~ /^ic-(\w+)$/
                 && $all{$_}{parent} == $node->{pids}{interconnd}
                 ? ($1 => $_) : () } keys %all;
}

# pids of tasks, of one node or of all
sub children {
    my ($self, $node) = @_;
    my @pids;

    for my $exe (glob '/proc/[0-9]*/exe') {
        my $path = readlink $exe;
        my ($pid) = $exe =~ /(\d+)/;

        next if !defined $path || $path !~ /^\Q$self->{component}\E\b/;
        push @pids, $pid if !$node
            || (readlink("/proc/$pid/cwd") || '') =~ /^\Q$node->{dir}\E\//;
    }

    return sort { $a <=> $b } @pids;
}

sub workers {
    my ($node) = @_;
    my %all = processes();

    return grep { $all{$_}{parent} == $node->{pids}{nginx} } keys %all;
}

# Starts a server of the node again: redis, interconnd or nginx.
sub launch {
    my ($node, $name) = @_;
    my @command = $name eq 'redis'
        ? ($ENV{IC_REDIS_SERVER} || 'redis-server', "$node->{dir}/redis.conf")
        : $name eq 'nginx'
        ? ($ENV{IC_NGINX} || '/usr/sbin/nginx', '-e',
           "$node->{dir}/logs/error.log", '-c', "$node->{dir}/nginx.conf")
        : (abs_path(IC::Sandbox::build_dir() . '/interconnd'), '-c',
           "$node->{dir}/interconnd.conf");
    my $file = "$node->{dir}/$name.pid";

    unlink $file;
    my $pid = fork();

    die "fork: $!\n" if !defined $pid;

    if ($pid == 0) {
        # the harness must not wait for it, whoever ends first
        POSIX::setsid();
        my $next = fork();
        POSIX::_exit(0) if $next;
        open STDIN, '<', '/dev/null';
        open STDOUT, '>>', "$node->{dir}/logs/$name.out";
        open STDERR, '>&', \*STDOUT;
        spew("$file.new", $$);
        rename "$file.new", $file;
        exec(@command) or POSIX::_exit(127);
    }

    waitpid $pid, 0;
    sleep 0.01 while !-e $file;
    current($node);
}

# What the files say of the servers that were started again.
sub current {
    my ($node) = @_;

    for my $name (qw(redis interconnd nginx)) {
        my $pid = -e "$node->{dir}/$name.pid" ? slurp("$node->{dir}/$name.pid")
                                              : '';
        $node->{pids}{$name} = $pid if $pid;
    }
}

sub alive {
    my ($pid) = @_;
    my $state = -e "/proc/$pid/stat" ? slurp("/proc/$pid/stat", '') : '';

    return $state =~ /^\d+ \(.*\) [^ZX]/;
}

###############################################################################
# faults

# what => [ weight, how ]; each is given the node and the generator
my %FAULTS = (
    child     => [ 22, sub { [ $_[0]->children($_[1]) ] } ],
    role      => [ 30, sub { my %r = roles($_[1]);
                             [ map { $r{$_} } sort keys %r ] } ],
    worker    => [ 12, sub { [ sort { $a <=> $b } workers($_[1]) ] } ],
    redis     => [ 8, sub { [ $_[1]{pids}{redis} ] } ],
    interconnd => [ 4, sub { [ $_[1]{pids}{interconnd} ] } ],
);

# Injects so many faults from a process of its own; its pid.
sub begin_faults {
    my ($self, $count, $seed) = @_;
    my $pid = fork();

    die "fork: $!\n" if !defined $pid;

    if ($pid == 0) {
        $SIG{TERM} = sub { $self->{enough} = 1 };
        srand $seed;
        my $ok = eval { $self->fault for 1 .. $count; 1 };
        print STDERR "# faults: $@" if !$ok;
        $self->go_on_all;
        POSIX::_exit($ok ? 0 : 1);
    }

    return $self->{faults} = $pid;
}

sub draw {
    my $n = int rand(POSIX::floor(eval { my $s = 0; $s += $_->[0]
        for values %FAULTS; $s }));

    for my $name (sort keys %FAULTS) {
        return $name if ($n -= $FAULTS{$name}[0]) < 0;
    }
}

# One fault, and what is due of those before.
sub fault {
    my ($self) = @_;
    my $name = draw();
    my $n = int rand($self->nodes);
    my $pick = rand();
    my $stop = rand() < 0.35 ? 0.1 + rand(2.5) : 0;
    my $pause = 0.05 + rand(0.35);
    my $node = $self->{sandbox}->node($n);

    return if $self->{enough};

    my @pids = @{ $FAULTS{$name}[1]->($self, $node) };
    my $pid = $pids[int($pick * @pids)];

    if (defined $pid) {
        my $what = slurp("/proc/$pid/comm", $name) =~ s/\s+$//r;

        $self->told(sprintf '%.3f node %d: %s %d %s', time, $n, $what, $pid,
            $stop ? sprintf('stopped for %.2f s', $stop) : 'killed');
        kill $stop ? 'STOP' : 'KILL', $pid;

        if ($stop) {
            push @{ $self->{stopped} }, [ time + $stop, $pid ];
        } elsif ($name eq 'redis' || $name eq 'interconnd') {
            sleep 0.01 while alive($pid);
            sleep $pause;
            launch($node, $name);
        }
    }

    sleep $pause;
    $self->go_on(time);
}

sub told {
    my ($self, $line) = @_;

    open my $out, '>>', $self->{sandbox}->temp . '/faults' or return;
    print $out "$line\n";
}

sub go_on {
    my ($self, $now) = @_;
    my @later;

    for my $one (@{ $self->{stopped} || [] }) {
        if ($one->[0] <= $now) {
            kill 'CONT', $one->[1];
        } else {
            push @later, $one;
        }
    }

    $self->{stopped} = \@later;
}

# Nothing is stopped any more, and every server runs.
sub go_on_all {
    my ($self) = @_;

    $self->go_on(9e99);
}

# Is it still at it?
sub faulty { return alive($_[0]{faults}) }

# Waits for the process that injects them; true if it did all.
sub end_faults {
    my ($self) = @_;

    waitpid $self->{faults}, 0;
    my $ok = $? == 0;
    current($_) for $self->nodes;

    return $ok;
}

# a test that dies leaves none of them
sub DESTROY {
    my ($self) = @_;

    local ($?, $!, $@);

    return if $self->{owner} != $$ || !$self->{sandbox};
    kill 'KILL', $self->{faults} if $self->{faults} && alive($self->{faults});
    $self->down;
}

# Ends what launch() started, which the sandbox does not know.
sub down {
    my ($self) = @_;

    for my $node ($self->nodes) {
        for my $name (qw(interconnd redis)) {
            next if !-e "$node->{dir}/$name.pid";
            my $pid = slurp("$node->{dir}/$name.pid");

            kill 'TERM', $pid;
            for (1 .. 1000) {
                last if !alive($pid);
                sleep 0.02;
            }
        }
    }
}

###############################################################################
# the operator

# The answer's code and data of node $n, asked until there is one; dies after
# a minute.
sub ask {
    my ($self, $n, $path, $body) = @_;
    my $until = time + 60;
    my $node = $self->{sandbox}->node($n);
    my $http = $self->{http}[$n] ||= HTTP::Tiny->new(timeout => 10,
        verify_SSL => 1, keep_alive => 1, SSL_options => {
            SSL_ca_file => $self->{sandbox}{net}{ca},
            SSL_verifycn_scheme => 'none' });

    for (;;) {
        my $answer = $http->request($body ? 'POST' : 'GET',
            "$node->{platform}/v1/platform/$path", { headers => {
                Authorization => "Bearer $node->{operator_token}",
                'Content-Type' => 'application/json' },
                $body ? (content => $json->encode($body)) : () });
        my $data = eval { decode_json($answer->{content}) };

        return $data if $data && $answer->{status} < 500;
        die "$path: $answer->{status} $answer->{content}\n" if time > $until;
        sleep 0.1;
    }
}

# A job of node $n as the specification says: steps => [ { name, after,
# params => { party => {} } } ], retry, priority. Its id.
sub create {
    my ($self, $n, $spec) = @_;
    my @others = grep { $_ != $n } @{ $spec->{parties}
                                      || [ 0 .. $self->nodes - 1 ] };
    my $own = $self->{sandbox}->node($n);
    my @hosts = map { $self->{sandbox}->node($_) } @others;
    my (%common, %guest, %host);

    for my $step (@{ $spec->{steps} }) {
        $common{$step->{name}} = { trace => $self->{trace},
                                   %{ $step->{common} || {} } };
        $guest{0}{$step->{name}} = $step->{guest} || {};
    }

    my %body = (name => $spec->{name} || 'chaos',
        dag => { version => '2.0.0', components => [ map { {
            name => $_->{name}, componentName => 'chaos',
            provider => 'interconn', version => '1.0.0', input => [],
            output => [], after => $_->{after} || [] } }
            @{ $spec->{steps} } ] },
        config => { version => '2.0.0',
            initiator => { role => 'guest', node_id => $own->{node_id} },
            role => { guest => [ $own->{node_id} ],
                      host => [ map { $_->{node_id} } @hosts ] },
            job_params => { common => { $spec->{retry}
                ? (retry => $spec->{retry}) : () } },
            task_params => { common => \%common, guest => \%guest } });

    my $flow = $self->{flows}{$n} ||= $self->ask($n, 'flow/create',
        { name => 'chaos' })->{data}{flow_id};
    my $made = $self->ask($n, 'job/create', { %body, flow_id => $flow,
        sync_type => 'CALLBACK', priority => $spec->{priority} || 0 });

    die 'job/create: ' . $json->encode($made) . "\n" if $made->{code};

    my $id = $made->{data}{job_id};

    push @{ $self->{acked} }, { job_id => $id, node => $n,
        parties => [ $n, @others ], spec => $spec };

    for my $other (@others) {
        my $sent = $self->ask($n, 'audit/apply', { resource_type => 'job',
            job_id => $id, contract_id => $self->contract($n, $other) });

        # the answer to the first try was lost
        die 'audit/apply: ' . $json->encode($sent) . "\n"
            if $sent->{code} && $sent->{code} !~ /^409/;
    }

    return $self->{acked}[-1];
}

sub contract {
    my ($self, $n, $peer) = @_;

    return $self->{contracts}{"$n $peer"}
        ||= $self->{sandbox}->contract_with($n, $peer);
}

# Approves what waits at every node.
sub approve {
    my ($self) = @_;

    for my $n (0 .. $self->nodes - 1) {
        my $list = $self->ask($n, 'audit/list?resource_type=job'
            . '&status=APPLIED&dir=in&page_size=-1')->{data}{records};

        for my $one (@{ $list || [] }) {
            $self->ask($n, 'audit/confirm', { audit_id => $one->{audit_id},
                status => 'APPROVED' });
        }
    }
}

# Starts what all have approved; jobs that still wait.
sub start {
    my ($self) = @_;
    my @waiting = grep { !$_->{started} } @{ $self->{acked} };

    for my $job (@waiting) {
        my $answer = $self->ask($job->{node}, 'job/start',
                                { job_id => $job->{job_id} });
        $job->{started} = time if $answer->{code} == 0;
        die 'job/start: ' . $json->encode($answer) . "\n"
            if $answer->{code} && $answer->{code} != 4093;
    }

    return grep { !$_->{started} } @waiting;
}

sub stop {
    my ($self, $job) = @_;

    $self->ask($job->{node}, 'job/stop', { job_id => $job->{job_id} });
    $job->{stopped} = time;
}

sub query {
    my ($self, $job) = @_;

    return $self->ask($job->{node}, "job/query?job_id=$job->{job_id}")
        ->{data};
}

# SUCCESS, FAILED with its error, or what it is in the initiator's store
sub outcome {
    my ($self, $job) = @_;
    my $record = $self->store($job->{node})->hash("job:$job->{job_id}");
    my $cause = eval { decode_json($record->{cause}) } || {};

    return join ' ', grep { defined } $record->{status}, $cause->{error};
}

sub store {
    my ($self, $n) = @_;

    return $self->{stores}[$n] ||= $self->{sandbox}->store($n);
}

# Waits until the started jobs are over at all parties; those that are not.
sub await_end {
    my ($self, $seconds) = @_;
    my $until = time + $seconds;
    my $left;

    do {
        sleep 0.1;
        my %open = map { my $n = $_; map { ("$n $_" => 1) } @{
            $self->store($n)->command('SMEMBERS',
                $self->store($n)->key('jobs-unfinished')) } }
            0 .. $self->nodes - 1;

        $left = join '', map { my $job = $_; map {
            "$job->{job_id} of node $job->{node} is not over at node $_\n" }
            grep { $open{"$_ $job->{job_id}"} } @{ $job->{parties} } }
            grep { $_->{started} } @{ $self->{acked} };
    } while ($left ne '' && time < $until);

    return $left;
}

# Waits until the invariants hold; what does not in the end.
sub await_rest {
    my ($self, $seconds) = @_;
    my $until = time + $seconds;
    my @bad;

    do {
        sleep 1;
        @bad = IC::Invariants::check(IC::Dump::take($self));
    } while (@bad && time < $until);

    return @bad;
}

# The last lines of the logs about the jobs and tasks that a text names.
sub story {
    my ($self, $text) = @_;
    my %names = map { $_ => 1 } $text =~ /\b(J[0-9a-z]{20,}|task_\w{32})/g;
    my ($one) = sort keys %names or return '';
    my @lines;

    for my $node ($self->nodes) {
        push @lines, map { "$node->{node_id} $_" } grep { /$one/ }
            split /^/, slurp("$node->{dir}/logs/interconnd.log");
    }

    return "\n", sort { (split ' ', $a)[1] cmp (split ' ', $b)[1] } @lines;
}

1;
