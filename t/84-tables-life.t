#!/usr/bin/perl

# Outputs when things end in the middle: a runner that is killed while it keeps
# one, a disk without room, the time that they are kept; and the example.

use strict;
use warnings;

use lib 't/lib';
use Digest::SHA qw(sha256_hex);
use IC::Daemon;
use IC::File;
use JSON::PP;
use Test::More;
use Time::HiRes qw(time sleep);

IC::Daemon->check;

my $json = JSON::PP->new->canonical;
my $node = IC::Daemon->new(node => 'node-a', roles => 'runner channel',
    start => 0, conf => { plain_peers => 'on', artefact_keep => '3s' });
my $redis = $node->redis;
my $artefacts = $node->dir . '/data/artefacts';
my $count = 0;
my %jobs;

spew($node->dir . '/components/tables', slurp('t/data/components/tables'));
spew($node->dir . '/components/mean-shell',
     slurp('docs/examples/mean-shell/component'));
chmod 0755, glob $node->dir . '/components/*';

$node->start;

sub job {
    my ($component, $input, $output) = @_;
    my $job = 'job-' . ++$count;

    $jobs{$job} = { role => { guest => [ 'node-a' ] } };
    $redis->command('HSET', $redis->key("job:$job"), job_id => $job,
        role => 'initiator', initiator => 'node-a', status => 'RUNNING',
        cancel => 0, parties => '', dag => $json->encode({ components => [
            { name => 'make', componentName => 'tables', output => [ {
                type => 'dataset', key => 'out' } ] },
            { name => 'use', componentName => $component || 'tables',
              input => [ { type => 'dataset', key => 'make.out' } ],
              output => $output || [] } ] }),
        config => $json->encode($jobs{$job}));

    return $job;
}

sub run {
    my ($job, $name, %param) = @_;
    my $id = 'task_' . ++$count;

    $jobs{$job}{task_params}{common}{$name} = \%param;
    $redis->command('HSET', $redis->key("job:$job"),
        config => $json->encode($jobs{$job}));
    is($redis->status('task_start', $job, $id, $name), 'ok', "$name begins");

    return $id;
}

sub finished { $node->ended($_[0], $_[1] || 40) }

###############################################################################
# the example reads a table and writes one

{
    my $job = job('mean-shell', undef, [ { type => 'dataset',
        key => 'means' } ]);

    $redis->call('component_register', 'mean-shell', '1.0.0',
        inputs => '[{"name":"rows","category":"dataset"}]');

    my $made = run($job, 'make', mode => 'make', rows => 3, parts => 2);
    is(finished($made)->{status}, 'SUCCESS', 'a table');

    my $id = run($job, 'use');
    is(finished($id)->{status}, 'SUCCESS', 'the example ends well')
        or diag($redis->get("task:$id", 'cause'));

    my $place = "$artefacts/$job-guest-0/$id-means";
    is(slurp("$place/data_0"), "name,values,mean\nid,6,3.5\nx,6,0.5\n",
       'its table');
    is(decode_json(slurp("$place/metadata"))->{columns}[2]{type}, 'double',
       'of the types that it says');
}

###############################################################################
# killed while it keeps a large output

{
    my $job = job();
    my $id = run($job, 'make', mode => 'make', rows => 3_000_000);
    my $tmp = "$artefacts/$job-guest-0/.tmp-$id-out";

    ok($node->await(sub { -e "$tmp/data_0" }, 'it is being kept', 60),
       'a copy has begun');
    is($redis->get("task:$id", 'status'), 'RUNNING', 'the task is not over');

    my $pid = $node->role_pid('runner');
    my ($keeper) = glob "/proc/$pid/task/$pid/children";
    my @children = split ' ', slurp($keeper);

    $node->kill_role('runner');
    ok($node->await(sub { !grep { kill 0, $_ } @children }),
       'what kept it dies with its runner');
    ok($node->await(sub { !-e $tmp }), 'what it left is removed');
    is(finished($id)->{status}, 'FAILED', 'the task is lost');
    is(decode_json($redis->get("task:$id", 'cause'))->{error}, 'task_lost',
       'says why');
    ok(!-e "$artefacts/$job-guest-0/$id-out", 'it has no output');
    ok(!$redis->hash("artefact:$id:out")->{key}, 'nor a record');

    # another task of the step is as good as the first

    $id = run($job, 'make', mode => 'make', rows => 10);
    is(finished($id)->{status}, 'SUCCESS', 'once more');

    # and none is removed before its time

    my $record = $redis->hash("artefact:$id:out");
    my $place = "$artefacts/$job-guest-0/$id-out";

    sleep 3.2;
    ok(-e "$place/metadata", 'kept while its job runs');
    $redis->call('job_advance', $job, 'FAILED', cause => '{}');
    ok($node->await(sub { !-e $place }, 'removed', 15),
       'removed some time after its end');
    ok($node->await(sub { !$redis->hash("artefact:$id:out")->{key} }),
       'the record, too');

    my ($gone) = grep { $_->{event} eq 'ARTEFACT_REMOVED'
        && $_->{subject} eq "task:$id" } $redis->stream('evidence');
    is($gone->{digest}, $record->{digest}, 'evidence of it');
}

###############################################################################
# a disk without room

SKIP: {
    my $disk = "$artefacts/job-99-guest-0";

    skip 'only root mounts', 4 if $> != 0;
    mkdir $disk;
    skip 'no tmpfs', 4 if system("mount -t tmpfs -o size=64k none $disk"
        . ' 2>/dev/null') != 0;

    $count = 98;
    my $id = run(job(), 'make', mode => 'make', rows => 20_000);
    my $task = finished($id);
    my $cause = decode_json($task->{cause} || '{}');

    is($cause->{error} // '', 'disk_full', 'the cause');
    like($cause->{message} // '', qr/out, data_0: No space left/, 'where');
    is_deeply([ glob "$disk/{*,.tmp*}" ], [], 'nothing is left there');
    system("umount $disk");
}

$node->stop;
unlike($node->log, qr/Sanitizer|exited on signal (?!9\b)/, 'no crash');

done_testing();
