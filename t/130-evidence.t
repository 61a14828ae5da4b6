#!/usr/bin/perl

# The notary: what transitions leave in the store comes into the log, once
# and in order, whatever dies; and a log that is not the node's is refused.

use strict;
use warnings;

use lib 't/lib';
use Digest::SHA qw(sha256_hex);
use File::Copy qw(copy);
use IC::Daemon;
use IC::Evidence;
use List::Util qw(sum0);
use Test::More;
use Time::HiRes qw(time sleep);

IC::Daemon->check;

my $seed = $ENV{IC_SEED} || time ^ $$;
note("IC_SEED=$seed");
srand($seed);

my $daemon = IC::Daemon->new(node => 'hospital-1', roles => 'notary',
    conf => { IC::Daemon::certificate('hospital-1') });
my $redis = $daemon->redis;
my $log = $daemon->dir . '/data/evidence';

# the node's own: it registered itself and its components
my @sources = map { $_->[0] }
    @{ $redis->command('XRANGE', $redis->key('evidence'), '-', '+') };
my $own = @sources;

# entries of the stream, as transitions write them
sub happen {
    my ($count, %field) = @_;

    for (1 .. $count) {
        push @sources, $redis->command('XADD', $redis->key('evidence'), '*',
            event => 'JOB_CREATED', subject => 'job:j' . @sources % 5,
            time => 1700000000000 + @sources, by => 'alice', %field);
    }
}

sub sealed {
    my ($count) = @_;

    return $daemon->await(sub { IC::Evidence::size($log) == $count },
                          "$count entries are sealed", 20);
}

sub good {
    my ($name, @options) = @_;
    my ($status, $text) = IC::Evidence::verify($log, @options);

    is($status, 0, $name) or diag($text);
}

# what happens is sealed

my $start = time;

happen(3);
ok(sealed($own + 3), 'what happened is under a head');
cmp_ok(time - $start, '<', IC::Pace::within(1.5), '... within a second');
good('... and verifies');
good('... by the network\'s authority', '--roots',
     IC::Daemon::authority() . '/cert');

my @entries = IC::Evidence::entries($log);

is_deeply([ map { $_->{src} } @entries ], \@sources, 'its entries in order');
is($entries[0]{code}, 'NODE_REGISTERED', '... the node itself first');
is($entries[$own]{code}, 'JOB_CREATED', '... with the event');
like($entries[$own]{subject}, qr/^job:j\d$/, '... the subject');
is_deeply($entries[$own + 1]{data}, { by => 'alice' }, '... and the rest');
is($redis->get('notary', 'size'), $own + 3, 'the store knows the size');
like($redis->get('notary', 'head'), qr/^interconn\/hospital-1\//,
    '... and the head');

my $kept = $daemon->dir . '/kept';

copy("$log/checkpoint", $kept);

# text of every kind

happen(1, reason => qq(\xff\x00 not UTF-8), 'event ' => "\xe4\xb8\xad\n\"");
ok(sealed($own + 4), 'bytes that are no text do not stop it');
is((IC::Evidence::entries($log))[-1]{data}{reason},
    unpack('H*', "\xff\x00 not UTF-8"), '... they are in hexadecimal');
good('... and verify', '--head', $kept);

# what is longer than an entry may be

happen(1, reason => "\x01" x 12000, error => 'e' x 4096);
happen(1, reason => 'b' x 200000);
happen(1);
ok(sealed($own + 7), 'a text that is too long does not stop it');
is((IC::Evidence::entries($log))[$own + 5]{data}{reason},
    'sha256:' . sha256_hex('b' x 200000), '... its digest is in the log');
is((IC::Evidence::entries($log))[$own + 4]{data}{error}, 'e' x 4096,
    '... and what has room besides is as it was');
good('... and it verifies', '--head', $kept);

# whatever dies

my $total;

for my $turn (1 .. 8) {
    happen(200 + int rand 400);
    $total = @sources;
    sleep rand 0.2;
    $daemon->kill_role('notary');
}

ok(sealed($total), "$total entries through eight deaths of the notary");
is(join(' ', map { $_->{src} } IC::Evidence::entries($log)), "@sources",
    '... each once and in order');
