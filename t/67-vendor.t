#!/usr/bin/perl

# A node of another vendor beside a sandbox: contracts, resources, and jobs
# that it schedules, as the open implementations do.

use strict;
use warnings;

use lib 't/lib';
use IC::Sandbox;
use IC::Vendor;
use Test::More;
use Time::HiRes qw(time);

my $sandbox = IC::Sandbox->new(nodes => 1, plain => 1);
my $node = $sandbox->node(0);
my $self = $node->{node_id};
my $vendor = IC::Vendor->new(sandbox => $sandbox, node => 'VENDOR01');
my $other = IC::Vendor->new(sandbox => $sandbox, node => 'VENDOR02');
my $base = '/v1/interconn';
my $schedule = '//v1/interconn/schedule';

IC::Vendor::stub($sandbox);

sub post { return $vendor->post(0, @_) }
sub get  { return $vendor->get(0, @_) }

sub code_is {
    my ($answer, $verdict, $what) = @_;

    is(IC::Vendor::verdict($answer), $verdict, $what)
        or diag($answer && $answer->{msg});
}

sub operator {
    my ($path, $body) = @_;

    return $sandbox->platform(0, "/v1/platform/$path", $body);
}

sub state_of {
    my ($what, $id) = @_;
    my $key = $what =~ /contract/ ? 'contract_id' : 'audit_id';

    return get("$base/$what/query?$key=$id")->{data}{status};
}

###############################################################################
# the node, and contracts

is(get("/$base/node/query", { node_id => $self, other => [] })->{data}{node_id},
    $self, 'GET with a body and a double slash');
is(get("$base/node/health")->{data}{status}, 'ok', 'health');

my $catalog = "$base/dataset/pub/list?contract_id=";

code_is(get("${catalog}C1"), '4011 unknown_certificate', 'no contract');

my $confirm = $vendor->contract(0, 'REJECTED');

is($confirm->{json}{status}, 'REJECTED', 'rejected, at our address');
is($confirm->{cert}, $self, 'with the certificate of the node');
ok($vendor->verifies($confirm, $node->{cert}), 'and its signature');
is(state_of('node/contract', $vendor->{contract}), 'REJECTED', 'as asked');

my $end = int(time) + 86400;

$confirm = $vendor->contract(0, 'APPROVED', expired_time => $end);
is($confirm->{json}{status}, 'APPROVED', 'approved');
is($confirm->{json}{expired_time}, $end * 1000, 'until then, in ms');
is(post("$base/node/contract/apply", $vendor->application(
    expired_time => $end))->{data}{contract_id}, $vendor->{contract},
    'the same application again');
code_is(post("$base/node/contract/terminate",
    { contract_id => $vendor->{contract} }), '0', 'ended by us') for 1, 2;
code_is(get("$catalog$vendor->{contract}"), '4031 contract_terminated',
    'at once');

$vendor->contract(0);
operator('contract/terminate', { contract_id => $vendor->{contract} });
is($vendor->await('contract/terminate')->{json}{contract_id},
    $vendor->{contract}, 'ended by the node, which tells us');

# the node applies

operator('contract/apply', { node_id => 'VENDOR01',
    address => $vendor->{server}{address} });

my $apply = $vendor->await('contract/apply')->{json};

is($apply->{node_id}, $self, 'it describes itself');

my %answer = (contract_id => 'C-VENDOR01', auth_type => 'CERT',
    status => 'APPROVED', auth_credential => $vendor->credential,
    expired_time => $end);

$sandbox->await('our contract_id', sub {
    return operator('contract/query?contract_id=C-VENDOR01')->{code} == 0;
});
$other->contract(0);
code_is($other->post(0, "$base/node/contract/confirm", { %answer,
    auth_credential => $other->credential }), '4040 not_found',
    'only the node applied to answers');
code_is(post("$base/node/contract/confirm", \%answer), '0', 'confirmed')
    for 1, 2;
$vendor->{contract} = 'C-VENDOR01';

