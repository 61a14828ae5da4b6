
/*
 * interconnctl evidence fsck: what of a log is no evidence, and making it
 * again.
 */


#include <stdio.h>

#include "../evidence/ic_fsck.h"
#include "ctl_evidence.h"
#include "interconnctl.h"


static void fsck_tell(const ic_fsck_t *fsck);


int
ctl_evidence_fsck(int argc, char **argv)
{
    ic_fsck_t    fsck;
    ic_verify_e  rc;

    memset(&fsck, 0, sizeof(ic_fsck_t));
    fsck.repair = argc == 3 && strcmp(argv[2], "--repair") == 0;

    if (argc < 2 || argv[1][0] == '-' || argc != 2 + fsck.repair) {
        return ctl_evidence_usage();
    }

    fsck.dir = argv[1];
    rc = ic_fsck(&fsck);
    fsck_tell(&fsck);

    if (fsck.result.finding[0] != '\0') {
        (void) ctl_error("%s: %s", fsck.dir, fsck.result.finding);
    }

    if (rc == IC_VERIFY_GOOD) {
        printf("%s: %s\n", fsck.dir, fsck.repaired
               ? "all of this was made again" : "nothing is wrong");
        return 0;
    }

    return (rc == IC_VERIFY_TAMPERED) ? CTL_EVIDENCE_TAMPERED
           : CTL_EVIDENCE_INCOMPLETE;
}


static void
fsck_tell(const ic_fsck_t *fsck)
{
    if (fsck->tiles != 0) {
        printf("tile: %llu are wrong; the first is %s\n",
               (unsigned long long) fsck->tiles, fsck->tile);
    }

    if (fsck->index != NULL) {
        printf("index: %s\n", fsck->index);
    }

    if (fsck->checkpoint != NULL) {
        printf("checkpoint: %s\n", fsck->checkpoint);
    }

    if (fsck->unsealed != 0) {
        printf("entries: %llu are behind the last head; the store has them "
               "still\n", (unsigned long long) fsck->unsealed);
    }

    if (fsck->torn) {
        printf("entries, heads: the end of one was cut short when it was "
               "written\n");
    }
}
