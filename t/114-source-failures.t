#!/usr/bin/perl

# A training whose hospital's database is down, silent, wrong or forbidden
# ends failed and says whose and why; repaired, it succeeds, run again or
# ordered anew. MariaDB, PostgreSQL, and SQLite with and without a driver.

use strict;
use warnings;

use lib 't/lib';
use IC::Database;
use IC::File;
use IC::Sandbox;
use JSON::PP;
use Test::More;

my @kinds = grep {
    my $missing = IC::Database->missing($_);
    note("$_ is not tested: $missing") if $missing;
    !$missing;
} split / /, $ENV{IC_KINDS} || 'sqlite mariadb postgresql';

plan(skip_all => 'no database is installed') unless @kinds;

my $json = JSON::PP->new->canonical;
my $sandbox = IC::Sandbox->new(nodes => 3);
my %db = map { $_ => IC::Database->new($_) } @kinds;
my ($sick, $well) = (1, 2);
my $node = $sandbox->node($sick);
my $reader = IC::Sandbox::build_dir() . '/interconn-reader';
my $uid = $> == 0 && !system(qw(setpriv --reuid=65534 --regid=65534
    --clear-groups test -x), $reader) ? 65534 : $>;
my %text = (sqlite => 'TEXT', mariadb => 'VARCHAR(64)',
    postgresql => 'VARCHAR(64)');
my %double = (sqlite => 'REAL', mariadb => 'DOUBLE',
    postgresql => 'DOUBLE PRECISION');
my $n = 0;

$sandbox->star;
configure();
spew($sandbox->temp . '/well.csv', join '', "unique_id,C6,C6DC,C8,diagnosis\n",
    map { join(',', row($_)) . "\n" } 1 .. 30);
$sandbox->authorise($well, 0, $sandbox->dataset($well,
    $sandbox->temp . '/well.csv', query => 'select * from well'));

# What goes wrong with a table, what the cause says, how it is repaired. A
# name of a kind is for that kind alone.

my @faults = (
    { name => 'a table that is gone', error => 'data_query_failed',
      sql => 'ALTER TABLE {t} RENAME TO {t}_gone',
      repair => 'ALTER TABLE {t}_gone RENAME TO {t}' },
    { name => 'a column that is gone', error => 'data_missing_column',
      column => 'C8', sql => 'ALTER TABLE {t} RENAME COLUMN {q}C8{q} TO c9',
      repair => 'ALTER TABLE {t} RENAME COLUMN c9 TO {q}C8{q}' },
    { name => 'text where numbers belong', error => 'data_not_numeric',
      column => 'C6', table => 'text',
      sql => "UPDATE {t} SET {q}C6{q} = 'high' WHERE unique_id = 'r07'",
      repair => "UPDATE {t} SET {q}C6{q} = '0.5' WHERE unique_id = 'r07'" },
    { name => 'an id that is NULL', error => 'data_null_value',
      column => 'unique_id',
      sql => "UPDATE {t} SET unique_id = NULL WHERE unique_id = 'r07'",
      repair => "UPDATE {t} SET unique_id = 'r07' WHERE unique_id IS NULL" },
    { name => 'an id that occurs twice', error => 'data_duplicate_id',
      column => 'unique_id',
      sql => "UPDATE {t} SET unique_id = 'r08' WHERE {q}C8{q} = 7 * 0.25",
      repair => "UPDATE {t} SET unique_id = 'r07' WHERE {q}C8{q} = 7 * 0.25" },
    { name => 'a table that is forbidden', error => 'data_source_refused',
      kinds => 'postgresql', sql => 'REVOKE SELECT ON {t} FROM reader',
      repair => 'GRANT SELECT ON {t} TO reader' },
    { name => 'a table that is forbidden', error => 'data_source_refused',
      kinds => 'mariadb',
      sql => 'REVOKE SELECT ON test.* FROM reader@localhost',
      repair => 'GRANT SELECT ON test.* TO reader@localhost' },
    { name => 'a database that is down', error => 'data_source_down',
      kinds => 'mariadb postgresql', break => 'stop', mend => 'start' },
    { name => 'a database that is silent', error => 'data_source_slow',
      kinds => 'mariadb postgresql', break => 'pause', mend => 'resume' },
);

for my $kind (@kinds) {
    subtest $kind => sub { test_kind($kind, { type => 'odbc',
        dsn => $kind }) };
}

# the file itself: what SQLite says is data_unreadable

if ($db{sqlite}) {
    $_->{error} =~ s/^data_query_failed$/data_unreadable/ for @faults;
    chmod 0644, $db{sqlite}->dir . '/db.sqlite';
    subtest 'SQLite itself' => sub { test_kind('sqlite', { type => 'sqlite',
        path => $db{sqlite}->dir . '/db.sqlite' }) };
}

my $log = slurp("$node->{dir}/logs/interconnd.log");
unlike($log, qr/canary-secret|\br07\b|\bhigh\b/, 'no secret and no value');
$sandbox->finish;
done_testing();

###############################################################################

