
/* Whether what one component makes is what another one reads. */


#include "ic_component.h"
#include "ic_job_check.h"


static bool ic_port_reads_tables(const ic_component_t *component);
static bool ic_port_matches(ic_str_t one, ic_str_t other);
static bool ic_port_is_table(ic_str_t type);


bool
ic_job_port_fits(ic_str_t component, ic_str_t wanted, ic_str_t made)
{
    const ic_component_t       *known;
    const ic_component_port_t  *port;

    if (!ic_port_matches(wanted, made)) {
        return false;
    }

    /* what other components read is known where they are installed */

    known = ic_component(component);

    if (known == NULL) {
        return true;
    }

    for (port = known->about->inputs; port->name != NULL; port++) {
        if (ic_port_matches(wanted, ic_str(port->category))) {
            return true;
        }
    }

    return false;
}


bool
ic_job_reads_table(const ic_json_t *component)
{
    const ic_json_t       *input;
    const ic_component_t  *known;

    known = ic_component(ic_dag_component_name(component));

    if (known != NULL && !ic_port_reads_tables(known)) {
        return true;
    }

    input = ic_json_get(component, "input");
    input = (input != NULL) ? input->child : NULL;

    while (input != NULL
           && !ic_port_is_table(ic_json_str(ic_json_get(input, "type"))))
    {
        input = input->next;
    }

    return input != NULL;
}


static bool
ic_port_reads_tables(const ic_component_t *component)
{
    const ic_component_port_t  *port;

    for (port = component->about->inputs; port->name != NULL; port++) {
        if (ic_port_is_table(ic_str(port->category))) {
            return true;
        }
    }

    return false;
}


static bool
ic_port_matches(ic_str_t one, ic_str_t other)
{
    return ic_str_eq(one, other)
           || (ic_port_is_table(one) && ic_port_is_table(other));
}


static bool
ic_port_is_table(ic_str_t type)
{
    return ic_str_is(type, "dataset") || ic_str_is(type, "training_set")
           || ic_str_is(type, "test_set");
}
