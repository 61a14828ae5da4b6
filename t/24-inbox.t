#!/usr/bin/perl

# What waits for an operator: who asks for what, within which limits, what is
# new about it; and how own requests are withdrawn.
#
# covers: GET /v1/platform/audit/inbox
# covers: POST /v1/platform/audit/withdraw

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
my @all = (page_size => -1);

$redis->call('node_init', node_id => $self, name => 'A', inst_id => 'ia',
    institution => 'Hospital A', address => 'https://a.example.org');

sub peer { $caller->peer(@_) }
sub own  { $caller->own(@_) }
sub left { $caller->left(@_) }

sub inbox {
    my ($fields) = @_;

    return @{ own('GET', '/audit/inbox', { @all, %{ $fields || {} } })
        ->{records} };
}

is_deeply(own('GET', '/audit/inbox'), { total => 0, records => [] },
    'nothing waits');

###############################################################################
# contracts

sub apply {
    my ($node, %more) = @_;

    my $pem = $t->slurp($t->certificate($node) . '.crt');

    return peer('POST', '/node/contract/apply', { node_id => $node,
        name => $node, institution => 'Hospital of ' . uc substr($node, -1),
        inst_id => "inst-$node", system => 'other', system_version => '2',
        address => "https://$node.example.org", auth_type => 'CERT',
        auth_credential => $pem, %more }, $node)->{contract_id};
}

my $contract = apply('hospital-b', expired_time => 1924934400000);
my ($item) = inbox();

is($item->{resource_type}, 'contract', 'a contract waits');
is($item->{id}, $contract, '... its id answers it');
is($item->{node_id}, 'hospital-b', '... who');
is($item->{statement}, 'hospital-b (Hospital of B) asks for a contract, '
    . 'until 2030-12-31 08:00 UTC', '... in words');
is($item->{statement_zh}, 'hospital-b (Hospital of B)申请合作，有效期至 '
    . '2030-12-31 08:00 UTC', '... in Chinese');
ok(!$item->{approved_time}, '... never approved before');

own('POST', '/contract/confirm', { contract_id => $contract,
    status => 'APPROVED', expired_time => 1924934400000 });
is(scalar inbox(), 0, '... answered');

###############################################################################
# requests of every kind

my $dataset = 'D1';

$redis->call('object_create', 'dataset', $dataset, name => 'blood',
    pub_scope => 'public');

$redis->call('object_create', 'model', 'M1', digest => 'abc',
    pub_scope => 'public', task_id => 'T1');
$redis->call('object_create', 'component', 'psi2:1.0', name => 'psi',
    pub_scope => 'public');

my $config = $api->config('hospital-b', $self, 'hospital-c');

my %ask = (
    dataset => { contract_id => $contract, dataset_id => $dataset,
        time_limit => 1924934400000, times_limit => 3,
        auth_scope => [ 'PROJECT' ], scope_ids => { PROJECT => [ 'p1' ] } },
    project => { project_id => 'P1', name => 'liver',
        contract_id => $contract, datasets => [ { dataset_id => $dataset,
        name => 'blood' } ] },
    component => { component_id => 'psi2:1.0' },
    flow => { flow_id => 'F1', name => 'train', dag => $api->dag,
        config => $config },
    job => { job_id => 'J1', flow_id => 'F1', dag => $api->dag,
        conf => $config },
    model => { model_id => 'M1', model_digest => 'ABC',
        apply_project_id => 'P1' },
);

my %says = (
    dataset => "to use the dataset $dataset (blood), only for PROJECT p1, "
        . 'until 2030-12-31 08:00 UTC, at most 3 times',
    project => "this node to the project P1 (liver), with the datasets "
        . $dataset,
    component => 'to use the component psi2:1.0 (psi)',
    flow => 'this node to agree to the flow F1 (train), as guest.0, running '
        . 'homo_lr',
    job => 'this node to take part in the job J1, as guest.0, of the flow '
        . 'F1, running homo_lr',
    model => 'to use the model M1, for the project P1',
);

sub ask {
    my ($kind, $id, %more) = @_;

    return peer('POST', "/$kind/audit/apply", { %{ $ask{$kind} },
        audit_id => $id, %more });
}

