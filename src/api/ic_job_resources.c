
/*
 * What a task of a party may take of its node:
 * config.job_params.<role>.<n>.resources {cpu, memory, disk}.
 */


#include <stdio.h>

#include "../lib/ic_codec.h"
#include "ic_job_check.h"


#define RESOURCES_CPU_MAX   4096                     /* cores */
#define RESOURCES_SIZE_MIN  ((int64_t) 1 << 20)      /* bytes */
#define RESOURCES_SIZE_MAX  ((int64_t) 1 << 50)


static int ic_resources_of(const ic_json_t *party,
    ic_job_resources_t *resources, const char **wrong);
static int ic_resources_cpu(const ic_json_t *node, int64_t *value);
static int ic_resources_size(const ic_json_t *node, int64_t *value);


static const struct {
    const char   *name;
    size_t        offset;
    int         (*read)(const ic_json_t *node, int64_t *value);
} ic_resources[] = {
    { "cpu", offsetof(ic_job_resources_t, cpu), ic_resources_cpu },
    { "memory", offsetof(ic_job_resources_t, memory), ic_resources_size },
    { "disk", offsetof(ic_job_resources_t, disk), ic_resources_size },
    { NULL, 0, NULL }
};

static const struct {
    const char  *suffix;
    int64_t      bytes;
} ic_resources_units[] = {
    { "", 1 }, { "k", 1 << 10 }, { "m", 1 << 20 }, { "g", 1 << 30 },
    { "t", (int64_t) 1 << 40 }, { NULL, 0 }
};


int
ic_job_resources_check(ic_arena_t *arena, const ic_json_t *config,
    ic_job_fault_t *fault)
{
    const char          *wrong;
    const ic_json_t     *role, *party;
    ic_job_resources_t   resources;

    role = ic_json_get(config, "job_params");
    role = (role != NULL) ? role->child : NULL;

    for (/* void */; role != NULL; role = role->next) {

        if (role->type != IC_JSON_OBJECT) {
            continue;
        }

        for (party = role->child; party != NULL; party = party->next) {

            if (ic_resources_of(party, &resources, &wrong) == 0) {
                continue;
            }

            fault->error = IC_E_invalid_config;
            fault->detail = ic_str_fmt(arena, "job_params.%.*s.%.*s."
                "resources%s: %s", (int) role->key.len, role->key.data,
                (int) party->key.len, party->key.data, wrong,
                (strcmp(wrong, ".cpu") == 0)
                ? "must be cores, 0.01 to 4096, or -1: no limit"
                : (*wrong == '.')
                  ? "must be bytes, or as \"512m\" (k, m, g, t), 1m at "
                    "least, or -1: no limit"
                  : "must be an object");
            return -1;
        }
    }

    return 0;
}


void
ic_job_resources(const ic_json_t *config, const char *party,
    ic_job_resources_t *resources)
{
    char         path[128], *dot;
    const char  *wrong;

    snprintf(path, sizeof(path), "job_params/%s", party);
    dot = strrchr(path, '.');

    if (dot != NULL) {
        *dot = '/';
    }

    (void) ic_resources_of(ic_json_path(config, path), resources, &wrong);
}


/* wrong: "", or "." and the name of the member. */

static int
ic_resources_of(const ic_json_t *party, ic_job_resources_t *resources,
    const char **wrong)
{
    int64_t          *value;
    unsigned          n;
    const ic_json_t  *list, *node;

    resources->cpu = -1;
    resources->memory = -1;
    resources->disk = -1;

    list = (party != NULL && party->type == IC_JSON_OBJECT)
           ? ic_json_get(party, "resources") : NULL;

    if (list == NULL) {
        return 0;
    }

    if (list->type != IC_JSON_OBJECT) {
        *wrong = "";
        return -1;
    }

    for (n = 0; ic_resources[n].name != NULL; n++) {
        node = ic_json_get(list, ic_resources[n].name);
        value = (int64_t *) ((char *) resources + ic_resources[n].offset);

        if (node == NULL
            || (node->type == IC_JSON_INT && node->num == -1)
            || ic_resources[n].read(node, value) == 0)
        {
            continue;
        }

        *value = -1;
        *wrong = (n == 0) ? ".cpu" : (n == 1) ? ".memory" : ".disk";
        return -1;
    }

    return 0;
}


/* In thousandths. */

static int
ic_resources_cpu(const ic_json_t *node, int64_t *value)
{
    if ((node->type != IC_JSON_INT && node->type != IC_JSON_NUM)
        || node->real < 0.01 || node->real > RESOURCES_CPU_MAX)
    {
        return -1;
    }

    *value = (int64_t) (node->real * 1000 + 0.5);

    return 0;
}


static int
ic_resources_size(const ic_json_t *node, int64_t *value)
{
    size_t    digits;
    int64_t   n;
    ic_str_t  text;
    unsigned  i;

    if (node->type == IC_JSON_INT) {
        n = node->num;
        i = 0;

    } else if (node->type == IC_JSON_STR) {
        text = node->text;

        for (digits = 0; digits < text.len; digits++) {
            if (text.data[digits] < '0' || text.data[digits] > '9') {
                break;
            }
        }

        if (ic_str_int(ic_str_n(text.data, digits), &n) != 0) {
            return -1;
        }

        text.data += digits;
        text.len -= digits;

        for (i = 0; ic_resources_units[i].suffix != NULL; i++) {
            if (ic_str_is(text, ic_resources_units[i].suffix)) {
                break;
            }
        }

    } else {
        return -1;
    }

    if (ic_resources_units[i].suffix == NULL
        || n > RESOURCES_SIZE_MAX / ic_resources_units[i].bytes
        || n * ic_resources_units[i].bytes < RESOURCES_SIZE_MIN)
    {
        return -1;
    }

    *value = n * ic_resources_units[i].bytes;

    return 0;
}
