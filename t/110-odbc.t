#!/usr/bin/perl

# Rows of databases, over ODBC: what a task gets of them, and what it is told
# when a database is down, silent, wrong, forbidden, or grows meanwhile.

use strict;
use warnings;
use utf8;

use lib 't/lib';
use IC::Daemon;
use IC::Database;
use IC::File;
use JSON::PP;
use Test::More;

binmode Test::More->builder->$_, ':utf8' for qw(output failure_output);

IC::Daemon->check;

my @kinds = grep {
    my $missing = IC::Database->missing($_);
    diag("$_ is not tested: $missing") if $missing;
    !$missing;
} qw(sqlite mariadb postgresql);

plan(skip_all => 'no database is installed') unless @kinds;

my $json = JSON::PP->new->canonical;
my $tasks = 0;
my %db = map { $_ => IC::Database->new($_) } @kinds;
my %cert = IC::Daemon::certificate('node-a');
my $node = IC::Daemon->new(node => 'node-a', roles => 'runner', start => 0,
    conf => { %cert, workers => 2, inst_id => 'inst-a',
              source_timeout => '4s',
              platform => 'https://127.0.0.1:9443' });
my $redis = $node->redis;

# with a daemon of root readers are another user, if that one gets there

my $reader = ($ENV{IC_BUILD} || 'build') . '/interconn-reader';
my $uid = $> == 0 && !system(qw(setpriv --reuid=65534 --regid=65534
    --clear-groups test -x), $reader) ? 65534 : $>;
$node->{conf}{source_uid} = $uid if $> == 0;

# a component that reports its table as it stands in its files

spew($node->dir . '/components/show', <<'END');
#!/usr/bin/perl
use strict;
use JSON::PP;
if (@ARGV) { print '{"name":"show","provider":"test"}'; exit }
open my $control, '+<&=', 3 or die;
my $data = $ENV{'runtime.component.input.train_data'};
my $source = decode_json($data)->{sources}[0];
my $path = $source->{path};
open my $in, '<', "$path/data_0" or die "$path: $!";
my $text = do { local $/; <$in> };
open my $about, '<', "$path/metadata" or die;
my $columns = decode_json(do { local $/; <$about> })->{columns};
opendir my $dir, $path; my @files = grep { !/^\./ } readdir $dir;
opendir my $up, "$path/.."; push @files, grep { /^source/ } readdir $up;
print $control JSON::PP->new->latin1->encode({ type => 'output',
    kind => 'report', value => { text => unpack('H*', $text),
    columns => $columns, source => $source, owner => (stat "$path/data_0")[4],
    files => [ sort @files ], env => [ grep { /ODBC/ } keys %ENV ] } }), "\n";
END
chmod 0755, $node->dir . '/components/show';

$node->{conf}{odbc_ini} = (values %db)[0]->dir . '/odbc.ini';
IC::Database->ini($node->{conf}{odbc_ini}, values %db);
chown $uid, $uid, $node->{conf}{odbc_ini};
$node->start;

my %text = (sqlite => 'TEXT', mariadb => 'VARCHAR(64)',
    postgresql => 'VARCHAR(64)');
my %double = (sqlite => 'REAL', mariadb => 'DOUBLE',
    postgresql => 'DOUBLE PRECISION');

for my $kind (@kinds) {
    subtest $kind => sub { test_database($kind) };
}

sub test_database {
    my ($kind) = @_;
    my $db = $db{$kind};

    $db->sql("CREATE TABLE t (id $text{$kind} PRIMARY KEY, "
        . "x $double{$kind}, n BIGINT, s $text{$kind});\n"
        . "INSERT INTO t VALUES ('a', 1.5, 9007199254740993, 'plain');\n"
        . "INSERT INTO t VALUES ('b', NULL, NULL, NULL);\n"
        . "INSERT INTO t VALUES ('c', 0.1, -5, 'comma, \"quote\"');\n"
        . "INSERT INTO t VALUES ('d', -1e-300, 0, '中文 🙂 é');\n");

    test_rows($kind, $db);
    test_faults($kind, $db);
    test_writes($kind, $db);
    test_growth($kind, $db);
    test_outage($kind, $db) if $db->{server};
}

###############################################################################

