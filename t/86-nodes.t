#!/usr/bin/perl

# Three nodes and the shell: a job that failed in its last step is run again
# from there, otherwise; one that waits is changed and approved anew; a party
# that has lost an output says so before anything runs.

use strict;
use warnings;

use lib 't/lib';
use IC::Sandbox;
use JSON::PP;
use Test::More;

my $sandbox = IC::Sandbox->new(nodes => 3);
my $ctl = IC::Sandbox::build_dir() . '/interconnctl';
my $json = JSON::PP->new->canonical;
my $temp = $sandbox->temp;

$sandbox->star;

my %data = map { $_ => table($_) } 1, 2;

sub table {
    my ($n) = @_;
    my $file = "$temp/rows$n.csv";

    open my $out, '>', $file or die $!;
    print $out "unique_id,C6,C8,diagnosis\n";
    printf $out "r%d,%.2f,%.2f,%d\n", $_, $_ % 7 / 7, $_ * $n % 11 / 11,
        $_ % 4 == 0 ? 38 : 0 for 1 .. 40;
    close $out;

    my $id = $sandbox->dataset($n, $file, query => "select * from t$n");
    $sandbox->authorise($n, 0, $id);

    return $id;
}

sub own {
    my ($path, $body) = @_;
    my $got = $sandbox->platform(0, "/v1/platform/$path", $body);

    return $got->{code} ? $got : $got->{data};
}

sub job { own("job/query?job_id=$_[0]") }

# as an operator at a shell: status, output by lines, message

