#!/usr/bin/perl

# Predictions over nodes: of a step's model and of a node's own one, by whom
# and for which project.

use warnings;
use strict;

use lib 't/lib';
use IC::Sandbox;
use IC::Steps;
use JSON::PP;
use Test::More;

my $sandbox = IC::Sandbox->new(nodes => 2);
my $steps = IC::Steps->new($sandbox);
my @nodes = map { $_->{node_id} } $sandbox->nodes;
my $seed = $ENV{SEED} || 106;

srand $seed;
note("SEED=$seed");

# rows of which the guest has the label and two columns, the host three

my (@guest, @host);

for my $n (1 .. 400) {
    my @x = map { sprintf '%.4f', 4 * rand() - 2 } 1 .. 5;
    my $y = $x[0] - $x[2] + 0.5 * $x[4] + rand() - 0.5 > 0 ? 1 : 0;

    push @guest, "id$n,$y,$x[0],$x[1]\n";
    push @host, "id$n,$x[2],$x[3],$x[4]\n";
}

my @tables = (
    $steps->table(0, join '', "id,y,a,b\n", @guest),
    $steps->table(1, join '', "id,c,d,e\n", @host));

my %scores = (scores => 'dataset', about => 'report');
my @train = ([ { dataset_id => $tables[0], label_name => 'y',
        attributes => [qw/ a b /] },
    { dataset_id => $tables[1], attributes => [qw/ c d e /] } ]);
my @data = map { { dataset_id => $_ } } @tables;

sub project {
    my ($name) = @_;

    return $steps->operator('project/create', { name => $name,
        contract_ids => [ $sandbox->contract_with(0, 1) ] })
        ->{data}{project_id};
}

# A job in a project.

sub job {
    my ($project, @plan) = @_;
    my %plan = $steps->plan(@plan);
    my $flow = $steps->operator('flow/create', { name => 'f', %plan,
        project_id => $project });
    my $made = $steps->operator('job/create', { name => 'j', %plan,
        project_id => $project, flow_id => $flow->{data}{flow_id},
        sync_type => 'poll' });
    my $id = $made->{data}{job_id} or die "job/create: $made->{msg}\n";

    $steps->operator('audit/apply', { resource_type => 'job', job_id => $id,
        contract_id => $sandbox->contract_with(0, 1) });
    $sandbox->answer_job(1);
    $sandbox->await('the start', sub {
        $steps->operator('job/start', { job_id => $id })->{code} == 0;
    });

    my $job = $sandbox->await("the end of $id", sub {
        my $job = $steps->operator("job/query?job_id=$id")->{data};
        return $job->{status} =~ /^(?:SUCCESS|FAILED)$/ && $job;
    }, 60);

    return { %$job, id => $id, party => [ map { $steps->party($_, $id) }
        0, 1 ] };
}

my @project = map { project($_) } 'first', 'second';
my $trained = job($project[0],
    [ 'lr', 'hetero_lr', {}, { model => 'model' },
      { unique_id => 'id', max_iter => 3, batch_size => 100,
        learning_rate => 0.5 }, @train ],
    [ 'predict', 'predict', { 'lr.model' => 'model' }, \%scores,
      { unique_id => 'id', threshold => 0.5 }, \@data ],
    [ 'evaluate', 'evaluate', { 'predict.scores' => 'dataset' },
      { curve => 'dataset', quality => 'report' }, {}, [] ]);
my ($guest, $host) = @{ $trained->{party} };

is($trained->{status}, 'SUCCESS', 'hetero_lr, predict, evaluate')
    or diag(encode_json($trained->{cause} || {}));

# the score of every row against the pieces of both nodes

my @piece = map { decode_json($_->{model}) } $guest, $host;
my @score = map { [ split /,/ ] } (split /\n/, $guest->{scores})[1 .. 400];
my $worst = 0;

sub part {
    my ($model, $row, @names) = @_;
    my $z = $model->{intercept} || 0;

    chomp $row;
    my %x; @x{ @names } = split /,/, $row;

    for my $i (0 .. $#{ $model->{features} }) {
        my $x = $x{ $model->{features}[$i] };

        $x = ($x - $model->{scaler}{mean}[$i]) / $model->{scaler}{std}[$i]
            if $model->{scaler}{type} eq 'standard';
        $z += $model->{weights}[$i] * $x;
    }

    return $z;
}

