#!/usr/bin/perl

# What the unit of Redis does before it starts: half a transition at the end
# goes, and is kept elsewhere; other damage stays as it is.

use strict;
use warnings;

use File::Temp;
use Test::More;

my $unit = 'conf/systemd/interconn-redis.service';

open my $in, '<', $unit or die "$unit: $!";

my ($shell) = map { /^ExecStartPre=-\/bin\/sh -c '(.*)'$/ } <$in>;

close $in;
ok($shell, 'the unit has such a step') or BAIL_OUT($unit);

# as systemd reads it

$shell =~ s/\$\$/\$/g;
$shell =~ s/\\\\/\\/g;

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

for my $case (
    [ 'a whole file', $set x 3, $set x 3, 0 ],
    [ 'half a transition', "$set$begin", $set, 1 ],
    [ '... cut in a command', "$set$begin" . substr($set, 0, 9), $set, 1 ],
    [ 'something else in its middle', "${set}X$set$set", "${set}X$set$set",
      0 ]
) {
    my ($name, $before, $after, $kept) = @$case;
    my $dir = File::Temp->newdir;
    my $folder = "$dir/appendonlydir";
    my $file = 'appendonly.aof.1.incr.aof';

    mkdir $folder or die "$folder: $!";
    spew("$folder/appendonly.aof.manifest", "file $file seq 1 type i\n");
    spew("$folder/$file", $before);

    my $pid = fork // die "fork: $!";

    if ($pid == 0) {
        chdir $folder or die "$folder: $!";
        open STDOUT, '>', '/dev/null' or die $!;
        open STDERR, '>', '/dev/null' or die $!;
        exec '/bin/sh', '-c', $shell or die "/bin/sh: $!";
    }

    waitpid $pid, 0;
    is(slurp("$folder/$file"), $after, $name);
    is(slurp("$dir/cut/$file"), $kept ? $before : undef,
        $kept ? '... and is kept' : '... and nothing was cut');
}

done_testing();
