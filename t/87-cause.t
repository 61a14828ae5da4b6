#!/usr/bin/perl

# Why tasks fail, as the initiator reads it: who, what, where, what to do, and
# the lines that the component shares; nothing else of its log or output
# leaves the node. The owner reads all.

use warnings;
use strict;
use utf8;

use JSON::PP;
use Test::More;
use Time::HiRes qw/ sleep time /;

use lib 't/lib';
use IC::Daemon;
use IC::File;
use IC::Partner;

IC::Daemon::check();

my $d = IC::Daemon->new(node => 'hospital-a', start => 0,
    roles => 'runner channel courier', conf => {
        plain_peers => 'on', workers => 4, task_timeout => '4s',
        address => 'http://127.0.0.1:9' });
my $r = $d->redis();
my $json = JSON::PP->new->utf8->canonical;
my $count = 0;
my $b = IC::Partner->new(node => 'bank-b');

$b->contract($r);

for my $name (qw/ culprit /) {
    spew($d->dir . "/components/$name", slurp("t/data/components/$name"));
    chmod 0755, $d->dir . "/components/$name";
    $r->call('component_register', $name, '1', name => $name);
}

$d->start();

# A task of the partner's job, with these parameters; its id.

sub begin {
    my (%option) = @_;
    my $id = 'task_' . ++$count;
    my %param = (canary => "c$count", %{ $option{param} || {} });

    $r->command('HSET', $r->key("job:job-$id"), job_id => "job-$id",
        role => 'initiator', initiator => 'bank-b', status => 'RUNNING',
        cancel => 0, parties => 'bank-b', create_time => 1,
        dag => $json->encode({ components => [ { name => 'c_0',
            componentName => $option{component} || 'culprit' } ] }),
        config => $json->encode({ role => { guest => [ 'bank-b' ],
            host => [ 'hospital-a' ] }, task_params => {
            common => { c_0 => \%param } } }));
    $r->call('task_start', "job-$id", $id, 'c_0', token => 't');

    return $id;
}

# What the initiator was told at its end: the cause, and its text.

sub told {
    my ($id, $seconds) = @_;
    my $end;

    ok($d->await(sub {
        ($end) = grep { $_->{json}{task_id} eq $id
            && $_->{json}{status} eq 'FAILED' } $b->calls('task/callback');
        return $end;
    }, "$id ends", $seconds || 10), "$id: the initiator hears of its end");

    return ($end->{json}{cause}, $end->{body});
}

# what every cause has

sub complete {
    my ($cause, $id, $error, $code) = @_;

    is("$cause->{error} $cause->{code}", "$error $code", "$id: $error");
    is("$cause->{party} $cause->{node_id} $cause->{task_name} "
        . "$cause->{task_id}", "host.0 hospital-a c_0 $id", '... where');
    ok(length $cause->{message} && length $cause->{remedy},
        "... $cause->{message}: $cause->{remedy}");
    like("$cause->{message_zh} $cause->{remedy_zh}", qr/\p{Han}.* .*\p{Han}/,
        '... in Chinese');
    ok($cause->{time} >= ($^T - 1) * 1000
        && $cause->{time} <= (time + 1) * 1000, '... when');
}

###############################################################################
# a table of provocations

my %code;

