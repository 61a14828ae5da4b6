#!/usr/bin/perl

# The runner role: tasks from their claim to their end, with a component that
# behaves as it is told (t/data/components/probe).

use strict;
use warnings;
use utf8;

use lib 't/lib';
use IC::Daemon;
use IC::File;
use IC::Pace;
use JSON::PP;
use MIME::Base64;
use Test::More;
use Time::HiRes qw(time sleep);

IC::Daemon->check;

my $json = JSON::PP->new->canonical;
my %cert = IC::Daemon::certificate('node-a');
my $node = IC::Daemon->new(node => 'node-a', roles => 'runner channel',
                           start => 0, conf => {
    %cert, workers => 3, inst_id => 'inst-a',
    platform => 'https://127.0.0.1:9443', message_timeout => '77s',
    task_timeout => '6s',
});
my $redis = $node->redis;
my $count = 0;

spew($node->dir . '/components/probe', slurp('t/data/components/probe'));
spew($node->dir . '/components/hello',
     slurp('docs/components.md') =~ /^```bash\n(.*?)^```/ms);
chmod 0755, glob $node->dir . '/components/*';

$node->start;

###############################################################################
# a task that succeeds

{
    my $id = begin(mode => 'model');
    my $task = finished($id);

    is($task->{status}, 'SUCCESS', 'a task succeeds');
    is($task->{facts}, '{"rows":601}', 'its facts');
    is($task->{progress}, 100, 'its progress');
    is($task->{report}, '{"auc":1}', 'its report');
    is($task->{model_id}, "M.$id", 'its model');

    my $model = $redis->hash("object:model:M.$id");

    is($redis->command('GET', $redis->key("model:M.$id")),
       '{"weights":[1,2.5]}', 'is kept');
    is($model->{job_id}, "job-$id", 'with its job');

    is($redis->call('metric_get', $id)->{fields}{metrics},
       '[["loss",1,0.45],["loss",2,0.25]]', 'its metrics');

    my $log = $redis->call('task_log_get', $id)->{fields};

    like($log->{log_info}, qr/^\d{4}-\d\d-\d\dT[\d:.]+Z a line of output$/m,
         'what it prints');
    like($log->{log_info}, qr/a last line without its end/,
         'to the last byte');
    like($log->{log_error}, qr/a line of complaint/, 'and to stderr');
    like($log->{log_debug}, qr/a debug line/, 'and logs');

    ok(!-e $node->dir . "/data/$id", 'its folder is gone');
    is(scalar $redis->stream('tasks'), 0, 'no entry stays');
}

{
    my $id = begin(mode => 'large');

    is(finished($id)->{status}, 'SUCCESS', 'a model of 3 MB');
    is(length $redis->command('GET', $redis->key("model:M.$id")), 3_000_014,
       'is kept');
    like($redis->get("object:model:M.$id", 'digest'), qr/^[0-9a-f]{64}$/,
         'with its digest');
}

###############################################################################
# tasks that fail

{
    my $cause = failed(begin(mode => 'fail'));

    is($cause->{error}, 'data_null_label', 'a component says why it fails');
    is($cause->{code}, 6002, 'code');
    is($cause->{column}, 'diagnosis', 'column');
    is($cause->{row}, 17, 'row');
    is($cause->{party}, 'guest.0', 'party');
    is($cause->{node_id}, 'node-a', 'node');
    is("$cause->{component} $cause->{task_name}", 'probe probe_0', 'component');
    like($cause->{message}, qr/^the label is empty in this row: no label$/,
         'message');
    like($cause->{message_zh}, qr/标签为空/, 'and in Chinese');
    is_deeply($cause->{log}, [], 'no lines of its log');
    is($redis->get("task:$cause->{task_id}", 'model_id'), '',
       'a failed task leaves no model');
}

{
    my $cause = failed(begin(mode => 'strange'));

    is($cause->{error}, 'task_crashed', 'a reason that is not known');
    like($cause->{message}, qr/no_such_code: hm/, 'is told as it is');

    $cause = failed(begin(mode => 'crash'));
    is($cause->{error}, 'task_crashed', 'a crash');
    like($cause->{message}, qr/signal 11/, 'its signal');
    is_deeply($cause->{log}, [
        'probe ended on signal 11 (Segmentation fault)'
    ], 'not what it printed');

    $cause = failed(begin(mode => 'status'));
    like($cause->{message}, qr/exit status 3/, 'an exit status');

    my $begin = time;
    $cause = failed(begin(mode => 'garbage'));
    is($cause->{error}, 'task_crashed', 'garbage on descriptor 3');
    like($cause->{message}, qr/no JSON object/, 'is told');
    cmp_ok(time - $begin, '<', within(3), 'at once');

    $cause = failed(begin(mode => 'endless'));
    like($cause->{message}, qr/too long/, 'a line without end');

    $begin = time;
    $cause = failed(begin(mode => 'hang'));
    is($cause->{error}, 'task_timeout', 'a task that takes too long');
    cmp_ok(time - $begin, '<', within(9), 'ends in time');

    is(failed(begin(component => 'absent'))->{error}, 'component_missing',
       'a component that is not here');
    is(failed(begin(component => '../probe'))->{error}, 'component_missing',
       'or no name of one');
}

