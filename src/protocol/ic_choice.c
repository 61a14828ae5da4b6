
/* A choice of rows that all parties make alike. */


#include <endian.h>
#include <openssl/evp.h>
#include <stdlib.h>

#include "ic_agree.h"
#include "ic_align.h"
#include "ic_choice.h"
#include "ic_tables.h"


#define CHOICE_PIECE    (1024 * 1024)

/* twice as many as strata, for a search by hash */
#define CHOICE_BUCKETS  (2 * IC_CHOICE_MAX_STRATA)


enum { CHOICE_START = 1, CHOICE_POINT, CHOICE_PROOF, CHOICE_NUMBERS };

static const char *const  choice_kinds[] = {
    NULL, "the start", "the point of the ids", "the proof of the ids",
    "numbers of rows"
};


static int choice_table(ic_choice_t *choice);
static int choice_agree(ic_choice_t *choice, const char *const *common);
static int choice_secret(ic_choice_t *choice);
static int choice_digest(ic_choice_t *choice, EVP_MD_CTX *sha);
static int choice_strata(ic_choice_t *choice);
static uint32_t choice_stratum(ic_choice_t *choice, uint32_t *buckets,
    const char *value);
static int choice_tell(ic_choice_t *choice);
static int choice_hear(ic_choice_t *choice, unsigned most);
static int choice_take(ic_choice_t *choice, int64_t first, unsigned most);
static const ic_party_t *choice_guest(const ic_choice_t *choice);
static int choice_memory(const ic_choice_t *choice);


int
ic_choice_open(ic_choice_t *choice, ic_task_t *task,
    ic_settings_t *settings, const char *component,
    const char *const *common, bool by_label)
{
    memset(choice, 0, sizeof(ic_choice_t));
    choice->task = task;
    choice->settings = settings;
    choice->vertical = ic_setting_choice(settings, "mode") == 0;
    choice->chooses = !by_label || !choice->vertical
                      || strcmp(ic_task_self(task)->role, "guest") == 0;
    choice->tells = by_label && choice->vertical && choice->chooses;

    choice->rows_of = ic_alloc(ic_task_arena(task),
                               IC_TASK_MAX_PARTIES * sizeof(int64_t));

    if (choice->rows_of == NULL) {
        return choice_memory(choice);
    }

    ic_wire_init(&choice->wire, task, component, 1, choice_kinds, 5);

    if (strcmp(ic_task_self(task)->role, "arbiter") == 0) {
        choice->rows = -1;
        return choice_agree(choice, common);
    }

    if (choice_table(choice) != 0) {
        return -1;
    }

    if (by_label && choice->chooses && choice_strata(choice) != 0) {
        return -1;
    }

    if (choice_agree(choice, common) != 0) {
        return -1;
    }

    ic_draw_init(&choice->draw, &choice->wire,
                 ic_setting(settings, "random_seed"),
                 choice->vertical ? component : ic_task_self(task)->name);

    return choice->tells ? choice_secret(choice) : 0;
}


/*
 * Who chooses by labels for others must not draw what they can draw, too:
 * which rows of a label are taken would tell them the labels. With a seed the
 * same table leads to the same choice, and only who has the table knows it.
 */

static int
choice_secret(ic_choice_t *choice)
{
    int          rc;
    EVP_MD_CTX  *sha;

    if (ic_setting(choice->settings, "random_seed") == NULL) {
        return ic_draw_secret(&choice->draw, choice->task);
    }

    sha = EVP_MD_CTX_new();

    rc = sha != NULL && EVP_DigestInit_ex(sha, EVP_sha256(), NULL) == 1
         && EVP_DigestUpdate(sha, choice->draw.key,
                             sizeof(choice->draw.key)) == 1
         && choice_digest(choice, sha) == 0
         && EVP_DigestFinal_ex(sha, choice->draw.key, NULL) == 1
         ? 0 : choice_memory(choice);
    EVP_MD_CTX_free(sha);

    return rc;
}


