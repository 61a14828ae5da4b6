
/*
 * What parties say to each other: how many rows they have, and whether their
 * models are whole or pieces of one and the same. Only the pieces of a model
 * with scores lead to more messages.
 */


#include <stdlib.h>

#include "../../protocol/ic_agree.h"
#include "../../protocol/ic_align.h"
#include "../../protocol/ic_vertical_score.h"
#include "predict.h"


#define JOINT_SET  64

/* What a party has. */
enum {
    JOINT_WHOLE = 1,
    JOINT_PIECE
};


static int joint_tell(predict_t *predict);
static int joint_hear(predict_t *predict, unsigned i);
static int joint_complete(predict_t *predict);
static bool joint_has(const predict_t *predict, const char *party);
static const ic_party_t *joint_receiver(predict_t *predict);


static const char *const  predict_kinds[PREDICT_KINDS] = {
    NULL, "the start", "the model", "the ids", "the proof of the ids",
    "the keys of scores", "the masked scores", "the scores"
};

/* What all parties must have alike. */
static const char *const  predict_common[] = {
    "score_decimals", "tell_arbiter", "tell_rows", "tell_decimals", NULL
};


int
predict_agree(predict_t *predict)
{
    ic_str_t           common;
    unsigned           i, count;
    const ic_party_t  *parties;

    parties = ic_task_parties(predict->task, &count);
    predict->rows_of = ic_alloc(ic_task_arena(predict->task),
                                count * sizeof(int64_t));
    common = ic_settings_common(&predict->settings, predict_common);

    if (predict->rows_of == NULL || common.data == NULL) {
        return ic_task_fail(predict->task, "internal", NULL, 0,
                            "memory is short");
    }

    ic_wire_init(&predict->wire, predict->task, PREDICT_TOPIC,
                 PREDICT_VERSION, predict_kinds, PREDICT_KINDS);

    if (ic_agree(&predict->wire, common, predict->rows, predict->rows_of)
        != 0)
    {
        return -1;
    }

    if (predict->model == NULL) {
        return 0;
    }

    predict->joint = predict->scored && predict->model->piece != NULL;

    if (joint_tell(predict) != 0) {
        return -1;
    }

    for (i = 0; i < count; i++) {
        if (predict->rows_of[i] >= 0
            && strcmp(parties[i].name, ic_task_self(predict->task)->name)
               != 0
            && joint_hear(predict, i) != 0)
        {
            return -1;
        }
    }

    return predict->joint ? joint_complete(predict) : 0;
}


static int
joint_tell(predict_t *predict)
{
    int                rc;
    unsigned           i, count;
    ic_message_t       message;
    const ic_party_t  *parties;

    parties = ic_task_parties(predict->task, &count);

    for (rc = 0, i = 0; rc == 0 && i < count; i++) {

        if (predict->rows_of[i] < 0
            || strcmp(parties[i].name, ic_task_self(predict->task)->name)
               == 0)
        {
            continue;
        }

        ic_message_begin(&predict->wire, &message, PREDICT_MODEL, 0);
        ic_message_put_u8(&message, predict->joint ? JOINT_PIECE
                                                   : JOINT_WHOLE);
        ic_message_put_bytes(&message,
                             predict->joint ? predict->model->piece->set : "",
                             predict->joint ? JOINT_SET : 0);
        rc = ic_message_send(&message, &parties[i]);
    }

    return rc;
}


static int
joint_hear(predict_t *predict, unsigned i)
{
    int                rc;
    ic_str_t           set;
    unsigned           count, what;
    ic_message_t       message;
    const ic_party_t  *party;

    party = &ic_task_parties(predict->task, &count)[i];
    rc = ic_message_recv(&predict->wire, &message, party, PREDICT_MODEL, 0);

    if (rc == 0) {
        what = ic_message_get_u8(&message);
        set = ic_message_get_bytes(&message);
        rc = ic_message_whole(&message);

        if (rc == 0 && (what == JOINT_PIECE) != predict->joint) {
            rc = ic_task_fail(predict->task, "model_invalid", NULL, 0,
                              "%s has %s, %s %s", party->name,
                              predict->joint ? "a whole model"
                                             : "a piece of one",
                              ic_task_self(predict->task)->name,
                              predict->joint ? "a piece of one"
                                             : "a whole model");

        } else if (rc == 0 && predict->joint
                   && !ic_str_is(set, predict->model->piece->set))
        {
            rc = ic_task_fail(predict->task, "model_invalid", NULL, 0,
                              "%s has a piece of another model than %s",
                              party->name, ic_task_self(predict->task)->name);

        } else if (rc == 0 && predict->joint
                   && !joint_has(predict, party->name))
        {
            rc = ic_task_fail(predict->task, "model_invalid", NULL, 0,
                              "%s has rows, but no piece of the model",
                              party->name);
        }
    }

    ic_message_drop(&message);

    return rc;
}


/* Every owner of a piece is here, nobody else; rows are the same. */

static int
joint_complete(predict_t *predict)
{
    unsigned                 i, count, found;
    const ic_party_t        *parties;
    const ic_model_piece_t  *piece;

    found = 0;
    piece = predict->model->piece;
    parties = ic_task_parties(predict->task, &count);

    for (i = 0; i < count; i++) {

        if (predict->rows_of[i] < 0
            && strcmp(parties[i].role, "arbiter") != 0)
        {
            return ic_task_fail(predict->task, "model_missing", NULL, 0,
                                "%s has no rows, but the model is in pieces",
                                parties[i].name);
        }

        found += predict->rows_of[i] >= 0;
    }

    if (found != piece->nof) {
        return ic_task_fail(predict->task, "model_missing", NULL, 0,
                            "the model is in pieces of %u parties, here are "
                            "%u", piece->nof, found);
    }

    predict->receives = joint_receiver(predict)
                        == ic_task_self(predict->task);

    return ic_align(&predict->wire, PREDICT_ALIGN, predict->rows_of,
                    predict->table,
                    ic_setting_text(&predict->settings, "unique_id"));
}


static bool
joint_has(const predict_t *predict, const char *party)
{
    unsigned                 i;
    const ic_model_piece_t  *piece;

    piece = predict->model->piece;

    for (i = 0; i < piece->nof && strcmp(piece->of[i], party) != 0; i++) {
        /* void */
    }

    return i < piece->nof;
}


/* Scores are where the labels are. */

static const ic_party_t *
joint_receiver(predict_t *predict)
{
    return ic_task_party(predict->task, "guest.0");
}


int
predict_sum(predict_t *predict)
{
    ic_task_progress(predict->task, 60, "summing");

    return ic_vertical_score(&predict->wire, PREDICT_SCORE,
                             joint_receiver(predict), predict->scores,
                             predict->rows,
                             (unsigned) ic_setting_int(&predict->settings,
                                                       "score_decimals"));
}
