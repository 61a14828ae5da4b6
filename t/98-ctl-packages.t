#!/usr/bin/perl

# interconnctl component upload, download and unregister, by the API.

use strict;
use warnings;

use lib 't/lib';
use IC::File;
use IC::Packages;
use Test::More;

IC::Packages->check;

my $n = IC::Packages->new;
my $t = $n->t;
my $dir = $n->dir;

$t->operator('ada', 'ada-token', 'algorithm_provider');
$t->operator('otto', 'otto-token', 'auditor');
IC::File::spew("$dir/ada", "ada-token\n");
IC::File::spew("$dir/otto", "otto-token\n");

sub shell {
    my ($who, @words) = @_;

    return $n->ctl('component', @words, '--node', 'https://localhost:'
        . $t->port('ns'), '--ca', $t->dir . '/network.crt', '--token-file',
        "$dir/$who");
}

my $file = $n->package_of('hello', '1.0.0', bytes => 3 << 20);

is(shell('ada', 'upload', $file), 0, 'upload') or diag($n->said);
like($n->said, qr/^component_id\thello:1\.0\.0$/m, '... says what it is');
is(shell('otto', 'download', 'hello:1.0.0', '--output', "$dir/got.tar"), 0,
    'download') or diag($n->said);
like($n->said, qr/^hello 1\.0\.0 [0-9a-f]{64}$/, '... says what it is');
is(system('cmp', '-s', $file, "$dir/got.tar"), 0, '... the same bytes');
ok(!-e "$dir/got.tar.part", '... nothing beside it');

is(shell('otto', 'upload', $file), 1, 'who may not');
like($n->said, qr/lacks permission component\.edit/, '... is told');
is(shell('ada', 'upload', $n->package_of('bare', '1', signer => '')), 1,
    'not signed');
like($n->said, qr/developer: the signature is missing/, '... is told');
is(shell('ada', 'upload', "$dir/none.tar"), 1, 'no such file');
is(shell('ada', 'download', 'none:1', '--output', "$dir/none.tar"), 1,
    'no such component');
ok(!-e "$dir/none.tar" && !-e "$dir/none.tar.part", '... leaves no file');
is(shell('ada', 'download', 'hello:1.0.0', '--output', "$dir/no/x"), 1,
    'nowhere to write');

is(shell('ada', 'unregister', 'hello:1.0.0'), 0, 'unregister');
$n->daemon->await(sub { !-e "$dir/components/hello" }, 'the folder goes');
ok(!-e "$dir/components/hello", '... and its folder');
is(shell('ada', 'unregister', 'hello:1.0.0'), 1, '... once');

# the shell of the host and the role are not in each other's way

is($n->ctl('component', 'install', $file, '--conf', "$dir/ctl.conf"), 0,
    'installed on the host') or diag($n->said);
is(shell('otto', 'download', 'hello:1.0.0', '--output', "$dir/got.tar"), 0,
    '... downloaded');
is($n->ctl('component', 'remove', 'hello:1.0.0', '--conf', "$dir/ctl.conf"),
    0, '... removed on the host') or diag($n->said);
is(join(' ', map { $_->{event} } grep { $_->{subject}
    eq 'object:component:hello:1.0.0' } ($t->redis->stream('evidence'))[-3 ..
    -1]), 'COMPONENT_DOWNLOADED COMPONENT_UNREGISTERED COMPONENT_UNINSTALLED',
    '... evidence');

is($n->ctl('component', @$_), 2, "usage: @$_") for [ 'upload' ],
    [ 'download', 'a:1', '--node', 'x', '--ca', 'y', '--token-file', 'z' ];

$n->finish;
done_testing;
