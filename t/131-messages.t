#!/usr/bin/perl

# What both sides record of a message: the same digest and, where it is
# signed, the same signature, which the evidence alone verifies.

use strict;
use warnings;

use lib 't/lib';
use IC::Sandbox;
use MIME::Base64 qw(decode_base64);
use Test::More;

my $sandbox = IC::Sandbox->new(nodes => 2);

$sandbox->contract(0, 1);

my $table = $sandbox->temp . '/rows.csv';

open my $out, '>', $table or die "$table: $!\n";
print $out "id\n1\n";
close $out;

my $dataset = $sandbox->dataset(0, $table);
my $audit = $sandbox->authorise(0, 1, $dataset);

ok($audit, 'an application, its answer with a permit');

# path and digest of what a node has received or sent

sub messages {
    my ($n, $code) = @_;
    my %found;

    for my $entry ($sandbox->store($n)->stream('evidence')) {
        next if !$entry->{body_digest};

        # what daemons ask each other directly has no outbox
        next if $entry->{path} =~ m{/ext/};
        next if ($entry->{event} eq 'OUTBOX_DELIVERED') != $code;
        $found{"$entry->{path} $entry->{body_digest}"} = $entry;
    }

    return \%found;
}

sub verifies {
    my ($n, $entry) = @_;
    my $dir = $sandbox->temp;

    for ([ text => $entry->{signed} ],
         [ sign => decode_base64($entry->{signature}) ])
    {
        open my $file, '>:raw', "$dir/$_->[0]" or die "$dir: $!\n";
        print $file $_->[1];
        close $file;
    }

    my $certificate = $sandbox->node($n)->{cert};

    system("openssl x509 -pubkey -noout -in $certificate >$dir/pub");
    return system("openssl dgst -sha256 -verify $dir/pub -signature $dir/sign"
                  . " $dir/text >/dev/null 2>&1") == 0;
}

for my $case ([ 0, 1 ], [ 1, 0 ]) {
    my ($from, $to) = @$case;

    my ($sent, $taken);

    $sandbox->await("what node $from sent", sub {
        ($sent, $taken) = (messages($from, 1), messages($to, 0));
        return join(' ', sort keys %$sent) eq join ' ', sort keys %$taken;
    });

    is(join("\n", sort keys %$sent), join("\n", sort keys %$taken),
        "node $to has what node $from sent, and nothing else");
    cmp_ok(scalar keys %$sent, '>=', 1, '... some');

    for my $name (sort keys %$sent) {
        my ($mine, $its) = ($sent->{$name}, $taken->{$name});
        my ($path, $digest) = split ' ', $name;

        is($mine->{status}, 200, "$path: taken");
        is($mine->{peer}, $sandbox->node($to)->{node_id}, '... by whom');

        # before there is a contract nobody can verify
        next if $path =~ m{/contract/};

        is($its->{signed}, $mine->{signed}, '... the same text');
        is($its->{signature}, $mine->{signature}, '... and signature');
        ok(verifies($from, $its), '... which is good');

        my @lines = split /\n/, $its->{signed};
        is("@lines[0, 1, 2, 3, 6]", join(' ', 'POST', $path,
            $sandbox->node($from)->{node_id}, $sandbox->node($to)->{node_id},
            $digest), '... of this message');
    }
}

$sandbox->finish;
done_testing();
