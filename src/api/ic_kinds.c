
/* What apply, confirm, terminate and query are about. */


#include "ic_schemas.h"


static const ic_kind_t  ic_kinds[] = {
    { "contract", "C", "contract_id", &ic_contract_record },
    { "dataset", "D", "dataset_id", &ic_dataset_record },
    { "catalog", "D", "dataset_id", &ic_dataset_summary },
    { "project", "P", "project_id", &ic_project_record },
    { "flow", "F", "flow_id", &ic_flow_record },
    { "job", "J", "job_id", &ic_job_summary },
    { "model", "M", "model_id", &ic_model_summary },
    { "audit", "A", "audit_id", &ic_audit_record },
    { NULL, NULL, NULL, NULL }
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
