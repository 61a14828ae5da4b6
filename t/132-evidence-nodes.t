#!/usr/bin/perl

# The logs of real nodes after a training, a stopped job and the end of a
# contract: they verify, say nothing that cannot have happened, agree with
# each other, and bundles of them do.

use strict;
use warnings;

use lib 't/lib';
use IC::Evidence;
use IC::Sandbox;
use JSON::PP;
use Test::More;

my $sandbox = IC::Sandbox->new(nodes => 3);
my @log = map { "$_->{dir}/data/evidence" } $sandbox->nodes;
my @id = map { $_->{node_id} } $sandbox->nodes;
my $temp = $sandbox->temp;

srand(7);
$sandbox->star;

for my $n (1, 2) {
    my $file = "$temp/rows$n.csv";

    open my $out, '>', $file or die "$file: $!\n";
    print $out "id,x0,x1,y\n";
    print $out join(',', "r$n-$_", rand, rand, $_ % 2), "\n" for 1 .. 40;
    close $out;

    my $dataset = $sandbox->dataset($n, $file,
        query => 'SELECT * FROM rows');

    $sandbox->authorise($n, 0, $dataset, times_limit => 2);
}

my %training = (query => 'select * from rows', attributes => [qw( x0 x1 )],
                unique_id => 'id', label_name => 'y', label_value => 1,
                params => { allow_two_parties => JSON::PP::true });
my $order = $sandbox->train([ 1, 2 ], %training);

is($sandbox->await_training($order)->{train_status}{train_status}, 'success',
    'a training');

my $jobs = $sandbox->platform(0, '/v1/platform/job/list?page_size=1');
my $job = $jobs->{data}{records}[0];

# one that nobody answers, and that is stopped; the end of a contract

$sandbox->platform(0, '/model/train',
    $sandbox->train_request([ 1, 2 ], %training));

my $waiting = $sandbox->platform(0, '/v1/platform/job/list?page_size=1')
                      ->{data}{records}[0];

isnt($waiting->{job_id}, $job->{job_id}, 'another one');
$sandbox->platform(0, '/v1/platform/job/stop',
    { job_id => $waiting->{job_id} });

my $contract = $sandbox->contract_with(0, 2);

$sandbox->platform(2, '/v1/platform/contract/terminate',
    { contract_id => $contract });
$sandbox->await('the end of the contract', sub {
    my $c = $sandbox->platform(0,
        "/v1/platform/contract/query?contract_id=$contract");
    return $c->{data}{status} eq 'TERMINATED';
});

# all that has happened is sealed

sub sealed {
    my ($n) = @_;
    my $last = ($sandbox->store($n)->command('XREVRANGE',
        $sandbox->store($n)->key('evidence'), '+', '-', 'COUNT', 1))->[0][0];
    my $entry = (IC::Evidence::entries($log[$n]))[-1];

    return $entry && $entry->{src} eq $last;
}

sub told {
    my ($command, $at, @options) = @_;
    my ($status, $text) = IC::Evidence::command($command, $at, @options);

    return ($status, $text);
}

sub good {
    my ($at, $name, @options) = @_;
    my ($status, $text) = IC::Evidence::verify($at, @options);

    is($status, 0, $name) or diag($text);
    note($text);

    return $text;
}

for my $n (0 .. 2) {
    ok($sandbox->await("what happened at $id[$n] is sealed",
                       sub { sealed($n) }, 30), "the log of $id[$n]");
    good($log[$n], '... verifies, and what it says can have happened');
}

# the nodes go on cosigning: from here on copies, none of a moment when a file
# was there already and another one was not

for my $n (0 .. 2) {
    ok($sandbox->await("a copy of the log of $id[$n]", sub {
        system('rm', '-rf', "$temp/log$n");
        system('cp', '-r', $log[$n], "$temp/log$n");
        return (IC::Evidence::verify("$temp/log$n"))[0] == 0;
    }, 30), "a copy of the log of $id[$n]");
}

