
/* Profiles: the numbers that code asks for are the table's words. */


#include "../../src/api/ic_profile.h"
#include "tap.h"


static const struct {
    ic_speech_e   speech;
    unsigned      number;
    const char   *value;
} words[] = {
    { IC_SPEAKS_SUCCESS, IC_SUCCESS_200, "200" },
    { IC_SPEAKS_MESSAGE, IC_MESSAGE_MESSAGE, "message" },
    { IC_SPEAKS_MESSAGE, IC_MESSAGE_BOTH, "both" },
    { IC_SPEAKS_TIME, IC_TIME_SECONDS, "s" },
    { IC_SPEAKS_HEADERS, IC_HEADERS_NODE_ID, "node-id" },
    { IC_SPEAKS_HEADERS, IC_HEADERS_UNDERSCORES, "underscores" },
    { IC_SPEAKS_NAMES, IC_NAMES_BOTH, "both" },
    { IC_SPEAKS_SYNC, IC_SYNC_LOWER, "lower" },
    { IC_SPEAKS_ERRORS, IC_ERRORS_ENVELOPE, "envelope" },
    { IC_SPEAKS_APPROVAL, IC_APPROVAL_CREATE, "create" },
    { IC_SPEAKS_APPROVAL, IC_APPROVAL_CONTRACT, "contract" },
    { IC_SPEAKS_PERMIT, IC_PERMIT_IMPLIED, "implied" },
    { IC_SPEAKS_SIGNATURE, IC_SIGNATURE_OFF, "off" },
    { IC_SPEAKS_SIGNATURE, IC_SIGNATURE_OPTIONAL, "optional" },
    { IC_SPEAKS_SIGNATURE, IC_SIGNATURE_REQUIRED, "required" }
};


static void
test_words(ic_arena_t *pool)
{
    unsigned      i;
    ic_str_t      text;
    const char   *name;
    ic_profile_t  profile, again;

    for (i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        name = ic_speeches[words[i].speech].name;
        memset(&profile, 0, sizeof(profile));
        memset(&again, 0, sizeof(again));

        is_int(ic_profile_set(&profile, ic_str(name), ic_str(words[i].value)),
               0, "%s=%s", name, words[i].value);
        is_int(profile.is[words[i].speech], words[i].number, "... by number");

        text = ic_profile_text(pool, &profile);
        ic_profile_read(&again, text);
        is_int(memcmp(&profile, &again, sizeof(profile)), 0,
               "... written and read");
    }
}


static void
test_rows(void)
{
    ic_profile_t             profile;
    const ic_profile_row_t  *row;

    for (row = ic_profiles; row->name != NULL; row++) {
        memset(&profile, 0, sizeof(profile));
        ic_profile_read(&profile, ic_str(row->speaks));
        ok(ic_profile(ic_str(row->name)) == row, "%s", row->name);
    }

    memset(&profile, 0, sizeof(profile));
    ic_profile_read(&profile, ic_str("nonsense=1 success_code=7"));
    is_int(profile.is[IC_SPEAKS_SUCCESS], 0, "unknown words are passed over");
    ok(ic_profile(ic_str("nobody")) == NULL, "no such profile");
    is_int(ic_profile_set(&profile, ic_str("success_code"), ic_str("20")), -1,
           "a part of a value is none");
}


int
main(void)
{
    ic_arena_t  *pool;

    pool = ic_pool_create();

    test_words(pool);
    test_rows();

    ic_pool_destroy(pool);

    return done();
}
