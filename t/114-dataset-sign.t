#!/usr/bin/perl

# Datasets are read by their node, described and signed; a partner checks
# that, with this program and with openssl alone.

use strict;
use warnings;

use lib 't/lib';
use Digest::SHA qw(sha256_hex);
use IC::File;
use IC::Sandbox;
use JSON::PP;
use MIME::Base64;
use Test::More;

my $sandbox = IC::Sandbox->new(nodes => 3);
my $json = JSON::PP->new->canonical;
my $dir = $sandbox->temp;
my $store = $sandbox->store(1);
my @ages;

$sandbox->contract(1, 0);
my $contract = $sandbox->contract_with(0, 1);

srand 4;
print "# srand 4\n";
write_rows("$dir/rows.csv", 400);

###############################################################################
# without column_metas

my $id = create(describe => 'sample', pub_scope => 'protect', min_group => 20);
my $record = described($id);

is($record->{describe_state}, 'DONE', 'it is described')
    or diag($json->encode($record));
is($record->{count}, 400, 'rows');
is(join(' ', map { "$_->{name}:$_->{data_type}:$_->{distribution}" }
        @{ $record->{column_metas} }),
    'id:varchar:DISCRETE no:bigint:CONTINUOUS age:bigint:CONTINUOUS '
    . 'sex:varchar:DISCRETE dose:double:CONTINUOUS '
    . 'rare:varchar:DISCRETE note:varchar:DISCRETE', 'columns');
is($record->{content_digest}, mac($record->{content_key}, "$dir/rows.csv"),
    'the digest is that of the rows, with the key of their owner');

# what may be told

my $told = $record->{statistics};
my %column = map { $_->{name} => $_ } @{ $told->{columns} };

is($told->{min_group}, 20, 'groups of twenty');
is_deeply([ map { join ' ', sort keys %{ $column{$_} } } qw(id no note) ],
    [ ('empty name') x 3 ], 'of ids and texts of many kinds nothing');
is(join(' ', map { $_->{value} } @{ $column{sex}{values} }), 'f m',
    'values of groups, the most frequent first');
is_deeply([ map { $_->{value} } @{ $column{rare}{values} } ], [ 'usual' ],
    'a value of few is not told');
ok($column{age}{min} > 19 && $column{age}{max} < 99,
    'the ends are of groups, not of one');
cmp_ok(abs($column{age}{mean} - mean()), '<', 1e-9, 'the mean is exact');
ok(!exists $column{dose}{empty}, 'two empty cells are not told');
is_deeply([ map { $_->[0], $_->[1], $_->[6] } @{ $told->{sample} } ],
    [ (undef) x 30 ], 'a sample without ids');
my %real = map { $_ => 1 } map { s/^[^,]*,[^,]*,(.*),[^,]*$/$1/r }
    split /\n/, slurp("$dir/rows.csv");
is(scalar(grep { $real{ join ',', @$_[2 .. 5] } } @{ $told->{sample} }), 0,
    '... and of nobody');

###############################################################################
# the signature, as docs/signatures.md says, by openssl

my ($seen, $answer) = $sandbox->peer(0, 1, '/v1/interconn/dataset/pub/query'
    . "?contract_id=$contract&dataset_id=$id");

$seen = $seen->{data};

