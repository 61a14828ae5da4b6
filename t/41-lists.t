#!/usr/bin/perl

# Lists of 10^5 records: exact, in constant memory, at the client's pace,
# with the store free for others; clients that leave, stores that die.

use warnings;
use strict;

use lib 't/lib';
use IC;
use IO::Select;
use IO::Socket::INET;
use JSON::PP ();
use List::Util qw/ max sum uniq /;
use Test::More;
use Time::HiRes qw/ sleep time /;

IC->check;

my $asan = ($ENV{IC_BUILD} || '') =~ /asan/;
my $n = 100_000;
my $t = IC->new(ew => 'listen 127.0.0.1:{{h2}} ssl http2;',
    http => 'keepalive_requests 1000000;', ports => [ 'h2' ]);
my $redis = $t->redis;
my $list = '/v1/platform/dataset/list';
my $catalog = '/v1/interconn/dataset/pub/list?contract_id=C-hospital-b';
my @olga = (token => 'secret');

$t->operator('olga', 'secret');
$t->contract('hospital-b', cert => 'hospital-b');
$t->contract('hospital-c');

# every seventh is public

sub created { return map { [ 'object_create', 'dataset', "D$_", 'name',
    "rows of $_", 'source', 'lab', 'owner', 'inst-hospital-a', 'count', $_,
    'pub_scope', $_ % 7 ? 'private' : 'public', 'description',
    '血液 ' x 20 ] } @_ }

my $began = time;
is(join(',', uniq($redis->pipe(created(1 .. $n)))), 'ok',
    sprintf '%d records in %.1f s', $n, time - $began);

###############################################################################

sub memory {
    my ($what) = @_;
    my ($worker) = $t->workers;
    my ($kb) = $t->slurp("/proc/$worker/status") =~ /$what:\s+(\d+)/;

    return $kb / 1024;
}

# What functions cost: number of calls, the longest of nine in ten (the rest
# may have waited for a processor) in ms, and all of it.

