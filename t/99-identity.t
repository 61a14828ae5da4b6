#!/usr/bin/perl

# Both sides of a task compare their components before the first message: what
# the channel role does with what a peer's messages tell.

use strict;
use warnings;

use lib 't/lib';
use IC::Daemon;
use JSON::PP;
use Test::More;

IC::Daemon->check;

my $json = JSON::PP->new->canonical;
my ($OK, $BAD, $EMPTY, $OTHER) =
    qw(E0000000000 E0000000400 E0000000601 E0000000615);
my ($D1, $D2) = ('1' x 64, 'a' x 64);
my $one = IC::Daemon->new(node => 'node-a', roles => 'channel',
                          conf => { plain_peers => 'on' });
my $redis = $one->redis;

###############################################################################
# the same: every way to be that

my $n = 0;

for my $pair ([ "hello acme 1.0 $D1", "hello acme 1.0 $D1", 'all of it' ],
              [ 'hello acme 1.0 -', "hello acme 1.0 $D1", 'one is no package' ],
              [ "hello acme 1.0 $D1", "hello - 1.0 $D1", 'no provider' ],
              [ 'hello - - -', 'hello - - -', 'no version at either' ],
              [ ('%E7%BB%84%E4%BB%B6 a%20b 1.0 -') x 2, 'escaped words' ],
              [ "hello acme 1.0 $D1", undef, 'the peer tells nothing' ])
{
    my ($own, $other, $what) = @$pair;
    my $id = task('same' . ++$n, component => $own);

    is(said($id, $other), $OK, "$what: taken");
    is($one->call(pop => $id, 't', 'node-b')->{body}, 'first', '... delivered');
    is(state($id), 'RUNNING', '... the task goes on');
}

###############################################################################
# not the same: nothing is handed over, the task fails, the peer is told

for my $pair ([ "hello acme 1.0 $D1", "hello acme 2.0 $D1", 'another version' ],
              [ "hello acme 1.0 $D1", "hullo acme 1.0 $D1", 'another name' ],
              [ "hello acme 1.0 $D1", "hello evil 1.0 $D1",
                'another provider' ],
              [ "hello acme 1.0 $D1", "hello acme 1.0 $D2",
                'another package' ],
              [ 'hello - 1.0 -', 'hello - - -', 'no version at one' ])
{
    my ($own, $other, $what) = @$pair;
    my $id = task('other' . ++$n, component => $own);
    my $wait = $one->connect;

    $one->begin($wait, pop => $id, 't', 'node-b', timeout => 30);

    my $answer = say_as($id, $other);

    is($answer->{code}, $OTHER, "$what: refused");
    like($answer->{json}{message},
         qr/node-a runs hello.*; node-b runs h[eu]llo/, '... both are named');
    is($answer->{component}, $own, '... and ours in a header');
    is($wait->answer->{code}, $OTHER, '... the wait ends');
    is($one->call(pop => $id, 't', 'node-b')->{code}, $OTHER, '... none comes');
    is($one->call(push => $id, 't', 'node-b')->{code}, $OTHER, '... none goes');
    mismatch($id, qr/node-a runs hello.*; node-b runs h[eu]llo/);
}

###############################################################################
# the first message is here before the own task has begun

{
    my $id = task('early');

    is(said($id, "hello acme 2.0 $D1"), $OK, 'before the task begins: taken');
    is($redis->status('session_identify', "task-$id", 1,
                      "hello acme 1.0 $D1"), 'component_mismatch',
       '... the task begins');
    mismatch($id, qr/node-a runs hello 1\.0.*; node-b runs hello 2\.0/);
    is($one->call(pop => $id, 't', 'node-b')->{code}, $OTHER,
       '... not handed over');
    is(said($id, "hello acme 2.0 $D1", seq => 2), $OTHER,
       '... and the next one is refused');

    $id = task('early-same');
    is(said($id, "hello acme 1.0 $D1"), $OK, 'the same, of the same version');
    is($redis->status('session_identify', "task-$id", 1,
                      "hello acme 1.0 $D1"), 'ok', '... the task begins');
    is($redis->status('session_identify', "task-$id", 2,
                      "hello acme 2.0 $D1"), 'wrong_state',
       '... nobody else writes its identity');
    is($one->call(pop => $id, 't', 'node-b')->{body}, 'first', '... delivered');
    is($redis->get("session:$id", 'component'), "hello acme 1.0 $D1",
       '... in the record');

    my ($loaded) = grep { $_->{event} eq 'COMPONENT_LOADED'
                          && $_->{subject} eq "task:task-$id" }
        $redis->stream('evidence');

    is("$loaded->{component} $loaded->{digest}", "hello:1.0 $D1", 'evidence');

    # nobody calls: the peer's next message finds out
    $id = task('early-silent');
    is(said($id, "hello acme 2.0 $D1"), $OK, 'taken before the task begins');
    $redis->status('session_identify', "task-$id", 1, "hello acme 1.0 $D1");
    ok($one->await(sub { said($id, "hello acme 2.0 $D1", seq => 2) eq $OTHER }),
       '... the peer learns of it soon');
}

###############################################################################
# another one in the middle

for my $later ("hello acme 1.0 $D2", "hello - 1.0 $D1", undef) {
    my $id = task('lie' . ++$n, component => 'hello - 1.0 -');
    my $what = defined $later ? (split ' ', $later)[1] : 'none';

    is(said($id, "hello acme 1.0 $D1"), $OK, "then $what: the first");
    is($one->call(pop => $id, 't', 'node-b')->{body}, 'first', '... delivered');
    is(said($id, $later, seq => 2), $OTHER, '... the next is refused');
    is($one->call(pop => $id, 't', 'node-b')->{code}, $OTHER, '... not given');
    mismatch($id, qr/node-b has changed its component/);
}

