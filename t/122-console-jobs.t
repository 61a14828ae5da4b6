#!/usr/bin/perl

# Jobs at the console: a training that is watched at a hospital by the
# address of its dashboard, one that fails, one that is held, stopped and run
# again at the coordinator, and ten thousand of them.

use strict;
use warnings;
use utf8;

use lib 't/lib';
use IC::Browser;
use IC::Pace;
use IC::Sandbox;
use JSON::PP;
use Test::More;

use constant { ROWS => 120, MANY => 10_000 };

my $hostile = "<img src=x onerror=alert(1)>\x{202e}gnp " . 'x' x 200;
my $sandbox = IC::Sandbox->new(nodes => 4);

$sandbox->star;

for my $n (1 .. 3) {
    my $path = $sandbox->temp . "/part$n.csv";

    open my $out, '>', $path or die "$path: $!\n";
    print $out "id,a,b,y\n",
        map { join(',', $_, $_ % 7, ($_ * $_ + $n) % 11, $_ % 3 ? 0 : 1)
              . "\n" }
        1 .. ROWS;
    close $out;
    $sandbox->authorise($n, 0, $sandbox->dataset($n, $path,
        query => 'select * from t'));
}

sub operator {
    my ($n, $path, $body) = @_;
    my $answer = $sandbox->platform($n, "/v1/platform/$path",
        $body && encode_json($body));

    die "$path: $answer->{msg}\n" if !defined $answer->{code}
        || $answer->{code};
    return $answer->{data};
}

sub newest { return operator($_[0], 'job/list?page_size=1')->{records}[0] }

# A training of the three hospitals; the id of its job.
sub train {
    my ($iterations, @attributes) = @_;

    $sandbox->train([ 3, 1, 2 ], query => 'select * from t',
        attributes => \@attributes, unique_id => 'id', label_name => 'y',
        label_value => 1, params => { max_iter => $iterations, eps => 1e-12 });

    return newest(0)->{job_id};
}

sub points {
    my ($task) = @{ operator(3, "task/list?job_id=$_[0]")->{records} };

    return $task && scalar @{ operator(3, 'metric/query?task_id='
        . $task->{task_id})->{metrics} };
}

sub ended {
    my ($id) = @_;

    return $sandbox->await('its end', sub {
        my $job = operator(0, "job/query?job_id=$id");
        return $job->{status} =~ /^(?:SUCCESS|FAILED)$/ && $job;
    }, 120);
}

my %do = (
    train => sub { return train(@_) },
    points => sub { return points(@_) },
    ended => sub { return ended(@_) },
    job => sub { return operator(0, "job/query?job_id=$_[0]") },
    approve => sub {
        $sandbox->answer_job($_) for 1 .. 3;
        return 1;
    },
    lose => sub {
        my ($id, $text) = @_;
        my $store = $sandbox->store(0);

        return $store->command('HSET', $store->key("job:$id"), 'note', $text);
    },
    rename => sub {
        return operator(0, 'job/update', { job_id => $_[0],
                                           name => $hostile });
    },
);

browse('console-dashboard', { address => $sandbox->node(3)->{console},
    token => $sandbox->node(3)->{operator_token},
    second => 1000 * within(1) }, %do);

my $watcher = operator(0, 'operator/create', { name => 'ada',
    roles => [ 'auditor' ] })->{token};

browse('console-jobs', { address => $sandbox->node(0)->{console},
    token => $sandbox->node(0)->{operator_token}, watcher => $watcher,
    hostile => $hostile }, %do);

# ten thousand, as the store has them
{
    my $store = $sandbox->store(0);
    my $old = operator(0, 'job/query?job_id=' . newest(0)->{job_id});

    for my $batch (0 .. MANY / 500 - 1) {
        $store->pipe(map { [ 'job_create', sprintf('Jmany%05d', $_),
            $old->{flow_id}, '', dag => encode_json($old->{dag}),
            config => encode_json($old->{config}), name => "one of many $_" ] }
            $batch * 500 + 1 .. ($batch + 1) * 500);
    }
}

browse('console-many', { address => $sandbox->node(0)->{console},
    token => $sandbox->node(0)->{operator_token}, many => MANY,
    second => 1000 * within(1) }, %do);

$sandbox->finish;
done_testing();
