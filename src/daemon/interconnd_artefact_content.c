
/* The content of outputs: copied, then verified as their kind wants it. */


#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../lib/ic_codec.h"
#include "interconnd_artefact_commit.h"
#include "interconnd_runner_say.h"


int
interconnd_commit_file(interconnd_commit_t *commit, unsigned n)
{
    int              fd, rc;
    char             name[24];
    struct stat      st;
    ic_partition_t  *part;

    part = &commit->about->partitions[n];
    (void) snprintf(name, sizeof(name), "data_%u", n);
    fd = interconnd_artefact_open(commit->from, name, O_RDONLY);

    if (fd == -1 || fstat(fd, &st) != 0 || !S_ISREG(st.st_mode)) {
        return interconnd_commit_failed(commit, name);
    }

    if (st.st_size > commit->child->room - commit->about->bytes) {
        (void) close(fd);
        interconnd_say_fail(commit->child, commit->control,
                            "output_too_large", NULL, 0, "%.*s, %s: %lld "
                            "bytes", (int) commit->key.len, commit->key.data,
                            name, (long long) st.st_size);
        return -1;
    }

    rc = interconnd_artefact_copy(fd, commit->to, name, part->sha256,
                                  &part->bytes);
    (void) close(fd);

    if (rc != 0) {
        return interconnd_commit_failed(commit, name);
    }

    commit->about->bytes += part->bytes;

    return 0;
}


int
interconnd_commit_text(interconnd_commit_t *commit, ic_str_t text)
{
    ic_partition_t  *part;

    part = &commit->about->partitions[0];
    part->bytes = (int64_t) text.len;
    ic_sha256_hex(part->sha256, text.data, text.len);
    commit->about->bytes = part->bytes;
    commit->about->rows = 0;
    commit->about->format = "json";

    return interconnd_commit_write(commit, "data_0", text);
}


/* The component's metadata, if there is some, must be true. */

int
interconnd_commit_table(interconnd_commit_t *commit)
{
    ic_about_t         *said;
    ic_source_error_t   error;

    said = ic_about_read(commit->child->pool, commit->from, &error);

    if (said == NULL && error.row != -1) {
        interconnd_say_fail(commit->child, commit->control, "output_invalid",
                            error.column, 0, "%.*s: %s",
                            (int) commit->key.len, commit->key.data,
                            error.text);
        return -1;
    }

    commit->about->format = "csv";

    if (said != NULL) {
        commit->about->columns = said->columns;
        commit->about->ncolumns = said->ncolumns;
        commit->about->rows = said->rows;
    }

    if (ic_rows_survey(commit->child->pool, commit->to, commit->about,
                       &error)
        != 0)
    {
        interconnd_say_fail(commit->child, commit->control, "output_invalid",
                            error.column, error.row, "%.*s: %s",
                            (int) commit->key.len, commit->key.data,
                            error.text);
        return -1;
    }

    return 0;
}


/* One JSON document if the component says so, else bytes. */

int
interconnd_commit_document(interconnd_commit_t *commit)
{
    int                 fd;
    u_char             *data;
    ssize_t             n;
    ic_about_t         *said;
    ic_source_error_t   error;

    commit->about->rows = 0;
    commit->about->format = "bytes";
    said = ic_about_read(commit->child->pool, commit->from, &error);

    if (said == NULL && error.row == -1) {
        return 0;
    }

    if (said == NULL || said->format == NULL
        || strcmp(said->format, "json") != 0
        || commit->about->npartitions != 1
        || commit->about->bytes > INTERCONND_ARTEFACT_JSON)
    {
        return 0;
    }

    fd = interconnd_artefact_open(commit->to, "data_0", O_RDONLY);
    data = ic_alloc(commit->child->pool, (size_t) commit->about->bytes + 1);
    n = (fd != -1 && data != NULL)
        ? read(fd, data, (size_t) commit->about->bytes + 1) : -1;
    (void) close(fd);

    if (n != commit->about->bytes
        || ic_json_parse(commit->child->pool, ic_str_n(data, (size_t) n),
                         NULL)
           == NULL)
    {
        interconnd_say_fail(commit->child, commit->control, "output_invalid",
                            NULL, 0, "%.*s: data_0 is no JSON",
                            (int) commit->key.len, commit->key.data);
        return -1;
    }

    commit->about->format = "json";

    return 0;
}


int
interconnd_commit_write(interconnd_commit_t *commit, const char *name,
    ic_str_t text)
{
    int      fd, rc;
    ssize_t  n;

    fd = openat(commit->to, name, O_WRONLY|O_CREAT|O_EXCL|O_CLOEXEC,
                S_IRUSR);
    rc = (fd == -1) ? -1 : 0;

    while (rc == 0 && text.len > 0) {
        n = write(fd, text.data, text.len);
        rc = (n < 0) ? -1 : 0;
        text.data += (n > 0) ? n : 0;
        text.len -= (n > 0) ? (size_t) n : 0;
    }

    if (rc == 0) {
        rc = fsync(fd);
    }

    if (rc != 0) {
        return interconnd_commit_failed(commit, name);
    }

    return (close(fd) == 0) ? 0 : interconnd_commit_failed(commit, name);
}


/* With errno. */

int
interconnd_commit_failed(interconnd_commit_t *commit, const char *what)
{
    interconnd_say_fail(commit->child, commit->control,
                        interconnd_say_code(errno, "output_invalid"), NULL, 0,
                        "%.*s, %s: %s", (int) commit->key.len,
                        commit->key.data, what, strerror(errno));
    return -1;
}
