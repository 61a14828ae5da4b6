#!/usr/bin/perl

# How fast rows of databases come to a task, against a fetch loop of the same
# driver that keeps nothing; and rows of a CSV file against getline() and
# strtod(). Ten times the rows may not take more memory.

use strict;
use warnings;

use lib 't/lib';
use File::Temp qw(tempdir);
use IC::Database;
use IC::File;
use JSON::PP;
use List::Util qw(max);

my $build = $ENV{IC_BUILD} || 'build';
my $rows = $ENV{BENCH_ROWS} || 1_000_000;
my $runs = $ENV{BENCH_RUNS} || 3;
my @columns = map { "c$_" } 1 .. 29;
my $dir = tempdir(CLEANUP => 1);
my (%metrics, @memory);

# without streaming the loops would be measured with the memory they take
my %options = (sqlite => 'StepAPI=1', mariadb => 'CHARSET=utf8mb4',
    postgresql => 'UseDeclareFetch=1;Fetch=10000');
my %load = (
    sqlite => ".mode csv\n.import --skip 1 PATH NAME\n",
    mariadb => "LOAD DATA LOCAL INFILE 'PATH' INTO TABLE NAME FIELDS "
        . "TERMINATED BY ',' IGNORE 1 LINES;\n",
    postgresql => "\\copy NAME FROM 'PATH' csv header\n",
);

chmod 0755, $dir;
srand 1;
write_csv("$dir/all.csv", $rows);
write_csv("$dir/part.csv", $rows / 10);

for my $kind (qw(sqlite mariadb postgresql)) {
    my $missing = IC::Database->missing($kind);

    if ($missing) {
        print "$kind is not measured: $missing\n";
        next;
    }

    measure($kind);
}

measure_csv();

$metrics{rss_mb} = max(@memory);
print JSON::PP->new->canonical->encode({ bench => 'source',
    metrics => \%metrics }), "\n";

sub measure {
    my ($kind) = @_;
    my $db = IC::Database->new($kind);
    my $double = $kind eq 'postgresql' ? 'DOUBLE PRECISION' : 'DOUBLE';
    my $columns = join ', ', map { "$_ $double" } @columns;

    local $ENV{ODBCINI} = IC::Database->ini("$dir/odbc.ini", $db);

    for my $part (qw(part all)) {
        $db->sql("CREATE TABLE t$part (id BIGINT PRIMARY KEY, $columns);\n"
            . $load{$kind} =~ s/PATH/$dir\/$part.csv/r =~ s/\bNAME\b/t$part/r);
    }

    my (@plain, @reader, %rss);

    for my $run (1 .. $runs) {
        push @plain, plain('odbc', "DSN=$kind;$options{$kind}",
            'SELECT * FROM tall')->{seconds};
        push @reader, reader($kind, 'tall', \$rss{all});
    }

    reader($kind, 'tpart', \$rss{part});
    report($kind, \@plain, \@reader, \%rss);
}

sub measure_csv {
    my (@plain, @reader, %rss);

    for my $part (qw(part all)) {
        mkdir "$dir/$part";
        rename "$dir/$part.csv", "$dir/$part/data_0";
        spew("$dir/$part/metadata", encode_json({ columns => [
            { name => 'id', type => 'int64' },
            map { { name => $_, type => 'double' } } @columns ] }));
    }

    for my $run (1 .. $runs) {
        push @plain, plain('lines', "$dir/all/data_0")->{seconds};

        my $got = plain('rows', "$dir/all");
        push @reader, $got->{seconds};
        $rss{all} = $got->{rss_mb};
    }

    $rss{part} = plain('rows', "$dir/part")->{rss_mb};
    report('csv', \@plain, \@reader, \%rss);
}

sub report {
    my ($kind, $plain, $reader, $rss) = @_;
    my ($least, $took) = map { (sort { $a <=> $b } @$_)[$#$_ / 2] } $plain,
        $reader;

    $metrics{$kind} = sprintf('%.3f', $least / $took) + 0;
    push @memory, $rss->{all};
    printf "%-10s %8.0f rows/s, a plain loop %8.0f: %.2f; %d MiB, with a "
        . "tenth of the rows %d\n", $kind, $rows / $took, $rows / $least,
        $least / $took, $rss->{all}, $rss->{part};
    die "$kind: memory grows with the rows\n"
        if $rss->{all} > 1.5 * $rss->{part} + 8;
}

sub plain {
    my @command = map { "'$_'" } "$build/bench/source", @_;
    my $got = decode_json(`@command`);

    die "$got->{rows} rows\n" if $got->{rows} < $rows / 10;

    return $got;
}

# what it tells an operator
sub reader {
    my ($kind, $table, $rss) = @_;
    my $command = "$build/interconnctl datasource test $kind --table $table "
        . '--key id';
    my $out = `$command`;

    $out =~ /^(\d+) rows in ([\d.]+) s: .*; ([\d.]+) MiB/ or die $out;
    $$rss = $3;

    return $2;
}

sub write_csv {
    my ($file, $count) = @_;

    open my $out, '>', $file or die "$file: $!\n";
    print $out join(',', 'id', @columns), "\n";

    for my $row (1 .. $count) {
        print $out join(',', $row, map { sprintf '%.6f', rand(200) - 100 }
            @columns), "\n";
    }
}
