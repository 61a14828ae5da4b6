#!/usr/bin/perl

# Text of others in logs and on terminals: whatever they put into headers,
# fields and names, no line is theirs and no character moves a cursor.

use strict;
use warnings;

use lib 't/lib';
use IC;
use IC::Daemon;
use JSON::PP;
use Test::More;

IC->check;
IC::Daemon->check;

# what a terminal obeys: by bytes, and by characters of UTF-8
my @odd = ("\e[31m", "\e]0;title\a", "\x08", "\x7f", "\x0b", "\x0c",
    "\xc2\x9b31m", "\xc2\x85", "\xe2\x80\xae", "\xe2\x80\xa8",
    "\xe2\x81\xa6", "\xd8\x9c");
my $odd = join 'x', @odd;
my $obeyed = qr/[\x00-\x08\x0b-\x1f\x7f]|\xc2[\x80-\x9f]|\xd8\x9c
    |\xe2\x80[\x8e\x8f\xa8-\xae]|\xe2\x81[\xa6-\xa9]/x;

my $t = IC->new(http => "log_format h '\$http_referer \$http_x_a';\n"
    . 'access_log {{dir}}/headers.log h;', bare => <<'EOF');
        location /missing { root {{dir}}/nowhere; }
EOF
my $json = JSON::PP->new;

$t->operator('olga', 'secret');
$t->contract('hospital-b', cert => 'hospital-b');

sub clean {
    my ($name, $text) = @_;
    my ($at) = $text =~ /(.{0,60}$obeyed.{0,20})/;

    ok(length $text, "$name: there is some") or return;
    is($at // '', '', '... nothing that a terminal obeys');
    is(scalar(() = $text =~ /^forged/mg), 0, '... no line of others');
}

###############################################################################
# nginx

for my $listener (qw/ plain bare ew /) {
    my @who = $listener eq 'ew' ? (cert => 'hospital-b')
        : (node => 'hospital-b');

    for my $header (qw/ Referer User-Agent X-A x-trace-id x-source-node-id
        x-resource-permit authorization x-auth-sign x-forwarded-for /)
    {
        my $bytes = $t->request('GET', '/missing', @who,
            headers => { $header => "a${odd}b" });
        my $socket = $t->socket($listener,
            $listener eq 'ew' ? @who : ());

        $t->write_all($socket, $bytes =~ s/^(Host)/$1/mr);
        $t->response($socket, 5);
        close $socket;
    }

    # text in fields, by the escapes of JSON and as it is
    my $text = $json->encode(["a\nforged line [alert]\r\n\e[31m\x{9b}"
        . "\x{202e}b"]) =~ s/^\[|\]$//gr;

    for my $path ('/v1/interconn/node/contract/apply',
        '/v1/interconn/dataset/audit/apply',
        '/v1/interconn/schedule/job/stop', '/v1/interconn/node/update')
    {
        utf8::encode(my $body = "{\"node_id\":$text,\"name\":$text,"
            . "\"contract_id\":$text,\"job_id\":$text,$text:1}");
        $t->post($listener, $path, @who, body => $body);
    }
}

# refused before any of ours has seen them
$t->get('bare', "/missing?%0aforged%0d\e[31m");
for my $line ("GET /\e[31m HTTP/1.1", "GE\e[31mT / HTTP/1.1",
    "GET /missing HTTP/1.1\r\nX\e[31m: y", "GET /missing HTTP/1.1\r\n"
    . "Host: \e[31m")
{
    my $socket = $t->socket('bare');

    $t->write_all($socket, "$line\r\n\r\n");
    $t->response($socket, 5);
    close $socket;
}

# on a connection that was used before
{
    my $socket = $t->socket('bare');

    for (1 .. 2) {
        $t->write_all($socket, $t->request('GET', '/missing',
            headers => { Referer => "kept$odd" }));
        $t->response($socket, 5);
    }

    close $socket;
}

clean("nginx: $_", $t->slurp($t->dir . "/$_"))
    for qw/ error.log access.log headers.log /;
like($t->log, qr/referrer: "a\?\[31m/, 'what is shown is what is harmless');

###############################################################################
# the daemon's log, and its tasks' lines

my $one = IC::Daemon->new(roles => 'channel runner',
                          conf => { plain_peers => 'on' });
my $program = $one->dir . '/components/talker';

open my $out, '>', $program or die "$program: $!\n";
print $out "#!/usr/bin/perl\nmy \$odd = pack 'H*', '", unpack('H*', $odd),
    "';\nprint \"a\$odd\\n\"; print STDERR \"b\$odd\\n\";\n",
    "exit 3;\n";
close $out;
chmod 0755, $program;

$one->run_task('task_1', 'talker');
$one->ended('task_1');
$one->call(push => "s\e[31m", "t\e[31m", "node$odd", body => 'x');
$one->invoke("s$odd", "t$odd", "peer$odd", body => 'x');
clean('interconnd', $one->log);

my $cause = $one->redis->get('task:task_1', 'cause') // '';

ok($cause, 'the task has a cause');
is($cause =~ /($obeyed)/ ? $1 : '', '', '... in which nothing is obeyed');

###############################################################################
# a terminal

SKIP: {
    skip 'no "script" to make a terminal', 4
        if system('script -qec true /dev/null >/dev/null 2>&1') != 0;

    my $conf = $one->dir . '/conf';
    my $ctl = ($ENV{IC_BUILD} || 'build') . '/interconnctl';

    $one->redis->call('operator_put', 'olga', 'sha', 'operator');
    $one->redis->command('HSET', $one->redis->key('operator:olga'), 'name',
        "olga$odd\nforged");

    my $seen = `script -qec '$ctl operator list --conf $conf' /dev/null`
        =~ s/\r\n/\n/gr;
    my $piped = `$ctl operator list --conf $conf`;

    like($piped, qr/\Q$odd\E/, 'a pipe gets what there is');
    like($seen, qr/olga\\x1b\[31m/, 'a terminal is told of it');
    is($seen =~ /($obeyed)/ ? unpack('H*', $1) : '', '', '... and obeys none');

    $seen = `script -qec '$ctl evidence "a$odd"' /dev/null` =~ s/\r\n/\n/gr;
    is($seen =~ /($obeyed)/ ? unpack('H*', $1) : '', '', '... nor of errors');
}

$t->finish;
done_testing();
