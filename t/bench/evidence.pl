#!/usr/bin/perl

# What evidence costs: entries that become durable in a second through the
# real notary and store while transitions write them, how long a transition
# waits for its signed head, the time to verify a million entries, and what a
# POST transition takes more than one that writes no evidence.
#
# For the last, each round runs the same load on the store's functions as they
# are and on functions whose evidence() writes nothing, beside each other; the
# figure is the median of the rounds' ratios, so what else the machine does
# cancels. Redis runs with conf/redis.conf's persistence.
#
#     BENCH_ENTRIES=100000 BENCH_VERIFY=1000000
#     BENCH_ROUNDS=21 BENCH_SECONDS=1 BENCH_CONNECTIONS=64
#     BENCH_PARTS="durable head verify cost"    only these

use strict;
use warnings;

use lib 't/lib';
use File::Temp qw(tempdir);
use IC;
use IC::Daemon;
use IC::Evidence;
use JSON::PP;
use POSIX ();
use Time::HiRes qw(sleep time);

my $entries = $ENV{BENCH_ENTRIES} || 100_000;
my $verified = $ENV{BENCH_VERIFY} || 1_000_000;
my $rounds = $ENV{BENCH_ROUNDS} || 21;
my $seconds = $ENV{BENCH_SECONDS} || 1;
my $connections = $ENV{BENCH_CONNECTIONS} || 64;
my @parts = split ' ', $ENV{BENCH_PARTS} || 'durable head verify cost';
my $build = $ENV{IC_BUILD} || 'build';
my $json = JSON::PP->new->canonical;
my (%metrics, @beside);

END { kill 'TERM', @beside }

$| = 1;
warn_if_busy();

{
    no strict 'refs';
    &{"main::measure_$_"}() for @parts;
}

print $json->encode({ bench => 'evidence', metrics => {
    map { $_ => sprintf('%.4g', $metrics{$_}) + 0 } keys %metrics } }), "\n";

###############################################################################
# the notary and the store

sub notary {
    my $node = IC::Daemon->new(node => 'hospital-1', roles => 'notary',
        conf => { IC::Daemon::certificate('hospital-1') }, append => 1);

    sleep 0.01 until sealed($node) > 0;

    return $node;
}

# ever written to the stream
sub happened {
    my %stream = @{ $_[0]->redis->command('XINFO', 'STREAM',
        $_[0]->redis->key('evidence')) };

    return $stream{'entries-added'};
}

sub sealed { IC::Evidence::size("$_[0]{dir}/data/evidence") }

# $connections callers, each with the next transition when the last one is
# answered: a limit that takes another value, one entry of evidence each.

sub measure_durable {
    my $node = notary();
    my $own = sealed($node);
    my $begin = time;
    my $out = `redis-benchmark -s $node->{redis}{socket} -c $connections \\
        -n $entries -r 1000000 --csv FCALL interconn_limit_put 1 \\
        $node->{redis}{key} applications __rand_int__ 2>&1`;
    my $written = time - $begin;

    die "redis-benchmark: $out" if $?;

    my $all = happened($node);

    sleep 0.002 while sealed($node) < $all;

    my $taken = time - $begin;

    $metrics{durable_per_s} = ($all - $own) / $taken;
    printf "durable: %d transitions in %.2f s, all sealed after %.2f s: "
        . "%.0f a second\n", $all - $own, $written, $taken,
        $metrics{durable_per_s};

    # what waits, without anybody who writes meanwhile
    kill 'STOP', $node->role_pid('notary');
    `redis-benchmark -s $node->{redis}{socket} -c $connections -n $entries \\
        -r 1000000 FCALL interconn_limit_put 1 $node->{redis}{key} \\
        applications __rand_int__ 2>&1`;
    my $more = happened($node) - sealed($node);
    $begin = time;
    kill 'CONT', $node->role_pid('notary');
    $all = happened($node);
    sleep 0.002 while sealed($node) < $all;
    printf "         %d that waited: %.0f a second\n", $more,
        $more / (time - $begin);
    $node->stop;
}

