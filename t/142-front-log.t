#!/usr/bin/perl

# With conf/nginx.conf as it is, error_log's level too: malformed lines and
# headers on connections that were used before put nothing into the logs that
# a terminal obeys, and no line of their own.

use strict;
use warnings;

use lib 't/lib';
use IC::Shipped;
use Test::More;

IC->check;

my $shipped = IC::File::slurp('conf/nginx.conf');

# nginx tells of lines that it cannot read at "info", raw
my ($level) = $shipped =~ /^error_log\s+\S+\s+(\w+);/m;

is($level, 'notice', 'what is shipped tells nothing of malformed lines');

my $t = IC::Shipped->new(change => sub { $_[0] =~ s{info;}{notice;}r });

$t->operator('olga', 'secret');
$t->contract('hospital-b', cert => 'hospital-b');

my $health = '/v1/interconn/node/health';
my $odd = "\e[31m\e]0;title\a\x08\x7f\xc2\x9b31m\xe2\x80\xae";
my $obeyed = qr/[\x00-\x08\x0b-\x1f\x7f]|\xc2[\x80-\x9f]
    |\xe2\x80[\x8e\x8f\xa8-\xae]/x;
my $sent = 0;

for my $bytes ("GET /$odd HTTP/1.1\r\n\r\n", "GE${odd}T / HTTP/1.1\r\n\r\n",
    "GET / HTTP/9.$odd\r\n\r\n", "GET $health HTTP/1.1\r\nX$odd: y\r\n\r\n",
    "GET $health HTTP/1.1\r\nHost: $odd\r\n\r\n",
    "GET $health HTTP/1.1\r\nHost: x\r\nReferer: $odd\r\n\r\n",
    "GET $health HTTP/1.1\r\nHost: x\r\nUser-Agent: $odd\r\n"
        . "Authorization: Bearer $odd\r\nx-resource-permit: $odd\r\n\r\n",
    "GET /" . $odd x 900 . " HTTP/1.1\r\n\r\n",
    "GET $health HTTP/1.1\r\nHost: x\r\nX-A: " . 'a' x 40000 . "$odd\r\n\r\n",
    "POST $health HTTP/1.1\r\nHost: x\r\nContent-Length: 1$odd\r\n\r\n",
    "GET /%0aforged%0d%1b[31m HTTP/1.1\r\nHost: x\r\n\r\n",
    "GET /a-1.js%0aforged HTTP/1.1\r\nHost: x\r\n\r\n",
    "$odd\r\nforged: line\r\n\r\n")
{
    for my $listener (qw/ ew ns /) {
        my $socket = $t->socket($listener,
            $listener eq 'ew' ? (cert => 'hospital-b') : ());

        $t->write_all($socket, $t->request('GET', $health));
        my $first = $t->response($socket, 10);

        $t->write_all($socket, $bytes);
        $t->response($socket, 10);
        close $socket;
        $sent++ if $first && $first->{status};
    }
}

is($sent, 26, 'each came on a connection that had answered before');

# behind all of them in the log
my $socket = $t->socket('ew', cert => 'hospital-b');

$t->write_all($socket, "GET /the-end HTTP/1.1\r\nHost: x\r\n"
    . "Referer: $odd\r\nConnection: close\r\n\r\n");
$t->response($socket, 10);
ok($t->await(sub { ($t->slurp($t->dir . '/access.log') // '')
    =~ m{/the-end} }), 'the access log has them');

for my $name (qw/ access.log error.log /) {
    my $text = $t->slurp($t->dir . "/$name") // '';
    my ($at) = $text =~ /(.{0,60}$obeyed.{0,20})/;

    is($at // '', '', "$name: nothing that a terminal obeys");
    is(scalar(() = $text =~ /^(?:forged|title)/mg), 0, '... no line of theirs');
}

done_testing();
