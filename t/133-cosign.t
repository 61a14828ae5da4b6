#!/usr/bin/perl

# Two nodes cosign each other's heads; one that shows another history than
# before is found by its partner, and anybody can check that offline.

use strict;
use warnings;

use lib 't/lib';
use Digest::SHA qw(sha256);
use Encode qw(encode_utf8);
use IC::Chaos;
use IC::Evidence;
use IC::Heads;
use IC::Sandbox;
use MIME::Base64 qw(decode_base64);
use Test::More;

my $sandbox = IC::Sandbox->new(nodes => 2);
my @log = map { "$_->{dir}/data/evidence" } $sandbox->nodes;
my @id = map { $_->{node_id} } $sandbox->nodes;
my @store = map { $sandbox->store($_) } 0, 1;

sub slurp {
    my ($file) = @_;

    open my $in, '<:raw', $file or return '';
    local $/;
    return scalar <$in>;
}

sub cosigned {
    my ($n) = @_;

    return $store[$n]->get('cosign:' . $id[1 - $n], 'size') || 0;
}

# a head that has all that happened at a node, apart from heads
sub await_cosigned {
    my ($n, $least) = @_;

    return $sandbox->await("a cosigned head of node $n",
        sub { cosigned($n) >= $least }, 30);
}

sub events {
    my ($n, $event) = @_;

    return grep { $_->{code} eq $event } IC::Evidence::entries($log[$n]);
}

sub verified {
    my ($n, $status, $pattern, $name, @options) = @_;
    my ($got, $text) = IC::Evidence::verify($log[$n], @options);

    is($got, $status, $name) or diag($text);
    like($text, $pattern, '... and says so');
}

###############################################################################
# a contract, and both cosign

$sandbox->contract(1, 0);

for my $n (0, 1) {
    my ($own, $peer) = @id[$n, 1 - $n];

    ok(await_cosigned($n, 1), "$peer cosigns the head of $own");
    ok($sandbox->await('both entries', sub {
        events($n, 'HEAD_COSIGNED') >= 2
    }), '... and both have it in their evidence');

    my ($file) = glob "$log[$n]/cosigned/*";

    like(slurp($file), qr{^\xe2\x80\x94 interconn/\Q$peer\E }m,
        '... the signature is in the folder');
    ok($sandbox->await('the partner\'s head', sub {
        slurp("$log[$n]/peers/$peer") =~ m{^interconn/\Q$peer\E/}
    }), '... and the partner\'s head');
}

my ($list) = $sandbox->platform(0, '/v1/platform/evidence/witness/list');

is($list->{data}{records}[0]{node_id}, $id[1], 'an operator sees it');
cmp_ok($list->{data}{records}[0]{cosigned}, '>', 0, '... with the size');

# entries about heads do not bring about new ones: what else there is is soon
# under a cosigned head, and then it is over

sub worth {
    my ($n) = @_;
    my ($last) = grep { $_->{code} !~ /^HEAD_/ }
        reverse IC::Evidence::entries($log[$n]);

    return $last->{seq} + 1;
}

sub hurry {
    $store[$_]->command('HSET', $store[$_]->key('cosign:' . $id[1 - $_]),
        'next', 0) for 0, 1;
}

$sandbox->await('all is cosigned', sub {
    hurry();
    cosigned(0) >= worth(0) && cosigned(1) >= worth(1);
}, 30, 0.5);

my @before = map { [ worth($_), cosigned($_) ] } 0, 1;

hurry();
sleep 3;

for my $n (0, 1) {
    my ($worth, $size) = @{ $before[$n] };

    ok(cosigned($n) == $size || worth($n) > $worth,
        'no head is cosigned for entries about heads');
}

###############################################################################
# offline

sub stamp { return (stat "$log[$_[0]]/checkpoint")[9] }

verified(0, 0, qr/cosigned: the first \d+ entries by 1 partner of 1/,
    'the log verifies with its cosignatures');
verified(0, 0, qr/by 1 partner /, '... with a witness', '--witnesses', 1);
verified(0, 0, qr/good/, '... by the authority of both', '--roots',
    $sandbox->{net}{ca});
verified(0, 2, qr/1 partners have cosigned heads of this log, not 2/,
    '... not with two', '--witnesses', 2);
verified(0, 3, qr/1 to 1000/, '... nor with none', '--witnesses', 0);
verified(0, 0, qr/good/, 'it is what its partner has',
    '--peer-heads', "$log[1]/peers");
verified(0, 2, qr/no head of a log of/, '... which has heads of it alone',
    '--peer-heads', "$log[0]/peers");

# what somebody changed

my $copy = $sandbox->temp . '/copy';

