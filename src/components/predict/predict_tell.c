
/*
 * Ids and scores for the one that asks. The job's parameters say so, so that
 * everybody who approves it knows; without them nothing is told.
 */


#include <math.h>

#include "../../lib/ic_codec.h"
#include "predict.h"


#define TELL_PARTY    "arbiter.0"
#define TELL_ID       1024           /* bytes of an id */
#define TELL_BYTES    (1024 * 1024)  /* of all ids */


static const char *tell_column(const predict_t *predict);
static int tell_ids(predict_t *predict, const char *name, int column);
static void tell_digest(const ic_message_t *message, char digest[65]);
static int tell_hear(predict_t *predict, const ic_party_t *from,
    int64_t rows, ic_json_out_t *out);
static int tell_row(predict_t *predict, ic_message_t *message,
    const char *column, ic_json_out_t *out);
static double tell_rounded(const predict_t *predict, double score);


int
predict_tell_check(predict_t *predict)
{
    int          column;
    int64_t      most;
    const char  *name;

    name = tell_column(predict);
    column = name != NULL ? ic_table_find(predict->table, name) : -1;

    if (name == NULL || strcmp(name, "label") == 0) {
        return ic_task_fail(predict->task, "bad_parameter", NULL, 0,
                            "tell_arbiter: unique_id must be a column, and "
                            "not \"label\"");
    }

    if (column == -1) {
        return ic_task_fail(predict->task, "data_missing_column", name, 0,
                            "the data has no column \"%s\"", name);
    }

    if (ic_task_party(predict->task, TELL_PARTY) == NULL) {
        return ic_task_fail(predict->task, "bad_parameter", NULL, 0,
                            "tell_arbiter: the job has no arbiter");
    }

    most = ic_setting_int(&predict->settings, "tell_rows");

    if (predict->rows == 0) {
        return ic_task_fail(predict->task, "data_empty", NULL, 0,
                            "the query gives no row");
    }

    if (predict->rows > most) {
        return ic_task_fail(predict->task, "result_too_large", NULL, 0,
                            "the query gives %lld rows, at most %lld are "
                            "told", (long long) predict->rows,
                            (long long) most);
    }

    return tell_ids(predict, name, column);
}


static int
tell_ids(predict_t *predict, const char *name, int column)
{
    size_t       bytes;
    int64_t      row;
    const char  *code, *id;

    for (bytes = 0, row = 0; row < predict->rows; row++) {
        id = ic_table_text(predict->table, row, column);
        bytes += id != NULL ? strlen(id) : 0;

        code = id == NULL ? "data_null_value"
               : !ic_utf8_valid(ic_str(id)) ? "data_unreadable"
               : strlen(id) > TELL_ID || bytes > TELL_BYTES
                 ? "result_too_large" : NULL;

        if (code != NULL) {
            return ic_task_fail(predict->task, code, name, row + 1,
                                "row %lld: an id must be of 1 to %d bytes "
                                "of UTF-8, all together of at most %d",
                                (long long) row + 1, TELL_ID, TELL_BYTES);
        }
    }

    return 0;
}


/* Of this party: as the job names it, else as the model does. */

static const char *
tell_column(const predict_t *predict)
{
    const char  *name;

    name = ic_setting_text(&predict->settings, "unique_id");

    return name != NULL || predict->model == NULL
           ? name : predict->model->unique_id;
}


int
predict_tell(predict_t *predict, bool scores)
{
    int           column;
    int64_t       row;
    const char   *id, *name;
    ic_message_t  message;

    name = tell_column(predict);
    column = ic_table_find(predict->table, name);

    ic_message_begin(&predict->wire, &message, PREDICT_TELL, 0);
    ic_message_put_bytes(&message, name, strlen(name));
    ic_message_put_u32(&message, scores ? (uint32_t) predict->rows : 0);

    for (row = 0; scores && row < predict->rows; row++) {
        id = ic_table_text(predict->table, row, column);
        ic_message_put_bytes(&message, id, strlen(id));
        ic_message_put_double(&message,
                              tell_rounded(predict, predict->scores[row]));
    }

    predict->told = scores ? predict->rows : 0;
    tell_digest(&message, predict->told_digest);

    return ic_message_send(&message, ic_task_party(predict->task,
                                                   TELL_PARTY));
}


