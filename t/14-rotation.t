#!/usr/bin/perl

# A node changes its keys while its partner is asked ten thousand times, on
# connections that stand and on new ones; then the old key is worth nothing.

use strict;
use warnings;

use lib 't/lib';
use IC::File;
use IC::Sandbox;
use IO::Socket::SSL;
use JSON::PP;
use POSIX ();
use Test::More;
use Time::HiRes qw(sleep time);

my $total = 10_000;
my $clients = 4;
my $overlap = 600;

my $sandbox = IC::Sandbox->new(nodes => 2);
my ($a, $b) = ($sandbox->node(0), $sandbox->node(1));
my $temp = $sandbox->temp;

# A line of a file after the one that matches; then the process reads it.
sub edit {
    my ($file, $after, $line, $pid) = @_;
    my $text = slurp($file);

    $text =~ s/($after.*\n)/$1$line\n/m or die "no $after in $file\n";
    spew($file, $text);
    kill 'HUP', $pid if $pid;
}

sub openssl {
    system("openssl @_ 2>>$temp/openssl") == 0
        or die "openssl @_: " . slurp("$temp/openssl");
}

sub certificate {
    my ($name, $node) = @_;

    openssl("req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes",
        "-keyout $temp/$name.key -subj /CN=$node -out $temp/$name.csr");
    openssl("x509 -req -in $temp/$name.csr -CA $sandbox->{net}{ca}",
        "-CAkey $sandbox->{net}{ca_key} -CAcreateserial -days 2",
        "-out $temp/$name.crt");
}

sub own {
    my ($path, $body) = @_;

    return $sandbox->platform(0, "/v1/platform/$path", $body);
}

sub seen {
    return $sandbox->platform(1, '/v1/platform/contract/query?contract_id='
        . $sandbox->{contracts}{'0-1'})->{data};
}

edit("$b->{dir}/nginx.conf", 'interconn_node_id',
     "interconn_key_overlap ${overlap}s;", $b->{pids}{nginx});
$sandbox->contract(0, 1);

my $list = '/v1/interconn/dataset/pub/list?contract_id='
    . $sandbox->{contracts}{'0-1'};
