#!/usr/bin/perl

# The channel role: messages between tasks over its two sockets, and between
# two nodes over plain HTTP.

use strict;
use warnings;

use lib 't/lib';
use IC::Daemon;
use IC::Pace;
use IO::Socket::INET;
use POSIX ();
use Test::More;
use Time::HiRes qw(time sleep);

IC::Daemon->check;

my $OK = 'E0000000000';
my $one = IC::Daemon->new(node => 'node-a',
                        conf => { plain_peers => 'on',
                                  message_timeout => '3s' });

sub code { $_[0] ? $_[0]{code} : 'no answer' }

###############################################################################
# one node

is((stat $one->dir . '/run/tasks')[2] & 0777, 0700,
   'the folder of the socket for tasks is the owner\'s');
is((stat $one->dir . '/run/channel-edge.sock')[2] & 0777, 0660,
   'the socket for nginx is the group\'s too');

$one->session('s1', { 'node-b' => 'http://127.0.0.1:1' });

for my $n (1 .. 5) {
    is(code($one->call(push => 's1', 't', 'node-a', body => "message $n")),
       $OK, "push $n to ourselves");
}

is($one->call(pop => 's1', 't', 'node-a')->{body}, "message $_",
   "pop $_ in order") for 1 .. 5;

my $bytes = join '', map { chr } 0 .. 255;

$one->call(push => 's1', 'bytes', 'node-a', body => $bytes);
is($one->call(pop => 's1', 'bytes', 'node-a')->{body}, $bytes,
   'every byte is carried');

$one->call(push => 's1', 'empty', 'node-a', body => '');
my $empty = $one->call(pop => 's1', 'empty', 'node-a');
is("$empty->{code} '$empty->{body}'", "$OK ''", 'a message may be empty');

{
    my $begin = time;
    my $answer = $one->call(pop => 's1', 'none', 'node-a', timeout => 1);
    my $took = time - $begin;

    is(code($answer), 'E0000000601', 'a pop without message: timeout code');
    is("$answer->{status} '$answer->{body}'", "200 ''", 'and no body');
    ok($took > 0.9 && $took < 2, 'after the timeout') or diag($took);
}

is(code($one->call(peek => 's1', 'none', 'node-a')), 'E0000000601',
   'peek does not wait');
$one->call(push => 's1', 'peek', 'node-a', body => 'x');
is($one->call(peek => 's1', 'peek', 'node-a')->{body}, 'x', 'peek takes');

# a wait ends as soon as there is a message
{
    my $connection = $one->connect;
    my @took;

    for my $n (1 .. 20) {
        $one->begin($connection, pop => 's1', 'wake', 'node-a', timeout => 20);
        sleep 0.01;
        ok(!$connection->ready, 'nothing yet') if $n == 1;

        my $begin = time;
        $one->call(push => 's1', 'wake', 'node-a', body => "w$n");

        my $answer = $connection->answer;
        push @took, time - $begin;
        is($answer->{body}, "w$n", 'woken with the message') if $n == 1;
    }

    @took = sort { $a <=> $b } @took;
    ok($took[10] < 0.01, 'a wait is woken at once');
    diag(sprintf 'push to woken pop: median %.2f ms', $took[10] * 1000);
}

# two waits on one topic are served in their order, a gone one not at all
{
    my ($gone, $first, $second) = map { $one->connect } 1 .. 3;

    for my $connection ($gone, $first, $second) {
        $one->begin($connection, pop => 's1', 'order', 'node-a',
                  timeout => 20);
        sleep 0.03;
    }

    $gone->close;
    $one->call(push => 's1', 'order', 'node-a', body => $_) for qw(x y);

    is($first->answer->{body}, 'x', 'the first wait that still stands');
    is($second->answer->{body}, 'y', 'then the next');
}

###############################################################################
# refusals

is(code($one->call(push => 's1', 't', 'node-a', token => 'wrong')),
   'E0000000614', 'a wrong token');
is(code($one->call(push => 's1', 't', 'node-a',
                 header => { 'x-ptp-token' => undef })),
   'E0000000614', 'no token');