/*
 * Both reports have it, and the evidence of both nodes has the reports'
 * digests: neither can later name other scores.
 */

static void
tell_digest(const ic_message_t *message, char digest[65])
{
    digest[0] = '\0';

    if (!message->failed) {
        ic_sha256_hex(digest, message->data + IC_MESSAGE_HEADER,
                      message->len - IC_MESSAGE_HEADER);
    }
}


static double
tell_rounded(const predict_t *predict, double score)
{
    double  unit;

    if (ic_setting(&predict->settings, "tell_decimals") == NULL) {
        return score;
    }

    unit = pow(10, (double) ic_setting_int(&predict->settings,
                                           "tell_decimals"));

    /* of so large ones no decimal is known */

    return fabs(score) < 1e15 / unit ? round(score * unit) / unit : score;
}


int
predict_hear(predict_t *predict)
{
    int                rc;
    unsigned           i, count;
    ic_json_out_t      out;
    const ic_party_t  *parties;

    parties = ic_task_parties(predict->task, &count);
    ic_out_init(&out, ic_task_arena(predict->task));
    ic_out_object(&out, NULL);
    ic_out_z(&out, "algorithm", "predict");
    ic_out_array(&out, "told");

    for (rc = 0, i = 0; rc == 0 && i < count; i++) {
        if (predict->rows_of[i] >= 0) {
            rc = tell_hear(predict, &parties[i], predict->rows_of[i], &out);
        }
    }

    if (rc != 0) {
        return -1;
    }

    ic_out_array_end(&out);
    ic_out_object_end(&out);

    return predict_done(predict, &out);
}


/*
 * {"party":"guest.0","rows":n,"sha256":hex,
 *  "scores":[{"label":p,"<column>":"id"}]}
 */

static int
tell_hear(predict_t *predict, const ic_party_t *from, int64_t rows,
    ic_json_out_t *out)
{
    int            rc;
    char           digest[65];
    ic_str_t       name;
    uint32_t       count;
    const char    *column;
    ic_message_t   message;

    rc = ic_message_recv(&predict->wire, &message, from, PREDICT_TELL, 0);

    if (rc == 0) {
        name = ic_message_get_bytes(&message);
        count = ic_message_get_u32(&message);
        column = name.len > 0 && name.len < 256 && ic_utf8_valid(name)
                 && memchr(name.data, '\0', name.len) == NULL
                 ? ic_str_z(ic_task_arena(predict->task), name) : NULL;

        if (column == NULL || strcmp(column, "label") == 0
            || (count != 0 && count != rows)
            || count > ic_setting_int(&predict->settings, "tell_rows"))
        {
            rc = ic_task_fail(predict->task, "peer_protocol", NULL, 0,
                              "%s: the scores are not of its rows",
                              from->name);
        }
    }

    if (rc == 0) {
        ic_out_object(out, NULL);
        ic_out_z(out, "party", from->name);
        ic_out_int(out, "rows", count);
        tell_digest(&message, digest);
        ic_out_z(out, "sha256", digest);
        ic_out_array(out, "scores");

        for ( /* void */ ; rc == 0 && count > 0; count--) {
            rc = tell_row(predict, &message, column, out);
        }

        ic_out_array_end(out);
        ic_out_object_end(out);
    }

    if (rc == 0) {
        rc = ic_message_whole(&message);
    }

    ic_message_drop(&message);

    return rc;
}


static int
tell_row(predict_t *predict, ic_message_t *message, const char *column,
    ic_json_out_t *out)
{
    double    score;
    ic_str_t  id;

    id = ic_message_get_bytes(message);
    score = ic_message_get_double(message);

    if (message->failed || id.len > TELL_ID || !ic_utf8_valid(id)
        || !isfinite(score))
    {
        return ic_task_fail(predict->task, "peer_protocol", NULL, 0,
                            "%s: a score that is none",
                            message->from->name);
    }

    ic_out_object(out, NULL);
    ic_out_num(out, "label", score);
    ic_out_str(out, column, id);
    ic_out_object_end(out);

    return 0;
}
