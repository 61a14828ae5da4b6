#!/usr/bin/perl

# Retrieval by keyword between two nodes, through both nginx: the answers are
# at the guest and nowhere else, faults of the data and of a peer end the job
# FAILED with their cause at both.

use strict;
use warnings;
use utf8;

use lib 't/lib';
use Encode qw(encode_utf8);
use IC::File;
use IC::Sandbox;
use JSON::PP;
use Test::More;

binmode Test::More->builder->$_, ':utf8' for qw(output failure_output);

my $sandbox = IC::Sandbox->new(nodes => 2);
my $json = JSON::PP->new->canonical;
my $temp = $sandbox->temp;
my $count = 0;

$sandbox->star;

my $flow = own('flow/create', { name => 'f' })->{flow_id};
my @node = $sandbox->nodes;

###############################################################################
# what is found

my $people = table(1, 'person,name,city', 'p1,Anna,"Linz, am Fluss"',
    'p2,Bo,', '张三,三,北京', 'p4,"D ""Dee""",Graz');
my $wanted = table(0, 'id', 'p2', 'nobody', '张三', 'p2', 'p4', 'P4');
my %names = (labels => [qw(name city)]);

for my $method (qw(oprf linear)) {
    my ($job, $end) = retrieve($wanted, $people, { method => $method,
        batch_size => 8 }, \%names);

    is($end->{status}, 'SUCCESS', "$method: a job") or diag(say_it($end));
    is(answers($job), <<'END', '... its answers');
id,found,name,city
p2,true,Bo,
nobody,false,,
张三,true,三,北京
p2,true,Bo,
p4,true,"D ""Dee""",Graz
P4,false,,
END
    is(scalar(@{[ glob "$node[1]{dir}/*/artefacts/*/*" ]}), 0,
       '... none at the host');

    my $kept = everything(1, $job, $end);

    like($kept, qr/"queries":8/, '... its report has the queries');
    unlike($kept, qr/nobody|P4/, '... and no keyword in its logs or records');
    unlike(everything(0, $job, $end), qr/Linz/,
        '... nor has the guest what it did not ask for');
}

# 10^4 rows, labels of many lengths, keys of two columns, a named batch

{
    my @rows = map { sprintf 'k%d,%d,%s', $_ * 3, $_ % 7, 'v' x ($_ % 90)
        . $_ } 1 .. 10_000;
    my $large = table(1, 'a,b,v', @rows);
    my $few = table(0, 'x,y', map { sprintf 'k%d,%d', $_ * 3,
        ($_ + ($_ % 2)) % 7 } map { $_ * 97 % 10_000 + 1 } 1 .. 100);
    my $expected = "x,y,found,v\n" . join '', map {
        sprintf "k%d,%d,%s\n", $_ * 3, ($_ + ($_ % 2)) % 7,
            $_ % 2 ? 'false,' : 'true,' . 'v' x ($_ % 90) . $_
    } map { $_ * 97 % 10_000 + 1 } 1 .. 100;

    for my $method (qw(oprf linear)) {
        my ($job, $end) = retrieve($few, $large, { method => $method,
            batch_size => 50 }, { labels => [ 'v' ], keys => [qw(a b)] },
            { keys => [qw(x y)] });

        is($end->{status}, 'SUCCESS', "$method: 10000 rows")
            or diag(say_it($end));
        ok(answers($job) eq $expected, '... answers as a look-up gives them');
    }
}

###############################################################################
# what is refused, and where it says so

{
    my $twice = table(1, 'person,name', 'a,1', 'b,2', 'a,3');
    my ($job, $end) = retrieve($wanted, $twice, {}, { labels => [ 'name' ] });

    cause($job, $end, 'data_duplicate_id', 'host.0', 'person', 3,
        qr/row 3 occurs in an earlier row/);
    ($job, $end) = retrieve($wanted, $twice, { duplicates => 'first' },
        { labels => [ 'name' ] });
    is($end->{status}, 'SUCCESS', 'the first of duplicates');

    ($job, $end) = retrieve($wanted, $people, {}, { labels => [ 'salary' ] });
    cause($job, $end, 'data_missing_column', 'host.0', 'salary', 0,
        qr/no column "salary"/);

    ($job, $end) = retrieve(table(0, 'id,x', 'a,1', ',2'), $people, {},
        \%names);
    cause($job, $end, 'data_null_value', 'guest.0', 'id', 2,
        qr/empty in row 2/);

    ($job, $end) = retrieve($wanted, $people, { batch_size => 4 },
        { %names, max_queries => 4 });
    cause($job, $end, 'data_rows_exceeded', 'guest.0', '', 0,
        qr/8 queries, max_queries allows 4/);
}

