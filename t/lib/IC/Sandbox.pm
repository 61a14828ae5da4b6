package IC::Sandbox;

# A network of nodes as `interconnctl sandbox` makes it, and what operators
# and peers do with it. Stopped, and its logs checked, by finish().

use strict;
use warnings;

use Cwd qw(abs_path);
use File::Temp qw(tempdir);
use HTTP::Tiny;
use IC::Pace;
use IC::Proxy;
use IO::Socket::SSL;
use JSON::PP;
use List::Util qw(max min);
use Scalar::Util qw(weaken);
use Test::More;
use Time::HiRes qw(time sleep);

my @up;
my $json = JSON::PP->new->canonical;

# so that DESTROY runs when a test is interrupted
$SIG{$_} ||= sub { exit 1 } for qw(HUP INT TERM);

my $root = abs_path(__FILE__) =~ s{/t/lib/IC/Sandbox\.pm$}{}r;

sub build_dir { $ENV{IC_BUILD} || "$root/build" }
sub root      { $root }

# Shared test data, or undef where it is absent.
sub shared {
    my ($name) = @_;
    my $dir = $ENV{IC_SHARED} || "$root/../shared";
    my $path = "$dir/data/$name";
    return -e $path ? abs_path($path) : undef;
}

sub new {
    my ($class, %option) = @_;
    my $n = $option{nodes} || 4;
    my $dir = tempdir('icXXXXX', TMPDIR => 1, CLEANUP => 1);
    my @args = ($n, '--dir', "$dir/s");

    push @args, '--plain' if $option{plain};

    my $ctl = build_dir() . '/interconnctl';
    my $out = `$ctl sandbox up @args`;

    die "sandbox up failed\n" if $? != 0;

    my $self = bless {
        dir => "$dir/s", temp => $dir, pid => $$, net => decode_json($out),
        clients => {},
    }, $class;

    push @up, $self;
    weaken($up[-1]);

    return $self;
}

# before File::Temp removes the folder of a test that dies
END { $_->DESTROY for grep { defined } @up }

sub nodes { @{ $_[0]{net}{nodes} } }
sub node  { $_[0]{net}{nodes}[$_[1]] }
sub temp  { $_[0]{temp} }

sub DESTROY {
    my ($self) = @_;

    local ($?, $!, $@);

    return if !defined $self->{pid} || $self->{pid} != $$ || $self->{down}++;

    system(build_dir() . '/interconnctl', 'sandbox', 'down', '--dir',
           $self->{dir});
}

# Stops everything and asserts that no log tells of a crash or an alert.
sub finish {
    my ($self, %option) = @_;
    my @bad;

    $self->DESTROY;

    for my $node ($self->nodes) {
        for my $file (glob "$node->{dir}/logs/*") {
            open my $log, '<', $file or next;

            while (my $line = <$log>) {
                next if defined $option{allow} && $line =~ $option{allow};
                push @bad, "$file: $line"
                    if $line =~ /\[(?:alert|emerg)\]|exited on signal
                                 |exited\ with\ code\ [1-9]|Sanitizer
                                 |runtime\ error:/x;
            }
        }
    }

    is(join('', @bad), '', 'no alerts, crashes or sanitizer reports');
}

sub http {
    my ($self, $from) = @_;
    my $key = defined $from ? $from : '';

    return $self->{clients}{$key} ||= HTTP::Tiny->new(
        timeout => 20, verify_SSL => 1, keep_alive => 0,
        SSL_options => {
            SSL_ca_file => $self->{net}{ca},
            SSL_verifycn_scheme => 'none',
            defined $from ? (SSL_cert_file => $self->node($from)->{cert},
                             SSL_key_file => $self->node($from)->{key}) : (),
        });
}

sub request {
    my ($self, $http, $url, $body, %headers) = @_;
    my %args = (headers => { %headers });

    if (defined $body) {
        $args{content} = ref $body ? $json->encode($body) : $body;
        $args{headers}{'Content-Type'} = 'application/json';
    }

    my $answer = $http->request(defined $body ? 'POST' : 'GET', $url, \%args);
    my $data = eval { decode_json($answer->{content}) };

    return wantarray ? ($data, $answer) : $data;
}

# As the operator of node $n; the whole envelope.
sub platform {
    my ($self, $n, $path, $body) = @_;
    my $node = $self->node($n);

    return $self->request($self->http, "$node->{platform}$path", $body,
        Authorization => "Bearer $node->{operator_token}");
}

