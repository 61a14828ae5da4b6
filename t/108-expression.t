#!/usr/bin/perl

# Expressions over the columns of a bank and a hospital, through their nginx:
# with a third node that deals random numbers, and by the two alone. What is
# for a party is at its node and at no other; programs that are wrong are
# refused with their place.

use strict;
use warnings;

use lib 't/lib';
use IC::File;
use IC::Sandbox;
use JSON::PP;
use List::Util qw(sum);
use Test::More;

my $seed = $ENV{SEED} || 108;

srand $seed;
note("SEED=$seed");

my $sandbox = IC::Sandbox->new(nodes => 3);
my @node = $sandbox->nodes;
my $json = JSON::PP->new->canonical;
my $count = 0;

$sandbox->star;
$sandbox->contract(2, 1);

my $flow = own(0, 'flow/create', { name => 'f' })->{flow_id};

###############################################################################
# with a coordinator: node 0 deals, 1 is the guest, 2 the host

my $rows = 300;
my @bank = map { [ sprintf('%.2f', rand 5000), int rand 100 ] } 1 .. $rows;
my @hospital = map { [ int rand 120, sprintf('%.3f', 10 + rand 30) ] }
    1 .. $rows;
my @ids = map { "张-$_" } 1 .. $rows;
my $at_bank = table(1, 'id,income,"账户 数"',
    map { "$ids[$_],$bank[$_][0],$bank[$_][1]" } 0 .. $rows - 1);
my $at_hospital = table(2, 'pid,age,bmi',
    map { "$ids[$_],$hospital[$_][0],$hospital[$_][1]" } 0 .. $rows - 1);

my $program = <<'END';
input income from guest.0 range 0..10000;
input "账户 数" from guest.0 range 0..100;
input age from host.0 range 0..150;
input weight from host.0 column bmi range 5..100;

let risk = linear([0.002, -0.5, 0.25], [income, age, weight], 3.5);
let poor = income < 1000 and not (age >= 65 or "账户 数" == 7);

output high to guest.0 = risk > 0;           # a threshold
output score to guest.0 = if poor then max(risk, -10) else risk * 0.5;
output old to host.0 = age > income;
output many to guest.0, host.0 = count(poor);
output total to host.0 = sum(income * weight);
END

my @risk = map { 0.002 * $bank[$_][0] - 0.5 * $hospital[$_][0]
    + 0.25 * $hospital[$_][1] + 3.5 } 0 .. $rows - 1;
my @poor = map { $bank[$_][0] < 1000 && !($hospital[$_][0] >= 65
    || $bank[$_][1] == 7) } 0 .. $rows - 1;

{
    my ($job, $end) = compute([ $at_bank, $at_hospital ],
        { program => $program }, { unique_id => 'id' },
        { unique_id => 'pid' });

    is($end->{status}, 'SUCCESS', 'a program with a coordinator')
        or diag(say_it($end));

    my ($head, @line) = split /\n/, text($job, 1, 'result');

    is($head, 'id,high,score', 'the columns of the guest');
    is(scalar(@line), $rows, '... a row for each');

    my @wrong = grep {
        my ($id, $high, $score) = split /,/, $line[$_];
        my $right = $poor[$_] ? $risk[$_] > -10 ? $risk[$_] : -10
                              : $risk[$_] / 2;
        $id ne $ids[$_]
            || abs($risk[$_]) > 0.01
               && $high ne ($risk[$_] > 0 ? 'true' : 'false')
            || abs($score - $right) > 0.01;
    } 0 .. $#line;

    is("@wrong", '', '... with the values of the plain computation')
        or diag($line[$wrong[0]]);

    @line = split /\n/, text($job, 2, 'result');
    is(join("\n", @line), join("\n", 'pid,old', map { "$ids[$_],"
        . ($hospital[$_][0] > $bank[$_][0] ? 'true' : 'false') }
        0 .. $rows - 1), 'the host has its own');

    my $guest = decode_json(slurp(place($job, 1, 'report') . '/data_0'));
    my $host = decode_json(slurp(place($job, 2, 'report') . '/data_0'));
    my $total = sum(map { $bank[$_][0] * $hospital[$_][1] } 0 .. $rows - 1);

    is_deeply($guest->{results}, { many => scalar(grep { $_ } @poor) },
        'what is said of all rows, in the report');
    is($host->{results}{many}, $guest->{results}{many}, '... of both');
    ok(abs($host->{results}{total} - $total) / $total < 1e-5,
        "... a sum of products, $total")
        or diag($host->{results}{total});
    ok($guest->{cost}{rounds} > 5 && $guest->{cost}{comparisons} > 1000
       && $guest->{cost}{bytes_sent} > 10000, '... with what it cost');
    ok($guest->{outputs}[1]{rounding} < 0.01, '... and how exact it is');

    is_deeply([ glob "$node[0]{dir}/data/artefacts/$job-*/*-result" ], [],
        'the coordinator has no table');
    unlike(everything(0, $job, $end), qr/"results"|$host->{results}{total}/,
        '... and no result');
    unlike(everything(1, $job, $end), qr/"total":\d|"old":\d|id,old/,
        'the guest has nothing that is for the host');
}

