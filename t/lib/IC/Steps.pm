package IC::Steps;

# Jobs of any steps between nodes of a sandbox: node 0 is the guest and
# initiator, the others are hosts; the last one the arbiter if there is one.

use warnings;
use strict;

use IC::File;
use JSON::PP;

# All nodes with their contracts.

sub new {
    my ($class, $sandbox, %option) = @_;
    my @nodes = $sandbox->nodes;

    for my $n (1 .. $#nodes) {
        $sandbox->contract($n, $_) for 0 .. $n - 1;
    }

    return bless { sandbox => $sandbox, count => 0, %option }, $class;
}

# A table of node $n, lent to the initiator; its dataset.

sub table {
    my ($self, $n, $text) = @_;
    my $sandbox = $self->{sandbox};
    my $name = "steps$n-" . ++$self->{count};
    my $file = $sandbox->temp . "/$name.csv";

    spew($file, $text);
    my $id = $sandbox->dataset($n, $file, name => $name,
        query => "SELECT * FROM $name");
    $sandbox->authorise($n, 0, $id) if $n != 0;

    return $id;
}

sub operator {
    my ($self, $path, $body) = @_;

    return $self->{sandbox}->platform(0, "/v1/platform/$path", $body);
}

# The role of node $n, as configurations and as folders name it.

sub role {
    my ($self, $n) = @_;
    my @nodes = $self->{sandbox}->nodes;

    return $n == 0 ? ('guest', 0)
        : $self->{arbiter} && $n == $#nodes ? ('arbiter', 0)
        : ('host', $n - 1);
}

# Steps as [ name, component, { inputs }, { outputs }, common, [ of nodes ] ].

sub plan {
    my ($self, @steps) = @_;
    my @nodes = map { $_->{node_id} } $self->{sandbox}->nodes;
    my (%params, %roles, @components);

    for my $n (0 .. $#nodes) {
        my ($role, $i) = $self->role($n);

        $roles{$role}[$i] = $nodes[$n];
    }

    for my $step (@steps) {
        my ($name, $component, $in, $out, $common, $own) = @$step;

        push @components, { name => $name, componentName => $component,
            input => [ map { { type => $in->{$_}, key => $_ } }
                sort keys %$in ],
            output => [ map { { type => $out->{$_}, key => $_ } }
                sort keys %$out ] };
        $params{common}{$name} = $common || {};

        for my $n (0 .. $#nodes) {
            my ($role, $i) = $self->role($n);

            $params{$role}{$i}{$name} = $own->[$n] || {};
        }
    }

    return (dag => { version => '2.0.0', components => \@components },
        conf => { version => '2.0.0',
            initiator => { role => 'guest', node_id => $nodes[0] },
            role => \%roles,
            job_params => { common => { sync_type => 'poll' } },
            task_params => \%params });
}

# A job that is made, or why it is not.

sub make {
    my ($self, @steps) = @_;
    my %plan = $self->plan(@steps);
    my $flow = $self->operator('flow/create', { name => 'f', %plan });

    return $flow if $flow->{code};

    return $self->operator('job/create', { name => 'j', %plan,
        flow_id => $flow->{data}{flow_id}, sync_type => 'poll' });
}

# Runs it to its end; the job, and what of it every node has.

sub run {
    my ($self, @steps) = @_;
    my $sandbox = $self->{sandbox};
    my @nodes = $sandbox->nodes;
    my $made = $self->make(@steps);
    my $id = $made->{data}{job_id} or die "job/create: $made->{msg}\n";

    for my $n (1 .. $#nodes) {
        $self->operator('audit/apply', { resource_type => 'job',
            job_id => $id, contract_id => $sandbox->contract_with(0, $n) });
        $sandbox->answer_job($n);
    }

    $sandbox->await('the start', sub {
        return $self->operator('job/start', { job_id => $id })->{code} == 0;
    });

    my $job = $sandbox->await("the end of $id", sub {
        my $job = $self->operator("job/query?job_id=$id")->{data};
        return $job->{status} =~ /^(?:SUCCESS|FAILED)$/ && $job;
    }, $self->{seconds} || 60);

    return { %$job, id => $id,
        party => [ map { $self->party($_, $id) } 0 .. $#nodes ] };
}

# The outputs of a node by "step.key": text of the data.

sub party {
    my ($self, $n, $id) = @_;
    my $node = $self->{sandbox}->node($n);
    my $role = join '-', $self->role($n);
    my %made;

    for my $place (glob "$node->{dir}/data/artefacts/$id-$role/*") {
        my ($task, $key) = $place =~ m{/([^/]+)-([^/-]+)$} or next;

        $task =~ s/^.*_(?=[a-z]+\d*$)//;
        $made{$key} = slurp("$place/data_0") if -e "$place/data_0";
        $made{"$key about"} = decode_json(slurp("$place/metadata"))
            if -e "$place/metadata";
    }

    return \%made;
}

1;
