#!/usr/bin/perl

# More than 200 texts that try to do more than read rows: on every way that
# they can come by, none is executed. Then each is given to the reader itself,
# as if it had been approved: what is not asked for is still there.

use warnings;
use strict;

use Digest::SHA qw(sha256_hex);
use Encode qw(decode_utf8);
use File::Temp qw(tempdir);
use JSON::PP;
use lib 't/lib';
use IC;
use IC::Api;
use IC::Caller;
use IC::Daemon;
use IC::Database;
use IC::File;
use IC::Injections;
use Test::More;
use Time::HiRes qw(time);

IC->check;
IC::Api->check;
IC::Daemon->check;

my $json = JSON::PP->new->utf8->canonical;
my $dir = tempdir('icinjXXXXX', TMPDIR => 1, CLEANUP => 1);
my $file = "$dir/touched";

chmod 0777, $dir;

my @texts = IC::Injections->all(t => 'canary', f => $file);
my %seen;

$seen{$_->[1]}++ for @texts;
cmp_ok(scalar keys %seen, '>=', 200, scalar(keys %seen) . ' texts');

# plain SELECTs: only their owner can know what they are for
my $plain = 'rows of others|what only looks like it';

###############################################################################
# the databases, with what must stay as it is

my %canary = (
    sqlite => "SELECT group_concat(name) FROM sqlite_master;\n"
        . 'SELECT count(*), sum(x) FROM canary;',
    mariadb => "SELECT table_name FROM information_schema.tables WHERE "
        . "table_schema = 'test' ORDER BY 1;\nSELECT count(*), sum(x) FROM "
        . "canary;\nSELECT user FROM mysql.user ORDER BY 1;\n"
        . 'SELECT @@general_log;',
    postgresql => "SELECT relname FROM pg_class WHERE relnamespace = "
        . "'public'::regnamespace ORDER BY 1;\nSELECT count(*), sum(x) FROM "
        . "canary;\nSELECT rolname FROM pg_roles ORDER BY 1;\n"
        . "SELECT last_value FROM s;\nSELECT count(*) FROM "
        . 'pg_largeobject_metadata;',
);

my @kinds = grep { !IC::Database->missing($_) } sort keys %canary;
my %db = map { $_ => IC::Database->new($_) } @kinds;

for my $kind (@kinds) {
    $db{$kind}->sql("CREATE TABLE canary (x INT);\n"
        . "INSERT INTO canary VALUES (1), (2), (4);\n"
        . ($kind eq 'sqlite' ? '' : "CREATE SEQUENCE s;\n"
            . "CREATE TABLE secrets (x INT);\n")
        . ($kind eq 'postgresql' ? "REVOKE ALL ON secrets FROM reader;\n"
            . "ALTER SYSTEM SET log_statement = 'all';\n"
            . "SELECT pg_reload_conf();\n" : '')
        . ($kind eq 'mariadb' ? "SET GLOBAL general_log_file = '"
            . $db{mariadb}->dir . "/queries';\nSET GLOBAL general_log = 1;\n"
            : ''));
}

my %before = map { $_ => $db{$_}->sql($canary{$_}) } @kinds;
my $ini = IC::Database->ini("$dir/odbc.ini", values %db);

chmod 0644, $ini;
chmod 0755, $dir;
chmod 0644, $db{sqlite}->dir . '/db.sqlite' if $db{sqlite};

###############################################################################
# what a partner's job would run

my $t = IC->new;
my $api = IC::Api->new;
my $caller = IC::Caller->new($t);

$t->redis->call('node_init', node_id => 'hospital-a', name => 'A',
    inst_id => 'ia', institution => 'A', address => 'https://a.example.org');
$t->redis->call('limit_put', 'requests_of_peer', 1000);

my $pem = $t->slurp($t->certificate('hospital-b') . '.crt');
my $contract = $caller->peer('POST', '/node/contract/apply', {
    node_id => 'hospital-b', name => 'b', institution => 'b',
    inst_id => 'ib', system => 'x', system_version => '1',
    address => 'https://b.example.org', auth_type => 'CERT',
    auth_credential => $pem })->{contract_id};