for my $kind (sort keys %ask) {
    is_deeply(ask($kind, "A-$kind"), {}, "$kind: asked");
    ($item) = inbox({ resource_type => $kind });
    is($item->{id}, "A-$kind", '... waits');
    like($item->{statement},
        qr/^hospital-b \(Hospital of B\) (?:asks|invites) \Q$says{$kind}\E$/,
        '... in words');
    ok($item->{statement_zh}, '... in Chinese');
    is($item->{contract_id}, $contract, '... under which contract');
}

my $c = apply('hospital-c');

is(scalar inbox(), 7, 'everything that waits');
is(scalar inbox({ node_id => 'hospital-c' }), 1, '... of one node');
is(scalar inbox({ node_id => 'hospital-c', kind => 'job' }), 0,
    '... and kind');

my $page = own('GET', '/audit/inbox', { page_num => 2, page_size => 4 });

is($page->{total}, 7, '... by pages: in all');
is(scalar @{ $page->{records} }, 3, '... the rest');
is(own('GET', '/audit/inbox', { kind => 'king' })->{code}, 4001,
    '... no such kind');

###############################################################################
# what changed since the same was approved

own('POST', '/audit/confirm', { audit_id => "A-$_", status => 'APPROVED' })
    for sort keys %ask;

is(scalar inbox(), 1, 'answered: only the contract waits');

ask('dataset', 'A-2', times_limit => 10);
($item) = inbox({ kind => 'dataset' });
ok($item->{approved_time} > 1700000000000, 'the same dataset: approved before');
is_deeply($item->{changes}, [ { field => '/times_limit', before => '3',
    after => '10' } ], '... what changed');
is($item->{change_count}, 1, '... how much');

my $other = $api->config('hospital-b', $self, 'hospital-c');

$other->{task_params}{common}{lr}{max_iter} = 50;
push @{ $other->{task_params}{common}{lr}{attributes} }, 'C7';
ask('job', 'A-3', job_id => 'J2', conf => $other);
($item) = inbox({ kind => 'job' });
is_deeply($item->{changes}, [
    { field => '/config/task_params/common/lr/attributes/1', before => '',
      after => 'C7' },
    { field => '/config/task_params/common/lr/max_iter', before => '',
      after => '50' } ], 'another job of the same flow: what changed');

ask('model', 'A-4');
($item) = inbox({ kind => 'model' });
is_deeply($item->{changes}, [], 'the same again: nothing changed');
ok($item->{approved_time}, '... since it was approved');

own('POST', '/contract/terminate', { contract_id => $contract });
is(scalar inbox({ node_id => 'hospital-b' }), 0,
    'what waits under a contract ends with it');

apply('hospital-b', address => 'https://new.example.org');
($item) = inbox({ node_id => 'hospital-b' });
is_deeply([ grep { $_->{field} eq '/address' } @{ $item->{changes} } ],
    [ { field => '/address', before => 'https://hospital-b.example.org',
        after => 'https://new.example.org' } ],
    'a contract with the same node: what changed');

###############################################################################
# requests of what is not there

own('POST', '/contract/confirm', { contract_id => $c, status => 'APPROVED' });

