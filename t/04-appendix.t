#!/usr/bin/perl

# Every field that appendix A gives an endpoint is in docs/openapi.json with
# its type, and is required where it must be: of what is sent to us we demand
# what the standard demands and no more, and our answers have what it
# promises. What differs stands below with its reason; a row that is not
# needed any more fails.

use warnings;
use strict;

use lib 't/lib';
use IC::Api;
use IC::Openapi;
use JSON::PP;
use Test::More;

my $source = '../shared/spec/appendix-a.json';

plan skip_all => "no $source here" unless -f $source;
IC::Api->check;

# "<section> <request|response> <field>" (or "<struct> <field>") => what
# differs => why. The numbers are those of the list of ambiguities of the
# appendix in the reference on interoperation, chapter 10.

my $without = 'an answer without it says nothing';
my $granting = 'an approval without it grants nothing; a rejection has none';
my $flat = 'or flat beside it, as other implementations send it';
my $when = 'required when status=APPROVED';

my %deviations = (
    'A.1.1.3 request status' => [ 'required', "10: $without" ],
    'A.2.1.4 request status' => [ 'required', "10: $without" ],
    (map { ("A.$_.2 request resource_permit" => [ $when, "10: $granting" ]) }
        qw/ 3.1 5.1 6.1 7.1 /),
    'A.2.1.4 request resource_permit' => [ $when, "10: $granting" ],
    'A.1.1.5 request node_info' => [ 'not required', "3: $flat" ],
    'A.2.2.1 request column_metas' =>
        [ 'not required', 'without them the node reads what they are' ],
    'A.4.2.1 request Component' => [ 'not required', "6: $flat" ],
    'A.2.1.3 request auth_scope' =>
        [ 'any type', '5: some send the map of scope_ids here' ],
    'A.2.1.3 request scope_ids' =>
        [ 'elements: elements: any type', 'the ids of the lists are checked, '
            . 'with the scope; OpenAPI is not told' ],
    'A.3.1.1 request project_id' =>
        [ 'string, not object', '4: typed Project, meant as its id' ],
    'A.3.1.1 request datasets' =>
        [ 'elements: any type', '4: summaries, or ids as others send them' ],
    'A.3.1.6 response datasets' =>
        [ 'elements: elements: any type', '4: ids, as in its example' ],
    'A.7.2.2 request id' =>
        [ 'required', '6: nothing else names the model' ],
);

my $openapi = IC::Openapi->new;
my $appendix = do {
    open my $in, '<:raw', $source or die "$source: $!\n";
    local $/;
    JSON::PP->new->utf8->decode(scalar <$in>);
};

###############################################################################
# types

my %kind = (
    string => 'string', long => 'integer', integer => 'integer',
);

# What a type of the appendix must be here: a kind, and of lists and maps
# that of their elements. "{Flow}" is an object in a member of that name.

sub wanted {
    my ($type) = @_;

    return [ 'array', wanted($1) ] if $type =~ /^Array<(.+)>$/;
    return [ 'object', wanted($1) ] if $type =~ /^Map<String, ?(.+)>$/;
    return ['object'] if $type =~ /^\{\w+\}$/;
    return [ $kind{ lc $type } || 'object' ];
}

# What is wrong with a schema, or nothing. An integer of a query string is
# a string as well; a schema without a type takes anything.

sub type_wrong {
    my ($node, $wanted) = @_;

    $node = $openapi->real($node);

    my ($kind, $element) = @$wanted;
    my @types = ref $node->{type} ? @{ $node->{type} } : $node->{type} // ();

    return 'any type' if !@types && !$node->{oneOf} && !$node->{anyOf};
    return "@types, not $kind" if @types && !grep { $_ eq $kind } @types;
    return unless $element;

    my $of = $kind eq 'array' ? $node->{items}
                              : $node->{additionalProperties};

    return "elements of $kind are untold" unless ref $of eq 'HASH';

    my $wrong = type_wrong($of, $element) or return;
    return "elements: $wrong";
}

# The fields of a struct are looked at once, wherever it is first met.

