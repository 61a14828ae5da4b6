#!/usr/bin/perl

# The master is killed while a role of its cannot end: those of the next one
# do not work beside it, nor does it take anything from them when it ends.

use strict;
use warnings;

use lib 't/lib';
use IC::Daemon;
use IC::Pace;
use Test::More;
use Time::HiRes qw(sleep time);

IC::Daemon->check;

my $node = IC::Daemon->new(node => 'node-a', roles => 'channel runner',
                           conf => { plain_peers => 'on' });
my %was = map { $_ => $node->role_pid($_) } qw(channel runner);

kill 'STOP', values %was;
$node->stop('KILL');

my $begin = time;
$node->start;
ok($node->await(sub { !grep { kill 0, $_ } values %was }),
    'the old ones are gone');
cmp_ok(time - $begin, '<', within(3), '... soon');

for my $role (sort keys %was) {
    isnt($node->role_pid($role), $was{$role}, "$role: another process");
    like($node->log, qr/\[warn\] $role \d+: $role $was{$role} of an earlier /,
        "$role: and the log says so");
}

sleep 0.5;
ok($node->connect($_), "$_ is there") for qw(channel.sock channel-edge.sock);

# one that does not even hear it
my $deaf = fork();

if ($deaf == 0) {
    local $SIG{TERM} = 'IGNORE';
    my $dir = $node->dir;
    exec('perl', '-MFcntl', '-e', 'open my $f, "+>>", shift or die; '
        . 'my $lock = pack "s s x![l!] l! l! i x![l!]", F_WRLCK, 0, 0, 0, 0; '
        . 'fcntl($f, F_SETLK, $lock) or die "lock: $!"; sleep 60',
        "$dir/run/courier.lock") or exit 1;
}

sleep 0.5;
$node->stop;
$node->{conf}{roles} = 'courier channel runner';
$begin = time;
$node->start;
ok($node->await(sub { $node->log =~ /courier \d+: courier started/ }),
    'the courier starts');
cmp_ok(time - $begin, '<', within(9), 'who does not end is ended');
waitpid $deaf, 0;
is($? & 127, 9, 'by force');

$node->stop;
done_testing();
