#!/usr/bin/perl

# Every endpoint's good call: with what it requires, with each optional field
# beside, with all of them, and what its conditions demand; the answer is what
# docs/openapi.json says.

use warnings;
use strict;

use lib 't/lib';
use IC;
use IC::Api;
use IC::Good;
use IC::Openapi;
use Test::More;

IC->check;
IC::Api->check;

my $t = IC->new;
my $api = IC::Api->new;
my $openapi = IC::Openapi->new;
my $good = IC::Good->new($t);
my (@unknown, @odd);

sub answered {
    my ($endpoint, $fields, $name) = @_;

    my ($method, $path) = @{$endpoint}{qw/ method path /};
    my %option = map { $_ => delete $fields->{$_} }
        grep { exists $fields->{$_} } qw/ who headers /;
    my $got = $good->call($method, $path, $fields, %option);

    is($t->verdict($got), '200 0', $name)
        or diag(substr $got->{body}, 0, 400);

    my @faults = $openapi->faults($openapi->answer($method, $path, 200),
        $got->{json});
    push @odd, "$method $path: @faults" if @faults;
}

for my $endpoint (grep { $_->{side} ne 'service' } $api->endpoints) {
    my $name = "$endpoint->{method} $endpoint->{path}";
    my $fields = $good->fields($endpoint);

    if (!$fields) {
        push @unknown, $name;
        next;
    }

    my @optional = grep { !$_->{required} && !exists $fields->{ $_->{name} } }
        @{ $endpoint->{in} };

    answered($endpoint, $fields, "$name: what is required");

    for my $field (@optional) {
        next if $field->{name} eq 'resource_permit';

        $fields = $good->fields($endpoint);

        for my $name ($field->{name}, $good->companions($field->{name})) {
            my ($one) = grep { $_->{name} eq $name } @optional;
            $fields->{$name} = $good->value($endpoint, $one);
        }

        answered($endpoint, $fields, "... and $field->{name}");
    }

    if (@optional > 1) {
        $fields = $good->fields($endpoint);
        $fields->{ $_->{name} } = $good->value($endpoint, $_)
            for grep { $_->{name} ne 'resource_permit' } @optional;
        answered($endpoint, $fields, '... and all of them');
    }

    my ($when) = map { $_->{when} // () } @{ $endpoint->{in} };

    if ($when) {
        $fields = $good->conditional($endpoint)
            or push @unknown, "$name if $when";
        answered($endpoint, $fields, "... if $when") if $fields;
    }
}

my %claimed = map { $_ => 1 } map {
    ($t->slurp($_) // '') =~ /^# covers: (\w+ \S+)$/mg } glob 't/*.t';

note("set up elsewhere: $_") for grep { $claimed{$_} } @unknown;
is(join(', ', grep { !$claimed{$_} } @unknown), '',
    'every endpoint has a good call, in IC::Good or a test that covers it');
is(join("\n", @odd), '', 'every answer is what openapi.json says');

$t->finish;
done_testing();
