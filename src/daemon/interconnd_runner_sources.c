
/*
 * The data sources of odbc.ini, by name: where an operator can let a query
 * run. What else is in that file is the driver's.
 */


#include <stdio.h>
#include <sys/stat.h>

#include "interconnd_reader.h"
#include "interconnd_runner_query.h"


#define SOURCES_MS    10000
#define SOURCES_MAX   256
#define SOURCES_LINE  1024


static bool sources_changed(interconnd_runner_t *runner, const char *path);
static unsigned sources_read(interconnd_runner_t *runner, const char *path,
    ic_str_t names[SOURCES_MAX]);
static bool sources_name(ic_str_t line, ic_str_t *name);


void
interconnd_sources_tend(interconnd_runner_t *runner, int64_t now)
{
    unsigned     n;
    ic_str_t     names[SOURCES_MAX];
    ic_reply_t   reply;
    const char  *path;

    if (now < runner->asking->sources_ms) {
        return;
    }

    runner->asking->sources_ms = now + SOURCES_MS;
    path = interconnd_odbc_ini(runner->conf);

    if (!sources_changed(runner, path)) {
        return;
    }

    n = sources_read(runner, path, names);

    if (ic_store_call(runner->store, runner->pool, &reply,
                      "query_sources_put", n, names)
        != 0)
    {
        runner->asking->sources_time.tv_sec = -1;
    }
}


static bool
sources_changed(interconnd_runner_t *runner, const char *path)
{
    struct stat      st;
    struct timespec  before;

    before = runner->asking->sources_time;

    if (stat(path, &st) != 0) {
        memset(&st, 0, sizeof(st));
    }

    runner->asking->sources_time = st.st_mtim;

    return !runner->asking->sources_told
           || before.tv_sec != st.st_mtim.tv_sec
           || before.tv_nsec != st.st_mtim.tv_nsec;
}


static unsigned
sources_read(interconnd_runner_t *runner, const char *path,
    ic_str_t names[SOURCES_MAX])
{
    FILE      *file;
    char       line[SOURCES_LINE];
    unsigned   n;
    ic_str_t   name;

    runner->asking->sources_told = 1;
    file = fopen(path, "re");

    if (file == NULL) {
        return 0;
    }

    for (n = 0; n < SOURCES_MAX && fgets(line, sizeof(line), file) != NULL;
         /* void */)
    {
        if (!sources_name(ic_str(line), &name)) {
            continue;
        }

        names[n] = ic_str_dup(runner->pool, name);

        if (names[n].data == NULL) {
            break;
        }

        n++;
    }

    (void) fclose(file);

    return n;
}


/* "[name]", but for the sections that are no data source. */

static bool
sources_name(ic_str_t line, ic_str_t *name)
{
    size_t  i, end;

    for (i = 0; i < line.len && (line.data[i] == ' '
                                 || line.data[i] == '\t'); i++)
    {
        /* void */
    }

    if (i == line.len || line.data[i] != '[') {
        return false;
    }

    for (end = ++i; end < line.len && line.data[end] != ']'; end++) {
        /* void */
    }

    *name = ic_str_n(line.data + i, end - i);

    return end < line.len && name->len > 0
           && !ic_str_is_nocase(*name, "odbc")
           && !ic_str_is_nocase(*name, "odbc data sources")
           && ic_utf8_valid(*name);
}
