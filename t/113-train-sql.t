#!/usr/bin/perl

# A training by queries as text: the document's order waits until the owner
# of each database has answered them, runs what was approved, and fails with
# the place in the query where the database cannot go on.

use strict;
use warnings;

use lib 't/lib';
use IC::File;
use IC::Injections;
use IC::Sandbox;
use JSON::PP;
use Test::More;

my $sandbox = IC::Sandbox->new(nodes => 4);
my $json = JSON::PP->new->canonical;
my $malformed = 'SELECT * FROM select * from data.blooddata_small;';
my @hospitals = (1, 2, 3);
my %path;

plan(skip_all => 'no sqlite3') if system('command -v sqlite3 > /dev/null');

$sandbox->star;

# files that the user of readers gets to

chmod 0755, $sandbox->temp;

for my $n (@hospitals) {
    $path{$n} = $sandbox->temp . "/h$n.db";

    open my $sqlite, '|-', 'sqlite3', $path{$n} or die "sqlite3: $!\n";
    print $sqlite "CREATE TABLE blood (unique_id TEXT, C6 REAL, C6DC REAL, "
        . "C8 REAL, diagnosis INTEGER);\n";
    print $sqlite sprintf("INSERT INTO blood VALUES ('h%d-%d', %.3f, %.3f, "
        . "%.3f, %d);\n", $n, $_, $_ % 7 / 7, $_ % 5 / 5, $_ * $n % 11 / 11,
        $_ % 4 == 0 ? 38 : 0) for 1 .. 40;
    close $sqlite;
    chmod 0644, $path{$n};
}

# the owner has told its node of the file before

{
    my $n = 1;

    $sandbox->platform($n, '/v1/platform/dataset/create', {
        name => 'blood', source => 'x', owner => $sandbox->node($n)->{inst_id},
        location => { type => 'sqlite', path => $path{$n},
            table => 'blood' },
        column_metas => [ { name => 'unique_id', data_type => 'varchar',
            distribution => 'DISCRETE' } ] });
}

sub order {
    my ($sql) = @_;
    my $request = $sandbox->train_request([ @hospitals ]);

    $request->{data_info} = { map { $sandbox->node($_)->{user_id}
        => { pos => ref $sql ? $sql->{$_} : $sql } } @hospitals };

    return $sandbox->platform(0, '/model/train',
        JSON::PP->new->utf8->encode($request));
}

sub waiting {
    my ($n) = @_;

    return @{ $sandbox->platform($n,
        '/v1/platform/query/list?status=PENDING')->{data}{records} };
}

sub answer {
    my ($n, $what, %fields) = @_;

    for my $one (waiting($n)) {
        my $got = $sandbox->platform($n, "/v1/platform/query/$what",
            { query_id => $one->{query_id}, %fields });
        is($got->{code}, 0, "node $n: $what") or diag($json->encode($got));
    }
}

sub place { (location => { type => 'sqlite', path => $path{$_[0]} }) }

###############################################################################
# approved: it trains

my $sql = "SELECT unique_id, C6, C6DC, C8, diagnosis\n FROM blood\n"
    . ' WHERE C6 >= 0;';
my $order = order($sql)->{data};

ok($order->{order_id}, 'the order is taken');
$sandbox->answer_job($_, 'APPROVED', queries => 'waits') for @hospitals;

my $state = $sandbox->train_status($order);

is($state->{train_status}{train_status}, 'waiting', 'it waits');
like($state->{train_status}{reason}, qr/N0002 has not answered/,
    '... and says for whom');
is(scalar(waiting($_)), 1, "node $_ is asked") for @hospitals;

# a data source that the node knows has read it already

my $card = $sandbox->await('the columns', sub {
    my ($one) = waiting(1);
    return @{ $one->{columns} || [] } && $one;
}, 20);

is(join(' ', map { "$_->{name} $_->{type}" } @{ $card->{columns} }),
    'unique_id string C6 double C6DC double C8 double diagnosis int64',
    'its owner sees what it would tell');
is($card->{location}{path}, $path{1}, '... and where it could run');
answer($_, 'approve', place($_), rows_limit => 40) for @hospitals;

my $end = $sandbox->await_training($order, 90);

