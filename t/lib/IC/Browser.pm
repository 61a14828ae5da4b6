package IC::Browser;

# A script of t/browser in Debian's chromium: its results become those of the
# test that calls, and it can ask that test to do things at the nodes.

use strict;
use warnings;

use Exporter qw(import);
use IC::Sandbox;
use IPC::Open2;
use JSON::PP;
use Test::More;
use Time::HiRes qw(time);

our @EXPORT = qw(browse);

my $json = JSON::PP->new->canonical->utf8;

use constant TIME => 180;    # seconds for one script

# browse('console-jobs', { address => ..., token => ... }, name => sub { ... })
#
# Runs t/browser/console-jobs.mjs. The functions answer its ask('name', ...)
# with what JSON can hold; what they die of fails the script.
sub browse {
    my ($name, $settings, %do) = @_;
    my $script = IC::Sandbox::root() . "/t/browser/$name.mjs";
    my $pid = open2(my $out, my $in, 'node', $script);

    $in->autoflush(1);
    local $SIG{PIPE} = 'IGNORE';
    local $SIG{ALRM} = sub { kill 'KILL', $pid };
    alarm(TIME);
    print $in $json->encode({ build => IC::Sandbox::build_dir(),
                              name => $name, %$settings }), "\n";

    my $done = follow($in, $out, %do);

    alarm(0);
    close $in;
    kill 'TERM', $pid if !$done;
    waitpid $pid, 0;
    ok($done, "$name: ran to its end within " . TIME . ' s');

    return $done;
}

sub follow {
    my ($in, $out, %do) = @_;

    while (defined(my $line = <$out>)) {
        my $said = eval { $json->decode($line) };

        if (!$said) {
            diag($line);
        } elsif ($said->{done}) {
            return 1;
        } elsif (defined $said->{do}) {
            print $in $json->encode(answer($said, %do)), "\n";
        } else {
            ok($said->{ok}, $said->{name}) || diag($said->{diag} // '');
        }
    }

    return 0;
}

sub answer {
    my ($said, %do) = @_;
    my $function = $do{ $said->{do} }
        or return { error => "nothing is called $said->{do}" };
    my $answer = eval { $function->(@{ $said->{args} }) };

    return $@ eq '' ? { answer => $answer } : { error => "$@" };
}

1;
