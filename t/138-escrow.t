#!/usr/bin/perl

# Results in escrow over three real nodes: what is lost is recovered with the
# shares of enough parties, and not with fewer, by nobody else, not after its
# term; who gives a wrong share is named.

use strict;
use warnings;

use lib 't/lib';
use File::Temp qw(tempdir);
use IC::File;
use IC::Sandbox;
use JSON::PP;
use MIME::Base64;
use Test::More;
use Time::HiRes qw(time sleep);

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

# everybody with everybody: 0 schedules, 1 is the owner, 2 holds a share

my $sandbox = IC::Sandbox->new(nodes => 4);
my @store = map { $sandbox->store($_) } 0 .. 3;

$sandbox->contract(@$_) for [ 1, 0 ], [ 2, 0 ], [ 2, 1 ], [ 3, 1 ];

sub own {
    my ($n, $path, $body) = @_;
    my $got = $sandbox->platform($n, "/v1/platform/$path", $body);

    return $got->{code} ? $got : $got->{data} || {};
}

sub events {
    my ($n, $subject) = @_;

    return map { my %entry = @{ $_->[1] }; $entry{subject} eq $subject
        ? \%entry : () } @{ $store[$n]->command('XRANGE',
            $store[$n]->key('evidence'), '-', '+') };
}

sub event {
    my ($n, $id, $name) = @_;

    return (grep { $_->{event} eq $name } events($n, "escrow:$id"))[-1];
}

###############################################################################
# a job with outputs at the parties

own($_, 'component/register', { Component => { code => 'tables',
    version => '1.0', name => 'tables', engine => 'own', inputs => [],
    outputs => [] } }) for 0 .. 2;

my $dag = { version => '2.0.0', components => [ map { { name => $_,
    componentName => 'tables', provider => 'x', version => '1.0',
    input => [], output => [ { type => 'dataset', key => 'out' } ] } }
    qw(make more) ] };
my $config = { version => '2.0.0',
    initiator => { role => 'arbiter', node_id => 'N0001' },
    role => { arbiter => [ 'N0001' ], guest => [ 'N0002' ],
        host => [ 'N0003' ] },
    task_params => { common => { make => { mode => 'make', rows => 50,
        parts => 2 }, more => { mode => 'make' } } } };
my $flow = own(0, 'flow/create', { name => 'f' })->{flow_id};
my $job = own(0, 'job/create', { flow_id => $flow, dag => $dag,
    config => $config })->{job_id} or die;

for my $n (1, 2) {
    own(0, 'audit/apply', { resource_type => 'job', resource_id => $job,
        contract_id => $sandbox->contract_with(0, $n) });
    $sandbox->answer_job($n);
}

$sandbox->await('the start', sub {
    own(0, 'job/start', { job_id => $job });
    own(0, "job/query?job_id=$job")->{status} ne 'PENDING'
});

my $end = $sandbox->await('the end', sub {
    my $now = own(0, "job/query?job_id=$job");
    return $now->{status} =~ /SUCCESS|FAILED/ && $now;
}, 90);

is($end->{status}, 'SUCCESS', 'a job') or diag($json->encode($end));

sub outputs {
    my ($n) = @_;

    return { map { $_->{task_name} => $_ } @{
        own($n, "job/output/list?job_id=$job&page_size=-1")->{records} } };
}

my $made = outputs(1)->{make};

is($made->{bytes} > 0, 1, '... with an output');

sub place {
    my ($n, $output) = @_;

    return $sandbox->node($n)->{dir}
        . "/data/artefacts/$output->{namespace}/$output->{name}";
}

sub content {
    my ($n, $output) = @_;

    return { map { s{.*/}{}r => slurp($_) } glob place($n, $output) . '/*' };
}

my $before = content(1, $made);
is(join(' ', sort keys %$before), 'data_0 data_1 metadata',
    '... in two parts') or diag(place(1, $made));

###############################################################################
# into escrow

my $year = int(time * 1000) + 365 * 86400 * 1000;

