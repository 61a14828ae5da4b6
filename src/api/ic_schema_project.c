
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


static const ic_field_t  ic_project_update_fields[] = {
    IC_FIELD_ID("project_id", IC_REQ, "id of the project", "项目 id"),
    IC_FIELD_STR("name", IC_REQ, IC_MAX_NAME, "its name", "项目名称"),
    IC_FIELD_STR("description", 0, IC_MAX_TEXT, "free text", "项目描述"),
    IC_PROJECT_CONTRACTS,
    IC_PROJECT_TYPE,
    IC_FIELD_EXPECTED,
    IC_FIELD_END
};

const ic_schema_t  ic_project_update = {
    "ProjectUpdate", ic_project_update_fields
};


#define IC_PROJECT_STATUS                                                     \
    IC_FIELD_ENUM("status", 0, ic_object_states,                              \
                  "offline: it takes no new flow, job or use, and partners "  \
                  "do not see it",                                            \
                  "状态，下线后不接受新的流程、任务与使用，合作方不可见")

#define IC_PROJECT_USES(kind, kinds, zh)                                      \
    { kinds, NULL, IC_MAP, IC_LIST, 0, 0, 0, NULL, NULL,                      \
      "ids of the " kind "s it uses, by node", zh }

#define IC_PROJECT_FIELDS                                                     \
    IC_FIELD_ID("project_id", IC_REQ, "id of the project", "项目 id"),        \
    IC_FIELD_STR("name", IC_REQ, IC_MAX_NAME, "its name", "项目名称"),        \
    IC_FIELD_STR("description", 0, IC_MAX_TEXT, "free text", "项目描述"),     \
    IC_PROJECT_TYPE,                                                          \
    IC_PROJECT_STATUS,                                                        \
    IC_FIELDS_STANDING

#define IC_PROJECT_MEMBERS                                                    \
    { "contract_ids", NULL, IC_LIST, IC_ID, IC_REQ, 0, IC_MAX_LIST, NULL,     \
      NULL, "contracts with its members", "合作 id 列表" }


static const ic_field_t  ic_project_record_fields[] = {
    IC_PROJECT_FIELDS,
    IC_PROJECT_MEMBERS,
    IC_PROJECT_USES("dataset", "datasets", "使用的数据集，按节点"),
    IC_PROJECT_USES("component", "components", "使用的组件，按节点"),
    IC_PROJECT_USES("model", "models", "使用的模型，按节点"),
    IC_FIELD_END
};

const ic_schema_t  ic_project_record = {
    "Project", ic_project_record_fields
};


static const ic_field_t  ic_project_summary_fields[] = {
    IC_PROJECT_FIELDS,
    IC_PROJECT_MEMBERS,
    IC_FIELD_END
};

static const ic_schema_t  ic_project_summary = {
    "ProjectSummary", ic_project_summary_fields
};


static const ic_field_t  ic_project_records_fields[] = {
    IC_FIELDS_RECORDS(&ic_project_summary),
    IC_FIELD_END
};

const ic_schema_t  ic_project_records = {
    "Projects", ic_project_records_fields
};


static const ic_field_t  ic_project_query_in_fields[] = {
    IC_FIELD_ID("project_id", IC_REQ, "id of the project", "项目 id"),
    IC_FIELD_ID("contract_id", IC_REQ, "the contract", "合约 id"),
    IC_FIELD_END
};

const ic_schema_t  ic_project_query_in = {
    "ProjectQueryIn", ic_project_query_in_fields
};


static const ic_field_t  ic_project_public_fields[] = {
    IC_PROJECT_FIELDS,
    IC_FIELD_LIST("node_ids", IC_REQ, IC_OBJ, &ic_node_public, 0,
                  "its members' public records, this node's first",
                  "合作节点列表，本节点在前"),
    { "datasets", NULL, IC_MAP, IC_LIST, IC_REQ, 0, 0, NULL, NULL,
      "ids of the datasets it uses, by node", "项目使用的数据集，按节点" },
    IC_FIELD_END
};

const ic_schema_t  ic_project_public = {
    "ProjectPublic", ic_project_public_fields
};


static const ic_field_t  ic_project_public_summary_fields[] = {
    IC_PROJECT_FIELDS,
    IC_FIELD_END
};

static const ic_schema_t  ic_project_public_summary = {
    "ProjectPublicSummary", ic_project_public_summary_fields
};


static const ic_field_t  ic_project_publics_fields[] = {
    IC_FIELDS_RECORDS(&ic_project_public_summary),
    IC_FIELD_END
};

const ic_schema_t  ic_project_publics = {
    "ProjectPublics", ic_project_publics_fields
};


static const ic_field_t  ic_project_member_fields[] = {
    IC_FIELD_ID("project_id", IC_REQ, "id of the project", "项目 id"),
    IC_FIELD_ID("contract_id", 0, "the contract with the member; or node_id",
                "与成员的合约 id，或给出 node_id"),
    IC_FIELD_ID("node_id", 0, "the member: its live contract is meant",
                "成员节点 ID，取其有效合约"),
    IC_FIELD_END
};

const ic_schema_t  ic_project_member = {
    "ProjectMember", ic_project_member_fields
};


static const ic_field_t  ic_project_node_fields[] = {
    IC_FIELD_ID("node_id", IC_REQ, "the member", "成员节点 ID"),
    IC_FIELD_STR("name", IC_REQ, IC_MAX_NAME, "its name", "节点名称"),
    IC_FIELD_STR("institution", 0, IC_MAX_NAME,
                 "organisation that runs it", "节点所属机构"),
    IC_FIELD_ID("inst_id", 0, "id of the organisation", "机构 Id"),
    IC_FIELD_STR("address", 0, IC_MAX_URL,
                 "base URL of its interconnection service", "节点服务地址"),
    IC_FIELD_ID("contract_id", 0, "the contract; this node has none",
                "合约 id，本节点无"),
    IC_FIELD_ENUM("status", 0, ic_audit_states, "of the contract",
                  "合约状态"),
    IC_FIELD_END
};

static const ic_schema_t  ic_project_node = {
    "ProjectNode", ic_project_node_fields
};


static const ic_field_t  ic_project_members_fields[] = {
    IC_FIELDS_RECORDS(&ic_project_node),
    IC_FIELD_END
};

const ic_schema_t  ic_project_members = {
    "ProjectMembers", ic_project_members_fields
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
