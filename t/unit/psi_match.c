
/* What psi finds is what a plain comparison finds. */


#include "psi_parties.h"


static void
sizes(const char *what, int64_t a, int64_t na, int64_t b, int64_t nb,
    const char *params)
{
    char     *tables[2], *table, *other;
    int64_t   from, end, n, i;
    local_t  *net;
    bool      all;
    char      id[32];

    tables[0] = psi_ids(a, na);
    tables[1] = psi_ids(b, nb);
    net = psi_parties("guest.0 host.0", params, (const char *const *) tables);
    from = a > b ? a : b;
    end = a + na < b + nb ? a + na : b + nb;
    n = end > from ? end - from : 0;

    ok(local_run(net) == 0, "%s: %s%s", what, net->parties[0].text,
       net->parties[1].text);
    is_int(psi_common(net, 0), n, "%s: the guest's count", what);
    is_int(psi_common(net, 1), n, "%s: the host's count", what);
    table = psi_table(net, 0);
    other = psi_table(net, 1);
    is_int(psi_lines(table), n, "%s: guest's rows", what);
    is_int(psi_lines(other), n, "%s: host's rows", what);
    ok(table != NULL && other != NULL && strcmp(table, other) == 0,
       "%s: the same rows in the same order", what);

    for (all = true, i = from; i < end; i += 1 + n / 50) {
        (void) snprintf(id, sizeof(id), "id-%06lld,", (long long) i);
        all = all && strstr(table, id) != NULL;
    }

    ok(all, "%s: they are the common ones", what);
    is_int(local_fact(net, 0, "rows"), na, "%s: the fact", what);

    local_destroy(net);
    free(tables[0]);
    free(tables[1]);
}


static local_t *
run(const char *params, const char *guest, const char *host)
{
    local_t     *net;
    const char  *tables[2];

    tables[0] = guest;
    tables[1] = host;
    net = psi_parties("guest.0 host.0", params, tables);
    ok(local_run(net) == 0, "%s: %s%s", params, net->parties[0].text,
       net->parties[1].text);

    return net;
}


static void
receivers(void)
{
    bool      has;
    char      params[128];
    local_t  *net;
    unsigned  i, k;

    static const char *const  names[] = { "guest", "host" };
    static const char *const  modes[] = { "intersection", "cardinality" };
    static const char         one[] = "id\na\nb\nc\n";
    static const char         two[] = "id\nc\nd\nb\ne\n";

    for (i = 0; i < 4; i++) {
        (void) snprintf(params, sizeof(params), "{\"keys\":[\"id\"],"
                        "\"receivers\":\"%s\",\"mode\":\"%s\"}", names[i % 2],
                        modes[i / 2]);
        net = run(params, one, two);

        for (k = 0; k < 2; k++) {
            has = psi_table(net, k) != NULL;
            is_int(psi_common(net, k), k == i % 2 ? 2 : -1, "%s counts",
                   names[k]);
            ok(has == (k == i % 2 && i < 2), "%s has a table or none",
               names[k]);
            ok((local_said(&net->parties[k].without, "dataset") != NULL)
               != has, "... and says that there is none");
        }

        local_destroy(net);
    }

    net = run("{\"keys\":[\"id\"],\"mode\":\"cardinality\"}", one, two);
    is_int(psi_common(net, 0), 2, "both learn how many");
    is_int(psi_common(net, 1), 2, "both learn how many");
    ok(psi_table(net, 0) == NULL, "... but not which");
    local_destroy(net);
}


static void
keys(void)
{
    local_t  *net;

    /* columns do not run together; blanks count unless they are trimmed */

    net = run("{\"keys\":[\"a\",\"b\"]}", "a,b,x\n1,23,p\n12,3,q\n4,5,r\n",
              "z,b,a\n9,3,12\n9, 5,4\n");
    is_str(psi_table(net, 0), "a,b,x\n12,3,q\n", "two columns");
    is_str(psi_table(net, 1), "z,b,a\n9,3,12\n", "by their names");
    local_destroy(net);

    net = run("{\"keys\":[\"a\"],\"trim\":true,\"order\":\"own\"}",
              "a\n  x\ny \n\tz\n", "a\nz\nx\n\"w\"\n");
    is_str(psi_table(net, 0), "a\n  x\n\tz\n", "trimmed, as it was");
    is_str(psi_table(net, 1), "a\nz\nx\n", "the own order");
    local_destroy(net);

    net = run("{\"keys\":[\"a\"],\"duplicates\":\"first\"}",
              "a,n\nx,1\nx,2\ny,3\n", "a,n\nx,4\nz,5\nx,6\n");
    is_str(psi_table(net, 0), "a,n\nx,1\n", "the first row");
    is_str(psi_table(net, 1), "a,n\nx,4\n", "the first row");
    local_destroy(net);

    net = run("{\"keys\":[\"a\"],\"duplicates\":\"all\"}",
              "a,n\nx,1\nx,2\ny,3\n", "a,n\nx,4\nz,5\nx,6\nx,7\n");
    is_str(psi_table(net, 0), "a,n\nx,1\nx,1\nx,1\nx,2\nx,2\nx,2\n",
           "rows multiply");
    is_str(psi_table(net, 1), "a,n\nx,4\nx,6\nx,7\nx,4\nx,6\nx,7\n",
           "... in step");
    local_destroy(net);

    net = run("{\"keys\":[\"a\"],\"duplicates\":\"all\",\"order\":\"own\","
              "\"receivers\":\"guest\"}",
              "a,n\nx,1\nw,0\nx,2\ny,3\n", "a,n\nx,4\nz,5\nx,6\nx,7\n");
    is_str(psi_table(net, 0), "a,n\nx,1\nx,2\n", "own rows once each");
    local_destroy(net);
}


