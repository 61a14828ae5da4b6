
/*
 * The describer: takes datasets from a stream of the store, has each read by
 * a process that has nothing of the node, and signs what was found. It is a
 * process of its own since a large table takes minutes, in which tasks and
 * messages do not wait, and since nginx's workers have no key; a runner
 * starts it when something waits for it.
 */


#include <errno.h>
#include <openssl/rand.h>
#include <poll.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../api/ic_api.h"
#include "../lib/ic_codec.h"
#include "interconnd_describer.h"
#include "interconnd_runner.h"


#define DESCRIBER_STREAM    "describe"
#define DESCRIBER_BLOCK_MS  2000         /* for more, before it ends */
#define DESCRIBER_IDLE      2            /* what it left, then what is new */
#define DESCRIBER_TURN_MS   1000
#define DESCRIBER_RETRY_MS  2000


static int describer_init(interconnd_describer_t *describer,
    const interconnd_conf_t *conf);
static int describer_folder(interconnd_describer_t *describer);
static void describer_turn(interconnd_describer_t *describer);
static void describer_take(interconnd_describer_t *describer);
static int describer_one(interconnd_describer_t *describer,
    ic_arena_t *pool, ic_str_t dataset_id);
static int describer_begin(interconnd_description_t *description);
static void describer_given(interconnd_description_t *description,
    const ic_reply_t *reply);
static int describer_end(interconnd_description_t *description);
static int describer_fail(interconnd_description_t *description);
static ic_str_t describer_cause(const interconnd_description_t *description,
    const ic_error_t *error);
static int describer_call(interconnd_description_t *description,
    ic_reply_t *reply, const char *function, unsigned argc,
    const ic_str_t *argv);


int
interconnd_describer(const interconnd_conf_t *conf)
{
    int                     rc;
    interconnd_describer_t  describer;

    memset(&describer, 0, sizeof(interconnd_describer_t));
    rc = describer_init(&describer, conf);

    while (rc == 0 && !interconnd_quit && describer.idle < DESCRIBER_IDLE) {
        describer_turn(&describer);
    }

    if (describer.folder[0] != '\0') {
        interconnd_folder_drop(describer.folder);
    }

    interconnd_keys_free(&describer.keys);

    if (describer.store != NULL) {
        ic_store_close(describer.store);
    }

    if (describer.pool != NULL) {
        ic_pool_destroy(describer.pool);
    }

    return rc == 0 ? 0 : 1;
}


static int
describer_init(interconnd_describer_t *describer,
    const interconnd_conf_t *conf)
{
    char  host[64];

    describer->conf = conf;
    describer->wait_fd = -1;
    (void) prctl(PR_SET_DUMPABLE, 0);

    if (gethostname(host, sizeof(host)) != 0) {
        strcpy(host, "localhost");
    }

    host[sizeof(host) - 1] = '\0';
    snprintf(describer->consumer, sizeof(describer->consumer),
             "describer@%s", host);

    describer->pool = ic_pool_create();
    describer->store = interconnd_store(conf, INTERCONND_STORE_MS);

    if (describer->pool == NULL || describer->store == NULL) {
        interconnd_log("error", "memory is short");
        return -1;
    }

    if (interconnd_keys_load(&describer->keys, conf) != 0) {
        return -1;
    }

    return describer_folder(describer);
}


/* Rows are in it while they are read; one that died has left some. */

static int
describer_folder(interconnd_describer_t *describer)
{
    int    n;
    char  *folder;

    folder = describer->folder;
    n = snprintf(folder, sizeof(describer->folder), "%s/describe",
                 describer->conf->data_dir);

    if (n >= 4000) {
        folder[0] = '\0';
        interconnd_log("error", "the path of data_dir is too long");
        return -1;
    }

    interconnd_folder_drop(folder);
    snprintf(describer->work, sizeof(describer->work), "%.4000s/work",
             folder);

    /* who reads may be another user: it passes through, and sees nothing */

    if (mkdir(folder, S_IRWXU) != 0
        || chmod(folder, S_IRWXU|S_IXGRP|S_IXOTH) != 0
        || mkdir(describer->work, S_IRWXU) != 0)
    {
        interconnd_log("error", "%s: %s", folder, strerror(errno));
        return -1;
    }

    return 0;
}


static void
describer_turn(interconnd_describer_t *describer)
{
    struct pollfd  ready;

    interconnd_keys_follow(&describer->keys, describer->store);

    if (describer->wait_fd < 0) {
        describer->wait_fd = ic_store_wait_begin(describer->store,
                                 DESCRIBER_STREAM, describer->consumer,
                                 DESCRIBER_BLOCK_MS);
    }

    if (describer->wait_fd < 0) {
        interconnd_log("error", "waiting for datasets: %s",
                       ic_store_error(describer->store));
        interconnd_sleep(DESCRIBER_RETRY_MS);
        return;
    }

    ready.fd = describer->wait_fd;
    ready.events = POLLIN;

    if (poll(&ready, 1, DESCRIBER_TURN_MS) > 0) {
        describer_take(describer);
    }

    ic_pool_reset(describer->pool);
}


/* The entry goes when its outcome is in the store. */

static void
describer_take(interconnd_describer_t *describer)
{
    int          rc;
    ic_str_t     id;
    ic_arena_t  *pool;
    ic_record_t  entry;

    describer->wait_fd = -1;
    rc = ic_store_wait_end(describer->store, describer->pool, &id, &entry);

    if (rc == 0) {
        describer->idle++;
        return;
    }

    describer->idle = 0;

    pool = rc > 0 ? ic_pool_create() : NULL;

    if (pool != NULL
        && describer_one(describer, pool,
                         ic_record_get(&entry, "dataset_id"))
           == 0)
    {
        (void) ic_store_done(describer->store, DESCRIBER_STREAM, id);

    } else if (!interconnd_quit) {
        interconnd_log("error", "describing datasets: %s",
                       ic_store_error(describer->store));
        ic_store_again(describer->store, DESCRIBER_STREAM);
        interconnd_sleep(DESCRIBER_RETRY_MS);
    }

    if (pool != NULL) {
        ic_pool_destroy(pool);
    }
}


