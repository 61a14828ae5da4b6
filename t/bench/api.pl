#!/usr/bin/perl

# What an answer of the API costs against nginx's own "return 200" with a body
# of the same size: requests per second, and CPU per request of the nginx
# worker (Redis apart), over keep-alive connections, plain and mutual TLS.
#
# Each round runs every case right after its "return 200"; a figure is the
# median of the rounds' ratios, so what else the machine does cancels. Redis
# runs with conf/redis.conf's persistence. The permit-guarded location is also
# compared with the same check in Lua, t/bench/permit.lua, if lua-nginx-module
# and lua-resty-redis are installed.
#
#     BENCH_ROUNDS=5 BENCH_SECONDS=0.5 BENCH_CONNECTIONS=64
#     BENCH_CASES="query list"     only these
#     BENCH_PERF=FILE              perf's record of each case in FILE.<case>
#     BENCH_PERF_OF=redis          of Redis instead of the nginx worker

use strict;
use warnings;

use lib 't/lib';
use IC;
use IC::Permit;
use JSON::PP;

my $rounds = $ENV{BENCH_ROUNDS} || 5;
my $seconds = $ENV{BENCH_SECONDS} || 0.5;
my $connections = $ENV{BENCH_CONNECTIONS} || 64;
my %only = map { $_ => 1 } split ' ', $ENV{BENCH_CASES} || '';
my $build = $ENV{IC_BUILD} || 'build';
my $verify = 'ssl_client_certificate {{dir}}/network.crt;'
    . ' ssl_verify_client on;';
my $json = JSON::PP->new->canonical;

# listeners of the two kinds
my %kinds = ('' => 'plain', _mtls => 'ew');
my %operator = ('' => 'plain', _mtls => 'ns');

my $t = IC->new(http => 'keepalive_requests 1000000000;');
my %pem = (ew => [ pem('hospital-b') ], ns => [ pem('olga') ]);
my $contract = $t->contract('hospital-b', cert => 'hospital-b',
    credential => [ 'CERT', $t->slurp($t->certificate('hospital-b')
        . '.crt') ]);

# the peer's name where there is no key
$t->redis->command('SET', $t->redis->key('nodeof:hospital-b'), $contract);
$t->redis->command('SET', $t->redis->key('operator-key:'
    . $t->spki('olga')), 'olga');
$t->operator('olga', 'secret');
persist();

my $query = dataset(pub_scope => 'public');

dataset() for 2 .. 20;

my %guarded = guarded();
my $lua = Lua->start_beside($t);
my %cases = (
    health => { ports => \%kinds,
        requests => [ request('GET', '/v1/interconn/node/health') ] },
    query => { ports => \%kinds,
        requests => [ request('GET', '/v1/interconn/dataset/pub/query'
            . "?contract_id=$contract&dataset_id=$query") ] },
    list => { ports => \%operator,
        requests => [ request('GET',
            '/v1/platform/dataset/list?page_size=20') ] },
    transition => { ports => \%operator,
        requests => [ map { request('POST', '/v1/platform/dataset/create',
            description($_)) } 1 .. 64 ] },
    permit => { ports => \%kinds, requests => \%guarded, size => 43,
        expect => 'GIF89a', peer => $lua },
);
my @names = grep { !%only || $only{$_} }
    qw/ health query list transition permit /;

statics();
warn_if_busy();

my (%ratios, %absolute);

for my $round (1 .. $rounds) {
    for my $kind (sort keys %kinds) {
        for my $name (@names) {
            measure("$name", $kind);
        }
    }
}

report();

###############################################################################
# the node

# The settings of conf/redis.conf that say what survives a crash.

sub persist {
    my $conf = $t->slurp(IC::Redis->root . '/conf/redis.conf');

    for my $name (qw/ appendfsync no-appendfsync-on-rewrite appendonly /) {
        my ($value) = $conf =~ /^$name (\S+)/m or die "no $name\n";
        my $reply = $t->redis->command('CONFIG', 'SET', $name, $value);
        die "$name: $$reply\n" if ref $reply;
    }

    $t->await(sub {
        $t->redis->command('INFO', 'persistence')
            !~ /aof_rewrite_in_progress:1/
    }, 10) or die "the AOF is not there\n";
}

sub pem {
    my ($name) = @_;
    my $path = $t->certificate($name);

    $t->spew("$path.pem", $t->slurp("$path.crt") . $t->slurp("$path.key"));

    return ('-K', "$path.pem", '-A', "$t->{dir}/network.crt");
}

