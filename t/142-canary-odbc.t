#!/usr/bin/perl

# The password of a data source and the rows behind it: when the connection
# works, when it does not and the driver says why in words that have them,
# and when a row does not convert, none is in a log, a command line, an
# environment, the store, or what is told of the failure.

use strict;
use warnings;

use lib 't/lib';
use IC::Daemon;
use IC::Database;
use IC::File;
use JSON::PP;
use MIME::Base64 qw(encode_base64);
use Test::More;

IC::Daemon->check;

my @kinds = grep {
    my $missing = IC::Database->missing($_);
    diag("$_ is not tested: $missing") if $missing;
    !$missing;
} qw(sqlite mariadb postgresql);

plan(skip_all => 'no database is installed') unless @kinds;

my $json = JSON::PP->new->canonical;
my %secret = (password => 'canary-secret', wrong => 'CANARYwrong8k2',
    options => 'CANARYoptions5d', row => 'CANARYrow7f3Q');
my %db = map { $_ => IC::Database->new($_) } @kinds;
my %cert = IC::Daemon::certificate('node-a');
my $node = IC::Daemon->new(node => 'node-a', roles => 'runner', start => 0,
    conf => { %cert, workers => 2, inst_id => 'inst-a',
              source_timeout => '20s',
              platform => 'https://127.0.0.1:9443' });
my $redis = $node->redis;
my $reader = ($ENV{IC_BUILD} || 'build') . '/interconn-reader';
my $uid = $> == 0 && !system(qw(setpriv --reuid=65534 --regid=65534
    --clear-groups test -x), $reader) ? 65534 : $>;
my $tasks = 0;

$node->{conf}{source_uid} = $uid if $> == 0;

# one that counts its rows, a while later: there is something to look at
spew($node->dir . '/components/count', <<'END');
#!/usr/bin/perl
use strict;
use JSON::PP;
if (@ARGV) { print '{"name":"count","provider":"test"}'; exit }
open my $control, '+<&=', 3 or die;
my $source = decode_json($ENV{'runtime.component.input.train_data'});
open my $in, '<', "$source->{sources}[0]{path}/data_0" or die;
my @lines = <$in>;
select undef, undef, undef, 0.3;
print $control encode_json({ type => 'output', kind => 'report',
    value => { lines => scalar @lines } }), "\n";
END
chmod 0755, $node->dir . '/components/count';

# data sources with a wrong password, and with options that are none
my $ini = $node->dir . '/odbc.ini';

IC::Database->ini($ini, values %db);
my $text = slurp($ini);

for ([ mariadb => qr/Password=.*/, "Password=$secret{wrong}" ],
    [ postgresql => qr/Username=.*/, "Username=$secret{wrong}\n"
        . "Password=$secret{wrong}" ],
    [ postgresql => qr/Database=.*/, "Database=postgres\n"
        . "pqopt={$secret{options}}", 'options' ])
{
    my ($kind, $from, $to, $name) = @$_;
    my ($section) = $text =~ /^\[$kind\]\n(.*?)\n\n/ms or next;

    $section =~ s/$from/$to/;
    $text .= '[' . ($name || "$kind-wrong") . "]\n$section\n\n";
}

spew($ini, $text);
chmod 0600, $ini;
chown $uid, $uid, $ini;
$node->{conf}{odbc_ini} = $ini;
$node->start;

sub dataset {
    my ($location) = @_;
    my $id = 'task_' . ++$tasks;

    $redis->call('object_create', 'dataset', "D$id", name => "D$id",
        status => '1', pub_scope => 'public', describe => 'none',
        location => $json->encode({ type => 'odbc', %$location }));
    $node->run_task($id, 'count', param => { dataset_id => "D$id" });

    my $task;

    # while it runs its process is there to be seen
    $node->await(sub {
        processes();
        my %got = %{ $redis->hash("task:$id") || {} };
        $task = \%got;
        return ($got{status} // '') =~ /^(?:SUCCESS|FAILED)$/;
    }, "$id has ended", 60);

    return $task;
}

# names of secrets in a text
sub found {
    my ($text) = @_;

    return grep {
        my $secret = $secret{$_};

        index($text, $secret) >= 0
            || index($text, unpack 'H*', $secret) >= 0
            || index($text, substr encode_base64($secret, ''), 0, 12) >= 0
    } sort keys %secret;
}

my %seen;

sub processes {
    my ($daemon) = slurp($node->dir . '/pid', '') =~ /^(\d+)/;

    for my $dir (glob '/proc/[0-9]*') {
        my $line = slurp("$dir/cmdline", '');

        # ours: readers, tasks and the daemon
        next if index($line, $node->dir) < 0
            && $line !~ /interconn-reader|components.count/;
        $seen{"$_ in $dir/$_"} = 1
            for map { my $at = $_; map { "$_ ($at)" }
                found(slurp("$dir/$at", '')) } qw/ cmdline environ /;
    }
}

for my $kind (@kinds) {
    $db{$kind}->sql('CREATE TABLE t (id VARCHAR(40), s VARCHAR(40));'
        . " INSERT INTO t VALUES ('1', '$secret{row}');"
        . " INSERT INTO t VALUES ('2', 'it''s $secret{row}');");

    my $task = dataset({ dsn => $kind, table => 't' });

    is($task->{status}, 'SUCCESS', "$kind: rows are read")
        or diag($task->{cause});
}

# a driver that says what it was given
my @wrong = (
    [ 'mariadb-wrong', 'SELECT * FROM t' ],
    [ 'postgresql-wrong', 'SELECT * FROM t' ],
    [ 'options', 'SELECT * FROM t' ],
    [ 'postgresql', 'SELECT CAST(s AS INTEGER) AS n FROM t' ],
    [ 'postgresql', 'SELECT * FROM not_here' ],
    [ 'mariadb', 'SELECT * FROM not_here' ],
    [ 'sqlite', 'SELECT * FROM not_here' ],
    [ 'sqlite', "SELECT json_extract('$secret{row}', 'x') AS n" ],
);

for (@wrong) {
    my ($dsn, $query) = @$_;

    next if $text !~ /^\[\Q$dsn\E\]$/m;
    my $task = dataset({ dsn => $dsn, query => $query });
    my $cause = $task->{cause} // '';

    is($task->{status}, 'FAILED', "$dsn: "
        . ($query =~ s/$secret{row}/.../r)) or next;
    like($cause, qr/"error":"data_/, '... for a reason');

    is(join(' ', found($cause)), '', '... that has no secret');
}

$node->stop;

my $log = $node->log;

ok(length $log, 'there is a log');
is(join(' ', found($log)), '', '... without a secret')
    or diag(map { "$_\n" } grep { found($_) } split /\n/, $log);

# evidence, outputs, records: all that the store was given but the query
my %kept = map { my $key = $_; my %of = $redis->command('TYPE', $key) eq 'hash'
    ? %{ $redis->hash($key =~ s/^.*?\}//r =~ s/^://r) || {} } : ();
    map { ("$key $_" => $of{$_}) } grep { $_ ne 'location' } keys %of }
    @{ $redis->command('KEYS', $redis->key('*')) };

cmp_ok(scalar(keys %kept), '>', 20, 'the store has records');
is(join(' ', grep { found($kept{$_}) } sort keys %kept), '',
    '... without a secret');
is(join(' ', sort keys %seen), '', 'no command line, no environment');
is(join(' ', found("x$secret{row}y")), 'row', 'what is there would be found');
is(join(' ', found(encode_base64($secret{password}, ''))), 'password',
    '... in other forms');

done_testing();
