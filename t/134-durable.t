#!/usr/bin/perl

# The notary's disk full, clocks that are set, and a notary that does not keep
# up: nothing is lost, the log goes on by itself and verifies; nothing new
# begins while too much waits.

use strict;
use warnings;

use lib 't/lib';
use IC;
use IC::Daemon;
use IC::Evidence;
use IC::Powercut;
use Test::More;

IC::Daemon->check;

my $dir = File::Temp::tempdir('icXXXXX', TMPDIR => 1, CLEANUP => 1);
my $clock = "$dir/clock";
my $full = "$dir/small";

mkdir $full or die "$full: $!\n";
my $small = system("mount -t tmpfs -o size=3m tmpfs $full 2>/dev/null") == 0;

# lazily: whatever still has a file open there
END { system('umount', '-l', $full) if $small }

my $node = IC::Daemon->new(node => 'hospital-1', roles => 'notary',
    start => 0, conf => { IC::Daemon::certificate('hospital-1'),
        $small ? (evidence => "$full/log") : () });
my $log = $small ? "$full/log" : $node->dir . '/data/evidence';

$node->{with} = [ 'env', 'LD_PRELOAD=' . IC::Powercut::shim('clock'),
    "CLOCK=$clock", $ENV{ASAN_OPTIONS}
        ? "ASAN_OPTIONS=$ENV{ASAN_OPTIONS}:verify_asan_link_order=0" : () ];
$node->start;

my $redis = $node->redis;
my $stream = $redis->key('evidence');

sub happen {
    my ($count, @more) = @_;

    $redis->command('XADD', $stream, '*', event => 'LIMIT_SEEN',
        subject => 'limits', time => time . '000', @more) for 1 .. $count;
}

sub sealed {
    my ($name) = @_;
    my @ids = map { $_->[0] } @{ $redis->command('XRANGE', $stream, '-',
        '+') };
    my $sealed = $node->await(sub { IC::Evidence::size($log) == @ids }, $name,
        20);

    ok($sealed, $name);
    is(join(' ', map { $_->{src} } IC::Evidence::entries($log)), "@ids",
        '... each once, in order');

    my ($status, $said) = IC::Evidence::verify($log);

    is($status, 0, '... and it verifies') or diag($said);
}

###############################################################################
# a full disk

SKIP: {
    skip('no tmpfs without root', 8) if !$small;

    happen(10);
    sealed('a log on a small disk');

    open my $out, '>', "$full/filler" or die "filler: $!\n";
    syswrite $out, 'x' x 65536 or last for 1 .. 64;
    syswrite $out, 'x' or last for 1 .. 65536;
    close $out;

    happen(50, reason => 'r' x 500);
    ok($node->await(sub { $node->log =~ /No space left on device/ }, 'said'),
        'a full disk is said');
    ok($node->role_pid('notary'), '... the notary lives');
    unlink "$full/filler";
    sealed('with room again it goes on');
}

###############################################################################
# clocks

for my $jump (-86400, 86400 * 365 * 20, 0) {
    open my $out, '>', $clock or die "clock: $!\n";
    print $out $jump;
    close $out;
    happen(2);
    sealed("the host's clock is set by $jump s");
}

# the store's: ids of its streams still rise, times do not
happen(2, 'x', 1);
$redis->command('XADD', $stream, '*', event => 'LIMIT_SEEN',
    subject => 'limits', time => (time - 600) . '000');
sealed('the store\'s clock is set back');
$node->stop;

###############################################################################
# a notary that does not keep up

my $t = IC->new;

$t->operator('olga', 'secret');
$redis = $t->redis;
$stream = $redis->key('evidence');

$redis->status('node_init', node_id => $t->{node}, inst_id => 'inst-1',
    name => 'one', address => 'https://one.example:8443');

my $peers = 0;

sub apply {
    my $peer = 'hospital-' . ++$peers;

    return $t->post('plain', '/v1/platform/contract/apply',
        token => 'secret', body => qq({"node_id":"$peer",)
            . qq("address":"https://$peer.example:8443"}));
}

sub waits_for { $redis->command('XADD', $stream, '*', event => 'LIMIT_SEEN',
    subject => 'limits', time => time . '000') for 1 .. $_[0] }

my $got = apply();

is($got->{status}, 200, 'without a notary nobody waits for it');

my $id = $got->{json}{data}{contract_id};

$redis->status('notary_open', 'LOG1');
$redis->status('limit_put', 'evidence_pending', 5);
waits_for(9);

# what is younger than a second is not counted yet
$t->await(sub { ($got = apply())->{status} == 503 }, 20);
is($got->{status}, 503, 'too many entries wait: nothing new begins');
is($got->{json}{code}, 5032, '... with its own code');
is($got->{headers}{'retry-after'}, 1, '... and when to come again');
like($got->{body}, qr/notary and its disk/, '... and what to do');
is($t->post('plain', '/v1/platform/contract/terminate', token => 'secret',
            body => qq({"contract_id":"$id"}))->{json}{code}, 0,
    'what ends something goes on');

$redis->status('limit_put', 'evidence_pending', 1000);
is(apply()->{status}, 200, 'within the limit it begins');
$redis->status('limit_put', 'evidence_lag', 1);
ok($t->await(sub { apply()->{status} == 503 }, 20),
    'one entry that waits too long is enough');

my ($last) = @{ $redis->command('XREVRANGE', $stream, '+', '-', 'COUNT',
                                1) };
my %stream = @{ $redis->command('XINFO', 'STREAM', $stream) };

is($redis->status('notary_sealed', 'LOG1', $last->[0],
    $stream{'entries-added'}, 'head', 3600000), 'ok', 'all is sealed');
is(apply()->{status}, 200, '... and work begins again');
$t->finish;

done_testing();
