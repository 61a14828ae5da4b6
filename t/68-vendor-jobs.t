#!/usr/bin/perl

# Nodes of other vendors as parties of a sandbox's jobs, some of which fail in
# their own ways; then all of it with signatures demanded.

use strict;
use warnings;

use lib 't/lib';
use IC::Sandbox;
use IC::Vendor;
use Test::More;

my $sandbox = IC::Sandbox->new(nodes => 2);
my $base = '/v1/interconn';
my $self = $sandbox->node(0)->{node_id};
my $guest = $sandbox->node(1)->{node_id};
my $dag = IC::Vendor::dag('lr_1');

IC::Vendor::stub($sandbox);
$sandbox->contract(1, 0);

my $table = $sandbox->temp . '/rows.csv';

open my $out, '>', $table or die "$table: $!\n";
print $out "id,x,ok\n", map { "$_,1,1\n" } 1 .. 40;
close $out;

my $dataset = $sandbox->dataset(1, $table);

$sandbox->authorise(1, 0, $dataset);

sub operator {
    my ($path, $body) = @_;

    return $sandbox->platform(0, "/v1/platform/$path", $body);
}

sub config {
    my ($vendor, $label) = @_;

    return IC::Vendor::config([ 'lr_1' ], label => $label,
        initiator => $self, role => { guest => [ $guest ],
            host => [ $vendor->{node} ], arbiter => [ $self ] },
        data => { $guest => $dataset, $vendor->{node} => 'VD1' });
}

# A started job of the node with a vendor, that was told what to answer.
sub job {
    my ($vendor, $label, %answers) = @_;
    my %job = (dag => $dag, conf => config($vendor, $label));
    my $flow = operator('flow/create', { name => 'f', %job });

    $vendor->answer(%answers);

    my $made = operator('job/create', { %job, name => 'j',
        flow_id => $flow->{data}{flow_id}, sync_type => 'poll' });
    my $id = $made->{data}{job_id} or die "job/create: $made->{msg}\n";

    for my $contract ($vendor->{contract}, $sandbox->contract_with(0, 1)) {
        operator('audit/apply', { resource_type => 'job', job_id => $id,
                                  contract_id => $contract });
    }

    my $asked = $vendor->await('job/audit/apply');

    is($asked->{json}{job_id}, $id, "$vendor->{node}: is asked");
    $vendor->post(0, "$base/job/audit/confirm", { status => 'APPROVED',
        audit_id => $asked->{json}{audit_id},
        resource_permit => $vendor->permit('Job', $id, 0) });
    $sandbox->answer_job(1);

    eval {
        $sandbox->await('the start', sub {
            return operator('job/start', { job_id => $id })->{code} == 0;
        });
    };
    is($@, '', "$vendor->{node}: all have approved");

    return $id;
}

sub ended {
    my ($id) = @_;
    my $job;

    $sandbox->await("the end of $id", sub {
        $job = operator("job/query?job_id=$id")->{data};
        return $job->{status} =~ /^(?:SUCCESS|FAILED)$/;
    }, 30);

    return $job;
}

# What the scheduler called, without the polls in between.
sub sequence {
    my ($vendor) = @_;

    $vendor->await('schedule/job/stop');

    return join ' ', grep { !/poll/ }
        map { $_->{path} =~ m{/schedule/(.*)} } $vendor->calls;
}

my %vendor = map {
    my $vendor = IC::Vendor->new(sandbox => $sandbox, node => $_);
    $vendor->contract(0);
    $_ => $vendor;
} qw(POLLED CALLING FAILING REFUSING SILENT RUBBISH);

###############################################################################
# those that wait run beside each other

my $silent = job($vendor{SILENT}, 'ok', 'task/start' => [ {} ],
    'task/poll' => [ { delay => 60 } ]);
my $rubbish = job($vendor{RUBBISH}, 'ok',
    'task/poll' => [ { raw => '<html>' }, { raw => '{"code":0}' },
                     { data => { status => 'DONE' } } ]);
my $polled = job($vendor{POLLED}, 'ok', 'task/poll' => [
    { data => { status => 'READY', other => 1 } },
    { data => { status => 'SUCCESS' } } ]);

# one that calls back and then fails in its own words

my $vendor = $vendor{FAILING};
my $id = job($vendor, 'wait');
my $start = $vendor->await('task/start');
my $task = $start->{json}{task_id};

is($start->{headers}{'x-resource-permit'},
    $vendor->permit('Job', $id, 0)->{token}, 'task/start has our permit');
is($start->{json}{task_name}, 'lr_1', 'the name of the component');
ok($vendor->verifies($start, $sandbox->node(0)->{cert}), 'a signature');
is(($vendor->calls('job/create'))[0]{json}{job_id}, $id, 'job/create');

