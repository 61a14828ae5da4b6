#!/usr/bin/perl

# Records of what tasks made: written with the end of a task, listed, counted,
# removed.
#
# covers: GET /v1/platform/job/output/list

use warnings;
use strict;

use lib 't/lib';
use IC;
use IC::Api;
use IC::Caller;
use JSON::PP;
use Test::More;

IC->check;
IC::Api->check;

my $t = IC->new;
my $api = IC::Api->new;
my $r = $t->redis;
my $caller = IC::Caller->new($t);
my $json = JSON::PP->new->canonical;
my $count = 0;

sub own { $caller->own(@_) }

sub output {
    my ($key, %field) = @_;

    return { key => $key, kind => 'dataset', namespace => "J-guest-0",
        name => "x-$key", digest => 'a' x 64, rows => '2', bytes => '10',
        format => 'csv', version => '1', %field };
}

sub task {
    my ($job, $name) = @_;
    my $id = 'T' . ++$count;

    $r->command('HSET', $r->key("job:$job"), job_id => $job,
        role => 'initiator', initiator => 'hospital-a', status => 'RUNNING',
        cancel => 0, config => '{"role":{"guest":["hospital-a"]}}');
    is($r->status('task_start', $job, $id, $name), 'ok', "$id begins");

    return ($id, $r->call('task_claim', $id, 'me', 9000)->{fields}{epoch});
}

sub ends {
    my ($id, $epoch, @outputs) = @_;

    return $r->status('task_end', $id, $epoch, 'SUCCESS',
        outputs => $json->encode(\@outputs));
}

###############################################################################
# what is no output changes nothing

my ($id, $epoch) = task('J1', 'psi');

for my $bad ('x', '{', '[1]', '[{}]', $json->encode([ output('k',
    kind => 'table') ]), $json->encode([ output('') ]), $json->encode([
    output('k', rows => '-1') ]), $json->encode([ output('k',
    digest => 'A' x 64) ]), $json->encode([ output('k', bytes => 10) ]))
{
    is($r->status('task_end', $id, $epoch, 'SUCCESS', outputs => $bad),
        'invalid_fields', "refused: $bad");
}

is($r->get("task:$id", 'status'), 'RUNNING', 'nothing has changed');
is($r->status('task_end', $id, 7, 'SUCCESS', outputs => $json->encode([
    output('k') ])), 'wrong_state', 'another epoch');
ok(!$r->hash("artefact:$id:k")->{key}, 'and no record of it');

###############################################################################

my @outputs = (output('train', name => "$id-train"), output('model0',
    kind => 'model', name => "$id-model0", rows => '0', bytes => '7',
    format => 'json', digest => 'b' x 64), output('report0',
    kind => 'report', digest => '', namespace => '', name => '',
    rows => '0', bytes => '0', format => ''));
my $w = $r->watch(sub { ends($id, $epoch, @outputs) });
is($w->{result}, 'ok', 'an end with outputs');
is_deeply([ sort @{ $w->{events} } ], [ ("ARTEFACT_CREATED task:$id") x 2,
    "TASK_FINISHED task:$id" ], 'evidence');

is(ends($id, $epoch, @outputs), 'ok', 'told again');
is(scalar(grep { $_->{event} eq 'ARTEFACT_CREATED' }
    $r->stream('evidence')), 2, 'is recorded once');
is(ends($id, $epoch, output('train', digest => 'c' x 64)), 'conflict',
    'another digest');
is($r->call('artefact_bytes')->{fields}{bytes}, 17, 'bytes of all');
is($r->call('artefact_kept', 'J-guest-0', "$id-train")->{fields}{kept}, 1,
    'a name that is known');
is($r->call('artefact_kept', 'J-guest-0', 'x')->{fields}{kept}, 0,
    'and one that is not');

is($r->call('artefact_find', 'J1', 'psi', 'train')->{fields}{task_id}, $id,
    'found for a consumer');
is($r->call('artefact_find', 'J1', 'psi', 'report0')->{fields}{digest}, '',
    'what this party has not');
is($r->status('artefact_find', 'J1', 'psi', 'other'), 'not_found',
    'no such key');
