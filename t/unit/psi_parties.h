
/* Parties of a psi task with tables, on the runtime of task_local.h. */


#ifndef _PSI_PARTIES_H_INCLUDED_
#define _PSI_PARTIES_H_INCLUDED_


#include "../../src/components/psi/psi.h"
#include "task_local.h"


/* One party per table, of those names; its table is a CSV text. */

static inline local_t *
psi_parties(const char *names, const char *params, const char *const *tables)
{
    local_t   *net;
    unsigned   i;

    net = local_create(psi_run, names);
    local_params(net, LOCAL_ALL, params);

    for (i = 0; i < net->count; i++) {
        local_csv(net, i, "train_data", tables[i]);
    }

    return net;
}


/* A table of ids from .. from + n - 1 with their halves. */

static inline char *
psi_ids(int64_t from, int64_t n)
{
    FILE    *out;
    char    *text;
    size_t   len;
    int64_t  i;

    out = open_memstream(&text, &len);
    fputs("id,x\n", out);

    for (i = from; i < from + n; i++) {
        fprintf(out, "id-%06lld,%lld\n", (long long) i, (long long) i / 2);
    }

    fclose(out);

    return text;
}


/* The lines of a text but the first. */

static inline int64_t
psi_lines(const char *text)
{
    int64_t  n;

    for (n = -1; text != NULL && *text != '\0'; text++) {
        n += *text == '\n';
    }

    return n;
}


/* What a party has put out as its rows; NULL: nothing. */

static inline char *
psi_table(local_t *net, unsigned i)
{
    return local_table(net, i, "dataset");
}


/* How many keys a party's report says are common; -1: it does not. */

static inline int64_t
psi_common(local_t *net, unsigned i)
{
    const char       *report;
    const ic_json_t  *count;

    report = local_output(net, i, "report");

    if (report == NULL) {
        return -1;
    }

    count = ic_json_get(local_json(&net->parties[i], report),
                        "intersection");

    return count != NULL ? count->num : -1;
}


#endif /* _PSI_PARTIES_H_INCLUDED_ */
