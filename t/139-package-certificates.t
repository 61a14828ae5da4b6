#!/usr/bin/perl

# Who signed a package, where authorities differ: lists of theirs that are out
# of date, intermediates that are revoked, authorities of SM2 with an explicit
# distinguishing id, and signatures by SM2 keys, which count for no package.

use strict;
use warnings;

use lib 't/lib';
use IC::Daemon;
use IC::File;
use IC::Redis;
use IC::Signer;
use Test::More;

IC::Daemon->check;

my $root = IC::Redis::root();
my $ctl = ($ENV{IC_BUILD} || "$root/build") . '/interconnctl';
my $example = "$root/docs/examples/hello-shell";
my $d = IC::Daemon->new(node => 'hospital-a', roles => 'courier', start => 0);
my $dir = $d->dir;
my $signer = IC::Signer->new($dir);
my $now = time;
my ($package, $status) = ("$dir/hello.tar");

# of GB/T 32918, which is ours
my $id = '1234567812345678';

$signer->authority($_) for qw(studio network);
$signer->certificate(network => 'hospital-a');
$signer->certificate(studio => 'dev');
$signer->certificate(studio => 'between', '-extensions', 'intermediate');
$signer->authority('between');
$signer->certificate(between => 'below');

###############################################################################
# lists that are out of date

conf('strict', studio => 1);
conf('grace', studio => 1, component_crl_grace => '2h');
conf('junk', studio => 1, component_crl_grace => 'soon');

signed('dev');
lists('studio', -1000, 1000);
is(verdict('strict'), 'good', 'a list in time');
lists('studio', -7200, -3600);
is(verdict('strict'), 'CRL has expired', 'one that is over');
is(verdict('grace'), 'good', '... in its grace');
like(words('junk'), qr/component_crl_grace is no time/, 'a grace is a time');
lists('studio', -90000, -10000);
is(verdict('grace'), 'CRL has expired', '... after it');

# the daemon looks, too

start($d, 'grace');
ok($d->await(sub { $d->log
        =~ /studio\.crl is out of date: certificates of its issuer/ }),
    'the daemon tells of it');
$d->stop;
lists('studio', -7200, -3600);
start($d, 'grace');
ok($d->await(sub { $d->log =~ /studio\.crl is out of date and counts/ }),
    '... and that it counts by grace');
$d->stop;

$signer->revoke(studio => 'dev');
lists('studio', -7200, -3600);
is(verdict('grace'), 'certificate revoked', 'what an old list names');

###############################################################################
# intermediates

# as tools of others make a signature, with the chain in it

signed('below');
run('mkdir', "$dir/x");
run('tar', 'xf', $package, '-C', "$dir/x");
run(qw(openssl cms -sign -binary -outform DER -signer), "$dir/below.crt",
    '-inkey', "$dir/below.key", '-certfile', "$dir/between.crt", '-in',
    "$dir/x/manifest.sha256", '-out', "$dir/x/developer.p7s");
run('tar', '--format=ustar', '-cf', $package, '-C', "$dir/x",
    map { s{.*/}{}r } glob "$dir/x/*");
conf('deep', studio => 0, component_crl => "$dir/both.crl");
lists('between', -1000, 1000);
lists('studio', -1000, 1000);
spew("$dir/both.crl", slurp("$dir/between.crl"));
is(verdict('deep'), 'unable to get certificate CRL',
    'of a developer\'s issuer only');
spew("$dir/both.crl", slurp("$dir/between.crl") . slurp("$dir/studio.crl"));
is(verdict('deep'), 'good', 'of every issuer');
$signer->revoke(studio => 'between');
lists('studio', -1000, 1000);
spew("$dir/both.crl", slurp("$dir/between.crl") . slurp("$dir/studio.crl"));
is(verdict('deep'), 'certificate revoked', 'the issuer is revoked');

###############################################################################
# SM2

national('state', $id);
national('foreign', '8765432187654321');

for my $case ([ state => 'good' ],
              [ foreign => 'certificate signature failure' ]) {
    my ($authority, $verdict) = @$case;

    $signer->key_of("$authority-dev");
    issued($authority, "$authority-dev");
    signed("$authority-dev");
    conf($authority, $authority => 0);
    is(verdict($authority), $verdict, "an SM2 authority: $authority");
}

# of a key of SM2: not made, and not taken from elsewhere

