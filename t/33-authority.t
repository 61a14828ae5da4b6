#!/usr/bin/perl

# The authorisation table, cell by cell: every endpoint for peers with every
# caller, object, state and repeat. What is expected comes from the table.

use warnings;
use strict;

use lib 't/lib';
use IC;
use IC::Api;
use IC::Matrix;
use Test::More;
use Time::HiRes qw/ time /;

IC->check;
IC::Api->check;

my $t = IC->new(patience => '20s');
my $redis = $t->redis;
my $api = IC::Api->new;
my $m = IC::Matrix->new($t, $api);
my $self = 'hospital-a';
my $past = (time - 3600) * 1000 | 0;

# b, c: contracts; d: terminated; e: expired; f: none
my %auth = (d => 'contract_terminated', e => 'contract_expired',
    f => 'unknown_certificate');
my @KINDS = qw/ dataset project flow job model component /;

$t->operator('olga', 'secret');
$redis->call('node_init', node_id => $self, name => 'A', inst_id => 'ia',
    institution => 'A', address => 'https://a.example.org');
$redis->call('limit_put', 'denials_of_peer', 1000000);
$redis->call('limit_put', $_, 1000) for qw/ requests_of_peer
    applications_of_peer /;

sub store { $m->store(@_) }

###############################################################################
# contracts: of each direction and state one, with a node of its own; the
# states are those of the store, "EXPIRED" is APPROVED with a time that is over

my @contracts;

my %contract = map { $_ => $m->contract_in($_, 'APPROVED') } qw/ b c /;

$m->contract_in('d', 'TERMINATED');
$m->contract_in('e', 'EXPIRED');
$t->certificate('f');

my %gate = (APPLIED => 'no_contract', REJECTED => 'no_contract',
    TERMINATED => 'contract_terminated', EXPIRED => 'contract_expired');

for my $dir (qw/ in out /) {
    for my $state ($m->states, 'EXPIRED') {
        my $node = lc "$dir-$state";
        my $id = $dir eq 'in' ? $m->contract_in($node, $state)
                              : $m->contract_out($node, $state);

        push @contracts, { id => $id, owner => $node, dir => $dir,
            state => $state eq 'EXPIRED' ? 'APPROVED' : $state,
            name => "$dir $state", is => { counterparty => 1,
                $dir eq 'out' ? (asked => 1) : (applicant => 1) },
            gate => $dir eq 'out' && $state =~ /APPLIED|REJECTED/
                    ? 'unknown_certificate' : $gate{$state} };
    }
}

###############################################################################
# requests of every kind, both ways, in every state, all with b

$redis->call('object_create', @$_, name => $_->[1], pub_scope => 'public')
    for [ 'dataset', 'D1' ], [ 'component', 'K0:1' ];
$redis->call('object_create', 'model', 'M1', digest => 'd',
    pub_scope => 'public');
$redis->call('object_create', $_->[0], $_->[1], name => 'hidden',
    pub_scope => 'private') for [ 'dataset', 'D2' ], [ 'model', 'M2' ];
$redis->call('object_create', 'flow', 'F0', name => 'ours');
$redis->call('object_create', $_->[0], $_->[1], name => 'n', pub_scope =>
    $_->[1] =~ /3|1:/ ? 'public' : 'private', contract_ids => $_->[1] eq 'P3'
    ? qq{["$contract{b}"]} : '[]') for [ 'flow', 'F3' ], [ 'flow', 'F4' ],
    [ 'component', 'K1:1' ], [ 'component', 'K2:1' ], [ 'project', 'P3' ],
    [ 'project', 'P4' ];

my $config = $api->config('b', $self, 'c');
my $ours = $api->config($self, 'b');
my %resource = (dataset => 'D1', project => 'P1', flow => 'F1', model => 'M1',
    component => 'K0:1');

sub asked {
    my ($kind, $id) = @_;

    my %body = (
        dataset => { dataset_id => 'D1' },
        project => { project_id => 'P1', name => 'p', datasets => [ 'D1' ] },
        flow => { flow_id => 'F1', name => 'f', dag => $api->dag,
            config => $config }, job => { job_id => "J$id",
            flow_id => 'F1', dag => $api->dag, conf => $config },
        model => { model_id => 'M1', apply_project_id => 'P1' },
        component => { component_id => 'K0:1' },
    );

    return { audit_id => $id, %{ $body{$kind} },
        $kind =~ /dataset|project/ ? (contract_id => $contract{b}) : () };
}

