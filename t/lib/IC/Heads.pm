package IC::Heads;

# Another node's evidence log as far as others see it: a tree of RFC 9162 over
# texts, proofs, and heads signed with its key. Written anew, so that the
# product is not compared with itself. SHA-256.

use strict;
use warnings;

use Digest::SHA qw(sha256);
use File::Temp qw(tempfile);
use MIME::Base64 qw(encode_base64);
use Time::HiRes qw(time);

# node => its id; key => file of its private key (P-256); log => id of the log
sub new {
    my ($class, %option) = @_;

    return bless { log => 'LOG1', leaves => [], %option }, $class;
}

# Another history: the first $size entries of this one.
sub fork {
    my ($self, $size, %option) = @_;
    my @leaves = @{ $self->{leaves} };

    return bless { %$self, leaves => [ @leaves[0 .. $size - 1] ], %option },
        ref $self;
}

sub add {
    my ($self, @texts) = @_;

    push @{ $self->{leaves} }, map { sha256("\0$_") } @texts;
    return $self;
}

sub size { scalar @{ $_[0]{leaves} } }

sub root { tree(@{ $_[0]{leaves} }[0 .. ($_[1] // $_[0]->size) - 1]) }

sub split_at {
    my ($n) = @_;
    my $k = 1;

    $k *= 2 while $k * 2 < $n;
    return $k;
}

sub tree {
    my (@leaves) = @_;

    return sha256('') if !@leaves;
    return $leaves[0] if @leaves == 1;

    my $k = split_at(scalar @leaves);

    return sha256("\1" . tree(@leaves[0 .. $k - 1])
                  . tree(@leaves[$k .. $#leaves]));
}

# 2.1.4.1, in base64
sub proof {
    my ($self, $first, $second) = @_;

    $second //= $self->size;
    return [] if $first == 0;

    return [ map { encode_base64($_, '') }
             subproof($first, 1, @{ $self->{leaves} }[0 .. $second - 1]) ];
}

sub subproof {
    my ($m, $whole, @leaves) = @_;
    my $n = @leaves;

    return $whole ? () : tree(@leaves) if $m == $n;

    my $k = split_at($n);

    return $m <= $k
        ? (subproof($m, $whole, @leaves[0 .. $k - 1]),
           tree(@leaves[$k .. $n - 1]))
        : (subproof($m - $k, 0, @leaves[$k .. $n - 1]),
           tree(@leaves[0 .. $k - 1]));
}

# A checkpoint; size, time (ms), origin, key, name may be others.
sub head {
    my ($self, %other) = @_;
    my $origin = $other{origin} // "interconn/$self->{node}/$self->{log}";
    my $size = $other{size} // $self->size;
    my $text = "$origin\n$size\n"
        . encode_base64($other{root} // $self->root($size), '')
        . "\ntime " . ($other{time} // int(time * 1000)) . "\nkey "
        . 'a' x 64 . "\n";

    return "$text\n" . signature($text, $other{name} // $origin,
                                 $other{key} // $self->{key});
}

# A signature line as docs/evidence.md has it.
sub signature {
    my ($text, $name, $key) = @_;
    my $der = openssl("pkey -in $key -pubout -outform DER");
    my $id = substr sha256("$name\n\xffinterconn SHA256_ECDSA$der"), 0, 4;
    my ($out, $file) = tempfile(UNLINK => 1);

    binmode $out;
    print $out $text;
    close $out;

    return "\xe2\x80\x94 $name "
        . encode_base64($id . openssl("dgst -sha256 -sign $key $file"), '')
        . "\n";
}

# Whether a line is the signature of that name and key (private) over a text.
sub signed {
    my ($text, $line, $name, $key) = @_;
    my ($got) = $line =~ /^\xe2\x80\x94 \Q$name\E (\S+)\n\z/ or return 0;
    my $bytes = MIME::Base64::decode_base64($got);
    my $der = openssl("pkey -in $key -pubout -outform DER");
    my ($public, $data, $sign) = map { (tempfile(UNLINK => 1))[1] } 1 .. 3;

    return 0 if substr(sha256("$name\n\xffinterconn SHA256_ECDSA$der"), 0, 4)
        ne substr $bytes, 0, 4;

    spew($public, openssl("pkey -in $key -pubout"));
    spew($data, $text);
    spew($sign, substr $bytes, 4);

    return openssl("dgst -sha256 -verify $public -signature $sign $data")
        =~ /Verified OK/ ? 1 : 0;
}

sub spew {
    my ($file, $bytes) = @_;

    open my $out, '>:raw', $file or die "$file: $!\n";
    print $out $bytes;
    close $out;
}

sub openssl {
    my ($command) = @_;

    open my $in, '-|:raw', "openssl $command 2>/dev/null"
        or die "openssl: $!\n";
    local $/;
    my $out = <$in> // '';
    close $in;

    return $out;
}

1;
