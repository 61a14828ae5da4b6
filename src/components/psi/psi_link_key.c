
/* Keys of link messages. */


#include <stdio.h>
#include <string.h>

#include "psi_link_key.h"


#define KEY_MOST  ((uint64_t) 1 << 20)


static const char *const  key_channels[PSI_LINK_CHANNELS] = {
    "root", "root-0"
};


int
psi_link_key_put(char key[PSI_LINK_KEY], psi_link_channel_e channel,
    uint32_t place, unsigned from, unsigned to)
{
    return snprintf(key, PSI_LINK_KEY, "%s:P2P-%u:%u->%u",
                    key_channels[channel], place, from, to);
}


/* What was read is written again: one spelling of a key is taken. */

void
psi_link_key_read(psi_link_key_t *key, const char *text, unsigned from,
    unsigned to)
{
    char         expected[PSI_LINK_KEY];
    size_t       len;
    unsigned     i;
    const char  *number, *place;

    memset(key, 0, sizeof(psi_link_key_t));

    if (strcmp(text, PSI_LINK_CONFIRM) == 0) {
        key->kind = PSI_KEY_CONFIRM;
        return;
    }

    if (strcmp(text, PSI_LINK_LAST) == 0) {
        key->kind = PSI_KEY_LAST;
        return;
    }

    number = strstr(text, PSI_LINK_NUMBER);
    len = number != NULL ? (size_t) (number - text) : strlen(text);
    key->counted = number != NULL;

    if (number != NULL) {
        number += strlen(PSI_LINK_NUMBER);
        key->number = psi_link_number(number, strlen(number));
    }

    if (snprintf(expected, sizeof(expected), "connect_%u", from) == (int) len
        && memcmp(text, expected, len) == 0)
    {
        if (number == NULL || strcmp(number, "0") == 0) {
            key->kind = PSI_KEY_CONNECT;
        }

        return;
    }

    place = memmem(text, len, ":P2P-", 5);

    if (place == NULL || (number != NULL && key->number == 0)) {
        return;
    }

    place += 5;
    key->place = (uint32_t) psi_link_number(place, strspn(place,
                                                          "0123456789"));

    for (i = 0; i < PSI_LINK_CHANNELS; i++) {
        if (key->place != 0
            && psi_link_key_put(expected, i, key->place, from, to)
               == (int) len
            && memcmp(text, expected, len) == 0)
        {
            key->kind = PSI_KEY_MESSAGE;
            key->channel = i;
        }
    }
}


uint64_t
psi_link_number(const void *text, size_t len)
{
    size_t       i;
    uint64_t     n;
    const char  *p;

    p = text;
    n = 0;

    if (len == 0 || len > 7 || p[0] == '0') {
        return 0;
    }

    for (i = 0; i < len; i++) {
        if (p[i] < '0' || p[i] > '9') {
            return 0;
        }

        n = 10 * n + (uint64_t) (p[i] - '0');
    }

    return n <= KEY_MOST ? n : 0;
}
