package IC::Good;

# A good call of every endpoint that can be set up by a few others: the
# required fields, and values for the optional ones. A function of %calls
# makes what its call is about, under names with its number, so that it may
# be called any number of times.

use warnings;
use strict;

use IC::Api;

my $self = 'hospital-a';
my $peer = 'hospital-b';
my $contract = "C-$peer";

sub new {
    my ($class, $t) = @_;

    my $good = bless { t => $t, redis => $t->redis, api => IC::Api->new,
        n => 0, pem => $t->slurp($t->certificate('server') . '.crt') },
        $class;
    my $redis = $t->redis;

    $t->operator('olga', 'secret');
    $redis->call('node_init', node_id => $self, name => 'A',
        inst_id => "inst-$self", institution => 'A', system => 'interconn',
        system_version => '1', address => 'https://a.example.org');
    $t->contract($_) for $peer, 'hospital-c';
    $redis->call('object_create', 'dataset', 'D-pub', name => 'd',
        pub_scope => 'public', source => 'lab', owner => "inst-$self",
        location => '{"type":"csv","path":"/d"}', column_metas => '[]');
    $redis->call('object_create', 'model', 'M-pub', name => 'm',
        pub_scope => 'public', digest => 'd', model_digest => 'd',
        task_id => 'T1');
    $redis->call('object_create', 'project', 'P1', name => 'p');
    $good->must('POST', 'platform/flow/create', { name => 'f',
        project_id => 'P1' });

    return $good;
}

# The path without "/v1/"; the answer's data.

sub call {
    my ($good, $method, $path, $fields, %option) = @_;

    my $t = $good->{t};
    my $uri = $path =~ m{^/} ? $path : "/v1/$path";
    my @who = $uri =~ m{^/v1/interconn}
        ? (node => delete $option{who} || $peer) : (token => 'secret');

    return $t->http('plain', $method, $uri, @who, %option, body => $fields)
        if $method eq 'POST';

    my $query = join '&', map {
        my $text = $fields->{$_};
        $text = $t->encode($text) if ref $text;
        $text =~ s/([^A-Za-z0-9.])/sprintf '%%%02X', ord $1/ge;
        "$_=$text"
    } sort keys %$fields;

    return $t->http('plain', $method, length $query ? "$uri?$query" : $uri,
        @who, %option);
}

sub must {
    my ($good, $method, $path, @call) = @_;

    my $got = $good->call($method, $path, @call);
    die "$method $path: $got->{body}\n" if $got->{json}{code} != 0;

    return $got->{json}{data};
}

sub store {
    my ($good, $function, @args) = @_;

    my $reply = $good->{redis}->call($function, @args);
    die "$function: $reply->{status} $reply->{detail}\n"
        if $reply->{status} ne 'ok';

    return $reply->{fields};
}

###############################################################################
# what calls are about

sub node {
    my ($good, $node) = @_;

    return (node_id => $node, name => 'B', institution => 'B',
        inst_id => "inst-$node", system => 'x', system_version => '1',
        address => 'https://b.example.org', auth_type => 'CERT',
        auth_credential => $good->{pem});
}

# Another node that we asked for a contract: its id and the node's.

sub applied {
    my ($good, $n) = @_;

    my $handle = $good->must('POST', 'platform/contract/apply',
        { node_id => "out-$n", address => 'https://127.0.0.1:7304' })
        ->{contract_id};
    $good->store('contract_accepted', $handle, "T-$n", '');

    return ("T-$n", "out-$n");
}

my %resource = (dataset => 'D-pub', model => 'M-pub');

# A request of ours, and of the peer's: their audit ids.

sub asked {
    my ($good, $kind, $n) = @_;

    my $id = $kind eq 'job' ? $good->job : "R-$n";

    $good->store('audit_apply_out', $kind, $contract, "O-$kind-$n", $id,
        '{}');
    return ("O-$kind-$n", $good->{api}->permit($peer, $self, $kind, $id));
}

