#!/usr/bin/perl

# What the evidence has of a task: what went in and came out, by digests, how
# it ended and what it logged. And of the store: a clock that goes back.

use strict;
use warnings;

use lib 't/lib';
use Digest::SHA qw(sha256_hex);
use IC::Daemon;
use IC::File;
use JSON::PP;
use Test::More;

IC::Daemon->check;

my $json = JSON::PP->new->canonical;
my $node = IC::Daemon->new(node => 'node-a', roles => 'runner channel',
    start => 0, conf => { IC::Daemon::certificate('node-a'),
    inst_id => 'inst-a', platform => 'https://127.0.0.1:9443' });
my $redis = $node->redis;

spew($node->dir . '/components/probe', slurp('t/data/components/probe'));
chmod 0755, $node->dir . '/components/probe';
$node->start;

# The entries of a task of that mode, by their codes, once it has ended.

sub entries {
    my ($id, $mode) = @_;

    $redis->command('HSET', $redis->key("job:job-$id"),
        job_id => "job-$id", role => 'initiator', initiator => 'node-a',
        status => 'RUNNING', cancel => 0, parties => 'node-b',
        dag => $json->encode({ version => '2.0.0', components => [ {
            name => 'probe_0', componentName => 'probe',
            output => [ { key => 'model', type => 'model' } ] } ] }),
        config => $json->encode({
            role => { guest => [ 'node-a' ], host => [ 'node-b' ] },
            task_params => { guest => { 0 => { probe_0 => {
                mode => $mode } } } } }));
    $redis->call('task_start', "job-$id", $id, 'probe_0', token => 't');
    $node->ended($id);

    return { map { $_->{event} => $_ }
        grep { $_->{subject} =~ /\b\Q$id\E$/ } $redis->stream('evidence') };
}

my $good = entries('good', 'model');
my $hex = qr/^[0-9a-f]{64}$/;

is($good->{TASK_STARTED}{epoch}, 1, 'who took it, by its epoch');
is($good->{COMPONENT_LOADED}{component}, 'probe:', 'its component');
is($good->{COMP_INPUT}{parameters}, sha256_hex('{"mode":"model"}'),
    'the digest of its parameters');
is($good->{COMP_INPUT}{inputs}, '[]', 'no data');
is($good->{COMP_INPUT}{role}, 'guest.0', 'for its role');
is($good->{RES_CREATED}{digest}, sha256_hex('{"weights":[1,2.5]}'),
    'the digest of its model');
is($good->{RES_CREATED}{task_id}, 'good', '... and whose it is');
is($good->{TASK_FINISHED}{report_digest}, sha256_hex('{"auc":1}'),
    'the digest of its report');
like($good->{TASK_FINISHED}{log_digest}, $hex, '... of its log');
is($good->{TASK_FINISHED}{model_id}, 'M.good', '... its model');

my $bad = entries('bad', 'fail');

is($bad->{TASK_FAILED}{error}, 'data_null_label', 'why another one failed');
ok(!$bad->{RES_CREATED}, '... which leaves nothing');

# the store's clock: an entry of tomorrow, then one of now

my $tomorrow = (time + 86400) . '000';

$redis->command('XADD', $redis->key('evidence'), "$tomorrow-0",
    event => 'JOB_CREATED', subject => 'job:x', time => $tomorrow);
$redis->call('limit_put', 'requests_of_peer', 60 + $_) for 1 .. 3;

my @jumps = grep { $_->{event} eq 'CLOCK_JUMP' } $redis->stream('evidence');

is(scalar @jumps, 1, 'a clock that went back is told of once');
is($jumps[0]{latest}, $tomorrow, '... with the time before');

done_testing();
