
/*
 * interconnctl datasource test: what a task of this node would read of a
 * data source of ODBC, how fast, in how much memory, and what its columns
 * are. The rows are thrown away.
 */


#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "../source/ic_metas.h"
#include "ctl_conf.h"
#include "interconnctl.h"


#define SOURCE_ANSWER  (1 << 20)


typedef struct {
    ic_arena_t     *pool;
    const char     *dsn;
    const char     *query;
    const char     *table;
    const char     *key;
    const char     *fetch_size;
    const char     *odbc_ini;
    char            folder[64];
    int             answer;              /* its file */
    double          seconds;
    struct rusage   used;
} datasource_t;


static int datasource_options(datasource_t *source, int argc, char **argv);
static int datasource_conf(datasource_t *source, const char *file);
static int datasource_test(datasource_t *source);
static int datasource_read(datasource_t *source, const char *program);
static int datasource_request(datasource_t *source);
static int datasource_report(datasource_t *source);
static void datasource_columns(datasource_t *source);
static void datasource_remove(datasource_t *source);


int
ctl_datasource(int argc, char **argv)
{
    int           rc;
    datasource_t  source;

    memset(&source, 0, sizeof(datasource_t));
    source.answer = -1;
    source.pool = ic_pool_create();

    if (source.pool == NULL) {
        return ctl_error("out of memory");
    }

    rc = datasource_options(&source, argc, argv);

    if (rc == 0) {
        rc = datasource_test(&source);
    }

    ic_pool_destroy(source.pool);

    return rc;
}


static int
datasource_options(datasource_t *source, int argc, char **argv)
{
    int          i;
    unsigned     n;
    const char  *conf;

    struct {
        const char   *name;
        const char  **value;
    } options[] = {
        { "--query", &source->query },
        { "--table", &source->table },
        { "--key", &source->key },
        { "--fetch-size", &source->fetch_size },
        { "--odbc-ini", &source->odbc_ini },
        { "--conf", &conf }
    };

    conf = NULL;

    if (argc < 2 || strcmp(argv[0], "test") != 0) {
        ctl_error("datasource " CTL_DATASOURCE_USAGE);
        return 2;
    }

    source->dsn = argv[1];

    for (i = 2; i < argc; i += 2) {

        for (n = 0; n < sizeof(options) / sizeof(options[0]); n++) {
            if (strcmp(argv[i], options[n].name) == 0) {
                break;
            }
        }

        if (n == sizeof(options) / sizeof(options[0]) || i + 1 == argc) {
            ctl_error("%s is not known, or needs a value", argv[i]);
            return 2;
        }

        *options[n].value = argv[i + 1];
    }

    if ((source->query == NULL) == (source->table == NULL)) {
        ctl_error("name a --table or a --query");
        return 2;
    }

    return conf != NULL ? datasource_conf(source, conf) : 0;
}


static int
datasource_conf(datasource_t *source, const char *file)
{
    ic_str_t  text;

    text = ctl_read_file(source->pool, file);

    if (text.data == NULL) {
        return 1;
    }

    if (source->odbc_ini == NULL) {
        source->odbc_ini = ctl_conf_value(source->pool, text, "odbc_ini");
    }

    return 0;
}


static int
datasource_test(datasource_t *source)
{
    int   rc;
    char  program[4096];

    if (ctl_find(program, sizeof(program), "interconn-reader") != 0) {
        return 1;
    }

    (void) snprintf(source->folder, sizeof(source->folder),
                    "/tmp/interconn-source-XXXXXX");

    if (mkdtemp(source->folder) == NULL) {
        return ctl_error("%s: %s", source->folder, strerror(errno));
    }

    rc = datasource_read(source, program);

    if (rc == 0) {
        rc = datasource_report(source);
    }

    if (source->answer != -1) {
        close(source->answer);
    }

    datasource_remove(source);

    return rc;
}


static int
datasource_read(datasource_t *source, const char *program)
{
    int              request, status;
    char            *argv[2];
    pid_t            pid;
    struct timespec  from, to;

    request = datasource_request(source);

    if (request == -1) {
        return ctl_error("%s: %s", source->folder, strerror(errno));
    }

    (void) clock_gettime(CLOCK_MONOTONIC, &from);
    pid = fork();

    if (pid == 0) {
        argv[0] = (char *) program;
        argv[1] = NULL;

        if (source->odbc_ini != NULL) {
            (void) setenv("ODBCINI", source->odbc_ini, 1);
        }

        if (dup2(request, 0) == 0 && dup2(source->answer, 1) == 1
            && chdir(source->folder) == 0)
        {
            (void) execv(program, argv);
        }

        _exit(127);
    }

    close(request);

    if (pid < 0 || wait4(pid, &status, 0, &source->used) != pid) {
        return ctl_error("%s: %s", program, strerror(errno));
    }

    (void) clock_gettime(CLOCK_MONOTONIC, &to);
    source->seconds = (double) (to.tv_sec - from.tv_sec)
                      + (double) (to.tv_nsec - from.tv_nsec) / 1e9;

    return WIFEXITED(status) && WEXITSTATUS(status) <= 1 ? 0
           : ctl_error("the reader ended abnormally: the driver is at fault");
}


