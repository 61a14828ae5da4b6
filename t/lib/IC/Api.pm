package IC::Api;

# The tables of src/api as ic_apidump prints them, and bodies made by them.

use warnings;
use strict;

use JSON::PP ();
use Test::More;

my $true = JSON::PP::true;

# plan(skip_all) without the program; before new()

sub check {
    my $program = program();

    plan(skip_all => "no program at $program") if !-x $program;
}

sub program {
    return ($ENV{IC_BUILD} || 'build') . '/ic_apidump';
}

sub new {
    my ($class) = @_;

    open my $in, '-|', program() or die program() . ": $!\n";
    my $text = do { local $/; <$in> };
    close $in or die program() . " failed\n";

    return bless { %{ JSON::PP->new->utf8->decode($text) } }, $class;
}

sub endpoints { @{ $_[0]{endpoints} } }

# good values, by the names of fields; others by type

my %named = (
    address => 'https://node.example.org',
    auth_type => 'CERT',
    status => 'APPROVED',
    page_num => 1,
    page_size => 20,
    location => { type => 'sqlite', path => '/data/a.db' },
);

my %typed = (
    string => 'text', id => 'ID1', integer => 1, time => 1900000000000,
    number => 1, boolean => $true, object => {}, list => [], map => {},
    any => {},
);

sub value {
    my ($self, $field) = @_;

    my $values = $field->{values};
    my $value = $named{ $field->{name} };

    return $value if defined $value
        && (!$values || grep { $_ eq $value } @$values);
    return $values->[0] if $field->{type} eq 'enum';
    return { $self->body($field->{fields}) }
        if $field->{type} eq 'object' && $field->{fields};

    return $typed{ $field->{type} };
}

# The required members of a schema with good values.

sub body {
    my ($self, $fields) = @_;

    return map { $_->{name} => $self->value($_) }
        grep { $_->{required} || $_->{when} } @$fields;
}

# What a field of a type must refuse: pairs of name and value.

my %wrong = (
    string => 1, id => 'a b', integer => 'x', time => 'x', number => 'x',
    boolean => 1, enum => 'NOBODY', object => 'x', list => 'x', map => 'x',
);

sub wrong {
    my ($self, $field) = @_;

    my $type = $field->{type};
    my @wrong = exists $wrong{$type} ? ([ 'of another type', $wrong{$type} ])
                                     : ();

    push @wrong, [ 'too long', 'x' x ($field->{max} + 1) ]
        if $type eq 'string' && $field->{max};
    push @wrong, [ 'too long', 'x' x 129 ] if $type eq 'id';
    push @wrong, [ 'too large', $field->{max} + 1 ]
        if $type eq 'integer' && $field->{max};
    push @wrong, [ 'too small', $field->{min} - 1 ]
        if $type eq 'integer' && $field->{max};
    push @wrong, [ 'null', undef ] if $field->{required};

    return @wrong;
}

###############################################################################
# what jobs and permits look like

sub dag {
    return { version => '2.0.0', components => [ { name => 'lr',
        componentName => 'homo_lr', provider => 'interconn',
        version => '1.1.0', input => [],
        output => [ { type => 'model', key => 'model' } ] } ] };
}

# The initiator is the arbiter; then the guest and the hosts.

sub config {
    my ($self, $initiator, $guest, @hosts) = @_;

    my $data = { lr => { dataset_id => 'D1' } };

    return { version => '2.0.0',
        initiator => { role => 'arbiter', node_id => $initiator },
        role => { arbiter => [ $initiator ], guest => [ $guest ],
            host => [ @hosts ] },
        task_params => { common => { lr => { attributes => [ 'C6' ],
            unique_id => 'id', label_name => 'y',
            allow_two_parties => $true } }, guest => { 0 => $data },
            host => { map { $_ => $data } 0 .. $#hosts } } };
}

sub permit {
    my ($self, $owner, $holder, $kind, $id, %more) = @_;

    return { token => "token-$kind", resource_level => 1,
        resource_type => ucfirst $kind, resource_id => $id,
        resource_node_id => $owner, resource_inst_id => "inst-$owner",
        request_node_id => $holder, request_inst_id => "inst-$holder",
        %more };
}

1;
