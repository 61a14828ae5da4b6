#!/usr/bin/perl

# Several small messages in one call between two of our nodes: each is taken
# once, whatever becomes of the others, and nodes that know nothing of it are
# not spoken to so. Files and journals that are used again bring nothing back.

use strict;
use warnings;

use lib 't/lib';
use IC::Daemon;
use IC::Front;
use IO::Select;
use IO::Socket::INET;
use Test::More;
use Time::HiRes qw(time sleep);

IC::Daemon->check;

my ($OK, $BAD, $EMPTY) = qw(E0000000000 E0000000400 E0000000601);
my $seed = $ENV{IC_SEED} || time & 0xffff;

srand $seed;
diag("seed $seed");

sub code { $_[0] ? $_[0]{code} : 'no answer' }

my $one = IC::Daemon->new(node => 'node-a',
    conf => { plain_peers => 'on', channel_message => '2m',
              channel_buffer => '1m', message_timeout => '20s' });

sub again {
    $one->kill_role('channel');
    $one->await(sub { $one->connect }, 'the channel listens');
}

# A call as of a peer, and the number in its answer.
sub batch {
    my ($session, $first, $bodies, %option) = @_;
    my $edge = $one->connect('channel-edge.sock');
    my $taken;

    $one->begin($edge, invoke => $session, 't', 'node-a',
        body => $option{body} // join('', @$bodies), header => {
            'x-interconn-peer' => 'node-b', 'x-ptp-version' => 1,
            'x-ptp-tech-provider-code' => 'interconn',
            'x-ptp-uri' => '/v1/interconn/chan/push',
            'x-ptp-source-node-id' => 'node-b',
            'x-interconn-seq' => $first . '+' . @$bodies,
            'x-interconn-lengths' => join(',', map { length } @$bodies),
            %{ $option{header} || {} },
        });

    return $edge if $option{begun};

    while ($edge->{buffer} !~ /\r\n\r\n/) {
        last if !$edge->more;
    }

    ($taken) = $edge->{buffer} =~ /^x-interconn-taken: (\d+)/im;

    return join ' ', code($edge->answer), $taken // 'none';
}

# all that is there
sub pop_all {
    my ($session) = @_;
    my @got;

    while (@got < 1000) {
        my $answer = $one->call(peek => $session, 't', 'node-b');
        last if code($answer) ne $OK;
        push @got, $answer->{body};
    }

    return join '|', @got;
}

$one->session("s$_", { 'node-b' => 'http://127.0.0.1:1' }) for 1 .. 4;

###############################################################################
# the receiver

is(batch('s1', 1, ['a', 'bb', '']), "$OK 3", 'three messages');
is(batch('s1', 1, ['a', 'bb', '', 'd']), "$OK 4", 'of copies, too');
is(pop_all('s1'), 'a|bb||d', 'each came once');
is(batch('s1', 5, ['', '']), "$OK 2", 'empty ones');
is(pop_all('s1'), '|', 'are messages');
is(batch('s1', 3, ['x', 'y', 'z', 'e', 'f', 'g']), "$OK 6", 'some are copies');
is(pop_all('s1'), 'f|g', 'the others come');

my @large = map { chr(ord('A') + $_) x 65536 } 0 .. 7;

is(batch('s1', 9, \@large), "$OK 8", 'eight of 64 KiB');
ok(pop_all('s1') eq join('|', @large), 'as they were');

for my $bad (
    [ 'a length too many', 'x-interconn-lengths' => '1,1,1' ],
    [ 'one too few',       'x-interconn-lengths' => '2' ],
    [ 'another sum',       'x-interconn-lengths' => '1,2' ],
    [ 'no length',         'x-interconn-lengths' => ',2' ],
    [ 'an end',            'x-interconn-lengths' => '1,1,' ],
    [ 'a sign',            'x-interconn-lengths' => '-1,3' ],
    [ 'a long one',        'x-interconn-lengths' => '65537,1' ],
    [ 'no count',          'x-interconn-seq'     => '17' ],
    [ 'a count of none',   'x-interconn-seq'     => '17+0' ],
    [ 'of too many',       'x-interconn-seq'     => '17+1025' ],
    [ 'no first',          'x-interconn-seq'     => '+2' ],
    [ 'a first of none',   'x-interconn-seq'     => '0+2' ],
    [ 'no number',         'x-interconn-seq'     => undef ],
) {
    my ($what, $name, $value) = @$bad;

    like(batch('s1', 17, ['p', 'q'], header => { $name => $value }),
         qr/^$BAD (0|none)$/, "refused: $what");
}