sub request {
    my ($good, $kind, $n) = @_;

    # a peer may wait for few at a time

    $good->{redis}->command('DEL',
        $good->{redis}->key("audits-pending:$peer"));

    my $api = $good->{api};
    my %theirs = (dag => $api->dag,
        config => $api->config($peer, $self, 'hospital-c'));

    return (audit_id => "I-$kind-$n", @{ {
        dataset => [ contract_id => $contract, dataset_id => 'D-pub' ],
        project => [ contract_id => $contract, project_id => "P-b-$n",
            name => 'p' ],
        flow => [ flow_id => "F-b-$n", name => 'f', dag => $theirs{dag} ],
        job => [ flow_id => "F-b-$n", job_id => "J-b-$n", %theirs ],
        model => [ model_id => 'M-pub', apply_project_id => 'P-b' ],
    }->{$kind} });
}

sub requested {
    my ($good, $kind, $n) = @_;

    $good->must('POST', "interconn/$kind/audit/apply",
        { $good->request($kind, $n) });
    return "I-$kind-$n";
}

# The peer's request, approved: its audit id and the permit.

sub permitted {
    my ($good, $kind, $n) = @_;

    my $id = $good->requested($kind, $n);
    my $left = $good->{redis}->watch(sub {
        $good->must('POST', 'platform/audit/confirm', { audit_id => $id,
            resource_type => $kind, status => 'APPROVED' }) });
    my ($message) = @{ $left->{outbox} };

    return ($id, $good->{t}->decode($message->{body})->{resource_permit});
}

# A job of ours with the peer; one that runs.

sub job {
    my ($good) = @_;

    my $api = $good->{api};

    return $good->must('POST', 'platform/job/create', { flow_id =>
        $good->flow, dag => $api->dag, config => $good->config })
        ->{job_id};
}

sub config { $_[0]{api}->config($self, $peer, 'hospital-c') }

sub flow {
    my ($good) = @_;

    return $good->{flow} ||= $good->must('POST', 'platform/flow/create',
        { name => 'f', project_id => 'P1' })->{flow_id};
}

sub approved {
    my ($good, $n) = @_;

    my $job = $good->job;

    for my $node ($peer, 'hospital-c') {
        $good->store('audit_apply_out', 'job', "C-$node", "ok-$n", $job,
            '{}');
        $good->must('POST', 'interconn/job/audit/confirm', { audit_id =>
            "ok-$n", status => 'APPROVED', resource_permit =>
            $good->{api}->permit($node, $self, 'job', $job) }, who => $node);
    }

    return $job;
}

sub running {
    my ($good, $n) = @_;

    my $job = $good->approved("run-$n");
    $good->must('POST', 'platform/job/start', { job_id => $job });

    return $job;
}

# A job of the peer's here: announced, started, with a task.

sub announced {
    my ($good, $n) = @_;

    my ($audit, $permit) = $good->permitted('job', "s-$n");
    my %request = $good->request('job', "s-$n");
    my %job = map { $_ => $request{$_} } qw/ job_id dag config /;

    $good->must('POST', 'interconn/schedule/job/create', \%job);
    return ($job{job_id}, $permit->{token}, \%job);
}

sub started {
    my ($good, $n) = @_;

    my ($job, $token) = $good->announced($n);
    $good->must('POST', 'interconn/schedule/job/start', { job_id => $job });

    return ($job, $token);
}

sub task {
    my ($good, $n) = @_;

    my ($job, $token) = $good->started("t-$n");

    $good->must('POST', 'interconn/schedule/task/start', { job_id => $job,
        task_id => "task-$n", task_name => 'lr' },
        headers => { 'x-resource-permit' => $token });
    return "task-$n";
}

# An operator, a role, a group of roles.

sub operator {
    my ($good, $n) = @_;

    $good->must('POST', 'platform/operator/create', { name => "op-$n",
        roles => [ 'auditor' ] });
    return "op-$n";
}