for my $case ([ { method => 'spiral' }, qr/method must be one of oprf/ ],
              [ { keywords => [ 'a' ] }, qr/keywords is unknown/ ],
              [ { max_queries => 1_000_000 }, qr/max_queries must be/ ],
              [ { keys => [] }, qr/keys must have/ ],
              [ { batch_size => 0 }, qr/batch_size must be/ ]) {
    my $got = make($wanted, $people, $case->[0], \%names);

    like($got->{msg} . $json->encode($got->{data} || {}), $case->[1],
        'refused when the job is made');
}

###############################################################################
# peers that break the protocol: a program in place of the component

{
    my ($job, $end);

    stub(1, <<'END');
push_it('junk');
sleep 60;
END
    ($job, $end) = retrieve($wanted, $people, {}, \%names);
    cause($job, $end, 'peer_protocol', 'guest.0', '', 0,
        qr/host\.0 sent no message of this protocol/);

    stub(1);
    stub(0, <<'END');
agree('method=oprf keys=1 batch_size=64');
pop_it();
push_it(message(2, 0, '{"queries":64}'));
push_it(message(3, 0, "\0" x (32 * 64)));
sleep 60;
END
    ($job, $end) = retrieve($wanted, $people, {}, \%names);
    cause($job, $end, 'peer_protocol', 'host.0', '', 0,
        qr/point 0 of guest\.0 is not canonical or of small order/);

    stub(0, <<'END');
agree('method=oprf keys=1 batch_size=64');
pop_it();
push_it(message(2, 0, '{"queries":640000}'));
sleep 60;
END
    ($job, $end) = retrieve($wanted, $people, {}, \%names);
    cause($job, $end, 'data_rows_exceeded', 'host.0', '', 0,
        qr/guest\.0 has 640000 queries, max_queries allows 10000/);
    stub(0);
}

$sandbox->finish;
done_testing();

###############################################################################

sub own {
    my ($path, $body) = @_;
    my $got = $sandbox->platform(0, "/v1/platform/$path", $body);

    return $got->{code} ? $got : $got->{data};
}

sub table {
    my ($n, @lines) = @_;
    my $name = 't' . ++$count;

    spew("$temp/$name.csv", encode_utf8(join '', map { "$_\n" } @lines));

    my $id = $sandbox->dataset($n, "$temp/$name.csv", name => $name,
        query => "select * from $name");

    $sandbox->authorise($n, 0, $id) if $n != 0;

    return $id;
}

sub make {
    my ($guest, $host, $common, $hosts, $guests) = @_;

    return own('job/create', { flow_id => $flow,
        dag => { version => '2.0.0', components => [ { name => 'pir',
            componentName => 'pir', provider => 'interconn',
            version => '1.0.0', input => [],
            output => [ { type => 'dataset', key => 'answers' } ] } ] },
        config => { version => '2.0.0',
            initiator => { role => 'guest', node_id => $node[0]{node_id} },
            role => { guest => [ $node[0]{node_id} ],
                host => [ $node[1]{node_id} ] },
            task_params => { common => { pir => $common },
                guest => { 0 => { pir => { dataset_id => $guest,
                    keys => [ 'id' ], %{ $guests || {} },
                    $common->{keys} ? (keys => $common->{keys}) : () } } },
                host => { 0 => { pir => { dataset_id => $host,
                    keys => [ 'person' ], %$hosts } } } } } });
}

# the job and how it ended

sub retrieve {
    my $made = make(@_);
    my $job = $made->{job_id} or die encode_utf8($json->encode($made));
    my $audit = own('audit/apply', { resource_type => 'job',
        resource_id => $job,
        contract_id => $sandbox->contract_with(0, 1) })->{audit_id};

    $sandbox->answer_job(1);
    $sandbox->await('the approval', sub {
        (own("audit/query?audit_id=$audit&dir=out")->{status} || '')
            eq 'APPROVED' });
    own('job/start', { job_id => $job });

    return ($job, ended(0, $job));
}

sub ended {
    my ($n, $job) = @_;

    return $sandbox->await("the end of $job", sub {
        my $got = $sandbox->platform($n,
            "/v1/platform/job/query?job_id=$job")->{data};
        return ($got->{status} || '') =~ /SUCCESS|FAILED/ && $got;
    }, 90);
}