sub test_kind {
    my ($kind, $place) = @_;
    my $db = $db{$kind};
    my %table;

    for my $type ('number', 'text') {
        my ($table, $c6) = ('t' . ++$n, $type eq 'text' ? $text{$kind}
                                                        : $double{$kind});

        $table{$type} = { name => $table, query => "select * from v$table" };
        run_sql($kind, $table, "CREATE TABLE {t} (unique_id $text{$kind}, "
            . "{q}C6{q} $c6, {q}C6DC{q} $double{$kind}, {q}C8{q} "
            . "$double{$kind}, diagnosis BIGINT)", map {
                my ($id, @values) = row($_);
                "INSERT INTO {t} VALUES ('$id', " . join(', ', map { "'$_'" }
                    @values) . ')' } 1 .. 30);
        register($table{$type}, $place);
    }

    for my $fault (@faults) {
        next if $fault->{kinds} && $fault->{kinds} !~ /\b$kind\b/;

        test_fault($kind, $fault, $table{ $fault->{table} || 'number' });
    }
}

sub test_fault {
    my ($kind, $fault, $table) = @_;
    my $name = "$kind, $fault->{name}";
    my ($break, $mend) = @$fault{qw(break mend)};

    $break ? $db{$kind}->$break : run_sql($kind, $table->{name},
        $fault->{sql});

    my $order = order($table);
    my $end = $sandbox->await_training($order, 60);
    my $cause = $end->{cause};

    is($end->{train_status}{train_status}, 'failed', "$name: failed");
    is($cause->{error}, $fault->{error}, '... as it is')
        or diag($json->encode($end));
    is($cause->{node_id}, $node->{node_id}, '... at whom');
    is($cause->{column}, $fault->{column}, '... in which column');
    ok(length $cause->{remedy}, '... and what to do');
    unlike($json->encode($end), qr/canary|\bhigh\b|\br07\b/, '... no value');

    $mend ? $db{$kind}->$mend : run_sql($kind, $table->{name},
        $fault->{repair});

    # every other time the same job again, else a new order

    if (++$n % 2) {
        $end = $sandbox->await_training(order($table), 60);
        is($end->{train_status}{train_status}, 'success',
            '... repaired, a new order succeeds') or diag($json->encode($end));

    } else {
        is(rerun($order), 'SUCCESS', '... repaired, run again it succeeds');
    }
}

sub order {
    my ($table) = @_;
    my $request = $sandbox->train_request([ $sick, $well ],
        params => { max_iter => 2, allow_two_parties => JSON::PP::true });
    my ($first, $second) = map { $sandbox->node($_)->{user_id} } $sick, $well;

    $request->{data_info} = { $first => { pos => $table->{query} },
        $second => { pos => 'select * from well' } };

    my $order = $sandbox->platform(0, '/model/train', $request);

    die 'model/train: ' . $json->encode($order) if $order->{code} != 200;
    $sandbox->answer_job($_) for $sick, $well;

    return $order->{data};
}

sub rerun {
    my ($order) = @_;
    my ($job) = @{ $sandbox->platform(0, '/v1/platform/job/list')->{data}
        {records} };
    my $again = $sandbox->platform(0, '/v1/platform/job/rerun',
        { job_id => $job->{job_id} });

    return $json->encode($again) if $again->{code};

    consent($again->{data}{job_id}, $_) for $sick, $well;

    my $start = $sandbox->platform(0, '/v1/platform/job/start',
        { job_id => $again->{data}{job_id} });

    return $json->encode($start) if $start->{code};

    return $sandbox->await('the end of the job', sub {
        my $status = $sandbox->platform(0, '/v1/platform/job/query?job_id='
            . $again->{data}{job_id})->{data}{status};
        return $status =~ /^(?:SUCCESS|FAILED|STOPPED)$/ && $status;
    }, 60);
}

# a party is asked for the job, and says yes
sub consent {
    my ($job, $party) = @_;
    my $sent = $sandbox->platform(0, '/v1/platform/audit/apply', {
        resource_type => 'job', resource_id => $job,
        contract_id => $sandbox->contract_with(0, $party) });

    die $json->encode($sent) if $sent->{code};

    $sandbox->answer_job($party);
    $sandbox->await('the consent', sub {
        my $got = $sandbox->platform(0, '/v1/platform/audit/query?audit_id='
            . $sent->{data}{audit_id});
        return $got->{data}{status} eq 'APPROVED';
    });
}

sub row {
    my ($i) = @_;

    return (sprintf('r%02d', $i), $i % 7 / 8, $i % 5 / 8, $i * 0.25,
        $i % 4 ? 0 : 38);
}

# as the owner of the database
sub run_sql {
    my ($kind, $table, @statements) = @_;
    my $quote = $kind eq 'mariadb' ? '`' : '"';

    $db{$kind}->sql(join '', map { s/\{t\}/$table/gr =~ s/\{q\}/$quote/gr
        . ";\n" } @statements);
}

sub register {
    my ($table, $place) = @_;
    my $answer = $sandbox->platform($sick, '/v1/platform/dataset/create', {
        name => $table->{name}, source => 'his', owner => $node->{inst_id},
        location => { %$place, table => $table->{name},
            query => $table->{query} },
        pub_scope => 'protect', describe => 'none', column_metas => [
            { name => 'unique_id', data_type => 'varchar',
              distribution => 'DISCRETE' } ] });

    die $json->encode($answer) if $answer->{code};

    $sandbox->authorise($sick, 0, $answer->{data}{dataset_id});
}

sub configure {
    my $file = "$node->{dir}/interconnd.conf";
    my $ini = (values %db)[0]->dir . '/odbc.ini';

    IC::Database->ini($ini, values %db);
    chown $uid, $uid, $ini;
    spew($file, slurp($file) . "odbc_ini $ini\nsource_timeout 4s\n"
        . ($> == 0 ? "source_uid $uid\n" : ''));
    kill 'HUP', $node->{pids}{interconnd};
}
