#!/usr/bin/perl

# A permit under load: however many ask at once and whatever dies meanwhile,
# its uses are counted exactly, and forged ones cost nothing.

use warnings;
use strict;

use lib 't/lib';
use IC;
use IC::Permit;
use IO::Socket::INET;
use Test::More;
use Time::HiRes qw/ time /;

IC->check;

my $seed = $ENV{IC_SEED} || time ^ $$;
srand $seed;
diag("IC_SEED=$seed");

my $t = IC->new(workers => 2, connections => 1024, append => 1,
    ports => [ 'load' ], http => <<'EOF', ew => <<'EOT');
    keepalive_requests 1000000;
    server {
        listen 127.0.0.1:{{load}} reuseport backlog=1024;
        interconn_plain_identity on;
        access_log off;
        location /data/ {
            interconn_permit dataset id=$arg_dataset_id;
            alias {{dir}}/data/;
        }
        location /forged/ {
            error_log {{dir}}/forged.log crit;
            interconn_permit dataset id=$arg_dataset_id;
            alias {{dir}}/data/;
        }
    }
EOF
        location /data/ {
            interconn_permit dataset id=$arg_dataset_id;
            alias {{dir}}/data/;
        }
EOT

mkdir $t->dir . '/data';
$t->spew($t->dir . '/data/one', 'x');

my $issue = IC::Permit->new($t);
my $port = $t->port('load');
my $peer = 'hospital-b';

$t->contract($peer);
$issue->dataset('D1');

