
/* interconnctl operator: who works with this node, on its own Redis. */


#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "../lib/ic_codec.h"
#include "../lib/ic_str.h"
#include "../trust/ic_cert.h"
#include "ctl_conf.h"
#include "interconnctl.h"


#define CTL_TOKEN_BYTES  24


/* One command with its options; texts live in the pool or in argv. */
typedef struct {
    ic_arena_t      *pool;
    ic_store_t      *store;
    ic_store_conf_t  conf;
    const char      *file;           /* --conf */
    const char      *name;
    ic_str_t         roles;          /* JSON lists */
    ic_str_t         groups;
    ic_str_t         keys;
    const char      *certificate;    /* --certificate, or NULL */
    const char      *token_file;     /* --token-file, or NULL: stdout */
} ctl_operator_t;


typedef struct {
    const char  *verb;
    int        (*run)(ctl_operator_t *op);
    unsigned     names:1;            /* it is about one operator */
    unsigned     gives:1;            /* roles are its matter */
} ctl_operator_command_t;


static const ctl_operator_command_t *ctl_operator_command(const char *verb);
static int ctl_operator_options(ctl_operator_t *op, int argc, char **argv);
static int ctl_operator_prepare(ctl_operator_t *op,
    const ctl_operator_command_t *command);
static int ctl_operator_keys(ctl_operator_t *op);
static int ctl_operator_add(ctl_operator_t *op);
static int ctl_operator_list(ctl_operator_t *op);
static void ctl_operator_print(ctl_operator_t *op,
    const ic_record_t *record);
static int ctl_operator_grant(ctl_operator_t *op);
static int ctl_operator_revoke(ctl_operator_t *op);
static int ctl_operator_rotate(ctl_operator_t *op);
static int ctl_operator_enable(ctl_operator_t *op);
static int ctl_operator_disable(ctl_operator_t *op);
static int ctl_operator_remove(ctl_operator_t *op);
static int ctl_operator_call(ctl_operator_t *op, const char *function,
    const char *name, ic_str_t one, ic_str_t two);
static int ctl_operator_failed(ctl_operator_t *op, const ic_reply_t *reply,
    int rc);
static int ctl_operator_token(char *token, char *digest);
static int ctl_operator_hand_out(ctl_operator_t *op, char *token, int rc);
static ic_str_t ctl_json_list(ic_arena_t *pool, const char *words);


static const ctl_operator_command_t  ctl_operator_commands[] = {
    { "add", ctl_operator_add, 1, 0 },
    { "list", ctl_operator_list, 0, 0 },
    { "grant", ctl_operator_grant, 1, 1 },
    { "revoke", ctl_operator_revoke, 1, 1 },
    { "rotate", ctl_operator_rotate, 1, 0 },
    { "enable", ctl_operator_enable, 1, 0 },
    { "disable", ctl_operator_disable, 1, 0 },
    { "remove", ctl_operator_remove, 1, 0 },
    { NULL, NULL, 0, 0 }
};


int
ctl_operator(int argc, char **argv)
{
    int                            rc;
    ctl_operator_t                 op = { 0 };
    const ctl_operator_command_t  *command;

    command = ctl_operator_command(argc > 0 ? argv[0] : "");
    op.pool = ic_pool_create();

    if (op.pool == NULL) {
        return ctl_error("out of memory");
    }

    if (command == NULL || ctl_operator_options(&op, argc, argv) != 0
        || (op.name != NULL) != command->names
        || (command->gives && op.roles.data == NULL
            && op.groups.data == NULL))
    {
        rc = ctl_error("operator " CTL_OPERATOR_USAGE);

    } else {
        rc = ctl_operator_prepare(&op, command);
    }

    ic_store_close(op.store);
    ic_pool_destroy(op.pool);

    return rc;
}


static const ctl_operator_command_t *
ctl_operator_command(const char *verb)
{
    const ctl_operator_command_t  *command;

    for (command = ctl_operator_commands; command->verb != NULL; command++) {
        if (strcmp(verb, command->verb) == 0) {
            return command;
        }
    }

    return NULL;
}


/* What stands behind the verb. 0, or -1. */

