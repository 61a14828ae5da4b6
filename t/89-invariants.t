#!/usr/bin/perl

# The checker of t/89-chaos.t finds what is wrong: the stores of a small
# network are good, and each of them doctored is not.

use strict;
use warnings;

use lib 't/lib';
use IC::Chaos;
use IC::Dump;
use IC::Invariants;
use Storable qw(dclone nstore);
use Test::More;
use Time::HiRes qw(sleep time);

my $chaos = IC::Chaos->new(nodes => 2);
my $job = $chaos->create(0, { steps => [
    { name => 'a', common => { rounds => 2 } },
    { name => 'b', after => [ 'a' ], common => { rounds => 1 } } ] });
my $until = time + 30;

while ($chaos->start && time < $until) {
    $chaos->approve;
    sleep 0.1;
}

is($chaos->await_end(30), '', 'a job has ended');
is_deeply([ $chaos->await_rest(20) ], [], 'the invariants hold');

my $good = IC::Dump::take($chaos);
my $id = $job->{job_id};
my ($task) = sort keys %{ IC::Invariants::all($good->{nodes}[1], 'task') };
my ($jti) = keys %{ IC::Invariants::all($good->{nodes}[1], 'permit') };
my ($secret) = @{ $good->{secrets} };

# the entries of that event about a subject, taken from a node or doubled
sub events {
    my ($node, $event, $subject, $times) = @_;

    $node->{keys}{evidence} = [ map { $_->{event} eq $event
        && $_->{subject} eq $subject ? ($_) x $times : $_ }
        @{ $node->{keys}{evidence} } ];
}

# what is found => how it comes about, given both nodes and the dump
my @cases = (
    [ acknowledged => sub { delete $_[0]{keys}{"job:$id"} } ],
    [ ends => sub { $_[1]{keys}{"job:$id"}{status} = 'RUNNING' } ],
    [ ends => sub { $_->{keys}{"job:$id"}{status} = 'FAILED' for @_[0, 1] } ],
    [ agreement => sub { $_[1]{keys}{"job:$id"}{status} = 'FAILED' } ],
    [ agreement => sub { $_[1]{keys}{"task:$task"}{status} = 'FAILED';
        $_[0]{keys}{"job:$id"}{status} = 'RUNNING' } ],
    [ 'permit uses' => sub { $_[1]{keys}{"permit:$jti"}{used}++ } ],
    [ 'permit uses' => sub { $_[1]{keys}{"permit:$jti"}{times_limit} = 1 } ],
    [ 'one end' => sub { events($_[0], 'JOB_FINISHED', "job:$id", 2) } ],
    [ 'one end' => sub { events($_[1], 'JOB_FINISHED', "job:$id", 0) } ],
    [ 'one commit' => sub { events($_[1], 'TASK_FINISHED', "task:$task",
                                   2) } ],
    [ 'one commit' => sub { $_[1]{keys}{"task:$task"}{status} = 'RUNNING' } ],
    [ 'one commit' => sub { $_[0]{keys}{"job:$id"}{'begun.a'} = 'other t sent'
        } ],
    [ epochs => sub { $_[1]{keys}{"task:$task"}{epoch} = 2 } ],
    [ indexes => sub { delete $_[1]{keys}{'ix:job'}{$id} } ],
    [ indexes => sub { $_[1]{keys}{'ix:task'}{other} = 1 } ],
    [ indexes => sub { push @{ $_[0]{keys}{'jobs-unfinished'} }, $id } ],
    [ indexes => sub { pop @{ $_[0]{keys}{"ptasks:$id"} } } ],
    [ queues => sub { $_[1]{keys}{tasks} = [ { _id => '1-0' } ] } ],
    [ queues => sub { $_[1]{pending}{jobs} = 1 } ],
    [ queues => sub { $_[1]{keys}{leases} = { $task => 1 } } ],
    [ outbox => sub { $_[1]{keys}{outbox} = [ { _id => '1-0', path => '/x',
                                               subject => 's' } ] } ],
    [ outbox => sub { $_[1]{keys}{"note:$task"} = '1-0' } ],
    [ sessions => sub { $_[1]{keys}{"session:session_$task"}{status}
                            = 'OPEN' } ],
    [ masks => sub { push @{ $_[2]{trace} }, $_[2]{trace}[0] } ],
    [ masks => sub { my ($mask) = $_[2]{trace}[0] =~ /(\S+)$/;
        push @{ $_[2]{trace} }, "session_x host.0 0 $mask" } ],
    [ logs => sub { $_[0]{logs}{'error.log'} .= "[alert] 1#1: worker process "
        . "2 exited on signal 11\n" } ],
    [ logs => sub { $_[0]{logs}{'error.log'} .= "[emerg] 1#1: no\n" } ],
    [ secrets => sub { $_[1]{logs}{'interconnd.log'} .= "x$secret\n" } ],
    [ remains => sub { $_[1]{children} = [ 1 ] } ],
    [ remains => sub { $_[1]{folders} = [ 'task_x' ] } ],
    [ bounds => sub { $_[0]{processes}{nginx}{rss} = 5000 } ],
    [ bounds => sub { $_[0]{processes}{nginx}{fds} = 5000 } ],
);
my %covered;

for my $case (@cases) {
    my ($name, $doctor) = @$case;
    my $bad = dclone($good);

    $doctor->(@{ $bad->{nodes} }, $bad);

    my %found = map { $_->[0] => $_->[1] } IC::Invariants::check($bad);

    ok($found{$name}, "found: $name") or diag(explain(\%found));
    note("$name: $found{$name}") if $found{$name};
    $covered{$name} = 1;
}

is_deeply([ sort keys %covered ], [ sort(IC::Invariants::names()) ],
    'every invariant can fail');

# the program says it by its exit status

my $file = $chaos->sandbox->temp . '/dump';
my $check = IC::Sandbox::root() . '/t/chaos/check';

nstore($good, $file);
is(`$^X $check $file`, '', 'the program finds nothing');
is($?, 0, '... exit status 0');
delete $good->{nodes}[0]{keys}{"job:$id"};
nstore($good, $file);
like(`$^X $check $file`, qr/^acknowledged: .*$id/m, '... names what it finds');
is($? >> 8, 1, '... exit status 1');

$chaos->down;
$chaos->sandbox->finish;
done_testing();
