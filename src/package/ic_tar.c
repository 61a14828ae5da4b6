
/*
 * The ustar format (POSIX.1-1988), the part of it that a package needs. What
 * another reader could understand differently is refused.
 */


#include <stdio.h>

#include "ic_tar.h"


#define TAR_BLOCK  512


typedef struct {
    char  name[100];
    char  mode[8];
    char  uid[8];
    char  gid[8];
    char  size[12];
    char  mtime[12];
    char  checksum[8];
    char  type;
    char  link[100];
    char  magic[8];                      /* "ustar", NUL, "00" */
    char  user[32];
    char  group[32];
    char  major[8];
    char  minor[8];
    char  prefix[155];
    char  rest[12];
} tar_header_t;

_Static_assert(sizeof(tar_header_t) == TAR_BLOCK, "a header is a block");


static int tar_entry(ic_tar_t *tar, ic_arena_t *arena, ic_str_t bytes,
    size_t *at, char *error, size_t size);
static const char *tar_header_wrong(const tar_header_t *header);
static int tar_octal(const char *text, size_t len, size_t *value);
static size_t tar_sum(const tar_header_t *header);
static bool tar_zeros(ic_str_t bytes, size_t from, size_t to);
static void tar_header(tar_header_t *header, const ic_tar_file_t *file);


bool
ic_tar_name_valid(ic_str_t name)
{
    size_t  i;

    static const char  letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                   "abcdefghijklmnopqrstuvwxyz0123456789._-";

    if (name.len == 0 || name.len > IC_TAR_NAME
        || strchr("._-", name.data[0]) != NULL)
    {
        return false;
    }

    for (i = 0; i < name.len; i++) {
        if (name.data[i] == '\0' || strchr(letters, name.data[i]) == NULL) {
            return false;
        }
    }

    return true;
}


int
ic_tar_read(ic_tar_t *tar, ic_arena_t *arena, ic_str_t bytes, char *error,
    size_t size)
{
    size_t  at;

    tar->n = 0;
    at = 0;

    if (bytes.len % TAR_BLOCK != 0) {
        snprintf(error, size, "it does not end with a whole block");
        return -1;
    }

    while (bytes.len - at >= 2 * TAR_BLOCK) {

        if (tar_zeros(bytes, at, at + TAR_BLOCK)) {

            if (tar_zeros(bytes, at, bytes.len)) {
                return 0;
            }

            snprintf(error, size, "there is something behind its end");
            return -1;
        }

        if (tar_entry(tar, arena, bytes, &at, error, size) != 0) {
            return -1;
        }
    }

    snprintf(error, size, "it is cut off");

    return -1;
}


static int
tar_entry(ic_tar_t *tar, ic_arena_t *arena, ic_str_t bytes, size_t *at,
    char *error, size_t size)
{
    size_t               len, whole;
    ic_str_t             name, data;
    const char          *wrong, *copy;
    const tar_header_t  *header;

    header = (const tar_header_t *) (bytes.data + *at);
    name = ic_str_n(header->name, strnlen(header->name, 100));
    *at += TAR_BLOCK;

    wrong = tar_header_wrong(header);

    if (wrong != NULL) {
        snprintf(error, size, "entry %u: %s", tar->n + 1, wrong);
        return -1;
    }

    copy = ic_str_z(arena, name);
    (void) tar_octal(header->size, sizeof(header->size), &len);
    whole = (len + TAR_BLOCK - 1) / TAR_BLOCK * TAR_BLOCK;

    if (copy == NULL) {
        snprintf(error, size, "memory is short");
        return -1;
    }

    if (whole > bytes.len - *at) {
        snprintf(error, size, "%s is longer than the archive", copy);
        return -1;
    }

    if (!tar_zeros(bytes, *at + len, *at + whole)) {
        snprintf(error, size, "%s has more bytes than it says", copy);
        return -1;
    }

    data = ic_str_n(bytes.data + *at, len);
    *at += whole;

    if (ic_tar_get(tar, copy).data != NULL) {
        snprintf(error, size, "%s is there twice", copy);
        return -1;
    }

    if (ic_tar_put(tar, copy, data) != 0) {
        snprintf(error, size, "there are more than %d files", IC_TAR_FILES);
        return -1;
    }

    return 0;
}


/* NULL if all is well. */