sub test_rows {
    my ($kind, $db) = @_;
    my $text = join "\n", 'id,x,n,s', 'a,1.5,9007199254740993,plain', 'b,,,',
        'c,0.1,-5,"comma, ""quote"""', 'd,-1e-300,0,中文 🙂 é', '';

    for my $location ({ query => 'SELECT id, x, n, s FROM t ORDER BY id' },
        { query => 'SELECT id, x, n, s FROM t', key => 'id' },
        { table => 't', key => 'id' })
    {
        my $name = join ', ', map { "$_ $location->{$_}" }
            sort keys %$location;
        my $got = report({ dsn => $kind, %$location }) or next;

        my $have = pack 'H*', $got->{text};
        utf8::decode($have);
        is($have, $text, $name);
        is(join(' ', map { $_->{type} } @{ $got->{columns} }),
            'string double int64 string', '... and their types');
        is_deeply([ @$got{qw(files env)} ],
            [ [qw(data_0 metadata source_0)], [] ],
            '... and nothing of how they came');
        is($got->{source}{type}, 'table', '... as a table of its own');
        is($got->{owner}, $uid, '... read by the user of readers');
    }

    my $got = report({ dsn => $kind, query => 'SELECT id FROM t WHERE 1 = 0' });
    is(pack('H*', $got->{text}), "id\n", 'no row');

    # pages end anywhere

    my $rows = join ', ', map { sprintf "('k%04d', %d, %d, 'x')", $_, $_, $_ }
        1 .. 450;
    $db->sql("CREATE TABLE many (id $text{$kind} PRIMARY KEY, "
        . "x $double{$kind}, n BIGINT, s $text{$kind});\n"
        . "INSERT INTO many VALUES $rows;\n");

    for my $size (100, 150, 449, 450, 451) {
        my $many = report({ dsn => $kind, table => 'many', key => 'id',
            fetch_size => $size });
        my @lines = split /\n/, pack 'H*', $many->{text};
        is(join(' ', map { /^(\w+)/ } @lines[ 1 .. $#lines ]),
            join(' ', map { sprintf 'k%04d', $_ } 1 .. 450),
            "450 rows in pages of $size");
    }
}

sub test_faults {
    my ($kind, $db) = @_;

    for my $case (
        [ 'no table', 'data_query_failed', { query => 'SELECT * FROM nix' } ],
        [ 'no column', 'data_missing_column',
          { query => 'SELECT nix FROM t' } ],
        [ 'no key', 'data_missing_column|data_query_failed',
          { table => 't', key => 'nix' } ],
        [ "the document's own example", 'data_query_failed',
          { query => 'SELECT * FROM select * from t where id = 0' } ],
        [ 'no data source', 'data_unreadable',
          { dsn => 'nowhere', table => 't' } ],
        [ 'a data source with options', 'data_unreadable',
          { dsn => "$kind;Database=/etc/passwd", table => 't' } ])
    {
        my ($name, $code, $location) = @$case;
        my $cause = cause({ dsn => $kind, %$location });

        # the driver of SQLite takes a quoted name it does not know as a text
        next if !$cause && $name eq 'no key';

        like($cause->{error}, qr/^($code)$/, "$name: $cause->{message}");
        ok(length $cause->{remedy}, '... and what to do');
        unlike($json->encode($cause), qr/canary-secret/, '... no password');
    }

    $db->sql("CREATE TABLE wrong (x $text{$kind});\n"
        . "INSERT INTO wrong VALUES ('canary-value');\n");
    my $wrong = cause({ dsn => $kind,
        query => 'SELECT CAST(x AS INTEGER) / 0 AS y FROM wrong' });
    ok($wrong, 'a value that is wrong is told') if $kind eq 'postgresql';
    unlike($json->encode($wrong || {}), qr/canary-value/,
        'no value is told to anybody');

    # the driver of MariaDB has the snapshot, the others read as they go

    $db->sql("CREATE TABLE twice (k $text{$kind}, x BIGINT);\n"
        . "INSERT INTO twice VALUES ('a', 1), ('a', 2), ('b', 3);\n");
    my $twice = cause({ dsn => $kind, table => 'twice', key => 'k' });

    if ($kind eq 'mariadb') {
        is($twice->{error}, 'data_duplicate_id', 'a key that is not unique');
        $db->sql("INSERT INTO twice VALUES (NULL, 4);\n");
        is(cause({ dsn => $kind, key => 'k',
            query => "SELECT * FROM twice WHERE x > 2" })->{error},
            'data_null_value', 'a key that is null');
    }
}

# the session is for reading only, whatever the user may

sub test_writes {
    my ($kind, $db) = @_;

    for my $query ("DELETE FROM t", "INSERT INTO t VALUES ('z', 1, 1, 'z')",
        'DROP TABLE t', 'UPDATE t SET x = 0', 'CREATE TABLE z (a BIGINT)',
        'SELECT 1; DELETE FROM t')
    {
        my $cause = cause({ dsn => $kind, query => $query });

        like($cause->{error}, qr/^data_(query_failed|source_refused)$/,
            "$query: $cause->{message}");
    }

    like($db->sql('SELECT COUNT(*) FROM t;'), qr/\b4\b/, 'nothing was changed');
}

# what is read is one state of the table

sub test_growth {
    my ($kind, $db) = @_;
    my $task = begin({ dsn => $kind, table => 'many', key => 'id',
        fetch_size => 100 });

    $db->sql("INSERT INTO many VALUES ('k9999', 0, 0, 'late');");

    my $report = $json->decode(finished($task)->{report});
    my $lines = () = pack('H*', $report->{text}) =~ /\n/g;

    ok($lines == 451 || $lines == 452,
        'a table that grows is read as it was at one time');
}

sub test_outage {
    my ($kind, $db) = @_;

    $db->stop;
    my $cause = cause({ dsn => $kind, table => 't' });
    is($cause->{error}, 'data_source_down', "down: $cause->{message}");
    like($cause->{remedy}, qr/odbc\.ini/, '... and what to do');

    $db->start;
    ok(report({ dsn => $kind, table => 't' }), 'up again: a retry succeeds');

    $db->pause;
    $cause = cause({ dsn => $kind, table => 't' });
    is($cause->{error}, 'data_source_slow', "silent: $cause->{message}");
    $db->resume;
    ok(report({ dsn => $kind, table => 't' }), 'it answers again');

    if ($kind eq 'postgresql') {
        $db->sql('REVOKE SELECT ON t FROM reader;');

    } else {
        $db->sql("CREATE DATABASE other; CREATE TABLE other.t (x BIGINT);");
    }

    $cause = cause({ dsn => $kind,
        query => $kind eq 'postgresql' ? 'SELECT * FROM t'
                                       : 'SELECT * FROM other.t' });
    is($cause->{error}, 'data_source_refused', "not allowed: "
        . $cause->{message});
}

# stopped while it reads: the reader goes with the task

SKIP: {
    skip('no database that waits', 3) unless $db{mariadb};

    my $task = begin({ dsn => 'mariadb',
        query => 'SELECT SLEEP(3) AS x FROM t' });

    $node->await(sub { $node->log =~ /task $task: interconn-reader/ },
        'it reads', 10);
    my ($pid) = $node->log =~ /task $task: interconn-reader .* pid (\d+)/;
    ok(kill(0, $pid), 'the reader is a process of its own');
    $node->stop;
    ok(!kill(0, $pid), '... and ends with the daemon');
    $node->start;
}

$node->stop;
unlike($node->log, qr/canary-secret/, 'no password is in the log');
done_testing();

###############################################################################

sub begin {
    my ($location) = @_;
    my $id = 'task_' . ++$tasks;

    $redis->call('object_create', 'dataset', "D$id", name => "D$id",
        status => '1', pub_scope => 'public', describe => 'none',
        location => $json->encode({ type => 'odbc', %$location }));

    return $node->run_task($id, 'show', param => { dataset_id => "D$id" });
}

sub finished { $node->ended($_[0], 40) }

sub report {
    my ($location) = @_;
    my $task = finished(begin($location));

    is($task->{status}, 'SUCCESS', 'it ends well') or diag($task->{cause});

    return $task->{status} eq 'SUCCESS' ? $json->decode($task->{report})
                                        : undef;
}

sub cause {
    my ($location) = @_;
    my $task = finished(begin($location));

    return $task->{status} eq 'FAILED' ? $json->decode($task->{cause})
                                       : undef;
}
