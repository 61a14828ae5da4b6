#!/usr/bin/perl

# Every class of text that JSON parsers are known to differ about, by rows of
# our own: what must be taken (y), what must be refused (n), what the standard
# leaves open and we decide (+ taken, - refused). Each at the endpoint of a
# running server, whose answer names the place, and each at the decoder
# against the plain reading of t/fuzz/json_reference.h.

use warnings;
use strict;

use lib 't/lib';
use File::Temp;
use IC;
use Test::More;

IC->check;

my $build = $ENV{IC_BUILD} || 'build';
my $whole = '{"a":[1,-2.5e3,"\u00e9\\\\x",null],"b":{"c":true,"d":false}}';

# A name, the verdict, texts.
my @classes = (

    # arrays
    [ 'array empty' => 'y', '[]', ' [ ] ', "[\n]" ],
    [ 'array of all types' => 'y', '[null,1,"1",{},[],true,false,1.5]' ],
    [ 'array white space behind' => 'y', "[1]\t ", "[1\r\n,\r\n2]" ],
    [ 'array comma at the end' => 'n', '[1,]', '["",]', '[1,,]' ],
    [ 'array comma at the front' => 'n', '[,1]', '[,]', '[,"a"]' ],
    [ 'array comma twice' => 'n', '[1,,2]', '["a",,"b"]' ],
    [ 'array colon instead of a comma' => 'n', '["a":1]', '["": 1]' ],
    [ 'array without a comma' => 'n', '[1 true]', '["a" "b"]', '[3[4]]' ],
    [ 'array not closed' => 'n', '[', '[""', '[1', '[1,', "[1,\n1\n,1",
      '[{}' ],
    [ 'array closed twice' => 'n', '[1]]', '[]]', '["x"]]' ],
    [ 'array closed by another sign' => 'n', '[1}', '["x"}', '{"a":[}' ],
    [ 'array of stars' => 'n', '[*]', '["a",*]' ],
    [ 'array of bare words' => 'n', '[a]', '[nul]', '[x,1]', '[1:2]' ],
    [ 'array and a line of text' => 'n', "[1\na", "[\"\x0ba\"\\f]" ],

    # objects
    [ 'object empty' => 'y', '{}', ' { } ', '{"":0}' ],
    [ 'object with odd names' => 'y', '{"foo\u000abar":42}',
      '{"\ud83d\ude00":1}', "{\"\xc3\xa9\":1}" ],
    [ 'object of long strings' => 'y',
      '{"x":"' . 'ab' x 500 . '","' . 'k' x 500 . '":1}' ],
    [ 'object line feeds' => 'y', "{\n\"a\":\n1\n}" ],
    [ 'object names alike but for case' => 'y', '{"a":1,"A":2}' ],
    [ 'object name twice' => 'i-', '{"a":1,"a":2}', '{"a":1,"a":1}' ],
    [ 'object name twice by escapes' => 'i-', '{"a":1,"\u0061":2}',
      '{"\/":1,"/":2}', "{\"\\u00e9\":1,\"\xc3\xa9\":2}" ],
    [ 'object name twice, inside' => 'i-', '[{"a":{"b":1,"b":1}}]' ],
    [ 'object names of no text' => 'n', '{1:1}', '{null:null,null:null}',
      '{[]:1}', '{a:"b"}', "{'a':0}", '{9999E9999:1}' ],
    [ 'object without a colon' => 'n', '{"a" "b"}', '{"a"}', '{"a",1}',
      '{"a"b}' ],
    [ 'object two colons' => 'n', '{"x"::"b"}' ],
    [ 'object without a value' => 'n', '{"a":', '{"a":}', '{"a":,"b":1}' ],
    [ 'object without a name' => 'n', '{:"b"}', '{:1}' ],
    [ 'object comma too many' => 'n', '{"a":1,}', '{"a":1,,"b":2}',
      '{,"a":1}', '{"id":0,,,,,}' ],
    [ 'object garbage behind' => 'n', '{"a":true} "x"', '{"a":"b"}#',
      '{"a":"b"}//', '{"a":"b"}/**/', '{"a":"b"}/', '{"a":"b"}{}' ],
    [ 'object not closed' => 'n', '{', '{"a":1', '{"a":"a', '{"a":1,' ],
    [ 'object of emoji' => 'n', "{\xf0\x9f\x87\xa8\xf0\x9f\x87\xad}" ],
    [ 'object single quotes' => 'n', "{'a':1}", "{\"a\":'1'}" ],

    # numbers
    [ 'number' => 'y', '123', '-1', '0', '[0]', '[20e1]', '[0e+1]', '[0E1]',
      '[123e65]', '[1E22]', '[1E-2]', '[1E+2]', '[123.456e78]', '[-0.5]',
      '[0.0000000000000000000000000000000000000000000000000001]' ],
    [ 'number minus zero with a fraction' => 'y', '-0.0', '[-0e1]' ],
    [ 'number minus zero' => 'i-', '-0', '[-0]', '{"a":-0}' ],
    [ 'number signs' => 'n', '[+1]', '[++1]', '[-+1]', '[--1]', '[- 1]',
      '[+Inf]', '[-]', '[+]' ],
    [ 'number leading zeros' => 'n', '[01]', '[-01]', '[00]', '[012.5]',
      '[-012]' ],
    [ 'number without digits' => 'n', '[.5]', '[-.5]', '[1.]', '[-1.]',
      '[0.e1]', '[1.e1]', '[2.e3]', '[2.e-3]', '[.]', '[.-1]', '[.2e-3]' ],
    [ 'number exponents' => 'n', '[1e]', '[1E]', '[1e+]', '[1E-]', '[0e]',
      '[0E+]', '[1eE2]', '[1.0e+]', '[0.3e]', '[9e+]', '[1e1.5]' ],
    [ 'number other notations' => 'n', '[0x1]', '[0x42]', '[1_000]',
      '[1 000.0]', '[1f]', '[1a]', '[1ea]', '[1+2]', '[0b1]', '[1,5.5.5]',
      "[\xef\xbc\x91]", '[1e1@]', '[-123.123foo]', '[0.1.2]' ],
    [ 'number that is none' => 'n', '[NaN]', '[-NaN]', '[Inf]', '[Infinity]',
      '[-Infinity]', '[nan]', '[-foo]' ],
    [ 'number too large' => 'i-', '[1e400]', '[-1e400]', '[1.5e+9999]',
      '[0.4e00669999999999999999999999999999999999999999999999999999999]',
      '[-1e+9999]' ],
    [ 'number too small' => 'i+', '[123e-10000000]', '[123.456e-789]',
      '[1e-400]' ],
    [ 'number beyond 64 bits' => 'i-', '[9223372036854775808]',
      '[-9223372036854775809]', '[18446744073709551616]',
      '[100000000000000000000]', '[-' . '2373' x 10 . ']' ],
    [ 'number of 64 bits' => 'i+', '[9223372036854775807]',
      '[-9223372036854775808]' ],

    # strings
    [ 'string escapes' => 'y', '["\"\\\\\/\b\f\n\r\t"]', '["\u0012"]',
      '["\u0060\u012a\u12AB"]', '["\\\\u0000"]', '["\"\\\\a"]' ],
    [ 'string pairs' => 'y', '["\uD801\udc37"]', '["\ud83d\ude39\ud83d\udc8d"]',
      '["\uDBFF\uDFFF"]', '["\uD834\uDd1e"]' ],
    [ 'string of no characters' => 'y', '["\uFFFF"]', '["\uFDD0"]',
      '["\uDBFF\uDFFE"]', "[\"\xef\xbf\xbf\"]", "[\"\x7f\"]" ],
    [ 'string of UTF-8' => 'y', "[\"\xe2\x82\xac\xf0\x9d\x84\x9e\"]",
      "[\"\xc2\x80\"]", "[\"\xf4\x8f\xbf\xbf\"]", "[\"\xe2\x80\xa8\"]",
      "\"\xef\xbb\xbf\"" ],
    [ 'string escapes that are none' => 'n', '["\x00"]', '["\a"]', '["\ "]',
      '["\\\'"]', '["\u"]', '["\u00A"]', '["\u00G0"]', '["\uD834\x"]',
      '["\U0041"]', "[\"\\\xe5\"]", '["\\' . "\n" . '"]', '["\\' . "\0\"]" ],
    [ 'string not closed' => 'n', '"', '["a', '["\"]', '["\\\\\"]', '["\\',
      '["\u00', '["' ],
    [ 'string control characters' => 'n', "[\"a\0a\"]", "[\"a\na\"]",
      "[\"\t\"]", "[\"\x1f\"]", "{\"a\nb\":1}" ],
    [ 'string single quotes' => 'n', "['a']", "'a'" ],
    [ 'string without quotes' => 'n', '[\n]', '[\u0020"a"]', 'abc', '[a"]' ],
    [ 'string text behind' => 'n', '""x', '["a"b]', '"a""b"' ],
    [ 'string NUL by an escape' => 'i-', '["\u0000"]', '{"\u0000":1}',
      '{"job_id":"J1\u0000x"}' ],
    [ 'string half a pair' => 'i-', '["\uDADA"]', '["\uD888\u1234"]',
      '["\uD800\n"]', '["\uD800\uD800\n"]', '["\ud800"]', '["\ud800abc"]',
      '["\uDd1e\uD834"]', '["\uDFAA"]', '{"\uDFAA":0}' ],
    [ 'string no UTF-8' => 'i-', "[\"\xff\"]", "[\"\xe9\"]", "[\"\x81\"]",
      "[\"\xf4\xbf\xbf\xbf\"]", "[\"\xc0\xaf\"]", "[\"\xed\xa0\x80\"]",
      "[\"\xfc\x83\xbf\xbf\xbf\xbf\"]", "[\"\xfc\x80\x80\x80\x80\x80\"]",
      "[\"\xe0\xff\"]", "[\"\xe6\x97\xa5\xd1\x88\xfa\"]", "[\"\xf0\x9f\"]" ],

    # structure
    [ 'structure one value' => 'y', 'null', 'false', '42', '-0.1', '"asd"',
      '""', " true\n", "\t{}\r" ],
    [ 'structure nothing' => 'n', ' ', "\n", "\t\r\n" ],
    [ 'structure more than one' => 'n', '[][]', '{}{}', '1 2', '[1]x',
      "[]\n[]", '{} 0', 'nullnull' ],
    [ 'structure words' => 'n', '[tru]', '[True]', '[fals]', '[nul]',
      '[truth]', 'TRUE', 'nil', '[false true]' ],
    [ 'structure comments' => 'n', '/**/{}', '{/**/}', '[1]//x', '#', '[1/*]',
      "[1]\n# x" ],
    [ 'structure markup' => 'n', '<.>', '[<null>]', '<a>1</a>' ],
    [ 'structure lonely signs' => 'n', ']', '}', ',', ':', '*', '{]', '[}',
      '[,', '{,', '[{', '{"a":[', '@', "\xe2\x81\xa0", "\xc3\xa5", "]\n[" ],
    [ 'structure a NUL' => 'n', "\0", "[\0]", "{}\0", "\0{}", "[1]\0\0" ],
    [ 'structure white space of others' => 'n', "[\f]", "[\x0b]", "\f1",
      "\xc2\xa0[]", "[\xe2\x80\x88]", "\x1e{}", "[]\x1a" ],
    [ 'structure byte order mark' => 'i-', "\xef\xbb\xbf{}", "\xef\xbb{}",
      "\xef\xbb\xbf" ],
    [ 'structure UTF-16' => 'i-', "\0[\0\"\0\xe9\0\"\0]",
      "[\0\"\0\xe9\0\"\0]\0",
      "\xff\xfe[\0\"\0\xe9\0\"\0]\0", "\xfe\xff\0[\0]" ],
    [ 'structure 32 deep' => 'y', '[' x 32 . ']' x 32,
      '{"a":' x 32 . '1' . '}' x 32 ],
    [ 'structure 33 deep' => 'i-', '[' x 33 . ']' x 33,
      '{"a":' x 33 . '1' . '}' x 33, '[{"a":' x 17 . '1' . '}]' x 17 ],
    [ 'structure 500 deep' => 'i-', '[' x 500 . ']' x 500 ],
    [ 'structure 10^6 deep' => 'n', '[' x 1_000_000, '[{"":' x 300_000 ],
    [ 'structure 1024 names' => 'y',
      '{' . join(',', map { "\"k$_\":1" } 1 .. 1024) . '}' ],
    [ 'structure 1025 names' => 'i-',
      '{' . join(',', map { "\"k$_\":1" } 1 .. 1025) . '}' ],

    # every way to stop too early; every byte missing that means something
    [ 'prefix' => 'n', map { substr $whole, 0, $_ } 1 .. length($whole) - 1 ],
    [ 'sign missing' => 'n', map { my $text = $whole;
          substr($text, $_, 1) = ''; $text }
      grep { substr($whole, $_, 1) =~ /[][{}:]/ } 0 .. length($whole) - 1 ],
    [ 'sign doubled' => 'n', map { my $text = $whole;
          substr($text, $_, 0) = substr $text, $_, 1; $text }
      grep { substr($whole, $_, 1) =~ /[]{}:,]/ } 0 .. length($whole) - 1 ],
);