###############################################################################
# two parties alone

{
    my ($job, $end) = compute([ $at_bank, $at_hospital ],
        { triples => 'paillier', program => <<'END' });
input income from guest.0 range 0..10000;
input age from host.0 range 0..150;
output ratio to host.0 = if income > 40 * age then income * age / 100 else 0;
output rich to guest.0 = count(income == 2 * age or income >= 4000);
END

    is($end->{status}, 'SUCCESS',
        'a program by Paillier, the arbiter without a part')
        or diag(say_it($end));

    my ($head, @line) = split /\n/, text($job, 2, 'result');
    my @wrong = grep {
        my ($x, $y) = ($bank[$_][0], $hospital[$_][0]);
        abs($line[$_] - ($x > 40 * $y ? $x * $y / 100 : 0)) > 0.02
    } 0 .. $rows - 1;

    is("$head @wrong", 'ratio ', '... with the right values');
    is(text($job, 1, 'result'), "rich\n" . scalar(grep {
        $bank[$_][0] == 2 * $hospital[$_][0] || $bank[$_][0] >= 4000 }
        0 .. $rows - 1) . "\n", '... and a count');
}

###############################################################################
# what is refused, and where it says so

{
    my $none = make([ $at_bank, $at_hospital ],
        { program => "input x from guest.0;\noutput y to host.0 = x +* 2;" });

    cmp_ok($none->{code}, '>', 0, 'no job is made of what is no program');
    like($none->{msg}, qr/program line 2, column 25: a value is expected/,
        '... with its place') or diag(say_it($none));

    my ($job, $end) = compute([ $at_bank, $at_hospital ],
        { program => "input x from guest.0;\noutput y to host.0 = z;" });

    is("$end->{status} $end->{cause}{error}", 'FAILED bad_parameter',
        'a name that is none is found when it runs');
    like($end->{cause}{message}, qr/line 2, column 22: "z" is neither/,
        '... with its place') or diag(say_it($end));

    my $other = table(2, 'pid,age,bmi', map { "x$_,1,20" } 1 .. $rows);
    ($job, $end) = compute([ $at_bank, $other ], { program => $program },
        { unique_id => 'id' }, { unique_id => 'pid' });
    is($end->{cause}{error}, 'data_not_aligned', 'other ids')
        or diag(say_it($end));

    my $few = table(1, 'income', 1 .. 5);
    my $less = table(2, 'age', 1 .. 5);
    ($job, $end) = compute([ $few, $less ], { program =>
        'input income from guest.0; input age from host.0;'
        . 'output s to guest.0 = sum(income * age);' });
    is($end->{cause}{error}, 'data_out_of_range',
        'nothing is said of all of five rows') or diag(say_it($end));

    ($job, $end) = compute([ $at_bank, $at_hospital ], { program =>
        'input income from guest.0 range 0..100;'
        . 'output y to guest.0 = income;' });
    is("$end->{cause}{error} $end->{cause}{column}",
        'data_out_of_range income', 'a value out of its range');
    unlike(say_it($end), qr/$bank[0][0]/, '... which is not told');

    for my $case ([ program => '' ], [ triples => 'oracle' ],
        [ fraction_bits => 40 ], [ min_rows => 0 ], [ programme => 'x' ])
    {
        my $made = make([ $at_bank, $at_hospital ],
            { program => $program, @$case });

        like($made->{msg}, qr/$case->[0]/, "$case->[0] is refused by name")
            or diag(say_it($made));
    }
}

