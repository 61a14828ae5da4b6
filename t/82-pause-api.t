#!/usr/bin/perl

# Holding a job by the API.
#
# covers: POST /v1/platform/job/pause
# covers: POST /v1/platform/job/resume

use warnings;
use strict;

use lib 't/lib';
use IC;
use IC::Api;
use IC::Caller;
use Test::More;

IC->check;
IC::Api->check;

my $t = IC->new;
my $api = IC::Api->new;
my $caller = IC::Caller->new($t);

sub own  { $caller->own(@_) }
sub left { $caller->left(@_) }

my $config = $api->config('hospital-a', 'hospital-b', 'hospital-c');
my $flow = own('POST', '/flow/create', { name => 'f' })->{flow_id};
my $job = own('POST', '/job/create', { flow_id => $flow, dag => $api->dag,
    config => $config })->{job_id};

my ($got, $events) = left(sub { own('POST', '/job/pause', {
    job_id => $job }) });
is_deeply($events, [ 'JOB_PAUSED' ], 'pause');
like(own('GET', '/job/query', { job_id => $job })->{pending_reason},
    qr/^paused by olga;/, '... says so');
($got, $events) = left(sub { own('POST', '/job/resume', {
    job_id => $job }) });
is_deeply($events, [ 'JOB_RESUMED' ], 'resume');

for my $what (qw/ pause resume /) {
    is(own('POST', "/job/$what", { job_id => 'J-none' })->{code}, 4040,
        "$what: unknown");
    is(own('POST', "/job/$what", {})->{code}, 4001, "$what: which");
}

$t->operator('rita', 'reader-secret', 'auditor');
isnt(own('POST', '/job/pause', { job_id => $job }, 'reader-secret')->{code}
    // 0, 0, 'who only reads may not');

own('POST', '/job/stop', { job_id => $job });
is(own('POST', '/job/pause', { job_id => $job })->{code}, 4090,
    'pause: stopped');

$caller->finish($0);
$t->finish;
done_testing();
