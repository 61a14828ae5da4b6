#!/usr/bin/perl

# docs/openapi.json is good OpenAPI 3.1 and says what the tables say.

use warnings;
use strict;

use lib 't/lib';
use IC::Api;
use IC::Openapi;
use Test::More;

IC::Api->check;

my $api = IC::Api->new;
my $openapi = IC::Openapi->new;
my $document = $openapi->document;
my @endpoints = $api->endpoints;

is($document->{openapi}, '3.1.0', 'version');
ok($document->{info}{title} && $document->{info}{version}, 'info');

###############################################################################
# the whole of it

my %keywords = map { $_ => 1 } qw/ $ref type required properties
    additionalProperties items enum const minimum maximum minLength maxLength
    pattern minItems maxItems minProperties maxProperties allOf anyOf oneOf
    not if then format description /;
my %types = map { $_ => 1 } qw/ string integer number boolean object array
    null /;
my (@lost, @odd, @untold);

sub schema {
    my ($node, $at) = @_;

    if (ref $node ne 'HASH') {
        push @odd, "$at: no schema";
        return;
    }

    push @odd, map { "$at: $_" } grep { !$keywords{$_} && !/^x-/ }
        keys %$node;
    push @odd, map { "$at: type $_" } grep { !$types{$_} }
        map { ref $_ ? @$_ : $_ } grep { defined } $node->{type};
    push @odd, "$at: pattern" if defined $node->{pattern}
        && !defined eval { qr/$node->{pattern}/ };
    push @odd, "$at: enum" if $node->{enum}
        && (!@{ $node->{enum} } || ref $node->{enum} ne 'ARRAY');

    for my $pair ([ qw/ minimum maximum / ], [ qw/ minLength maxLength / ],
        [ qw/ minItems maxItems / ])
    {
        my ($low, $high) = @{$node}{@$pair};
        push @odd, "$at: @$pair" if defined $low && defined $high
            && $low > $high;
    }

    my $properties = $node->{properties} || {};

    push @odd, map { "$at: requires $_" } grep { !$properties->{$_} }
        @{ $node->{required} || [] } if $node->{properties};
    push @untold, map { "$at.$_" } grep {
        my $one = $properties->{$_};
        $at =~ m{^schemas/(?!Error|ServiceError)} && !$one->{'$ref'}
            && $at !~ /\bif\b/
            && !($one->{description} && $one->{'x-description-zh'})
    } keys %$properties;

    schema($properties->{$_}, "$at.$_") for keys %$properties;
    schema($node->{$_}, "$at/$_") for grep { ref $node->{$_} }
        qw/ items additionalProperties not if then /;

    for my $key (qw/ allOf anyOf oneOf /) {
        schema($_, "$at/$key") for @{ $node->{$key} || [] };
    }
}

sub references {
    my ($node, $at) = @_;

    if (ref $node eq 'HASH') {
        push @lost, "$at: $node->{'$ref'}" if exists $node->{'$ref'}
            && !$openapi->resolve($node->{'$ref'});
        references($node->{$_}, "$at/$_") for keys %$node;

    } elsif (ref $node eq 'ARRAY') {
        references($node->[$_], "$at/$_") for 0 .. $#$node;
    }
}

references($document, '');
is("@lost", '', 'every reference leads somewhere');

my $components = $document->{components};

schema($components->{schemas}{$_}, "schemas/$_")
    for keys %{ $components->{schemas} };
is(join("\n", @odd), '', 'schemas are of known keywords and types');
is("@untold", '', 'every field is described in both languages');

###############################################################################
# operations

my (%ids, @bad);

for my $endpoint (@endpoints) {
    my ($method, $path) = @{$endpoint}{qw/ method path /};
    my $name = "$method $path";
    my $operation = $openapi->operation($method, $path);

    if (!$operation) {
        push @bad, "$name is missing";
        next;
    }

    my %parameters = map { ("$_->{in} $_->{name}" => $_) }
        map { $openapi->real($_) } @{ $operation->{parameters} };
    my @security = map { keys %$_ } @{ $operation->{security} };
    my $body = $operation->{requestBody};

    push @bad, "$name: operationId" if !$operation->{operationId}
        || $ids{ $operation->{operationId} }++;
    push @bad, "$name: summary" if $operation->{summary} ne $endpoint->{doc}
        || $operation->{'x-summary-zh'} ne $endpoint->{doc_zh};
    push @bad, "$name: tag" if @{ $operation->{tags} } != 1
        || $operation->{tags}[0] ne $endpoint->{side} =~ s/_/-/r;
    push @bad, "$name: parameters" if keys %parameters
        != @{ $operation->{parameters} };
    push @bad, "$name: security" if grep {
        !$components->{securitySchemes}{$_} } @security;
    push @bad, "$name: an operator's call without token"
        if $endpoint->{auth} eq 'operator' && "@security" ne 'operator';
    push @bad, "$name: responses" if !$operation->{responses}{200}
        || !$operation->{responses}{default};
    push @bad, map { "$name: response $_" } grep {
        !$openapi->real($operation->{responses}{$_})->{description}
    } keys %{ $operation->{responses} };

    if ($method eq 'GET') {
        push @bad, "$name: a body" if $body;
        push @bad, map { "$name: $_->{name}" } grep {
            my $one = $parameters{"query $_->{name}"};
            !$one || !$one->{required} != !$_->{required}
                || !$one->{'x-description-zh'}
                || !($one->{schema} xor $one->{content})
        } @{ $endpoint->{in} };

    } else {
        my $schema = $openapi->real($openapi->request($method, $path));
        push @bad, map { "$name: $_->{name}" }
            grep { !$schema->{properties}{ $_->{name} } }
            @{ $endpoint->{in} };
    }

    my $answer = $openapi->answer($method, $path, 200);
    push @bad, "$name: answer" if !$answer->{oneOf}
        && $answer->{properties}{code}{const} != 0;
}

is(join("\n", @bad), '', 'operations are the rows of the table');
is(scalar(map { keys %$_ } values %{ $document->{paths} }),
    scalar @endpoints, 'and there are no others');

is_deeply([ map { $_->{code} } @{ $document->{'x-errors'} } ],
    [ map { $_->{code} } @{ $api->{errors} } ], 'every error code');

###############################################################################
# schemas say what the decoder does

my @wrong;
my $checked = 0;

for my $endpoint (grep { $_->{method} eq 'POST' } @endpoints) {
    my $name = "$endpoint->{method} $endpoint->{path}";
    my $schema = $openapi->request('POST', $endpoint->{path});
    my %good = $api->body($endpoint->{in});
    my @faults = $openapi->faults($schema, \%good);

    push @wrong, "$name: a good body: @faults" if @faults;

    for my $field (@{ $endpoint->{in} }) {
        my %less = %good;

        delete $less{ $field->{name} };
        push @wrong, "$name: without $field->{name}" if $field->{required}
            && $openapi->valid($schema, \%less);

        for my $case ($api->wrong($field)) {
            my ($what, $value) = @$case;
            push @wrong, "$name: $field->{name} $what"
                if $openapi->valid($schema,
                    { %good, $field->{name} => $value });
            $checked++;
        }

        for my $alias (split /\|/, $field->{alias} || '') {
            @faults = $openapi->faults($schema, { %less,
                $alias => $good{ $field->{name} } // $api->value($field) });
            push @wrong, "$name: $alias for $field->{name}: @faults"
                if @faults;
        }
    }
}

is(join("\n", @wrong), '', "good and bad bodies: $checked bad ones");

done_testing();
