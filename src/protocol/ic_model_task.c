
/* Models of a task: what it makes and what it is given. */


#include <fcntl.h>
#include <unistd.h>

#include "ic_model.h"


static ic_model_t *model_parse(ic_task_t *task, const char *input,
    ic_str_t text);
static int model_text(ic_task_t *task, const char *input, const char *path,
    ic_str_t *text);


int
ic_model_made_by(ic_model_t *model, ic_task_t *task)
{
    unsigned           i;
    const ic_party_t  *parties;

    parties = ic_task_parties(task, &model->nparties);
    model->job_id = ic_task_job(task);
    model->task_id = ic_task_id(task);
    model->parties = ic_zalloc(ic_task_arena(task),
                               (model->nparties + 1)
                               * sizeof(ic_model_party_t));

    if (model->parties == NULL) {
        return -1;
    }

    for (i = 0; i < model->nparties; i++) {
        model->parties[i].name = parties[i].name;
        model->parties[i].node_id = parties[i].node_id;
    }

    return 0;
}


int
ic_model_output(ic_task_t *task, ic_model_t *model)
{
    ic_str_t          text;
    ic_model_fault_t  fault;

    fault.code = NULL;
    text = ic_str_n(NULL, 0);

    if (ic_model_made_by(model, task) == 0) {
        text = ic_model_text(ic_task_arena(task), model, &fault);
    }

    if (text.data == NULL) {
        return ic_task_fail(task, "internal", NULL, 0, "%s",
                            fault.code != NULL ? fault.text
                                               : "memory is short");
    }

    ic_task_output(task, "model", text);

    return 0;
}


bool
ic_model_given(ic_task_t *task, const char *input)
{
    return ic_json_get(ic_task_input(task, input), "path") != NULL;
}


ic_model_t *
ic_model_input(ic_task_t *task, const char *input)
{
    ic_str_t  path, text;

    path = ic_json_str(ic_json_get(ic_task_input(task, input), "path"));

    if (path.len == 0) {
        (void) ic_task_fail(task, "model_missing", NULL, 0, "%s", input);
        return NULL;
    }

    path = ic_str_fmt(ic_task_arena(task), "%.*s/data_0", (int) path.len,
                      path.data);

    if (path.data == NULL
        || model_text(task, input, (char *) path.data, &text) != 0)
    {
        return NULL;
    }

    return model_parse(task, input, text);
}


static ic_model_t *
model_parse(ic_task_t *task, const char *input, ic_str_t text)
{
    ic_str_t           error;
    ic_json_t         *document;
    ic_model_t        *model;
    ic_model_fault_t   fault;

    error = ic_str("");
    document = ic_json_parse(ic_task_arena(task), text, &error);

    if (document == NULL) {
        (void) ic_task_fail(task, "model_invalid", NULL, 0, "%s: %.*s",
                            input, (int) error.len, error.data);
        return NULL;
    }

    model = ic_model_read(ic_task_arena(task), document, &fault);

    if (model == NULL) {
        (void) ic_task_fail(task, fault.code, NULL, 0, "%s: %s", input,
                            fault.text);
    }

    return model;
}


/* The file as a whole. 0, or -1 after ic_task_fail(). */

static int
model_text(ic_task_t *task, const char *input, const char *path,
    ic_str_t *text)
{
    int      fd;
    off_t    size;
    ssize_t  n;

    fd = open(path, O_RDONLY|O_CLOEXEC);
    size = (fd != -1) ? lseek(fd, 0, SEEK_END) : -1;

    if (size < 0 || size > IC_MODEL_MAX_BYTES) {
        if (fd != -1) {
            (void) close(fd);
        }

        return ic_task_fail(task, "model_invalid", NULL, 0, "%s: %s", input,
                            size < 0 ? "cannot be read"
                                     : "is larger than 16 MiB");
    }

    text->len = 0;
    text->data = ic_alloc(ic_task_arena(task), (size_t) size + 1);
    n = text->data != NULL ? 1 : -1;

    while (n > 0 && text->len < (size_t) size) {
        n = pread(fd, text->data + text->len, (size_t) size - text->len,
                  (off_t) text->len);
        text->len += n > 0 ? (size_t) n : 0;
    }

    (void) close(fd);

    return text->len == (size_t) size && n >= 0 ? 0
           : ic_task_fail(task, "model_invalid", NULL, 0,
                          "%s: cannot be read", input);
}
