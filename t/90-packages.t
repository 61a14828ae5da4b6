#!/usr/bin/perl

# Component packages: made, signed, verified, installed and removed by
# interconnctl; packages that want something else are refused and leave
# nothing behind.

use strict;
use warnings;

use lib 't/lib';
use Digest::SHA qw(sha256_hex);
use IC::Redis;
use IC::Signer;
use Test::More;

my $ctl = ($ENV{IC_BUILD} || 'build') . '/interconnctl';
my $example = IC::Redis::root() . '/docs/examples/hello-shell';

plan(skip_all => 'no redis-server') if !IC::Redis->available();
plan(skip_all => "no program at $ctl") if !-x $ctl;

my $redis = IC::Redis->new(node => 'node-a');
my $dir = $redis->{dir};
my $components = "$dir/components";
my @base = (node_id => 'node-a', redis => "unix:$redis->{socket}",
            components => $components);
my $status;
my $package = "$dir/hello.tar";

mkdir $components or die "$components: $!\n";

my $signer = IC::Signer->new($dir);

$signer->authority($_) for qw(studio examiner);
$signer->certificate(studio => 'dev');
$signer->certificate(studio => 'expired', '-not_before', '20200101000000Z',
                     '-not_after', '20200102000000Z');
$signer->certificate(examiner => 'exam');
$signer->authority('stranger');
$signer->certificate(stranger => 'foreign');

my @trust = (component_developers => "$dir/studio.crt",
             component_authorities => "$dir/examiner.crt");

conf('plain.conf', @base, @trust);
conf('strict.conf', @base, @trust, component_authority_required => 'on');
conf('nobody.conf', @base);

###############################################################################
# a good one

pack_it($package);
is(status(), 0, 'a package is made');
like(out(), qr/^hello-shell 1\.0\.0 [0-9a-f]{64}$/, '... and named');
is(`tar tf $package | sort | xargs`, "component descriptor.json " .
   "manifest.sha256 security.md\n", 'tar reads it');
is(system("mkdir $dir/x && tar xf $package -C $dir/x && cd $dir/x "
          . '&& sha256sum -c --quiet manifest.sha256'), 0, 'sha256sum too');

refused(qr/developer: the signature is missing/, 'not signed');
sign($package, 'developer', 'dev');
accepted('signed by a developer');
refused(qr/authority: the signature is missing/, 'an authority is needed',
        'strict.conf');
refused(qr/nobody is trusted/, 'nobody is trusted', 'nobody.conf');
sign($package, 'authority', 'exam');
accepted('signed by both', 'strict.conf');

system("cd $dir && tar xf $package -C x && openssl cms -verify -binary "
       . '-inform DER -in x/developer.p7s -content x/manifest.sha256 '
       . '-CAfile studio.crt -purpose any -out /dev/null 2>cms.err');
is($? >> 8, 0, 'openssl cms verifies it');

###############################################################################
# installed and removed

ctl('install', $package, '--conf', "$dir/strict.conf");
is(status(), 0, 'installed') or diag(err());
ok(-x "$components/hello-shell/1.0.0/component", '... its executable');
my $record = $redis->hash('object:component:hello-shell:1.0.0');
is($record->{status}, 'ENABLED', '... its record');
is($record->{provision}, 'package', '... as a package');
is($record->{package_digest},
   sha256_hex(slurp("$dir/x/manifest.sha256")), '... with its digest');
like($record->{security}, qr/Every party learns/, '... its statement');

ctl('install', $package, '--conf', "$dir/strict.conf");
is(status(), 0, 'once more is no error');

variant('2.0.0', "$dir/two.tar");
sign("$dir/two.tar", 'developer', 'dev');
ctl('install', "$dir/two.tar", '--conf', "$dir/plain.conf");
is(status(), 0, 'another version') or diag(err());
is(join(' ', sort map { m{([^/]+)$} } glob "$components/hello-shell/*"),
   '1.0.0 2.0.0', '... beside it');

variant('1.0.0', "$dir/other.tar");
sign("$dir/other.tar", 'developer', 'dev');
ctl('install', "$dir/other.tar", '--conf', "$dir/plain.conf");
is(status(), 1, 'other contents under a known version');
like(err(), qr/is there already and is another one/, '... it says so');

ctl('list', '--conf', "$dir/plain.conf");
like(out(), qr/^hello-shell:2\.0\.0\tENABLED\texample\t[0-9a-f]{64}$/m,
     'the list');
ctl('disable', 'hello-shell:2.0.0', '--conf', "$dir/plain.conf");
is($redis->get('object:component:hello-shell:2.0.0', 'status'), 'DISABLED',
   'disabled');
ctl('enable', 'hello-shell:2.0.0', '--conf', "$dir/plain.conf");
is($redis->get('object:component:hello-shell:2.0.0', 'status'), 'ENABLED',
   'enabled');

for my $version (qw(1.0.0 2.0.0)) {
    ctl('remove', "hello-shell:$version", '--conf', "$dir/plain.conf");
    is(status(), 0, "$version removed") or diag(err());
}

