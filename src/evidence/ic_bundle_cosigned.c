
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>

#include "../trust/ic_cert.h"
#include "ic_bundle_cosigned.h"
#include "ic_verify_state.h"


#define COSIGNED_NAME        "interconn/"
#define COSIGNED_CREDENTIAL  65536


static int cosigned_file(const struct dirent *entry);
static ic_verify_e cosigned_notes(const char *dir, const char *name,
    ic_hasher_t *hasher, ic_arena_t *arena, const ic_head_t *head,
    ic_cosigned_t *list, unsigned *count, char *finding);
static ic_verify_e cosigned_note(ic_arena_t *arena, ic_str_t bytes,
    const ic_head_t *head, ic_cosigned_t *list, unsigned *count,
    char *finding);
static ic_verify_e cosigned_key(const char *dir, ic_arena_t *arena,
    ic_cosigned_t *cosigned, char *finding);


ic_verify_e
ic_cosigned_read(const char *dir, ic_hasher_t *hasher, ic_arena_t *arena,
    const ic_head_t *head, ic_cosigned_t *list, unsigned *count,
    char *finding)
{
    int              n, i;
    char             path[PATH_MAX];
    unsigned         k;
    ic_verify_e      rc;
    struct dirent  **files;

    *count = 0;
    (void) ic_log_path(dir, path, "cosigned");
    n = scandir(path, &files, cosigned_file, alphasort);

    if (n < 0) {
        return IC_VERIFY_GOOD;
    }

    rc = IC_VERIFY_GOOD;

    for (i = 0; i < n; i++) {
        if (rc == IC_VERIFY_GOOD) {
            rc = cosigned_notes(dir, files[i]->d_name, hasher, arena, head,
                                list, count, finding);
        }

        free(files[i]);
    }

    free(files);

    for (k = 0; k < *count && rc == IC_VERIFY_GOOD; k++) {
        rc = cosigned_key(dir, arena, &list[k], finding);
    }

    return rc;
}


static int
cosigned_file(const struct dirent *entry)
{
    return strlen(entry->d_name) == 16
           && strspn(entry->d_name, "0123456789abcdef") == 16;
}


static ic_verify_e
cosigned_notes(const char *dir, const char *name, ic_hasher_t *hasher,
    ic_arena_t *arena, const ic_head_t *head, ic_cosigned_t *list,
    unsigned *count, char *finding)
{
    char          path[PATH_MAX];
    ic_str_t      bytes;
    ic_hash_t     digest;
    ic_frames_t  *frames;
    ic_verify_e   rc;

    (void) ic_log_path(dir, path, "cosigned/%s", name);
    frames = ic_frames_open(path, 0);

    if (frames == NULL) {
        snprintf(finding, IC_LOG_ERROR, "cosigned/%s: %s", name,
                 strerror(errno));
        return IC_VERIFY_IMPOSSIBLE;
    }

    rc = IC_VERIFY_GOOD;

    while (rc == IC_VERIFY_GOOD
           && ic_frames_next(frames, hasher, &bytes, &digest) == 1)
    {
        rc = cosigned_note(arena, bytes, head, list, count, finding);
    }

    ic_frames_close(frames);

    return rc;
}


static ic_verify_e
cosigned_note(ic_arena_t *arena, ic_str_t bytes, const ic_head_t *head,
    ic_cosigned_t *list, unsigned *count, char *finding)
{
    unsigned       i;
    ic_str_t       note, name;
    ic_head_t      one;
    const char    *why;

    note = ic_str_dup(arena, bytes);
    why = (note.data == NULL) ? "memory is short"
          : ic_head_parse(arena, note, &one);

    if (why == NULL && !ic_str_eq(one.origin, head->origin)) {
        why = "is of another log";
    }

    if (why == NULL && (one.nsignatures != 1
                        || one.signatures[0].name.len
                           <= sizeof(COSIGNED_NAME) - 1))
    {
        why = "is not signed by one node";
    }

    if (why != NULL) {
        snprintf(finding, IC_LOG_ERROR, "a cosigned head of size %llu: %s",
                 (unsigned long long) one.size, why);
        return IC_VERIFY_TAMPERED;
    }

    /* of a later head, made since; that the log has it was verified */

    if (one.size > head->size) {
        return IC_VERIFY_GOOD;
    }

    name = one.signatures[0].name;

    for (i = 0; i < *count; i++) {
        if (ic_str_eq(list[i].head.signatures[0].name, name)) {
            break;
        }
    }

    if (i < *count && list[i].head.size > one.size) {
        return IC_VERIFY_GOOD;
    }

    if (i == IC_BUNDLE_COSIGNED) {
        return IC_VERIFY_GOOD;
    }

    *count += i == *count;
    list[i].note = note;
    list[i].head = one;

    return IC_VERIFY_GOOD;
}


