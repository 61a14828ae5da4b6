
#include "../lib/ic_codec.h"
#include "ic_cert.h"
#include "ic_permit.h"
#include "ic_sign.h"


#define IC_PERMIT_PREFIX  "mp1"


typedef struct {
    ic_str_t  kid;
    ic_str_t  payload;
    ic_str_t  signature;
    ic_str_t  text;              /* what is signed */
} ic_permit_parts_t;

typedef struct {
    const char  *name;
    size_t       offset;
    bool         required;       /* else absent: "" or 0 */
} ic_permit_claim_t;


static bool ic_permit_complete(const ic_permit_t *permit);
static ic_str_t ic_permit_payload(ic_arena_t *arena,
    const ic_permit_t *permit);
static int ic_permit_split(ic_str_t token, ic_permit_parts_t *parts);
static bool ic_permit_char(u_char c);
static ic_str_t ic_permit_find_jti(ic_str_t payload);
static int ic_permit_claims(ic_arena_t *arena, ic_str_t payload,
    ic_permit_t *permit);
static int ic_permit_text(const ic_json_t *root,
    const ic_permit_claim_t *claim, ic_str_t *value);
static int ic_permit_number(const ic_json_t *root,
    const ic_permit_claim_t *claim, int64_t *value);


static const ic_permit_claim_t  ic_permit_strings[] = {
    { "aid", offsetof(ic_permit_t, audit_id), true },
    { "cid", offsetof(ic_permit_t, contract_id), true },
    { "cnf", offsetof(ic_permit_t, spki), true },
    { "iss", offsetof(ic_permit_t, node_id), true },
    { "jti", offsetof(ic_permit_t, jti), true },
    { "rid", offsetof(ic_permit_t, resource_id), true },
    { "rt",  offsetof(ic_permit_t, type), true },
    { "scp", offsetof(ic_permit_t, scope), false },
    { "sub", offsetof(ic_permit_t, holder), true },
    { NULL,  0, false }
};

static const ic_permit_claim_t  ic_permit_numbers[] = {
    { "byl", offsetof(ic_permit_t, bytes), false },
    { "exp", offsetof(ic_permit_t, expires), true },
    { "iat", offsetof(ic_permit_t, issued), true },
    { "rwl", offsetof(ic_permit_t, rows), false },
    { "tml", offsetof(ic_permit_t, uses), true },
    { NULL,  0, false }
};

static const ic_permit_claim_t  ic_permit_version = { "v", 0, true };


ic_str_t
ic_permit_mint(ic_arena_t *arena, const ic_permit_key_t *key,
    const ic_permit_t *permit)
{
    ic_str_t  payload, text, signature, token, none = ic_null_string;

    if (!ic_permit_complete(permit) || !ic_permit_issued(key, permit->jti)) {
        return none;
    }

    payload = ic_permit_payload(arena, permit);
    if (payload.data == NULL) {
        return none;
    }

    payload = ic_base64(arena, payload, true);
    if (payload.data == NULL) {
        return none;
    }

    text = ic_str_fmt(arena, IC_PERMIT_PREFIX ".%.*s.%.*s",
                      (int) key->kid.len, key->kid.data,
                      (int) payload.len, payload.data);
    if (text.data == NULL) {
        return none;
    }

    signature = ic_sign(arena, key->key, text);
    if (signature.data == NULL) {
        return none;
    }

    signature = ic_base64(arena, signature, true);
    if (signature.data == NULL) {
        return none;
    }

    token = ic_str_fmt(arena, "%.*s.%.*s", (int) text.len, text.data,
                       (int) signature.len, signature.data);

    return token.len <= IC_PERMIT_MAX ? token : none;
}


/*
 * A permit names its resource, both nodes, the audit and the contract. The
 * key of the holder is absent only without TLS (development mode).
 */

static bool
ic_permit_complete(const ic_permit_t *permit)
{
    return permit->type.len > 0
           && permit->resource_id.len > 0
           && permit->node_id.len > 0
           && permit->holder.len > 0
           && permit->audit_id.len > 0
           && permit->contract_id.len > 0
           && (permit->spki.len == 0 || permit->spki.len == IC_SPKI_HEX - 1)
           && permit->expires >= 0
           && permit->uses >= 0
           && permit->rows >= 0
           && permit->bytes >= 0
           && permit->issued >= 0;
}


/* Members in the order of their names; a limit that is none is no member. */

static ic_str_t
ic_permit_payload(ic_arena_t *arena, const ic_permit_t *permit)
{
    ic_json_out_t  out;

    ic_out_init(&out, arena);
    ic_out_object(&out, NULL);
    ic_out_str(&out, "aid", permit->audit_id);

    if (permit->bytes > 0) {
        ic_out_int(&out, "byl", permit->bytes);
    }

    ic_out_str(&out, "cid", permit->contract_id);
    ic_out_str(&out, "cnf", permit->spki);
    ic_out_int(&out, "exp", permit->expires);
    ic_out_int(&out, "iat", permit->issued);
    ic_out_str(&out, "iss", permit->node_id);
    ic_out_str(&out, "jti", permit->jti);
    ic_out_str(&out, "rid", permit->resource_id);
    ic_out_str(&out, "rt", permit->type);

    if (permit->rows > 0) {
        ic_out_int(&out, "rwl", permit->rows);
    }

    if (permit->scope.len > 0) {
        ic_out_str(&out, "scp", permit->scope);
    }

    ic_out_str(&out, "sub", permit->holder);
    ic_out_int(&out, "tml", permit->uses);
    ic_out_int(&out, "v", 1);
    ic_out_object_end(&out);

    return ic_out_text(&out);
}


