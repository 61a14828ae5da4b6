
/* Of evidence logs, what partners keep and sign. */


#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <sys/stat.h>

#include "../lib/ic_codec.h"
#include "ctl_evidence.h"
#include "interconnctl.h"


static bool witness_is_head(ic_arena_t *arena, const char *file,
    const char *node_id);


int
ctl_evidence_peer_heads(ic_arena_t *arena, const char *dir,
    const char *folder, const char **files, unsigned most)
{
    DIR             *open;
    char            *file;
    unsigned         count;
    struct stat      st;
    const char      *why;
    struct dirent   *item;
    ic_log_about_t   about;

    why = ic_log_about(dir, &about);

    if (why != NULL) {
        ctl_error("%s/log: %s", dir, why);
        return -1;
    }

    open = opendir(folder);
    if (open == NULL) {
        ctl_error("%s: %s", folder, strerror(errno));
        return -1;
    }

    count = 0;

    while (count < most && (item = readdir(open)) != NULL) {
        file = (char *) ic_str_fmt(arena, "%s/%s", folder, item->d_name).data;

        if (file != NULL && stat(file, &st) == 0 && S_ISREG(st.st_mode)
            && witness_is_head(arena, file, about.node_id))
        {
            files[count++] = file;
        }
    }

    closedir(open);

    if (count == 0) {
        ctl_error("%s: no head of a log of %s", folder, about.node_id);
        return -1;
    }

    return (int) count;
}


/* Whether it is the head of this log, the verifier says. */

static bool
witness_is_head(ic_arena_t *arena, const char *file, const char *node_id)
{
    size_t     len;
    ic_str_t   prefix;
    ic_head_t  head;

    if (ic_head_parse(arena, ctl_read_file(arena, file), &head) != NULL) {
        return false;
    }

    prefix = ic_str_fmt(arena, "interconn/%s/", node_id);
    len = prefix.len;

    return prefix.data != NULL && head.origin.len > len
           && memcmp(head.origin.data, prefix.data, len) == 0;
}


void
ctl_evidence_cosigned(const ic_verify_t *verify,
    const ic_verify_result_t *result)
{
    unsigned  n;
    int64_t   age;

    n = (verify->witnesses == 0) ? 1 : verify->witnesses;
    age = ic_now_ms() - result->cosigned_time;

    printf("cosigned: the first %llu entries by %u partner%s of %u, in a "
           "head of %lld s ago; %llu cosignatures in all\n",
           (unsigned long long) result->cosigned, n, n == 1 ? "" : "s",
           result->cosigners, (long long) (age / 1000),
           (unsigned long long) result->cosignatures);
}
