package IC::Invariants;

# What must be true of a network that is at rest, of its stores, logs and
# processes as IC::Dump took them: check() gives [ name, what is wrong ] for
# each violation.

use strict;
use warnings;

my %OVER = (SUCCESS => 1, FAILED => 1);
my @CHECKS;

# name => what is told of a dump and of every node of it; said through bad()
sub check {
    my ($dump) = @_;
    my @bad;

    for my $check (@CHECKS) {
        my ($name, $scope, $code) = @$check;
        my $say = sub { push @bad, [ $name, join '', @_ ] };

        if ($scope eq 'network') {
            $code->($dump, $say);
            next;
        }

        for my $node (@{ $dump->{nodes} }) {
            $code->($node, sub { $say->("$node->{node_id}: ", @_) }, $dump);
        }
    }

    return @bad;
}

sub names { my %seen; return grep { !$seen{$_}++ } map { $_->[0] } @CHECKS }

# records of a kind: "job" => { id => record }
sub all {
    my ($node, $kind) = @_;
    my %found;

    for my $key (keys %{ $node->{keys} }) {
        $found{$1} = $node->{keys}{$key} if $key =~ /^$kind:([^:]+)$/;
    }

    return \%found;
}

# the members of a set or a sorted set
sub members {
    my ($node, $key) = @_;
    my $value = $node->{keys}{$key};

    return ref $value eq 'HASH' ? sort keys %$value
         : ref $value eq 'ARRAY' ? sort @$value : ();
}

# entries of the evidence by subject
sub evidence {
    my ($node, $kind) = @_;
    my %by;

    for my $entry (@{ $node->{keys}{evidence} || [] }) {
        push @{ $by{$1} }, $entry if $entry->{subject} =~ /^$kind:(.*)$/;
    }

    return \%by;
}

sub count {
    my ($events, $list) = @_;

    return scalar grep { $_->{event} =~ /^(?:$events)$/ } @{ $list || [] };
}

sub same_members {
    my ($say, $what, $index, $records) = @_;
    my %there = map { $_ => 1 } @$records;

    for my $member (@$index) {
        $say->("$what has $member, which has no record")
            if !delete $there{$member};
    }

    $say->("$what lacks $_") for sort keys %there;
}

###############################################################################

