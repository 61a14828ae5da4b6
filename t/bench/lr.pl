#!/usr/bin/perl

# Epochs of homo_lr and hetero_lr between nodes, through their nginx, against
# the time that their arithmetic alone takes on all cores: the difference of
# two jobs that differ in the number of iterations. Then the breast data of
# two parties as a whole job, and what memory a party takes. BENCH_ONLY=homo
# or hetero: one of them.

use warnings;
use strict;

use lib 't/lib';
use IC::File;
use IC::Sandbox;
use IC::Steps;
use JSON::PP;
use List::Util qw/ max sum /;

my $build = IC::Sandbox::build_dir();
my $runs = $ENV{BENCH_RUNS} || 5;
my %metrics;

srand 6;
hetero() if ($ENV{BENCH_ONLY} || 'hetero') eq 'hetero';
homo() if ($ENV{BENCH_ONLY} || 'homo') eq 'homo';

print encode_json({ bench => 'lr', metrics => {
    map { $_ => sprintf('%.3f', $metrics{$_}) + 0 } keys %metrics } }), "\n";


sub median { (sort { $a <=> $b } @_)[$#_ / 2] }

sub rates { decode_json(`$build/bench/lr`) }

# A machine is not always as fast: the mean of what was before and is after.
sub between {
    my ($before) = @_;
    my $after = rates();

    return { %$before, map { $_ => ($before->{$_} + $after->{$_}) / 2 }
        grep { $_ ne 'backend' } keys %$before };
}

# CSV of so many rows and columns of about the normal distribution.
sub csv {
    my ($rows, $columns, $label, $id) = @_;
    my @names = map { ($label ? 'a' : 'b') . $_ } 1 .. $columns;
    my $text = join(',', $id, $label ? 'y' : (), @names) . "\n";

    for my $row (1 .. $rows) {
        $text .= join(',', "r$row", $label ? $row % 3 == 0 ? 1 : 0 : (),
            map { sprintf '%.3f', rand(4) - 2 } @names) . "\n";
    }

    return $text;
}

sub hetero {
    my $sandbox = IC::Sandbox->new(nodes => 2);
    my $steps = IC::Steps->new($sandbox);
    my ($rows, @columns) = (20_000, 10, 20);
    $steps->{seconds} = 3600;

    my @data = map { { dataset_id => $steps->table($_,
        csv($rows, $columns[$_], !$_, 'id')) } } 0, 1;

    my $train = sub {
        my ($data, $iterations, %more) = @_;
        my $job = $steps->run([ 'lr', 'hetero_lr', {},
            { model => 'model', report => 'report' },
            { label_name => 'y', unique_id => 'id',
              max_iter => $iterations, %more }, $data ]);

        die encode_json($job->{cause} || {}) if $job->{status} ne 'SUCCESS';

        return (($job->{finish_time} - $job->{start_time}) / 1000,
            map { decode_json($_->{report}) } @{ $job->{party} });
    };

    my (@over, @epochs, @cpu);

    # J products with a column twice for a row, forth and back; nine masked
    # sums to a ciphertext of 2048 bits

    for my $run (1 .. $runs) {
        my $rate = rates();
        my ($short, @short) = $train->(\@data, 1);
        my ($long, @long) = $train->(\@data, 4);

        $rate = between($rate);

        my $epoch = ($long - $short) / 3;
        my $cpu = sum(map { $long[$_]{cpu_seconds} - $short[$_]{cpu_seconds} }
            0, 1) / 3;
        my ($limit, $least) = map { my ($encrypt, $dot, $decrypt)
                = @{$rate}{ "encrypt$_", "dot$_", "decrypt$_" };
            sum(map { $rows / $encrypt + 2 * $rows * $_ / $dot
                + $rows / 9 * (1 / $decrypt + 1 / $encrypt) }
                $columns[0] + 1, $columns[1]) } '', '_cpu';

        push @epochs, $epoch;
        push @over, $epoch / $limit;
        push @cpu, $cpu / $least;
        printf "hetero_lr, %d rows, %d + %d columns: epoch %.2f s, limit "
            . "%.2f s (%d encryptions, %d products, %d decryptions a second "
            . "on %d threads, %s): %.2f; processor %.2f s of %.2f: %.2f\n",
            $rows, @columns, $epoch, $limit,
            @{$rate}{qw/ encrypt dot decrypt threads backend /}, $over[-1],
            $cpu, $least, $cpu[-1];
    }

    $metrics{hetero_over_limit} = median(@over);
    $metrics{hetero_cpu_over_limit} = median(@cpu);
    $metrics{hetero_epoch_s} = median(@epochs);

    my @breast = map { IC::Sandbox::shared("breast_hetero_$_.csv") }
        qw/ guest host /;

    if (defined $breast[1]) {
        my @breast = map { { dataset_id => $steps->table($_,
            slurp($breast[$_])) } } 0, 1;
        my ($seconds, $report) = $train->(\@breast, 30);

        $metrics{breast_hetero_30_s} = $seconds;
        printf "breast_hetero, 30 epochs: %.1f s\n", $seconds;
    }

    my @peak;

    for my $n (1e4, $ENV{BENCH_ROWS} || 1e6) {
        my @large = map { { dataset_id => $steps->table($_,
            csv($n, 3, !$_, 'id')) } } 0, 1;
        my ($seconds, @report) = $train->(\@large, 1, unique_id => 'id');

        push @peak, max(map { $_->{peak_memory} } @report);
        printf "hetero_lr, %d rows, 3 + 3 columns: %.1f s, %d MiB\n", $n,
            $seconds, $peak[-1] >> 20;
    }

    $metrics{hetero_rss_mib} = $peak[0] / (1 << 20);
    $metrics{hetero_rss_growth_mib} = ($peak[1] - $peak[0]) / (1 << 20);
}

# Three hospitals: a gradient over all rows, one sum of few ciphertexts.
sub homo {
    my $sandbox = IC::Sandbox->new(nodes => 4);
    my ($rows, $columns) = (400_000, 20);
    my $blocks = int(($columns + 2 + 28) / 28);
    my $epochs = 100;
    my (@over, @epochs, @cpu);

    $sandbox->star;

    my $file = $sandbox->temp . '/part.csv';

    spew($file, csv($rows, $columns, 1, 'id'));

    for my $n (1 .. 3) {
        $sandbox->authorise($n, 0, $sandbox->dataset($n, $file,
            query => 'SELECT * FROM rows'));
    }

    my $train = sub {
        my ($iterations) = @_;
        my $used = processor($sandbox);
        my $order = $sandbox->train([ 3, 1, 2 ],
            query => 'SELECT * FROM rows', unique_id => 'id',
            label_name => 'y', label_value => 1,
            attributes => [ map { "a$_" } 1 .. $columns ],
            params => { max_iter => $iterations, eps => 0 });
        my $end = $sandbox->await_training($order, 3600, 0.25);

        die encode_json($end)
            if $end->{train_status}{train_status} ne 'success';

        my $jobs = $sandbox->platform(0,
            '/v1/platform/job/list?page_size=1')->{data}{records};
        my $job = $sandbox->platform(0, '/v1/platform/job/query?job_id='
            . $jobs->[0]{job_id})->{data};

        return (($job->{finish_time} - $job->{start_time}) / 1000,
            processor($sandbox) - $used);
    };

    # until the nodes have described what was published
    $train->(2);

    for my $run (1 .. $runs) {
        my $rate = rates();
        my @short = $train->(2);
        my @long = $train->(2 + $epochs);

        $rate = between($rate);

        my ($epoch, $cpu) = map { ($long[$_] - $short[$_]) / $epochs } 0, 1;
        my ($limit, $least) = map {
                my ($gradient, $encrypt, $partial)
                    = @{$rate}{ "gradient$_", "encrypt$_", "partial$_" };
                3 * $rows * $columns / $gradient
                    + 3 * $blocks * (1 / $encrypt + 1 / $partial) }
            '', '_cpu';

        push @epochs, $epoch;
        push @over, $epoch / $limit;
        push @cpu, $cpu / $least;
        printf "homo_lr, 3 x %d rows, %d columns: epoch %.4f s, limit %.4f s "
            . "(%d terms of gradients and losses, %d partial decryptions a "
            . "second): %.2f; processor %.4f s of %.4f: %.2f\n",
            $rows, $columns, $epoch, $limit,
            @{$rate}{qw/ gradient partial /}, $over[-1], $cpu, $least,
            $cpu[-1];
    }

    $metrics{homo_over_limit} = median(@over);
    $metrics{homo_cpu_over_limit} = median(@cpu);
    $metrics{homo_epoch_s} = median(@epochs);
}

# Seconds of processor time that all processes of the nodes have taken, those
# that ended included.
sub processor {
    my ($sandbox) = @_;
    my $folder = $sandbox->temp;
    my (%parent, %used, %ours);

    for my $stat (glob '/proc/[0-9]*/stat') {
        my $text = eval { slurp($stat) } // next;
        my ($pid, $rest) = $text =~ /^(\d+) \(.*\) (.*)/s or next;
        my @field = split ' ', $rest;

        $parent{$pid} = $field[1];
        $used{$pid} = sum(@field[11 .. 14]) / 100;
        $ours{$pid} = 1
            if index(eval { slurp("/proc/$pid/cmdline") } // '', $folder) >= 0;
    }

    for my $pid (keys %parent) {
        for (my $up = $pid; $up; $up = $parent{$up} || 0) {
            $ours{$pid} = 1 if $ours{$up};
        }
    }

    return sum(0, map { $used{$_} } grep { $ours{$_} && $_ != $$ } keys %used);
}