is(pop_all('s1'), '', 'what is refused leaves nothing');
like(batch('s1', 17, ['p', 'q'],
     header => { 'x-interconn-lengths' => undef }), qr/^$BAD /,
     'a count without lengths is refused: so old nodes answer, too');

# the connection ends in the middle
{
    my $edge = batch('s1', 20, ['whole', 'half of it'], begun => 1,
        body => 'wholehalf', header => { 'content-length' => 15 });

    sleep 0.2;
    close $edge->{fh};
    sleep 0.2;
    is(pop_all('s1'), 'whole', 'what was whole is taken');
    is(batch('s1', 20, ['whole', 'half of it']), "$OK 2", 'it comes again');
    is(pop_all('s1'), 'half of it', 'and brings the rest');
}

# more than there is room for
{
    my @many = map { chr(ord('a') + $_) x 65536 } 0 .. 19;
    my ($code, $taken) = split ' ', batch('s2', 1, \@many);

    is("$code $taken", 'E0000000700 16', 'what there is room for is taken');
    again();
    ok(pop_all('s2') eq join('|', @many[0 .. 15]), 'and there after a kill');
    is(batch('s2', 1, [@many[0 .. 15]]), "$OK 16", 'copies');
    is(pop_all('s2'), '', 'are none');
    is(batch('s2', 17, [@many[16 .. 19]]), "$OK 4", 'the rest');
    ok(pop_all('s2') eq join('|', @many[16 .. 19]), 'in order');
}

###############################################################################
# what was in a file before

{
    my (@there, $next);
    my $wrong = 0;
    my @sizes = (10, 3000, 65536, 70_000, 150_000, 400_000);
    my $n = 1;

    # messages that look like nothing but journal: old segments are full of it
    my $body = sub {
        my ($number, $size) = @_;
        return substr "$number " . pack('Q<*', 1 .. 8) x (1 + $size / 64),
            0, $size;
    };

    for my $turn (1 .. 600) {
        my $size = $sizes[rand @sizes];
        my $held = 0;

        $held += $_->[1] for @there;

        if ($held + $size < 900_000 && rand() < 0.6) {
            my $answer = $one->call(push => 's3', 't', 'node-a',
                body => $body->($n, $size),
                header => { 'x-interconn-call' => $n });

            push @there, [ $n++, $size ] if code($answer) eq $OK;

        } elsif (@there) {
            my $answer = $one->call(pop => 's3', 't', 'node-a', timeout => 2);
            $next = shift @there;
            $wrong++ if code($answer) ne $OK
                        || $answer->{body} ne $body->(@$next);
        }

        again() if $turn % 97 == 0;
    }

    again();

    for $next (@there) {
        my $answer = $one->call(pop => 's3', 't', 'node-a', timeout => 2);
        $wrong++ if code($answer) ne $OK || $answer->{body} ne $body->(@$next);
    }

    is($wrong, 0, ($n - 1) . ' messages of all sizes, among kills');
    is(code($one->call(peek => 's3', 't', 'node-a')), $EMPTY, 'none besides');
}

###############################################################################
# two nodes

SKIP: {
    skip 'nginx is not installed', 1 unless IC::Front->available;

    my $two = IC::Daemon->new(node => 'node-b',
        conf => { plain_peers => 'on', message_timeout => '60s' });
    my $front = IC::Front->new($two, conf => "            access_log calls;\n");

    $one->session('k', { 'node-b' => $front->address });
    $two->session('k', { 'node-a' => 'http://127.0.0.1:1' });

    # they gather while the receiver stands still
    my $receiver = $two->role_pid('channel');
    my $count = 400;
    my $connection = $one->connect;

    $one->call(push => 'k', 't', 'node-b', body => 'first',
               connection => $connection);
    is($two->call(pop => 'k', 't', 'node-a', timeout => 10)->{body}, 'first',
       'the first one tells that the peer takes batches');

    kill 'STOP', $receiver;
    $one->call(push => 'k', 't', 'node-b', body => "m$_",
               connection => $connection) for 1 .. $count;
    kill 'KILL', $receiver;

    $two->await(sub { my $pid = $two->role_pid('channel');
                      $pid && $pid != $receiver }, 'another one runs');
    $two->await(sub { $two->connect }, 'it listens');

    my $n = 0;

    for ( ;; ) {
        my $answer = eval { $two->call(pop => 'k', 't', 'node-a',
                                       timeout => 3) };
        last if code($answer) ne $OK
                || $answer->{body} ne 'm' . ($n + 1);
        $n++;
    }

    is($n, $count, 'all that gathered comes, once and in order');

    open my $log, '<', $two->dir . '/calls';
    my @calls = <$log>;
    cmp_ok(scalar(@calls), '<', $count / 4, @calls . ' calls of nginx');
}

done_testing();
