package IC::Fields;

# What the rows of a table make of a request: for every field all values at
# its edges and what the decoder has to say about each.
#
# A case is { what, verdict, and value or text or name }. Verdicts: "good",
# "bad" (the field is named), "json" (no acceptable JSON). A value "RAW<...>"
# stands for that text in the body.

use warnings;
use strict;
use utf8;

use JSON::PP ();

my ($true, $false) = (JSON::PP::true, JSON::PP::false);
my $json = JSON::PP->new->utf8->canonical->allow_nonref;

my $int_max = '9223372036854775807';
my $int_beyond = '9223372036854775808';
my $time_max = 253402300799999;

sub encode {
    my ($class, $value) = @_;

    return $json->encode($value) =~ s/"RAW<([^>]*)>"/$1/gr;
}

sub cases_of { return map { { what => $_->[0], value => $_->[1],
    verdict => $_->[2] } } @_ }

# A text of so many bytes, of characters of three bytes as far as they go.

sub wide {
    my ($bytes) = @_;

    return '血' x int($bytes / 3) . 'x' x ($bytes % 3);
}

###############################################################################
# bodies

sub string {
    my ($field) = @_;

    my $max = $field->{max} || 4096;
    my $min = ($field->{min} || 0) < 0 ? 0
        : $field->{min} || ($field->{required} ? 1 : 0);

    return ([ 'at its limit', 'x' x $max, 'good' ],
        [ 'a byte more', 'x' x ($max + 1), 'bad' ],
        [ 'at its limit in UTF-8', wide($max), 'good' ],
        [ 'a byte more in UTF-8', wide($max + 1), 'bad' ],
        [ 'beyond the first plane', "\x{1f3e5}", 'good' ],
        [ 'with a NUL', "a\0b", 'json' ],
        [ 'a lone surrogate', 'RAW<"\ud800">', 'json' ],
        [ 'empty', '', $min > 0 ? 'bad' : 'good' ],
        [ 'a number', 7, 'bad' ], [ 'a fraction', 1.5, 'bad' ]);
}

my @not_ids = ('a b', ' a', 'a ', '../x', 'a/b', '/a', '%2e%2e%2fa', '..;/a',
    '{a}', 'a{b', 'a}b', '*', 'a?', 'a[b', '-a', '.a', '_a', ':a', "a\r\nb",
    "a\n", "\ta", 'é', 'аb', "\x{202e}a", "a\x{0}b", '"', "'", 'a,b', 'a=b',
    '$a', '#');

sub id {
    my ($field) = @_;

    my $max = $field->{max} || 128;
    my $none = $field->{required} && ($field->{min} || 0) >= 0;

    return ([ 'at its limit', 'x' x $max, 'good' ],
        [ 'a byte more', 'x' x ($max + 1), 'bad' ],
        [ 'of every kind of letter', 'a.B_c:9@e-f', 'good' ],
        [ 'of one digit', '0', 'good' ],
        [ 'empty', '', $none ? 'bad' : 'good' ],
        [ 'a number', 7, 'bad' ],
        map { [ 'the id ' . $json->encode($_), $_,
            /\0/ ? 'json' : 'bad' ] } @not_ids);
}

sub integer {
    my ($field) = @_;

    my $min = $field->{min} || 0;
    my $max = $field->{max};
    my $digits = $field->{digits} ? 'good' : 'bad';
    my $good = $min > 0 || $field->{nonzero} ? $min : $max // 1;

    return ([ 'the least', $min, 'good' ],
        [ 'less than that', $min - 1, 'bad' ],
        [ 'the most', defined $max ? $max : "RAW<$int_max>", 'good' ],
        (defined $max ? [ 'more than that', $max + 1, 'bad' ] : ()),
        [ 'beyond 63 bits', "RAW<$int_beyond>", 'json' ],
        [ 'minus zero', 'RAW<-0>', 'json' ],
        ($field->{nonzero} ? [ 'zero', 0, 'bad' ] : ()),
        [ 'digits', "$good", $digits ],
        map { [ "the text $_", $_, 'bad' ] } '+5', ' 5', '5 ', '05', '1e3',
            '5.0', '0x5', '', '-', $int_beyond),
        map { [ "the number $_", "RAW<$_>", 'bad' ] } '1.0', '1e0', '1.5';
}