sub changed {
    my ($change, $pattern, $name) = @_;

    system('rm', '-rf', $copy);
    system('cp', '-r', $log[0], $copy);
    $change->();

    my ($status, $text) = IC::Evidence::verify($copy);

    is($status, 1, $name) or diag($text);
    like($text, $pattern, '... and how');
}

sub rewrite {
    my ($file, $change) = @_;
    local $_ = slurp($file);
    my $frames = '';

    $change->();

    # frames with their checks, as a forger would make them
    while (length) {
        my $note = substr $_, 8, unpack 'N', $_;

        $_ = substr $_, 8 + length $note;
        $frames .= pack('N', length $note)
            . substr(sha256("\0$note"), 0, 4) . $note;
    }

    open my $out, '>:raw', $file or die "$file: $!\n";
    print $out $frames;
    close $out;
}

my $cosigned = sub { (glob "$copy/cosigned/*")[0] };

changed(sub { rewrite($cosigned->(), sub { s/\ntime 1/\ntime 2/ }) },
    qr/no credential in keys\/ verifies/, 'a cosigned head that was changed');
changed(sub { rewrite($cosigned->(), sub { s/ interconn\/\S+ (?=\S+\n\z)/
    ' interconn\/N0009 ' =~ s!\\!!gr/e }) }, qr/no credential|two|not signed/,
    'a cosignature under another name');
changed(sub { unlink grep { !(slurp("$copy/checkpoint") =~
    /^key (\w+)$/m && m{/$1$}) } glob "$copy/keys/*" },
    qr/no credential in keys\/ verifies/, 'without the partner\'s credential');
changed(sub {
    open my $out, '+<:raw', $cosigned->() or die $!;
    seek $out, 30, 0;
    print $out '~';
}, qr/bytes are not those/, 'a byte of it');

###############################################################################
# tiles, as a partner gets them

sub fetch {
    my ($from, $path) = @_;

    return $sandbox->http($from)->get($sandbox->node(0)->{address}
        . "/evidence/$path");
}

my ($root, $size, @leaves, $proof);

