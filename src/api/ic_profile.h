
/*
 * How a peer speaks, where it differs from the standard: a row of
 * profiles.def and single settings over it, kept in the contract as words,
 * "success_code=200 time_unit=s".
 */


#ifndef _IC_PROFILE_H_INCLUDED_
#define _IC_PROFILE_H_INCLUDED_


#include "../lib/ic_arena.h"


typedef enum {
#define IC_SPEECH(id, name, values, en, zh)  IC_SPEAKS_##id,
#include "profiles.def"
#undef IC_SPEECH
    IC_SPEAKS_COUNT
} ic_speech_e;

/* By ic_speech_e, which of the values; all 0 is the standard. */
typedef struct {
    u_char       is[IC_SPEAKS_COUNT];
} ic_profile_t;

typedef struct {
    const char  *name;
    const char  *values;         /* "a|b|c" */
    const char  *doc;
    const char  *doc_zh;
} ic_speech_t;

typedef struct {
    const char  *name;
    const char  *speaks;
    const char  *doc;
    const char  *doc_zh;
} ic_profile_row_t;

extern const ic_speech_t       ic_speeches[];    /* ended by a NULL name */
extern const ic_profile_row_t  ic_profiles[];    /* ended by a NULL name */


/* Values that code asks for. */
#define IC_SUCCESS_200           1
#define IC_MESSAGE_MESSAGE       1
#define IC_MESSAGE_BOTH          2
#define IC_TIME_SECONDS          1
#define IC_HEADERS_NODE_ID       1
#define IC_HEADERS_UNDERSCORES   2
#define IC_NAMES_BOTH            1
#define IC_SYNC_LOWER            1
#define IC_ERRORS_ENVELOPE       1
#define IC_APPROVAL_CREATE       1
#define IC_APPROVAL_CONTRACT     2
#define IC_PERMIT_IMPLIED        1
#define IC_STATES_INTEROP        1
#define IC_SIGNATURE_OFF         1
#define IC_SIGNATURE_OPTIONAL    2
#define IC_SIGNATURE_REQUIRED    3


/* The row of that name, or NULL. */
const ic_profile_row_t *ic_profile(ic_str_t name);

/*
 * The words over what profile has; it is to be zeroed before. Words that are
 * none of the table are passed over: a later version may have written them.
 */
void ic_profile_read(ic_profile_t *profile, ic_str_t speaks);

/* One setting. 0, or -1 when it is no such value. */
int ic_profile_set(ic_profile_t *profile, ic_str_t name, ic_str_t value);

/* What differs from the standard, as words; data NULL: memory is short. */
ic_str_t ic_profile_text(ic_arena_t *arena, const ic_profile_t *profile);


#endif /* _IC_PROFILE_H_INCLUDED_ */
