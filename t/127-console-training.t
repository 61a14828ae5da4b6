#!/usr/bin/perl

# Jobs at the console: a training watched at the address that the service
# gives, its curve moving, its AUC; why one failed; ten thousand of them; by
# keyboard alone, in both languages.

use strict;
use warnings;

use lib 't/lib';
use IC::Browser;
use IC::Pace;
use IC::Sandbox;
use JSON::PP;
use Test::More;

my $sandbox = IC::Sandbox->new(nodes => 4);
my $node = $sandbox->node(1);
my $seed = $ENV{IC_SEED} || time;
my $order;

note("IC_SEED=$seed");
srand($seed);
$sandbox->star;

for my $n (1 .. 3) {
    my $file = $sandbox->temp . "/part$n.csv";

    open my $out, '>', $file or die "$file: $!\n";
    print $out "id,ill,age,dose\n";

    for my $i (1 .. 90) {
        my ($age, $dose) = (20 + rand 60, rand 10);

        print $out join(',', "p$n-$i", $age / 20 + rand(4) > 4.5 ? 1 : 0,
                        $age, $dose), "\n";
    }

    close $out;
    $sandbox->authorise($n, 0, $sandbox->dataset($n, $file,
        query => 'SELECT * FROM people'));
}

sub train {
    my ($column) = @_;

    $order = $sandbox->train([ 1, 2, 3 ], query => 'SELECT * FROM people',
        unique_id => 'id', label_name => 'ill', label_value => 1,
        attributes => [ 'age', $column ], params => { max_iter => 60,
            eps => 1e-300, evaluate => JSON::PP::true });

    my $board = $sandbox->platform(0,
        "/model/board_url?order_id=$order->{order_id}")->{data}{board_url};

    return $board->{ $node->{user_id} };
}

sub own {
    my ($path) = @_;

    return $sandbox->platform(1, "/v1/platform/$path")->{data};
}

# points of the curve that node 1 has
sub points {
    my ($task) = @{ own('task/list?page_size=1')->{records} };
    my $data = own("metric/query?task_id=$task->{task_id}");

    return scalar @{ $data->{metrics} || [] };
}

browse('console-training', {
    address => $node->{console}, token => $node->{operator_token},
    second => 1000 * within(1),
},
    train => sub { train($_[0]) },
    points => \&points,
    pace => sub { within(1) },
    ended => sub {
        my $s = $sandbox->await_training($order, 120);
        return $s->{train_status}{train_status};
    },
    many => sub {
        my ($count) = @_;
        my $store = $sandbox->store(1);

        $store->command('EVAL', <<'EOF', 1, $store->key('job'), $count);
for i = 1, tonumber(ARGV[1]) do
    local id = 'bulk-' .. i
    local node = string.gsub(KEYS[1], ':job$', '')
    redis.call('HSET', KEYS[1] .. ':' .. id, 'job_id', id, 'role', 'partner',
        'initiator', 'N0001', 'status', 'SUCCESS', 'config', '{}', 'dag',
        '{}', 'create_time', tostring(1700000000000 + i))
    redis.call('ZADD', node .. ':ix:job', 1700000000000 + i, id)
end
EOF
        return own('job/list?page_size=1')->{total};
    });

$sandbox->finish;
done_testing();