sub role {
    my ($good, $n) = @_;

    $good->must('POST', 'platform/role/create', { name => "role-$n",
        permissions => [ 'model.read' ] });
    return "role-$n";
}

sub group {
    my ($good, $n) = @_;

    $good->must('POST', 'platform/role_group/create', { name => "group-$n",
        roles => [ 'auditor' ] });
    return "group-$n";
}

###############################################################################

my %calls = (
    'GET interconn/node/query' => sub { +{ node_id => $self } },
    'POST interconn/node/contract/apply' => sub { +{
        $_[0]->node("in-$_[1]"), who => "in-$_[1]" } },
    'POST interconn/node/contract/confirm' => sub {
        my ($id, $node) = $_[0]->applied($_[1]);
        return { contract_id => $id, status => 'REJECTED', who => $node } },
    'POST interconn/node/contract/terminate' => sub {
        { contract_id => $_[0]{t}->contract("end-$_[1]"),
          who => "end-$_[1]" } },
    'POST interconn/node/update' => sub {
        { contract_id => $contract, name => 'B' } },
    'GET interconn/node/contract/query' => sub {
        { contract_id => $contract } },
    'GET interconn/node/health' => sub { {} },
    'GET platform/node/query' => sub { +{ node_id => $self } },
    'POST platform/node/update' => sub { +{ $_[0]->node($self) } },
    'POST platform/contract/apply' => sub { +{ node_id => "to-$_[1]",
        address => 'https://127.0.0.1:7304' } },
    'POST platform/contract/confirm' => sub { +{ contract_id =>
        $_[0]{t}->contract("new-$_[1]", status => 'APPLIED'),
        status => 'REJECTED' } },
    'POST platform/contract/terminate' => sub {
        { contract_id => $_[0]{t}->contract("old-$_[1]") } },
    'GET platform/contract/query' => sub { +{ contract_id => $contract } },
    'GET platform/contract/list' => sub { {} },

    'GET interconn/dataset/pub/list' => sub {
        { contract_id => $contract } },
    'GET interconn/dataset/pub/query' => sub {
        { contract_id => $contract, dataset_id => 'D-pub' } },
    'POST platform/dataset/create' => sub { +{ name => 'd', source => 'lab',
        location => { type => 'csv', path => "/data/$_[1].csv" },
        column_metas => [ { name => 'C6', data_type => 'double',
            distribution => 'CONTINUOUS' } ], owner => "inst-$self" } },
    'GET platform/dataset/list' => sub { {} },
    'GET platform/dataset/query' => sub { +{ dataset_id => 'D-pub' } },
    'POST platform/project/create' => sub { +{ name => 'p' } },
    'POST platform/flow/create' => sub { +{ name => 'f' } },

    'POST platform/job/create' => sub { +{ flow_id => $_[0]->flow,
        dag => $_[0]{api}->dag,
        config => $_[0]->config } },
    'POST platform/job/start' => sub {
        { job_id => $_[0]->approved($_[1]) } },
    'POST platform/job/stop' => sub { +{ job_id => $_[0]->running($_[1]) } },
    'GET platform/job/status/query' => sub {
        { job_id => $_[0]{job} ||= $_[0]->job } },
    'GET platform/job/query' => sub {
        { job_id => $_[0]{job} ||= $_[0]->job } },
    'GET platform/job/list' => sub { {} },
    'GET platform/task/log/query' => sub {
        { task_id => $_[0]->task("log-$_[1]") } },
    'GET platform/metric/query' => sub {
        { task_id => $_[0]->task("metric-$_[1]") } },
    'GET platform/model/list' => sub { {} },
    'GET platform/model/query' => sub { +{ id => 'M-pub' } },

    'POST platform/audit/apply' => sub { +{ resource_type => 'dataset',
        contract_id => $contract, resource_id => "D-$_[1]" } },
    'POST platform/audit/confirm' => sub { +{ audit_id =>
        $_[0]->requested('dataset', "c-$_[1]"), status => 'APPROVED' } },
    'POST platform/audit/terminate' => sub { +{ audit_id =>
        ($_[0]->permitted('dataset', "e-$_[1]"))[0] } },
    'GET platform/audit/query' => sub { +{ audit_id =>
        $_[0]->requested('dataset', "q-$_[1]") } },
    'GET platform/audit/list' => sub { {} },
    'GET platform/audit/inbox' => sub { {} },
    'POST platform/audit/withdraw' => sub { +{ audit_id =>
        ($_[0]->asked('dataset', "w-$_[1]"))[0] } },

    'POST interconn/schedule/job/create' => sub {
        (undef, undef, my $job) = $_[0]->announced("c-$_[1]");
        return $job },
    'POST interconn/schedule/job/start' => sub {
        { job_id => ($_[0]->announced("b-$_[1]"))[0] } },
    'POST interconn/schedule/job/stop' => sub {
        { job_id => ($_[0]->started("e-$_[1]"))[0] } },
    'POST interconn/schedule/job/stop_all' => sub {
        { job_id => $_[0]->running("all-$_[1]") } },
    'GET interconn/schedule/job/status_all' => sub {
        { job_id => ($_[0]->started("g-$_[1]"))[0] } },
    'POST interconn/schedule/job/status_all' => sub {
        { job_id => ($_[0]->started("p-$_[1]"))[0] } },
    'POST interconn/schedule/task/start' => sub {
        my ($job, $token) = $_[0]->started("n-$_[1]");
        return { job_id => $job, task_id => "new-$_[1]", task_name => 'lr',
            headers => { 'x-resource-permit' => $token } } },
    'POST interconn/schedule/task/poll' => sub {
        { task_id => $_[0]->task("poll-$_[1]") } },
    'POST interconn/schedule/task/stop' => sub {
        { task_id => $_[0]->task("stop-$_[1]") } },
    'POST interconn/schedule/task/callback' => sub {
        my $job = $_[0]->running("cb-$_[1]");
        $_[0]->store('ptask_put', $job, "cb-$_[1]", $peer, 'lr', 'guest.0');
        return { task_id => "cb-$_[1]", status => 'RUNNING' } },

    'POST platform/operator/create' => sub { +{ name => "new-$_[1]" } },
    'POST platform/operator/delete' => sub {
        { name => $_[0]->operator("d-$_[1]") } },
    'GET platform/operator/list' => sub { {} },
    'GET platform/operator/query' => sub { +{ name => 'olga' } },
    'GET platform/operator/self' => sub { {} },
    'POST platform/operator/token/rotate' => sub {
        { name => $_[0]->operator("t-$_[1]") } },
    'GET platform/role/list' => sub { {} },
    'GET platform/role/query' => sub { +{ name => 'auditor' } },
    'POST platform/role/create' => sub { +{ name => "new-$_[1]",
        permissions => [ 'model.read' ] } },
    'POST platform/role/delete' => sub {
        { name => $_[0]->role("d-$_[1]") } },
    'POST platform/role_group/create' => sub { +{ name => "new-$_[1]",
        roles => [ 'auditor' ] } },
    'POST platform/role_group/delete' => sub {
        { name => $_[0]->group("d-$_[1]") } },
    'GET platform/role_group/list' => sub { {} },
    'GET platform/role_group/query' => sub {
        { name => $_[0]{group} ||= $_[0]->group('q') } },

    'GET platform/permit/list' => sub { {} },
);

