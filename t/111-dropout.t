#!/usr/bin/perl

# A hospital is lost in the middle of a training, on real nodes: with dropout
# continue the others finish it and everybody says who is missing; without, or
# when a party is lost that nobody can do without, the job fails with a cause.

use strict;
use warnings;

use utf8;
use lib 't/lib';
use IC::Pace;
use IC::Sandbox;
use JSON::PP;
use Test::More;
use Time::HiRes qw(time);

my $sandbox = IC::Sandbox->new(nodes => 4);

$sandbox->star;

for my $n (1 .. 3) {
    open my $out, '>', $sandbox->temp . "/t$n.csv" or die $!;
    print $out "unique_id,C6,C6DC,C8,diagnosis\n";
    printf $out "r%d,%.3f,%.3f,%.3f,%d\n", $_, $_ % 7 / 7, $_ % 5 / 5,
        $_ * $n % 11 / 11, $_ % 4 ? 0 : 38 for 1 .. 60;
    close $out;
    $sandbox->authorise($n, 0, $sandbox->dataset($n, $sandbox->temp
        . "/t$n.csv"));
}

# of three data parties two may be left, so one can be lost
my %continue = (dropout => 'continue', min_parties => 2, dropout_timeout => 8,
    allow_two_parties => JSON::PP::true);

goes_on('a hospital\'s component', 'homo_lr');

# who may not be lost
for my $case ([ 'the guest', 1, %continue ], [ 'the arbiter', 0, %continue ],
              [ 'a host without dropout continue', 3,
                allow_two_parties => JSON::PP::true ])
{
    my ($name, $node, %params) = @$case;
    my $order = begin(%params);

    lose($node, 'homo_lr');

    my $end = finish($order, $name);

    is($end->{train_status}{train_status}, 'failed', "$name is lost: failed");
    is($end->{cause}{node_id}, $sandbox->node($node)->{node_id},
        '... with a cause that names the node');
    is($end->{cause}{error}, 'task_crashed', '... and what happened');
}

# more than max_dropouts
{
    my $order = begin(%continue);

    lose($_, 'homo_lr') for 2, 3;

    my $end = finish($order, 'two');

    is($end->{train_status}{train_status}, 'failed', 'two are lost: failed');
    is($end->{cause}{error}, 'task_crashed', '... with a cause');
}

