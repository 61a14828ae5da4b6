
/*
 * A model of this node that a job names by model_id. As with data, others
 * name it and this node decides: whose model it is, and for whom its owner
 * has approved it. Only components that read models have this parameter.
 */


#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../lib/ic_codec.h"
#include "interconnd_artefact.h"
#include "interconnd_runner_say.h"


static int model_take(interconnd_child_t *child, ic_str_t model_id);
static int model_check(interconnd_child_t *child, const ic_reply_t *reply);
static int model_refused(interconnd_child_t *child, ic_str_t model_id,
    const ic_reply_t *reply);
static int model_write(const interconnd_child_t *child, int folder);


int
interconnd_model(interconnd_child_t *child)
{
    ic_str_t          model_id;
    const ic_json_t  *param, *ports;

    param = interconnd_param(child, "model_id");

    if (param == NULL || param->type == IC_JSON_NULL) {
        return 0;
    }

    ports = interconnd_artefact_ports(child);
    child->model_port = interconnd_artefact_port(child->pool, ports,
                                                 ic_str("model"), 0);

    if (child->model_port == NULL) {
        interconnd_child_fail(child, "internal", "memory is short");
        return -1;
    }

    if (!interconnd_artefact_reads(ports, ic_str("model"))) {
        child->model_port = NULL;
        return 0;
    }

    model_id = ic_json_str(param);

    if (!ic_id_valid(model_id)) {
        interconnd_child_fail(child, "bad_parameter",
                              "model_id: no identifier");
        return -1;
    }

    if (interconnd_has_input(child, child->model_port)) {
        interconnd_child_fail(child, "bad_parameter", "model_id: a step "
                              "makes the model already");
        return -1;
    }

    return model_take(child, model_id);
}


static int
model_take(interconnd_child_t *child, ic_str_t model_id)
{
    ic_str_t    argv[3];
    ic_reply_t  reply;

    argv[0] = model_id;
    argv[1] = ic_str(child->initiator);
    argv[2] = ic_str(child->task_id);

    if (interconnd_input_call(child, &reply, "model_permitted", argv, 3) != 0)
    {
        return -1;
    }

    if (!ic_reply_ok(&reply)) {
        return model_refused(child, model_id, &reply);
    }

    child->model_id = ic_str_z(child->pool, model_id);
    child->model_given = ic_str_dup(child->pool,
                                    ic_reply_get(&reply, "model"));

    if (child->model_id == NULL || child->model_given.data == NULL) {
        interconnd_child_fail(child, "internal", "memory is short");
        return -1;
    }

    return model_check(child, &reply);
}


/* What the store keeps is what was put there. */

static int
model_check(interconnd_child_t *child, const ic_reply_t *reply)
{
    char      digest[65];
    ic_str_t  said;

    said = ic_reply_get(reply, "digest");
    ic_sha256_hex(digest, child->model_given.data, child->model_given.len);

    if (said.len != 0 && !ic_str_is_nocase(said, digest)) {
        interconnd_child_fail(child, "model_changed",
                              "model %s: its digest is another one",
                              child->model_id);
        return -1;
    }

    return 0;
}


static int
model_refused(interconnd_child_t *child, ic_str_t model_id,
    const ic_reply_t *reply)
{
    bool  missing;

    missing = ic_str_is(reply->status, "not_found");

    interconnd_child_fail(child, missing ? "model_missing"
                                         : "model_not_approved",
                          "model %.*s for node %s: %.*s", (int) model_id.len,
                          model_id.data, child->initiator,
                          missing ? 23 : (int) reply->detail.len,
                          missing ? "there is none, or empty"
                                  : (char *) reply->detail.data);
    return -1;
}


ic_str_t
interconnd_model_text(const interconnd_child_t *child)
{
    ic_arena_t    *pool;
    ic_json_out_t  out;

    pool = child->runner->pool;
    ic_out_init(&out, pool);
    ic_out_object(&out, NULL);
    ic_out_str(&out, "path", ic_str_fmt(pool, "%s/input/%s", child->folder,
                                        child->model_port));
    ic_out_z(&out, "model_id", child->model_id);
    ic_out_z(&out, "kind", "model");
    ic_out_z(&out, "format", "json");
    ic_out_int(&out, "bytes", (int64_t) child->model_given.len);
    ic_out_object_end(&out);

    return ic_out_text(&out);
}


int
interconnd_model_put(interconnd_child_t *child, int inputs, int control)
{
    int  rc, folder;

    if (child->model_id == NULL) {
        return 0;
    }

    folder = -1;
    rc = mkdirat(inputs, child->model_port, S_IRWXU);

    if (rc == 0) {
        folder = openat(inputs, child->model_port,
                        O_RDONLY|O_DIRECTORY|O_CLOEXEC);
        rc = folder != -1 ? model_write(child, folder) : -1;
    }

    if (rc != 0) {
        interconnd_say_fail(child, control, "internal", NULL, 0,
                            "no file for model %s: %s", child->model_id,
                            strerror(errno));
    }

    if (folder != -1) {
        (void) close(folder);
    }

    return rc;
}


static int
model_write(const interconnd_child_t *child, int folder)
{
    int      fd, rc;
    size_t   done;
    ssize_t  n;

    fd = openat(folder, "data_0", O_WRONLY|O_CREAT|O_EXCL|O_CLOEXEC,
                S_IRUSR|S_IWUSR);

    if (fd == -1) {
        return -1;
    }

    for (done = 0; done < child->model_given.len; done += (size_t) n) {
        n = write(fd, child->model_given.data + done,
                  child->model_given.len - done);

        if (n == -1 && errno == EINTR) {
            n = 0;

        } else if (n <= 0) {
            break;
        }
    }

    rc = done == child->model_given.len ? 0 : -1;

    return close(fd) == 0 ? rc : -1;
}