code_is(post("$base/node/update", { contract_id => 'C-VENDOR01',
    inst_id => 'IVENDOR01', name => 'flat', endpoint => 'x' }), '0',
    'update, flat');
is(operator('contract/query?contract_id=C-VENDOR01')->{data}{name}, 'flat',
    'is known');

###############################################################################
# datasets

my $table = $sandbox->temp . '/rows.csv';

open my $out, '>', $table or die "$table: $!\n";
print $out "id,x,ok\n", map { "$_,1,1\n" } 1 .. 40;
close $out;

my $dataset = $sandbox->dataset(0, $table);
my $list = get("/${catalog}$vendor->{contract}&page_size=-1&other=1");

is($list->{data}{records}[0]{dataset_id}, $dataset, 'listed');
is(get("$base/dataset/pub/query", { contract_id => $vendor->{contract},
    dataset_id => $dataset })->{data}{owner}, 'I0001', 'queried');

my %ask = (contract_id => $vendor->{contract}, dataset_id => $dataset,
    audit_id => 'VA1', times_limit => 9, time_limit => $end, other => 1,
    auth_scope => { PROJECT => [ 'VP1' ], COMPONENT => [qw/ psi homo_lr /] });

code_is(post("$base/dataset/audit/apply", \%ask), '0', 'asked for')
    for 1, 2;
operator('audit/confirm', { audit_id => 'VA1', status => 'APPROVED' });

my $permit = $vendor->await('dataset/audit/confirm')->{json}{resource_permit};

is(join(' ', @$permit{qw(resource_type resource_id resource_node_id
    request_node_id times_limit time_limit)}),
    "Dataset $dataset $self VENDOR01 9 ${end}000", 'the permit');
is(state_of('dataset/audit', 'VA1'), 'APPROVED', 'state');

# the node asks for a dataset, a project, a flow and a model of ours

my $project = operator('project/create', { name => 'p',
    contract_ids => [ $vendor->{contract} ] })->{data}{project_id};
my $dag = IC::Vendor::dag('lr_1', 'lr_2');

# We may be the initiator and no party.
sub config {
    my ($label, $initiator) = @_;

    return IC::Vendor::config([ 'lr_1', 'lr_2' ], label => $label,
        initiator => $initiator, role => { guest => [ $self ],
            host => [ 'THIRD' ], arbiter => [ 'FOURTH' ] },
        data => { $self => $dataset, THIRD => 'D3' });
}

my $flow = operator('flow/create', { name => 'f', dag => $dag,
    project_id => $project, conf => config('ok', $self) });

code_is($flow, '0', 'a flow in the words of all');

for my $case ([ dataset => 'VD1' ], [ project => $project ],
              [ flow => $flow->{data}{flow_id} ],
              [ model => 'VM1', apply_project_id => $project ])
{
    my ($kind, $id, @more) = @$case;
    my $sent = operator('audit/apply', { resource_type => $kind,
        contract_id => $vendor->{contract}, resource_id => $id, @more });
    my $call = $vendor->await("$kind/audit/apply");
    my $audit = $call->{json}{audit_id};
    my $own = $vendor->permit(ucfirst $kind, $id, 0);

    is($audit, $sent->{data}{audit_id}, "$kind: asked");
    $own->{"resourse_$_"} = delete $own->{"resource_$_"}
        for qw(node_id inst_id);

    my %body = (audit_id => $audit, status => 'APPROVED',
        resource_permit => $own);

    code_is($other->post(0, "$base/$kind/audit/confirm", { %body,
        resource_permit => $other->permit(ucfirst $kind, $id, 0) }),
        '4040 not_found', '... of us only');
    code_is(post("$base/$kind/audit/confirm", { %body, resource_permit =>
        { %$own, token => "a\r\nx-other: b" } }), '4001 invalid_fields',
        '... with a token for a header');
    code_is(post("$base/$kind/audit/confirm", \%body), '0',
        "$kind: granted, in the spelling of version 1.0") for 1, 2;
    code_is(post("$base/$kind/audit/terminate", { audit_id => $audit }), '0',
        "$kind: taken back");
    is(operator("audit/query?audit_id=$audit")->{data}{status}, 'TERMINATED',
        "$kind: known");
}

