#!/usr/bin/perl

# Three real nodes: a job puts in escrow what it makes, the owner and a holder
# change their keys, and what is recovered afterwards is what was made; copies
# at their limit and a byte above; what the logs say holds together.

use strict;
use warnings;

use lib 't/lib';
use File::Temp qw(tempdir);
use IC::File;
use IC::Sandbox;
use JSON::PP;
use Test::More;
use Time::HiRes qw(time);

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

my $sandbox = IC::Sandbox->new(nodes => 3);
my $temp = $sandbox->temp;

$sandbox->contract(@$_) for [ 1, 0 ], [ 2, 0 ], [ 2, 1 ];

sub own {
    my ($n, $path, $body) = @_;
    my $got = $sandbox->platform($n, "/v1/platform/$path", $body);

    return $got->{code} ? $got : $got->{data} || {};
}

###############################################################################
# a job that wants it

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
    job_params => { common => { escrow => { threshold => 2, days => 30,
        steps => [ 'make' ], level => 'L2' } } },
    task_params => { common => { make => { mode => 'make', rows => 50 },
        more => { mode => 'make' } } } };
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

sub place {
    my ($n, $output) = @_;

    return $sandbox->node($n)->{dir}
        . "/data/artefacts/$output->{namespace}/$output->{name}";
}

sub escrows {
    my ($n, $dir) = @_;

    return @{ own($n, "escrow/list?dir=$dir&page_size=-1")->{records} };
}

# each has its own in escrow, and a share of each other's

for my $n (0 .. 2) {
    my $made = outputs($n)->{make};
    my $kept = $sandbox->await("shares of node $n", sub {
        my @own = escrows($n, 'out');
        return @own && 3 == grep({ $_->{state} eq 'HELD' }
            @{ $own[0]{holders} }) && \@own;
    }, 60);

    is(scalar @$kept, 1, "node $n has put its output in escrow, by itself");
    is(join(' ', @{ $kept->[0] }{qw(digest status threshold level)}),
        "$made->{digest} HELD 2 L2", '... as it is agreed upon');
    $sandbox->await("shares at node $n", sub {
        2 == grep { $_->{status} eq 'HELD' } escrows($n, 'in') }, 60);
}

###############################################################################
# the owner and a holder change their keys, one after the other

sub openssl {
    system("openssl @_ 2>>$temp/openssl") == 0
        or die "openssl @_: " . slurp("$temp/openssl");
}

sub sealed {
    my ($n) = @_;
    my $store = $sandbox->store($n);

    return map { $store->get("escrow:$_->{escrow_id}", 'share') }
        sort { $a->{escrow_id} cmp $b->{escrow_id} }
        escrows($n, 'out'), escrows($n, 'in');
}

sub resealed {
    my ($n) = @_;
    my $store = $sandbox->store($n);

    return scalar grep { my %entry = @{ $_->[1] };
        $entry{event} eq 'RES_SHARE_RESEALED' } @{ $store->command('XRANGE',
            $store->key('evidence'), '-', '+') };
}

sub rotate {
    my ($n) = @_;
    my $node = $sandbox->node($n);
    my @before = sealed($n);

    openssl("req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes",
        "-keyout $temp/next$n.key -subj /CN=$node->{node_id}",
        "-out $temp/next$n.csr");
    openssl("x509 -req -in $temp/next$n.csr -CA $sandbox->{net}{ca}",
        "-CAkey $sandbox->{net}{ca_key} -CAcreateserial -days 2",
        "-out $temp/next$n.crt");

    my $conf = "$node->{dir}/interconnd.conf";
    my $text = slurp($conf);
    my $next = "next_certificate $temp/next$n.crt\n"
        . "next_certificate_key $temp/next$n.key\n";

    $text =~ s{^(certificate_key .*\n)}{$1$next}m or die $conf;
    spew($conf, $text);
    kill 'HUP', $node->{pids}{interconnd};

    is($sandbox->platform($n, '/v1/platform/node/rotate', {
        auth_type => 'CERT', limit => 60,
        auth_credential => slurp("$temp/next$n.crt") })->{code}, 0,
        "node $n changes its key");
    $sandbox->await('the change', sub {
        own($n, 'node/rotation')->{status} eq 'SWITCHED' }, 60);
    $sandbox->await('its shares', sub { resealed($n) >= 3 }, 60);

    my @after = sealed($n);

    is(resealed($n), 3, '... which its three shares are sealed for, each once');
    is(scalar(grep { $before[$_] eq $after[$_] } 0 .. 2), 0,
        '... and none as it was before');

    # the key before is gone

    $text =~ s/^(?:next_)?certificate(?:_key)? .*\n//mg;
    spew($conf, "certificate $temp/next$n.crt\n"
        . "certificate_key $temp/next$n.key\n$text");
    kill 'HUP', $node->{pids}{interconnd};
}

