#!/usr/bin/perl

# Components and flows at the console: a flow drawn by mouse and keyboard,
# saved, run to its end with a partner.

use strict;
use warnings;
use utf8;

use lib 't/lib';
use IC::Browser;
use IC::Sandbox;
use JSON::PP;
use Test::More;

my $sandbox = IC::Sandbox->new(nodes => 2);
my ($node, $peer) = map { $sandbox->node($_) } 0, 1;

sub operator {
    my ($n, $path, $body) = @_;
    my $answer = $sandbox->platform($n, "/v1/platform/$path",
        $body && encode_json($body));

    die "$path: $answer->{msg}\n" if !defined $answer->{code}
        || $answer->{code};
    return $answer->{data};
}

$sandbox->contract(0, 1);

for my $n (0, 1) {
    my $name = $n ? 'right' : 'left';
    my $file = $sandbox->temp . "/$name.csv";

    open my $out, '>', $file or die "$file: $!\n";
    print $out "id,x\n", map { "p$_,$_\n" } $n * 10 + 1 .. 60;
    close $out;
    my $id = $sandbox->dataset($n, $file, name => $name,
                               query => "SELECT * FROM $name");
    $sandbox->authorise(1, 0, $id) if $n;
}

browse('console-flows', {
    address => $node->{console}, token => $node->{operator_token},
    self => $node->{node_id}, peer => $peer->{node_id},
    title => "Common <b>patients</b> \x{60a3}\x{8005}",
    auditor => operator(0, 'operator/create', { name => 'aud',
        roles => [ 'auditor' ] })->{token},
}, approve => sub { return !$sandbox->answer_job(1)->{code} });

my $job = operator(0, 'job/list')->{records}[0];
my $flow = operator(0, 'flow/list')->{records}[0];

is($job->{status}, 'SUCCESS', 'the job of the drawn flow succeeded');
is(scalar @{ $flow->{dag}{components} }, 2, '... of two steps');
is($flow->{config}{task_params}{common}{split}{test_size}, 0.25,
    '... with the parameter as a number');

$sandbox->finish;
done_testing();