###############################################################################
# stopping

for my $mode (qw(hang deaf)) {
    my $id = begin(mode => $mode);

    $node->await(sub { $redis->get("task:$id", 'status') eq 'RUNNING' },
                 'it runs');
    sleep 0.3;

    my $begin = time;
    $redis->command('HSET', $redis->key("task:$id"), cancel => 1);

    is(failed($id)->{error}, 'task_stopped', "a task is stopped ($mode)");
    cmp_ok(time - $begin, '<', within(5.5), 'soon');
}

{
    my $id = begin(mode => 'children');
    my $pid = decode_json(finished($id)->{report})->{pid};

    ok($node->await(sub { !kill 0, $pid }, undef, 2),
       'what a component leaves running is ended');
}

###############################################################################
# what a component is told

{
    my $id = begin(mode => 'environment', text => '05', n => 3, flag => \1,
                   list => [ 1, 'a' ], common => { n => 2, other => 'c' });
    my $report = decode_json(finished($id)->{report});
    my $dir = $node->dir;

    is_deeply($report->{env}, {
        'system.transport' => "unix:$dir/run/channel.sock",
        'system.storage' => "file://$dir/data/$id",
        'system.callback' => 'https://task:' . ($report->{env}
            {'system.callback'} =~ /^https:\/\/task:([0-9a-f]{32})@/)[0]
            . '@127.0.0.1:9443/v1/platform/schedule/task/callback',
        'config.self_role' => 'guest.0',
        'config.task_id' => $id,
        'config.job_id' => "job-$id",
        'config.session_id' => "session_$id",
        'config.trace_id' => $id,
        'config.token' => "token-$id",
        'config.log.path' => "$dir/data/$id/log",
        'config.message_timeout' => 77,
        'config.trusted_certificate' => $cert{trusted_certificate},
        'config.node_id.guest.0' => 'node-a',
        'config.node_id.host.0' => 'node-b',
        'config.node_id.host.1' => 'node-c',
        'config.inst_id.guest.0' => 'inst-a',
        'config.inst_id.host.0' => 'node-b',
        'config.inst_id.host.1' => 'node-c',
        'runtime.component.name' => 'probe',
        'runtime.component.parameter.mode' => 'environment',
        'runtime.component.parameter.text' => '05',
        'runtime.component.parameter.n' => '3',
        'runtime.component.parameter.other' => 'c',
        'runtime.component.parameter.flag' => 'true',
        'runtime.component.parameter.list' => '[1,"a"]',
        'runtime.component.output.model' =>
            qq({"namespace":"job-$id-guest-0","name":"$id-model",)
            . qq("path":"$dir/data/$id/job-$id-guest-0/$id-model",)
            . qq("kind":"report"}),
        PATH => '/usr/local/bin:/usr/bin:/bin', LANG => 'C.UTF-8',
    }, 'the environment is exactly as documented');

    is_deeply($report->{fds}, [ 0 .. 3 ], 'four descriptors, no others');
    is($report->{group}, $report->{pid}, 'a process group of its own');
    is($report->{cwd}, "$dir/data/$id", 'it begins in its folder');
    is($report->{log}, 1, 'the folder of its log exists');
    like($report->{limits}, qr/Max core file size\s+[01]\s+[01]/,
         'no core files');
    unlike($json->encode($report->{env}), qr/$cert{certificate_key}/,
           'the key is not mentioned');
    ok(!-e "$dir/data/$id", 'its folder is gone, with what it wrote');
}

{
    my $id = begin(mode => 'environment', long => 'x' x 200_000);

    is(failed($id)->{error}, 'bad_parameter',
       'a parameter that the kernel would not take');
}

###############################################################################
# data

