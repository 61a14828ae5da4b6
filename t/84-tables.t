#!/usr/bin/perl

# What a task makes for the next one: kept by digest, verified, handed on; and
# everything that may be wrong with it.

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
    start => 0, conf => { plain_peers => 'on', workers => 3,
    artefact_disk => '4m' });
my $redis = $node->redis;
my $count = 0;
my %jobs;

spew($node->dir . '/components/tables', slurp('t/data/components/tables'));
chmod 0755, $node->dir . '/components/tables';

$node->start;

###############################################################################
# a table, its metadata and its record

{
    my $job = job(step('make', output => { dataset => 'out' }));
    my $id = run($job, 'make', mode => 'make', rows => 5, parts => 2);

    is(finished($id)->{status}, 'SUCCESS', 'a task that makes a table')
        or diag($node->log);

    my $record = $redis->hash("artefact:$id:out");
    my $place = place($job, "$id-out");

    is($record->{namespace}, "$job-guest-0", 'its namespace');
    is($record->{name}, "$id-out", 'its name');
    is($record->{kind}, 'dataset', 'its kind');
    is($record->{rows}, 10, 'its rows');
    is($record->{task_name}, 'make', 'its task');
    is($record->{job_id}, $job, 'its job');
    is($record->{bytes}, (-s "$place/data_0") + (-s "$place/data_1"),
       'its bytes');

    my $text = slurp("$place/metadata");
    my $about = decode_json($text);

    is($record->{digest}, sha256_hex($text), 'the digest is that of metadata');
    is_deeply($about->{columns}, [ { name => 'id', type => 'int64' },
        { name => 'x', type => 'double' } ], 'columns are found');
    is($about->{partitions}[1]{sha256}, sha256_hex(slurp("$place/data_1")),
       'and digests of partitions');
    is("@$about{qw(version kind format rows)}", '1 dataset csv 10',
       'and the rest');
    is((stat "$place/data_0")[2] & 0777, 0400, 'only the owner reads it');

    my ($evidence) = grep { $_->{event} eq 'ARTEFACT_CREATED' }
        $redis->stream('evidence');
    is("$evidence->{subject} $evidence->{digest} $evidence->{key}",
       "task:$id $record->{digest} out", 'evidence by digest');
    is($redis->command('GET', $redis->key('artefact-bytes')),
       $record->{bytes}, 'what is kept is counted');
    ok($node->await(sub { !-e $node->dir . "/data/$id" }),
       'the folder of the task is removed');

    # told again

    my @out = (outputs => $json->encode([ { map { $_ => $record->{$_} } qw(
        key kind namespace name digest rows bytes format version) } ]));
    is($redis->status('task_end', $id, 1, 'SUCCESS', @out), 'ok',
       'the same end again');
    $out[1] =~ s/$record->{digest}/'0' x 64/e;
    is($redis->status('task_end', $id, 1, 'SUCCESS', @out), 'conflict',
       'another digest is none');
    is($redis->status('task_end', $id, 1, 'SUCCESS', outputs => '[{}]'),
       'invalid_fields', 'nor is junk');
}

###############################################################################
# a data edge and a model edge

{
    my $job = job(step('make', output => { dataset => 'out' }),
        step('model', output => { model => 'model0' }),
        step('sum', input => { dataset => 'make.out',
            model => 'model.model0' }, output => { dataset => 'out' }));
    my $make = run($job, 'make', mode => 'make', rows => 4);
    my $model = run($job, 'model', mode => 'model');

    is(finished($_)->{status}, 'SUCCESS', 'a producer')
        or diag($redis->get("task:$_", 'cause')) for $make, $model;
    is(slurp(place($job, "$model-model0") . '/data_0'),
       '{"weights":[1,2.5]}', 'a model said over the control socket is one');

    my $sum = run($job, 'sum', mode => 'sum');
    my $task = finished($sum);
    is($task->{status}, 'SUCCESS', 'a consumer') or diag($task->{cause});

    my $report = decode_json($task->{report});
    my $in = $report->{input}{dataset};

    is_deeply($report->{sum}{dataset}, { rows => 4, sum => 2.5 }, 'reads it');
    is_deeply($report->{model}, { weights => [ 1, 2.5 ] }, 'and the model');
    is("$in->{namespace} $in->{name}", "$job-guest-0 $make-out",
       'told as in the guides');
    is($in->{path}, $node->dir . "/data/$sum/input/dataset", 'a path of its');
    is_deeply($in->{sources}, [ { type => 'table', path => $in->{path} } ],
       'readable as a source');
    is($in->{digest}, $redis->get("artefact:$make:out", 'digest'), 'digest');

    # a component may do what it likes with its copy

    my $spoil = run($job, 'sum', mode => 'spoil');
    like(failed($spoil)->{message}, qr/out \(dataset\)/, 'it wrote no output');
    $sum = run($job, 'sum', mode => 'sum');
    is(finished($sum)->{status}, 'SUCCESS', 'and the artefact is as it was');

    # tampered, cut, removed

    my $file = place($job, "$make-out") . '/data_0';
    my $text = slurp($file);

    chmod 0600, $file;
    spew($file, $text =~ s/1/2/r);
    my $cause = failed(run($job, 'sum', mode => 'sum'));
    is("$cause->{error} $cause->{code}", 'artefact_changed 6044', 'tampered');
    like($cause->{message}, qr/make\.out, data_0: its digest/, 'says what');

    spew($file, $text);
    $sum = run($job, 'sum', mode => 'sum');
    is(finished($sum)->{status}, 'SUCCESS', 'as it was, it is taken again');

    unlink $file;
    $cause = failed(run($job, 'sum', mode => 'sum'));
    is($cause->{error}, 'artefact_missing', 'removed');
    like($cause->{message}, qr/make\.out, data_0: No such file/, 'says what');

    spew($file, $text);
    $file = place($job, "$make-out") . '/metadata';
    chmod 0600, $file;
    spew($file, slurp($file) . ' ');
    $cause = failed(run($job, 'sum', mode => 'sum'));
    is($cause->{error}, 'artefact_changed', 'other metadata');
}

