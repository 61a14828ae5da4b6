#!/usr/bin/perl

# Hostile JSON at the running server: what parsers disagree about is refused,
# however it is delivered, soon and with memory to spare.

use warnings;
use strict;

use lib 't/lib';
use IC;
use List::Util qw/ max /;
use Test::More;
use Time::HiRes qw/ time /;

IC->check;

my $asan = ($ENV{IC_BUILD} || '') =~ /asan/;
my $t = IC->new(http => 'keepalive_requests 1000000;',
    plain => 'interconn_max_body 32m;');
my $redis = $t->redis;

$t->operator('olga', 'secret');

# A body that is taken asks for a job that is not there, or is no object.

my $path = '/v1/platform/job/stop';
my @olga = (token => 'secret');
my $socket = $t->socket('plain');
my $requests = 0;

# "taken", or why not; the verdict on a body that comes whole, in chunks of
# some bytes or as single bytes on the wire.

sub verdict {
    my ($got) = @_;

    $requests++;
    return 'no answer' if !$got;

    my $code = $got->{json}{code} // '';

    return $code == 4040 || $code == 4001 ? 'taken'
        : $code == 4000 ? "refused: $got->{json}{msg}"
        : "$got->{status} $code";
}

sub delivered {
    my ($text, %how) = @_;

    $t->write_all($socket, $t->request('POST', $path, body => $text, @olga,
        %how));
    my $got = $t->response($socket, 30);

    $socket = $t->socket('plain')
        if !$got || ($got->{headers}{connection} // '') eq 'close';

    return verdict($got);
}

sub trickled {
    my ($text) = @_;

    my $request = $t->request('POST', $path, body => $text, @olga);
    my $head = index($request, "\r\n\r\n") + 4;

    syswrite $socket, $request, $head;
    syswrite $socket, $request, 1, $_ for $head .. length($request) - 1;

    return verdict($t->response($socket, 30));
}

sub name {
    my ($text) = @_;

    my $name = length $text > 60 ? substr($text, 0, 50) . '... of '
        . length $text : $text;

    return $name =~ s/([^ -~])/sprintf '<%02X>', ord $1/ger;
}

# The same however it comes; in one byte after another if it is short.

sub all_ways {
    my ($text, $expected) = @_;

    my $whole = delivered($text);
    my $name = name($text);

    like($whole, $expected, $name);

    for my $size (length $text > 20_000 ? 4093 : (1, 7)) {
        is(delivered($text, chunk => $size), $whole,
            "... in chunks of $size") if length $text;
    }

    is(trickled($text), $whole, '... byte by byte')
        if length $text && length $text < 200;
}

sub taken   { all_ways($_, qr/^taken$/) for @_ }
sub refused { all_ways($_, qr/^refused/) for @_ }

my $before = $redis->dump;

###############################################################################
# what is JSON

taken('{}', '[]', ' {} ', "\t\r\n{\n}\r\n", '{"":0}', '{"a":null}',
    '{"a":{"a":{}}}', '{"a":1,"A":2,"a ":3}', '[[],[[]],{}]', 'null', 'true',
    '0', '"text"', '[0,-1,12,-120]', '[0.5,-0.5,0.0,-0.0]',
    '[1e5,1E5,1e+5,1e-5,1.5E+3,0e1,0e-1]', '[123.456e78,1e308,-1e308]',
    '[9223372036854775807,-9223372036854775808]',
    '[0.' . '1' x 60 . ']', '["\"\\\\\/\b\f\n\r\t\u0041\u00e9\u0001"]',
    "[\"\x7f \xc3\xa9 \xe8\xa1\x80 \xf0\x9f\x8f\xa5\"]",
    '["\ud83c\udfe5","\uFFFF","\uD7FF","\uE000"]',
    "[\"\xed\x9f\xbf\xee\x80\x80\xef\xbf\xbf\xf4\x8f\xbf\xbf\"]",
    "{\"\xe8\xa1\x80\":1,\"\\u8841\":2}",
    '["' . 'x' x 100_000 . '"]', '[' . '1,' x 10_000 . '1]');

###############################################################################
# what is not

refused(' ', "\n", '{', '}', '[', ']', ',', ':', '"', '{]', '[}',
    '[1', '[1,', '{"a"', '{"a":', '{"a":1', '{"a":1,', '["a', '["a\\',
    '["\u', '["\u00', '[tru', '{"a":"b}', '[[[[', '{"a":[{"a":[',
    '[1,]', '[,1]', '[1,,2]', '[,]', '[1 2]', '[1;2]', '[1:2]', '["a":1]',
    '{"a":1,}', '{,"a":1}', '{"a" 1}', '{"a"::1}', '{"a":1 "b":2}',
    '{"a":1;"b":2}', '{"a"}', '{:1}', '{"a":}', '{a:1}', "{'a':1}",
    '{1:1}', '{null:1}', '{[]:1}', '{{}:1}', '{"a":1}}', '{}]', '[1]]',
    '[1]x', '{}{}', '{} {}', '[][]', '{}0', '{}"', "{}\0", '{},',
    '[a]', "['a']", '[`a`]', '[True]', '[TRUE]', '[nul]', '[nulll]',
    '[truefalse]', '[undefined]', '[NaN]', '[nan]', '[Infinity]',
    '[-Infinity]', '[inf]', '[+1]', '[.5]', '[-.5]', '[1.]', '[1.e1]',
    '[1e]', '[1e+]', '[1E-]', '[1ea]', '[01]', '[-01]', '[00]', '[-]',
    '[--1]', '[- 1]', '[0x10]', '[0b1]', '[1_000]', '[1,000.5.5]', '[1.2.3]',
    '[1e1.5]', '[1f]', '[0e]', '[-1e]', "[\xef\xbc\x91]", '[$]', '[@]',
    '["\x41"]', '["\a"]', '["\0"]', '["\\\'"]', '["\U0041"]', '["\u 041"]',
    '["\u12g4"]', '["\u+041"]', '["\u-041"]', '["\u{41}"]', '["\\ "]',
    "[\"\\\n\"]", "[\"a\nb\"]", "[\"a\tb\"]", "[\"a\x1fb\"]", "[\"a\0b\"]",
    "{\"a\nb\":1}", '["a""b"]', '["a"b]', '[\\n]', '[\u0041]', '{"a":\u0031}',
    '/**/{}', '{}/**/', '{/**/}', '{}//', "{}\n// x\n", '#{}', '{}#',
    '["a"/*,*/]', '<!-- -->', '<a/>', '{"a":(1)}', '*', "\x{01}",
    "\xef\xbb\xbf{}", "{}\xef\xbb\xbf", "\xff\xfe{\0}\0", "\xfe\xff\0{\0}",
    "{\0}\0", "\0{\0}", "\0", "{\0}", "\f{}", "{}\f", "\x0b{}", "[\f]",
    "\xc2\xa0{}", "[\xe2\x81\xa0]", "\xe2\x80\xa8{}", "{\xc2\x85}",
    "\x1e{}", 'job_id=1', "%7B%7D", '--x', 'GET / HTTP/1.1');

# no NUL, however written

refused('["\u0000"]', '{"\u0000":1}', '{"job_id":"a\u0000b"}');

# surrogates

refused('["\ud800"]', '["\udc00"]', '["\ud800\ud800"]', '["\ud800a"]',
    '["\ud800\u0041"]', '["\udc00\ud800"]', '["\ud800\n"]', '["\uDBFF"]',
    '["\uD83C\uDFE5\uDFE5"]', '["\ud800', '{"\udfff":1}', '["a\udfffb"]');

# what only looks like UTF-8, in values and names

refused(map { ("[\"$_\"]", "{\"$_\":1}", "[\"a${_}b\"]") }
    "\x80", "\xbf", "\xc3", "\xe2\x82", "\xf0\x9f\x98", "\xc0\x80",
    "\xc1\xbf", "\xe0\x80\x80", "\xe0\x9f\xbf", "\xf0\x80\x80\x80",
    "\xf0\x8f\xbf\xbf", "\xed\xa0\x80", "\xed\xbf\xbf", "\xf4\x90\x80\x80",
    "\xf5\x80\x80\x80", "\xf8\x88\x80\x80\x80", "\xfe", "\xff",
    "\xc3\x28", "\xe2\x28\xa1", "\xe2\x82\x28", "\xf0\x28\x8c\xbc",
    "\xf0\x9f\x28\xbc", "\xed\xa0\x80\xed\xb0\x80");
refused("[\xe9]", "\xe9", "{}\xc3");

# numbers that are not the same everywhere

refused('[1e400]', '[-1e400]', '[1e99999]', '[9223372036854775808]',
    '[-9223372036854775809]', '[18446744073709551615]', '[-0]', '{"a":-0}',
    '[1' . '0' x 400 . ']', '[' . '9' x 100_000 . ']',
    '[0.' . '1' x 100_000 . ']', '[1e' . '0' x 1100 . '1]');

# names twice

refused('{"a":1,"a":1}', '{"a":1,"\u0061":1}', '{"\u0061":1,"a":1}',
    '{"":1,"":1}', "{\"\xc3\xa9\":1,\"\\u00e9\":1}",
    "{\"\xf0\x9f\x8f\xa5\":1,\"\\ud83c\\udfe5\":1}", '{"\/":1,"/":1}',
    '[{"a":{"b":1,"c":2,"b":3}}]', '{"job_id":"x","job_id":"x"}',
    '{"a":1,' . join(',', map { "\"k$_\":1" } 1 .. 1000) . ',"a":2}');

# depth

for my $pair ([ '[', ']' ], [ '{"a":', '}' ]) {
    my ($open, $close) = @$pair;
    my $inner = $open eq '[' ? '' : '1';

    taken($open x 32 . $inner . $close x 32);
    refused($open x 33 . $inner . $close x 33);
    refused($open x 32 . '[]' . $close x 32);
}

taken('[{"a":' x 16 . '1' . '}]' x 16);
refused('[{"a":' x 16 . '[]' . '}]' x 16);

###############################################################################
# much of it: soon, and with memory to spare

sub memory {
    my ($worker) = $t->workers;
    my ($kb) = $t->slurp("/proc/$worker/status") =~ /VmRSS:\s+(\d+)/;

    return $kb / 1024;
}

my $mb = 10 * 1024 * 1024;
my %much = (
    '10^6 arrays deep' => '[' x 1_000_000,
    '10^6 arrays deep, and back' => '[' x 1_000_000 . ']' x 1_000_000,
    '10^6 objects deep' => '{"a":' x 1_000_000,
    '10^5 names' => '{' . join(',', map { "\"k$_\":1" } 1 .. 100_000) . '}',
    '10^6 values' => '[' . '1,' x 999_999 . '1]',
    '10^6 empty arrays' => '[' . '[],' x 999_999 . '[]]',
    '10 MB without an end' => '["' . 'x' x $mb,
    '10 MB of escapes' => '["' . '\u0000' x ($mb / 6),
    '10 MB of half characters' => '["' . "\xe2\x82" x ($mb / 2),
    '10 MB of digits' => '[' . '1' x $mb . ']',
    '10 MB of white space' => ' ' x $mb,
    '10 MB of quotes' => '"' x $mb,
    '10 MB of backslashes' => '["' . '\\' x ($mb + 1) . '"]',
    '10 MB behind the end' => '{}' . 'x' x $mb,
);
my $taken = '["' . 'x' x $mb . '"]';

# a text of that size that is good takes so long

is(delivered($taken), 'taken', '10 MB in one string');
is(delivered('["' . '\\' x $mb . '"]'), 'taken', '10 MB of escapes');
is(delivered('["' . 'x' x 500_000 . '"]', chunk => 1), 'taken',
    'a string in half a million pieces');
is(delivered('["' . '\\' x 500_000 . '"]', chunk => 1), 'taken',
    '... of escapes');

my $fair = max(map { my $began = time; delivered($_); time - $began }
    $taken, '["' . '\\' x $mb . '"]');

delivered($much{$_}) for sort keys %much;

my $rest = memory();

for my $what (sort keys %much) {
    for my $how ([ 'whole' ], [ 'in chunks', chunk => 1 << 16 ]) {
        my ($way, @option) = @$how;
        my $began = time;

        like(delivered($much{$what}, @option), qr/^refused/, "$what, $way");
        my $took = time - $began;
        cmp_ok($took, '<', 0.1 + 5 * $fair,
            sprintf '... in %.0f ms', 1000 * $took);
    }
}

my $grown = memory() - $rest;
ok($asan || $grown < 2, sprintf '... the worker grew by %.1f MB', $grown);

# beyond interconn_max_body nothing is read at all

for my $how ([], [ chunk => 1 << 16 ]) {
    my $wide = $t->socket('ns');
    $t->write_all($wide, substr $t->request('POST', $path, body => $taken,
        @olga, @$how), 0, 2_000_000);
    my $got = $t->response($wide);
    is($got ? $t->verdict($got) : 'closed', '413 4130', '10 MB, 1 allowed');
}

# single bytes on the wire, of something long

is(trickled('{"job_id":"none","a":[' . '1,' x 3000 . '1]}'), 'taken',
    '6000 bytes, one by one');
like(trickled('{"job_id":"none","a":[' . '1,' x 3000 . ']}'), qr/^refused/,
    '... a fault at the end');

###############################################################################
# the body of a GET, and query strings

sub query {
    my ($query, %option) = @_;

    $requests++;
    my $got = $t->http('plain', 'GET', '/v1/platform/job/query' . $query,
        @olga, %option);
    my @fields = map { "$_->{field} $_->{reason}" }
        @{ $got->{json}{data}{fields} || [] };

    return $got->{json}{code} . join '', map { ", $_" } @fields;
}

my $required = '/job_id is required';

is(query('', body => '{"job_id":"J1"}'), '4040', 'GET: fields in a body');
is(query('', body => '{"job_id":"J1"'), '4000', '... broken');
is(query('', body => '{"job_id":"J1","job_id":"J1"}'), '4000', '... twice');

for my $case (
    [ '?job_id=J1', '4040' ],
    [ '?job%5Fid=J%31', '4040' ],
    [ '?job_id=J1&', '4040' ],
    [ '?&&job_id=J1&&&', '4040' ],
    [ '?job_id=J1&x', '4040' ],
    [ '?job_id=J1&=', '4040' ],
    [ '?job_id=J1&=x', '4040' ],
    [ '?job_id=J1&x=%00', '4001, /x has a bad escape' ],
    [ '?job_id=J1&job_id=J1', '4001, /job_id is given twice' ],
    [ '?job_id=J1&job%5fid=J1', '4001, /job_id is given twice' ],
    [ '?job_id=J1&x=1&x=1', '4001, /x is given twice' ],
    [ '?job_id=J1&=1&=2', '4001, / is given twice' ],
    [ '?job_id=', "4001, $required" ],
    [ '?job_id', "4001, $required" ],
    [ '?', "4001, $required" ],
    [ '?JOB_ID=J1', "4001, $required" ],
    [ '?job_id[]=J1', "4001, $required" ],
    [ '?job_id=J1;x=1', '4001, /job_id is not a valid id' ],
    [ '?job_id=J+1', '4001, /job_id is not a valid id' ],
    [ '?job_id=J%201', '4001, /job_id is not a valid id' ],
    [ '?job_id=%2e%2e%2fetc', '4001, /job_id is not a valid id' ],
    [ '?job_id=%zz', "4001, /job_id has a bad escape, $required" ],
    [ '?job_id=%', "4001, /job_id has a bad escape, $required" ],
    [ '?job_id=%4', "4001, /job_id has a bad escape, $required" ],
    [ '?job_id=J%00', "4001, /job_id has a bad escape, $required" ],
    [ '?job_id=%C0%80', "4001, /job_id has a bad escape, $required" ],
    [ '?job_id=%ED%A0%80', "4001, /job_id has a bad escape, $required" ],
    [ '?job_id=%FF', "4001, /job_id has a bad escape, $required" ],
    [ '?%zz=1&job_id=J1', '4001, /%zz has a bad escape' ],
    [ "?job_id=\xff", "4001, /job_id has a bad escape, $required" ],
    [ '?job_id=' . 'x' x 128, '4040' ],
    [ '?job_id=' . 'x' x 129, '4001, /job_id is too long' ],
    [ '?job_id=' . 'x' x 5000, '4001, /job_id is too long' ],
    [ '?job_id=J1' . join('', map { "&k$_=1" } 2 .. 128), '4040' ],
    [ '?job_id=J1' . join('', map { "&k$_=1" } 2 .. 129),
      '4001,  has too many elements' ])
{
    my ($query, $expected) = @$case;
    is(query($query), $expected, name($query));
}

is($redis->dump, $before, 'nothing has changed');

note("$requests requests");
$t->finish;
done_testing();
