#!/usr/bin/perl

# The examples of docs/examples, built, packed, signed, installed and run as
# docs/components.md says, by a job of one party.

use strict;
use warnings;

use lib 't/lib';
use IC::Daemon;
use IC::Redis;
use IC::Signer;
use JSON::PP;
use Test::More;

IC::Daemon->check;

my $build = $ENV{IC_BUILD} || 'build';
my $ctl = "$build/interconnctl";
my $root = IC::Redis::root();
my $json = JSON::PP->new->canonical;
my $node = IC::Daemon->new(node => 'node-a', roles => 'runner channel',
                           start => 0,
                           conf => { plain_peers => 'on' });
my ($dir, $redis) = ($node->dir, $node->redis);
my $signer = IC::Signer->new($dir);

$signer->authority('studio');
$signer->certificate(studio => 'dev');
$node->{conf}{component_developers} = "$dir/studio.crt";
$node->start;
spew("$dir/ctl.conf", join '', map { "$_ $node->{conf}{$_}\n" }
    sort keys %{ $node->{conf} });

###############################################################################

my @link = map { "-l$_" } qw(curl gmp sqlite3 yajl ssl crypto m);
my $made = system("gcc -O1 -I$root/src -o $dir/hello-c "
    . "$root/docs/examples/hello-c/hello.c $build/libinterconn-task.a @link "
    . ">$dir/gcc.log 2>&1");

SKIP: {
    skip 'built with sanitizers', 6 if $build =~ /asan/;
    is($made, 0, 'the example in C is built') or diag(slurp("$dir/gcc.log"));
    runs('hello-c', "$dir/hello-c");
}

runs('hello-shell', "$root/docs/examples/hello-shell/component");

my ($page) = slurp("$root/docs/components.md") =~ /^```bash\n(.*?)^```/ms;

is(slurp("$root/docs/examples/hello-shell/component")
   =~ s/hello-shell/hello/r, $page, 'the example is that of the page');

done_testing();

###############################################################################

sub runs {
    my ($name, $program) = @_;
    my $example = "$root/docs/examples/$name";
    my $id = "task_$name";
    my $record;

    is(run('pack', "$dir/$name.tar", '--descriptor',
           "$example/descriptor.json", '--executable', $program,
           '--security', "$example/security.md"), 0, "$name packed");
    is(run('sign', "$dir/$name.tar", '--as', 'developer', '--certificate',
           "$dir/dev.crt", '--key', "$dir/dev.key"), 0, '... signed');
    is(run('install', "$dir/$name.tar", '--conf', "$dir/ctl.conf"), 0,
       '... installed');
    like(`$program --descriptor`, qr/"name": ?"$name"/, '... describes it');

    $redis->command('HSET', $redis->key("job:job-$id"),
        job_id => "job-$id", role => 'initiator', initiator => 'node-a',
        status => 'RUNNING', cancel => 0, parties => '',
        dag => $json->encode({ version => '2.0.0', components => [ {
            name => 'step_0', componentName => $name, version => '1.0.0',
            output => [] } ] }),
        config => $json->encode({ role => { guest => [ 'node-a' ] },
                                  task_params => {} }));
    $redis->status('task_start', "job-$id", $id, 'step_0',
                   token => "token-$id");
    $node->await(sub {
        $record = $redis->hash("task:$id");
        return ($record->{status} || '') =~ /^(SUCCESS|FAILED)$/;
    }, "$id ends", 25);
    is($record->{status}, 'SUCCESS', '... runs') or diag($record->{cause});
}

sub run {
    return system(join(' ', $ctl, 'component', map { "'$_'" } @_)
                  . " >$dir/ctl.out 2>&1") >> 8;
}

sub slurp {
    open my $in, '<', $_[0] or die "$_[0]: $!\n";
    local $/;
    return <$in>;
}

sub spew {
    open my $out, '>', $_[0] or die "$_[0]: $!\n";
    print $out $_[1];
    close $out or die "$_[0]: $!\n";
}