# the log may grow meanwhile
$sandbox->await('tiles of a head', sub {
    my $got = fetch(1, 'checkpoint');
    my @lines = split /\n/, $got->{content};

    ($size, $root) = ($lines[1], decode_base64($lines[2] // ''));
    return if $got->{status} != 200;

    my $tile = fetch(1, "tile/0/000.p/$size");

    @leaves = unpack '(a32)*', $tile->{content};
    $proof = IC::Evidence::prove($log[0], 5);

    return $tile->{status} == 200 && ref $proof && $proof->{size} == $size;
});

is(scalar @leaves, $size, 'a tile has a hash for each entry');
is($leaves[5], sha256("\0" . encode_utf8($proof->{entry})),
    '... that of an entry');

# 2.1.3.1 over the tile's hashes
sub path_of {
    my ($m, @hashes) = @_;

    return if @hashes == 1;

    my $k = IC::Heads::split_at(scalar @hashes);

    return $m < $k
        ? (path_of($m, @hashes[0 .. $k - 1]),
           IC::Heads::tree(@hashes[$k .. $#hashes]))
        : (path_of($m - $k, @hashes[$k .. $#hashes]),
           IC::Heads::tree(@hashes[0 .. $k - 1]));
}

ok(IC::Evidence::proven({ entry => $proof->{entry}, index => 5,
    size => $size, proof => [ map { unpack 'H*', $_ } path_of(5, @leaves) ] },
    $root), '... and a proof that leads to the head');

is(fetch(1, "tile/entries/000.p/$size")->{status}, 404,
    'entries are nobody else\'s');
is(fetch(1, $_)->{status}, 404, "nor is $_")
    for qw(log index keys/ entries/0000000000000000 tile/0/../../log);
is(fetch(undef, 'checkpoint')->{status}, 401,
    'nothing for who has no certificate');

###############################################################################
# a job's end is cosigned soon; here, as its entry

$store[1]->command('HSET', $store[1]->key("cosign:$id[0]"), 'asked', 0);
$store[1]->command('XADD', $store[1]->key('evidence'), '*',
    event => 'JOB_FINISHED', subject => 'job:J1', time => 1700000000000,
    status => 'SUCCESS');

my $urgent = $sandbox->await('its entry', sub {
    my ($e) = events(1, 'JOB_FINISHED');
    return $e && $e->{seq} + 1;
});

ok($sandbox->await('its head', sub { cosigned(1) >= $urgent }, 30),
    'the head after a job\'s end is cosigned within a minute, not an hour');

###############################################################################
# two histories of one log

# node 1 as it is now, its log and what its store knows of it, goes on; then
# all that is put back, and it tells something else

my $node = $sandbox->node(1);
my $backup = $sandbox->temp . '/backup';

sub ended {
    my ($pid) = @_;

    return slurp("/proc/$pid/stat") !~ /^\d+ \(.*\) [^ZX]/s;
}

sub stop {
    my $pid = $node->{pids}{interconnd};

    kill 'TERM', $pid;
    $sandbox->await('the end of the daemon', sub { ended($pid) }, 30);
}

# transitions of the node
sub happen {
    for my $path (@_) {
        my $answer = $sandbox->platform(1, "/v1/platform/node/$path", {});

        die "$path: $answer->{msg}\n" if $answer->{code};
    }
}

END {
    my $pid = $node && $node->{pids}{interconnd};

    local $?;
    kill 'TERM', $pid if $pid && !ended($pid);
}

stop();
system('cp', '-r', $log[1], $backup);

my %kept = map { $_ => $store[1]->hash($_) } 'notary', "cosign:$id[0]";

IC::Chaos::launch($node, 'interconnd');
happen(qw(unpublish publish unpublish publish));
$sandbox->await('the head of that', sub {
    hurry();
    my @seen = events(1, 'NODE_PUBLISHED');

    @seen >= 2 && cosigned(1) > $seen[-1]{seq};
}, 30, 0.5);

my $known = cosigned(1);

$sandbox->await('its copy', sub {
    slurp("$log[0]/peers/$id[1]") =~ /^$known$/m;
});
stop();
system('rm', '-rf', $log[1]);
system('cp', '-r', $backup, $log[1]);

for my $subject (keys %kept) {
    $store[1]->command('DEL', $store[1]->key($subject));
    $store[1]->command('HSET', $store[1]->key($subject),
        %{ $kept{$subject} });
}

$store[1]->command('XDEL', $store[1]->key('evidence'), $_->[0])
    for @{ $store[1]->command('XRANGE', $store[1]->key('evidence'),
                              "($kept{notary}{src}", '+') };
IC::Chaos::launch($node, 'interconnd');
happen(qw(unpublish publish));

my $split = $sandbox->await('the partner to see it', sub {
    hurry();
    $store[0]->get("witness:$id[1]", 'split');
}, 30, 0.5);

ok($split, "another history is refused: $split");

$sandbox->await('the evidence', sub { events(0, 'SPLIT_VIEW') });

my ($entry) = events(0, 'SPLIT_VIEW');
my ($one, $other) = map { encode_utf8($_) }
    @{ $entry->{data} }{qw(known shown)};

is($entry->{data}{peer}, $id[1], '... with evidence of whom');
like($one, qr/\n$known\n/, '... the head that was known');
isnt($other, $one, '... and the one that was shown');
like($other, qr/^\xe2\x80\x94 interconn\/\Q$id[1]\E\//m,
    '... with its signature');
like(slurp($sandbox->node(0)->{dir} . '/logs/error.log'),
    qr/\[crit\].*node \Q$id[1]\E has signed two histories/,
    '... and an alarm');
ok($sandbox->await('its own evidence', sub {
    events(1, 'HEAD_REFUSED')
}, 30), '... which is in the evidence of the other node too');

# the log and the head that the partner kept cannot both be true
verified(1, 1, qr/tampered: .*(?:rolled back|two histories)/s,
    'anybody sees it who has the partner\'s copy',
    '--head', "$log[0]/peers/$id[1]");

my $shown = $sandbox->temp . '/shown';

IC::Heads::spew($shown, $other);
isnt((IC::Evidence::verify($log[1], '--head', $shown))[0], 1,
    '... while the other head is of this log');

# nothing more until an operator has looked
my $count = events(0, 'SPLIT_VIEW');

happen(qw(unpublish publish));
hurry();
$sandbox->await('another try', sub {
    hurry();
    ($store[1]->get("cosign:$id[0]", 'asked_size') || 0) > $known
        or ($store[1]->get("cosign:$id[0]", 'refused') || 0);
});
is($store[0]->get("witness:$id[1]", 'size'), $known,
    'later heads are refused');
is(scalar events(0, 'SPLIT_VIEW'), $count, '... without more entries');
is($sandbox->platform(0, '/v1/platform/evidence/witness/reset',
    { node_id => $id[1], reason => 'restored from a backup' })->{code}, 0,
    'an operator resets it');
ok($sandbox->await('a cosignature', sub {
    hurry();
    cosigned(1) > $known || cosigned(1) >= worth(1);
}, 30, 0.5), '... and it is cosigned again');

stop();
$sandbox->finish;
done_testing();
