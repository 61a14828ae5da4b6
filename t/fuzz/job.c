
/*
 * What a job is made of, from a document with "dag", "config", "self" and
 * "params": checks of the front door, the scheduler's reading of what they
 * took, models and limits. A DAG that was taken has an order of its steps.
 */


#include "../../src/api/ic_infer.h"
#include "../../src/api/ic_limits.h"
#include "../../src/api/ic_train.h"
#include "../../src/daemon/interconnd_dag.h"
#include "../../src/protocol/ic_model.h"
#include "fuzz.h"


static ic_str_t
limit(void *data, const char *name)
{
    ic_json_t    *value;
    ic_arena_t   *arena;

    arena = *(ic_arena_t **) data;
    value = ic_json_get(((ic_json_t **) data)[1], name);

    return value == NULL ? ic_str_n(NULL, 0)
           : value->type == IC_JSON_STR ? value->text
                                        : ic_json_text(arena, value);
}


static void
limits(ic_arena_t *arena, ic_json_t *root)
{
    void               *data[2] = { arena, root };
    ic_str_t            scope;
    ic_limits_t         limits, same;
    ic_purpose_t        purpose;
    ic_limits_fault_t   fault;

    memset(&limits, 0, sizeof(limits));

    if (ic_limits_read(&limits, arena, limit, data, &fault) != 0) {
        FUZZ_TRUE(fault.field != NULL && fault.reason != NULL);
        return;
    }

    same = limits;
    FUZZ_TRUE(ic_limits_wider(&limits, &same) == NULL);
    (void) ic_limits_narrow(&same, arena, &limits, &fault);
    scope = ic_limits_scope(arena, &limits);
    FUZZ_TRUE(scope.data != NULL);

    /* who has no name is let in nowhere that names are asked for */
    memset(&purpose, 0, sizeof(purpose));
    purpose.algorithm = ic_str("psi");
    FUZZ_TRUE(limits.lists[IC_LIMIT_PROJECT].len == 0
              || ic_scope_refuses(scope, &purpose) != NULL);
}


static void
steps(ic_arena_t *arena, ic_json_t *dag, ic_json_t *config)
{
    unsigned            i, k;
    ic_str_t            detail;
    const char         *error;
    interconnd_dag_t   *made;

    made = interconnd_dag_parse(arena, ic_dag_text(arena, dag),
                                ic_json_text(arena, config), "hospital-a",
                                &error, &detail);

    if (made == NULL) {
        FUZZ_TRUE(error != NULL);
        return;
    }

    FUZZ_TRUE(made->nsteps >= 1 && made->nsteps <= IC_JOB_MAX_COMPONENTS);
    FUZZ_TRUE(made->nparties <= IC_JOB_MAX_PARTIES);

    for (i = 0; i < made->nsteps; i++) {
        for (k = 0; k < made->steps[i].ninputs; k++) {
            FUZZ_TRUE(made->steps[i].inputs[k] < made->nsteps
                      && made->steps[i].inputs[k] != i);
        }
    }
}


static void
orders(ic_arena_t *arena, ic_json_t *root)
{
    ic_str_t               message;
    ic_train_t             train;
    ic_infer_t             infer;
    const ic_order_user_t  users[] = {
        { 1, ic_string("hospital-a") }, { 2, ic_string("hospital-b") }
    };

    memset(&train, 0, sizeof(train));
    memset(&infer, 0, sizeof(infer));
    train.self = infer.self = ic_str("coordinator");
    infer.decimals = IC_INFER_DECIMALS;
    infer.rows = IC_INFER_ROWS;

    if (ic_train_check(arena, root, users, 2, &train, &message) == 0) {
        FUZZ_TRUE(ic_json_parse(arena, ic_train_config(arena, &train), NULL)
                  != NULL);
    }

    if (ic_infer_check(arena, root, users, 2, &infer, &message) == 0) {
        FUZZ_TRUE(ic_json_parse(arena, ic_infer_config(arena, &infer,
                                    ic_str("T1"), ic_json_parse(arena,
                                        ic_str("\"id\""), NULL)),
                                NULL)
                  != NULL);
    }
}


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    ic_json_t          *root, *dag, *config;
    ic_arena_t         *arena;
    ic_job_fault_t      fault;
    ic_model_fault_t    wrong;

    arena = ic_pool_create();
    root = ic_json_parse(arena, ic_str_n(data, size), NULL);

    if (root != NULL) {
        dag = ic_json_get(root, "dag");
        config = ic_json_get(root, "config");
        memset(&fault, 0, sizeof(fault));

        if (dag != NULL && config != NULL
            && ic_dag_check(arena, dag, &fault) == 0
            && ic_config_check(arena, dag, config, &fault) == 0)
        {
            steps(arena, dag, config);
            (void) ic_job_queries(arena, config, ic_str("hospital-a"));
        }

        limits(arena, root);
        orders(arena, root);
        memset(&wrong, 0, sizeof(wrong));
        FUZZ_TRUE(ic_model_read(arena, root, &wrong) != NULL
                  || wrong.code != NULL);
    }

    ic_pool_destroy(arena);

    return 0;
}
