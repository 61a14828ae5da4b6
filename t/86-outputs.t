#!/usr/bin/perl

# A job from a step on, with real files: the step reads the table that another
# job's task has made here. What has gone or is not as it was ends the job with
# a cause; nothing that a job takes over is cleared away.

use warnings;
use strict;

use lib 't/lib';
use IC::Daemon;
use IC::File;
use JSON::PP;
use Test::More;

IC::Daemon::check();

my $json = JSON::PP->new->canonical;
my $d = IC::Daemon->new(node => 'node-a', roles => 'scheduler runner channel',
    start => 0, conf => { plain_peers => 'on', poll_interval => '300ms' });
my $r = $d->redis();
my $count = 0;

spew($d->dir . '/components/tables', slurp('t/data/components/tables'));
chmod 0755, $d->dir . '/components/tables';
$d->start();

sub step {
    my ($name, $from, @after) = @_;

    return { name => $name, componentName => 'tables',
        input => [ $from ? { type => 'dataset', key => "$from.out" } : () ],
        output => [ { type => 'dataset', key => 'out' } ],
        after => [ @after ] };
}

my $dag = $json->encode({ components => [ step('make'),
    step('fit', 'make'), step('end', 'fit') ] });

sub config {
    my ($modes, $reuse) = @_;

    return $json->encode({ initiator => { node_id => 'node-a' },
        role => { guest => [ 'node-a' ] },
        job_params => { common => $reuse ? { reuse => $reuse } : {} },
        task_params => { common => { map { $_ => { mode => $modes->{$_},
            rows => 5 } } keys %$modes } } });
}

$r->call('object_create', 'flow', 'F', name => 'f');

sub ended {
    my ($id) = @_;

    ok($d->await(sub { $r->get("job:$id", 'status') =~ /SUCCESS|FAILED/ },
        undef, 20), "$id ends") or diag($d->log());

    my %task = map { $_->{task_name} => $_ }
        map { $r->hash("task:$_") }
        @{ $r->command('SMEMBERS', $r->key("job-tasks:$id")) };

    return ($r->get("job:$id", 'status'), \%task,
        eval { decode_json($r->get("job:$id", 'cause')) });
}

sub again {
    my ($old, $modes, %tasks) = @_;
    my $id = "$old-" . ++$count;
    my $got = $r->status('job_rerun', $id, $old, config => config($modes,
        { job_id => $old, tasks => \%tasks }));

    return $got if $got ne 'ok';

    is($r->status('job_start', $id), 'ok', "$id starts");

    return $id;
}

###############################################################################

my %modes = (make => 'make', fit => 'sum', end => 'fail');

$r->call('job_create', 'J', 'F', '', dag => $dag, config => config(\%modes));
is($r->status('job_start', 'J'), 'ok', 'a job starts');

my ($status, $task, $cause) = ended('J');
is("$status $cause->{error} $cause->{task_name}",
    'FAILED data_null_label end', 'its last step fails');

my ($make, $fit) = map { $task->{$_}{task_id} } qw/ make fit /;
my $table = sub { $d->dir . "/data/artefacts/J-guest-0/$_[0]-out" };
ok(-e $table->($_) . '/data_0', 'what the others made is kept')
    for $make, $fit;

# the middle one once more: it reads the first one's table

my $id = again('J', { %modes, end => 'sum' }, make => $make);
($status, $task) = ended($id);
is($status, 'SUCCESS', 'from the second step') or diag($d->log());
is(join(' ', sort keys %$task), 'end fit', '... the first one does not run');

my $report = decode_json($task->{fit}{report});
is($report->{input}{dataset}{name}, "$make-out", '... its old table is read');
is_deeply($report->{sum}{dataset}, { rows => 5, sum => 3.75 },
    '... all of it');
is($r->command('EXISTS', $r->key("reused:$make")), 0,
    '... and held no longer');

# of the new job and of the old one

my $new = $task->{fit}{task_id};
my $mixed = again($id, { %modes, end => 'sum' }, make => $make,
    fit => $new);
($status, $task) = ended($mixed);
is("$status " . join(' ', sort keys %$task), 'SUCCESS end',
    'outputs of two jobs');
is(decode_json($task->{end}{report})->{input}{dataset}{name}, "$new-out",
    '... each from where it was made');

###############################################################################

# not as it was

my $file = $table->($make) . '/data_0';
my $text = slurp($file);
chmod 0600, $file;
spew($file, $text =~ s/1/7/r);
$id = again('J', { %modes, end => 'sum' }, make => $make);
($status, $task, $cause) = ended($id);
is("$status $cause->{error} $cause->{task_name} $cause->{node_id}",
    'FAILED artefact_changed fit node-a', 'a table that was changed');
like($cause->{message}, qr/make\.out/, '... which one');

# gone from the disk

unlink $file, $table->($make) . '/metadata';
$id = again('J', { %modes, end => 'sum' }, make => $make);
($status, $task, $cause) = ended($id);
is("$status $cause->{error} $cause->{task_name} $cause->{node_id}",
    'FAILED artefact_missing fit node-a', 'a table that is gone');

# cleared away by this node: nothing runs

$r->call('artefact_remove', $make, 'out');
is(again('J', { %modes, end => 'sum' }, make => $make), 'reuse_missing',
    'a table that was cleared away');
is(again('J', { %modes, end => 'sum' }, make => $make, fit => $fit)
    =~ /^J-/ ? 'taken' : 'refused', 'taken', '... which nobody reads now');

$d->stop();
unlike($d->log(), qr/exited (?:on signal|with code [1-9])/, 'no crash');

done_testing();
