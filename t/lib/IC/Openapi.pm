package IC::Openapi;

# docs/openapi.json as a program reads it: its operations, and values checked
# against its schemas (JSON Schema 2020-12, the keywords that it uses).

use warnings;
use strict;

use B ();
use IC::Api;
use JSON::PP ();

sub new {
    my ($class) = @_;

    my $program = IC::Api->program;
    open my $in, '-|', $program, '--openapi' or die "$program: $!\n";
    my $text = do { local $/; <$in> };
    close $in or die "$program failed\n";

    return bless { document => JSON::PP->new->utf8->decode($text) }, $class;
}

sub document { $_[0]{document} }

# The value that "#/a/b" names, or undef.

sub resolve {
    my ($self, $ref) = @_;

    my ($path) = $ref =~ m{^#/(.*)} or return undef;
    my $at = $self->{document};

    for my $name (split m{/}, $path) {
        $name =~ s{~1}{/}g;
        $name =~ s{~0}{~}g;
        return undef if ref $at ne 'HASH' || !exists $at->{$name};
        $at = $at->{$name};
    }

    return $at;
}

# Without references at its top.

sub real {
    my ($self, $node) = @_;

    $node = $self->resolve($node->{'$ref'}) while $node->{'$ref'};
    return $node;
}

sub operation {
    my ($self, $method, $path) = @_;

    return $self->{document}{paths}{$path}{ lc $method };
}

sub request {
    my ($self, $method, $path) = @_;

    my $body = $self->operation($method, $path)->{requestBody} or return;
    return $body->{content}{'application/json'}{schema};
}

sub answer {
    my ($self, $method, $path, $status) = @_;

    my $responses = $self->operation($method, $path)->{responses};
    my $response = $self->real($responses->{$status}
        || $responses->{default});

    return $response->{content}{'application/json'}{schema};
}

###############################################################################

sub type_of {
    my ($value) = @_;

    return 'null' if !defined $value;
    return 'boolean' if JSON::PP::is_bool($value);
    return 'object' if ref $value eq 'HASH';
    return 'array' if ref $value eq 'ARRAY';

    my $flags = B::svref_2object(\$value)->FLAGS;

    return 'string' if !($flags & (B::SVp_IOK | B::SVp_NOK))
        || ($flags & B::SVp_POK);
    return $value =~ /^-?\d+$/ ? 'integer' : 'number';
}

sub same {
    my ($one, $other) = @_;

    my $json = JSON::PP->new->canonical->allow_nonref;
    return $json->encode($one) eq $json->encode($other);
}

sub valid {
    my ($self, $schema, $value) = @_;

    my @faults = $self->faults($schema, $value);
    return !@faults;
}

# What is wrong with a value: texts; none when it is good.

sub faults {
    my ($self, $schema, $value, $at) = @_;

    $at //= '';

    my @faults = $schema->{'$ref'}
        ? $self->faults($self->resolve($schema->{'$ref'}), $value, $at) : ();
    my $type = type_of($value);
    my @types = map { ref $_ ? @$_ : $_ } grep { defined } $schema->{type};

    return (@faults, "$at: $type, not @types") if @types && !grep {
        $_ eq $type || ($_ eq 'number' && $type eq 'integer') } @types;

    push @faults, "$at: not one of the enum" if $schema->{enum}
        && !grep { same($_, $value) } @{ $schema->{enum} };
    push @faults, "$at: not the constant" if exists $schema->{const}
        && !same($schema->{const}, $value);

    my $check = $self->can("faults_$type");
    push @faults, $self->$check($schema, $value, $at) if $check;

    return (@faults, $self->combined($schema, $value, $at));
}

sub combined {
    my ($self, $schema, $value, $at) = @_;

    my @faults = map { $self->faults($_, $value, $at) }
        @{ $schema->{allOf} || [] };

    for my $key (grep { $schema->{$_} } qw/ anyOf oneOf /) {
        my @wrong = map { [ $self->faults($_, $value, $at) ] }
            @{ $schema->{$key} };
        my $good = grep { !@$_ } @wrong;

        push @faults, "$at: $good of $key (" . join('; ', map { @$_ }
            @wrong) . ')' if $key eq 'oneOf' ? $good != 1 : !$good;
    }

    push @faults, "$at: what it must not be" if $schema->{not}
        && $self->valid($schema->{not}, $value);
    push @faults, $self->faults($schema->{then}, $value, $at)
        if $schema->{if} && $schema->{then}
        && $self->valid($schema->{if}, $value);

    return @faults;
}

sub faults_string {
    my ($self, $schema, $value, $at) = @_;

    return ((defined $schema->{minLength}
            && length $value < $schema->{minLength} ? "$at: too short" : ()),
        (defined $schema->{maxLength}
            && length $value > $schema->{maxLength} ? "$at: too long" : ()),
        (defined $schema->{pattern} && $value !~ /$schema->{pattern}/
            ? "$at: not of the pattern: $value" : ()));
}

sub faults_number {
    my ($self, $schema, $value, $at) = @_;

    return ((defined $schema->{minimum} && $value < $schema->{minimum}
            ? "$at: too small" : ()),
        (defined $schema->{maximum} && $value > $schema->{maximum}
            ? "$at: too large" : ()));
}

sub faults_integer { my $self = shift; return $self->faults_number(@_) }

sub faults_array {
    my ($self, $schema, $value, $at) = @_;

    my $n = @$value;

    return ((defined $schema->{minItems} && $n < $schema->{minItems}
            ? "$at: too few" : ()),
        (defined $schema->{maxItems} && $n > $schema->{maxItems}
            ? "$at: too many" : ()),
        $schema->{items} ? map { $self->faults($schema->{items},
            $value->[$_], "$at/$_") } 0 .. $n - 1 : ());
}

sub faults_object {
    my ($self, $schema, $value, $at) = @_;

    my $properties = $schema->{properties} || {};
    my $others = $schema->{additionalProperties};
    my $n = keys %$value;

    return ((map { exists $value->{$_} ? () : "$at/$_: missing" }
            @{ $schema->{required} || [] }),
        (defined $schema->{maxProperties} && $n > $schema->{maxProperties}
            ? "$at: too many" : ()),
        map { my $known = $properties->{$_} || $others;
            $known ? $self->faults($known, $value->{$_}, "$at/$_") : () }
            sort keys %$value);
}

1;