const char *
ic_permit_verify(ic_arena_t *arena, const ic_permit_key_t *key,
    ic_str_t token, ic_permit_t *permit)
{
    ic_str_t           payload, signature, jti;
    ic_permit_parts_t  parts;

    memset(permit, 0, sizeof(ic_permit_t));

    if (ic_permit_split(token, &parts) != 0) {
        return "malformed";
    }

    if (!ic_str_eq(parts.kid, key->kid)) {
        return "unknown key";
    }

    payload = ic_unbase64(arena, parts.payload);
    signature = ic_unbase64(arena, parts.signature);

    if (payload.data == NULL || signature.data == NULL) {
        return "malformed";
    }

    jti = ic_permit_find_jti(payload);

    if (!ic_permit_issued(key, jti)) {
        return "not issued here";
    }

    if (!ic_sign_verify(key->key, parts.text, signature)) {
        return "bad signature";
    }

    if (ic_permit_claims(arena, payload, permit) != 0
        || !ic_str_eq(permit->jti, jti))
    {
        memset(permit, 0, sizeof(ic_permit_t));
        return "malformed";
    }

    return NULL;
}


/* Four parts of the URL-safe alphabet, none of them empty. */

static int
ic_permit_split(ic_str_t token, ic_permit_parts_t *parts)
{
    size_t     i, start;
    unsigned   n;
    ic_str_t   part[4];

    if (token.data == NULL || token.len > IC_PERMIT_MAX) {
        return -1;
    }

    n = 0;
    start = 0;

    for (i = 0; i <= token.len; i++) {

        if (i < token.len && token.data[i] != '.') {
            if (!ic_permit_char(token.data[i])) {
                return -1;
            }

            continue;
        }

        if (n == 4 || i == start) {
            return -1;
        }

        part[n++] = ic_str_n(token.data + start, i - start);
        start = i + 1;
    }

    if (n != 4 || !ic_str_is(part[0], IC_PERMIT_PREFIX)) {
        return -1;
    }

    parts->kid = part[1];
    parts->payload = part[2];
    parts->signature = part[3];
    parts->text = ic_str_n(token.data, token.len - part[3].len - 1);

    return 0;
}


static bool
ic_permit_char(u_char c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z')
           || (c >= '0' && c <= '9') || c == '-' || c == '_';
}


/*
 * Without parsing what nobody has vouched for yet: in our own payloads this
 * text is a member, quotes inside strings are escaped.
 */

static ic_str_t
ic_permit_find_jti(ic_str_t payload)
{
    size_t             i;
    ic_str_t           none = ic_null_string;
    static const char  name[] = "\"jti\":\"";

    for (i = 0; i + sizeof(name) - 1 + IC_PERMIT_JTI <= payload.len; i++) {
        if (memcmp(payload.data + i, name, sizeof(name) - 1) == 0) {
            return ic_str_n(payload.data + i + sizeof(name) - 1,
                            IC_PERMIT_JTI);
        }
    }

    return none;
}


static int
ic_permit_claims(ic_arena_t *arena, ic_str_t payload, ic_permit_t *permit)
{
    u_char                   *base;
    int64_t                   version;
    ic_json_t                *root;
    const ic_permit_claim_t  *claim;

    root = ic_json_parse(arena, payload, NULL);
    if (root == NULL || root->type != IC_JSON_OBJECT) {
        return -1;
    }

    base = (u_char *) permit;

    for (claim = ic_permit_strings; claim->name != NULL; claim++) {
        if (ic_permit_text(root, claim, (ic_str_t *) (base + claim->offset))
            != 0)
        {
            return -1;
        }
    }

    for (claim = ic_permit_numbers; claim->name != NULL; claim++) {
        if (ic_permit_number(root, claim, (int64_t *) (base + claim->offset))
            != 0)
        {
            return -1;
        }
    }

    if (ic_permit_number(root, &ic_permit_version, &version) != 0
        || version != 1)
    {
        return -1;
    }

    return ic_permit_complete(permit) ? 0 : -1;
}


static int
ic_permit_text(const ic_json_t *root, const ic_permit_claim_t *claim,
    ic_str_t *value)
{
    ic_json_t  *node;

    node = ic_json_get(root, claim->name);

    if (node == NULL && !claim->required) {
        *value = ic_str("");
        return 0;
    }

    if (node == NULL || node->type != IC_JSON_STR) {
        return -1;
    }

    *value = node->text;

    return 0;
}


static int
ic_permit_number(const ic_json_t *root, const ic_permit_claim_t *claim,
    int64_t *value)
{
    ic_json_t  *node;

    node = ic_json_get(root, claim->name);

    if (node == NULL && !claim->required) {
        *value = 0;
        return 0;
    }

    if (node == NULL || node->type != IC_JSON_INT) {
        return -1;
    }

    *value = node->num;

    return 0;
}


int
ic_permit_copy(ic_arena_t *arena, ic_permit_t *dst, const ic_permit_t *src)
{
    ic_str_t                 *field;
    const ic_permit_claim_t  *claim;

    *dst = *src;

    for (claim = ic_permit_strings; claim->name != NULL; claim++) {
        field = (ic_str_t *) ((u_char *) dst + claim->offset);
        *field = ic_str_dup(arena, *field);

        if (field->data == NULL) {
            return -1;
        }
    }

    return 0;
}
