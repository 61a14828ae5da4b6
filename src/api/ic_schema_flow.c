
/*
 * Flows: A.5, and the DAG and configuration that flows and jobs carry. Types
 * are checked here, meaning in ic_job_check.c.
 */


#include "ic_schemas.h"


static const ic_field_t  ic_port_fields[] = {
    IC_FIELD_STR("type", 0, IC_MAX_NAME,
                 "dataset, training_set, test_set, model, report, metric",
                 "类型: dataset、training_set、test_set、model、report、"
                 "metric"),
    IC_FIELD_STR("key", 0, IC_MAX_NAME,
                 "output: its name; input: <component>.<output>",
                 "输出: 名称；输入: <组件实例名>.<输出名>"),
    IC_FIELD_END
};

static const ic_schema_t  ic_port = { "Port", ic_port_fields };


static const ic_field_t  ic_component_fields[] = {
    IC_FIELD_STR("name", 0, IC_MAX_NAME, "name of this instance: required",
                 "组件实例名，必填"),
    { "componentName", "module_name", IC_STR, 0, 0, 0, IC_MAX_NAME, NULL,
      NULL, "the component: required (also module_name or code)",
      "组件名，必填 (也可用 module_name 或 code)" },
    IC_FIELD_STR("code", 0, IC_MAX_NAME, "another form of componentName",
                 "componentName 的另一种写法"),
    IC_FIELD_STR("provider", 0, IC_MAX_NAME, "who made it", "提供方"),
    IC_FIELD_STR("version", 0, IC_MAX_NAME, "its version", "版本"),
    IC_FIELD_LIST("input", 0, IC_OBJ, &ic_port, 64,
                  "what it reads from others", "输入，取自其他组件的输出"),
    IC_FIELD_LIST("output", 0, IC_OBJ, &ic_port, 64, "what it makes",
                  "输出"),
    IC_FIELD_LIST("after", 0, IC_STR, NULL, 64,
                  "names of components that must have succeeded before, "
                  "though it reads nothing from them",
                  "须先成功的组件实例名，不取其输出"),
    IC_FIELD_END
};

static const ic_schema_t  ic_component = {
    "DagComponent", ic_component_fields
};


static const ic_field_t  ic_dag_fields[] = {
    IC_FIELD_STR("version", 0, IC_MAX_NAME, "version of the format", "版本"),
    IC_FIELD_LIST("components", 0, IC_OBJ, &ic_component, 128,
                  "the steps: required", "组件列表，必填"),
    IC_FIELD_END
};

const ic_schema_t  ic_dag = { "DAG", ic_dag_fields };


static const ic_field_t  ic_initiator_fields[] = {
    IC_FIELD_STR("role", 0, IC_MAX_NAME, "its role", "角色"),
    IC_FIELD_ID("node_id", 0, "the initiator's node", "发起方节点 ID"),
    IC_FIELD_END
};

static const ic_schema_t  ic_initiator = {
    "Initiator", ic_initiator_fields
};


static const ic_field_t  ic_config_fields[] = {
    IC_FIELD_STR("version", 0, IC_MAX_NAME, "version of the format", "版本"),
    IC_FIELD_OBJ("initiator", 0, &ic_initiator, "who drives the job",
                 "发起方"),
    { "role", NULL, IC_MAP, IC_ANY, 0, 0, 16, NULL, NULL,
      "guest, host, arbiter: lists of node ids; each node once: required",
      "guest、host、arbiter 各角色的节点 id 列表，每个节点一次，必填" },
    IC_FIELD_OBJ("job_params", 0, NULL, "common, per role: sync_type, "
                 "resources {cpu: cores, memory, disk: bytes or as \"512m\"; "
                 "-1: no limit}; common.retry: {count: 0 to 10 further tries "
                 "of a failed task, backoff: ms, doubled each time}; "
                 "common.escrow: {threshold: parties that give it back "
                 "together, days, steps: whose outputs, none: all, level, "
                 "copies}: what each party has of it is put in escrow there",
                 "任务参数，通用或按角色: sync_type、resources {cpu 核数，"
                 "memory、disk 字节数或如 \"512m\"，-1 不限}；common.retry: "
                 "{count: 失败后重试次数 0 至 10，backoff: 间隔毫秒，逐次加倍}；"
                 "common.escrow: {threshold 共同恢复所需的参与方数，days 天数，"
                 "steps 组件实例名，不填为全部，level，copies}: 各参与方的输出"
                 "在产生时即托管"),
    IC_FIELD_OBJ("task_params", 0, NULL,
                 "common, per role and index: parameters per component name",
                 "组件参数，通用或按角色与序号，以组件实例名为键"),
    IC_FIELD_END
};

const ic_schema_t  ic_config = { "Config", ic_config_fields };


#define IC_FLOW_DAG(flags)                                                    \
    IC_FIELD_OBJ("dag", flags, &ic_dag, "the DAG", "DAG")

#define IC_FLOW_CONFIG(flags)                                                 \
    { "config", "conf", IC_OBJ, 0, flags, 0, 0, &ic_config, NULL,             \
      "run-time configuration", "任务运行时配置" }


