package IC::Unit;

# What a unit of systemd lets its service do, without systemd: the filter of
# system calls, the families of addresses, no new privileges, no memory that
# is written and run. A command inside of it:
#
#     IC::Unit->new($file)->command(@command)

use strict;
use warnings;

use Cwd qw(abs_path);

my %arch = (x86_64 => 0xc000003e, aarch64 => 0xc00000b7);
my %family = (AF_UNIX => 1, AF_INET => 2, AF_INET6 => 10, AF_NETLINK => 16);

my ($allow, $deny, $no_family) = (0x7fff0000, 0x00050001, 0x00050061);
my ($load, $equal, $return) = (0x20, 0x15, 0x06);

# { key => [ values, in order ] } of [Service]; an empty one begins anew.
sub new {
    my ($class, $file) = @_;
    my %key;

    open my $in, '<', $file or die "$file: $!\n";

    while (my $line = <$in>) {
        push @{ $key{$1} }, $2 if $line =~ /^(\w+)=(.*?)\s*$/;
    }

    return bless { file => abs_path($file), key => \%key }, $class;
}

sub value { ($_[0]{key}{ $_[1] } || [])->[-1] // '' }

# undef, or why it cannot be tried here
sub missing {
    my ($machine) = `uname -m` =~ /(\w+)/;

    return "no filter for $machine" if !$arch{$machine};
    return 'no systemd-analyze' if !sets();
    return 'no numbers of system calls' if !numbers();
    return undef;
}

sub command {
    my ($self, @command) = @_;
    my $lib = abs_path(__FILE__) =~ s{/IC/Unit\.pm$}{}r;

    return ($^X, "-I$lib", '-MIC::Unit', '-e', 'IC::Unit->new(shift)->enter',
            $self->{file}, @command);
}

# Becomes the command that is in @ARGV.
sub enter {
    my ($self) = @_;
    my %number = numbers();

    prctl(\%number, 38, 1) or die "no new privileges: $!\n";
    prctl(\%number, 65, 1)
        if $self->value('MemoryDenyWriteExecute') eq 'yes';

    my $program = $self->program(\%number);
    my $filter = pack 'S x6 P', length($program) / 8, $program;

    prctl(\%number, 22, 2, $filter) or die "filter: $!\n";
    exec(@ARGV) or die "$ARGV[0]: $!\n";
}

sub prctl {
    my ($number, @args) = @_;

    push @args, 0 while @args < 5;
    return syscall($number->{prctl}, @args) == 0;
}

# The names that SystemCallFilter leaves.
sub allowed {
    my ($self) = @_;
    my ($sets, %allowed) = ({ sets() });

    my @default = map { names($sets, $_) } qw(@default);
    $allowed{$_} = 1 for @default, 'execve', 'exit', 'exit_group';

    for my $line (@{ $self->{key}{SystemCallFilter} || [] }) {
        my $not = $line =~ s/^~//;

        for my $name (map { names($sets, $_) } split ' ', $line) {
            $not ? delete $allowed{$name} : ($allowed{$name} = 1);
        }
    }

    return keys %allowed;
}

sub names {
    my ($sets, $name) = @_;

    return $name if $name !~ /^\@/;
    die "no set $name\n" if !$sets->{$name};
    return map { names($sets, $_) } @{ $sets->{$name} };
}

sub sets {
    my (%sets, $set);

    open my $in, '-|', 'systemd-analyze syscall-filter 2>/dev/null'
        or return;

    while (my $line = <$in>) {
        $set = $1 if $line =~ /^(\@\S+)/;
        push @{ $sets{$set} }, $1 if $line =~ /^\s+([\@\w-]+)\s*$/;
    }

    return %sets;
}

sub numbers {
    open my $in, '-|', 'echo "#include <sys/syscall.h>" | '
        . ($ENV{CC} || 'cc') . ' -E -dM - 2>/dev/null' or return;

    return map { /^#define __NR_(\w+) (\d+)$/ ? ($1 => $2) : () } <$in>;
}

sub program {
    my ($self, $number) = @_;
    my ($machine) = `uname -m` =~ /(\w+)/;
    my @families = map { $family{$_} // die "no family $_\n" }
        split ' ', $self->value('RestrictAddressFamilies');
    my @lines = ([ $load, 0, 0, 4 ], [ $equal, 1, 0, $arch{$machine} ],
                 [ $return, 0, 0, $deny ], [ $load, 0, 0, 0 ]);

    # a family of addresses is the first argument
    push @lines, [ $equal, 0, 2 + 2 * @families, $number->{socket} ],
        [ $load, 0, 0, 16 ],
        map({ [ $equal, 0, 1, $_ ], [ $return, 0, 0, $allow ] } @families),
        [ $return, 0, 0, $no_family ] if @families;

    push @lines, [ $equal, 0, 1, $_ ], [ $return, 0, 0, $allow ]
        for grep { defined } map { $number->{$_} } $self->allowed;

    return join '', map { pack 'S C C L', @$_ }
        @lines, [ $return, 0, 0, $deny ];
}

1;