/* Files without a name, so that the folder has the table alone. */

static int
datasource_request(datasource_t *source)
{
    int            fd;
    ic_str_t       text;
    unsigned       n;
    ic_json_out_t  out;

    struct {
        const char  *name;
        const char  *value;
    } members[] = {
        { "dsn", source->dsn }, { "query", source->query },
        { "table", source->table }, { "key", source->key }
    };

    ic_out_init(&out, source->pool);
    ic_out_object(&out, NULL);

    for (n = 0; n < sizeof(members) / sizeof(members[0]); n++) {
        if (members[n].value != NULL) {
            ic_out_z(&out, members[n].name, members[n].value);
        }
    }

    if (source->fetch_size != NULL) {
        ic_out_int(&out, "fetch_size", atoll(source->fetch_size));
    }

    ic_out_object_end(&out);
    text = ic_out_text(&out);

    fd = open(source->folder, O_TMPFILE|O_RDWR|O_CLOEXEC, 0600);
    source->answer = open(source->folder, O_TMPFILE|O_RDWR|O_CLOEXEC, 0600);

    if (fd == -1 || source->answer == -1 || text.data == NULL
        || write(fd, text.data, text.len) != (ssize_t) text.len
        || lseek(fd, 0, SEEK_SET) != 0)
    {
        return -1;
    }

    return fd;
}


static int
datasource_report(datasource_t *source)
{
    u_char           *data;
    int64_t           rows;
    ssize_t           n;
    const ic_json_t  *answer, *error;

    data = ic_alloc(source->pool, SOURCE_ANSWER);
    n = data != NULL ? pread(source->answer, data, SOURCE_ANSWER, 0) : -1;
    answer = n > 0 ? ic_json_parse(source->pool,
                                   ic_str_n(data, (size_t) n), NULL)
                   : NULL;
    error = ic_json_get(answer, "error");

    if (answer == NULL || error != NULL) {
        return ctl_error("%.*s: %.*s",
                         error != NULL ? (int) error->text.len : 8,
                         error != NULL ? (char *) error->text.data
                                       : "internal",
                         (int) ic_json_str(ic_json_get(answer, "text")).len,
                         (char *) ic_json_str(ic_json_get(answer,
                                                          "text")).data);
    }

    rows = ic_json_get(answer, "rows")->num;

    printf("%lld rows in %.2f s: %.0f rows/s; %.1f MiB of memory at most\n",
           (long long) rows, source->seconds,
           (double) rows / source->seconds,
           (double) source->used.ru_maxrss / 1024);

    datasource_columns(source);

    return 0;
}


/* As POST dataset/create takes them. */

static void
datasource_columns(datasource_t *source)
{
    int64_t             rows;
    unsigned            i, count;
    ic_meta_t          *metas;
    ic_json_out_t       out;
    ic_source_error_t   error;

    metas = ic_metas_derive(source->pool, source->folder, &count, &rows,
                            &error);

    if (metas == NULL) {
        (void) ctl_error("%s", error.text);
        return;
    }

    ic_out_init(&out, source->pool);
    ic_out_array(&out, NULL);

    for (i = 0; i < count; i++) {
        ic_out_object(&out, NULL);
        ic_out_z(&out, "name", metas[i].name);
        ic_out_z(&out, "data_type", metas[i].data_type);
        ic_out_z(&out, "distribution", metas[i].distribution);
        ic_out_object_end(&out);

        printf("%-24s %-8s %-10s %lld empty\n", metas[i].name,
               metas[i].data_type, metas[i].distribution,
               (long long) metas[i].nulls);
    }

    ic_out_array_end(&out);
    printf("\"column_metas\": %s\n", (char *) ic_out_text(&out).data);
}


static void
datasource_remove(datasource_t *source)
{
    DIR            *dir;
    struct dirent  *entry;

    dir = opendir(source->folder);

    while (dir != NULL && (entry = readdir(dir)) != NULL) {
        (void) unlinkat(dirfd(dir), entry->d_name, 0);
    }

    if (dir != NULL) {
        closedir(dir);
    }

    (void) rmdir(source->folder);
}
