#!/usr/bin/perl

# Datasets whose content is fixed: tasks get the rows that the published
# digest is of, or none; from CSV, SQLite and databases. Descriptions of all
# of them, by a daemon alone.

use strict;
use warnings;

use lib 't/lib';
use IC::Daemon;
use IC::Database;
use IC::File;
use JSON::PP;
use Test::More;

IC::Daemon->check;

my @kinds = grep { !IC::Database->missing($_) } qw(sqlite mariadb postgresql);
my $json = JSON::PP->new->canonical;
my $tasks = 0;
my %db = map { $_ => IC::Database->new($_) } @kinds;
my %cert = IC::Daemon::certificate('node-a');
my $node = IC::Daemon->new(node => 'node-a', roles => 'runner',
    start => 0, conf => { %cert, workers => 2, inst_id => 'inst-a',
        source_timeout => '4s', platform => 'https://127.0.0.1:9443' });
my $redis = $node->redis;
my $reader = ($ENV{IC_BUILD} || 'build') . '/interconn-reader';
my $uid = $> == 0 && !system(qw(setpriv --reuid=65534 --regid=65534
    --clear-groups test -x), $reader) ? 65534 : $>;

$node->{conf}{source_uid} = $uid if $> == 0;

if (@kinds) {
    $node->{conf}{odbc_ini} = (values %db)[0]->dir . '/odbc.ini';
    IC::Database->ini($node->{conf}{odbc_ini}, values %db);
    chown $uid, $uid, $node->{conf}{odbc_ini};
}

# a component that tells how many lines it has been given

spew($node->dir . '/components/show', <<'END');
#!/usr/bin/perl
use strict;
use JSON::PP;
if (@ARGV) { print '{"name":"show","provider":"test"}'; exit }
open my $control, '+<&=', 3 or die;
my $source = decode_json($ENV{'runtime.component.input.train_data'})
    ->{sources}[0];
open my $in, '<', "$source->{path}/data_0" or die "$source->{path}: $!";
my @lines = <$in>;
print $control encode_json({ type => 'output', kind => 'report',
    value => { lines => scalar @lines, type => $source->{type} } }), "\n";
END
chmod 0755, $node->dir . '/components/show';
$node->start;

my $dir = (values %db)[0] ? (values %db)[0]->dir : $node->dir;
my %text = (sqlite => 'TEXT', mariadb => 'VARCHAR(64)',
    postgresql => 'VARCHAR(64)');
my @rows = map { [ sprintf('k%02d', $_), $_ % 3, $_ / 8 ] } 1 .. 30;

subtest csv => sub {
    my $file = "$dir/rows.csv";
    my $csv = join '', "id,n,x\n", map { join(',', @$_) . "\n" } @rows;

    write_file($file, $csv);
    test_source({ type => 'csv', path => $file },
        sub { write_file($file, $csv =~ s/k07,1/k07,2/r) },
        sub { write_file($file, $csv) });
};

for my $kind (@kinds) {
    my $db = $db{$kind};
    my @change = ("UPDATE t SET n = 2 WHERE id = 'k07';",
        "UPDATE t SET n = 1 WHERE id = 'k07';");

    $db->sql("CREATE TABLE t (id $text{$kind} PRIMARY KEY, n BIGINT, x "
        . ($kind eq 'postgresql' ? 'DOUBLE PRECISION' : 'DOUBLE') . ");\n"
        . 'INSERT INTO t VALUES '
        . join(', ', map { "('$_->[0]', $_->[1], $_->[2])" } @rows) . ";\n");

    subtest "$kind, over ODBC" => sub {
        test_source({ type => 'odbc', dsn => $kind, table => 't',
            key => 'id' }, map { my $sql = $_; sub { $db->sql($sql) } }
            @change);
    };

    next if $kind ne 'sqlite';

    chmod 0644, $db->dir . '/db.sqlite';
    subtest 'SQLite itself' => sub {
        test_source({ type => 'sqlite', path => $db->dir . '/db.sqlite',
            table => 't' }, map { my $sql = $_; sub { $db->sql($sql) } }
            @change);
    };
}