/* What stands in columns that are no key comes out as it was. */

static void
columns(void)
{
    int       i;
    char     *text;
    FILE     *out;
    size_t    len;
    local_t  *net;

    net = run("{\"keys\":[\"id\"],\"order\":\"own\"}",
              "\xef\xbb\xbfid,\xe5\x90\x8d,b\r\n1,\"a\n\"\"b\",\r\n"
              "2,x,\"\"\r\n\r\n\r\n", "id\n2\n1\n\n");
    is_str(psi_table(net, 0), "id,\xe5\x90\x8d,b\n1,\"a\n\"\"b\",\n2,x,\n",
           "line ends, quotes, nothing, other letters");
    is_str(psi_table(net, 1), "id\n2\n1\n", "lines at the end are nothing");
    local_destroy(net);

    out = open_memstream(&text, &len);
    fputs("id", out);

    for (i = 1; i < 1000; i++) {
        fprintf(out, ",c%d", i);
    }

    for (i = 1; i < 3000; i++) {
        fprintf(out, "%s%d", i % 1000 == 1 ? "\n" : ",", i);
    }

    fputs(",\n", out);
    fclose(out);
    net = run("{\"keys\":[\"id\"],\"order\":\"own\"}", text,
              "id\n1\n1001\n2001\n");
    is_str(psi_table(net, 0), text, "a thousand columns");
    local_destroy(net);
    free(text);
}


static void
refused(const char *params, const char *table, const char *code,
    const char *column, int64_t row)
{
    char         *other;
    local_t      *net;
    const char   *tables[2];

    other = psi_ids(0, 3);
    tables[0] = table;
    tables[1] = other;
    net = psi_parties("guest.0 host.0", params, tables);
    ok(local_run(net) != 0, "refused: %s", net->parties[0].text);
    is_str(net->parties[0].code, code, "with that code");
    is_str(net->parties[0].column, column, "the column");
    is_int(net->parties[0].row, row, "the row");
    ok(local_output(net, 0, "report") == NULL, "and without a report");
    local_destroy(net);
    free(other);
}


int
main(void)
{
    char  huge[200];

    static const char  id[] = "{\"keys\":[\"id\"],\"batch_size\":1024}";

    sizes("nothing", 0, 0, 0, 0, id);
    sizes("nothing here", 0, 0, 0, 5, id);
    sizes("one and nothing", 0, 1, 5, 0, id);
    sizes("one and the same", 7, 1, 7, 1, id);
    sizes("one and another", 7, 1, 8, 1, id);
    sizes("equal", 0, 100, 0, 100, id);
    sizes("disjoint", 0, 100, 100, 100, id);
    sizes("a batch", 0, 1024, 512, 1024, id);
    sizes("a batch and one", 0, 1025, 1024, 1025, id);
    sizes("batches", 0, 9000, 3000, 12345, id);
    sizes("skewed", 5000, 20, 0, 20000, id);
    sizes("skewed the other way", 0, 20000, 19990, 20, id);

    receivers();
    keys();
    columns();

    refused("{\"keys\":[\"id\"]}", "id\na\nb\na\n", "data_duplicate_id",
            "id", 3);
    refused("{\"keys\":[\"id\"]}", "id,x\na,1\n,2\n", "data_null_value",
            "id", 2);
    refused("{\"keys\":[\"id\"],\"trim\":true}", "id,x\n \t,1\n",
            "data_null_value", "id", 1);
    refused("{\"keys\":[\"id\"]}", "id\na\n\nb\n", "data_null_value", "id",
            2);
    refused("{\"keys\":[\"id\"]}", "id,x\na,1\nb\n", "data_unreadable", "",
            2);
    refused("{\"keys\":[\"id\"]}", "", "data_unreadable", "", 0);
    refused("{\"keys\":[\"id\"]}", "x\n1\n", "data_missing_column", "id", 0);
    refused("{\"keys\":[\"id\"],\"max_rows\":1}", "id\na\nb\n",
            "data_unreadable", "", 2);
    refused("{}", "id\na\n", "bad_parameter", "", 0);
    refused("{\"keys\":[]}", "id\na\n", "bad_parameter", "", 0);
    refused("{\"keys\":[\"id\"],\"curve\":\"ed448\"}", "id\na\n",
            "bad_parameter", "", 0);
    refused("{\"keys\":[\"id\"],\"protocol\":\"secretflow\"}", "id\na\n",
            "bad_parameter", "", 0);

    (void) snprintf(huge, sizeof(huge), "{\"keys\":[\"id\"],\"mode\":1}");
    refused(huge, "id\na\n", "bad_parameter", "", 0);

    return done();
}
