
/* What apply, confirm, terminate and query are about. */


#include "ic_schemas.h"


const ic_kind_t  ic_kinds[] = {

    { "contract", "C", "contract_id", NULL,
      &ic_contract_record, &ic_contract_record,
      "/v1/interconn/node/contract" },

    { "dataset", "D", "dataset_id", &ic_dataset_audit,
      &ic_dataset_record, &ic_dataset_record,
      "/v1/interconn/dataset/audit" },

    { "catalog", "D", "dataset_id", NULL,
      &ic_dataset_public, &ic_dataset_summary, NULL },

    { "project", "P", "project_id", &ic_project_audit,
      &ic_project_record, &ic_project_record,
      "/v1/interconn/project/audit" },

    { "flow", "F", "flow_id", &ic_flow_audit,
      &ic_flow_record, &ic_flow_record, "/v1/interconn/flow/audit" },

    { "job", "J", "job_id", &ic_job_audit,
      &ic_job_record, &ic_job_summary, "/v1/interconn/job/audit" },

    { "model", "M", "model_id", &ic_model_audit,
      &ic_model_record, &ic_model_summary, "/v1/interconn/model/audit" },

    { "audit", "A", "audit_id", NULL,
      &ic_audit_record, &ic_audit_record, NULL },

    { NULL, NULL, NULL, NULL, NULL, NULL, NULL }
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
