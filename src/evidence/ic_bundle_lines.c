
#include "ic_bundle_lines.h"


/* by kind, the member that a line begins with */
static const char *const  lines_first[] = {
    "bundle", "head", "credential", "cosigned", "entry", "entries"
};


static void lines_proof(ic_json_out_t *out, const ic_bundle_line_t *line);
static const char *lines_read(const ic_json_t *root, ic_bundle_line_t *line);
static bool lines_hashes(const ic_json_t *root, ic_bundle_line_t *line);


ic_str_t
ic_bundle_line(ic_arena_t *arena, const ic_bundle_line_t *line)
{
    ic_json_out_t  out;

    ic_out_init(&out, arena);
    ic_out_object(&out, NULL);

    switch (line->kind) {

    case IC_BUNDLE_FIRST:
        ic_out_int(&out, "bundle", IC_BUNDLE_VERSION);
        ic_out_str(&out, "about", line->text);
        ic_out_str(&out, "log_id", line->log_id);
        ic_out_str(&out, "node_id", line->node_id);
        ic_out_str(&out, "hash", line->hash);
        break;

    case IC_BUNDLE_LAST:
        ic_out_int(&out, "entries", (int64_t) line->entries);
        ic_out_str(&out, "sha256", line->text);
        break;

    default:
        ic_out_str(&out, lines_first[line->kind], line->text);

        if (line->kind >= IC_BUNDLE_COSIGN) {
            lines_proof(&out, line);
        }
    }

    ic_out_object_end(&out);

    return ic_out_text(&out);
}


static void
lines_proof(ic_json_out_t *out, const ic_bundle_line_t *line)
{
    char      hex[IC_HASH_HEX];
    unsigned  i;

    ic_out_array(out, "proof");

    for (i = 0; i < line->count; i++) {
        ic_hex(hex, line->proof[i].byte, sizeof(line->proof[i].byte));
        ic_out_z(out, NULL, hex);
    }

    ic_out_array_end(out);
}


const char *
ic_bundle_parse(ic_arena_t *arena, ic_str_t text, ic_bundle_line_t *line)
{
    ic_str_t          again;
    unsigned          i;
    const char       *why;
    const ic_json_t  *root;

    memset(line, 0, sizeof(ic_bundle_line_t));
    root = ic_json_parse(arena, text, NULL);

    if (root == NULL || root->type != IC_JSON_OBJECT || root->child == NULL) {
        return "is not a JSON object";
    }

    for (i = 0; i <= IC_BUNDLE_LAST
                && !ic_str_is(root->child->key, lines_first[i]); i++)
    {
        /* void */
    }

    if (i > IC_BUNDLE_LAST) {
        return "is of no kind that is known";
    }

    line->kind = i;
    why = lines_read(root, line);

    if (why != NULL) {
        return why;
    }

    again = ic_bundle_line(arena, line);

    return (again.data != NULL && ic_str_eq(again, text)) ? NULL
           : "is not in the form that bundles are written in";
}


static const char *
lines_read(const ic_json_t *root, ic_bundle_line_t *line)
{
    const ic_json_t  *first;

    first = root->child;

    switch (line->kind) {

    case IC_BUNDLE_FIRST:
        line->text = ic_json_str(ic_json_get(root, "about"));
        line->log_id = ic_json_str(ic_json_get(root, "log_id"));
        line->node_id = ic_json_str(ic_json_get(root, "node_id"));
        line->hash = ic_json_str(ic_json_get(root, "hash"));

        return (first->type == IC_JSON_INT && first->num == IC_BUNDLE_VERSION)
               ? NULL : "is of a bundle of another version";

    case IC_BUNDLE_LAST:
        line->text = ic_json_str(ic_json_get(root, "sha256"));

        if (first->type != IC_JSON_INT || first->num < 0) {
            return "has no number of entries";
        }

        line->entries = (uint64_t) first->num;
        return NULL;

    default:
        line->text = ic_json_str(first);

        return (line->kind < IC_BUNDLE_COSIGN || lines_hashes(root, line))
               ? NULL : "has no proof";
    }
}


static bool
lines_hashes(const ic_json_t *root, ic_bundle_line_t *line)
{
    const ic_json_t  *proof, *node;

    proof = ic_json_get(root, "proof");

    if (proof == NULL || proof->type != IC_JSON_ARRAY
        || proof->count > IC_TREE_LEVELS)
    {
        return false;
    }

    for (node = proof->child; node != NULL; node = node->next) {
        if (ic_unhex(line->proof[line->count].byte,
                     sizeof(line->proof[0].byte), ic_json_str(node)) != 0)
        {
            return false;
        }

        line->count++;
    }

    return true;
}
