#!/usr/bin/perl

# What nginx -t refuses, and how it says so.

use warnings;
use strict;

use lib 't/lib';
use IC;
use Test::More;

IC->check;

my $t = IC->new(start => 0, redis => 0);

$t->spew($t->dir . '/empty', '');
$t->spew($t->dir . '/junk', "not a key\n");
$t->spew($t->dir . '/big', 'x' x 100_000);
$t->spew($t->dir . '/password', "secret\n");
$t->certificate('other');
$t->certificate('old', days => -1);

my $redis = 'interconn_redis unix:{{dir}}/redis.sock;';
my $node = 'interconn_node_id hospital-a;';

sub conf {
    my ($http, $location) = @_;

    return "http {\n" . $t->temp_paths . "    access_log off;\n    $http\n"
        . "    server {\n        listen 127.0.0.1:{{bare}};\n"
        . "        location / { $location }\n    }\n}\n";
}

my @good = (
    [ "$redis $node", 'interconn_api east-west;' ],
    [ "$redis $node", 'interconn_api north-south service;' ],
    [ "$redis $node", 'interconn_access channel; return 204;' ],
    [ "$redis", 'interconn_node_id n; interconn_api east-west;' ],
    [ '', 'interconn_status;' ],
    [ "interconn_redis 127.0.0.1 timeout=500ms; $node",
      'interconn_api east-west;' ],
    [ "interconn_redis [::1]:7000 user=edge"
      . " password_file={{dir}}/password; $node", '' ],
    [ 'interconn_party 1 a; interconn_party 2 b;', '' ],
    [ 'interconn_party 1 a console=https://[::1]:8443/ui/;', '' ],
    [ 'interconn_infer rows=20000 decimals=0;', '' ],
    [ 'interconn_infer decimals=full;', '' ],
    [ 'interconn_peer_allow 127.0.0.0/8 ::1 10.0.0.1;', '' ],
    [ 'interconn_permit_key {{dir}}/server.key;'
      . ' interconn_certificate server.crt;', '' ],
    [ 'interconn_channel unix:/run/channel.sock;', '' ],
    [ 'interconn_max_body 64k; interconn_http_status on;', '' ],
    [ 'interconn_message_signature off;',
      'interconn_message_signature required;' ],
);

for my $case (@good) {
    my ($status, $out) = $t->test_conf(conf(@$case));
    is($status, 0, "accepted: @$case") or diag($out);
}

