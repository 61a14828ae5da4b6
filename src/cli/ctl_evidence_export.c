
/*
 * interconnctl evidence export: what a log has about one contract, project,
 * job or other subject, in one file that is checked without the log.
 */


#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <stdio.h>
#include <unistd.h>

#include "../evidence/ic_belongs.h"
#include "../evidence/ic_bundle.h"
#include "ctl_evidence.h"
#include "interconnctl.h"


typedef struct {
    const char  *dir;
    const char  *out;            /* NULL: the standard output */
    ic_str_t     about;
    ic_arena_t  *arena;
} ctl_export_t;


static int export_options(int argc, char **argv, ctl_export_t *export);
static int export_run(ctl_export_t *export);
static FILE *export_open(const ctl_export_t *export);


int
ctl_evidence_export(int argc, char **argv)
{
    int           status;
    ctl_export_t  export;

    memset(&export, 0, sizeof(ctl_export_t));
    export.arena = ic_pool_create();

    if (export.arena == NULL) {
        (void) ctl_error("memory is short");
        return CTL_EVIDENCE_INCOMPLETE;
    }

    status = (export_options(argc, argv, &export) != 0)
             ? CTL_EVIDENCE_WRONG_USE : export_run(&export);
    ic_pool_destroy(export.arena);

    return status;
}


static int
export_options(int argc, char **argv, ctl_export_t *export)
{
    int          opt;
    unsigned     given;
    const char  *prefix;

    static const struct option  options[] = {
        { "contract", required_argument, NULL, 'c' },
        { "project", required_argument, NULL, 'p' },
        { "job", required_argument, NULL, 'j' },
        { "subject", required_argument, NULL, 's' },
        { "out", required_argument, NULL, 'o' },
        { NULL, 0, NULL, 0 }
    };

    given = 0;

    while ((opt = getopt_long(argc, argv, "", options, NULL)) != -1) {

        if (opt == '?') {
            return 1;
        }

        if (opt == 'o') {
            export->out = optarg;
            continue;
        }

        prefix = (opt == 'c') ? "contract:"
                 : (opt == 'p') ? "object:project:"
                 : (opt == 'j') ? "job:" : "";
        export->about = (opt == 's')
                        ? ic_belongs_resource(export->arena, ic_str(optarg))
                        : ic_str_fmt(export->arena, "%s%s", prefix, optarg);
        given++;
    }

    if (optind != argc - 1 || given != 1 || export->about.data == NULL) {
        return ctl_evidence_usage();
    }

    export->dir = argv[optind];

    return 0;
}


static int
export_run(ctl_export_t *export)
{
    FILE                *out;
    ic_verify_e          rc;
    ic_bundle_told_t     told;
    ic_verify_result_t   result;

    out = export_open(export);

    if (out == NULL) {
        (void) ctl_error("%s: %s", export->out, strerror(errno));
        return CTL_EVIDENCE_INCOMPLETE;
    }

    rc = ic_bundle_write(export->dir, export->about, out, &told, &result);

    if (rc == IC_VERIFY_GOOD
        && (fflush(out) != 0 || ferror(out)
            || (export->out != NULL && fsync(fileno(out)) != 0)))
    {
        rc = IC_VERIFY_IMPOSSIBLE;
        snprintf(result.finding, sizeof(result.finding), "%s",
                 strerror(errno));
    }

    if (export->out != NULL) {
        fclose(out);
    }

    if (rc == IC_VERIFY_GOOD) {
        fprintf(stderr, "%s: %llu entries about %s and what belongs to it, "
                "of %llu subjects\n", export->dir,
                (unsigned long long) told.entries, told.about,
                (unsigned long long) told.subjects);
        return 0;
    }

    (void) ctl_error("%s: %s", export->dir, result.finding);

    if (export->out != NULL) {
        (void) unlink(export->out);
    }

    return (rc == IC_VERIFY_TAMPERED) ? CTL_EVIDENCE_TAMPERED
           : CTL_EVIDENCE_INCOMPLETE;
}


/* Only for who asked for it; what is there is not written over. */

static FILE *
export_open(const ctl_export_t *export)
{
    int    fd;
    FILE  *out;

    if (export->out == NULL) {
        return stdout;
    }

    fd = open(export->out, O_WRONLY|O_CREAT|O_EXCL|O_CLOEXEC, 0600);
    out = (fd < 0) ? NULL : fdopen(fd, "w");

    if (out == NULL && fd >= 0) {
        close(fd);
    }

    return out;
}
