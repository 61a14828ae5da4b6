package IC::Injections;

# Texts that try to do more than read the rows that were asked for, by kind.
# {t} stands for the canary table, {f} for the canary file.

use strict;
use warnings;

my %texts = (
    'stacked statements' => [
        'select 1; drop table {t}',
        'select 1;drop table {t};',
        'select 1 ; ; delete from {t}',
        "select 1;\n-- x\ninsert into {t} values (9)",
        'select 1; update {t} set x = 9',
        'select 1; truncate table {t}',
        'select 1; alter table {t} add y int',
        'select 1; create table evil (x int)',
        'select 1; create role evil superuser',
        "select 1; create user evil identified by 'x'",
        'select 1; grant all on {t} to public',
        "select 1; copy {t} to program 'touch {f}'",
        "select 1; copy {t} from '/etc/passwd'",
        'select 1; begin; delete from {t}; commit',
        'select 1; do $$ begin delete from {t}; end $$',
        'select 1; call sys.evil()',
        'select 1; vacuum', 'select 1; lock table {t}',
        "select 1; attach '{f}' as e", 'select 1; pragma writable_schema=1',
        "select 1; set global general_log = 'OFF'",
        "select 1; load data infile '/etc/passwd' into table {t}",
        "select 1; prepare p from 'drop table {t}'; execute p",
        "select 1; handler {t} open", 'select 1; rename table {t} to u',
        'select 1; shutdown', 'select 1; kill 1',
        "select 1; comment on table {t} is 'x'", 'select 1; notify x',
        "select 1; create extension dblink", 'select 1 ;select 2',
        "select 1\n;\ndrop table {t}", "select 1; /* */ drop table {t}",
    ],

    'statements of other kinds' => [
        'drop table {t}', 'delete from {t}', 'insert into {t} values (9)',
        'update {t} set x = 9', 'truncate {t}', 'replace into {t} values (9)',
        'create table evil (x int)', 'alter table {t} rename to u',
        'grant select on {t} to public', "copy {t} to '{f}'",
        "copy (select 1) to program 'touch {f}'", 'vacuum into \'{f}\'',
        "attach database '{f}' as e", 'pragma query_only = 0',
        'explain analyze delete from {t}', 'explain select 1',
        'values (1)', 'table {t}', 'show tables', 'describe {t}',
        'call p()', 'do sleep(9)', 'exec xp_cmdshell \'touch {f}\'',
        'execute immediate \'drop table {t}\'', 'set role owner',
        'set session characteristics as transaction read write',
        'begin', 'commit', 'declare c cursor for select 1',
        'fetch all from c', 'lock table {t}', 'analyze {t}',
        'reindex table {t}', 'listen x', "load '{f}'", 'reset all',
        'merge into {t} using (select 1) s on true when matched then delete',
        "import foreign schema x from server y into z", 'checkpoint',
        '(delete from {t})', '/* select */ drop table {t}',
        "-- select\ndrop table {t}", 'selectx from {t}', 'withx', ';', ' ',
    ],

    'statements without a semicolon' => [
        "select 1 exec xp_cmdshell 'touch {f}'",
        "select 1 execute ('drop table {t}')", 'select 1 drop table {t}',
        'select 1 delete from {t}', 'select 1 insert into {t} values (9)',
        'select 1 update {t} set x = 9', 'select 1 truncate table {t}',
        "select 1 waitfor delay '0:0:9'", 'select 1 shutdown',
        'select 1 create table evil (x int)', 'select 1 declare @x int',
        "select 1 backup database x to disk = '{f}'",
        "select 1 raiserror ('x', 20, 1) with log", 'select 1 dbcc x',
    ],

    'a SELECT that writes' => [
        "select * from {t} into outfile '{f}'",
        "select * into outfile '{f}' from {t}",
        "select 'x' into dumpfile '{f}'",
        "select x from {t} INTO/**/OUTFILE '{f}'",
        "select 1.into outfile '{f}'", "select 1into outfile '{f}'",
        "select 1e0into outfile '{f}'",
        "select * from {t} limit 1 into outfile '{f}' lines terminated by ''",
        'select * into evil from {t}', 'select x into temp evil from {t}',
        'select x into @v from {t}', 'select * from {t} for update',
        'select * from {t} for share', 'select * from {t} for no key update',
        'select * from {t} lock in share mode procedure analyse()',
        'with d as (delete from {t} returning *) select * from d',
        'with d as (insert into {t} values (9) returning *) select * from d',
        'with d as (update {t} set x = 9 returning *) select * from d',
        "select * from {t} procedure analyse(extractvalue(1, 'x'))",
        'with d as materialized (delete from {t} returning 1) select 1',
    ],

    'files and programs' => [
        "select pg_read_file('/etc/passwd')",
        "select pg_read_binary_file('/etc/passwd')",
        "select pg_ls_dir('/')", "select pg_stat_file('/etc/passwd')",
        "select lo_import('/etc/passwd')", "select lo_export(1, '{f}')",
        "select lo_from_bytea(0, 'x')", "select lo_put(1, 0, 'x')",
        "select load_file('/etc/passwd')", "select LOAD_FILE ('/etc/passwd')",
        "select load_file/**/('/etc/passwd')",
        "select load_extension('{f}')", "select readfile('/etc/passwd')",
        "select writefile('{f}', 'x')", "select edit('x', 'touch {f}')",
        "select fts3_tokenizer('simple', x'00')",
        "select sys_exec('touch {f}')", "select sys_eval('id')",
        "select * from dblink('host=evil', 'drop table {t}') as t(x int)",
        "select dblink_exec('dbname=x', 'drop table {t}')",
        "select dblink_connect('host=evil')",
        "select utl_http.request('http://evil/') from dual",
        "select dbms_xmlgen.getxml('select 1') from dual",
        "select httpuritype('http://evil/').getclob() from dual",
        "select * from openrowset('x', 'y', 'select 1')",
        "select * from openquery(x, 'drop table {t}')",
        "select * from pg_read_file('/etc/passwd')",
        "select query_to_xml('drop table {t}', true, true, '')",
        "select database_to_xml(true, true, '')",
        "select table_to_xml('{t}', true, true, '')",
        'select "pg_read_file"(\'/etc/passwd\')',
        'select pg_catalog.pg_read_file(\'/etc/passwd\')',
        'select pg_catalog."pg_read_file" (\'/etc/passwd\')',
        'select U&"pg\005fread_file"(\'/etc/passwd\')',
        "select * from zipfile('{f}')",
    ],

    'waiting and locking' => [
        'select pg_sleep(9)', 'select pg_sleep_for(\'9 s\')',
        "select pg_sleep_until('2099-01-01')", 'select sleep(9)',
        'select SLEEP (9)', 'select sleep/*x*/(9)',
        "select benchmark(1000000000, md5('x'))", "select get_lock('x', 9)",
        "select release_lock('x')", 'select release_all_locks()',
        "select is_free_lock('x')", "select master_pos_wait('x', 4, 9)",
        'select pg_advisory_lock(1)', 'select pg_terminate_backend(1)',
        'select pg_cancel_backend(1)', 'select pg_reload_conf()',
        'select pg_rotate_logfile()', 'select pg_switch_wal()',
        "select pg_create_restore_point('x')",
        'select case when 1 = 1 then pg_sleep(9) end',
        'select * from {t} where x = 1 and sleep(9)',
        'select * from {t} where 1 = (select 1 from pg_sleep(9))',
        'select if(1 = 1, sleep(9), 0)', 'select randomblob(1000000000)',
        'select zeroblob(1000000000)', 'select {fn sleep(9)}',
    ],

    'state of the session and counters' => [
        "select nextval('s')", "select setval('s', 9)", "select currval('s')",
        'select lastval()', "select set_config('role', 'owner', false)",
        "select pg_notify('x', 'y')", 'select txid_current()',
        "select pg_logical_emit_message(true, 'x', 'y')",
        "select pg_replication_origin_create('x')",
        "select pg_create_physical_replication_slot('x')",
        "select pg_promote()", "select pg_stat_reset()",
        "select updatexml(1, concat(0x7e, user()), 1)",
        "select extractvalue(1, concat(0x7e, version()))",
    ],

    'comments that hide' => [
        "select 1 /*!50000 into outfile '{f}' */",
        "select 1 /*!union*/ /*!select*/ 2", '/*!50000select*/ 1',
        "select 1 /*M!100000 into outfile '{f}' */",
        "select 1 -- ' \n; drop table {t} -- '",
        "select 1 # ' \n; drop table {t} # '",
        "select 1 /* ' */; drop table {t} -- '",
        "select 1 /* /* */ ; drop table {t} -- */",
        "select 1 --'\r; drop table {t}", "select '--' ; drop table {t}",
        "select '/*'; drop table {t}; select '*/'",
        "select 1 -- \\\n; drop table {t}",
        "select 1 --;\n; drop table {t}",
        "select/**/1;/**/drop/**/table/**/{t}",
        "select 1 #\n;drop table {t}",
    ],

    'quotes that databases read differently' => [
        "select 'a\\'; drop table {t}; -- '",
        "select 'a\\\\'; drop table {t}",
        "select \"a\\\"; drop table {t}; --\"",
        "select \$\$ ' \$\$; drop table {t}; -- '",
        "select \$x\$ ' \$x\$; drop table {t}; -- '",
        "select e'\\''; drop table {t}; -- '", "select E'\\\\'; drop table {t}",
        "select `'`; drop table {t}; -- '", "select ['']; drop table {t}; -- '",
        "select [a'b]; drop table {t}; -- '",
        "select q'[ ' ]'; drop table {t}", "select nq'! ' !'; drop table {t}",
        "select U&'\\0027; drop table {t}'",
        "select x'27'; drop table {t}", "select b'1'; drop table {t}",
        "select n'x'; drop table {t}", "select _utf8'x'; drop table {t}",
        "select '\xc2\xbf\\'; drop table {t}; -- '",
    ],

    'characters that are not what they look like' => [
        "select 1\xef\xbc\x9b drop table {t}; x",
        "select\xc2\xa01; drop table {t}",
        "select 1 \xe2\x80\xae; drop table {t}",
        "select 1 \xe2\x80\x8b, 2", "select '\xe2\x80\xae' as x",
        "select 1 \xef\xbb\xbf", "\xef\xbb\xbfselect 1",
        "select \x0b1; drop table {t}", "select \x0c1 ; drop table {t}",
        "select 1\x01", "select 1\x7f", "select 1 \xe3\x80\x80 x",
        "select \xc2\x85 1", "select '\xe2\x81\xa6x\xe2\x81\xa9'",
        "select 1 \xcd\x8f; drop table {t}", "select 1\xc2\xad",
    ],

    # one text, one comment
    'what only looks like it' => [
        "select 'a''; drop table {t}; --'", "select '' '; drop table {t} -- '",
        "select 1 /*/ ; drop table {t} --*/", "select 'drop table {t}'",
        "select 1 as \"; drop table {t}\"", 'select 1 -- ; drop table {t}',
    ],

    'rows of others' => [
        'select * from {t} union select * from secrets',
        'select * from {t} union all select user, 1 from mysql.user',
        'select usename, passwd from pg_shadow',
        'select rolname from pg_authid',
        'select * from {t} union select name, sql from sqlite_master',
        'select * from information_schema.tables',
        'select table_name from information_schema.columns',
        'select (select x from secrets limit 1) from {t}',
        'select * from {t}, secrets', 'select * from {t} where 1 = 1 or 1 = 1',
        "select * from {t} where 'a' = 'a'", 'select @@datadir',
        'select user()', 'select version()', 'select current_user',
        'select * from pg_stat_activity', 'select * from pg_settings',
        "select * from {t} where x like '%' union select 1 from secrets",
        "select cast((select x from secrets) as int)",
        'select 1 from {t} where exists (select 1 from secrets)',
        'select * from {t} natural join secrets',
        'select ?', 'select :x', 'select $1', 'select {d \'2020-01-01\'}',
        'with recursive r(x) as (select 1 union all select x + 1 from r) '
        . 'select count(*) from r',
        'select count(*) from {t} a, {t} b, {t} c, {t} d, {t} e, {t} g',
        "select * from pragma_table_info('{t}')",
    ],
);

# pairs of kind and text
sub all {
    my ($class, %names) = @_;

    return map { my $kind = $_; map {
        my $text = $_;
        $text =~ s/\{([tf])\}/$names{$1}/g;
        [ $kind, $text ] } @{ $texts{$kind} } } sort keys %texts;
}

1;