# Has every node reached through a recorder of its plain listener: the folder
# with what passes, a file for each connection, and the recorders, which must
# be gone when the test counts its processes.
sub record {
    my ($self) = @_;
    my $traffic = $self->temp . '/traffic';
    my @proxies;

    mkdir $traffic or die "$traffic: $!\n";

    for my $n (0 .. $self->nodes - 1) {
        my $node = $self->node($n);
        my $proxy = IC::Proxy->new($node->{plain} =~ /(\d+)$/, $traffic);
        my $info = $self->platform($n,
            "/v1/platform/node/query?node_id=$node->{node_id}")->{data};

        push @proxies, $proxy;
        $node->{address} = $info->{address}
            = 'http://127.0.0.1:' . $proxy->port;
        $self->platform($n, '/v1/platform/node/update', $info)->{code}
            and die "node $n: its address\n";
    }

    return ($traffic, @proxies);
}

# As node $from to node $to, with its certificate.
sub peer {
    my ($self, $from, $to, $path, $body, %headers) = @_;

    return $self->request($self->http($from), $self->node($to)->{address}
        . $path, $body, 'x-source-node-id' => $self->node($from)->{node_id},
        %headers);
}

# Until $code gives something true; dies with $what after $seconds.
# Who waits long asks seldom, at most every $pace seconds: questions take the
# time of what they wait for.
sub await {
    my ($self, $what, $code, $seconds, $pace) = @_;
    my $begun = time();
    my $until = $begun + within($seconds || 15);

    for (;;) {
        my $value = $code->();
        return $value if $value;
        die "waited in vain for $what\n" if time() > $until;
        sleep max($pace || 0, min(0.3, 0.01 + (time() - $begun) / 50));
    }
}

sub contract {
    my ($self, $from, $to) = @_;
    my $peer = $self->node($to);
    my $sent = $self->platform($from, '/v1/platform/contract/apply',
        { node_id => $peer->{node_id}, address => $peer->{address} });

    die 'contract/apply: ' . $json->encode($sent) if $sent->{code};

    my $id = $self->await('the application', sub {
        my $list = $self->platform($to, '/v1/platform/contract/list'
            . '?status=APPLIED&dir=in&page_size=-1');
        my ($r) = grep { $_->{node_id} eq $self->node($from)->{node_id} }
            @{ $list->{data}{records} };
        return $r && $r->{contract_id};
    });

    $self->platform($to, '/v1/platform/contract/confirm',
        { contract_id => $id, status => 'APPROVED' });

    $self->await('the confirmation', sub {
        my $c = $self->platform($from,
            "/v1/platform/contract/query?contract_id=$id");
        return ($c->{data}{status} || '') eq 'APPROVED';
    });

    return $self->{contracts}{"$from-$to"} = $id;
}

# The store of node $n, as its daemon sees it.
sub store {
    my ($self, $n) = @_;
    my $node = $self->node($n);

    require IC::Redis;
    open my $in, '<', "$node->{dir}/redis.password" or die "password: $!\n";
    chomp(my $password = <$in>);

    return IC::Redis->login(socket => $node->{redis},
        node => $node->{node_id}, user => 'interconnd',
        password => $password);
}

# The coordinator's contracts with everybody.
sub star {
    my ($self) = @_;

    $self->contract($_, 0) for 1 .. $self->nodes - 1;
}

sub dataset {
    my ($self, $n, $file, %option) = @_;
    my $answer = $self->platform($n, '/v1/platform/dataset/create', {
        name => $option{name} || 'rows', source => 'csv',
        location => { type => 'csv', path => $file,
            query => $option{query} || 'select * from data.blooddata_small' },
        column_metas => [ { name => 'id', data_type => 'varchar',
                            distribution => 'DISCRETE' } ],
        owner => $self->node($n)->{inst_id}, pub_scope => 'protect',
    });

    die 'dataset/create: ' . $json->encode($answer) if $answer->{code};

    return $answer->{data}{dataset_id};
}

sub contract_with {
    my ($self, $n, $peer) = @_;
    my $list = $self->platform($n,
        '/v1/platform/contract/list?status=APPROVED&page_size=-1');
    my ($r) = grep { $_->{node_id} eq $self->node($peer)->{node_id} }
        @{ $list->{data}{records} };

    return $r && $r->{contract_id};
}