{
    my $path = '/srv/data/a.csv';

    $redis->call('object_create', 'dataset', 'D1', name => 'one',
        location => qq({"type":"csv","path":"$path"}), pub_scope => 'public',
        query_digest => digest("select * from t where y = 1"));

    my $id = begin(mode => 'environment', dataset_id => 'D1');
    my $env = decode_json(finished($id)->{report})->{env};

    is($env->{'runtime.component.input.train_data'},
       qq({"sources":[{"type":"csv","path":"$path"}],"facts":{}}),
       'a dataset of ours by its id');

    $id = begin(mode => 'environment', data_sql => {
        neg => "SELECT *  FROM t\n WHERE y = 1;",
        pos => "select * FROM t where y = 1" });
    $env = decode_json(finished($id)->{report})->{env};

    is(scalar @{ decode_json($env->{'runtime.component.input.train_data'})
                 ->{sources} }, 2, 'by two queries that say the same');

    $id = begin(mode => 'environment',
                data_sql => 'select * from t where y=1');
    is(failed($id)->{error}, 'data_not_approved', 'another query');
    is(failed(begin(mode => 'environment', dataset_id => 'D2'))->{error},
       'data_not_approved', 'a dataset that is not there');

    $id = begin(mode => 'environment', dataset_id => 'D1',
                initiator => 'node-b');
    is(failed($id)->{error}, 'data_not_approved',
       'a dataset that the owner has not approved for the initiator');

    $redis->command('HSET', $redis->key('object:dataset:D1'), status => 0);
    is(failed(begin(mode => 'environment', dataset_id => 'D1'))->{error},
       'data_not_approved', 'a dataset that is offline');
}

###############################################################################
# the example of the documentation

{
    my $id = begin(component => 'hello', hold => 1);

    $redis->command('HSET', $redis->key("job:job-$id"), config => $json->encode(
        { role => { guest => [ 'node-a' ], host => [ 'node-z' ] },
          task_params => {} }));
    release($id);
    $node->invoke("session_$id", 'greeting', 'node-z', body => 'hello you');

    my $task = finished($id);

    is($task->{status}, 'SUCCESS', 'the documented component runs');
    is($task->{report}, '{"heard":"hello you"}', 'and hears the other party');
}

###############################################################################
# proof of identity

{
    my $id = begin(mode => 'certify');
    my $report = decode_json(finished($id)->{report});
    my $dir = $node->dir;

    is($report->{type}, 'certified', 'the runner signs');

    spew("$dir/text", join "\n", 'interconn task v1', "job-$id", $id,
         'guest.0', sha256_hex('my key'));
    spew("$dir/signature", decode_base64($report->{signature}));
    spew("$dir/certificate", $report->{certificate});

    is(system("openssl x509 -in $dir/certificate -noout -pubkey "
              . "> $dir/public"), 0, 'its certificate is one');
    like(`openssl dgst -sha256 -verify $dir/public \\
              -signature $dir/signature $dir/text`, qr/Verified OK/,
         'the signature is over job, task and party');
    like(`openssl verify -CAfile $cert{trusted_certificate} $dir/certificate`,
         qr/OK/, 'the network\'s authority vouches for the certificate');

    $id = begin(mode => 'greedy');
    my @types = @{ decode_json(finished($id)->{report})->{types} };

    is(grep({ $_ eq 'certified' } @types), 16, 'a task signs 16 times');
    is($types[-1], 'refused', 'and no more');
}

###############################################################################
# notes to the initiator are few, the last one is never lost

{
    my $id = begin(mode => 'burst', hold => 1);

    $redis->command('CONFIG', 'RESETSTAT');
    release($id);

    my $task = finished($id);
    my ($calls) = $redis->command('INFO', 'commandstats')
                  =~ /cmdstat_fcall:calls=(\d+)/;

    is($task->{stage}, 's90', 'the last stage is there');
    cmp_ok($calls, '<', 40, 'and the store was not told every one');
}

###############################################################################
# as many at a time as there are workers

{
    my @ids = map { begin(mode => $_) } qw(busy busy_below busy busy);

    sleep 1.5;
    is(scalar(grep { $redis->get("task:$_", 'status') eq 'RUNNING' } @ids),
       3, 'three workers, three tasks');

    $redis->command('HSET', $redis->key("task:$_"), cancel => 1) for @ids;
    finished($_) for @ids[0 .. 2];
    ok($node->await(sub { $redis->get("task:$ids[3]", 'status') ne 'PENDING' }
       ), 'then the fourth');
    finished($ids[3]);
}

# one that waits from its beginning lends its place
{
    my @ids = map { begin(mode => $_) } qw(hang below hang);

    is(finished(begin(mode => 'model'))->{status}, 'SUCCESS',
       'a fourth beside three that wait');
    is(scalar(grep { $redis->get("task:$_", 'status') eq 'RUNNING' } @ids),
       3, 'which go on');
    $redis->command('HSET', $redis->key("task:$_"), cancel => 1) for @ids;
    finished($_) for @ids;
}

