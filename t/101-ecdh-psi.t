#!/usr/bin/perl

# psi in the messages of the open ECDH-PSI protocol, over two nodes and their
# nginx: with itself, and with a stranger (t/data/components/psi_open) on
# either side, who also lies.

use warnings;
use strict;

use lib 't/lib';
use IC::File;
use IC::Psi;
use IC::Sandbox;
use JSON::PP;
use Test::More;

my $sandbox = IC::Sandbox->new(nodes => 2);
my $psi = IC::Psi->new($sandbox);
my $stranger = $sandbox->temp . '/components';
my $real = IC::Sandbox::build_dir() . '/components';
my @open = (keys => [ 'id' ], protocol => 'ecdh_psi',
    hash_to_curve => 'direct_hash_as_point_x', order => 'own');
my @sm2 = (@open, curve => 'sm2', hash_to_curve => 'try_and_rehash');

mkdir $stranger or die "$stranger: $!\n";
spew("$stranger/psi", slurp('t/data/components/psi_open'));
chmod 0755, "$stranger/psi";

my @tables = ($psi->table(0, "id,x\n" . join '', map { "k$_,$_\n" } 1 .. 7),
              $psi->table(1, "id,y\n" . join '', map { "k$_,$_\n" } 5 .. 9));
my @rows = ("id,x\nk5,5\nk6,6\nk7,7\n", "id,y\nk5,5\nk6,6\nk7,7\n");

# Which program is the psi of node $n.

sub becomes {
    my ($n, $folder) = @_;
    my $node = $sandbox->node($n);
    my $file = "$node->{dir}/interconnd.conf";

    spew($file, slurp($file) =~ s/^components .*/components $folder/mr);
    kill 'HUP', $node->{pids}{interconnd};
}

sub both_find {
    my ($what, $params, @who) = @_;
    my $job = $psi->run([ \@tables, $params ], 60);

    is($job->{status}, 'SUCCESS', "$what: the job")
        or diag(encode_json($job));
    is($job->{party}[$_]{table} // '', $rows[$_] // '', "... node $_")
        for @who ? @who : (0, 1);

    return $job;
}

# With itself.

my $job = both_find('both ours', { @open });

is($job->{party}[0]{report}{intersection}, 3, '... the report');
is($job->{party}[1]{report}{peer_keys}, 7, '... and the other one\'s keys');
both_find('with a handshake', { @open, handshake => JSON::PP::true });
both_find('counted', { @open, link => 'counted', handshake => JSON::PP::true,
    truncate_bits => -1 });
both_find('SM2', { @sm2 });

for my $case ([ { protocol => 'ecdh_psi', keys => [ 'id' ] },
                qr/hash_to_curve must be given/ ],
              [ { @open, mode => 'cardinality' }, qr/mode cardinality/ ]) {
    $job = $psi->run([ \@tables, $case->[0] ]);
    is("$job->{status} $job->{cause}{error}", 'FAILED bad_parameter',
        'parameters that do not go together');
    like($job->{cause}{message}, $case->[1], '... which');
}

# A stranger, as host and as guest.

for my $n (1, 0) {
    my $what = 'a stranger as ' . (qw/ guest host /)[$n];

    becomes($n, $stranger);
    both_find($what, { @open });
    both_find("$what, with a handshake",
        { @open, handshake => JSON::PP::true });
    both_find("$what, counted, whole points, with a handshake",
        { @open, handshake => JSON::PP::true, link => 'counted',
          truncate_bits => -1 });
    both_find("$what, SM2", { @sm2 }) if $n == 1;

    $job = both_find("$what, who alone receives",
        { @open, receivers => (qw/ guest host /)[$n] }, $n);
    ok(!defined $job->{party}[1 - $n]{table}, '... the other one has none');
    ok(!defined $job->{party}[1 - $n]{report}{intersection},
        '... nor the number');
    $job = both_find("$what, who does not receive",
        { @open, receivers => (qw/ host guest /)[$n] }, 1 - $n);
    ok(!defined $job->{party}[$n]{table}, '... the other one has none');
    becomes($n, $real);
}

# a contract whose other party's node speaks as kuscia does, too

is($sandbox->platform($_, '/v1/platform/contract/profile', {
        contract_id => $sandbox->contract_with($_, 1 - $_),
        channel => 'd3' })->{code}, 0, "node $_ speaks d3") for 0, 1;
becomes(1, $stranger);
both_find('a stranger behind another vendor\'s channel', { @open });

# ... who lies

my @cases = (
    [ 'a point of small order', qr/small order/ ],
    [ 'a point twice', qr/sent a point twice/ ],
    [ 'another batch', qr/batch 1 where another one was due/ ],
    [ 'a wrong count', qr/batch 0 that is not as long as its points/ ],
    [ 'half a batch', qr/what is no batch/ ],
    [ 'a wrong number of keys', qr/said that it has 3 keys, and sent more/ ],
    [ 'no last batch', qr/./ ],
);

for my $n (1 .. @cases) {
    my ($what, $text) = @{ $cases[$n - 1] };

    $job = $psi->run([ \@tables, { @open, $n == 6
        ? (handshake => JSON::PP::true) : () }, {}, { max_rows => $n } ], 60);
    is($job->{status}, 'FAILED', "$what: the job fails");
    is($job->{cause}{error}, 'peer_protocol', '... by the stranger')
        if $n != 7;
    like($job->{cause}{message}, $text, '... who is told');
    ok(!defined $job->{party}[0]{table}, '... without a table');
}

$sandbox->finish;
done_testing();