# From the transition, by the store's clock, to the head that covers it, where
# everybody can read it: 2,000 transitions a second for ten seconds.

sub measure_head {
    my $node = notary();
    my $log = "$node->{dir}/data/evidence";
    my $own = sealed($node);
    my $writer = fork // die "fork: $!\n";

    if ($writer == 0) {
        my $redis = $node->redis;
        my $begin = time;

        $redis->connect;

        for my $turn (0 .. 999) {
            $redis->status('limit_put', 'applications', 1 + $_ + 20 * $turn)
                for 1 .. 20;
            my $rest = $begin + $turn / 100 - time;
            sleep $rest if $rest > 0;
        }

        POSIX::_exit(0);
    }

    my (@heads, $over);
    my $last = $own;

    until ($over && $last >= $over) {
        my $size = sealed($node);

        push @heads, [ $last = $size, time * 1000 ] if $size > $last;
        $over ||= waitpid($writer, POSIX::WNOHANG()) == $writer
            && happened($node);
        sleep 0.001;
    }

    my @waits;

    for my $entry ((IC::Evidence::entries($log))[$own .. $last - 1]) {
        shift @heads while $heads[0][0] <= $entry->{seq};
        push @waits, $heads[0][1] - $entry->{time};
    }

    @waits = sort { $a <=> $b } @waits;
    $metrics{head_p99_ms} = $waits[0.99 * @waits];
    printf "head:    %d transitions: median %.0f ms, p99 %.0f ms, "
        . "longest %.0f ms\n", scalar @waits, $waits[@waits / 2],
        $metrics{head_p99_ms}, $waits[-1];
    $node->stop;
}

###############################################################################
# the verifier

sub measure_verify {
    my %file = IC::Daemon::certificate('hospital-a');
    my $dir = tempdir('icXXXXX', CLEANUP => 1,
        -w '/dev/shm' ? (DIR => '/dev/shm') : (TMPDIR => 1));

    system("$build/bench/evidence", "$dir/log", $verified, 256,
        $file{certificate_key}, $file{certificate}) == 0 or die "no log\n";

    my $cpu = children();
    my $begin = time;
    my ($status, $said) = IC::Evidence::verify("$dir/log", '--roots',
        $file{trusted_certificate});
    my $taken = time - $begin;

    die "verify: $said\n" if $status;
    $metrics{verify_1e6_s} = $taken * 1e6 / $verified;
    printf "verify:  %d entries under %d heads in %.2f s, CPU %.2f s\n",
        $verified, $verified / 256, $taken, children() - $cpu;
}

# seconds of processor of those that have ended
sub children { (times)[2] + (times)[3] }

###############################################################################
# the transition

