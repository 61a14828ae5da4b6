#!/usr/bin/perl

# The wire dialects of other implementations, byte by byte: what they send is
# understood, what they expect is answered, and what they take is sent.

use strict;
use warnings;

use lib 't/lib';
use IC::Daemon;
use IC::Pace;
use IO::Socket::INET;
use JSON::PP;
use MIME::Base64 qw(encode_base64 decode_base64);
use Test::More;
use Time::HiRes qw(time sleep);

IC::Daemon->check;

my $OK = 'E0000000000';
my $PB = 'application/x-protobuf';
my $JSON = 'application/json; charset=utf-8';

my $one = IC::Daemon->new(node => 'node-a',
    conf => { plain_peers => 'on', message_timeout => '5s',
              channel_message => '2m' });

# a partner that keeps what it is sent and answers as it is told
my $listen = IO::Socket::INET->new(LocalAddr => '127.0.0.1', Listen => 9)
    or die "socket: $!\n";
my $partner = 'http://127.0.0.1:' . $listen->sockport;

$one->session("s$_", { 'node-b' => $partner }) for 1 .. 9;

sub code { $_[0] ? $_[0]{code} : 'no answer' }
sub b64 { encode_base64($_[0], '') }

# a call with the headers of a dialect
sub call {
    my ($op, $session, $type, $body, %option) = @_;

    return $one->call($op => $session, $option{topic}, $option{node},
        body => $body, header => { 'content-type' => $type,
        %{ $option{header} || {} } },
        exists $option{timeout} ? (timeout => $option{timeout}) : ());
}

sub invoke {
    my ($session, $type, $body, %header) = @_;

    return $one->invoke($session, undef, 'node-b', body => $body,
        header => { 'content-type' => $type, 'x-ptp-version' => undef,
                    'x-ptp-uri' => 'https://ptp.cn/v1/interconn/chan/push',
                    %header });
}

# { field => bytes } of a protobuf message
sub fields {
    my ($bytes) = @_;
    my %field;

    while (length $bytes) {
        my ($key, $len) = (ord substr($bytes, 0, 1, ''), 0);

        for (my $shift = 0; ; $shift += 7) {
            my $byte = ord substr $bytes, 0, 1, '';
            $len |= ($byte & 0x7f) << $shift;
            last if $byte < 0x80;
        }

        $field{$key >> 3} = substr $bytes, 0, $len, '';
    }

    return \%field;
}

# the next request to the partner, which is answered
sub sent {
    my ($answer, $code) = @_;
    my $fh = $listen->accept or return undef;
    my $text = '';

    while ($text !~ /\r\n\r\n/) {
        sysread $fh, $text, 65536, length $text or return undef;
    }

    my ($head, $body) = split /\r\n\r\n/, $text, 2;
    my ($length) = $head =~ /^content-length: (\d+)/im;

    while (length $body < $length) {
        sysread $fh, $body, 65536, length $body or last;
    }

    my %header = map { lc((split /: /, $_, 2)[0]) => (split /: /, $_, 2)[1] }
        grep { /: / } split /\r\n/, $head;

    syswrite $fh, "HTTP/1.1 200 OK\r\nContent-Length: " . length($answer)
        . "\r\nConnection: close\r\n\r\n$answer";
    close $fh;

    return { header => \%header, body => $body,
             path => $head =~ /^POST (\S+)/ };
}

###############################################################################
# D1 in protobuf: the bytes of the specification's implementation

