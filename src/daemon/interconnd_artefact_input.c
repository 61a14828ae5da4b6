
/*
 * Inputs that earlier tasks made. The runner finds them in the store before
 * the task has a process; that process copies and verifies them before it
 * becomes the component's program, so that nothing else waits for it.
 */


#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../lib/ic_codec.h"
#include "interconnd_artefact.h"
#include "interconnd_runner_say.h"


static int input_add(interconnd_child_t *child, const ic_json_t *input,
    const ic_json_t *ports, unsigned nth);
static int input_find(interconnd_child_t *child, ic_str_t key,
    ic_reply_t *reply);
static int input_fields(interconnd_child_t *child,
    interconnd_artefact_t *artefact, const ic_reply_t *reply);
static unsigned input_nth(const ic_json_t *input, const ic_json_t *list);
static int input_take(interconnd_child_t *child,
    const interconnd_artefact_t *artefact, int artefacts, int inputs,
    int control);
static int input_copy(interconnd_child_t *child,
    const interconnd_artefact_t *artefact, int from, int to, int control);
static int input_refuse(interconnd_child_t *child,
    const interconnd_artefact_t *artefact, int control, const char *what);


int
interconnd_inputs(interconnd_child_t *child)
{
    unsigned          n;
    const ic_json_t  *input, *ports;

    n = 0;
    ports = NULL;

    for (input = (child->input != NULL) ? child->input->child : NULL;
         input != NULL;
         input = input->next)
    {
        if (n++ == 0) {
            ports = interconnd_artefact_ports(child);
        }

        if (n > INTERCONND_ARTEFACT_MAX) {
            interconnd_child_fail(child, "invalid_dag", "more than %d inputs",
                                  INTERCONND_ARTEFACT_MAX);
            return -1;
        }

        if (input_add(child, input, ports, input_nth(input, child->input))
            != 0)
        {
            return -1;
        }
    }

    return 0;
}


/* How many inputs of its kind stand before it. */

static unsigned
input_nth(const ic_json_t *input, const ic_json_t *list)
{
    ic_str_t          kind;
    unsigned          n;
    const ic_json_t  *one;

    n = 0;
    kind = ic_json_str(ic_json_get(input, "type"));

    for (one = list->child; one != input; one = one->next) {
        n += ic_str_eq(ic_json_str(ic_json_get(one, "type")), kind);
    }

    return n;
}


static int
input_add(interconnd_child_t *child, const ic_json_t *input,
    const ic_json_t *ports, unsigned nth)
{
    ic_str_t                 key, kind;
    ic_reply_t               reply;
    interconnd_artefact_t  **last, *artefact;

    key = ic_json_str(ic_json_get(input, "key"));
    kind = ic_json_str(ic_json_get(input, "type"));

    /* a key without a producer is data of the party's own */

    if (key.len == 0 || memchr(key.data, '.', key.len) == NULL) {
        return 0;
    }

    /* it may become the name of a folder */

    if (kind.len != 0 && !ic_id_valid(kind)) {
        interconnd_child_fail(child, "invalid_dag", "%.*s: its type is no id",
                              (int) key.len, key.data);
        return -1;
    }

    artefact = ic_zalloc(child->pool, sizeof(interconnd_artefact_t));

    if (artefact == NULL) {
        interconnd_child_fail(child, "internal", "memory is short");
        return -1;
    }

    artefact->key = ic_str_z(child->pool, key);
    artefact->port = interconnd_artefact_port(child->pool, ports,
                                              (kind.len != 0)
                                              ? kind : ic_str("dataset"),
                                              nth);

    if (input_find(child, key, &reply) != 0
        || input_fields(child, artefact, &reply) != 0)
    {
        return -1;
    }

    /* the producer said that this party has none */

    if (*artefact->digest == '\0') {
        return 0;
    }

    for (last = &child->inputs; *last != NULL; last = &(*last)->next) {
        /* void */
    }

    *last = artefact;

    return 0;
}


