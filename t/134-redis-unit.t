#!/usr/bin/perl

# What the unit of Redis does before it starts: half a transition at the end
# goes, and is kept elsewhere; other damage stays as it is.

use strict;
use warnings;

use Cwd qw(abs_path);
use File::Temp;
use Test::More;

my $root = abs_path('.');
my ($unit, $program) = ('conf/systemd/interconn-redis.service',
                        'conf/redis-repair');

open my $in, '<', $unit or die "$unit: $!";
is_deeply([ map { /^ExecStartPre=(.*)/ } <$in> ],
    [ '-/usr/local/lib/interconn/redis-repair '
      . '/var/lib/interconn/redis/appendonlydir' ], 'the unit calls it');
close $in;
ok(-x $program, '... a program');

my $set = "*3\r\n\$3\r\nSET\r\n\$1\r\na\r\n\$1\r\nb\r\n";
my $begin = "*1\r\n\$5\r\nMULTI\r\n$set";

sub slurp {
    my ($file) = @_;

    open my $from, '<:raw', $file or return;
    local $/;

    return <$from>;
}

sub spew {
    my ($file, $text) = @_;

    open my $to, '>:raw', $file or die "$file: $!";
    print $to $text;
    close $to or die "$file: $!";
}

my $file = 'appendonly.aof.1.incr.aof';
my $dir;

# the status, after the program saw that file, and what it said
sub repaired {
    my ($text) = @_;

    $dir = File::Temp->newdir;
    mkdir "$dir/appendonlydir" or die "$dir: $!";
    spew("$dir/appendonlydir/appendonly.aof.manifest",
         "file $file seq 1 type i\n");
    spew("$dir/appendonlydir/$file", $text);

    my $said = `$root/$program $dir/appendonlydir 2>&1`;

    return ($? >> 8, $said);
}

my $kept = "cut/$file." . length $set;
my $whole = "$begin*1\r\n\$4\r\nEXEC\r\n";
my @other;

for my $cut (1 .. length($whole) - 1) {
    my $left = substr $whole, 0, $cut;
    my ($status, $said) = repaired("$set$left");

    push @other, $cut if $status != 0 || $said !~ /$cut bytes from \d+ of/
        || slurp("$dir/appendonlydir/$file") ne $set
        || slurp("$dir/$kept") ne $left;
}

is("@other", '', 'each beginning of a transition is cut off and kept');

# one command, and what power left of its pages

for my $case ([ 'a command', substr $set, 0, 20 ],
              [ 'a command with zeros', substr($set, 0, 20) . "\0" x 30 ])
{
    my ($name, $left) = @$case;
    my ($status, $said) = repaired("$set$left");

    is("$status " . slurp("$dir/appendonlydir/$file"), "0 $set",
        "$name: is cut off") or diag($said);
}

# damage of every byte before the last transition is no torn one: what stands
# behind it has happened

my $damaged = "$begin*1\r\n\$4\r\nEXEC\r\n$set$set$whole";
@other = ();

for my $at (0 .. length($damaged) - length($whole) - 1) {
    my $text = $damaged;

    substr($text, $at, 1) ^= "\1";
    my ($status) = repaired("$set$text");

    # a value that is another one is nothing that Redis sees
    push @other, $at if slurp("$dir/appendonlydir/$file") ne "$set$text"
        || -e "$dir/cut";
}

is("@other", '', 'damage in the middle is left to be looked at');

for my $case (
    [ 'a whole file', "$set$whole", 0 ],
    [ 'something else in its middle', "${set}X$set$set", 1 ],
    [ 'more than was ever on its way',
      $set . "*3\r\n\$3\r\nSET\r\n\$1\r\na\r\n\$20000000\r\n" . 'b' x 1e7, 1 ]
) {
    my ($name, $text, $expected) = @$case;
    my ($status, $said) = repaired($text);

    is($status, $expected, "$name: the status");
    ok(slurp("$dir/appendonlydir/$file") eq $text, '... it is as it was');
    ok(!-e "$dir/cut", '... nothing was cut');
    like($said, $expected ? qr/no transition.*diff=\d+/s : qr/^$/,
        '... what it says');
}

is(system("$root/$program", "$dir/none"), 0, 'the first start of a Redis');
like(`PATH=/nowhere /bin/sh $root/$program $dir 2>&1`,
    qr/redis-check-aof is not in PATH/, 'without the program that looks');
is($? >> 8, 2, '... its status');

done_testing();
