#!/usr/bin/perl

# Split over two nodes: the same rows at both, sets that later steps read.

use warnings;
use strict;

use lib 't/lib';
use IC::Sandbox;
use IC::Steps;
use JSON::PP;
use Test::More;

my $sandbox = IC::Sandbox->new(nodes => 2);
my $steps = IC::Steps->new($sandbox);

my %sets = (train => 'training_set', test => 'test_set', report => 'report');
my @tables = (
    $steps->table(0, join '', "id,y,\xe5\xb9\xb4\xe9\xbe\x84\n", map {
        "id$_," . ($_ % 3 == 0 ? 1 : 0) . ",$_.5\n" } 1 .. 90),
    $steps->table(1, join '', "x,id\n", map { "$_,id$_\n" } 1 .. 90));
my @data = map { { dataset_id => $_ } } @tables;

sub ids { my ($text, $column) = @_; my ($head, @rows) = split /\n/, $text;
          return join ' ', map { (split /,/)[$column] } @rows }

{
    my $job = $steps->run(
        [ 'one', 'split', {}, \%sets, { unique_id => 'id' }, \@data ],
        [ 'two', 'split', { 'one.test' => 'test_set' },
          { part => 'training_set', rest => 'test_set' },
          { test_rows => 5, unique_id => 'id' }, [] ]);
    my ($guest, $host) = @{ $job->{party} };

    is($job->{status}, 'SUCCESS', 'a split of the test set of a split')
        or diag(encode_json($job->{cause} || {}));
    is_deeply([ @{ decode_json($guest->{report}) }{
        qw/ rows train_rows test_rows / } ], [ 90, 72, 18 ], 'the report');

    for my $set (qw/ train test part rest /) {
        is(ids($guest->{$set}, 0), ids($host->{$set}, 1),
           "$set: the same rows at both");
    }

    is(join(' ', sort split / /, ids($guest->{part}, 0) . ' '
        . ids($guest->{rest}, 0)), join(' ', sort split / /,
        ids($guest->{test}, 0)), 'two parts of one');
    is_deeply($guest->{'rest about'}{rows}, 5, 'as many as asked for');
    is_deeply([ map { $_->{type} } @{ $guest->{'rest about'}{columns} } ],
        [qw/ string int64 double /], 'with their types');
}

{
    my $job = $steps->run([ 'one', 'split', {}, \%sets,
        { stratify => JSON::PP::true, test_size => 0.3 },
        [ { %{ $data[0] }, label_name => 'y' }, $data[1] ] ]);
    my ($guest, $host) = @{ $job->{party} };

    is($job->{status}, 'SUCCESS', 'by labels')
        or diag(encode_json($job->{cause} || {}));
    is(ids($guest->{test}, 0), ids($host->{test}, 1), 'the same rows');
    is((() = $guest->{test} =~ /,1,/g), 9, 'of either label its share');
}

{
    my $job = $steps->run([ 'one', 'split', {}, \%sets,
        { unique_id => 'id' }, [ $data[0],
        { dataset_id => $steps->table(1, join '', "id\n", map { "id$_\n" }
            reverse 1 .. 90) } ] ]);

    is($job->{status}, 'FAILED', 'another order of rows');
    is($job->{cause}{error}, 'data_not_aligned', '... is the cause')
        or diag(encode_json($job->{cause}));
}

{
    my $job = $steps->run(
        [ 'one', 'sampler', {}, { sample => 'dataset', report => 'report' },
          { count => 30, unique_id => 'id' }, \@data ],
        [ 'two', 'split', { 'one.sample' => 'dataset' }, { train =>
          'training_set', test => 'test_set' }, { unique_id => 'id' }, [] ]);
    my ($guest, $host) = @{ $job->{party} };

    is($job->{status}, 'SUCCESS', 'a sample, then its sets')
        or diag(encode_json($job->{cause} || {}));
    is($guest->{'sample about'}{rows}, 30, 'as many rows as asked for');
    is(ids($guest->{sample}, 0), ids($host->{sample}, 1),
       'the same at both');
}

# one party has no one to agree with

{
    my %plan = $steps->plan([ 'one', 'split', {}, \%sets, {}, [ $data[0] ] ]);

    delete $plan{conf}{$_}{host} for qw/ role task_params /;

    my $flow = $steps->operator('flow/create', { name => 'f', %plan });
    my $id = $steps->operator('job/create', { name => 'j', %plan,
        flow_id => $flow->{data}{flow_id}, sync_type => 'poll' })
        ->{data}{job_id};

    $steps->operator('job/start', { job_id => $id });

    my $job = $sandbox->await('the end', sub {
        my $job = $steps->operator("job/query?job_id=$id")->{data};
        return $job->{status} =~ /^(?:SUCCESS|FAILED)$/ && $job;
    }, 30);

    is($job->{status}, 'SUCCESS', 'a party by itself');
    is($steps->party(0, $id)->{'test about'}{rows}, 18, '... has its sets');
}

for my $case ([ test_size => 1.5 ], [ folds => 1 ], [ label_name => "a\nb" ],
    [ mode => 'diagonal' ], [ random_seed => -1 ])
{
    my $made = $steps->make([ 'one', 'split', {}, \%sets, { @$case },
        \@data ]);

    ok($made->{code}, "$case->[0] is refused");
    like($made->{msg}, qr/$case->[0]/, '... by name') or diag($made->{msg});
}

$sandbox->finish;
done_testing();
