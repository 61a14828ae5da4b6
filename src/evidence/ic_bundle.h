
/*
 * Bundles: what a log has about one subject and what belongs to it, for who
 * has not the log and need not see the rest of it. A file of lines, each a
 * JSON object in the one form that the writer gives it:
 *
 *   {"bundle":1,"about":..,"log_id":..,"node_id":..,"hash":..}
 *   {"head":..}                         the signed head (ic_head.h)
 *   {"credential":..}                   PEM; the first is that of the head
 *   {"cosigned":..,"proof":[..]}        a head that a partner has signed too,
 *                                       and that the first one goes on from it
 *   {"entry":..,"proof":[..]}           an entry, and that it is under the head
 *   {"entries":..,"sha256":..}          their number; of all bytes before
 *
 * Hashes of proofs are in hexadecimal (RFC 9162, 2.1.3 and 2.1.4). Each entry
 * names the one before it about its subject, so none is missing but behind
 * the last one.
 */


#ifndef _IC_BUNDLE_H_INCLUDED_
#define _IC_BUNDLE_H_INCLUDED_


#include <stdio.h>

#include "ic_verify.h"


#define IC_BUNDLE_VERSION      1
#define IC_BUNDLE_LINE         (512 * 1024)      /* bytes at most */
#define IC_BUNDLE_CREDENTIALS  128
#define IC_BUNDLE_COSIGNED     64

/* a partner's word for a head, which counts for the entries below its size */
typedef struct {
    char      node_id[IC_ID_MAX + 1];
    uint64_t  size;
    int64_t   time;
} ic_bundle_cosigned_t;

typedef struct {
    char                  about[IC_LOG_ERROR];
    uint64_t              entries;
    uint64_t              subjects;
    uint64_t              size;          /* of the head */
    unsigned              ncosigned;
    ic_bundle_cosigned_t  cosigned[IC_BUNDLE_COSIGNED];
    unsigned              uncompared;    /* heads kept elsewhere, of others */
} ic_bundle_told_t;


/*
 * Writes the bundle of a subject of the log in a folder, which is checked
 * before. As ic_verify_log(); also IC_VERIFY_INCOMPLETE when nothing is about
 * the subject.
 */
ic_verify_e ic_bundle_write(const char *dir, ic_str_t about, FILE *out,
    ic_bundle_told_t *told, ic_verify_result_t *result);

/* As ic_verify_log(), of the file verify->dir; a line that cannot be named by
 * its entry is by its number. */
ic_verify_e ic_bundle_verify(const ic_verify_t *verify,
    ic_bundle_told_t *told, ic_verify_result_t *result);

/* A file, as logs are not. */
bool ic_bundle_is(const char *path);


#endif /* _IC_BUNDLE_H_INCLUDED_ */
