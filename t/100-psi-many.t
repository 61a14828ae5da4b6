#!/usr/bin/perl

# Intersections of three nodes over their nginx: what the receivers find, what
# the others do not.

use warnings;
use strict;

use lib 't/lib';
use IC::File;
use IC::Sandbox;
use JSON::PP;
use Test::More;

my $seed = $ENV{SEED} || 100;

srand $seed;
note("SEED=$seed");

my $sandbox = IC::Sandbox->new(nodes => 3);
my @node = $sandbox->nodes;
my @role = (qw/ guest-0 host-0 host-1 /);

$sandbox->star;
$sandbox->contract(2, 1);

# ids of 1 .. 3000; everybody has about two thirds of them

my @sets = map { +{ map { $_ => 1 } grep { $_ < 5 || rand() < 0.66 }
    1 .. 3000 } } 0 .. 2;
my @tables = map { table($_, join '', "id,v\n",
    map { "patient-$_," . $_ % 7 . "\n" } sort keys %{ $sets[$_] }) } 0 .. 2;
my @common = map { "patient-$_" } sort grep { $sets[1]{$_} && $sets[2]{$_} }
    keys %{ $sets[0] };

for my $case ([ 'all' => 'both', [ 0, 1, 2 ] ],
    [ 'one of three' => [ 'host.1' ], [ 2 ] ],
    [ 'two of three' => [ 'guest.0', 'host.1' ], [ 0, 2 ] ])
{
    my ($what, $receivers, $who) = @$case;
    my ($job, $end) = run(receivers => $receivers);
    my %receives = map { $_ => 1 } @$who;
    my $first;

    is($end->{status}, 'SUCCESS', "$what: succeeds")
        or diag(encode_json($end->{cause} || {})), next;

    for my $n (0 .. 2) {
        my $table = output($n, $job, 'intersection');
        my $report = decode_json(output($n, $job, 'report'));

        is($report->{intersection}, $receives{$n} ? scalar @common : undef,
           "$what: node $n knows how many, or not");

        if (!$receives{$n}) {
            is($table, undef, '... nor which');
            next;
        }

        my (undef, @rows) = split /\n/, $table;
        my @ids = map { (split /,/)[0] } @rows;

        is(join(' ', sort @ids), join(' ', sort @common), '... and which');
        is("@ids", $first // "@ids", '... in the same order');
        is(join(' ', map { $_->{keys} } @{ $report->{peers} }),
           join(' ', map { scalar keys %{ $sets[$_] } }
               grep { $_ != $n } 0 .. 2), '... of how many');
        $first = "@ids";
    }
}

{
    my ($job, $end) = run(mode => 'cardinality', receivers => 'guest');

    is($end->{status}, 'SUCCESS', 'how many');
    is(decode_json(output(0, $job, 'report'))->{intersection},
       scalar @common, '... for the guest');
    is(output($_, $job, 'intersection'), undef, "no table at node $_")
        for 0 .. 2;

    ($job, $end) = run(receivers => [ 'guest.0', 'host.7' ]);
    is($end->{status}, 'FAILED', 'a receiver that there is not');
    is($end->{cause}{error}, 'bad_parameter', '... is a wrong parameter');
    like($end->{cause}{message}, qr/host\.7/, '... which the cause names');

    my $made = make(receivers => [ 'arbiter.0' ]);

    like($made->{msg}, qr/receivers/, 'an arbiter is refused at once');
}

$sandbox->finish;
done_testing();

###############################################################################

sub table {
    my ($n, $text) = @_;
    my $file = $sandbox->temp . "/rows$n.csv";

    spew($file, $text);
    my $id = $sandbox->dataset($n, $file, name => "rows$n",
        query => "SELECT * FROM rows$n");
    $sandbox->authorise($n, 0, $id) if $n > 0;

    return $id;
}

sub own {
    my ($path, $body) = @_;

    return $sandbox->platform(0, "/v1/platform/$path", $body);
}

sub make {
    my (%params) = @_;
    my %plan = (
        dag => { version => '2.0.0', components => [ { name => 'psi_0',
            componentName => 'psi', input => [],
            output => [ { type => 'dataset', key => 'intersection' },
                        { type => 'report', key => 'report' } ] } ] },
        conf => { version => '2.0.0',
            initiator => { role => 'guest', node_id => $node[0]{node_id} },
            role => { guest => [ $node[0]{node_id} ],
                      host => [ map { $node[$_]{node_id} } 1, 2 ] },
            job_params => { common => { sync_type => 'poll' } },
            task_params => {
                common => { psi_0 => { keys => [ 'id' ],
                                       batch_size => 1024, %params } },
                guest => { 0 => { psi_0 => { dataset_id => $tables[0] } } },
                host => { map { $_ => { psi_0 => {
                    dataset_id => $tables[$_ + 1] } } } 0, 1 } } });
    my $flow = own('flow/create', { name => 'f', %plan });

    return $flow if $flow->{code};

    return own('job/create', { name => 'j', %plan, sync_type => 'poll',
        flow_id => $flow->{data}{flow_id} });
}

sub run {
    my $made = make(@_);
    my $id = $made->{data}{job_id} or die "job/create: $made->{msg}\n";

    for my $n (1, 2) {
        own('audit/apply', { resource_type => 'job', job_id => $id,
            contract_id => $sandbox->contract_with(0, $n) });
        $sandbox->answer_job($n);
    }

    $sandbox->await('the start', sub {
        own('job/start', { job_id => $id })->{code} == 0 });

    my $end = $sandbox->await("the end of $id", sub {
        my $job = own("job/query?job_id=$id")->{data};
        return $job->{status} =~ /^(?:SUCCESS|FAILED)$/ && $job;
    }, 30);

    # the others hear of the end a little later

    $sandbox->await("the end at node $_", sub {
        my $n = $_;
        return $sandbox->platform($n, "/v1/platform/job/query?job_id=$id")
            ->{data}{status} =~ /^(?:SUCCESS|FAILED)$/;
    }) for 1, 2;

    return ($id, $end);
}

sub output {
    my ($n, $job, $key) = @_;
    my ($place) = glob "$node[$n]{dir}/data/artefacts/$job-$role[$n]/*-$key";

    return $place && slurp("$place/data_0");
}