is($end->{train_status}{train_status}, 'success', 'approved: it trains')
    or diag($json->encode($end));
is($end->{data_volum}{2}, 40, '... on the rows of the query');

# the next order with it runs at once, with other white space too

my $again = order("select unique_id, C6, C6DC, C8, diagnosis from blood "
    . 'where C6 >= 0')->{data};

$sandbox->answer_job($_, 'APPROVED', queries => 'waits') for @hospitals;
is($sandbox->await_training($again, 90)->{train_status}{train_status},
    'success', 'the same query again asks nobody');

###############################################################################
# the document's malformed example

my $bad = order($malformed);

is($bad->{code}, 200, 'a malformed query gets its order');
$sandbox->answer_job($_, 'APPROVED', queries => 'waits') for @hospitals;
$card = $sandbox->await('the fault', sub {
    my ($one) = waiting(1);
    return $one->{fault} && $one;
}, 20);
like($card->{fault}, qr/at character 15: near "select \* from/,
    '... and its owner sees where it is wrong');
answer($_, 'refuse', reason => 'no such data here') for @hospitals;
$end = $sandbox->await_training($bad->{data}, 60);
is($end->{train_status}{train_status}, 'failed', 'refused: it fails');
is($end->{cause}{error}, 'data_not_approved', '... because of that');
like($end->{cause}{message}, qr/no such data here; its digest is [0-9a-f]{64}/,
    '... with the reason and the digest');
like($end->{cause}{remedy}, qr/approves the query/, '... and what to do');

my $worse = order({ 1 => $malformed, 2 => $sql, 3 => $sql });

for my $n (@hospitals) {
    my ($one) = grep { $_->{sql} =~ /from select/ } @{ $sandbox->platform($n,
        '/v1/platform/query/list')->{data}{records} };

    $sandbox->platform($n, '/v1/platform/query/approve',
        { query_id => $one->{query_id}, place($n) });
}

$sandbox->answer_job($_) for @hospitals;
$end = $sandbox->await_training($worse->{data}, 60);
is($end->{cause}{error}, 'data_query_failed', 'approved: the database says');
like($end->{cause}{message}, qr/at character 15: near "select \* from/,
    '... where it cannot go on');
is($end->{cause}{node_id}, 'N0002', '... at which party');

###############################################################################
# a query that gives more rows than it may

my $rows = 'select unique_id, C6, C6DC, C8, diagnosis from blood where 1 = 1';
my $many = order({ 1 => $rows, 2 => $sql, 3 => $sql })->{data};

$sandbox->answer_job($_, 'APPROVED', queries => 'waits') for @hospitals;
answer(1, 'approve', place(1), rows_limit => 39);
$end = $sandbox->await_training($many, 60);
is($end->{cause}{error}, 'data_rows_exceeded', 'more rows than it may');

###############################################################################
# what tries to do more

my @texts = map { $_->[1] } grep { $_->[0] !~ /^(?:rows of|what only)/ }
    IC::Injections->all(t => 'blood', f => $sandbox->temp . '/touched');
my ($refused, @orders) = (0);

while (my @three = splice @texts, 0, 3) {
    my %sql = map { $hospitals[$_] => $three[$_] // $sql } 0 .. 2;

    utf8::decode($_) for values %sql;

    my $got = order(\%sql);

    $got->{code} == 200 ? push(@orders, $got->{data}) : $refused++;
}

ok($refused > 0 && @orders > 0, "$refused orders refused, "
    . @orders . ' taken');
is(scalar(map { waiting($_) } @hospitals), 0, 'nobody is asked to approve '
    . 'one');

my $late = order({ 1 => 'select pg_sleep(9)', 2 => $sql, 3 => $sql })->{data};

$sandbox->answer_job($_) for @hospitals;
$end = $sandbox->await_training($late, 60);
is($end->{cause}{error}, 'data_query_unsafe', 'approved all the same: not '
    . 'run');
like($end->{cause}{message}, qr/at character 16: a function that/,
    '... and why');

ok(!-e $sandbox->temp . '/touched', 'no program ran');
is(`sqlite3 $path{$_} "select count(*), total(C6) > 0 from blood"`, "40|1\n",
    "node $_ has its rows") for @hospitals;

$sandbox->finish;
done_testing();
