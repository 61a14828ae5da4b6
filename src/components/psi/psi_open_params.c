
/* Parameters of the open protocol. */


#include "../../math/ic_group_open.h"
#include "psi_open.h"


typedef struct {
    const char        *curve;
    const char        *hash_to_curve;
    const char        *point_format;
    const ic_group_t  *group;
    psi_open_suite_t   suite;
} suite_t;


static int params_native(psi_t *psi, const ic_settings_t *settings);
static int params_suite(psi_t *psi, const ic_settings_t *settings);
static int params_result(psi_t *psi, const ic_settings_t *settings);
static int params_modes(psi_t *psi);
static int params_refuse(psi_t *psi, const char *what);


/* Those that the reference implementation has. */

static const suite_t  suites[] = {
    { "curve25519", "direct_hash_as_point_x", "uncompressed",
      &ic_group_x25519_direct,
      { PSI_OPEN_CURVE25519, PSI_OPEN_DIRECT, PSI_OPEN_UNCOMPRESSED } },
    { "sm2", "try_and_rehash", "x962_compressed", &ic_group_sm2_rehash,
      { PSI_OPEN_SM2, PSI_OPEN_REHASH, PSI_OPEN_COMPRESSED } }
};

static const char *const  own_names[] = {
    "hash_to_curve", "point_format", "handshake", "link", "truncate_bits",
    "result_to_rank", NULL
};


int
psi_open_read(psi_t *psi, const ic_settings_t *settings)
{
    if (ic_setting_choice(settings, "protocol") == 0) {
        return params_native(psi, settings);
    }

    psi->open = ic_zalloc(ic_task_arena(psi->task), sizeof(psi_open_t));

    if (psi->open == NULL) {
        return psi_no_memory(psi);
    }

    psi->params.joined = true;
    psi->open->declared = -1;
    psi->open->handshake = ic_setting_bool(settings, "handshake");
    psi->open->counted = ic_setting_choice(settings, "link") == 1;
    psi->open->bits = ic_setting(settings, "truncate_bits") != NULL
                      ? (int32_t) ic_setting_int(settings, "truncate_bits")
                      : PSI_OPEN_MIN_BITS;

    return params_suite(psi, settings) == 0
           && params_result(psi, settings) == 0
           ? params_modes(psi) : -1;
}


static int
params_native(psi_t *psi, const ic_settings_t *settings)
{
    unsigned  i;

    for (i = 0; own_names[i] != NULL; i++) {
        if (ic_setting(settings, own_names[i]) != NULL) {
            return ic_task_fail(psi->task, "bad_parameter", NULL, 0,
                                "%s goes with protocol ecdh_psi alone",
                                own_names[i]);
        }
    }

    return 0;
}


/* How items become points is never chosen for somebody. */

static int
params_suite(psi_t *psi, const ic_settings_t *settings)
{
    size_t          i;
    const char     *curve, *hash, *format;
    const suite_t  *suite;

    curve = ic_setting_text(settings, "curve");
    hash = ic_setting_text(settings, "hash_to_curve");
    format = ic_setting_text(settings, "point_format");

    if (hash == NULL) {
        return params_refuse(psi, "hash_to_curve must be given: "
                             "direct_hash_as_point_x (curve25519), which "
                             "shows the other party one bit of every key, "
                             "or try_and_rehash (sm2)");
    }

    for (i = 0; i < sizeof(suites) / sizeof(suites[0]); i++) {
        suite = &suites[i];

        if (strcmp(suite->curve, curve) == 0
            && strcmp(suite->hash_to_curve, hash) == 0
            && (format == NULL || strcmp(suite->point_format, format) == 0))
        {
            psi->group = suite->group;
            psi->open->suite = suite->suite;
            break;
        }
    }

    if (i == sizeof(suites) / sizeof(suites[0])) {
        return params_refuse(psi, "hash_to_curve and point_format must be "
                             "direct_hash_as_point_x and uncompressed with "
                             "curve25519, try_and_rehash and "
                             "x962_compressed with sm2");
    }

    if (psi->open->suite.strategy == PSI_OPEN_DIRECT) {
        ic_task_log(psi->task, "info",
                    "warning: direct_hash_as_point_x shows the other party "
                    "one bit of every key of this table");
    }

    return psi->open->bits <= (int32_t) (8 * psi->group->size) ? 0
           : params_refuse(psi, "truncate_bits is more than a point has");
}


/* Ranks are those of the names. */

static int
params_result(psi_t *psi, const ic_settings_t *settings)
{
    bool      both;
    int64_t   rank;
    unsigned  i;

    if (psi->count != 2) {
        return params_refuse(psi, "it is for two parties");
    }

    both = psi->receives && psi->shows;
    rank = PSI_OPEN_TO_ALL;

    if (ic_setting(settings, "result_to_rank") != NULL) {
        rank = ic_setting_int(settings, "result_to_rank");

        for (i = 0; i < psi->count; i++) {

            if (!both && psi->members[i].receives
                         != (rank == PSI_OPEN_TO_ALL || rank == i))
            {
                return params_refuse(psi, "receivers and result_to_rank are "
                                     "different parties");
            }

            psi->members[i].receives = rank == PSI_OPEN_TO_ALL || rank == i;
        }

        psi_find_parts(psi);

    } else if (!both) {
        rank = psi->members[1].receives;
    }

    psi->open->to_rank = (int32_t) rank;

    return 0;
}


/* What its messages cannot say. */

static int
params_modes(psi_t *psi)
{
    if (psi->params.mode != PSI_INTERSECTION) {
        return params_refuse(psi, "mode cardinality is not of this protocol");
    }

    if (psi->params.duplicates == PSI_ALL
        && psi->params.order == PSI_COMMON
        && psi->open->to_rank == PSI_OPEN_TO_ALL)
    {
        return params_refuse(psi, "duplicates all goes with order own");
    }

    return 0;
}


static int
params_refuse(psi_t *psi, const char *what)
{
    return ic_task_fail(psi->task, "bad_parameter", NULL, 0,
                        "protocol ecdh_psi: %s", what);
}
