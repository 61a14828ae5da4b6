#!/usr/bin/perl

# A node cosigns the heads of its partners' logs: what follows the last one,
# once, and nothing else.
#
# covers: POST /v1/interconn/ext/evidence/checkpoint
# covers: GET /v1/platform/evidence/witness/list
# covers: POST /v1/platform/evidence/witness/reset

use warnings;
use strict;

use lib 't/lib';
use Encode qw/ decode_utf8 encode_utf8 /;
use IC;
use IC::Api;
use IC::Caller;
use IC::Heads;
use List::Util qw/ shuffle /;
use MIME::Base64 qw/ encode_base64 /;
use Test::More;
use Time::HiRes qw/ time /;

IC->check;
IC::Api->check;

my $seed = $ENV{IC_SEED} || time ^ $$;
note("IC_SEED=$seed");
srand($seed);

my $t = IC->new;
my $redis = $t->redis;
my $caller = IC::Caller->new($t);
my $dir = $t->dir;
my $path = '/ext/evidence/checkpoint';
my $old = $t->certificate('hospital-b-old') . '.key';
my %log;

for my $node (qw/ hospital-b hospital-c /) {
    $t->certificate($node);
    $t->contract($node, cert => $node, credential =>
        [ CERT => $t->slurp("$dir/$node.crt") ]);
    $log{$node} = IC::Heads->new(node => $node, key => "$dir/$node.key")
        ->add(map { "$node $_" } 1 .. 100);
}

my $b = $log{'hospital-b'};

sub body {
    my ($old_size, $proof, $head) = @_;

    return { old_size => $old_size, proof => $proof,
             checkpoint => decode_utf8($head) };
}

sub ask {
    my ($body, $node) = @_;

    my $got = $caller->call('POST', "/v1/interconn$path", $body,
        $node || 'hospital-b');

    return $got if exists $got->{cosignature};
    return join ' ', $got->{data}{error}, $got->{data}{size} // ();
}

sub events {
    return map { $_->{event} } $redis->changes('evidence');
}

sub is_cosigned {
    my ($got, $head, $name) = @_;
    my ($text) = $head =~ /\A(.*?\n)\n/s;

    ok(ref $got && IC::Heads::signed($text, encode_utf8($got->{cosignature}),
        'interconn/hospital-a', "$dir/server.key"), $name)
        or diag(ref $got || $got);
}

###############################################################################
# what follows

my $head = $b->head(size => 3);
my $first = body(0, [], $head);
my ($got, $events) = $caller->left(sub { ask($first) });

is_cosigned($got, $head, 'the first head');
is("@$events", 'HEAD_COSIGNED', '... with evidence');

my ($entry) = grep { $_->{event} eq 'HEAD_COSIGNED' }
    $redis->stream('evidence');

is($entry->{size}, 3, '... of its size');
is($entry->{root}, encode_base64($b->root(3), ''), '... and root');
is($entry->{origin}, 'interconn/hospital-b/LOG1', '... of which log');

($got, $events) = $caller->left(sub { ask($first) });
is_cosigned($got, $head, 'the same again');
is("@$events", '', '... without evidence');

for my $sizes ([ 3, 4 ], [ 4, 8 ], [ 8, 9 ], [ 9, 64 ], [ 64, 65 ]) {
    my ($from, $to) = @$sizes;

    $head = $b->head(size => $to);
    is_cosigned(ask(body($from, $b->proof($from, $to), $head)), $head,
        "from $from to $to");
}

is($redis->get('witness:hospital-b', 'checkpoint'), $head,
    'the last one is kept');
is($redis->get('witness:hospital-b', 'hash'), 'sha256', '... and the hash');

###############################################################################
# what does not

my $before = $redis->dump;

sub refused {
    my ($body, $error, $name, $node) = @_;

    is(ask($body, $node), $error, $name);
    is($redis->dump, $before, '... and nothing changes');
}

my $next = $b->head(size => 70);
my $proof = $b->proof(65, 70);

refused(body(64, $b->proof(64, 70), $next), 'head_size 65',
    'a proof from another size is told the one that is known');
refused($first, 'head_size 65', 'a head that was overtaken');
refused(body(0, [], $next), 'head_size 65', 'from nothing');
refused(body(0, [], $b->head(size => 3, time => 1600000000000)),
    'head_size 65', 'an old head');

my $stranger = $log{'hospital-c'};

refused(body(65, $proof, $b->head(size => 70, key => $stranger->{key})),
    'bad_signature', 'a head that another key has signed');
refused(body(65, $proof, $b->head(size => 70, name => 'interconn/hospital-b')),
    'bad_signature', '... or another name');
refused(body(65, $proof, $next =~ s/\n70\n/\n71\n/r), 'bad_signature',
    '... or that was changed');
