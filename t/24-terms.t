#!/usr/bin/perl

# Terms that nothing can last until are refused wherever they are named, what
# the store finds wrong is told by the field, and an operator reads all the
# terms of what he is asked for.

use warnings;
use strict;
use utf8;

use lib 't/lib';
use IC;
use IC::Api;
use IC::Caller;
use Test::More;

IC->check;
IC::Api->check;

my $t = IC->new;
my $redis = $t->redis;
my $api = IC::Api->new;
my $caller = IC::Caller->new($t);
my $self = 'hospital-a';
my $past = 1600000000;
my $later = 1983755471000;

$redis->call('node_init', node_id => $self, name => 'A', inst_id => 'ia',
    institution => 'Hospital A', address => 'https://a.example.org');

sub peer { $caller->peer(@_) }
sub own  { $caller->own(@_) }

sub told {
    my ($answer, $field, $reason, $what) = @_;

    is($answer->{code}, 4001, "$what: refused");
    is_deeply($answer->{data}{fields},
        [ { field => $field, reason => $reason } ], '... by its field');
}

sub waiting { own('GET', '/audit/inbox')->{total} }

###############################################################################
# contracts

sub apply {
    my ($node, %more) = @_;

    return peer('POST', '/node/contract/apply', { node_id => $node,
        name => $node, institution => 'B', inst_id => "inst-$node",
        system => 'other', system_version => '2',
        address => "https://$node.example.org", auth_type => 'CERT',
        auth_credential => $t->slurp($t->certificate($node) . '.crt'),
        %more }, $node);
}

told(apply('hospital-b', expired_time => $past), '/expired_time', 'is over',
    'an application');
is(waiting(), 0, '... nothing waits');
told(own('POST', '/contract/apply', { node_id => 'hospital-d',
    address => 'https://d.example.org', expired_time => $past }),
    '/expired_time', 'is over', 'our application');
is(own('GET', '/contract/list')->{total}, 0, '... none is there');

my $contract = apply('hospital-b')->{contract_id};

told(own('POST', '/contract/confirm', { contract_id => $contract,
    status => 'APPROVED', expired_time => $past }), '/expired_time',
    'is over', 'an approval');
is(waiting(), 1, '... it waits');
is_deeply(own('POST', '/contract/confirm', { contract_id => $contract,
    status => 'APPROVED', expired_time => $later }), {}, '... approved');

my $ours = own('POST', '/contract/apply', { node_id => 'hospital-d',
    address => 'https://d.example.org' })->{contract_id};
my %answer = (contract_id => $ours, status => 'APPROVED', auth_type => 'CERT',
    auth_credential => $t->slurp($t->certificate('hospital-d') . '.crt'));

told(peer('POST', '/node/contract/confirm', { %answer,
    expired_time => $past }, 'hospital-d'), '/expired_time', 'is over',
    "a partner's approval");
is_deeply(peer('POST', '/node/contract/confirm', { %answer,
    expired_time => $later }, 'hospital-d'), {}, '... approved');
is(own('GET', '/contract/query', { contract_id => $ours })->{status},
    'APPROVED', '... and in force');

###############################################################################
# requests

$redis->call('object_create', 'dataset', 'D1', name => 'blood',
    pub_scope => 'public');

my %ask = (contract_id => $contract, dataset_id => 'D1', audit_id => 'A1');

sub ask { peer('POST', '/dataset/audit/apply', { %ask, @_ }, 'hospital-b') }

told(ask(time_limit => $past), '/time_limit', 'is over', 'a request');
told(own('POST', '/audit/apply', { resource_type => 'dataset',
    contract_id => $contract, resource_id => 'DB', time_limit => $past }),
    '/time_limit', 'is over', 'our request');
told(peer('POST', '/project/audit/apply', { project_id => 'P1', name => 'p',
    contract_id => $contract, audit_id => 'AP', datasets => [ 7 ] },
    'hospital-b'), '/datasets', 'must have summaries or ids',
    'datasets of a project');
is(waiting(), 0, '... nothing waits');