# we ask for the same

my %asked = (
    project => { project_id => 'VP1', name => 'p', type => 'ANONYM_FL',
        contract_id => $vendor->{contract}, datasets => [ $dataset ] },
    flow => { flow_id => 'VF1', name => 'f', dag => $dag, project_id => '',
        conf => config('ok', 'VENDOR01') },
);

for my $kind (sort keys %asked) {
    my %body = (%{ $asked{$kind} }, audit_id => "V-$kind", other => undef);

    code_is(post("/$base/$kind/audit/apply", \%body), '0', "$kind: we ask");
    operator('audit/confirm', { audit_id => "V-$kind",
        status => 'APPROVED' });
    is($vendor->await("$kind/audit/confirm")->{json}{status}, 'APPROVED',
        "$kind: approved");
    operator('audit/terminate', { audit_id => "V-$kind" });
    is($vendor->await("$kind/audit/terminate")->{json}{audit_id}, "V-$kind",
        "$kind: taken back");
    is(state_of("$kind/audit", "V-$kind"), 'TERMINATED', "$kind: state");
}

code_is(post("$base/model/audit/apply", { model_id => 'VM2', digest => 'x',
    audit_id => 'V-model', apply_project_id => 'VP1' }), '4040 not_found',
    'model: one that is not here');

###############################################################################
# jobs that we schedule

my $audits = 0;

# The audit and the permit of a job of ours that the node's operator approved.
sub approve {
    my ($who, $job, $label, %limits) = @_;
    my $audit = 'VJ-audit-' . ++$audits;
    my $before = $who->calls('job/audit/confirm');

    code_is($who->post(0, "$base/job/audit/apply", { job_id => $job,
        flow_id => 'VF1', name => 'j', project_id => 'VP1', dag => $dag,
        conf => config($label, $who->{node}), sync_type => 'poll',
        audit_id => $audit }), '0', "$job: job/audit/apply");
    operator('audit/confirm', { audit_id => $audit, status => 'APPROVED',
        %limits });

    return ($audit, $who->await('job/audit/confirm', $before + 1)
        ->{json}{resource_permit}{token});
}

sub create {
    my ($job, $label) = @_;

    return post("$schedule/job/create", { job_id => $job, flow_id => '',
        old_job_id => '', dag => $dag, config => config($label, 'VENDOR01') });
}

sub begin {
    my ($job, $label, %limits) = @_;
    my ($audit, $token) = approve($vendor, $job, $label, %limits);

    create($job, $label);
    post("$schedule/job/start", { job_id => $job });

    return ($audit, $token);
}

sub start {
    my ($job, $task, $name, @headers) = @_;

    return post("$schedule/task/start", { job_id => $job, task_id => $task,
        task_name => $name }, @headers);
}

sub poll {
    my ($task, $want) = @_;
    my $answer;

    eval {
        $sandbox->await($want, sub {
            $answer = post("$schedule/task/poll", { task_id => $task,
                role => '' });
            return ($answer->{data}{status} || '') eq $want;
        });
    };
    is($answer->{data}{status}, $want, "$task: $want");

    return $answer->{data};
}

sub stop {
    my ($job, @name) = @_;

    return post("$schedule/job/stop", { job_id => $job, @name });
}

code_is(create('VJ1', 'ok'), '4038 not_permitted', 'job/create, no audit');

my ($audit, $token) = approve($vendor, 'VJ1', 'ok', times_limit => 2);

code_is(create('VJ1', 'ok'), '0', 'job/create') for 1, 2;
code_is(create('VJ1', 'wait'), '4091 conflict', 'job/create, other content');
code_is(post("$schedule/job/start", { job_id => 'VJ1' }), '0', 'job/start')
    for 1, 2;

code_is(start('VJ1', 'VT1', 'lr_1'), '4033 permit_missing', 'no permit');