sub say_it { encode_utf8($json->encode($_[0]{cause} || $_[0])) }

sub answers {
    my ($job) = @_;
    my ($file) = glob "$node[0]{dir}/*/artefacts/$job-guest-0/*/data_0";

    return $file ? Encode::decode_utf8(slurp($file)) : '';
}

# what node $n keeps of a job: records of the store, logs

sub everything {
    my ($n, $job, $end) = @_;
    my $store = $sandbox->store($n);
    my @files = grep { -f } glob "$node[$n]{dir}/logs/*";

    return join "\n", (map { slurp($_) } @files),
        map { %{ $store->hash($_) } } "job:$job",
        map { "task:$_->{task_id}" } @{ $end->{tasks} };
}

sub cause {
    my ($job, $end, $error, $party, $column, $row, $text) = @_;
    my $cause = $end->{cause} || {};

    is("$end->{status} $cause->{error} $cause->{party}",
        "FAILED $error $party", "$error at $party") or diag(say_it($end));
    is(($cause->{column} || '') . ' ' . ($cause->{row} || 0),
        "$column $row", '... column and row');
    like($cause->{message} || '', $text, '... and the words');

    my $there = ended(1, $job);

    # by its own eyes, by the word of the other one, or stopped before that
    like("$there->{status} $there->{cause}{error}",
        qr/^FAILED (?:$error|peer_gave_up|task_stopped)$/,
        '... the other side fails too') or diag(say_it($there));
    is(answers($job), '', '... no answers');
}

# Another program as a node's pir, or its own again.
sub stub {
    my ($n, $code) = @_;
    my $dir = "$temp/components$n";
    my $real = IC::Sandbox::build_dir() . '/components';

    if (defined $code) {
        mkdir $dir;
        spew("$dir/pir", <<'END' . $code);
#!/usr/bin/perl
use Digest::SHA qw(sha256);

my $self = $ENV{'config.self_role'};
my ($party) = grep { !/\Q$self\E$/ } map { /^config\.node_id\.(.*)/ }
    sort keys %ENV;
my $peer = $ENV{"config.node_id.$party"};
my ($socket) = $ENV{'system.transport'} =~ /^unix:(.*)/;
my $context = "\0" x 32;

bind_it("$_\0") for 'pir', $ENV{'config.job_id'}, $ENV{'config.task_id'};

sub bind_it { $context = sha256($context . sha256($_[0])) }

# the first exchange of all parties (src/protocol/ic_agree.c)

sub agree {
    my ($common) = @_;
    my $nonce = pack 'N8', map { int rand 2 ** 32 } 1 .. 8;
    my $rows = "\xff" x 8;

    push_it(message(1, 0, $rows . $nonce . sha256($nonce . sha256($common))));

    my $theirs = substr pop_it(), 40;
    my %said = ($self => $rows . $nonce, $party => substr $theirs, 0, 40);

    bind_it(message(1, 0, join '', map {
        pack('N/a N/a', $_, $ENV{"config.node_id.$_"}) . $said{$_} }
        sort keys %said));
}

sub call {
    my ($what, @rest) = @_;

    return ('curl', '-sS', '--unix-socket', $socket, '-X', 'POST', map({
        ('-H', $_) } "x-ptp-session-id: $ENV{'config.session_id'}",
        "x-ptp-token: $ENV{'config.token'}",
        "x-ptp-target-node-id: $peer", 'x-ptp-topic: pir', 'Expect:',
        'x-ptp-tech-provider-code: interconn',
        'Content-Type: application/octet-stream'), @rest,
        "http://channel/v1/interconn/chan/$what");
}

sub push_it {
    open my $out, '|-', call('push', '--data-binary', '@-') or die;
    binmode $out;
    print $out $_[0];
    close $out;
}

sub pop_it {
    open my $in, '-|', call('pop?timeout=60') or die;
    binmode $in;
    return do { local $/; <$in> };
}

sub message { pack('nnN', 1, $_[0], $_[1]) . $context . $_[2] }

END
        chmod 0755, "$dir/pir";
    }

    my $file = "$node[$n]{dir}/interconnd.conf";
    my $place = defined $code ? $dir : $real;

    spew($file, slurp($file) =~ s/^components .*/components $place/mr);
    kill 'HUP', $node[$n]{pids}{interconnd};
}