is_deeply(ask(auth_scope => { PROJECT => ['P1'], COMPONENT => [ 'lr', 'x' ] },
    algorithms_allow => ['lr'], algorithms_deny => [ 'psi', 'x' ],
    times_limit => 3, rows_limit => 500, bytes_limit => 9000), {}, 'a request');

my ($item) = @{ own('GET', '/audit/inbox')->{records} };

is($item->{name}, 'blood', 'our name of it');
is($item->{statement}, 'hospital-b (B) asks to use the dataset D1 (blood), '
    . 'only for COMPONENT lr, x; PROJECT P1, by the algorithms lr only, '
    . 'not by the algorithms psi, x, at most 3 times, at most 500 rows, '
    . 'at most 9000 bytes', 'all its terms');
is($item->{statement_zh}, 'hospital-b (B)申请使用数据集 D1（blood），仅限 '
    . 'COMPONENT lr, x; PROJECT P1，仅限算法 lr，不得用于算法 psi, x，'
    . '最多 3 次，最多 500 行，最多 9000 字节', '... in Chinese');

told(own('POST', '/audit/confirm', { audit_id => 'A1', status => 'APPROVED',
    time_limit => $past }), '/time_limit', 'is over', 'an approval');
is(waiting(), 1, '... it waits');
is_deeply(own('POST', '/audit/confirm', { audit_id => 'A1',
    status => 'APPROVED', time_limit => $later }), {}, '... approved');

###############################################################################
# a project's members

my %project = (name => 'p', type => 'MPC');
my $waits = apply('hospital-c')->{contract_id};

sub project { own('POST', '/project/create', { %project, @_ }) }

is(project(contract_ids => [ $contract, 'none' ])->{code}, 4040,
    'a project with a contract that is not there');
is(project(contract_ids => [ $contract, $waits ])->{code}, 4030,
    '... that nobody approved');
is(own('GET', '/project/list')->{total}, 0, '... is none');

my $id = project(contract_ids => [ $contract, $ours ])->{project_id};

sub members {
    return own('POST', '/project/update', { %project, project_id => $id,
        contract_ids => [ @_ ] });
}

is(members($contract, $waits)->{code}, 4030, 'a member more');
own('POST', '/contract/terminate', { contract_id => $ours });
is(members($contract, $ours)->{version}, 1, 'who was one stays one');
is(members($contract)->{version}, 2, '... until he is left out');
is(members($contract, $ours)->{code}, 4030, '... and is none any more');

###############################################################################
# operators: the name that all other ends have is taken, too

told(own('POST', '/operator/create', { name => 'eve', roles => [],
    expired_time => $past }), '/expire_time', 'is over', 'an operator');
own('POST', '/operator/create', { name => 'eve', roles => [],
    expired_time => $later });
is(own('GET', '/operator/query', { name => 'eve' })->{expire_time}, $later,
    'expired_time is expire_time');
told(own('POST', '/operator/grant', { name => 'eve', roles => ['none'] }),
    '/roles', 'there is no role none', 'a role');

###############################################################################
# tasks

my %job = (job_id => 'J1', flow_id => 'F1', dag => $api->dag,
    config => $api->config('hospital-b', $self, 'hospital-c'));

peer('POST', '/job/audit/apply', { %job, audit_id => 'AJ' }, 'hospital-b');

my (undef, undef, $sent) = $caller->left(sub {
    own('POST', '/audit/confirm', { audit_id => 'AJ', status => 'APPROVED' });
});
my $token = $sent->[0]{body}{resource_permit}{token};

sub start {
    my ($name) = @_;

    return $t->post('ew', '/v1/interconn/schedule/task/start',
        cert => 'hospital-b', headers => { 'x-resource-permit' => $token },
        body => { job_id => 'J1', task_id => 'T1', task_name => $name })
        ->{json};
}

told(start('other'), '/task_name', 'is no component of the DAG', 'a task');
is(start('lr')->{code}, 0, '... the same id by its right name') for 1, 2;
is(start('other')->{code}, 4091, '... is that one from now on');
is(own('GET', '/permit/list', { resource_type => 'job' })->{records}[0]{used},
    1, '... charged once');

done_testing();
