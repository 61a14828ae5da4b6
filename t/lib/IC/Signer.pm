package IC::Signer;

# Certificate authorities for packages, with lists of what they revoked, in a
# folder of the test: openssl ca.

use strict;
use warnings;

sub new { my ($class, $dir) = @_; return bless { dir => $dir }, $class }

# NAME.crt, NAME.key: an authority; one that is there already is taken over
sub authority {
    my ($self, $name) = @_;
    my $dir = $self->{dir};
    my $is = -e "$dir/$name.crt";

    $self->key_of($name) if !$is;
    mkdir "$dir/$name.d";
    spew("$dir/$name.d/index.txt", '');
    spew("$dir/$name.d/serial", "01\n");
    spew("$dir/$name.d/crlnumber", "01\n");
    spew("$dir/$name.cnf", <<"END");
[ca]
default_ca = the
[the]
dir = $dir/$name.d
database = \$dir/index.txt
serial = \$dir/serial
crlnumber = \$dir/crlnumber
new_certs_dir = \$dir
certificate = $dir/$name.crt
private_key = $dir/$name.key
default_md = sha256
default_days = 30
default_crl_days = 30
policy = any
x509_extensions = leaf
[any]
commonName = supplied
[leaf]
basicConstraints = critical,CA:FALSE
keyUsage = critical,digitalSignature
[server]
basicConstraints = critical,CA:FALSE
extendedKeyUsage = serverAuth
[intermediate]
basicConstraints = critical,CA:TRUE
keyUsage = critical,keyCertSign,cRLSign
END
    return if $is;
    $self->run(qw(openssl req -x509 -days 30 -sha256 -subj), "/CN=$name",
               '-key', "$dir/$name.key", '-out', "$dir/$name.crt");
}

# NAME.crt, NAME.key by an authority; then options of openssl ca
sub certificate {
    my ($self, $issuer, $name, @dates) = @_;
    my $dir = $self->{dir};

    $self->key_of($name);
    $self->run(qw(openssl req -new -subj), "/CN=$name", '-key',
               "$dir/$name.key", '-out', "$dir/$name.csr");
    s/^-not_before$/-startdate/, s/^-not_after$/-enddate/ for @dates;
    $self->run(qw(openssl ca -batch -notext -config), "$dir/$issuer.cnf",
               '-in', "$dir/$name.csr", '-out', "$dir/$name.crt", @dates);
}

sub key_of {
    my ($self, $name) = @_;

    $self->run(qw(openssl genpkey -algorithm EC -pkeyopt
                  ec_paramgen_curve:P-256 -out), "$self->{dir}/$name.key");
}

# The certificate counts no more, from the next list on.
sub revoke {
    my ($self, $issuer, $name) = @_;

    $self->run('openssl', 'ca', '-config', "$self->{dir}/$issuer.cnf",
               '-revoke', "$self->{dir}/$name.crt");
}

# NAME.crl, as of now, or from and until: epoch seconds; put there at once
sub revocation {
    my ($self, $name, $from, $until) = @_;
    my @dates = defined $from ? ('-crl_lastupdate', stamp($from),
                                 '-crl_nextupdate', stamp($until)) : ();

    $self->run('openssl', 'ca', '-config', "$self->{dir}/$name.cnf",
               '-gencrl', @dates, '-out', "$self->{dir}/$name.crl.new");
    rename "$self->{dir}/$name.crl.new", "$self->{dir}/$name.crl"
        or die "$name.crl: $!\n";
}

# epoch seconds as openssl ca has them
sub stamp {
    my @t = gmtime $_[0];

    return sprintf '%04d%02d%02d%02d%02d%02dZ', $t[5] + 1900, $t[4] + 1,
        @t[3, 2, 1, 0];
}

sub run {
    my ($self, @words) = @_;
    my $log = "$self->{dir}/run.log";

    system(join(' ', map { "'$_'" } @words) . " >$log 2>&1") == 0
        or die "@words: see $log\n" . `cat $log`;
}

sub spew {
    open my $out, '>', $_[0] or die "$_[0]: $!\n";
    print $out $_[1];
    close $out or die "$_[0]: $!\n";
}

1;
