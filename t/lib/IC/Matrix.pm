package IC::Matrix;

# A node with contracts, requests, jobs and tasks in every state, callers of
# every sort, and the verdict that the authorisation table (ic_apidump) has
# for any of them. A cell is one call: its answer, what it left in the store
# and in the evidence are compared with the table.

use warnings;
use strict;

use Test::More;

my @STATES = qw/ APPLIED APPROVED REJECTED TERMINATED /;

# code of the envelope => name, as in src/api/errors.def

sub new {
    my ($class, $t, $api) = @_;

    my $self = bless { t => $t, api => $api, cells => 0, walked => {},
        sockets => {}, refusals => {}, absent => {}, changes => 0,
        found => {}, expired => [] }, $class;

    for my $row (@{ $api->{authority} }) {
        $self->{rows}{"$row->{method} $row->{path}"} = $row if $row->{path};
    }

    return $self;
}

sub row { $_[0]{rows}{ $_[1] } || die "no row of $_[1]\n" }

###############################################################################
# contracts of either direction and any state; "EXPIRED" is APPROVED with a
# time that will be over

sub store {
    my ($self, @call) = @_;

    my $reply = $self->{t}->redis->call(@call);
    die "@call[0 .. 3]: $reply->{status} $reply->{detail}\n"
        if $reply->{status} ne 'ok';

    return $reply->{fields};
}

sub contract_in {
    my ($self, $node, $state) = @_;

    my $id = $self->{t}->contract($node, cert => $node,
        status => $state eq 'EXPIRED' ? 'APPROVED' : $state);
    push @{ $self->{expired} }, $id if $state eq 'EXPIRED';

    return $id;
}

sub contract_out {
    my ($self, $node, $state) = @_;

    my $spki = $self->{t}->spki($node);
    my $id = "C-$node";
    my @who = ('spki', $spki, $node, $id);

    $self->store('contract_apply_out', "H-$node", $node,
        "https://$node.test", '{}');
    $self->store('contract_accepted', "H-$node", $id, $spki);
    return $id if $state eq 'APPLIED';

    $self->store('contract_confirm_in', @who,
        $state eq 'REJECTED' ? $state : 'APPROVED');
    $self->store('contract_terminate_in', @who) if $state eq 'TERMINATED';
    push @{ $self->{expired} }, $id if $state eq 'EXPIRED';

    return $id;
}

###############################################################################
# the store as a fixture: kept, compared and put back; evidence and the counts
# of refusals are looked at apart

sub digests {
    my ($self) = @_;

    my $redis = $self->{t}->redis;
    my @names = grep { !/:(?:evidence|changes)$|:denied:/ }
        @{ $redis->command('KEYS', '*') };
    my %digest;

    @digest{@names} = @{ $redis->command('DEBUG', 'DIGEST-VALUE', @names) };

    return \%digest;
}

sub keep {
    my ($self) = @_;

    my $redis = $self->{t}->redis;

    $self->{kept} = $self->digests;
    $self->{dumps} = { map { $_ => $redis->command('DUMP', $_) }
        keys %{ $self->{kept} } };
    $self->{digest} = $self->whole;
}

# One digest of everything; evidence that was seen is dropped before.

sub whole {
    my ($self) = @_;

    my $redis = $self->{t}->redis;
    my %peers = map { (split)[0] => 1 } keys %{ $self->{found} };

    # when a job's initiator was last heard of changes with all that it says,
    # and what is told of evidence with the evidence
    $self->restore($redis->key('partner-jobs'), $redis->key('changes'))
        if $self->{dumps};

    $self->evidence;
    $redis->command('XTRIM', $redis->key('evidence'), 'MINID',
        $self->{seen} =~ s/(\d+)$/$1 + 1/er) if $self->{seen};
    $redis->command('DEL', map { $redis->key("denied:$_") } '-', keys %peers);

    return $redis->command('DEBUG', 'DIGEST');
}

# The names of keys that are not as they were kept.

