package IC::Permit;

# Permits as this node's operators issue them, and many requests at once that
# present them, over plain HTTP.

use warnings;
use strict;

use IO::Socket::INET;
use Time::HiRes qw/ time /;

# t => IC; the node issues with the key of its configuration

sub new {
    my ($class, $t) = @_;

    $t->operator('olga', 'secret');

    return bless { t => $t, count => 0 }, $class;
}

sub dataset {
    my ($self, $id, %fields) = @_;

    my $reply = $self->{t}->redis->call('object_create', 'dataset', $id,
        name => $id, status => '1', pub_scope => 'public',
        location => '{"type":"csv","path":"/nowhere.csv"}', source => 'x',
        %fields);
    die "object_create: $reply->{status}\n" if $reply->{status} ne 'ok';

    return $id;
}

# Asks as the peer and approves as the operator: { token, permit_id,
# audit_id } and what else the peer was sent, or the operator's answer.
# ask => {}: members of the request; answer => {}: of the answer.

sub grant {
    my ($self, $peer, $dataset, %option) = @_;

    my $t = $self->{t};
    my $audit_id = 'A-' . ++$self->{count};
    my %ask = %{ $option{ask} || {} };

    for my $value (values %ask) {
        $value = $t->encode($value) if ref $value;
    }

    my $reply = $t->redis->call('audit_apply_in', 'dataset', $peer, '',
        $audit_id, "digest-$audit_id", $dataset, %ask);
    die "audit_apply_in: $reply->{status}\n" if $reply->{status} ne 'ok';

    my $got = $t->post('ns', '/v1/platform/audit/confirm', token => 'secret',
        body => { audit_id => $audit_id, status => 'APPROVED',
            %{ $option{answer} || {} } });

    return $got->{json} if $got->{json}{code} != 0;

    my ($sent) = grep { $_->{subject} =~ /:\Q$audit_id\E$/ }
        reverse $t->redis->stream('outbox');
    my $permit = $t->decode($sent->{body})->{resource_permit};

    return { %$permit, audit_id => $audit_id,
        permit_id => $t->redis->get("audit:in:dataset:$peer:$audit_id",
                                    'jti') };
}

sub terminate {
    my ($self, $permit) = @_;

    return $self->{t}->post('ns', '/v1/platform/audit/terminate',
        token => 'secret', body => { audit_id => $permit->{audit_id} });
}

# The store's record of a permit.

sub field {
    my ($self, $permit, $name) = @_;

    return $self->{t}->redis->get("permit:$permit->{permit_id}", $name);
}

# FCALLs that the store has answered.

sub calls {
    my ($self) = @_;

    my $text = $self->{t}->redis->command('INFO', 'commandstats');

    return $text =~ /^cmdstat_fcall:calls=(\d+)/m ? $1 : 0;
}

###############################################################################

# Sends the requests of a list of lists, one connection each, pipelined, and
# counts the answers by "status code". during is called once when a part of
# them has been answered. Connections that break are not made again.

sub burst {
    my ($self, $port, $lists, %option) = @_;

    my (%answers, @open);
    my ($seen, $told) = (0, 0);
    my $until = time + ($option{patience} || 30);

    for my $list (@$lists) {
        my $socket = IO::Socket::INET->new(PeerAddr => "127.0.0.1:$port")
            or die "connect: $!\n";
        $socket->blocking(0);
        push @open, { socket => $socket, out => join('', @$list), in => '',
            left => scalar @$list };
    }

    while (@open && time < $until) {
        my ($read, $write) = ('', '');

        for my $c (@open) {
            vec($read, fileno $c->{socket}, 1) = 1;
            vec($write, fileno $c->{socket}, 1) = 1 if length $c->{out};
        }

        select $read, $write, undef, 1;

        for my $c (@open) {
            my $fd = fileno $c->{socket};

            if (vec $write, $fd, 1) {
                my $n = syswrite $c->{socket}, $c->{out}, 65536;
                substr($c->{out}, 0, $n // 0) = '';
            }

            next if !vec $read, $fd, 1;

            my $n = sysread $c->{socket}, $c->{in}, 262144, length $c->{in};
            my $before = $c->{left};

            $self->answers($c, \%answers);
            $seen += $before - $c->{left};
            $c->{left} = 0 if !$n;
        }

        if (!$told && $option{during} && $seen >= ($option{after} || 1)) {
            $told = 1;
            $option{during}->();
        }

        @open = grep { $_->{left} > 0 } @open;
    }

    return \%answers;
}

# Takes the whole answers off a connection's input.

sub answers {
    my ($self, $c, $answers) = @_;

    while ($c->{in} =~ m{\GHTTP/1\.1\ (\d+)[^\r]*\r\n(.*?)\r\n\r\n}gcsx) {
        my ($status, $head, $at) = ($1, $2, pos $c->{in});
        my ($length) = $head =~ /^Content-Length: (\d+)/mi;

        if (length($c->{in}) - $at < ($length // 0)) {
            pos($c->{in}) = 0;
            last;
        }

        my ($code) = substr($c->{in}, $at, $length // 0) =~ /^\{"code":(\d+)/;

        $answers->{ $status . ' ' . ($code // 0) }++;
        $c->{left}--;
        substr($c->{in}, 0, $at + ($length // 0)) = '';
        pos($c->{in}) = 0;
    }
}

1;
