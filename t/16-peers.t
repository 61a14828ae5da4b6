#!/usr/bin/perl

# Peers that differ: profiles, signatures per contract, keys that change.

# covers: POST /v1/platform/contract/profile
# covers: POST /v1/platform/node/rotate
# covers: GET /v1/platform/node/rotation

use warnings;
use strict;

use lib 't/lib';
use Digest::SHA qw/ sha256_hex /;
use IC;
use IC::Caller;
use MIME::Base64 qw/ encode_base64 /;
use Test::More;
use Time::HiRes qw/ sleep time /;

IC->check;

my $overlap = 600;
my $t = IC->new(http => "interconn_key_overlap ${overlap}s;");
my $caller = IC::Caller->new($t);
my $dir = $t->dir;
my $serial = 0;

$t->certificate($_) for qw/ b c /;
$t->contract('b', cert => 'b', credential =>
    [ CERT => $t->slurp("$dir/b.crt") ]);
$t->contract('c', cert => 'c', credential =>
    [ CERT => $t->slurp("$dir/c.crt") ]);

my $list = '/v1/interconn/dataset/pub/list?contract_id=C-b';

sub profile {
    my ($id, %fields) = @_;

    return $caller->own('POST', '/contract/profile',
        { contract_id => $id, %fields });
}

sub ask {
    my ($uri, $cert, %headers) = @_;

    return $t->get('ew', $uri || $list, cert => $cert || 'b',
        headers => \%headers);
}

sub spki { return $t->spki($_[0]) }

sub signature {
    my ($key, $text) = @_;

    $t->spew("$dir/text", $text);
    $t->openssl(qw/ dgst -sha256 -sign /, "$dir/$key.key", '-out',
        "$dir/sig", "$dir/text");

    return encode_base64($t->slurp("$dir/sig"), '');
}

sub signed {
    my ($node, $key, $method, $uri, $body) = @_;
    my @head = ($node, $t->{node}, sprintf('nonce-%06d', ++$serial),
        int(time * 1000));

    return ('x-source-node-id' => $head[0], 'x-target-node-id' => $head[1],
        'x-nonce' => $head[2], 'x-timestamp' => $head[3],
        'x-auth-sign' => signature($key, join "\n", $method, $uri, @head,
            sha256_hex($body)));
}

###############################################################################
# what is set, and what is refused

my $record = sub { $caller->own('GET', '/contract/query',
    { contract_id => $_[0] || 'C-b' }) };

is($record->()->{profile}, undef, 'none at first');

my ($got, $events) = $caller->left(sub {
    profile('C-b', profile => 'kuscia', permit => 'header',
        success_code => 200) });

is_deeply($events, [ 'CONTRACT_PROFILE_SET' ], 'set, with evidence');
is($record->()->{profile}, 'kuscia', 'its name');
is($record->()->{speaks}, 'success_code=200 time_unit=s headers=node-id '
    . 'names=both sync_type=lower errors=envelope approval=create '
    . 'reports=poll channel=d3',
    'what differs, with the single setting over it');

for my $case ([ profile => 'nobody', qr{/profile is no profile} ],
              [ success_code => 201, qr{/success_code must be one of 0\|200} ],
              [ time_unit => 'h', qr{/time_unit must be one of ms\|s} ],
              [ signature => 'perhaps', qr{default\|off\|optional\|required} ],
              [ names => [ 'both' ], qr{/names must be one of} ])
{
    my ($name, $value, $why) = @$case;
    my $answer = profile('C-b', $name => $value);

    is($answer->{code}, 4001, "$name: refused");
    like($answer->{msg}, $why, '... and why');
}

is($record->()->{profile}, 'kuscia', 'nothing changed');
is(profile('C-x', profile => 'fate')->{code}, 4040, 'no such contract');

###############################################################################
# how we answer

$got = ask();
is(join(' ', $got->{status}, $got->{json}{code}, $got->{json}{msg}),
    '200 200 success', 'success is 200');

