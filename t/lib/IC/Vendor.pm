package IC::Vendor;

# A complete node of another vendor, made from the published documents alone:
# a certificate of the sandbox's CA, a TLS server, and a client with the
# habits of the implementations there are: success is 200, `message` for
# `msg`, header names with underscores, an empty signature, a trace id of
# nothing, seconds for milliseconds.

use strict;
use warnings;

use Digest::SHA qw(sha256_hex);
use HTTP::Tiny;
use IC::File;
use IC::Partner;
use IO::Socket::SSL;
use JSON::PP;
use MIME::Base64;
use Time::HiRes qw(time);

my $json = JSON::PP->new->canonical;

# sandbox => IC::Sandbox; node => its id; plain => 1: http, and no TLS;
# signs => every message, with a time in 's' or in 'ms'; code, msg => of the
# server's answers
sub new {
    my ($class, %option) = @_;
    my $self = bless { %option, nonce => 0 }, $class;
    my $file = $option{sandbox}->temp . "/$option{node}";

    $self->certificate($file);

    if (!$option{plain}) {
        $self->{tls} = { cert => "$file.crt", key => "$file.key",
                         ca => $option{sandbox}{net}{ca} };
    }

    $self->{server} = IC::Partner->new(node => $option{node},
        code => $option{code} // 200, msg => $option{msg} || 'message',
        tls => $self->{tls});
    $self->answer;

    return $self;
}

sub certificate {
    my ($self, $file) = @_;
    my $net = $self->{sandbox}{net};

    system("openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 "
           . "-nodes -keyout $file.key -subj /CN=$self->{node} "
           . "-out $file.csr 2>/dev/null && openssl x509 -req "
           . "-in $file.csr -CA $net->{ca} -CAkey $net->{ca_key} "
           . "-CAcreateserial -days 2 -out $file.crt 2>/dev/null") == 0
        or die "openssl failed\n";
}

# What its server answers, by path; as IC::Partner has it.
sub answer {
    my ($self, %answers) = @_;

    $self->{server}->answer(
        'contract/apply' => [ { data => { contract_id => "C-$self->{node}",
                                          other => [ 1 ] } } ], %answers);
}

sub calls { my $self = shift; return $self->{server}->calls(@_) }

# The newest of so many calls of a path.
sub await {
    my ($self, $path, $count) = @_;
    my @calls = $self->{server}->await($path, $count || 1, 10)
        or die "no call of $path came\n";

    return $calls[-1];
}

sub http {
    my ($self) = @_;
    my $tls = $self->{tls};

    return $self->{http} ||= HTTP::Tiny->new(timeout => 20,
        keep_alive => 0, verify_SSL => 1, !$tls ? () : (SSL_options => {
            SSL_ca_file => $tls->{ca}, SSL_cert_file => $tls->{cert},
            SSL_key_file => $tls->{key}, SSL_verifycn_scheme => 'none' }));
}

# One call to node $n; what it answers.
sub call {
    my ($self, $n, $method, $path, $body, %headers) = @_;
    my $node = $self->{sandbox}->node($n);
    my $url = $node->{$self->{plain} ? 'plain' : 'address'};
    my $text = ref $body ? $json->encode($body) : $body;
    my %all = (x_node_id => $self->{node}, x_auth_sign => '',
        x_trace_id => '', x_nonce => 'nonce' . ++$self->{nonce},
        x_timestamp => int time, $self->sign($node, $method, $path, $text),
        %headers);

    $all{'Content-Type'} = 'application/json' if defined $text;

    my $http = $self->http->request($method, "$url$path",
        { headers => \%all, defined $text ? (content => $text) : () });
    my $answer = eval { $json->decode($http->{content}) };

    return $answer;
}

sub post { my $self = shift; $self->call(shift, 'POST', @_) }
sub get  { my $self = shift; $self->call(shift, 'GET', @_) }

# "code" or "code error" of an answer
sub verdict {
    my ($answer) = @_;

    return 'no answer' if ref $answer ne 'HASH';
    return join ' ', $answer->{code}, $answer->{data}{error} || ();
}

# The headers of a signed message, if it signs.
sub sign {
    my ($self, $node, $method, $path, $body) = @_;

    return if !$self->{signs};

    my $file = $self->{sandbox}->temp . "/$self->{node}";
    my $nonce = sprintf 'nonce-%s-%06d', $$, ++$self->{nonce};
    my $now = int(time() * ($self->{signs} eq 's' ? 1 : 1000));

    open my $out, '>:raw', "$file.text" or die "$file.text: $!\n";
    print $out join "\n", $method, $path, $self->{node}, $node->{node_id},
        $nonce, $now, sha256_hex(defined $body ? $body : '');
    close $out;

    my $sign = `openssl dgst -sha256 -sign $file.key $file.text | base64 -w0`;

    return (x_auth_sign => $sign, x_nonce => $nonce, x_timestamp => $now,
        x_target_node_id => $node->{node_id});
}