sub create {
    my ($output, %with) = @_;

    return own(1, 'escrow/create', { task_id => $output->{task_id},
        key => $output->{key}, retention_until => $year, %with });
}

sub state_of {
    my ($n, $id) = @_;

    return own($n, "escrow/query?escrow_id=$id")->{status} // '';
}

my $base = '/v1/interconn/ext/escrow';

sub held {
    my ($output, %with) = @_;
    my $id = create($output, %with)->{escrow_id} or return;

    $sandbox->await("shares of $id", sub { 3 == grep {
        $_->{state} eq 'HELD' } @{ own(1,
            "escrow/query?escrow_id=$id")->{holders} } }, 20);

    return $id;
}

# that of an escrow at another node

sub there {
    my ($n, $id) = @_;

    return (map { $_->{escrow_id} } grep { $_->{origin_id} eq $id }
        @{ own($n, 'escrow/list?page_size=-1')->{records} })[0];
}

sub recovery { own($_[0], "escrow/recovery/query?recovery_id=$_[1]") }

sub ended {
    my ($n, $id) = @_;

    return $sandbox->await("the end of $id", sub {
        my $now = recovery($n, $id);
        return $now->{status} !~ /ASKED|RESTORING/ && $now;
    }, 20);
}

# what waits in an inbox about the escrow of another

sub asked {
    my ($n, $here) = @_;

    return $sandbox->await("a request at node $n", sub {
        (grep { $_->{resource_id} eq $here } @{ own($n,
            'audit/inbox?resource_type=escrow&page_size=-1')->{records} })[0]
    }, 20);
}

sub answers {
    my ($record) = @_;

    return join ' ', map { "$_->{node_id} $_->{answer}" }
        @{ $record->{answers} };
}

my $id = held($made, threshold => 2, level => 'L3');
my $kept = own(1, "escrow/query?escrow_id=$id");
my $file = $sandbox->node(1)->{dir} . "/data/escrow/$id";

is($kept->{status}, 'HELD', 'into escrow: two shares of three');
is(state_of(2, there(2, $id)), 'HELD', '... at who holds one');
unlike(slurp($file), qr/id,x|partition/, 'the content is not readable');
is(create($made)->{code}, 4091, 'once at a time');
is(own(1, 'escrow/create', { task_id => outputs(1)->{more}{task_id},
    key => 'out', retention_until => $year, threshold => 4 })->{code}, 4001,
    'not with a threshold of more than there are');

for my $n (0 .. 2) {
    my $entry = event($n, $n == 1 ? $id : there($n, $id), 'RES_ESCROWED');

    is(join(' ', @$entry{qw(digest ciphertext_digest threshold holders
        level retention_until)}), join(' ', $made->{digest},
        $kept->{ciphertext_digest}, '2 N0001 N0002 N0003 L3', $year),
        "... which is in the evidence of node $n");
}

###############################################################################
# lost, and recovered with one approval more

system('rm', '-r', place(1, $made));
$store[1]->call('artefact_remove', $made->{task_id}, 'out');
ok(!outputs(1)->{make}, 'the owner has lost it');

my $ask = own(1, 'escrow/recover', { escrow_id => $id,
    reason => 'the disk broke' })->{recovery_id};
my $item = asked(2, there(2, $id));

is(join('|', @$item{qw(node_id purpose why digest job_id owner)}),
    "N0002|recover|the disk broke|$made->{digest}|$job|N0002",
    'who asks for what and why is in the inbox');
like($item->{statement}, qr/share of the key .* $job/, '... in words');
is(recovery(1, $ask)->{status}, 'ASKED', 'nothing without an answer');

# a wrong share from one who did not approve: it is named

asked(0, there(0, $id));
is($sandbox->peer(0, 1, "$base/recover/confirm", { recovery_id => $ask,
    status => 'APPROVED', share => encode_base64('x' x 300, '') })->{code},
    0, 'a holder sends something else than its share');
$sandbox->await('the wrong share', sub {
    answers(recovery(1, $ask)) =~ /N0001 WRONG/ }, 20);