static int
input_find(interconnd_child_t *child, ic_str_t key, ic_reply_t *reply)
{
    u_char               *dot;
    ic_str_t              argv[3];
    interconnd_runner_t  *runner;

    runner = child->runner;
    dot = memchr(key.data, '.', key.len);

    argv[0] = ic_str(child->job_id);
    argv[1] = ic_str_n(key.data, (size_t) (dot - key.data));
    argv[2] = ic_str_n(dot + 1, key.len - argv[1].len - 1);

    if (ic_store_call(runner->store, runner->pool, reply, "artefact_find", 3,
                      argv)
        != 0)
    {
        interconnd_log("error", "task %s: artefact_find: %s", child->task_id,
                       ic_store_error(runner->store));
        interconnd_child_fail(child, "store_unavailable", "artefact_find");
        return -1;
    }

    if (!ic_reply_ok(reply)) {
        interconnd_child_fail(child, "artefact_missing", "%.*s%s",
                              (int) key.len, key.data,
                              ic_str_is(reply->status, "not_permitted")
                              ? ", of a task that may not be used again"
                              : "");
        return -1;
    }

    return 0;
}


static int
input_fields(interconnd_child_t *child, interconnd_artefact_t *artefact,
    const ic_reply_t *reply)
{
    unsigned  n;

    struct {
        const char   *name;
        const char  **value;
    } fields[] = {
        { "kind", &artefact->kind },
        { "namespace", &artefact->space },
        { "name", &artefact->name },
        { "digest", &artefact->digest },
        { "format", &artefact->format }
    };

    for (n = 0; n < sizeof(fields) / sizeof(fields[0]); n++) {
        *fields[n].value = ic_str_z(child->pool,
                                    ic_reply_get(reply, fields[n].name));

        if (*fields[n].value == NULL) {
            interconnd_child_fail(child, "internal", "memory is short");
            return -1;
        }
    }

    if (artefact->port == NULL || artefact->key == NULL
        || ic_str_int(ic_reply_get(reply, "rows"), &artefact->rows) != 0
        || ic_str_int(ic_reply_get(reply, "bytes"), &artefact->bytes) != 0)
    {
        interconnd_child_fail(child, "internal", "the record of %s",
                              artefact->key ? artefact->key : "an input");
        return -1;
    }

    return 0;
}


bool
interconnd_has_input(const interconnd_child_t *child, const char *port)
{
    const interconnd_artefact_t  *artefact;

    for (artefact = child->inputs;
         artefact != NULL && strcmp(artefact->port, port) != 0;
         artefact = artefact->next)
    {
        /* void */
    }

    return artefact != NULL;
}


ic_str_t
interconnd_input_text(const interconnd_child_t *child,
    const interconnd_artefact_t *artefact)
{
    ic_str_t       path;
    ic_arena_t    *pool;
    ic_json_out_t  out;

    pool = child->runner->pool;
    path = ic_str_fmt(pool, "%s/input/%s", child->folder, artefact->port);

    ic_out_init(&out, pool);
    ic_out_object(&out, NULL);
    ic_out_z(&out, "namespace", artefact->space);
    ic_out_z(&out, "name", artefact->name);
    ic_out_str(&out, "path", path);
    ic_out_z(&out, "key", artefact->key);
    ic_out_z(&out, "kind", artefact->kind);
    ic_out_z(&out, "format", artefact->format);
    ic_out_int(&out, "bytes", artefact->bytes);
    ic_out_z(&out, "digest", artefact->digest);

    if (interconnd_artefact_table(ic_str(artefact->kind))) {
        ic_out_int(&out, "rows", artefact->rows);

        /* so it is read as any data of this party */

        ic_out_array(&out, "sources");
        ic_out_object(&out, NULL);
        ic_out_z(&out, "type", "table");
        ic_out_str(&out, "path", path);
        ic_out_object_end(&out);
        ic_out_array_end(&out);
        ic_out_object(&out, "facts");
        ic_out_object_end(&out);
    }

    ic_out_object_end(&out);

    return ic_out_text(&out);
}