my (%audits, %token);

sub audit_in {
    my ($kind, $id, $state) = @_;

    my $got = $m->call('b', 'POST', "/v1/interconn/$kind/audit/apply",
        asked($kind, $id));
    die "$kind: $got->{body}\n" if $got->{json}{code} != 0;
    return if $state eq 'APPLIED';

    my $out = $redis->watch(sub {
        $t->post('ns', '/v1/platform/audit/confirm', token => 'secret',
            body => { audit_id => $id, resource_type => $kind,
                node_id => 'b', status => $state eq 'REJECTED' ? $state
                                                               : 'APPROVED' })
    })->{outbox};

    $token{$id} = $t->decode($out->[0]{body})->{resource_permit}{token};
    store('audit_terminate_out', $kind, $id, 'b') if $state eq 'TERMINATED';
}

sub audit_out {
    my ($kind, $id, $state) = @_;

    store('audit_apply_out', $kind, $contract{b}, $id,
        $resource{$kind} || "O$id", '{}');
    return if $state eq 'APPLIED';

    store('audit_confirm_in', $kind, 'b', $id,
        $state eq 'REJECTED' ? $state : 'APPROVED', token => 'x');
    store('audit_terminate_in', $kind, 'b', $id) if $state eq 'TERMINATED';
}

for my $kind (@KINDS) {
    for my $dir (qw/ in out /) {
        for my $state ($m->states) {
            my $id = "A-$dir-$kind-$state";

            $dir eq 'in' ? audit_in($kind, $id, $state)
                         : audit_out($kind, $id, $state);
            push @{ $audits{$kind} }, { id => $id, owner => 'b', dir => $dir,
                state => $state, name => "$dir $state", is => { either => 1,
                    $dir eq 'out' ? (asked => 1) : (applicant => 1) } };
        }
    }
}

###############################################################################
# jobs of b's in every state, ours with b; tasks of theirs

my (@jobs, @tasks, @parts);

sub permit_jti {
    return $redis->get("audit:in:job:b:$_[0]", 'jti');
}

for my $state (qw/ PENDING RUNNING SUCCESS FAILED /) {
    my $id = "A-run-$state";
    my $job = "J$id";

    audit_in('job', $id, 'APPROVED');
    store('sched_task_start', 'b', $job, "T-$state", 'lr', permit_jti($id));

    my ($task, $epoch) = ("T-$state");

    if ($state ne 'PENDING') {
        store('task_claim', $task, 'runner', 60000);
        $epoch = $redis->get("task:$task", 'epoch');
    }

    store('task_end', $task, $epoch, $state)
        if $state =~ /SUCCESS|FAILED/;
    store('job_advance', $job, 'FAILED') if $state eq 'FAILED';
    push @tasks, { id => $task, owner => 'b', state => $state,
        name => $state, is => { initiator => 1 } };
    push @jobs, { id => $job, owner => 'b', name => "theirs, $state",
        state => $redis->get("job:$job", 'status'),
        is => { initiator => 1, participant => 1 } };
}

audit_in('job', 'A-run-NEW', 'APPROVED');
push @jobs, { id => 'JA-run-NEW', owner => 'b', name => 'theirs, PENDING',
    state => 'PENDING', is => { initiator => 1, participant => 1 } };

for my $state (qw/ PENDING RUNNING SUCCESS FAILED /) {
    my $job = "OURS-$state";

    store('job_create', $job, 'F0', 'b', config => $t->encode($ours),
        dag => $t->encode($api->dag));
    store('ptask_put', $job, "P-$state", $_, 'lr', 'guest.0') for 'b', $self;
    store('ptask_update', "P-$state", 'b', $state);
    store('job_advance', $job, 'RUNNING') if $state ne 'PENDING';
    store('job_advance', $job, $state) if $state =~ /SUCCESS|FAILED/;
    push @parts, { id => "P-$state", owner => 'b', state => $state,
        name => "ours, $state", is => { party => 1 } };
    push @jobs, { id => $job, owner => 'b', name => "ours, $state",
        state => $state, is => { participant => 1 } };
}