{
    my $id = task('later', component => "hello acme 1.0 $D1");

    is(said($id, undef), $OK, 'none at first');
    is(said($id, "hello acme 1.0 $D1", seq => 2), $OK, '... then the same');
    is(said($id, "hello acme 1.0 $D2", seq => 3), $OTHER, '... then another');
}

# what is none

for my $text ('hello', 'hello acme 1.0', "hello acme 1.0 $D1 more",
              'hello  1.0 -', 'hello acme 1.0 ABC', "hello acme 1.0 \xff",
              'h' x 2000 . ' a b -')
{
    my $id = task('bad' . ++$n, component => "hello acme 1.0 $D1");

    is(said($id, $text), $BAD, 'malformed: ' . substr $text, 0, 20);
    is($one->call(peek => $id, 't', 'node-b')->{code}, $EMPTY, '... not taken');
    is(state($id), 'RUNNING', '... nothing has changed');
}

###############################################################################
# identity=required in the profile of the peer

{
    $redis->command('HSET', $redis->key('contract:C1'), contract_id => 'C1',
        peer => 'node-b', status => 'APPROVED', speaks => 'identity=required',
        address => 'http://127.0.0.1:1', end_time => '');
    $redis->command('SET', $redis->key('nodeof:node-b'), 'C1');

    my $id = task('must', component => "hello acme 1.0 $D1");

    is(said($id, undef), $OTHER, 'required and not told: refused');
    mismatch($id, qr/node-b does not say which component.*identity=required/);

    $id = task('told', component => "hello acme 1.0 $D1");
    is(said($id, "hello acme 1.0 $D1"), $OK, '... told');

    $redis->command('HSET', $redis->key('contract:C1'), speaks => '');
    $id = task('may', component => "hello acme 1.0 $D1");
    is(said($id, undef), $OK, 'optional: taken without');
}

###############################################################################
# death of the role in between

{
    my @id = (task('kill-early'), task('kill-same'), task('kill-other'));

    is(said($id[0], "hello acme 2.0 $D1"), $OK, 'a message of another version');
    is(said($id[1], "hello acme 1.0 $D1"), $OK, 'one of the same');
    is(said($id[2], "hello acme 1.0 $D1"), $OK, 'one of the same');

    $one->kill_role('channel');
    $one->await(sub { $one->connect && $one->connect('channel-edge.sock') });

    $redis->status('session_identify', "task-$_", 1, "hello acme 1.0 $D1")
        for @id;
    is($one->call(pop => $id[0], 't', 'node-b')->{code}, $OTHER,
       'after its death: not handed over');
    mismatch($id[0], qr/node-a runs hello 1\.0.*; node-b runs hello 2\.0/);
    is($one->call(pop => $id[1], 't', 'node-b')->{body}, 'first',
       '... what is the same is');
    is(said($id[2], "hello acme 2.0 $D1", seq => 2), $OTHER,
       '... it is known what a peer told before');

    $one->kill_role('channel');
    $one->await(sub { $one->connect && $one->connect('channel-edge.sock') });
    is($one->call(pop => $id[2], 't', 'node-b')->{code}, $OTHER,
       'and that a session was refused');
    is(said($id[0], "hello acme 1.0 $D1", seq => 3), $OTHER, '... for good');
}

done_testing();

###############################################################################

# A session and its task, which runs; its id.
sub task {
    my ($id, %field) = @_;

    $one->session($id, { 'node-b' => 'http://127.0.0.1:1' }, %field);
    $redis->command('HSET', $redis->key("job:job-$id"), job_id => "job-$id",
        role => 'initiator', initiator => 'node-a', status => 'RUNNING',
        cancel => 0, parties => 'node-b',
        config => $json->encode({ role => { guest => [ 'node-a' ],
                                            host => [ 'node-b' ] } }),
        dag => $json->encode({ components => [ { name => 'step_0',
            componentName => 'hello', version => '' } ] }));
    $redis->command('HSET', $redis->key("task:task-$id"), epoch => 1,
        task_id => "task-$id", job_id => "job-$id", task_name => 'step_0',
        role => 'guest.0', initiator => 'node-a', status => 'RUNNING',
        cancel => 0, progress => 0, stage => '', cause => '', facts => '',
        session_id => $id);

    return $id;
}

# A message of the peer; the answer, with the header component.
sub say_as {
    my ($id, $component, %option) = @_;
    my $connection = $one->connect('channel-edge.sock');
    my $answer = $one->invoke($id, 't', 'node-b', seq => 1, body => 'first',
        connection => $connection, %option,
        header => { 'x-interconn-component' => $component });

    ($answer->{component}) =
        $answer->{head} =~ /^x-interconn-component: (.*?)\r?$/im;

    return $answer;
}

sub said { return say_as(@_)->{code} }

sub state { return $redis->get("task:task-$_[0]", 'status') }

# The own task has failed, and its cause says so.
sub mismatch {
    my ($id, $text) = @_;
    my $cause = $json->decode($redis->get("task:task-$id", 'cause') || '{}');

    is(state($id), 'FAILED', '... the task has failed');
    is($cause->{error} // '', 'component_mismatch', '... the error');
    like($cause->{message} // '', $text, '... both identities');
    like($cause->{remedy} // '', qr/install the same version/, '... a remedy');
}
