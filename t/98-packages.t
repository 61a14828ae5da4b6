#!/usr/bin/perl

# Packages over the API: uploaded by an operator, checked, installed and
# registered, given back byte by byte, removed; and everything that is refused
# leaves nothing behind.
#
# covers: POST /v1/platform/component/upload
# covers: GET /v1/platform/component/download

use strict;
use warnings;

use lib 't/lib';
use Digest::SHA qw/ sha256_hex /;
use IC::Caller;
use IC::Packages;
use Test::More;

IC::Packages->check;

my $n = IC::Packages->new(conf => { component_disk => '24m' });
my $t = $n->t;
my $caller = IC::Caller->new($t);
my $r = $t->redis;
my $components = $n->components;

$t->operator('ada', 'ada-token', 'algorithm_provider');
$t->operator('cora', 'cora-token', 'compute_provider');

my $file = $n->package_of('hello', '1.0.0');
my $bytes = slurp($file);

sub slurp { IC::File::slurp($_[0]) }

sub events {
    my ($id) = @_;

    return map { "$_->{event}:" . ($_->{by} // '') }
        grep { $_->{subject} eq "object:component:$id" }
        $r->stream('evidence');
}

# files below a folder, hidden ones too
sub left { my @list = split /\n/, `find $_[0] -type f`; return scalar @list }

###############################################################################
# in and out

my $got = $n->upload($bytes, token => 'ada-token');
is($t->verdict($got), '200 0', 'uploaded') or diag($got->{body});
is($got->{json}{data}{component_id}, 'hello:1.0.0', '... its id');
is($got->{json}{data}{size}, length $bytes, '... its size');
my $digest = $got->{json}{data}{package_digest};
is($r->get('object:component:hello:1.0.0', 'package_digest'), $digest,
    '... registered with its digest');
is($r->get('object:component:hello:1.0.0', 'status'), 'ENABLED',
    '... and enabled');
ok(-x "$components/hello/1.0.0/component", '... its program is there');
is(join(' ', events('hello:1.0.0')),
    'COMPONENT_REGISTERED:ada COMPONENT_INSTALLED:ada', '... evidence');
is((grep { $_->{event} eq 'COMPONENT_INSTALLED' } $r->stream('evidence'))[0]
    {digest}, $digest, '... with the digest');
$caller->{covered}{'POST /v1/platform/component/upload'} = 1;

is($t->verdict($n->upload($bytes)), '200 0', 'once more is no error');
is(scalar(events('hello:1.0.0')), 2, '... and no event');

$got = $n->download('hello:1.0.0', token => 'cora-token');
is($got->{status}, 200, 'downloaded');
is(sha256_hex($got->{body}), sha256_hex($bytes), '... the same bytes');
is($got->{headers}{etag}, qq/"$digest"/, '... named by the digest');
like($got->{headers}{'content-disposition'}, qr/filename="hello-1.0.0.tar"/,
    '... and by name');
is((events('hello:1.0.0'))[-1], 'COMPONENT_DOWNLOADED:cora', '... evidence');
$caller->{covered}{'GET /v1/platform/component/download'} = 1;

# what was made by another program comes back as it was, too

system("cd $n->{dir} && rm -rf x && mkdir x && tar xf hello-1.0.0.tar -C x "
    . "&& cd x && tar --format=ustar -cf ../gnu.tar *") == 0 or die;
my $gnu = slurp("$n->{dir}/gnu.tar");
isnt($gnu, $bytes, 'the same package in another archive');
is($t->verdict($caller->{t}->post('ns',
    '/v1/platform/component/unregister', token => 'secret',
    body => { code => 'hello', version => '1.0.0' })), '200 0', 'removed');
$n->daemon->await(sub { !-e "$components/hello" }, 'the folder goes');
ok(!-e "$components/hello", '... its folder too, without a restart');
ok($n->daemon->await(sub { (events('hello:1.0.0'))[-1]
    eq 'COMPONENT_UNINSTALLED:' }), '... evidence');
is($t->verdict($n->download('hello:1.0.0')), '404 4040', '... it is gone');
is($t->verdict($n->upload($gnu, chunk => 3000)), '200 0',
    'uploaded anew, in chunks');
is($n->download('hello:1.0.0')->{body}, $gnu, '... given back as it came');

# one that was installed before archives were kept

unlink "$components/hello/1.0.0/.package.tar" or die;
is($n->download('hello:1.0.0')->{body}, $bytes, 'made again from its files');

###############################################################################
# who may not

my $two = slurp($n->package_of('hello', '2.0.0'));

is($t->verdict($n->upload($two, token => 'nobody')), '401 4012',
    'no operator');
is($t->verdict($n->upload($two, token => 'cora-token')), '403 4038',
    'no permission');
is($t->verdict($n->upload($two, headers => {
    'X-Interconn-Operator' => 'olga' })), '400 4009',
    'the header that nginx sets is not for callers');
is($t->verdict($t->http('ns', 'PUT', '/v1/platform/component/upload',
    token => 'secret', body => 'x')), '405 4050', 'another method');

my $c = $n->daemon->connect('packages.sock');
$c->ask('/v1/platform/component/upload', {
    'content-type' => 'application/x-tar' }, $two);
is($c->answer->{status}, 403, 'nobody at all on the socket');

$c = $n->daemon->connect('packages.sock');
$c->ask('/v1/platform/component/upload', { 'x-interconn-operator' => 'nobody',
    'content-type' => 'application/x-tar' }, $two);
is($c->answer->{status}, 401, 'the store knows the operator, or not');
ok(!-e "$components/hello/2.0.0", '... nothing is left');
is($r->command('EXISTS', $r->key('object:component:hello:2.0.0')), 0,
    '... nothing registered');

###############################################################################
# what is refused

sub refused {
    my ($what, $body, $verdict, $why, %option) = @_;
    my $before = left($components);
    my $got = $n->upload($body, %option);

    is($t->verdict($got), $verdict, $what);
    like($got->{json}{msg} // '', $why, '... says why');
    is(left($components), $before, '... leaves nothing');
}

refused('no archive', 'x' x 2000, '422 4220', qr/the archive: /);
refused('empty', '', '422 4220', qr/./);
refused('cut off', substr($two, 0, length($two) / 2), '422 4220',
    qr/the archive: /);
(my $bad = $two) =~ s{#!/bin/sh}{#!/bin/ls};
refused('another program', $bad, '422 4220',
    qr/component is not what the manifest says/);
refused('not signed', slurp($n->package_of('bare', '1', signer => '')),
    '422 4220', qr/developer: the signature is missing/);
refused('a stranger', slurp($n->package_of('odd', '1', signer => 'foreign')),
    '422 4220', qr/developer: .*issuer/);
refused('another package of a version', slurp($n->package_of('hello', '1.0.0',
    program => "#!/bin/sh\nexit\n")), '409 4091',
    qr/is there already and is another one/);
refused('a form', $two, '415 4150', qr{application/x-tar.*multipart},
    headers => { 'Content-Type' => 'multipart/form-data; boundary=x' });
refused('no type', $two, '415 4150', qr{application/x-tar},
    headers => { 'Content-Type' => '' });

IC::File::spew("$components/owned", "#!/bin/sh\n");
refused('the name of a program of the node', slurp($n->package_of('owned',
    '1')), '409 4091', qr/a program of the node/);
refused('more than component_disk', slurp($n->package_of('big', '1',
    bytes => 13 << 20)), '507 5070', qr/component_disk/);

$got = $t->http('ns', 'POST', '/v1/platform/component/upload',
    token => 'secret', headers => { 'Content-Type' => 'application/x-tar',
        'Content-Length' => 257 << 20 });
is($t->verdict($got) =~ s/ .*//r, 413, 'more than 256 MiB');

is($t->verdict($n->download('nothing:1')), '404 4040', 'no such package');
is($t->verdict($n->download('../x')), '400 4001', 'no id');
is($t->verdict($t->get('ns', '/v1/platform/component/download',
    token => 'secret')), '400 4001', 'none at all');

IC::File::spew("$components/hello/1.0.0/manifest.sha256.new", 'x');
rename "$components/hello/1.0.0/manifest.sha256.new",
    "$components/hello/1.0.0/manifest.sha256" or die;
is($t->verdict($n->download('hello:1.0.0')), '409 4090',
    'not what was installed');

$caller->finish($0);
$n->finish;
done_testing;
