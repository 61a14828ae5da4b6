
#include <errno.h>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "../lib/ic_codec.h"
#include "ic_crl.h"
#include "ic_sign.h"


#define CRL_MAX     (64 * 1024 * 1024)       /* bytes of a file */
#define CRL_LOOK    1000                     /* ms */
#define CRL_SHARE   4                        /* of its time: a quarter */
#define CRL_NEVER   INT64_MAX


/* What tells one state of a file from another. */
typedef struct {
    ino_t            ino;
    off_t            size;
    struct timespec  time;
} crl_file_t;

struct ic_crl_s {
    char                *file;
    int64_t              grace;
    int64_t              looked;             /* ic_mono_ms() */
    int64_t              turn;               /* epoch ms: the next age */
    crl_file_t           is;                 /* what was read last */
    ic_crl_age_e         age;
    uint64_t             epoch;
    STACK_OF(X509_CRL)  *lists;
    X509_CRL            *judged;             /* one of them, in a check */
    char                 error[256];
};


static STACK_OF(X509_CRL) *crl_read(ic_crl_t *crl);
static STACK_OF(X509_CRL) *crl_lists(BIO *bio);
static STACK_OF(X509_CRL) *crl_der(BIO *bio);
static bool crl_stat(ic_crl_t *crl, crl_file_t *is);
static bool crl_is_same(const crl_file_t *a, const crl_file_t *b);
static bool crl_turns(ic_crl_t *crl);
static ic_crl_age_e crl_list_age(const ic_crl_t *crl, const X509_CRL *list,
    int64_t now, int64_t *turn);
static int64_t crl_time(const ASN1_TIME *time);
static X509_STORE_CTX *crl_context(ic_crl_t *crl, STACK_OF(X509) *chain,
    STACK_OF(X509) *trusted);
static int crl_judge(int ok, X509_STORE_CTX *ctx);
static bool crl_is_signed(X509_STORE_CTX *ctx, const X509_CRL *list);


static const char *const  crl_ages[] = {
    "is in time",
    "has less than a quarter of its time left: fetch the next one of its "
    "issuer",
    "is out of date and counts for the rest of its grace only: fetch the "
    "next one of its issuer",
    "is out of date: certificates of its issuer are refused until the next "
    "one is there"
};


ic_crl_t *
ic_crl_open(const char *file, int64_t grace, char *error, size_t size)
{
    ic_crl_t  *crl;

    crl = OPENSSL_zalloc(sizeof(ic_crl_t));

    if (crl != NULL) {
        crl->file = OPENSSL_strdup(file);
        crl->grace = grace;
        crl->epoch = 1;
        crl->looked = ic_mono_ms();
    }

    if (crl == NULL || crl->file == NULL) {
        snprintf(error, size, "memory is short");
        ic_crl_close(crl);
        return NULL;
    }

    if (crl_stat(crl, &crl->is)) {
        crl->lists = crl_read(crl);
    }

    if (crl->lists == NULL) {
        snprintf(error, size, "%s", crl->error);
        ic_crl_close(crl);
        return NULL;
    }

    (void) crl_turns(crl);

    return crl;
}


void
ic_crl_close(ic_crl_t *crl)
{
    if (crl != NULL) {
        sk_X509_CRL_pop_free(crl->lists, X509_CRL_free);
        OPENSSL_free(crl->file);
        OPENSSL_free(crl);
    }
}


ic_crl_news_e
ic_crl_look(ic_crl_t *crl)
{
    int64_t              now;
    crl_file_t           is;
    STACK_OF(X509_CRL)  *lists;

    now = ic_mono_ms();

    if (now - crl->looked < CRL_LOOK) {
        return IC_CRL_SAME;
    }

    crl->looked = now;

    /* one that is gone is an operator's affair once, not every second */

    if (!crl_stat(crl, &is)) {
        memset(&is, 0, sizeof(crl_file_t));
    }

    if (crl_is_same(&is, &crl->is)) {
        return crl_turns(crl) ? IC_CRL_AGED : IC_CRL_SAME;
    }

    crl->is = is;
    lists = is.size > 0 ? crl_read(crl) : NULL;

    if (lists == NULL) {
        return IC_CRL_BROKEN;
    }

    sk_X509_CRL_pop_free(crl->lists, X509_CRL_free);

    crl->lists = lists;
    crl->turn = 0;
    (void) crl_turns(crl);

    return IC_CRL_READ;
}


static bool
crl_stat(ic_crl_t *crl, crl_file_t *is)
{
    struct stat  st;

    if (stat(crl->file, &st) != 0) {
        snprintf(crl->error, sizeof(crl->error), "%s: %s", crl->file,
                 strerror(errno));
        return false;
    }

    if (!S_ISREG(st.st_mode) || st.st_size > CRL_MAX) {
        snprintf(crl->error, sizeof(crl->error), "%s: is no file of 64 MiB "
                 "at most", crl->file);
        return false;
    }

    memset(is, 0, sizeof(crl_file_t));

    is->ino = st.st_ino;
    is->size = st.st_size;
    is->time = st.st_mtim;

    if (is->size == 0) {
        snprintf(crl->error, sizeof(crl->error), "%s: is empty", crl->file);
    }

    return true;
}