int
interconnd_inputs_take(interconnd_child_t *child, int control)
{
    int                           rc, folder, artefacts, inputs;
    const interconnd_artefact_t  *artefact;

    if (child->inputs == NULL && child->model_id == NULL) {
        return 0;
    }

    inputs = -1;
    folder = open(child->folder, O_PATH|O_DIRECTORY|O_CLOEXEC);
    artefacts = open(child->runner->conf->data_dir,
                     O_PATH|O_DIRECTORY|O_CLOEXEC);

    rc = -1;

    if (folder == -1 || artefacts == -1
        || mkdirat(folder, "input", S_IRWXU) != 0
        || (inputs = openat(folder, "input", O_PATH|O_DIRECTORY|O_CLOEXEC))
           == -1)
    {
        interconnd_say_fail(child, control, "internal", NULL, 0,
                            "no folder for inputs: %s", strerror(errno));

    } else {
        rc = 0;
    }

    for (artefact = child->inputs;
         rc == 0 && artefact != NULL;
         artefact = artefact->next)
    {
        rc = input_take(child, artefact, artefacts, inputs, control);
    }

    if (rc == 0) {
        rc = interconnd_model_put(child, inputs, control);
    }

    (void) close(inputs);
    (void) close(artefacts);
    (void) close(folder);

    return rc;
}


static int
input_take(interconnd_child_t *child, const interconnd_artefact_t *artefact,
    int artefacts, int inputs, int control)
{
    int       rc, from, to;
    ic_str_t  path;

    path = ic_str_fmt(child->pool, INTERCONND_ARTEFACTS "/%s/%s",
                      artefact->space, artefact->name);

    from = (path.data != NULL)
           ? interconnd_artefact_open(artefacts, (char *) path.data,
                                      O_RDONLY|O_DIRECTORY)
           : -1;

    if (from == -1) {
        interconnd_say_fail(child, control, "artefact_missing", NULL, 0,
                            "%s: %s", artefact->key, strerror(errno));
        return -1;
    }

    if (mkdirat(inputs, artefact->port, S_IRWXU) != 0
        || (to = openat(inputs, artefact->port,
                        O_RDONLY|O_DIRECTORY|O_CLOEXEC))
           == -1)
    {
        interconnd_say_fail(child, control, "internal", NULL, 0,
                            "no folder for input %s: %s", artefact->key,
                            strerror(errno));
        (void) close(from);
        return -1;
    }

    rc = input_copy(child, artefact, from, to, control);

    (void) close(from);
    (void) close(to);

    return rc;
}


/* Every file against the digest that the record of the store leads to. */

static int
input_copy(interconnd_child_t *child, const interconnd_artefact_t *artefact,
    int from, int to, int control)
{
    int                 fd, rc, error;
    char                name[24], sha256[65];
    int64_t             bytes;
    unsigned            n;
    ic_about_t         *about;
    ic_source_error_t   why;

    about = NULL;

    for (n = 0; about == NULL || n <= about->npartitions; n++) {

        /* metadata is the first one */

        (void) snprintf(name, sizeof(name), (n == 0) ? "metadata"
                                                     : "data_%u", n - 1);

        fd = interconnd_artefact_open(from, name, O_RDONLY);
        rc = (fd != -1) ? interconnd_artefact_copy(fd, to, name, sha256,
                                                   &bytes) : -1;
        error = errno;

        if (fd != -1) {
            (void) close(fd);
        }

        if (rc != 0) {
            interconnd_say_fail(child, control, interconnd_say_code(error,
                                "artefact_missing"), NULL, 0, "%s, %s: %s",
                                artefact->key, name, strerror(error));
            return -1;
        }

        if (strcmp(sha256, (n == 0) ? artefact->digest
                                    : about->partitions[n - 1].sha256)
            != 0)
        {
            return input_refuse(child, artefact, control, name);
        }

        if (n == 0) {
            about = ic_about_read(child->pool, to, &why);

            if (about == NULL || about->npartitions == 0) {
                return input_refuse(child, artefact, control, name);
            }
        }
    }

    return 0;
}


static int
input_refuse(interconnd_child_t *child, const interconnd_artefact_t *artefact,
    int control, const char *what)
{
    interconnd_say_fail(child, control, "artefact_changed", NULL, 0,
                        "%s, %s: its digest is another one", artefact->key,
                        what);
    return -1;
}
