#!/usr/bin/perl

# The document's requests against hospitals whose rows are in databases, with
# the tables' names as the document has them: each owner approves each text
# once, and says where it runs.

use strict;
use warnings;
use utf8;

use lib 't/lib';
use IC::Database;
use IC::File;
use IC::Sandbox;
use JSON::PP;
use Test::More;

binmode Test::More->builder->$_, ':utf8'
    for qw/ output failure_output todo_output /;

my $missing = IC::Database->missing('postgresql');

plan(skip_all => "PostgreSQL is not here: $missing") if $missing;

my $json = JSON::PP->new->canonical;
my $db = IC::Database->new('postgresql');
my $sandbox = IC::Sandbox->new(nodes => 4);
my %node = map { $sandbox->node($_)->{user_id} => $_ } 0 .. 3;
my $query = 'select * from data.blooddata_small;';
my $wrong = 'SELECT * FROM select * from data.blooddata_small;';
my %count = (2 => 296, 3 => 351, 4 => 277);
my (%table, %seen);
my $seed = $ENV{SEED} || 112;

srand $seed;
note("SEED=$seed");
$sandbox->star;
hospital($_) for 2 .. 4;

# A database of its own, which its node reads as another user.

sub hospital {
    my ($user) = @_;
    my $place = $sandbox->node($node{$user});
    my $ini = $db->dir . "/odbc$user.ini";
    my @rows = map {
        my $ill = rand() < 0.3;

        { id => "$user-$_", y => $ill ? 38 : 0, x => [ map { sprintf '%.4f',
            exp(-2.8 + rand() + ($ill ? 1 : 0)) } 1 .. 3 ] };
    } 1 .. $count{$user};

    $table{$user} = \@rows;
    $db->sql("CREATE DATABASE h$user;\n\\c h$user\nCREATE SCHEMA data;\n"
        . 'CREATE TABLE data.blooddata_small (unique_id VARCHAR(20), "C6" '
        . 'FLOAT, "C6DC" FLOAT, "C8" FLOAT, diagnosis INT);' . "\n"
        . join('', map { 'INSERT INTO data.blooddata_small VALUES ('
            . join(', ', "'$_->{id}'", @{ $_->{x} }, $_->{y}) . ");\n" }
            @rows)
        . "GRANT USAGE ON SCHEMA data TO reader;\n"
        . "GRANT SELECT ON ALL TABLES IN SCHEMA data TO reader;\n");

    IC::Database->ini($ini, $db);
    spew($ini, slurp($ini) =~ s/^\[postgresql\]/[his]/mr
        =~ s/^Database=.*/Database=h$user/mr);
    chown 65534, 65534, $ini if $> == 0;

    my $file = "$place->{dir}/interconnd.conf";

    spew($file, slurp($file) . "odbc_ini $ini\n"
        . ($> == 0 ? "source_uid 65534\n" : ''));
    kill 'HUP', $place->{pids}{interconnd};
}

sub get  { scalar $sandbox->platform(0, "/model/$_[0]") }
sub post { scalar $sandbox->platform(0, "/model/$_[0]", $_[1]) }

# The text that a hospital is asked for, from its list.

sub asked {
    my ($user) = @_;

    return $sandbox->await('a query', sub {
        my $list = $sandbox->platform($node{$user},
            '/v1/platform/query/list?status=PENDING');
        return $list->{data}{records}[0];
    });
}