for my $n (0 .. 399) {
    my $z = part($piece[0], $guest[$n], qw/ id y a b /)
        + part($piece[1], $host[$n], qw/ id c d e /);
    my $link = $piece[0]{calibration};

    $z = $link->{slope} * $z + $link->{offset} if $link;
    my $miss = abs(1 / (1 + exp(-$z)) - $score[$n][1]);
    $worst = $miss if $miss > $worst;
}

cmp_ok($worst, '<', 1e-9, 'scores are those of the formula');
is_deeply([ map { $_->[0] } @score ], [ map { "id$_" } 1 .. 400 ],
    'of the rows in their order');
is((split /\n/, $guest->{scores})[0], 'id,score,label,predicted',
    '... with label and prediction');
ok(!exists $host->{scores}, 'the host has none');
cmp_ok(decode_json($guest->{quality})->{auc}, '>', 0.9, 'and they are good');
ok(!exists $host->{quality}, 'nor a report on them');

# both nodes have their pieces among their models

my @models = map {
    my $n = $_;
    my ($one) = grep { $_->{job_id} eq $trained->{id} } @{
        $sandbox->platform($n, '/v1/platform/model/list')->{data}{records} };
    $one;
} 0, 1;

is($_->{algorithm}, 'hetero_lr', 'model/list') for @models;
is($sandbox->platform($_, '/v1/platform/model/query?id='
    . $models[$_]{model_id})->{data}{Model}{digest}, $models[$_]{digest},
    'model/query') for 0, 1;

sub again {
    my ($project, @ids) = @_;

    return job($project, [ 'predict', 'predict', {}, \%scores,
        { unique_id => 'id' }, [ map { { dataset_id => $tables[$_],
            model_id => $ids[$_] } } 0, 1 ] ]);
}

my @ids = map { $_->{model_id} } @models;
my $same = again($project[0], @ids);

is($same->{status}, 'SUCCESS', 'models of the nodes, in the same project')
    or diag(encode_json($same->{cause} || {}));
is_deeply([ map { (split /,/)[1] } split /\n/, $same->{party}[0]{scores} ],
    [ map { (split /,/)[1] } split /\n/, $guest->{scores} ],
    'give the same scores');

my $other = again($project[1], @ids);

is($other->{status}, 'FAILED', 'in another project they do not');
is($other->{cause}{error}, 'model_not_approved', '... without approval')
    or diag(encode_json($other->{cause} || {}));

# the host's operator shows the model and approves

sub ask {
    my ($project) = @_;

    my $asked = $steps->operator('audit/apply', { resource_type => 'model',
        model_id => $ids[1], apply_project_id => $project,
        contract_id => $sandbox->contract_with(0, 1) });

    is($asked->{code}, 0, 'the guest asks') or diag(encode_json($asked));

    my $audit = $asked->{data}{audit_id};

    $sandbox->await('the request', sub {
        $sandbox->platform(1, '/v1/platform/audit/confirm', {
            resource_type => 'model', audit_id => $audit,
            status => 'APPROVED' })->{code} == 0;
    });
}

is($sandbox->platform(1, '/v1/platform/model/publish',
    { model_id => $ids[1] })->{code}, 0, 'the host shows it');
ask($project[1]);

$other = again($project[1], @ids);
is($other->{status}, 'SUCCESS', 'approved for that project')
    or diag(encode_json($other->{cause} || {}));

my $third = again(project('third'), @ids);
is($third->{cause}{error}, 'model_not_approved', 'and for no other');

# what is not there, what is not one

is(again($project[0], $ids[0], 'M.nothing')->{cause}{error},
    'model_missing', 'a model that is not there');

is($sandbox->platform(1, '/v1/platform/model/offline',
    { model_id => $ids[1] })->{code}, 0, 'the host takes it offline');
is(again($project[0], @ids)->{cause}{error}, 'model_not_approved',
    'then nobody uses it');

# the uses are known where the model is

my $use = $sandbox->platform(1, "/v1/platform/model/usage?model_id=$ids[1]")
    ->{data}{records};

is($use->[0]{used}, 1, 'one task used the permit')
    or diag(encode_json($use));

$sandbox->finish;
done_testing();
