#!/usr/bin/perl

# Parties answer to job/create and task/start what they would run: a job whose
# parties differ ends before anything runs, with both components named.

use warnings;
use strict;

use JSON::PP;
use Test::More;

use lib 't/lib';
use IC::Daemon;
use IC::Partner;

IC::Daemon::check();

my $d = IC::Daemon->new(node => 'hospital-a', roles => 'scheduler', conf => {
    plain_peers => 'on', poll_interval => '300ms', party_timeout => '2s' });
my $r = $d->redis();
my $json = JSON::PP->new->canonical;
my $count = 0;
my ($D1, $D2) = ('1' x 64, '2' x 64);

is($r->status('component_register', 'sum', '1.0', developer => 'acme',
    package_digest => $D1, status => 'ENABLED'), 'ok', 'a component here');

###############################################################################

{
    my ($id, $b, $c) = job();

    answers($b, "sum acme 1.0 $D1");
    answers($c, 'sum - 1.0 -');
    is($r->status('job_start', $id), 'ok', 'the same at all');
    ok($_->await('task/start'), 'its task begins') for $b, $c;
    is($r->get("job:$id", 'status'), 'RUNNING', 'and the job goes on');
}

for my $case ([ "sum acme 2.0 $D1", 'another version',
                qr/sum 1\.0 of acme, package $D1; \S+ runs sum 2\.0 of acme/ ],
              [ "sum acme 1.0 $D2", 'another package',
                qr/sum 1\.0 of acme, package $D1; .* of acme, package $D2/ ])
{
    my ($text, $what, $told) = @$case;
    my ($id, $b, $c) = job();

    answers($b, "sum acme 1.0 $D1");
    answers($c, $text);
    $r->call('job_start', $id);

    my $cause = ended($id, $what);

    is($cause->{error}, 'component_mismatch', '... why');
    is($cause->{node_id}, $c->{node}, '... the node');
    is($cause->{party}, 'host.1', '... the party');
    is($cause->{task_name}, 'step', '... the step');
    like($cause->{message}, qr/hospital-a runs $told/, '... both components');
    is(scalar($_->calls('task/start')), 0, '... before a task starts')
        for $b, $c;
    ok($_->await('job/stop'), '... the parties are told') for $b, $c;
}

# two partners of which one has what this node has not

{
    my ($id, $b, $c) = job(component => 'max');

    answers($b, "max acme 1.0 $D1");
    answers($c, "max acme 1.0 $D2");
    $r->call('job_start', $id);

    my $cause = ended($id, 'partners that differ');

    is($cause->{error}, 'component_mismatch', '... why');
    like($cause->{message}, qr/$b->{node} runs/, '... one');
    like($cause->{message}, qr/$c->{node} runs/, '... the other');
}

# who answers to task/start only

{
    my ($id, $b, $c) = job();

    $c->answer('task/start' => [ { data => { components => {
        step => "sum acme 2.0 $D1" } } } ]);
    $r->call('job_start', $id);

    my $cause = ended($id, 'an answer to task/start');

    is($cause->{error}, 'component_mismatch', '... why');
    like($cause->{task_id}, qr/^task_/, '... which task');
}

# what is none of it

for my $odd ([ 'a list' ], { step => [ 'sum' ] }, { other => 'sum - 9 -' },
             'sum', { step => { name => 'sum' } })
{
    my ($id, $b, $c) = job();

    $b->answer('job/create' => [ { data => { components => $odd } } ]);
    $r->call('job_start', $id);
    ok($_->await('task/start'), 'passed over: ' . $json->encode([ $odd ]))
        for $b, $c;
}

# what this node answers itself

{
    my %record = (role => 'partner', initiator => 'bank-z', status => 'RUNNING',
        job_id => 'JP', cancel => 0, jti => 'j', config => '{}',
        dag => $json->encode({ components => [
            { name => 'one', componentName => 'sum', version => '1.0' },
            { name => 'two', componentName => 'sum', version => '' },
            { name => 'none', componentName => 'max', version => '1' } ] }));
    my $z = IC::Partner->new(node => 'bank-z');

    $z->contract($r);
    $r->command('HSET', $r->key('job:JP'), %record, 'audit.bank-z' => 'AZ');
    $r->command('HSET', $r->key('audit:in:job:bank-z:AZ'),
        status => 'APPROVED');

    my $told = $r->call('sched_job_create', 'bank-z', 'JP', '');

    is_deeply($json->decode($told->{fields}{components} || '{}'), {
        one => "sum acme 1.0 $D1", two => "sum acme 1.0 $D1" },
        'what would run here, by step');
}

done_testing();

###############################################################################

# A job with two new partners, approved, not started; and these.
sub job {
    my (%option) = @_;
    my $id = 'J' . ++$count;
    my @partner = map { IC::Partner->new(node => $_ . $count) }
        qw/ bank-b bank-c /;

    $_->contract($r) for @partner;
    $r->call('object_create', 'flow', "F$id", name => 'f');
    $r->call('job_create', $id, "F$id", '',
        dag => $json->encode({ components => [ { name => 'step',
            componentName => $option{component} || 'sum',
            version => $option{component} ? '' : '1.0' } ] }),
        config => $json->encode({
            initiator => { role => 'guest', node_id => 'hospital-a' },
            role => { host => [ map { $_->{node} } @partner ] } }));

    for my $node (map { $_->{node} } @partner) {
        $r->call('audit_apply_out', 'job', "C-$node", "A$id$node", $id, '{}');
        $r->call('audit_confirm_in', 'job', $node, "A$id$node", 'APPROVED',
            token => "permit-$id-$node");
    }

    return ($id, @partner);
}

sub answers {
    my ($partner, $text) = @_;

    $partner->answer('job/create' =>
        [ { data => { components => { step => $text } } } ]);
}

sub ended {
    my ($id, $what) = @_;

    ok($d->await(sub { $r->get("job:$id", 'status') eq 'FAILED' }, undef, 8),
        "$what: the job fails") or diag($d->log());

    return decode_json($r->get("job:$id", 'cause') || '{}');
}
