#!/usr/bin/perl

# The console without a browser: its modules, texts, sources and size.

use strict;
use warnings;

use lib 't/lib';
use File::Copy qw(copy);
use File::Find;
use File::Temp qw(tempdir);
use IC::Sandbox;
use Test::More;

use constant BUDGET => 75_000;    # bytes of all scripts and styles, gzipped

my $root = IC::Sandbox::root();
my $build = IC::Sandbox::build_dir();

# Beside the packages, where node looks for them; nothing in the sources.
my $dir = tempdir('unitXXXXX', DIR => "$build/console-npm", CLEANUP => 1);

system('cp', '-r', "$root/src/console", "$dir/src") == 0 or die "cp: $!\n";

for my $test (glob "$root/t/console/*.mjs") {
    my ($name) = $test =~ m{([^/]+)\.mjs$};

    copy($test, "$dir/$name.mjs") or die "$test: $!\n";

    my $said = `cd $dir && node $name.mjs 2>&1`;

    is($?, 0, "modules: $name") || diag($said);
}

# What a content security policy refuses, or would have to be trusted with.
my %never = (
    'markup from text' => qr/innerHTML|outerHTML|insertAdjacent|srcdoc
                             |dangerouslySet|document\.write/x,
    'code from text' => qr/\beval\(|new Function|javascript:/,
    'a style attribute' => qr/<[^>]*\sstyle=/,
    'another host' => qr{(?<!xmlns=")https?://},
);
my %found;

find({ no_chdir => 1, wanted => sub {
    return if !/\.(?:js|css|html)$/;

    open my $in, '<', $_ or die "$_: $!\n";

    while (my $line = <$in>) {
        for my $name (keys %never) {
            push @{ $found{$name} }, "$_:$." if $line =~ $never{$name};
        }
    }
} }, "$root/src/console");

is("@{ $found{$_} || [] }", '', "no $_") for sort keys %never;

# what is served
{
    my $size = 0;
    my @bare = grep { !-e "$_.gz" } grep { !/\.gz$/ } glob "$build/console/*";

    $size += -s for glob "$build/console/*.{js,css}.gz";
    cmp_ok($size, '>', 0, 'scripts and styles are built');
    cmp_ok($size, '<=', BUDGET, "... of $size bytes, gzipped");
    is("@bare", '', '... and every file is there gzipped');

    my $page = do { local (@ARGV, $/) = "$build/console/index.html"; <> };
    my @named = $page =~ /(?:src|href)="([^"]+)"/g;

    is(scalar(grep { -e "$build/console/$_" } @named), scalar @named,
       'the page names what is there');
    unlike($page, qr/<script>|<style|\son\w+=/, '... and has nothing inline');

    my $styles = join '', map { local (@ARGV, $/) = $_; <> }
        glob "$build/console/*.css";
    my @inside = $styles =~ /url\("?([^")]+)/g;

    is(join(' ', grep { !-e "$build/console/" . s{^\./}{}r } @inside), '',
       'styles name pictures that are there, none within themselves');

    my $licences = do { local (@ARGV, $/) = "$build/console/LICENSES.txt"; <> };

    like($licences, qr/^\Q$_\E \d.*?Copyright/ms, "the licence of $_")
        for qw(preact htm uplot @dagrejs/dagre @picocss/pico);
}

done_testing();
