
/*
 * Digests of a model: of the members that decide what it computes, as they
 * stand in the text. What is only known about it is not covered.
 */


#include "../lib/ic_codec.h"
#include "ic_model.h"


static const char *const *model_content(const char *version);


static const char *const  content[] = {
    "algorithm", "features", "weights", "intercept", "scaler", "bins",
    "link", "calibration", "range", "piece", NULL
};

/* version 1.0.0 */

static const char *const  content_old[] = {
    "features", "weights", "intercept", "scaler", NULL
};


int
ic_model_digests(ic_arena_t *arena, const ic_json_t *document,
    const char *version, char digest[IC_MODEL_HEX],
    ic_model_digest_t digests[IC_MODEL_DIGESTS], unsigned *count)
{
    ic_str_t            text;
    ic_json_out_t       out;
    const ic_json_t    *member;
    const char *const  *name;

    *count = 0;
    ic_out_init(&out, arena);
    ic_out_object(&out, NULL);

    for (name = model_content(version); *name != NULL; name++) {

        member = ic_json_get(document, *name);

        if (member == NULL) {
            continue;
        }

        text = ic_json_text(arena, member);

        if (text.data == NULL) {
            return -1;
        }

        digests[*count].member = *name;
        ic_sha256_hex(digests[(*count)++].digest, text.data, text.len);
        ic_out_raw(&out, *name, text);
    }

    ic_out_object_end(&out);
    text = ic_out_text(&out);

    if (text.data == NULL) {
        return -1;
    }

    ic_sha256_hex(digest, text.data, text.len);

    return 0;
}


static const char *const *
model_content(const char *version)
{
    return strcmp(version, "1.0.0") == 0 ? content_old : content;
}
