#!/usr/bin/perl

# What docs/style.md says and a program can check.

use strict;
use warnings;

use Test::More;

my @files = grep { -e }
    split /\n/, `git ls-files -co --exclude-standard src t`;
ok(@files > 100, 'the files are there to look at');

my (@wide, @tabs, @long, @big, @slashes, @todo, @trailing);
my $script = qr{^src/console/.*\.m?js$};

for my $file (grep { /\.(?:c|h|def|pl|pm|t|lua|m?js|css)$/ } @files) {
    open my $in, '<:encoding(UTF-8)', $file or next;
    my @lines = <$in>;
    my $start;

    push @big, "$file: " . @lines if @lines > 600 && $file !~ /\.def$/;

    for my $n (0 .. $#lines) {
        my $line = $lines[$n];
        my $at = "$file:" . ($n + 1);

        chomp $line;
        push @wide, $at if length $line > 80 && $line !~ m{https?://};
        push @trailing, $at if $line =~ /[ \t]$/;
        push @todo, $at if $line =~ /\b(?:TODO|FIXME|XXX)\b/
                           && $file !~ /00-style/;
        next if $file !~ /\.[ch]$/ && $file !~ $script;
        push @tabs, $at if $line =~ /\t/;
        push @slashes, $at if $line =~ m{^\s*//};

        if ($line eq '{' || ($file =~ $script
            && $line =~ /^(?:export )?(?:async )?function\b.*\{$/))
        {
            $start = $n;
        } elsif ($line eq '}' && defined $start) {
            push @long, "$at: " . ($n - $start - 1)
                if $n - $start - 1 > 80;
            undef $start;
        }
    }
}

is("@wide", '', 'no line over 80 columns');
is("@tabs", '', 'no tabs in C and scripts');
is("@long", '', 'no function over 80 lines');
is("@big", '', 'no file over 600 lines');
is("@slashes", '', 'no // comments');
is("@todo", '', 'no notes to self');
is("@trailing", '', 'no trailing space');

# Headers: those of the system first, then others' folders, then the own
# one's; and folders include only what docs/architecture.md says.

my (%may, @upward, @order, %seen);

{
    open my $in, '<:encoding(UTF-8)', 'docs/architecture.md'
        or die "docs/architecture.md: $!\n";

    while (<$in>) {
        my ($from, $to) = /^\| ([a-z, ]+) \| ([a-z, ]+) \|$/ or next;

        for my $folder (grep { -d "src/$_" } split /, /, $from) {
            $may{$folder} = { map { $_ => 1 } grep { $_ ne 'nothing' }
                              split /, /, $to };
        }
    }
}

for my $file (grep { m{^src/.*\.[ch]$} } @files) {
    open my $in, '<:encoding(UTF-8)', $file or next;
    my ($folder) = $file =~ m{^src/(\w+)/};
    my $last = '';

    while (<$in>) {
        my ($kind, $name) = /^#include ([<"])([^>"]+)/ or next;
        next if $name =~ /\.def$/;

        my $rank = $kind eq '<' ? '0' : $name =~ /^\.\./ ? "1$name"
                                                        : "2$name";

        push @order, "$file:$." if $rank lt $last;
        $last = $rank;

        next if $kind eq '<' || $name !~ m{^(?:\.\./)+(\w+)/};
        $seen{"$folder $1"} = 1;
        push @upward, "$file:$.: $1" if $1 ne $folder && !$may{$folder}{$1};
    }
}

my @unused = grep { !$seen{$_} } map {
    my $folder = $_;
    map { "$folder $_" } sort keys %{ $may{$folder} }
} sort keys %may;

ok(keys %may > 10, 'docs/architecture.md has a table of includes');
is("@upward", '', 'no folder includes what it may not');
is("@unused", '', '... and what it may it does');
is("@order", '', 'system headers, other folders, the own one');

# Logs and debuggers show no file: a name of src/http is one function's.

my (%functions, @again);

for my $file (glob 'src/http/*.c') {
    open my $in, '<', $file or next;

    while (<$in>) {
        push @again, $1 if /^(ngx_\w+)\(/ && $functions{$1}++;
    }
}

is("@again", '', 'no name of src/http twice');

my $module = ($ENV{IC_BUILD} || 'build') . '/ngx_http_interconn_module.so';

SKIP: {
    skip 'no module built', 1 if !-e $module;

    my @names = map { (split)[2] } grep { / [BDTR] / }
        split /\n/, `nm -D --defined-only $module`;
    my @foreign = grep { !/^(?:ngx_(?:http_interconn|ic)_|ic_|ngx_modules$
                             |ngx_module_(?:names|order)$|_init$|_fini$
                             |__asan|__ubsan|__odr_asan)/x } @names;

    is("@foreign", '', 'every exported symbol of the module is prefixed');
}

done_testing();
