#!/usr/bin/perl

# Jobs of components that did not come with the program: registered here, they
# may be in a DAG; their parameters are their own affair.

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

sub own { $caller->own(@_) }

my $flow = own('POST', '/flow/create', { name => 'f' })->{flow_id};
my $config = $api->config('hospital-a', 'hospital-b', 'hospital-c');
my %job = (flow_id => $flow, dag => { version => '2.0.0', components => [
    { name => 'one', componentName => 'kmeans', version => '1.0',
      input => [], output => [ { type => 'dataset', key => 'rows' } ] },
    { name => 'two', componentName => 'kmeans', version => '1.0',
      input => [ { type => 'dataset', key => 'one.rows' } ], output => [] },
    ] }, config => { %$config, task_params => { common => {
        one => { anything => [ 1 ] } } } });

my $refused = own('POST', '/job/create', \%job);
is($refused->{code}, 4002, 'a component that is not registered');
like($refused->{msg}, qr/this node has no component kmeans/, '... which');

own('POST', '/component/register', { Component => { code => 'kmeans',
    version => '1.0', name => 'PSI', engine => 'own', inputs => [],
    outputs => [] } });

my $made = own('POST', '/job/create', \%job);
ok($made->{job_id}, 'a component that is');
ok(!defined $t->redis->get("job:$made->{job_id}", 'installed'),
    'the record has only what was sent');

own('POST', '/component/disable', { code => 'kmeans', version => '1.0' });
is(own('POST', '/job/create', \%job)->{code}, 4090, '... disabled');

$caller->finish($0);
$t->finish;
done_testing();