is_deeply([ entries() ], [], 'nothing is left');
is_deeply($redis->hash('object:component:hello-shell:1.0.0'), {},
          '... no record either');
ctl('remove', '../x:1', '--conf', "$dir/plain.conf");
is(status(), 1, 'no such component');

###############################################################################
# certificates

for my $case ([ expired => qr/certificate has expired/ ],
              [ foreign => qr/unable to get (?:local )?issuer/ ]) {
    pack_it($package);
    sign($package, 'developer', $case->[0]);
    refused($case->[1], "a certificate that is $case->[0]");
}

pack_it($package);
sign($package, 'developer', 'exam');
refused(qr/issuer certificate/, 'an examiner is no developer');

$signer->revocation('studio');
conf('crl.conf', @base, @trust, component_crl => "$dir/studio.crl");
pack_it($package);
sign($package, 'developer', 'dev');
accepted('not revoked', 'crl.conf');
$signer->revoke(studio => 'dev');
$signer->revocation('studio');
refused(qr/certificate revoked/, 'revoked', 'crl.conf');
conf('junk.conf', @base, @trust, component_crl => "$dir/dev.key");
refused(qr/revocation list of interconnd.conf cannot be read/,
        'no list at all is no permission', 'junk.conf');

for my $date ([ valid_until => 1000, qr/not valid any more/ ],
              [ valid_from => '4000000000000', qr/not valid yet/ ]) {
    variant('1.0.0', "$dir/dated.tar", qq("$date->[0]": $date->[1],));
    sign("$dir/dated.tar", 'developer', 'dev');
    refused($date->[2], $date->[0], 'plain.conf', "$dir/dated.tar");
}

###############################################################################
# packages that want something else

pack_it($package);
sign($package, 'developer', 'dev');
my %file = map { $_ => entry($package, $_) }
    qw(component descriptor.json security.md manifest.sha256 developer.p7s);
my $all = join '', map { header($_, $file{$_}) } sort keys %file;
my $end = "\0" x 1024;

spew("$dir/own.tar", $all . $end);
is(ask('verify', "$dir/own.tar"), 0, 'the archive of this test is good')
    or diag(err());

my %hostile = (
    'a parent folder' => [ $all . header('../evil', 'x'), qr/name is not/ ],
    'an absolute path' => [ $all . header('/tmp/evil', 'x'), qr/name is/ ],
    'a folder in it' => [ $all . header('a/b', 'x'), qr/name is not/ ],
    'a hidden file' => [ $all . header('.new-1', 'x'), qr/name is not/ ],
    'a prefix' => [ $all . header('evil', 'x', prefix => '/etc'),
                    qr/name is not/ ],
    'a symbolic link' => [ $all . header('evil', '', type => 2,
                                         link => '/etc/passwd'), qr/link/ ],
    'a hard link' => [ $all . header('evil', '', type => 1,
                                     link => 'component'), qr/link/ ],
    'a device' => [ $all . header('evil', '', type => 3), qr/device/ ],
    'a fifo' => [ $all . header('evil', '', type => 6), qr/regular/ ],
    'a pax header' => [ header('pax', "11 path=/x\n", type => 'x') . $all,
                        qr/extension/ ],
    'a huge size' => [ $all . header('evil', '', size => '77777777777'),
                       qr/longer than the archive/ ],
    'a negative size' => [ $all . header('evil', '', size => '-1'),
                           qr/no octal/ ],
    'a binary size' => [ $all . header('evil', '', size => "\x80" . "\xff"
                                       x 11), qr/no octal/ ],
    'a name twice' => [ $all . header('component', 'x'), qr/twice/ ],
    'a file not named' => [ $all . header('extra', 'x'),
                            qr/extra is not in the manifest/ ],
    'a wrong checksum' => [ $all =~ s/ustar\0/ustar\x00\x00/r, qr/./ ],
    'no end' => [ $all, qr/cut off/, '' ],
    'something behind it' => [ $all . $end . 'x' x 512, qr/behind its end/,
                               '' ],
    'many files' => [ join('', map { header("f$_", '') } 1 .. 40),
                      qr/more than/ ],
    'other bytes' => [ with(component => "#!/bin/sh\nevil\n"),
                       qr/component is not what the manifest says/ ],
    'no executable' => [ with(component => undef), qr/component is missing/ ],
    'no statement' => [ with('security.md' => ''), qr/security.md is miss/ ],
    'another manifest' => [ with('manifest.sha256' =>
        $file{'manifest.sha256'} =~ s/^(.*\n)(.*\n)/$2$1/r),
        qr/not over this manifest/ ],
    'a line twice' => [ with('manifest.sha256' => $file{'manifest.sha256'}
        . ($file{'manifest.sha256'} =~ /^(.*\n)/)[0]), qr/manifest twice/ ],
    'a signature of nothing' => [ with('developer.p7s' => 'junk'),
                                  qr/no CMS message/ ],
    'bytes behind a signature' => [ with('developer.p7s' =>
        $file{'developer.p7s'} . 'x'), qr/no CMS message/ ],
    'no tar' => [ 'x' x 2048, qr/ustar/, '' ],
    'nothing' => [ '', qr/cut off/, '' ],
);

