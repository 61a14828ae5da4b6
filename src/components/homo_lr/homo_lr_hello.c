
/* What every party says first, and the context that follows from it. */


#include <stdlib.h>

#include "../../lib/ic_codec.h"
#include "homo_lr_hello.h"


#define HELLO_TITLE  "homo_lr hello 1\n"


static int bind(homo_lr_t *lr, homo_lr_out_t *out);


void
homo_lr_put_hello(homo_lr_out_t *out, const homo_lr_hello_t *hello)
{
    homo_lr_put_u64(out, (uint64_t) hello->rows);
    homo_lr_put_raw(out, hello->digest, HOMO_LR_DIGEST);
    homo_lr_put_raw(out, hello->public_key, IC_EXCHANGE_KEY);
    homo_lr_put_bytes(out, hello->signature.data, hello->signature.len);
    homo_lr_put_bytes(out, hello->certificate.data, hello->certificate.len);
}


void
homo_lr_get_hello(homo_lr_in_t *in, homo_lr_hello_t *hello)
{
    hello->rows = (int64_t) homo_lr_get_u64(in);
    hello->digest = homo_lr_get_raw(in, HOMO_LR_DIGEST);
    hello->public_key = homo_lr_get_raw(in, IC_EXCHANGE_KEY);
    hello->signature = homo_lr_get_bytes(in);
    hello->certificate = homo_lr_get_bytes(in);
}


ic_str_t
homo_lr_hello_text(homo_lr_t *lr, const homo_lr_hello_t *hello)
{
    ic_str_t       text;
    homo_lr_out_t  out;

    memset(&out, 0, sizeof(out));

    homo_lr_put_raw(&out, HELLO_TITLE, sizeof(HELLO_TITLE) - 1);
    homo_lr_put_u64(&out, (uint64_t) hello->rows);
    homo_lr_put_raw(&out, hello->digest, HOMO_LR_DIGEST);
    homo_lr_put_raw(&out, hello->public_key, IC_EXCHANGE_KEY);

    text = out.failed ? (ic_str_t) ic_null_string
                      : ic_str_dup(lr->arena, ic_str_n(out.data, out.len));
    free(out.data);

    return text;
}


int
homo_lr_accept(homo_lr_t *lr, unsigned i, const homo_lr_hello_t *hello)
{
    homo_lr_peer_t  *peer;

    peer = &lr->peers[i];

    if (hello->rows <= 0 || hello->rows > HOMO_LR_MAX_PARTY_ROWS) {
        return homo_lr_fail(lr, "peer_protocol", NULL, 0,
                            "%s declares an impossible number of rows",
                            peer->party->name);
    }

    if (memcmp(hello->digest, lr->params.digest, HOMO_LR_DIGEST) != 0) {
        return homo_lr_fail(lr, "bad_parameter", NULL, 0,
                            "%s was given other parameters than %s; only "
                            "unique_id, label_name, label_value and max_rows "
                            "may differ", peer->party->name,
                            lr->self->name);
    }

    peer->rows = hello->rows;
    memcpy(peer->public_key, hello->public_key, IC_EXCHANGE_KEY);

    return 0;
}


int
homo_lr_bind_roster(homo_lr_t *lr)
{
    unsigned         i;
    homo_lr_out_t    out;
    homo_lr_peer_t  *peer;

    memset(&out, 0, sizeof(out));

    homo_lr_put_bytes(&out, lr->job_id, strlen(lr->job_id));
    homo_lr_put_bytes(&out, lr->task_id, strlen(lr->task_id));
    homo_lr_put_raw(&out, lr->params.digest, HOMO_LR_DIGEST);
    homo_lr_put_u32(&out, lr->count);

    for (i = 0; i < lr->count; i++) {
        peer = &lr->peers[i];

        homo_lr_put_bytes(&out, peer->party->name,
                          strlen(peer->party->name));
        homo_lr_put_bytes(&out, peer->party->node_id,
                          strlen(peer->party->node_id));
        homo_lr_put_u64(&out, (uint64_t) peer->rows);
        homo_lr_put_raw(&out, peer->public_key, IC_EXCHANGE_KEY);
    }

    return bind(lr, &out);
}


int
homo_lr_bind_modulus(homo_lr_t *lr, const u_char *n, size_t len)
{
    homo_lr_out_t  out;

    memset(&out, 0, sizeof(out));

    homo_lr_put_raw(&out, lr->context, sizeof(lr->context));
    homo_lr_put_bytes(&out, n, len);

    return bind(lr, &out);
}


static int
bind(homo_lr_t *lr, homo_lr_out_t *out)
{
    bool  failed;

    failed = out->failed;

    if (!failed) {
        ic_sha256(lr->context, out->data, out->len);
    }

    free(out->data);

    return failed ? homo_lr_fail(lr, "internal", NULL, 0, "out of memory")
                  : 0;
}
