package IC::Dump;

# A network as IC::Invariants looks at it: what its stores, logs and
# processes have, as one value.

use strict;
use warnings;

use IC::File;
use Time::HiRes qw(time);

my %READ = (
    hash   => sub { +{ @{ $_[0]->command('HGETALL', $_[1]) } } },
    zset   => sub { +{ @{ $_[0]->command('ZRANGE', $_[1], 0, -1,
                                         'WITHSCORES') } } },
    set    => sub { $_[0]->command('SMEMBERS', $_[1]) },
    list   => sub { $_[0]->command('LRANGE', $_[1], 0, -1) },
    string => sub { $_[0]->command('GET', $_[1]) },
    stream => sub { [ map { +{ _id => $_->[0], @{ $_->[1] } } }
                      @{ $_[0]->command('XRANGE', $_[1], '-', '+') } ] },
);

# Of an IC::Chaos.
sub take {
    my ($chaos) = @_;
    my @nodes = map { node($chaos, $_) } 0 .. $chaos->nodes - 1;

    return {
        time => time, nodes => \@nodes, acked => $chaos->{acked},
        trace => [ split /\n/, slurp($chaos->{trace}, '') ],
        secrets => secrets($chaos, @nodes),
    };
}

sub node {
    my ($chaos, $n) = @_;
    my $node = $chaos->sandbox->node($n);
    my $store = $chaos->sandbox->store($n);

    return {
        node_id => $node->{node_id}, keys => keys_of($store),
        pending => { map { $_ => pending($store, $_) } qw(jobs tasks
                                                          outbox) },
        logs => { map { m{([^/]+)$} => slurp($_) }
                  glob "$node->{dir}/logs/*" },
        children => [ $chaos->children($node) ],
        folders => [ grep { -d } glob "$node->{dir}/data/task_*" ],
        processes => processes($chaos, $node),
    };
}

sub keys_of {
    my ($store) = @_;
    my ($cursor, %keys) = (0);

    do {
        my $page = $store->command('SCAN', $cursor, 'COUNT', 1000);
        $cursor = $page->[0];

        for my $key (@{ $page->[1] }) {
            my $read = $READ{$store->command('TYPE', $key)} or next;
            my ($subject) = $key =~ /^ic:\{.*?\}:(.*)$/s;
            $keys{$subject} = $read->($store, $key)
                if $subject !~ /^nonce:/;
        }
    } while ($cursor);

    return \%keys;
}

# how many entries a consumer was given and has not done
sub pending {
    my ($store, $stream) = @_;
    my $reply = $store->command('XPENDING', $store->key($stream), $stream);

    return ref $reply eq 'ARRAY' ? $reply->[0] : 0;
}

sub processes {
    my ($chaos, $node) = @_;
    my %roles = IC::Chaos::roles($node);
    my %pids = (%{ $node->{pids} }, map { ("role $_" => $roles{$_}) }
                keys %roles);
    my %found;

    $pids{"worker $_"} = $_ for IC::Chaos::workers($node);

    for my $name (keys %pids) {
        my ($kib) = slurp("/proc/$pids{$name}/status", '')
            =~ /^VmRSS:\s+(\d+)/m;
        my @fds = glob "/proc/$pids{$name}/fd/*";

        $found{$name} = { rss => int(($kib || 0) / 1024), fds => 0 + @fds };
    }

    return \%found;
}

# what no log may have
sub secrets {
    my ($chaos, @nodes) = @_;
    my %secret;

    for my $node ($chaos->nodes) {
        $secret{$node->{operator_token}} = 1;
        chomp(my @words = map { slurp("$node->{dir}/$_.password") }
              qw(redis edge));
        $secret{$_} = 1 for @words;
    }

    for my $node (@nodes) {
        for my $key (keys %{ $node->{keys} }) {
            my $one = $node->{keys}{$key};
            $secret{$one->{token}} = 1 if $key =~ /^(?:session|audit):/
                                          && ($one->{token} // '') ne '';
        }
    }

    return [ sort keys %secret ];
}

1;