# combinations that would open close sums, before anybody is asked
for my $case ([ { optimizer => 'Newton' },
                qr/dropout: continue is not for optimizer newton/ ],
              [ { scaler => 'robust' }, qr/is not for scaler robust/ ],
              [ { cv_param => { need_cv => JSON::PP::true } },
                qr{is not for cv_param/need_cv true} ],
              [ { min_parties => 3 }, qr/min_parties: 3 of 3 data parties/ ])
{
    my ($params, $text) = @$case;
    my $answer = $sandbox->platform(0, '/model/train',
        $sandbox->train_request([ 1, 2, 3 ],
        params => { %continue, %$params }));

    isnt($answer->{code}, 200, 'refused: ' . join ' ', %$params);
    like($answer->{message} // $answer->{msg}, $text, '... and named');
}

goes_on('a hospital\'s daemon', undef);
kill 'KILL', grep { defined } $sandbox->node(3)->{pids}{interconnd};

$sandbox->finish(allow => qr/exited on signal 9/);
done_testing();


# host.1 is lost, its component or all of its daemon.
sub goes_on {
    my ($name, $victim) = @_;
    my $order = begin(%continue);

    lose(3, $victim);

    my $end = finish($order, $name);
    my $state = $end->{train_status};
    my $id = $sandbox->node(3)->{node_id};

    is($state->{train_status}, 'success', "$name is lost: success")
        or diag(encode_json($end));
    like($state->{message}, qr/^host\.1 \(\Q$id\E\) dropped out of homo_lr/,
        '... the order says who dropped out');

    my $job = job();

    is($job->{status}, 'SUCCESS', '... so the job');
    is($job->{note}, $state->{message}, '... with the same note');
    like($job->{note_zh}, qr/退出/, '... in Chinese too');

    my %status = map { $_->{role} => $_ } @{ $job->{tasks} };

    is(join(' ', map { "$_ $status{$_}{status}" } sort keys %status),
        'arbiter.0 SUCCESS guest.0 SUCCESS host.0 SUCCESS host.1 FAILED',
        '... every part has its own state');
    ok($status{'host.1'}{cause}{error}, '... that of the lost one its cause: '
        . ($status{'host.1'}{cause}{error} // ''));

    my @models = map { $sandbox->model($_) } 1, 2;

    is($models[0]{digest}, $models[1]{digest}, '... one model');

    my ($gone) = @{ $models[0]{model}{metrics}{dropouts} };

    is("$gone->{party} $gone->{rows}", 'host.1 60', '... which says who');
    cmp_ok($gone->{iterations}, '>', 0, '... had part until which step');
    is($models[0]{model}{metrics}{rows}, 120, '... and whose rows it has');

    if ($victim) {
        my $own = $sandbox->platform(3, '/v1/platform/task/list?job_id='
            . $job->{job_id})->{data}{records}[0];

        is($own->{status}, 'FAILED', '... the lost one\'s task has failed');
        is(scalar(grep { ($_->{task_id} // '') eq $own->{task_id} }
            @{ $sandbox->platform(3,
                '/v1/platform/model/list?page_size=100')->{data}{records} }),
            0, '... and left no model');
    }
}

# An order that is in the middle of its iterations.
sub begin {
    my %params = @_;
    my $order = $sandbox->train([ 1, 2, 3 ], params => { max_iter => 300,
        eps => 1e-300, alpha => 1e-6, %params });

    $sandbox->await('iterations', sub {
        my $job = job();

        die "ended early: " . encode_json($job->{cause})
            if $job->{status} eq 'FAILED';

        # keys are exchanged before ten percent
        return $job->{status} eq 'RUNNING' && @{ $job->{tasks} || [] } == 4
            && !grep { $_->{role} ne 'arbiter.0' && $_->{progress} < 12 }
                @{ $job->{tasks} };
    }, 40);

    return $order;
}

sub finish {
    my ($order, $name) = @_;
    my $start = time();
    my $end = $sandbox->await_training($order, 120);

    note(sprintf '%s: %s after %.1f s', $name,
        $end->{train_status}{train_status}, time() - $start);

    return $end;
}

sub job {
    my $id = $sandbox->platform(0, '/v1/platform/job/list?page_size=1')
        ->{data}{records}[0]{job_id};

    return $sandbox->platform(0, "/v1/platform/job/query?job_id=$id")
        ->{data};
}

# Kills a component of a node, or its daemon with all that belongs to it.
sub lose {
    my ($node, $name) = @_;
    my @pids = below($sandbox->node($node)->{pids}{interconnd}, $name);

    unshift @pids, $sandbox->node($node)->{pids}{interconnd} if !$name;
    ok(scalar @pids, "node $node: " . ($name // 'daemon') . ' is killed');
    kill 'KILL', @pids;
}

# Processes below one, of that name or all.
sub below {
    my ($top, $name) = @_;
    my ($parent, @found, %children) = (undef);

    for my $stat (glob '/proc/[0-9]*/stat') {
        open my $in, '<', $stat or next;

        my $line = <$in> // next;
        my ($pid, $comm, $state, $above)
            = $line =~ /^(\d+) \((.*)\) (\S) (\d+)/ or next;

        push @{ $children{$above} }, [ $pid, $comm ] if $state ne 'Z';
    }

    my @below = ($top);

    while (defined($parent = shift @below)) {
        for my $child (@{ $children{$parent} || [] }) {
            push @below, $child->[0];
            push @found, $child->[0]
                if !defined $name || index($child->[1], $name) >= 0;
        }
    }

    return @found;
}