is(code($one->call(push => 's9', 't', 'node-a')), 'E0000000404',
   'an unknown session');
is(code($one->call(push => 's1', 't', 'node-c')), 'E0000000404',
   'a node that is no party');
is(code($one->call(push => 's1', undef, 'node-a')), 'E0000000400',
   'no topic');
is(code($one->call(push => 's1', 't', undef)), 'E0000000400', 'no target');
is(code($one->call(push => 's1', 'x' x 512, 'node-a')), $OK,
   'a topic of 512 bytes');
is(code($one->call(push => 's1', 'x' x 513, 'node-a')), 'E0000000400',
   'one of 513');
is(code($one->call(nothing => 's1', 't', 'node-a')), 'E0000000404',
   'an unknown call');
is(code($one->call(invoke => 's1', 't', 'node-a')), 'E0000000614',
   'a task does not invoke');
is(code($one->call(pop => 's1', 't', 'node-a', timeout => 'soon')),
   'E0000000400', 'timeout is a number');

my $refused = $one->call(push => 's1', 't', 'node-a', token => 'wrong');
is($refused->{status}, 403, 'HTTP status of a refusal');
is($refused->{json}{code}, 'E0000000614', 'its code in the body');
ok(length $refused->{json}{message}, 'and a reason');

###############################################################################
# limits

{
    my $m = 1 << 20;

    is(code($one->call(push => 's1', 't', 'node-a', header =>
                     { 'content-length' => 128 * $m + 1 })),
       'E0000000413', 'more than 128 MiB');

    my $big = 'm' x (20 * $m);

    is(code($one->call(push => 's1', 'big', 'node-a', body => $big)), $OK,
       "20 MiB, message $_") for 1 .. 3;
    is(code($one->call(push => 's1', 'big', 'node-a', body => 'y')),
       'E0000000700', 'the session\'s 60 MiB are full');

    my $got = $one->call(pop => 's1', 'big', 'node-a');

    is(length $got->{body}, 20 * $m, '20 MiB back');
    is(code($one->call(push => 's1', 'big', 'node-a', body => 'y')), $OK,
       'then there is room again');

    is(code($one->call(release => 's1', 'big', 'node-a')), $OK,
       'a topic is released');
    is(code($one->call(peek => 's1', 'big', 'node-a')), 'E0000000601',
       'and empty');
}

###############################################################################
# what nginx passes on

is(code($one->invoke('s1', 'p', 'node-b', body => 'b1', seq => 1)), $OK,
   'a peer\'s message');
is(code($one->invoke('s1', 'p', 'node-b', body => 'b1', seq => 1)), $OK,
   'once more: acknowledged');
is(code($one->invoke('s1', 'p', 'node-b', body => 'b2', seq => 2)), $OK,
   'the next');
is(code($one->invoke('s1', 'p', 'node-b', body => 'b1', seq => 1)), $OK,
   'a late copy: acknowledged');
is($one->call(pop => 's1', 'p', 'node-b')->{body}, 'b1', 'first message');
is($one->call(pop => 's1', 'p', 'node-b')->{body}, 'b2', 'second message');
is(code($one->call(peek => 's1', 'p', 'node-b')), 'E0000000601',
   'copies were dropped');

is(code($one->invoke('s1', 'q', 'node-b', body => 'x')), $OK,
   'a peer that does not number');
is(code($one->invoke('s1', 'q', 'node-b', body => 'y', op => 'transport')),
   $OK, 'transport is taken as invoke');
is(code($one->call(peek => 's1', 'q', 'node-a')), 'E0000000601',
   'a peer\'s message is not another node\'s');
is($one->call(pop => 's1', 'q', 'node-b')->{body}, 'x', 'it is the peer\'s');

is(code($one->invoke('s1', 'p', 'node-c')), 'E0000000614',
   'a node that is no party may not');
is(code($one->invoke('s1', 'p', 'node-b',
                   header => { 'x-interconn-peer' => undef })),
   'E0000000614', 'without a caller nothing is taken');
is(code($one->invoke('s1', 'p', 'node-b', op => 'pop')), 'E0000000614',
   'peers do not pop');