sub time {
    my ($field) = @_;

    my $max = $field->{max} || $time_max;
    my $digits = $field->{digits} ? 'good' : 'bad';

    return ([ 'in milliseconds', 1900000000000, 'good' ],
        [ 'in seconds', 1900000000, 'good' ],
        [ 'the most', $max, 'good' ],
        [ 'more than that', $max + 1, 'bad' ],
        [ 'below zero', -1, 'bad' ],
        [ 'a fraction', 1900000000.5, 'bad' ],
        [ 'digits', '1900000000000', $digits ],
        [ 'a date', '2030-01-01', 'bad' ]);
}

sub number {
    my ($field) = @_;

    my ($min, $max) = @{$field}{qw/ min max /};

    return ([ 'a whole number', $max || 1, 'good' ],
        [ 'a fraction', ($max || 2) - 0.5, 'good' ],
        [ 'beyond double', 'RAW<1e400>', 'json' ],
        ($max ? ([ 'too large', $max + 0.5, 'bad' ],
                 [ 'too small', ($min || 0) - 0.5, 'bad' ])
              : [ 'very large', 'RAW<1e300>', 'good' ]),
        [ 'a text', 'x', 'bad' ]);
}

sub boolean {
    return ([ 'true', $true, 'good' ], [ 'false', $false, 'good' ],
        [ 'one', 1, 'bad' ], [ 'zero', 0, 'bad' ], [ 'a word', 'true',
        'bad' ], [ 'empty', '', 'bad' ]);
}

sub enum {
    my ($field) = @_;

    my %known = map { $_ => 1 } @{ $field->{values} };
    my $one = $field->{values}[0];

    return ((map { [ $_, $_, 'good' ] } @{ $field->{values} }),
        (map { [ "the word $_", $_, 'bad' ] } grep { !$known{$_} }
            $one . 'X', lc $one, uc $one, " $one", "$one ", ''),
        [ 'a number', 0, 'bad' ]);
}

sub object {
    my ($field) = @_;

    return ($field->{fields} ? () : [ 'empty', {}, 'good' ],
        [ 'a text', '{}', 'bad' ], [ 'a number', 1, 'bad' ]);
}

sub list {
    my ($field) = @_;

    my $max = $field->{max} || 1024;
    my $element = element($field);

    return ([ 'none', [], ($field->{min} || 0) > 0 ? 'bad' : 'good' ],
        [ 'as many as may be', [ ($element) x $max ], 'good' ],
        [ 'one more', [ ($element) x ($max + 1) ], 'bad' ],
        [ 'a text', 'x', 'bad' ], [ 'a number', 1, 'bad' ]);
}

sub map_ {
    my ($field) = @_;

    my $max = $field->{max} || 1024;
    my $element = element($field);

    return ([ 'none', {}, ($field->{min} || 0) > 0 ? 'bad' : 'good' ],
        ($max > 1024 ? () : [ 'as many as may be',
            { map { ("k$_" => $element) } 1 .. $max }, 'good' ]),
        ($max > 1023 ? () : [ 'one more',
            { map { ("k$_" => $element) } 0 .. $max }, 'bad' ]),
        [ 'a text', 'x', 'bad' ], [ 'a number', 1, 'bad' ]);
}

my %simple = (string => 'x', id => 'x', integer => 1, number => 1,
    boolean => $true, any => 1, time => 1900000000000, list => [],
    map => {});

sub element {
    my ($field) = @_;

    return $field->{values}[0] if $field->{values};
    return good($field->{fields}) if $field->{fields};
    return $simple{ $field->{item} } // {};
}

# The required members of an object.

sub good {
    my ($fields) = @_;

    return { map { $_->{name} => value($_) }
        grep { $_->{required} } @$fields };
}

sub value {
    my ($field) = @_;

    return $field->{values}[0] if $field->{type} eq 'enum';
    return good($field->{fields}) if $field->{type} eq 'object'
        && $field->{fields};
    return [ ($field->{min} || 0) > 0 ? element($field) : () ]
        if $field->{type} eq 'list';
    return $field->{min} if $field->{type} eq 'integer' && $field->{min};

    return $simple{ $field->{type} } // {};
}