sub description {
    my ($n, %more) = @_;

    return {
        name => 'blood counts @@@@@@@@@@', source => 'laboratory',
        owner => "inst-$t->{node}", count => 600 + $n,
        description => 'Complete blood counts of the cohort, batch '
            . $n x ($n % 7),
        location => { type => 'csv', path => "/data/blood-$n.csv",
            query => "SELECT * FROM blood.counts WHERE batch = '@@@@@@@@@@'" },
        column_metas => [ map { { name => "C$_", data_type => 'double',
            distribution => 'CONTINUOUS' } } 1 .. 1 + $n % 5 ],
        %more,
    };
}

sub dataset {
    my $body = $json->encode(description(4, @_)) =~ s/@@@@@@@@@@/@{[
        sprintf '%010d', int rand 1e9 ]}/gr;
    my $got = $t->post('plain', '/v1/platform/dataset/create',
        token => 'secret', body => $body);

    return $got->{json}{data}{dataset_id} || die "$got->{body}\n";
}

sub request {
    my ($method, $uri, $body) = @_;

    return $t->request($method, $uri, token => 'secret',
        node => 'hospital-b', body => $body);
}

# A permit without limit for each kind of caller, and the request with it:
# without TLS a permit is bound to a name, with TLS to a key.

sub guarded {
    my $issue = IC::Permit->new($t);
    my %requests;

    $t->contract('hospital-c');
    $issue->dataset('D1');

    for my $kind (sort keys %kinds) {
        my $peer = $kind ? 'hospital-b' : 'hospital-c';
        my $permit = $issue->grant($peer, 'D1');

        $requests{$kind} = [ $t->request('GET', '/guarded?dataset_id=D1',
            node => $peer,
            headers => { 'X-Resource-Permit' => $permit->{token} }) ];
    }

    return %requests;
}

# Locations that answer with as many bytes as each case. A text in the
# configuration has at most 4096 bytes, so a long one is of several.

sub statics {
    my $piece = 3000;
    my $http = "geo \$piece { default '" . 'x' x $piece . "'; }\n";
    my $locations = '';

    for my $name (@names) {
        my $size = $cases{$name}{size}
            || length answer($cases{$name}, 'plain');

        $locations .= "location = /static/$name { return 200 '"
            . '${piece}' x ($size / $piece) . 'x' x ($size % $piece) . "'; }\n";
        $cases{$name}{size} = $size;
    }

    $t->{option}{http} .= $http;
    $t->{option}{$_} .= "access_log off;\n$locations"
        for qw/ ew ns plain /;
    $t->{option}{$_} .= 'location = /guarded {'
        . ' interconn_permit dataset id=$arg_dataset_id; empty_gif; }'
        for qw/ ew plain /;
    $t->{option}{ns} .= $verify;
    $t->write_conf;

    my ($old) = $t->workers;

    $t->reload;
    $t->await(sub { my @now = $t->workers; @now == 1 && $now[0] != $old })
        or die "no reload: " . $t->log;
}

sub answer {
    my ($case, $listener) = @_;
    my $socket = $t->socket($listener);

    $t->write_all($socket, $case->{requests}[0]);

    my $got = $t->response($socket);

    die "$got->{body}\n" if $got->{status} != 200
        || $got->{json}{code} != 0;

    return $got->{body};
}

sub warn_if_busy {
    my ($load) = split ' ', $t->slurp('/proc/loadavg');

    print "the machine is busy, load $load: ratios are rough\n"
        if $load > 1.5;
}

###############################################################################
# measuring

# One run of the generator: { rps, nginx, redis, own }, the last three in
# microseconds of CPU per request.

sub load {
    my ($node, $listener, $perf, $expect, @requests) = @_;
    my $file = "$t->{dir}/requests";

    $t->spew($file, join '', map { length($_) . "\n$_" } @requests);

    my ($worker) = $node->workers;
    my @command = ("$build/bench/load", '-p', $node->port($listener),
        '-r', $file, '-e', $expect, '-c', $connections, '-s', $seconds,
        @{ $pem{$listener} || [] }, $worker, $t->redis->{pid});
    my $profiler = $perf && profile($perf, $worker);
    my ($status, $out) = $t->run(@command);

    waitpid $profiler, 0 if $profiler;
    die "@command: $out" if $status != 0;

    my $got = $json->decode($out);
    my $us = 1e6 / $got->{answers};

    return {
        rps => $got->{answers} / $got->{seconds},
        nginx => $got->{cpu}[0] * $us,
        redis => $got->{cpu}[1] * $us,
        own => $got->{own} * $us,
    };
}

# perf's pid, or 0

sub profile {
    my ($suffix, $worker) = @_;
    my $file = $ENV{BENCH_PERF} or return 0;
    my $pid = ($ENV{BENCH_PERF_OF} || '') eq 'redis' ? $t->redis->{pid}
                                                    : $worker;
    my $perf = fork // die "fork: $!\n";

    return $perf if $perf;

    exec('perf', 'record', '-q', '-g', '-o', "$file.$suffix", '-p', $pid,
        '--', 'sleep', $seconds) or POSIX::_exit(127);
}