is(code($one->invoke('s1', 'p', 'node-b', header =>
                   { 'x-ptp-uri' => '/v1/interconn/chan/pop' })),
   'E0000000614', 'not by another name either');
is(code($one->invoke('s1', 'p', 'node-b', header =>
                   { 'x-ptp-target-node-id' => 'node-x' })),
   'E0000000404', 'a message for another node');
is(code($one->invoke('s1', 'p', 'node-b', seq => 'one')), 'E0000000400',
   'a sequence number is a number');
is(code($one->invoke('s9', 'p', 'node-b')), 'E0000000404',
   'a session that is not known');

###############################################################################
# the end of a session

{
    my $connection = $one->connect;

    $one->session('s2', { 'node-b' => 'http://127.0.0.1:1' });
    $one->begin($connection, pop => 's2', 't', 'node-b', timeout => 30);
    sleep 0.1;

    is(code($one->call(release => 's2')), $OK, 'released by its task');
    is(code($connection->answer), 'E0000000608', 'its waits end');
    is(code($one->call(push => 's2', 't', 'node-a')), 'E0000000608',
       'it takes no more');
    is(code($one->invoke('s2', 't', 'node-b')), 'E0000000608',
       'nor from peers');
    is($one->redis->get('session:s2', 'status'), 'CLOSED',
       'and the store knows');

    $one->session('s3', {});
    $one->begin($connection, pop => 's3', 't', 'node-a', timeout => 60);

    ok(!$connection->ready(0.2), 'it waits');
    $one->redis->status('session_close', 's3');

    my $begin = time;
    is(code($connection->answer), 'E0000000608',
       'a session that the store closes is noticed');
    cmp_ok(time - $begin, '<', within(9), 'in time');
}

###############################################################################
# two nodes

my $nginx = (grep { -x } map { "$_/nginx" } split(/:/, $ENV{PATH}),
             '/usr/sbin')[0];

