#!/usr/bin/perl

# A partner asks for a component, is given a permit and gets the package, once
# for each use that it has.
#
# covers: POST /v1/interconn/component/audit/apply
# covers: POST /v1/interconn/component/audit/confirm
# covers: POST /v1/interconn/component/audit/terminate
# covers: GET /v1/interconn/component/audit/query
# covers: GET /v1/interconn/component/download

use strict;
use warnings;

use lib 't/lib';
use IC::Api;
use IC::Caller;
use IC::File;
use IC::Packages;
use Test::More;

IC::Packages->check;
IC::Api->check;

my $n = IC::Packages->new;
my $t = $n->t;
my $caller = IC::Caller->new($t);
my $r = $t->redis;
my $api = IC::Api->new;

sub peer { $caller->peer(@_) }
sub own  { $caller->own(@_) }

my $contract = $t->contract('hospital-b', cert => 'hospital-b');
$t->contract('hospital-c', cert => 'hospital-c');

my $bytes = IC::File::slurp($n->package_of('hello', '1.0.0'));
is($t->verdict($n->upload($bytes)), '200 0', 'a package');
$n->upload(IC::File::slurp($n->package_of('hello', '2.0.0')));

sub get {
    my ($id, $permit, %option) = @_;

    return $t->get('ew', "/v1/interconn/component/download?component_id=$id",
        cert => 'hospital-b', %option, headers => {
            $permit ? ('X-Resource-Permit' => $permit) : (),
            %{ $option{headers} || {} } });
}

###############################################################################
# asked for, approved

is($t->verdict(get('hello:1.0.0')), '403 4033', 'without a permit');

my $got = peer('POST', '/component/audit/apply', { component_id => 'none:1',
    audit_id => 'A0' });
is($got->{code}, 4040, 'what is not there cannot be asked for');
peer('POST', '/component/audit/apply', { component_id => 'hello:1.0.0',
    audit_id => 'A1', times_limit => 3 });
is(peer('GET', '/component/audit/query', { audit_id => 'A1' })->{status},
    'APPLIED', 'a partner asks');

my (undef, $events, $out) = $caller->left(sub {
    own('POST', '/audit/confirm', { audit_id => 'A1', status => 'APPROVED',
        times_limit => 2 }) });
is($out->[0]{path}, '/v1/interconn/component/audit/confirm', 'is answered');
my $permit = $out->[0]{body}{resource_permit}{token};
ok($permit, '... with a permit');

###############################################################################
# used

my $answer = get('hello:1.0.0', $permit);
is($answer->{status}, 200, 'the permit opens it') or diag($answer->{body});
is($answer->{body}, $bytes, '... the package');
$caller->{covered}{'GET /v1/interconn/component/download'} = 1;

my ($event) = grep { $_->{event} eq 'COMPONENT_DOWNLOADED' }
    $r->stream('evidence');
is("$event->{subject} $event->{peer}",
    'object:component:hello:1.0.0 hospital-b', '... evidence');
ok((grep { $_->{event} eq 'PERMIT_USED' } $r->stream('evidence')),
    '... of the use, too');

is($t->verdict(get('hello:2.0.0', $permit)), '403 4034',
    'of this version only');
is($t->verdict(get('hello:1.0.0', $permit, cert => 'hospital-c')), '403 4034',
    '... and this partner');
is($t->verdict(get('hello:1.0.0&component_id=hello:2.0.0', $permit)),
    '400 4001', '... and one thing at a time');
is(get('hello:1.0.0', $permit, headers => {
    'X-Interconn-Resource' => 'component:hello:2.0.0',
    'X-Interconn-Operator' => 'olga' })->{body}, $bytes,
    '... whatever headers say');
is($t->verdict(get('hello:1.0.0', $permit)), '403 4036', 'uses are counted');

# a disabled one is given to nobody but operators

peer('POST', '/component/audit/apply', { component_id => 'hello:1.0.0',
    audit_id => 'A2' });
(undef, undef, $out) = $caller->left(sub {
    own('POST', '/audit/confirm', { audit_id => 'A2',
        status => 'APPROVED' }) });
$permit = $out->[0]{body}{resource_permit}{token};
is(get('hello:1.0.0', $permit)->{status}, 200, 'another permit');
own('POST', '/component/disable', { code => 'hello', version => '1.0.0' });
is($t->verdict(get('hello:1.0.0', $permit)) =~ s/ .*//r, 409, 'disabled');
is($n->download('hello:1.0.0')->{status}, 200, '... for partners');
own('POST', '/component/enable', { code => 'hello', version => '1.0.0' });

$got = own('POST', '/component/unregister', { code => 'hello',
    version => '1.0.0' });
is($got->{code}, 4090, 'it is not removed while a permit is good');
own('POST', '/audit/terminate', { audit_id => 'A2' });
is($t->verdict(get('hello:1.0.0', $permit)), '403 4037', 'taken back');

###############################################################################
# the other way round: we ask, are answered, and are told the end

my $asked = own('POST', '/audit/apply', { resource_type => 'component',
    contract_id => $contract, component_id => 'theirs:1' });
my ($sent) = grep { $_->{path} eq '/v1/interconn/component/audit/apply' }
    reverse $r->stream('outbox');
is($t->decode($sent->{body})->{component_id}, 'theirs:1', 'we ask a partner');
peer('POST', '/component/audit/confirm', { audit_id => $asked->{audit_id},
    status => 'REJECTED' });
is($r->get("audit:out:component:hospital-b:$asked->{audit_id}", 'status'),
    'REJECTED', '... are answered');
$asked = own('POST', '/audit/apply', { resource_type => 'component',
    contract_id => $contract, component_id => 'theirs:2' });
peer('POST', '/component/audit/confirm', { audit_id => $asked->{audit_id},
    status => 'APPROVED',
    resource_permit => $api->permit('hospital-b', 'hospital-a', 'component',
        'theirs:2') });
peer('POST', '/component/audit/terminate', {
    audit_id => $asked->{audit_id} });
is($r->get("audit:out:component:hospital-b:$asked->{audit_id}", 'status'),
    'TERMINATED', '... and told its end');

$caller->finish($0);
$n->finish;
done_testing;