/* Which of the credentials in keys/ it is by. */

static ic_verify_e
cosigned_key(const char *dir, ic_arena_t *arena, ic_cosigned_t *cosigned,
    char *finding)
{
    DIR            *folder;
    char            path[PATH_MAX];
    bool            found;
    ic_str_t        name;
    ic_verify_t     verify;
    struct dirent  *entry;

    memset(&verify, 0, sizeof(ic_verify_t));
    (void) ic_log_path(dir, path, "keys");
    folder = opendir(path);
    found = false;

    while (folder != NULL && !found && (entry = readdir(folder)) != NULL) {

        if (strlen(entry->d_name) != IC_HASH_HEX - 1) {
            continue;
        }

        name = ic_str(entry->d_name);
        cosigned->credential = ic_cosigned_credential(dir, arena, name);
        found = cosigned->credential.data != NULL
                && ic_cosigned_check(&verify, arena, &cosigned->head,
                                     cosigned->credential, &cosigned->who)
                   == NULL;
    }

    if (folder != NULL) {
        closedir(folder);
    }

    if (!found) {
        name = cosigned->head.signatures[0].name;
        snprintf(finding, IC_LOG_ERROR, "the head of size %llu with the "
                 "signature of %.*s: no credential in keys/ verifies it",
                 (unsigned long long) cosigned->head.size,
                 (int) (name.len < 200 ? name.len : 200), name.data);
        return IC_VERIFY_TAMPERED;
    }

    return IC_VERIFY_GOOD;
}


ic_str_t
ic_cosigned_credential(const char *dir, ic_arena_t *arena, ic_str_t digest)
{
    char             path[PATH_MAX], text[COSIGNED_CREDENTIAL];
    FILE            *file;
    size_t           n;
    static ic_str_t  none;

    if (ic_log_path(dir, path, "keys/%.*s", (int) digest.len, digest.data)
        != 0
        || (file = fopen(path, "re")) == NULL)
    {
        return none;
    }

    n = fread(text, 1, sizeof(text), file);
    fclose(file);

    return ic_str_dup(arena, ic_str_n(text, n));
}


bool
ic_cosigned_shares(const ic_cosigned_t *list, unsigned i, ic_str_t credential)
{
    unsigned  k;

    for (k = 0; k < i; k++) {
        if (ic_str_eq(list[k].credential, list[i].credential)) {
            return true;
        }
    }

    return ic_str_eq(credential, list[i].credential);
}


const char *
ic_cosigned_check(const ic_verify_t *verify, ic_arena_t *arena,
    const ic_head_t *head, ic_str_t credential, ic_bundle_cosigned_t *who)
{
    X509        *cert;
    size_t       len;
    EVP_PKEY    *key;
    ic_str_t     name, node_id;
    const char  *why;

    len = sizeof(COSIGNED_NAME) - 1;
    name = head->signatures[0].name;

    if (name.len <= len || name.len - len > IC_ID_MAX
        || memcmp(name.data, COSIGNED_NAME, len) != 0)
    {
        return "is not by a node";
    }

    node_id = ic_str_n(name.data + len, name.len - len);
    cert = ic_cert_parse(credential);
    key = ic_cert_public_key(credential);

    why = (key == NULL || !ic_head_signed(arena, head, name, key))
          ? "no credential verifies it"
          : ic_verify_certificate(verify, cert, node_id, head->time);

    X509_free(cert);
    EVP_PKEY_free(key);

    if (why != NULL) {
        return why;
    }

    snprintf(who->node_id, sizeof(who->node_id), "%.*s", (int) node_id.len,
             node_id.data);
    who->size = head->size;
    who->time = head->time;

    return NULL;
}