my $t = IC->new(plain => 'interconn_max_body 8m;',
    http => 'keepalive_requests 100000;');
my $before;

$t->operator('olga', 'secret');
$before = $t->redis->dump;

my $folder = File::Temp->newdir;
my $socket = $t->socket('plain');
my $count = 0;

# "taken", or why not: the message has the place, which is in the text.

sub verdict {
    my ($text) = @_;

    $t->write_all($socket, $t->request('POST', '/v1/platform/job/stop',
        body => $text, token => 'secret'));

    my $got = $t->response($socket, 30) or return 'no answer';
    my $code = $got->{json}{code} // 0;
    my $said = $got->{json}{msg} // '';

    $socket = $t->socket('plain')
        if ($got->{headers}{connection} // '') eq 'close';

    return 'taken' if $code == 4040 || $code == 4001;
    return "$got->{status} $code $said"
        if "$got->{status} $code" !~ /^400 4000$/
            || $said !~ / at byte (\d+)/ || $1 > length $text;
    return 'refused';
}

for my $class (@classes) {
    my ($name, $expected, @texts) = @$class;
    my $want = $expected =~ /^(?:y|i\+)$/ ? 'taken' : 'refused';
    my @wrong;

    for my $text (@texts) {
        my $got = verdict($text);

        push @wrong, substr($text, 0, 60) . ": $got" if $got ne $want;
        next if length $text > 100_000;

        open my $out, '>:raw', "$folder/" . $count++ or die "$folder: $!\n";
        print $out $text;
    }

    is(join("\n", @wrong), '', "$name: " . @texts . " $want");
}

is($t->redis->dump, $before, 'nothing has changed');

my $said = qx{$build/fuzz/json 0 $folder/* 2>&1};
ok($? == 0 && $said =~ /^$count runs$/m, "the decoder and the plain reading")
    or diag(join "\n", (split /\n/, $said)[-3 .. -1]);

$t->finish;
done_testing();
