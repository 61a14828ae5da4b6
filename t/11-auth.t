#!/usr/bin/perl

# Who a caller is: certificates, contracts, operators, claims without TLS.

use warnings;
use strict;

use lib 't/lib';
use IC;
use Test::More;
use Time::HiRes qw/ time /;

IC->check;

my $t = IC->new(http => 'interconn_channel unix:{{dir}}/landed.sock;',
    ew => <<'EOF', plain => <<'EOF2');
        location /guarded/ {
            interconn_access peer;
            add_header X-Contract $interconn_contract always;
            proxy_set_header X-Interconn-Peer $interconn_peer;
            proxy_pass http://$interconn_channel;
        }
        location /v1/interconn/chan/ {
            interconn_access channel;
            proxy_set_header X-Interconn-Peer $interconn_peer;
            proxy_request_buffering off;
            proxy_pass http://$interconn_channel;
        }
EOF
        listen unix:{{dir}}/landed.sock;
        location ~ /(guarded|chan)/ {
            return 200 "$uri $http_x_interconn_peer";
        }
EOF2

my $health = '/v1/interconn/node/health';
my $list = '/v1/interconn/dataset/pub/list?contract_id=C-hospital-b';
my $contracts = '/v1/platform/contract/list';

$t->certificate('hospital-b');
$t->certificate('impostor', name => 'hospital-b', authority => 'stranger');
$t->certificate('late', name => 'hospital-b', days => -1);

###############################################################################
# certificates

for my $case ([ 'none', undef, '401 4010', 'present a client certificate' ],
              [ 'ours', 'hospital-b', '200 0', 'success' ],
              [ 'of another authority', 'impostor', '401 4017',
                qr/unable to (?:get|verify)/ ],
              [ 'expired', 'late', '401 4017', qr/expired/ ])
{
    my ($name, $cert, $verdict, $message) = @$case;
    my $got = $t->get('ew', $health, cert => $cert);

    is($t->verdict($got), $verdict, "certificate: $name");
    like($got->{json}{msg}, ref $message ? $message : qr/^$message$/,
        '... says so');
}

is($t->verdict($t->get('ew', '/v1/platform/contract/list',
    cert => 'hospital-b')), '404 4041', 'operators\' paths are not for peers');

is($t->verdict($t->get('ew', $health, node => 'hospital-b')), '401 4010',
    'TLS without a certificate believes no header');

is($t->verdict($t->get('bare', $health, node => 'hospital-b')), '401 4010',
    'without interconn_plain_identity neither');

###############################################################################
# contracts, looked up at every request

is($t->verdict($t->get('ew', $list, cert => 'hospital-b')), '401 4011',
    'an unknown certificate');

my @states = (
    [ 'hospital-b', {}, '200 0' ],
    [ 'hospital-c', { status => 'APPLIED' }, '403 4030' ],
    [ 'hospital-d', { status => 'REJECTED' }, '403 4030' ],
    [ 'hospital-e', { status => 'TERMINATED' }, '403 4031' ],
    [ 'hospital-f', { expired => 3000 }, '200 0' ],
);

for my $case (@states) {
    my ($node, $option, $verdict) = @$case;
    my %option = %$option;

    $option{expired} += int(time * 1000) if exists $option{expired};

    my $id = $t->contract($node, cert => $node, %option);
    my $got = $t->get('ew', $list =~ s/C-hospital-b/$id/r, cert => $node);

    is($t->verdict($got), $verdict, "contract of $node");
}

my $kept = $t->socket('ew', cert => 'hospital-f');
my $ask = $t->request('GET', $list);
my $last = '';

$t->await(sub {
    $t->write_all($kept, $ask);
    $last = $t->verdict($t->response($kept));
    return $last ne '200 0' && $last ne '200 4040';
});

is($last, '403 4032', 'an expired contract ends on the same connection');

$t->write_all($kept, $t->request('GET', $health));
is($t->verdict($t->response($kept)), '200 0', '... a certificate does not');
close $kept;

###############################################################################
# interconn_access

for my $case ([ undef, '401 4010' ], [ 'hospital-c', '403 4030' ],
              [ 'hospital-e', '403 4031' ])
{
    my ($cert, $verdict) = @$case;

    is($t->verdict($t->post('ew', '/guarded/x', cert => $cert,
        body => 'x' x 100_000)), $verdict,
        'interconn_access: ' . ($cert || 'no certificate'));
}

my $in = $t->post('ew', '/guarded/x', cert => 'hospital-b', body => 'x');
is($in->{body}, '/guarded/x hospital-b', '... lets a partner through');
is($in->{headers}{'x-contract'}, 'C-hospital-b', '... known by variables');

###############################################################################
# sessions of the channel

my $redis = $t->redis;
my $session = $redis->key('session:session_1');