run('openssl', 'genpkey', '-algorithm', 'SM2', '-out', "$dir/own.key");
issued('state', 'own');
pack_it();
ctl('sign', $package, '--as', 'developer', '--certificate', "$dir/own.crt",
    '--key', "$dir/own.key");
is($status, 1, 'an SM2 key signs no package');
like(err(), qr/own\.key: .*by an RSA, P-256 or P-384 key, not by SM2/,
    '... and why');

signed('state-dev');

my $text = slurp($package);
my $ecdsa = pack 'H*', '06082a8648ce3d040302';
my $sm2 = pack 'H*', '06082a811ccf55018375';
my $at = rindex $text, $ecdsa;

substr($text, $at, length $ecdsa) = $sm2;
spew($package, $text);
like(words('state'), qr/by an RSA, P-256 or P-384 key, not by SM2/,
    'a signature that says SM2');

done_testing();

###############################################################################

sub ctl {
    system(join(' ', map { "'$_'" } $ctl, 'component', @_)
           . " >$dir/stdout 2>$dir/stderr");
    $status = ($? & 127) ? 128 + $? : $? >> 8;
}

sub err { return slurp("$dir/stderr") }

sub run { $signer->run(@_) }

sub pack_it {
    ctl('pack', $package, '--descriptor', "$example/descriptor.json",
        '--executable', "$example/component", '--security',
        "$example/security.md");
    die err() if $status;
}

sub sign {
    my ($who) = @_;

    ctl('sign', $package, '--as', 'developer', '--certificate',
        "$dir/$who.crt", '--key', "$dir/$who.key");
    die err() if $status;
}

sub signed { pack_it(); sign(@_) }

# NAME.conf: developers of an authority, with its lists or not
sub conf {
    my ($name, $authority, $with, %more) = @_;
    my %conf = (node_id => 'hospital-a', redis => "unix:$d->{redis}{socket}",
        components => "$dir/components",
        component_developers => "$dir/$authority.crt",
        ($with ? (component_crl => "$dir/$authority.crl") : ()), %more);

    mkdir "$dir/components";
    spew("$dir/$name.conf", join '', map { "$_ $conf{$_}\n" } keys %conf);
}

sub start {
    my ($daemon, $name) = @_;

    for my $line (split /\n/, slurp("$dir/$name.conf")) {
        my ($key, $value) = split / /, $line, 2;
        $daemon->{conf}{$key} = $value if $key =~ /^component/;
    }

    @{ $daemon->{conf} }{qw(certificate certificate_key trusted_certificate)}
        = map { "$dir/$_" } qw(hospital-a.crt hospital-a.key network.crt);
    $daemon->start;
}

sub lists {
    my ($authority, $from, $until) = @_;

    $signer->revocation($authority, $now + $from, $now + $until);
}

sub words {
    my ($name) = @_;

    ctl('verify', $package, '--conf', "$dir/$name.conf");

    return $status ? err() : 'good';
}

# good, or why not, without what it is about
sub verdict {
    my $words = words(@_);

    return $words =~ /developer: (.*?)(?: \(certificate of .*)?$/m ? $1
                                                                   : $words;
}

# NAME.crt, NAME.key: an authority of SM2 that signs under an id
sub national {
    my ($name, $distid) = @_;

    run(qw(openssl genpkey -algorithm SM2 -out), "$dir/$name.key");
    run(qw(openssl req -x509 -new -sm3 -days 30 -sigopt), "distid:$distid",
        '-key', "$dir/$name.key", '-subj', "/CN=$name", '-out',
        "$dir/$name.crt");
    spew("$dir/$name.id", $distid);
}

# NAME.crt of NAME.key by it
sub issued {
    my ($authority, $name) = @_;
    my $distid = slurp("$dir/$authority.id");
    my @sm2 = `openssl pkey -in $dir/$name.key -text -noout` =~ /SM2/
        ? (-sm3 => -sigopt => "distid:$distid") : ();
    my @vfy = @sm2 ? (-vfyopt => "distid:$distid") : ();

    run(qw(openssl req -new), @sm2, '-key', "$dir/$name.key", '-subj',
        "/CN=$name", '-out', "$dir/$name.csr");
    run(qw(openssl x509 -req -days 20 -sm3 -CAcreateserial), @vfy, '-in',
        "$dir/$name.csr", '-CA', "$dir/$authority.crt", '-CAkey',
        "$dir/$authority.key", '-sigopt', "distid:$distid", '-out',
        "$dir/$name.crt");
}
