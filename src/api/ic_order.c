
/* What orders of the federated-learning service have in common. */


#include "ic_order.h"


int
ic_order_number(const ic_json_t *value, int64_t *n)
{
    if (value == NULL) {
        return -1;
    }

    if (value->type == IC_JSON_INT) {
        *n = value->num;
        return 0;
    }

    return value->type == IC_JSON_STR ? ic_str_int(value->text, n) : -1;
}


const ic_order_user_t *
ic_order_user(ic_arena_t *arena, const ic_json_t *value, const char *name,
    const ic_order_user_t *users, unsigned nusers, ic_str_t self,
    ic_str_t *message)
{
    int64_t   id;
    unsigned  u;

    if (value == NULL) {
        *message = ic_str_fmt(arena, "%s: is required", name);
        return NULL;
    }

    if (ic_order_number(value, &id) != 0) {
        *message = ic_str_fmt(arena, "%s: must be a number", name);
        return NULL;
    }

    for (u = 0; u < nusers && users[u].user_id != id; u++) { /* void */ }

    if (u == nusers || ic_str_eq(users[u].node_id, self)) {
        *message = ic_str_fmt(arena, "%s: %lld is %s", name, (long long) id,
                              u == nusers ? "unknown" : "the coordinator");
        return NULL;
    }

    return &users[u];
}


int
ic_order_known(ic_arena_t *arena, const ic_json_t *object,
    const char *const *names, const char *prefix, ic_str_t *message)
{
    const ic_json_t    *item;
    const char *const  *name;

    for (item = object->child; item != NULL; item = item->next) {

        for (name = names; *name != NULL; name++) {
            if (ic_str_is(item->key, *name)) {
                break;
            }
        }

        if (*name == NULL) {
            *message = ic_str_fmt(arena, "%s%.*s: is unknown", prefix,
                                  (int) item->key.len, item->key.data);
            return -1;
        }
    }

    return 0;
}


ic_str_t
ic_order_dag(ic_arena_t *arena, const char *component, const char *output)
{
    ic_json_out_t          out;
    const ic_component_t  *known;

    known = ic_component(ic_str(component));

    ic_out_init(&out, arena);
    ic_out_object(&out, NULL);
    ic_out_z(&out, "version", "2.0.0");
    ic_out_array(&out, "components");
    ic_out_object(&out, NULL);
    ic_out_str(&out, "name", ic_str_fmt(arena, "%s_0", known->name));
    ic_out_z(&out, "componentName", known->name);
    ic_out_z(&out, "provider", known->provider);
    ic_out_z(&out, "version", known->version);
    ic_out_array(&out, "input");
    ic_out_array_end(&out);
    ic_out_array(&out, "output");
    ic_out_object(&out, NULL);
    ic_out_z(&out, "type", output);
    ic_out_z(&out, "key", output);
    ic_out_object_end(&out);
    ic_out_array_end(&out);
    ic_out_object_end(&out);
    ic_out_array_end(&out);
    ic_out_object_end(&out);

    return ic_out_text(&out);
}


void
ic_order_begin(ic_json_out_t *out, ic_arena_t *arena, ic_str_t self)
{
    ic_out_init(out, arena);
    ic_out_object(out, NULL);
    ic_out_z(out, "version", "2.0.0");
    ic_out_object(out, "initiator");
    ic_out_z(out, "role", "arbiter");
    ic_out_str(out, "node_id", self);
    ic_out_object_end(out);
    ic_out_object(out, "role");
}


void
ic_order_role(ic_json_out_t *out, const char *role, const ic_str_t *nodes,
    unsigned n)
{
    unsigned  i;

    ic_out_array(out, role);

    for (i = 0; i < n; i++) {
        ic_out_str(out, NULL, nodes[i]);
    }

    ic_out_array_end(out);
}


void
ic_order_roles_end(ic_json_out_t *out, ic_str_t self)
{
    ic_order_role(out, "arbiter", &self, 1);
    ic_out_object_end(out);

    ic_out_object(out, "job_params");
    ic_out_object(out, "common");
    ic_out_z(out, "sync_type", "callback");
    ic_out_object_end(out);
    ic_out_object_end(out);

    ic_out_object(out, "task_params");
    ic_out_object(out, "common");
}


void
ic_order_common_end(ic_json_out_t *out)
{
    ic_out_object_end(out);
}


ic_str_t
ic_order_end(ic_json_out_t *out)
{
    ic_out_object_end(out);
    ic_out_object_end(out);

    return ic_out_text(out);
}
