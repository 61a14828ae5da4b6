#!/usr/bin/perl

# Approvals by clicking and by keyboard: contracts, datasets, jobs, refusals,
# limits, who was faster, who may not. Each at the other node, too.

use strict;
use warnings;
use utf8;

use lib 't/lib';
use IC::Browser;
use IC::Psi;
use IC::Sandbox;
use JSON::PP;
use Test::More;

my $hostile = "<img src=x onerror=alert(1)>\x{202e}gnp.exe \x{1f9ec} "
    . 'x' x 200;
my $sandbox = IC::Sandbox->new(nodes => 2);
my ($asker, $node) = map { $sandbox->node($_) } 0, 1;

sub operator {
    my ($n, $path, $body) = @_;
    my $answer = $sandbox->platform($n, "/v1/platform/$path",
        $body && encode_json($body));

    die "$path: $answer->{msg}\n" if !defined $answer->{code}
        || $answer->{code};
    return $answer->{data};
}

sub token {
    my ($name, @roles) = @_;

    return operator(1, 'operator/create', { name => $name,
        roles => [ @roles ] })->{token};
}

# who asks has a name that would like to be markup
my $info = operator(0, "node/query?node_id=$asker->{node_id}");

operator(0, 'node/update', { %$info, institution => $hostile });

my $table = $sandbox->temp . '/rows.csv';

open my $out, '>', $table or die "$table: $!\n";
print $out "id,x\n", map { "$_,$_\n" } 1 .. 40;
close $out;

my %dataset = map { $_ => $sandbox->dataset(1, $table, name => $_,
    query => "select * from $_") } qw(blood liver);
my $own = $sandbox->dataset(0, $table, name => 'ours');
my $last;

# node 0 asks for a dataset of node 1
sub ask_for {
    my ($name, $limits) = @_;

    $last = operator(0, 'audit/apply', { resource_type => 'dataset',
        resource_id => $dataset{$name}, %{ $limits || {} },
        contract_id => $sandbox->contract_with(0, 1) })->{audit_id};

    return $last;
}

sub asked { return operator(0, "audit/query?audit_id=$_[0]") }

my $psi = bless { sandbox => $sandbox, count => 0 }, 'IC::Psi';

browse('console-approvals', {
    address => $node->{console}, token => $node->{operator_token},
    reader => token('aud', 'auditor'), provider => token('pro',
        'data_provider'), node_id => $asker->{node_id}, hostile => $hostile,
}, (
    contract => sub {
        operator(0, 'contract/apply', { node_id => $node->{node_id},
            address => $node->{address} });
        return 1;
    },
    contracted => sub {
        return $sandbox->await('the contract', sub {
            return $sandbox->contract_with(0, 1);
        });
    },
    dataset => \&ask_for,
    job => sub {
        my $made = $psi->make([ $own, $dataset{blood} ],
            { keys => [ 'id' ] });

        die "job/create: $made->{msg}\n" if $made->{code};
        operator(0, 'audit/apply', { resource_type => 'job',
            job_id => $made->{data}{job_id},
            contract_id => $sandbox->contract_with(0, 1) });
        return $made->{data}{job_id};
    },
    answered => sub {
        return $sandbox->await('the answer', sub {
            my $got = asked($last);
            return $got->{status} ne 'APPLIED' && $got;
        });
    },
    # another operator, at the same node
    other => sub {
        my ($status) = @_;
        my $http = $sandbox->http;
        my $token = $sandbox->{other} ||= token('otto', 'administrator');
        my $answer = $sandbox->request($http, "$node->{platform}/v1/platform/"
            . 'audit/confirm', { audit_id => $last, status => $status },
            Authorization => "Bearer $token");

        return $answer->{code};
    },
    ended => sub {
        return $sandbox->await('the end', sub {
            return asked($last)->{status} eq 'TERMINATED';
        });
    },
));

$sandbox->finish;
done_testing();
