#!/usr/bin/perl

# A stop acts everywhere within two seconds: three nodes, each with a task
# that runs, of which one does not heed SIGTERM; stopped at the initiator, and
# by a party. And a component calls back by system.callback as it is given.

use strict;
use warnings;

use lib 't/lib';
use IC::File;
use IC::Pace;
use IC::Sandbox;
use IC::Vendor;
use Test::More;
use Time::HiRes qw(sleep time);

my $sandbox = IC::Sandbox->new(nodes => 3);
my @id = map { $_->{node_id} } $sandbox->nodes;
my $pids = $sandbox->temp . '/pids';

mkdir $pids or die "$pids: $!\n";
IC::Vendor::stub($sandbox);
$sandbox->contract($_, 0) for 1, 2;

# the component of all: says who it is, and waits
spew($sandbox->temp . '/components/homo_lr', <<"END");
#!/bin/bash
role=\$(printenv config.self_role)
job=\$(printenv config.job_id)
case "\$(printenv runtime.component.parameter.label_name)" in
wait)
    [ "\$role" = host.0 ] && trap '' TERM
    echo \$\$ > "$pids/\$job-\$role"
    while :; do sleep 0.05; done ;;
said)
    printf '{"task_id":"%s","status":"FAILED","role":"%s",%s}' \\
        "\$(printenv config.task_id)" "\$role" '"message":"no good"' |
        curl -sk \\
        -H 'Content-Type: application/json' -d \@- \\
        "\$(printenv system.callback)" > "$pids/\$job-\$role.said" ;;
esac
echo '{"type":"output","key":"model","none":true}' >&3
END

my $table = $sandbox->temp . '/rows.csv';

open my $out, '>', $table or die "$table: $!\n";
print $out "id,x,ok\n", map { "$_,1,1\n" } 1 .. 40;
close $out;

my %data = map { my $set = $sandbox->dataset($_, $table);
    $sandbox->authorise($_, 0, $set) if $_;
    $id[$_] => $set } 0 .. 2;

sub job {
    my ($label) = @_;
    my $job = $sandbox->platform(0,
        '/v1/platform/schedule/job/create_all', {
            dag => IC::Vendor::dag('lr_1'), config => IC::Vendor::config(
                [ 'lr_1' ], label => $label, initiator => $id[0],
                role => { arbiter => [ $id[0] ], guest => [ $id[1] ],
                          host => [ $id[2] ] }, data => \%data) });

    $sandbox->answer_job($_) for 1, 2;

    return $job->{data}{job_id};
}

sub state_of {
    my ($n, $job) = @_;

    return $sandbox->platform($n, "/v1/platform/job/query?job_id=$job")
        ->{data};
}

# how long after the stop the last process is gone
sub stop_takes {
    my ($job, $stop) = @_;
    my @files = map { "$pids/$job-$_" } qw/ arbiter.0 guest.0 host.0 /;

    $sandbox->await("three tasks of $job", sub { !grep { !-s } @files }, 30);

    my @pid = map { slurp($_) =~ /(\d+)/ } @files;
    my $begun = time();

    $stop->();
    $sandbox->await("the end of $job", sub { !grep { kill 0, $_ } @pid });

    my $took = time() - $begun;

    $sandbox->await("$job is over at $_", sub {
        return state_of($_, $job)->{status} eq 'FAILED'
    }) for 0 .. 2;

    return $took;
}

for my $n (0, 1) {
    my $job = job('wait');
    my $took = stop_takes($job, sub {
        $sandbox->platform($n, '/v1/platform/job/stop', { job_id => $job }) });

    diag(sprintf '%s: all processes ended after %.2f s',
        $n ? 'stopped by a party' : 'stopped by its initiator', $took);
    cmp_ok($took, '<', within(2), 'within two seconds');
    is(state_of(0, $job)->{cause}{error}, 'task_stopped', 'its cause');
}

my $job = job('said');
my $cause = $sandbox->await('its end', sub {
    my $now = state_of(0, $job);
    return $now->{status} eq 'FAILED' && $now->{cause};
}, 30);

is($cause->{error}, 'task_crashed', 'who says FAILED has failed');
like($cause->{message}, qr/no good/, '... as it says');

my ($said) = glob "$pids/$job-*.said";

like(slurp($said), qr/"code":0/, 'by the URL of system.callback');

$sandbox->finish;
done_testing();