SKIP: {
    skip 'nginx is not installed', 1 unless defined $nginx;

    my $two = IC::Daemon->new(node => 'node-b',
                              conf => { plain_peers => 'on' });
    my $port = free_port();
    my $front = front($two, $port);
    my $address = "http://127.0.0.1:$port/";

    $one->session('n1', { 'node-b' => $address });
    $two->session('n1', { 'node-a' => 'http://127.0.0.1:1' });

    is(code($one->call(push => 'n1', 't', 'node-b', body => "m$_")), $OK,
       "push $_ to the peer") for 1 .. 3;
    is($two->call(pop => 'n1', 't', 'node-a', timeout => 5)->{body}, "m$_",
       "the peer pops $_") for 1 .. 3;

    my ($sender, $receiver) = ($one->connect, $two->connect);
    my @took;

    for my $n (1 .. 50) {
        $two->begin($receiver, pop => 'n1', 'lat', 'node-a', timeout => 20);
        sleep 0.005;

        my $begin = time;
        $one->call(push => 'n1', 'lat', 'node-b', body => 'x' x 1000,
                 connection => $sender);
        $receiver->answer;
        push @took, time - $begin;
    }

    @took = sort { $a <=> $b } @took;
    ok($took[25] < 0.02, 'a message is there at once');
    diag(sprintf 'task to peer\'s task: median %.2f ms, p90 %.2f ms',
         $took[25] * 1000, $took[45] * 1000);

    my $big = join '', map { chr($_ & 255) } 0 .. 255;
    $big x= 40000;
    $one->call(push => 'n1', 'big', 'node-b', body => $big);
    ok($two->call(pop => 'n1', 'big', 'node-a', timeout => 20)->{body} eq $big,
       '10 MB arrive as they were');

    # the peer is away for a moment: nothing is lost, nothing comes twice
    kill 'TERM', $front;
    waitpid $front, 0;
    $one->call(push => 'n1', 'r', 'node-b', body => "r$_") for 1 .. 3;
    sleep 0.3;
    $front = front($two, $port);

    is($two->call(pop => 'n1', 'r', 'node-a', timeout => 5)->{body}, "r$_",
       "message $_ after the peer came back") for 1 .. 3;
    is(code($two->call(peek => 'n1', 'r', 'node-a')), 'E0000000601',
       'and no other');

    # the peer does not know the session yet: it is tried again
    $one->session('n2', { 'node-b' => $address });
    $one->call(push => 'n2', 't', 'node-b', body => 'early');
    sleep 0.3;
    $two->session('n2', { 'node-a' => 'http://127.0.0.1:1' },
                token => 'token-n2');
    is($two->call(pop => 'n2', 't', 'node-a', timeout => 5)->{body}, 'early',
       'a peer that begins later');

    # its task is over: no more for it, but others may still send
    $one->session('n3', { 'node-b' => $address, 'node-c' => $address });
    $two->session('n3', { 'node-a' => '' }, status => 'CLOSED');

    my $wait = $one->connect;
    $one->begin($wait, pop => 'n3', 't', 'node-b', timeout => 30);
    $one->call(push => 'n3', 't', 'node-b', body => 'late');
    is(code($wait->answer), 'E0000000602',
       'a wait for a peer whose session is over');
    is(code($one->call(push => 'n3', 't', 'node-b')), 'E0000000602',
       'a push to it');
    is(code($one->call(pop => 'n3', 't', 'node-c', timeout => 1)),
       'E0000000601', 'a wait for another party goes on');

    # it stays away: the session fails in bounded time
    kill 'TERM', $front;
    waitpid $front, 0;
    $one->session('n4', { 'node-b' => $address });
    $one->begin($wait, pop => 'n4', 't', 'node-b', timeout => 30);

    my $begin = time;
    is(code($one->call(push => 'n4', 't', 'node-b', body => 'x')), $OK,
       'the push itself is taken');

    my $answer = $wait->answer;
    my $took = time - $begin;

    is(code($answer), 'E0000000602', 'the wait ends');
    like($answer->{json}{message}, qr/node-b/, 'with the name of the node');
    ok($took > 2.5 && $took < 7, 'after the message timeout') or diag($took);
    is(code($one->call(push => 'n4', 't', 'node-b')), 'E0000000602',
       'and pushes are refused');

    # the peer's channel is restarted
    $front = front($two, $port);
    $one->call(push => 'n1', 'before', 'node-b', body => 'x');
    $two->await(sub { $two->redis->command('PING') }, 'it is there');
    $two->kill_role('channel');
    $two->await(sub { $two->connect }, 'the channel listens');

    is($two->call(pop => 'n1', 'before', 'node-a', timeout => 20)->{body},
       'x', 'a message of before the restart');
    $two->call(push => 'n1', 'after', 'node-b', body => 'y');
    is($two->call(pop => 'n1', 'after', 'node-b', timeout => 5)->{body}, 'y',
       'the session goes on');

    kill 'TERM', $front;
    waitpid $front, 0;
}

###############################################################################
# under TLS

SKIP: {
    skip 'nginx is not installed', 1 unless defined $nginx;

    my %cert = IC::Daemon::certificate('node-e');
    my $d = IC::Daemon->new(node => 'node-d',
                            conf => { IC::Daemon::certificate('node-d'),
                                      message_timeout => '1s' });
    my $e = IC::Daemon->new(node => 'node-e', conf => { %cert });
    my $port = free_port();
    my $front = front($e, $port, <<"TLS");
        ssl_certificate $cert{certificate};
        ssl_certificate_key $cert{certificate_key};
        ssl_client_certificate $cert{trusted_certificate};
        ssl_verify_client on;
TLS

    $_->[0]->session('t1', { $_->[1] => "https://127.0.0.1:$port" })
        for [ $d, 'node-e' ], [ $e, 'node-d' ];

    my ($sender, $receiver) = ($d->connect, $e->connect);
    my @took;

    for my $n (1 .. 50) {
        $e->begin($receiver, pop => 't1', 'lat', 'node-d', timeout => 20);
        sleep 0.005;

        my $begin = time;
        $d->call(push => 't1', 'lat', 'node-e', body => "t$n",
                 connection => $sender);
        is($receiver->answer->{body}, "t$n", 'over TLS') if $n == 1;
        push @took, time - $begin;
    }

    @took = sort { $a <=> $b } @took;
    ok($took[25] < 0.02, 'a message is there at once');
    diag(sprintf 'over TLS: median %.2f ms, p90 %.2f ms', $took[25] * 1000,
         $took[45] * 1000);

    # a node and a host that are not in the certificate
    $d->session('t2', { 'node-z' => "https://localhost:$port" });
    $d->begin($sender, pop => 't2', 't', 'node-z', timeout => 20);
    $d->call(push => 't2', 't', 'node-z', body => 'x');

    my $answer = $sender->answer;

    is(code($answer), 'E0000000602', 'another node is refused');
    like($answer->{json}{message}, qr/certificate/i, 'and it is said why');

    kill 'TERM', $front;
    waitpid $front, 0;
}

