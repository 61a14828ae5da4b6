
/* Names of parties in parameters. */


#include "ic_params.h"


bool
ic_is_party(ic_str_t name)
{
    unsigned  i;
    int64_t   number;
    ic_str_t  rest;

    static const char *const  roles[] = { "guest.", "host." };

    for (i = 0; i < sizeof(roles) / sizeof(roles[0]); i++) {
        rest.len = strlen(roles[i]);

        if (name.len > rest.len
            && memcmp(name.data, roles[i], rest.len) == 0)
        {
            rest = ic_str_n(name.data + rest.len, name.len - rest.len);

            return ic_str_int(rest, &number) == 0 && number >= 0
                   && (rest.len == 1 || rest.data[0] != '0');
        }
    }

    return false;
}
