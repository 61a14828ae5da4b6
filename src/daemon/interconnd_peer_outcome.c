
/* How a call went, for those who may try again. */


#include "interconnd_peer.h"


/* Codes of the envelope that do not mean "no, and never". */
static const struct {
    int64_t               code;
    interconnd_outcome_e  outcome;
} interconnd_peer_codes[] = {
    { 404, INTERCONND_MISSING },
    { 4040, INTERCONND_MISSING },
    { 104, INTERCONND_AGAIN },
    { 408, INTERCONND_AGAIN },
    { 429, INTERCONND_AGAIN },
    { 500, INTERCONND_AGAIN },
    { 502, INTERCONND_AGAIN },
    { 503, INTERCONND_AGAIN },
    { 504, INTERCONND_AGAIN },
    { 4290, INTERCONND_AGAIN },
    { 5000, INTERCONND_AGAIN },
    { 5030, INTERCONND_AGAIN },
    { 0, INTERCONND_DONE }
};


interconnd_outcome_e
interconnd_peer_outcome(const interconnd_request_t *r)
{
    int64_t   code;
    unsigned  i;

    if (r->ok) {
        return INTERCONND_DONE;
    }

    if (!r->sent) {
        return INTERCONND_AGAIN;
    }

    if (r->status / 100 == 4 && r->code < 0) {
        code = r->status;

    } else if (r->status / 100 == 5 || r->status / 100 == 3 || r->code < 0) {
        return INTERCONND_AGAIN;

    } else {
        code = r->status == 404 || r->status == 429 ? r->status : r->code;
    }

    for (i = 0; interconnd_peer_codes[i].code != 0; i++) {
        if (interconnd_peer_codes[i].code == code) {
            return interconnd_peer_codes[i].outcome;
        }
    }

    return INTERCONND_REFUSED;
}
