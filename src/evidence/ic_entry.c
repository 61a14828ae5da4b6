
#include "../lib/ic_codec.h"
#include "ic_entry.h"


#define ENTRY_VERSION  1


static const char *entry_text_member(const ic_json_t *root, const char *name,
    ic_str_t *value);
static const char *entry_prev(const ic_json_t *root, ic_entry_t *entry);
static const char *entry_data(const ic_json_t *root, ic_entry_t *entry);


ic_str_t
ic_entry_text(ic_arena_t *arena, const ic_entry_t *entry)
{
    char             prev[65];
    unsigned         i;
    ic_str_t         text;
    ic_json_out_t    out;
    static ic_str_t  none;

    prev[0] = '\0';

    if (entry->has_prev) {
        ic_hex(prev, entry->prev.byte, sizeof(entry->prev.byte));
    }

    ic_out_init(&out, arena);
    ic_out_object(&out, NULL);
    ic_out_int(&out, "v", ENTRY_VERSION);
    ic_out_int(&out, "seq", (int64_t) entry->seq);
    ic_out_int(&out, "time", entry->time);
    ic_out_str(&out, "code", entry->code);
    ic_out_str(&out, "node", entry->node);
    ic_out_str(&out, "subject", entry->subject);

    if (entry->members != NULL) {
        ic_out_node(&out, "data", entry->members);

    } else {
        ic_out_object(&out, "data");

        for (i = 0; i < entry->ndata; i++) {
            ic_out_key(&out, entry->data[2 * i]);
            ic_out_str(&out, NULL, entry->data[2 * i + 1]);
        }

        ic_out_object_end(&out);
    }

    ic_out_str(&out, "src", entry->src);
    ic_out_z(&out, "prev", prev);
    ic_out_object_end(&out);

    text = ic_out_text(&out);

    return (text.len <= IC_ENTRY_MAX) ? text : none;
}


const char *
ic_entry_parse(ic_arena_t *arena, ic_str_t text, ic_entry_t *entry)
{
    ic_str_t          again;
    const char       *why;
    const ic_json_t  *root, *seq, *time;

    memset(entry, 0, sizeof(ic_entry_t));

    root = ic_json_parse(arena, text, NULL);
    if (root == NULL || root->type != IC_JSON_OBJECT) {
        return "not a JSON object";
    }

    seq = ic_json_get(root, "seq");
    time = ic_json_get(root, "time");

    if (seq == NULL || seq->type != IC_JSON_INT || seq->num < 0
        || time == NULL || time->type != IC_JSON_INT || time->num < 0)
    {
        return "seq or time is no number";
    }

    entry->seq = (uint64_t) seq->num;
    entry->time = time->num;

    if ((why = entry_text_member(root, "code", &entry->code)) != NULL
        || (why = entry_text_member(root, "node", &entry->node)) != NULL
        || (why = entry_text_member(root, "subject", &entry->subject)) != NULL
        || (why = entry_text_member(root, "src", &entry->src)) != NULL
        || (why = entry_prev(root, entry)) != NULL
        || (why = entry_data(root, entry)) != NULL)
    {
        return why;
    }

    again = ic_entry_text(arena, entry);

    if (again.data == NULL || !ic_str_eq(again, text)) {
        return "not in the form that entries are written in";
    }

    return NULL;
}


static const char *
entry_text_member(const ic_json_t *root, const char *name, ic_str_t *value)
{
    const ic_json_t  *member;

    member = ic_json_get(root, name);

    if (member == NULL || member->type != IC_JSON_STR
        || member->text.len == 0)
    {
        return "code, node, subject or src is no text";
    }

    *value = member->text;

    return NULL;
}


static const char *
entry_prev(const ic_json_t *root, ic_entry_t *entry)
{
    const ic_json_t  *prev;

    prev = ic_json_get(root, "prev");

    if (prev == NULL || prev->type != IC_JSON_STR) {
        return "prev is no text";
    }

    if (prev->text.len == 0) {
        return NULL;
    }

    entry->has_prev = true;

    return ic_unhex(entry->prev.byte, sizeof(entry->prev.byte), prev->text)
           == 0 ? NULL : "prev is no hash";
}


static const char *
entry_data(const ic_json_t *root, ic_entry_t *entry)
{
    const ic_json_t  *data, *member;

    data = ic_json_get(root, "data");

    if (data == NULL || data->type != IC_JSON_OBJECT) {
        return "data is no object";
    }

    for (member = data->child; member != NULL; member = member->next) {
        if (member->type != IC_JSON_STR) {
            return "a member of data is no text";
        }
    }

    entry->members = data;

    return NULL;
}