refused(body(65, $proof, $next =~ s/\n([^\n]{44})\n/\n${\ encode_base64(
    'x' x 32, '') }\n/r), 'bad_signature', '... in its root');
refused(body(0, [], $stranger->head), 'invalid_fields',
    'another node\'s head');
refused(body(0, [], $b->head(origin => 'interconn/hospital-b')),
    'invalid_fields', 'an origin without a log');
refused(body(0, [], $b->head(origin => 'interconn/hospital-b/a/b')),
    'invalid_fields', '... or with more');
refused(body(65, $proof, $b->head(size => 70, time => 1000 * (time + 400))),
    'invalid_fields', 'a head from the future');
refused(body(0, [], $b->head(size => 0)), 'invalid_fields', 'an empty log');
refused(body(65, [ ('A' x 43 . '=') x 64 ], $next), 'invalid_fields',
    'a proof of 64 hashes');
refused(body(65, [ @$proof[1 .. $#$proof], 'AAAA' ], $next),
    'invalid_fields', 'a hash that is none');
refused(body(65, [ @$proof[1 .. $#$proof], { } ], $next),
    'invalid_fields', '... or no text');
refused(body(-1, $proof, $next), 'invalid_fields', 'a negative size');
refused(body(65, $proof, 'x' x 4097), 'invalid_fields', 'a long checkpoint');
refused(body(65, $proof, $next =~ s/\n\n/\n/r), 'invalid_fields',
    'no signature');
refused(body(65, $proof, "$next\n"), 'invalid_fields', 'more than a head');
refused(body(65, $proof, ''), 'invalid_fields', 'no checkpoint');
refused({ %{ body(65, $proof, $next) }, checkpoint => 'x' x 10_000_000 },
    'too_large', '10 MB');

{
    my $answer = $t->http('ew', 'POST', "/v1/interconn$path",
        cert => 'hospital-b', body => body(65, $proof, 'x' x 4097));

    is($answer->{json}{code}, 4001, 'in the envelope');
    is($t->http('ew', 'POST', "/v1/interconn$path", body => $first)->{status},
        401, 'nobody without a certificate');
    is($t->http('ew', 'POST', "/v1/interconn$path", cert => 'hospital-b-old',
        body => $first)->{status}, 401, '... or a contract');
}

$head = $next;
is_cosigned(ask(body(65, $proof, $head)), $head, 'the true one goes on');

###############################################################################
# two histories

my $fork = $b->fork(68)->add(map { "other $_" } 1 .. 20);

sub split_of {
    my ($body, $reason, $name) = @_;

    my ($got, $events) = $caller->left(sub { ask($body) });

    is($got, 'split_view 70', $name);
    is("@$events", 'SPLIT_VIEW', '... with evidence');

    my ($entry) = reverse grep { $_->{event} eq 'SPLIT_VIEW' }
        $redis->stream('evidence');

    like($entry->{reason}, $reason, '... that says why');
    is($entry->{known}, $head, '... and has the head that was cosigned');
    is($entry->{shown}, encode_utf8($body->{checkpoint}),
        '... and the other one');
    like($t->log, qr/\[crit\].*node hospital-b has signed two histories/,
        '... and an alarm');

    ($got, $events) = $caller->left(sub {
        ask(body(70, $b->proof(70, 80), $b->head(size => 80)));
    });
    is($got, 'split_view 70', 'whatever comes then is refused');
    is(ask(body(70, [], $head)), 'split_view 70', '... also the last one');
    is("@$events", '', '... without more evidence');

    my $list = $caller->own('GET', '/evidence/witness/list');
    my ($shown) = grep { $_->{node_id} eq 'hospital-b' }
        @{ $list->{records} };

    like($shown->{split}, $reason, 'the operator sees it');
    is($shown->{size}, 70, '... and the size');

    ($got, $events) = $caller->left(sub {
        $caller->own('POST', '/evidence/witness/reset',
            { node_id => 'hospital-b', reason => 'looked at' });
    });
    is("@$events", 'WITNESS_RESET', 'until an operator resets it');
    is(ask(body(70, [], $head)), 'head_size 0', '... then it begins anew');
    is_cosigned(ask(body(0, [], $head)), $head, '... with any head');
}

split_of(body(70, [], $fork->head(size => 70)), qr/two roots/,
    'a fork of the same size');
split_of(body(68, $b->proof(68, 69), $b->head(size => 69)),
    qr/smaller head/, 'a log that was rolled back');
split_of(body(0, [], $b->head(origin => 'interconn/hospital-b/LOG2')),
    qr/another log/, 'another log');
# a proof that does not hold is no proof of anything: refused, without a mark

my @unproven = (
    [ 'a fork, with the proof that it can give',
      body(70, $fork->proof(70), $fork->head) ],
    [ 'a proof that is too short',
      body(70, [ @{ $b->proof(70, 80) }[1 .. 2] ], $b->head(size => 80)) ],
    [ 'a proof that is too long',
      body(70, [ @{ $b->proof(70, 80) }, 'A' x 43 . '=' ],
           $b->head(size => 80)) ] );

for my $case (@unproven) {
    my ($name, $body) = @$case;
    my ($got, $events) = $caller->left(sub { ask($body) });
    my $first = $case == $unproven[0];

    is($got, 'invalid_fields', $name);
    is("@$events", $first ? 'HEAD_REFUSED' : '',
        $first ? '... with evidence' : '... which is there already');
    is($redis->get('witness:hospital-b', 'split') // '', '', '... no mark');
}

my ($unproven) = reverse grep { $_->{event} eq 'HEAD_REFUSED' }
    $redis->stream('evidence');

like($unproven->{reason}, qr/proof does not lead/, 'the evidence says why');
is($unproven->{known}, $head, '... and has the head that was cosigned');
is($unproven->{shown}, encode_utf8($unproven[0][1]{checkpoint}),
    '... and the other one');
is(scalar(() = $t->log =~ /\[error\].*hospital-b asked to cosign .*not lead/g),
    1, 'nginx logs it, once too');
is_cosigned(ask(body(70, [], $head)), $head, 'the last one is still good');

is($caller->own('POST', '/evidence/witness/reset',
    { node_id => 'hospital-c' })->{data}{error}, 'not_found',
    'nothing to reset');

###############################################################################
# two workers, two histories

$redis->command('HSET', $redis->key('witness:hospital-b'), 'count', 0);

for my $turn (1 .. 6) {
    my $size = $turn * 2 + 70;
    my $other = $b->fork($size - 1)->add('a lie');
    my @racers = map { [ $_, body(70, $_->proof(70, $size),
        $_->head(size => $size)) ] } $b, $other;
    my %text = map { $_->[1]{checkpoint} => $_->[0] } @racers;

    # of both histories several at once, each on a connection of its own
    my @bodies = shuffle(map { ($_->[1]) x 3 } @racers);
    my @sockets = map { $t->socket('ew', cert => 'hospital-b') } @bodies;

    $t->write_all($sockets[$_], $t->request('POST', "/v1/interconn$path",
        body => $bodies[$_])) for 0 .. $#bodies;

    my %won;

    for my $i (0 .. $#bodies) {
        my $data = $t->response($sockets[$i])->{json}{data};

        $won{ $bodies[$i]{checkpoint} } = 1 if $data->{cosignature};
    }

    is(scalar keys %won, 1, 'of two histories at once one is cosigned')
        or next;

    my ($kept) = keys %won;

    is($redis->get('witness:hospital-b', 'checkpoint'), encode_utf8($kept),
        '... and kept');
    is($redis->get('witness:hospital-b', 'split'),
        'two heads of one size have two roots', '... the other is found');
    $redis->call('witness_reset', 'hospital-b', '');
    is_cosigned(ask(body(0, [], $head)), $head, '... again');
}

is(scalar(grep { $_ eq 'SPLIT_VIEW' } events()), 9, 'each found once');

###############################################################################
# other keys, other nodes, too many

my $c = $log{'hospital-c'};

$head = $c->head;
is_cosigned(ask(body(0, [], $head), 'hospital-c'), $head,
    'another partner has its own');
is(ask(body(0, [], $b->head), 'hospital-c'), 'invalid_fields',
    '... and shows no head of others');

# the key before is good while the overlap lasts
$redis->command('HSET', $redis->key('contract:C-hospital-c'), 'old_until',
    int(1000 * (time + 100)), 'old_type', 'CERT', 'old_credential',
    $t->slurp("$dir/hospital-b-old.crt"));
$c->add('more');
$head = $c->head(key => $old);
is_cosigned(ask(body(100, $c->proof(100), $head), 'hospital-c'), $head,
    'a head that the key before has signed');
$redis->command('HSET', $redis->key('contract:C-hospital-c'), 'old_until',
    int(1000 * (time - 100)));
$c->add('more');
is(ask(body(101, $c->proof(101), $c->head(key => $old)), 'hospital-c'),
    'bad_signature', '... not when that is over');

my $answer;

# once more if the minute was over just then, and the head cosigned
for my $size (101, 102) {
    $redis->command('HSET', $redis->key('witness:hospital-c'),
        'count', 1000, 'minute', int(time / 60));
    $head = $c->head;
    $answer = ask(body($size, $c->proof($size), $head), 'hospital-c');
    last if !ref $answer;
    $c->add('more');
}

is($answer, 'too_many', 'not too many in a minute');

# of a contract that ended
$redis->call('contract_terminate_out', 'C-hospital-c');
is(ask(body(101, $c->proof(101), $head), 'hospital-c'),
    'contract_terminated', 'nothing without a contract');

$caller->finish($0);
$t->finish;
done_testing;