my ($host, $port) = $b->{address} =~ m{//(.*):(\d+)};
my $first = seen()->{spki};

certificate('next', $a->{node_id});
certificate('thief', $a->{node_id});

my %identity = (old => [ $a->{cert}, $a->{key} ],
    map { $_ => [ "$temp/$_.crt", "$temp/$_.key" ] } qw(next thief));

###############################################################################
# requests on connections of a key

sub connection {
    my ($key) = @_;

    return IO::Socket::SSL->new(PeerAddr => $host, PeerPort => $port,
        SSL_ca_file => $sandbox->{net}{ca}, SSL_verifycn_scheme => 'none',
        SSL_cert_file => $identity{$key}[0],
        SSL_key_file => $identity{$key}[1], Timeout => 10)
        || die "connect: $SSL_ERROR\n";
}

# The code of one answer, or why there is none.
sub ask {
    my ($socket) = @_;
    my $in = '';

    print $socket "GET $list HTTP/1.1\r\nHost: x\r\n\r\n";

    while ($in !~ /\r\n\r\n/) {
        sysread($socket, $in, 65536, length $in) or return 'no answer';
    }

    my ($length) = $in =~ /Content-Length: (\d+)/i or return 'no length';
    my ($body) = $in =~ /\r\n\r\n(.*)/s;

    while (length $body < $length) {
        sysread($socket, $body, 65536, length $body) or return 'cut';
    }

    return eval { decode_json($body)->{code} } // 'no JSON';
}

# One of the clients: counts answers by code, until it has asked its share
# and the keys were changed meanwhile.
sub client {
    my ($n) = @_;
    my (%count, %kept);

    for my $i (1 .. $total / $clients) {
        my $switched = -e "$temp/switched";
        my $key = $switched && $i % 2 ? 'next' : 'old';

        if ($i % 50 == 0) {
            $count{ask(connection($key))}++;
        } else {
            $count{ask($kept{$key} ||= connection($key))}++;
        }

        # so that all of it lasts from before until after
        my $until = time() + 120;
        sleep(0.05) while $i == $total / $clients / 2
            && !-e "$temp/switched" && time() < $until;
        sleep(0.001) if !$switched;
    }

    open my $out, '>', "$temp/client.$n" or die "client: $!\n";
    print $out encode_json(\%count);
    close $out;
}

my @pids = map {
    my $n = $_;
    my $pid = fork() // die "fork: $!\n";

    if ($pid == 0) {
        eval { client($n) } or print STDERR $@ || '';
        POSIX::_exit(0);
    }

    $pid;
} 1 .. $clients;

###############################################################################
# the change

my $begun = time;
my $answer = own('node/rotate', { auth_type => 'CERT', limit => 60,
    auth_credential => slurp("$temp/next.crt") });

is($answer->{code}, 0, 'asked for') or diag($answer->{msg});
is(own('node/rotation')->{data}{status}, 'REQUESTED',
    'the daemon has no such key yet');

edit("$a->{dir}/interconnd.conf", '^certificate_key ', "next_certificate "
    . "$temp/next.crt\nnext_certificate_key $temp/next.key",
    $a->{pids}{interconnd});

ok($sandbox->await('the change', sub {
    return own('node/rotation')->{data}{status} eq 'SWITCHED';
}, 60), 'announced, taken by the partner and in use');

my $switched = time;

my $rotation = own('node/rotation')->{data};

is("$rotation->{waiting}$rotation->{refused}", '', 'by all of them');
is(seen()->{spki}, $rotation->{spki}, 'the partner has the new key');
isnt($rotation->{spki}, $first, '... which is another one');

open my $flag, '>', "$temp/switched" or die "switched: $!\n";
close $flag;

waitpid $_, 0 for @pids;

my %count;

for my $n (1 .. $clients) {
    my $part = decode_json(slurp("$temp/client.$n", '') || '{}');
    $count{$_} += $part->{$_} for keys %$part;
}

is_deeply(\%count, { 0 => $total }, "$total requests, none failed")
    or diag(encode_json(\%count));

###############################################################################
# afterwards

my $kept = connection('old');

is(ask($kept), 0, 'the old key is good for a while');
is(ask(connection('thief')), 4011, 'a certificate alone is no key of it');

my $until = seen()->{old_until} / 1000;

ok($until >= $begun + $overlap && $until <= $switched + $overlap,
    'how long is what is configured');

# all of it would be long, and the requests take as long as they take on a busy
# machine: the rest is cut short

my $store = $sandbox->store(1);

$store->command('HSET', $store->key("contract:$sandbox->{contracts}{'0-1'}"),
    old_until => int(1000 * time) + 100);
sleep(0.2);

is(ask($kept), 4014, 'then its next request on an open connection fails');
is(ask(connection('old')), 4014, 'and so do new ones');
is(ask(connection('next')), 0, 'the new key does not');

# both ways, signed, by the daemons

for my $n (0, 1) {
    $sandbox->platform($n, '/v1/platform/contract/profile', {
        contract_id => $sandbox->{contracts}{'0-1'},
        signature => 'required' });
}

is(ask(connection('next')), 4013, 'signatures are demanded now');

my $table = "$temp/rows.csv";

open my $out, '>', $table or die "$table: $!\n";
print $out "id\n1\n";
close $out;

for my $case ([ 0, 1 ], [ 1, 0 ]) {
    my ($owner, $holder) = @$case;

    ok($sandbox->authorise($owner, $holder, $sandbox->dataset($owner, $table,
        query => "select * from t$owner")),
        "node $holder asks node $owner, which answers");
}

# a new key without a word of the old one

$sandbox->{clients} = {};
$a->{cert} = "$temp/next.crt";
$a->{key} = "$temp/next.key";
$sandbox->platform(1, '/v1/platform/contract/profile', {
    contract_id => $sandbox->{contracts}{'0-1'}, signature => 'off' });
is($sandbox->peer(0, 1, '/v1/interconn/node/update', {
    contract_id => $sandbox->{contracts}{'0-1'}, node_info => {
        auth_type => 'CERT', auth_credential => slurp("$temp/thief.crt") }
    })->{code}, 4015, 'who has a connection has not yet the right to a key');

# the next key is the present one in the configuration, and nothing else to do

my $conf = slurp("$a->{dir}/interconnd.conf");

$conf =~ s/^(?:certificate|certificate_key) .*\n//mg;
$conf =~ s/^next_//mg;
open $out, '>', "$a->{dir}/interconnd.conf" or die "interconnd.conf: $!\n";
print $out $conf;
close $out;
kill 'HUP', $a->{pids}{interconnd};

ok($sandbox->authorise(1, 0, $sandbox->dataset(1, $table,
    query => 'select * from t3')), 'after the files have been moved');

$sandbox->finish;
done_testing();
