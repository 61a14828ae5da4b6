#!/usr/bin/perl

# A dataset's permit and the tasks that read by it: what it does not cover and
# what it has no rows left for is not started, and the cause says why.

use strict;
use warnings;

use lib 't/lib';
use IC::Daemon;
use IC::File;
use JSON::PP;
use Test::More;

IC::Daemon->check;

my $json = JSON::PP->new->canonical;
my %cert = IC::Daemon::certificate('node-a');
my $node = IC::Daemon->new(node => 'node-a', roles => 'runner', start => 0,
    conf => { %cert, workers => 2, inst_id => 'inst-a',
              platform => 'https://127.0.0.1:9443' });
my $redis = $node->redis;
my $count = 0;
my $tasks = 0;

for my $file (glob 't/data/components/probe') {
    spew($node->dir . '/components/probe', slurp($file));
    chmod 0755, $node->dir . '/components/probe';
}

$redis->call('contract_apply_in', 'spki', 'key-b', 'node-b', 'd', 'C-b',
    address => 'https://b');
$redis->call('contract_confirm_out', 'C-b', 'APPROVED', '{}');

# five rows; a line end in quotes, empty lines at the end

my $csv = $node->dir . '/five.csv';
spew($csv, qq(id,text\n1,a\n2,"b\nb"\n3,"c ""c"""\r\n4,d\n5,e\n\n\n));
dataset('D1', { type => 'csv', path => $csv });
dataset('D2', { type => 'csv', path => '/nowhere.csv' });

$node->start;

###############################################################################
# scopes

for my $case ([ 'PROJECT=P1', undef ], [ 'PROJECT=P2,P3', 'P1 is not among' ],
              [ 'COMPONENT=probe', undef ],
              [ 'COMPONENT=psi', 'probe is not among psi' ],
              [ 'ALLOW=psi,probe', undef ], [ 'ALLOW=psi', 'not among psi' ],
              [ 'DENY=homo_lr', undef ], [ 'DENY=probe', 'probe is denied' ],
              [ 'PROJECT=P1 DENY=probe', 'probe is denied' ])
{
    my ($scope, $why) = @$case;

    forget();
    grant(scope => $scope);

    my $task = finished(begin('D1'));

    if (!defined $why) {
        is($task->{status}, 'SUCCESS', "$scope: covered");
        next;
    }

    my $cause = $json->decode($task->{cause});

    is($cause->{error}, 'data_out_of_scope', "$scope: not covered");
    like($cause->{message}, qr/dataset D1 .*\Q$why/, '... says why');
    like($cause->{remedy}, qr/apply for a wider one/, '... and what to do');
    is($redis->get("permit:j$count", 'used'), 0, '... and costs nothing');
}

forget();
grant(scope => 'PROJECT=P9');
grant(scope => 'PROJECT=P1');
is(finished(begin('D1'))->{status}, 'SUCCESS', 'another permit that does');

###############################################################################
# rows

forget();

my $permit = grant(rows_limit => 12);
my $env = input(begin('D1'));

is($env->{sources}[0]{max_rows}, 5, 'rows are counted as they are read');
is($redis->get("permit:$permit", 'rows_left'), 7, '... and paid for');
is(finished(begin('D1'))->{status}, 'SUCCESS', '... again');
is($redis->get("permit:$permit", 'rows_left'), 2, '... and again');

my $cause = $json->decode(finished(begin('D1'))->{cause});
is($cause->{error}, 'data_rows_exceeded', 'more rows than are left');
like($cause->{message}, qr/5 rows, and 2 left/, '... how many');
is($redis->get("permit:$permit", 'rows_left'), 2, '... and none is taken');

forget();
$permit = grant(rows_limit => 5);
is(finished(begin('D1'))->{status}, 'SUCCESS', 'exactly as many');
$cause = $json->decode(finished(begin('D1'))->{cause});
is($cause->{error}, 'data_not_approved', '... is all');
like($cause->{message}, qr/permit_exhausted: no rows are left/, '... why');

my %events = map { $_->{event} => $_ } $redis->stream('evidence');
is($events{RES_USED}{rows}, 5, 'rows are evidence');
is($events{PERMIT_EXHAUSTED}{limit}, 'rows', '... and their end');

forget();
grant();
ok(!exists input(begin('D1'))->{sources}[0]{max_rows}, 'without a limit: any');

forget();
grant(dataset => 'D2', rows_limit => 5);
is($json->decode(finished(begin('D2'))->{cause})->{error}, 'data_unreadable',
    'rows that cannot be counted');

$node->stop;
done_testing();

###############################################################################

sub dataset {
    my ($id, $location) = @_;

    $redis->call('object_create', 'dataset', $id, name => $id, status => '1',
        pub_scope => 'public', location => $json->encode($location));
}

# a permit for node-b; its id

sub grant {
    my (%limits) = @_;
    my $dataset = delete $limits{dataset} || 'D1';
    my $id = ++$count;

    $redis->call('audit_apply_in', 'dataset', 'node-b', '', "A$id", "d$id",
        $dataset);
    is($redis->status('audit_confirm_out', 'dataset', "A$id", '', 'APPROVED',
        '{}', jti => "j$id", %limits), 'ok', "permit j$id");

    return "j$id";
}

sub forget {
    $redis->call('audit_terminate_out', 'dataset', "A$_", '') for 1 .. $count;
}

# a task of node-b's job, of project P1

sub begin {
    my ($dataset) = @_;

    return $node->run_task('task_' . ++$tasks, 'probe', initiator => 'node-b',
        role => { host => [ 'node-b' ] },
        param => { mode => 'environment', dataset_id => $dataset });
}

sub finished { $node->ended(@_) }

sub input {
    my ($id) = @_;
    my $env = $json->decode(finished($id)->{report})->{env};

    return $json->decode($env->{'runtime.component.input.train_data'});
}
