#!/usr/bin/perl

# Every field of every endpoint at all its edges, made from the tables: what
# is good passes, what is bad is named, and nothing of it changes anything.

use warnings;
use strict;

use lib 't/lib';
use IC;
use IC::Api;
use IC::Fields;
use List::Util qw/ uniq /;
use Test::More;

IC->check;
IC::Api->check;

my $t = IC->new(http => 'keepalive_requests 1000000;'
    . 'large_client_header_buffers 4 16k;');
my $redis = $t->redis;
my $api = IC::Api->new;

$t->operator('olga', 'secret');
$redis->call('node_init', node_id => 'hospital-a', name => 'A',
    inst_id => 'inst-a', address => 'https://a.example.org');
$t->contract('hospital-b');

# The service has its own words for its fields: t/22-service.t.

# a good answer of /events has no end
my @endpoints = grep { $_->{side} ne 'service'
    && $_->{path} ne '/v1/platform/events' } $api->endpoints;
my $socket = $t->socket('plain');
my $sent = 0;

# Answers to requests on one connection, some at a time.

sub answers {
    my (@requests) = @_;

    my @answers;

    while (@requests) {
        my $bytes = shift @requests;
        my $n = 1;

        while (@requests && $n < 16
            && length($bytes) + length $requests[0] < 8192)
        {
            $bytes .= shift @requests;
            $n++;
        }

        $t->write_all($socket, $bytes);

        for (1 .. $n) {
            my $got = $t->response($socket) or die "no answer\n";
            push @answers, $got;
        }

        $sent += $n;
    }

    return @answers;
}

sub who {
    my ($endpoint) = @_;

    return $endpoint->{side} eq 'east_west' ? (node => 'hospital-b')
                                            : (token => 'secret');
}

sub request {
    my ($endpoint, $content) = @_;

    my ($method, $path) = @{$endpoint}{qw/ method path /};

    return $t->request($method, $path, body => $content, who($endpoint))
        if $method eq 'POST';
    return $t->request($method, length $content ? "$path?$content" : $path,
        who($endpoint));
}

sub content {
    my ($endpoint, $fields) = @_;

    return IC::Fields->encode($fields) if $endpoint->{method} eq 'POST';
    return join '&', map { "$_=" . IC::Fields->escape($fields->{$_}) }
        sort keys %$fields;
}

# So that a good value starts nothing, another field is missing or wrong:
# its name, and the fields with it.

sub spoiled {
    my ($endpoint, $field, $good) = @_;

    my @others = grep { $_->{name} ne $field->{name} } @{ $endpoint->{in} };
    my ($other) = grep { $_->{required} } @others;

    if ($other) {
        my %less = %$good;
        delete $less{ $other->{name} };
        return ($other->{name}, \%less);
    }

    my $post = $endpoint->{method} eq 'POST';
    my $numeric = qr/^(?:integer|time|number)$/;

    ($other) = grep { $post ? $_->{type} ne 'any'
        : $_->{type} =~ /$numeric|^(?:enum|id)$/ } @others
        or return ('', $good);

    return ($other->{name}, { %$good, $other->{name} =>
        $post && $other->{type} !~ $numeric ? 7 : '- -' });
}

# What the answer says: "good", "json", "method" or the fields it names.

sub said {
    my ($got) = @_;

    my $code = $got->{json}{code};
    my @fields = sort(uniq(map { $_->{field} }
        @{ $got->{json}{data}{fields} || [] }));

    return $code == 4000 ? 'json'
        : $code == 4001 && @fields ? "@fields"
        : $code =~ /^(?:4001|5\d+|405\d|404[1-9])$/ ? "code $code" : 'good';
}

