#!/usr/bin/perl

# Joint statistics of three hospitals over real nodes: what they have in
# common comes out at each of them, small groups at none, nothing at the
# coordinator but that it was done.

use strict;
use warnings;

use lib 't/lib';
use IC::File;
use IC::Sandbox;
use JSON::PP;
use List::Util qw(sum);
use Test::More;

my $seed = $ENV{SEED} || 104;

srand $seed;
note("SEED=$seed");

my $sandbox = IC::Sandbox->new(nodes => 4);
my @node = $sandbox->nodes;
my $count = 0;

$sandbox->star;

my $flow = own('flow/create', { name => 'f' })->{flow_id};

###############################################################################
# three hospitals, columns with NULL, a town that few are of

my @rows = map { my $n = $_; [ map {
        [ 20 + int rand 60, rand() < 0.1 ? '' : sprintf('%.3f', rand 200),
          (qw(Linz Graz))[rand 2] ] } 1 .. 40 + 10 * $n ] } 1 .. 3;

$rows[$_][0][2] = 'Enns' for 0 .. 1;

my @tables = map { table($_, 'age,wert_größe,town',
    map { join ',', @$_ } @{ $rows[$_ - 1] }) } 1 .. 3;
my %ask = (columns => [ 'age', 'wert_größe' ], group_by => 'town',
    group_values => [ 'Linz', 'Graz', 'Enns' ], correlation => JSON::PP::true,
    quantiles => [ 0.5 ], quantile_method => 'exact');

{
    my ($job, $end) = describe(\@tables, \%ask);

    is($end->{status}, 'SUCCESS', 'statistics') or diag(say_it($end));

    my @all = map { @$_ } @rows;
    my @age = sort { $a <=> $b } map { $_->[0] } @all;
    my @value = grep { $_ ne '' } map { $_->[1] } @all;
    my $report = result($job, 1, 'report');
    my ($age, $value) = @{ $report->{columns} };

    is($report->{rows}, 180, 'all rows');
    is($age->{mean}, sum(@age) / 180, 'the mean');
    is($age->{quantiles}[0]{value}, $age[89], 'the median');
    ok(abs($age->{variance} - sum(map { ($_ - $age->{mean}) ** 2 } @age)
           / 180) < 1e-9, 'the variance');
    is("$age->{min_at_least} $age->{max_at_most}", '16 128',
       'bounds of least and greatest, not themselves');
    is("$value->{count} $value->{nulls}", scalar(@value) . ' '
       . (180 - @value), 'NULLs are counted and left out');
    ok(abs($value->{sum} - sum(@value)) < 1e-9, '... of the sum too');
    is($report->{correlation}{rows}, scalar(@value),
       'a correlation of the complete rows');

    # Enns has two rows; so that nobody subtracts, another town goes too

    my @group = @{ $report->{groups}{values} };
    my @shown = grep { !$_->{suppressed} } @group;

    ok($group[2]{suppressed} && !exists $group[2]{rows},
       'the small group is suppressed');
    is(scalar(@shown), 1, '... and another, or it could be subtracted');

    my @there = grep { $_->[2] eq $shown[0]{value} } @all;

    is($shown[0]{rows}, scalar(@there), 'the rows of a group');
    is($shown[0]{columns}[0]{sum}, sum(map { $_->[0] } @there),
       '... and a sum');

    is_deeply(result($job, $_, 'report'), $report, "the same at node $_")
        for 2, 3;

    my ($place) = glob "$node[1]{dir}/data/artefacts/$job-*/*-statistics";
    my $table = slurp("$place/data_0");

    like($table, qr/^column,statistic,group,with,value\nage,count,,,180\n/,
         'a table of it');
    like($table, qr/^town,rows,Enns,,$/m, '... where the small group is NULL');
    is(decode_json(slurp("$place/metadata"))->{columns}[4]{type}, 'double',
       '... with types');

    my $kept = everything(0, $job, $end);

    unlike($kept, qr/"mean"|$age->{mean}/, 'the coordinator has no result');
    is_deeply([ glob "$node[0]{dir}/data/artefacts/$job-*/*-statistics" ],
        [], '... and no table');
}

###############################################################################
# what is refused, and where it says so

