#!/usr/bin/perl

# A node's certificate is exchanged, first for its key's next one, then for
# one of another key, while partners ask on connections that stand and on new
# ones and both daemons call each other: nothing is lost, nothing refused.

use strict;
use warnings;

use lib 't/lib';
use IC::File;
use IC::Pace;
use IC::Sandbox;
use IO::Socket::SSL;
use JSON::PP;
use POSIX ();
use Test::More;
use Time::HiRes qw(sleep time);

my $sandbox = IC::Sandbox->new(nodes => 2);
my ($a, $b) = ($sandbox->node(0), $sandbox->node(1));
my $temp = $sandbox->temp;
my ($host, $port) = $a->{address} =~ m{//(.*):(\d+)};
my $conf = "$a->{dir}/interconnd.conf";
my $rows = "$temp/rows.csv";
my @clients;

spew($rows, "id\n1\n");

my $contract = $sandbox->contract(0, 1);
my $list = "/v1/interconn/dataset/pub/list?contract_id=$contract";
my $first = certificate_of(connection());

###############################################################################
# whoever asks meanwhile

sub connection {
    return IO::Socket::SSL->new(PeerAddr => $host, PeerPort => $port,
        SSL_ca_file => $sandbox->{net}{ca}, SSL_verifycn_scheme => 'none',
        SSL_cert_file => $b->{cert}, SSL_key_file => $b->{key},
        Timeout => within(10));
}

sub certificate_of { return $_[0]->get_fingerprint('sha256') }

# The code of an answer; undef: there is not a byte of one.
sub answer {
    my ($socket) = @_;
    my $in = '';

    while ($in !~ /\r\n\r\n/) {
        sysread($socket, $in, 65536, length $in)
            or return length $in ? 'cut' : undef;
    }

    my ($length) = $in =~ /Content-Length: (\d+)/i or return 'no length';
    my ($body) = $in =~ /\r\n\r\n(.*)/s;

    while (length $body < $length) {
        sysread($socket, $body, 65536, length $body) or return 'cut';
    }

    ${*$socket}{ends} = $in =~ /^Connection: close/mi;

    return eval { decode_json($body)->{code} } // 'no JSON';
}

sub ask {
    my ($socket) = @_;

    print $socket "GET $list HTTP/1.1\r\nHost: x\r\n\r\n" or return undef;

    return answer($socket);
}

# A server may end a connection between two requests. Then its client asks
# anew what was not answered by a single byte; more is never asked twice.
sub ask_on_kept {
    my ($kept, $count) = @_;
    my $code = $$kept ? ask($$kept) : undef;

    if (!defined $code) {
        $count->{anew}++ if $$kept;
        $$kept = connection() or return 'no connection';
        $code = ask($$kept) // 'no answer';
    }

    my $by = certificate_of($$kept);

    undef $$kept if ${*$$kept}{ends};

    return "$code $by";
}

# Told so, or whoever would tell is gone.
sub enough { return -e "$temp/enough" || getppid() != $sandbox->{pid} }

sub client {
    my (%count, $kept);

    until (enough()) {
        $count{ask_on_kept(\$kept, \%count)}++;

        my $new = connection();

        $count{$new ? (ask($new) // 'no answer') . ' ' . certificate_of($new)
                    : "no connection: $SSL_ERROR"}++;
        sleep 0.002;
    }

    return \%count;
}

# The partners' daemons: each applies for what the other has.
sub daemons {
    my %count = (rounds => 0);

    until (enough()) {
        for my $case ([ 0, 1 ], [ 1, 0 ]) {
            my ($owner, $holder) = @$case;
            my $id = $sandbox->dataset($owner, $rows,
                query => "select * from t$count{rounds}");

            $sandbox->authorise($owner, $holder, $id);
        }

        $count{rounds}++;
    }

    return \%count;
}

sub started {
    my ($name, $code) = @_;
    my $pid = fork // die "fork: $!\n";

    if ($pid == 0) {
        $sandbox->{clients} = {};
        my $count = eval { $code->() } || { "died: $@" => 1 };
        spew("$temp/$name.json", encode_json($count));
        POSIX::_exit(0);
    }

    push @clients, $pid;
}

###############################################################################
# certificates

sub openssl {
    system("openssl @_ 2>>$temp/openssl") == 0
        or die "openssl @_: " . slurp("$temp/openssl");
}

# FILE by the network's authority for node a and a key that is there.
sub certificate {
    my ($file, $key) = @_;

    spew("$temp/names", "subjectAltName = IP:127.0.0.1, DNS:localhost, "
        . "URI:urn:interconn:node:$a->{node_id}\n"
        . "extendedKeyUsage = serverAuth, clientAuth\n");
    openssl("req -new -key $key -subj /CN=$a->{node_id} -out $temp/csr");
    openssl("x509 -req -in $temp/csr -CA $sandbox->{net}{ca} -CAkey",
        "$sandbox->{net}{ca_key} -CAcreateserial -days 2 -extfile",
        "$temp/names -out $file.new 2>>$temp/openssl");
    rename "$file.new", $file or die "$file: $!\n";
}

# nginx reads its files anew while a request is on its way; that one, and how
# long until new connections get the next certificate.
sub reloaded {
    my ($what, $before) = @_;
    my $slow = connection() or die "connect: $SSL_ERROR\n";
    my $now;

    print $slow "GET $list HTTP/1.1\r\nHost: x\r\nX-";
    sleep 0.05;
    kill 'HUP', $a->{pids}{nginx};

    $sandbox->await("$what: nginx", sub {
        my $socket = connection() or return;

        $now = certificate_of($socket);

        return $now ne $before;
    }, 20);

    is(certificate_of($slow), $before, "$what: a request from before it");
    print $slow "Half: 1\r\n\r\n";
    is(answer($slow), 0, '... is answered after it');

    return $now;
}

# Enough of everything, so that what is about to break has the time to.
sub rounds {
    my ($n) = @_;

    return $sandbox->await('rounds', sub {
        my $made = $sandbox->platform(0,
            '/v1/platform/dataset/list?page_size=1')->{data}{total};

        return $made >= $n && $made;
    }, 60);
}

started("client.$_", \&client) for 1 .. 3;
started('daemons', \&daemons);

my $made = rounds(2);

# the same key: other files of the same name, and both are told

certificate($a->{cert}, $a->{key});
kill 'HUP', $a->{pids}{interconnd};

my $second = reloaded('a renewed certificate', $first);

$made = rounds($made + 3);

# another key: first partners are told, then nginx

openssl("genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256",
    "-out $temp/next.key");
certificate("$temp/next.crt", "$temp/next.key");

my $text = slurp($conf);

spew($conf, "${text}next_certificate $temp/next.crt\n"
    . "next_certificate_key $temp/next.key\n");
kill 'HUP', $a->{pids}{interconnd};
is($sandbox->platform(0, '/v1/platform/node/rotate', { auth_type => 'CERT',
    auth_credential => slurp("$temp/next.crt") })->{code}, 0,
    'another key is announced');
$sandbox->await('the change', sub {
    return $sandbox->platform(0, '/v1/platform/node/rotation')
        ->{data}{status} eq 'SWITCHED';
}, 60);

my $nginx = slurp("$a->{dir}/nginx.conf");

$nginx =~ s{\S+/node\.crt;}{$temp/next.crt;}g;
$nginx =~ s{(ssl_certificate_key \s* )\S+/node\.key;}{$1$temp/next.key;}gx;
spew("$a->{dir}/nginx.conf", $nginx);

my $third = reloaded('a certificate of another key', $second);

$made = rounds($made + 2);

$text =~ s{^certificate \S+$}{certificate $temp/next.crt}m or die 'conf';
$text =~ s{^certificate_key \S+$}{certificate_key $temp/next.key}m
    or die 'conf';
spew($conf, $text);
kill 'HUP', $a->{pids}{interconnd};

rounds($made + 2);
spew("$temp/enough", '');
waitpid $_, 0 for @clients;

###############################################################################
# what they have seen

my %count;

for my $n (1 .. 3) {
    my $part = decode_json(slurp("$temp/client.$n.json", '{"gone":1}'));
    $count{$_} += $part->{$_} for keys %$part;
}

my $anew = delete $count{anew} || 0;
my @served = map { delete $count{"0 $_"} || 0 } $first, $second, $third;

note("served @served, asked anew on another connection $anew");
is_deeply(\%count, {}, 'every request is answered well')
    or diag(encode_json(\%count));
cmp_ok($_, '>', 20, 'requests of every certificate') for @served;

my $daemons = decode_json(slurp("$temp/daemons.json", '{"gone":1}'));

is_deeply([ keys %$daemons ], [ 'rounds' ], 'both daemons reached the other')
    or diag(encode_json($daemons));

for my $n (0, 1) {
    my $all = { 'APPROVED delivered' => 2 * $daemons->{rounds} };
    my $is;

    # the last answer is there before its sender has heard so

    eval {
        $sandbox->await('deliveries', sub {
            $is = {};
            $is->{"$_->{status} " . ($_->{delivery} // '')}++
                for @{ $sandbox->platform($n, '/v1/platform/audit/list?'
                    . 'resource_type=dataset&page_size=-1')
                    ->{data}{records} };

            return ($is->{'APPROVED delivered'} || 0)
                == $all->{'APPROVED delivered'};
        });
    };

    is_deeply($is, $all,
        "node $n: each application there is once, and each answer")
        or diag(encode_json($is));

    # 499: a daemon that read its configuration anew left a question; a
    # message would be sent again

    my @refused = grep { m{ /v1/interconn/} && !/" (?:200|499) / }
        split /\n/, slurp($sandbox->node($n)->{dir} . '/logs/access.log');

    is(join("\n", @refused), '', '... and its front door refused nobody');
}

$sandbox->finish;
done_testing();