my %types = (string => \&string, id => \&id, integer => \&integer,
    time => \&time, number => \&number, boolean => \&boolean,
    enum => \&enum, object => \&object, list => \&list, map => \&map_,
    any => sub { });

# What no type but the one takes.

my %others = (object => {}, list => [], boolean => $true);

sub cases {
    my ($class, $field) = @_;

    my $type = $field->{type};
    my @cases = $types{$type}->($field);

    push @cases, map { [ "of the type $_", $others{$_}, 'bad' ] }
        grep { $_ ne $type && !($_ eq 'object' && $type eq 'map') }
        sort keys %others if $type ne 'any';
    push @cases, [ 'null', undef, $field->{required} ? 'bad' : 'good' ];

    return (cases_of(@cases), inner($class, $field));
}

# Members of objects, and of the elements of lists and maps.

sub inner {
    my ($class, $field) = @_;

    my $fields = $field->{fields} or return;
    my $good = good($fields);
    my ($wrap, $path) = $field->{type} eq 'list' ? (sub { [ $_[0] ] }, '/0')
        : $field->{type} eq 'map' ? (sub { { k => $_[0] } }, '/k')
        : (sub { $_[0] }, '');
    my @cases;

    for my $sub (@$fields) {
        my $name = $sub->{name};

        for my $case ($class->cases($sub)) {
            push @cases, { %$case, what => "$name $case->{what}",
                value => $wrap->({ %$good, $name => $case->{value} }),
                at => "$path/$name" . ($case->{at} // '') };
        }

        next if !$sub->{required};

        my %less = %$good;
        delete $less{$name};
        push @cases, { what => "without $name", value => $wrap->(\%less),
            verdict => 'bad', at => "$path/$name" };
    }

    return @cases;
}

###############################################################################
# query strings

sub escape {
    my ($class, $text) = @_;

    utf8::encode($text);
    return $text =~ s/([^A-Za-z0-9._:\@-])/sprintf '%%%02X', ord $1/ger;
}

my %queries = (
    integer => sub {
        my ($field) = @_;
        my $min = $field->{min} || 0;
        my $max = $field->{max} || $int_max;

        return ([ $min, 'good' ], [ $min - 1, 'bad' ], [ $max, 'good' ],
            ($field->{max} ? [ $max + 1, 'bad' ] : ()),
            [ 0, $min > 0 || $field->{nonzero} ? 'bad' : 'good' ],
            [ 1, 'good' ], [ '', $field->{required} ? 'bad' : 'good' ],
            [ -2, 'bad' ],
            [ 1000, $max < 1000 ? 'bad' : 'good' ],
            map { [ $_, 'bad' ] } 2 ** 31, $int_beyond, '1e9', '+5', '1.0',
            '05', '5x', ' 5', '5 ', '-', '-0', '"x"', 'null1', 'true', '[]',
            '[5]', '{}', "5\0");
    },
    id => sub {
        my ($field) = @_;

        return ([ 'x' x 128, 'good' ], [ 'x' x 129, 'bad' ],
            [ '', $field->{required} ? 'bad' : 'good' ],
            [ 'a.B_c:9@e-f', 'good' ], map { [ $_, 'bad' ] } @not_ids);
    },
    enum => sub {
        my ($field) = @_;
        my $one = $field->{values}[0];

        return ((map { [ $_, 'good' ] } @{ $field->{values} }),
            [ '', $field->{required} ? 'bad' : 'good' ],
            map { [ $_, 'bad' ] } $one . 'x', " $one", '"' . $one . '"');
    },
    string => sub {
        my ($field) = @_;
        my $max = $field->{max} || 4096;

        return ([ 'x' x ($max + 1), 'bad' ], [ wide($max), 'good' ],
            [ wide($max + 1), 'bad' ], [ '1', 'good' ]);
    },
);

sub queries {
    my ($class, $field) = @_;

    my $make = $queries{ $field->{type} } or return;

    return map { { what => length $_->[0] > 40 ? length($_->[0])
        . ' letters' : $json->encode($_->[0]), text => $_->[0],
        verdict => $_->[1] } } $make->($field);
}

1;