sub request {
    my ($permit, $key, $path) = @_;

    return $t->request('GET', ($path // '/data') . '/one?dataset_id=D1',
        node => $peer, headers => { 'X-Resource-Permit' => $permit->{token},
        defined $key ? ('Idempotency-Key' => $key) : () });
}

# requests for so many connections, so many each

sub lists {
    my ($connections, $each, $permit, $key) = @_;

    return [ map { my $n = $_; [ map {
        request($permit, $key ? $key->($n, $_) : undef)
    } 1 .. $each ] } 1 .. $connections ];
}

# the answers but those of a store or a worker that was away

sub spent {
    my ($answers, $permit, $name) = @_;

    my %odd = map { $_ => $answers->{$_} }
        grep { !/^(?:200 0|403 4036|503 5030)$/ } keys %$answers;
    my $good = $answers->{'200 0'} // 0;

    is_deeply(\%odd, {}, "$name: let in or exhausted");
    cmp_ok($good, '<=', 100, "$name: $good let in");
    cmp_ok($issue->field($permit, 'left'), '>=', 0, "$name: none too many");
    cmp_ok($issue->field($permit, 'used'), '<=', 100, "$name: uses");
    cmp_ok($issue->field($permit, 'used'), '>=', $good,
        "$name: all of them are charged");

    return $good;
}

###############################################################################
# 10,000 uses of 100

my $permit = $issue->grant($peer, 'D1', answer => { times_limit => 100 });
my $began = time;
my $answers = $issue->burst($port, lists(200, 50, $permit));
my $took = time - $began;

is($answers->{'200 0'}, 100, '10,000 requests: exactly 100 are let in');
is($answers->{'403 4036'}, 9900, '... all others are told why not');
is($issue->field($permit, 'left'), 0, '... nothing is left');
is($issue->field($permit, 'used'), 100, '... and 100 were used');
diag(sprintf '10,000 requests in %.1f s', $took);

my @used = grep { $_->{event} eq 'PERMIT_USED' } $t->redis->stream('evidence');
my %left = map { $_->{left} => 1 } @used;
is(scalar @used, 100, '... evidence of each');
is(scalar keys %left, 100, '... with what was left');

# over TLS, with the holder's certificate and with another one's

$t->contract('hospital-t', cert => 'hospital-t');
$t->certificate('hospital-u');
$permit = $issue->grant('hospital-t', 'D1', answer => { times_limit => 20 });

my (%verdicts, @sockets);

for my $n (1 .. 10) {
    for my $cert (qw/ hospital-t hospital-u /) {
        my $socket = $t->socket('ew', cert => $cert);

        $t->write_all($socket, request($permit) x 3);
        push @sockets, [ $cert, $socket ];
    }
}

for my $pair (@sockets) {
    my ($cert, $socket) = @$pair;

    $verdicts{"$cert " . $t->verdict($t->response($socket))}++ for 1 .. 3;
    close $socket;
}

is_deeply(\%verdicts, { 'hospital-t 200 -' => 20, 'hospital-t 403 4036' => 10,
    'hospital-u 401 4011' => 30 }, 'over TLS: its holder, and nobody else');

###############################################################################
# one use, 50 times

$permit = $issue->grant($peer, 'D1', answer => { times_limit => 100 });
$answers = $issue->burst($port, lists(50, 1, $permit, sub { 'same-key' }));
is_deeply($answers, { '200 0' => 50 }, '50 at once with one key: 50 answers');
is($issue->field($permit, 'used'), 1, '... one use');

$answers = $issue->burst($port,
    lists(20, 20, $permit, sub { 'key-' . ($_[1] + 20 * ($_[0] % 10)) }));
is($answers->{'200 0'} + ($answers->{'403 4036'} // 0), 400,
    '400 requests with 200 keys');
is($issue->field($permit, 'used'), 100, '... 100 uses');

###############################################################################
# what dies meanwhile

sub during {
    my ($name, $code) = @_;

    my $one = $issue->grant($peer, 'D1', answer => { times_limit => 100 });
    my $got = $issue->burst($port, lists(100, 20, $one), after => 40,
        during => $code);

    return spent($got, $one, $name);
}

is(during('a reload', sub { $t->reload }), 100, '... all of them');

during('a killed worker', sub { kill 'KILL', ($t->workers)[0] });
ok($t->await(sub { $t->workers >= 2 }), '... it comes back');
ok($t->await(sub {
    my $one = $issue->grant($peer, 'D1', answer => { times_limit => 50 });
    my $got = $issue->burst($port, lists(20, 1, $one));
    return ($got->{'200 0'} // 0) == 20;
}), '... and has its store');

during('a restarted store', sub { $t->kill_redis; $t->start_redis });
ok($t->await(sub {
    my $one = $issue->grant($peer, 'D1', answer => { times_limit => 50 });
    my $got = $one->{token} && $issue->burst($port, lists(20, 1, $one));
    return $got && ($got->{'200 0'} // 0) == 20;
}, 15), '... and both workers have it again');

###############################################################################
# its end against its uses

for my $round (1 .. 3) {
    my $one = $issue->grant($peer, 'D1');
    my $ended = 0;
    my $got = $issue->burst($port, lists(100, 40, $one), after => 500 * $round,
        during => sub {
            $ended = $issue->terminate($one)->{json}{code} == 0;
        });
    my ($good, $late) = map { $got->{$_} // 0 } '200 0', '403 4037';

    ok($ended, 'ended while 100 use it');
    is($good + $late, 4000, '... everyone has an answer');
    is($issue->field($one, 'used'), $good, '... no use after it');

    my @events = grep { $_->{subject} eq "permit:$one->{permit_id}" }
        $t->redis->stream('evidence');
    is($events[-1]{event}, 'PERMIT_REVOKED', '... which is the last event');

    is_deeply($issue->burst($port, lists(20, 1, $one)), { '403 4037' => 20 },
        '... and no later one');
}

###############################################################################
# 100,000 forged ones

my $good = $issue->grant($peer, 'D1', answer => { times_limit => 100 });
my $token = $good->{token};
my @alphabet = ('A' .. 'Z', 'a' .. 'z', 0 .. 9, '-', '_', '.', '~', '=', '/');

my @mutations = (
    sub { my $s = $_[0]; substr($s, rand length $s, 1) = $alphabet[rand 68];
          $s },
    sub { substr $_[0], 0, 1 + rand(length($_[0]) - 1) },
    sub { my $s = $_[0]; substr($s, rand length $s, 1) = ''; $s },
    sub { my $s = $_[0]; substr($s, rand length $s, 0) =
          $alphabet[rand 68]; $s },
    sub { my @p = split /\./, $_[0]; @p[1, 2] = @p[2, 1]; join '.', @p },
    sub { my @p = split /\./, $_[0]; $p[3] = join '', map {
          $alphabet[rand 62] } 1 .. 94; join '.', @p },
);

my $calls = $issue->calls;
my $sent = 0;
$began = time;
%verdicts = ();

for my $batch (1 .. 25) {
    my @lists = map { [ map {
        my $forged = $token;

        $forged = $mutations[rand @mutations]->($token)
            while $forged eq $token;
        $sent++;
        request({ token => $forged }, undef, '/forged');
    } 1 .. 500 ] } 1 .. 8;

    my $got = $issue->burst($port, \@lists);
    $verdicts{$_} += $got->{$_} for keys %$got;
}

$took = time - $began;

is_deeply(\%verdicts, { '403 4034' => $sent }, "$sent forged: none is taken");
is($sent, 100_000, '... of 100,000');
is($issue->calls, $calls, '... and the store was never asked');
is($issue->field($good, 'used'), 0, '... nothing is charged');
diag(sprintf '%d forged in %.1f s, made and sent here too', $sent, $took);

is_deeply($issue->burst($port, [ [ request($good) ] ]), { '200 0' => 1 },
    'the good one is good');

# a worker was killed here, which is no crash

my $log = $t->log =~ s/^.*exited on signal 9.*\n//gmr;
$t->spew($t->dir . '/error.log', $log);

$t->finish;
done_testing();
