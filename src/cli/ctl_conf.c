
/* interconnd.conf, as commands read it. */


#include <string.h>

#include "ctl_conf.h"
#include "interconnctl.h"


#define CTL_STORE_MS  5000


int
ctl_conf_store(ic_arena_t *pool, const char *file, ic_store_conf_t *conf)
{
    ic_str_t  text;

    text = ctl_read_file(pool, file);

    if (text.data == NULL) {
        return ctl_error("cannot read %s", file);
    }

    conf->address = ctl_conf_value(pool, text, "redis");
    conf->user = ctl_conf_value(pool, text, "redis_user");
    conf->password_file = ctl_conf_value(pool, text, "redis_password_file");
    conf->node_id = ctl_conf_value(pool, text, "node_id");
    conf->timeout_ms = CTL_STORE_MS;

    if (conf->address == NULL || conf->node_id == NULL) {
        return ctl_error("redis and node_id are not in %s", file);
    }

    return 0;
}


const char *
ctl_conf_value(ic_arena_t *pool, ic_str_t conf, const char *key)
{
    char    *line, *end;
    size_t   len, n;

    len = strlen(key);

    for (line = (char *) conf.data; line != NULL; line = end + 1) {
        end = strchr(line, '\n');
        line += strspn(line, " \t\r");

        if (strncmp(line, key, len) == 0
            && (line[len] == ' ' || line[len] == '\t'))
        {
            line += len + strspn(line + len, " \t");
            n = strcspn(line, "\n");

            while (n > 0 && strchr(" \t\r", line[n - 1]) != NULL) {
                n--;
            }

            return ic_str_z(pool, ic_str_n(line, n));
        }

        if (end == NULL) {
            break;
        }
    }

    return NULL;
}