static int
ctl_operator_options(ctl_operator_t *op, int argc, char **argv)
{
    int  i;

    i = 1;

    if (i < argc && argv[i][0] != '-') {
        op->name = argv[i++];
    }

    for (/* void */; i + 1 < argc; i += 2) {

        if (strcmp(argv[i], "--conf") == 0) {
            op->file = argv[i + 1];

        } else if (strcmp(argv[i], "--role") == 0) {
            op->roles = ctl_json_list(op->pool, argv[i + 1]);

        } else if (strcmp(argv[i], "--group") == 0) {
            op->groups = ctl_json_list(op->pool, argv[i + 1]);

        } else if (strcmp(argv[i], "--certificate") == 0) {
            op->certificate = argv[i + 1];

        } else if (strcmp(argv[i], "--token-file") == 0) {
            op->token_file = argv[i + 1];

        } else {
            return -1;
        }
    }

    return i == argc && op->file != NULL ? 0 : -1;
}


/* Everything the command needs, then the command. */

static int
ctl_operator_prepare(ctl_operator_t *op,
    const ctl_operator_command_t *command)
{
    if (op->name != NULL && !ic_id_valid(ic_str(op->name))) {
        return ctl_error("\"%s\" cannot be a name: 1 to 128 of "
                         "A-Z a-z 0-9 . _ : @ -", op->name);
    }

    if (ctl_conf_store(op->pool, op->file, &op->conf) != 0
        || ctl_operator_keys(op) != 0)
    {
        return 1;
    }

    op->store = ic_store_create(&op->conf);

    if (op->store == NULL) {
        return ctl_error("out of memory");
    }

    return command->run(op);
}


/* The digest of the certificate's key, as the front door takes it. */

static int
ctl_operator_keys(ctl_operator_t *op)
{
    int        rc;
    char       hex[IC_SPKI_HEX];
    ic_str_t   pem;
    EVP_PKEY  *key;

    op->keys = ic_str("[]");

    if (op->certificate == NULL) {
        return 0;
    }

    pem = ctl_read_file(op->pool, op->certificate);
    key = pem.data == NULL ? NULL : ic_cert_public_key(pem);
    rc = key == NULL ? -1 : ic_cert_spki_key(key, hex);
    EVP_PKEY_free(key);

    if (rc != 0) {
        return ctl_error("%s is no certificate or public key",
                         op->certificate);
    }

    op->keys = ic_str_fmt(op->pool, "[\"%s\"]", hex);

    return op->keys.data == NULL ? ctl_error("out of memory") : 0;
}


static int
ctl_operator_add(ctl_operator_t *op)
{
    int         rc;
    char        token[2 * CTL_TOKEN_BYTES + 1], digest[65];
    ic_str_t    argv[8];
    ic_reply_t  reply;

    if (op->roles.data == NULL && op->groups.data == NULL) {
        op->roles = ic_str("[\"administrator\"]");
    }

    if (ctl_operator_token(token, digest) != 0) {
        return 1;
    }

    argv[0] = ic_str("");
    argv[1] = ic_str(op->name);
    argv[2] = ic_str(digest);
    argv[3] = op->keys;
    argv[4] = ic_str("roles");
    argv[5] = op->roles.data == NULL ? ic_str("[]") : op->roles;
    argv[6] = ic_str("role_groups");
    argv[7] = op->groups.data == NULL ? ic_str("[]") : op->groups;

    rc = ic_store_call(op->store, op->pool, &reply, "operator_create", 8,
                       argv);

    return ctl_operator_hand_out(op, token,
                                 ctl_operator_failed(op, &reply, rc));
}


/* One line for each: name, state, roles, groups, number of certificates. */

static int
ctl_operator_list(ctl_operator_t *op)
{
    int          rc;
    unsigned     i;
    ic_reply_t   reply;
    const char  *next;

    /* a long list comes in pieces */

    for (next = "1"; next != NULL && next[0] != '\0'; /* void */) {
        rc = ic_store_callz(op->store, op->pool, &reply, "operator_list",
                            next, "-1", NULL);

        if (ctl_operator_failed(op, &reply, rc) != 0) {
            return 1;
        }

        for (i = 0; i < reply.nrecords; i++) {
            ctl_operator_print(op, &reply.records[i]);
        }

        next = ic_str_z(op->pool, ic_reply_get(&reply, "next"));
    }

    return 0;
}


