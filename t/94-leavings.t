#!/usr/bin/perl

# What tasks leave in their folders is removed, however it was made; and no
# task gets a folder of the node's by its id, or writes elsewhere by the name
# of what it reads.

use strict;
use warnings;

use lib 't/lib';
use IC::Daemon;
use JSON::PP;
use Test::More;

IC::Daemon->check;

my $json = JSON::PP->new->canonical;
my $node = IC::Daemon->new(roles => 'runner', start => 0,
                           conf => { plain_peers => 'on' });
my $redis = $node->redis;
my $data = $node->dir . '/data';
my $component = $node->dir . '/components/untidy';

open my $file, '>', $component or die "$component: $!\n";
print $file <<'PERL';
#!/usr/bin/perl
# folders in folders, beyond the longest path; closed ones, names in the way
use strict;
mkdir ".drop-$_", 0 for 0 .. 9;
open my $made, '>', '.drop-10/file';
symlink '/etc', 'link';
system('mkfifo', 'fifo');
for my $n (1 .. 400) {
    mkdir 'x' x 200 or die "mkdir: $!\n";
    mkdir "closed-$n", 0 or die "mkdir: $!\n";
    open my $made, '>', 'file' or die "file: $!\n";
    chdir 'x' x 200 or die "chdir: $!\n";
}
mkdir 'last', 0;
PERL
close $file;
chmod 0755, $component;
$node->start;

my $count = 0;

# How the first step ends of a job of that id, steps and common parameters.
sub ended {
    my ($id, $common, @steps) = @_;
    my $record = {};

    @steps = { name => 'step_0', componentName => 'untidy', output => [] }
        if !@steps;

    $redis->command('HSET', $redis->key("job:job-$id"), job_id => "job-$id",
        role => 'initiator', initiator => 'node-a', status => 'RUNNING',
        cancel => 0, parties => '',
        dag => $json->encode({ components => \@steps }),
        config => $json->encode({ role => { guest => [ 'node-a' ] },
            job_params => { common => $common || {} } }));
    is($redis->status('task_start', "job-$id", $id, $steps[0]{name},
                      token => "token-$id"), 'ok', "$id begins");

    $node->await(sub {
        $record = $redis->hash("task:$id");
        return ($record->{status} || '') =~ /^(SUCCESS|FAILED)$/;
    }, "$id ends", 30);

    return $record->{status};
}

is(ended('task_1'), 'SUCCESS', 'the untidy one ends');
ok($node->await(sub { !-e "$data/task_1" }, 'no folder', 20),
   'all that it left is gone');
unlike($node->log, qr/cannot be removed/, '... without a word');
ok(-d '/etc', '... and nothing that it only pointed to');

# the id is the initiator's choice
is(ended('artefacts'), 'FAILED', 'a task whose id is a folder of the node');
ok(!-e "$data/artefacts", '... gets none');
mkdir "$data/artefacts" or die "mkdir: $!\n";
is(ended('task_2'), 'SUCCESS', 'others go on');
ok(-d "$data/artefacts", '... and it stays');

# what an earlier process left is as untidy
my $old = "$data/task_9";
mkdir $old and chmod 01700, $old;
system("cd $old && perl $component") == 0 or die "untidy: $?\n";
$node->kill_role('runner');
ok($node->await(sub { !-e $old }, 'no old folder', 20),
   'so is what an earlier process left');

###############################################################################
# what an input is called comes from others, too

open $file, '>', $node->dir . '/components/maker' or die "maker: $!\n";
print $file <<'PERL';
#!/usr/bin/perl
my ($path) = ($ENV{'runtime.component.output.out'} // '') =~ /"path":"([^"]+)/
    or exit 0;
open my $data, '>', "$path/data_0" or die "data_0: $!\n";
print $data "id\n1\n";
close $data;
PERL
close $file;
chmod 0755, $node->dir . '/components/maker';

sub step {
    my ($name, $input, $output) = @_;
    return { name => $name, componentName => 'maker', input => $input,
             output => $output };
}

my %out = (key => 'out', type => 'dataset');
my $make = step('step_0', [], [ { %out } ]);

is(ended('task_5', {}, $make), 'SUCCESS', 'a task with an output');

for my $type ('../../elsewhere', '../elsewhere', '/tmp/elsewhere') {
    my $id = 'task_' . (6 + $count++);

    is(ended($id, { reuse => { job_id => 'job-task_5', tasks => {
        step_0 => 'task_5' } } }, step('read', [ { key => 'step_0.out',
        type => $type } ], []), step('step_0', [], [ { key => 'out' } ])),
        'FAILED', "an input of type $type");
    like($redis->get("task:$id", 'cause'), qr/invalid_dag/, '... and why');
    ok(!-e $node->dir . '/elsewhere' && !-e "$data/elsewhere"
       && !-e '/tmp/elsewhere', '... nothing is written there');
}

done_testing();