/* All cells, each with its length; an empty one has none. */

static int
choice_digest(ic_choice_t *choice, EVP_MD_CTX *sha)
{
    int          ok;
    size_t       len;
    int64_t      row;
    uint64_t     before;
    unsigned     column;
    const char  *text;

    for (ok = 1, row = 0; ok == 1 && row < choice->rows; row++) {
        for (column = 0; ok == 1 && column < ic_table_columns(choice->table);
             column++)
        {
            text = ic_table_text(choice->table, row, (int) column);
            len = text != NULL ? strlen(text) : 0;
            before = text != NULL ? htole64(len) : UINT64_MAX;
            ok = EVP_DigestUpdate(sha, &before, sizeof(before)) == 1
                 && EVP_DigestUpdate(sha, text, len) == 1;
        }
    }

    return ok == 1 ? 0 : -1;
}


static int
choice_table(ic_choice_t *choice)
{
    choice->table = ic_input_table(choice->task, "train_data",
                                   ic_setting_int(choice->settings,
                                                  "max_rows"));

    if (choice->table == NULL) {
        return -1;
    }

    choice->rows = ic_table_rows(choice->table);
    ic_task_fact(choice->task, "rows", choice->rows);
    choice->numbers = calloc((size_t) choice->rows + 1, 1);

    return choice->numbers != NULL ? 0 : choice_memory(choice);
}


static int
choice_agree(ic_choice_t *choice, const char *const *common)
{
    ic_str_t  text;

    text = ic_settings_common(choice->settings, common);

    if (text.data == NULL
        || ic_agree(&choice->wire, text, choice->rows, choice->rows_of) != 0)
    {
        return -1;
    }

    return !choice->vertical ? 0
           : ic_align(&choice->wire, CHOICE_POINT, choice->rows_of,
                      choice->table,
                      ic_setting_text(choice->settings, "unique_id"));
}


static int
choice_strata(ic_choice_t *choice)
{
    int          column;
    int64_t      row;
    uint32_t    *buckets, n;
    const char  *name, *text;
    ic_arena_t  *arena;

    name = ic_setting_text(choice->settings, "label_name");

    if (name == NULL) {
        return ic_task_fail(choice->task, "bad_parameter", NULL, 0,
                            "label_name is required to choose by labels");
    }

    column = ic_table_find(choice->table, name);

    if (column == -1) {
        return ic_task_fail(choice->task, "data_missing_column", name, 0,
                            "no column %s", name);
    }

    arena = ic_task_arena(choice->task);
    buckets = ic_zalloc(arena, CHOICE_BUCKETS * sizeof(uint32_t));
    choice->sizes = ic_zalloc(arena, IC_CHOICE_MAX_STRATA * sizeof(int64_t));
    choice->values = ic_zalloc(arena, IC_CHOICE_MAX_STRATA * sizeof(char *));
    choice->strata = calloc((size_t) choice->rows + 1, sizeof(uint32_t));

    if (buckets == NULL || choice->sizes == NULL || choice->values == NULL
        || choice->strata == NULL)
    {
        return choice_memory(choice);
    }

    for (row = 0; row < choice->rows; row++) {
        text = ic_table_text(choice->table, row, column);

        if (text == NULL) {
            return ic_task_fail(choice->task, "data_null_label", name,
                                row + 1, "%s is empty in row %lld", name,
                                (long long) row + 1);
        }

        n = choice_stratum(choice, buckets, text);

        if (n == IC_CHOICE_MAX_STRATA) {
            return ic_task_fail(choice->task, "bad_parameter", name, row + 1,
                                "%s has more than %u different values", name,
                                IC_CHOICE_MAX_STRATA);
        }

        choice->strata[row] = n;
        choice->sizes[n]++;
    }

    return 0;
}


/* The value's number, a new one if need be. buckets: number + 1. */