{
    my $body = "\x12\x0e\x0a\x03321\x12\x071234567";
    my $answer = invoke('s1', $PB, $body);

    is(unpack('H*', $answer->{body}),
       unpack('H*', "\x1a\x0bE0000000000\x22\x07success"),
       'invoke: Outbound{3: code, 4: message}');
    is($answer->{status}, 200, 'status');

    # pop: topic "321", timeout 1000
    $answer = call(pop => 's1', $PB, "\x0a\x03321\x10\xe8\x07");
    is(unpack('H*', $answer->{body}),
       unpack('H*', "\x12\x071234567\x1a\x0bE0000000000\x22\x07success"),
       'pop: Outbound{2: payload} without naming the sender');

    my $begin = time;
    $answer = call(pop => 's1', $PB, "\x0a\x03321\x10\xe8\x07");
    my $took = time - $begin;
    is_deeply(fields($answer->{body}),
              { 3 => $OK, 4 => 'success' }, 'an empty pop is a success');
    ok($took > 0.9 && $took < 1, 'that comes before the caller gives up')
        or diag($took);

    # passed through: no Inbound around it; the header's topic wins
    invoke('s1', $PB, "\x0a\x01t\x12\x02pt", 'x-ptp-version' => 1);
    invoke('s1', $PB, "\x0a\x01t\x12\x02hd", 'x-ptp-version' => 1,
           'x-ptp-topic' => 'h');
    is(fields(call(pop => 's1', $PB, "\x0a\x01t\x10\x64")->{body})->{2}, 'pt',
       'x-ptp-version 1: passed through');
    is(fields(call(peek => 's1', $PB, "\x0a\x01h")->{body})->{2}, 'hd',
       'x-ptp-topic before the body');

    # push and peek of one node, of unknown fields, of a large message
    my $large = 'L' x 300_000;
    my $len = "\xe0\xa7\x12";
    is(fields(call(push => 's1', $PB, "\x0a\x01l\x12$len${large}\x1a\x02zz"
                   . "\x20\x05\x2d1234", node => 'node-a')->{body})->{3},
       $OK, 'a large push');
    ok(fields(call(peek => 's1', $PB, "\x0a\x01l")->{body})->{2} eq $large,
       'comes back');

    for my $bad ("\x0a\xff", "\x0a\x05ab", "\x0b", "\x00\x01", "\xff" x 11,
                 "\x12\x01x")
    {
        is(fields(call(push => 's1', $PB, $bad, node => 'node-a')
                  ->{body})->{3}, 'E0000000400', 'malformed: '
           . unpack 'H*', $bad);
    }

    is(fields(call(release => 's1', $PB, "\x0a\x03321")->{body})->{3}, $OK,
       'release of a topic');
    is(fields(call(release => 's1', $PB, '')->{body})->{3}, $OK,
       'release of all');
    is(fields(call(release => 's1', $PB, '')->{body})->{3}, $OK, '... twice');
    is(fields(call(push => 's1', $PB, "\x0a\x01t\x12\x01x",
                   node => 'node-a')->{body})->{3}, 'E0000000608',
       'then the session is over');
}

###############################################################################
# D1 in JSON

{
    my $push = encode_json({ topic => 't', payload => b64("a\0b/\xff?"),
                             metadata => { k => 'v' } });

    is_deeply(call(push => 's2', $JSON, $push, node => 'node-a')->{json},
              { metadata => {}, payload => '', code => $OK,
                message => 'success' }, 'push');
    is_deeply(call(pop => 's2', $JSON,
                   '{"metadata":{},"topic":"t","timeout":1000}')->{json},
              { metadata => {}, payload => b64("a\0b/\xff?"), code => $OK,
                message => 'success' }, 'pop');

    # with "\/" as some write it, and a large one
    my $escaped = '{"metadata":{},"topic":"a\/b","payload":"'
        . (b64("\xff\xff\xff" x 40_000) =~ s{/}{\\/}gr) . '"}';
    is(call(push => 's2', $JSON, $escaped, node => 'node-a')->{json}{code},
       $OK, 'escaped');
    ok(decode_base64(call(peek => 's2', $JSON,
        '{"metadata":{},"topic":"a/b"}')->{json}{payload})
       eq "\xff\xff\xff" x 40_000, 'is what it stands for');

    # encapsulated
    is(invoke('s2', $JSON, encode_json({ metadata => {},
              payload => b64($push) }))->{json}{code}, $OK, 'invoke');
    is(decode_base64(call(pop => 's2', $JSON,
        '{"metadata":{},"topic":"t"}')->{json}{payload}), "a\0b/\xff?",
       'encapsulated');

    for my $bad ('{', '[]', '"t"', '{"topic":"t","payload":"%"}',
                 '{"topic":"t","payload":"abcde"}',
                 '{"topic":"t","topic":"u","payload":""}',
                 '{"topic":7,"payload":"YQ=="}', '{"payload":"YQ=="}',
                 '{"topic":"' . 'x' x 513 . '"}', '{"topic":"a\u0000"}',
                 '{"topic":"t","timeout":-1}')
    {
        is(call(push => 's2', $JSON, $bad, node => 'node-a',
                header => { 'x-ptp-tech-provider-code' => 'mesh' })
           ->{json}{code}, 'E0000000400', "malformed: "
           . substr $bad, 0, 40);
    }
}

###############################################################################
# D2

{
    my $push = encode_json({ topic => 't', payload => b64('two') });

    is_deeply(call(push => 's3', $JSON, $push, node => 'node-a')->{json},
              { code => $OK, msg => 'success', payload => '' }, 'push');
    is_deeply(call(pop => 's3', $JSON, '{"topic":"t","timeout":1000}')
              ->{json}, { code => $OK, msg => 'success',
                          payload => b64('two') }, 'pop');

    my $begin = time;
    my $answer = call(pop => 's3', $JSON, '{"topic":"t","timeout":500}');
    is_deeply($answer->{json}, { code => 'E0000000601', payload => '',
                                 msg => 'no message' }, 'nothing came');
    cmp_ok(time - $begin, '<', within(0.5), 'timeout is in ms');

    is_deeply(invoke('s3', $JSON, encode_json({ payload => b64($push) }),
                     'x-ptp-tech-provider-code' => 'FATE')->{json},
              { payload => '', code => $OK, message => 'success' },
              'invoke is answered in its own form');
    is(decode_base64(call(peek => 's3', $JSON, '{"topic":"t"}')
       ->{json}{payload}), 'two', 'and taken');

    # x-ptp-timeout is in ms, too, and before the body
    $begin = time;
    call(pop => 's3', $JSON, '{"topic":"t","timeout":9000}',
         header => { 'x-ptp-timeout' => 300 });
    cmp_ok(time - $begin, '<', within(1), 'x-ptp-timeout');
}

