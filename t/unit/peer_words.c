
/* How peers speak: the table, its words, and bodies in them. */


#include "tap.h"

#include "../../src/daemon/interconnd_peer_words.h"


static ic_profile_t
speaks(const char *words)
{
    ic_profile_t  profile;

    memset(&profile, 0, sizeof(ic_profile_t));
    ic_profile_read(&profile, ic_str(words));

    return profile;
}


static void
test_profiles(ic_arena_t *arena)
{
    ic_str_t                 text;
    ic_profile_t             profile, again;
    const ic_profile_row_t  *row;

    for (row = ic_profiles; row->name != NULL; row++) {
        profile = speaks(row->speaks);
        text = ic_profile_text(arena, &profile);
        again = speaks((char *) text.data);

        is_str((char *) text.data, row->speaks, "%s: in the table's order",
               row->name);
        ok(memcmp(&profile, &again, sizeof(profile)) == 0, "... and back");
        ok(ic_profile(ic_str(row->name)) == row, "... found by its name");
    }

    ok(ic_profile(ic_str("kusci")) == NULL, "no other name");

    profile = speaks("success_code=200 colour=red time_unit= time_unit=h  x");
    text = ic_profile_text(arena, &profile);
    is_str((char *) text.data, "success_code=200",
           "words of nobody's are passed over");

    profile = speaks("signature=required signature=default");
    is_int(profile.is[IC_SPEAKS_SIGNATURE], 0, "the last one counts");
}


static void
test_values(void)
{
    ic_profile_t  profile;

    profile = speaks("success_code=200 message_key=both time_unit=s "
                     "headers=underscores names=both sync_type=lower "
                     "errors=envelope approval=contract permit=implied "
                     "signature=required");

    is_int(profile.is[IC_SPEAKS_SUCCESS], IC_SUCCESS_200, "200");
    is_int(profile.is[IC_SPEAKS_MESSAGE], IC_MESSAGE_BOTH, "both");
    is_int(profile.is[IC_SPEAKS_TIME], IC_TIME_SECONDS, "s");
    is_int(profile.is[IC_SPEAKS_HEADERS], IC_HEADERS_UNDERSCORES, "_");
    is_int(profile.is[IC_SPEAKS_NAMES], IC_NAMES_BOTH, "names");
    is_int(profile.is[IC_SPEAKS_SYNC], IC_SYNC_LOWER, "lower");
    is_int(profile.is[IC_SPEAKS_ERRORS], IC_ERRORS_ENVELOPE, "envelope");
    is_int(profile.is[IC_SPEAKS_APPROVAL], IC_APPROVAL_CONTRACT, "contract");
    is_int(profile.is[IC_SPEAKS_PERMIT], IC_PERMIT_IMPLIED, "implied");
    is_int(profile.is[IC_SPEAKS_SIGNATURE], IC_SIGNATURE_REQUIRED, "signed");
}


static void
say(ic_arena_t *arena, const char *words, const char *path, const char *body,
    const char *want)
{
    ic_str_t      text;
    ic_profile_t  profile;

    profile = speaks(words);
    text = interconnd_peer_words(arena, &profile, path, ic_str(body));

    is_str((char *) text.data, want, "%s, %s", path, words);
}


static void
test_words(ic_arena_t *arena)
{
    const char  *job = "/v1/interconn/job/audit/apply";

    say(arena, "", job, "{\"config\":{},\"sync_type\":\"POLL\"}",
        "{\"config\":{},\"sync_type\":\"POLL\"}");
    say(arena, "success_code=200 permit=implied", job, "{ \"a\" : 1 }",
        "{ \"a\" : 1 }");
    say(arena, "names=both", job, "{\"config\":{\"a\":1.50},\"b\":null}",
        "{\"config\":{\"a\":1.50},\"conf\":{\"a\":1.50},\"b\":null}");
    say(arena, "names=both", job, "{\"conf\":1,\"config\":2}",
        "{\"conf\":1,\"config\":2}");
    say(arena, "names=both", "/v1/interconn/schedule/job/create",
        "{\"config\":{}}", "{\"config\":{}}");
    say(arena, "names=both", "/v1/interconn/schedule/job/create",
        "{\"dag\":{\"components\":[{\"componentName\":\"lr\",\"name\":\"a\"},"
        "{\"module_name\":\"x\",\"componentName\":\"y\"}]}}",
        "{\"dag\":{\"components\":[{\"componentName\":\"lr\",\"code\":\"lr\","
        "\"module_name\":\"lr\",\"name\":\"a\"},{\"module_name\":\"x\","
        "\"componentName\":\"y\",\"code\":\"y\"}]}}");
    say(arena, "names=both", "/v1/interconn/model/audit/apply",
        "{\"model_digest\":\"d\"}",
        "{\"model_digest\":\"d\",\"digest\":\"d\"}");
    say(arena, "names=both", "/v1/interconn/node/update",
        "{\"contract_id\":\"C\",\"node_info\":{\"name\":\"n\","
        "\"contract_id\":\"x\"}}",
        "{\"contract_id\":\"C\",\"node_info\":{\"name\":\"n\","
        "\"contract_id\":\"x\"},\"name\":\"n\"}");
    say(arena, "time_unit=s", "/v1/interconn/dataset/audit/confirm",
        "{\"resource_permit\":{\"time_limit\":1767225600999},"
        "\"expired_time\":\"1767225600999\"}",
        "{\"resource_permit\":{\"time_limit\":1767225600},"
        "\"expired_time\":\"1767225600999\"}");
    say(arena, "sync_type=lower", job,
        "{\"sync_type\":\"CALLBACK\",\"x\":[{\"sync_type\":\"POLL\"}]}",
        "{\"sync_type\":\"callback\",\"x\":[{\"sync_type\":\"poll\"}]}");
    say(arena, "sync_type=lower", job, "[1,", "[1,");
}


int
main(void)
{
    ic_arena_t  *arena;

    arena = ic_pool_create();

    test_profiles(arena);
    test_values();
    test_words(arena);

    ic_pool_destroy(arena);

    return done();
}