static const char *
tar_header_wrong(const tar_header_t *header)
{
    size_t  n;

    if (memcmp(header->magic, "ustar\00000", 8) != 0) {
        return "not in the ustar format";
    }

    if (tar_octal(header->checksum, sizeof(header->checksum), &n) != 0
        || n != tar_sum(header))
    {
        return "the checksum is wrong";
    }

    if (header->type != '0' && header->type != '\0') {
        return "a link, folder, device or extension, not a regular file";
    }

    if (header->prefix[0] != '\0' || header->link[0] != '\0'
        || !ic_tar_name_valid(ic_str_n(header->name,
                                       strnlen(header->name, 100))))
    {
        return "the name is not of letters, digits, dots and dashes";
    }

    if (tar_octal(header->size, sizeof(header->size), &n) != 0) {
        return "the size is no octal number";
    }

    return NULL;
}


/* Digits, then only spaces and NULs; 11 of them cannot overflow. */

static int
tar_octal(const char *text, size_t len, size_t *value)
{
    size_t  i;

    *value = 0;

    for (i = 0; i < len && text[i] >= '0' && text[i] <= '7'; i++) {
        *value = *value * 8 + (text[i] - '0');
    }

    if (i == 0 || i == len) {
        return -1;
    }

    for (/* void */; i < len; i++) {
        if (text[i] != ' ' && text[i] != '\0') {
            return -1;
        }
    }

    return 0;
}


/* The checksum's own field counts as spaces. */

static size_t
tar_sum(const tar_header_t *header)
{
    size_t         i, sum;
    const u_char  *bytes;

    bytes = (const u_char *) header;
    sum = 0;

    for (i = 0; i < TAR_BLOCK; i++) {
        sum += bytes[i];
    }

    for (i = 0; i < sizeof(header->checksum); i++) {
        sum += ' ' - (u_char) header->checksum[i];
    }

    return sum;
}


static bool
tar_zeros(ic_str_t bytes, size_t from, size_t to)
{
    for (/* void */; from < to; from++) {
        if (bytes.data[from] != 0) {
            return false;
        }
    }

    return true;
}


ic_str_t
ic_tar_write(const ic_tar_t *tar, ic_arena_t *arena)
{
    u_char    *p;
    size_t     len;
    ic_str_t   out;
    unsigned   i;

    len = 2 * TAR_BLOCK;

    for (i = 0; i < tar->n; i++) {
        len += TAR_BLOCK + (tar->files[i].data.len + TAR_BLOCK - 1)
                           / TAR_BLOCK * TAR_BLOCK;
    }

    p = ic_zalloc(arena, len);
    out = ic_str_n(p, (p != NULL) ? len : 0);

    if (p == NULL) {
        return out;
    }

    for (i = 0; i < tar->n; i++) {
        tar_header((tar_header_t *) p, &tar->files[i]);
        p += TAR_BLOCK;
        memcpy(p, tar->files[i].data.data, tar->files[i].data.len);
        p += (tar->files[i].data.len + TAR_BLOCK - 1) / TAR_BLOCK * TAR_BLOCK;
    }

    return out;
}


static void
tar_header(tar_header_t *header, const ic_tar_file_t *file)
{
    memcpy(header->name, file->name.data, file->name.len);
    strcpy(header->mode, ic_str_is(file->name, "component") ? "0000755"
                                                            : "0000644");
    strcpy(header->uid, "0000000");
    strcpy(header->gid, "0000000");
    snprintf(header->size, sizeof(header->size), "%011zo", file->data.len);
    strcpy(header->mtime, "00000000000");
    header->type = '0';
    memcpy(header->magic, "ustar\00000", sizeof(header->magic));
    snprintf(header->checksum, sizeof(header->checksum), "%06zo",
             tar_sum(header));
    header->checksum[7] = ' ';
}


ic_str_t
ic_tar_get(const ic_tar_t *tar, const char *name)
{
    unsigned  i;

    for (i = 0; i < tar->n; i++) {
        if (ic_str_is(tar->files[i].name, name)) {
            return tar->files[i].data;
        }
    }

    return ic_str(NULL);
}


int
ic_tar_put(ic_tar_t *tar, const char *name, ic_str_t data)
{
    unsigned  i;

    for (i = 0; i < tar->n; i++) {
        if (ic_str_is(tar->files[i].name, name)) {
            tar->files[i].data = data;
            return 0;
        }
    }

    if (tar->n == IC_TAR_FILES) {
        return -1;
    }

    tar->files[tar->n].name = ic_str(name);
    tar->files[tar->n].data = data;
    tar->n++;

    return 0;
}