my ($stolen, $foreign) = approve($other, 'WJ1', 'ok');

code_is(start('VJ1', 'VT1', 'lr_1', 'x-resource-permit' => $foreign),
    '4034 permit_invalid', "another's permit");
code_is($other->post(0, "$schedule/task/start", { job_id => 'VJ1',
    task_id => 'VT1', task_name => 'lr_1' }, 'x-resource-permit' => $token),
    '4034 permit_invalid', 'our permit, sent by another');

code_is(start('VJ1', 'VT1', 'lr_1', x_resource_permit => $token), '0',
    'task/start') for 1, 2;
is(poll('VT1', 'SUCCESS')->{facts}{rows}, 40, '... with facts');
code_is(stop('VJ1', task_name => 'lr_1'), '0', 'clean-up') for 1, 2;
poll('VT1', 'SUCCESS');
code_is($other->post(0, "$schedule/task/poll", { task_id => 'VT1' }),
    '4040 not_found', 'polled by another');
code_is(start('VJ1', 'VT2', 'lr_2', x_mprac_token_set => "VJ1/1/$token"), '0',
    'the next task');
poll('VT2', 'SUCCESS');

for my $answer (get("$schedule/job/status_all?job_id=VJ1"),
                get("$schedule/job/status_all", { job_id => 'VJ1' }),
                post("$schedule/job/status_all", { job_id => 'VJ1' }))
{
    is_deeply($answer->{data}, { job_status => 'SUCCESS',
        status => { VT1 => 'SUCCESS', VT2 => 'SUCCESS' } }, 'status_all');
}

code_is(stop('VJ1'), '0', 'job/stop') for 1, 2;

my $seen = operator('job/query?job_id=VJ1')->{data};

is($seen->{status}, 'SUCCESS', 'our stop changes nothing');
is($_->{node_id}, $self, "$_->{task_id}: whose") for @{ $seen->{tasks} };
code_is(stop('NONE', task_name => 'x'), '0', 'job/stop, unknown job');
code_is(start('VJ1', 'VT9', 'lr_2', x_resource_permit => $token),
    '4090 wrong_state', 'task/start, after the end');

# a failing one, and one that is stopped after its audit ended

($audit, $token) = begin('VJ2', 'fail');
start('VJ2', 'VT3', 'lr_1', x_resource_permit => $token);

my $cause = poll('VT3', 'FAILED')->{cause};

is("$cause->{error} $cause->{party} $cause->{row}",
    'data_null_label guest.0 17', 'its cause');

($audit, $token) = begin('VJ3', 'wait');
start('VJ3', 'VT4', 'lr_1', x_resource_permit => $token);
poll('VT4', 'RUNNING');
operator('audit/terminate', { audit_id => $audit });
is($vendor->await('job/audit/terminate')->{json}{audit_id}, $audit,
    'we are told');
code_is(start('VJ3', 'VT5', 'lr_2', x_resource_permit => $token),
    '4037 permit_revoked', 'no other task');
poll('VT4', 'RUNNING');
code_is(stop('VJ3', task_name => 'lr_1'), '0', 'stopped');
is(poll('VT4', 'FAILED')->{cause}{error}, 'task_stopped', 'that is why');

# without a permit for the data

operator('audit/terminate', { audit_id => 'VA1' });
($audit, $token) = begin('VJ4', 'ok');
start('VJ4', 'VT6', 'lr_1', x_resource_permit => $token);
is(poll('VT6', 'FAILED')->{cause}{error}, 'data_not_approved',
    'data of others');

###############################################################################
# the plain listener: who the header names

my $plain = IC::Vendor->new(sandbox => $sandbox, node => 'PLAIN01',
    plain => 1);

$plain->contract(0);
code_is($plain->get(0, "$catalog$plain->{contract}"), '0', 'x_node_id');
code_is($plain->get(0, "$catalog$plain->{contract}", undef,
    x_node_id => ''), '4010 no_certificate', 'nobody');

$sandbox->finish;
done_testing();