sub approve {
    my ($user, $text) = @_;
    my $one = asked($user);

    is($one->{sql}, lc($text) =~ s/;$//r, "user $user is asked for the text");

    my $got = $sandbox->platform($node{$user}, '/v1/platform/query/approve',
        { query_id => $one->{query_id}, digest => $one->{digest},
          location => { type => 'odbc', dsn => 'his' } });

    is($got->{code}, 0, '... and approves it') or diag($json->encode($got));
}

sub infer {
    my ($model, $text, $code) = @_;
    my $order = post('infer', ref $text ? $$text : { model_id => "$model",
        input_data => { user_id => '4', data_sql => $text } });

    is($order->{code}, 200, 'infer') or diag($json->encode($order));
    $sandbox->answer_job($node{4}, undef, queries => 'waits');
    $code->($order->{data}{order_id}) if $code;

    return $sandbox->await('the inference', sub {
        my $got = get("infer_status?order_id=$order->{data}{order_id}")
            ->{data};
        return $got->{infer_status} =~ /finished|failed/ && $got;
    }, 60);
}

###############################################################################
# training, with the numbers of rows that the document has

my $order = post('train', { user_id => 3, model_type => 'lr',
    model_params => { penalty => 'L2', optimizer => 'sgd', eps => 1e-4,
        alpha => 0.01, max_iter => 5, converge_func => 'diff',
        batch_size => 500, learning_rate => 0.15, decay => 1,
        decay_sqrt => JSON::PP::true,
        init_param => { init_method => 'zeros' },
        encrypt_param => { method => 'Paillier' },
        cv_param => { need_cv => JSON::PP::false } },
    party_id => [ 4, 2 ], data_info => { map { $_ => { pos => $query,
        neg => $query } } 2 .. 4 }, unique_id => 'unique_id',
    attributes => [qw/ C6 C6DC C8 /], label_name => 'diagnosis',
    label_value => 38 })->{data};

$sandbox->answer_job($node{$_}, undef, queries => 'waits') for 2 .. 4;
approve($_, $query) for 2 .. 3;

my $status = get("train_status?order_id=$order->{order_id}")->{data};

is($status->{train_status}{train_status}, 'waiting', 'one is missing');
like($status->{train_status}{reason}, qr/N0004/, '... and is named');
approve(4, $query);
$status = $sandbox->await_training($order);
is($status->{train_status}{train_status}, 'success', 'the training')
    or diag($json->encode($status));
is_deeply($status->{data_volum}, { 2 => 592, 3 => 702, 4 => 554 },
    '... of as many rows as in the document');

###############################################################################
# inference of what was approved, of a new text, of the document's own

my $model = $sandbox->model($node{4})->{model};

sub plain {
    my ($row) = @_;
    my $z = $model->{intercept};

    $z += $model->{weights}[$_] * ($row->{x}[$_]
        - $model->{scaler}{mean}[$_]) / $model->{scaler}{std}[$_] for 0 .. 2;

    return sprintf('%.4f', 1 / (1 + exp(-$z))) + 0;
}

my $got = infer($order->{model_id}, $query);
is_deeply([ sort { $a->{unique_id} cmp $b->{unique_id} }
    @{ $got->{result} || [] } ], [ sort { $a->{unique_id} cmp $b->{unique_id} }
    map { { unique_id => $_->{id}, label => plain($_) } } @{ $table{4} } ],
    'a text that is approved already') or diag($json->encode($got));

my $one = "select * from data.blooddata_small where unique_id = '4-7'";
$got = infer($order->{model_id}, $one, sub {
    my $now = get("infer_status?order_id=$_[0]")->{data};

    is($now->{infer_status}, 'waiting', 'a new text waits');
    like($now->{reason}, qr/N0004/, '... for its owner');
    approve(4, $one);
});
is_deeply($got->{result}, [ { unique_id => '4-7',
    label => plain($table{4}[6]) } ], '... and then gives its row')
    or diag($json->encode($got));

my $documented = <<'END' =~ s/137/$order->{model_id}/r;
{
	"model_id": "137",
	"input_data": {
		"user_id": "4",
		"data_sql": "SELECT * FROM select * from data.blooddata_small;"
	}
}
END

$got = infer($order->{model_id}, \$documented, sub { approve(4, $wrong) });
is($got->{infer_status}, 'failed', 'the document\'s own text');
like($got->{debug_info}, qr/^Query\ data\ from\ database\ error\.\ Error\ info:
    \ user\ 4,\ N0004:\ .*character\ 15:\ near\ "select\ \*\ from/x,
    '... fails, and where is said');
note($got->{debug_info});

###############################################################################
# a text is refused; the database is away, and back

$got = infer($order->{model_id}, "$one or true", sub {
    my $text = asked(4);
    $sandbox->platform($node{4}, '/v1/platform/query/refuse',
        { query_id => $text->{query_id}, reason => 'of everybody' });
});
is($got->{infer_status}, 'failed', 'a text that its owner refuses');
like($got->{debug_info}, qr/^user 4, N0004: .*refused.*of everybody/,
    '... which says so');
note($got->{debug_info});

$db->stop;
$got = infer($order->{model_id}, $query);
is($got->{infer_status}, 'failed', 'the database is down');
like($got->{debug_info}, qr/^Query data .* user 4, N0004: .*; .*database/,
    '... at whose place, and what to do');
is($got->{cause}{error}, 'data_source_down', '... the cause');
note($got->{debug_info});

$db->start;
$got = infer($order->{model_id}, $query);
is($got->{infer_status}, 'finished', 'up again, the same succeeds');
is(scalar @{ $got->{result} || [] }, $count{4}, '... with every row');

$sandbox->finish;
done_testing();
