#!/usr/bin/perl

# A party of psi is killed amid its batches: the next try finds what the first
# would have, nothing of the first helps it, and nothing of it is left; a
# channel role that is killed costs no try.

use warnings;
use strict;

use lib 't/lib';
use IC::File;
use IC::Psi;
use IC::Sandbox;
use JSON::PP;
use Test::More;
use Time::HiRes qw/ sleep time /;

use constant { HEADER => 40, ROWS => 60_000 };

my $sandbox = IC::Sandbox->new(nodes => 2, plain => 1);
my ($traffic, @proxies) = $sandbox->record;
my $psi = IC::Psi->new($sandbox);
my @tables = map { my $from = $_ * ROWS / 2; $psi->table($_, join '',
    "id,v\n", map { sprintf "%07d,%d\n", $_ * 7919 % 9999991, $_ }
    $from .. $from + ROWS - 1) } 0, 1;
my @plan = (\@tables, { keys => [ 'id' ], batch_size => 1024 });

$psi->{retry} = { count => 1, backoff => 300 };

###############################################################################
# the host's task dies when a third of the points has passed

{
    my $killed;

    $psi->{during} = sub {
        $sandbox->await('some batches', sub { recorded() > ROWS * 32 / 3 });
        ($killed) = tasks(1);
        kill 'KILL', $killed if $killed;
    };

    my $job = $psi->run(\@plan, 60);
    my @tries = ref $job->{tries} ? @{ $job->{tries} }
        : @{ decode_json($job->{tries} || '[]') };

    ok($killed, 'a task is killed amid its batches');
    is($job->{status}, 'SUCCESS', 'the job succeeds')
        or diag(encode_json($job->{cause} || {}));
    is(scalar @tries, 1, '... in a second try');
    is($tries[0]{cause}{error}, 'task_crashed', '... after a crash');

    for my $n (0, 1) {
        my %seen;
        my (undef, @rows) = split /\n/, $job->{party}[$n]{table} // '';

        is(scalar(grep { !$seen{$_}++ } @rows), ROWS / 2,
           "node $n has all common rows, once");
    }

    is($job->{party}[0]{table} =~ s/,.*//gmr,
       $job->{party}[1]{table} =~ s/,.*//gmr, 'in the same order');

    # messages by what they are bound to: two runs, and no point in both

    my (%run, %points);

    for my $message (messages()) {
        my ($kind, $context) = unpack 'x2 n x4 a32', $message;

        next if $kind != 2;
        $run{$context}++;
        $points{$context}{$_}++ for unpack '(a32)*', substr $message, HEADER;
    }

    my @runs = sort { keys %{ $points{$a} } <=> keys %{ $points{$b} } }
        keys %run;

    is(scalar @runs, 2, 'two runs');
    cmp_ok(scalar keys %{ $points{ $runs[0] } }, '>', 10_000,
        'the first got so far');
    is(scalar keys %{ $points{ $runs[1] } }, 2 * ROWS,
       'the second sent all points');
    is(scalar(grep { $points{ $runs[1] }{$_} } keys %{ $points{ $runs[0] } }),
       0, 'none of them is one of the first');

    for my $node ($sandbox->nodes) {
        my $dir = "$node->{dir}/data";

        ok(eval { $sandbox->await('the folders to go',
            sub { !(() = glob "$dir/task_*") }, 5); 1 },
            'nothing of a task is left') or diag(join ' ', glob "$dir/*/*");
    }
}

###############################################################################
# messages outlive who carries them

{
    my @killed;
    my $before = recorded();

    $psi->{during} = sub {
        $sandbox->await('some batches',
            sub { recorded() > $before + ROWS * 32 / 3 });

        for my $n (0, 1) {
            my ($role) = roles($n, 'channel');
            push @killed, $role if $role && kill 'KILL', $role;
        }
    };

    my $job = $psi->run(\@plan, 60);

    is(scalar @killed, 2, 'both channels are killed');
    is($job->{status}, 'SUCCESS', 'the job succeeds')
        or diag(encode_json($job->{cause} || {}));
    is(ref $job->{tries} ? scalar @{ $job->{tries} }
       : scalar @{ decode_json($job->{tries} || '[]') }, 0, '... at once');
    is($job->{party}[0]{report}{intersection}, ROWS / 2, '... with all');
}

undef @proxies;
$sandbox->finish(allow => qr/connect\(\) failed|recv\(\) failed|upstream
    |prematurely|signal\ 9|killed/x);
done_testing();

###############################################################################

sub recorded {
    my $bytes = 0;

    $bytes += -s for glob "$traffic/*";

    return $bytes;
}

# processes of tasks of node $n

sub tasks {
    my ($n) = @_;
    my $dir = $sandbox->node($n)->{dir};

    return grep {
        (readlink("/proc/$_/exe") // '') =~ m{/psi$}
            && (readlink("/proc/$_/cwd") // '') =~ m{^\Q$dir\E/}
    } map { m{/proc/(\d+)/} } glob '/proc/[0-9]*/exe';
}

# of roles

sub roles {
    my ($n, $role) = @_;
    my $master = $sandbox->node($n)->{pids}{interconnd};

    return map {
        my ($pid) = m{/proc/(\d+)/};
        my ($parent) = (eval { slurp("/proc/$pid/stat") } // '')
            =~ /\) \S (\d+)/;
        my $title = eval { slurp("/proc/$pid/cmdline") } // '';

        $parent && $parent == $master && $title =~ /\b$role\b/ ? $pid : ()
    } glob '/proc/[0-9]*/stat';
}

# all messages of psi; small ones go together

sub messages {
    my @messages;

    for my $file (glob "$traffic/*") {
        my $text = slurp($file);

        while ($text =~ m{chan/invoke[^\r]*\r\n(.*?)\r\n\r\n}gs) {
            my $head = $1;
            my ($size) = $head =~ /^content-length: *(\d+)/mi or next;
            my ($parts) = $head =~ /^x-interconn-lengths: *([\d,]+)/mi;
            my $at = pos $text;

            for my $length (split /,/, $parts // $size) {
                my $message = substr $text, $at, $length;

                push @messages, $message if length $message == $length
                    && $message =~ /^\0\x02\0[\x01-\x05]/;
                $at += $length;
            }

            pos($text) += $size if $at <= length $text;
        }
    }

    return @messages;
}
