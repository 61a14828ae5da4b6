#!/usr/bin/perl

# A message that was acknowledged is delivered once and in order, whatever
# ends in between: the channel role, nginx, callers in the middle of a call.

use strict;
use warnings;

use lib 't/lib';
use IC::Daemon;
use IC::Front;
use Test::More;
use Time::HiRes qw(time sleep);

IC::Daemon->check;

my $OK = 'E0000000000';
my $seed = $ENV{IC_SEED} || time & 0xffff;

srand $seed;
diag("seed $seed");

sub code { $_[0] ? $_[0]{code} : 'no answer' }

sub again {
    my ($daemon) = @_;

    $daemon->kill_role('channel');
    $daemon->await(sub { $daemon->connect }, 'the channel listens');
}

sub folders {
    my ($daemon) = @_;

    return grep { -d } glob $daemon->dir . '/data/channel/*';
}

my $one = IC::Daemon->new(node => 'node-a',
    conf => { plain_peers => 'on', message_timeout => '10s',
              channel_expiry => '6s' });

###############################################################################
# one node

$one->session('s1', { 'node-b' => 'http://127.0.0.1:1' });

my $large = join '', map { chr($_ * 7 & 255) } 0 .. 99_999;
my @sent = ('first', '', $large, 'x' x 65536, 'y' x 65537, 'last');

$one->call(push => 's1', 't', 'node-a', body => $_) for @sent;
is($one->call(pop => 's1', 't', 'node-a')->{body}, 'first', 'popped before');
again($one);

for my $n (1 .. $#sent) {
    ok($one->call(pop => 's1', 't', 'node-a', timeout => 2)->{body}
       eq $sent[$n], 'after the kill: message ' . ($n + 1));
}

is(code($one->call(peek => 's1', 't', 'node-a')), 'E0000000601', 'no more');

$one->invoke('s1', 'p', 'node-b', body => 'b1', seq => 1);
again($one);
is(code($one->invoke('s1', 'p', 'node-b', body => 'b1', seq => 1)), $OK,
   'a copy of before the kill');
$one->invoke('s1', 'p', 'node-b', body => 'b2', seq => 2);
is($one->call(pop => 's1', 'p', 'node-b')->{body}, $_, "$_, once")
    for qw(b1 b2);
is(code($one->call(peek => 's1', 'p', 'node-b')), 'E0000000601', 'no other');

# a caller that goes away in the middle has taken nothing
{
    my $body = 'z' x (8 << 20);
    my $connection = $one->connect;

    $one->call(push => 's1', 'gone', 'node-a', body => $body);
    $one->call(push => 's1', 'gone', 'node-a', body => 'next');
    $one->begin($connection, pop => 's1', 'gone', 'node-a');
    $connection->more;
    $connection->close;
    ok($one->call(pop => 's1', 'gone', 'node-a', timeout => 5)->{body}
       eq $body, 'a message that was not read to its end comes again');
    is($one->call(pop => 's1', 'gone', 'node-a', timeout => 5)->{body},
       'next', 'before the next one');

    # one that does not send all it announced
    my $half = $one->connect;
    $one->begin($half, push => 's1', 'half', 'node-a', body => 'h' x 300_000,
                header => { 'content-length' => 400_000 });
    sleep 0.2;
    $half->close;
    is(code($one->call(pop => 's1', 'half', 'node-a', timeout => 1)),
       'E0000000601', 'half a message is none');
}

# numbered calls are repeated without harm
{
    my %again = (header => { 'x-interconn-call' => 7 });

    $one->call(push => 's1', 'n', 'node-a', body => 'n7', %again) for 1 .. 2;
    again($one);
    $one->call(push => 's1', 'n', 'node-a', body => 'n7', %again);
    $one->call(push => 's1', 'n', 'node-a', body => 'n8',
               header => { 'x-interconn-call' => 8 });
    is($one->call(pop => 's1', 'n', 'node-a', timeout => 1)->{body}, $_,
       "$_, once") for qw(n7 n8);
    is(code($one->call(peek => 's1', 'n', 'node-a')), 'E0000000601',
       'no copy');
}

# what has gone leaves no files
$one->await(sub { !(() = glob((folders($one))[0] . "/blob-*")) },
            'large messages leave no file');
ok(!glob((folders($one))[0] . '/blob-*'), 'large messages leave no file');

{
    my $folder = (folders($one))[0];

    # 30 MB of small ones, one of which nobody takes
    $one->call(push => 's1', 'stuck', 'node-a', body => 'stuck');

    my $connection = $one->connect;

    for my $n (1 .. 600) {
        for my $op (qw(push pop)) {
            $one->call($op => 's1', 'flow', 'node-a', body => 'f' x 65000,
                       connection => $connection);
        }
    }

    my $size = 0;
    $size += -s for glob "$folder/journal-*";
    cmp_ok($size, '<', 60 << 20, 'the journal does not grow without end');

    again($one);
    is($one->call(pop => 's1', 'stuck', 'node-a', timeout => 1)->{body},
       'stuck', 'the one that stayed is there');
}

