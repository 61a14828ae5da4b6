
/* One description: what a reader finds, and the node's signature of it. */


#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <sys/pidfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../lib/ic_codec.h"
#include "../source/ic_table.h"
#include "../trust/ic_sign.h"
#include "../trust/ic_sign_dataset.h"
#include "interconnd_describer.h"
#include "interconnd_reader.h"
#include "interconnd_runner.h"


#define DESCRIPTION_GRACE_S   5          /* beside the reader's own clock */
#define DESCRIPTION_TURN_MS   500
#define DESCRIPTION_CANCEL_S  3          /* to tell the database */


static ic_str_t description_request(
    const interconnd_description_t *description);
static int description_wait(interconnd_description_t *description, pid_t pid,
    int *status);
static int description_take(interconnd_description_t *description,
    const ic_json_t *answer);
static int description_compare(interconnd_description_t *description,
    const ic_json_t *found);
static ic_str_t description_word(ic_str_t word);


int
interconnd_description_read(interconnd_description_t *description)
{
    int                      status, rc;
    pid_t                    pid;
    ic_str_t                 words, folder;
    const ic_json_t         *answer;
    interconnd_reading_t     reading;
    interconnd_describer_t  *describer;

    if (description->sign || ic_str_is(description->level, "none")) {
        return description->given != NULL ? 0
               : ic_source_fail(&description->error, "bad_parameter", NULL,
                                0, "column_metas is empty, and describe is "
                                "none");
    }

    describer = description->describer;
    folder = ic_str_fmt(description->pool, "%s/rows", describer->work);

    memset(&reading, 0, sizeof(interconnd_reading_t));
    reading.conf = describer->conf;
    reading.pool = description->pool;
    reading.folder = (char *) folder.data;
    reading.request = description_request(description);
    reading.key = describer->keys.present.key;

    pid = folder.data != NULL ? interconnd_reader_start(&reading) : -1;

    if (pid == -1) {
        return ic_source_fail(&description->error, "internal", NULL, 0,
                              "no reader is started: %s", strerror(errno));
    }

    rc = -1;
    answer = NULL;

    if (description_wait(description, pid, &status) == 0) {
        answer = interconnd_reader_answer(&reading, status,
                                          &description->error, &words);
    }

    if (answer != NULL) {
        rc = description_take(description, answer);
    }

    interconnd_reader_tidy(reading.folder);
    interconnd_folder_drop(reading.folder);

    return rc;
}


static ic_str_t
description_request(const interconnd_description_t *description)
{
    int64_t        group;
    ic_json_out_t  out;

    ic_out_init(&out, description->pool);
    ic_out_object(&out, NULL);
    interconnd_reader_request(&out, description->describer->conf,
                              description->location, -1);
    ic_out_str(&out, "content_key", description->content_key);
    ic_out_str(&out, "describe", description->level);

    if (ic_str_int(description->min_group, &group) == 0) {
        ic_out_int(&out, "min_group", group);
    }

    ic_out_object_end(&out);

    return ic_out_text(&out);
}


/* It ends by its own clock; one that hangs all the same is ended. */

static int
description_wait(interconnd_description_t *description, pid_t pid,
    int *status)
{
    int                      fd, n;
    bool                     over;
    int64_t                  end;
    struct pollfd            ready;
    interconnd_describer_t  *describer;

    describer = description->describer;
    end = ic_mono_ms() + 1000 * (int64_t) (describer->conf->source_timeout
                                           + DESCRIPTION_GRACE_S);
    fd = pidfd_open(pid, 0);
    over = fd == -1;
    n = 0;

    while (n <= 0 && !over) {
        ready.fd = fd;
        ready.events = POLLIN;
        n = poll(&ready, 1, DESCRIPTION_TURN_MS);
        over = n <= 0 && (interconnd_quit || ic_mono_ms() > end);
    }

    if (over) {
        (void) kill(-pid, SIGTERM);
        ready.fd = fd;
        ready.events = POLLIN;
        (void) poll(&ready, 1, 1000 * DESCRIPTION_CANCEL_S);
        (void) kill(-pid, SIGKILL);
    }

    while (waitpid(pid, status, 0) == -1 && errno == EINTR) {
        /* void */
    }

    if (fd != -1) {
        close(fd);
    }

    return over ? ic_source_fail(&description->error, "data_source_slow",
                                 NULL, 0, "it took too long")
                : 0;
}


