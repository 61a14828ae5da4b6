package IC::Caller;

# Calls to one node (IC) as a peer and as an operator, and what they left
# behind. A test that is the first to use an endpoint says so in a line
#
#     # covers: POST /v1/platform/dataset/update
#
# and finish() fails when that endpoint never answered with success. Every
# good answer is also checked against docs/openapi.json, and what each call
# leaves as evidence against its row, unless a daemon writes some too.

use warnings;
use strict;

use IC::Openapi;
use IC::Recorded;
use Test::More;

sub new {
    my ($class, $t) = @_;

    $t->operator('olga', 'secret');

    return bless { t => $t, covered => {} }, $class;
}

# A call; a peer comes over TLS (who => its certificate), the operator has its
# token (who => another one's token). Gives data, or the whole answer when it
# failed.

sub call {
    my ($self, $method, $path, $fields, $who) = @_;

    my $peer = $path =~ m{^/v1/interconn};
    my @option = $peer ? (cert => $who || 'hospital-b')
                       : (token => $who || 'secret');
    my $uri = $path;

    if ($method eq 'GET') {
        $uri .= '?' . join '&', map { "$_=$fields->{$_}" } sort keys %$fields
            if %{ $fields || {} };
    } else {
        push @option, body => $fields;
    }

    my $recorded = $self->{recorded} ||= IC::Recorded->new(
        $self->{t}->redis);
    my ($got, @entries) = $recorded->around(sub {
        $self->{t}->http($peer ? 'ew' : 'ns', $method, $uri, @option) });
    my $good = ($got->{json}{code} // -1) == 0;
    my @wrong = $INC{'IC/Daemon.pm'} ? ()
        : $recorded->faults($method, $path, $good, @entries);

    fail("$method $path, its evidence: $_") for @wrong;

    if ($good) {
        my $openapi = $self->{openapi} ||= IC::Openapi->new;
        my @faults = $openapi->faults($openapi->answer($method, $path,
            $got->{status}), $got->{json});

        fail("$method $path: not what openapi.json says: @faults")
            if @faults;
        $self->{covered}{"$method $path"} = 1;
    }

    return $good ? $got->{json}{data} : $got->{json};
}

sub peer { $_[0]->call($_[1], "/v1/interconn$_[2]", @_[3 .. $#_]) }
sub own  { $_[0]->call($_[1], "/v1/platform$_[2]", @_[3 .. $#_]) }

# What a piece of code returned and left in the streams: events, messages.

sub left {
    my ($self, $code) = @_;

    my $t = $self->{t};
    my $got = $t->redis->watch($code);
    my @out = map { { path => $_->{path}, peer => $_->{peer},
        permit => $_->{permit}, body => $t->decode($_->{body}) } }
        @{ $got->{outbox} };

    return ($got->{result}, [ map { (split)[0] } @{ $got->{events} } ],
        \@out);
}

# The endpoints that test files say they cover.

sub claimed {
    my ($self, @files) = @_;

    return map {
        ($self->{t}->slurp($_) // '') =~ /^# covers: (\w+ \S+)$/mg
    } @files;
}

sub finish {
    my ($self, $file) = @_;

    my @missed = grep { !$self->{covered}{$_} } $self->claimed($file);

    is("@missed", '', 'every endpoint of this file answered with success');
}

1;