my %structs = %{ $appendix->{structs} };
my %met;

###############################################################################
# fields

my (%found, $fields);

sub differs {
    my ($where, $what) = @_;

    push @{ $found{$where} }, $what;
}

# Whether an object must have a member, under this name or another of it.

sub demand {
    my ($node, $name) = @_;

    my $has = sub { grep { $_ eq $name } @{ $_[0]{required} || [] } };

    return 'required' if $has->($node);

    for my $part (@{ $node->{allOf} || [] }, $node) {
        return 'required' if grep { $has->($_) } @{ $part->{anyOf} || [] };
        next unless $part->{then};

        my ($key) = keys %{ $part->{if}{properties} };
        my @then = ($part->{then}, @{ $part->{then}{anyOf} || [] });

        return "required when $key=$part->{if}{properties}{$key}{const}"
            if grep { $has->($_) } @then;
    }

    return 'not required';
}

# A schema's property by its name, and what is required of it.

sub look {
    my ($where, $schema, $field, $answer) = @_;

    my $node = $openapi->real($schema);
    my $property = $node->{properties}{ $field->{name} };

    $fields++;

    return differs($where, 'absent') unless $property;

    my $wrong = type_wrong($property, wanted($field->{type}));
    my $demand = demand($node, $field->{name});
    my $wanted = $field->{required} =~ /^when/ ? "required $field->{required}"
                 : $field->{required} ? 'required' : 'not required';

    differs($where, $wrong) if $wrong;
    differs($where, $demand) if $demand ne $wanted
        && !($answer && $demand eq 'required');

    my $struct = $field->{type} =~ /(\w+)>?\}?$/ ? $1 : '';

    inside($struct, $property, $answer) if $structs{$struct};
}

sub inside {
    my ($struct, $property, $answer) = @_;

    my $node = $openapi->real($property);

    $node = $openapi->real($node->{items}) if $node->{items};
    return if !$node->{properties} || $met{"$struct $answer"}++;

    look("$struct " . ($answer ? 'response' : 'request') . " $_->{name}",
         $node, $_, $answer) for @{ $structs{$struct} };
}

# Parameters of a GET as properties of an object, a body, or nothing.

sub request_of {
    my ($operation) = @_;

    my $body = $operation->{requestBody};

    return $body->{content}{'application/json'}{schema} if $body;

    my @query = grep { ($_->{in} || '') eq 'query' }
        map { $openapi->real($_) } @{ $operation->{parameters} || [] };

    return {
        properties => { map { $_->{name} => $_->{schema} } @query },
        required => [ map { $_->{name} } grep { $_->{required} } @query ],
    };
}

sub answer_of {
    my ($operation) = @_;

    my $schema = $operation->{responses}{200}{content}{'application/json'}
        {schema};
    my ($success) = grep { !$_->{'$ref'} }
        $schema->{oneOf} ? @{ $schema->{oneOf} } : $schema;

    return $success->{properties}{data};
}

my @endpoints = @{ $appendix->{endpoints} };

for my $endpoint (@endpoints) {
    my ($section, $method, $path) = @{$endpoint}{qw/ section method path /};
    my $operation = $openapi->operation($method, $path);

    if (!$operation) {
        differs("$section $method $path", 'absent');
        next;
    }

    look("$section request $_->{name}", request_of($operation), $_, 0)
        for @{ $endpoint->{request} };
    look("$section response $_->{name}", answer_of($operation), $_, 1)
        for @{ $endpoint->{response} };
}

###############################################################################
# all of it as it should be

is(scalar @endpoints, 60, 'endpoints');
cmp_ok($fields, '>', 260, "$fields fields");

my @unjustified = grep {
    my $row = $deviations{$_};
    !$row || $row->[0] ne join ', ', @{ $found{$_} };
} sort keys %found;

diag("$_: @{ $found{$_} }") for @unjustified;
is_deeply(\@unjustified, [],
    'nothing differs without a reason');
is_deeply([ grep { !$found{$_} } sort keys %deviations ], [],
    'no reason without a difference');

done_testing();