my ($bytes) = $answer->{content} =~ /"statistics":(\{(?:[^{}]|(?1))*\})/;
is(sha256_hex($bytes // ''), $seen->{signature}{statistics_sha256},
    'statistics are signed byte for byte');

is_deeply([ sort grep { /key|location|source|purpose|error|state|asked/ }
    keys %$seen ], [], 'partners do not see what stays here');
is_deeply($seen->{statistics}, $told, 'they see the statistics');
is(verified($seen, $sandbox->node(1)), 'Verified OK', 'openssl verifies it');
{
    my $other = { %$seen, signature => { %{ $seen->{signature} },
        content_digest => '0' x 64 } };
    isnt(verified($other, $sandbox->node(1)), 'Verified OK',
        '... and nothing else');
}

###############################################################################
# what a partner makes of it

is(partner($id)->{signed}, 'good', 'a partner has checked it');

field($id, count => 401);
is(partner($id)->{signed}, 'bad', 'not what was signed: rows');
field($id, count => 400);
field($id, column_metas => $json->encode([ map { { %$_,
    name => "x$_->{name}" } } @{ $record->{column_metas} } ]));
is(partner($id)->{signed}, 'bad', '... columns');
field($id, column_metas => $json->encode($record->{column_metas}));
field($id, content_digest => '1' x 64);
is(partner($id)->{signed}, 'bad', '... content');
field($id, content_digest => $record->{content_digest});
field($id, signature => $json->encode({ %{ $record->{signature} },
    key => 'a' x 64 }));
is(partner($id)->{signed}, 'unknown_key', 'a key that is not the partner\'s');
field($id, signature => $json->encode({ %{ $record->{signature} },
    sign => 'AAAA' }));
is(partner($id)->{signed}, 'bad', 'no signature at all');
field($id, signature => $json->encode($record->{signature}));
is(partner($id)->{signed}, 'good', 'as it was');

###############################################################################
# who sees it

is($sandbox->peer(2, 1, "/v1/interconn/dataset/pub/query?contract_id="
    . "$contract&dataset_id=$id")->{code}, 4011, 'nobody without a contract')
    or diag($json->encode($sandbox->peer(2, 1, '/v1/interconn/dataset/pub/'
        . "query?contract_id=$contract&dataset_id=$id")));
$sandbox->platform(1, '/v1/platform/dataset/publish',
    { dataset_id => $id, pub_scope => 'public' });
described($id);
my $open = $sandbox->peer(2, 1,
    "/v1/interconn/dataset/open/query?dataset_id=$id")->{data};
is($open->{count}, 400, 'to all it shows itself');
is_deeply([ @$open{qw(statistics content_digest)} ], [ undef, undef ],
    '... without what is for partners');

# rows are read anew: the same ones have the same digest

my $again = ask($id);
is($again->{content_digest}, $record->{content_digest},
    'the same rows, the same digest');
isnt($again->{signature}{time}, $record->{signature}{time},
    '... signed anew');
write_rows("$dir/rows.csv", 401);
isnt(ask($id)->{content_digest}, $record->{content_digest},
    'other rows, another digest');

###############################################################################
# what fails is told, and mended

my $lost = create(location => { type => 'csv', path => "$dir/lost.csv" });
$record = described($lost);
is("$record->{describe_state} $record->{describe_error}{error}",
    'FAILED data_unreadable', 'no file');
ok(length $record->{describe_error}{remedy}, '... and what to do');
write_rows("$dir/lost.csv", 50);
is(ask($lost)->{describe_state}, 'DONE', 'it is there: described');

my $wrong = create(column_metas => [ { name => 'nix', data_type => 'int',
    distribution => 'DISCRETE' } ], pub_scope => 'protect');
$record = described($wrong);
is_deeply([ @{ $record->{describe_error} }{qw(error column)} ],
    [ 'data_missing_column', 'nix' ], 'a column that is not there');

is(described(create(describe => 'none', column_metas => [ { name => 'age',
    data_type => 'int', distribution => 'CONTINUOUS' } ], count => 9,
    location => { type => 'csv', path => '/nonexistent' },
    pub_scope => 'protect'))->{signature}{content_digest}, '-',
    'none: signed as the owner has it, and not read');

my $log = slurp($sandbox->node(1)->{dir} . '/logs/interconnd.log');
unlike($log, qr/P\d{5}/, 'no value is in the log');
is_deeply([ glob $sandbox->node(1)->{dir} . '/data/describe/work/*' ], [],
    'nothing of the rows is left behind');

$sandbox->finish;
done_testing();

###############################################################################



sub mean { my $sum = 0; $sum += $_ for @ages; return $sum / @ages }

sub write_rows {
    my ($file, $count) = @_;
    my $text = "id,no,age,sex,dose,rare,note\n";

    @ages = ();

    for my $row (1 .. $count) {
        my $age = $row == 1 ? 19 : $row == 2 ? 99 : 20 + int rand 60;
        push @ages, $age;
        $text .= join(',', sprintf('P%05d', $row), 7000 + $row, $age,
            $row % 3 ? 'f' : 'm', $row < 3 ? '' : sprintf('%.3f', rand 10),
            $row < 10 ? 'strange' : $row < 30 ? 'odd' : 'usual',
            'text ' . rand) . "\n";
    }

    spew($file, $text);
    chmod 0644, $file;
}

sub create {
    my $answer = $sandbox->platform(1, '/v1/platform/dataset/create', {
        name => 'rows', source => 'csv', owner => 'inst',
        location => { type => 'csv', path => "$dir/rows.csv" }, @_ });

    die $json->encode($answer) if $answer->{code};

    return $answer->{data}{dataset_id};
}

sub query {
    $sandbox->platform(1, "/v1/platform/dataset/query?dataset_id=$_[0]")
        ->{data};
}

sub described {
    my ($id) = @_;

    return $sandbox->await('the description', sub {
        my $record = query($id);
        return $record->{describe_state} ne 'PENDING' && $record;
    }, 20);
}

sub ask {
    my ($id) = @_;

    $sandbox->platform(1, '/v1/platform/dataset/describe',
        { dataset_id => $id });

    return described($id);
}

sub field {
    my ($id, $name, $value) = @_;

    $store->command('HSET', 'ic:{' . $sandbox->node(1)->{node_id}
        . "}:object:dataset:$id", $name, $value);
}

# as the partner shows it after it has read it again
sub partner {
    my ($id) = @_;
    my $before = fetched();

    $sandbox->platform(0, '/v1/platform/peer/refresh',
        { contract_id => $contract });
    $sandbox->await('the catalogue', sub { fetched() ne $before }, 20);

    return $sandbox->platform(0, '/v1/platform/peer/dataset/query?contract_id='
        . "$contract&dataset_id=$id")->{data};
}

sub fetched {
    my $list = $sandbox->platform(0, '/v1/platform/peer/dataset/list?'
        . "contract_id=$contract")->{data};

    return $list->{fetched_at} // '';
}

sub mac {
    my ($key, $file) = @_;
    my $out = `openssl dgst -sha256 -mac HMAC -macopt hexkey:$key $file`;

    return $out =~ /([0-9a-f]{64})$/ ? $1 : $out;
}

sub verified {
    my ($dataset, $node) = @_;
    my $signature = $dataset->{signature};
    my $metas = join '', map { "$_->{name}\t$_->{data_type}\t"
        . "$_->{distribution}\n" } @{ $dataset->{column_metas} };

    is($signature->{metas_sha256}, sha256_hex($metas), 'columns signed');
    spew("$dir/text", join "\n", 'interconn dataset v1', $node->{node_id},
        $dataset->{dataset_id}, @$signature{qw(time count metas_sha256
        content_digest statistics_sha256)});
    spew("$dir/sig", decode_base64($signature->{sign}));
    system("openssl x509 -in $node->{cert} -pubkey -noout > $dir/pub") == 0
        or die 'no certificate';

    my $command = "openssl dgst -sha256 -verify $dir/pub -signature $dir/sig";
    my $out = `$command $dir/text 2>&1`;
    chomp $out;

    return $out;
}
