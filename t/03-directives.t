#!/usr/bin/perl

# docs/directives.md in both languages against the code and against nginx:
# every directive with its syntax, default and context is there, and nginx -t
# takes it exactly where the documents say.

use warnings;
use strict;
use utf8;

use Encode qw/ decode_utf8 /;

use lib 't/lib';
use IC;
use IC::File;
use Test::More;

IC->check;

my %files = (
    en => { file => 'docs/directives.md',
        head => [ qw/ Syntax Default Context / ] },
    zh => { file => 'docs/zh/directives.md',
        head => [ qw/ 语法 默认值 上下文 / ] },
);

my @code = sort map { ngx_strings($_, 'ngx_command_t') } modules();
my @variables = sort map { variables($_) } glob 'src/http/*.c';

ok(@code > 10, 'the directives are there to look at');
ok(@variables > 8, 'the variables too');

my %docs = map { $_ => read_docs($files{$_}) } keys %files;

for my $language (sort keys %docs) {
    my $docs = $docs{$language};

    is_deeply([ sort keys %{ $docs->{directives} } ], \@code,
        "$language: every directive and no other");
    is_deeply([ sort @{ $docs->{variables} } ], \@variables,
        "$language: every variable and no other");

    for my $name (sort keys %{ $docs->{directives} }) {
        my $said = $docs->{directives}{$name};

        ok($said->{syntax} && $said->{default} && $said->{context},
            "$language: $name has syntax, default and context");
        like($said->{syntax}, qr/^\Q$name\E\b.*;$/s, '... its own');
    }
}

for my $name (@code) {
    my ($en, $zh) = map { $docs{$_}{directives}{$name} } qw/ en zh /;

    is($zh->{syntax}, $en->{syntax}, "$name: one syntax in both languages");
    is($zh->{context}, $en->{context}, '... one context');
}

###############################################################################
# nginx -t: where a directive is allowed

my $t = IC->new(start => 0, redis => 0);
my %example = (
    interconn_access => 'interconn_access off;',
    interconn_api => 'interconn_api service;',
    interconn_certificate => 'interconn_certificate {{dir}}/server.crt;',
    interconn_channel => 'interconn_channel unix:/run/channel.sock;',
    interconn_crl => 'interconn_crl off;',
    interconn_errors => 'interconn_errors on;',
    interconn_http_status => 'interconn_http_status on;',
    interconn_infer => 'interconn_infer decimals=full;',
    interconn_inst_id => 'interconn_inst_id i;',
    interconn_key_overlap => 'interconn_key_overlap 1d;',
    interconn_max_body => 'interconn_max_body 64k;',
    interconn_message_signature => 'interconn_message_signature required;',
    interconn_node_id => 'interconn_node_id n;',
    interconn_party => 'interconn_party 1 n;',
    interconn_peer_allow => 'interconn_peer_allow 127.0.0.0/8;',
    interconn_permit => 'interconn_permit off;',
    interconn_permit_key => 'interconn_permit_key {{dir}}/server.key;',
    interconn_plain_identity => 'interconn_plain_identity off;',
    interconn_redis => 'interconn_redis unix:{{dir}}/redis.sock;',
    interconn_session_absolute => 'interconn_session_absolute 8h;',
    interconn_session_idle => 'interconn_session_idle 15m;',
    interconn_status => 'interconn_status;',
);

my %again = (interconn_party => 'interconn_party 2 n;');

is_deeply([ grep { !$example{$_} } @code ], [], 'an example of each');

for my $name (grep { $example{$_} } @code) {
    my %may = map { $_ => 1 }
        split /, /, $docs{en}{directives}{$name}{context} || '';

    for my $context (qw/ main http server location if upstream /) {
        my ($status, $out) = $t->test_conf(conf($name, $context));

        if ($may{$context}) {
            is($status, 0, "$name in $context") or diag($out);
        } else {
            like($out, qr/"\Q$name\E" directive is not allowed here in \S+:\d+/,
                "$name not in $context");
        }
    }

    my ($status, $out) = $t->test_conf(conf($name,
        $may{location} ? 'location' : 'http', 'twice'));

    if ($docs{en}{directives}{$name}{repeats}) {
        is($status, 0, '... repeated') or diag($out);
    } else {
        like($out, qr/"\Q$name\E" directive is duplicate in \S+:\d+/,
            '... once');
    }
}

$t->finish;
done_testing();


# what interconn_api and others need stands outside of the directive's block
sub conf {
    my ($name, $context, $twice) = @_;

    my $it = $example{$name};
    $it .= ' ' . ($again{$name} || $it) if $twice;
    my %at = ($context => $it);
    my $redis = $name eq 'interconn_redis' ? '' : $example{interconn_redis};
    my $node = $name eq 'interconn_node_id' ? '' : $example{interconn_node_id};

    $_ //= '' for @at{qw/ main http server location if upstream /};

    # a permit key is checked with its certificate, no matter where
    return "$at{main}\nhttp {\n" . $t->temp_paths . "    access_log off;\n"
        . "    $redis\n    $node\n    $at{http}\n"
        . "    upstream u { server 127.0.0.1:1; $at{upstream} }\n"
        . "    server {\n        listen 127.0.0.1:{{bare}};\n"
        . "        $at{server}\n        location / {\n"
        . "            $at{location}\n            if (\$arg_x) { $at{if} }\n"
        . "        }\n    }\n}\n";
}

sub modules {
    return grep { slurp($_) =~ /^static ngx_command_t /m }
        glob 'src/http/*.c';
}

# the names in the table of a C file
sub ngx_strings {
    my ($file, $type) = @_;

    my ($table) = slurp($file) =~ /^static \Q$type\E .*?\{(.*?)^\};/ms;

    return $table =~ /ngx_string\("(\w+)"\)/g;
}

sub variables {
    my ($file) = @_;

    my ($table) = slurp($file)
        =~ /^static ngx_http_variable_t .*?\{(.*?)^\};/ms or return;

    return map { "\$$_" } $table =~ /"(interconn_\w+)"/g;
}

sub read_docs {
    my ($how) = @_;

    my $text = decode_utf8(slurp($how->{file}));
    my ($syntax, $default, $context) = @{ $how->{head} };
    my %found;

    while ($text =~ /^### (interconn_\w+)\n(.*?)(?=^##|\z)/msg) {
        my ($name, $rest) = ($1, $2);
        my ($block) = $rest =~ /^```\n(.*?)^```/ms or next;

        my %said;

        @said{qw/ syntax default context /} = $block =~
            /^$syntax\W\s*(.*?)\n$default\W\s*(.*?)\n$context\W\s*(.*?)\n\z/s;
        $said{syntax} =~ s/\n\s*/ /g if $said{syntax};
        $said{repeats} = $rest =~ /Repeatable|Several\s+are/;
        $found{$name} = \%said;
    }

    my @variables = $text =~ /^\| `(\$interconn_\w+)` \|/mg;

    return { directives => \%found, variables => \@variables };
}
