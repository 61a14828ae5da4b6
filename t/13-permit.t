#!/usr/bin/perl

# A location behind a permit: what opens it, what does not, and what it costs.

use warnings;
use strict;

use lib 't/lib';
use IC;
use IC::Pace;
use IC::Permit;
use Test::More;

IC->check;

my $permit_of = 'id=$arg_dataset_id project=$arg_project'
    . ' component=$arg_component algorithm=$arg_algorithm';

my $guarded = <<"EOF";
        location /data/ {
            interconn_permit dataset $permit_of;
            access_log {{dir}}/permit.log permit;
            alias {{dir}}/data/;
        }
        location /data/open/ { interconn_permit off; alias {{dir}}/data/; }
        location /order/ {
            interconn_permit dataset id=\$arg_dataset_id use=\$arg_order;
            alias {{dir}}/data/;
        }
        location /models/ {
            interconn_permit model id=\$arg_model_id;
            alias {{dir}}/data/;
        }
        location /denied/ {
            interconn_permit dataset id=\$arg_dataset_id;
            deny all;
            alias {{dir}}/data/;
        }
        location /limited/ {
            interconn_permit dataset id=\$arg_dataset_id;
            limit_req zone=permits;
            alias {{dir}}/data/;
        }
        location /index/ {
            interconn_permit dataset id=\$arg_dataset_id;
            alias {{dir}}/data/;
        }
        location /proxy/ {
            interconn_permit dataset id=\$arg_dataset_id;
            interconn_access peer;
            proxy_set_header X-Resource-Permit "";
            proxy_set_header X-Resource \$interconn_permit_resource;
            proxy_set_header X-Peer \$interconn_peer;
            proxy_pass http://127.0.0.1:{{bare}}/echo;
        }
EOF

my $t = IC->new(
    http => 'log_format permit "$interconn_permit_id $interconn_permit_left'
        . ' $interconn_permit_resource $interconn_peer $status";'
        . 'limit_req_zone $interconn_permit_id zone=permits:64k rate=1r/m;',
    ew => $guarded, plain => $guarded,
    bare => 'location /echo { return 200 "$http_x_resource $http_x_peer'
        . ' [$http_x_resource_permit]"; }');

mkdir $t->dir . '/data';
$t->spew($t->dir . '/data/rows', 'x' x 10_000);
$t->spew($t->dir . '/data/index.html', 'index');

my $issue = IC::Permit->new($t);
my ($b, $c) = qw/ hospital-b hospital-c /;

$t->contract($_, cert => $_) for $b, $c;
$issue->dataset($_) for qw/ D1 D2 /;

my %file = (x => '/data/rows');

# "status code" of a GET that presents a permit

sub ask {
    my ($uri, $permit, %option) = @_;

    my %headers = %{ delete $option{headers} || {} };
    $headers{'X-Resource-Permit'} = ref $permit ? $permit->{token} : $permit
        if defined $permit;

    return $t->verdict(got($uri, \%headers, %option));
}

sub got {
    my ($uri, $headers, %option) = @_;

    my $listener = delete $option{on} || 'ew';
    $option{cert} = $b if $listener eq 'ew' && !exists $option{cert};

    return $t->get($listener, $uri, headers => $headers, %option);
}

my $uri = '/data/rows?dataset_id=D1';
my $free = $issue->grant($b, 'D1');

###############################################################################
# what opens it

my $answer = got($uri, { 'X-Resource-Permit' => $free->{token} });
is($answer->{status}, 200, 'a permit opens the location');
is(length $answer->{body}, 10_000, '... the location answers');

my $set = "urn:x:D2/1/mp1.other, urn:hospital-a:D1/1/$free->{token}";

is(ask($uri, undef, headers => { Authorization =>
    "MPC-Permit $free->{token}" }), '200 -', 'in Authorization');
is(ask($uri, undef, headers => { 'x-mprac-token-set' => $set }), '200 -',
    'in a token set');
is(ask($uri, undef, headers => { 'x-mprac-token-set' =>
    "urn:x:XD1/1/mp1.other,D1/1/$free->{token}" }), '200 -',
    '... by the whole id');
is(ask($uri, $free, headers => { 'x-mprac-token-set' => $set }), '200 -',
    'the same one twice');
is(ask('/data/open/rows', undef, cert => undef), '200 -', 'off below');

my $proxied = got('/proxy/x?dataset_id=D1',
    { 'X-Resource-Permit' => $free->{token} });
is($proxied->{body}, 'dataset:D1 hospital-b []',
    'before proxy_pass, with interconn_access');

is($issue->field($free, 'used'), 6, 'each is a use');

###############################################################################
# what does not

my $other = $issue->grant($b, 'D2');
my $junk = $free->{token} =~ s/.{8}$/AAAAAAAA/r;