is(event(1, $id, 'RES_SHARE_WRONG')->{peer}, 'N0001', '... it is named');
is(recovery(1, $ask)->{status}, 'ASKED', '... and the others still asked');

is(own(2, 'escrow/approve', { recovery_id => $item->{id} })->{code}, undef,
    'another one approves');

my $done = ended(1, $ask);

is($done->{status}, 'RECOVERED', '... and it is there') or
    diag($json->encode($done));
is_deeply(content(1, $made), $before, '... as it was');
is(outputs(1)->{make}{digest}, $made->{digest}, '... an output again');
is(event(1, $id, 'RES_RECOVERED')->{authorised_by}, 'N0002 N0003',
    '... with who authorised it in the evidence');
is(own(2, 'escrow/approve', { recovery_id => $item->{id} })->{code}, undef,
    'approving once more changes nothing');
is($store[1]->command('EXISTS', $store[1]->key("recovery-shares:$ask")), 0,
    'no share of others stays');

###############################################################################
# who has no part in it, and what comes twice

is($sandbox->peer(3, 1, "$base/recover/apply", { recovery_id => 'R-3',
    owner => 'N0002', escrow_id => $id, purpose => 'recover',
    reason => 'x' })->{code}, 4040, 'another partner finds nothing');
is($sandbox->peer(3, 1, "$base/recover/confirm", { recovery_id => $ask,
    status => 'APPROVED', share => 'eA==' })->{code}, 4040,
    '... and answers nothing');
is($sandbox->peer(2, 1, "$base/recover/confirm", { recovery_id => $ask,
    status => 'APPROVED', share => 'eA==' })->{code}, 0, 'a repeat is taken');
is($sandbox->peer(2, 1, "$base/recover/confirm", { recovery_id => $ask,
    status => 'REJECTED' })->{code}, 4090, '... another answer is not');
is($sandbox->peer(2, 1, "$base/recover/apply", { recovery_id => 'R-2',
    owner => 'N0002', escrow_id => $id, purpose => 'release',
    reason => 'x' })->{code}, 4040, 'only the owner releases');

###############################################################################
# over while it is recovered: the output that was there all the time stays

sub restore_at {
    my ($score) = @_;

    $store[1]->command('ZADD', $store[1]->key('escrow-work'), $score,
        "restore $ask");
}

$ask = own(1, 'escrow/recover', { escrow_id => $id, reason => 'late' })
    ->{recovery_id};
restore_at(9e15);
own(2, 'escrow/approve', { recovery_id => asked(2, there(2, $id))->{id} });
$sandbox->await('enough shares', sub {
    recovery(1, $ask)->{status} eq 'RESTORING' }, 20);
$store[1]->command('HSET', $store[1]->key("recovery:$ask"), 'status',
    'EXPIRED');
restore_at(0);
$sandbox->await('the step', sub { grep { slurp($_) =~
    /restore $ask: wrong_state/ } glob $sandbox->node(1)->{dir} . '/logs/*' },
    20);
$store[1]->command('ZREM', $store[1]->key('escrow-work'), "restore $ask");
is_deeply(content(1, $made), $before, 'an output stays that was there '
    . 'before a recovery that came too late');

###############################################################################
# too few agree, a ciphertext is changed

my $more = outputs(1)->{more};
my $all = held($more);

$ask = own(1, 'escrow/recover', { escrow_id => $all, reason => 'r' })
    ->{recovery_id};
is(own(2, 'escrow/refuse', { recovery_id => asked(2, there(2, $all))->{id},
    reason => 'not yet' })->{code}, undef, 'one of all refuses');
$done = ended(1, $ask);
is($done->{status}, 'FAILED', '... and nothing is recovered');
like(answers($done), qr/N0003 REJECTED/, '... it says by whom');

my $bytes = slurp($file);

chmod 0600, $file;
spew($file, substr($bytes, 0, 60) . chr(1 ^ ord substr $bytes, 60, 1)
    . substr $bytes, 61);