$caller->own('POST', '/contract/confirm', { contract_id => $contract,
    status => 'APPROVED', expired_time => 1924934400000 });

my ($refused, $nobody, @waits, @odd) = (0, 0);

for my $n (0 .. $#texts) {
    my ($kind, $text) = @{ $texts[$n] };
    my $config = $api->config('hospital-b', 'hospital-a', 'hospital-c');

    $config->{task_params}{guest}{0} = { lr => {
        data_sql => decode_utf8($text) } };

    my $got = $caller->peer('POST', '/job/audit/apply', {
        audit_id => "A$n", job_id => "J$n", flow_id => 'F',
        dag => $api->dag, conf => $config });

    push @odd, $text if $got->{code} && $got->{code} !~ /^400\d$/;
    $refused++ if $got->{code};
}

my $list = $caller->own('GET', '/query/list', { page_size => -1 });
my %kind = map { $_->[1] => $_->[0] } @texts;

@waits = map { $_->{sql} } @{ $list->{records} };
$nobody = @texts - $refused - @waits;

is("@odd", '', 'every one is answered as bad input, or taken');
is(join('|', grep { ($kind{$_} || '') !~ /^(?:$plain)$/ } map {
    my $sql = $_; utf8::encode($sql); $sql } @waits), '',
    'none but plain SELECTs waits for its owner');
is(scalar(grep { $_->{status} ne 'PENDING' } @{ $list->{records} }), 0,
    '... and none is approved');
note("$refused refused at once, $nobody that nobody can approve, "
    . @waits . ' that wait');

###############################################################################
# what an operator registers

my %location = (type => 'odbc', dsn => 'his');
my @taken = grep { $_->[0] !~ /^(?:$plain)$/
    && !$caller->own('POST', '/dataset/create', dataset(
        { %location, query => decode_utf8($_->[1]) }))->{code} } @texts;

is(join('|', map { $_->[1] } @taken), '', 'no dataset has one of them');

for my $dsn ('his;Driver=/tmp/evil.so', 'his;UID=root', '{his}', 'his}',
    'DSN=his', "his\nDriver=x", 'x;FILEDSN=/tmp/x', '[his]', "his\x00x")
{
    my $name = $dsn =~ s/[^ -~]/?/gr;

    like($caller->own('POST', '/dataset/create', dataset({ type => 'odbc',
        dsn => $dsn, table => 't' }))->{code}, qr/^400[01]$/,
        "no name: $name");

    my ($id) = map { $_->{query_id} } @{ $list->{records} };

    like($caller->own('POST', '/query/approve', { query_id => $id,
        location => { type => 'odbc', dsn => $dsn } })->{code},
        qr/^400[01]$/, '... nor to approve a query with');
}

sub dataset {
    my ($location) = @_;

    return { name => 'd', source => 'x', owner => 'ia',
        location => $location, column_metas => [ { name => 'a',
        data_type => 'int', distribution => 'DISCRETE' } ] };
}

###############################################################################
# what a runner is given

my %cert = IC::Daemon::certificate('node-a');
my $node = IC::Daemon->new(node => 'node-a', roles => 'runner', start => 0,
    conf => { %cert, workers => 4, inst_id => 'inst-a', odbc_ini => $ini,
              platform => 'https://127.0.0.1:9443' });

spew($node->dir . '/components/show', <<'END');
#!/usr/bin/perl
if (@ARGV) { print '{"name":"show","provider":"test"}'; exit }
open my $control, '+<&=', 3 or die;
print $control qq({"type":"output","kind":"report","value":{"ran":1}}\n);
END
chmod 0755, $node->dir . '/components/show';
$node->start;
$node->redis->call('limit_put', 'requests_of_peer', 1000);

my @ids = map { my $id = "task_$_"; $node->run_task($id, 'show',
    param => { data_sql => decode_utf8($texts[$_][1]) }); $id }
    0 .. $#texts;
my %ends;

