
/* A party's part of a model that no party has as a whole. */


#include "../lib/ic_codec.h"
#include "ic_model_read.h"


#define PIECE  "piece"


static int piece_of(ic_model_reader_t *reader, const ic_json_t *value);
static int piece_shares(ic_model_reader_t *reader, const ic_json_t *value);
static int piece_share(ic_model_reader_t *reader, const ic_json_t *value,
    ic_model_share_t *share);
static bool piece_has(const ic_model_piece_t *piece, const char *party);


int
ic_model_read_piece(ic_model_reader_t *reader, const ic_json_t *value)
{
    bool               shared;
    u_char             digest[32];
    ic_str_t           set;
    ic_model_piece_t  *piece;

    piece = ic_zalloc(reader->arena, sizeof(ic_model_piece_t));

    if (piece == NULL) {
        return ic_model_short(reader);
    }

    reader->model->piece = piece;
    shared = ic_json_get(value, "shares") != NULL;

    if (value->type != IC_JSON_OBJECT
        || value->count != (shared ? 5 : 3)
        || (ic_json_get(value, "fraction") != NULL) != shared)
    {
        return ic_model_refuse(reader, PIECE, "piece: has role, of and set, "
                               "and either fraction and shares or neither");
    }

    if (ic_model_word(reader, PIECE, ic_json_get(value, "role"),
                      &piece->role)
        != 0
        || piece_of(reader, ic_json_get(value, "of")) != 0)
    {
        return -1;
    }

    set = ic_json_str(ic_json_get(value, "set"));

    if (ic_unhex(digest, sizeof(digest), set) != 0) {
        return ic_model_refuse(reader, PIECE, "piece: set must be 64 "
                               "hexadecimal digits");
    }

    ic_hex(piece->set, digest, sizeof(digest));

    return shared ? piece_shares(reader, value) : 0;
}


static int
piece_of(ic_model_reader_t *reader, const ic_json_t *value)
{
    unsigned           i, j;
    ic_model_piece_t  *piece;

    piece = reader->model->piece;
    piece->of = ic_model_texts(reader, PIECE, value, 2,
                               IC_MODEL_MAX_PARTIES, &piece->nof);

    if (piece->of == NULL) {
        return -1;
    }

    for (i = 1; i < piece->nof; i++) {
        for (j = 0; j < i; j++) {
            if (strcmp(piece->of[i], piece->of[j]) == 0) {
                return ic_model_refuse(reader, PIECE, "piece: %.40s occurs "
                                       "twice", piece->of[i]);
            }
        }
    }

    return piece_has(piece, piece->role) ? 0
           : ic_model_refuse(reader, PIECE, "piece: %.40s is none of those "
                             "that have one", piece->role);
}


static int
piece_shares(ic_model_reader_t *reader, const ic_json_t *value)
{
    int64_t            fraction;
    const ic_json_t   *list, *item;
    ic_model_piece_t  *piece;

    piece = reader->model->piece;
    list = ic_json_get(value, "shares");

    if (list->type != IC_JSON_ARRAY || list->count == 0
        || list->count > piece->nof)
    {
        return ic_model_refuse(reader, PIECE, "piece: shares are a list of 1 "
                               "to %u", piece->nof);
    }

    if (ic_model_int(reader, PIECE, ic_json_get(value, "fraction"), 0,
                     8 * IC_MODEL_MAX_WORD, &fraction)
        != 0)
    {
        return -1;
    }

    piece->fraction = (unsigned) fraction;
    piece->shares = ic_zalloc(reader->arena,
                              list->count * sizeof(ic_model_share_t));

    if (piece->shares == NULL) {
        return ic_model_short(reader);
    }

    for (item = list->child; item != NULL; item = item->next) {
        if (piece_share(reader, item, &piece->shares[piece->nshares]) != 0) {
            return -1;
        }

        piece->nshares++;
    }

    return 0;
}


static int
piece_share(ic_model_reader_t *reader, const ic_json_t *value,
    ic_model_share_t *share)
{
    size_t             len;
    int64_t            count, bytes;
    unsigned           i;
    ic_model_piece_t  *piece;

    piece = reader->model->piece;

    if (value->type != IC_JSON_OBJECT || value->count != 4) {
        return ic_model_refuse(reader, PIECE, "piece: a share has party, "
                               "count, bytes and words");
    }

    if (ic_model_word(reader, PIECE, ic_json_get(value, "party"),
                      &share->party)
        != 0
        || ic_model_int(reader, PIECE, ic_json_get(value, "count"), 1,
                        IC_MODEL_MAX_FEATURES + 1, &count)
           != 0
        || ic_model_int(reader, PIECE, ic_json_get(value, "bytes"), 1,
                        IC_MODEL_MAX_WORD, &bytes)
           != 0)
    {
        return -1;
    }

    for (i = 0; i < piece->nshares; i++) {
        if (strcmp(piece->shares[i].party, share->party) == 0) {
            return ic_model_refuse(reader, PIECE, "piece: two shares of "
                                   "%.40s", share->party);
        }
    }

    /* one word more than features: that of the intercept */

    if (!piece_has(piece, share->party)
        || (strcmp(share->party, piece->role) == 0
            && count != reader->model->nfeatures
            && count != (int64_t) reader->model->nfeatures + 1))
    {
        return ic_model_refuse(reader, PIECE, "piece: the share of %.40s has "
                               "%lld words for %u features", share->party,
                               (long long) count, reader->model->nfeatures);
    }

    share->count = (unsigned) count;
    share->bytes = (unsigned) bytes;
    len = (size_t) count * (size_t) bytes;
    share->words = ic_alloc(reader->arena, len);

    if (share->words == NULL) {
        return ic_model_short(reader);
    }

    return ic_unhex(share->words, len,
                    ic_json_str(ic_json_get(value, "words"))) == 0
           ? 0
           : ic_model_refuse(reader, PIECE, "piece: the words of %.40s must "
                             "be %zu hexadecimal digits", share->party,
                             2 * len);
}


static bool
piece_has(const ic_model_piece_t *piece, const char *party)
{
    unsigned  i;

    for (i = 0; i < piece->nof && strcmp(piece->of[i], party); i++) {
        /* void */
    }

    return i < piece->nof;
}
