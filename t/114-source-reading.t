#!/usr/bin/perl

# While rows are read: others write, and what a task gets is one state of the
# table; it is stopped, or takes too long, and the database does nothing for
# it any more.

use strict;
use warnings;

use lib 't/lib';
use IC::Daemon;
use IC::Database;
use IC::File;
use JSON::PP;
use POSIX ();
use Test::More;
use Time::HiRes qw(sleep time);

IC::Daemon->check;

my @kinds = grep {
    my $missing = IC::Database->missing($_);
    note("$_ is not tested: $missing") if $missing;
    !$missing;
} qw(sqlite mariadb postgresql);

plan(skip_all => 'no database is installed') unless @kinds;

my $json = JSON::PP->new->canonical;
my $pairs = 20000;
my $tasks = 0;
my %db = map { $_ => IC::Database->new($_) } @kinds;
my %cert = IC::Daemon::certificate('node-a');
my $node = IC::Daemon->new(node => 'node-a', roles => 'runner', start => 0,
    conf => { %cert, workers => 2, inst_id => 'inst-a',
              platform => 'https://127.0.0.1:9443' });
my $redis = $node->redis;
my $reader = ($ENV{IC_BUILD} || 'build') . '/interconn-reader';
my $uid = $> == 0 && !system(qw(setpriv --reuid=65534 --regid=65534
    --clear-groups test -x), $reader) ? 65534 : $>;
my $seed = $ENV{SEED} || 114;

srand $seed;
note("SEED=$seed");

# A component that looks at pairs: the two rows of each, which are far apart,
# sum to zero in every state that was ever committed.

spew($node->dir . '/components/pairs', <<'END');
#!/usr/bin/perl
use strict;
use JSON::PP;
if (@ARGV) { print '{"name":"pairs","provider":"test"}'; exit }
open my $control, '+<&=', 3 or die;
my $source = decode_json($ENV{'runtime.component.input.train_data'})
    ->{sources}[0];
my (%sum, $rows);
if ($source->{type} eq 'table') {
    open my $in, '<', "$source->{path}/data_0" or die $!;
    my $header = <$in>;
    while (<$in>) { chomp; my ($id, $pair, $x) = split /,/;
        $sum{$pair} += $x; $rows++ }
}
my $torn = grep { $_ != 0 } values %sum;
print $control encode_json({ type => 'output', kind => 'report',
    value => { rows => $rows, torn => $torn } }), "\n";
END
chmod 0755, $node->dir . '/components/pairs';

$node->{conf}{source_uid} = $uid if $> == 0;
$node->{conf}{source_timeout} = '20s';
$node->{conf}{odbc_ini} = (values %db)[0]->dir . '/odbc.ini';
IC::Database->ini($node->{conf}{odbc_ini}, values %db);
chown $uid, $uid, $node->{conf}{odbc_ini};
$node->start;

for my $kind (@kinds) {
    subtest "$kind: written meanwhile" => sub { test_growth($kind) };
}

for my $kind (grep { $db{$_}{server} } @kinds) {
    subtest "$kind: stopped while it reads" => sub { test_stop($kind) };
}

$node->stop;
$node->{conf}{source_timeout} = '3s';
$node->start;

for my $kind (grep { $db{$_}{server} } @kinds) {
    subtest "$kind: too late" => sub { test_late($kind) };
}

$node->stop;
done_testing();

###############################################################################

sub test_growth {
    my ($kind) = @_;
    my $db = $db{$kind};
    my @values = map { my $x = int rand 1000; [ $_, $_, $x ],
        [ $_ + $pairs, $_, -$x ] } 1 .. $pairs;

    $db->sql(($kind eq 'sqlite' ? "PRAGMA journal_mode = WAL;\n" : '')
        . "CREATE TABLE pairs (id BIGINT PRIMARY KEY, pair BIGINT, x BIGINT)"
        . ";\n" . join '', map { 'INSERT INTO pairs VALUES ' . join(', ', map {
            '(' . join(', ', @$_) . ')' } splice @values, 0, 1000) . ";\n" }
            1 .. 2 * $pairs / 1000);
    chmod 0666, glob $db->dir . '/db.sqlite*' if $kind eq 'sqlite';

    # two looks at two halves see what is torn: so can the test

    my $half = "SELECT SUM(x) FROM pairs WHERE id <= $pairs;";
    my $other = "SELECT SUM(x) FROM pairs WHERE id > $pairs;";
    my ($first) = $db->sql($half) =~ /(-?\d+)\s*$/;

    $db->sql(change(7, $pairs + 7, 5000));
    my ($second) = $db->sql($other) =~ /(-?\d+)\s*$/;
    isnt($first + $second, 0, 'two readings are two states');

    my $writer = writer($kind);
    my @reports;

    for my $location ({ table => 'pairs', key => 'id', fetch_size => 100 },
        { query => 'SELECT id, pair, x FROM pairs' })
    {
        my $before = written($kind);
        my $report = report({ dsn => $kind, %$location });
        my $after = written($kind);

        cmp_ok($after, '>', $before, 'rows were added meanwhile');
        is($report->{torn}, 0, 'no pair is torn');
        is($report->{rows} % 2, 0, 'no pair is halved');
        ok($report->{rows} >= $before && $report->{rows} <= $after,
            "rows of one state: $before, $report->{rows}, $after");
    }

    kill 'KILL', -$writer;
    waitpid $writer, 0;
}