###############################################################################
# D3

{
    my %d3 = (node => 'node-a', topic => 'host.0-guest.0',
        header => { 'x-ptp-tecn-provider-code' => 'SecretFlow' });

    my $answer = call(push => 's4', 'application/octet-stream', "raw\0bytes",
                      %d3);
    is(unpack('H*', $answer->{body}),
       unpack('H*', "\x12\x0bE0000000000\x1a\x07success"),
       'push: TransportOutbound{2: code, 3: message}');

    $answer = call(pop => 's4', 'application/octet-stream', '', %d3,
                   timeout => 1);
    is(unpack('H*', $answer->{body}),
       unpack('H*', "\x0a\x09raw\0bytes\x12\x0bE0000000000\x1a\x07success"),
       'pop: TransportOutbound{1: payload}');

    my $begin = time;
    $answer = call(pop => 's4', 'application/octet-stream', '', %d3,
                   timeout => 1);
    is_deeply(fields($answer->{body}), { 2 => $OK, 3 => 'success' },
              'an empty pop is a success without payload');
    cmp_ok(time - $begin, '<', within(1), 'within the second that it waits');

    is(fields(call(push => 's4', 'application/octet-stream', '', %d3)
              ->{body})->{2}, 'E0000000400', 'an empty message is refused');
    is(fields(call(push => 's4', 'application/octet-stream', 'x' x 2_100_000,
                   %d3)->{body})->{2}, 'E0000000413', 'one too large, too');

    # a peer, and whose message it is
    invoke('s4', 'application/octet-stream', 'peer', 'x-ptp-topic' => 'p',
           'x-ptp-version' => 1);
    is_deeply(fields(call(peek => 's4', 'application/octet-stream', '', %d3,
                          topic => 'p')->{body}), { 2 => $OK, 3 => 'success' },
              'not of this node');
    is(fields(call(peek => 's4', 'application/octet-stream', '', %d3,
                   topic => 'p', node => 'node-b')->{body})->{1}, 'peer',
       'but of the one that is named');

    is(fields(call(release => 's4', 'application/octet-stream', '', %d3,
                   topic => undef)->{body})->{2}, $OK, 'release');
    is(fields(call(pop => 's4', 'application/octet-stream', '', %d3,
                   timeout => 1)->{body})->{2}, 'E0000000608',
       'a dead session');
}

###############################################################################
# what is sent: ours, what the peer spoke, what its profile says

{
    $one->call(push => 's5', 'out', 'node-b', body => 'raw');
    my $request = sent("\x12\x0bE0000000000");

    is($request->{path}, '/v1/interconn/chan/invoke', 'a peer is invoked');
    is($request->{body}, 'raw', 'with the bytes as they are');
    is($request->{header}{'x-ptp-topic'}, 'out', 'the topic in a header');
    is($request->{header}{'x-ptp-version'}, 1, 'passed through');

    invoke('s6', $PB, "\x12\x05\x0a\x01t\x12\x00");
    $one->call(push => 's6', '321', 'node-b', body => '1234567');
    $request = sent("\x1a\x0bE0000000000");
    is(unpack('H*', $request->{body}),
       unpack('H*', "\x12\x0e\x0a\x03321\x12\x071234567"),
       'D1 is spoken to who spoke it: the bytes of its own');
    is($request->{header}{'content-type'}, $PB, 'its type');
    is($request->{header}{'x-ptp-uri'},
       'https://ptp.cn/v1/interconn/chan/push', 'its URI');
    ok(!exists $request->{header}{'x-ptp-version'}, 'encapsulated');

    $one->session('s10', { 'node-b' => "$partner d2" });
    my $large = 'two' x 50_000;

    for my $body ('d', 'do', 'two', $large) {
        $one->call(push => 's10', 'x', 'node-b', body => $body);
        $request = sent('{"payload":"","code":"E0000000000"}');

        my $inner = decode_base64(decode_json($request->{body})->{payload});
        ok(fields($inner)->{2} eq $body && fields($inner)->{1} eq 'x',
           'D2 by the profile: ' . length($body) . ' bytes');
    }

    # its code is found in its answer, whatever it is
    $one->call(push => 's5', 'out', 'node-b', body => 'again');
    sent("\x12\x0bE0000000700\x1a\x04full");
    is(sent("\x12\x0bE0000000000")->{body}, 'again', 'full: it is repeated');
    $one->call(push => 's5', 'out', 'node-b', body => 'last');
    sent('{"code":"E0000000608","msg":"gone"}');
    ok($one->await(sub { code($one->call(push => 's5', 'out', 'node-b'))
                         eq 'E0000000602' }), 'a session that is over there');
}

done_testing();
