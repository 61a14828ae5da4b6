#!/usr/bin/perl

# Secrets of two nodes that work, fail and are asked wrong things: none of
# them, in no form, is in a log, a command line, an environment, the evidence,
# what the store keeps, or what a task leaves.

use strict;
use warnings;

use lib 't/lib';
use File::Find qw(find);
use IC::Psi;
use IC::Sandbox;
use MIME::Base64 qw(encode_base64);
use Test::More;

use IC::Daemon;

IC::Daemon->check;

my $sandbox = IC::Sandbox->new(nodes => 2);
my $psi = IC::Psi->new($sandbox);
my @node = $sandbox->nodes;
my (%secret, %seen);

###############################################################################
# what must not be found: { name => text }

for my $n (0, 1) {
    my $dir = $node[$n]{dir};

    $secret{"token $n"} = $node[$n]{operator_token};
    $secret{"$_ $n"} = slurp("$dir/$_") =~ s/\s+$//r
        for qw(redis.password edge.password);

    my $pem = slurp($node[$n]{key});
    my ($hex) = `openssl pkey -in $node[$n]{key} -noout -text` =~
        /priv:\s*((?:[0-9a-f]{2}:?\s*)+)/;

    $secret{"key $n"} = substr pack('H*', $hex =~ s/[^0-9a-f]//gr), -32;
    $secret{"key of limbs $n"} = reverse $secret{"key $n"};
    $secret{"PEM $n"} = (split /\n/, $pem)[1];
}

# a value that a row has, and one that an id has
$secret{row} = 'CANARYrow7f3Q';
$secret{id} = 'CANARYid5b9Z';
$secret{'wrong token'} = 'CANARYwrong' . 'w' x 30;
$secret{'wrong permit'} = 'mp1.CANARYkid.CANARYpayload.CANARYsig';
$secret{'wrong cookie'} = 'CANARYcookie' . 'c' x 30;
$secret{content} = 'CANARYcontent2J';

sub slurp {
    open my $in, '<:raw', $_[0] or return '';
    local $/;
    return scalar <$in> // '';
}

###############################################################################
# what nodes do

my ($answer, $response) = $sandbox->request($sandbox->http,
    "$node[0]{platform}/v1/platform/session/create", {},
    Authorization => "Bearer $node[0]{operator_token}");

($secret{cookie}) = ($response->{headers}{'set-cookie'} // '')
    =~ /=([\w.-]{20,})/;
ok($secret{cookie}, 'a session');

my @names = map { "$secret{id}$_" } 1 .. 300;
my @tables = map { my $n = $_; $psi->table($n, "id,name\n"
    . join '', map { "$names[$_],$secret{row}$n-$_\n" } 0 .. 299) } 0, 1;

watch();
$psi->{during} = sub { watch() for 1 .. 20 };

my $job = $psi->run([ \@tables, { keys => [ 'id' ] } ]);

is($job->{status}, 'SUCCESS', 'a job with the rows');

# one that fails over a row
my $odd = $psi->table(0, "id,name\n$names[0],$secret{row}\n"
    . "$names[1]\n\"$names[2],$secret{row}\n");

delete $psi->{during};
$job = $psi->run([ [ $odd, $tables[1] ], { keys => [ 'id' ] } ]);
is($job->{status}, 'FAILED', 'one that fails over a row');

# calls that are wrong in every way that carries a secret
for my $n (0, 1) {
    my $platform = "$node[$n]{platform}/v1/platform";
    my @bad = ([ Authorization => "Bearer $secret{'wrong token'}" ],
        [ Authorization => "Basic $secret{'wrong token'}" ],
        [ Authorization => "Bearer $secret{'wrong token'}\x01" ],
        [ Cookie => "interconn_session=$secret{'wrong cookie'}" ],
        [ Cookie => "__Host-interconn=$secret{'wrong cookie'}; x" ],
        [ Authorization => "Bearer $node[$n]{operator_token}",
          Cookie => "__Host-interconn=$secret{'wrong cookie'}" ]);

    for my $headers (@bad) {
        $sandbox->request($sandbox->http, "$platform/$_", undef, @$headers)
            for 'node/list', 'nothing';
        $sandbox->request($sandbox->http, "$platform/session/create", {},
            @$headers);
    }

    my $from = 1 - $n;
    my @permit = ('x-resource-permit' => $secret{'wrong permit'});

    $sandbox->peer($from, $n, $_, undef, @permit)
        for '/v1/interconn/node/health', '/v1/interconn/dataset/pub/list',
            '/v1/interconn/component/download?component_id=x';
    $sandbox->peer($from, $n, '/v1/interconn/schedule/job/create',
        { job_id => 'x', content => $secret{content} }, @permit);
    $sandbox->peer($from, $n, '/v1/interconn/dataset/audit/confirm',
        "{\"audit_id\":\"$secret{content}", @permit);
    $sandbox->platform($n, '/v1/platform/model/create',
        { name => 1, content => $secret{content} });
    $sandbox->platform($n, '/v1/platform/dataset/create',
        "[\"$secret{content}\",]");
}

# permits that nodes have: in the stores only
for my $n (0, 1) {
    my $store = $sandbox->store($n);

    for my $key (@{ $store->command('KEYS', $store->key('*')) }) {
        next if $store->command('TYPE', $key) ne 'hash';

        for my $value (@{ $store->command('HVALS', $key) }) {
            $secret{"permit $1"} = $1
                if $value =~ /\b(mp1\.\w+\.[\w-]+\.[\w-]{20,})/;
        }
    }
}

cmp_ok(scalar(grep { /^permit/ } keys %secret), '>=', 1, 'permits');
watch();

###############################################################################
# where to look

my @logs = map { glob "$_->{dir}/logs/*" } @node;

cmp_ok(scalar(grep { -s } @logs), '>=', 4, 'there are logs');
none('logs', $_, slurp($_)) for @logs;

for my $n (0, 1) {
    my $dir = $node[$n]{dir};
    my @files;

    find({ no_chdir => 1, wanted => sub { push @files, $_ if -f } }, $dir);

    # what was made for the node's own people to have
    my @kept = grep { !m{/data/artefacts/[^/]+/[^/]+/data_} } grep {
        m{/(?:data|evidence|redis|logs|run)/|\.(?:aof|rdb)$|/core} } @files;

    cmp_ok(scalar(grep { /\.aof|appendonly/ } @kept), '>=', 1,
        "node $n: the store's file");
    cmp_ok(scalar(grep { m{/evidence/} } @kept), '>=', 1, '... evidence');
    is(scalar(grep { m{/core[^/]*$} && !m{/components/} } @files), 0,
        '... no core');

    for my $file (@kept) {
        # the partner's permits are in the store that has and sends them
        none("node $n", $file, slurp($file),
            $file =~ /\.aof|\.rdb/ ? qr/^permit/ : undef);
    }
}

is(join(', ', sort keys %seen), '', 'nothing where it must not be');

{
    my $n = 0;

    # so that the search is one
    my %found = map { $_ => 1 } found("x" . encode_base64(
        "ab$secret{row}cd", '') . unpack('H*', $secret{id}));

    is(join(' ', sort keys %found), 'id row', 'other forms would be found');
}

$sandbox->finish;
done_testing();

###############################################################################

# The names of secrets in a text, in whatever form.
sub found {
    my ($text) = @_;
    my @found;

    for my $name (keys %secret) {
        push @found, $name
            if grep { index($text, $_) >= 0 } forms($secret{$name});
    }

    return @found;
}

# base64 by where a secret begins in its group of three
sub forms {
    my ($secret) = @_;
    my $hex = unpack 'H*', $secret;

    return ($secret, $hex, uc $hex, map {
        my $text = encode_base64('x' x $_ . $secret, '');
        my $inner = substr $text, $_ ? 4 : 0;

        $inner = substr $inner, 0, 4 * int((length($secret) - 3) / 3);
        ($inner, $inner =~ tr{+/}{-_}r);
    } 0 .. 2);
}

sub none {
    my ($place, $what, $text, $allowed) = @_;

    for my $name (found($text)) {
        next if defined $allowed && $name =~ $allowed;
        $seen{"$name in $what"} = 1;
    }
}

# Command lines and environments of the nodes' processes, and of those below.
sub watch {
    my %parent;

    for my $status (glob '/proc/[0-9]*/stat') {
        my ($pid, $parent) = slurp($status) =~ /^(\d+) \(.*\) \S (\d+)/
            or next;
        $parent{$pid} = $parent;
    }

    my $dir = $sandbox->temp;
    my %ours = map { $_ => 1 } grep {
        index(slurp("/proc/$_/cmdline"), $dir) >= 0 } keys %parent;

    for my $pid (keys %parent) {
        my $up = $pid;

        $up = $parent{$up} while $up && $up > 1 && !$ours{$up};
        next if !$up || !$ours{$up};

        none('process', "$_ of a process", slurp("/proc/$pid/$_"))
            for qw(cmdline environ);
    }
}
