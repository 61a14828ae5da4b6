package IC::Packages;

# A node that takes packages over its API: nginx with the module (IC), the
# packages role of interconnd behind it, signed packages to send.

use warnings;
use strict;

use IC;
use IC::Daemon;
use IC::File ();
use IC::Signer;
use JSON::PP;

my $json = JSON::PP->new->canonical;
my $ctl = ($ENV{IC_BUILD} || 'build') . '/interconnctl';

sub check {
    IC->check;
    IC::Daemon->check;
}

my $pass = <<'EOF';
            client_max_body_size 256m;
            client_body_buffer_size 256k;
            proxy_request_buffering off;
            proxy_max_temp_file_size 0;
            proxy_http_version 1.1;
            proxy_set_header Connection "";
            proxy_set_header X-Interconn-Operator $interconn_operator;
            proxy_set_header X-Interconn-Peer $interconn_peer;
            proxy_set_header X-Interconn-Resource $interconn_permit_resource;
            proxy_pass http://packages;
EOF

# conf => { } of the daemon; ns => text for the operators' server
sub new {
    my ($class, %option) = @_;
    my $daemon = IC::Daemon->new(node => 'hospital-a', roles => 'packages',
        conf => { plain_peers => 'on' },
        start => 0);
    my $dir = $daemon->dir;
    my $own = join '', map { "        location = /v1/platform/component/$_ {\n"
        . "            interconn_access package;\n$pass        }\n" }
        qw/ upload download /;
    my $t = IC->new(ns => $own . ($option{ns} || ''),
        ew => "        location = /v1/interconn/component/download {\n"
            . "            interconn_permit component"
            . " id=\$arg_component_id;\n$pass        }\n",
        http => "upstream packages { server"
            . " unix:$dir/run/packages.sock; }\n");
    my $signer = IC::Signer->new($dir);

    $signer->authority('studio');
    $signer->certificate(studio => 'dev');
    $signer->authority('stranger');
    $signer->certificate(stranger => 'foreign');

    $daemon->{conf} = { %{ $daemon->{conf} },
        redis => 'unix:' . $t->redis->{socket},
        component_developers => "$dir/studio.crt", %{ $option{conf} || {} } };

    my $self = bless { t => $t, daemon => $daemon, dir => $dir,
                       signer => $signer }, $class;
    $self->start;

    return $self;
}

sub start {
    my ($self) = @_;

    $self->{daemon}->start;
    IC::File::spew("$self->{dir}/ctl.conf", join '', map {
        "$_ $self->{daemon}{conf}{$_}\n" }
        sort keys %{ $self->{daemon}{conf} });
    $self->ready;
}

sub ready {
    my ($self) = @_;

    $self->{daemon}->await(sub {
        $self->{daemon}->connect('packages.sock')
    }, 'the role listens');
}

sub t      { $_[0]{t} }
sub daemon { $_[0]{daemon} }
sub dir    { $_[0]{dir} }
sub components { "$_[0]{dir}/components" }

# The file of a package; signer => 'foreign' or '', program => text,
# bytes => of a file that comes along
sub package_of {
    my ($self, $name, $version, %option) = @_;
    my $dir = $self->{dir};
    my $signer = $option{signer} // 'dev';
    my $file = "$dir/$name-$version.tar";
    my @more;

    IC::File::spew("$dir/descriptor.json", $json->encode({
        componentName => $name, version => $version, provider => 'test',
        description => 'a test' }));
    IC::File::spew("$dir/security.md", "None.\n");
    IC::File::spew("$dir/program", $option{program} // "#!/bin/sh\n");

    if ($option{bytes}) {
        open my $in, '<', '/dev/urandom' or die;
        read $in, my $data, $option{bytes};
        IC::File::spew("$dir/more", $data);
        @more = ('--file', "$dir/more");
    }

    $self->ctl('component', 'pack', $file, '--descriptor',
        "$dir/descriptor.json", '--executable', "$dir/program", '--security',
        "$dir/security.md", @more) == 0 or die $self->said;
    $self->ctl('component', 'sign', $file, '--as', 'developer',
        '--certificate', "$dir/$signer.crt", '--key', "$dir/$signer.key")
        == 0 or die $self->said if $signer;

    return $file;
}

# exit status; what it said is said()
sub ctl {
    my ($self, @words) = @_;

    return system(join(' ', $ctl, map { "'$_'" } @words)
                  . " >$self->{dir}/ctl.out 2>&1") >> 8;
}

sub said { IC::File::slurp("$_[0]{dir}/ctl.out") }

# The answer to an upload of a text.
sub upload {
    my ($self, $body, %option) = @_;

    return $self->{t}->http('ns', 'POST', '/v1/platform/component/upload',
        token => 'secret', patience => 60, body => $body, %option,
        headers => { 'Content-Type' => 'application/x-tar',
                     %{ $option{headers} || {} } });
}

sub download {
    my ($self, $id, %option) = @_;

    return $self->{t}->http('ns', 'GET',
        "/v1/platform/component/download?component_id=$id",
        token => 'secret', patience => 60, %option);
}

sub finish {
    my ($self) = @_;

    $self->{daemon}->stop if $self->{daemon}{pid};
    $self->{t}->finish;
}

1;
