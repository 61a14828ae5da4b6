#!/usr/bin/perl

# What nginx refuses on the channel's paths is said in the dialect of the
# caller: its code where it looks for it, with the status that it takes.

use strict;
use warnings;

use lib 't/lib';
use IC::File;
use IC::Sandbox;
use IC::Vendor;
use JSON::PP;
use Test::More;
use Time::HiRes qw(sleep);

my $sandbox = IC::Sandbox->new(nodes => 1);
my $node = $sandbox->node(0);
my $store = $sandbox->store(0);
my $vendor = IC::Vendor->new(sandbox => $sandbox, node => 'PEER01');

$vendor->contract(0);
$store->command('HSET', $store->key('session:S1'), session_id => 'S1',
    task_id => 'T1', job_id => 'J1', token => 'good', status => 'OPEN',
    self_node => $node->{node_id},
    peers => "PEER01 $vendor->{server}{address}");

# by dialect: headers, and how its code is found in a body
my %dialect = (
    'd1-protobuf' => { type => 'application/x-protobuf',
        code => sub { $_[0] =~ /^\x1a\x0b(E\d{10})\x22/ && $1 } },
    'd1-json' => { type => 'application/json', provider => 'mesh',
        code => sub { my $j = decode_json($_[0]);
            length $j->{message} && $j->{code} } },
    d2 => { type => 'application/json', provider => 'FATE',
        code => sub { my $j = decode_json($_[0]);
            length $j->{msg} && $j->{code} } },
    d3 => { type => 'application/octet-stream', provider => 'SecretFlow',
        answer => 'application/proto',
        code => sub { $_[0] =~ /^\x12\x0b(E\d{10})\x1a/ && $1 } },
    native => { type => 'application/octet-stream', seq => 1,
        answer => 'application/json',
        code => sub { decode_json($_[0])->{code} } },
);

sub send_one {
    my ($name, %option) = @_;
    my $d = $dialect{$name};

    return $vendor->http->request('POST',
        "$node->{address}/v1/interconn/chan/" . ($option{call} || 'push'), {
            headers => { 'Content-Type' => $d->{type},
                'X-Node-Id' => 'PEER01', 'x-ptp-topic' => 't',
                'x-ptp-session-id' => $option{session} || 'S1',
                'x-ptp-token' => $option{token} || 'good',
                $d->{provider}
                    ? ('x-ptp-tech-provider-code' => $d->{provider}) : (),
                $d->{seq} ? ('x-interconn-seq' => 1) : () },
            content => $option{body} // 'x' });
}

# code => status for our own kind
sub refused {
    my ($what, $code, $status, %option) = @_;

    for my $name (sort keys %dialect) {
        my $d = $dialect{$name};
        my $got = send_one($name, %option);
        my $type = $got->{headers}{'content-type'} || '';
        my $found = eval { $d->{code}->($got->{content}) } || 'no code';

        is("$got->{status} $found", ($name eq 'native' ? $status : 200)
            . " $code", "$what: $name");
        like($type, qr/^\Q@{[ $d->{answer} || $d->{type} ]}\E/, '... type');
        is($got->{headers}{'x-ptp-code'}, $code, '... header');
    }
}

refused('no such session', 'E0000000403', 403, session => 'S2');
refused('a wrong token', 'E0000000403', 403, token => 'bad');
refused('a call that is not for peers', 'E0000000614', 403, call => 'pop');

# what nginx refuses by itself

my $conf = slurp("$node->{dir}/nginx.conf");

$conf =~ s/client_max_body_size 0;/client_max_body_size 1k;/;
spew("$node->{dir}/nginx.conf", $conf);
kill 'HUP', $node->{pids}{nginx};
$sandbox->await('the limit', sub {
    # also of the last worker that had none
    return !grep { send_one('native', body => 'x' x 2000)->{status} != 413 }
        1 .. 20;
});
refused('too large', 'E0000000413', 413, body => 'x' x 2000);

my $channel = "$node->{dir}/run/channel-edge.sock";

rename $channel, "$channel.away" or die "$channel: $!\n";
refused('no channel', 'E0000000503', 502);
rename "$channel.away", $channel or die "$channel: $!\n";

kill 'STOP', $node->{pids}{redis};
refused('no store', 'E0000000503', 503);
kill 'CONT', $node->{pids}{redis};
$sandbox->await('the store', sub {
    return send_one('d3')->{content} =~ /E0000000000/;
});

$sandbox->finish;
done_testing();
