package IC::Database;

# A database of Debian's, started by the test itself as an ordinary user on a
# Unix socket, with a data source of ODBC. It ends with the test.
#
#     my $db = IC::Database->new('mariadb');      # postgresql, sqlite
#     $db->sql('CREATE TABLE t (x INT)');
#     IC::Database->ini($file, $db, ...);         # [mariadb] ...

use strict;
use warnings;

use File::Path qw(make_path);
use File::Temp qw(tempdir);
use IC::File;
use POSIX ();
use Test::More;
use Time::HiRes qw(sleep time);

my $NOBODY = 65534;
my @running;

# drivers' files, programs and what starts them; {dir} is the folder
my %kinds = (
    sqlite => {
        driver => 'libsqlite3odbc.so', needs => [ 'sqlite3' ],
        ini => [ 'Database={dir}/db.sqlite' ],
        client => [ 'sqlite3', '-batch', '{dir}/db.sqlite' ],
    },
    mariadb => {
        driver => 'libmaodbc.so',
        needs => [qw( mariadbd mariadb-install-db mariadb )],
        make => [qw( mariadb-install-db --no-defaults --datadir={dir}/data
            --auth-root-authentication-method=normal --skip-test-db )],
        server => [qw( mariadbd --no-defaults --datadir={dir}/data
            --socket={dir}/s --skip-networking --pid-file={dir}/pid
            --innodb-buffer-pool-size=64M
            --innodb-flush-log-at-trx-commit=2 )],
        client => [qw( mariadb --no-defaults -S {dir}/s -u root
            --local-infile=1 --default-character-set=utf8mb4 --batch
            test )],
        first => [ [qw( mariadb --no-defaults -S {dir}/s -u root -e )],
            'CREATE DATABASE test CHARACTER SET utf8mb4; CREATE USER '
            . "reader\@localhost IDENTIFIED BY 'canary-secret'; GRANT "
            . "SELECT ON test.* TO reader\@localhost" ],
        ini => [ 'Socket={dir}/s', 'User=reader', 'Password=canary-secret',
            'Database=test' ],
    },
    postgresql => {
        driver => 'psqlodbcw.so', needs => [qw( postgres initdb psql )],
        make => [qw( initdb -D {dir}/data -A trust -U owner --no-sync
            --locale=C.UTF-8 -E UTF8 )],
        server => [qw( postgres -D {dir}/data -k {dir} -h ), '',
            qw( -c fsync=off )],
        client => [qw( psql -v ON_ERROR_STOP=1 -q -t -A -h {dir} -U owner
            postgres )],
        first => [ [qw( psql -q -h {dir} -U owner postgres -c )],
            'CREATE ROLE reader LOGIN; ALTER DEFAULT PRIVILEGES GRANT '
            . 'SELECT ON TABLES TO reader' ],
        ini => [ 'Servername={dir}', 'Port=5432', 'Database=postgres',
            'Username=reader' ],
    },
);

# why it cannot be had, or nothing
sub missing {
    my ($class, $kind) = @_;
    my $of = $kinds{$kind};

    return "no driver $of->{driver}" unless driver_file($of->{driver});

    for my $program (@{ $of->{needs} }) {
        return "no program $program" unless find($program);
    }

    return;
}

sub new {
    my ($class, $kind) = @_;
    my $self = bless { %{ $kinds{$kind} }, kind => $kind,
        dir => tempdir('icdbXXXXX', TMPDIR => 1, CLEANUP => 1) }, $class;

    chown $NOBODY, $NOBODY, $self->{dir} if $> == 0;
    chmod 0755, $self->{dir};

    if ($self->{server}) {
        $self->run($self->{make});
        $self->start;
        $self->run([ @{ $self->{first}[0] }, $self->{first}[1] ]);
    }

    return $self;
}

sub dir { $_[0]{dir} }

sub start {
    my ($self) = @_;
    my @program = $self->words($self->{server});
    my $pid = fork() // die "fork: $!\n";

    if ($pid == 0) {
        POSIX::setpgid(0, 0);
        open STDIN, '<', '/dev/null';
        open STDOUT, '>>', "$self->{dir}/log";
        open STDERR, '>&', \*STDOUT;
        exec(as_user(@program)) or POSIX::_exit(127);
    }

    $self->{pid} = $pid;
    push @running, $self;

    my $probe = [ @{ $self->{first}[0] }, 'SELECT 1' ];
    my $end = time + 60;

    until ($self->run($probe, 1) == 0) {
        die "$self->{kind} does not start:\n" . slurp("$self->{dir}/log")
            if time > $end || waitpid($pid, POSIX::WNOHANG()) == $pid;
        sleep 0.1;
    }
}

# at once, as when its machine fails
sub stop {
    my ($self) = @_;
    my $pid = delete $self->{pid} or return;

    # the server's own children end with it
    kill 'KILL', -$pid;
    waitpid $pid, 0;
    unlink "$self->{dir}/data/postmaster.pid", "$self->{dir}/pid";
}

# every process of the server stands still: it is there and does not answer
sub pause  { kill 'STOP', -$_[0]{pid} }
sub resume { kill 'CONT', -$_[0]{pid} }

# as its owner; what it prints
sub sql {
    my ($self, $text) = @_;

    utf8::encode($text) if utf8::is_utf8($text);
    spew("$self->{dir}/sql", $text);
    chmod 0644, "$self->{dir}/sql";

    my $command = join ' ', map { quoted($_) }
        as_user($self->words($self->{client}));
    my $out = qx($command < $self->{dir}/sql 2>&1);

    die "$self->{kind}: $out" if $?;

    return $out;
}

# a file that the databases may read
sub file {
    my ($self, $name, $text) = @_;

    spew("$self->{dir}/$name", $text);
    chmod 0644, "$self->{dir}/$name";

    return "$self->{dir}/$name";
}

# odbc.ini with a data source for each, named by its kind
sub ini {
    my ($class, $file, @databases) = @_;

    spew($file, join '', map {
        join "\n", "[$_->{kind}]", 'Driver=' . driver_file($_->{driver}),
            $_->words($_->{ini}), '', ''
    } @databases);
    chmod 0600, $file;

    return $file;
}

sub words {
    my ($self, $list) = @_;
    my @words = map { s/\{dir\}/$self->{dir}/gr } @$list;

    $words[0] = find($words[0]) || $words[0] if $words[0] !~ /=/;

    return @words;
}

sub run {
    my ($self, $list, $quiet) = @_;
    my $command = join ' ', map { quoted($_) } as_user($self->words($list));

    system("$command >> $self->{dir}/log 2>&1 < /dev/null");
    die "$command:\n" . slurp("$self->{dir}/log") if $? && !$quiet;

    return $?;
}

sub quoted { my ($word) = @_; $word =~ s/'/'\\''/g; return "'$word'" }

sub as_user {
    return @_ if $> != 0;
    return ('setpriv', "--reuid=$NOBODY", "--regid=$NOBODY",
        '--clear-groups', @_);
}

sub driver_file {
    my ($name) = @_;

    return (glob "/usr/lib/*/odbc/$name")[0];
}

sub find {
    my ($program) = @_;

    return (grep { -x } map { "$_/$program" } split(/:/, $ENV{PATH}),
        '/usr/sbin', glob '/usr/lib/postgresql/*/bin')[0];
}

END {
    local $?;
    $_->stop for @running;
}

1;
