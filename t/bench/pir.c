
/*
 * Retrieval by keyword against a plain look-up over the same channel: two
 * threads with a queue between them, from the CSV files to the answers. Both
 * methods, one table, a few queries and more; medians.
 */


#include "../../src/components/pir/pir_wire.h"
#include "../unit/task_local.h"


#define ROWS    100000
#define ROUNDS  3
#define LABEL   24

#define LOCAL_GUEST  0
#define LOCAL_HOST   1


typedef struct {
    double   seconds;
    double   bytes;              /* of a query */
} figure_t;

typedef struct {
    ic_table_t  *table;
    int64_t     *order;
} plain_t;


static char *keywords(unsigned count);
static char *rows(void);
static figure_t measure(const char *method, unsigned queries,
    const char *table);
static figure_t run(const char *method, unsigned queries, const char *asked,
    const char *table);
static figure_t plain(unsigned queries, const char *asked,
    const char *table);
static void *plain_host(void *data);
static int by_key(const void *one, const void *two, void *context);
static int by_seconds(const void *one, const void *two);
static double now(void);


int
main(void)
{
    char      *table, text[1024];
    size_t     len;
    figure_t   f, base;
    unsigned   i, k;

    static const char *const  methods[] = { "oprf", "linear" };
    static const unsigned     queries[] = { 16, 256 };

    table = rows();
    len = 0;
    text[0] = '\0';

    for (k = 0; k < 2; k++) {
        base = measure(NULL, queries[k], table);
        printf("%-7s %4u queries of %d rows: %8.1f ms, %9.0f answers/s, "
               "%9.0f bytes a query\n", "plain", queries[k], ROWS,
               base.seconds * 1e3, queries[k] / base.seconds, base.bytes);

        for (i = 0; i < 2; i++) {
            f = measure(methods[i], queries[k], table);
            printf("%-7s %4u queries of %d rows: %8.1f ms, %9.0f answers/s, "
                   "%9.0f bytes a query, %.1f times plain\n", methods[i],
                   queries[k], ROWS, f.seconds * 1e3, queries[k] / f.seconds,
                   f.bytes, f.seconds / base.seconds);

            len += (size_t) snprintf(text + len, sizeof(text) - len,
                "%s\"pir_%s_%u_answers_s\":%.1f,"
                "\"pir_%s_%u_query_bytes\":%.0f,"
                "\"pir_%s_%u_over_plain\":%.2f", len > 0 ? "," : "",
                methods[i], queries[k], queries[k] / f.seconds, methods[i],
                queries[k], f.bytes, methods[i], queries[k],
                f.seconds / base.seconds);
        }
    }

    printf("{\"bench\":\"pir\",\"metrics\":{%s}}\n", text);
    free(table);

    return 0;
}


static char *
rows(void)
{
    int    i;
    char  *text, *p;

    text = malloc(ROWS * 64);
    p = text + sprintf(text, "id,v\n");

    for (i = 0; i < ROWS; i++) {
        p += sprintf(p, "key-%d,%0*d\n", i * 3, LABEL, i);
    }

    return text;
}


/* Two of three are there. */

static char *
keywords(unsigned count)
{
    char      *text, *p;
    unsigned   i;

    text = malloc(count * 24 + 16);
    p = text + sprintf(text, "id\n");

    for (i = 0; i < count; i++) {
        p += sprintf(p, "key-%u\n", i % 3 == 0 ? i * 3 + 1
                                               : i * 997 % ROWS * 3);
    }

    return text;
}


static figure_t
measure(const char *method, unsigned queries, const char *table)
{
    char      *asked;
    unsigned   i;
    figure_t   figures[ROUNDS];

    asked = keywords(queries);

    for (i = 0; i < ROUNDS; i++) {
        figures[i] = method != NULL ? run(method, queries, asked, table)
                                    : plain(queries, asked, table);
    }

    free(asked);
    qsort(figures, ROUNDS, sizeof(figure_t), by_seconds);

    return figures[ROUNDS / 2];
}


static int
by_seconds(const void *one, const void *two)
{
    double  a, b;

    a = ((const figure_t *) one)->seconds;
    b = ((const figure_t *) two)->seconds;

    return a < b ? -1 : a > b;
}


