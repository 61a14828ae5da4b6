#!/usr/bin/perl

# All traffic between two nodes of psi jobs, recorded in the clear: what the
# security statement says is not there is not there.

use warnings;
use strict;

use lib 't/lib';
use Digest::SHA qw/ sha1 sha256 sha512 /;
use IC::File;
use IC::Psi;
use IC::Sandbox;
use JSON::PP;
use Test::More;

use constant { HEADER => 40, ROWS => 1500, WINDOW => 8 };

my $sandbox = IC::Sandbox->new(nodes => 2, plain => 1);
my ($traffic, @proxies) = $sandbox->record;

my $psi = IC::Psi->new($sandbox);

# ids of 1 .. ROWS and of ROWS / 2 + 1 .. 3 / 2 ROWS, values of each party

my @ids = map { sprintf 'patient-%06d', $_ * 7919 % 1000003 }
    1 .. ROWS * 3 / 2;
my @tables = map { my $from = $_ * ROWS / 2; $psi->table($_, join '',
    "id,v\n", map { "$ids[$_],value-" . $_ * 31 . "\n" }
    $from .. $from + ROWS - 1) } 0, 1;

# A job and its messages: [ receiver's port, kind, body ], all of it as text.

sub run {
    my (%params) = @_;
    my %before = map { $_ => -s $_ } glob "$traffic/*";
    my $job = $psi->run([ \@tables, { keys => [ 'id' ],
                                      batch_size => 1024, %params } ]);

    is($job->{status}, 'SUCCESS', encode_json(\%params));

    my ($all, @messages) = '';

    for my $file (glob "$traffic/*") {
        my $text = substr slurp($file), $before{$file} // 0;
        my ($port) = $file =~ m{/(\d+)-\d+$};

        $all .= $text;

        while ($text =~ m{chan/invoke[^\r]*\r\n(.*?)\r\n\r\n}gs) {
            my $head = $1;
            my ($size) = $head =~ /^content-length: *(\d+)/mi or next;
            my ($parts) = $head =~ /^x-interconn-lengths: *([\d,]+)/mi;
            my $at = pos $text;

            # small messages go together

            for my $length (split /,/, $parts // $size) {
                my $message = substr $text, $at, $length;

                push @messages, [ $port, unpack('x2n', $message),
                    substr($message, HEADER), $message ]
                    if $message =~ /^\0\x02\0[\x01-\x05]/ && $length >= HEADER;
                $at += $length;
            }

            pos($text) += $size;
        }
    }

    return ($job, $all, @messages);
}

sub total {
    my ($n, $kind, @messages) = @_;
    my ($port) = $sandbox->node($n)->{plain} =~ /(\d+)$/;
    my $sum = 0;

    $sum += length $_->[2] for grep { $_->[0] == $port && $_->[1] == $kind }
        @messages;

    return $sum;
}

sub windows {
    my %seen;

    # version, kind, number and how many keys there are, are public

    for (@_) {
        my ($kind, $message) = @$_[1, 3];

        $seen{ substr $message, $_, WINDOW } = 1
            for ($kind == 1 ? HEADER + 8 : 8) .. length($message) - WINDOW;
    }

    return \%seen;
}

sub sm3 { my $dir = $sandbox->temp; spew("$dir/in", $_[0]);
          return pack 'H*', (`openssl dgst -sm3 -r $dir/in` =~ /^(\S+)/)[0] }

###############################################################################
# forms of secrets: the id, its digests, alone and as it is hashed; values

my %secret = map { ($_ => 'an id', substr($_, 2) => 'a part of one') } @ids;

for my $id (@ids) {
    my $key = pack 'NNa*', 1, length $id, $id;

    for my $hash (map { ($_->($id), $_->($key)) } \&sha1, \&sha256, \&sha512)
    {
        $secret{ substr $hash, 0, WINDOW } = 'the beginning of a digest';
        $secret{ substr $hash, -WINDOW() } = 'the end of a digest';
        $secret{ unpack 'H16', $hash } = 'a digest in hexadecimal';
    }
}

for my $id (@ids[0 .. 9, ROWS / 2 .. ROWS / 2 + 9]) {
    my $hash = sm3($id);

    $secret{ substr $hash, 0, WINDOW } = 'SM3';
    $secret{ unpack 'H16', $hash } = 'SM3 in hexadecimal';
}

$secret{ 'value-' . $_ * 31 } = 'a value' for 0 .. ROWS * 3 / 2 - 1;

my %of_length;
push @{ $of_length{ length $_ } }, $_ for keys %secret;

# every window of the lengths that secrets have

sub found {
    my ($all) = @_;
    my @found;

    for my $length (keys %of_length) {
        for (my $i = 0; $i + $length <= length $all; $i++) {
            my $what = $secret{ substr $all, $i, $length };
            push @found, $what if defined $what;
        }
    }

    return @found;
}

###############################################################################

my ($job, $all, @messages) = run();
my (undef, $again, @repeated) = run();

cmp_ok(length $all, '>', 2 * ROWS * 44, 'the recorder saw it');

for my $n (0, 1) {
    is(total($n, 2, @messages), ROWS * 32, "node $n: points as declared");
    is(total($n, 3, @messages), ROWS * 12, "node $n: tags as declared");
    is(total($n, 4, @messages), 32, "node $n: the end as declared");
}

is(scalar(grep { $_->[1] == 2 && length $_->[2] > 1024 * 32 } @messages), 0,
    'no batch is larger than declared');
is(join(',', found($all)), '', 'no id, digest or value in the clear');

my $windows = windows(@messages);

is(scalar(grep { $windows->{$_} } keys %{ windows(@repeated) }), 0,
    'no eight bytes of a run come again in the next one');
is(scalar(found($all . 'x' . $ids[3] . 'x' . sha256($ids[5]))), 4,
    'the search finds what is there');

# results for one

for my $case ([ guest => 0 ], [ host => 1 ]) {
    for my $mode (qw/ intersection cardinality /) {
        my ($receiver, $n) = @$case;

        ($job, $all, @messages) = run(receivers => $receiver, mode => $mode);
        is(total($n, 3, @messages), ROWS * 12, 'tags to the receiver');
        is(total(1 - $n, 3, @messages), 0, '... none to the other');
        is(total($_, 4, @messages), 0, '... and an end that tells nothing')
            for 0, 1;
        is(join(',', found($all)), '', 'nothing in the clear');

        my $size = ROWS / 2;

        unlike($all, qr/"(?:intersection|rows_out)\\?":\s*$size/,
            'nor how many are common');
    }
}

undef @proxies;
$sandbox->finish(allow => qr/connect\(\) failed/);
done_testing();
