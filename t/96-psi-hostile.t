#!/usr/bin/perl

# A host of psi that lies, over two nodes and their nginx: the job fails, and
# both sides know why.

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
my $node = $sandbox->node(1);
my $components = $sandbox->temp . '/components';

mkdir $components or die "$components: $!\n";
spew("$components/psi", slurp('t/data/components/psi_hostile'));
chmod 0755, "$components/psi";
spew("$node->{dir}/interconnd.conf", slurp("$node->{dir}/interconnd.conf")
    =~ s/^components .*/components $components/mr);
kill 'HUP', $node->{pids}{interconnd};

my @tables = ($psi->table(0, join '', "id\n", map { "id-$_\n" } 1 .. 2000),
              $psi->table(1, "id\n1\n"));
my @cases = (
    [ 'has no data' => 'data_null_label', qr/./ ],
    [ 'a point too few' => 'peer_protocol', qr/32736 bytes where 32768/ ],
    [ 'a point too many' => 'peer_protocol', qr/32800 bytes where 32768/ ],
    [ 'a point of small order' => 'peer_protocol', qr/small order/ ],
    [ 'no canonical point' => 'peer_protocol', qr/not canonical/ ],
    [ 'a point twice' => 'peer_protocol', qr/twice/ ],
    [ 'a point of the guest' => 'peer_protocol', qr/point of ours/ ],
    [ 'an early end' => 'peer_protocol', qr/the end number 0 where points/ ],
    [ 'a part of a batch' => 'peer_protocol', qr/100 bytes where 32768/ ],
    [ 'of another run' => 'peer_protocol', qr/of another run/ ],
    [ 'tags of nothing' => 'peer_protocol', qr/not found the same/ ],
);

for my $n (1 .. @cases) {
    my ($what, $error, $text) = @{ $cases[$n - 1] };
    my $job = $psi->run([ \@tables, { keys => [ 'id' ],
        batch_size => 1024 }, {}, { max_rows => $n } ], 40);
    my @cause = ($job->{cause}, $job->{party}[1]{job}{cause});

    is($job->{status}, 'FAILED', "$what: the job fails");
    is($job->{party}[1]{job}{status}, 'FAILED', '... at the host too');

    for my $side (0, 1) {
        my $cause = ref $cause[$side] ? $cause[$side]
            : eval { decode_json($cause[$side]) } || {};

        is($cause->{error}, $error, "... side $side knows why")
            or diag(encode_json($job->{party}[$side]{job}));
        like(encode_json($cause), $text, '... exactly');
    }

    ok(!defined $_->{table}, '... nobody has a table')
        for @{ $job->{party} };
}

$sandbox->finish;
done_testing();