# nothing is published yet: nothing is handed out

my $id = dataset({ type => 'csv', path => "$dir/none.csv" });
described($id);
is(run($id)->{error}, 'data_changed', 'what could not be read is not used');

# a database that is down while it is described

SKIP: {
    skip('no server', 3) unless $db{mariadb};

    $db{mariadb}->stop;
    $id = dataset({ type => 'odbc', dsn => 'mariadb', table => 't',
        key => 'id' });
    is(described($id)->{error}{error}, 'data_source_down',
        'a database that is down');
    $db{mariadb}->start;
    $redis->call('dataset_describe', $id);
    is(described($id)->{describe_state}, 'DONE', '... is described later');
    is(run($id)->{lines}, 31, '... and read');
}

# the describer dies while it reads: another one does it

SKIP: {
    skip('no database that waits', 3) unless $db{mariadb};

    $id = dataset({ type => 'odbc', dsn => 'mariadb', query =>
        'SELECT SLEEP(2) AS x FROM t LIMIT 1' });
    $node->await(sub { glob $node->dir . '/data/describe/work/*' },
        'it reads', 10);
    my $pid = ($node->log =~ /describer started, pid (\d+)/g)[-1];
    is(kill('KILL', $pid), 1, 'the describer dies');
    is(described($id)->{describe_state}, 'DONE', 'it is described all the '
        . 'same');
    is_deeply([ glob $node->dir . '/data/describe/work/*' ], [],
        '... and nothing is left');
}

$node->stop;
unlike($node->log, qr/canary-secret|k07/, 'no secret, no value in the log');
done_testing();

###############################################################################

sub test_source {
    my ($location, $change, $restore) = @_;
    my $id = dataset($location);
    my $was = described($id);

    is($was->{describe_state}, 'DONE', 'described') or diag $json->encode($was);
    is($was->{count}, 30, 'rows');
    is(join(' ', map { $_->{distribution} }
        @{ decode_json($was->{column_metas} || '[]') }),
        'DISCRETE DISCRETE CONTINUOUS', 'columns');
    is_deeply(run($id), { lines => 31, type => 'table' }, 'it is read');

    $change->();
    my $cause = run($id);
    is($cause->{error}, 'data_changed', 'a value was changed');
    like($cause->{message}, qr/digest/, '... which is said');

    $restore->();
    is(run($id)->{lines}, 31, 'as it was: it is read again');

    $change->();
    $redis->call('dataset_describe', $id);
    my $now = described($id);
    isnt($now->{content_digest}, $was->{content_digest}, 'published anew');
    is(run($id)->{lines}, 31, '... it is read');
    $restore->();
}

sub write_file {
    my ($file, $text) = @_;

    spew($file, $text);
    chmod 0644, $file;
}

sub dataset {
    my ($location) = @_;
    my $id = 'F' . ++$tasks;

    $redis->call('object_create', 'dataset', $id, name => $id, status => '1',
        pub_scope => 'public', content => 'fixed',
        location => $json->encode($location));

    return $id;
}

sub described {
    my ($id) = @_;
    my $record;

    $node->await(sub {
        $record = $redis->call('object_get', 'dataset', $id)->{fields};
        return $record->{describe_state} ne 'PENDING';
    }, 'the description', 20);
    $record->{error} = decode_json($record->{describe_error} || '{}');

    return $record;
}

sub run {
    my ($id) = @_;
    my $task = $node->run_task('task_' . ++$tasks, 'show',
        param => { dataset_id => $id });
    my $end = $node->ended($task, 40);

    return decode_json($end->{status} eq 'SUCCESS' ? $end->{report}
                                                   : $end->{cause});
}