sub change {
    my ($one, $other, $by) = @_;

    return "BEGIN;\nUPDATE pairs SET x = x + $by WHERE id = $one;\n"
        . "UPDATE pairs SET x = x - $by WHERE id = $other;\nCOMMIT;\n";
}

# transactions without end: pairs that change, and new ones
sub writer {
    my ($kind) = @_;
    my $db = $db{$kind};
    my $next = 10 * $pairs;
    my $text = $kind eq 'sqlite' ? ".timeout 10000\n" : '';

    for (1 .. 20000) {
        my ($pair, $by) = (1 + int rand $pairs, 1 + int rand 99);

        $next += 2;
        $text .= change($pair, $pair + $pairs, $by)
            . "BEGIN;\nINSERT INTO pairs VALUES ($next, $next, $by), ("
            . "$next + 1, $next, -$by);\nCOMMIT;\n";
    }

    my $file = $db->file('writes', $text);
    my $pid = fork() // die "fork: $!\n";

    if ($pid == 0) {
        POSIX::setpgid(0, 0);
        open STDIN, '<', $file;
        open STDOUT, '>', '/dev/null';
        open STDERR, '>&', \*STDOUT;
        exec(IC::Database::as_user($db->words($db->{client})))
            or POSIX::_exit(127);
    }

    my $begun = written($kind);
    $node->await(sub { written($kind) > $begun }, 'somebody writes', 20);

    return $pid;
}

sub written {
    my ($kind) = @_;
    my $wait = $kind eq 'sqlite' ? ".timeout 10000\n" : '';

    return ($db{$kind}->sql("${wait}SELECT COUNT(*) FROM pairs;")
        =~ /(\d+)\s*$/)[0];
}

# rows without end
sub endless {
    my ($kind) = @_;

    return { dsn => $kind, query => 'SELECT a.id, b.pair, c.x FROM pairs a, '
        . 'pairs b, pairs c' };
}

# a query that computes, and sends nothing for hours
sub mute {
    my ($kind) = @_;

    return { dsn => $kind, query => $kind eq 'postgresql'
        ? 'SELECT pg_sleep(3000)' : 'SELECT SLEEP(3000) AS x' };
}

sub test_stop {
    my ($kind) = @_;

    my $order = sub { $redis->command('HSET', $redis->key("task:$_[0]"),
        cancel => 1) };
    my $daemon = sub { $node->stop };

    for my $case ([ endless($kind), $order ], [ mute($kind), $order ],
        [ mute($kind), $daemon ])
    {
        my ($location, $stop) = @$case;
        my $task = begin($location);

        ok($node->await(sub { sessions($kind) > 0 }, 'it reads', 15),
            "$location->{query}: a session");
        my ($pid) = $node->log
            =~ /task $task: interconn-reader .* pid (\d+)/;

        $stop->($task);
        ok($node->await(sub { !kill 0, $pid }, 'the reader ends', 6),
            '... stopped: the reader is gone');
        ok($node->await(sub { sessions($kind) == 0 }, 'no session', 5),
            '... and its session at the database');
        $node->start if $stop == $daemon;
    }
}

sub test_late {
    my ($kind) = @_;
    my $end = $node->ended(begin(mute($kind)), 40);

    is(decode_json($end->{cause} || '{}')->{error}, 'data_source_slow',
        'it took too long');
    ok($node->await(sub { sessions($kind) == 0 }, 'no session', 5),
        '... and its session at the database is gone');
}

sub sessions {
    my ($kind) = @_;

    return ($db{$kind}->sql($kind eq 'postgresql'
        ? "SELECT COUNT(*) FROM pg_stat_activity WHERE usename = 'reader';"
        : "SELECT COUNT(*) FROM information_schema.processlist WHERE user = "
          . "'reader';") =~ /(\d+)\s*$/)[0];
}

sub begin {
    my ($location) = @_;
    my $id = 'task_' . ++$tasks;

    $redis->call('object_create', 'dataset', "D$id", name => "D$id",
        status => '1', pub_scope => 'private', column_metas => '[{}]',
        location => $json->encode({ type => 'odbc', %$location }));

    return $node->run_task($id, 'pairs', param => { dataset_id => "D$id" });
}

sub report {
    my $task = $node->ended(begin(@_), 60);

    is($task->{status}, 'SUCCESS', 'it ends well') or diag($task->{cause});

    return decode_json($task->{report} || '{}');
}
