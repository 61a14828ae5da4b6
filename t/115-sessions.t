#!/usr/bin/perl

# Sessions of the console: a cookie in place of a token, what ends it, and
# what another site's page cannot do with it.
#
# covers: POST /v1/platform/session/create
# covers: POST /v1/platform/session/delete

use warnings;
use strict;

use lib 't/lib';
use Digest::SHA qw/ sha256_hex /;
use IC;
use IC::Caller;
use Test::More;
use Time::HiRes qw/ sleep time /;

IC->check;

my $t = IC->new(http => 'interconn_session_idle 4s;'
        . ' interconn_session_absolute 12s;',
    ns => <<'EOF2', ports => [ 'long' ], plain => <<'EOF3');
        ssl_client_certificate {{dir}}/stranger.crt;
        ssl_verify_client optional;
EOF2
        listen 127.0.0.1:{{long}};
        interconn_session_idle 30m;
        interconn_session_absolute 12h;
EOF3

my $redis = $t->redis;
my $caller = IC::Caller->new($t);
my $self = '/v1/platform/operator/self';
my $list = '/v1/platform/job/list';
my $create = '/v1/platform/session/create';

sub left { $caller->left(@_) }

# A cookie of a fresh session, "name=value".

sub sign_in {
    my ($token, $listener) = @_;

    my $got = $t->post($listener || 'ns', $create, token => $token,
        body => {});
    my ($cookie) = ($got->{headers}{'set-cookie'} // '') =~ /^([^;]+)/
        or die "no cookie: $got->{body}\n";

    return ($cookie, $got);
}

sub with {
    my ($cookie, %more) = @_;

    return (headers => { Cookie => $cookie, 'x-interconn-console' => 1,
        %more });
}

sub sees { $t->verdict($t->get('ns', $self, @_)) }
sub events { @{ (left(@_))[1] } }

###############################################################################
# signing in

$t->operator('dora', 'lab', 'auditor');

my ($cookie, $got);
my $asked = time - 0.001;
my ($data) = left(sub {
    $caller->call('POST', $create, {});
});

is($data->{name}, 'olga', 'a session: whose');
is($data->{idle_ms}, 4000, '... how long it lasts when idle');
ok($data->{expire_time} / 1000 >= $asked + 12
    && $data->{expire_time} / 1000 <= time + 12, '... and at most');
ok((grep { $_ eq 'operator.admin' } @{ $data->{permissions} }),
    '... what it may');

my @events = events(sub { ($cookie, $got) = sign_in('lab') });

is("@events", 'OPERATOR_SIGNED_IN', '... evidence');

my $header = $got->{headers}{'set-cookie'};
my ($secret) = $cookie =~ /^interconn_session_hospital-a=([0-9a-f]{64})$/;

ok($secret, '... a cookie of 256 bits, by the name of the node');
like($header, qr/; $_(?:;|$)/, "... $_")
    for 'HttpOnly', 'SameSite=Strict', 'Secure', 'Path=/v1/platform',
        'Max-Age=12';
is($got->{headers}{'cache-control'}, 'no-store', '... for no cache');
ok(index($redis->dump, $secret) < 0, '... the store has not its secret');
ok(index($redis->dump, sha256_hex($secret)) > 0, '... but its digest');
unlike($got->{body}, qr/$secret/, '... no script sees it');

is($t->verdict($t->post('ns', $create, body => {})), '401 4012',
    'nobody signs in without a token');
is($t->verdict($t->post('ns', $create, token => 'wrong', body => {})),
    '401 4012', '... or with a wrong one');
is($t->verdict($t->post('ns', $create, with($cookie), body => {})),
    '401 4012', '... or with another session');

my $plain = (sign_in('lab', 'plain'))[1]{headers}{'set-cookie'};
unlike($plain, qr/Secure/, 'no TLS, no "Secure"');

###############################################################################
# what it is good for

is(sees(with($cookie)), '200 0', 'the cookie identifies');
is($t->get('ns', $self, with($cookie))->{json}{data}{name}, 'dora',
    '... its operator');
is($t->verdict($t->post('ns', '/v1/platform/role/create', with($cookie),
    body => { name => 'x', permissions => [ 'job.read' ] })), '403 4038',
    '... who may what he may');
is(sees(with("a=b; $cookie; c=d")), '200 0', '... among other cookies');
is(sees(headers => { 'x-interconn-console' => 1,
    Cookie => 'interconn_session_hospital-a=' . '0' x 64 }), '401 4016',
    'a cookie that was never given');
is(sees(with($cookie), token => 'wrong'), '401 4012',
    'a token counts before a cookie');

# a certificate of somebody else beside the cookie

$t->certificate('badge', authority => 'stranger');
is(sees(with($cookie), cert => 'badge'), '401 4012',
    '... a certificate must be the same operator\'s');

###############################################################################
# other sites

my $port = $t->port('ns');

for my $case (
    [ { Origin => "https://localhost" }, '200 0' ],
    [ { Origin => "http://LOCALHOST" }, '200 0' ],
    [ { Origin => "https://localhost:$port" }, '403 4038' ],
    [ { Origin => 'https://evil.example' }, '403 4038' ],
    [ { Origin => 'https://localhost.evil.example' }, '403 4038' ],
    [ { Origin => 'null' }, '403 4038' ],
    [ { Origin => '' }, '403 4038' ],
    [ { Origin => '/' }, '403 4038' ],
    [ { 'Sec-Fetch-Site' => 'same-origin' }, '200 0' ],
    [ { 'Sec-Fetch-Site' => 'none' }, '200 0' ],
    [ { 'Sec-Fetch-Site' => 'same-site' }, '403 4038' ],
    [ { 'Sec-Fetch-Site' => 'cross-site' }, '403 4038' ])
{
    my ($headers, $verdict) = @$case;

    is(sees(with($cookie, %$headers)), $verdict,
        "a cookie and @{[ %$headers ]}");
    is(sees(token => 'lab', headers => $headers), $verdict, '... a token');
}

is(sees(headers => { Cookie => $cookie }), '403 4038',
    'a cookie without the header of the console');
is($t->verdict($t->post('ns', '/v1/platform/session/delete',
    headers => { Cookie => $cookie }, body => {})), '403 4038',
    '... ends nothing');
ok($t->await(sub { grep { ($_->{object} // '') =~ /x-interconn-console/ }
    $redis->stream('evidence') }), '... and leaves evidence');
is(sees(with($cookie)), '200 0', '... and changes nothing');

###############################################################################
# signing out

my ($other) = sign_in('lab');

@events = events(sub {
    $got = $t->post('ns', '/v1/platform/session/delete', with($cookie),
        body => {});
});
is($t->verdict($got), '200 0', 'session/delete');
is("@events", 'OPERATOR_SIGNED_OUT', '... evidence');
like($got->{headers}{'set-cookie'}, qr/^interconn_session_hospital-a=;.*
    Max-Age=0/x, '... the browser forgets it');
is(sees(with($cookie)), '401 4016', '... it has ended');
is(sees(with($other)), '200 0', '... another one has not');
is_deeply($caller->own('POST', '/session/delete', {}), {},
    '... without a session nothing ends');

###############################################################################
# time

($cookie) = sign_in('lab');

my $began = time;

while (time - $began < 5.5) {
    $got = sees(with($cookie));
    last if $got ne '200 0';
    sleep(0.2);
}

is($got, '200 0', 'who is there stays signed in');
cmp_ok(time - $began, '>', 4, '... beyond the idle time');

$t->await(sub { sees(with($cookie, 'x-interconn-console' => 'live'))
    ne '200 0' }, 12);
$got = $t->get('ns', $self, with($cookie));
is($t->verdict($got), '401 4016', 'a page that keeps itself up to date is '
    . 'nobody who is there');
like($got->{headers}{'set-cookie'}, qr/Max-Age=0/,
    '... the browser forgets the cookie');
is($got->{json}{data}{error}, 'session_expired', '... and says why');

($cookie) = sign_in('lab');
$began = time;
$t->await(sub { sees(with($cookie)) ne '200 0' }, 20);
is(sees(with($cookie)), '401 4016', 'nobody stays for ever');
cmp_ok(time - $began, '>', 10, '... but for the time that was said');

###############################################################################
# what it was opened with

sub fresh { (sign_in($_[0], 'long'))[0] }

sub good {
    $t->verdict($t->get('long', $self, with($_[0])))
}

$cookie = fresh('lab');
is(good($cookie), '200 0', 'a session of a token');
my $next = $caller->own('POST', '/operator/token/rotate',
    { name => 'dora' })->{token};
is(good($cookie), '401 4016', '... ends with it');

$cookie = fresh($next);
$caller->own('POST', '/operator/update', { name => 'dora',
    status => 'DISABLED' });
is(good($cookie), '401 4016', '... when the operator is disabled');
$caller->own('POST', '/operator/update', { name => 'dora',
    status => 'ENABLED' });

$caller->own('POST', '/operator/update', { name => 'dora',
    expire_time => int(time * 1000) + 1500 });
$cookie = fresh($next);
$t->await(sub { good($cookie) ne '200 0' });
is(good($cookie), '401 4016', '... when its time is over');
$caller->own('POST', '/operator/update', { name => 'dora',
    expire_time => 0 });

$cookie = fresh($next);
$caller->own('POST', '/operator/delete', { name => 'dora' });
is(good($cookie), '401 4016', '... when it is removed');
$t->operator('dora', 'lab2', 'auditor');
is(good($cookie), '401 4016', '... also if another one has its name');

$cookie = fresh('lab2');
$caller->own('POST', '/operator/revoke', { name => 'dora',
    roles => [ 'auditor' ] });
is($t->verdict($t->get('long', $list, with($cookie))), '403 4038',
    'a role that was taken is taken at once');
is(good($cookie), '200 0', '... the session stays');

my $badge = $t->certificate('badge');

$caller->own('POST', '/operator/update', { name => 'dora',
    certificates => [ $t->slurp("$badge.crt") ] });
$got = $t->post('ns', $create, cert => 'badge', body => {});
is($t->verdict($got), '200 0', 'a session of a certificate');
($cookie) = $got->{headers}{'set-cookie'} =~ /^([^;]+)/;
is(sees(with($cookie)), '200 0', '... is good without it');
is(sees(with($cookie), cert => 'badge'), '200 0', '... and with it');
$caller->own('POST', '/operator/update', { name => 'dora',
    certificates => [] });
is(sees(with($cookie)), '401 4016', '... ends when it is no longer bound');

###############################################################################
# how many

my @cookies = map { fresh('lab2') } 1 .. 17;

is(good($cookies[0]), '401 4016', 'of too many the oldest ends');
is(join(' ', map { good($_) } @cookies[1 .. 16]), join(' ', ('200 0') x 16),
    '... the others last');

unlike($t->log . $t->slurp("$t->{dir}/access.log"),
    qr/interconn_session_hospital-a=[0-9a-f]/, 'no secret is in a log');

$caller->finish($0);
$t->finish;

done_testing();
