
/* What apply, confirm, terminate and query are about. */


#include "ic_api.h"


static const ic_kind_t  ic_kinds[] = {
    { "contract", "C", "contract_id" },
    { "dataset", "D", "dataset_id" },
    { "project", "P", "project_id" },
    { "flow", "F", "flow_id" },
    { "job", "J", "job_id" },
    { "model", "M", "model_id" },
    { "audit", "A", "audit_id" },
    { "component", "K", "component_id" },
    { "timetable", "T", "timetable_id" },
    { "escrow", "E", "escrow_id" },
    { "recovery", "R", "recovery_id" },
    { NULL, NULL, NULL }
};


const ic_kind_t *
ic_kind(ic_str_t name)
{
    const ic_kind_t  *kind;

    for (kind = ic_kinds; kind->name != NULL; kind++) {
        if (ic_str_is(name, kind->name)) {
            return kind;
        }
    }

    return NULL;
}
