#!/usr/bin/perl

# What a task may take: more of it ends the task, with a cause that names the
# limit and what to do. Limits of processes are always tried, those of a
# cgroup where the machine has a v2 hierarchy with the controllers.

use strict;
use warnings;

use lib 't/lib';
use IC::Daemon;
use IC::Packaged;
use IC::Redis;
use Test::More;

IC::Daemon->check;

my $program = IC::Redis::root() . '/t/data/components/intruder';

for my $confinement (qw(full filter)) {
    for my $cgroup (qw(off auto)) {
        subtest "$confinement, task_cgroup $cgroup" => sub {
            limits($confinement, $cgroup);
        };
    }
}

done_testing();

###############################################################################

sub limits {
    my ($confinement, $cgroup) = @_;
    my $one = IC::Packaged->new(conf => {
        package_confinement => $confinement, task_cgroup => $cgroup,
        task_memory => '1g', task_disk => '64m', task_processes => 40,
        task_files => 100, task_timeout => '60s' });

    $one->install(intruder => '1', $program);
    $one->node->await(sub { $one->node->log =~ /limits of tasks: (.*)/ },
                      'how limits are kept');
    my ($how) = $one->node->log =~ /limits of tasks: (.*)/;
    note($how);

    my $try = sub {
        my ($mode, %resources) = @_;
        return $one->task(component => 'intruder', version => '1',
                          resources => \%resources,
                          parameters => { mode => $mode });
    };

    cause($try->('memory', memory => '100m'), 'task_memory',
          qr/memory is limited to 100 MiB/, 'memory of one process');
    cause($try->('memory', memory => 104857600), 'task_memory',
          qr/memory is limited to 100 MiB/, '... in bytes');
    cause($try->('memory_of_many', memory => '100m'), 'task_memory',
          qr/memory is limited to 100 MiB/, '... of many');
    cause($try->('disk', disk => '20m'), 'task_disk',
          qr/disk is limited to 20 MiB/, 'many files');
    cause($try->('file'), 'task_disk', qr/disk is limited to 64 MiB/,
          'one large file, by the node\'s limit');
    cause($try->('file', disk => '2g'), 'task_disk',
          qr/disk is limited to 64 MiB/, '... which no job raises');

    my $files = $try->('files')->{report}{files};

    cmp_ok($files, '<', 100, 'open files');
    cmp_ok($files, '>', 80, '... not far below');

    SKIP: {
        skip 'no user and no group of its own', 2
            if $confinement ne 'full' && $how !~ /processes by cgroup/;

        my $ended = $try->('fork');
        my $fork = $ended->{report}{processes} // 0;

        cmp_ok($fork, '<', 41, 'processes');
        cmp_ok($fork, '>', 30, '... not far below')
            or diag(explain($ended));
    }

    my $began = time;
    my $spin = $try->('spin', cpu => 0.02);

    if ($how =~ /cpu by cgroup/) {
        is($spin->{cause}{error}, 'task_timeout', 'a slow one');

    } else {
        cause($spin, 'task_cpu', qr/cpu is limited to 0\.02 cores for 60 s/,
              'processor time');
        cmp_ok(time - $began, '<', 55, '... when it is used up');
    }

    SKIP: {
        skip 'no cgroup v2 here', 2 if $how !~ m{in (/\S+)};
        my $folder = $1;

        is(join(' ', grep { -d } glob "$folder/*"), '',
           'no group is left of tasks');
        $one->node->stop;
        ok(!-d $folder, '... nor of the daemon');
        return;
    }

    $one->node->stop;
}

sub cause {
    my ($record, $error, $text, $what) = @_;

    is($record->{status}, 'FAILED', "$what: FAILED");
    is($record->{cause}{error}, $error, "... $error")
        or diag(explain($record->{cause}));
    like($record->{cause}{message}, $text, '... which limit');
    like($record->{cause}{remedy}, qr/resources\.\w+ of the job/,
         '... what to do');
}
