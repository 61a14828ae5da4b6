package IC::Packaged;

# A node whose tasks are programs of signed packages: makes, installs and runs
# them. The node may be that of another user.

use strict;
use warnings;

use IC::Daemon;
use IC::Redis;
use IC::Signer;
use JSON::PP;
use Test::More;

my $ctl = ($ENV{IC_BUILD} || 'build') . '/interconnctl';
my $json = JSON::PP->new->canonical;

# node => id; conf => { }; user => name of who runs the daemon; roles
sub new {
    my ($class, %option) = @_;
    my $node = IC::Daemon->new(node => $option{node} || 'node-a', start => 0,
        roles => $option{roles} || 'runner channel',
        conf => { plain_peers => 'on', %{ $option{conf} || {} } });
    my $self = bless { node => $node, dir => $node->dir, count => 0 }, $class;
    my $signer = $self->{signer} = IC::Signer->new($self->{dir});

    $signer->authority('studio');
    $signer->certificate(studio => 'dev');
    $signer->revocation('studio');
    @{ $node->{conf} }{qw(component_developers component_crl)} =
        map { "$self->{dir}/studio.$_" } qw(crt crl);

    $self->owned($option{user}) if $option{user};
    $node->start;
    spew("$self->{dir}/ctl.conf", join '', map {
        "$_ $node->{conf}{$_}\n" } sort keys %{ $node->{conf} });

    return $self;
}

sub node   { $_[0]{node} }
sub redis  { $_[0]{node}->redis }
sub dir    { $_[0]{dir} }
sub signer { $_[0]{signer} }

# The daemon runs as that user, to whom its files and its store are given.
sub owned {
    my ($self, $user) = @_;
    my ($uid, $gid) = (getpwnam $user)[2, 3];
    my $redis = $self->redis;

    system('chown', '-R', "$uid:$gid", $self->{dir});
    chmod 0755, $redis->{dir};
    chmod 0777, $redis->{socket};
    $self->{node}{with} = [ 'setpriv', "--reuid=$uid", "--regid=$gid",
                            '--clear-groups' ];
}

# A package with that program, signed and installed.
sub install {
    my ($self, $name, $version, $program, %option) = @_;
    my $dir = $self->{dir};
    my $signer = $option{signer} || 'dev';

    spew("$dir/descriptor.json", $json->encode({ componentName => $name,
        version => $version, provider => $option{provider} || 'test',
        description => 'a test', %{ $option{descriptor} || {} } }));
    spew("$dir/security.md", ($option{statement} || 'None.') . "\n");

    $self->run_ok('pack', "$dir/p.tar", '--descriptor',
        "$dir/descriptor.json", '--executable', $program, '--security',
        "$dir/security.md");
    $self->run_ok('sign', "$dir/p.tar", '--as', 'developer', '--certificate',
        "$dir/$signer.crt", '--key', "$dir/$signer.key");
    $self->run_ok('install', "$dir/p.tar", '--conf', "$dir/ctl.conf");
    system('chown', '-R', '--reference', "$dir/components",
           "$dir/components");
}

sub run_ok {
    my ($self, @words) = @_;

    system(join(' ', @{ $self->{node}{with} || [] }, $ctl, 'component',
                map { "'$_'" } @words) . " >$self->{dir}/ctl.out 2>&1") == 0
        or die "@words: " . slurp("$self->{dir}/ctl.out");
}

# Begins a task; its id. component, version, parameters, resources
sub begin {
    my ($self, %option) = @_;
    my $id = 'task_' . ++$self->{count};
    my $redis = $self->redis;
    my $node = $self->{node}{node};

    $redis->command('HSET', $redis->key("job:job-$id"),
        job_id => "job-$id", role => 'initiator', initiator => $node,
        status => 'RUNNING', cancel => 0, parties => '',
        dag => $json->encode({ version => '2.0.0', components => [ {
            name => 'step_0', componentName => $option{component},
            version => $option{version} // '', output => [] } ] }),
        config => $json->encode({ role => { guest => [ $node ] },
            job_params => { guest => { 0 => { resources =>
                $option{resources} || {} } } },
            task_params => { common => { step_0 =>
                $option{parameters} || {} } } }));

    my $status = $redis->status('task_start', "job-$id", $id, 'step_0',
                                token => "token-$id");

    die "$id: $status\n" if $status ne 'ok';

    return $id;
}

# Its record at the end; cause and report decoded.
sub end {
    my ($self, $id, $seconds) = @_;
    my $record = {};

    $self->{node}->await(sub {
        $record = $self->redis->hash("task:$id");
        return ($record->{status} || '') =~ /^(SUCCESS|FAILED)$/;
    }, "$id ends", $seconds || 70);

    for my $name (qw(cause report)) {
        $record->{$name} = $record->{$name}
            ? $json->decode($record->{$name}) : {};
    }

    return $record;
}

sub task {
    my ($self, %option) = @_;
    return $self->end($self->begin(%option));
}

sub slurp {
    open my $in, '<', $_[0] or die "$_[0]: $!\n";
    local $/;
    return scalar <$in>;
}

sub spew {
    open my $out, '>', $_[0] or die "$_[0]: $!\n";
    print $out $_[1];
    close $out or die "$_[0]: $!\n";
}

1;