is($r->status('artefact_find', 'J1', 'lr', 'train'), 'not_found',
    'no such task');
is($r->status('artefact_find', 'J-none', 'psi', 'train'), 'not_found',
    'no such job');

###############################################################################
# lists

my ($other, $other_epoch) = task('J2', 'lr');
ends($other, $other_epoch, output('out'));

my $list = own('GET', '/job/output/list', { job_id => 'J1' });
is($list->{total}, 2, 'outputs of a job, not those it has not');
my ($train) = grep { $_->{key} eq 'train' } @{ $list->{records} };
is_deeply({ map { $_ => $train->{$_} } qw/ job_id task_id task_name kind
    digest rows bytes format role / }, { job_id => 'J1', task_id => $id,
    task_name => 'psi', kind => 'dataset', digest => 'a' x 64, rows => 2,
    bytes => 10, format => 'csv', role => 'guest.0' }, 'what it is');
is(own('GET', '/job/output/list', { task_id => $other })->{total}, 1,
    'of a task');
is(own('GET', '/job/output/list', {})->{total}, 3, 'all');
is(own('GET', '/job/output/list', { job_id => 'J2', task_id => $id })
    ->{total}, 0, 'of both');
is(own('GET', '/job/output/list', { page_size => 2 })->{total}, 3, 'pages');

###############################################################################
# how long they are kept

is($r->call('artefact_due', '0')->{total}, 0,
    'nothing is due while its job is not over');
$r->command('HSET', $r->key('job:J1'), status => 'SUCCESS',
    finish_time => 1000);
my $due = $r->call('artefact_due', '0');

# asked a moment ago, the others are looked at later

$r->command('ZADD', $r->key('ix:artefact'), 1, $_)
    for @{ $r->command('ZRANGE', $r->key('ix:artefact'), 0, -1) };
$due = $r->call('artefact_due', '1000');
is($due->{total}, 3, 'all of a job that is over');
is($r->call('artefact_due', '1000')->{total}, 3, 'until they are removed');

$w = $r->watch(sub { $r->status('artefact_remove', $id, $_)
    for qw/ train model0 report0 / });
is_deeply($w->{events}, [ ("ARTEFACT_REMOVED task:$id") x 2 ], 'evidence');
is($r->status('artefact_remove', $id, 'train'), 'ok', 'twice');
is($r->call('artefact_bytes')->{fields}{bytes}, 10, 'bytes that are left');
is($r->call('artefact_due', '1000')->{total}, 0, 'none is due');
is($r->status('artefact_find', 'J1', 'psi', 'train'), 'not_found',
    'it is gone');

###############################################################################
# what one component makes must be what the other one reads

my $flow = own('POST', '/flow/create', { name => 'f' })->{flow_id};

sub job {
    my ($made, $read, $consumer) = @_;
    my $dag = $api->dag;

    $dag->{components}[0]{output}[0] = { type => $made, key => 'out' };
    push @{ $dag->{components} }, { name => 'next', provider => 'x',
        version => '1.0.0', componentName => $consumer || 'homo_lr',
        input => [ { type => $read, key => 'lr.out' } ], output => [] };

    my $config = $api->config('hospital-a', 'hospital-b', 'hospital-c');
    my $params = $config->{task_params};
    $_->{next} = $_->{lr} for $params->{common}, $params->{guest}{0},
        values %{ $params->{host} };

    my $got = own('POST', '/job/create', { flow_id => $flow, dag => $dag,
        config => $config });

    return $got->{job_id} ? 'made' : $got->{msg};
}

is(job('dataset', 'dataset'), 'made', 'a dataset for a dataset');
is(job('training_set', 'dataset'), 'made', 'a training set is one');
like(job('model', 'dataset'), qr/"lr\.out" is a model, no data/,
    'a model is none');
like(job('report', 'dataset'), qr/"lr\.out" is of a type that it does not/,
    'nor is a report');
like(job('model', 'model'), qr/"lr\.out" is of a type that it does not/,
    'what a component has no port for');

$caller->finish($0);
$t->finish;
done_testing();