{
    my $job = job(step('make', output => { dataset => 'out' }),
        step('sum', input => { dataset => 'make.out' }));
    my $cause = failed(run($job, 'sum', mode => 'sum'));

    is($cause->{error}, 'artefact_missing', 'a producer that has not run');
    like($cause->{message}, qr/: make\.out$/, 'is named');

    # of two that succeeded, the last

    finished(run($job, 'make', mode => 'make', rows => 1));
    sleep 0.01;
    finished(run($job, 'make', mode => 'make', rows => 2));
    is(report(run($job, 'sum', mode => 'sum'))->{sum}{dataset}{rows}, 2,
       'the last one counts');
}

###############################################################################
# this party has none

{
    my $job = job(step('make', output => { dataset => 'out',
            report => 'report0', metric => 'metric0' }),
        step('sum', input => { dataset => 'make.out' }));
    my $id = run($job, 'make', mode => 'none');

    is(finished($id)->{status}, 'SUCCESS', 'an output that it says it has not');
    is($redis->get("artefact:$id:out", 'digest'), '', 'is recorded as none');
    ok(!-e place($job, "$id-out"), 'and has no folder');
    is_deeply(report(run($job, 'sum', mode => 'sum'))->{input}, {},
       'a consumer is not given it');
}

###############################################################################
# outputs that are none

for my $case (
    [ nothing => {}, 'output_missing', qr/out \(dataset\)$/ ],
    [ link => {}, 'output_invalid', qr/data_0 is no file of its own/ ],
    [ hardlink => {}, 'output_invalid', qr/data_0 is no file of its own/ ],
    [ fifo => {}, 'output_invalid', qr/data_0 is no file of its own/ ],
    [ folder => {}, 'output_invalid', qr/its folder: Not a dir/ ],
    [ gap => {}, 'output_invalid', qr/data_1 is no file/ ],
    [ make => { text => '' }, 'output_invalid', qr/no header line/ ],
    [ make => { text => "a,b\n1\n" }, 'output_invalid',
      qr/row 1 of data_0 has fewer/ ],
    [ make => { text => "a\n1\n", metadata => '{' }, 'output_invalid',
      qr/metadata: is no JSON/ ],
    [ make => { text => "a\n1\nx\n",
        metadata => '{"columns":[{"name":"a","type":"int64"}]}' },
      'output_invalid', qr/column 1 "a" in row 2 of data_0 is no int64/ ],
    [ make => { text => "a\n1\n", metadata => '{"rows":2}' },
      'output_invalid', qr/1 rows, metadata says 2/ ],
    [ make => { text => "a\n1\n",
        metadata => '{"columns":[{"name":"b","type":"int64"}]}' },
      'output_invalid', qr/the header of data_0 differs/ ],
    [ make => { rows => 400_000 }, 'output_too_large', qr/out, data_0: \d+/ ],
    [ fail => {}, 'data_null_label', qr/label/ ],
) {
    my ($mode, $param, $error, $text) = @$case;
    my $job = job(step('make', output => { dataset => 'out' }));
    my $id = run($job, 'make', mode => $mode, %$param);
    my $cause = failed($id);

    is($cause->{error}, $error, "$mode: $error");
    like($cause->{message}, $text, 'says why');
    ok(!$redis->hash("artefact:$id:out")->{key}, 'no record');
    is_deeply([ glob place($job, '{*,.tmp-*}') ], [], 'no file');
}