# a claim that the store refuses is made again
{
    my $list = $redis->key('tasks-waiting');

    $redis->command('SET', $list, 'of another type');
    my $id = 'task_' . ($count + 1);
    begin(mode => 'model', hold => 1);
    $redis->command('XADD', $redis->key('tasks'), '*', task_id => $id);
    ok($node->await(sub { $node->log =~ /task $id: not claimed: / }),
       'a claim fails');
    $redis->command('DEL', $list);
    release($id);
    is(finished($id)->{status}, 'SUCCESS', 'and is made again');
    ok($node->await(sub { !$redis->stream('tasks') }), 'no entry stays');
}

###############################################################################
# the store goes away and comes back

{
    my $id = begin(mode => 'model', hold => 1);
    my $other = begin(mode => 'hang');

    sleep 0.5;
    kill 'STOP', $redis->{pid};
    sleep 1;
    kill 'CONT', $redis->{pid};
    release($id);

    is(finished($id)->{status}, 'SUCCESS', 'tasks run after a pause');
    $redis->command('HSET', $redis->key("task:$other"), cancel => 1);
    finished($other);
}

###############################################################################
# the runner dies

{
    my $id = begin(mode => 'environment', hold => 1);
    my $lost = begin(mode => 'deaf');

    $node->await(sub { $redis->get("task:$lost", 'status') eq 'RUNNING' },
                 'it runs');
    sleep 0.3;

    my ($child) = $node->log =~ /task $lost: .* pid (\d+)/;

    ok(kill(0, $child), 'its process runs');
    ok(-d $node->dir . "/data/$lost", 'and has a folder');

    my $begin = time;
    $node->kill_role('runner');

    ok($node->await(sub { !kill 0, $child }, undef, 2),
       'the process dies with the runner');
    is(failed($lost)->{error}, 'task_lost', 'the task is lost');
    cmp_ok(time - $begin, '<', within(20), 'within 20 s');
    ok(!-e $node->dir . "/data/$lost", 'its folder is cleaned up');

    release($id);
    is(finished($id)->{status}, 'SUCCESS', 'the new process takes tasks');
}

# an end that is asked for
{
    my $id = begin(mode => 'deaf');
    my $begin;

    $node->await(sub { $redis->get("task:$id", 'status') eq 'RUNNING' },
                 'it runs');
    sleep 0.3;
    $begin = time;
    $node->stop;
    cmp_ok(time - $begin, '<', within(6), 'the daemon ends when told to');
    is(failed($id)->{error}, 'task_lost', 'and says so of its tasks');
}

unlike($node->log, qr/token-task/, 'no token in the log');

done_testing();

###############################################################################

# A task of a job that this node (or initiator) began. hold => 1: not put
# into the queue before release().
sub begin {
    my (%param) = @_;
    my $id = 'task_' . ++$count;
    my $common = delete $param{common} || {};
    my $initiator = delete $param{initiator} || 'node-a';
    my $component = delete $param{component} || 'probe';
    my $hold = delete $param{hold};
    my $kind = ($param{mode} // '') =~ /^(?:model|large)$/ ? 'model'
                                                            : 'report';

    $redis->command('HSET', $redis->key("job:job-$id"),
        job_id => "job-$id", role => 'initiator', initiator => $initiator,
        status => 'RUNNING', cancel => 0, parties => 'node-b node-c',
        dag => $json->encode({ version => '2.0.0', components => [ {
            name => 'probe_0', componentName => $component,
            output => [ { key => 'model', type => $kind } ] } ] }),
        config => $json->encode({
            role => { guest => [ 'node-a' ], host => [ 'node-b', 'node-c' ] },
            task_params => {
                common => { probe_0 => $common },
                guest => { 0 => { probe_0 => \%param } },
                host => { 0 => { probe_0 => { mode => 'wrong' } } },
            } }));

    release($id) unless $hold;

    return $id;
}

sub release {
    my ($id) = @_;

    is($redis->status('task_start', "job-$id", $id, 'probe_0',
                      token => "token-$id"), 'ok', "$id is started");
}

# The record of the task once it is over.
sub finished {
    my ($id) = @_;
    my $task = $node->ended($id);

    # the folder goes after the record is written
    $node->await(sub { !-e $node->dir . "/data/$id" }, undef, 2);

    return $task;
}

sub failed {
    my ($id) = @_;
    my $task = finished($id);

    is($task->{status}, 'FAILED', "$id fails");

    return decode_json($task->{cause} || '{}');
}

sub digest { sha256_hex($_[0]) }

sub sha256_hex {
    require Digest::SHA;
    return Digest::SHA::sha256_hex($_[0]);
}