sub shell {
    my @words = map { "'$_'" } @_;
    my $node = $sandbox->node(0);

    spew('token', "$node->{operator_token}\n");

    push @words, '--node', $node->{platform}, '--ca', $sandbox->{net}{ca},
        '--token-file', "$temp/token";

    my $said = `$ctl job @words 2>$temp/stderr`;
    my $status = $? >> 8;

    open my $in, '<', "$temp/stderr" or die;

    return ($status, { map { split /\t/, $_, 2 } split /\n/, $said },
        do { local $/; <$in> } // '', $said);
}

sub spew {
    my ($name, $text) = @_;

    open my $out, '>', "$temp/$name" or die $!;
    print $out $text;
    close $out;

    return "$temp/$name";
}

sub ask {
    my ($job, @nodes) = @_;

    return map { own('audit/apply', { resource_type => 'job',
        resource_id => $job,
        contract_id => $sandbox->contract_with(0, $_) })->{audit_id} }
        @nodes;
}

sub approve {
    my ($job, @nodes) = @_;
    my @audits = ask($job, @nodes);

    $sandbox->answer_job($_) for @nodes;
    await_audit($_, 'APPROVED') for @audits;
}

sub await_audit {
    my ($id, $status) = @_;

    return $sandbox->await("audit $id $status", sub {
        my $audit = own("audit/query?audit_id=$id&dir=out");
        return ($audit->{status} || '') eq $status && $audit;
    });
}

sub ended {
    my ($job) = @_;

    return $sandbox->await("the end of $job", sub {
        my $got = job($job);
        return ($got->{status} || '') =~ /SUCCESS|FAILED/ && $got;
    }, 60);
}

sub ran { join ' ', sort keys %{ { map { $_->{task_name} => 1 }
    @{ $_[0]{tasks} } } } }

###############################################################################

my @steps = ('one', 'two');
my $dag = { version => '2.0.0', components => [ map { {
    name => $_, componentName => 'homo_lr', provider => 'interconn',
    version => '1.1.0', input => [],
    output => [ { type => 'model', key => 'model' } ],
    $_ eq 'two' ? (after => [ 'one' ]) : () } } @steps ] };
my %common = (unique_id => 'unique_id', label_name => 'diagnosis',
    label_value => '38', attributes => [ 'C6' ], max_iter => 2,
    allow_two_parties => JSON::PP::true);
my $config = { version => '2.0.0',
    initiator => { role => 'arbiter', node_id => 'N0001' },
    role => { arbiter => [ 'N0001' ], guest => [ 'N0002' ],
        host => [ 'N0003' ] },
    task_params => { common => { one => \%common,
        two => { %common, attributes => [ 'C6', 'C9' ] } },
        guest => { 0 => { map { $_ => { dataset_id => $data{1} } } @steps } },
        host => { 0 => { map { $_ => { dataset_id => $data{2} } } @steps } } }
};
my $flow = own('flow/create', { name => 'f' })->{flow_id};
my $made = own('job/create', { flow_id => $flow, dag => $dag,
    config => $config });
my $old = $made->{job_id} or die $json->encode($made);

approve($old, 1, 2);
own('job/start', { job_id => $old });

my $end = ended($old);
is("$end->{status} $end->{cause}{error} $end->{cause}{task_name}",
    'FAILED data_missing_column two', 'its last step fails')
    or diag($json->encode($end->{cause}));

###############################################################################

# from there, otherwise, by the shell

my ($status, $out, $error) = shell('rerun', $old, '--from', 'two',
    '--params', spew('params', $json->encode({ common => { two => {
        attributes => [ 'C6', 'C8' ] } } })), '--priority', 9);
is($status, 0, 'rerun') or diag($error);
is("$out->{runs} $out->{reuses}", '["two"] ["one"]', '... says what runs');

my $new = $out->{job_id};
approve($new, 1, 2);

# what its parties approved names what is taken over

my ($audit) = grep { $_->{resource_id} eq $new }
    @{ $sandbox->platform(1, '/v1/platform/audit/list?resource_type=job'
        . '&dir=in&page_size=-1')->{data}{records} };
my $shown = $sandbox->platform(1,
    "/v1/platform/audit/query?audit_id=$audit->{audit_id}")->{data};
ok($shown->{config}{job_params}{common}{reuse}{tasks}{one},
    'the request shows it');
is_deeply([ @{$shown}{qw/ compared_with reuses changes /} ],
    [ $old, [ 'one' ], [ 'two' ] ], '... in short');

is((shell('start', $new))[0], 0, 'start');
$end = ended($new);
is("$end->{status} $end->{progress}", 'SUCCESS 100', 'it ends well')
    or diag($json->encode($end));
is(ran($end), 'two', '... and one step ran');
is($sandbox->await('the end at the party', sub {
    my $got = $sandbox->platform(1, "/v1/platform/job/query?job_id=$new")
        ->{data};
    return $got->{status} eq 'SUCCESS' && $got;
})->{progress}, 100, '... a success there too');

($status, undef, $error) = shell('rerun', $old, '--from', 'three');
is($status, 1, 'a step that is none');
like($error, qr/no component three/, '... says so');
is((shell('pause', $new))[0], 1, 'over is over');
is((shell('list', $new))[0], 2, 'what list does not take');
is((shell('stop', $new, '--from', 'two'))[0], 2, 'what stop does not take');
is((shell('update', $new, '--params', "$temp/none"))[0], 1, 'no such file');

my (undef, undef, undef, $said) = shell('list');
like($said, qr/^$old\tFAILED\t/m, 'list');
like($said, qr/^$new\tSUCCESS\t100\t9\t/m, '... all of it');
(undef, $out) = shell('show', $new);
is("$out->{status} $out->{rerun_of}", "SUCCESS $old", 'show');

###############################################################################

# a job that waits is changed: what was approved ends at the party too

($status, $out) = shell('rerun', $old, '--from', 'two', '--params',
    "$temp/params");
my $waiting = $out->{job_id};
my ($first) = ask($waiting, 1);
$sandbox->answer_job(1);
await_audit($first, 'APPROVED');

($status, $out) = shell('update', $waiting, '--params', spew('more',
    $json->encode({ common => { two => { max_iter => 3 } } })));
is("$status $out->{asks}", '0 ["N0002","N0003"]', 'update');
$sandbox->await('the end of the approval there', sub {
    my $got = $sandbox->platform(1,
        "/v1/platform/audit/query?audit_id=$first")->{data};
    return $got->{status} eq 'TERMINATED';
});
is(own('job/start', { job_id => $waiting })->{code}, 4093, 'not approved');

approve($waiting, 1, 2);
is((shell('start', $waiting))[0], 0, 'approved anew');
$end = ended($waiting);
is("$end->{status} " . ran($end), 'SUCCESS two', 'it ends well')
    or diag($json->encode($end));
is((shell('update', $waiting, '--name', 'late'))[0], 1, 'too late');

###############################################################################

# a party has lost what is taken over

my ($task) = map { $_->{task_id} } grep { $_->{task_name} eq 'one' }
    @{ job($old)->{tasks} };

# after its approval

($status, $out) = shell('rerun', $old, '--from', 'two', '--params',
    "$temp/params");
my $late = $out->{job_id};
approve($late, 1, 2);
my $store = $sandbox->store(1);
$store->command('DEL', $store->key("task:$task"));
shell('start', $late);
$end = ended($late);
is("$end->{status} $end->{cause}{error} $end->{cause}{node_id}",
    'FAILED reuse_missing N0002', 'lost after the approval: the cause');
like($end->{cause}{message}, qr/run the step.*one at guest\.0/, '... what');
is(ran($end), '', '... nothing ran');

# before it

($status, $out) = shell('rerun', $old, '--from', 'two');
my ($refused) = ask($out->{job_id}, 1);
like(await_audit($refused, 'REJECTED')->{delivery} // '', qr/one at guest\.0/,
    'lost before it: the party refuses, and says what');

($status, $out) = shell('rerun', $old, '--from', 'one,two', '--params',
    "$temp/params");
is("$status $out->{runs}", '0 ["one","two"]', 'the remedy');

$sandbox->finish;
done_testing();