is($vendor->post(0, "$base/schedule/task/callback", { task_id => $task,
    role => 'host', status => 'RUNNING' })->{code}, 0, 'callback');
is($vendor->post(0, "$base/schedule/task/callback", { task_id => $task,
    role => 'host.0', status => 'FAILED', cause => { error =>
        'data_null_label', message => 'row 17' } })->{code}, 0, 'failed')
    for 1, 2;

my $cause = ended($id)->{cause};

is("$cause->{error} $cause->{party} $cause->{node_id} $cause->{task_name}",
    'data_null_label host.0 FAILING lr_1', 'its cause, and the party');
like($cause->{message}, qr/: row 17$/, 'and its words');
is(sequence($vendor), 'job/create job/start task/start job/stop',
    'the calls');

# one that does not start, as FATE without an engine

$vendor = $vendor{REFUSING};
$cause = ended(job($vendor, 'ok', 'task/start' => [
    { code => 1, msg => 'no container engine' } ]))->{cause};
is("$cause->{error} $cause->{party}", 'job_rejected host.0', 'refused');
like($cause->{message}, qr/code 1: no container engine/, '... and why');

# one that succeeds by callbacks

$vendor = $vendor{CALLING};
$id = job($vendor, 'ok');
$task = $vendor->await('task/start')->{json}{task_id};
$vendor->post(0, "/$base/schedule/task/callback", { task_id => $task,
    role => 'host', status => 'SUCCESS', facts => { rows => 3 } });

my $job = ended($id);

is($job->{status}, 'SUCCESS', 'success by callback');
is(sequence($vendor), 'job/create job/start task/start job/stop',
    'the calls');
is_deeply([ map { $_->{facts} } grep { $_->{node_id} eq 'CALLING' }
    @{ $job->{tasks} } ], [ { rows => 3 } ], 'its facts');

# one that wants to stop

$vendor = $vendor{REFUSING};
$id = job($vendor, 'wait');
$vendor->await('task/start', 2);
$vendor->post(0, "$base/schedule/job/stop_all", { job_id => $id });
is(ended($id)->{cause}{error}, 'task_stopped', 'stopped by a party');
ok($vendor->await('schedule/task/stop'), '... which is told');

###############################################################################
# what waited

is(ended($polled)->{status}, 'SUCCESS', 'success by polls');
is(sequence($vendor{POLLED}), 'job/create job/start task/start job/stop',
    'the calls');

$cause = ended($rubbish)->{cause};
is("$cause->{error} $cause->{party} $cause->{node_id}",
    'peer_protocol host.0 RUBBISH', 'rubbish');
like($cause->{message}, qr/no known status: DONE/, '... and what');

$cause = ended($silent)->{cause};
is("$cause->{error} $cause->{party} $cause->{node_id}",
    'peer_unreachable host.0 SILENT', 'silence');

###############################################################################
# signatures

for my $node ($sandbox->nodes) {
    my $file = "$node->{dir}/nginx.conf";
    my $conf = IC::Vendor::slurp($file);

    $conf =~ s/(interconn_node_id .*\n)/$1interconn_message_signature required;
/ or die "no interconn_node_id in $file\n";
    open $out, '>', $file or die "$file: $!\n";
    print $out $conf;
    close $out;
    kill 'HUP', $node->{pids}{nginx};
}

$vendor = $vendor{CALLING};

my $list = "$base/dataset/pub/list?contract_id=$vendor->{contract}";

ok($sandbox->await('the new workers', sub {
    return IC::Vendor::verdict($vendor->get(0, $list))
        eq '4013 bad_signature';
}), 'an empty signature is refused');

$vendor->{signs} = 'ms';
is($vendor->get(0, $list)->{code}, 0, 'a signed GET');
is($vendor->get(0, "/$base/dataset/pub/list",
    { contract_id => $vendor->{contract} })->{code}, 0,
    '... with a body, and a double slash');
$vendor->{signs} = 's';
is($vendor->get(0, $list)->{code}, 0, '... with a time in seconds');
is($vendor->get(0, $list, undef, x_timestamp => 1)->{data}{error},
    'bad_signature', '... with another time');

$id = job($vendor, 'ok');
$task = ($vendor->await('task/start', 2))->{json}{task_id};
is($vendor->post(0, "$base/schedule/task/callback", { task_id => $task,
    role => 'host', status => 'SUCCESS' })->{code}, 0, 'a signed callback');
is(ended($id)->{status}, 'SUCCESS', 'a job among those that sign');

$sandbox->finish;
done_testing();
