#!/usr/bin/perl

# Uploads that break off, all at once, or slowly: what dies leaves nothing,
# nobody holds a worker, and a worker never holds a package.

use strict;
use warnings;

use lib 't/lib';
use IC::Caller;
use IC::File;
use IC::Packages;
use Test::More;
use Time::HiRes qw/ sleep time /;

IC::Packages->check;

my $n = IC::Packages->new;
my ($t, $d, $dir) = ($n->t, $n->daemon, $n->dir);
my $r = $t->redis;

IC::Caller->new($t);

my $bytes = IC::File::slurp($n->package_of('hello', '1.0.0',
    bytes => 6 << 20));

sub files { my @list = split /\n/, `find $_[0] -type f`; return "@list" }

# an upload of which only the first bytes come; its socket
sub begin {
    my ($part, %option) = @_;
    my $socket = $t->socket('ns');
    my $text = $t->request('POST', '/v1/platform/component/upload',
        token => 'secret', body => $bytes, headers => {
            'Content-Type' => 'application/x-tar' }, %option);

    $t->write_all($socket, substr $text, 0, length($text) - length($bytes)
        + $part);

    return ($socket, $text);
}

sub open_files {
    my $pid = $d->role_pid('packages');

    return scalar grep { /deleted/ } map { readlink // '' }
        glob "/proc/$pid/fd/*";
}

# Rss of the worker, KiB
sub rss {
    my ($pid) = $t->workers;
    my ($kib) = IC::File::slurp("/proc/$pid/status") =~ /^VmRSS:\s+(\d+)/m;

    return $kib;
}

###############################################################################
# the role dies while a package comes

my @gone = map { (begin(1 << 20))[0] } 1 .. 2;
ok($d->await(sub { open_files() == 2 }), 'two uploads are under way');
is(files("$dir/data/packages"), '', '... in files without a name');

my ($half, $text) = begin(1 << 20);
ok($d->await(sub { open_files() >= 1 }), '... and another');
$d->kill_role('packages');
$n->ready;
is(files("$dir/data/packages"), '', 'killed: nothing is left in the spool');
is(files("$dir/components"), '', '... nor in the components');

$t->write_all($half, substr $text, -1);
my $answer = $t->response($half);
ok(!$answer || $answer->{status} =~ /^50[24]$/, 'its caller learns of it');
is($t->verdict($n->upload($bytes)), '200 0', 'the next one is taken');

# ... while it installs: what it was making is taken away

my $new = "$dir/components/hello/.new-abcdef";

mkdir $new or die "$new: $!\n";
IC::File::spew("$new/component", 'half of it');
mkdir "$dir/components/gone" or die;
mkdir "$dir/components/gone/.gone-1" or die;
IC::File::spew("$dir/data/packages/left", 'x');
$d->kill_role('packages');
$n->ready;
ok(!-e $new, 'killed while it installed: the new folder goes');
ok(!-e "$dir/components/gone", '... and what was being removed');
is(files("$dir/data/packages"), '', '... and the spool is empty');
ok(-e "$dir/components/hello/1.0.0/component", 'what was installed stays');

# ... after the folder was there and before its record was

$r->command('DEL', $r->key('object:component:hello:1.0.0'));
$r->command('ZREM', $r->key('ix:component'), 'hello:1.0.0');
is($t->verdict($n->upload($bytes)), '200 0', 'sent again, it is registered');
is($n->download('hello:1.0.0')->{body}, $bytes, '... and whole');

###############################################################################
# many at once, and slow ones

my @slow = map { (begin(1000))[0] } 1 .. 4;
ok($d->await(sub { open_files() == 4 }), 'four come slowly');

my $began = time;
my $got = $n->upload($bytes);
is($t->verdict($got), '429 4290', 'a fifth is refused');
is($got->{headers}{'retry-after'}, 5, '... until later');
$got = $t->get('ns', '/v1/platform/component/list', token => 'secret');
is($t->verdict($got), '200 0', 'others are answered');
cmp_ok(time - $began, '<', 2, '... at once');

$t->reset_socket($_) for splice @slow;
ok($d->await(sub { open_files() == 0 }), 'who goes away leaves nothing');
is($t->verdict($n->upload($bytes)), '200 0', '... and makes room');

# the operator loses the right while it comes

my ($socket, $whole) = begin(1 << 20, token => 'secret');
my $other = $n->package_of('late', '1');
my $late = IC::File::slurp($other);
$t->operator('ada', 'ada-token', 'algorithm_provider');
$whole = $t->request('POST', '/v1/platform/component/upload',
    token => 'ada-token', body => $late, headers => {
        'Content-Type' => 'application/x-tar' });
$socket = $t->socket('ns');
$t->write_all($socket, substr $whole, 0, -100);
$d->await(sub { open_files() >= 1 });
$t->operator('ada', 'ada-token', 'auditor');
$t->write_all($socket, substr $whole, -100);
is($t->verdict($t->response($socket)), '403 4038',
    'a right that was taken during the upload');
ok(!-e "$dir/components/late", '... nothing is installed');

# the store is away

$t->operator('ada', 'ada-token', 'algorithm_provider');
$socket = $t->socket('ns');
$t->write_all($socket, substr $whole, 0, -100);
$d->await(sub { open_files() >= 1 });
$t->kill_redis;
$t->write_all($socket, substr $whole, -100);
is($t->verdict($t->response($socket, 30)), '503 5030', 'the store is away');

$d->stop;
$t->finish;
done_testing;