for my $kind (qw/ dataset project flow job model /) {
    $calls{"POST interconn/$kind/audit/apply"} = sub {
        +{ $_[0]->request($kind, "a-$_[1]") } };
    $calls{"POST interconn/$kind/audit/confirm"} = sub {
        { audit_id => ($_[0]->asked($kind, "r-$_[1]"))[0],
          status => 'REJECTED' } };
    $calls{"POST interconn/$kind/audit/terminate"} = sub {
        my ($good, $n) = @_;
        my ($id, $permit) = $good->asked($kind, "t-$n");
        $good->must('POST', "interconn/$kind/audit/confirm", { audit_id =>
            $id, status => 'APPROVED', resource_permit => $permit });
        return { audit_id => $id } };
    $calls{"GET interconn/$kind/audit/query"} = sub {
        { audit_id => $_[0]->requested($kind, "s-$_[1]") } };
}

# What a condition demands: calls with that, "required if" of the table.

my %conditional = (
    'POST interconn/node/contract/confirm' => sub {
        my ($id, $node) = $_[0]->applied($_[1]);
        return { contract_id => $id, status => 'APPROVED', who => $node,
            auth_type => 'CERT', auth_credential => $_[0]{pem},
            expired_time => 1983755471000 } },
    'POST platform/audit/apply' => sub { +{ resource_type => 'model',
        contract_id => $contract, resource_id => "M-$_[1]",
        apply_project_id => 'P1' } },
    map {
        my $kind = $_;
        ("POST interconn/$kind/audit/confirm" => sub {
            my ($id, $permit) = $_[0]->asked($kind, "y-$_[1]");
            return { audit_id => $id, status => 'APPROVED',
                resource_permit => $permit } })
    } qw/ dataset project flow job model /
);

