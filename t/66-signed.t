#!/usr/bin/perl

# Two nodes whose front doors demand the signatures that their daemons make.

use strict;
use warnings;

use lib 't/lib';
use IC::Sandbox;
use Test::More;

my $sandbox = IC::Sandbox->new(nodes => 2);

for my $node ($sandbox->nodes) {
    my $file = "$node->{dir}/nginx.conf";
    my $conf = do { local (@ARGV, $/) = $file; <> };

    $conf =~ s/(interconn_node_id .*\n)/$1interconn_message_signature required;
/ or die "no interconn_node_id in $file\n";

    open my $out, '>', $file or die "$file: $!\n";
    print $out $conf;
    close $out;

    kill 'HUP', $node->{pids}{nginx};
}

# a contract, by endpoints that need no signature, then the new workers answer

$sandbox->contract(1, 0);

my $catalog = '/v1/interconn/dataset/pub/list?contract_id='
    . $sandbox->{contracts}{'1-0'};

for my $to (0, 1) {
    $sandbox->await("the directive at node $to", sub {
        my ($answer, $http) = $sandbox->peer(1 - $to, $to, $catalog);
        return $http->{status} == 401
            && $answer->{data}{error} eq 'bad_signature';
    });
}

my $table = $sandbox->temp . '/rows.csv';

open my $out, '>', $table or die "$table: $!\n";
print $out "id\n1\n";
close $out;

# each way: an application, its answer with a permit, a termination

for my $case ([ 0, 1 ], [ 1, 0 ]) {
    my ($owner, $holder) = @$case;
    my $dataset = $sandbox->dataset($owner, $table,
        query => "select * from t$owner");
    my $audit = $sandbox->authorise($owner, $holder, $dataset);

    ok($audit, "node $holder may use a dataset of node $owner");

    $sandbox->platform($owner, '/v1/platform/audit/terminate',
        { audit_id => $audit });
    ok($sandbox->await('the end of the permit', sub {
        my $a = $sandbox->platform($holder,
            "/v1/platform/audit/query?audit_id=$audit");
        return ($a->{data}{status} || '') eq 'TERMINATED';
    }), '... until its owner ends that');
}

my ($answer, $http) = $sandbox->peer(1, 0, $catalog);
is($http->{status}, 401, 'nothing without a signature');
like($answer->{msg}, qr/send one x-auth-sign/, '... and why');

$sandbox->finish;
done_testing();
