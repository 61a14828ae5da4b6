#!/usr/bin/perl

# The module as a good guest of nginx: variables in logs and limits, values
# inherited and overridden, reloads and a binary upgrade that no client
# notices, a worker that dies alone, a status that waits for nobody.

use warnings;
use strict;

use lib 't/lib';
use IC;
use IC::Pace;
use Test::More;
use Time::HiRes qw/ sleep time /;

IC->check;

my $health = '/v1/interconn/node/health';
my $list = '/v1/platform/dataset/list';
my $variables = join ' ', map { "$_=\$interconn_$_" }
    qw/ peer contract operator endpoint key trace code error node_id
        channel permit_id /;

my $t = IC->new(ports => [ 'limits', 'levels' ], http => <<"EOF",
    log_format all '$variables';
    access_log {{dir}}/all.log all;
    interconn_channel unix:/run/c.sock;
    map \$interconn_endpoint \$limited {
        $health  \$http_x_source_node_id;
    }
    limit_req_zone \$limited zone=by_endpoint:1m rate=1r/m;
    limit_req_zone \$interconn_key zone=by_key:1m rate=1r/m;
    limit_req_status 429;
    server {
        listen 127.0.0.1:{{limits}};
        interconn_plain_identity on;
        interconn_errors off;
        location / {
            limit_req zone=by_endpoint;
            interconn_api east-west;
        }
    }
    server {
        listen 127.0.0.1:{{levels}};
        interconn_node_id server-node;
        interconn_plain_identity on;
        interconn_max_body 100;
        location = /said {
            return 200 \$interconn_node_id;
        }
        location = /own {
            interconn_node_id location-node;
            return 200 \$interconn_node_id;
        }
        location / {
            interconn_api north-south;
        }
        location /v1/interconn/ {
            interconn_node_id hospital-a;
            interconn_max_body 100k;
            interconn_http_status on;
            interconn_api east-west;
            if (\$arg_x) { set \$y 1; }
        }
    }
EOF
    bare => "location = /twice { interconn_status; }", ew => <<'EOF');
        location /v1/interconn/node/contract/ {
            limit_req zone=by_key;
            interconn_api east-west;
        }
EOF

$t->operator('olga', 'secret');

my $contract = $t->contract('hospital-b', cert => 'hospital-b');