# What goes only with another field.

sub companions { return $_[1] eq 'auth_scope' ? 'scope_ids' : () }

# Required fields of a new good call, or undef; who and headers with them.

sub fields {
    my ($good, $endpoint, $from) = @_;

    my $make = ($from || \%calls)->{ $endpoint->{method} . ' '
        . $endpoint->{path} =~ s{^/v1/}{}r } or return undef;

    return $make->($good, ++$good->{n});
}

sub conditional { return $_[0]->fields($_[1], \%conditional) }

# Values of optional fields, by their names and where they are, else by type.

my %values = (
    node_id => $peer, inst_id => "inst-$peer", project_id => 'P1',
    address => 'https://b.example.org', resource_type => 'dataset',
    status => undef, dir => 'in', page_num => 1, page_size => -1,
    expired_time => 1983755471000, time_limit => 1983755471000,
    expire_time => 1983755471000, auth_scope => [ 'PROJECT' ],
    scope_ids => { PROJECT => [ 'P1' ] }, datasets => [ 'D-pub' ],
    contract_ids => [ $contract ], describe => 'sample', min_group => 10,
    role => 'guest.0',
    roles => [ 'auditor' ], stage => 'train', facts => { rows => 1 },
    certificates => [], node_info => { name => 'B' },
    model_digest => 'd', task_id => 'T1',
    algorithms_allow => [ 'homo_lr' ], algorithms_deny => [ 'other' ],
);

sub value {
    my ($good, $endpoint, $field, $fields) = @_;

    my $name = $field->{name};
    my $api = $good->{api};

    return $good->{pem} if $name eq 'auth_credential';
    return $api->dag if $name eq 'dag';
    return 'session-' . ++$good->{n} if $name eq 'session_id';
    return $endpoint->{side} eq 'north_south' ? $good->config
        : $api->config($peer, $self, 'hospital-c') if $name eq 'config';
    return 'https://x.example.org' if $name =~ /_address$/;
    return ($good->asked(($endpoint->{path} =~ m{/(\w+)/audit/})[0],
        'p' . ++$good->{n}))[1] if $name eq 'resource_permit' && !$fields;
    return '1760000000000-1' if $name eq 'after';
    return [ $good->group('v' . ++$good->{n}) ] if $name eq 'role_groups';
    return $values{$name} if defined $values{$name}
        && (!$field->{values} || grep { $_ eq $values{$name} }
            @{ $field->{values} });
    return $api->value($field);
}

1;