$redis->command('HSET', $redis->key("contract:$_"), 'expired_time', $past)
    for @{ $m->{expired} };
$redis->command('XTRIM', $redis->key('evidence'), 'MAXLEN', '0');
$m->keep;

###############################################################################
# every caller with every object

sub missing {
    my ($like) = @_;

    return { id => 'N' . 'o' x (length($like) - 1), name => 'missing' };
}

# callers of an object: who it belongs to first

sub callers {
    my ($object, $auth) = @_;

    my %seen;
    my @callers = grep { !$seen{ $_->{who} }++ }
        ($object->{owner} ? { who => $object->{owner},
            auth => $auth eq 'contract' ? $object->{gate} // '' : '' } : ()),
        (map { { who => $_, auth => '' } } qw/ b c /),
        (map { { who => $_, auth => $auth eq 'contract' ? $auth{$_} : '' } }
            qw/ d e f /),
        (map { { who => $_, auth => 'no_certificate' } }
            qw/ nobody operator /);

    return @callers;
}

# body: code that makes the fields for an object

sub walk {
    my ($method, $path, $objects, $body, %option) = @_;

    my $row = $m->row("$method $path");

    for my $object (@$objects, missing($objects->[0]{id}),
                    @{ $option{others} || [] })
    {
        for my $caller (callers($object, $row->{auth})) {
            my $own = $caller->{who} eq ($object->{owner} // '');

            $m->cell("$caller->{who}, $object->{name}"
                . ($option{target} ? " to $option{target}" : ''),
                $method, $path, %option, caller => $caller->{who},
                id => $option{named}
                    // $object->{id} . ($option{suffix} // ''),
                state => $object->{state}, auth => $caller->{auth},
                body => $body->($object->{id}, $caller->{who}),
                foreign => $object->{owner} || $option{foreign}
                    && $caller->{who} ne 'b',
                sees => ($own || $option{everybody} && $object->{is})
                    && ($object->{is}{ $row->{caller} } || 0));
        }
    }
}

my %other = (
    contract => [ { id => $audits{job}[0]{id}, name => 'a request\'s id' } ],
    audit => [ { id => $contract{b}, name => 'a contract\'s id' } ],
    job => [ { id => 'T-PENDING', name => 'a task\'s id' } ],
);

my $base = '/v1/interconn/node';

sub by { my ($field) = @_; return sub { +{ $field => $_[0] } } }

for my $target (qw/ APPROVED REJECTED /) {
    walk('POST', "$base/contract/confirm", \@contracts, sub {
        +{ contract_id => $_[0], status => $target, auth_type => 'CERT',
           auth_credential => $t->slurp("$t->{dir}/$_[1].crt") // 'none',
           expired_time => 1983755471000 }
    }, target => $target, others => $other{contract});
}

walk('POST', "$base/contract/terminate", \@contracts, by('contract_id'),
    target => 'TERMINATED', others => $other{contract});
walk('GET', "$base/contract/query", \@contracts, by('contract_id'),
    others => $other{contract});

walk('POST', "$base/update", \@contracts, sub {
    +{ contract_id => $_[0], inst_id => "inst-$_[1]" }
}, others => $other{contract});

walk('GET', "$base/query", [ { id => $self, name => 'we', owner => 'b',
    is => { certificate => 1 } } ], by('node_id'), everybody => 1);
$m->cell("$_->{who}", 'GET', "$base/health", caller => $_->{who},
    auth => $_->{auth}, sees => 1, body => {})
    for callers({}, 'certificate');

###############################################################################
# what contracts show

my @own = ({ id => $contract{b}, owner => 'b', name => 'live',
    is => { counterparty => 1 } }, grep { $_->{gate} } @contracts);

# kind, path, a field of its id, one that is shown, one that is not

for my $case ([ 'dataset', 'dataset/pub', 'dataset_id', 'D1', 'D2' ],
              [ 'model', 'model/pub', 'model_id', 'M1', 'M2' ],
              [ 'flow', 'flow/pub', 'flow_id', 'F3', 'F4' ],
              [ 'project', 'project', 'project_id', 'P3', 'P4' ],
              [ 'component', 'component', 'code', 'K1', 'K2' ])
{
    my ($kind, $path, $field, $seen, $hidden) = @$case;
    my %and = $kind eq 'component' ? (version => '1') : ();
    my $named = %and ? "$seen:1" : $seen;
    my @objects = ({ id => $seen, owner => 'b', name => 'shown' },
        { id => $hidden, owner => 'b', name => 'hidden' });

    walk('GET', "/v1/interconn/$path/list", \@own, by('contract_id'));
    walk('GET', "/v1/interconn/$path/query", \@own, sub {
        +{ contract_id => $_[0], $field => $seen, %and }
    }, named => $named);
    $objects[0]{is} = { counterparty => 1 };
    walk('GET', "/v1/interconn/$path/query", \@objects, sub {
        +{ contract_id => $contract{b}, $field => $_[0], %and }
    }, foreign => 1, suffix => %and ? ':1' : '',
        others => [ { id => 'J1', name => 'a job\'s id' } ]);

    next if $kind !~ /dataset|component/;

    $objects[0]{is} = { certificate => 1 };
    walk('GET', "/v1/interconn/$kind/open/query", \@objects, sub {
        +{ $field => $_[0], %and }
    }, everybody => 1, suffix => %and ? ':1' : '');
    $m->cell("$_->{who}", 'GET', "/v1/interconn/$kind/open/list",
        caller => $_->{who}, auth => $_->{auth}, sees => 1, body => {})
        for callers({}, 'certificate');
}

###############################################################################
# requests

for my $kind (@KINDS) {
    my $path = "/v1/interconn/$kind/audit";

    for my $target (qw/ APPROVED REJECTED /) {
        walk('POST', "$path/confirm", $audits{$kind}, sub {
            +{ audit_id => $_[0], status => $target, $target eq 'REJECTED'
               ? () : (resource_permit => $api->permit($_[1], $self, $kind,
                   $resource{$kind} || "O$_[0]")) }
        }, target => $target, others => $other{audit});
    }

    walk('POST', "$path/terminate", $audits{$kind}, by('audit_id'),
        target => 'TERMINATED', others => $other{audit});
    walk('GET', "$path/query", $audits{$kind}, by('audit_id'),
        others => $other{audit});

    # the same again, another content, another's id, nothing of that kind

    for my $audit (grep { $_->{dir} eq 'in' } @{ $audits{$kind} }) {
        apply($kind, $audit->{id}, 'again', same => 1);
        apply($kind, $audit->{id}, 'other content', refused => 'conflict',
            more => { other($kind) });
    }

    apply($kind, 'A-new', 'new', target => 'APPLIED', state => 'none');
    apply($kind, 'A-in-job-APPLIED', 'the id of another kind',
        target => 'APPLIED', state => 'none') if $kind ne 'job';
    apply($kind, "A-out-$kind-APPLIED", 'the id of a request of ours',
        target => 'APPLIED', state => 'none');
    apply($kind, "A-in-$kind-APPLIED", 'the id of another peer\'s',
        caller => 'c', target => 'APPLIED', state => 'none',
        more => contract_of('c', $kind));

    for my $who (@{ callers_but('c') }) {
        apply($kind, 'A-new', $who->{who}, caller => $who->{who},
            auth => $who->{auth});
    }
}

# the fields of another request of that kind

sub other {
    my ($kind) = @_;

    return $kind =~ /dataset|component/ ? (times_limit => 7)
        : $kind eq 'model' ? (apply_project_id => 'P2')
        : (name => 'other');
}

sub contract_of {
    my ($who, $kind) = @_;

    my $with = $api->config($who, $self, 'b');

    return { $kind =~ /dataset|project/ ? (contract_id => $contract{$who}) :
        $kind eq 'job' ? (conf => $with, job_id => 'J-c') : () };
}

sub callers_but {
    return [ grep { $_->{auth} } callers({}, 'contract') ];
}

sub apply {
    my ($kind, $id, $name, %cell) = @_;

    my $more = delete $cell{more};

    $more = { %$more } if $more;
    $m->cell("$kind $id, $name", 'POST', "/v1/interconn/$kind/audit/apply",
        caller => 'b', sees => 1, auth => '', %cell,
        body => { %{ asked($kind, $id) }, %{ $more || {} } });
}

sub foreign_apply {
    my ($kind, $name, $id, $there, %more) = @_;

    $m->cell("$kind of $name", 'POST', "/v1/interconn/$kind/audit/apply",
        caller => 'b', sees => 0, auth => '', id => $id, foreign => $there,
        body => { %{ asked($kind, 'A-f') }, %more });
}

foreign_apply('dataset', 'a contract of another\'s', $contract{c}, 1,
    contract_id => $contract{c});
foreign_apply('dataset', 'a contract that is not there', 'Noone', 0,
    contract_id => 'Noone');
foreign_apply('dataset', 'a private one', 'D2', 1, dataset_id => 'D2');
foreign_apply('dataset', 'none', 'D9', 0, dataset_id => 'D9');
foreign_apply('project', 'a private dataset', 'D2', 1, datasets => [ 'D2' ]);
foreign_apply('project', 'no dataset', 'D9', 0, datasets => [ 'D9' ]);
foreign_apply('model', 'a private one', 'M2', 1, model_id => 'M2');
foreign_apply('model', 'none', 'M9', 0, model_id => 'M9');

###############################################################################
# scheduling

my $schedule = '/v1/interconn/schedule';
my @ours = grep { $_->{name} =~ /^ours/ } @jobs;

walk('POST', "$schedule/job/create", \@jobs, sub {
    +{ job_id => $_[0], dag => $api->dag, config => $config }
}, others => $other{job}, loose => 1);
walk('POST', "$schedule/job/start", \@jobs, by('job_id'),
    target => 'RUNNING', others => $other{job});
walk('POST', "$schedule/job/audit_confirm", [ map { +{ %$_,
    is => { party => scalar $_->{name} =~ /^ours/ } } } @jobs ], sub {
    +{ job_id => $_[0], status => 'READY' }
}, others => $other{job}, loose => 1);
walk('POST', "$schedule/job/$_", \@jobs, by('job_id'), target => 'FAILED',
    others => $other{job}) for qw/ stop stop_all /;
walk($_, "$schedule/job/status_all", \@jobs, by('job_id'),
    others => $other{job}) for qw/ GET POST /;
walk('POST', "$schedule/task/poll", \@tasks, by('task_id'));
walk('POST', "$schedule/task/stop", \@tasks, by('task_id'),
    target => 'FAILED');
walk('POST', "$schedule/task/callback", \@parts, sub {
    +{ task_id => $_[0], status => 'RUNNING' }
}, target => 'RUNNING', loose => 1);

# a job that is handed to us is the caller's own
sub hand {
    my ($name, $who, %cell) = @_;

    $m->cell($name, 'POST', "$schedule/job/create_all", caller => $who,
        auth => '', sees => 1, body => { job_id => 'J-handed',
        dag => $api->dag, config => $config }, %cell);
}
hand('the initiator', 'b', state => 'none', target => 'APPLIED');
hand('who is not', 'c', refused => 'invalid_config');
hand($_->{who}, $_->{who}, auth => $_->{auth}) for @{ callers_but() };
$m->escrow($self, callers_but());       # the rest: t/138-escrow-api.t

# a task is started with a permit, which is looked at first

sub start {
    my ($name, $who, $job, $permit, %cell) = @_;

    $m->cell($name, 'POST', "$schedule/task/start", caller => $who,
        auth => '', sees => 1, option => { headers =>
            { 'x-resource-permit' => $permit } }, body => { job_id => $job,
        task_id => 'T-new', task_name => 'lr' }, %cell);
}

my $new = $token{'A-run-NEW'};

start('start', 'b', 'JA-run-NEW', $new, state => 'none',
    target => 'PENDING');
start('again', 'b', 'JA-run-PENDING', $token{'A-run-PENDING'}, same => 1,
    body => { job_id => 'JA-run-PENDING', task_id => 'T-PENDING',
        task_name => 'lr' });
start('a task of another job', 'b', 'JA-run-NEW', $new,
    refused => 'conflict', body => { job_id => 'JA-run-NEW',
        task_id => 'T-PENDING', task_name => 'lr' });
start('another\'s permit', 'c', 'JA-run-NEW', $new,
    refused => 'permit_invalid');
start('the permit of another job', 'b', 'JA-run-PENDING', $new,
    refused => 'permit_invalid');
start('a job that is over', 'b', 'JA-run-FAILED', $token{'A-run-FAILED'},
    refused => 'wrong_state');
start('a permit that was taken back', 'b', 'JA-in-job-TERMINATED',
    $token{'A-in-job-TERMINATED'}, refused => 'permit_revoked', loose => 1);
start($_->{who}, $_->{who}, 'JA-run-NEW', $new, auth => $_->{auth})
    for @{ callers_but() };

###############################################################################
# applying for a contract

sub application {
    my ($node, %more) = @_;

    return { node_id => $node, name => $node, institution => 'H',
        inst_id => "inst-$node", system => 's', system_version => '1',
        address => "https://$node.test", auth_type => 'CERT',
        auth_credential => $t->slurp($t->certificate($node) . '.crt'),
        %more };
}

sub apply_contract {
    my ($name, $node, %cell) = @_;

    return $m->cell($name, 'POST', "$base/contract/apply", caller => $node,
        auth => '', sees => 1, body => application($node), %cell)
        ->{json}{data}{contract_id};
}

apply_contract('never applied', 'f', state => 'none', target => 'APPLIED');
apply_contract('rejected', 'in-rejected', state => 'REJECTED',
    target => 'APPLIED');
apply_contract('terminated', 'in-terminated', state => 'TERMINATED',
    target => 'APPLIED');
is(apply_contract('live', 'b', same => 1), $contract{b}, 'again: its id');
is(apply_contract('live, other content', 'b', same => 1, body =>
    application('b', name => 'B2')), $contract{b}, '... whatever the content');
apply_contract('nobody', $_, auth => 'no_certificate',
    body => application('f')) for qw/ nobody operator /;

###############################################################################
# together

# archives go out by a permit (t/98-packages-permit.t); heads: t/133-witness.t
my %east = map { ("$_->{method} $_->{path}" => 1) } grep { $_->{side} eq
    'east_west' && $_->{path} !~ m{/download$|/checkpoint$} } $api->endpoints;

is(join("\n", grep { !$m->{rows}{$_} } sort keys %east), '',
    'every endpoint for peers has a row');
is(join("\n", grep { !$m->{walked}{$_} } sort keys %east), '',
    '... and was walked');

my @unlike = grep { keys %{ $m->{absent}{$_} } != 1 } keys %{ $m->{absent} };

is("@unlike", '', 'a foreign object answers as a missing one, to the byte');
diag(map { "$_\n" } map { keys %{ $m->{absent}{$_} } } @unlike) if @unlike;

$t->await(sub { $m->denials eq '' });
is($m->denials, '', 'every refused caller and foreign object is in evidence');

# about equally fast: lower quartiles of interleaved calls

sub quartile { (sort { $a <=> $b } @_)[@_ / 4] }

for my $call ([ 'GET', "$base/contract/query", 'contract_id',
                $contract{b}, {} ],
              [ 'GET', '/v1/interconn/dataset/audit/query', 'audit_id',
                'A-in-dataset-APPLIED', {} ],
              [ 'POST', '/v1/interconn/job/audit/terminate', 'audit_id',
                'A-out-job-APPROVED', {} ])
{
    my ($method, $path, $field, $id) = @$call;
    my %time = (foreign => [], missing => []);

    for (1 .. 200) {
        for my $one ([ 'foreign', $id ], [ 'missing', missing($id)->{id} ]) {
            my $began = time;

            $m->call('c', $method, $path, { $field => $one->[1] });
            push @{ $time{ $one->[0] } }, time - $began;
        }
    }

    my ($foreign, $missing) = map { quartile(@{ $time{$_} }) }
        qw/ foreign missing /;

    ok(abs($foreign - $missing) < 0.35 * ($missing + $foreign) / 2,
        sprintf '%s: foreign %.0f us, missing %.0f us', $path,
        1e6 * $foreign, 1e6 * $missing);
}

my $nameless = 0;

$nameless += $m->{found}{$_} for grep { /^- / } keys %{ $m->{found} };
ok($nameless >= 100 && $nameless <= 100 * (2 + int((time - $^T) / 60)),
    "... of the nameless 100 a minute, $nameless in all");

note("$m->{cells} cells");
ok($m->{cells} > 2500, 'cells in all');

$t->finish;
done_testing();