# Does the signature of a call that came verify?
sub verifies {
    my ($self, $call, $cert) = @_;
    my $file = $self->{sandbox}->temp . "/$self->{node}";
    my %head = %{ $call->{headers} };

    for my $case ([ text => join "\n", @$call{qw(method path)},
                    @head{qw(x-source-node-id x-target-node-id x-nonce
                             x-timestamp)}, sha256_hex($call->{body}) ],
                  [ sig => decode_base64($head{'x-auth-sign'} || '') ])
    {
        open my $out, '>:raw', "$file.$case->[0]" or die "$file: $!\n";
        print $out $case->[1];
        close $out;
    }

    return system("openssl x509 -in $cert -noout -pubkey > $file.peer && "
        . "openssl dgst -sha256 -verify $file.peer -signature $file.sig "
        . "$file.text > /dev/null") == 0;
}

###############################################################################

sub credential {
    my ($self) = @_;

    return slurp($self->{sandbox}->temp . "/$self->{node}.crt");
}

sub application {
    my ($self, %other) = @_;

    return { node_id => $self->{node}, name => 'Vendor', system => 'other',
        institution => 'Other vendor', inst_id => "I$self->{node}",
        system_version => '2.2', address => $self->{server}{address},
        auth_type => 'CERT', auth_credential => $self->credential,
        endpoint => { unknown => [ 1, undef ] }, %other };
}

# Applies to node $n; the answer of its operator, as it comes to our server.
sub contract {
    my ($self, $n, $status, %other) = @_;
    my $answer = $self->post($n, '/v1/interconn/node/contract/apply',
        $self->application(%other));
    my $id = $answer->{data}{contract_id}
        or die 'contract/apply: ' . $json->encode($answer);
    my $before = $self->calls('contract/confirm');

    $self->{sandbox}->platform($n, '/v1/platform/contract/confirm',
        { contract_id => $id, status => $status || 'APPROVED' });
    $self->{contract} = $id;

    return $self->await('contract/confirm', $before + 1);
}

sub permit {
    my ($self, $type, $id, $n) = @_;
    my $holder = $self->{sandbox}->node($n);

    return { token => "token of $self->{node} for $id", resource_level => 3,
        resource_type => $type, resource_id => $id, other => {},
        resource_node_id => $self->{node},
        resource_inst_id => "I$self->{node}",
        request_node_id => $holder->{node_id},
        request_inst_id => $holder->{inst_id},
        time_limit => int(time) + 3600, times_limit => 10 };
}

###############################################################################
# jobs; the component of the sandbox does what label_name tells

# Replaces the component of all nodes of a sandbox.
sub stub {
    my ($sandbox) = @_;
    my $dir = $sandbox->temp . '/components';

    mkdir $dir or die "$dir: $!\n";
    open my $out, '>', "$dir/homo_lr" or die "$dir/homo_lr: $!\n";
    print $out <<'END';
#!/bin/bash
case "$(printenv runtime.component.parameter.label_name)" in
wait) exec sleep 60 ;;
fail) echo '{"type":"fail","code":"data_null_label","row":17}' >&3; exit 1 ;;
*) echo '{"type":"fact","name":"rows","value":40}' >&3
   echo '{"type":"output","key":"model","none":true}' >&3 ;;
esac
END
    close $out;
    chmod 0755, "$dir/homo_lr";

    for my $node ($sandbox->nodes) {
        my $file = "$node->{dir}/interconnd.conf";
        my $conf = slurp($file) =~ s/^components .*/components $dir/mr;

        open $out, '>', $file or die "$file: $!\n";
        print $out $conf;
        close $out;
        kill 'HUP', $node->{pids}{interconnd};
    }
}

# Of one component, as all implementations together name things.
sub dag {
    return { version => '2.0.0', components => [ map { { name => $_,
        code => 'homo-lr', module_name => 'homo_lr',
        componentName => 'homo_lr', provider => 'other', version => 'v1.0.0',
        output => [ { type => 'model', key => 'model' } ] } } @_ ] };
}

# role => { guest => [ node ids ], ... }, data => { node id => dataset },
# initiator, label; for the components named
sub config {
    my ($names, %option) = @_;
    my $role = $option{role};
    my %params = (unique_id => 'id', label_name => $option{label} || 'ok',
        attributes => [ 'x' ], allow_two_parties => JSON::PP::true);
    my %task = (arbiter => {}, common => { map { $_ => \%params } @$names });

    for my $name (qw(guest host)) {
        my @nodes = @{ $role->{$name} };

        $task{$name} = { map { my $data = $option{data}{$nodes[$_]};
            $_ => { map { $_ => { dataset_id => $data } } @$names }
        } 0 .. $#nodes };
    }

    return { version => '2.0.0', role => $role, task_params => \%task,
        initiator => { role => 'guest', node_id => $option{initiator} },
        job_params => { common => { sync_type => 'poll' }, guest => { 0 => {
            resources => { cpu => -1, memory => -1, disk => -1 } } } } };
}

1;
