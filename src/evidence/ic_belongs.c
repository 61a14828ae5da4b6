
#include <search.h>
#include <stdlib.h>

#include "ic_belongs.h"


#define BELONGS_LINKS  1024      /* to begin with */


/* A subject that entries are about or name. */
typedef struct belongs_subject_s  belongs_subject_t;

struct belongs_subject_s {
    belongs_subject_t  *next;            /* of those found */
    size_t              children;        /* the first link, 1 on; 0: none */
    bool                told;            /* an entry is about it */
    bool                found;
    char                name[];
};

typedef struct {
    belongs_subject_t  *child;
    size_t              next;            /* of the same parent */
} belongs_link_t;

struct ic_belongs_s {
    void               *subjects;        /* tsearch() */
    belongs_link_t     *links;
    size_t              nlinks;
    size_t              size;
    belongs_subject_t  *last;            /* child and parent of the last */
    belongs_subject_t  *last_parent;
    ic_arena_t         *arena;           /* of one entry */
};


/* kind of the subject, member, what the member's text has in front of it */
static const struct {
    const char  *kind;
    const char  *member;
    const char  *prefix;         /* NULL: it names a resource */
} belongs_members[] = {
    { "audit:", "contract_id", "contract:" },
    { "audit:", "resource", NULL },
    { "permit:", "contract_id", "contract:" },
    { "permit:", "resource", NULL },
    { "permit:", "audit", "" },
    { "query:", "contract_id", "contract:" },
    { "query:", "job_id", "job:" },
    { "job:", "project_id", "object:project:" },
    { "job:", "flow_id", "object:flow:" },
    { "task:", "job_id", "job:" },
    { "ptask:", "job_id", "job:" },
    { "order:", "job_id", "job:" },
    { "object:", "project_id", "object:project:" },
    { "object:", "job_id", "job:" },
    { "object:", "task_id", "task:" },
    { "timetable:", "flow_id", "object:flow:" },
    { "escrow:", "job_id", "job:" }
};


static int belongs_link(ic_belongs_t *belongs, belongs_subject_t *child,
    belongs_subject_t *parent);
static belongs_subject_t *belongs_subject(ic_belongs_t *belongs,
    ic_str_t name);
static int belongs_compare(const void *one, const void *other);
static void belongs_walk(const void *node, VISIT which, void *data);


ic_belongs_t *
ic_belongs(void)
{
    ic_belongs_t  *belongs;

    belongs = calloc(1, sizeof(ic_belongs_t));
    if (belongs == NULL) {
        return NULL;
    }

    belongs->arena = ic_pool_create();
    belongs->size = BELONGS_LINKS;
    belongs->nlinks = 1;
    belongs->links = calloc(belongs->size, sizeof(belongs_link_t));

    if (belongs->arena == NULL || belongs->links == NULL) {
        ic_belongs_free(belongs);
        return NULL;
    }

    return belongs;
}


void
ic_belongs_free(ic_belongs_t *belongs)
{
    if (belongs == NULL) {
        return;
    }

    if (belongs->arena != NULL) {
        ic_pool_destroy(belongs->arena);
    }

    tdestroy(belongs->subjects, free);
    free(belongs->links);
    free(belongs);
}


int
ic_belongs_entry(ic_belongs_t *belongs, const ic_entry_t *entry)
{
    size_t              i, len;
    ic_str_t            name, text;
    belongs_subject_t  *subject, *other;

    ic_pool_reset(belongs->arena);
    subject = belongs_subject(belongs, entry->subject);

    if (subject == NULL) {
        return -1;
    }

    subject->told = true;

    for (i = 0; i < sizeof(belongs_members) / sizeof(belongs_members[0]);
         i++)
    {
        len = strlen(belongs_members[i].kind);

        if (entry->subject.len < len
            || memcmp(entry->subject.data, belongs_members[i].kind, len) != 0)
        {
            continue;
        }

        text = ic_json_str(ic_json_get(entry->members,
                                       belongs_members[i].member));
        if (text.len == 0) {
            continue;
        }

        name = (belongs_members[i].prefix == NULL)
               ? ic_belongs_resource(belongs->arena, text)
               : ic_str_fmt(belongs->arena, "%s%.*s",
                            belongs_members[i].prefix, (int) text.len,
                            text.data);
        other = (name.data == NULL) ? NULL : belongs_subject(belongs, name);

        if (other == NULL || belongs_link(belongs, subject, other) != 0) {
            return -1;
        }
    }

    if (!ic_str_is(entry->code, "CONTRACT_ACCEPTED")) {
        return 0;
    }

    /* what it was called before the partner gave it an id */

    text = ic_json_str(ic_json_get(entry->members, "handle"));
    name = ic_str_fmt(belongs->arena, "contract:%.*s", (int) text.len,
                      text.data);
    other = (name.data == NULL) ? NULL : belongs_subject(belongs, name);

    return (other == NULL) ? -1 : belongs_link(belongs, other, subject);
}


