
/* What a component calls its inputs: as its descriptor says. */


#include "interconnd_artefact.h"


static bool port_is_of(const ic_json_t *port, ic_str_t kind, bool exact);


const char *
interconnd_artefact_port(ic_arena_t *pool, const ic_json_t *ports,
    ic_str_t kind, unsigned nth)
{
    bool              exact;
    ic_str_t          name;
    unsigned          seen;
    const ic_json_t  *port;

    /* a port of that very kind goes before one for any table */

    for (exact = true; /* void */ ; exact = false) {
        seen = 0;

        for (port = (ports != NULL) ? ports->child : NULL;
             port != NULL;
             port = port->next)
        {
            name = ic_json_str(ic_json_get(port, "name"));

            if (port_is_of(port, kind, exact) && name.len != 0
                && memchr(name.data, '=', name.len) == NULL
                && memchr(name.data, '/', name.len) == NULL
                && seen++ == nth)
            {
                return ic_str_z(pool, name);
            }
        }

        if (!exact) {
            break;
        }
    }

    return (nth == 0)
           ? ic_str_z(pool, kind)
           : (char *) ic_str_fmt(pool, "%.*s_%u", (int) kind.len, kind.data,
                                 nth).data;
}


static bool
port_is_of(const ic_json_t *port, ic_str_t kind, bool exact)
{
    ic_str_t  category;

    category = ic_json_str(ic_json_get(port, "category"));

    return ic_str_eq(category, kind)
           || (!exact && interconnd_artefact_table(kind)
               && interconnd_artefact_table(category));
}


bool
interconnd_artefact_reads(const ic_json_t *ports, ic_str_t kind)
{
    const ic_json_t  *port;

    for (port = (ports != NULL) ? ports->child : NULL;
         port != NULL && !port_is_of(port, kind, true);
         port = port->next)
    {
        /* void */
    }

    return port != NULL;
}


const ic_json_t *
interconnd_artefact_ports(interconnd_child_t *child)
{
    unsigned           i;
    ic_str_t           text, version;
    ic_json_t         *ports;
    ic_reply_t         reply;
    const ic_record_t *record;

    if (ic_store_callz(child->runner->store, child->runner->pool, &reply,
                       "object_list", "component", "code", child->component,
                       "1", "-1", NULL)
        != 0)
    {
        return NULL;
    }

    for (i = 0; i < reply.nrecords; i++) {
        record = &reply.records[i];
        version = ic_record_get(record, "version");

        if (*child->version != '\0' && !ic_str_is(version, child->version)) {
            continue;
        }

        text = ic_record_get(record, "inputs");
        ports = (text.len != 0) ? ic_json_parse(child->pool, text, NULL)
                                : NULL;

        if (ports != NULL && ports->type == IC_JSON_ARRAY) {
            return ports;
        }
    }

    return NULL;
}