$got = ask('/v1/interconn/dataset/pub/query?contract_id=C-c&dataset_id=D');
is(join(' ', $got->{status}, $got->{json}{code}), '200 4040', 'a refusal');

profile('C-b', profile => 'fate', signature => 'required');
$got = ask();
is(join(' ', $got->{status}, $got->{json}{code}), '200 4013',
    'no 401 for whom that is a broken line');
is($got->{json}{message}, $got->{json}{msg}, 'msg, and message');
like($got->{json}{message}, qr/send one x-auth-sign/, '... says why');

profile('C-b', message_key => 'message');
$got = ask();
is(join(' ', @{ $got->{json} }{qw/ code message /}), '0 success', 'message');
ok(!exists $got->{json}{msg}, '... and no msg');
is(ask(undef, 'c')->{json}{code}, 4040, 'the other partner is another one');
is(ask('/v1/interconn/dataset/pub/list?contract_id=C-c', 'c')
    ->{json}{msg}, 'success', '... and standard');

for my $unit (qw/ ms s /) {
    my $end = 1983755471;

    $t->redis->command('HSET', $t->redis->key('object:dataset:DT'),
        dataset_id => 'DT', name => 'n', owner => 'o', pub_scope => 'public',
        status => 'ONLINE', create_time => $end . '000');
    $t->redis->command('ZADD', $t->redis->key('ix:dataset'), 1, 'DT');
    profile('C-b', time_unit => $unit);

    my ($text) = ask("/v1/interconn/dataset/pub/query?contract_id=C-b"
        . "&dataset_id=DT")->{body} =~ /(1983755471\d*)/;

    is($text, $unit eq 's' ? $end : "${end}000", "times in $unit")
        if defined $text;
}

###############################################################################
# signatures per contract, whatever the directive says

for my $case ([ 'off', 0, 0 ], [ 'optional', 0, 4013 ],
              [ 'required', 4013, 4013 ], [ 'default', 0, 4013 ])
{
    my ($policy, $none, $wrong) = @$case;

    profile('C-b', signature => $policy);

    my ($answers, $events) = $caller->left(sub {
        [ ask(), ask(undef, undef, signed('b', 'c', 'GET', $list, '')) ];
    });

    is($answers->[0]{json}{code}, $none, "$policy: without a signature");
    is($answers->[1]{json}{code}, $wrong, "$policy: with a wrong one");
    is(ask(undef, undef, signed('b', 'b', 'GET', $list, ''))->{json}{code},
        0, "$policy: with the right one");

    my $want = grep { $_ } $none, $wrong;

    ok($t->await(sub {
        $events = [ map { $_->{event} } $t->redis->stream('evidence') ];
        return (grep { $_ eq 'AUTHN_FAILED' } @$events) >= $want;
    }), "$policy: refusals are evidence");
}

my @failed = grep { $_->{event} eq 'AUTHN_FAILED' }
    $t->redis->stream('evidence');
is(scalar(grep { $_->{peer} ne 'b' } @failed), 0, 'of that peer');
cmp_ok(scalar @failed, '>=', 4, 'each of them');

###############################################################################
# a new key of a partner

my $update = '/v1/interconn/node/update';