###############################################################################
# the store is away

{
    my $begin = time;

    kill 'STOP', $one->redis->{pid};
    sleep 5;
    is(code($one->call(push => 's1', 'away', 'node-a', body => 'x')), $OK,
       'a known session works without the store');
    is(code($one->call(push => 's8', 't', 'node-a')), 'E0000000503',
       'an unknown one has to wait');
    cmp_ok(time - $begin, '<', within(8), 'both are told soon');
    kill 'CONT', $one->redis->{pid};
}

# https only, unless told otherwise
{
    my $c = IC::Daemon->new(node => 'node-c',
                            conf => { IC::Daemon::certificate('node-c') });

    $c->session('c1', { 'node-b' => 'http://127.0.0.1:1' });
    is(code($c->call(push => 'c1', 't', 'node-b')), 'E0000000602',
       'no plain HTTP without plain_peers');

    # an end that is asked for is an end at once
    my $wait = $c->connect;
    my $begin = time;

    $c->begin($wait, pop => 'c1', 't', 'node-b', timeout => 60);
    sleep 0.1;
    $c->stop;
    cmp_ok(time - $begin, '<', within(4), 'it ends when told to');
    is(code($wait->answer), 'E0000000503', 'waits are told to come again');
    ok(!-e $c->dir . '/run/channel.sock', 'the sockets are gone');
}

unlike($one->log, qr/token-s1/, 'no token in the log');

done_testing();

###############################################################################

sub free_port {
    return IO::Socket::INET->new(LocalAddr => '127.0.0.1', Listen => 1)
        ->sockport;
}

# What the module does, without it: X-Node-Id is believed.
sub front {
    my ($daemon, $port, $tls) = @_;
    my $ssl = defined $tls ? ' ssl' : '';
    my $caller = defined $tls ? 'node-d' : '$http_x_node_id';

    $tls //= '';

    my $dir = $daemon->dir;
    my $socket = "$dir/run/channel-edge.sock";

    open my $conf, '>', "$dir/nginx.conf" or die "nginx.conf: $!\n";
    print $conf <<"CONF";
daemon off;
master_process off;
user root;
pid $dir/nginx.pid;
error_log $dir/nginx.log;
events { }
http {
    access_log off;
    client_body_temp_path $dir/body;
    proxy_temp_path $dir/proxy;
    fastcgi_temp_path $dir/fastcgi;
    uwsgi_temp_path $dir/uwsgi;
    scgi_temp_path $dir/scgi;
    client_max_body_size 128m;
    upstream edge { server unix:$socket; keepalive 8; }
    server {
        listen 127.0.0.1:$port$ssl;
$tls        location / {
            proxy_pass http://edge;
            proxy_http_version 1.1;
            proxy_request_buffering off;
            proxy_set_header Connection "";
            proxy_set_header X-Interconn-Peer $caller;
        }
    }
}
CONF
    close $conf;

    my $pid = fork();
    die "fork: $!\n" if !defined $pid;

    if ($pid == 0) {
        open STDERR, '>>', "$dir/nginx.log";
        exec($nginx, '-c', "$dir/nginx.conf", '-p', $dir, '-e',
             "$dir/nginx.log") or POSIX::_exit(127);
    }

    $daemon->await(sub { IO::Socket::INET->new("127.0.0.1:$port") },
                   'nginx listens');

    return $pid;
}
