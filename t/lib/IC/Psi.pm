package IC::Psi;

# Jobs of psi between nodes 0 (guest, initiator) and 1 (host) of a sandbox.

use warnings;
use strict;

use IC::File;
use JSON::PP;

my $json = JSON::PP->new->canonical;

# Both nodes with their contract.

sub new {
    my ($class, $sandbox) = @_;

    $sandbox->contract(1, 0);

    return bless { sandbox => $sandbox, count => 0 }, $class;
}

# A table of node $n, lent to the initiator; its dataset.

sub table {
    my ($self, $n, $text) = @_;
    my $sandbox = $self->{sandbox};
    my $name = "rows$n-" . ++$self->{count};
    my $file = $sandbox->temp . "/$name.csv";

    spew($file, $text) if defined $text;
    my $id = $sandbox->dataset($n, $file, name => $name,
        query => "SELECT * FROM $name");
    $sandbox->authorise(1, 0, $id) if $n == 1;

    return $id;
}

sub operator {
    my ($self, $path, $body) = @_;

    return $self->{sandbox}->platform(0, "/v1/platform/$path", $body);
}

# DAG and configuration: parameters of both; of the guest; of the host.

sub plan {
    my ($self, $tables, $common, $guest, $host) = @_;
    my @nodes = map { $_->{node_id} } $self->{sandbox}->nodes;

    return (
        dag => { version => '2.0.0', components => [ { name => 'psi_0',
            componentName => 'psi', input => [],
            output => [ { type => 'dataset', key => 'intersection' },
                        { type => 'report', key => 'report' } ] } ] },
        conf => { version => '2.0.0',
            initiator => { role => 'guest', node_id => $nodes[0] },
            role => { guest => [ $nodes[0] ], host => [ $nodes[1] ] },
            job_params => { common => { sync_type => 'poll',
                $self->{retry} ? (retry => $self->{retry}) : () } },
            task_params => {
                common => { psi_0 => $common },
                guest => { 0 => { psi_0 => { dataset_id => $tables->[0],
                                             %{ $guest || {} } } } },
                host => { 0 => { psi_0 => { dataset_id => $tables->[1],
                                            %{ $host || {} } } } } } });
}

# A job that is made, or why it is not.

sub make {
    my ($self, @plan) = @_;
    my %plan = $self->plan(@plan);
    my $flow = $self->operator('flow/create', { name => 'f', %plan });

    return $flow if $flow->{code};

    return $self->operator('job/create', { name => 'j', %plan,
        flow_id => $flow->{data}{flow_id}, sync_type => 'poll' });
}

# Runs it to its end: status, cause, table and report of both, seconds. With
# {retry}, the job's; {during}, what is done when it has begun.

sub run {
    my ($self, $plan, $seconds) = @_;
    my $sandbox = $self->{sandbox};
    my $made = $self->make(@$plan);
    my $id = $made->{data}{job_id} or die "job/create: $made->{msg}\n";

    $self->operator('audit/apply', { resource_type => 'job', job_id => $id,
        contract_id => $sandbox->contract_with(0, 1) });
    $sandbox->answer_job(1);

    $sandbox->await('the start', sub {
        return $self->operator('job/start', { job_id => $id })->{code} == 0;
    });

    $self->{during}->($id) if $self->{during};

    my $job = $sandbox->await("the end of $id", sub {
        my $job = $self->operator("job/query?job_id=$id")->{data};
        return $job->{status} =~ /^(?:SUCCESS|FAILED)$/ && $job;
    }, $seconds || 30, $self->{pace});

    return { %$job, id => $id,
        seconds => ($job->{finish_time} - $job->{start_time}) / 1000,
        party => [ map { $self->party($_, $id) } 0, 1 ] };
}

# The bound of docs/algorithms.md for a table without duplicates, whose first
# column is its key; sanitizers, which keep what was freed, have none.

sub memory {
    my ($text) = @_;

    return 'inf' if ($ENV{IC_BUILD} || '') =~ /asan/;

    my $rows = $text =~ tr/\n// - 1;
    my $keys = 0;

    $keys += length $1 while $text =~ /^([^,\n]*)/mg;

    return (64 << 20) + 2 * $keys + 32 * $rows + 44 * $rows;
}

# What node $n has of a job.

sub party {
    my ($self, $n, $id) = @_;
    my $node = $self->{sandbox}->node($n);
    my $role = $n == 0 ? 'guest' : 'host';
    my ($place) = glob "$node->{dir}/data/artefacts/$id-$role-0/*-"
        . 'intersection';
    my ($report) = glob "$node->{dir}/data/artefacts/$id-$role-0/*-report";
    my $status;

    # the other node hears of the end a little later

    eval {
        $self->{sandbox}->await('the end at the party', sub {
            my $job = $self->{sandbox}->platform($n,
                "/v1/platform/job/query?job_id=$id")->{data};
            $status = $job;
            return $job->{status} =~ /^(?:SUCCESS|FAILED)$/;
        }, 5);
    };

    return { job => $status,
        table => $place && slurp("$place/data_0"),
        about => $place && decode_json(slurp("$place/metadata")),
        report => $report && decode_json(slurp("$report/data_0")) };
}

1;
