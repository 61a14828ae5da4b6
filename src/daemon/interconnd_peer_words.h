
/* Bodies in the words of the peer that is called. */


#ifndef _INTERCONND_PEER_WORDS_H_INCLUDED_
#define _INTERCONND_PEER_WORDS_H_INCLUDED_


#include "../api/ic_profile.h"
#include "../lib/ic_json.h"


/*
 * The body of a call of a path, which is in the standard's words, as the
 * peer wants it: itself where nothing differs. data NULL: memory is short.
 */
ic_str_t interconnd_peer_words(ic_arena_t *arena, const ic_profile_t *profile,
    const char *path, ic_str_t body);


#endif /* _INTERCONND_PEER_WORDS_H_INCLUDED_ */
