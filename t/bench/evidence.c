
/*
 * A log of many entries, as fast as they can be written: what `interconnctl
 * evidence verify` is measured with.
 *
 *     evidence DIR COUNT PER_HEAD KEY CERTIFICATE
 *
 * The entries are those of jobs: created, started, finished, with tasks.
 */


#include <openssl/pem.h>
#include <stdio.h>
#include <stdlib.h>

#include "../../src/evidence/ic_log.h"


#define PEM_MAX    16384

typedef struct {
    const char  *code;
    const char  *subject;                /* with the number of the job */
    const char  *data[6];                /* pairs; %u: the job's number */
} step_t;

/* What a job of one task leaves. */
static const step_t  steps[] = {
    { "JOB_CREATED", "job:J%u", { "role", "initiator", "initiator",
                                  "hospital-a", "by", "alice" } },
    { "JOB_STARTED", "job:J%u", { NULL } },
    { "TASK_CREATED", "task:T%u", { "job_id", "J%u" } },
    { "TASK_STARTED", "task:T%u", { "owner", "runner" } },
    { "TASK_FINISHED", "task:T%u", { "status", "SUCCESS" } },
    { "JOB_FINISHED", "job:J%u", { "status", "SUCCESS" } }
};

#define STEPS  (sizeof(steps) / sizeof(steps[0]))


static EVP_PKEY *read_key(const char *file);
static ic_str_t read_file(const char *file);
static int add(ic_log_t *log, unsigned long n, int64_t time, char *error);


int
main(int argc, char **argv)
{
    char            error[IC_LOG_ERROR];
    ic_log_t       *log;
    int64_t         begin;
    EVP_PKEY       *key;
    ic_str_t        credential;
    unsigned long   n, count, each;

    if (argc != 6) {
        fprintf(stderr, "usage: evidence DIR COUNT PER_HEAD KEY CERT\n");
        return 2;
    }

    count = strtoul(argv[2], NULL, 10);
    each = strtoul(argv[3], NULL, 10);
    key = read_key(argv[4]);
    credential = read_file(argv[5]);

    if (key == NULL || credential.data == NULL) {
        fprintf(stderr, "evidence: the key cannot be read\n");
        return 1;
    }

    /* while the certificate was valid */
    begin = ic_now_ms();
    log = ic_log_open(argv[1], ic_str("hospital-a"), "sha256", 0, error);

    for (n = 0; log != NULL && n < count; n++) {

        if (add(log, n, begin + (int64_t) n, error) != 0
            || (((n + 1) % each == 0 || n + 1 == count)
                && ic_log_seal(log, begin + (int64_t) n + 1, key, credential,
                               error) != 0))
        {
            break;
        }
    }

    if (log == NULL || n < count) {
        fprintf(stderr, "evidence: %s\n", error);
        return 1;
    }

    ic_log_close(log);

    return 0;
}


static EVP_PKEY *
read_key(const char *file)
{
    FILE      *in;
    EVP_PKEY  *key;

    in = fopen(file, "re");
    key = (in == NULL) ? NULL : PEM_read_PrivateKey(in, NULL, NULL, NULL);

    if (in != NULL) {
        fclose(in);
    }

    return key;
}


static ic_str_t
read_file(const char *file)
{
    FILE           *in;
    size_t          n;
    static u_char   text[PEM_MAX];

    in = fopen(file, "re");

    if (in == NULL) {
        return ic_str_n(NULL, 0);
    }

    n = fread(text, 1, sizeof(text), in);
    fclose(in);

    return ic_str_n(text, n);
}


static int
add(ic_log_t *log, unsigned long n, int64_t time, char *error)
{
    char           subject[64], src[64], values[6][64];
    unsigned       i;
    ic_str_t       data[6];
    ic_entry_t     entry;
    const step_t  *step;

    step = &steps[n % STEPS];
    memset(&entry, 0, sizeof(ic_entry_t));

    snprintf(subject, sizeof(subject), step->subject, (unsigned) (n / STEPS));
    snprintf(src, sizeof(src), "%lld-0", (long long) time);

    for (i = 0; i < 6 && step->data[i] != NULL; i++) {
        snprintf(values[i], sizeof(values[i]), step->data[i],
                 (unsigned) (n / STEPS));
        data[i] = ic_str(values[i]);
    }

    entry.time = time;
    entry.code = ic_str(step->code);
    entry.subject = ic_str(subject);
    entry.src = ic_str(src);
    entry.data = data;
    entry.ndata = i / 2;

    return ic_log_add(log, &entry, error);
}
