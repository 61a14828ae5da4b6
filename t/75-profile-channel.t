#!/usr/bin/perl

# The setting "channel" of a contract's profile decides how the messages of
# a task are put to that partner: from the contract to the wire.

use strict;
use warnings;

use lib 't/lib';
use IC::Daemon;
use IC::Partner;
use JSON::PP;
use MIME::Base64;
use Test::More;

IC::Daemon->check;

my $json = JSON::PP->new->canonical;
my $d = IC::Daemon->new(node => 'node-a', conf => { plain_peers => 'on' });
my $r = $d->redis;

# by setting: the type of the request, and where in its body the message is

my %speech = (
    native => [ qr/octet-stream/, sub { $_[0] } ],
    'd1-protobuf' => [ qr/x-protobuf/, sub { $_[0] =~ /(hello)/ && $1 } ],
    'd1-json' => [ qr/x-protobuf/, sub { $_[0] =~ /(hello)/ && $1 } ],
    d2 => [ qr/json/, sub {
        decode_base64(decode_json($_[0])->{payload}) =~ /(hello)/ && $1 } ],
    d3 => [ qr/octet-stream|proto/, sub { $_[0] =~ /(hello)/ && $1 } ],
);

for my $name (sort keys %speech) {
    my $partner = IC::Partner->new(node => "to-$name");
    my ($type, $find) = @{ $speech{$name} };

    $partner->contract($r);
    is($r->status('contract_profile', "C-to-$name", 'standard',
        "channel=$name"), 'ok', "$name: the profile");
    $r->command('HSET', $r->key("job:J-$name"), job_id => "J-$name",
        role => 'initiator', initiator => 'node-a', status => 'RUNNING',
        cancel => 0, parties => "to-$name",
        dag => $json->encode({ components => [ { name => 'p',
            componentName => 'probe' } ] }),
        config => $json->encode({ role => { guest => [ 'node-a' ],
            host => [ "to-$name" ] } }));
    is($r->status('task_start', "J-$name", "T-$name", 'p',
        token => 'token'), 'ok', '... a task of a job with it');

    my $session = "session_T-$name";

    like($r->get("session:$session", 'peers'), qr/ \Q$name\E$/,
        '... is in its session');
    $d->call(push => $session, 'topic', "to-$name", body => 'hello',
        token => 'token', header => { 'x-ptp-token' => 'token' });

    my ($call) = $partner->await('chan/invoke');

    like($call->{headers}{'content-type'}, $type, '... is how it is said');
    like($find->($call->{body}), qr/^hello/, '... and what');
}

done_testing();
