#!/usr/bin/perl

# interconnctl datasource test: what an operator sees of a database.

use strict;
use warnings;

use lib 't/lib';
use IC::Database;
use IC::File;
use File::Temp qw(tempdir);
use JSON::PP;
use Test::More;

my $ctl = ($ENV{IC_BUILD} || 'build') . '/interconnctl';
my $missing = IC::Database->missing('sqlite');

plan(skip_all => 'interconnctl is not built') unless -x $ctl;
plan(skip_all => $missing) if $missing;

my $dir = tempdir(CLEANUP => 1);
my $db = IC::Database->new('sqlite');
my $ini = IC::Database->ini("$dir/odbc.ini", $db);

$db->sql("CREATE TABLE t (id TEXT PRIMARY KEY, x REAL, y INTEGER);\n"
    . join '', map { "INSERT INTO t VALUES ('p$_', $_.5, " . $_ % 2 . ");\n" }
    1 .. 100);
spew("$dir/conf", "node_id x\nodbc_ini $ini\n");

my ($status, $out) = run('test', 'sqlite', '--table', 't', '--conf',
    "$dir/conf");

is($status, 0, 'it is read');
like($out, qr{^100 rows in [\d.]+ s: \d+ rows/s; [\d.]+ MiB of memory}m,
    '... how fast, in how much memory');
like($out, qr/^y +bigint +DISCRETE +0 empty$/m, '... what its columns are');

my ($metas) = $out =~ /^"column_metas": (.*)$/m;
is_deeply(decode_json($metas), [
    { name => 'id', data_type => 'varchar', distribution => 'DISCRETE' },
    { name => 'x', data_type => 'double', distribution => 'CONTINUOUS' },
    { name => 'y', data_type => 'bigint', distribution => 'DISCRETE' } ],
    '... as dataset/create takes them');

($status, $out) = run('test', 'sqlite', '--query',
    'SELECT x FROM t WHERE y = 1', '--odbc-ini', $ini);
like($out, qr/^50 rows/, 'a query');

for my $case ([ [ 'test', 'nix', '--table', 't' ], 1, qr/no such data source/ ],
    [ [ 'test', 'sqlite', '--table', 'nix' ], 1, qr/no such table/ ],
    [ [ 'test', 'sqlite', '--query', 'DELETE FROM t' ], 1,
      qr/a query must not write/ ],
    [ [ 'test', 'sqlite' ], 2, qr/name a --table or a --query/ ],
    [ [ 'test', 'sqlite', '--table' ], 2, qr/--table .* needs a value/ ],
    [ [ 'test', 'sqlite', '--nix', 'x' ], 2, qr/--nix is not known/ ],
    [ [ 'drop' ], 2, qr/datasource test DSN/ ])
{
    my ($args, $code, $text) = @$case;

    ($status, $out) = run(@$args, $args->[0] eq 'test' && $code == 1
        ? ('--odbc-ini', $ini) : ());
    is($status, $code, "@$args: status $code");
    like($out, $text, '... and why');
}

my @left = glob '/tmp/interconn-source-*';
is("@left", '', 'nothing is left behind');

done_testing();

sub run {
    my @command = map { s/'/'\\''/gr } $ctl, 'datasource', @_;
    my $out = qx('${\ join "' '", @command }' 2>&1);

    return ($? >> 8, $out);
}