static void
ctl_operator_print(ctl_operator_t *op, const ic_record_t *record)
{
    unsigned                  i;
    ic_str_t                  text;
    ic_json_t                *keys;
    static const char *const  fields[] = {
        "name", "status", "roles", "role_groups"
    };

    for (i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
        text = ic_record_get(record, fields[i]);
        printf("%.*s\t", (int) text.len, text.data ? (char *) text.data
                                                   : "");
    }

    keys = ic_json_parse(op->pool, ic_record_get(record, "keys"), NULL);
    printf("%u\n", keys == NULL ? 0 : keys->count);
}


static int
ctl_operator_grant(ctl_operator_t *op)
{
    return ctl_operator_call(op, "operator_grant", op->name, op->roles,
                             op->groups);
}


static int
ctl_operator_revoke(ctl_operator_t *op)
{
    return ctl_operator_call(op, "operator_revoke", op->name, op->roles,
                             op->groups);
}


static int
ctl_operator_rotate(ctl_operator_t *op)
{
    int   rc;
    char  token[2 * CTL_TOKEN_BYTES + 1], digest[65];

    if (ctl_operator_token(token, digest) != 0) {
        return 1;
    }

    rc = ctl_operator_call(op, "operator_rotate", op->name, ic_str(digest),
                           ic_str(""));

    return ctl_operator_hand_out(op, token, rc);
}


static int
ctl_operator_enable(ctl_operator_t *op)
{
    return ctl_operator_call(op, "operator_update", op->name,
                             ic_str("status"), ic_str("ENABLED"));
}


static int
ctl_operator_disable(ctl_operator_t *op)
{
    return ctl_operator_call(op, "operator_update", op->name,
                             ic_str("status"), ic_str("DISABLED"));
}


static int
ctl_operator_remove(ctl_operator_t *op)
{
    return ctl_operator_call(op, "operator_delete", op->name, ic_str(""),
                             ic_str(""));
}


/* A function of the store for the shell: by nobody. 0, or 1. */

static int
ctl_operator_call(ctl_operator_t *op, const char *function, const char *name,
    ic_str_t one, ic_str_t two)
{
    int         rc;
    ic_str_t    argv[4];
    ic_reply_t  reply;

    argv[0] = ic_str("");
    argv[1] = ic_str(name);
    argv[2] = one.data == NULL ? ic_str("") : one;
    argv[3] = two.data == NULL ? ic_str("") : two;

    rc = ic_store_call(op->store, op->pool, &reply, function, 4, argv);

    return ctl_operator_failed(op, &reply, rc);
}


/* rc: of the call. 0, or 1 with a message. */

static int
ctl_operator_failed(ctl_operator_t *op, const ic_reply_t *reply, int rc)
{
    const char  *name;

    name = op->name == NULL ? "list" : op->name;

    if (rc != 0) {
        return ctl_error("operator %s: %s", name, ic_store_error(op->store));
    }

    if (!ic_reply_ok(reply)) {
        return ctl_error("operator %s: %.*s %.*s", name,
                         (int) reply->status.len, reply->status.data,
                         (int) reply->detail.len, reply->detail.data);
    }

    return 0;
}


static int
ctl_operator_token(char *token, char *digest)
{
    if (ctl_random_hex(token, CTL_TOKEN_BYTES) != 0) {
        return -1;
    }

    ic_sha256_hex(digest, token, strlen(token));

    return 0;
}


/*
 * Where the token goes, if the store has taken it: into its file, for its
 * owner only, or to the standard output. Never into arguments or a log.
 */

static int
ctl_operator_hand_out(ctl_operator_t *op, char *token, int rc)
{
    if (rc == 0 && op->token_file == NULL) {
        rc = printf("%s\n", token) < 0 || fflush(stdout) != 0
             ? ctl_error("the token could not be written: %s; rotate it",
                         strerror(errno))
             : 0;

    } else if (rc == 0) {
        rc = ctl_write_file(op->token_file, 0600, ic_str(token)) == 0
             ? 0 : ctl_error("the token was lost: rotate it");
    }

    explicit_bzero(token, strlen(token));

    return rc;
}


/* "a,b" as ["a","b"]; names need no escapes. Null when memory is short. */

static ic_str_t
ctl_json_list(ic_arena_t *pool, const char *words)
{
    size_t         len;
    ic_json_out_t  out;

    ic_out_init(&out, pool);
    ic_out_array(&out, NULL);

    for (/* void */; *words != '\0'; words += len + (words[len] == ',')) {
        len = strcspn(words, ",");
        ic_out_str(&out, NULL, ic_str_n(words, len));
    }

    ic_out_array_end(&out);

    return ic_out_text(&out);
}
