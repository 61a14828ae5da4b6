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

# Bytes of scripts and styles, gzipped: before anything is shown; of all pages.
use constant { FIRST => 60_000, ALL => 170_000 };

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
    my @bare = grep { !-e "$_.gz" } grep { !/\.gz$/ } glob "$build/console/*";
    my ($all, $first) = (0, first_size());

    $all += -s for glob "$build/console/*.{js,css}.gz";
    cmp_ok($first, '>', 0, 'scripts and styles are built');
    cmp_ok($first, '<=', FIRST, "... of $first bytes to begin with, gzipped");
    cmp_ok($all, '<=', ALL, "... of $all in all");
    is("@bare", '', '... and every file is there gzipped');

    my $page = slurp('index.html');
    my @named = $page =~ /(?:src|href)="([^"]+)"/g;

    is(scalar(grep { -e "$build/console/$_" } @named), scalar @named,
       'the page names what is there');
    unlike($page, qr/<script>|<style|\son\w+=/, '... and has nothing inline');

    my $styles = join '', map { local (@ARGV, $/) = $_; <> }
        glob "$build/console/*.css";
    my @inside = $styles =~ /url\("?([^")]+)/g;

    is(join(' ', grep { !-e "$build/console/" . s{^\./}{}r } @inside), '',
       'styles name pictures that are there, none within themselves');

    my $licences = slurp('LICENSES.txt');

    like($licences, qr/^\Q$_\E \d.*?Copyright/ms, "the licence of $_")
        for qw(preact htm uplot @dagrejs/dagre @picocss/pico);
}

# What the page names, and what those scripts import at once.
sub first_size {
    my ($size, %seen) = (0);
    my @names = slurp('index.html') =~ /(?:src|href)="([^"]+\.(?:js|css))"/g;

    while (defined(my $name = shift @names)) {
        next if $seen{$name}++;
        $size += -s "$build/console/$name.gz";
        push @names, slurp($name) =~ m{(?:from|import)"\./([^"]+)"}g
            if $name =~ /js$/;
    }

    return $size;
}

sub slurp {
    my ($name) = @_;

    local (@ARGV, $/) = "$build/console/$name";
    return scalar <>;
}

done_testing();