static uint32_t
choice_stratum(ic_choice_t *choice, uint32_t *buckets, const char *value)
{
    uint32_t     n;
    uint64_t     hash;
    const char  *c;

    hash = 14695981039346656037u;

    for (c = value; *c != '\0'; c++) {
        hash = (hash ^ (u_char) *c) * 1099511628211u;
    }

    for (n = (uint32_t) (hash >> 32) % CHOICE_BUCKETS;
         buckets[n] != 0;
         n = (n + 1) % CHOICE_BUCKETS)
    {
        if (strcmp(choice->values[buckets[n] - 1], value) == 0) {
            return buckets[n] - 1;
        }
    }

    if (choice->nstrata == IC_CHOICE_MAX_STRATA) {
        return IC_CHOICE_MAX_STRATA;
    }

    choice->values[choice->nstrata] = value;
    buckets[n] = ++choice->nstrata;

    return choice->nstrata - 1;
}


int
ic_choice_share(ic_choice_t *choice, unsigned most)
{
    if (!choice->chooses) {
        return choice_hear(choice, most);
    }

    return choice->tells ? choice_tell(choice) : 0;
}


static int
choice_tell(ic_choice_t *choice)
{
    int                rc;
    int64_t            row, n;
    unsigned           i, count;
    ic_message_t       message;
    const ic_party_t  *parties;

    parties = ic_task_parties(choice->task, &count);
    rc = 0;

    for (row = 0; rc == 0 && row < choice->rows; row += n) {
        n = choice->rows - row;
        n = n < CHOICE_PIECE ? n : CHOICE_PIECE;
        ic_message_begin(&choice->wire, &message, CHOICE_NUMBERS,
                         (uint32_t) (row / CHOICE_PIECE));
        ic_message_put_raw(&message, choice->numbers + row, (size_t) n);

        for (i = 0; rc == 0 && i < count; i++) {
            if (choice->rows_of[i] != -1
                && strcmp(parties[i].name, ic_task_self(choice->task)->name)
                   != 0)
            {
                rc = ic_message_copy(&message, &parties[i]);
            }
        }

        ic_message_drop(&message);
    }

    return rc;
}


static int
choice_hear(ic_choice_t *choice, unsigned most)
{
    int64_t  row;

    for (row = 0; row < choice->rows; row += CHOICE_PIECE) {
        if (choice_take(choice, row, most) != 0) {
            return -1;
        }
    }

    return 0;
}


static int
choice_take(ic_choice_t *choice, int64_t first, unsigned most)
{
    int                rc;
    int64_t            i, n;
    ic_message_t       message;
    const u_char      *numbers;
    const ic_party_t  *guest;

    guest = choice_guest(choice);
    n = choice->rows - first;
    n = n < CHOICE_PIECE ? n : CHOICE_PIECE;

    rc = ic_message_recv(&choice->wire, &message, guest, CHOICE_NUMBERS,
                         (uint32_t) (first / CHOICE_PIECE));

    if (rc == 0) {
        numbers = ic_message_get_raw(&message, (size_t) n);
        rc = ic_message_whole(&message);
    }

    for (i = 0; rc == 0 && i < n; i++) {

        if (numbers[i] > most) {
            rc = ic_task_fail(choice->task, "peer_protocol", NULL, 0,
                              "%s chose row %lld in a way that there is not",
                              guest->name, (long long) (first + i + 1));
        }

        choice->numbers[first + i] = numbers[i];
    }

    ic_message_drop(&message);

    return rc;
}


static const ic_party_t *
choice_guest(const ic_choice_t *choice)
{
    return ic_task_party(choice->task, "guest.0");
}


void
ic_choice_close(ic_choice_t *choice)
{
    ic_table_close(choice->table);
    choice->table = NULL;
    free(choice->numbers);
    choice->numbers = NULL;
    free(choice->strata);
    choice->strata = NULL;
}


static int
choice_memory(const ic_choice_t *choice)
{
    return ic_task_fail(choice->task, "internal", NULL, 0,
                        "memory is short");
}