static bool
crl_is_same(const crl_file_t *a, const crl_file_t *b)
{
    return a->ino == b->ino && a->size == b->size
           && a->time.tv_sec == b->time.tv_sec
           && a->time.tv_nsec == b->time.tv_nsec;
}


static STACK_OF(X509_CRL) *
crl_read(ic_crl_t *crl)
{
    BIO                 *bio;
    STACK_OF(X509_CRL)  *lists;

    ERR_set_mark();

    bio = BIO_new_file(crl->file, "r");
    lists = bio == NULL ? NULL : crl_lists(bio);

    if (lists == NULL && bio != NULL && BIO_reset(bio) == 0) {
        lists = crl_der(bio);
    }

    if (lists == NULL) {
        snprintf(crl->error, sizeof(crl->error), "%s: %s", crl->file,
                 bio == NULL ? strerror(errno)
                             : "is no revocation list, or has a broken one");
    }

    BIO_free(bio);
    ERR_pop_to_mark();

    return lists;
}


/* One at least, and nothing broken in between. */

static STACK_OF(X509_CRL) *
crl_lists(BIO *bio)
{
    X509_CRL            *list;
    STACK_OF(X509_CRL)  *lists;

    lists = sk_X509_CRL_new_null();

    while (lists != NULL) {
        list = PEM_read_bio_X509_CRL(bio, NULL, NULL, NULL);

        if (list != NULL && sk_X509_CRL_push(lists, list) > 0) {
            continue;
        }

        X509_CRL_free(list);

        if (list == NULL && sk_X509_CRL_num(lists) > 0
            && ERR_GET_REASON(ERR_peek_last_error()) == PEM_R_NO_START_LINE)
        {
            break;
        }

        sk_X509_CRL_pop_free(lists, X509_CRL_free);
        lists = NULL;
    }

    return lists;
}


static STACK_OF(X509_CRL) *
crl_der(BIO *bio)
{
    X509_CRL            *list;
    STACK_OF(X509_CRL)  *lists;

    list = d2i_X509_CRL_bio(bio, NULL);
    lists = list == NULL ? NULL : sk_X509_CRL_new_null();

    if (lists == NULL || sk_X509_CRL_push(lists, list) <= 0) {
        X509_CRL_free(list);
        sk_X509_CRL_free(lists);
        return NULL;
    }

    return lists;
}


/* True if a list has come of another age; when the next one will. */

static bool
crl_turns(ic_crl_t *crl)
{
    int           i;
    int64_t       now, turn;
    ic_crl_age_e  age, of;

    now = ic_now_ms();

    if (now < crl->turn) {
        return false;
    }

    age = IC_CRL_FRESH;
    crl->turn = CRL_NEVER;

    for (i = 0; i < sk_X509_CRL_num(crl->lists); i++) {
        of = crl_list_age(crl, sk_X509_CRL_value(crl->lists, i), now, &turn);

        age = of > age ? of : age;
        crl->turn = turn < crl->turn ? turn : crl->turn;
    }

    crl->epoch++;

    if (age == crl->age) {
        return false;
    }

    crl->age = age;

    return true;
}


static ic_crl_age_e
crl_list_age(const ic_crl_t *crl, const X509_CRL *list, int64_t now,
    int64_t *turn)
{
    int64_t       begins, ends, at[3];
    ic_crl_age_e  age;

    begins = crl_time(X509_CRL_get0_lastUpdate(list));
    ends = crl_time(X509_CRL_get0_nextUpdate(list));

    *turn = CRL_NEVER;

    if (ends < 0) {
        return IC_CRL_FRESH;
    }

    at[0] = ends - (ends - begins) / CRL_SHARE;
    at[1] = ends;
    at[2] = ends + crl->grace;

    for (age = IC_CRL_FRESH; age < IC_CRL_USELESS; age++) {
        if (now < at[age]) {
            *turn = at[age];
            break;
        }
    }

    return age;
}


/* Epoch ms; -1: there is none, or none that is understood. */

static int64_t
crl_time(const ASN1_TIME *time)
{
    struct tm  tm;

    if (time == NULL || ASN1_TIME_to_tm(time, &tm) != 1) {
        return -1;
    }

    return (int64_t) timegm(&tm) * 1000;
}


int
ic_crl_check(ic_crl_t *crl, STACK_OF(X509) *chain)
{
    int              rc;
    STACK_OF(X509)  *trusted;
    X509_STORE_CTX  *ctx;

    if (chain == NULL || sk_X509_num(chain) == 0) {
        return X509_V_ERR_UNABLE_TO_GET_CRL_ISSUER;
    }

    ERR_set_mark();

    /* trusted is what the certificate was verified with */

    crl->judged = NULL;
    rc = X509_V_ERR_OUT_OF_MEM;
    trusted = sk_X509_dup(chain);

    if (trusted != NULL && sk_X509_num(trusted) > 1) {
        (void) sk_X509_shift(trusted);
    }

    ctx = trusted == NULL ? NULL : crl_context(crl, chain, trusted);

    if (ctx != NULL) {
        rc = X509_verify_cert(ctx) == 1 ? X509_V_OK
                                        : X509_STORE_CTX_get_error(ctx);
    }

    X509_STORE_CTX_free(ctx);
    sk_X509_free(trusted);
    ERR_pop_to_mark();

    return rc;
}


