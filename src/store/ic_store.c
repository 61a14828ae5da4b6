
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "ic_store_library.h"
#include "ic_store_link.h"


#define IC_STORE_MAX_CALLZ  64


static char *ic_store_copy(const char *text);
static void ic_store_purge(ic_store_t *store);
static int ic_store_answer(ic_store_t *store, ic_arena_t *arena,
    ic_reply_t *reply);


ic_store_t *
ic_store_create(const ic_store_conf_t *conf)
{
    size_t       size;
    ic_store_t  *store;

    store = calloc(1, sizeof(ic_store_t));

    if (store == NULL) {
        return NULL;
    }

    size = sizeof("ic:{}") + strlen(conf->node_id);

    store->conf.address = ic_store_copy(conf->address);
    store->conf.user = ic_store_copy(conf->user);
    store->conf.password_file = ic_store_copy(conf->password_file);
    store->conf.timeout_ms = conf->timeout_ms;
    store->key = malloc(size);

    if (store->conf.address == NULL || store->key == NULL
        || (conf->user != NULL && store->conf.user == NULL)
        || (conf->password_file != NULL
            && store->conf.password_file == NULL))
    {
        ic_store_close(store);
        return NULL;
    }

    snprintf(store->key, size, "ic:{%s}", conf->node_id);

    return store;
}


static char *
ic_store_copy(const char *text)
{
    return text == NULL ? NULL : strdup(text);
}


void
ic_store_close(ic_store_t *store)
{
    if (store == NULL) {
        return;
    }

    ic_store_link_close(&store->link);
    ic_store_link_close(&store->wait);

    free((char *) store->conf.address);
    free((char *) store->conf.user);
    free((char *) store->conf.password_file);
    free(store->key);
    free(store);
}


const char *
ic_store_error(ic_store_t *store)
{
    return store->error;
}


int
ic_store_call(ic_store_t *store, ic_arena_t *arena, ic_reply_t *reply,
    const char *function, unsigned argc, const ic_str_t *argv)
{
    char         name[96];
    size_t      *lens;
    unsigned     i;
    const char  **args;

    args = ic_alloc(arena, (argc + 4) * sizeof(char *));
    lens = ic_alloc(arena, (argc + 4) * sizeof(size_t));

    if (args == NULL || lens == NULL) {
        snprintf(store->error, sizeof(store->error), "no memory");
        return -1;
    }

    snprintf(name, sizeof(name), "interconn_%s", function);

    args[0] = "FCALL";
    args[1] = name;
    args[2] = "1";
    args[3] = store->key;

    for (i = 0; i < 4; i++) {
        lens[i] = strlen(args[i]);
    }

    for (i = 0; i < argc; i++) {
        args[i + 4] = argv[i].len ? (const char *) argv[i].data : "";
        lens[i + 4] = argv[i].len;
    }

    if (ic_store_link_open(store, &store->link, store->conf.timeout_ms) != 0
        || ic_store_link_send(store, &store->link, argc + 4, args, lens) != 0)
    {
        return -1;
    }

    return ic_store_answer(store, arena, reply);
}


static int
ic_store_answer(ic_store_t *store, ic_arena_t *arena, ic_reply_t *reply)
{
    int          rc;
    redisReply  *answer;

    answer = ic_store_link_answer(store, &store->link);

    if (answer == NULL) {
        return -1;
    }

    rc = ic_store_reply_parse(arena, answer, reply);

    if (rc != 0) {
        snprintf(store->error, sizeof(store->error),
                 "unexpected reply or no memory");
    }

    freeReplyObject(answer);

    return rc;
}


int
ic_store_callz(ic_store_t *store, ic_arena_t *arena, ic_reply_t *reply,
    const char *function, ...)
{
    va_list      list;
    unsigned     argc;
    ic_str_t     argv[IC_STORE_MAX_CALLZ];
    const char  *arg;

    va_start(list, function);

    for (argc = 0; (arg = va_arg(list, const char *)) != NULL; argc++) {
        if (argc == IC_STORE_MAX_CALLZ) {
            va_end(list);
            snprintf(store->error, sizeof(store->error),
                     "%s: too many arguments", function);
            return -1;
        }

        argv[argc] = ic_str(arg);
    }

    va_end(list);

    return ic_store_call(store, arena, reply, function, argc, argv);
}


int
ic_store_load(ic_store_t *store)
{
    int          rc;
    size_t       lens[4];
    ic_arena_t  *arena;
    ic_reply_t   reply;
    redisReply  *answer;
    const char  *argv[4];

    argv[0] = "FUNCTION";
    argv[1] = "LOAD";
    argv[2] = "REPLACE";
    argv[3] = ic_store_library;

    lens[0] = 8;
    lens[1] = 4;
    lens[2] = 7;
    lens[3] = ic_store_library_len;

    if (ic_store_link_open(store, &store->link, store->conf.timeout_ms) != 0
        || ic_store_link_send(store, &store->link, 4, argv, lens) != 0)
    {
        return -1;
    }

    answer = ic_store_link_answer(store, &store->link);

    if (answer == NULL) {
        return -1;
    }

    freeReplyObject(answer);
    ic_store_purge(store);

    arena = ic_pool_create();

    if (arena == NULL) {
        snprintf(store->error, sizeof(store->error), "no memory");
        return -1;
    }

    rc = ic_store_callz(store, arena, &reply, "version", NULL);

    if (rc == 0
        && !ic_str_is(ic_reply_get(&reply, "version"),
                      ic_store_library_sha256))
    {
        snprintf(store->error, sizeof(store->error),
                 "the store runs another library");
        rc = -1;
    }

    ic_pool_destroy(arena);

    return rc;
}


/* What the old library took goes back to the system, as far as it does. */
static void
ic_store_purge(ic_store_t *store)
{
    redisReply  *answer;
    const char  *argv[] = { "MEMORY", "PURGE" };

    answer = ic_store_link_ask(store, &store->link, 2, argv);

    if (answer != NULL) {
        freeReplyObject(answer);
    }
}
