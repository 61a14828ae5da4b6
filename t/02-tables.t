#!/usr/bin/perl

# No row of a table is without use, and tables that name each other agree.

use warnings;
use strict;

use lib 't/lib';
use IC::File;
use Test::More;

my $lua = join '', map { slurp($_) } glob 'src/store/lua/*.lua';
my %code = map { $_ => slurp($_) } glob 'src/*/*.[ch] src/*/*/*.[ch]';
my $code = join '', values %code;
my $routes = join '', map { slurp($_) } glob 'src/api/routes*.def';

sub rows { slurp("src/api/$_[0].def") =~ /^IC_$_[1]\((\w+)/gm }

sub unused {
    my ($text, $pattern, @names) = @_;

    return join ' ', grep { my $re = sprintf $pattern, $_; $text !~ /$re/ }
        @names;
}

is(unused($routes, '\b%1$s, ', rows('actions', 'ACTION')), '',
    'every action has an endpoint');
is(unused("$code$lua", '\bIC_E_%1$s\b|[\'"]%1$s[\'"]',
    rows('errors', 'ERROR')), '', 'every error is answered somewhere');

my @schemas = slurp('src/api/ic_schemas.h')
    =~ /^extern const ic_schema_t  (\w+);/gm;

cmp_ok(scalar @schemas, '>', 100, 'schemas are found');

# those of a kind, ic_<kind>_publish, are named by a macro of the rows

my %of_kind = map { $_ => 1 } $routes =~ /&ic_##kind##_(\w+)/g;

is(unused("$routes$code", '(?:&|\bof\b.*)%1$s\b',
    grep { !(/_([a-z]+)$/ && $of_kind{$1}) } @schemas), '',
    'every schema is of an endpoint or of a field');

# limit_put is for who administers the store: docs/operations.md; task_log_*
# for calls of others of the field

my @functions = grep { !/^(?:limit_put|task_log_(?:count|lines))$/ }
    $lua =~ /^define\('(\w+)'/gm;

is(unused("$code$routes", '"(?:interconn_)?%1$s[" ]', @functions), '',
    'every function of the store is called');

# whoever is called by an endpoint is whom the authorisation table decides by

my %called = $routes =~ /^IC_ENDPOINT\(\w+,\s"([^"]+)",\s+\w+,\s\w+,\s\w+,
    \s(?:NULL|"[^"]*"),\s+call,\s"(\w+)/gmx;
my $authority = slurp('src/api/authority.def');
my ($rows, @others) = (0);

while ($authority =~ /^IC_AUTHORITY\((\w+),\s[\w|]+,\s+((?:"[^"]*"\s*)+)/gm) {
    my ($function, $paths) = ($1, $2);

    $rows++;
    $paths =~ s/"\s*"|"//g;
    push @others, map { "$_: $function" }
        grep { $called{$_} && $called{$_} ne $function } split /\|/, $paths;
}

cmp_ok($rows, '>', 20, 'rows of the authorisation table are found');
is("@others", '', '... they name the functions of the endpoints');

###############################################################################
# every key of interconnd.conf, with its default, where operators look for it

my %default = slurp('src/daemon/interconnd_conf.c')
    =~ /^\ {4}\{\s"(\w+)",\sat\(\w+\),\s+\w+,\s+[\w|]+,
        \s+(NULL|INTERCONND_VERSION|"[^"]*"),/gmx;

cmp_ok(scalar keys %default, '>', 50, 'keys of interconnd.conf are found');
s/^"|"$//g for values %default;

my $sample = slurp('conf/interconnd.conf');

is(join(' ', grep { $sample !~ /^#?$_ /m } sort keys %default), '',
    'conf/interconnd.conf has every key');

for my $file ('docs/operations.md', 'docs/zh/operations.md') {
    my $text = slurp($file);
    my @wrong;

    for my $key (sort keys %default) {
        my $value = $default{$key};

        if ($value eq 'NULL' || $value eq 'INTERCONND_VERSION') {
            push @wrong, $key if $text !~ /^\| `$key` \| [^`|]*\| \S/m;
        } else {
            push @wrong, $key if $text !~ /^\| `$key` \| `\Q$value\E` \| \S/m;
        }
    }

    is("@wrong", '', "$file has every key and its default");
}

my %shown = $sample =~ /^#(\w+) +(\S+)$/gm;

is(join(' ', grep { exists $shown{$_} && $shown{$_} ne $default{$_} }
    grep { $default{$_} !~ /^(?:NULL|INTERCONND_VERSION)$/ }
    sort keys %default), '', 'commented keys show the default');

done_testing();