$sandbox->finish;
done_testing();


sub own {
    my ($n, $path, $body) = @_;
    my $answer = $sandbox->platform($n, "/v1/platform/$path", $body);

    die "$path: " . say_it($answer) . "\n" if $answer->{code};

    return $answer->{data};
}

sub say_it { $json->encode($_[0]) }

# A table of a node, lent to whoever asks for jobs.
sub table {
    my ($n, @lines) = @_;
    my $name = 'rows' . ++$count;
    my $file = $sandbox->temp . "/$name.csv";

    spew($file, join "", map { "$_\n" } @lines);

    my $id = $sandbox->dataset($n, $file, name => $name,
        query => "SELECT * FROM $name");

    $sandbox->authorise($n, 0, $id);

    return $id;
}

sub make {
    my ($data, $common, $guest, $host) = @_;
    my @id = map { $_->{node_id} } @node;

    return $sandbox->platform(0, '/v1/platform/job/create', { name => 'j',
        flow_id => $flow, sync_type => 'poll',
        dag => { version => '2.0.0', components => [ { name => 'e_0',
            componentName => 'expression', provider => 'interconn',
            version => '1.0.0', input => [],
            output => [ { type => 'dataset', key => 'result' },
                        { type => 'report', key => 'report' } ] } ] },
        conf => { version => '2.0.0',
            initiator => { role => 'arbiter', node_id => $id[0] },
            role => { arbiter => [ $id[0] ], guest => [ $id[1] ],
                      host => [ $id[2] ] },
            job_params => { common => { sync_type => 'poll' } },
            task_params => { common => { e_0 => $common },
                guest => { 0 => { e_0 => { dataset_id => $data->[0],
                                           %{ $guest || {} } } } },
                host => { 0 => { e_0 => { dataset_id => $data->[1],
                                          %{ $host || {} } } } } } } });
}

# A job to its end: its id and how it ended.
sub compute {
    my $made = make(@_);
    my $job = $made->{data}{job_id} or die say_it($made) . "\n";
    my $end;

    for my $n (1, 2) {
        own(0, 'audit/apply', { resource_type => 'job', job_id => $job,
            contract_id => $sandbox->contract_with(0, $n) });
        $sandbox->answer_job($n);
    }

    $sandbox->await('the start', sub {
        return $sandbox->platform(0, '/v1/platform/job/start',
            { job_id => $job })->{code} == 0;
    });

    $sandbox->await('the end', sub {
        $end = own(0, "job/query?job_id=$job");
        return $end->{status} =~ /^(?:SUCCESS|FAILED)$/;
    }, 60);

    return ($job, $end);
}

# Where a node keeps an output.
sub place {
    my ($job, $n, $key) = @_;

    return $sandbox->await("the $key of node $n", sub {
        my ($found) = glob "$node[$n]{dir}/data/artefacts/$job-*/*-$key";
        return $found;
    });
}

sub text { slurp(place(@_) . "/data_0") }

# All that a node says of a job.
sub everything {
    my ($n, $job, $end) = @_;

    return say_it($end) . say_it($sandbox->platform($n,
        "/v1/platform/job/query?job_id=$job"))
        . join '', map { slurp($_) } grep { -f } map { glob $_ }
        "$node[$n]{dir}/data/artefacts/$job-*/*/*",
        "$node[$n]{dir}/*/logs/*$job*";
}
