
/* How peers speak. */


#include "ic_profile.h"


static int profile_value(const char *values, ic_str_t value);
static ic_str_t profile_word(const char *values, unsigned n);
static ic_str_t profile_next(ic_str_t *text, u_char border);


const ic_speech_t  ic_speeches[] = {
#define IC_SPEECH(id, name, values, en, zh)  { name, values, en, zh },
#include "profiles.def"
#undef IC_SPEECH
    { NULL, NULL, NULL, NULL }
};


const ic_profile_row_t  ic_profiles[] = {
#define IC_PROFILE(name, speaks, en, zh)  { name, speaks, en, zh },
#include "profiles.def"
#undef IC_PROFILE
    { NULL, NULL, NULL, NULL }
};


const ic_profile_row_t *
ic_profile(ic_str_t name)
{
    const ic_profile_row_t  *row;

    for (row = ic_profiles; row->name != NULL; row++) {
        if (ic_str_is(name, row->name)) {
            return row;
        }
    }

    return NULL;
}


void
ic_profile_read(ic_profile_t *profile, ic_str_t speaks)
{
    ic_str_t  word, name;

    while (speaks.len > 0) {
        word = profile_next(&speaks, ' ');
        name = profile_next(&word, '=');

        (void) ic_profile_set(profile, name, word);
    }
}


int
ic_profile_set(ic_profile_t *profile, ic_str_t name, ic_str_t value)
{
    int       n;
    unsigned  i;

    for (i = 0; i < IC_SPEAKS_COUNT; i++) {

        if (!ic_str_is(name, ic_speeches[i].name)) {
            continue;
        }

        n = profile_value(ic_speeches[i].values, value);
        if (n < 0) {
            return -1;
        }

        profile->is[i] = (u_char) n;

        return 0;
    }

    return -1;
}


ic_str_t
ic_profile_text(ic_arena_t *arena, const ic_profile_t *profile)
{
    ic_str_t  text, value;
    unsigned  i;

    text = ic_str_dup(arena, ic_str(""));

    for (i = 0; i < IC_SPEAKS_COUNT && text.data != NULL; i++) {

        if (profile->is[i] == 0) {
            continue;
        }

        value = profile_word(ic_speeches[i].values, profile->is[i]);
        text = ic_str_fmt(arena, "%s%s%s=%.*s", (char *) text.data,
                          text.len > 0 ? " " : "", ic_speeches[i].name,
                          (int) value.len, value.data);
    }

    return text;
}


/* Which of "a|b|c"; -1: none. */

static int
profile_value(const char *values, ic_str_t value)
{
    int       n;
    ic_str_t  list;

    list = ic_str(values);

    for (n = 0; list.len > 0; n++) {
        if (ic_str_eq(profile_next(&list, '|'), value)) {
            return n;
        }
    }

    return -1;
}


static ic_str_t
profile_word(const char *values, unsigned n)
{
    ic_str_t  list, word;

    list = ic_str(values);

    do {
        word = profile_next(&list, '|');
    } while (n-- > 0 && list.len > 0);

    return word;
}


/* What stands before the border, which is taken off with it. */

static ic_str_t
profile_next(ic_str_t *text, u_char border)
{
    size_t    i;
    ic_str_t  word;

    for (i = 0; i < text->len && text->data[i] != border; i++) {
        /* void */
    }

    word = ic_str_n(text->data, i);

    if (i < text->len) {
        i++;
    }

    text->data += i;
    text->len -= i;

    return word;
}