{
    my $job = job(step('make', output => { dataset => 'out' }));
    my $cause = failed(run($job, 'make', mode => 'make',
        text => "a\n1\nx\n",
        metadata => '{"columns":[{"name":"a","type":"int64"}]}'));

    is("$cause->{column} $cause->{row}", 'a 2', 'column and row in the cause');
}

{
    my $job = job(step('make', output => { model => 'out' }));
    my $id = run($job, 'make', mode => 'bytes');

    is(finished($id)->{status}, 'SUCCESS', 'a model of bytes');
    is($redis->get("artefact:$id:out", 'format'), 'bytes', 'is one');
}

# what a process writes that outlives the component is not in it

{
    my $job = job(step('make', output => { dataset => 'out' }));
    my $id = run($job, 'make', mode => 'late');

    is(finished($id)->{status}, 'SUCCESS', 'a component that leaves one');

    my $kept = slurp(place($job, "$id-out") . '/data_0');

    sleep 0.3;
    is(slurp(place($job, "$id-out") . '/data_0'), $kept,
        'nobody has the kept file open');
    is(decode_json(slurp(place($job, "$id-out") . '/metadata'))
        ->{partitions}[0]{sha256}, sha256_hex($kept), 'what was verified');
}

###############################################################################
# another job's tasks used again

{
    my $old = job(step('make', output => { dataset => 'out' }));
    my $made = run($old, 'make', mode => 'make', rows => 7);
    finished($made);

    my $job = job(step('make', output => { dataset => 'out' }),
        step('sum', input => { dataset => 'make.out' }));
    reuse($job, $old, make => $made);
    is(report(run($job, 'sum', mode => 'sum'))->{sum}{dataset}{rows}, 7,
       'a task of an older job is used');

    $redis->command('HSET', $redis->key("job:$old"), initiator => 'node-b');
    my $cause = failed(run($job, 'sum', mode => 'sum'));
    is($cause->{error}, 'artefact_missing', 'not of another initiator');
    like($cause->{message}, qr/may not be used again/, 'says why');

    $redis->command('HSET', $redis->key("job:$old"), initiator => 'node-a',
        project_id => 'P1');
    is(failed(run($job, 'sum', mode => 'sum'))->{error}, 'artefact_missing',
       'nor of another project');
}

###############################################################################
# a killed runner leaves nothing that is not known

{
    my $job = job(step('make', output => { dataset => 'out' }));
    my $id = run($job, 'make', mode => 'make', rows => 3);
    finished($id);

    my $space = place($job, '');
    mkdir "$space/$_" for ".tmp-$id-more", "$id-lost";
    spew("$space/.tmp-$id-more/data_0", "a\n1\n");
    $node->kill_role('runner');
    ok($node->await(sub {
        !-e "$space/.tmp-$id-more" && !-e "$space/$id-lost"
    }), 'orphans are removed at the start');
    ok(-e "$space/$id-out/data_0", 'what is known stays');
}

###############################################################################

$node->stop;
unlike($node->log, qr/Sanitizer|exited on signal (?!9\b)/, 'no crash');

done_testing();

###############################################################################

sub step {
    my ($name, %option) = @_;
    my $ports = sub {
        my %port = %{ $_[0] || {} };
        return [ map { { type => $_, key => $port{$_} } } sort keys %port ];
    };

    return { name => $name, componentName => 'tables',
        input => $ports->($option{input}),
        output => $ports->($option{output}) };
}

sub job {
    my @steps = @_;
    my $job = 'job-' . ++$count;

    $jobs{$job} = { dag => { version => '2.0.0', components => \@steps },
        config => { role => { guest => [ 'node-a' ] }, task_params => {} } };
    $redis->command('HSET', $redis->key("job:$job"), job_id => $job,
        role => 'initiator', initiator => 'node-a', status => 'RUNNING',
        cancel => 0, parties => '', dag => $json->encode($jobs{$job}{dag}),
        config => $json->encode($jobs{$job}{config}));

    return $job;
}

sub reuse {
    my ($job, $old, %tasks) = @_;

    $jobs{$job}{config}{job_params}{common}{reuse} = {
        job_id => $old, tasks => \%tasks };
}

sub run {
    my ($job, $name, %param) = @_;
    my $id = 'task_' . ++$count;
    my $config = $jobs{$job}{config};

    $config->{task_params}{common}{$name} = \%param;
    $redis->command('HSET', $redis->key("job:$job"),
        config => $json->encode($config));
    is($redis->status('task_start', $job, $id, $name), 'ok', "$name begins");

    return $id;
}

sub finished { $node->ended(@_) }

sub failed {
    my $task = finished(@_);

    is($task->{status}, 'FAILED', 'it fails');

    return $task->{cause} ? decode_json($task->{cause}) : {};
}

sub report { decode_json(finished(@_)->{report} || '{}') }

sub place {
    my ($job, $name) = @_;

    return $node->dir . "/data/artefacts/$job-guest-0/$name";
}
