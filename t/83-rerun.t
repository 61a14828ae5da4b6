#!/usr/bin/perl

# A job once more.
#
# covers: POST /v1/platform/job/rerun

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
my $redis = $t->redis;
my $caller = IC::Caller->new($t);

sub own  { $caller->own(@_) }
sub left { $caller->left(@_) }

my $flow = own('POST', '/flow/create', { name => 'f' })->{flow_id};
my $job = own('POST', '/job/create', { flow_id => $flow, dag => $api->dag,
    config => $api->config('hospital-a', 'hospital-b', 'hospital-c'),
    priority => 7, name => 'n' })->{job_id};

is(own('POST', '/job/rerun', { job_id => 'J-none' })->{code}, 4040,
    'unknown');
is(own('POST', '/job/rerun', { job_id => $job })->{code}, 4090, 'not over');
$redis->call('job_advance', $job, 'FAILED', cause => '{}',
    tries => '[]', 'begun.lr' => 'T1 token sent');

my ($got, $events) = left(sub { own('POST', '/job/rerun', {
    job_id => $job }) });
is_deeply($events, [ 'JOB_CREATED' ], 'evidence');
isnt($got->{job_id}, $job, 'another job');

my $new = own('GET', '/job/query', $got);
my $old = own('GET', '/job/query', { job_id => $job });

is_deeply($new->{$_}, $old->{$_}, "the same $_")
    for qw/ flow_id dag config priority name sync_type /;
is($new->{rerun_of}, $job, 'says of which');
is($new->{status}, 'PENDING', 'from the start');
is($redis->get("job:$got->{job_id}", 'parties'), 'hospital-b hospital-c',
    'the same parties');
ok(!$redis->get("job:$got->{job_id}", 'begun.lr'), 'no task of the old one');
is(own('POST', '/job/start', $got)->{code}, 4093, 'who must approve again');

$caller->finish($0);
$t->finish;
done_testing();