my @bad = (
    [ $node, 'interconn_api east-west;',
      qr/no "interconn_redis" for what is used in .*nginx\.conf:\d+/ ],
    [ $node, 'interconn_access peer; return 204;',
      qr/no "interconn_redis" for what is used in/ ],
    [ $redis, 'interconn_api east-west;',
      qr/"interconn_api" needs "interconn_node_id"/ ],
    [ $redis, 'interconn_access peer; return 204;',
      qr/"interconn_access" needs "interconn_node_id"/ ],
    [ "$redis $redis", '', qr/"interconn_redis" directive is duplicate/ ],
    [ 'interconn_redis redis.example.org;', '',
      qr/"redis\.example\.org" is neither numeric nor unix/ ],
    [ 'interconn_redis unix:;', '', qr/neither numeric nor unix/ ],
    [ 'interconn_message_signature maybe;', '', qr/invalid value "maybe"/ ],
    [ 'interconn_message_signature off; interconn_message_signature off;',
      '', qr/"interconn_message_signature" directive is duplicate/ ],
    [ 'interconn_redis 127.0.0.1:99999;', '', qr/invalid port/ ],
    [ 'interconn_redis 127.0.0.1 timeout=soon;', '',
      qr/invalid parameter "timeout=soon"/ ],
    [ 'interconn_redis 127.0.0.1 password=x;', '',
      qr/invalid parameter "password=x"/ ],
    [ 'interconn_redis 127.0.0.1 user=edge;', '',
      qr/user= without password_file=/ ],
    [ 'interconn_redis 127.0.0.1 password_file={{dir}}/none;', '',
      qr/none" failed \(2: No such file/ ],
    [ 'interconn_redis 127.0.0.1 password_file={{dir}}/empty;', '',
      qr/no password in/ ],
    [ 'interconn_redis 127.0.0.1 password_file={{dir}}/big;', '',
      qr/not a file of at most \d+ bytes/ ],
    [ 'interconn_node_id "a{b}";', '', qr/invalid id "a\{b\}"/ ],
    [ 'interconn_node_id ' . 'x' x 129 . ';', '', qr/invalid id/ ],
    [ 'interconn_inst_id "a/b";', '', qr{invalid id "a/b"} ],
    [ 'interconn_party one a;', '', qr/invalid user id "one"/ ],
    [ 'interconn_party 1 "a b";', '', qr/invalid id "a b"/ ],
    [ 'interconn_party 1 a; interconn_party 1 b;', '',
      qr/duplicate user id "1"/ ],
    [ 'interconn_party 1 a console=ftp://b;', '', qr/invalid parameter/ ],
    [ 'interconn_party 1 a "console=https://b/#c";', '',
      qr/invalid parameter/ ],
    [ 'interconn_infer decimals=13;', '', qr/invalid parameter/ ],
    [ 'interconn_infer rows=0;', '', qr/invalid parameter/ ],
    [ 'interconn_infer rows=5 rows=6;', '', qr/is duplicate/ ],
    [ 'interconn_infer decimals=full decimals=3;', '', qr/is duplicate/ ],
    [ 'interconn_infer decimals=3 decimals=full;', '', qr/is duplicate/ ],
    [ 'interconn_peer_allow 10.0.0.0/33;', '',
      qr{invalid network "10\.0\.0\.0/33"} ],
    [ 'interconn_permit_key {{dir}}/none;', '', qr/no private key can be/ ],
    [ 'interconn_permit_key {{dir}}/junk;', '', qr/no private key can be/ ],
    [ 'interconn_permit_key {{dir}}/server.crt;', '',
      qr/no private key can be/ ],
    [ 'interconn_certificate {{dir}}/none;', '', qr/No such file/ ],
    [ 'interconn_certificate {{dir}};', '', qr/is not a file/ ],
    [ 'interconn_certificate {{dir}}/junk;', '', qr/no PEM certificate/ ],
    [ 'interconn_channel 127.0.0.1:80;', '', qr{not unix:/path} ],
    [ 'interconn_channel unix:/' . 'x' x 200 . ';', '', qr/too long path/ ],
    [ 'interconn_redis unix:redis.sock;', '', qr/neither numeric nor unix/ ],
    [ 'interconn_redis unix:/' . 'x' x 200 . ';', '', qr/too long path/ ],
    [ 'interconn_redis 127.0.0.1 timeout=0;', '',
      qr/invalid parameter "timeout=0"/ ],
    [ "$redis $node", 'interconn_api east-west; interconn_api service;',
      qr/"interconn_api" directive is duplicate/ ],
    [ "$redis $node", 'interconn_status; interconn_status;',
      qr/"interconn_status" directive is duplicate/ ],
    [ "$redis $node", 'interconn_status; interconn_api east-west;',
      qr/"interconn_api" directive has another handler/ ],
    [ "$redis $node", 'interconn_api east-west; interconn_status;',
      qr/"interconn_status" directive has another handler/ ],
    [ "$redis $node",
      'interconn_api east-west; proxy_pass http://127.0.0.1:1;',
      qr/"interconn_api" has another handler in its location in/ ],
    [ "$redis $node",
      'proxy_pass http://127.0.0.1:1; interconn_api east-west;',
      qr/"interconn_api" directive has another handler/ ],
    [ "$redis $node", 'interconn_access peer; satisfy any; return 204;',
      qr/cannot be passed by, as "satisfy any" would in .*nginx\.conf:\d+/ ],
    [ '', 'interconn_max_body 0;', qr/must be greater than 0/ ],
    [ '', 'interconn_api sideways;', qr/invalid value "sideways"/ ],
    [ '', 'interconn_access all;', qr/invalid value "all"/ ],
    [ '', 'interconn_max_body much;', qr/invalid value/ ],
    [ 'interconn_api east-west;', '', qr/not allowed here/ ],
    [ '', 'interconn_redis 127.0.0.1;', qr/not allowed here/ ],
);

for my $case (@bad) {
    my ($http, $location, $message) = @$case;
    my ($status, $out) = $t->test_conf(conf($http, $location));
    my $name = substr "$http $location", 0, 70;

    is($status, 1, "refused: $name");
    like($out, $message, '... saying why');
    like($out, qr/ in \S+nginx\.conf:\d+/, '... and where');
}

# What is possible, but hardly meant.

sub listener {
    my ($server, $location) = @_;

    return "http {\n" . $t->temp_paths . "    access_log off;\n"
        . "    $redis\n    $node\n    server {\n"
        . "        listen 127.0.0.1:{{ew}} ssl;\n"
        . "        ssl_certificate {{dir}}/server.crt;\n"
        . "        ssl_certificate_key {{dir}}/server.key;\n"
        . "        ssl_client_certificate {{dir}}/network.crt;\n"
        . "        $server\n        location / { $location }\n"
        . "        location /more/ { $location }\n    }\n}\n";
}

my $sound = 'ssl_verify_client optional; ssl_session_cache off;'
    . ' ssl_session_tickets off;';
my $peers = 'interconn_api east-west;';

for my $case (
    [ $sound, $peers, '' ],
    [ 'ssl_session_cache shared:x:1m;', 'interconn_api north-south;', '' ],
    [ 'interconn_plain_identity on;', $peers, 'for development only' ],
    [ 'ssl_session_cache off;', $peers, 'has no "ssl_verify_client"' ],
    [ $sound =~ s/tickets off/tickets on/r, $peers,
      'TLS sessions be resumed' ],
    [ $sound =~ s/cache off/cache shared:x:1m/r, $peers,
      'TLS sessions be resumed' ],
    [ $sound =~ s/cache off/cache builtin/r, $peers,
      'TLS sessions be resumed' ],
    [ $sound, "$peers interconn_certificate {{dir}}/old.crt;",
      'has expired' ],
    [ $sound, "$peers interconn_permit_key {{dir}}/open.key;",
      'everybody on this host can read the secret' ],
) {
    my ($server, $location, $text) = @$case;

    $t->spew($t->dir . '/open.key', $t->slurp($t->dir . '/server.key'));
    chmod 0644, $t->dir . '/open.key';

    my ($status, $out) = $t->test_conf(listener($server, $location));
    my @warned = grep { /^nginx: \[warn\]/ } split /\n/, $out;

    is($status, 0, "accepted: $server $location") or diag($out);

    if ($text) {
        like("@warned", qr/\Q$text\E.* in \S+:\d+|in \S+:\d+ .*\Q$text\E/,
            "... with a warning that says where: $text");
    } else {
        is("@warned", '', '... without a warning');
    }

    cmp_ok(scalar @warned, '<=', $location =~ /old|open/ ? 2 : 1,
        '... said once');
}

for my $side ('east-west', 'north-south') {
    my ($status, $out) = $t->test_conf(conf("$redis $node",
        "interconn_api $side;"));

    like($out, qr/\[warn\].* in \S+:\d+ has no "listen \.\.\. ssl"/,
        "$side without TLS: a warning");
}

# locations behind permits

my $permit = 'interconn_permit dataset id=$arg_id;';
my $key = 'interconn_permit_key {{dir}}/server.key;';
my $tls = 'ssl_certificate {{dir}}/server.crt;'
    . ' ssl_certificate_key {{dir}}/server.key;'
    . ' ssl_client_certificate {{dir}}/network.crt;';

sub tls {
    return conf(@_) =~ s/(listen [\d.:{}a-z]+);/$1 ssl; $tls/r;
}

my @permits = (
    [ tls("$redis $node $key ssl_verify_client optional;", $permit) ],
    [ tls("$redis $node $key ssl_verify_client optional; $permit",
          'interconn_permit off;') ],
    [ tls("$redis $node $key ssl_verify_client on;", 'interconn_permit job'
          . ' id=$1 project=$2 component=$3 algorithm=x-$4 use=$request_id;')
    ],
    [ conf("$redis $node $key interconn_plain_identity on;", $permit) ],
    [ conf("$redis $node $key", $permit),
      qr/nginx\.conf:\d+ is for .* has no "listen \.\.\. ssl"/ ],
    [ conf("$redis $node $key $permit", ''), qr/no "listen \.\.\. ssl"/ ],
    [ tls("$redis $node $key", $permit), qr/has no "ssl_verify_client"/ ],
    [ tls("$redis $node", $permit), qr/needs "interconn_permit_key"/ ],
    [ tls("$redis $key", $permit), qr/needs "interconn_node_id"/ ],
    [ tls("$node $key ssl_verify_client on;", $permit),
      qr/no "interconn_redis" for what is used in/ ],
    [ tls("$redis $node $key ssl_verify_client on;", "$permit satisfy any;"),
      qr/cannot be passed by, as "satisfy any" would/ ],
    [ conf('', 'interconn_permit dataset;'), qr/has no id=/ ],
    [ conf('', 'interconn_permit contract id=$1;'),
      qr/there are no permits for "contract"/ ],
    [ conf('', 'interconn_permit dataset id=$1 id=$2;'),
      qr/invalid parameter "id=\$2"/ ],
    [ conf('', 'interconn_permit dataset id=;'), qr/invalid parameter "id="/ ],
    [ conf('', 'interconn_permit off id=$1;'), qr/has more than "off"/ ],
    [ conf('', "$permit $permit"), qr/is duplicate/ ],
    [ tls("$redis $node $key ssl_verify_client on;",
          'interconn_permit dataset id=$nothing;'), qr/unknown "nothing"/ ],
);

for my $case (@permits) {
    my ($text, $message) = @$case;
    my ($status, $out) = $t->test_conf($text);
    my ($name) = $text =~ /(interconn_permit .*)/;

    is($status, $message ? 1 : 0, "permit: $name") or diag($out);
    like($out, $message, '... saying why') if $message;
}

my ($status, $out) = $t->test_conf(conf('interconn_plain_identity on;', ''));
is($status, 0, 'interconn_plain_identity is possible');
like($out, qr/\[warn\].*for development only/, '... with a warning');

unlike($out, qr/secret/, 'no password is shown');

$t->finish;
done_testing();