static int
description_take(interconnd_description_t *description,
    const ic_json_t *answer)
{
    const ic_json_t  *metas, *statistics;

    metas = ic_json_get(answer, "metas");
    statistics = ic_json_get(answer, "statistics");
    description->digest = ic_json_str(ic_json_get(answer, "digest"));
    description->count = ic_str_fmt(description->pool, "%lld",
                             (long long) ic_json_get(answer, "rows")->num);

    if (statistics != NULL) {
        description->statistics = ic_json_text(description->pool,
                                               statistics);
    }

    if (metas == NULL || description->digest.len == 0) {
        return ic_source_fail(&description->error, "internal", NULL, 0,
                              "the reader has not described it");
    }

    if (description->given != NULL) {
        return description_compare(description, metas);
    }

    description->metas = metas;

    return 0;
}


/* The owner may say less of the rows than there is, not more. */

static int
description_compare(interconnd_description_t *description,
    const ic_json_t *found)
{
    ic_str_t          name;
    const ic_json_t  *given, *meta;

    for (given = description->given->child; given != NULL;
         given = given->next)
    {
        name = ic_json_str(ic_json_get(given, "name"));

        for (meta = found->child; meta != NULL; meta = meta->next) {
            if (ic_str_eq(ic_json_str(ic_json_get(meta, "name")), name)) {
                break;
            }
        }

        if (meta == NULL) {
            return ic_source_fail(&description->error, "data_missing_column",
                       (char *) ic_str_z(description->pool, name), 0,
                       "the data has no column \"%.*s\" of column_metas",
                       (int) name.len, (char *) name.data);
        }
    }

    return 0;
}


ic_str_t
interconnd_description_sign(const interconnd_description_t *description)
{
    char                          metas[65], statistics[65], time[24];
    ic_str_t                      text, signature, none;
    ic_arena_t                   *pool;
    ic_json_out_t                 out;
    ic_sign_dataset_t             dataset;
    const interconnd_identity_t  *identity;

    none = ic_str_n(NULL, 0);
    pool = description->pool;
    identity = interconnd_keys_identity(&description->describer->keys);

    if (identity->key == NULL) {
        return ic_str("");
    }

    if (ic_sign_metas_sha256(pool, description->metas, metas) != 0) {
        return none;
    }

    ic_sha256_hex(statistics, description->statistics.data,
                  description->statistics.len);
    snprintf(time, sizeof(time), "%lld", (long long) ic_now_ms());

    dataset.node_id = ic_str(description->describer->conf->node_id);
    dataset.dataset_id = description->dataset_id;
    dataset.time = ic_str(time);
    dataset.count = description_word(description->count);
    dataset.metas_sha256 = ic_str(metas);
    dataset.content_digest = description_word(description->digest);
    dataset.statistics_sha256 = description->statistics.len > 0
                                ? ic_str(statistics) : ic_str("-");

    text = ic_sign_dataset_text(pool, &dataset);
    signature = text.data != NULL ? ic_sign(pool, identity->key, text) : none;
    signature = signature.data != NULL ? ic_base64(pool, signature, false)
                                       : none;

    if (signature.data == NULL) {
        return none;
    }

    ic_out_init(&out, pool);
    ic_out_object(&out, NULL);
    ic_out_z(&out, "auth_type", identity->auth_type);
    ic_out_z(&out, "key", identity->spki);
    ic_out_str(&out, "time", dataset.time);
    ic_out_str(&out, "count", dataset.count);
    ic_out_str(&out, "metas_sha256", dataset.metas_sha256);
    ic_out_str(&out, "content_digest", dataset.content_digest);
    ic_out_str(&out, "statistics_sha256", dataset.statistics_sha256);
    ic_out_str(&out, "sign", signature);
    ic_out_object_end(&out);

    return ic_out_text(&out);
}


static ic_str_t
description_word(ic_str_t word)
{
    return word.len > 0 ? word : ic_str("-");
}