ic_str_t
ic_belongs_resource(ic_arena_t *arena, ic_str_t resource)
{
    size_t                    i, len;
    static const char *const  kinds[] = { "dataset:", "model:", "flow:",
                                          "project:", "component:" };

    for (i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
        len = strlen(kinds[i]);

        if (resource.len > len && memcmp(resource.data, kinds[i], len) == 0) {
            return ic_str_fmt(arena, "object:%.*s", (int) resource.len,
                              resource.data);
        }
    }

    return ic_str_dup(arena, resource);
}


static int
belongs_link(ic_belongs_t *belongs, belongs_subject_t *child,
    belongs_subject_t *parent)
{
    belongs_link_t  *links;

    /* entries about a task name its job one after the other */

    if (child == parent
        || (child == belongs->last && parent == belongs->last_parent))
    {
        return 0;
    }

    if (belongs->nlinks == belongs->size) {
        links = reallocarray(belongs->links, belongs->size * 2,
                             sizeof(belongs_link_t));
        if (links == NULL) {
            return -1;
        }

        belongs->links = links;
        belongs->size *= 2;
    }

    belongs->links[belongs->nlinks].child = child;
    belongs->links[belongs->nlinks].next = parent->children;
    parent->children = belongs->nlinks++;
    belongs->last = child;
    belongs->last_parent = parent;

    return 0;
}


size_t
ic_belongs_find(ic_belongs_t *belongs, ic_str_t name)
{
    size_t              i, count;
    belongs_subject_t  *subject, *end;

    subject = belongs_subject(belongs, name);

    if (subject == NULL || !subject->told) {
        return 0;
    }

    subject->found = true;
    end = subject;
    count = 1;

    for ( /* void */ ; subject != NULL; subject = subject->next) {

        for (i = subject->children; i != 0; i = belongs->links[i].next) {

            if (!belongs->links[i].child->found) {
                belongs->links[i].child->found = true;
                end->next = belongs->links[i].child;
                end = end->next;
                count += end->told;
            }
        }
    }

    return count;
}


bool
ic_belongs_has(const ic_belongs_t *belongs, ic_str_t name)
{
    bool                 found;
    belongs_subject_t   *key, **there;

    key = calloc(1, sizeof(belongs_subject_t) + name.len + 1);
    if (key == NULL) {
        return false;
    }

    memcpy(key->name, name.data, name.len);
    there = tfind(key, &belongs->subjects, belongs_compare);
    found = there != NULL && (*there)->found;
    free(key);

    return found;
}


const char *
ic_belongs_stranger(const ic_belongs_t *belongs)
{
    const char  *stranger;

    stranger = NULL;
    twalk_r(belongs->subjects, belongs_walk, &stranger);

    return stranger;
}


static void
belongs_walk(const void *node, VISIT which, void *data)
{
    const char              **stranger = data;
    const belongs_subject_t  *subject;

    subject = *(belongs_subject_t *const *) node;

    if ((which == postorder || which == leaf) && subject->told
        && !subject->found && *stranger == NULL)
    {
        *stranger = subject->name;
    }
}


/* The subject of that name, made where there is none; NULL: memory. */

static belongs_subject_t *
belongs_subject(ic_belongs_t *belongs, ic_str_t name)
{
    belongs_subject_t  *subject, **there;

    subject = calloc(1, sizeof(belongs_subject_t) + name.len + 1);
    if (subject == NULL) {
        return NULL;
    }

    memcpy(subject->name, name.data, name.len);
    there = tsearch(subject, &belongs->subjects, belongs_compare);

    if (there == NULL || *there != subject) {
        free(subject);
    }

    return (there == NULL) ? NULL : *there;
}


static int
belongs_compare(const void *one, const void *other)
{
    const belongs_subject_t  *a = one, *b = other;

    return strcmp(a->name, b->name);
}