sub watched {
    my ($code) = @_;

    $redis->command('CONFIG', 'SET', 'slowlog-max-len', 100_000);
    $redis->command('CONFIG', 'SET', 'slowlog-log-slower-than', 0);
    $redis->command('SLOWLOG', 'RESET');

    my @result = $code->();
    my @times = sort { $a <=> $b } map { $_->[2] / 1000 }
        grep { $_->[3][0] eq 'FCALL' && $_->[3][1] =~ /list$/ }
        @{ $redis->command('SLOWLOG', 'GET', -1) };

    $redis->command('CONFIG', 'SET', 'slowlog-log-slower-than', -1);

    return (scalar @times, $times[0.9 * $#times] // 0, sum(0, @times),
        @result);
}

sub calls {
    my ($text) = $redis->command('INFO', 'commandstats')
        =~ /cmdstat_fcall:calls=(\d+)/;

    return $text;
}

# The bytes until the connection ends, and the body in it.

sub all_of {
    my ($socket, $in) = @_;

    $in //= '';
    1 while sysread $socket, $in, 1 << 20, length $in;

    return $in;
}

sub body {
    my ($in) = @_;

    my ($head, $rest) = split /\r\n\r\n/, $in, 2;
    return $rest if $head !~ /Transfer-Encoding: chunked/i;

    my ($body, $at) = ('', 0);

    while (substr($rest, $at, 20) =~ /^([0-9a-f]+)\r\n/) {
        my $length = hex $1;
        $at += length($1) + 2;
        $body .= substr $rest, $at, $length;
        $at += $length + 2;
        return ($body, 1) if $length == 0;
    }

    return ($body, 0);
}

sub asked {
    my ($listener, $uri, %option) = @_;

    my $socket = $t->socket($listener, %option);
    $t->write_all($socket, $t->request('GET', $uri, close => 1, %option));

    return $socket;
}

# JSON::PP takes minutes for all of it: its frame, and each record's own.

sub records {
    my ($body) = @_;

    my ($records, $total) = $body =~ /^\{"code":0,"msg":"success","data":
        \{"records":\[(.*)\],"total":(\d+)\}\}$/xs or return;
    my @ids = map { /^\{"dataset_id":"(\w+)","name":"rows\ of\ \d+",[^{}]*
        "pub_scope":"(?:public|private)"[^{}]*\}$/x ? $1 : "not a record: $_" }
        split /(?<=\}),(?=\{)/, $records;

    return ($total, @ids);
}

sub whole {
    my ($body) = @_;
    return eval { JSON::PP->new->utf8->decode($body) } ? 1 : 0;
}

###############################################################################
# all of it

is($t->get('plain', "$list?page_size=3", @olga)->{json}{data}{total}, $n,
    'a page');

my $before = memory('VmRSS');
my ($calls, $longest, $cost, $in) = watched(sub {
    all_of(asked('plain', "$list?page_size=-1", @olga)) });
my ($body, $ended) = body($in);
my ($total, @ids) = records($body);

is($total, $n, 'page_size=-1: the total');
is(scalar @ids, $n, '... as many records');
is(join(' ', sort(@ids)), join(' ', sort(map { "D$_" } 1 .. $n)),
    '... each exactly once');
ok($ended, '... and an end');
like($in, qr/^Content-Type: application\/json; charset=utf-8\r$/mi,
    '... its type');

my $grown = memory('VmHWM') - $before;
note(sprintf '%.0f MB told; the worker grew by %.1f MB; %d calls, nine in ten '
    . 'below %.2f ms, %.0f ms in all', length($in) / 1e6, $grown, $calls,
    $longest, $cost);
ok($asan || $grown < 10, sprintf '... the worker grew by %.1f MB', $grown);
ok($calls >= $n / 500, "... in $calls steps");
cmp_ok($longest, '<', $cost / 20, '... none of which holds the store');

my $first = substr $body, 0, index($body, '},{') + 1;
ok(whole("$first]}}"), '... records are JSON') or diag($first);

###############################################################################
# TLS, HTTP/2, HTTP/1.0

($body) = body(all_of(asked('ns', "$list?page_size=-1", @olga)));
is((records($body))[0], $n, 'over TLS');

my $socket = $t->socket('plain');
$t->write_all($socket, "GET $list?page_size=-1 HTTP/1.0\r\n"
    . "Authorization: Bearer secret\r\n\r\n");
($body) = body(all_of($socket));
is((records($body))[0], $n, 'HTTP/1.0');

SKIP: {
    skip('no curl with HTTP/2', 2)
        if (`curl --version 2>/dev/null` || '') !~ /HTTP2/;

    my $path = $t->certificate('hospital-b');
    my ($status, $out) = $t->run('curl', '-s', '--http2', '--limit-rate',
        '20M', '--cacert', $t->dir . '/network.crt', '--cert', "$path.crt",
        '--key', "$path.key", 'https://localhost:' . $t->port('h2')
        . "$catalog&page_size=-1");
    my $public = int($n / 7);

    ($total, @ids) = records($out);
    is($total, $public, 'HTTP/2, of those a peer sees');
    is(scalar(uniq(@ids)), $public, '... each once');
}

###############################################################################
# filtered: the total is exact, and no call looks at everything

for my $case ([ 'page_size=5', 5 ], [ 'page_num=143&page_size=100', 85 ],
              [ 'page_num=144&page_size=100', 0 ],
              [ 'page_size=1000&page_num=15', 285 ],
              [ 'page_size=1000', 1000 ])
{
    my ($query, $shown) = @$case;
    my ($calls, $longest, $cost, $got) = watched(sub {
        $t->get('plain', "$catalog&$query", node => 'hospital-c') });

    is($got->{json}{code}, 4040, 'filtered: another partner\'s contract');

    ($calls, $longest, $cost, $got) = watched(sub {
        $t->get('ew', "$catalog&$query", cert => 'hospital-b') });

    my @ids = map { substr $_->{dataset_id}, 1 }
        @{ $got->{json}{data}{records} };

    is("$got->{json}{data}{total} " . @ids, int($n / 7) . " $shown",
        "$query: total, records");
    is((grep { $_ % 7 } @ids), 0, '... only those');
    is("@ids", join(' ', sort { $b <=> $a } @ids), '... newest first')
        if @ids && $ids[0] > 99_999;
    cmp_ok($longest, '<', $cost / 20, "... in $calls steps");
}

my $got = $t->get('plain', "$list?page_size=1000&page_num=100", @olga);
is("$got->{json}{data}{total} " . @{ $got->{json}{data}{records} },
    "$n 1000", 'a page of many steps');
ok($got->{headers}{'transfer-encoding'} // '' eq 'chunked', '... in pieces');
is($t->get('plain', "$list?page_size=1000&page_num=101", @olga)
    ->{body}, qq({"code":0,"msg":"success","data":{"records":[],)
    . qq("total":$n}}), 'behind the end');

###############################################################################
# a client that does not read

sub slow {
    my $socket = IO::Socket::INET->new(Proto => 'tcp', Timeout => 10)
        || IO::Socket::INET->new;
    socket($socket, Socket::PF_INET(), Socket::SOCK_STREAM(), 0);
    setsockopt $socket, Socket::SOL_SOCKET(), Socket::SO_RCVBUF(), 8192;
    connect $socket, Socket::sockaddr_in($t->port('plain'),
        Socket::inet_aton('127.0.0.1')) or die "connect: $!\n";
    $t->write_all($socket, $t->request('GET', "$list?page_size=-1",
        close => 1, @olga));
    return $socket;
}

# until nobody asks the store for more; the number of calls

sub settled {
    my $calls = -1;

    $t->await(sub { my $old = $calls; $calls = calls(); sleep(0.3);
        return $calls == $old }, 20);

    return $calls;
}

my $start = calls();
my $reader = slow();
my $paused = settled() - $start;

cmp_ok($paused, '>', 0, "a client that does not read: $paused calls");
cmp_ok($paused, '<', $n / 100 / 2, '... and no more until it does');

# meanwhile some come and some go

$redis->pipe(created($n + 1 .. $n + 50));
$redis->command('ZREM', $redis->key('ix:dataset'), map { "D$_" } 1 .. 50);
$redis->command('ZREM', $redis->key('ix:dataset'),
    map { 'D' . $_ * 50 } 2 .. $n / 50);

($body, $ended) = body(all_of($reader));
($total, @ids) = records($body);
ok($ended, '... it gets all when it reads');
is($total, scalar @ids, '... the total is what was told');
is(scalar(uniq(@ids)), scalar @ids, '... nothing twice');

my %told = map { $_ => 1 } @ids;
is(scalar(grep { !$told{"D$_"} } grep { $_ % 50 && $_ > 50 } 1 .. $n), 0,
    '... nothing that was there all the time is missing');

###############################################################################
# clients that leave

$before = memory('VmRSS');

for my $round (1 .. 30) {
    my $socket = $round % 3 ? slow() : asked('ns', "$list?page_size=-1",
        @olga);
    sysread $socket, my $some, 100_000 if $round % 2;
    $round % 4 ? $t->reset_socket($socket) : close $socket;
}

$calls = settled();
sleep(0.5);
is(calls(), $calls, 'clients that left: nothing more is asked for');
$grown = memory('VmRSS') - $before;
ok($asan || $grown < 10, sprintf '... the worker grew by %.1f MB', $grown);

###############################################################################
# what others notice

sub median { return (sort { $a <=> $b } @_)[@_ / 2] }

sub others {
    my ($while) = @_;
    my @times;
    my $socket = $t->socket('plain');
    my $query = $t->request('GET', '/v1/platform/node/query?node_id='
        . 'hospital-b', @olga);

    while ($while->(scalar @times)) {
        my $began = time;
        $t->write_all($socket, $query);
        $t->response($socket) or die "no answer\n";
        push @times, 1000 * (time - $began);
    }

    return @times;
}

my $idle = median(others(sub { $_[0] < 300 }));
my $pid = fork // die "fork: $!\n";

if ($pid == 0) {
    all_of(asked('plain', "$list?page_size=-1", @olga)) for 1 .. 3;
    POSIX::_exit(0);
}

my @busy = others(sub { waitpid($pid, POSIX::WNOHANG()) == 0 });
my $busy = median(@busy);

note(sprintf 'a query takes %.2f ms, beside lists %.2f ms, at most %.1f ms '
    . '(of %d)', $idle, $busy, max(@busy), scalar @busy);
cmp_ok(scalar @busy, '>', 50, 'others are served beside lists');
cmp_ok($busy, '<', 50 * $idle, '... soon');

###############################################################################
# the store ends in the middle

$reader = slow();
sysread $reader, my $begin, 4096;
settled();
$t->kill_redis;

my ($part, $end) = body(all_of($reader, $begin));
like($part, qr/^\{"code":0,"msg":"success","data":\{"records":\[\{/,
    'the store ended in the middle: records');
ok(!$end, '... no end');
ok($part !~ /total/, '... nothing that reads as JSON');
like($t->log, qr/store_unavailable \(5030\)/, '... and the log says why');

$t->finish;
done_testing();
