
/* Samples: how many rows, of which labels, the same at all parties. */


#include <stdlib.h>

#include "../../src/components/sampler/sampler.h"
#include "task_local.h"


static unsigned  rows;


/* Row i has label 1 if it is a multiple of 4. */

static local_t *
create(const char *names, const char *params)
{
    char      *text, *end;
    local_t   *net;
    unsigned   i, n;

    net = local_create(sampler_run, names);
    local_params(net, LOCAL_ALL, params);
    text = malloc(64 + rows * 32);

    for (n = 0; n < net->count; n++) {
        end = text + sprintf(text, "id,y\n");

        for (i = 0; i < rows; i++) {
            end += sprintf(end, "%05u,%u\n", i, i % 4 == 0);
        }

        local_csv(net, n, "train_data", text);
    }

    free(text);

    return net;
}


/* How often each row is there; -1 if they fell. */

static int
times(local_t *net, unsigned party, unsigned *count)
{
    int          n, last;
    const char  *line;

    n = 0;
    last = 0;
    line = local_table(net, party, "dataset");
    memset(count, 0, 1000 * sizeof(unsigned));

    while ((line = strchr(line, '\n')) != NULL && *++line != '\0') {

        if (atoi(line) < last) {
            return -1;
        }

        last = atoi(line);
        count[last]++;
        n++;
    }

    return n;
}


static void
check(const char *params, int total, int positive, unsigned most)
{
    int        ones;
    local_t   *net;
    unsigned   count[2][1000], i, more;

    net = create("guest.0 host.0", params);
    ok(local_run(net) == 0, "%u rows, %s: %s", rows, params,
       net->parties[0].text);
    is_int(times(net, 0, count[0]), total, "... as many as asked for");
    (void) times(net, 1, count[1]);
    ok(memcmp(count[0], count[1], sizeof(count[0])) == 0,
       "... the same at both");

    for (ones = 0, more = 0, i = 0; i < rows; i++) {
        ones += i % 4 == 0 ? (int) count[0][i] : 0;
        more += count[0][i] > most;
    }

    ok(positive == -1 || ones == positive, "... of the label %d", ones);
    is_int(more, 0, "... none more often than %u times", most);
    ok(!local_passed(net, "00008", 5), "... no id passed");
    local_destroy(net);
}


static void
more_often(local_t *net, local_message_t *m)
{
    if (m->data[3] == 4) {
        m->data[m->len - 1] = 101;
    }
}


int
main(void)
{
    local_t  *net;

#define CLASS  "\"method\":\"class\",\"label_name\":\"y\","                   \
               "\"reveal_labels\":true,\"label_value\":1.0,"

    rows = 400;
    check("{}", 200, -1, 1);
    check("{\"count\":7,\"unique_id\":\"id\"}", 7, -1, 1);
    check("{\"fraction\":1}", 400, 100, 1);
    check("{\"fraction\":0}", 0, 0, 1);
    check("{\"method\":\"stratified\",\"label_name\":\"y\","
          "\"fraction\":0.25}", 100, 25, 1);
    check("{" CLASS "\"factor\":0.1}", 310, 10, 1);
    check("{" CLASS "\"factor\":2.5}", 550, 250, 3);
    check("{" CLASS "\"factor\":0}", 300, 0, 1);

    rows = 1;
    check("{\"fraction\":0.5}", 1, -1, 1);
    check("{" CLASS "\"factor\":99}", 99, 99, 99);
    rows = 0;
    check("{}", 0, 0, 1);

    rows = 10;
    local_refused(create("guest.0 host.0", "{\"count\":11}"),
                  "bad_parameter", "count is 11");
    local_refused(create("guest.0 host.0", "{\"method\":\"class\","
                         "\"label_name\":\"y\"}"),
                  "bad_parameter", "set reveal_labels");
    local_refused(create("guest.0 host.0", "{\"method\":\"class\","
                         "\"label_name\":\"y\",\"reveal_labels\":true,"
                         "\"label_value\":\"x\"}"),
                  "bad_parameter", "no row has the label");
    local_refused(create("guest.0 host.0", "{\"method\":\"stratified\"}"),
                  "bad_parameter", "label_name is required");

    net = create("guest.0 host.0", "{" CLASS "\"factor\":2}");
    net->tamper = more_often;
    ok(local_run(net) != 0
       && strcmp(net->parties[1].code, "peer_protocol") == 0,
       "more often than there is");
    local_destroy(net);

    net = create("arbiter.0 guest.0 host.0",
                 "{\"mode\":\"horizontal\",\"method\":\"class\","
                 "\"label_name\":\"y\",\"factor\":2}");
    ok(local_run(net) == 0 && local_said(&net->parties[0].without, "dataset")
       != NULL, "horizontal data, by own labels");
    local_destroy(net);

    return done();
}
