
/* The model in use: scores of one hospital's rows, where to look at all. */


#include <time.h>

#include "../lib/ic_codec.h"
#include "ctl_demo.h"
#include "interconnctl.h"


#define CTL_DEMO_INFER_MS  60000
#define CTL_DEMO_POLL_MS   50
#define CTL_DEMO_SHOWN     3         /* scores */


static int64_t ctl_demo_order(ctl_demo_t *demo, const ctl_node_t *node);
static int ctl_demo_scores(ctl_demo_t *demo, int64_t order_id);
static void ctl_demo_told(ctl_demo_t *demo, const ic_json_t *result);
static int ctl_demo_boards(ctl_demo_t *demo);


int
ctl_demo_infer(ctl_demo_t *demo)
{
    int64_t            order_id;
    const ctl_node_t  *node;

    if (ctl_demo_boards(demo) != 0) {
        return -1;
    }

    node = &demo->sandbox.nodes[demo->sandbox.n - 1];
    order_id = ctl_demo_order(demo, node);

    return order_id < 0 || ctl_demo_job(demo, node) != 0
           ? -1 : ctl_demo_scores(demo, order_id);
}


/* The last hospital scores its own rows. */

static int64_t
ctl_demo_order(ctl_demo_t *demo, const ctl_node_t *node)
{
    ic_str_t          body;
    const ic_json_t  *order;

    body = ic_str_fmt(demo->pool, "{\"model_id\":\"%lld\","
                      "\"input_data\":{\"user_id\":\"%d\","
                      "\"data_sql\":\"" CTL_DEMO_QUERY ";\"}}",
                      (long long) demo->model_id, node->user_id);
    order = ic_json_get(ctl_demo_call(demo, &demo->sandbox.nodes[0],
                                      "/model/infer", (char *) body.data),
                        "order_id");

    if (order == NULL) {
        return -1;
    }

    ctl_demo_say(demo, "POST /model/infer: order %lld, rows of %s",
                 (long long) order->num, node->name);

    return order->num;
}


/* More rows than are told at once are no reason to end the demo. */

static int
ctl_demo_scores(ctl_demo_t *demo, int64_t order_id)
{
    int64_t           until;
    ic_str_t          path, status, why;
    struct timespec   ts = { 0, CTL_DEMO_POLL_MS * 1000 * 1000 };
    const ic_json_t  *data;

    until = ic_mono_ms() + CTL_DEMO_INFER_MS;
    path = ic_str_fmt(demo->pool, "/model/infer_status?order_id=%lld",
                      (long long) order_id);

    while (ic_mono_ms() < until) {
        data = ctl_demo_call(demo, &demo->sandbox.nodes[0],
                             (char *) path.data, NULL);
        status = ic_json_str(ic_json_get(data, "infer_status"));

        if (data == NULL) {
            return -1;
        }

        if (ic_str_is(status, "finished")) {
            ctl_demo_told(demo, ic_json_get(data, "result"));
            return 0;
        }

        if (ic_str_is(status, "failed")) {
            why = ic_json_str(ic_json_get(data, "debug_info"));
            ctl_demo_say(demo, "inference failed: %.*s", (int) why.len,
                         why.data);

            return ic_str_is(ic_json_str(ic_json_path(data, "cause/error")),
                             "result_too_large") ? 0 : -1;
        }

        nanosleep(&ts, NULL);
    }

    return -ctl_error("the inference did not end within %d s",
                      CTL_DEMO_INFER_MS / 1000);
}


static void
ctl_demo_told(ctl_demo_t *demo, const ic_json_t *result)
{
    unsigned          i;
    ic_str_t          id;
    const ic_json_t  *row, *label;

    ctl_demo_say(demo, "inference finished, %u scores:",
                 result != NULL ? result->count : 0);

    for (i = 0; result != NULL && i < CTL_DEMO_SHOWN && i < result->count;
         i++)
    {
        row = ic_json_at(result, i);
        label = ic_json_get(row, "label");
        id = ic_json_str(ic_json_get(row, demo->data.unique_id));
        ctl_demo_say(demo, "    %.*s  %.4f", (int) id.len, id.data,
                     label != NULL ? label->real : 0);
    }
}


static int
ctl_demo_boards(ctl_demo_t *demo)
{
    ic_str_t          path;
    const ic_json_t  *board;

    path = ic_str_fmt(demo->pool, "/model/board_url?order_id=%lld",
                      (long long) demo->order_id);
    board = ic_json_get(ctl_demo_call(demo, &demo->sandbox.nodes[0],
                                      (char *) path.data, NULL),
                        "board_url");

    if (board == NULL) {
        return -1;
    }

    for (board = board->child; board != NULL; board = board->next) {
        ctl_demo_say(demo, "user %.*s looks at %.*s", (int) board->key.len,
                     board->key.data, (int) board->text.len,
                     board->text.data);
    }

    return 0;
}
