
/*
 * Bodies in the words of others: fields under a second name, times in
 * seconds, small letters. Nothing of the standard's is left out, so whoever
 * knows the standard still understands.
 */


#include <ctype.h>

#include "interconnd_peer_words.h"


typedef struct {
    const ic_profile_t  *profile;
    const char          *path;
    ic_arena_t          *arena;
    ic_json_out_t        out;
} words_t;

typedef void (*words_pt)(words_t *words, const ic_json_t *object,
    const ic_json_t *member);

/* What a member of an object becomes, or what comes with it. */
typedef struct {
    const char          *path;           /* ends so; "": any */
    const char          *name;
    ic_speech_e          speech;
    u_char               is;
    words_pt             say;
    const char          *alias;
} words_rule_t;


static bool words_differ(const ic_profile_t *profile);
static void words_members(words_t *words, const ic_json_t *object);
static void words_member(words_t *words, const ic_json_t *object,
    const ic_json_t *member);
static const words_rule_t *words_rule(const words_t *words,
    const ic_json_t *member);
static void words_value(words_t *words, const ic_json_t *node);
static void words_alias(words_t *words, const ic_json_t *object,
    const ic_json_t *member, const char *alias);
static void words_flat(words_t *words, const ic_json_t *object,
    const ic_json_t *member);
static void words_component(words_t *words, const ic_json_t *object,
    const ic_json_t *member);
static void words_seconds(words_t *words, const ic_json_t *object,
    const ic_json_t *member);
static void words_lower(words_t *words, const ic_json_t *object,
    const ic_json_t *member);


static const words_rule_t  words_rules[] = {
    { "", "expired_time", IC_SPEAKS_TIME, IC_TIME_SECONDS, words_seconds,
      NULL },
    { "", "time_limit", IC_SPEAKS_TIME, IC_TIME_SECONDS, words_seconds,
      NULL },
    { "", "sync_type", IC_SPEAKS_SYNC, IC_SYNC_LOWER, words_lower, NULL },
    { "", "componentName", IC_SPEAKS_NAMES, IC_NAMES_BOTH, words_component,
      NULL },
    { "/node/update", "node_info", IC_SPEAKS_NAMES, IC_NAMES_BOTH,
      words_flat, NULL },
    { "/job/audit/apply", "config", IC_SPEAKS_NAMES, IC_NAMES_BOTH, NULL,
      "conf" },
    { "/model/audit/apply", "model_digest", IC_SPEAKS_NAMES, IC_NAMES_BOTH,
      NULL, "digest" },
    { "/project/audit/apply", "node_ids", IC_SPEAKS_NAMES, IC_NAMES_BOTH,
      NULL, "nodes" },
    { NULL, NULL, 0, 0, NULL, NULL }
};


ic_str_t
interconnd_peer_words(ic_arena_t *arena, const ic_profile_t *profile,
    const char *path, ic_str_t body)
{
    words_t     words;
    ic_json_t  *root;

    if (body.len == 0 || !words_differ(profile)) {
        return body;
    }

    root = ic_json_parse(arena, body, NULL);

    if (root == NULL || root->type != IC_JSON_OBJECT) {
        return body;
    }

    memset(&words, 0, sizeof(words_t));

    words.profile = profile;
    words.path = path;
    words.arena = arena;

    ic_out_init(&words.out, arena);
    ic_out_object(&words.out, NULL);
    words_members(&words, root);
    ic_out_object_end(&words.out);

    return ic_out_text(&words.out);
}


static bool
words_differ(const ic_profile_t *profile)
{
    const words_rule_t  *rule;

    for (rule = words_rules; rule->name != NULL; rule++) {
        if (profile->is[rule->speech] == rule->is) {
            return true;
        }
    }

    return false;
}


static void
words_members(words_t *words, const ic_json_t *object)
{
    const ic_json_t  *member;

    for (member = object->child; member != NULL; member = member->next) {
        words_member(words, object, member);
    }
}


static void
words_member(words_t *words, const ic_json_t *object,
    const ic_json_t *member)
{
    const words_rule_t  *rule;

    rule = words_rule(words, member);

    if (rule != NULL && rule->say != NULL) {
        rule->say(words, object, member);
        return;
    }

    ic_out_key(&words->out, member->key);
    words_value(words, member);

    if (rule != NULL) {
        words_alias(words, object, member, rule->alias);
    }
}


static const words_rule_t *
words_rule(const words_t *words, const ic_json_t *member)
{
    size_t               len, tail;
    const words_rule_t  *rule;

    len = strlen(words->path);

    for (rule = words_rules; rule->name != NULL; rule++) {
        tail = strlen(rule->path);

        if (words->profile->is[rule->speech] == rule->is
            && ic_str_is(member->key, rule->name)
            && len >= tail
            && strcmp(words->path + len - tail, rule->path) == 0)
        {
            return rule;
        }
    }

    return NULL;
}


static void
words_value(words_t *words, const ic_json_t *node)
{
    const ic_json_t  *item;

    switch (node->type) {

    case IC_JSON_OBJECT:
        ic_out_object(&words->out, NULL);
        words_members(words, node);
        ic_out_object_end(&words->out);
        break;

    case IC_JSON_ARRAY:
        ic_out_array(&words->out, NULL);

        for (item = node->child; item != NULL; item = item->next) {
            words_value(words, item);
        }

        ic_out_array_end(&words->out);
        break;

    default:
        ic_out_node(&words->out, NULL, node);
        break;
    }
}


/* The same once more under another name, unless that is there already. */
static void
words_alias(words_t *words, const ic_json_t *object,
    const ic_json_t *member, const char *alias)
{
    if (ic_json_get(object, alias) == NULL) {
        ic_out_key(&words->out, ic_str(alias));
        words_value(words, member);
    }
}


/* The object, and its members beside it. */
static void
words_flat(words_t *words, const ic_json_t *object,
    const ic_json_t *member)
{
    const ic_json_t  *inner;

    ic_out_key(&words->out, member->key);
    words_value(words, member);

    if (member->type != IC_JSON_OBJECT) {
        return;
    }

    for (inner = member->child; inner != NULL; inner = inner->next) {
        if (ic_json_get(object, ic_str_z(words->arena, inner->key)) == NULL) {
            words_member(words, member, inner);
        }
    }
}


/* Of a component in a DAG. */
static void
words_component(words_t *words, const ic_json_t *object,
    const ic_json_t *member)
{
    ic_out_node(&words->out, "componentName", member);
    words_alias(words, object, member, "code");
    words_alias(words, object, member, "module_name");
}


static void
words_seconds(words_t *words, const ic_json_t *object,
    const ic_json_t *member)
{
    ic_out_key(&words->out, member->key);

    if (member->type == IC_JSON_INT) {
        ic_out_int(&words->out, NULL, member->num / 1000);

    } else {
        words_value(words, member);
    }
}


static void
words_lower(words_t *words, const ic_json_t *object,
    const ic_json_t *member)
{
    size_t    i;
    ic_str_t  text;

    ic_out_key(&words->out, member->key);

    if (member->type != IC_JSON_STR) {
        words_value(words, member);
        return;
    }

    text = ic_str_dup(words->arena, member->text);

    for (i = 0; text.data != NULL && i < text.len; i++) {
        text.data[i] = (u_char) tolower(text.data[i]);
    }

    ic_out_str(&words->out, NULL, text);
}
