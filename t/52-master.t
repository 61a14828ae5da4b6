#!/usr/bin/perl

# The master: roles, restarts, signals, the configuration file.

use warnings;
use strict;

use Test::More;
use Time::HiRes qw/ sleep time /;

use lib 't/lib';
use IC::Daemon;
use IC::File;
use IC::Pace;

IC::Daemon::check();

my @roles = qw/ channel courier runner scheduler /;
my $d = IC::Daemon->new(node => 'hospital-a', roles => "@roles", conf => {
    plain_peers => 'on', name => 'Hospital A', institution => 'Clinics',
    address => 'http://127.0.0.1:9', description => '# of it: one' });
my $pid_file = $d->dir() . '/run/interconnd.pid';

# name => pid of the children of the master

sub children {
    my %children;

    for my $file (glob '/proc/[0-9]*/stat') {
        my ($pid, $name, $state, $parent)
            = slurp($file, '') =~ /^(\d+) \((.*)\) (\S) (\d+)/ or next;

        $children{$name =~ s/^ic-//r} = $pid
            if $parent == $d->{pid} && $state ne 'Z';
    }

    return %children;
}

sub gone { my @pids = @_; return $d->await(sub { !grep { kill 0, $_ } @pids }) }

###############################################################################

# the processes

my %was = children();
is_deeply([ sort keys %was ], \@roles, 'one process per role');
is(slurp($pid_file), "$d->{pid}\n", 'pid file');
like(slurp("/proc/$d->{pid}/cmdline"), qr/^interconnd: master -c /, 'title');
like(slurp("/proc/$was{courier}/cmdline"), qr/^interconnd: courier -c /,
    'title of a role');

my $node = $d->redis()->call('node_get')->{fields};
is($node->{node_id}, 'hospital-a', 'the node is entered');
is($node->{name}, 'Hospital A', 'name');
is($node->{system}, 'interconn', 'default');
is($node->{description}, '# of it: one', 'a value to the end of the line');

# another master

my $out = $d->dir() . '/out';
my $program = IC::Daemon::program();
isnt(system("timeout 5 $program -c " . $d->dir() . "/conf 2>$out >>$out"), 0,
    'a second master does not start');
like($d->log(), qr/another master is running/, 'and says why');
is_deeply({ children() }, \%was, 'the first one is not disturbed');

###############################################################################

# restarts

for my $role (@roles) {
    my $begin = time();
    my $pid = $d->kill_role($role);
    ok($pid, "$role: killed and started again");
    cmp_ok(time() - $begin, '<', within(1), 'at once');
}

my %now = children();
is_deeply([ sort keys %now ], \@roles, 'all there');

for (1 .. 3) {
    $d->kill_role('scheduler');
}

my @starts = map { /(\d+):([\d.]+) \[.*: scheduler started, pid/
                    ? $1 * 60 + $2 : () } split /\n/, $d->log();
my $pause = $starts[-1] - $starts[-2];
cmp_ok($pause < 0 ? $pause + 3600 : $pause, '>', 0.15,
    'slower if it dies repeatedly');

# a new configuration, role by role

%was = children();
$d->{conf}{description} = 'other';
$d->{conf}{roles} = 'channel courier scheduler';
rewrite();
kill 'HUP', $d->{pid};

ok($d->await(sub {
    %now = children();
    return join(' ', sort keys %now) eq 'channel courier scheduler'
        && !grep { $was{$_} && $was{$_} == $now{$_} } keys %now;
}), 'SIGHUP: new processes, without the role that is not wanted');
unlike($d->log(), qr/killed/, 'all ended by themselves');

# a broken one

%was = %now;
$d->{conf}{poll_interval} = 'often';
rewrite();
kill 'HUP', $d->{pid};
ok($d->await(sub { $d->log() =~ /conf:\d+: "poll_interval" must be a time/ }),
    'a broken file is told of');
sleep(0.3);
is_deeply({ children() }, \%was, 'and changes nothing');
delete $d->{conf}{poll_interval};
rewrite();

sub rewrite {
    open my $fh, '>', $d->dir() . '/conf' or die "conf: $!\n";
    print $fh "$_ $d->{conf}{$_}\n" for sort keys %{ $d->{conf} };
    close $fh;
}

###############################################################################

# the end

%was = children();
my $begin = time();
$d->stop();
cmp_ok(time() - $begin, '<', within(5), 'SIGTERM ends all');
ok(gone(values %was), 'no role is left');
ok(!-e $pid_file, 'pid file removed');
ok(!kill(0, $d->{pid}), 'master gone');

# a master that is killed takes its roles with it

$d->start();
%was = children();
$d->stop('KILL');
ok(gone(values %was), 'SIGKILL of the master ends the roles');
ok(-e $pid_file, 'its pid file is left');
$d->start();
is(slurp($pid_file), "$d->{pid}\n", 'and is no obstacle');
$d->stop('QUIT');
ok(!-e $pid_file, 'SIGQUIT');

# without a store: waits, takes a signal, starts when it comes

$d->redis()->stop();

my $pid = fork();
exec($program, '-c', $d->dir() . '/conf') if $pid == 0;
$d->{pid} = $pid;
ok($d->await(sub { $d->log() =~ /next try in/ }), 'waits for the store');
is(scalar(my %none = children()), 0, 'no role yet');
kill 'TERM', $pid;
$begin = time();
waitpid $pid, 0;
cmp_ok(time() - $begin, '<', within(2), 'ends while it waits');
is($?, 0, 'cleanly');

$pid = fork();
exec($program, '-c', $d->dir() . '/conf') if $pid == 0;
$d->{pid} = $pid;
sleep(0.3);
$d->redis()->start();
ok($d->await(sub { my %c = children(); $c{courier} }), 'starts with it');
is($d->redis()->call('node_get')->{fields}{description}, 'other',
    'the library is loaded, the node entered');
kill 'TERM', $pid;
waitpid $pid, 0;

###############################################################################

# -t and -v

sub check {
    my ($text) = @_;

    my $file = $d->dir() . '/try';
    open my $fh, '>', $file or die "$file: $!\n";
    print $fh $text;
    close $fh;

    my $status = system("$program -t -c $file >$out 2>&1");

    return ($status >> 8, slurp($out) =~ s/\Q$file\E/FILE/gr);
}

my $base = join '', map { "$_ $d->{conf}{$_}\n" }
    grep { $_ ne 'roles' } sort keys %{ $d->{conf} };
my $lines = () = $base =~ /\n/g;
my $next = $lines + 1;

my ($status, $said) = check($base);
is($status, 0, '-t: good');
like($said, qr/configuration file FILE is good/, 'and says so');

for my $case (
    [ 'wrkers 3', qr/FILE:$next: unknown key "wrkers"/ ],
    [ 'workers', qr/FILE:$next: "workers" has no value/ ],
    [ 'workers 0', qr/FILE:$next: "workers" must be a number of 1\.\.256/ ],
    [ 'workers 257', qr/FILE:$next: "workers"/ ],
    [ 'workers two', qr/FILE:$next: "workers"/ ],
    [ 'node_id a', qr/FILE:$next: "node_id" is duplicate/ ],
    [ "# text\n\n  party_timeout 5x", qr/FILE:@{[ $next + 2 ]}: "party_ti/ ],
    [ 'party_timeout 1ms', qr/FILE:$next: "party_timeout" must be a time/ ],
    [ 'party_timeout 99999999999999999999s', qr/FILE:$next: "party_timeout"/ ],
    [ 'roles courier cook', qr/FILE:$next: "roles" are of: courier/ ],
    [ 'certificate /no/such.pem', qr{"certificate": /no/such.pem: No such} ],
    [ 'platform ' . 'x' x 5000, qr/FILE:$next: the line is too long/ ])
{
    my ($line, $expected) = @$case;

    ($status, $said) = check("$base$line\n");
    is($status, 1, '-t: ' . substr($line =~ s/\s+/ /gr, 0, 40));
    like($said, $expected, 'why');
}

for my $case (
    [ $base =~ s/^node_id.*\n//mr, qr/FILE: "node_id" is missing/ ],
    [ $base =~ s/^(node_id).*/$1 a{b}/mr, qr/FILE:\d+: "node_id" is not an/ ],
    [ $base =~ s/^(plain_peers).*/$1 yes/mr, qr/FILE:\d+: .*"on" or "off"/ ],
    [ $base =~ s/^plain_peers.*\n//mr, qr/is not an https:\/\/ URL/ ],
    [ $base =~ s/^(plain_peers|address).*\n//mgr, qr/"certificate".*needed/ ],
    [ $base =~ s/^(run_dir).*/$1 \/no\/such/mr, qr/such is not a folder/ ])
{
    my ($text, $expected) = @$case;

    ($status, $said) = check($text);
    is($status, 1, '-t: a bad file');
    like($said, $expected, 'why');
}

is(system("$program -t -c /no/such/file >$out 2>&1") >> 8, 1, '-t: no file');
like(slurp($out), qr{/no/such/file: No such file}, 'why');
is(system("$program -v >$out 2>&1"), 0, '-v');
like(slurp($out), qr{^interconnd version: interconn/\d+\.\d+\.\d+$}, 'version');
is(system("$program -x >$out 2>&1") >> 8, 2, 'an unknown option');

# the example: what it shows is what is taken

my $example = slurp('conf/interconnd.conf');
my $keys = join ' ', sort map { /^#?(\w+)  +\S/ ? $1 : () }
    split /\n/, $example;
my $source = slurp('src/daemon/interconnd_conf.c');
my $known = join ' ', sort $source =~ /^    \{ "(\w+)", at\(/mg;
is($keys, $known, 'conf/interconnd.conf has every key');

done_testing();
