#!/usr/bin/perl

# Nodes, contracts and datasets at the console: applying, publishing, asking
# for a partner's data, ending it. Each at the other node, too.

use strict;
use warnings;
use utf8;

use lib 't/lib';
use IC::Browser;
use IC::Sandbox;
use JSON::PP;
use Test::More;

my $hostile = "<b>rows</b>\x{202e}lmth.exe \x{1f9ec} " . 'y' x 180;
my $sandbox = IC::Sandbox->new(nodes => 2);
my ($node, $peer) = map { $sandbox->node($_) } 0, 1;
my $table = $sandbox->temp . '/rows.csv';
my $asked;

open my $out, '>', $table or die "$table: $!\n";
print $out "id,age,ill\n", map { "p$_," . (20 + $_) . ',' . $_ % 2 . "\n" }
    1 .. 40;
close $out;

# columns that would like to be markup
my $odd = $sandbox->temp . '/odd.csv';

open $out, '>', $odd or die "$odd: $!\n";
print $out "<i>id</i>,x\n", map { "p$_,$_\n" } 1 .. 40;
close $out;

sub operator {
    my ($n, $path, $body) = @_;
    my $answer = $sandbox->platform($n, "/v1/platform/$path",
        $body && encode_json($body));

    die "$path: $answer->{msg}\n" if !defined $answer->{code}
        || $answer->{code};
    return $answer->{data};
}

# the only one that waits at the peer
sub waiting {
    my ($path, $args) = @_;

    return $sandbox->await("$path at the peer", sub {
        return operator(1, "$path?status=APPLIED&dir=in$args")
            ->{records}[0];
    });
}

sub published {
    my $id = $sandbox->contract_with(1, 0);
    my $list = $sandbox->peer(1, 0,
        "/v1/interconn/dataset/pub/list?contract_id=$id");

    return [ map { $_->{name} } @{ $list->{data}{records}
        || $list->{data}{dataset_list} || [] } ];
}

browse('console-nodes', {
    address => $node->{console}, token => $node->{operator_token},
    peer => $peer->{node_id}, at => $peer->{address}, table => $table,
    auditor => operator(0, 'operator/create', { name => 'aud',
        roles => [ 'auditor' ] })->{token}, hostile => $hostile,
}, (
    accept => sub {
        my $one = waiting('contract/list', '');

        operator(1, 'contract/confirm', { contract_id =>
            $one->{contract_id}, status => 'APPROVED' });
        return $one->{node_id};
    },
    publish => sub {
        my $id = operator(1, 'dataset/create', { name => $hostile,
            source => 'csv', location => { type => 'csv', path => $odd },
            owner => $peer->{inst_id}, pub_scope => 'protect' })
            ->{dataset_id};

        return $sandbox->await('its description', sub {
            my $got = operator(1, "dataset/query?dataset_id=$id");
            return ($got->{describe_state} // '') eq 'DONE';
        });
    },
    asked => sub {
        $asked = waiting('audit/list', '&resource_type=dataset');
        return $asked;
    },
    grant => sub {
        operator(1, 'audit/confirm', { audit_id => $asked->{audit_id},
            status => 'APPROVED' });
        return 1;
    },
    published => \&published,
    gone => sub {
        return $sandbox->await('it is gone', sub { !@{ published() } });
    },
    # the peer asks for our dataset, and gets it
    lend => sub {
        $sandbox->authorise(0, 1, $_[0]);
        return 1;
    },
    contract => sub {
        return $sandbox->await('the end', sub {
            my $list = operator(1, 'contract/list?page_size=-1')->{records};

            return !grep { $_->{status} eq 'APPROVED' } @$list;
        });
    },
));

$sandbox->finish;
done_testing();
