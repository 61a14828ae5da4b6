
/* Who may do what to which object. */


#include <string.h>

#include "ic_authority.h"


static int authority_matches(const char *pattern, const char *path);


/* GET and POST of a row are bits. */
enum { GET = IC_GET, POST = IC_POST };

const ic_authority_t  ic_authorities[] = {

#define IC_AUTHORITY(function, methods, paths, caller, object, from, to,      \
                     key, other, absent)                                      \
    { #function, methods, paths, caller, object, from, to, key, other,        \
      absent },
#include "authority.def"
#undef IC_AUTHORITY

    { NULL, 0, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL }
};


const ic_caller_t  ic_callers[] = {
    { "certificate", "any node with a certificate of the network CA",
      "持有网络 CA 证书的任一节点" },
    { "partner", "a node with a live contract", "有有效合约的节点" },
    { "counterparty", "the other party of the contract", "合约的另一方" },
    { "asked", "the node that was asked: the one we applied to",
      "被申请方：本节点所申请的节点" },
    { "applicant", "the node that asked us", "申请方：向本节点申请的节点" },
    { "either", "the node that was asked, or the holder, who gives its "
      "permission back", "被申请方，或交还授权的持有方" },
    { "initiator", "the initiator of the job, while our approval stands",
      "任务发起方，且本节点的批准仍有效" },
    { "party", "a party of the job, which is ours", "本节点所发起任务的参与方" },
    { "participant", "the initiator of the job, or a party of ours",
      "任务发起方，或本节点所发起任务的参与方" },
    { "holder", "a holder of a share of the escrow", "托管份额的持有方" },
    { "sharer", "the owner of the escrow, or a holder of a share of it",
      "托管的属主，或份额的持有方" },
    { "operator", "an operator of this node", "本节点的操作员" },
    { "node", "this node itself: what follows from something else",
      "本节点自身：由其他变化引起" },
    { NULL, NULL, NULL }
};


int
ic_authority_covers(const ic_authority_t *row, const ic_endpoint_t *endpoint)
{
    const char  *pattern;

    if ((row->methods & endpoint->method) == 0) {
        return 0;
    }

    for (pattern = row->paths; pattern != NULL; /* void */) {

        if (authority_matches(pattern, endpoint->path)) {
            return 1;
        }

        pattern = strchr(pattern, '|');
        pattern = pattern != NULL ? pattern + 1 : NULL;
    }

    return 0;
}


/* The pattern ends with the string or a '|'. */
static int
authority_matches(const char *pattern, const char *path)
{
    while (*pattern != '\0' && *pattern != '|') {

        if (*pattern == '{') {
            pattern += strcspn(pattern, "}") + 1;
            path += strcspn(path, "/");
            continue;
        }

        if (*pattern++ != *path++) {
            return 0;
        }
    }

    return *path == '\0';
}