# what both have

for my $pair ([ 0, 1 ], [ 1, 0 ], [ 0, 2 ]) {
    my ($one, $other) = @$pair;
    my ($status, $text) = told('verify', "$temp/log$one", '--other',
                               "$temp/log$other", '--json');

    is($status, 0, "$id[$one] and $id[$other] agree") or diag($text);
    my $result = decode_json($text);
    cmp_ok($result->{matched}, '>=', 4, '... on messages');
    is($result->{unverified}, 0, '... whose signatures verify');
    note($text);
}

my ($status, $text) = told('verify', "$temp/log0", '--other', "$temp/log0");

is($status, 2, 'a log is not its own other side');

# bundles

my %bundle = (
    contract => [ '--contract', $sandbox->contract_with(0, 1) ],
    project => [ '--project', $job->{project_id} ],
    job => [ '--job', $job->{job_id} ]
);

for my $name (sort keys %bundle) {
    my $file = "$temp/$name.bundle";

    ($status, $text) = told('export', "$temp/log0", @{ $bundle{$name} },
                            '--out', $file);
    is($status, 0, "a bundle of a $name") or diag($text);
    note($text);
    good($file, '... it verifies', '--other', "$temp/log1");
    ($status, $text) = told('export', "$temp/log0", @{ $bundle{$name} },
                            '--out', $file);
    is($status, 2, '... and is not written over');
}

sub subjects {
    my ($name) = @_;
    my %found;

    open my $in, '<', "$temp/$name.bundle" or die "$name: $!\n";

    while (my $line = <$in>) {
        my $entry = decode_json($line)->{entry};
        next if !defined $entry || ref $entry;
        $found{ decode_json($entry)->{subject} =~ s/:.*//r }++;
    }

    return join ' ', sort keys %found;
}

is(subjects('contract'), 'audit contract', 'a contract with its requests');
like(subjects('job'), qr/^audit job(?: \w+)* ptask/, 'a job with its tasks');
unlike(subjects('job'), qr/contract|node|component/, '... and nothing else');
like(subjects('project'), qr/audit job object.* ptask/,
    'a project with its jobs');

($status, $text) = told('export', "$temp/log1", '--contract',
    $bundle{contract}[1], '--out', "$temp/its.bundle");
is($status, 0, 'a bundle of the same contract from the other side')
    or diag($text);
is(subjects('its'), 'audit contract permit', '... which has the permits');
good("$temp/contract.bundle", '... they agree', '--other',
     "$temp/its.bundle");
($status, $text) = told('verify', "$temp/contract.bundle", '--json');
is(decode_json($text)->{about}, "contract:$bundle{contract}[1]",
    'what it is of, in JSON');

# of nothing, of a changed log, changed itself

($status) = told('export', "$temp/log0", '--job', 'none');
is($status, 2, 'no bundle of what is not there');
($status) = told('export', "$temp/log0", '--job', 'a', '--contract', 'b');
is($status, 3, 'nor of two things');

open my $file, '+<:raw', "$temp/contract.bundle" or die $!;
my @lines = <$file>;
seek $file, 0, 0;
truncate $file, 0;
print $file grep { !/AUDIT_APPLIED/ } @lines;
close $file;
($status, $text) = told('verify', "$temp/contract.bundle");
is($status, 1, 'a bundle that lost an entry');
like($text, qr/tampered: entry \d+: does not name the entry before it about/,
    '... names the next one');

open $file, '+<:raw', (glob "$temp/log0/entries/*")[0] or die $!;
seek $file, 60, 0;
print $file 'X';
close $file;
($status, $text) = told('export', "$temp/log0", '--job', $job->{job_id});
is($status, 1, 'no bundle of a log that somebody changed');
($status, $text) = told('verify', "$temp/log1", '--other', "$temp/log0");
is($status, 1, '... and nothing is compared with it');
like($text, qr{log0: tampered: entry 0:}, '... its first bad entry is named');

done_testing();
