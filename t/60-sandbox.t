#!/usr/bin/perl

# interconnctl sandbox: what an integrator gets.

use strict;
use warnings;

use lib 't/lib';
use IC::Sandbox;
use JSON::PP;
use Test::More;

my $build = $ENV{IC_BUILD} || 'build';
my $one = IC::Sandbox->new(nodes => 2, plain => 1);
my $two = IC::Sandbox->new(nodes => 1);

is(scalar $one->nodes, 2, 'two nodes');

for my $key (qw(node_id inst_id role address platform operator_token cert key
                redis console pids plain))
{
    ok(defined $one->node(0)->{$key}, "a node tells its $key");
}

ok(!defined $two->node(0)->{plain}, 'no plain listener unless asked for');
like($one->node(0)->{address}, qr{^https://127\.0\.0\.1:\d+$}, 'address');
like($one->node(0)->{plain}, qr{^http://127\.0\.0\.1:\d+$}, 'plain address');
is($one->node(0)->{role}, 'coordinator', 'the first node coordinates');
is($one->node(1)->{role}, 'hospital', 'the others are hospitals');
ok(-e $one->node(0)->{$_}, "the $_ exists") for qw(cert key redis);
ok(-e $one->{net}{$_}, "the $_ exists") for qw(ca ca_key);

# both serve side by side
for my $sandbox ($one, $two) {
    my $answer = $sandbox->peer(0, 0, '/v1/interconn/node/health');

    is($answer->{data}{status}, 'ok', 'healthy');
}

# what the program brings is registered on a node that nobody touched yet
{
    my $list = $one->platform(1, '/v1/platform/component/list?page_size=-1');
    my $about = $one->platform(1, '/v1/platform/component/query?code=homo_lr'
        . '&version=1.1.0')->{data}{Component};
    my $descriptor = decode_json(`$build/components/homo_lr --descriptor`);

    is(join(' ', sort map { "$_->{code} $_->{version} $_->{status}" }
        @{ $list->{data}{records} }), join(' ', map {
            my $own = decode_json(`$_ --descriptor`);
            "$own->{componentName} $own->{version} ENABLED" }
        sort glob "$build/components/*"),
        'built-in components are listed');
    is_deeply([ map { $_->{name} } @{ $about->{inputs} } ],
        [ map { $_->{name} } map { @{ $descriptor->{$_} } }
            qw/ inputParam inputData / ], '... with what they take');
    is_deeply([ @{$about}{qw/ outputs security roles title /} ],
        [ @{$descriptor}{qw/ outputData security roleList title /} ],
        '... and as they describe themselves');
    is($one->platform(1, '/v1/platform/component/unregister', {
        code => 'homo_lr', version => '1.1.0' })->{code}, 4090,
        '... and cannot be removed');
}

# an integrator's own node: a certificate of the CA is enough to apply
{
    my $dir = $one->temp;
    my $net = $one->{net};

    system("openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 "
           . "-nodes -keyout $dir/own.key -subj /CN=VENDOR01 "
           . "-out $dir/own.csr 2>/dev/null && openssl x509 -req "
           . "-in $dir/own.csr -CA $net->{ca} -CAkey $net->{ca_key} "
           . "-CAcreateserial -days 2 -out $dir/own.crt 2>/dev/null") == 0
        or die "openssl failed\n";

    my $http = HTTP::Tiny->new(verify_SSL => 1, timeout => 10,
        SSL_options => { SSL_ca_file => $net->{ca},
            SSL_verifycn_scheme => 'none', SSL_cert_file => "$dir/own.crt",
            SSL_key_file => "$dir/own.key" });
    my ($answer) = $one->request($http, $one->node(0)->{address}
        . '/v1/interconn/node/contract/apply', {
            node_id => 'VENDOR01', name => 'Vendor', institution => 'V',
            inst_id => 'V1', system => 'other', system_version => '1',
            address => 'https://127.0.0.1:29999', auth_type => 'CERT',
            auth_credential => do { local (@ARGV, $/) = "$dir/own.crt"; <> },
        });

    is($answer->{code}, 0, 'a vendor with a certificate of the CA may apply')
        or diag(encode_json($answer));
    ok($answer->{data}{contract_id}, 'and learns the contract');

    my $inbox = $one->platform(0, '/v1/platform/contract/list?status=APPLIED');

    is($inbox->{data}{records}[0]{node_id}, 'VENDOR01', 'it is in the inbox');
}

# a record that names no folder stops nobody
{
    my $ctl = IC::Sandbox::build_dir() . "/interconnctl";
    my $dir = $one->temp . "/damaged";
    my $pid = $one->node(0)->{pids}{nginx};

    mkdir $dir;
    open my $out, ">", "$dir/sandbox.json" or die;
    print $out qq({"nodes":[{},{"pids":{"nginx":$pid}}]});
    close $out;
    is(system("$ctl sandbox down --dir $dir"), 0, "a damaged record");
    ok((kill 0, $pid), "a stranger's process runs on");
}

# an auditor reads and changes nothing
{
    my $node = $one->node(0);
    my $ctl = IC::Sandbox::build_dir() . '/interconnctl';
    my $add = "$ctl operator add ada --conf $node->{dir}/interconnd.conf";

    chomp(my $token = `$add --role auditor`);
    like($token, qr/^[0-9a-f]{48}$/, 'a token for an auditor');

    my %as = (Authorization => "Bearer $token");
    my ($read) = $one->request($one->http, $node->{platform}
        . '/v1/platform/contract/list', undef, %as);
    my ($write, $http) = $one->request($one->http, $node->{platform}
        . '/v1/platform/contract/apply', { node_id => 'N0002',
            address => $one->node(1)->{address} }, %as);

    is($read->{code}, 0, 'reads');
    is($write->{code}, 4038, 'may not apply for a contract');
    is($http->{status}, 403, 'with that status');
    isnt(system("$add --role king 2>/dev/null"), 0, 'no other role');

    # the file as the daemon takes it: tabs, indented, spaces at the end

    my $conf = "$node->{dir}/spaced.conf";

    system("sed 's/^\\([a-z_]*\\)  */ \\1\\t/; s/\$/ /'"
           . " $node->{dir}/interconnd.conf > $conf");
    like(`$ctl operator add eve --conf $conf`, qr/^[0-9a-f]{48}$/,
         'spaces as interconnd takes them');

    system("sed 's/^ redis\t.*/redis unix:\\/nowhere/' -i $conf");
    like(`$ctl operator add eve --conf $conf 2>&1`,
         qr{operator eve: .*\S}, 'why there is no operator');
}

# development mode: the caller is who the header says
{
    $one->contract(1, 0);

    my $http = HTTP::Tiny->new(timeout => 10);
    my $url = $one->node(0)->{plain} . '/v1/interconn/dataset/pub/list'
        . '?contract_id=' . $one->{contracts}{'1-0'};
    my ($known) = $one->request($http, $url, undef,
        'x_node_id' => $one->node(1)->{node_id});
    my ($unknown) = $one->request($http, $url, undef, 'X-Node-Id' => 'N0099');

    is($known->{code}, 0, 'a contracted node, by x_node_id');
    isnt($unknown->{code}, 0, 'an unknown node');

    my $warned = do {
        local (@ARGV, $/) = "$one->{net}{nodes}[0]{dir}/logs/nginx.out";
        <>;
    };

    like($warned, qr/\[warn\].*plain_identity/, 'nginx warns at start');
}

# only its own processes stop, and all of them
{
    my $ctl = IC::Sandbox::build_dir() . '/interconnctl';
    my @pids = map { values %{ $_->{pids} } } $two->nodes;

    is(system("$ctl sandbox status --dir $one->{dir} > /dev/null"), 0,
       'status: up');
    $two->finish;
    ok(!(grep { readlink "/proc/$_/exe" } @pids),
       'down: every process is gone');
    isnt(system("$ctl sandbox status --dir $two->{dir} > /dev/null"), 0,
         'status: down');
    ok((kill 0, $one->node(0)->{pids}{nginx}), 'the other sandbox runs on');
}

$one->finish;
done_testing();
