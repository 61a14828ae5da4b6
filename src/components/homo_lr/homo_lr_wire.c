
/* Messages. */


#include <openssl/crypto.h>
#include <stdlib.h>

#include "homo_lr_wire.h"


static int check_header(homo_lr_t *lr, const ic_party_t *from,
    homo_lr_kind_e kind, homo_lr_in_t *in);
static int send_boxes(homo_lr_t *lr, homo_lr_kind_e kind, ic_label_t *label,
    const u_char *aad, size_t aad_len, const void *payload, size_t len);
static int open_boxes(homo_lr_t *lr, homo_lr_in_t *in, ic_label_t *label,
    const u_char *aad, size_t aad_len, size_t len, u_char *others);


void
homo_lr_begin(homo_lr_t *lr, homo_lr_out_t *out, homo_lr_kind_e kind)
{
    memset(out, 0, sizeof(homo_lr_out_t));
    out->arena = lr->arena;

    homo_lr_put_u32(out, HOMO_LR_WIRE);
    homo_lr_put_u32(out, kind);
    homo_lr_put_u32(out, lr->round);
    homo_lr_put_u32(out, 0);
    homo_lr_put_raw(out, lr->context, sizeof(lr->context));
}


u_char *
homo_lr_put_space(homo_lr_out_t *out, size_t len)
{
    u_char  *data;

    if (out->failed) {
        return NULL;
    }

    if (out->len + len > out->size) {
        data = realloc(out->data, 2 * out->size + len);

        if (data == NULL) {
            out->failed = true;
            return NULL;
        }

        out->data = data;
        out->size = 2 * out->size + len;
    }

    data = out->data + out->len;
    out->len += len;

    return data;
}


void
homo_lr_put_raw(homo_lr_out_t *out, const void *bytes, size_t len)
{
    u_char  *data;

    data = homo_lr_put_space(out, len);

    if (data != NULL && len > 0) {
        memcpy(data, bytes, len);
    }
}


void
homo_lr_put_u32(homo_lr_out_t *out, uint32_t n)
{
    u_char  bytes[4] = {
        (u_char) (n >> 24), (u_char) (n >> 16), (u_char) (n >> 8), (u_char) n
    };

    homo_lr_put_raw(out, bytes, sizeof(bytes));
}


void
homo_lr_put_u64(homo_lr_out_t *out, uint64_t n)
{
    homo_lr_put_u32(out, (uint32_t) (n >> 32));
    homo_lr_put_u32(out, (uint32_t) n);
}


void
homo_lr_put_bytes(homo_lr_out_t *out, const void *bytes, size_t len)
{
    homo_lr_put_u32(out, (uint32_t) len);
    homo_lr_put_raw(out, bytes, len);
}


const u_char *
homo_lr_get_raw(homo_lr_in_t *in, size_t len)
{
    const u_char  *p;

    if (in->failed || (size_t) (in->end - in->pos) < len) {
        in->failed = true;
        return NULL;
    }

    p = in->pos;
    in->pos += len;

    return p;
}


uint32_t
homo_lr_get_u32(homo_lr_in_t *in)
{
    const u_char  *p;

    p = homo_lr_get_raw(in, 4);

    if (p == NULL) {
        return 0;
    }

    return (uint32_t) p[0] << 24 | (uint32_t) p[1] << 16
           | (uint32_t) p[2] << 8 | p[3];
}


uint64_t
homo_lr_get_u64(homo_lr_in_t *in)
{
    uint64_t  high;

    high = homo_lr_get_u32(in);

    return high << 32 | homo_lr_get_u32(in);
}


ic_str_t
homo_lr_get_bytes(homo_lr_in_t *in)
{
    size_t         len;
    const u_char  *p;

    len = homo_lr_get_u32(in);
    p = homo_lr_get_raw(in, len);

    return ic_str_n(p, (p == NULL) ? 0 : len);
}


int
homo_lr_send(homo_lr_t *lr, const ic_party_t *to, homo_lr_out_t *out)
{
    int  rc;

    if (out->failed) {
        rc = homo_lr_fail(lr, "internal", NULL, 0, "out of memory");

    } else {
        rc = lr->io->send(lr->io_ctx, to, out->data, out->len);
    }

    free(out->data);
    out->data = NULL;

    return rc;
}


int
homo_lr_recv(homo_lr_t *lr, const ic_party_t *from, homo_lr_kind_e kind,
    homo_lr_in_t *in)
{
    size_t  len;

    memset(in, 0, sizeof(homo_lr_in_t));

    if (lr->io->recv(lr->io_ctx, from, &in->data, &len) != 0) {
        return -1;
    }

    if (len > HOMO_LR_MAX_MESSAGE) {
        return homo_lr_fail(lr, "peer_protocol", NULL, 0,
                            "%s sent a message of %zu bytes", from->name,
                            len);
    }

    in->pos = in->data;
    in->end = in->data + len;

    return check_header(lr, from, kind, in);
}


