#!/usr/bin/perl

# What is made from tables is fresh, and the tables make sense.

use warnings;
use strict;

use lib 't/lib';
use IC::Api;
use Test::More;

IC::Api->check;

my $program = IC::Api->program;
my $api = IC::Api->new;

my %documents = (
    'docs/api.md' => '--markdown',
    'docs/zh/api.md' => '--markdown-zh',
    'docs/openapi.json' => '--openapi',
);

for my $file (sort keys %documents) {
    open my $in, '<:raw', $file or die "$file: $!\n";
    my $committed = do { local $/; <$in> };
    ok($committed eq `$program $documents{$file}`, "$file is fresh: make docs");
}

is(system($^X, 'src/tools/storedoc.pl', '--check', 'docs/store.md',
    glob 'src/store/lua/*.lua'), 0, 'docs/store.md is fresh: make docs');

is(system($^X, 'src/tools/causedoc.pl', '--check', 'docs/troubleshooting.md',
    'docs/zh/troubleshooting.md'), 0, 'docs/troubleshooting.md, also in '
    . 'Chinese, is fresh: make docs');

is(system("$program --nonsense 2>/dev/null") >> 8, 2, 'usage');

###############################################################################
# endpoints

my (%seen, @twice, @silent, @unsafe, @bare);

for my $endpoint ($api->endpoints) {
    my $name = "$endpoint->{method} $endpoint->{path}";

    push @twice, $name if $seen{$name}++;
    push @silent, $name if !$endpoint->{doc} || !$endpoint->{doc_zh};
    push @unsafe, $name if $endpoint->{method} eq 'GET' && $endpoint->{event};
    push @bare, $name if $endpoint->{method} eq 'POST'
        && !$endpoint->{event}
        && $endpoint->{path} !~ m{/(?:poll|status_all|job/create)$};
}

is("@twice", '', 'no endpoint twice');
is("@silent", '', 'every endpoint is described in both languages');
is("@unsafe", '', 'reads change nothing');
is("@bare", '', 'writes leave evidence');

my %east = map { $_->{path} => 1 }
    grep { $_->{side} eq 'east_west' } $api->endpoints;
my @lost = grep { !$east{$_} } map { "/v1/interconn/$_" }
    (qw( node/query node/contract/apply node/contract/confirm
         node/contract/terminate node/update node/contract/query node/health
         dataset/pub/list dataset/pub/query ),
     map { my $kind = $_; map { "$kind/audit/$_" }
           qw/ apply confirm terminate query / }
         qw/ dataset project flow job model /);

is("@lost", '', 'the standard\'s calls between nodes');

###############################################################################
# fields

my (@unnamed, @double, @unlimited);

sub fields {
    my ($where, $list) = @_;

    my %names;

    for my $field (@$list) {
        my $at = "$where $field->{name}";

        push @double, $at if $names{ $field->{name} }++
            || ($field->{alias} && $names{ $field->{alias} }++);
        push @unnamed, $at if !$field->{doc} || !$field->{doc_zh};
        push @unlimited, $at if $field->{type} eq 'string'
            && !$field->{max} && $where =~ / in$/;
        fields($where, $field->{fields}) if $field->{fields};
    }
}

for my $endpoint ($api->endpoints) {
    fields("$endpoint->{path} in", $endpoint->{in});
    fields("$endpoint->{path} out", $endpoint->{out});
}

is("@double", '', 'no name twice in a message');
is("@unnamed", '', 'every field is described in both languages');
is("@unlimited", '', 'every text that comes in has a limit');

###############################################################################
# what must not leave the node

my @leaks;

for my $endpoint (grep { $_->{side} eq 'east_west' } $api->endpoints) {
    my @names = map { $_->{name}, map { $_->{name} } @{ $_->{fields} || [] } }
        @{ $endpoint->{out} };

    push @leaks, map { "$endpoint->{path} $_" }
        grep { /^(?:location|source|query_digest|purpose|path|token)$/ }
        @names;
}

is("@leaks", '', 'locations, sources and tokens are never answered to peers');

###############################################################################
# errors

my (%codes, @same);

push @same, grep { $codes{ $_->{code} }++ } @{ $api->{errors} };
is(scalar @same, 0, 'every error has its own code');

done_testing();
