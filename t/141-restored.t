#!/usr/bin/perl

# A Redis that was started again, restored from an older copy, or lost all it
# had: what the log says of it, and what the operator sees.

use strict;
use warnings;

use Test::More;

use lib 't/lib';
use IC::Daemon;
use IC::Evidence;

IC::Daemon->check;

my $daemon = IC::Daemon->new(node => 'hospital-1', roles => 'notary',
    append => 1, conf => { IC::Daemon::certificate('hospital-1') });
my $redis = $daemon->redis;
my $log = $daemon->dir . '/data/evidence';

sub happen {
    my ($count) = @_;

    $redis->command('XADD', $redis->key('evidence'), '*', event =>
        'LIMIT_SEEN', subject => 'limits', time => time . '000')
        for 1 .. $count;
}

sub run_id { $redis->command('INFO', 'server') =~ /run_id:(\w+)/ && $1 }

sub changes {
    return grep { $_->{code} eq 'REDIS_EPOCH_CHANGED' }
        IC::Evidence::entries($log);
}

sub good {
    my ($name) = @_;
    my ($status, $text) = IC::Evidence::verify($log);

    is($status, 0, $name) or diag($text);
}

# what Redis has on its disk
sub keep {
    system('rm', '-rf', "$redis->{dir}/$_[1]");
    system('cp', '-r', "$redis->{dir}/$_[0]", "$redis->{dir}/$_[1]") == 0
        or die "cp: $?\n";
}

happen(5);
ok($daemon->await(sub { $redis->get('notary', 'size') }), 'a log');
is(scalar changes(), 0, 'the first Redis is no change');

my $before = run_id();

$redis->stop;
$redis->start;
isnt(run_id(), $before, 'Redis is another process');
happen(1);
ok($daemon->await(sub { changes() == 1 }, undef, 20), 'that is an entry');
is((changes())[0]{data}{before}, $before, '... with the one before');
is((changes())[0]{data}{run_id}, run_id(), '... and the new one');
is((changes())[0]{data}{lost}, 0, '... and nothing was lost');
good('the log verifies');

# older than the log: what both have is the same

keep('appendonlydir', 'older');
happen(20);

my $size = $daemon->await(sub {
    my $n = IC::Evidence::size($log);

    return $n >= 26 && $n == $redis->get('notary', 'size') ? $n : 0;
});

ok($size, 'twenty more');
$redis->stop;
keep('older', 'appendonlydir');
$redis->start;

my $has = $redis->get('notary', 'size');

cmp_ok($has, '<', $size, 'an older copy of Redis');
$before = $redis->get('notary', 'run_id');
happen(1);
ok($daemon->await(sub { changes() == 2 }, undef, 20), 'that is an entry too');
is((changes())[1]{data}{before}, $before, '... of which copy it was');
is((changes())[1]{data}{lost}, $size - $has, '... and how many it has not');
cmp_ok(IC::Evidence::size($log), '>', $size,
    'no entry of the log is lost with it');
good('the log verifies');

# nothing left

$size = IC::Evidence::size($log);
$redis->stop;
system('rm', '-rf', "$redis->{dir}/appendonlydir");
$redis->start;
$redis->load;
happen(3);
ok($daemon->await(sub { changes() == 3 }, 'an entry', 40),
    'a Redis that has nothing any more');
is((changes())[2]{data}{lost}, $size, '... which the log has');
is((changes())[2]{data}{before}, '', '... of no Redis before');
cmp_ok(IC::Evidence::size($log), '>=', $size + 4, 'the log goes on');
good('the log verifies');

done_testing();