# $holder asks for a dataset of $owner and gets it.
sub authorise {
    my ($self, $owner, $holder, $dataset, %limits) = @_;
    my $sent = $self->platform($holder, '/v1/platform/audit/apply', {
        resource_type => 'dataset', resource_id => $dataset,
        contract_id => $self->contract_with($holder, $owner) });

    die 'audit/apply: ' . $json->encode($sent) if $sent->{code};

    my $id = $sent->{data}{audit_id};

    $self->await('the application', sub {
        my $a = $self->platform($owner,
            "/v1/platform/audit/query?audit_id=$id");
        return ($a->{data}{status} || '') eq 'APPLIED';
    });

    $self->platform($owner, '/v1/platform/audit/confirm',
        { audit_id => $id, status => 'APPROVED', %limits });

    $self->await('the permit', sub {
        my $a = $self->platform($holder,
            "/v1/platform/audit/query?audit_id=$id");
        return ($a->{data}{status} || '') eq 'APPROVED';
    });

    return $id;
}

# Approves (or answers otherwise) the job audit that waits at node $n. What it
# would run there and no dataset answers is refused, unless it is left to the
# test: queries => 'waits'.
sub answer_job {
    my ($self, $n, $status, %option) = @_;
    my $id = $self->await("a job to approve at node $n", sub {
        my $list = $self->platform($n, '/v1/platform/audit/list'
            . '?resource_type=job&status=APPLIED&dir=in');
        my ($r) = @{ $list->{data}{records} || [] };
        return $r && $r->{audit_id};
    });

    my $answer = $self->platform($n, '/v1/platform/audit/confirm',
        { audit_id => $id, status => $status || 'APPROVED' });

    $self->refuse_queries($n) if ($option{queries} || '') ne 'waits';

    return $answer;
}

sub refuse_queries {
    my ($self, $n) = @_;
    my $list = $self->platform($n, '/v1/platform/query/list?status=PENDING');

    $self->platform($n, '/v1/platform/query/refuse',
        { query_id => $_->{query_id} }) for @{ $list->{data}{records} || [] };
}

# The body of POST /model/train over the hospitals given as node numbers.
sub train_request {
    my ($self, $hospitals, %option) = @_;
    my @ids = map { $self->node($_)->{user_id} } @$hospitals;
    my $query = $option{query} || 'select * from data.blooddata_small;';

    return {
        user_id => $ids[0], model_type => 'lr',
        party_id => [ @ids[1 .. $#ids] ],
        model_params => {
            penalty => 'L2', optimizer => 'sgd', eps => 1e-4, alpha => 0.01,
            max_iter => 5, converge_func => 'diff', batch_size => -1,
            learning_rate => 0.15, decay => 1,
            decay_sqrt => JSON::PP::true,
            init_param => { init_method => 'zeros' },
            encrypt_param => { method => 'Paillier' },
            cv_param => { need_cv => JSON::PP::false },
            %{ $option{params} || {} },
        },
        data_info => { map { $_ => { pos => $query } } @ids },
        unique_id => $option{unique_id} || 'unique_id',
        attributes => $option{attributes} || [ 'C6', 'C6DC', 'C8' ],
        label_name => $option{label_name} || 'diagnosis',
        label_value => defined $option{label_value} ? $option{label_value}
                                                    : 38,
    };
}

# Sends the request, has it approved; the order as /model/train answered.
sub train {
    my ($self, $hospitals, %option) = @_;
    my $order = $self->platform(0, '/model/train',
        $self->train_request($hospitals, %option));

    die 'model/train: ' . $json->encode($order) if $order->{code} != 200;

    $self->answer_job($_) for @$hospitals;

    return $order->{data};
}

sub train_status {
    my ($self, $order) = @_;

    return $self->platform(0,
        "/model/train_status?order_id=$order->{order_id}")->{data};
}

# Until the training ends; its last status.
sub await_training {
    my ($self, $order, $seconds, $pace) = @_;

    return $self->await('the end of the training', sub {
        my $s = $self->train_status($order);
        return $s->{train_status}{train_status} =~ /^(?:success|failed)$/
            && $s;
    }, $seconds || 60, $pace);
}

# The newest model of a node, decoded.
sub model {
    my ($self, $n) = @_;
    my $list = $self->platform($n, '/v1/platform/model/list?page_size=1');
    my $id = $list->{data}{records}[0]{model_id};
    my $model = $self->platform($n, "/v1/platform/model/query?id=$id");
    my $content = $self->platform($n, '/v1/platform/model/download',
        { model_id => $id });

    return { %{ $model->{data}{Model} }, model => $content->{data}{model} };
}

1;
