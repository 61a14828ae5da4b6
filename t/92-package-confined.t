#!/usr/bin/perl

# What the program of a package may not do: a hostile one tries each thing
# and reports what came of it.

use strict;
use warnings;

use lib 't/lib';
use IC::Daemon;
use IC::Redis;
use IC::Signer;
use JSON::PP;
use Test::More;

IC::Daemon->check;

my $build = $ENV{IC_BUILD} || 'build';
my $ctl = "$build/interconnctl";
my $probe = IC::Redis::root() . '/t/data/components/hostile';
my $json = JSON::PP->new->canonical;
my $node = IC::Daemon->new(node => 'node-a', roles => 'runner channel',
                           start => 0,
                           conf => { plain_peers => 'on' });
my ($dir, $redis, $count) = ($node->dir, $node->redis, 0);
my $signer = IC::Signer->new($dir);

$signer->authority('studio');
$signer->certificate(studio => 'dev');
$node->{conf}{component_developers} = "$dir/studio.crt";

# the same program as the node's own, for comparison
spew("$dir/components/own", slurp($probe));
chmod 0755, "$dir/components/own";
$node->start;
spew("$dir/ctl.conf", join '', map { "$_ $node->{conf}{$_}\n" }
    sort keys %{ $node->{conf} });

###############################################################################

spew("$dir/descriptor.json", $json->encode({ componentName => 'hostile',
    version => '1', provider => 'test', description => 'tries' }));
spew("$dir/security.md", "None.\n");
is(run('pack', "$dir/h.tar", '--descriptor', "$dir/descriptor.json",
       '--executable', $probe, '--security', "$dir/security.md"), 0, 'packed');
is(run('sign', "$dir/h.tar", '--as', 'developer', '--certificate',
       "$dir/dev.crt", '--key', "$dir/dev.key"), 0, 'signed');
is(run('install', "$dir/h.tar", '--conf', "$dir/ctl.conf"), 0, 'installed');

my $own = report('own');
my $theirs = report('hostile');

is($own->{inet}, 'done', 'the node\'s own may open a socket');
is($theirs->{unix}, 'done', 'a unix socket is allowed');
is($theirs->{fork}, 'done', '... and a process');
is($theirs->{nnp}, '1', 'no new privileges');
is($own->{nnp}, '0', '... but for the own');

for my $what (qw(inet inet6 udp raw packet netlink vsock)) {
    like($theirs->{$what}, qr/^Permission denied/, "no socket: $what");
}

for my $what (qw(child_inet ptrace vm_read unshare clone_user setns mount
                 chroot keyctl bpf uring)) {
    like($theirs->{$what}, qr/^(?:Operation not permitted|Permission denied)/,
         "not permitted: $what");
}

done_testing();

###############################################################################

sub report {
    my ($component) = @_;
    my $id = 'task_' . ++$count;
    my $record;

    $redis->command('HSET', $redis->key("job:job-$id"),
        job_id => "job-$id", role => 'initiator', initiator => 'node-a',
        status => 'RUNNING', cancel => 0, parties => '',
        dag => $json->encode({ version => '2.0.0', components => [ {
            name => 'step_0', componentName => $component, output => [] } ] }),
        config => $json->encode({ role => { guest => [ 'node-a' ] },
                                  task_params => {} }));
    $redis->status('task_start', "job-$id", $id, 'step_0',
                   token => "token-$id");
    $node->await(sub {
        $record = $redis->hash("task:$id");
        return ($record->{status} || '') =~ /^(SUCCESS|FAILED)$/;
    }, "$id ends", 25);
    is($record->{status}, 'SUCCESS', "$component ends well")
        or diag($record->{cause});

    return decode_json($record->{report} || '{}');
}

sub run {
    return system(join(' ', $ctl, 'component', map { "'$_'" } @_)
                  . " >$dir/ctl.out 2>&1") >> 8;
}

sub slurp {
    open my $in, '<', $_[0] or die "$_[0]: $!\n";
    local $/;
    return <$in>;
}

sub spew {
    open my $out, '>', $_[0] or die "$_[0]: $!\n";
    print $out $_[1];
    close $out or die "$_[0]: $!\n";
}
