#!/usr/bin/perl

# The store connection's life and the requests that wait for it: clients
# that leave, a store that stalls, dies, comes back, reloads, the end.

use warnings;
use strict;

use lib 't/lib';
use IC;
use IC::Pace;
use Test::More;
use Time::HiRes qw/ sleep time /;

IC->check;

my $t = IC->new;
my $redis = $t->redis;
my $list = '/v1/platform/contract/list?page_size=-1';
my $health = '/v1/interconn/node/health';
my @bearer = (token => 'secret');
my @peer = (node => 'hospital-b');

my $read = $t->request('GET', $list, @bearer);
my $write = $t->request('POST', '/v1/platform/project/create', @bearer,
    body => { name => 'study', project_type => 'FL' });
my $touch = $t->request('GET', $health, @peer);

$t->operator('olga', 'secret');

sub verdict { $t->verdict($t->get('ns', $list, @bearer)) }

sub ready {
    my ($patience) = @_;
    my $began = time;

    $t->await(sub { verdict() eq '200 0' }, $patience);
    return time - $began;
}

sub projects {
    return $redis->call('object_list', 'project', '', '', 1, 1)->{total};
}

# Requests whose clients left before the answer.

sub gone {
    return scalar grep { / 499 / } split /\n/,
        $t->slurp($t->dir . '/access.log');
}

# Sends the same on new connections and gives their sockets.

sub clients {
    my ($n, $bytes) = @_;

    return map {
        my $socket = $t->socket('plain');
        $t->write_all($socket, $bytes);
        $socket;
    } 1 .. $n;
}

is(verdict(), '200 0', 'the store answers');

###############################################################################
# replies of more than one read

my $text = 'x' x 900;

for my $n (1 .. 200) {
    $redis->call('contract_apply_in', 'node', "node-$n", "node-$n",
        "digest-$n", "C-$n", 'node_id', "node-$n", 'description', $text);
}

my $big = $t->get('ns', $list, @bearer);
is($big->{json}{data}{total}, 200, 'a long list');
cmp_ok(length $big->{body}, '>', 20_000, '... more than a read takes');

for my $socket (clients(8, $read x 4)) {
    is(join(' ', map { $t->response($socket)->{json}{data}{total} } 1 .. 4),
        '200 200 200 200', '... many at once');
}

###############################################################################
# clients that leave while a call is outstanding

for my $case ([ 'reset', sub { $t->reset_socket($_) for @_ } ],
              [ 'close', sub { close $_ for @_ } ])
{
    my ($name, $leave) = @$case;
    my $before = projects();
    my $gone = gone();

    $t->stop_redis;

    my @readers = clients(10, $read);
    my @writers = clients(10, $write);

    sleep 0.1;
    $leave->(@readers);

    # the end together with the request
    kill 'STOP', $t->workers;
    $leave->(clients(5, $read));
    kill 'CONT', $t->workers;

    ok($t->await(sub { gone() == $gone + 15 }, 1), "$name: is noticed");
    is($t->verdict($t->get('plain', $health, @peer)), '200 0',
        '... the worker lives');

    $leave->(@writers);
    $t->cont_redis;

    cmp_ok(ready(3), '<', 2, '... and goes on');
    is($t->await(sub { projects() == $before + 10 }), 1,
        '... with what was to be changed');
}

my $kept = $t->socket('plain');

$t->stop_redis;
$t->write_all($kept, $read);
sleep 0.05;
$t->cont_redis;
is($t->response($kept)->{json}{code}, 0, 'a short stall is not noticed');

# a body that never ends; one that ends with its client
my $half = $t->socket('plain');
$t->write_all($half, substr $write, 0, -3);
sleep 0.05;
close $half;
$half = $t->socket('plain');
$t->write_all($half, substr $write, 0, -3);
sleep 0.05;
$t->reset_socket($half);

###############################################################################
# a store that does not answer

$t->stop_redis;

my $waiting = $t->socket('plain');
$t->write_all($waiting, $read);
sleep 0.1;

my $other = $t->get('plain', $health, @peer);
is($t->verdict($other), '200 0', 'health while the store stalls');
cmp_ok($other->{time}, '<', within(0.1), '... at once');

my $late = $t->response($waiting);
is($t->verdict($late), '503 5030', 'a call without an answer');
cmp_ok($late->{time}, '<', within(1.2), '... in time');
is($late->{headers}{'retry-after'}, 1, '... Retry-After');
is($late->{json}{data}{error}, 'store_unavailable', '... by name');

# also when it has been connected again
for my $when ('then', 'later') {
    my $refused = $t->get('ns', $list, @bearer);
    is($t->verdict($refused), '503 5030', "$when refused");
    cmp_ok($refused->{time}, '<', within(0.2), '... at once');
    sleep 0.3;
}