# node/update of b with the certificate of a file; proof => who signs it, own
# => who signs it as the new key, another one than the certificate's
sub rotate {
    my ($to, %how) = @_;
    my $time = $how{time} || int(time * 1000);
    my $spki = spki($to);
    my $own = $how{own} // $to;
    my $info = { auth_type => 'CERT', proof_time => $time,
        auth_credential => $t->slurp("$dir/$to.crt"), name => "b with $to" };
    my $text = join "\n", 'interconn key v1', $how{node} || 'b', 'CERT',
        $spki, $spki, $time;

    $info->{proof} = signature($how{proof}, $text) if $how{proof};
    $info->{key_proof} = signature($own, $how{text} // $text) if $own;

    my $body = $t->encode({ contract_id => 'C-b', node_info => $info });

    return $t->post('ew', $update, cert => $how{cert} || 'b', body => $body,
        headers => { $how{signs} ? signed('b', $how{signs}, 'POST', $update,
                                          $body) : () })->{json};
}

$t->certificate($_, name => 'b') for qw/ b2 b3 b4 /;

for my $case ([ 'no proof' ], [ 'the new key vouches for itself',
                                proof => 'b2' ],
              [ 'another node vouches', proof => 'c' ],
              [ 'a proof of another node', proof => 'b', node => 'c' ],
              [ 'the message signed by the new key', signs => 'b2' ])
{
    my ($what, %how) = @$case;

    like(rotate('b2', %how)->{code}, qr/^(?:4015|4013)$/, "$what: refused");
}

for my $case ([ 'no key_proof', 'key_proof', own => '' ],
              [ 'by the old key again', 'key_proof', own => 'b' ],
              [ 'by another one', 'key_proof', own => 'c' ],
              [ 'of another text', 'key_proof', text => 'x' ],
              [ 'swapped', 'proof', proof => 'b2', own => 'b' ],
              [ 'no key_proof in a signed message', 'key_proof', proof => '',
                own => '', signs => 'b' ])
{
    my ($what, $name, %how) = @$case;

    ($got, $events) = $caller->left(sub {
        rotate('b2', proof => 'b', %how) });
    is($got->{code}, 4015, "$what: refused");
    like($got->{msg}, qr/\b$name: by the /, '... which says what is missing');
    is_deeply([ grep { /CHANGED|RECORDED/ } @$events ], [], '... unchanged');
}

# a key that nobody has shown yet stays its owner's

$t->certificate('e', name => 'e');
is(rotate('e', proof => 'b', own => 'b')->{code}, 4015,
    "a stranger's key is not taken");
is($t->redis->call('peer_identify', 'spki', spki('e'))->{status},
    'unknown_certificate', '... and leads to nobody');

is(rotate('b2', proof => 'b', time => int(time * 1000) + 400_000)->{code},
    4001, 'a proof of tomorrow');
is(rotate('c', proof => 'b')->{code}, 4091, "another node's key");
is($record->()->{spki}, spki('b'), 'nothing changed');
is($record->()->{name}, 'b', '... nor the rest of the record');

# what was issued to the old key

my $first = $t->redis->call('contract_get', 'C-b')->{fields};
my $at = int(time * 1000);

($got, $events) = $caller->left(sub {
    rotate('b2', proof => 'b', time => $at) });
is($got->{code}, 0, 'proven by the old key');
is_deeply($events, [ 'PEER_KEY_CHANGED', 'PEER_INFO_RECORDED' ],
    'evidence');
is($record->()->{spki}, spki('b2'), 'it is the present one');
is(rotate('b2', proof => 'b', time => $at)->{code}, 0, 'the same again');

is(ask(undef, $_)->{json}{code}, 0, "both keys are good: $_") for qw/ b b2 /;
is(ask(undef, 'b2', signed('b', $_, 'GET', $list, ''))->{json}{code}, 0,
    "signed by $_") for qw/ b b2 /;
is(rotate('b3', proof => 'b', cert => 'b2')->{code}, 4015,
    'the old key names no third one');
is(rotate('b2', proof => 'b', time => $at)->{code}, 0, 'nor does a replay');

my $old = $t->socket('ew', cert => 'b');
$t->write_all($old, $t->request('GET', $list));
is($t->response($old)->{json}{code}, 0, 'a kept connection of the old key');

my $lasts = $record->()->{old_until} - $at - 1000 * $overlap;

ok($lasts >= 0 && $lasts <= 1000 * time - $at,
    'the overlap is the directive\'s');

# all of it would be long: the rest is cut short

$t->redis->command('HSET', $t->redis->key('contract:C-b'),
    old_until => int(1000 * time) + 100);
sleep(0.2);

$t->write_all($old, $t->request('GET', $list));
$got = $t->response($old);
is(join(' ', $got->{status}, $got->{json}{code}), '401 4014',
    '... is refused at the next request');
is(ask(undef, 'b')->{json}{code}, 4014, 'so is a new one');
is($t->post('ew', '/v1/interconn/node/contract/terminate', cert => 'b',
    body => { contract_id => 'C-b' })->{json}{code}, 4040,
    'a stolen key ends no contract');
is(ask(undef, 'b2', signed('b', 'b', 'GET', $list, ''))->{json}{code}, 4013,
    'nor does it sign');
is(ask(undef, 'b2')->{json}{code}, 0, 'the new one goes on');
is(rotate('b', proof => 'b', cert => 'b2')->{code}, 4015,
    'the old key does not bring itself back');

# without our proof: the whole message is signed by the old key

is(rotate('b3', cert => 'b2', signs => 'b2')->{code}, 0,
    'x-auth-sign of the old key is a proof');
is($record->()->{spki}, spki('b3'), 'taken');

# only the TLS key changes, and what signs is a key of its own

$t->openssl(qw/ genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out /,
    "$dir/rsa.key");
$t->openssl('pkey', '-in', "$dir/rsa.key", '-pubout', '-out', "$dir/rsa.pub");
$t->certificate('d', name => 'd');
$t->certificate('d2', name => 'd');

my %apply = (node_id => 'd', name => 'D', institution => 'D',
    inst_id => 'inst-d', system => 's', system_version => '1',
    address => 'https://d.example.org', auth_type => 'SHA256_RSA',
    auth_credential => $t->slurp("$dir/rsa.pub"));

is($caller->peer('POST', '/node/contract/apply', { %apply,
    auth_type => 'SM3_SM2' }, 'd')->{code}, 4001,
    'a key that is not of its auth_type');

my $id = $caller->peer('POST', '/node/contract/apply', \%apply, 'd')
    ->{contract_id};

ok($id, 'a signing key that is not the TLS key');
$caller->own('POST', '/contract/confirm', { contract_id => $id,
    status => 'APPROVED' });

my $list_d = "/v1/interconn/dataset/pub/list?contract_id=$id";

is(ask($list_d, 'd', signed('d', 'rsa', 'GET', $list_d, ''))->{json}{code},
    0, 'signs');
is(ask($list_d, 'd', signed('d', 'd', 'GET', $list_d, ''))->{json}{code},
    4013, 'the TLS key does not');

my $spki = spki('d2');
my $at_d = int(time * 1000);
my $text_d = join "\n", 'interconn key v1', 'd', 'SHA256_RSA',
    sha256_hex(der('rsa')), $spki, $at_d;

# the public key of a file, DER
sub der {
    $t->openssl('pkey', '-pubin', '-in', "$dir/$_[0].pub", '-outform', 'DER',
        '-out', "$dir/$_[0].der");

    return $t->slurp("$dir/$_[0].der");
}

# node/update of d with the TLS key of d2, in a message that rsa signs or not
sub rotate_tls {
    my ($signs, %proofs) = @_;
    my $body = $t->encode({ contract_id => $id, auth_type => 'SHA256_RSA',
        auth_credential => $apply{auth_credential}, tls_spki => $spki,
        proof_time => $at_d, %proofs });

    return $t->post('ew', $update, cert => 'd', body => $body, headers =>
        { $signs ? signed('d', 'rsa', 'POST', $update, $body) : () })->{json};
}

my %tls = (tls_key => $t->slurp("$dir/d2.crt"),
    tls_proof => signature('d2', $text_d));

is(rotate_tls(0, %tls)->{code}, 4015, 'a new TLS key needs a proof');

for my $case ([ 'no tls_proof' ],
              [ 'no tls_key', tls_proof => $tls{tls_proof} ],
              [ 'another TLS key', tls_key => $t->slurp("$dir/c.crt"),
                tls_proof => signature('c', $text_d) ],
              [ 'by the signing key', tls_key => $tls{tls_key},
                tls_proof => signature('rsa', $text_d) ],
              [ 'as a key_proof', tls_key => $tls{tls_key},
                key_proof => $tls{tls_proof} ])
{
    my ($what, %proofs) = @$case;

    for my $signs (0, 1) {
        $got = rotate_tls($signs, %proofs,
            $signs ? () : (proof => signature('rsa', $text_d)));
        is($got->{code}, 4015, "$what: refused");
        like($got->{msg}, qr/\btls_proof: by the /, '... named');
    }
}

is($t->redis->call('contract_get', $id)->{fields}{spki}, spki('d'),
    'nothing changed');
is(rotate_tls(1, %tls)->{code}, 0, 'of the signing key and its own');
is(ask($list_d, 'd2', signed('d', 'rsa', 'GET', $list_d, ''))->{json}{code},
    0, 'and then is good');

###############################################################################
# our own

$t->redis->call('node_init', node_id => $t->{node}, name => 'A',
    institution => 'A', inst_id => 'inst-a', address => 'https://a.test');
$t->certificate('next', name => $t->{node});

is($caller->own('GET', '/node/rotation')->{code}, 4040, 'none yet');
is($caller->own('POST', '/node/rotate', { auth_type => 'CERT',
    auth_credential => $t->slurp("$dir/server.crt") })->{code}, 4001,
    'the present key is no change');
is($caller->own('POST', '/node/rotate', { auth_type => 'SHA256_RSA',
    auth_credential => $t->slurp("$dir/next.crt") })->{code}, 4001,
    'nor a key of another kind');

($got, $events) = $caller->left(sub {
    $caller->own('POST', '/node/rotate', { auth_type => 'CERT', limit => 60,
        auth_credential => $t->slurp("$dir/next.crt") }) });
is_deeply($events, [ 'NODE_ROTATION_REQUESTED' ], 'asked for');

my $rotation = $caller->own('GET', '/node/rotation');

is("$rotation->{status} $rotation->{spki}", 'REQUESTED ' . spki('next'),
    'waits for the daemon');
is($t->redis->status('rotation_announce', 'x', 'x', 1, 'p', 'k', '',
    ''), 'conflict',
    'which has another key');

($got, $events, my $out) = $caller->left(sub { $t->redis->call(
    'rotation_announce', spki('next'), spki('next'), 5, 'proof', 'own', '',
    '') });
is_deeply($events, [ 'NODE_ROTATION_ANNOUNCED' ], 'announced');
is(join(' ', sort map { $_->{peer} } @$out), 'b c d', 'to every partner');
is("$out->[0]{path} $out->[0]{body}{node_info}{proof}"
    . " $out->[0]{body}{node_info}{key_proof}", "$update proof own",
    'with the proofs');
is($out->[0]{body}{node_info}{tls_proof}, undef, '... that there are');
is($out->[0]{body}{node_info}{name}, 'A', 'and the record');
is($caller->own('GET', '/node/rotation')->{waiting}, 'b c d', 'all wait');
is($caller->own('POST', '/node/rotate', { auth_type => 'CERT',
    auth_credential => $t->slurp("$dir/b4.crt") })->{code}, 4090,
    'one at a time');
is($t->redis->call('rotation_turn')->{fields}{status}, 'ANNOUNCED',
    'not before all have it');

my @entries = grep { $_->{action} eq 'rotate' } $t->redis->stream('outbox');

for my $entry (@entries) {
    $t->redis->call('outbox_done', $entry->{_id} || $entry->{id_}
        || $entry->{entry_id} || '', $entry->{peer} eq 'c' ? 'refused'
                                                          : 'delivered');
}

SKIP: {
    skip 'no ids in stream()', 3
        if $caller->own('GET', '/node/rotation')->{waiting} ne '';

    is($caller->own('GET', '/node/rotation')->{refused}, 'c', 'one refused');
    is($t->redis->call('rotation_turn')->{fields}{status}, 'SWITCHED',
        'then it is used');
    is($caller->own('GET', '/node/query', { node_id => $t->{node} })
        ->{auth_credential}, $t->slurp("$dir/next.crt"),
        '... and applications name it');
}

$caller->finish($0);
$t->finish;
done_testing();