static X509_STORE_CTX *
crl_context(ic_crl_t *crl, STACK_OF(X509) *chain, STACK_OF(X509) *trusted)
{
    X509               *root;
    unsigned long       flags;
    X509_STORE_CTX     *ctx;
    X509_VERIFY_PARAM  *param;

    ctx = X509_STORE_CTX_new();

    if (ctx == NULL
        || X509_STORE_CTX_init(ctx, NULL, sk_X509_value(chain, 0), NULL) != 1
        || X509_STORE_CTX_set_app_data(ctx, crl) != 1)
    {
        X509_STORE_CTX_free(ctx);
        return NULL;
    }

    /* where trust begins with an intermediate nobody can revoke that one */

    root = sk_X509_value(chain, sk_X509_num(chain) - 1);
    flags = X509_V_FLAG_CRL_CHECK;
    flags |= X509_self_signed(root, 0) == 1 ? X509_V_FLAG_CRL_CHECK_ALL
                                            : X509_V_FLAG_PARTIAL_CHAIN;

    param = X509_STORE_CTX_get0_param(ctx);
    (void) X509_VERIFY_PARAM_set_flags(param, flags);

    X509_STORE_CTX_set0_trusted_stack(ctx, trusted);
    X509_STORE_CTX_set0_crls(ctx, crl->lists);
    X509_STORE_CTX_set_verify_cb(ctx, crl_judge);

    return ctx;
}


/* An old list says nothing good for ever, but for as long as its grace is. */

static int
crl_judge(int ok, X509_STORE_CTX *ctx)
{
    int64_t    turn;
    ic_crl_t  *crl;
    X509_CRL  *list;

    if (ok) {
        return ok;
    }

    /* OpenSSL forgets which list it is at when it has asked for its time */

    crl = X509_STORE_CTX_get_app_data(ctx);
    list = X509_STORE_CTX_get0_current_crl(ctx);

    if (list == NULL) {
        list = crl->judged;
    }

    crl->judged = list;

    if (list == NULL) {
        return 0;
    }

    switch (X509_STORE_CTX_get_error(ctx)) {

    case X509_V_ERR_CRL_HAS_EXPIRED:
        return crl_list_age(crl, list, ic_now_ms(), &turn) < IC_CRL_USELESS;

    case X509_V_ERR_CRL_SIGNATURE_FAILURE:
        return crl_is_signed(ctx, list);
    }

    return 0;
}


/*
 * OpenSSL 3.0 checks lists that are signed with SM2 under an empty
 * distinguishing id, and cannot be told of another one as for certificates.
 */

static bool
crl_is_signed(X509_STORE_CTX *ctx, const X509_CRL *list)
{
    int                      len;
    bool                     good;
    X509                    *issuer;
    u_char                  *der;
    X509_CRL                *copy;
    const ASN1_BIT_STRING   *signature;

    issuer = X509_STORE_CTX_get0_current_issuer(ctx);

    if (issuer == NULL
        || X509_CRL_get_signature_nid(list) != NID_SM2_with_SM3)
    {
        return false;
    }

    /* i2d_re_X509_CRL_tbs() changes what it writes */

    der = NULL;
    copy = X509_CRL_dup(list);
    len = copy == NULL ? -1 : i2d_re_X509_CRL_tbs(copy, &der);

    X509_CRL_get0_signature(list, &signature, NULL);

    good = len > 0
           && ic_sign_verify(X509_get0_pubkey(issuer), ic_str_n(der, len),
                             ic_str_n(signature->data,
                                      (size_t) signature->length));

    OPENSSL_free(der);
    X509_CRL_free(copy);

    return good;
}


uint64_t
ic_crl_epoch(const ic_crl_t *crl)
{
    return crl->epoch;
}


const char *
ic_crl_error(const ic_crl_t *crl)
{
    return crl->error;
}


const char *
ic_crl_file(const ic_crl_t *crl)
{
    return crl->file;
}


ic_crl_age_e
ic_crl_age(const ic_crl_t *crl)
{
    return crl->age;
}


int64_t
ic_crl_ends(const ic_crl_t *crl)
{
    int      i;
    int64_t  ends, first;

    first = -1;

    for (i = 0; i < sk_X509_CRL_num(crl->lists); i++) {
        ends = crl_time(X509_CRL_get0_nextUpdate(
                            sk_X509_CRL_value(crl->lists, i)));

        if (ends >= 0 && (first < 0 || ends < first)) {
            first = ends;
        }
    }

    return first;
}


const char *
ic_crl_words(ic_crl_age_e age)
{
    return crl_ages[age];
}
