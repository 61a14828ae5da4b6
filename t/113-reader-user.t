#!/usr/bin/perl

# Who reads databases: with a daemon of root never root, and odbc.ini may be
# root's alone; else the daemon's user.

use strict;
use warnings;

use Digest::SHA qw(sha256_hex);
use lib 't/lib';
use IC::Daemon;
use IC::Database;
use IC::File;
use JSON::PP;
use Test::More;

IC::Daemon->check;

my @kinds = grep { !IC::Database->missing($_) } qw(sqlite postgresql);

plan(skip_all => 'no database is installed') unless @kinds;

my $json = JSON::PP->new->canonical;
my $tasks = 0;
my %cert = IC::Daemon::certificate('node-a');
my $node = IC::Daemon->new(node => 'node-a', roles => 'runner', start => 0,
    conf => { %cert, workers => 1, inst_id => 'inst-a', source_timeout => '9s',
              platform => 'https://127.0.0.1:9443' });
my $redis = $node->redis;
my ($user) = $> == 0 ? (getpwnam 'interconn-reader') : ();
my $uid = $> != 0 ? $> : $user ? (getpwnam $user)[2] : 65534;

spew($node->dir . '/components/show', <<'END');
#!/usr/bin/perl
use strict;
use JSON::PP;
if (@ARGV) { print '{"name":"show","provider":"test"}'; exit }
open my $control, '+<&=', 3 or die;
my $data = $ENV{'runtime.component.input.train_data'};
my $source = decode_json($data)->{sources}[0];
open my $in, '<', "$source->{path}/data_0" or die "$source->{path}: $!";
my @stat = stat $in;
print $control JSON::PP->new->encode({ type => 'output', kind => 'report',
    value => { text => do { local $/; <$in> }, owner => $stat[4],
    left => [ glob "$source->{path}.*" ] } }), "\n";
END
chmod 0755, $node->dir . '/components/show';

spew($node->dir . '/components/wait', <<'END' =~ s/DIR/$node->dir/er);
#!/usr/bin/perl
if (@ARGV) { print '{"name":"wait","provider":"test"}'; exit }
open my $out, '>', 'DIR/waits';
close $out;
sleep 60;
END
chmod 0755, $node->dir . '/components/wait';

my %db = map { $_ => IC::Database->new($_) } @kinds;

$_->sql("CREATE TABLE t (x INTEGER); INSERT INTO t VALUES (7);")
    for values %db;

my $ini = $node->dir . '/odbc.ini';

IC::Database->ini($ini, values %db);
$node->{conf}{odbc_ini} = $ini;
$node->start;

is((stat $ini)[2] & 0777, 0600, 'odbc.ini is its owner\'s alone');
is((stat _)[4], $>, '... the daemon\'s');

for my $kind (@kinds) {
    my $got = report({ type => 'odbc', dsn => $kind, table => 't' });

    is($got->{text}, "x\n7\n", "$kind: rows are read");
    is($got->{owner}, $uid, '... by that user');
    is_deeply($got->{left}, [], '... and nothing is left beside them');
}

# a partner's text over a file of SQLite, without a driver

if ($db{sqlite}) {
    my $sql = 'select x + 1 as y from t';

    chmod 0644, $db{sqlite}->dir . '/db.sqlite';
    $redis->call('query_use', sha256_hex($sql), $sql, 'node-a', 'J', 'T', 's',
        'data_sql');

    my ($record) = @{ $redis->call('query_list', 'PENDING', '', '', 1, 9)
        ->{records} };

    $redis->call('query_approve', $record->{query_id}, location =>
        $json->encode({ type => 'sqlite',
            path => $db{sqlite}->dir . '/db.sqlite' }));

    my $task = run({ data_sql => $sql });
    my $got = $json->decode($task->{report} || '{}');

    is($got->{text}, "y\n8\n", 'an approved query runs')
        or diag($task->{cause});
    is($got->{owner}, $uid, '... as that user');

    # what reads by it ends with it

    $redis->call('query_use', sha256_hex($sql), $sql, 'node-a', 'J', 'W', 's',
        'data_sql');
    $node->run_task('task_wait', 'wait', param => { data_sql => $sql });

    my $end = time + 20;

    select undef, undef, undef, 0.1
        until -e $node->dir . '/waits' || time > $end;
    is($redis->call('query_revoke', $record->{query_id})->{status}, 'ok',
        'the approval is revoked');
    $task = $node->ended('task_wait', 30);
    is($json->decode($task->{cause} || '{}')->{error}, 'task_stopped',
        '... and with it the task that reads by it');
}

# folders go a moment after the end of their tasks

$node->await(sub { !(() = glob $node->dir . '/data/*/*') }, undef, 10);
is_deeply([ glob $node->dir . '/data/*/*' ], [], 'nothing is left of it all');

$node->stop if $node->can('stop');
done_testing();


sub run {
    my ($param) = @_;
    my $id = 'task_' . ++$tasks;

    $node->run_task($id, 'show', param => $param);

    return $node->ended($id, 30);
}

sub report {
    my ($location) = @_;
    my $id = 'D' . $tasks;

    $redis->call('object_create', 'dataset', $id, name => $id,
        status => '1', location => $json->encode($location));

    my $task = run({ dataset_id => $id });

    is($task->{status}, 'SUCCESS', 'it ends well') or diag($task->{cause});

    return $json->decode($task->{report} || '{}');
}