sub logged {
    my ($pattern) = @_;

    $t->await(sub { ($t->slurp($t->dir . '/all.log') // '') =~ /$pattern/ });

    my ($line) = grep { /$pattern/ }
        split /\n/, $t->slurp($t->dir . '/all.log') // '';

    return { map { /^(\w+)=(.*)$/ ? ($1 => $2) : () }
        split / /, $line // '' };
}

sub verdict { $t->verdict($t->get(@_)) }

###############################################################################
# variables

$t->get('ew', '/v1/interconn/dataset/pub/list?contract_id=' . $contract,
    cert => 'hospital-b', headers => { 'x-trace-id' => 'T1' });

is_deeply(logged('trace=T1'), { peer => 'hospital-b', contract => $contract,
    operator => '-', endpoint => '/v1/interconn/dataset/pub/list',
    key => $t->spki('hospital-b'), trace => 'T1', code => 0, error => '-',
    node_id => 'hospital-a', channel => 'unix:/run/c.sock',
    permit_id => '-' }, 'a partner\'s request, by name');

$t->get('ns', "$list?page_size=0", token => 'secret',
    headers => { 'x-trace-id' => 'T2' });

my $line = logged('trace=T2');

is("$line->{operator} $line->{code} $line->{error} $line->{key}",
    'olga 4001 invalid_fields -', 'an operator\'s, refused');

$t->get('ns', '/nowhere', headers => { 'x-trace-id' => 'T3' });
is(logged('trace=T3')->{endpoint}, '-', 'an unknown path');

my $own = $t->get('plain', $health, node => 'hospital-b')
    ->{headers}{'x-trace-id'};

like($own, qr/^[0-9a-f]{32}$/, 'an id of ours');
is(logged("trace=$own")->{endpoint}, $health, '... is the one in the log');
isnt($t->get('plain', $health, node => 'hospital-b')
    ->{headers}{'x-trace-id'}, $own, '... and another one each time');

my %seen = map { $t->get('bare', $health)->{headers}{'x-trace-id'} => 1 }
    1 .. 70;
is(scalar keys %seen, 70, '... seventy different ones');

# limits and maps ask before anybody is identified

is(verdict('limits', $health, node => $_), '200 0', "limit_req by a map: $_")
    for qw/ hospital-b hospital-c /;
is($t->get('limits', $health, node => 'hospital-b')->{status}, 429,
    '... counts');
is($t->get('limits', '/v1/interconn/node/query?node_id=hospital-a',
    node => 'hospital-b')->{status}, 200, '... this endpoint only');

my @apply = ('ew', '/v1/interconn/node/contract/query?contract_id=x');

is($t->get(@apply, cert => $_)->{status}, 200, "limit_req by key: $_")
    for qw/ hospital-b hospital-c /;
is($t->get(@apply, cert => 'hospital-b')->{json}{code}, 4290,
    '... counts, in the envelope');

###############################################################################
# inheritance

is($t->get('levels', '/said')->{body}, 'server-node', 'the server\'s value');
is($t->get('levels', '/own')->{body}, 'location-node', '... the location\'s');

my $body = { contract_id => 'x' x 120 };

is(verdict('levels', $health, node => 'hospital-b'), '200 0',
    'a location with a node of its own');
is($t->verdict($t->post('levels', '/v1/interconn/node/contract/terminate',
    node => 'hospital-b', body => $body)), '404 4040',
    '... a longer body, real status codes');
is($t->post('levels', '/v1/platform/dataset/create', token => 'secret',
    body => $body)->{status}, 401, '... another node has other operators');

###############################################################################
# status

my $before = $t->get('bare', '/status')->{json};

verdict('plain', $health, node => 'hospital-b') for 1 .. 3;
verdict('ns', "$list?page_size=0", token => 'secret');

my $after = $t->get('bare', '/twice')->{json};

sub row {
    my ($status, $path) = @_;

    return (grep { $_->{path} eq $path && $_->{method} ne 'POST' }
        @{ $status->{requests} })[0];
}

is(row($after, $health)->{success} - row($before, $health)->{success}, 3,
    'status: successes by endpoint');
is(row($after, $list)->{caller} - row($before, $list)->{caller}, 1,
    '... refusals');
cmp_ok($after->{store_calls}, '>', $before->{store_calls}, '... calls');
is("$after->{store_ready} $after->{store_pending} $after->{store_losses}",
    '1 0 0', '... of a store that is there');

my $text = $t->get('bare', '/status?format=prometheus');
my @metrics = split /\n/, $text->{body};
my $label = qr/\w+="[^"\\]*"/;
my @odd = grep { !/^# (?:HELP|TYPE) interconn_\w+ ./
    && !/^interconn_\w+(?:\{$label(?:,$label)*\})? \d+$/ } @metrics;

is("@odd", '', 'every line is Prometheus\' text');
like($text->{headers}{'content-type'}, qr{^text/plain; version=0\.0\.4},
    '... so it is called');

my %typed = map { /^# TYPE (\w+)/ ? ($1 => 1) : () } @metrics;
is(join(' ', grep { !$typed{$_} } map { /^(interconn_\w+)/ ? $1 : () }
    @metrics), '', '... every metric has a type');
is(scalar(grep { /^interconn_requests_total/ } @metrics),
    3 * @{ $after->{requests} }, '... and all of them are there');

my $head = $t->socket('bare');
$t->write_all($head, $t->request('HEAD', '/status', close => 1));
like(join('', <$head>), qr{^HTTP/1\.1 200 .*\r\n\r\n\z}s, 'HEAD');
is($t->post('bare', '/status', body => {})->{status}, 405, 'POST');

$t->stop_redis;
cmp_ok($t->get('bare', '/status')->{time}, '<', within(0.2),
    'it does not wait for the store');
$t->cont_redis;

###############################################################################
# reloads under load

# resident KiB and descriptors of processes
sub size {
    my ($rss, $fds) = (0, 0);

    for my $pid ($t->{pid}, $t->workers) {
        $rss += $1 if ($t->slurp("/proc/$pid/status") // '')
            =~ /VmRSS:\s+(\d+)/;
        $fds += () = glob "/proc/$pid/fd/*";
    }

    return ($rss, $fds);
}

sub reload {
    my ($before) = $t->workers;

    $t->reload;
    $t->await(sub { my @now = $t->workers; @now == 1
        && $now[0] != $before }, 20) or die "no reload: " . $t->log;
}

# A client in a process of its own; what it saw is in a file. Every second
# request is on a connection that is kept: there nginx may close between two
# requests, and a client sends again what was not answered at all.

sub client {
    my ($n) = @_;
    my $file = $t->dir . "/client.$n";
    my $pid = fork // die "fork: $!\n";

    return $pid if $pid;

    my ($done, %bad) = (0);
    my $kept = $t->request('GET', $list, token => 'secret');
    my $socket = $t->socket('plain');

    while (!-e $t->dir . '/enough') {
        my $got;

        for (1 .. 5) {
            $got = $t->write_all($socket, $kept)
                && $t->response($socket, 5);
            $socket = $t->socket('plain')
                if !$got || ($got->{headers}{connection} // '') eq 'close';
            last if $got;
        }

        $bad{ $got ? $t->verdict($got) : 'none' }++;

        $got = $t->get($n % 2 ? 'plain' : 'ns', $list, token => 'secret');
        $bad{ $t->verdict($got) }++;
        $done += 2;
    }

    delete $bad{'200 0'};
    $t->spew($file, join ' ', $done, map { "$_=$bad{$_}" } sort keys %bad);
    POSIX::_exit(0);
}

my $reloads = $ENV{IC_NGINX_PRELOAD} ? 20 : 100;

reload() for 1 .. 5;

my ($rss, $fds) = size();
my @clients = map { client($_) } 1 .. 3;
my $began = time;

reload() for 1 .. $reloads;

my $took = time - $began;

$t->spew($t->dir . '/enough', '');
waitpid $_, 0 for @clients;

my ($requests, @failed) = (0);

for my $n (1 .. 3) {
    my ($done, @bad) = split ' ', $t->slurp($t->dir . "/client.$n") // '0 -';
    $requests += $done;
    push @failed, @bad;
}

is("@failed", '', sprintf '%d reloads in %.1f s: none of %d requests failed',
    $reloads, $took, $requests);
cmp_ok($requests, '>', $reloads, '... and there were some');

reload();

my ($rss_after, $fds_after) = size();

cmp_ok($rss_after, '<=', $rss * 1.05, "memory is back: $rss, $rss_after KiB")
    if !$ENV{IC_NGINX_PRELOAD};
cmp_ok($fds_after, '<=', $fds * 1.05, "... descriptors: $fds, $fds_after");

my $counted = row($t->get('bare', '/status')->{json}, $list)->{success};
cmp_ok($counted, '>=', $requests, 'counters go on across reloads');

###############################################################################
# a worker that is killed

my $caught = $t->socket('plain');
my ($victim) = $t->workers;

$t->stop_redis;
$t->write_all($caught, $t->request('GET', $list, token => 'secret'));
sleep 0.05;
kill 'KILL', $victim;
ok(!$t->response($caught, 5), 'the requests of a killed worker end');
$t->cont_redis;

ok($t->await(sub { verdict('plain', $health, node => 'hospital-b')
    eq '200 0' }, 10), '... another one takes over');
ok($t->await(sub { verdict('plain', $list, token => 'secret') eq '200 0' },
    10), '... with its store');

# the harness would take it for a crash
$t->spew($t->dir . '/error.log', $t->log =~ s/^.*exited on signal 9.*\n//mgr);
$t->finish;

###############################################################################
# another binary; nginx takes USR2 only when who started it is gone

my $u = IC->new(start => 0);
my $pidfile = $u->dir . '/nginx.pid';

SKIP: {
    skip 'nginx gives another binary no LD_PRELOAD', 9
        if $ENV{IC_NGINX_PRELOAD};

    $u->operator('olga', 'secret');
    $u->write_conf;

    start_detached();
    ok($u->await(sub { ($u->{pid} = pid()) && $u->connected }, 10),
        'a daemon of its own');

    my $old = $u->{pid};

    kill 'USR2', $old;
    ok($u->await(sub { -s "$pidfile.oldbin" && pid() && pid() != $old }, 10),
        'USR2: a new master beside the old one');

    my $new = $u->{pid} = pid();

    ok($u->await(sub { $u->workers }, 10), '... with workers');
    ok($u->await(sub { serves() eq '200 0' }, 10), '... the new ones serve');

    kill 'QUIT', $old;
    ok($u->await(sub { !kill 0, $old }, 10), 'QUIT: the old master ends');
    is(serves(), '200 0', '... the new one stays');
    cmp_ok(row($u->get('bare', '/status')->{json}, $list)->{success}, '>=', 1,
        '... and counts');

    kill 'QUIT', $new;
    ok($u->await(sub { !kill 0, $new }, 10), '... and stops gracefully');
    $u->{pid} = 0;

    is(join("\n", grep { /\[(?:alert|emerg)\]|exited on signal/ }
        split /\n/, $u->log), '', '... with a clean log');
}

sub pid { ($u->slurp($pidfile) // '') =~ /(\d+)/ ? $1 : 0 }
sub serves { $u->verdict($u->get('plain', $list, token => 'secret')) }

sub start_detached {
    my $between = fork // die "fork: $!\n";

    if ($between == 0) {
        my $pid = fork // POSIX::_exit(1);

        if ($pid == 0) {
            $ENV{LD_PRELOAD} = $ENV{IC_NGINX_PRELOAD} || '';
            open STDERR, '>', '/dev/null';
            exec($u->command_line) or POSIX::_exit(127);
        }

        $u->await(sub { pid() }, 10);
        POSIX::_exit(0);
    }

    waitpid $between, 0;
}

###############################################################################
# conf/nginx.conf, as it is but for paths and ports

my $shipped = IC->new(start => 0, redis => 0);
my $conf = $shipped->slurp('conf/nginx.conf');
my $dir = $shipped->dir;

$shipped->certificate('node', name => 'node');
$shipped->spew("$dir/edge.password", "secret\n");
chmod 0600, "$dir/edge.password", "$dir/node.key";
$shipped->spew("$dir/network-ca.crt", $shipped->slurp("$dir/network.crt"));
$shipped->free_ports(qw/ peers own /);

$conf =~ s{modules/ngx_http_interconn_module\.so}{IC::module()}e;
$conf =~ s{/etc/interconn/|/var/log/nginx/|/run/interconn/}{$dir/}g;
$conf =~ s{/run/nginx\.pid}{$dir/nginx.pid};
$conf =~ s{listen +443}{'listen 127.0.0.1:' . $shipped->port('peers')}e;
$conf =~ s{127\.0\.0\.1:8443}{'127.0.0.1:' . $shipped->port('own')}e;
$conf =~ s/^(http .*)$/"$1\n" . $shipped->temp_paths/em;
$shipped->spew("$dir/nginx.conf", $conf);

my ($status, $out) = do {
    local $ENV{LD_PRELOAD} = $ENV{IC_NGINX_PRELOAD} || '';
    $shipped->run($shipped->command_line, '-t');
};

is($status, 0, 'conf/nginx.conf passes nginx -t') or diag($out);
unlike($out, qr/\[warn\]/, '... without a warning') or diag($out);

done_testing();