static int
check_header(homo_lr_t *lr, const ic_party_t *from, homo_lr_kind_e kind,
    homo_lr_in_t *in)
{
    uint32_t  version;

    version = homo_lr_get_u32(in);
    in->kind = homo_lr_get_u32(in);
    in->round = homo_lr_get_u32(in);
    in->attempt = homo_lr_get_u32(in);
    in->context = homo_lr_get_raw(in, IC_MASK_CONTEXT);

    if (in->failed || version != HOMO_LR_WIRE) {
        return homo_lr_fail(lr, "peer_protocol", NULL, 0,
                            "%s sent no message of this protocol",
                            from->name);
    }

    return (kind == 0) ? 0 : homo_lr_expect(lr, from, kind, in);
}


int
homo_lr_expect(homo_lr_t *lr, const ic_party_t *from, homo_lr_kind_e kind,
    const homo_lr_in_t *in)
{
    if (in->kind != kind) {
        return homo_lr_fail(lr, "peer_protocol", NULL, 0,
                            "%s sent message %d where %d was expected",
                            from->name, (int) in->kind, (int) kind);
    }

    if (in->round != lr->round || in->attempt != 0
        || memcmp(in->context, lr->context, IC_MASK_CONTEXT) != 0)
    {
        return homo_lr_fail(lr, "peer_protocol", NULL, 0,
                            "%s sent message %d of another round or set of "
                            "parties", from->name, (int) in->kind);
    }

    return 0;
}


void
homo_lr_drop(homo_lr_in_t *in)
{
    free(in->data);
    in->data = NULL;
}


int
homo_lr_whole(homo_lr_t *lr, const ic_party_t *from, homo_lr_in_t *in)
{
    if (in->failed || in->pos != in->end) {
        return homo_lr_fail(lr, "peer_protocol", NULL, 0,
                            "%s sent message %d of a wrong length",
                            from->name, (int) in->kind);
    }

    return 0;
}


int
homo_lr_exchange(homo_lr_t *lr, homo_lr_kind_e kind, const u_char *aad,
    size_t aad_len, const void *payload, size_t len, u_char *others)
{
    int            rc;
    ic_label_t     label;
    homo_lr_in_t   in;

    memset(&label, 0, sizeof(label));
    memcpy(label.context, lr->context, sizeof(label.context));
    label.purpose = (kind == HOMO_LR_PARTIAL) ? "partial" : "final";
    label.round = lr->round;

    if (send_boxes(lr, kind, &label, aad, aad_len, payload, len) != 0) {
        return -1;
    }

    rc = homo_lr_recv(lr, lr->arbiter, kind + 1, &in);

    if (rc == 0) {
        rc = open_boxes(lr, &in, &label, aad, aad_len, len, others);
    }

    homo_lr_drop(&in);

    return rc;
}


static int
send_boxes(homo_lr_t *lr, homo_lr_kind_e kind, ic_label_t *label,
    const u_char *aad, size_t aad_len, const void *payload, size_t len)
{
    u_char         *box;
    unsigned        i;
    homo_lr_out_t   out;

    homo_lr_begin(lr, &out, kind);
    homo_lr_put_u32(&out, (uint32_t) (len + IC_SEAL_OVERHEAD));
    label->from = lr->own;

    for (i = 0; i < lr->count; i++) {

        if (i == lr->own) {
            continue;
        }

        label->to = i;
        box = homo_lr_put_space(&out, len + IC_SEAL_OVERHEAD);

        if (box != NULL
            && ic_seal(lr->peers[i].secret, label, aad, aad_len, payload,
                       len, box)
               != 0)
        {
            out.failed = true;
        }
    }

    return homo_lr_send(lr, lr->arbiter, &out);
}


static int
open_boxes(homo_lr_t *lr, homo_lr_in_t *in, ic_label_t *label,
    const u_char *aad, size_t aad_len, size_t len, u_char *others)
{
    unsigned       i;
    const u_char  *box;

    label->to = lr->own;

    for (i = 0; i < lr->count; i++) {

        if (i == lr->own) {
            continue;
        }

        label->from = i;
        box = homo_lr_get_raw(in, len + IC_SEAL_OVERHEAD);

        if (box == NULL
            || ic_unseal(lr->peers[i].secret, label, aad, aad_len, box,
                         len + IC_SEAL_OVERHEAD, others + i * len)
               != 0)
        {
            return homo_lr_fail(lr, "peer_protocol", NULL, 0,
                                "the %s message of %s in round %u is not "
                                "for what we received", label->purpose,
                                lr->peers[i].party->name, lr->round);
        }
    }

    return homo_lr_whole(lr, lr->arbiter, in);
}
