#!/usr/bin/perl

# Bad data ends a job FAILED and says where: party, component, column, row.

use strict;
use warnings;

use lib 't/lib';
use IC::Sandbox;
use JSON::PP;
use Test::More;

my $sandbox = IC::Sandbox->new(nodes => 4);
my $rows = 30;

$sandbox->star;

# node 2 and 3 have good rows; node 1's are spoilt one way at a time
my @cases = (
    { name => 'missing column', code => 'data_missing_column', column => 'C8',
      spoil => sub { s/,C8,/,C9,/ if $_[0] == 0 } },
    { name => 'NULL label', code => 'data_null_label',
      column => 'diagnosis', row => 17,
      spoil => sub { s/,[^,]*$/,/ if $_[0] == 17 } },
    { name => 'single-class party', code => 'data_single_class',
      column => 'diagnosis', spoil => sub { s/,[^,]*$/,0/ if $_[0] > 0 } },
    { name => 'non-numeric feature', code => 'data_not_numeric',
      column => 'C6', row => 9,
      spoil => sub { s/,[^,]*/,abc/ if $_[0] == 9 } },
    { name => 'empty feature', code => 'data_null_value', column => 'C6',
      row => 4, spoil => sub { s/,[^,]*/,/ if $_[0] == 4 } },
    { name => 'duplicate id', code => 'data_duplicate_id',
      column => 'unique_id', row => 12,
      spoil => sub { s/^[^,]*/r11/ if $_[0] == 12 } },
);

for my $n (2, 3) {
    table($n, "good$n.csv", sub { });
    lend($n, "good$n.csv", 'select * from t');
}

for my $i (0 .. $#cases) {
    my $case = $cases[$i];

    table(1, "bad$i.csv", $case->{spoil});
    lend(1, "bad$i.csv", "select * from bad$i");

    my $order = $sandbox->platform(0, '/model/train', request($i))->{data};

    $sandbox->answer_job($_) for 1, 2, 3;

    my $end = $sandbox->await_training($order, 40);
    my $cause = $end->{cause};

    is($end->{train_status}{train_status}, 'failed', "$case->{name}: failed");
    is($cause->{error}, $case->{code}, "$case->{name}: code")
        or diag(encode_json($end));
    is($cause->{node_id}, 'N0002', "$case->{name}: party");
    is($cause->{task_name}, 'homo_lr_0', "$case->{name}: task");
    is($cause->{column}, $case->{column}, "$case->{name}: column");
    is($cause->{row}, $case->{row}, "$case->{name}: row")
        if defined $case->{row};
    ok($cause->{message} && $cause->{message_zh}, "$case->{name}: both texts");
}

# a query that its owner has not approved
{
    my $request = request(0);

    $request->{data_info}{2} = { pos => 'select * from data.secrets' };

    my $order = $sandbox->platform(0, '/model/train', $request)->{data};

    $sandbox->answer_job($_) for 1, 2, 3;

    my $end = $sandbox->await_training($order, 40);

    is($end->{cause}{error}, 'data_not_approved', 'an unapproved query');
    is($end->{cause}{node_id}, 'N0002', 'is told by its owner');
}

# a party that says no
{
    my $order = $sandbox->platform(0, '/model/train', request(0))->{data};

    $sandbox->answer_job(2, 'REJECTED');

    my $end = $sandbox->await_training($order, 20);

    is($end->{train_status}{train_status}, 'failed', 'rejected: failed');
    is($end->{cause}{error}, 'job_rejected', 'rejected: cause');
    is($end->{cause}{node_id}, 'N0003', 'rejected: by whom');
}

$sandbox->finish;
done_testing();


sub table {
    my ($n, $file, $spoil) = @_;

    open my $out, '>', $sandbox->temp . "/$file" or die $!;

    for my $row (0 .. $rows) {
        local $_ = $row == 0 ? 'unique_id,C6,C6DC,C8,diagnosis'
            : sprintf 'r%d,%.2f,%.2f,%.2f,%d', $row, $row % 7 / 7,
                      $row % 5 / 5, $row * $n % 11 / 11,
                      $row % 4 == 0 ? 38 : 0;
        $spoil->($row);
        print $out "$_\n";
    }

    close $out;
}

sub lend {
    my ($n, $file, $query) = @_;

    $sandbox->authorise($n, 0, $sandbox->dataset($n, $sandbox->temp
        . "/$file", query => $query));
}

sub request {
    my ($i) = @_;
    my $request = $sandbox->train_request([ 1, 2, 3 ]);

    $request->{data_info} = {
        2 => { pos => "select * from bad$i" },
        3 => { pos => 'select * from t' }, 4 => { pos => 'select * from t' },
    };

    return $request;
}