for my $name (sort keys %hostile) {
    my ($bytes, $why, $tail) = @{ $hostile{$name} };

    spew("$dir/hostile.tar", $bytes . ($tail // $end));
    is(ask('install', "$dir/hostile.tar"), 1, "$name: refused");
    like(err(), $why, '... and told');
}

is_deeply([ entries() ], [], 'nothing is left behind');
is($redis->command('ZCARD', $redis->key('ix:component')), 0, '... nor known');
ok(!-e '/tmp/evil' && !-e "$dir/evil", '... nor elsewhere');

ctl('verify', $dir, '--conf', "$dir/plain.conf");
is(status(), 1, 'a folder is no package');

my $seed = $ENV{IC_SEED} || time;

note("IC_SEED=$seed");
srand $seed;

my $bad = 0;

for (1 .. 40) {
    my $bytes = $all . $end;

    substr($bytes, int rand length $bytes, 1) = chr int rand 256;
    next if $bytes eq $all . $end;
    spew("$dir/hostile.tar", $bytes);
    $bad++ if ask('install', "$dir/hostile.tar") > 1;
}

is($bad, 0, 'changed bytes end no program');

done_testing();

###############################################################################



sub ctl {
    system(join(' ', map { "'$_'" } $ctl, 'component', @_)
           . " >$dir/stdout 2>$dir/stderr");
    $status = ($? & 127) ? 128 + $? : $? >> 8;
}

sub status { $status }
sub out { slurp("$dir/stdout") }
sub err { slurp("$dir/stderr") }

sub ask {
    my ($verb, $file) = @_;
    return ctl($verb, $file, '--conf', "$dir/plain.conf");
}

sub pack_it {
    ctl('pack', $_[0], '--descriptor', "$example/descriptor.json",
        '--executable', "$example/component", '--security',
        "$example/security.md");
}

# the same of another version, with members and another statement

sub variant {
    my ($version, $file, $more) = @_;
    my $text = slurp("$example/descriptor.json") =~ s/1\.0\.0/$version/r;

    spew("$dir/descriptor.json", $text =~ s/\{/{ @{[$more || '']}/r);
    spew("$dir/security.md", "of $file\n");
    ctl('pack', $file, '--descriptor', "$dir/descriptor.json",
        '--executable', "$example/component", '--security',
        "$dir/security.md");
}

sub sign {
    my ($file, $as, $who) = @_;

    ctl('sign', $file, '--as', $as, '--certificate', "$dir/$who.crt",
        '--key', "$dir/$who.key");
    is($status, 0, "signed by $who") or diag(err());
}

sub accepted {
    my ($name, $conf) = @_;

    ctl('verify', $package, '--conf', "$dir/" . ($conf || 'plain.conf'));
    is($status, 0, $name) or diag(err());
}

sub refused {
    my ($why, $name, $conf, $file) = @_;

    for my $verb (qw(verify install)) {
        ctl($verb, $file || $package, '--conf',
            "$dir/" . ($conf || 'plain.conf'));
        is($status, 1, "$name: no $verb");
        like(err(), $why, '... and why');
    }
}

sub entries { glob "$components/* $components/.??* $components/*/.??*" }

sub with {
    my %changed = (%file, @_);

    return join '', map { header($_, $changed{$_}) }
        grep { defined $changed{$_} } sort keys %changed;
}

# a header and its data, blocks of 512

sub header {
    my ($name, $data, %o) = @_;
    my $size = $o{size} // sprintf '%011o', length $data;
    my $block = pack 'a100 a8 a8 a8 a12 a12 a8 a1 a100 a8 a32 a32 a8 a8 a155',
        $name, '0000644', '0000000', '0000000', $size, '00000000000',
        ' ' x 8, $o{type} // '0', $o{link} // '', "ustar\x{0}00", '', '', '',
        '', $o{prefix} // '';

    $block .= "\0" x (512 - length $block);
    substr($block, 148, 8) = sprintf "%06o\0 ", unpack '%32C*', $block;

    return $block . $data . "\0" x (-length($data) % 512);
}

sub entry { my ($tar, $name) = @_; return scalar `tar xOf $tar $name` }

sub conf {
    my ($name, %values) = @_;

    spew("$dir/$name", join '', map { "$_ $values{$_}\n" } sort keys %values);
}

sub slurp {
    open my $in, '<:raw', $_[0] or die "$_[0]: $!\n";
    local $/;
    return scalar(<$in>) // '';
}

sub spew {
    open my $out, '>:raw', $_[0] or die "$_[0]: $!\n";
    print $out $_[1];
    close $out or die "$_[0]: $!\n";
}
