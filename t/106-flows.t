#!/usr/bin/perl

# The flows of docs/examples as their READMEs say: the commands as they stand
# there, over sandboxes.

use warnings;
use strict;

use lib 't/lib';
use File::Temp qw(tempdir);
use IC::File;
use IC::Sandbox;
use JSON::PP;
use Test::More;

my $root = IC::Sandbox::root();
my $ctl = IC::Sandbox::build_dir() . '/interconnctl';
my $temp = tempdir('icXXXXX', TMPDIR => 1, CLEANUP => 1);
my %up;

END { system("$ctl sandbox down --dir $_ >/dev/null 2>&1") for keys %up }

# A command in a folder: exit status, what it prints, what it says.

sub shell {
    my ($folder, $command) = @_;
    my $out = `cd $folder && $command 2>$temp/said`;

    return ($? >> 8, $out, slurp("$temp/said"));
}

# The commands of a README, with the folder of the network.

sub commands {
    my ($name, $dir) = @_;
    my ($block) = slurp("$root/docs/examples/$name/README.md")
        =~ /^```\n(interconnctl .*?)^```/ms;

    return map { s{/tmp/net}{$dir}r =~ s/^interconnctl/$ctl/r }
        split /\n/, $block;
}

# Runs a flow; its steps by name, after the third command.

sub flow {
    my ($name) = @_;
    my $folder = "$root/docs/examples/$name";
    my $dir = "$temp/$name";
    my ($up, $run, $down) = commands($name, $dir);

    is(scalar(commands($name, $dir)), 3, "$name: three commands");
    $up{$dir} = 1;
    is((shell($folder, $up))[0], 0, '... a network');

    my ($status, $out, $said) = shell($folder, "$run --format json");

    is($status, 0, '... a job that succeeds') or diag($out, $said);
    like($said, qr/takes part/, '... it says what it does');

    my ($text, $text_status);
    ($text_status, $text) = shell($folder, $run) if $name eq 'secure-stats';

    if (defined $text) {
        is($text_status, 0, '... and once more on the same network');
        like($text, qr/^job \S+: SUCCESS$/m, '... in words');
    }

    is((shell($folder, $down))[0], 0, '... and its end');
    delete $up{$dir};

    my $result = eval { decode_json($out) } || { steps => [] };

    is($result->{status}, 'SUCCESS', '... in the result too');

    return { map { $_->{name} => $_ } @{ $result->{steps} } };
}

my $one = flow('hetero-lr');

is(join(' ', sort keys %$one), 'evaluate lr predict psi split',
   'every step is told');
is($one->{psi}{report}{intersection}, 580, 'people that both know');
is($one->{predict}{report}{rows}, 174, 'three tenths of them are scored');
cmp_ok($one->{evaluate}{report}{auc}, '>', 0.7, 'and the scores are good');
is($one->{evaluate}{report}{rows}, 174, '... of all of them');
like($one->{lr}{model_id}, qr/^M\./, 'the model has an id');

my $two = flow('secure-stats');

is($two->{stats}{report}{rows}, 340, 'statistics of all rows');

my $card = flow('scorecard');

is(join(' ', sort keys %$card), 'bins card evaluate lr psi score',
   'every step of a scorecard');
is($card->{card}{report}{cap}, 1000, 'a card');
is($card->{score}{report}{model}{algorithm}, 'scorecard',
   '... of which points are added up');
cmp_ok($card->{evaluate}{report}{auc}, '>', 0.7, '... and they are good');

my $three = flow('homo-lr');

ok($three->{lr}{metrics}{cross_validation}, 'a cross validation');
is($three->{evaluate}{report}{rows}, 140, 'own rows are evaluated');
cmp_ok($three->{evaluate}{report}{auc}, '>', 0.7, '... well');

###############################################################################
# what goes wrong is said, with an exit status

my $dir = "$temp/wrong";
my $folder = "$root/docs/examples/hetero-lr";

$up{$dir} = 1;
is((shell($folder, "$ctl sandbox up 2 --dir $dir"))[0], 0, 'a network');

sub wrong {
    my ($change, @more) = @_;
    my $flow = decode_json(slurp("$folder/flow.json"));

    $change->($flow);
    spew("$temp/flow.json", encode_json($flow));
    system("cp $folder/*.csv $temp/");

    return shell($temp, "$ctl job run flow.json --sandbox $dir @more");
}

my ($status, $out, $said) = wrong(sub {
    $_[0]{config}{task_params}{common}{psi}{keys} = [ 'nobody' ] });

is($status, 1, 'a column that is not there');
like($out, qr/FAILED.*nobody/s, '... is named');
like($out, qr/remedy: /, '... with what to do');

($status, $out, $said) = wrong(sub {
    $_[0]{config}{task_params}{common}{lr}{max_iter} = 0 });
is($status, 1, 'a parameter out of range');
like($said, qr/max_iter/, '... is refused by name');

($status, $out, $said) = wrong(sub {
    $_[0]{config}{role}{host} = [ 'N0009' ] });
is($status, 1, 'a node that is not there');
like($said, qr/N0009/, '... is named');

($status, $out, $said) = wrong(sub { }, '--timeout 1');
is($status, 3, 'a job that takes longer goes on');
like($said, qr/goes on/, '... and it is said');

is((shell($temp, "$ctl job run nothing.json --sandbox $dir"))[0], 1,
   'a file that is not there');
spew("$temp/bad.json", '{"dag":');
is((shell($temp, "$ctl job run bad.json --sandbox $dir"))[0], 1,
   'a file that is no JSON');
is((shell($temp, "$ctl job run"))[0], 2, 'no file: usage');
is((shell($temp, "$ctl job run flow.json"))[0], 2, 'no node: usage');
is((shell($temp, "$ctl job run flow.json --sandbox $dir --format xml"))[0],
   2, 'another format: usage');

done_testing();