# released: once and again, for ever
is(code($one->call(release => 's1')), $OK, 'released');
is(code($one->call(release => 's1')), $OK, 'released again');
again($one);
is(code($one->call(push => 's1', 't', 'node-a')), 'E0000000608',
   'still over after the kill');

# nobody calls
$one->session('idle', {});
$one->call(push => 'idle', 't', 'node-a', body => 'x');
ok($one->await(sub { code($one->call(push => 's1', 't', 'node-a')) eq
                     'E0000000608' && ($one->redis->get('session:idle',
                     'status') || '') eq 'CLOSED' }, 'it expires', 20),
   'an idle session is closed');
is(code($one->call(pop => 'idle', 't', 'node-a')), 'E0000000608',
   'its id is dead');
ok($one->await(sub { !folders($one) }, 'the folders go', 15),
   'and its files are gone');

# another folder: what it held is lost, and that is said
$one->session('lost', {});
$one->call(push => 'lost', 't', 'node-a', body => 'x');
$one->stop('KILL');
sleep 0.2;
rename $one->dir . '/data/channel', $one->dir . '/data/elsewhere';
$one->start;
is(code($one->call(pop => 'lost', 't', 'node-a', timeout => 1)),
   'E0000000608', 'a session whose messages are elsewhere');

###############################################################################
# the disk

{
    my $small = IC::Daemon->new(node => 'node-s',
        conf => { channel_message => '2m', channel_buffer => '3m',
                  channel_disk => '4m', channel_sync => 'on',
                  plain_peers => 'on' });

    $small->session("d$_", {}) for 1 .. 2;
    my @push = map { code($small->call(push => "d$_", 't', 'node-s',
                                       body => 'd' x (1 << 20))) }
        1, 1, 1, 1, 2, 2;

    is("@push", "$OK $OK $OK E0000000700 $OK E0000000700",
       'a session is bounded, and all of them are');
    is(code($small->call(push => 'd1', 't', 'node-s',
                         body => 'd' x ((2 << 20) + 1))), 'E0000000413',
       'so is a message');
    $small->call(pop => 'd1', 't', 'node-s');
    is(code($small->call(push => 'd2', 't', 'node-s',
                         body => 'e' x (1 << 20))), $OK, 'room again');
    again($small);
    is(code($small->call(push => 'd2', 't', 'node-s',
                         body => 'd' x (1 << 20))), 'E0000000700',
       'what is there is counted after a kill');
    is(length $small->call(pop => 'd1', 't', 'node-s')->{body}, 1 << 20,
       'with channel_sync they are there, too');
}

###############################################################################
# two nodes, everything killed at random

SKIP: {
    skip 'nginx is not installed', 1 unless IC::Front->available;

    my $two = IC::Daemon->new(node => 'node-b',
        conf => { plain_peers => 'on', message_timeout => '60s' });
    my $front = IC::Front->new($two);

    $one->stop;
    $one = IC::Daemon->new(node => 'node-a',
        conf => { plain_peers => 'on', message_timeout => '60s' });
    $one->session('k', { 'node-b' => $front->address });
    $two->session('k', { 'node-a' => 'http://127.0.0.1:1' });

    my ($next, $got, $pop) = (1, 0, 1);
    my $count = $ENV{IC_MESSAGES} || 150;
    my @wrong;

    my $body = sub { "$_[0] " . 'k' x ($_[0] % 7 == 0 ? 200_000 : 100) };

    while ($got < $count) {
        my $end = $next + 5;

        while ($next <= $count && $next < $end) {
            my $answer = eval {
                $one->call(push => 'k', 't', 'node-b',
                    body => $body->($next),
                    header => { 'x-interconn-call' => $next });
            };

            code($answer) eq $OK ? $next++ : sleep 0.02;
        }

        for (1 .. 6) {
            my $answer = eval {
                $two->call(pop => 'k', 't', 'node-a', timeout => 1,
                    header => { 'x-interconn-call' => $pop });
            };

            last if $answer && $answer->{code} eq 'E0000000601';

            if (code($answer) ne $OK) {
                sleep 0.02;
                next;
            }

            $got++;
            $pop++;
            push @wrong, "$got: " . substr $answer->{body}, 0, 20
                if $answer->{body} ne $body->($got);
            last if $got == $count;
        }

        my $what = int rand 5;

        kill 'KILL', $one->role_pid('channel') || () if $what == 0;
        kill 'KILL', $two->role_pid('channel') || () if $what == 1;
        $front->again if $what == 2;
    }

    is("@wrong", '', "$count messages, each once and in order");

    # one that was just killed may still have let us connect
    my $answer;

    $two->await(sub {
        $answer = eval { $two->call(peek => 'k', 't', 'node-a') };
    }, 'the channel answers');
    is(code($answer), 'E0000000601', 'and none besides');
}

done_testing();