static int
describer_one(interconnd_describer_t *describer, ic_arena_t *pool,
    ic_str_t dataset_id)
{
    int                       rc;
    interconnd_description_t  description;

    memset(&description, 0, sizeof(interconnd_description_t));
    description.describer = describer;
    description.pool = pool;
    description.dataset_id = dataset_id;

    rc = describer_begin(&description);

    if (rc != 0) {
        return rc > 0 ? 0 : -1;
    }

    rc = interconnd_description_read(&description);

    /* stopped, not failed: the next process does it */

    if (interconnd_quit) {
        return -1;
    }

    return rc == 0 ? describer_end(&description)
                   : describer_fail(&description);
}


/* 0; 1: nobody asks any more; -1: the store does not answer. */

static int
describer_begin(interconnd_description_t *description)
{
    char        key[INTERCONND_DESCRIBER_KEY];
    u_char      bytes[INTERCONND_DESCRIBER_KEY / 2];
    ic_str_t    argv[2];
    ic_reply_t  reply;

    if (RAND_bytes(bytes, sizeof(bytes)) != 1) {
        return -1;
    }

    ic_hex(key, bytes, sizeof(bytes));
    argv[0] = description->dataset_id;
    argv[1] = ic_str_n(key, 2 * sizeof(bytes));

    if (describer_call(description, &reply, "dataset_describing", 2, argv)
        != 0)
    {
        return -1;
    }

    OPENSSL_cleanse(bytes, sizeof(bytes));
    OPENSSL_cleanse(key, sizeof(key));

    if (!ic_reply_ok(&reply)) {
        return 1;
    }

    describer_given(description, &reply);

    return 0;
}


static void
describer_given(interconnd_description_t *description,
    const ic_reply_t *reply)
{
    ic_str_t    metas;
    ic_arena_t *pool;

    pool = description->pool;
    description->asked = ic_reply_get(reply, "asked");
    description->level = ic_reply_get(reply, "describe");
    description->content_key = ic_reply_get(reply, "content_key");
    description->min_group = ic_reply_get(reply, "min_group");
    description->count = ic_reply_get(reply, "count");
    description->sign = ic_str_is(ic_reply_get(reply, "sign"), "1");

    if (description->sign) {
        description->digest = ic_reply_get(reply, "content_digest");
        description->statistics = ic_reply_get(reply, "statistics");
    }

    description->location = ic_json_parse(pool,
                                          ic_reply_get(reply, "location"),
                                          NULL);
    metas = ic_reply_get(reply, "column_metas");
    description->given = metas.len > 0 ? ic_json_parse(pool, metas, NULL)
                                       : NULL;
    description->metas = description->given;
}


static int
describer_end(interconnd_description_t *description)
{
    ic_str_t    argv[7];
    ic_reply_t  reply;

    argv[0] = description->dataset_id;
    argv[1] = description->asked;
    argv[2] = description->given != NULL
              ? ic_str("")
              : ic_json_text(description->pool, description->metas);
    argv[3] = description->count;
    argv[4] = description->digest;
    argv[5] = description->statistics;
    argv[6] = interconnd_description_sign(description);

    if (argv[2].data == NULL || argv[6].data == NULL
        || describer_call(description, &reply, "dataset_described", 7, argv)
           != 0)
    {
        return -1;
    }

    if (ic_reply_ok(&reply)) {
        interconnd_log("info", "dataset %.*s is described: %.*s rows",
                       (int) argv[0].len, argv[0].data, (int) argv[3].len,
                       argv[3].data);
    }

    return 0;
}


static int
describer_fail(interconnd_description_t *description)
{
    ic_str_t           argv[4];
    ic_reply_t         reply;
    const ic_error_t  *error;

    error = ic_error(ic_str(description->error.code));
    interconnd_log("warn", "dataset %.*s is not described: %s: %s",
                   (int) description->dataset_id.len,
                   description->dataset_id.data, error->name,
                   description->error.text);

    argv[0] = description->dataset_id;
    argv[1] = description->asked;
    argv[2] = ic_str(error->name);
    argv[3] = describer_cause(description, error);

    return argv[3].data == NULL ? -1
           : describer_call(description, &reply, "dataset_undescribed", 4,
                            argv);
}


static ic_str_t
describer_cause(const interconnd_description_t *description,
    const ic_error_t *error)
{
    ic_json_out_t  out;

    ic_out_init(&out, description->pool);
    ic_out_object(&out, NULL);
    ic_out_z(&out, "error", error->name);
    ic_out_int(&out, "code", error->code);

    if (description->error.column[0] != '\0') {
        ic_out_z(&out, "column", description->error.column);
    }

    if (description->error.row > 0) {
        ic_out_int(&out, "row", description->error.row);
    }

    ic_out_str(&out, "message",
               ic_str_fmt(description->pool, "%s: %s", error->text,
                          description->error.text));
    ic_out_z(&out, "message_zh", error->text_zh);
    ic_out_z(&out, "remedy", error->remedy);
    ic_out_z(&out, "remedy_zh", error->remedy_zh);
    ic_out_object_end(&out);

    return ic_out_text(&out);
}


static int
describer_call(interconnd_description_t *description, ic_reply_t *reply,
    const char *function, unsigned argc, const ic_str_t *argv)
{
    return ic_store_call(description->describer->store, description->pool,
                         reply, function, argc, argv);
}
