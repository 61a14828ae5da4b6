package IC::Pace;

# How long things may take on this machine as busy as it is now. A bound is
# what it says while there is a processor for everyone who wants one, and as
# many times that as share one: by /proc/loadavg, whichever is more of the
# mean of the last minute and those that want one at this moment.

use strict;
use warnings;

use Exporter qw(import);

our @EXPORT = qw(within);

my $processors;

sub within {
    my ($bound) = @_;

    open my $in, '<', '/proc/loadavg' or return $bound;

    my ($mean, $now) = <$in> =~ m{^([\d.]+) \S+ \S+ (\d+)/};
    my ($busy) = sort { $b <=> $a } $mean, $now;
    my $share = $busy / ($processors ||= processors());

    return $share > 1 ? $bound * $share : $bound;
}

sub processors {
    open my $in, '<', '/proc/cpuinfo' or return 1;

    return scalar(grep { /^processor\s/ } <$in>) || 1;
}

1;
