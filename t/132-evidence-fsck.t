#!/usr/bin/perl

# evidence fsck: what is no evidence is named and made again; a log that is
# written to, or that lost evidence, is left as it is.

use strict;
use warnings;

use lib 't/lib';
use Digest::SHA qw(sha256_hex);
use IC::Daemon;
use IC::Evidence;
use Test::More;

IC::Daemon->check;

my $daemon = IC::Daemon->new(node => 'hospital-1', roles => 'notary',
    conf => { IC::Daemon::certificate('hospital-1') });
my $redis = $daemon->redis;
my $log = $daemon->dir . '/data/evidence';

sub happen {
    my ($count) = @_;

    $redis->command('XADD', $redis->key('evidence'), '*',
        event => 'NODE_UPDATED', subject => 'node', time => 1700000000000,
        by => 'alice') for 1 .. $count;
}

my $own = @{ $redis->command('XRANGE', $redis->key('evidence'), '-', '+') };

happen(600);
ok($daemon->await(sub { IC::Evidence::size($log) == $own + 600 },
                  '600 entries are sealed', 20), 'a log');

sub fsck {
    my ($wanted, $pattern, $name, @options) = @_;
    my ($status, $text) = IC::Evidence::command('fsck', $log, @options);

    is($status, $wanted, $name) or diag($text);
    like($text, $pattern, '... and told');
}

sub evidence {
    return join ' ', map {
        open my $in, '<:raw', $_ or die "$_: $!\n";
        local $/;
        sha256_hex(<$in>);
    } sort glob("$log/entries/* $log/heads/* $log/keys/* $log/log");
}

sub damage {
    my ($file, $text) = @_;

    open my $out, '>>', $file or die "$file: $!\n";
    print $out $text;
    close $out;
}

sub good {
    my ($name) = @_;
    my ($status, $text) = IC::Evidence::verify($log);

    is($status, 0, $name) or diag($text);
}

fsck(0, qr/nothing is wrong/, 'a whole log, that is written to');
fsck(2, qr/a process writes this log: stop the notary/,
    'it is not repaired meanwhile', '--repair');

$daemon->stop;
fsck(0, qr/nothing is wrong/, 'of a whole one nothing is made again',
    '--repair');

my $before = evidence();

for my $case (
    [ sub { unlink "$log/index" }, qr/^index: is missing$/m, 'an index' ],
    [ sub { open my $out, '>', "$log/index"; print $out 'x' x 5000; },
      qr/^index: cannot be read$/m, 'one that is none' ],
    [ sub { system('sqlite3', "$log/index",
                   'UPDATE last SET hash = zeroblob(32)') == 0
            or unlink "$log/index" },
      qr/^index: (?:does not fit the entries|is missing)$/m,
      'one that is of another log' ],
    [ sub { unlink "$log/tile/0/000" },
      qr{^tile: \d+ are wrong; the first is 0/0, which is missing$}m,
      'a tile' ],
    [ sub { open my $out, '+<', "$log/tile/0/001"; print $out 'xxxx'; },
      qr{^tile: 1 are wrong; the first is 0/1, which is not made of}m,
      'one that says something else' ],
    [ sub { unlink "$log/checkpoint" }, qr/^checkpoint: is missing$/m,
      'the checkpoint' ],
    [ sub { damage("$log/checkpoint", 'x') }, qr/^checkpoint: is no head$/m,
      'one that is none' ],
    [ sub { system('rm', '-rf', "$log/tile"); unlink "$log/index" },
      qr/tile:.*\nindex: is missing/, 'all of them' ],
    [ sub { damage((glob "$log/entries/*")[-1], "\0\0\1\0abcd{") },
      qr/the end of one was cut short/, 'a piece of an entry' ],
    [ sub { damage((glob "$log/heads/*")[-1], "\0\0") },
      qr/the end of one was cut short/, 'a piece of a head' ])
{
    my ($change, $pattern, $name) = @$case;

    $change->();
    fsck(2, $pattern, "$name: it is found");
    fsck(0, qr/all of this was made again/, '... and repaired', '--repair');
    fsck(0, qr/nothing is wrong/, '... for good');
    is(evidence(), $before, '... without a change of the evidence');
}

good('the log verifies');

# what is evidence

my $entries = (glob "$log/entries/*")[-1];

system('cp', '-r', $log, "$log.kept");
unlink "$log/index";
open my $file, '+<:raw', $entries or die "$entries: $!\n";
seek $file, 100, 0;
print $file "\1";
close $file;
$before = evidence();
fsck(1, qr/entry 0:/, 'evidence that was changed is not repaired',
    '--repair');
is(evidence(), $before, '... and left as it is');
ok(!-e "$log/index", '... with all the rest');

system('rm', '-rf', $log);
system('cp', '-r', "$log.kept", $log);

my $head = (glob "$log/heads/*")[-1];

truncate $head, 300;
fsck(1, qr/more entries than the heads: some were lost/,
    'a log that lost heads is not repaired', '--repair');
is(-s $entries, -s "$log.kept/entries/" . ($entries =~ m{([^/]*)$})[0],
    '... its entries stay');

system('rm', '-rf', $log);
rename "$log.kept", $log;
$daemon->start;
happen(1);
ok($daemon->await(sub { IC::Evidence::size($log) == $own + 601 },
                  'it goes on', 20), 'the notary goes on with it');

($before) = IC::Evidence::command('fsck', '/nothing');
is($before, 2, 'none is there');
($before) = IC::Evidence::command('fsck', $log, '--wrong');
is($before, 3, 'usage');

done_testing();
