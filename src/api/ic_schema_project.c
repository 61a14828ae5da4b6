
/* Projects: A.3. */


#include "ic_schemas.h"


#define IC_PROJECT_TYPE                                                       \
    IC_FIELD_STR("type", 0, IC_MAX_NAME, "HOMO_FL, HETERO_FL, MPC, ...",      \
                 "项目类型: HOMO_FL、HETERO_FL、MPC 等")

#define IC_PROJECT_CONTRACTS                                                  \
    IC_FIELD_LIST("contract_ids", 0, IC_ID, NULL, IC_MAX_LIST,                \
                  "contracts with its members", "合作 id 列表")


static const ic_field_t  ic_project_create_fields[] = {
    IC_FIELD_STR("name", IC_REQ, IC_MAX_NAME, "its name", "项目名称"),
    IC_FIELD_STR("description", 0, IC_MAX_TEXT, "free text", "项目描述"),
    IC_PROJECT_CONTRACTS,
    IC_PROJECT_TYPE,
    IC_FIELD_END
};

const ic_schema_t  ic_project_create = {
    "ProjectCreate", ic_project_create_fields
};


static const ic_field_t  ic_project_id_fields[] = {
    IC_FIELD_ID("project_id", IC_REQ, "id of the project", "项目 id"),
    IC_FIELD_END
};

const ic_schema_t  ic_project_id = { "ProjectId", ic_project_id_fields };


static const ic_field_t  ic_project_record_fields[] = {
    IC_FIELD_ID("project_id", IC_REQ, "id of the project", "项目 id"),
    IC_FIELD_STR("name", IC_REQ, IC_MAX_NAME, "its name", "项目名称"),
    IC_FIELD_STR("description", 0, IC_MAX_TEXT, "free text", "项目描述"),
    { "contract_ids", NULL, IC_LIST, IC_ID, IC_REQ, 0, IC_MAX_LIST, NULL,
      NULL, "contracts with its members", "合作 id 列表" },
    IC_PROJECT_TYPE,
    IC_FIELD_END
};

const ic_schema_t  ic_project_record = {
    "Project", ic_project_record_fields
};


static const ic_field_t  ic_project_audit_fields[] = {
    IC_FIELD_ID("project_id", IC_REQ, "id of the project", "项目 id"),
    IC_FIELD_STR("name", IC_REQ, IC_MAX_NAME, "its name", "项目名称"),
    IC_FIELD_STR("description", 0, IC_MAX_TEXT, "free text", "项目描述"),
    IC_PROJECT_TYPE,
    IC_FIELD_ID("contract_id", IC_REQ, "the contract", "合约 id"),
    IC_FIELD_LIST("datasets", 0, IC_ANY, NULL, IC_MAX_LIST,
                  "datasets of the answering node: summaries or ids",
                  "项目使用的该协作方的数据集: 摘要或 id"),
    IC_FIELD_ID("audit_id", IC_REQ, "id of the request", "审批 id"),
    IC_FIELDS_LIMITS,
    IC_FIELDS_SCOPE,
    IC_FIELD_END
};

const ic_schema_t  ic_project_audit = {
    "ProjectAuditApply", ic_project_audit_fields
};
