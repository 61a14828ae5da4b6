#!/usr/bin/perl

# interconnctl operator: the first operator and all after it, on the node's
# own Redis.

use warnings;
use strict;

use lib 't/lib';
use Digest::SHA qw/ sha256_hex /;
use IC::Redis;
use Test::More;

my $ctl = ($ENV{IC_BUILD} || 'build') . '/interconnctl';

plan(skip_all => 'no redis-server') if !IC::Redis->available();
plan(skip_all => "no program at $ctl") if !-x $ctl;

my $r = IC::Redis->new;
my $dir = $r->{dir};
my $conf = "$dir/interconnd.conf";

open my $out, '>', $conf or die "$conf: $!\n";
print $out "node_id hospital-a\nredis unix:$r->{socket}\n";
close $out;

# Exit status, standard output, standard error.

sub ctl {
    my @words = map { "'$_'" } @_;
    my $said = `$ctl operator @words --conf $conf 2>$dir/stderr`;
    my $status = $? >> 8;

    open my $in, '<', "$dir/stderr" or die;
    my $error = do { local $/; <$in> } // '';

    return ($status, $said, $error);
}

sub identify {
    my ($token, $permission, $spki) = @_;

    return $r->status('operator_identify', $token && sha256_hex($token),
        $spki // '', $permission || 'dataset.edit');
}

###############################################################################

my ($status, $said, $error) = ctl('add', 'root');
is($status, 0, 'the first operator');
like($said, qr/^[0-9a-f]{48}\n$/, '... its token');
chomp(my $root = $said);
is(identify($root, 'operator.admin'), 'ok', '... may do everything');
is(($r->stream('evidence'))[-1]{event}, 'ROLE_CHANGED', '... evidence');
is(($r->stream('evidence'))[-1]{by}, '', '... by the shell');

($status, $said, $error) = ctl('add', 'root');
is($status, 1, 'once');
like($error, qr/root: conflict/, '... it says why');
is($said, '', '... without a token');

($status, $said) = ctl('add', 'dora', '--role', 'data_provider,auditor',
    '--token-file', "$dir/token");
is("$status$said", 0, 'a token into a file');
is((stat "$dir/token")[2] & 07777, 0600, '... for its owner');
chomp(my $dora = do { local (@ARGV, $/) = "$dir/token"; <> });
is(identify($dora), 'ok', '... is good');
is(identify($dora, 'model.read'), 'ok', '... for both roles');

is((ctl(qw/ revoke dora --role data_provider /))[0], 0, 'revoke');
is(identify($dora), 'not_permitted', '... at once');
is((ctl(qw/ grant dora --role coordinator /))[0], 0, 'grant');
is(identify($dora, 'contract.approve'), 'ok', '... at once');

chmod 0644, "$dir/token";
($status, $said) = ctl('rotate', 'dora', '--token-file', "$dir/token");
is("$status$said", 0, 'rotate');
is((stat "$dir/token")[2] & 07777, 0600, '... the file is closed');
is(identify($dora, 'model.read'), 'no_operator', '... the old one ends');
chomp($dora = do { local (@ARGV, $/) = "$dir/token"; <> });
is(identify($dora, 'model.read'), 'ok', '... the new one is good');

is((ctl(qw/ disable dora /))[0], 0, 'disable');
is(identify($dora, 'model.read'), 'no_operator', '... at once');
is((ctl(qw/ enable dora /))[0], 0, 'enable');
is(identify($dora, 'model.read'), 'ok', '... at once');

is((ctl(qw/ disable root /))[0], 1, 'not the last administrator');
like((ctl(qw/ remove root /))[2], qr/last administrator/, '... nor so');

system("openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes"
    . " -subj /CN=card -keyout $dir/card.key -out $dir/card.pem"
    . " 2>/dev/null");
system("openssl x509 -in $dir/card.pem -pubkey -noout"
    . " | openssl pkey -pubin -outform der -out $dir/card.der");
my $spki = sha256_hex(do { local (@ARGV, $/) = "$dir/card.der"; <> });

is((ctl('add', 'carl', '--role', 'auditor', '--certificate',
    "$dir/card.pem"))[0], 0, 'with a certificate');
is(identify('', 'model.read', $spki), 'ok', '... is known by it');
like((ctl('add', 'x', '--certificate', $conf))[2], qr/no certificate/,
    'what is none');

(undef, $said) = ctl('list');
is_deeply([ sort map { join ' ', split /\t/ } split /\n/, $said ],
    [ 'carl ENABLED ["auditor"] [] 1',
      'dora ENABLED ["auditor","coordinator"] [] 0',
      'root ENABLED ["administrator"] [] 0' ], 'list');

is((ctl(qw/ remove carl /))[0], 0, 'remove');
is(identify('', 'model.read', $spki), 'no_operator', '... at once');
is((ctl(qw/ remove carl /))[0], 1, '... once');

for my $case ([], [ 'add' ], [ 'grant', 'dora' ], [ 'fire', 'dora' ],
              [ 'list', 'dora' ], [ 'add', 'a', '--rule', 'x' ],
              [ 'add', 'a', '--role' ], [ 'rotate' ])
{
    my $before = $r->dump;

    isnt((ctl(@$case))[0], 0, "no command: @$case");
    ok($r->dump eq $before, '... does nothing');
}

is((ctl('add', 'a b'))[0], 1, 'a name that is none');
like((ctl(qw/ add a --role king /))[2], qr/there is no role king/,
    'no such role');
like((ctl('add', 'a', '--role', 'x","administrator'))[2], qr/there is no/,
    '... whatever is in it');

done_testing();