@CHECKS = (

# what a caller was told is there
[ acknowledged => network => sub {
    my ($dump, $say) = @_;

    for my $job (@{ $dump->{acked} }) {
        my $node = $dump->{nodes}[$job->{node}];
        my $record = $node->{keys}{"job:$job->{job_id}"};

        if (!$record) {
            $say->("$node->{node_id} has no job $job->{job_id}");
        } elsif ($job->{started} && $record->{started} ne '1') {
            $say->("$job->{job_id} was started and is not");
        } elsif ($job->{stopped} && !$OVER{$record->{status}}) {
            $say->("$job->{job_id} was stopped and is not over");
        }
    }
} ],

[ ends => network => sub {
    my ($dump, $say) = @_;

    for my $job (@{ $dump->{acked} }) {
        next if !$job->{started};

        for my $n (@{ $job->{parties} }) {
            my $node = $dump->{nodes}[$n];
            my $record = $node->{keys}{"job:$job->{job_id}"} or next;

            $say->("$job->{job_id} is $record->{status} at $node->{node_id}")
                if !$OVER{$record->{status}};
            $say->("$job->{job_id} failed at $node->{node_id} without cause")
                if $record->{status} eq 'FAILED' && $record->{cause} eq '';
        }
    }
} ],

# both sides say the same
[ agreement => network => sub {
    my ($dump, $say) = @_;
    my %by_id = map { $_->{node_id} => $_ } @{ $dump->{nodes} };

    for my $node (@{ $dump->{nodes} }) {
        my $jobs = all($node, 'job');
        my $tasks = all($node, 'task');

        for my $id (sort keys %$jobs) {
            my $own = $jobs->{$id};
            my $theirs = ($by_id{$own->{initiator}} || {})
                         ->{keys}{"job:$id"} || {};

            next if $own->{started} ne '1';
            $say->("job $id is $own->{status} at $node->{node_id}, ",
                   $theirs->{status} || 'absent', " at its initiator")
                if ($theirs->{status} || '') ne $own->{status};
        }

        for my $id (sort keys %$tasks) {
            my $one = $tasks->{$id};
            my $part = ($by_id{$one->{initiator}} || {})
                       ->{keys}{"ptask:$id:$node->{node_id}"} || {};

            # an attempt that was given up is over for its initiator first
            next if ($part->{status} || '') eq 'FAILED'
                    && $one->{status} eq 'FAILED';
            $say->("task $id is $one->{status} at $node->{node_id}, ",
                   $part->{status} || 'absent', " at its initiator")
                if $OVER{$one->{status}}
                   && ($part->{status} || '') ne $one->{status}
                   && !given_up($by_id{$one->{initiator}}, $one);
        }
    }
} ],

[ 'permit uses' => node => sub {
    my ($node, $say) = @_;
    my $permits = all($node, 'permit');
    my $entries = evidence($node, 'permit');
    my %tasks;

    $tasks{$_->{job_id}}++ for grep { $_->{initiator} ne $node->{node_id} }
        values %{ all($node, 'task') };

    for my $jti (sort keys %$permits) {
        my $one = $permits->{$jti};
        my $used = $one->{used} || 0;
        my $told = count('PERMIT_USED', $entries->{$jti});
        my $limit = $one->{times_limit} || '';
        my $tasks = $tasks{$one->{resource_id}} || 0;

        $say->("$jti was used $used times and tells of $told")
            if $used != $told;
        $say->("$jti was used $used times of $limit")
            if $limit ne '' && $used > $limit;
        $say->("$jti was used $used times for $tasks tasks")
            if $one->{kind} eq 'job' && $used != $tasks;
    }
} ],

[ 'one end' => node => sub {
    my ($node, $say) = @_;
    my $jobs = all($node, 'job');
    my $entries = evidence($node, 'job');

    for my $id (sort keys %$jobs) {
        my $ends = count('JOB_FINISHED', $entries->{$id});

        $say->("job $id is $jobs->{$id}{status}, with $ends ends in evidence")
            if $ends != ($OVER{$jobs->{$id}{status}} ? 1 : 0);
    }
} ],

[ 'one commit' => node => sub {
    my ($node, $say) = @_;
    my $entries = evidence($node, 'task');
    my $tasks = all($node, 'task');

    for my $id (sort keys %$tasks) {
        my $over = $OVER{$tasks->{$id}{status}} ? 1 : 0;
        my $ends = count('TASK_FINISHED|TASK_FAILED', $entries->{$id});

        $say->("task $id is $tasks->{$id}{status}, with $ends ends in "
               . 'evidence') if $ends != $over;
        $say->("task $id is not over") if !$over;
    }

    # of each step one attempt counts, and none begins behind it
    for my $id (sort keys %{ all($node, 'job') }) {
        my %won;

        for my $member (members($node, "ptasks:$id")) {
            my $part = $node->{keys}{'ptask:' . $member =~ s/ /:/r} || {};
            next if ($part->{status} || '') ne 'SUCCESS';
            push @{ $won{"$part->{task_name} at $part->{node_id}"} },
                $part->{task_id};
        }

        my $begun = $node->{keys}{"job:$id"};

        for my $step (sort keys %won) {
            my ($name) = $step =~ /^(\S+)/;
            my ($now) = split ' ', $begun->{"begun.$name"} || '';

            $say->("job $id: $step succeeded, but not its last attempt")
                if $begun->{status} eq 'SUCCESS'
                   && !grep { $_ eq ($now || '') } @{ $won{$step} };
        }
    }
} ],

[ epochs => node => sub {
    my ($node, $say) = @_;
    my $entries = evidence($node, 'task');
    my $tasks = all($node, 'task');

    for my $id (sort keys %$tasks) {
        my $epoch = $tasks->{$id}{epoch};
        my $claims = count('TASK_STARTED', $entries->{$id});

        $say->("task $id is of epoch $epoch after $claims claims")
            if $epoch != $claims;
        $say->("task $id succeeded without a claim")
            if $tasks->{$id}{status} eq 'SUCCESS' && !$claims;
    }
} ],

[ indexes => node => sub {
    my ($node, $say) = @_;
    my ($jobs, $tasks) = map { all($node, $_) } qw(job task);
    my (%tasks_of, %parts_of);

    same_members($say, 'ix:job', [ members($node, 'ix:job') ],
                 [ keys %$jobs ]);
    same_members($say, 'ix:task', [ members($node, 'ix:task') ],
                 [ keys %$tasks ]);
    same_members($say, 'jobs-unfinished',
        [ members($node, 'jobs-unfinished') ],
        [ grep { !$OVER{$jobs->{$_}{status}} } keys %$jobs ]);

    push @{ $tasks_of{$tasks->{$_}{job_id}} }, $_ for keys %$tasks;

    for my $key (keys %{ $node->{keys} }) {
        push @{ $parts_of{$node->{keys}{$key}{job_id}} }, "$1 $2"
            if $key =~ /^ptask:([^:]+):([^:]+)$/;
    }

    for my $id (sort keys %$jobs) {
        same_members($say, "job-tasks:$id",
            [ members($node, "job-tasks:$id") ], $tasks_of{$id} || []);
        same_members($say, "ptasks:$id", [ members($node, "ptasks:$id") ],
            $parts_of{$id} || []);
    }

    $say->("task of an absent job $_") for grep { !$jobs->{$_} }
        sort keys %tasks_of;
} ],

[ queues => node => sub {
    my ($node, $say) = @_;

    for my $name (qw(jobs tasks)) {
        my $left = @{ $node->{keys}{$name} || [] };
        $say->("$left entries in the stream $name") if $left;
    }

    for my $name (sort keys %{ $node->{pending} }) {
        $say->("$node->{pending}{$name} entries of $name are somebody's")
            if $node->{pending}{$name};
    }

    for my $name (qw(leases tasks-waiting)) {
        my @left = members($node, $name);
        $say->("$name has @left") if @left;
    }
} ],

[ outbox => node => sub {
    my ($node, $say, $dump) = @_;
    my %there;

    for my $entry (@{ $node->{keys}{outbox} || [] }) {
        my $age = $dump->{time} - (split /-/, $entry->{_id})[0] / 1000;
        $there{$entry->{_id}} = 1;
        $say->("$entry->{path} of $entry->{subject} waits for ", int $age,
               ' s') if $age > 10;
    }

    for my $key (sort keys %{ $node->{keys} }) {
        $say->("$key names a message that is not there")
            if $key =~ /^note:/ && !$there{$node->{keys}{$key}};
    }

    $say->("tries of a message that is not there: $_")
        for grep { !$there{$_} } sort keys %{ $node->{keys}{'outbox-tries'}
                                              || {} };
} ],

[ sessions => node => sub {
    my ($node, $say) = @_;
    my ($sessions, $jobs) = map { all($node, $_) } qw(session job);

    for my $id (sort keys %$sessions) {
        my $one = $sessions->{$id};
        my $job = $jobs->{$one->{job_id}};

        $say->("session $id is open, its job is over")
            if $one->{status} eq 'OPEN' && (!$job || $OVER{$job->{status}});
        $say->("session $id is of no task")
            if !$node->{keys}{"task:$one->{task_id}"};
    }
} ],

# of no round of no session a second one was sent, and no mask twice
[ masks => network => sub {
    my ($dump, $say) = @_;
    my (%rounds, %masks);

    for my $line (@{ $dump->{trace} }) {
        my ($session, $party, $round, $mask) = split ' ', $line;

        $say->("session $session, $party, round $round twice")
            if $rounds{"$session $party $round"}++;
        $say->("a mask twice, in $session") if $masks{$mask}++;
    }
} ],

[ logs => node => sub {
    my ($node, $say) = @_;

    for my $file (sort keys %{ $node->{logs} }) {
        for my $line (split /\n/, $node->{logs}{$file}) {
            $say->("$file: $line") if $line =~ /
                exited\ on\ signal\ (?!9\b|15\b)\d | signal\ (?:6|11)\b
                | \[emerg\] | Sanitizer | runtime\ error:
                | \[alert\](?!.*exited\ on\ signal\ 9\b) /x
                && $line !~ /\btask_[0-9a-f]+: /;
        }
    }
} ],

[ secrets => node => sub {
    my ($node, $say, $dump) = @_;
    my @secrets = @{ $dump->{secrets} };

    for my $file (sort keys %{ $node->{logs} }) {
        my ($found) = grep { index($node->{logs}{$file}, $_) >= 0 } @secrets;
        $say->("$file has a secret: ", substr($found, 0, 6), '...')
            if defined $found;
    }
} ],

[ remains => node => sub {
    my ($node, $say) = @_;

    $say->("process $_ of a task") for @{ $node->{children} };
    $say->("folder $_") for @{ $node->{folders} };
} ],

[ bounds => node => sub {
    my ($node, $say) = @_;

    for my $name (sort keys %{ $node->{processes} }) {
        my $one = $node->{processes}{$name};
        my $limit = $name =~ /^redis/ ? 192 : 96;

        # sanitizers keep what was freed
        $limit *= 8 if ($ENV{IC_BUILD} || '') =~ /asan/;

        $say->("$name has $one->{rss} MiB") if $one->{rss} > $limit;
        $say->("$name has $one->{fds} descriptors") if $one->{fds} > 200;
    }
} ],

);

# the initiator began another attempt, or the job was over without this one
sub given_up {
    my ($initiator, $one) = @_;
    my $job = $initiator->{keys}{"job:$one->{job_id}"} || {};
    my ($now) = split ' ', $job->{"begun.$one->{task_name}"} || '';

    return ($now || '') ne $one->{task_id} || $OVER{$job->{status} || ''};
}

1;