{
    my $def = slurp('src/api/errors.def') =~ s{/\*.*?\*/}{}gsr;
    %code = $def =~ /IC_ERROR\((\w+),\s*(\d+)/g;
}

# every cause that a component may give; with column, row and field

my %task = map { $_ => begin(param => { end => 'fail', code => $_, row => 17,
    column => 'age', field => 'learning_rate', text => 'its words' }) }
    grep { $code{$_} =~ /^60/ } keys %code;

for my $error (sort keys %task) {
    my $id = $task{$error};
    my ($cause, $text) = told($id, 60);

    complete($cause, $id, $error, $code{$error});
    is("$cause->{column} $cause->{row} $cause->{field} $cause->{component}",
        'age 17 learning_rate culprit', '... column, row, field');
    like($cause->{message}, qr/its words$/, '... its own words');
    unlike($text, qr/canary/, '... and nothing else');
}

# what the runner finds

my @found = (
    [ 'task_crashed', { end => 'signal SEGV' }, qr/signal 11/,
        qr/^culprit ended on signal 11/ ],
    [ 'task_crashed', { end => 'signal KILL' }, qr/signal 9/,
        qr/^culprit ended on signal 9/ ],
    [ 'task_crashed', { end => 'status 3' }, qr/exit status 3/,
        qr/^culprit ended with exit status 3/ ],
    [ 'task_crashed', { end => 'fail', code => 'own', text => 'hm' },
        qr/own: hm/, qr/^shared 12/ ],
    [ 'task_timeout', { end => 'hang' }, qr/4 s/, qr/time limit of 4 s$/ ],
    [ 'bad_parameter', { 'a=b' => 1 }, qr/a=b/, undef ],
    [ 'component_missing', {}, qr/absent/, undef, 'absent' ],
);

for my $one (@found) {
    my ($error, $param, $message, $last, $component) = @$one;
    my $id = begin(param => $param, component => $component);
    my ($cause, $text) = told($id, 15);

    complete($cause, $id, $error, $code{$error});
    like($cause->{message}, $message, '... what happened');
    unlike($text, qr/canary/, '... no canary');

    next if !$last;

    like($cause->{log}[-1], $last, '... the last line');
    is(scalar @{ $cause->{log} }, 10, '... ten lines');
    is(scalar(grep { length > 400 } @{ $cause->{log} }), 0, '... of 400');
    like($cause->{log}[0], qr/^shared \d+ \\x1b\[31mx+$/, '... harmless');
}

# a runner that dies

my $id = begin(param => { end => 'hang' });
ok($d->await(sub { ($r->get("task:$id", 'status') // '') eq 'RUNNING' }),
    'it runs');
$d->kill_role('runner');
my ($cause, $text) = told($id, 25);
complete($cause, $id, 'task_lost', 6031);
unlike($text, qr/canary/, '... no canary');

# stopped

$id = begin(param => { end => 'hang' });
ok($d->await(sub { ($r->get("task:$id", 'status') // '') eq 'RUNNING' }),
    'it runs');
sleep(0.3);
$r->call('sched_task_stop', 'bank-b', $id);
($cause, $text) = told($id);
complete($cause, $id, 'task_stopped', 6032);
unlike($text, qr/canary/, '... no canary');

###############################################################################
# nothing that a component printed or logged has left the node

is(join("\n", grep { /canary/ } map { $_->{body} } $b->calls), '',
    'no canary in any message');
unlike($d->log, qr/canary/, 'nor in the log of the daemon');
is(join("\n", map { $_->[1][1] // '' } grep { grep { /canary/ }
    @{ $_->[1] } } @{ $r->command('XRANGE', $r->key('evidence'), '-', '+') }),
    '', 'nor in the evidence');

# the poll of the initiator

my $polled = $r->call('sched_task_poll', 'bank-b', $id, '')->{fields};
unlike(join(' ', %$polled), qr/canary/, 'nor in the answer to a poll');

# its owner reads all of it

my $own = $r->call('job_explain', "job-$id")->{records}[0];
my $log = $json->decode($own->{cause})->{log};

is(scalar @$log, 10, 'the owner sees the last ten lines');
$id = begin(param => { end => 'fail', code => 'data_empty' });
told($id);
$r->call('task_log', $id, '1', 'error', 'canary of the owner');
$own = $r->call('job_explain', "job-$id")->{records}[0];
is($json->decode($own->{cause})->{log}[-1], 'canary of the owner',
    '... of its own log');
my %all = map { $_ => 1 } map { $_->{text} =~ /^canary-(\w+)/ }
    @{ $r->call('task_log_get', $id, 'all', '', '', '', '', 1, -1)
        ->{records} };
is(join(' ', sort keys %all), 'debug err error info no out warn',
    '... and all of the log');
is_deeply([ map { $_->{level} } grep { $_->{text} =~ /^canary-warn/ }
    @{ $r->call('task_log_get', $id, 'warn', '', '', '', '', 1, -1)
        ->{records} } ], [ 'warn' ], '... by level');

done_testing();
