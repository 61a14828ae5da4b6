#!/usr/bin/perl

# A query that a partner sent as text, at the console: its text, where it
# would run, and the job that waits for the answer.

use strict;
use warnings;

use lib 't/lib';
use IC::Browser;
use IC::Psi;
use IC::Sandbox;
use Test::More;

plan skip_all => 'sqlite3 is not installed'
    if system('sqlite3 -version > /dev/null 2>&1') != 0;

my $sandbox = IC::Sandbox->new(nodes => 2);
my $psi = IC::Psi->new($sandbox);
my ($asker, $node) = map { $sandbox->node($_) } 0, 1;
my $file = $sandbox->temp . '/his.db';
my $job;

system('sqlite3', $file, 'create table patients (id text, age int);'
    . "insert into patients values ('a', 30), ('b', 40);") == 0
    or die "sqlite3\n";
chmod 0644, $file;

sub operator {
    my ($n, $path, $body) = @_;
    my $answer = $sandbox->platform($n, "/v1/platform/$path", $body);

    die "$path: $answer->{msg}\n" if $answer->{code};
    return $answer->{data};
}

# a dataset of the file, so that it is among the places for queries
operator(1, 'dataset/create', { name => 'his', source => 'sqlite',
    location => { type => 'sqlite', path => $file, table => 'patients' },
    column_metas => [ { name => 'id', data_type => 'varchar',
                        distribution => 'DISCRETE' } ],
    owner => $node->{inst_id} });

my $own = $psi->table(0, "id\na\nb\nc\n");

browse('console-queries', {
    address => $node->{console}, token => $node->{operator_token},
    file => $file,
}, (
    # a job that wants to run a text here
    ask => sub {
        my ($sql) = @_;
        my %plan = $psi->plan([ $own, 'x' ], { keys => [ 'id' ] });

        $plan{conf}{task_params}{host}{0}{psi_0} = { data_sql => $sql };

        my $flow = operator(0, 'flow/create', { name => 'f', %plan });

        $job = operator(0, 'job/create', { name => 'ages', %plan,
            flow_id => $flow->{flow_id} })->{job_id};
        operator(0, 'audit/apply', { resource_type => 'job',
            job_id => $job,
            contract_id => $sandbox->contract_with(0, 1) });
        return $job;
    },
    # whether the asker was told that its job is approved
    told => sub {
        my ($wait) = @_;
        my $done = sub {
            my $list = operator(0, 'audit/list?dir=out&resource_type=job');
            my ($one) = grep { $_->{resource_id} eq $job }
                @{ $list->{records} };

            return $one->{status} eq 'APPROVED';
        };

        return $wait ? $sandbox->await('the approval', $done)
            : $done->() ? 1 : 0;
    },
    query => sub {
        return operator(1, 'query/list')->{records}[0];
    },
));

$sandbox->finish;
done_testing();