good('... and the log verifies', '--head', $kept);

# one entry, to who has a head alone

my $root = IC::Evidence::root($log);

for my $seq (0, 1, 255, 256, int rand $total, $total - 1) {
    my $proof = IC::Evidence::prove($log, $seq);

    ok(ref $proof && IC::Evidence::proven($proof, $root),
        "a proof of entry $seq");
}

my $proof = IC::Evidence::prove($log, 300);

$proof->{entry} =~ s/JOB/job/;
ok(!IC::Evidence::proven($proof, $root), 'of no other entry');
is(IC::Evidence::prove($log, $total), 2, 'nor of one that is not there');
is(IC::Evidence::prove($log, '-1'), 3, 'usage of prove');

my $since = IC::Evidence::prove($log, '--since', $kept);

is($since->{since}, $own + 3, 'the log goes on from the head that was kept');
ok(@{ $since->{proof} } > 1, '... by hashes');

open my $in, '<', $kept or die "$kept: $!\n";
my @lines = <$in>;

$lines[2] =~ s/^(.)/$1 eq 'A' ? 'B' : 'A'/e;
open my $forged, '>', "$kept.other" or die "$kept.other: $!\n";
print $forged @lines;
close $forged;
is(IC::Evidence::prove($log, '--since', "$kept.other"), 1,
    '... not from another one');
is(IC::Evidence::prove($log, '--since', '/nothing'), 2,
    '... nor from none');

# a daemon that starts again; the store stays small

$daemon->stop;
happen(1);
$daemon->start;
$total++;
ok(sealed($total), 'a restarted daemon goes on');

my %notary = %{ $redis->hash('notary') };

is($redis->status('notary_sealed', @notary{qw(log_id src size head)},
    3600000), 'ok', 'sealed entries whose time is not over');
is($redis->command('XLEN', $redis->key('evidence')), $total, '... stay');
is($redis->status('notary_sealed', @notary{qw(log_id src size head)}, 0),
    'ok', 'those whose time is over');
cmp_ok($redis->command('XLEN', $redis->key('evidence')), '<', 200,
    '... leave the store');
is($redis->status('notary_sealed', 'LOG0', @notary{qw(src size head)}, 0),
    'conflict', 'another log seals nothing');

# a log that is not the node's

sub refused {
    my ($pattern, $name) = @_;

    ok($daemon->await(sub { $daemon->log =~ $pattern }, $name), $name);
}

$daemon->stop;
rename $log, "$log.away";
$daemon->start;
refused(qr{evidence/log: is not there, though entries were sealed: put the},
    'no log is made beside the old one');
happen(1);
ok(!-e "$log/log", '... nothing is written there');

$daemon->stop;
system('rm', '-rf', $log);
system('cp', '-r', "$log.away", $log);

my $last = (sort glob "$log/entries/*")[-1];

truncate $last, 0;
unlink glob "$log/heads/*";
unlink "$log/checkpoint";
$daemon->start;
refused(qr/fewer entries are under them than were sealed: put the whole log/,
    'a log that lost entries is refused');

$daemon->stop;
system('rm', '-rf', $log);
rename "$log.away", $log;
$daemon->start;
ok(sealed($total + 1), 'with the right one it goes on');
good('... and it is whole', '--head', $kept);

# who changes it

open my $file, '+<:raw', (sort glob "$log/entries/*")[0] or die $!;
seek $file, 100, 0;
read $file, my $byte, 1;
seek $file, 100, 0;
print $file chr(ord($byte) ^ 1);
close $file;

my ($status, $text) = IC::Evidence::verify($log);

is($status, 1, 'a changed entry is found');
like($text, qr/tampered: entry 0:/, '... and named');
($status, $text) = IC::Evidence::verify($log, '--json');
like($text, qr/"verdict":"tampered"/, '... in JSON');
($status) = IC::Evidence::verify($daemon->dir . '/nothing');
is($status, 2, 'a log that is not there is incomplete');
($status) = IC::Evidence::verify($log, '--head', '/nothing');
is($status, 2, '... as one that cannot be compared');
($status) = IC::Evidence::verify($log, '--wrong');
is($status, 3, 'usage');

done_testing();