{
    my $empty = table(2, 'age,wert_größe,town');
    my ($job, $end) = describe([ $tables[0], $empty, $tables[2] ], \%ask);

    is($end->{status}, 'FAILED', 'a hospital without rows');
    is($end->{cause}{error}, 'data_empty', '... with the cause')
        or diag(say_it($end));

    my $text = table(3, 'age,wert_größe,town', '30,1,Linz', 'old,2,Graz');
    ($job, $end) = describe([ @tables[0, 1], $text ], \%ask);

    is("$end->{cause}{error} $end->{cause}{column} $end->{cause}{row}",
       'data_not_numeric age 2', 'text among numbers: column and row');
    unlike(say_it($end), qr/\bold\b/, '... not the value');

    for my $case ([ min_group => 1 ], [ quantiles => [ 0.5, 0.5 ] ],
        [ quantile_method => 'median' ], [ extremes => 'all' ],
        [ group_values => [] ], [ columns => [] ], [ bins => 5 ])
    {
        my $made = make(\@tables, { %ask, @$case });

        like($made->{msg}, qr/$case->[0]/, "$case->[0] is refused by name")
            or diag(say_it($made));
    }
}

$sandbox->finish;
done_testing();


sub own {
    my ($path, $body) = @_;
    my $answer = $sandbox->platform(0, "/v1/platform/$path", $body);

    die "$path: " . say_it($answer) . "\n" if $answer->{code};

    return $answer->{data};
}

sub say_it { JSON::PP->new->canonical->encode($_[0]) }

# A table of a hospital, lent to the coordinator.
sub table {
    my ($n, @lines) = @_;
    my $name = 'rows' . ++$count;
    my $file = $sandbox->temp . "/$name.csv";

    open my $out, '>', $file or die $!;
    print $out map { "$_\n" } @lines;
    close $out;

    my $id = $sandbox->dataset($n, $file, name => $name,
        query => "SELECT * FROM $name");

    $sandbox->authorise($n, 0, $id);

    return $id;
}

sub make {
    my ($data, $common) = @_;
    my @id = map { $_->{node_id} } @node;

    return $sandbox->platform(0, '/v1/platform/job/create', { name => 'j',
        flow_id => $flow, sync_type => 'poll',
        dag => { version => '2.0.0', components => [ { name => 'stats_0',
            componentName => 'secure_stats', provider => 'interconn',
            version => '1.0.0', input => [],
            output => [ { type => 'dataset', key => 'statistics' },
                        { type => 'report', key => 'report' } ] } ] },
        conf => { version => '2.0.0',
            initiator => { role => 'arbiter', node_id => $id[0] },
            role => { arbiter => [ $id[0] ], guest => [ $id[1] ],
                      host => [ @id[2, 3] ] },
            job_params => { common => { sync_type => 'poll' } },
            task_params => { common => { stats_0 => $common },
                guest => { 0 => { stats_0 => { dataset_id => $data->[0] } } },
                host => {
                    0 => { stats_0 => { dataset_id => $data->[1] } },
                    1 => { stats_0 => { dataset_id => $data->[2] } } } } } });
}

# A job to its end: its id and how it ended.
sub describe {
    my $made = make(@_);
    my $job = $made->{data}{job_id} or die say_it($made) . "\n";
    my $end;

    for my $n (1 .. 3) {
        own('audit/apply', { resource_type => 'job', job_id => $job,
            contract_id => $sandbox->contract_with(0, $n) });
        $sandbox->answer_job($n);
    }

    $sandbox->await('the start', sub {
        return $sandbox->platform(0, '/v1/platform/job/start',
            { job_id => $job })->{code} == 0;
    });

    $sandbox->await('the end', sub {
        $end = own("job/query?job_id=$job");
        return $end->{status} =~ /^(?:SUCCESS|FAILED)$/;
    }, 60);

    return ($job, $end);
}

# What a node keeps under that key.
sub result {
    my ($job, $n, $key) = @_;
    my ($place) = $sandbox->await("the $key of node $n", sub {
        my ($found) = glob "$node[$n]{dir}/data/artefacts/$job-*/*-$key";
        return $found;
    });

    return decode_json(slurp("$place/data_0"));
}

# All that a node says of a job.
sub everything {
    my ($n, $job, $end) = @_;

    return say_it($end) . say_it($sandbox->platform($n,
        "/v1/platform/job/query?job_id=$job"))
        . join '', map { slurp($_) } grep { -f } map { glob $_ }
        "$node[$n]{dir}/data/artefacts/$job-*/*/*",
        "$node[$n]{dir}/*/logs/*$job*";
}