my @refused = (
    [ 'no certificate', $uri, $free, '401 4010', cert => undef ],
    [ 'another node\'s certificate', $uri, $free, '403 4034', cert => $c ],
    [ 'a stranger\'s certificate', $uri, $free, '401 4011',
      cert => 'hospital-x' ],
    [ 'no permit', $uri, undef, '403 4033' ],
    [ 'an empty one', $uri, '', '403 4033' ],
    [ 'junk', $uri, 'mp1.a.b.c', '403 4034' ],
    [ 'a changed signature', $uri, $junk, '403 4034' ],
    [ 'a long one', $uri, 'A' x 5000, '403 4034' ],
    [ 'another dataset\'s', $uri, $other, '403 4034' ],
    [ 'for another dataset', '/data/rows?dataset_id=D2', $free, '403 4034' ],
    [ 'for another kind', '/models/rows?model_id=D1', $free, '403 4034' ],
    [ 'no resource', '/data/rows', $free, '400 4001' ],
    [ 'no id', '/data/rows?dataset_id=a%7Bb', $free, '400 4001' ],
    [ 'the resource twice', "$uri&dataset_id=D2", $free, '400 4001' ],
    [ '... in other letters', "$uri&Dataset%5Fid=D2", $free, '400 4001' ],
    [ 'two permits', $uri, $free, '403 4034',
      headers => { Authorization => "MPC-Permit $other->{token}" } ],
    [ 'two of a set', $uri, undef, '403 4034', headers => {
      'x-mprac-token-set' => "$set,x:D1/1/$other->{token}" } ],
);

$t->certificate('hospital-x');

for my $case (@refused) {
    my ($name, $path, $permit, $verdict, @option) = @$case;

    is(ask($path, $permit, @option), $verdict, "refused: $name");
}

is($t->verdict($t->get('plain', $uri, node => $b, headers => {
    'X-Resource-Permit' => $free->{token} })), '403 4034',
    'refused: without the key that it is bound to');
is(ask('/denied/rows?dataset_id=D1', $free), '403 -',
    'refused by another rule');
is($issue->field($free, 'used'), 6, 'refusals are free');

$answer = got($uri, {});
is($answer->{headers}{'www-authenticate'}, 'MPC-Permit',
    'what is missing is said');
is($answer->{json}{data}{error}, 'permit_missing', '... in the envelope');

my $calls = $issue->calls;
ask($uri, $_) for 'mp1.a.b.c', $junk, undef, 'A' x 5000;
is($issue->calls, $calls, 'what is no permit costs no call to the store');

###############################################################################
# one call, once

ask($uri, $free);
$calls = $issue->calls;
is(ask($uri, $free), '200 -', 'a use');
is($issue->calls, $calls + 1, '... is one call to the store');

my $few = $issue->grant($b, 'D1', answer => { times_limit => 3 });

for my $key ('key-1', 'key-1') {
    is(ask($uri, $few, headers => { 'Idempotency-Key' => $key }), '200 -',
        "Idempotency-Key $key");
}

is($issue->field($few, 'left'), 2, '... is charged once');
is(ask("$uri&x=1", $few, headers => { 'Idempotency-Key' => 'key-1' }),
    '200 -', '... for that request only');
is($issue->field($few, 'left'), 1, '... another one is another use');

is(ask($uri, $few, headers => { 'x-nonce' => 'n-1234567',
    'x-auth-sign' => 'x' }), '200 -', 'a signed message') for 1, 2;
is($issue->field($few, 'left'), 0, '... is known by its nonce');
is(ask($uri, $few), '403 4036', 'then the uses are exhausted');
is(ask($uri, $few, headers => { 'Idempotency-Key' => 'key-1' }), '200 -',
    '... a repeated one is answered alike');

$few = $issue->grant($b, 'D1', answer => { times_limit => 2 });
is(ask("/order/rows?dataset_id=D1&order=$_", $few), '200 -', "order $_")
    for 'o1', 'o1', 'a%20b', 'a%20b';
is($issue->field($few, 'left'), 0, 'use= says what counts once');

$few = $issue->grant($b, 'D1', answer => { times_limit => 5 });
$answer = got('/index/?dataset_id=D1',
    { 'X-Resource-Permit' => $few->{token} });
is($answer->{body}, 'index', 'an internal redirect');
is($issue->field($few, 'left'), 4, '... is no second use');

is(ask('/limited/rows?dataset_id=D1', $few), '200 -', 'limit_req by permit');
is(ask('/limited/rows?dataset_id=D1', $few), '503 -', '... limits');
is(ask('/limited/rows?dataset_id=D1', $free), '200 -', '... this one');
is($issue->field($few, 'left'), 3, '... before it is charged');

###############################################################################
# its end