$ask = own(1, 'escrow/recover', { escrow_id => $id, reason => 'again' })
    ->{recovery_id};
own(2, 'escrow/approve', { recovery_id => asked(2, there(2, $id))->{id} });
$done = ended(1, $ask);
is($done->{status}, 'FAILED', 'a ciphertext that was changed');
like($done->{reason_failed}, qr/not what was put in escrow/, '... it says so');
is_deeply(content(1, $made), $before, '... what is there stays');

###############################################################################
# given up together

$ask = own(1, 'escrow/release', { escrow_id => $all, reason => 'done' })
    ->{recovery_id};

for my $n (0, 2) {
    my $item = asked($n, there($n, $all));

    is($item->{purpose}, 'release', "node $n is asked to let it go");
    own($n, 'escrow/approve', { recovery_id => $item->{id} });
}

is(ended(1, $ask)->{status}, 'RELEASED', 'all let it go');
$sandbox->await('the file', sub { !-e $sandbox->node(1)->{dir}
    . "/data/escrow/$all" }, 20);
ok(event(1, $all, 'RES_ESCROW_RELEASED'), '... and the ciphertext goes');
is(own(1, 'escrow/recover', { escrow_id => $all, reason => 'r' })->{code},
    4090, '... for good');

###############################################################################
# a holder with a copy recovers it; whatever dies meanwhile

sub kill_runner {
    my ($n) = @_;
    my @logs = glob $sandbox->node($n)->{dir} . '/logs/*';
    my ($pid) = reverse map { slurp($_) =~ /\] (?:runner|escrow) (\d+): /g }
        @logs;

    kill 'KILL', $pid if $pid;
}

my $copy = create($more, threshold => 2, copies => 1)->{escrow_id};

for (1 .. 3) {
    kill_runner($_ % 3);
    sleep 0.3;
}

$sandbox->await('shares', sub { 3 == grep { $_->{state} eq 'HELD' } @{
    own(1, "escrow/query?escrow_id=$copy")->{holders} } }, 30);
pass('an escrow though its processes are killed');

my $here = there(2, $copy);

$ask = own(2, 'escrow/recover', { escrow_id => $here, reason => 'audit' })
    ->{recovery_id};
own(1, 'escrow/approve', { recovery_id => asked(1, $copy)->{id} });
kill_runner($_) for 1, 2;
is(ended(2, $ask)->{status}, 'RECOVERED', 'a holder with a copy recovers it');

my ($got) = grep { $_->{namespace} eq "escrow-$here" } @{ own(2,
    "job/output/list?job_id=$job&page_size=-1")->{records} };

is_deeply(content(2, $got), content(1, $more), '... as it is at the owner');
is($sandbox->peer(2, 0, "$base/recover/apply", { recovery_id => 'R-x',
    owner => 'N0002', escrow_id => $copy, purpose => 'recover',
    reason => 'r' })->{code}, 0, '... who may ask');

###############################################################################
# after its term

# long enough to deal the shares on a busy machine
my $late = int(time * 1000) + 12000;
my $short = own(0, 'escrow/create', { task_id => outputs(0)->{make}{task_id},
    key => 'out', retention_until => $late, threshold => 2 })->{escrow_id};

$sandbox->await('its end', sub {
    my $here = there(2, $short);
    return $here && state_of(2, $here) eq 'EXPIRED';
}, 30);
is(own(2, 'escrow/recover', { escrow_id => there(2, $short),
    reason => 'r' })->{code}, 4090, 'after its term nothing is asked for');
ok(!defined $store[2]->get('escrow:' . there(2, $short), 'share'),
    '... and the share is gone');
ok(event(2, there(2, $short), 'RES_ESCROW_EXPIRED'), '... which is said');
$sandbox->await('the file', sub { !-e $sandbox->node(0)->{dir}
    . "/data/escrow/$short" }, 20);
$sandbox->await('its entry', sub { event(0, $short,
    'RES_ESCROW_DESTROYED') }, 20);
pass('... the ciphertext too');

$sandbox->finish(allow => qr/exited on signal 9/);
done_testing();