static const ic_field_t  ic_flow_create_fields[] = {
    IC_FIELD_ID("project_id", 0, "its project", "项目 ID"),
    IC_FIELD_STR("name", IC_REQ, IC_MAX_NAME, "its name", "流程名称"),
    IC_FIELD_STR("description", 0, IC_MAX_TEXT, "free text", "流程描述"),
    IC_FLOW_DAG(0),
    IC_FLOW_CONFIG(0),
    IC_FIELD_END
};

const ic_schema_t  ic_flow_create = { "FlowCreate", ic_flow_create_fields };


static const ic_field_t  ic_flow_id_fields[] = {
    IC_FIELD_ID("flow_id", IC_REQ, "id of the flow", "流程 ID"),
    IC_FIELD_END
};

const ic_schema_t  ic_flow_id = { "FlowId", ic_flow_id_fields };


static const ic_field_t  ic_flow_update_fields[] = {
    IC_FIELD_ID("flow_id", IC_REQ, "id of the flow", "流程 ID"),
    IC_FIELD_STR("name", 0, IC_MAX_NAME, "its name", "流程名称"),
    IC_FIELD_STR("description", 0, IC_MAX_TEXT, "free text", "流程描述"),
    IC_FLOW_DAG(0),
    IC_FLOW_CONFIG(0),
    IC_FIELD_EXPECTED,
    IC_FIELD_END
};

const ic_schema_t  ic_flow_update = { "FlowUpdate", ic_flow_update_fields };


#define IC_FLOW_FIELDS                                                        \
    IC_FIELD_ID("flow_id", IC_REQ, "id of the flow", "流程 ID"),              \
    IC_FIELD_ID("project_id", 0, "its project", "项目 ID"),                   \
    IC_FIELD_STR("name", IC_REQ, IC_MAX_NAME, "its name", "流程名称"),        \
    IC_FIELD_STR("description", 0, IC_MAX_TEXT, "free text", "流程描述"),     \
    IC_FIELD_ENUM("status", 0, ic_object_states,                              \
                  "offline: no new job is made of it",                        \
                  "状态，下线后不能再创建任务"),                              \
    IC_FIELDS_STANDING

static const ic_field_t  ic_flow_record_fields[] = {
    IC_FLOW_FIELDS,
    IC_FIELD_ENUM("pub_scope", 0, ic_scopes, "who may see it", "公开范围"),
    IC_FLOW_DAG(0),
    IC_FLOW_CONFIG(0),
    IC_FIELD_END
};

const ic_schema_t  ic_flow_record = { "Flow", ic_flow_record_fields };


static const ic_field_t  ic_flow_list_fields[] = {
    IC_FIELD_ID("project_id", 0, "only of this project", "项目 ID"),
    IC_FIELDS_PAGE,
    IC_FIELD_END
};

const ic_schema_t  ic_flow_list = { "FlowList", ic_flow_list_fields };


static const ic_field_t  ic_flow_records_fields[] = {
    IC_FIELDS_RECORDS(&ic_flow_record),
    IC_FIELD_END
};

const ic_schema_t  ic_flow_records = { "Flows", ic_flow_records_fields };


static const ic_field_t  ic_flow_query_in_fields[] = {
    IC_FIELD_ID("contract_id", IC_REQ, "the contract", "合约 id"),
    IC_FIELD_ID("flow_id", IC_REQ, "id of the flow", "流程 ID"),
    IC_FIELD_END
};

const ic_schema_t  ic_flow_query_in = {
    "FlowQueryIn", ic_flow_query_in_fields
};


static const ic_field_t  ic_flow_public_fields[] = {
    IC_FLOW_FIELDS,
    IC_FLOW_DAG(0),
    IC_FIELD_END
};

const ic_schema_t  ic_flow_public = { "FlowPublic", ic_flow_public_fields };


static const ic_field_t  ic_flow_summary_fields[] = {
    IC_FLOW_FIELDS,
    IC_FIELD_END
};

static const ic_schema_t  ic_flow_summary = {
    "FlowSummary", ic_flow_summary_fields
};


static const ic_field_t  ic_flow_publics_fields[] = {
    IC_FIELDS_RECORDS(&ic_flow_summary),
    IC_FIELD_END
};

const ic_schema_t  ic_flow_publics = {
    "FlowSummaries", ic_flow_publics_fields
};


static const ic_field_t  ic_flow_audit_fields[] = {
    IC_FIELD_ID("project_id", 0, "its project", "项目 ID"),
    IC_FIELD_STR("name", IC_REQ, IC_MAX_NAME, "its name", "流程名称"),
    IC_FIELD_STR("description", 0, IC_MAX_TEXT, "free text", "流程描述"),
    IC_FLOW_DAG(IC_REQ),
    IC_FLOW_CONFIG(0),
    IC_FIELD_ID("flow_id", IC_REQ, "id of the flow", "流程 id"),
    IC_FIELD_ID("audit_id", IC_REQ, "id of the request", "审批 id"),
    IC_FIELDS_LIMITS,
    IC_FIELDS_SCOPE,
    IC_FIELD_END
};

const ic_schema_t  ic_flow_audit = {
    "FlowAuditApply", ic_flow_audit_fields
};
