
/*
 * interconnctl evidence: logs, copies of them and bundles, looked at with
 * nothing but their files. Status 0: good, 1: tampered with, 2: something is
 * missing or cannot be read, 3: usage, 4: whole, and it contradicts itself.
 */


#include "ctl_evidence.h"
#include "interconnctl.h"


static const struct {
    const char  *name;
    int        (*run)(int argc, char **argv);
} evidence_commands[] = {
    { "verify", ctl_evidence_verify },
    { "prove", ctl_evidence_prove },
    { "export", ctl_evidence_export },
    { "fsck", ctl_evidence_fsck }
};


int
ctl_evidence(int argc, char **argv)
{
    unsigned  i;

    for (i = 0; argc > 0 && i < sizeof(evidence_commands)
                                / sizeof(evidence_commands[0]); i++)
    {
        if (strcmp(argv[0], evidence_commands[i].name) == 0) {
            return evidence_commands[i].run(argc, argv);
        }
    }

    return ctl_evidence_usage();
}


int
ctl_evidence_usage(void)
{
    ctl_error("usage: interconnctl evidence " CTL_EVIDENCE_USAGE);

    return CTL_EVIDENCE_WRONG_USE;
}
