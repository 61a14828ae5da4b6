
/* What a node signs of a dataset that it describes. */


#include "../lib/ic_codec.h"
#include "ic_sign_dataset.h"


static bool dataset_word(ic_str_t word);


ic_str_t
ic_sign_dataset_text(ic_arena_t *arena, const ic_sign_dataset_t *dataset)
{
    ic_str_t  none = ic_null_string;

    if (!dataset_word(dataset->node_id) || !dataset_word(dataset->dataset_id)
        || !dataset_word(dataset->time) || !dataset_word(dataset->count)
        || !dataset_word(dataset->metas_sha256)
        || !dataset_word(dataset->content_digest)
        || !dataset_word(dataset->statistics_sha256))
    {
        return none;
    }

    return ic_str_fmt(arena, "interconn dataset v1\n%.*s\n%.*s\n%.*s\n%.*s\n"
                      "%.*s\n%.*s\n%.*s",
                      (int) dataset->node_id.len, dataset->node_id.data,
                      (int) dataset->dataset_id.len, dataset->dataset_id.data,
                      (int) dataset->time.len, dataset->time.data,
                      (int) dataset->count.len, dataset->count.data,
                      (int) dataset->metas_sha256.len,
                      dataset->metas_sha256.data,
                      (int) dataset->content_digest.len,
                      dataset->content_digest.data,
                      (int) dataset->statistics_sha256.len,
                      dataset->statistics_sha256.data);
}


static bool
dataset_word(ic_str_t word)
{
    size_t  n;

    for (n = 0; n < word.len; n++) {
        if (word.data[n] < 0x20 || word.data[n] == 0x7f) {
            return false;
        }
    }

    return word.len > 0;
}


int
ic_sign_metas_sha256(ic_arena_t *arena, const ic_json_t *metas, char hex[65])
{
    size_t            len, size;
    u_char           *text;
    ic_str_t          word;
    unsigned          n;
    const ic_json_t  *meta;

    static const char *const  names[] = {
        "name", "data_type", "distribution"
    };

    if (metas == NULL || metas->type != IC_JSON_ARRAY) {
        return -1;
    }

    for (size = 1, meta = metas->child; meta != NULL; meta = meta->next) {
        for (n = 0; n < sizeof(names) / sizeof(names[0]); n++) {
            size += ic_json_str(ic_json_get(meta, names[n])).len + 1;
        }
    }

    text = ic_alloc(arena, size);

    if (text == NULL) {
        return -1;
    }

    for (len = 0, meta = metas->child; meta != NULL; meta = meta->next) {
        for (n = 0; n < sizeof(names) / sizeof(names[0]); n++) {
            word = ic_json_str(ic_json_get(meta, names[n]));

            if (!dataset_word(word)) {
                return -1;
            }

            memcpy(text + len, word.data, word.len);
            len += word.len;
            text[len++] = n + 1 < sizeof(names) / sizeof(names[0]) ? '\t'
                                                                   : '\n';
        }
    }

    ic_sha256_hex(hex, text, len);

    return 0;
}
