#!/usr/bin/perl

# The console as nginx serves it: headers, caching, gzip, what is not there.
# conf/nginx.conf has the same headers.

use strict;
use warnings;

use lib 't/lib';
use IC::Sandbox;
use Test::More;

my $build = IC::Sandbox::build_dir();
my $sandbox = IC::Sandbox->new(nodes => 1);
my $node = $sandbox->node(0);
my $policy = "default-src 'self'; frame-ancestors 'none'; base-uri 'none'; "
    . "form-action 'self'";
my %headers = ('content-security-policy' => $policy,
    'x-content-type-options' => 'nosniff', 'referrer-policy' => 'no-referrer');

sub got {
    my ($path, %headers) = @_;

    return $sandbox->http->get("$node->{console}$path",
                               { headers => \%headers });
}

my ($script) = map { s{.*/}{}r } glob "$build/console/app-*.js";
my ($style) = map { s{.*/}{}r } glob "$build/console/app-*.css";
my %types = ('' => 'text/html', $script => 'text/javascript',
    $style => 'text/css', 'icon.svg' => 'image/svg+xml');

for my $path (sort keys %types) {
    my $answer = got($path);

    is($answer->{status}, 200, "/$path");
    is($answer->{headers}{'content-type'}, $types{$path}, '... its type');
    is($answer->{headers}{$_}, $headers{$_}, "... $_") for sort keys %headers;
}

like(got($script)->{headers}{'cache-control'}, qr/immutable/,
     'a name with a hash is kept');
is(got('')->{headers}{'cache-control'}, 'no-cache',
   '... the page that names it is asked for');

{
    my $answer = got($script, 'Accept-Encoding' => 'gzip');

    is($answer->{headers}{'content-encoding'}, 'gzip', 'sent as it was built');
    is(length $answer->{content}, -s "$build/console/$script.gz",
       '... and not again');
}

for my $path ('app-00000000.js', 'package.json', 'lib/api.js', 'build.mjs')
{
    my $answer = got($path);

    is($answer->{status}, 404, "no $path");
    is($answer->{headers}{$_}, $headers{$_}, "... with $_")
        for 'content-security-policy';
}

# The configuration that is installed says the same.
{
    my $conf = do { local (@ARGV, $/) = IC::Sandbox::root()
        . '/conf/nginx.conf'; <> };

    is(() = $conf =~ /\Q$policy\E" always/g, 2, 'conf/nginx.conf: the policy');
    is(() = $conf =~ /gzip_static/g, 1, '... and gzip_static');
}

$sandbox->finish;
done_testing();