sub measure_cost {
    my $t = IC->new(http => 'keepalive_requests 1000000000;',
        plain => 'access_log off;');
    my @requests = map { request($t, $_) } 1 .. 64;

    $t->operator('olga', 'secret');
    persist($t);

    my $as_it_is = $t->redis->library;
    my $without = $as_it_is;

    $without =~ s/local id = \Kredis\.call\('XADD', key\('evidence'\).*$/now/m
        or die "evidence() writes otherwise\n";

    my ($pid, $notary) = beside($t);
    my (@ratios, %rps, %cpu);

    for my $round (1 .. $rounds) {
        my %got;

        for my $case ($round % 2 ? qw(with without) : qw(without with)) {
            my $answer = $t->redis->command('FUNCTION', 'LOAD', 'REPLACE',
                $case eq 'with' ? $as_it_is : $without);
            die "$$answer\n" if ref $answer;
            ($got{$case}, my @cpu) = load($t, $notary, @requests);
            push @{ $rps{$case} }, $got{$case};
            push @{ $cpu{$case}[$_] }, $cpu[$_] for 0 .. $#cpu;
        }

        push @ratios, $got{without} / $got{with};
    }

    kill 'TERM', shift @beside;
    waitpid $pid, 0;

    $metrics{transition_cost} = 100 * (median(@ratios) - 1);
    printf "cost:    %.0f transitions a second, %.0f without evidence: "
        . "%.1f %%\n", median(@{ $rps{with} }), median(@{ $rps{without} }),
        $metrics{transition_cost};
    printf "         CPU of nginx, Redis, notary: %s us; without evidence "
        . "%s us\n", map { my $case = $_; join ' ', map {
            sprintf '%.1f', median(@$_) } @{ $cpu{$case} } } qw(with without);
    $t->quit;
}

# the notary of that store
sub beside {
    my ($t) = @_;
    my $dir = $t->dir;
    my %conf = (IC::Daemon::certificate($t->{node}), node_id => $t->{node},
        redis => "unix:$t->{redis}{socket}", run_dir => "$dir/run",
        data_dir => "$dir/data", components => "$dir/components",
        log => "$dir/daemon.log", roles => 'notary');

    mkdir "$dir/$_" for qw(run data components);
    $t->spew("$dir/daemon.conf", join '', map { "$_ $conf{$_}\n" }
        sort keys %conf);

    my $pid = fork // die "fork: $!\n";

    if ($pid == 0) {
        exec(IC::Daemon::program(), '-c', "$dir/daemon.conf")
            or POSIX::_exit(127);
    }

    $t->await(sub { IC::Evidence::size("$dir/data/evidence") > 0 })
        or die "the notary does not seal\n";

    push @beside, $pid;

    my ($notary) = $t->slurp("$dir/daemon.log") =~ /notary started, pid (\d+)/;

    return ($pid, $notary);
}

sub request {
    my ($t, $n) = @_;

    return $t->request('POST', '/v1/platform/dataset/create',
        token => 'secret', body => $json->encode({
            name => 'blood counts @@@@@@@@@@', source => 'laboratory',
            owner => "inst-$t->{node}", count => 600 + $n,
            description => 'Complete blood counts of the cohort, batch '
                . $n x ($n % 7),
            location => { type => 'csv', path => "/data/blood-$n.csv",
                query => "SELECT * FROM blood.counts WHERE batch = "
                    . "'@@@@@@@@@@'" },
            column_metas => [ map { { name => "C$_", data_type => 'double',
                distribution => 'CONTINUOUS' } } 1 .. 1 + $n % 5 ],
        }));
}

sub persist {
    my ($t) = @_;
    my $conf = $t->slurp(IC::Redis->root . '/conf/redis.conf');

    for my $name (qw(appendfsync no-appendfsync-on-rewrite appendonly)) {
        my ($value) = $conf =~ /^$name (\S+)/m or die "no $name\n";
        my $reply = $t->redis->command('CONFIG', 'SET', $name, $value);
        die "$name: $$reply\n" if ref $reply;
    }

    $t->await(sub {
        $t->redis->command('INFO', 'persistence')
            !~ /aof_rewrite_in_progress:1/
    }, 10) or die "the AOF is not there\n";
}

# Transitions a second, and microseconds of CPU for each.
sub load {
    my ($t, $notary, @requests) = @_;
    my $file = "$t->{dir}/requests";

    $t->spew($file, join '', map { length($_) . "\n$_" } @requests);

    my ($status, $out) = $t->run("$build/bench/load", '-p',
        $t->port('plain'), '-r', $file, '-e', '"code":0',
        '-c', $connections, '-s', $seconds, $t->workers,
        $t->redis->{pid}, $notary);

    die "load: $out" if $status != 0;

    my $got = $json->decode($out);

    return $got->{answers} / $got->{seconds},
        map { $_ * 1e6 / $got->{answers} } @{ $got->{cpu} };
}

sub median {
    my @sorted = sort { $a <=> $b } @_;

    return $sorted[$#sorted / 2];
}

sub warn_if_busy {
    open my $in, '<', '/proc/loadavg' or return;
    my ($load) = split ' ', <$in>;

    print "the machine is busy, load $load: figures are rough\n"
        if $load > 1.5;
}
