#!/usr/bin/perl

# The overview at the console: what waits, runs, is there and ends, as it
# changes.

use strict;
use warnings;

use lib 't/lib';
use IC::Browser;
use IC::Psi;
use IC::Sandbox;
use Test::More;

my $sandbox = IC::Sandbox->new(nodes => 2);
my ($node, $peer) = map { $sandbox->node($_) } 0, 1;
my $psi = bless { sandbox => $sandbox, count => 0 }, 'IC::Psi';
my $job;

sub operator {
    my ($n, $path, $body) = @_;
    my $answer = $sandbox->platform($n, "/v1/platform/$path", $body);

    die "$path: $answer->{msg}\n" if $answer->{code};
    return $answer->{data};
}

browse('console-overview', {
    address => $node->{console}, token => $node->{operator_token},
    provider => operator(0, 'operator/create', { name => 'rita',
        roles => [ 'result_receiver' ] })->{token},
    node => $node->{node_id}, peer => $peer->{node_id},
}, (
    apply => sub {
        operator(1, 'contract/apply', { node_id => $node->{node_id},
            address => $node->{address} });
        return 1;
    },
    accept => sub {
        my $one = $sandbox->await('the application', sub {
            operator(0, 'contract/list?status=APPLIED&dir=in')->{records}[0];
        });

        operator(0, 'contract/confirm', { contract_id =>
            $one->{contract_id}, status => 'APPROVED' });
        return 1;
    },
    # a job that both agreed to
    job => sub {
        my $made = $psi->make([ $psi->table(0, "id\na\nb\n"),
            $psi->table(1, "id\nb\nc\n") ], { keys => [ 'id' ] });

        $job = $made->{data}{job_id} or die "job/create: $made->{msg}\n";
        operator(0, 'audit/apply', { resource_type => 'job',
            job_id => $job,
            contract_id => $sandbox->contract_with(0, 1) });
        $sandbox->answer_job(1);
        return $job;
    },
    start => sub {
        return $sandbox->await('the start', sub {
            return $sandbox->platform(0, '/v1/platform/job/start',
                { job_id => $job })->{code} == 0;
        });
    },
    # the partner's front door closes
    close => sub {
        kill 'TERM', $peer->{pids}{nginx};
        return 1;
    },
));

$sandbox->finish;
done_testing();