$redis->command('HSET', $session, 'session_id', 'session_1', 'task_id', 't1',
    'job_id', 'j1', 'token', 'abc', 'self_node', $t->{node},
    'status', 'OPEN', 'peers', 'hospital-b https://hospital-b.test');
$t->contract('hospital-g', cert => 'hospital-g');

my %good = ('x-ptp-session-id' => 'session_1', 'x-ptp-token' => 'abc');
my @calls = (
    [ 'invoke', 'hospital-b', {}, 200, undef ],
    [ 'push', 'hospital-b', {}, 200, undef ],
    [ 'transport', 'hospital-b', {}, 200, undef ],
    [ 'pop', 'hospital-b', {}, 403, 'E0000000614' ],
    [ 'peek', 'hospital-b', {}, 403, 'E0000000614' ],
    [ 'release', 'hospital-b', {}, 403, 'E0000000614' ],
    [ 'invoke', 'hospital-g', {}, 403, 'E0000000403' ],
    [ 'invoke', 'hospital-z', {}, 401, 'E0000000403' ],
    [ 'invoke', 'hospital-b', { 'x-ptp-token' => 'abd' }, 403,
      'E0000000403' ],
    [ 'invoke', 'hospital-b', { 'x-ptp-session-id' => 'session_2' }, 403,
      'E0000000403' ],
    [ 'invoke', 'hospital-b', { 'x-ptp-session-id' => '' }, 403,
      'E0000000403' ],
);

for my $case (@calls) {
    my ($call, $node, $headers, $status, $code) = @$case;
    my $got = $t->post('ew', "/v1/interconn/chan/$call", cert => $node,
        headers => { %good, %$headers }, body => 'x' x 200_000);
    my $name = join ' ', "chan/$call by $node", %$headers;

    is($got->{status}, $status, $name);
    is($got->{json}{code}, $code, '... code');
    is($got->{headers}{'x-ptp-code'}, $code, '... in the header');
    is($got->{body}, "/v1/interconn/chan/$call $node", '... arrives')
        if $status == 200;
}

$redis->call('session_close', 'session_1');
is($t->post('ew', '/v1/interconn/chan/push', cert => 'hospital-b',
    headers => \%good, body => 'x')->{status}, 200,
    'a closed session: the channel tells its parties that it is over');
is($t->post('ew', '/v1/interconn/chan/push', cert => 'hospital-c',
    headers => \%good, body => 'x')->{status}, 403, '... and nobody else');

###############################################################################
# operators

$t->operator('olga', 'secret token', 'operator');

for my $case ([ 'none', {}, '401 4012' ],
              [ 'wrong', { Authorization => 'Bearer nonsense' }, '401 4012' ],
              [ 'empty', { Authorization => 'Bearer ' }, '401 4012' ],
              [ 'another scheme', { Authorization => 'Basic c2VjcmV0' },
                '401 4012' ],
              [ 'long', { Authorization => 'Bearer ' . 'x' x 2000 },
                '401 4012' ],
              [ 'good', { Authorization => 'Bearer secret token' },
                '200 0' ],
              [ 'good, other case', { Authorization =>
                'bearer secret token' }, '200 0' ])
{
    my ($name, $headers, $verdict) = @$case;
    my $got = $t->get('ns', $contracts, headers => $headers);

    is($t->verdict($got), $verdict, "token: $name");
    is($got->{headers}{'www-authenticate'},
        $verdict eq '200 0' ? undef : 'Bearer', '... says which scheme');
}

$t->operator('olga', 'secret token', '');
is($t->verdict($t->get('ns', $contracts, token => 'secret token')),
    '401 4012', 'a removed token ends at once');
unlike($t->log, qr/secret token|nonsense/, 'no token in the log');

###############################################################################
# claims without TLS

for my $header ('x-source-node-id', 'X-Node-Id', 'x_node_id') {
    my $got = $t->get('plain', $health, headers => { $header => 'hospital-x' });
    is($t->verdict($got), '200 0', "claim by $header");
}

for my $claim ('', 'a b', 'x' x 200, '{x}', "\xff") {
    is($t->verdict($t->get('plain', $health, node => $claim)), '401 4010',
        'no claim: "' . substr($claim, 0, 9) . '"');
}

my $twice = $t->socket('plain');
$t->write_all($twice, "GET $health HTTP/1.1\r\nHost: x\r\n"
    . "x-source-node-id: hospital-b\r\nx-source-node-id: hospital-c\r\n\r\n");
is($t->verdict($t->response($twice)), '401 4010', 'two claims are none');
close $twice;

my $claimed = $t->contract('hospital-h');
is($t->verdict($t->get('plain', $list =~ s/C-.*/$claimed/r,
    node => 'hospital-h')), '200 0', 'a claimed node with a contract');

$t->finish;
done_testing();
