#!/usr/bin/perl

# Runs targets built with libFuzzer for some seconds each, several at a time,
# from their seeds and what earlier runs found worth keeping. An input that
# breaks one is made small and kept beside the programs. Exit status 1 then.
#
#     fuzz.pl --seconds N --jobs N [TARGET...]

use warnings;
use strict;

use File::Basename;
use File::Path;
use File::Temp;
use Getopt::Long;

my ($seconds, $jobs) = (60, 2);

GetOptions('seconds=i' => \$seconds, 'jobs=i' => \$jobs)
    or die "usage: $0 [--seconds N] [--jobs N] [TARGET...]\n";

my $build = $ENV{IC_BUILD} || 'build-fuzz';
my @targets = @ARGV ? @ARGV : map { basename $_, '.c' } glob 't/fuzz/*.c';
my @options = ('-timeout=30', '-rss_limit_mb=1500', '-print_final_stats=1',
    "-max_total_time=$seconds");
my (%running, @broken);

# Targets' files, in memory; a crash leaves them.
my $folder = File::Temp->newdir(DIR => -w '/dev/shm' ? '/dev/shm' : '/tmp');

$ENV{TMPDIR} = "$folder";
$ENV{ASAN_OPTIONS} //= 'detect_leaks=0:allocator_may_return_null=1';
$ENV{UBSAN_OPTIONS} //= 'print_stacktrace=1:halt_on_error=1';

sub paths {
    my ($target) = @_;

    return ("$build/fuzz/$target", "$build/corpus/$target",
        "t/fuzz/seeds/$target", "$build/found/$target");
}

sub start {
    my ($target) = @_;
    my ($program, $corpus, $seeds, $found) = paths($target);
    my $words = "t/fuzz/words/$target";

    die "$target: no such target, t/fuzz/*.c\n" if !-x $program;
    mkpath([ $corpus, $found ]);

    my $pid = fork // die "fork: $!\n";

    if (!$pid) {
        open STDOUT, '>', "$found/log" or die "$found/log: $!\n";
        open STDERR, '>&', \*STDOUT or die "stderr: $!\n";
        exec $program, @options, "-artifact_prefix=$found/",
            -e $words ? "-dict=$words" : (), $corpus,
            -d $seeds ? $seeds : ();
        die "$program: $!\n";
    }

    $running{$pid} = $target;
}

# The input, made small; what is said about it comes last in the log.

sub minimise {
    my ($target) = @_;
    my ($program, undef, undef, $found) = paths($target);

    for my $input (glob "$found/crash-* $found/oom-* $found/timeout-*") {
        next if $input =~ /-small$/ || -e "$input-small";
        system "timeout 60 $program -minimize_crash=1 -runs=20000"
            . " -exact_artifact_path=$input-small $input"
            . ' > /dev/null 2>&1';
        rename $input, "$input-small" if !-e "$input-small";
        print "$target: $input-small\n";
    }
}

sub finish {
    my $pid = wait;
    my $status = $?;
    my $target = delete $running{$pid} or return;
    my (undef, $corpus, undef, $found) = paths($target);

    open my $in, '<', "$found/log" or die "$found/log: $!\n";
    my $log = do { local $/; <$in> };
    my ($speed) = $log =~ /average_exec_per_sec:\s+(\d+)/;
    my ($runs) = $log =~ /number_of_executed_units:\s+(\d+)/;
    my ($edges) = reverse $log =~ /cov: (\d+)/g;
    my $kept = () = glob "$corpus/*";

    printf "%-20s %8s /s %10s runs %6s edges %5d kept  %s\n", $target,
        $speed // '?', $runs // '?', $edges // '?', $kept,
        $status ? 'BROKEN' : 'good';
    return if !$status;

    push @broken, $target;
    print map { "    $_\n" } grep { /ERROR|runtime error|\.[ch]:\d+: / }
        split /\n/, $log;
    minimise($target);
}

local $SIG{INT} = sub { kill TERM => keys %running; exit 1 };
$| = 1;

for my $target (@targets) {
    finish() while keys %running >= $jobs;
    start($target);
}

finish() while keys %running;
print "broken: @broken; inputs in $build/found\n" if @broken;
exit(@broken ? 1 : 0);
