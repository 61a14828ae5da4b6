
/* Signatures of partners' datasets. */


#include <stdio.h>

#include "../lib/ic_codec.h"
#include "../trust/ic_cert.h"
#include "../trust/ic_sign.h"
#include "../trust/ic_sign_dataset.h"
#include "interconnd_courier_signed.h"


static ic_str_t signed_word(const ic_json_t *object, const char *name);
static bool signed_tells(ic_arena_t *arena, const ic_json_t *dataset,
    const ic_sign_dataset_t *text);


void
interconnd_signed_begin(interconnd_signed_t *by,
    interconnd_courier_t *courier, const char *node_id)
{
    EVP_PKEY    *key;
    ic_str_t     argv[2], credential;
    unsigned     n;
    ic_reply_t   reply;

    static const char *const  names[INTERCONND_SIGNED_KEYS] = {
        "auth_credential", "old_credential"
    };

    memset(by, 0, sizeof(interconnd_signed_t));
    by->node_id = node_id;
    argv[0] = ic_str("node");
    argv[1] = ic_str(node_id);

    if (interconnd_courier_store(courier, &reply, "peer_identify", 2, argv)
        != 0)
    {
        return;
    }

    for (n = 0; n < INTERCONND_SIGNED_KEYS; n++) {
        credential = ic_reply_get(&reply, names[n]);
        key = credential.len > 0 ? ic_cert_public_key(credential) : NULL;

        if (key != NULL) {
            by->keys[by->nkeys++] = key;
        }
    }
}


void
interconnd_signed_end(interconnd_signed_t *by)
{
    while (by->nkeys > 0) {
        EVP_PKEY_free(by->keys[--by->nkeys]);
    }
}


const char *
interconnd_signed(const interconnd_signed_t *by, ic_arena_t *arena,
    const ic_json_t *dataset)
{
    char               spki[IC_SPKI_HEX];
    ic_str_t           data, sign;
    unsigned           n;
    const ic_json_t   *signature;
    ic_sign_dataset_t  text;

    signature = ic_json_get(dataset, "signature");

    if (signature == NULL || signature->type != IC_JSON_OBJECT) {
        return NULL;
    }

    text.node_id = ic_str(by->node_id);
    text.dataset_id = signed_word(dataset, "dataset_id");
    text.time = signed_word(signature, "time");
    text.count = signed_word(signature, "count");
    text.metas_sha256 = signed_word(signature, "metas_sha256");
    text.content_digest = signed_word(signature, "content_digest");
    text.statistics_sha256 = signed_word(signature, "statistics_sha256");

    data = ic_sign_dataset_text(arena, &text);
    sign = ic_unbase64(arena, signed_word(signature, "sign"));

    for (n = 0; n < by->nkeys; n++) {
        if (ic_cert_spki_key(by->keys[n], spki) == 0
            && ic_str_is(signed_word(signature, "key"), spki))
        {
            return data.data != NULL && sign.data != NULL
                   && ic_sign_verify(by->keys[n], data, sign)
                   && signed_tells(arena, dataset, &text) ? "good" : "bad";
        }
    }

    return "unknown_key";
}


static ic_str_t
signed_word(const ic_json_t *object, const char *name)
{
    return ic_json_str(ic_json_get(object, name));
}


/* What is shown is what was signed. */

static bool
signed_tells(ic_arena_t *arena, const ic_json_t *dataset,
    const ic_sign_dataset_t *text)
{
    char              metas[65], count[24];
    ic_str_t          digest;
    const ic_json_t  *number;

    number = ic_json_get(dataset, "count");
    digest = signed_word(dataset, "content_digest");

    if (number != NULL && number->type == IC_JSON_INT) {
        snprintf(count, sizeof(count), "%lld", (long long) number->num);

        if (!ic_str_is(text->count, count)) {
            return false;
        }
    }

    return ic_sign_metas_sha256(arena, ic_json_get(dataset, "column_metas"),
                                metas)
           == 0
           && ic_str_is(text->metas_sha256, metas)
           && (digest.len == 0 || ic_str_eq(digest, text->content_digest));
}