sub measure {
    my ($name, $kind) = @_;
    my $case = $cases{$name};
    my $listener = $case->{ports}{$kind};

    my $requests = $case->{requests};
    my $expect = $case->{expect} || '"code":0';

    $requests = $requests->{$kind} if ref $requests eq 'HASH';

    my $static = load($t, $listener, '', 'xxx',
        request('GET', "/static/$name"));
    my $got = load($t, $listener, "$name$kind", $expect, @$requests);

    if ($case->{peer}) {
        my $peer = load($case->{peer}, $listener, '', $expect, @$requests);

        push @{ $ratios{"${name}_vs_lua$kind"} }, $got->{rps} / $peer->{rps};
        push @{ $ratios{"${name}_vs_lua${kind}_cpu"} },
            $peer->{nginx} / $got->{nginx};
        push @{ $absolute{"lua$kind"}{$_} }, $peer->{$_} for keys %$peer;
    }

    push @{ $ratios{"${name}_vs_static$kind"} },
        $got->{rps} / $static->{rps};
    push @{ $ratios{"${name}_vs_static${kind}_cpu"} },
        $static->{nginx} / $got->{nginx};

    push @{ $absolute{"$name$kind"}{$_} }, $got->{$_} for keys %$got;
    push @{ $absolute{"$name$kind"}{"static_$_"} }, $static->{$_}
        for keys %$static;
}

sub median {
    my @sorted = sort { $a <=> $b } @_;

    return $sorted[$#sorted / 2];
}

sub report {
    my @columns = qw/ rps nginx redis own static_rps static_nginx /;

    printf "%-18s %6s" . ' %12s' x @columns . "\n", 'us per request',
        'bytes', @columns;

    for my $kind (sort keys %kinds) {
        for my $name (@names, 'lua') {
            my $got = $absolute{"$name$kind"} or next;

            printf "%-18s %6s" . ' %12s' x @columns . "\n", "$name$kind",
                $cases{$name}{size} || '',
                map { $got->{$_} ? sprintf '%.1f', median(@{ $got->{$_} })
                                 : '' } @columns;
        }
    }

    my %metrics = map { $_ => sprintf('%.3f', median(@{ $ratios{$_} })) + 0 }
        keys %ratios;

    print $json->encode({ bench => 'api', metrics => \%metrics }), "\n";
}

###############################################################################
# nginx with the same check in Lua, on the same store

package Lua;

our @ISA;

BEGIN { @ISA = 'IC' }

sub start_beside {
    my ($class, $other) = @_;

    my @modules = grep { -e } map { "/usr/lib/nginx/modules/$_" }
        qw/ ndk_http_module.so ngx_http_lua_module.so /;

    if (@modules != 2 || !-e '/usr/share/lua/5.1/nginx/redis.lua') {
        print "no figures against Lua: libnginx-mod-http-lua and"
            . " lua-nginx-redis are not installed\n";
        return undef;
    }

    my $self = $class->new(start => 0, redis => 0);

    $self->{modules} = \@modules;
    $self->{other} = $other;
    $self->{option}{conf} = $self->http_block;

    return $self->start;
}

sub main_block {
    my ($self) = @_;

    my $modules = join "\n", map { "load_module $_;" } @{ $self->{modules} };
    my $user = $> == 0 ? 'user root;' : '';

    return <<"EOF";
$modules
$user
daemon off;
worker_processes 1;
pid $self->{dir}/nginx.pid;
error_log $self->{dir}/error.log info;
events { worker_connections 1024; }
EOF
}

sub http_block {
    my ($self) = @_;

    my ($dir, $other) = ($self->{dir}, $self->{other}{dir});
    my $folder = IC::Redis->root . '/t/bench';
    my $guarded = 'location = /guarded { access_by_lua_block {'
        . ' require("permit").check() } empty_gif; }';

    return <<"EOF";
http {
@{[ $self->temp_paths ]}
    access_log off;
    keepalive_requests 1000000000;
    lua_package_path '$folder/?.lua;/usr/share/lua/5.1/?.lua;;';
    init_by_lua_block {
        require('permit').init('$self->{other}{node}',
            '$self->{other}{redis}{socket}', '$other/server.key')
    }
    server {
        listen 127.0.0.1:{{plain}};
        $guarded
    }
    server {
        listen 127.0.0.1:{{bare}};
    }
    server {
        listen 127.0.0.1:{{ew}} ssl;
        ssl_certificate $other/server.crt;
        ssl_certificate_key $other/server.key;
        ssl_protocols TLSv1.2 TLSv1.3;
        ssl_client_certificate $other/network.crt;
        ssl_verify_client optional;
        ssl_session_cache off;
        ssl_session_tickets off;
        $guarded
    }
}
EOF
}