ok(!$t->get('bare', '/status')->{json}{store_ready}, '... as the status says');

$t->write_all($waiting, $touch);
is($t->response($waiting)->{json}{code}, 0, '... the client\'s connection'
    . ' is kept');

$t->cont_redis;
cmp_ok(ready(5), '<=', 2, 'it comes back');

###############################################################################
# a store that dies, and one that only hangs up

$t->kill_redis;
is($t->await(sub { verdict() eq '503 5030' }, 2), 1, 'a dead store');
sleep 0.5;
$t->start_redis;
$t->operator('olga', 'secret');
cmp_ok(ready(5), '<=', 2, '... is back');

for (1 .. 5) {
    $redis->command('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
    cmp_ok(ready(5), '<=', 2, 'CLIENT KILL');
}

my @cut = clients(5, $read);
$redis->command('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes');

for my $socket (@cut) {
    like($t->verdict($t->response($socket)), qr/^(?:200 0|503 5030)$/,
        'CLIENT KILL with calls');
}

ready(5);

$redis->command('FUNCTION', 'FLUSH');
is(verdict(), '500 5000', 'a store without the functions');
$redis->load;
is(verdict(), '200 0', '... with them');

###############################################################################
# reloads

for my $n (1 .. 4) {
    my ($old) = $t->workers;

    $t->stop_redis;
    my @waiting = (clients(10, $read), clients(10, $write));
    sleep 0.05;
    $t->reload;

    $t->await(sub { grep { $_ != $old } $t->workers }, 2);
    $t->cont_redis;

    my @codes = map { $t->response($_)->{json}{code} } @waiting;
    is("@codes", join(' ', (0) x 20), "reload $n: all are answered");
    close $_ for @waiting;

    cmp_ok(ready(5), '<=', 2, '... and new ones');
    ok($t->await(sub { !grep { $_ == $old } $t->workers }, 5),
        '... the old worker ends');
}

###############################################################################
# the end, without a store

$t->kill_redis;
$t->await(sub { verdict() eq '503 5030' }, 2);
cmp_ok($t->quit // 99, '<', 2, 'a graceful end without a store');
$t->finish;

# the end, with calls in flight

my $end = IC->new;
$end->operator('olga', 'secret');
$end->stop_redis;

my @last = map {
    my $socket = $end->socket('plain');
    $end->write_all($socket, $_);
    $socket;
} ($read, $write) x 5;

sleep 0.1;
kill 'QUIT', $end->{pid};
sleep 0.1;
$end->cont_redis;
is(join(' ', map { $end->response($_)->{json}{code} } @last),
    join(' ', (0) x 10), 'a graceful end answers first');
$end->finish;

###############################################################################
# a password, another address

my $secure = IC->new(start => 0);
my $dir = $secure->dir;
my $socket = $secure->redis->{socket};

$secure->operator('olga', 'secret');
$secure->redis->command('ACL', 'SETUSER', 'edge', 'on', '>correct', '~*',
    '+@all');
$secure->redis->command('ACL', 'SETUSER', 'default', 'nopass', 'resetkeys',
    '-@all', '+acl', '+config', '+client');
$secure->spew("$dir/password", "wrong\n");
$secure->{option}{http} = "interconn_redis unix:$socket user=edge"
    . " password_file=$dir/password timeout=300ms;";
$secure->{option}{http_only} = 1;
$secure->start;

is($secure->verdict($secure->get('ns', $list, @bearer)), '503 5030',
    'a wrong password');
ok($secure->await(sub {
    $secure->log =~ /refused the connection: "WRONGPASS/
}), '... is told');

$secure->redis->command('ACL', 'SETUSER', 'edge', '>wrong');
ok($secure->await(sub {
    $secure->verdict($secure->get('ns', $list, @bearer)) eq '200 0'
}, 5), '... until it is right');

unlike($secure->log, qr/wrong"|"wrong/, 'no password in the log');
$secure->finish;

my $tcp = IC->new(start => 0);
$tcp->free_ports(qw/ redis ew ns plain bare /);
$tcp->operator('olga', 'secret');
$tcp->redis->command('CONFIG', 'SET', 'port', $tcp->port('redis'));
$tcp->{option}{http} = "interconn_redis 127.0.0.1:" . $tcp->port('redis')
    . ' timeout=300ms;';
$tcp->start;
is($tcp->verdict($tcp->get('ns', $list, @bearer)), '200 0', 'a TCP address');

$tcp->stop_redis;
cmp_ok($tcp->get('ns', $list, @bearer)->{time}, '<', within(0.6), 'timeout=');
$tcp->cont_redis;
$tcp->finish;

done_testing();
