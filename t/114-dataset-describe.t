#!/usr/bin/perl

# What operators ask of descriptions, and what the store makes of the answers;
# the daemon's side is called as the describer does.
#
# covers: POST /v1/platform/dataset/describe

use warnings;
use strict;

use lib 't/lib';
use IC;
use IC::Api;
use IC::Caller;
use JSON::PP;
use Test::More;

IC->check;
IC::Api->check;

my $t = IC->new;
my $redis = $t->redis;
my $caller = IC::Caller->new($t);
my $json = JSON::PP->new->canonical;
my @metas = ({ name => 'age', data_type => 'bigint',
    distribution => 'CONTINUOUS' });
my %rows = (name => 'd', source => 'lab', owner => 'inst',
    location => { type => 'csv', path => '/data/d.csv' });
my $created = 0;

sub own  { $caller->own(@_) }
sub left { $caller->left(@_) }

sub create {
    my %fields = (%rows, @_);
    my $got = own('POST', '/dataset/create', \%fields);

    return $got->{dataset_id} || $got;
}

sub record { own('GET', '/dataset/query', { dataset_id => $_[0] }) }

sub refused {
    my ($got, $field, $what) = @_;

    is("$got->{code} $got->{data}{fields}[0]{field}", "4001 $field", $what);
}

# as the describer takes and answers it
sub begin { $redis->call('dataset_describing', $_[0], $_[1] // 'ab' x 32) }

sub found {
    my ($id, $asked, %found) = @_;

    return $redis->status('dataset_described', $id, $asked,
        $found{metas} // $json->encode(\@metas), $found{count} // '7',
        $found{digest} // 'd' x 64, $found{statistics} // '',
        $found{signature} // '');
}

###############################################################################
# what is read without being asked for

my $id = create();
my $got = record($id);
is($got->{describe_state}, 'PENDING', 'without columns it is read');
is_deeply($got->{column_metas}, [], '... until then there are none');
is("$got->{describe} $got->{content}", 'metas live', '... as by default');

is(record(create(column_metas => \@metas))->{describe_state}, undef,
    'a private one with columns is not');
is(record(create(column_metas => \@metas, pub_scope => 'protect'))
    ->{describe_state}, 'PENDING', 'one that partners see is');
is(record(create(column_metas => \@metas, describe => 'statistics'))
    ->{describe_state}, 'PENDING', 'one that is to tell more is');
is(record(create(column_metas => \@metas, content => 'fixed'))
    ->{describe_state}, 'PENDING', 'one that may not change is');

my $published = create(column_metas => \@metas);
own('POST', '/dataset/publish', { dataset_id => $published });
is(record($published)->{describe_state}, 'PENDING', 'publishing reads it');

# what makes no sense

my %odbc = (type => 'odbc', dsn => 'his', table => 'visits');

refused(create(describe => 'none'), '/column_metas', 'none, and no columns');
refused(create(describe => 'none', column_metas => \@metas,
    content => 'fixed'), '/content', 'none, and fixed');
refused(create(content => 'fixed', location => \%odbc), '/location/key',
    'fixed, in no order');
refused(create(describe => 'all'), '/describe', 'no such word');
refused(create(min_group => 2), '/min_group', 'a group of two');
ok(!ref create(content => 'fixed', location => { %odbc, key => 'id' }),
    'fixed, in the order of a key');

###############################################################################
# the answer

$got = begin($id)->{fields};
is($got->{content_key}, 'ab' x 32, 'the describer gives a key');
is(begin($id, 'cd' x 32)->{fields}{content_key}, 'ab' x 32,
    '... which stays');
is($got->{column_metas}, '', '... and is told of no columns');
my $asked = $got->{asked};

($got, my $events) = left(sub { found($id, $asked) });
is($got, 'ok', 'described');
like("@$events", qr/RES_DESCRIBED/, '... which is evidence');

$got = record($id);
is("$got->{describe_state} $got->{count} $got->{content_digest}",
    'DONE 7 ' . 'd' x 64, '... and in the record');
is_deeply($got->{column_metas}, \@metas, '... with the columns');
is($got->{version}, 2, '... which has changed');
is(found($id, $asked), 'wrong_state', 'an answer that nobody waits for');

($got, $events) = left(sub {
    own('POST', '/dataset/describe', { dataset_id => $id }) });
is($got->{describe_state}, 'PENDING', 'asked for anew');
like("@$events", qr/RES_DESCRIPTION_ASKED/, '... which is evidence');
is(found($id, $asked), 'wrong_state', 'the answer to what was asked before');
is(record($id)->{content_digest}, 'd' x 64, 'the old one stays until then');
is(found($id, $asked + 1), 'ok', 'the answer to the last');
is(record($id)->{version}, 2, '... which changes nothing');

# another place: nothing of the former is told any more

own('POST', '/dataset/update', { dataset_id => $id, describe => 'sample' });
$asked = begin($id)->{fields}{asked};
found($id, $asked, statistics => '{"min_group":10}', signature =>
    $json->encode({ auth_type => 'SHA256_ECDSA', key => 'k', time => '1',
        count => '7', metas_sha256 => 'm', content_digest => 'd',
        statistics_sha256 => 's', sign => 'c2lnbg==' }));
is(record($id)->{statistics}{min_group}, 10, 'statistics');
own('POST', '/dataset/update', { dataset_id => $id, describe => 'metas' });
$got = record($id);
is_deeply([ @$got{qw(statistics signature content_digest describe_state)} ],
    [ undef, undef, undef, 'PENDING' ], 'less may be told: at once');

# what went wrong

$asked = begin($id)->{fields}{asked};
($got, $events) = left(sub { $redis->status('dataset_undescribed', $id,
    $asked, 'data_unreadable', '{"error":"data_unreadable"}') });
is($got, 'ok', 'it cannot be read');
like("@$events", qr/RES_DESCRIBE_FAILED/, '... which is evidence');
$got = record($id);
is("$got->{describe_state} $got->{describe_error}{error}",
    'FAILED data_unreadable', '... and told to its owner');

is(own('POST', '/dataset/describe', { dataset_id => 'nix' })->{code}, 4040,
    'no such dataset');

# another key of the node: signed by it, not read

my %node = (auth_type => 'SHA256_ECDSA', auth_credential => 'pem',
    spki => 'a' x 64);
own('POST', '/dataset/describe', { dataset_id => $id });
$asked = begin($id)->{fields}{asked};
found($id, $asked, statistics => '{"a":1}', signature => '{"key":"old"}');
$redis->command('HSET', $redis->key('rotation'), status => 'ANNOUNCED',
    limit_time => 1, %node);
$redis->call('rotation_turn');
$got = begin($id)->{fields};
is_deeply([ @$got{qw(sign content_digest count statistics column_metas)} ],
    [ 1, 'd' x 64, 7, '{"a":1}', $json->encode(\@metas) ],
    'a new key signs what was found before');
is(found($id, $got->{asked}, metas => '', statistics => '{"a":1}',
    signature => '{"key":"new"}'), 'ok', '... again');
own('POST', '/dataset/describe', { dataset_id => $id });
is(begin($id)->{fields}{sign}, 0, 'asked for, it is read');

# columns that the owner has given stay the owner's

my $own = create(column_metas => \@metas, describe => 'statistics');
is(begin($own)->{fields}{column_metas}, $json->encode(\@metas),
    'the describer is told of columns that the owner gave')
    or diag(begin($own)->{fields}{column_metas});

$caller->finish($0);
done_testing();
