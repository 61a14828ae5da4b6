#!/usr/bin/perl

# Installed packages in a running node: verified before every load, refused
# and disabled when they are not good any more, versions side by side.

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
my $example = IC::Redis::root() . '/docs/examples/hello-shell';
my $json = JSON::PP->new->canonical;
my $node = IC::Daemon->new(node => 'node-a', roles => 'runner channel',
                           start => 0,
                           conf => { plain_peers => 'on' });
my ($dir, $redis, $count) = ($node->dir, $node->redis, 0);
my $signer = IC::Signer->new($dir);

$signer->authority('studio');
$signer->certificate(studio => 'dev');
$signer->revocation('studio');

@{ $node->{conf} }{qw(component_developers component_crl)} =
    ("$dir/studio.crt", "$dir/studio.crl");
$node->start;
spew("$dir/ctl.conf", join '', map { "$_ $node->{conf}{$_}\n" }
    sort keys %{ $node->{conf} });

###############################################################################

is(task('')->{error}, 'component_missing', 'not installed yet');

package_of('1.0.0');
is(task(''), 'SUCCESS', 'installed, without a restart');
is(task('1.0.0'), 'SUCCESS', '... by its version');
is(task('9.0.0')->{error}, 'component_missing', '... not another one');
is(task('../hello-shell/1.0.0')->{error}, 'component_missing',
   '... no path');

package_of('2.0.0');
like(task('')->{message}, qr/several versions/, 'two versions: which one?');
is(task('2.0.0'), 'SUCCESS', '... the second');
is(ctl('disable', 'hello-shell:1.0.0'), 0, 'the first is disabled');
is(task('1.0.0')->{error}, 'wrong_state', '... not started');
is(task(''), 'SUCCESS', '... so the second is meant');
is(ctl('enable', 'hello-shell:1.0.0'), 0, 'enabled again');
is(task('1.0.0'), 'SUCCESS', '... it runs');
is(ctl('remove', 'hello-shell:2.0.0'), 0, 'the second is removed');
is(task('2.0.0')->{error}, 'component_missing', '... gone');

###############################################################################
# what is not good any more

my $file = "$dir/components/hello-shell/1.0.0/component";
my $program = slurp($file);

chmod 0755, $file;
spew($file, "$program# changed\n");
my $cause = task('1.0.0');
is($cause->{error}, 'component_refused', 'a changed program');
like($cause->{message}, qr/component is not what the manifest says/,
     '... why');
disabled(qr/not what the manifest says/);

spew($file, $program);
is(task('1.0.0')->{error}, 'wrong_state', 'until an operator says so');
is(ctl('enable', 'hello-shell:1.0.0'), 0, 'enabled');
is($redis->get('object:component:hello-shell:1.0.0', 'disabled_reason') // '',
   '', '... without a reason');
is(task('1.0.0'), 'SUCCESS', '... the program as it was');

$signer->revoke(studio => 'dev');
$signer->revocation('studio');
is(task('1.0.0')->{error}, 'component_refused', 'a revoked certificate');
disabled(qr/developer: certificate revoked/);
is(ctl('enable', 'hello-shell:1.0.0'), 0, 'an operator enables it');
is(task('1.0.0')->{error}, 'component_refused', '... to no avail');

# another good package in its place is not what was installed

$signer->certificate(studio => 'dev2');
is(ctl('remove', 'hello-shell:1.0.0'), 0, 'removed');
package_of('1.0.0', 'dev2');
rename "$dir/components/hello-shell/1.0.0", "$dir/first";
is(ctl('remove', 'hello-shell:1.0.0'), 1, 'its folder is not there');
package_of('1.0.0', 'dev2', "another statement\n");
is(task('1.0.0'), 'SUCCESS', 'the second package of that name');
system("rm -r $dir/components/hello-shell/1.0.0");
rename "$dir/first", "$dir/components/hello-shell/1.0.0" or die;
like(task('1.0.0')->{message}, qr/not the package that was installed/,
     'the first one in its place');

done_testing();

###############################################################################

# SUCCESS, or the cause of the failure

sub task {
    my ($version) = @_;
    my $id = 'task_' . ++$count;
    my $record;

    $redis->command('HSET', $redis->key("job:job-$id"),
        job_id => "job-$id", role => 'initiator', initiator => 'node-a',
        status => 'RUNNING', cancel => 0, parties => '',
        dag => $json->encode({ version => '2.0.0', components => [ {
            name => 'hello_0', componentName => 'hello-shell',
            version => $version, output => [] } ] }),
        config => $json->encode({ role => { guest => [ 'node-a' ] },
                                  task_params => {} }));

    my $status = $redis->status('task_start', "job-$id", $id, 'hello_0',
                                token => "token-$id");

    return { error => $status, message => '' } if $status ne 'ok';

    $node->await(sub {
        $record = $redis->hash("task:$id");
        return $record->{status} =~ /^(SUCCESS|FAILED)$/;
    }, "$id ends", 25);

    return 'SUCCESS' if $record->{status} eq 'SUCCESS';
    return decode_json($record->{cause});
}

sub disabled {
    my ($why) = @_;
    my $record = $redis->hash('object:component:hello-shell:1.0.0');
    my ($said) = grep { $_->{event} eq 'COMPONENT_UNLOADED' }
        reverse $redis->stream('evidence');

    is($record->{status}, 'DISABLED', '... is disabled');
    like($record->{disabled_reason}, $why, '... with the reason');
    like($said->{reason}, $why, '... in the evidence');
}

sub package_of {
    my ($version, $who, $statement) = @_;
    my $file = "$dir/hello-$version.tar";

    $who ||= 'dev';
    spew("$dir/descriptor.json",
         slurp("$example/descriptor.json") =~ s/1\.0\.0/$version/r);
    spew("$dir/security.md", $statement || slurp("$example/security.md"));
    is(run('pack', $file, '--descriptor', "$dir/descriptor.json",
           '--executable', "$example/component", '--security',
           "$dir/security.md"), 0, "$version packed");
    is(run('sign', $file, '--as', 'developer', '--certificate',
           "$dir/$who.crt", '--key', "$dir/$who.key"), 0, '... signed');
    is(ctl('install', $file), 0, '... installed');
}

sub ctl { return run(@_, '--conf', "$dir/ctl.conf") }

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