my $socket = $t->socket('ew', cert => $b);
my $request = $t->request('GET', $uri,
    headers => { 'X-Resource-Permit' => $few->{token} });

$t->write_all($socket, $request);
is($t->response($socket)->{status}, 200, 'a kept-alive connection');
is($t->verdict($issue->terminate($few)), '200 0', 'the owner ends it');
$t->write_all($socket, $request);
is($t->verdict($t->response($socket)), '403 4037', '... at the next request');
close $socket;

$few = $issue->grant($b, 'D1',
    ask => { time_limit => int(Time::HiRes::time() * 1000) + 400 });
is(ask($uri, $few), '200 -', 'before its end');
$t->await(sub { ask($uri, $few) ne '200 -' });
is(ask($uri, $few), '403 4035', '... and after it');
$t->redis->command('HSET', $t->redis->key("permit:$few->{permit_id}"), 'exp',
    '4102444800000');
is(ask($uri, $few), '403 4035', '... for ever');

$t->stop_redis;
$answer = got($uri, { 'X-Resource-Permit' => $free->{token} });
is($answer->{status}, 503, 'without the store nobody gets in');
cmp_ok($answer->{time}, '<', within(2.5), '... and nobody waits long');
$t->cont_redis;
ok($t->await(sub { ask($uri, $free) eq '200 -' }), '... and then again');

###############################################################################
# bytes

my $bytes = $issue->grant($b, 'D1', answer => { bytes_limit => 25_000 });

for my $left (14_000, 4_000, 0) {
    is(ask($uri, $bytes), '200 -', 'bytes are left');
    ok($t->await(sub { $issue->field($bytes, 'bytes_left') <= $left
        + 1000 }), '... and counted');
}

is($issue->field($bytes, 'bytes_left'), 0, 'nothing is left');
is(ask($uri, $bytes), '403 4036', '... and no more');

my @used = grep { $_->{event} eq 'RES_USED' } $t->redis->stream('evidence');
is(scalar @used, 3, 'what was sent is evidence');
cmp_ok($used[0]{bytes}, '>', 10_000, '... its bytes, headers too');

###############################################################################
# scopes

my $scoped = $issue->grant($b, 'D1', ask => {
    auth_scope => [qw/ PROJECT COMPONENT /],
    scope_ids => { PROJECT => [qw/ P1 P2 /], COMPONENT => [ 'psi' ] },
    algorithms_deny => [ 'homo_lr' ] });

my @scopes = (
    [ 'project=P1&component=psi&algorithm=psi', '200 -' ],
    [ 'project=P2&component=psi&algorithm=psi', '200 -' ],
    [ 'project=P3&component=psi&algorithm=psi', '403 4039' ],
    [ 'project=P&component=psi&algorithm=psi', '403 4039' ],
    [ 'component=psi&algorithm=psi', '403 4039' ],
    [ 'project=P1&component=lr&algorithm=psi', '403 4039' ],
    [ 'project=P1&component=psi&algorithm=homo_lr', '403 4039' ],
    [ 'project=P1&component=psi', '403 4039' ],
    [ 'project=P1,P2&component=psi&algorithm=psi', '403 4039' ],
);

is(ask("$uri&$_->[0]", $scoped), $_->[1], "scope: $_->[0]") for @scopes;
is($issue->field($scoped, 'used'), 2, 'what is outside is free');

my @many = map { sprintf 'project-%060d', $_ } 1 .. 64;
$scoped = $issue->grant($b, 'D1', ask => {
    scope_ids => { PROJECT => \@many } });
cmp_ok(length $scoped->{token}, '<', 2048, 'a scope too long for a token');
is(ask("$uri&project=$many[63]", $scoped), '200 -', '... is in the store');
is(ask("$uri&project=other", $scoped), '403 4039', '... and refused there');

###############################################################################
# what is left of it

my ($line) = grep { /^\Q$scoped->{permit_id}\E .* 200$/ } split /\n/,
    $t->slurp($t->dir . '/permit.log');
is($line, "$scoped->{permit_id} - dataset:D1 hospital-b 200",
    'variables for the log');

my %events;
$events{ $_->{event} }++ for $t->redis->stream('evidence');
ok($events{"PERMIT_$_"}, "evidence: PERMIT_$_")
    for qw/ ISSUED USED DENIED EXPIRED EXHAUSTED REVOKED /;

my $status = $t->get('bare', '/status')->{json};
my ($row) = grep { $_->{path} eq 'permit' } @{ $status->{requests} };
cmp_ok($row->{success}, '>', 20, 'the status counts what was let in');
cmp_ok($row->{caller}, '>', 20, '... and what was not');

unlike($t->log, qr/mp1\./, 'no token is logged');

$t->finish;
done_testing();
