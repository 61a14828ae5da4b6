#!/usr/bin/perl

# Three nodes and a job of four steps, with data and models on its edges: rows
# that a step made are trained on, and a step behind reads the model.

use strict;
use warnings;

use lib 't/lib';
use IC::File;
use IC::Sandbox;
use File::Temp qw(tempdir);
use JSON::PP;
use Test::More;

my $json = JSON::PP->new->canonical;
my $build = IC::Sandbox::build_dir();
my $root = IC::Sandbox::root();
my $tree = tempdir('icXXXXX', TMPDIR => 1, CLEANUP => 1);

$build = "$root/$build" if $build !~ m{^/};

# the programs with one component more beside those of the build

mkdir "$tree/$_" for qw(build build/components);
symlink "$root/src", "$tree/src";
symlink $_, "$tree/build/" . s{.*/}{}r
    for "$build/interconnd", "$build/console", glob("$build/*.so");
system('cp', "$build/interconnctl", "$tree/build/interconnctl") == 0 or die;
symlink $_, "$tree/build/components/" . s{.*/}{}r
    for glob("$build/components/*"), "$root/t/data/components/tables";
$ENV{IC_BUILD} = "$tree/build";

my $sandbox = IC::Sandbox->new(nodes => 3);

$sandbox->star;

sub own {
    my ($path, $body, $n) = @_;
    my $got = $sandbox->platform($n || 0, "/v1/platform/$path", $body);

    return $got->{code} ? $got : $got->{data};
}

own('component/register', { Component => { code => 'tables',
    version => '1.0', name => 'tables', engine => 'own', inputs => [],
    outputs => [] } }, $_) for 0 .. 2;

sub step {
    my ($name, $component, $input, @output) = @_;

    return { name => $name, componentName => $component, provider => 'x',
        version => $component eq 'tables' ? '1.0' : '1.1.0',
        input => [ map { { type => $_, key => $input->{$_} } }
            sort keys %$input ],
        output => [ map { { type => $_->[0], key => $_->[1] } } @output ] };
}

sub rows {
    my ($n) = @_;

    return join '', "unique_id,C6,C8,diagnosis\n", map { sprintf
        "r%d-%d,%.2f,%.2f,%d\n", $n, $_, $_ % 7 / 7, $_ * $n % 11 / 11,
        $_ % 4 == 0 ? 38 : 0 } 1 .. 40;
}

my %lr = (unique_id => 'unique_id', label_name => 'diagnosis',
    label_value => '38', attributes => [ 'C6', 'C8' ], max_iter => 3,
    allow_two_parties => JSON::PP::true);
my $dag = { version => '2.0.0', components => [
    step('make', 'tables', {}, [ dataset => 'out' ]),
    step('lr', 'homo_lr', { dataset => 'make.out' }, [ model => 'model0' ],
        [ report => 'report0' ]),
    step('other', 'tables', {}, [ test_set => 'out' ]),
    step('use', 'tables', { model => 'lr.model0', dataset => 'other.out' },
        [ dataset => 'out' ]) ] };
my $config = { version => '2.0.0',
    initiator => { role => 'arbiter', node_id => 'N0001' },
    role => { arbiter => [ 'N0001' ], guest => [ 'N0002' ],
        host => [ 'N0003' ] },
    task_params => {
        common => { lr => \%lr, make => { mode => 'make' }, other => {
            mode => 'make', rows => 8 }, use => { mode => 'sum' } },
        guest => { 0 => { make => { mode => 'make', text => rows(1) } } },
        host => { 0 => { make => { mode => 'make', text => rows(2) } } },
        arbiter => { 0 => { make => { mode => 'none' } } } } };
my $flow = own('flow/create', { name => 'f' })->{flow_id};
my $made = own('job/create', { flow_id => $flow, dag => $dag,
    config => $config });
my $job = $made->{job_id} or die $json->encode($made);

for my $n (1, 2) {
    own('audit/apply', { resource_type => 'job', resource_id => $job,
        contract_id => $sandbox->contract_with(0, $n) });
    $sandbox->answer_job($n);
}

$sandbox->await('the start', sub {
    ref own('job/start', { job_id => $job }) eq 'HASH'
        && own("job/query?job_id=$job")->{status} ne 'PENDING'
});

my $got = $sandbox->await('the end', sub {
    my $now = own("job/query?job_id=$job");
    return $now->{status} =~ /SUCCESS|FAILED/ && $now;
}, 90);

is($got->{status}, 'SUCCESS', 'a job with data and models on its edges')
    or diag($json->encode($got->{cause} || {}));

for my $n (1, 2) {
    my $list = own("job/output/list?job_id=$job&page_size=-1", undef, $n);
    my %output = map { ("$_->{task_name}.$_->{key}" => $_) }
        @{ $list->{records} };

    is(join(' ', sort keys %output), 'lr.model0 make.out other.out use.out',
        "node $n: its outputs");
    is($output{'make.out'}{rows}, 40, 'rows that were trained on');
    is($output{'lr.model0'}{format}, 'json', 'the model');

    my $store = $sandbox->store($n);
    my $report = decode_json($store->get("task:$output{'use.out'}{task_id}",
        'report'));

    is_deeply($report->{model}{features}, [ 'C6', 'C8' ],
        'the last step has read it');
    is($report->{sum}{dataset}{rows}, 8, 'and rows of another one');
    is($report->{input}{model}{digest}, $output{'lr.model0'}{digest},
        'by their digests');
}

my $list = own("job/output/list?job_id=$job&page_size=-1");
is(join(' ', sort map { "$_->{task_name}.$_->{key}" } @{ $list->{records} }),
    'lr.report0 other.out use.out', 'the arbiter has no rows and no model');

$sandbox->finish;
done_testing();
