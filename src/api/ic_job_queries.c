
/* The texts that a job would run at one of its parties. */


#include "../lib/ic_codec.h"
#include "ic_job_check.h"
#include "ic_sql.h"


static const char *const  queries_parts[] = { "pos", "neg", NULL };


static void queries_of_steps(ic_arena_t *arena, const ic_json_t *steps,
    const ic_json_t *own, ic_json_out_t *out);
static void queries_of_step(ic_arena_t *arena, ic_str_t name,
    const ic_json_t *sql, ic_json_out_t *out);
static void queries_text(ic_arena_t *arena, ic_str_t name, const char *part,
    ic_str_t sql, ic_json_out_t *out);


ic_str_t
ic_job_queries(ic_arena_t *arena, const ic_json_t *config, ic_str_t self)
{
    int               i, n;
    ic_str_t          path;
    ic_json_out_t     out;
    ic_job_fault_t    fault;
    ic_job_party_t    parties[IC_JOB_MAX_PARTIES];
    const ic_json_t  *own;

    n = ic_config_parties(arena, config, parties, &fault);
    own = NULL;

    for (i = 0; i < n; i++) {
        if (ic_str_eq(parties[i].node_id, self)) {
            path = ic_str_fmt(arena, "task_params/%s/%u", parties[i].role,
                              parties[i].index);
            own = path.data != NULL
                  ? ic_json_path(config, (char *) path.data) : NULL;
        }
    }

    ic_out_init(&out, arena);
    ic_out_array(&out, NULL);
    queries_of_steps(arena, own, NULL, &out);
    queries_of_steps(arena, ic_json_path(config, "task_params/common"), own,
                     &out);
    ic_out_array_end(&out);

    return ic_out_text(&out);
}


/* Those of all parties give way to a party's own. */

static void
queries_of_steps(ic_arena_t *arena, const ic_json_t *steps,
    const ic_json_t *own, ic_json_out_t *out)
{
    ic_str_t          name;
    const ic_json_t  *step, *sql, *other;

    for (step = (steps != NULL) ? steps->child : NULL;
         step != NULL;
         step = step->next)
    {
        sql = ic_json_get(step, "data_sql");
        name = step->key;
        other = (own != NULL) ? own->child : NULL;

        while (other != NULL && !ic_str_eq(other->key, name)) {
            other = other->next;
        }

        if (sql != NULL && ic_json_get(step, "dataset_id") == NULL
            && ic_json_get(other, "data_sql") == NULL
            && ic_json_get(other, "dataset_id") == NULL)
        {
            queries_of_step(arena, name, sql, out);
        }
    }
}


static void
queries_of_step(ic_arena_t *arena, ic_str_t name, const ic_json_t *sql,
    ic_json_out_t *out)
{
    unsigned  n;

    if (sql->type == IC_JSON_STR) {
        queries_text(arena, name, "data_sql", ic_json_str(sql), out);
        return;
    }

    for (n = 0; queries_parts[n] != NULL; n++) {
        queries_text(arena, name, queries_parts[n],
                     ic_json_str(ic_json_get(sql, queries_parts[n])), out);
    }
}


/* What nobody can approve is asked of nobody. */

static void
queries_text(ic_arena_t *arena, ic_str_t name, const char *part,
    ic_str_t sql, ic_json_out_t *out)
{
    char            digest[65];
    ic_str_t        normal;
    ic_sql_fault_t  fault;

    if (sql.len == 0 || ic_sql_unsafe(sql, &fault)) {
        return;
    }

    normal = ic_sql_normal(arena, sql);

    if (normal.data == NULL) {
        return;
    }

    ic_sha256_hex(digest, normal.data, normal.len);

    ic_out_object(out, NULL);
    ic_out_z(out, "digest", digest);
    ic_out_str(out, "text", normal);
    ic_out_str(out, "task_name", name);
    ic_out_z(out, "part", part);
    ic_out_object_end(out);
}