for my $n (0 .. $#ids) {
    my $task = $node->ended($ids[$n], 30);
    my $cause = $task->{status} eq 'FAILED'
        ? $json->decode($task->{cause})->{error} : $task->{status};

    push @{ $ends{$cause} }, $texts[$n][1];
}

is(join(' ', grep { !/^(?:data_not_approved|data_query_unsafe)$/ }
    sort keys %ends), '', 'no task runs, each because of its query')
    or diag(explain(\%ends));

$node->stop if $node->can('stop');

# nothing of it all has come to a database

sub reads {
    my ($kind) = @_;
    my $log = $kind eq 'mariadb' ? "$db{$kind}->{dir}/queries"
        : "$db{$kind}->{dir}/log";

    return '' unless -e $log;

    my $text = slurp($log);

    return join '', grep { $kind eq 'mariadb' ? /reader/ : /reader|canary;/ }
        split /^/, $text;
}

is(reads('mariadb'), '', 'MariaDB has heard of nobody who reads')
    if $db{mariadb};
is(scalar(() = slurp($db{postgresql}->dir . '/log')
    =~ /statement:.*(?:evil|drop table|pg_sleep|passwd)/g), 0,
    'PostgreSQL has heard of none of them') if $db{postgresql};
unchanged('after all that');

###############################################################################
# the reader itself, as if they were approved

my $reader = ($ENV{IC_BUILD} || 'build') . '/interconn-reader';

$reader = "$ENV{PWD}/$reader" unless $reader =~ m{^/};

for my $kind (@kinds) {
    ask($kind, { query => $_->[1] }) for @texts;

    for my $field (qw( table key )) {
        for my $name ('canary"; DROP TABLE canary; --', 'canary`; DROP',
            "canary'; DROP TABLE canary; --", 'canary; DROP TABLE canary',
            'x FROM canary; DELETE FROM canary --')
        {
            my $got = ask($kind, { table => 'canary', $field => $name });

            ok($got->{error} || $field eq 'key',
                "$kind: $field $name: " . ($got->{error} // ''));
        }
    }
}

# a server does not go on when nobody reads any more

my %busy = (
    mariadb => [ 'select count(*) from information_schema.columns a, '
        . 'information_schema.columns b, information_schema.columns c, '
        . 'information_schema.columns d',
        "select count(*) from information_schema.processlist where user = "
        . "'reader'" ],
    postgresql => [ 'select count(*) from generate_series(1, 1000000000000)',
        "select count(*) from pg_stat_activity where usename = 'reader'" ],
);

for my $kind (grep { $db{$_} } sort keys %busy) {
    my ($slow, $left) = @{ $busy{$kind} };

    is(ask($kind, { query => $slow })->{error}, 'data_source_slow',
        "$kind: what takes too long is ended");

    my $end = time + 10;

    select undef, undef, undef, 0.2
        until $db{$kind}->sql("$left;") =~ /^0$/m || time > $end;
    like($db{$kind}->sql("$left;"), qr/^0$/m, '... at the server too');
}

unchanged('after the reader');
ok(!-e $file, 'no file was written, no program ran');

done_testing();


sub ask {
    my ($kind, $request) = @_;
    my $out = tempdir(DIR => $dir, CLEANUP => 1);

    spew("$out/request", JSON::PP->new->latin1->encode({ max_rows => 100,
        timeout => 1, $kind eq 'sqlite' && $request->{query}
        ? (type => 'sqlite', path => $db{sqlite}->dir . '/db.sqlite')
        : (dsn => $kind), %$request }));
    mkdir "$out/rows";

    my $answer = qx(cd $out/rows && ODBCINI=$ini $reader < ../request 2>&1);
    my ($line) = $answer =~ /^(\{"(?:rows|error)".*\})$/m;

    return $line ? JSON::PP->new->decode($line) : {};
}

sub unchanged {
    my ($when) = @_;

    for my $kind (@kinds) {
        is($db{$kind}->sql($canary{$kind}), $before{$kind},
            "$kind: everything is as it was, $when");
    }
}

