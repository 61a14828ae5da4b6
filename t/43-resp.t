#!/usr/bin/perl

# What the workers make of a store's bytes: a store of our own says what a
# real one would not, in pieces of any size.

use warnings;
use strict;

use lib 't/lib';
use IC;
use IO::Select;
use IO::Socket::UNIX;
use Test::More;

IC->check;

my $t = IC->new(start => 0, redis => 0);
my $dir = $t->dir;
my $store = start_store("$dir/store.sock");

$t->{option}{http} = "interconn_redis unix:$dir/store.sock timeout=2s;";
$t->{option}{http_only} = 1;
$t->start;

my $uri = '/v1/interconn/node/query?node_id=hospital-a';
my @peer = (node => 'hospital-b');

sub bulk { '$' . length($_[0]) . "\r\n$_[0]\r\n" }
sub array { '*' . @_ . "\r\n" . join '', @_ }

# the next answers of the store, in pieces of so many bytes
sub says {
    my ($bytes, $piece) = @_;

    $t->spew("$dir/reply.new", $bytes);
    $t->spew("$dir/piece", $piece || 1 << 20);
    rename "$dir/reply.new", "$dir/reply";
}

sub verdict { $t->verdict($_[0]) }

sub ready {
    says(array(bulk('ok')));

    return $t->await(sub { verdict($t->get('plain', $uri, @peer))
        eq '200 0' }, 5);
}

ok(ready(), 'a store that answers');

my $long = 'long ' x 40_000;
my $good = array(map { bulk($_) } 'ok', 'name', 'Hospital A', 'institution',
    'of A');

for my $piece (1 << 20, 1, 2, 3, 7) {
    says($good, $piece);

    my $got = $t->get('plain', $uri, @peer);
    is("$got->{json}{data}{name}, $got->{json}{data}{institution}",
        'Hospital A, of A', "pieces of $piece bytes");
}

for my $case (
    [ 'a long text', bulk($long), $long ],
    [ 'a long text in pieces', bulk($long), $long, 4093 ],
    [ 'no text', "\$-1\r\n", '' ],
    [ 'an empty text', "\$0\r\n\r\n", '' ],
    [ 'a number', ":42\r\n", '42' ],
    [ 'a word', "+word\r\n", 'word' ],
    [ 'line ends in a text', bulk("a\r\nb\n\$3\r\n"), "a\r\nb\n\$3\r\n" ],
    [ 'no array', "*-1\r\n", '' ],
) {
    my ($name, $bytes, $text, $piece) = @$case;

    says(array(bulk('ok'), bulk('name'), $bytes), $piece);

    my $got = $t->get('plain', $uri, @peer);
    is($got->{json}{data}{name} // '', $text, "a value: $name");
}

for my $case (
    [ 'a refusal', array(bulk('not_found'), bulk('x')), '200 4040' ],
    [ '... alone', array(bulk('not_found')), '200 4040' ],
    [ '... with more', array(map { bulk($_) } 'not_found', 'x', 'y', 'z'),
      '200 4040' ],
    [ '... without a name', array(bulk('')), '500 5000' ],
    [ 'an error', "-ERR what is that\r\n", '500 5000' ],
    [ 'a store that is full', "-OOM command not allowed\r\n", '503 5030' ],
    [ 'one that is loading', "-LOADING the dataset\r\n", '503 5030' ],
    [ 'nothing', array(), '500 5000' ],
    [ 'no reply', "*-1\r\n", '500 5000' ],
    [ 'no array', bulk('ok'), '500 5000' ],
    [ 'a name without value', array(bulk('ok'), bulk('name')), '500 5000' ],
    [ 'a name that is a list', array(bulk('ok'), array(), bulk('x')),
      '500 5000' ],
    [ 'a list in a record',
      array(bulk('ok'), bulk('records'), array(array(bulk('a'), array()))),
      '500 5000' ],
) {
    my ($name, $bytes, $verdict) = @$case;

    for my $piece (1 << 20, 1) {
        says($bytes, $piece);
        is(verdict($t->get('plain', $uri, @peer)), $verdict,
            "$name, pieces of $piece bytes");
    }
}

# what is no reply at all: the connection is given up, and the next one is
# as good as the first

for my $case (
    [ 'no protocol', "hello\r\n" ],
    [ 'no line end', "+" . 'x' x 70_000 ],
    [ 'no CR', "+OK\n" ],
    [ 'a text that is longer than it says', "\$5\r\nabcdefg\r\n" ],
    [ 'one whose length is none', "\$x\r\nabc\r\n" ],
    [ 'a negative one', "\$-2\r\n" ],
    [ 'an endless one', "\$99999999999\r\n" ],
    [ 'an endless array', "*99999999999\r\n" ],
    [ 'more than was asked for', $good . $good ],
) {
    my ($name, $bytes) = @$case;

    says($bytes);

    my $got = verdict($t->get('plain', $uri, @peer));

    like($got, $name =~ /more/ ? qr/^(?:200 0|503 5030)$/ : qr/^503 5030$/,
        $name);
    ok(ready(), '... and another connection');
}

# many at once

says(array(bulk('ok'), bulk('name'), bulk('many ' x 3000)), 1000);

my @sockets = map { $t->socket('plain') } 1 .. 20;
my $request = $t->request('GET', $uri, @peer);

$t->write_all($_, $request x 3) for @sockets;

my @names = map { my $socket = $_;
    map { $t->response($socket)->{json}{data}{name} // 'none' } 1 .. 3
} @sockets;

is(scalar(grep { $_ eq 'many ' x 3000 } @names), 60, 'sixty at once');

$t->finish;
kill 'KILL', $store;
waitpid $store, 0;
done_testing();


# A process that reads commands and answers each with the bytes of a file;
# PING as it should be.

sub start_store {
    my ($path) = @_;

    my $listen = IO::Socket::UNIX->new(Local => $path, Listen => 16)
        or die "$path: $!\n";
    my $pid = fork // die "fork: $!\n";

    return $pid if $pid;

    my $select = IO::Select->new($listen);
    my %in;

    while (1) {
        for my $socket ($select->can_read) {
            if ($socket == $listen) {
                $select->add(scalar $listen->accept);
                next;
            }

            if (!sysread $socket, $in{$socket}, 65536,
                length($in{$socket} // ''))
            {
                delete $in{$socket};
                $select->remove($socket);
                close $socket;
                next;
            }

            while (defined(my $name = command(\$in{$socket}))) {
                answer($socket, $name eq 'PING' ? "+PONG\r\n"
                    : $t->slurp("$dir/reply"));
            }
        }
    }
}

# takes a whole command, gives its first word
sub command {
    my ($in) = @_;

    my ($n) = $$in =~ /^\*(\d+)\r\n/ or return undef;
    my $at = $+[0];
    my $first;

    for (1 .. $n) {
        return undef if substr($$in, $at) !~ /^\$(\d+)\r\n/;
        my ($length, $head) = ($1, $+[0]);
        return undef if length($$in) < $at + $head + $length + 2;
        $first //= substr $$in, $at + $head, $length;
        $at += $head + $length + 2;
    }

    substr($$in, 0, $at) = '';

    return $first;
}

sub answer {
    my ($socket, $bytes) = @_;
    my $piece = $t->slurp("$dir/piece") || 1 << 20;

    for (my $at = 0; $at < length $bytes; $at += $piece) {
        my $n = syswrite $socket, substr $bytes, $at, $piece;
        return if !$n;
        select undef, undef, undef, 0.001 if $piece < 100;
    }
}