static figure_t
run(const char *method, unsigned queries, const char *asked,
    const char *table)
{
    char              params[256];
    local_t          *net;
    figure_t          f;
    local_message_t  *m;

    (void) snprintf(params, sizeof(params),
                    "{\"method\":\"%s\",\"keys\":[\"id\"],"
                    "\"labels\":[\"v\"],\"batch_size\":%u}", method, queries);
    net = local_create(pir_run, "guest.0 host.0");
    net->task_id = "bench";
    local_params(net, LOCAL_GUEST, params);
    local_csv(net, LOCAL_GUEST, "train_data", asked);
    local_params(net, LOCAL_HOST, params);
    local_csv(net, LOCAL_HOST, "train_data", table);

    f.seconds = now();

    if (local_run(net) != 0) {
        fprintf(stderr, "%s %s\n", net->parties[0].text,
                net->parties[1].text);
        exit(1);
    }

    f.seconds = now() - f.seconds;
    f.bytes = 0;

    for (m = net->first; m != NULL; m = m->next) {
        f.bytes += (double) m->len / queries;
    }

    local_destroy(net);

    return f;
}


/* The guest sends its keywords, the host finds them by bisection. */

static figure_t
plain(unsigned queries, const char *asked, const char *table)
{
    size_t              len;
    u_char             *answers;
    local_t            *net;
    figure_t            f;
    pthread_t           host;
    ic_table_t         *mine;
    ic_task_t          *guest;
    ic_source_error_t   error;

    net = local_create(pir_run, "guest.0 host.0");
    net->task_id = "bench";
    guest = &net->parties[LOCAL_GUEST];
    local_params(net, LOCAL_GUEST, "{}");
    local_csv(net, LOCAL_GUEST, "train_data", asked);
    local_params(net, LOCAL_HOST, "{}");
    local_csv(net, LOCAL_HOST, "train_data", table);

    answers = NULL;
    len = 0;
    f.seconds = now();
    pthread_create(&host, NULL, plain_host, net);
    mine = ic_table_open(ic_json_path(ic_task_input(guest, "train_data"),
                                      "sources/0"), 0, &error);
    (void) ic_task_send(guest, &net->names[LOCAL_HOST], "plain", asked,
                        strlen(asked) + 1);

    if (mine == NULL || ic_task_recv(guest, &net->names[LOCAL_HOST], "plain", 0,
                                        &answers, &len) != 0
        || ic_table_rows(mine) != queries || len < queries)
    {
        fprintf(stderr, "the plain look-up failed\n");
        exit(1);
    }

    pthread_join(host, NULL);
    f.seconds = now() - f.seconds;
    f.bytes = (double) (strlen(asked) + len) / queries;

    ic_table_close(mine);
    local_destroy(net);

    return f;
}


static void *
plain_host(void *data)
{
    char               *line, *save, *out, *p;
    u_char             *asked;
    size_t              len;
    int64_t             row, low, high;
    local_t            *net;
    plain_t             plain;
    ic_task_t          *self;
    ic_source_error_t   error;

    net = data;
    self = &net->parties[LOCAL_HOST];
    asked = NULL;
    len = 0;
    plain.table = ic_table_open(ic_json_path(ic_task_input(self, "train_data"),
                                      "sources/0"), 0,
                                &error);
    plain.order = malloc(ROWS * sizeof(int64_t));

    for (row = 0; row < ROWS; row++) {
        plain.order[row] = row;
    }

    qsort_r(plain.order, ROWS, sizeof(int64_t), by_key, plain.table);

    if (ic_task_recv(self, &net->names[LOCAL_GUEST], "plain", 0, &asked, &len)
        != 0) {
        return NULL;
    }

    out = p = malloc(len + len * LABEL);
    save = NULL;
    line = strtok_r((char *) asked, "\n", &save);

    while ((line = strtok_r(NULL, "\n", &save)) != NULL) {
        low = 0;
        high = ROWS;

        while (low < high) {
            row = (low + high) / 2;

            if (strcmp(ic_table_text(plain.table, plain.order[row], 0), line)
                < 0)
            {
                low = row + 1;

            } else {
                high = row;
            }
        }

        if (low < ROWS
            && strcmp(ic_table_text(plain.table, plain.order[low], 0), line)
               == 0)
        {
            p = stpcpy(p, ic_table_text(plain.table, plain.order[low], 1));
        }

        *p++ = '\n';
    }

    (void) ic_task_send(self, &net->names[LOCAL_GUEST], "plain", out,
                        (size_t) (p - out));
    ic_table_close(plain.table);
    free(plain.order);
    free(asked);
    free(out);

    return NULL;
}


static int
by_key(const void *one, const void *two, void *context)
{
    return strcmp(ic_table_text(context, *(const int64_t *) one, 0),
                  ic_table_text(context, *(const int64_t *) two, 0));
}


static double
now(void)
{
    struct timespec  t;

    clock_gettime(CLOCK_MONOTONIC, &t);

    return (double) t.tv_sec + (double) t.tv_nsec / 1e9;
}
