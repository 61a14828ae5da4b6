#!/usr/bin/perl

# Private set intersection over two nodes and their nginx: what both learn,
# what is refused, and what comes after.

use warnings;
use strict;

use lib 't/lib';
use IC::Psi;
use IC::Sandbox;
use JSON::PP;
use List::Util qw/ shuffle /;
use Test::More;

my $sandbox = IC::Sandbox->new(nodes => 2);
my $psi = IC::Psi->new($sandbox);
my $seed = $ENV{SEED} || 96;

srand $seed;
note("SEED=$seed");

# two tables as [ id, value ] lists, and what a job of them gives

sub csv { join '', "id,v\n", map { "$_->[0],$_->[1]\n" } @_ }

sub between {
    my ($one, $two, %params) = @_;

    return [ [ $psi->table(0, csv(@$one)), $psi->table(1, csv(@$two)) ],
        { keys => [ 'id' ], %params } ];
}

sub rows { map { [ sprintf('id-%07d', $_), $_ % 7 ] } @_ }

sub ids { my (undef, @lines) = split /\n/, $_[0] // '';
          return map { (split /,/)[0] } @lines }

###############################################################################
# sizes, against a plain intersection

for my $case (
    [ 'nothing' => [], [ 1 .. 5 ] ],
    [ 'one and the same' => [ 7 ], [ 7 ] ],
    [ 'one and another' => [ 7 ], [ 8 ] ],
    [ 'equal' => [ 1 .. 500 ], [ 1 .. 500 ] ],
    [ 'disjoint' => [ 1 .. 500 ], [ 501 .. 1000 ] ],
    [ 'skewed 1:1000' => [ 17, 29_999, 50_000, map { $_ * 1000 } 1 .. 27 ],
      [ 1 .. 30_000 ] ],
    [ 'many' => [ map { int rand 300_000 } 1 .. 100_000 ],
      [ map { int rand 300_000 } 1 .. 100_000 ] ])
{
    my ($what, @sets) = @$case;
    my @tables = map { my %seen; [ rows(shuffle grep { !$seen{$_}++ } @$_) ] }
        @sets;
    my %two = map { $_->[0] => 1 } @{ $tables[1] };
    my @want = sort grep { $two{$_} } map { $_->[0] } @{ $tables[0] };
    my $job = $psi->run(between(@tables), 60);
    my @party = @{ $job->{party} };

    is($job->{status}, 'SUCCESS', "$what: succeeds")
        or diag(encode_json($job)), next;

    for my $n (0, 1) {
        is(join(' ', sort(ids($party[$n]{table}))), "@want",
           "$what: node $n has the common rows");
        is($party[$n]{report}{intersection}, scalar @want, '... their number');
        is($party[$n]{report}{peer_keys}, scalar @{ $tables[1 - $n] },
           "... and the other's size");
        is($party[$n]{about}{rows}, scalar @want, '... in the metadata');
        cmp_ok($party[$n]{report}{peak_memory}, '<=',
            IC::Psi::memory(csv(@{ $tables[$n] })), '... in bounded memory');
    }

    is($party[0]{table}, $party[1]{table}, "$what: in the same order");
    ok("@want" ne join(' ', ids($party[0]{table})), "... which is random")
        if @want > 10;
}

###############################################################################
# who learns what

my @one = rows(1 .. 40);
my @two = rows(31 .. 60);
my @tables = @{ between(\@one, \@two)->[0] };

for my $mode (qw/ intersection cardinality /) {
    for my $receiver (qw/ guest host /) {
        my $job = $psi->run([ \@tables, { keys => [ 'id' ], mode => $mode,
            receivers => $receiver } ]);
        my ($knows, $not) = @{ $job->{party} }[
            $receiver eq 'guest' ? (0, 1) : (1, 0) ];

        is($job->{status}, 'SUCCESS', "$mode for the $receiver");
        is($knows->{report}{intersection}, 10, '... who learns the number');
        is(scalar(ids($knows->{table})), $mode eq 'intersection' ? 10 : 0,
           '... and which, or not');
        ok(!defined $not->{table}, 'the other has no table');
        ok(!exists $not->{report}{intersection}, '... and no number');
        unlike(encode_json($job->{tasks} // []) . encode_json($job->{facts}
            // {}), qr/intersection/, 'nor the record of the job');
    }
}

###############################################################################
# keys of several columns under other names, and rows that come twice

{
    my @both = ($psi->table(0, "given,born,v\nann,1990,1\nbo,1991,2\n"
            . "ann,1990,3\ncy,1992,4\n"),
        $psi->table(1, "b,n,w\n1990,ann,x\n1992,cy,y\n1990,ann,z\n"));
    my $job = $psi->run([ \@both, { duplicates => 'all', keys => [ 'n' ] },
        { keys => [ qw/ given born / ] }, { keys => [ qw/ n b / ] } ]);

    is($job->{status}, 'SUCCESS', 'two columns, rows that come twice')
        or diag(encode_json($job));
    is(join(';', sort split /\n/, $job->{party}[0]{table}), join(';', sort
        'given,born,v', ('ann,1990,1') x 2, ('ann,1990,3') x 2,
        'cy,1992,4'), 'the rows of the guest multiply');
    is(join(';', sort split /\n/, $job->{party}[1]{table}), join(';', sort
        'b,n,w', ('1990,ann,x', '1990,ann,z') x 2, '1992,cy,y'),
        'and those of the host');
    is_deeply([ map { { $_->{name} => $_->{type} } }
        @{ $job->{party}[0]{about}{columns} } ],
        [ { given => 'string' }, { born => 'int64' }, { v => 'int64' } ],
        'types are found');

    $job = $psi->run([ \@both, { keys => [ 'n' ] },
        { keys => [ 'given' ] } ]);
    is($job->{status}, 'FAILED', 'unless it is refused');
    is($job->{cause}{error}, 'data_duplicate_id', '... with the cause')
        or diag(encode_json($job->{cause}));

    $job = $psi->run([ \@both, { keys => [ 'n' ], duplicates => 'first' },
        { keys => [ 'given', 'born' ] } ]);
    is($job->{status}, 'FAILED', 'another number of key columns');
    is($job->{cause}{error}, 'bad_parameter', '... with the cause')
        or diag(encode_json($job->{cause}));

    $job = $psi->run([ \@both, { keys => [ 'nobody' ] } ]);
    is($job->{cause}{error}, 'data_missing_column', 'no such column');
    is($job->{party}[1]{job}{status}, 'FAILED', '... fails at both');
}

###############################################################################
# what is not there is refused before anything runs

for my $case ([ curve => 'ed448' ], [ protocol => 'secretflow' ],
    [ mode => 'union' ], [ receivers => 'arbiter' ], [ batch_size => 1 ],
    [ keys => [] ], [ keys => [ map { "c$_" } 1 .. 17 ] ], [ salt => 'x' ])
{
    my $made = $psi->make(\@tables, { keys => [ 'id' ], @$case });

    ok($made->{code}, "$case->[0] is refused");
    like($made->{msg}, qr/$case->[0]/, '... by name') or diag($made->{msg});
}

$sandbox->finish;
done_testing();