sub refused {
    my ($kind, $code, $name, %more) = @_;

    is(peer('POST', "/$kind/audit/apply", { %{ $ask{$kind} },
        contract_id => $c, audit_id => 'A-r', %more }, 'hospital-c')->{code}
        // 0, $code, $name);
}

refused('model', 4040, 'no such model', model_id => 'M9');
refused('model', 4091, 'a model with another digest', model_digest => 'abd');
refused('model', 4091, '... of another task', task_id => 'T2');
refused('project', 4040, 'a project with a dataset that is not here',
    datasets => [ $dataset, 'D9' ]);
refused('project', 4001, '... with something that is none',
    datasets => [ 7 ]);

$redis->call('object_create', 'model', 'M2', job_id => 'J1');
refused('model', 0, 'a model of a job that the asker took part in',
    model_id => 'M2', model_digest => undef);
$redis->call('object_create', 'model', 'M3', job_id => 'J9');
refused('model', 4040, '... of any other', model_id => 'M3',
    audit_id => 'A-s');

###############################################################################
# own requests, withdrawn

sub wanted {
    my $got = own('POST', '/audit/apply', { resource_type => 'dataset',
        contract_id => $c, resource_id => 'theirs' });
    return $got->{audit_id};
}

sub status {
    return own('GET', '/audit/query', { audit_id => $_[0] })->{status};
}

sub answered {
    my ($id, $status) = @_;

    return left(sub {
        peer('POST', '/dataset/audit/confirm', { audit_id => $id,
            status => $status, $status eq 'REJECTED' ? ()
            : (resource_permit => $api->permit('hospital-c', $self,
                'dataset', 'theirs')) }, 'hospital-c');
    });
}

my $id = wanted();
my ($got, $events, $out) = left(sub {
    own('POST', '/audit/withdraw', { audit_id => $id })
});

is_deeply($got, {}, 'withdrawn before the answer');
is_deeply($events, [ 'AUDIT_WITHDRAWN' ], '... evidence');
is(status($id), 'APPLIED', '... the answer is still awaited');
($got, $events) = left(sub {
    own('POST', '/audit/withdraw', { audit_id => $id })
});
is_deeply($events, [], '... again: no change');

($got, $events, $out) = answered($id, 'APPROVED');
is_deeply($events, [ 'AUDIT_APPROVED', 'AUDIT_TERMINATED' ],
    '... an approval ends at once');
is($out->[0]{path}, '/v1/interconn/dataset/audit/terminate',
    '... the owner is told');
is(status($id), 'TERMINATED', '... ended');

$id = wanted();
own('POST', '/audit/withdraw', { audit_id => $id });
answered($id, 'REJECTED');
is(status($id), 'REJECTED', '... a rejection stands');
is(own('POST', '/audit/withdraw', { audit_id => $id })->{code}, 4090,
    '... and is not withdrawn');

$id = wanted();
answered($id, 'APPROVED');
($got, $events, $out) = left(sub {
    own('POST', '/audit/withdraw', { audit_id => $id })
});
is_deeply($events, [ 'AUDIT_TERMINATED' ], 'given back after the approval');
is($out->[0]{body}{audit_id}, $id, '... the owner is told');

is(own('POST', '/audit/withdraw', { audit_id => 'A-dataset' })->{code}, 4040,
    'what was asked of us is not ours to withdraw');

# a refusal says why, at both nodes, in the evidence too

my $why = "Not \x{201c}this\x{201d} cohort: ask again in May.";

ask('dataset', 'A-w', contract_id => $c);
peer('POST', '/dataset/audit/apply', { %{ $ask{dataset} },
    contract_id => $c, audit_id => 'A-w' }, 'hospital-c');
($got, $events, $out) = left(sub {
    own('POST', '/audit/confirm', { audit_id => 'A-w', status => 'REJECTED',
        reason => $why })
});
is($out->[0]{body}{reason}, $why, 'a refusal tells the asker why');
$got = own('GET', '/audit/query', { audit_id => 'A-w' });
is($got->{reason}, $why, '... and is kept with it');
is($got->{decided_by}, 'olga', '... and with who refused');
is(own('POST', '/audit/confirm', { audit_id => 'A-w', status => 'REJECTED',
    reason => 'x' x 4097 })->{code}, 4001, '... too long');

$id = wanted();
peer('POST', '/dataset/audit/confirm', { audit_id => $id,
    status => 'REJECTED', reason => $why }, 'hospital-c');
is(own('GET', '/audit/query', { audit_id => $id })->{reason}, $why,
    'why a partner refused');

my $d = apply('hospital-d');

($got, $events, $out) = left(sub {
    own('POST', '/contract/confirm', { contract_id => $d,
        status => 'REJECTED', reason => $why })
});
is($out->[0]{body}{reason}, $why, 'why a contract was refused');
is(own('GET', '/contract/query', { contract_id => $d })->{reason}, $why,
    '... is kept');

# the other side of it: a holder gives back

ask('dataset', 'A-h', contract_id => $c);
peer('POST', '/dataset/audit/apply', { %{ $ask{dataset} },
    contract_id => $c, audit_id => 'A-h' }, 'hospital-c');
own('POST', '/audit/confirm', { audit_id => 'A-h', status => 'APPROVED' });
($got, $events) = left(sub {
    peer('POST', '/dataset/audit/terminate', { audit_id => 'A-h' },
        'hospital-c')
});
is_deeply($events, [ 'AUDIT_TERMINATED', 'PERMIT_REVOKED' ],
    'a holder gives its permission back');
is(status('A-h'), 'TERMINATED', '... ended here too');

$caller->finish($0);
$t->finish;
done_testing();