sub differing {
    my ($self) = @_;

    return if $self->whole eq $self->{digest};

    my ($kept, $now) = ($self->{kept}, $self->digests);
    my %seen;

    return grep { ($kept->{$_} // '') ne ($now->{$_} // '') }
        grep { !$seen{$_}++ } keys %$kept, keys %$now;
}

sub restore {
    my ($self, @names) = @_;

    my $redis = $self->{t}->redis;

    for my $name (@names) {
        $redis->command('DEL', $name);
        $redis->command('RESTORE', $name, 0, $self->{dumps}{$name})
            if $self->{dumps}{$name};
    }
}

# How many entries tell of changes; those of refusals are counted apart.

sub evidence {
    my ($self) = @_;

    my $redis = $self->{t}->redis;

    for my $entry (@{ $redis->command('XRANGE', $redis->key('evidence'),
        $self->{seen} ? "($self->{seen}" : '-', '+') })
    {
        my %said = @{ $entry->[1] };

        $self->{seen} = $entry->[0];

        if ($said{event} =~ /^AUTH[NZ]_/) {
            $self->{found}{"$said{peer} $said{call} $said{error}"}++;
        } else {
            $self->{changes}++;
        }
    }

    return $self->{changes};
}

# Refusals of callers with a name that did not leave what they should.

sub denials {
    my ($self) = @_;

    $self->evidence;

    my ($found, $expected) = @{$self}{qw/ found refusals /};
    my %seen;

    return join "\n", map { "$_: " . ($found->{$_} // 0) . ' of '
        . ($expected->{$_} // 0) } grep {
            ($found->{$_} // 0) != ($expected->{$_} // 0)
        } grep { !/^- / && !$seen{$_}++ } sort keys %$expected, keys %$found;
}

###############################################################################
# calls, each caller on a connection of its own

sub call {
    my ($self, $caller, $method, $path, $fields, %option) = @_;

    my $t = $self->{t};
    my $cert = $caller =~ /^(?:nobody|operator)$/ ? undef : $caller;
    my $uri = $path;

    $option{token} = 'secret' if $caller eq 'operator';

    if ($method eq 'GET') {
        $uri .= '?' . join '&', map { "$_=$fields->{$_}" } sort keys %$fields
            if %{ $fields || {} };
    } else {
        $option{body} = $fields;
    }

    for my $try (1, 2) {
        my $socket = $self->{sockets}{$caller} ||= $t->socket('ew',
            $cert ? (cert => $cert) : ());

        $t->write_all($socket, $t->request($method, $uri, %option));

        my $got = $t->response($socket);

        delete $self->{sockets}{$caller}
            if !$got || ($got->{headers}{connection} // '') eq 'close';

        return $got if $got;
    }

    die "$caller: no answer of $method $path\n";
}

sub verdict {
    my ($got) = @_;

    return 'ok' if defined $got->{json}{code} && $got->{json}{code} == 0;
    return $got->{json}{data}{error} // $got->{body};
}

###############################################################################

# One cell. caller => who; sees => 1: the object is there and the caller is
# whom the row demands; state, target: from which state to which; auth: the
# error that comes before all that, or ''; kind => not_found ... of what is
# refused otherwise; same => 1: an ok changes nothing; loose => 1: or may.

sub cell {
    my ($self, $name, $method, $path, %cell) = @_;

    my $row = $self->row("$method $path");
    my ($expect, $change) = $self->expected($row, %cell);
    my $before = $self->evidence;
    my $got = $self->call($cell{caller}, $method, $path, $cell{body},
        %{ $cell{option} || {} });
    my $verdict = verdict($got);
    my $after = $self->evidence;
    my @differing = $self->differing;
    my $differs = @differing ? 1 : 0;

    $self->{cells}++;
    $self->{walked}{"$method $path"}++;

    my @wrong;

    push @wrong, "is $verdict, not $expect" if $verdict ne $expect;
    push @wrong, $change ? 'changed nothing' : 'changed the store'
        if !$cell{loose} && $differs != $change;
    push @wrong, 'left evidence' if !$change && !$cell{loose}
        && $after != $before;
    push @wrong, 'left no evidence' if $change && !$cell{quiet}
        && $after == $before;

    is("@wrong", '', "$method $path: $name") if @wrong;

    $self->note_refusal($got, $row, $expect, %cell)
        if $expect ne 'ok' || !$cell{sees};
    $self->restore(@differing);

    return $got;
}

# What the row says of a caller with or without the object.

sub expected {
    my ($self, $row, %cell) = @_;

    return ($cell{auth}, 0) if $cell{auth};
    return ($row->{absent}, 0) if !$cell{sees};
    return ($cell{refused}, 0) if $cell{refused};

    my %from = map { $_ => 1 } @{ $row->{from} };
    my %to = map { $_ => 1 } @{ $row->{to} };
    my ($state, $target) = @cell{qw/ state target /};

    return ('ok', 0) if !%from || $cell{same};
    return ($from{$state} ? 'ok' : 'wrong_state', 0) if !%to;
    return ('ok', 0) if $state eq $target
        || ($row->{key} !~ /status/ && $to{$state});
    return ('ok', 1) if $from{$state};
    return ('wrong_state', 0);
}

# Who is refused leaves evidence; a foreign object answers as a missing one.

sub note_refusal {
    my ($self, $got, $row, $expect, %cell) = @_;

    my $denial = $expect =~ /certificate|contract|not_permitted/
        || $cell{foreign} && !$cell{sees};
    my $peer = $cell{caller} =~ /^(?:nobody|operator)$/ ? '-'
        : $cell{caller};
    my $what = $expect eq 'ok' ? "$row->{function} not_found"
                               : "$row->{path} $expect";

    $self->{refusals}{"$peer $what"}++ if $denial;

    return if $cell{auth} || $cell{sees} || !defined $cell{id};

    my $text = $got->{status} . join('', map { "$_: $got->{headers}{$_}\n" }
        grep { !/date|content-length|connection|x-trace/ }
            sort keys %{ $got->{headers} })
        . $got->{body};

    $text =~ s/\Q$cell{id}\E/ID/g;
    $self->{absent}{"$row->{method} $row->{path}"}{$text}++;
}

sub states { @STATES }

###############################################################################
# escrow: what is not there for anybody, by those that are partners and by
# those that are not

my %escrow = (
    apply => sub { +{ escrow_id => 'E', job_id => $_[0], task_id => 'T',
        key => 'k', kind => 'model', output_digest => 'd', threshold => 2,
        retention_until => 1983755471000, ciphertext_digest => 'd',
        holders => [], share => 's', signature => 's' } },
    confirm => sub { +{ escrow_id => $_[0], status => 'HELD' } },
    'recover/apply' => sub { +{ recovery_id => 'R', owner => $_[1],
        escrow_id => $_[0], purpose => 'recover', reason => 'r' } },
    'recover/confirm' => sub { +{ recovery_id => $_[0],
        status => 'REJECTED' } },
    'recover/withdraw' => sub { +{ recovery_id => $_[0] } });

sub escrow {
    my ($self, $node, $refused) = @_;

    for my $step (sort keys %escrow) {
        my $path = "/v1/interconn/ext/escrow/$step";
        my $body = $escrow{$step}->('E-none', $node);

        $self->cell("$step of none", 'POST', $path, caller => $_,
            id => 'E-none', body => $body) for qw/ b c /;
        $self->cell("$step, $_->{who}", 'POST', $path, body => $body,
            caller => $_->{who}, auth => $_->{auth}) for @$refused;
    }
}

1;