sub expected {
    my ($case, $name, $spoil, $needed) = @_;

    return 'json' if $case->{verdict} eq 'json';

    my @fields = $case->{verdict} eq 'bad' || ($case->{what} eq 'null'
        && $needed) ? "/$name" . ($case->{at} // '')
        : ();

    push @fields, "/$spoil" if $spoil;
    return @fields ? "@{[ sort @fields ]}" : 'good';
}

sub cases {
    my ($endpoint, $field, $good) = @_;

    my $post = $endpoint->{method} eq 'POST';
    my ($spoil, $rest) = spoiled($endpoint, $field, $good);
    my $needed = $field->{when} && $field->{when} =~ /^(\w+)=(.*)/
        && ($rest->{$1} // '') eq $2;
    my @names = ($field->{name}, split /\|/, $field->{alias} // '');
    my @cases;

    for my $case ($post ? IC::Fields->cases($field)
                        : IC::Fields->queries($field))
    {
        my $value = $post ? $case->{value} : $case->{text};

        push @cases, [ "$field->{name} $case->{what}",
            content($endpoint, { %$rest, $field->{name} => $value }),
            expected($case, $field->{name}, $spoil, $needed) ];
    }

    # other names

    my $value = IC::Fields::value($field);

    for my $alias (@names[1 .. $#names]) {
        my %alias = %$rest;

        delete $alias{ $field->{name} };
        push @cases, [ "$alias for $field->{name}",
            content($endpoint, { %alias, $alias => $value }),
            $spoil ? "/$spoil" : 'good' ];
        push @cases, [ "$alias beside another $field->{name}",
            content($endpoint, { %$rest, $alias => 'other',
                $field->{name} => $value }),
            join(' ', sort map { "/$_" } grep { $_ } $field->{name},
                $spoil) ] if $field->{type} =~ /id|string/;
    }

    # required by another's value, and a name twice

    if ($field->{when} && $field->{when} =~ /^(\w+)=(.*)/) {
        my %on = (%$good, $1 => $2);
        delete $on{ $field->{name} };
        push @cases, [ "without $field->{name} when $field->{when}",
            content($endpoint, \%on), qr{(?:^| )/$field->{name}(?: |$)} ];
    }

    push @cases, [ "$field->{name} twice", content($endpoint,
        { %$rest, $field->{name} => 1 }) . "&$field->{name}=1",
        qr{(?:^| )/$field->{name}(?: |$)} ] if !$post;
    push @cases, [ "without $field->{name}", content($endpoint, { map {
        $_ => $good->{$_} } grep { $_ ne $field->{name} } keys %$good }),
        "/$field->{name}" ] if $field->{required};

    return @cases;
}

###############################################################################

my $before = $redis->dump;

for my $endpoint (@endpoints) {
    my $name = "$endpoint->{method} $endpoint->{path}";
    my %good = $api->body($endpoint->{in});
    my @cases = map { cases($endpoint, $_, \%good) } @{ $endpoint->{in} };
    my @required = map { "/$_->{name}" } grep { $_->{required} }
        @{ $endpoint->{in} };

    push @cases, [ 'nothing', content($endpoint, {}), "@{[ sort @required ]}" ]
        if @required;
    my @got = answers(map { request($endpoint, $_->[1]) } @cases);

    for my $i (0 .. $#cases) {
        my ($what, $content, $expected) = @{ $cases[$i] };
        my $said = said($got[$i]);

        ref $expected ? like($said, $expected, "$name: $what")
                      : is($said, $expected, "$name: $what")
            or diag(substr $content, 0, 300);
    }
}

###############################################################################
# methods, sides

for my $endpoint ($api->endpoints) {
    my ($method, $path) = @{$endpoint}{qw/ method path /};
    my $peer = $endpoint->{side} eq 'east_west';
    my %offered = map { $_->{method} => 1 }
        grep { $_->{path} eq $path } $api->endpoints;
    my @others = grep { !$offered{$_} }
        qw/ GET POST PUT DELETE PATCH OPTIONS /;
    my @got = answers(map { $t->request($_, $path, who($endpoint)) } @others);

    for my $i (0 .. $#others) {
        is($got[$i]{status}, 405, "$others[$i] $path");
        is($got[$i]{headers}{allow}, join(', ', sort keys %offered),
            '... what it allows');
    }

    my $wrong = $t->socket($peer ? 'ns' : 'ew',
        $peer ? () : (cert => 'hospital-b'));
    $t->write_all($wrong, $t->request($method, $path,
        $peer ? (token => 'secret') : ()));
    is($t->verdict($t->response($wrong)), $path =~ m{^/model} ? '404 400'
        : '404 4041', "$method $path: the wrong side");
}

note("$sent requests");
cmp_ok($sent, '>', 40 * @endpoints, 'many fields at all their edges');
is($redis->dump, $before, 'nothing has changed');

$t->finish;
note(Test::More->builder->current_test . ' assertions');
done_testing();