rotate($_) for 1, 2;

###############################################################################
# lost, and recovered by those keys alone

my $made = outputs(1)->{make};
my %before = map { s{.*/}{}r => slurp($_) } glob place(1, $made) . '/*';
my ($kept) = escrows(1, 'out');

system('rm', '-r', place(1, $made));
$sandbox->store(1)->call('artefact_remove', $made->{task_id}, 'out');

my $ask = own(1, 'escrow/recover', { escrow_id => $kept->{escrow_id},
    reason => 'the disk broke' })->{recovery_id};
my $item = $sandbox->await('a request', sub {
    (@{ own(2, 'audit/inbox?resource_type=escrow')->{records} })[0] }, 60);

own(2, 'escrow/approve', { recovery_id => $item->{id} });

my $done = $sandbox->await('the recovery', sub {
    my $now = own(1, "escrow/recovery/query?recovery_id=$ask");
    return $now->{status} !~ /ASKED|RESTORING/ && $now;
}, 60);

is($done->{status}, 'RECOVERED', 'what was shared by the keys before is '
    . 'recovered by the next ones') or diag($json->encode($done));
is_deeply({ map { s{.*/}{}r => slurp($_) } glob place(1, $made) . '/*' },
    \%before, '... as it was');

###############################################################################
# withdrawn: who was asked is not any more

$ask = own(1, 'escrow/release', { escrow_id => $kept->{escrow_id},
    reason => 'done with' })->{recovery_id};

sub waits {
    return scalar grep { $_->{purpose} eq 'release' } @{ own($_[0],
        'audit/inbox?resource_type=escrow')->{records} };
}

$sandbox->await('a request', sub { waits(0) == 1 && waits(2) == 1 }, 60);
own(1, 'escrow/withdraw', { recovery_id => $ask });
$sandbox->await('its end', sub { waits(0) + waits(2) == 0 }, 60);
is(own(1, "escrow/recovery/query?recovery_id=$ask")->{status}, 'WITHDRAWN',
    'a release is withdrawn');
is(own(1, "escrow/query?escrow_id=$kept->{escrow_id}")->{status}, 'HELD',
    '... and the escrow stays');

###############################################################################
# copies: 256 KiB of ciphertext, whatever is beside the table in it

my $more = outputs(1)->{more};

sub padded {
    my ($bytes) = @_;
    my $data = place(1, $more) . '/data_0';
    my $size = 28 + 12 + 16 + 4 + 16 + -s place(1, $more) . '/metadata';

    chmod 0600, $data;
    spew($data, 'x' x ($bytes - $size));

    my $id = own(1, 'escrow/create', { task_id => $more->{task_id},
        key => 'out', retention_until => int(time * 1000) + 86400000,
        threshold => 2, copies => 1 })->{escrow_id};

    return $sandbox->await('its state', sub {
        my $now = own(1, "escrow/query?escrow_id=$id");
        return $now->{status} !~ /SEALING|OFFERED/ && $now;
    }, 60);
}

my $large = padded(262145);

is($large->{status}, 'FAILED', 'a byte too much');
like($large->{reason}, qr/^262145 bytes are too many .* at most 262144$/,
    '... it says so');
is(join(' ', map { s{.*/}{}r } glob $sandbox->node(1)->{dir}
    . '/data/escrow/*'), $kept->{escrow_id}, '... nothing is left of it');

my $fits = padded(262144);

is($fits->{status}, 'HELD', 'a byte less');
$sandbox->await('a copy', sub { grep { $_->{has_content} && $_->{origin_id} eq
    $fits->{escrow_id} } escrows(2, 'in') }, 60);
is(-s $sandbox->node(1)->{dir} . "/data/escrow/$fits->{escrow_id}", 262144,
    '... and holders have copies');

###############################################################################
# what the logs say

for my $n (0 .. 2) {
    my $log = $sandbox->node($n)->{dir} . '/data/evidence';
    my $said = $sandbox->await("the log of node $n", sub {
        my $text = `$build/interconnctl evidence verify $log 2>&1`;
        return $? == 0 && $text;
    }, 30);

    ok($said, "the log of node $n holds together");
}

$sandbox->finish;
done_testing();
