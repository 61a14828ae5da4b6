
/*
 * Authorisation of datasets, projects, flows, jobs, models and components:
 * what the six kinds share. What they ask for is in the file of each kind.
 */


#include "ic_schemas.h"


const char *const  ic_audit_answers[] = { "APPROVED", "REJECTED", NULL };

const char *const  ic_audit_states[] = {
    "APPLIED", "APPROVED", "REJECTED", "TERMINATED", NULL
};

const char *const  ic_directions[] = { "in", "out", NULL };

const char *const  ic_resource_types[] = {
    "dataset", "project", "flow", "job", "model", "component", NULL
};


#define IC_AUDIT_ID                                                           \
    IC_FIELD_ID("audit_id", IC_REQ, "id of the request, made by the asker",   \
                "审批 id，由申请方生成")

#define IC_AUDIT_ANSWER                                                       \
    IC_FIELD_ENUM("status", IC_REQ, ic_audit_answers, "the answer",           \
                  "授权状态")

#define IC_AUDIT_SELECTORS                                                    \
    IC_FIELD_ENUM("resource_type", 0, ic_resource_types,                      \
                  "kind, where the audit_id alone is ambiguous",              \
                  "资源类型，仅凭 audit_id 无法确定时给出"),                  \
    IC_FIELD_ID("node_id", 0,                                                 \
                "the other node, where the audit_id alone is ambiguous",      \
                "对方节点 ID，仅凭 audit_id 无法确定时给出")


static const ic_field_t  ic_permit_record_fields[] = {
    IC_FIELD_STR("token", IC_REQ|IC_SECRET, IC_MAX_TOKEN,
                 "the permit, bound to its holder and the resource",
                 "令牌，绑定持有方与资源"),
    IC_FIELD_INT("resource_level", IC_REQ, 0, 1000000,
                 "level of the resource; 1 in our permits, and no meaning is "
                 "given to it",
                 "资源等级；本节点签发的均为 1，不作判断"),
    IC_FIELD_STR("resource_type", IC_REQ, IC_MAX_NAME, "Dataset, Job, ...",
                 "资源类型: Dataset、Job 等"),
    IC_FIELD_ID("resource_id", IC_REQ, "the resource", "资源 ID"),
    { "resource_node_id", "resourse_node_id", IC_ID, 0, IC_REQ, 0, 0, NULL,
      NULL, "its node", "资源提供方的节点 ID" },
    { "resource_inst_id", "resourse_inst_id", IC_ID, 0, IC_REQ, 0, 0, NULL,
      NULL, "its organisation", "资源提供方的机构 ID" },
    IC_FIELD_ID("request_node_id", IC_REQ, "the holder's node",
                "资源使用方的节点 ID"),
    IC_FIELD_ID("request_inst_id", IC_REQ, "the holder's organisation",
                "资源使用方的机构 ID"),
    IC_FIELD_TIME("time_limit", 0, "end of the permission", "访问时间限制"),
    IC_FIELD_INT("times_limit", 0, 0, 0, "number of uses; 0: unlimited",
                 "访问次数限制，0 为不限"),
    IC_FIELD_INT("rows_limit", 0, 0, 0, "number of rows; 0: unlimited",
                 "行数限制，0 为不限"),
    IC_FIELD_INT("bytes_limit", 0, 0, 0, "number of bytes; 0: unlimited",
                 "字节数限制，0 为不限"),
    IC_FIELD_LIST("algorithms_allow", 0, IC_ID, NULL, IC_LIMIT_MAX_IDS,
                  "the algorithms that may use it; none: any",
                  "允许使用的算法，不填为不限"),
    IC_FIELD_LIST("algorithms_deny", 0, IC_ID, NULL, IC_LIMIT_MAX_IDS,
                  "the algorithms that may not", "不允许使用的算法"),
    IC_FIELDS_SCOPE,
    IC_FIELD_END
};

const ic_schema_t  ic_permit_record = {
    "ResourcePermit", ic_permit_record_fields
};


static const ic_field_t  ic_audit_confirm_in_fields[] = {
    IC_AUDIT_ID,
    IC_AUDIT_ANSWER,
    { "resource_permit", NULL, IC_OBJ, 0, IC_SECRET, 0, 0, &ic_permit_record,
      "status=APPROVED", "the permit", "资源许可凭证" },
    IC_FIELD_REASON,
    IC_FIELD_END
};

const ic_schema_t  ic_audit_confirm_in = {
    "AuditConfirm", ic_audit_confirm_in_fields
};


static const ic_field_t  ic_audit_id_fields[] = {
    IC_AUDIT_ID,
    IC_FIELD_END
};

const ic_schema_t  ic_audit_id = { "AuditId", ic_audit_id_fields };


static const ic_field_t  ic_audit_status_fields[] = {
    IC_FIELD_ENUM("status", IC_REQ, ic_audit_states, "state of the request",
                  "审批状态"),
    IC_FIELD_END
};

const ic_schema_t  ic_audit_status = {
    "AuditStatus", ic_audit_status_fields
};


static const ic_field_t  ic_audit_apply_fields[] = {
    IC_FIELD_ENUM("resource_type", IC_REQ, ic_resource_types,
                  "what is asked for", "资源类型"),
    IC_FIELD_ID("contract_id", IC_REQ, "the contract with the owner",
                "合约 id"),
    { "resource_id", "dataset_id|project_id|flow_id|job_id|model_id|"
                     "component_id", IC_ID, 0,
      IC_REQ, 0, 0, NULL, NULL, "the resource; of a component \"code:version\"",
      "资源 id，组件为 \"code:version\"" },
    IC_FIELDS_SCOPE,
    IC_FIELDS_LIMITS,
    IC_FIELD_LIST("datasets", 0, IC_ANY, NULL, IC_MAX_LIST,
                  "project: the owner's datasets it uses",
                  "项目: 使用的该协作方的数据集"),
    { "apply_project_id", NULL, IC_ID, 0, 0, 0, 0, NULL,
      "resource_type=model", "model: the project that will use it",
      "模型: 后续要使用模型的项目 id" },
    IC_FIELD_ID("task_id", 0, "model: the task that made it",
                "模型: 产生模型的任务"),
    IC_FIELD_STR("model_digest", 0, IC_MAX_NAME, "model: its digest",
                 "模型: 摘要值"),
    IC_FIELD_END
};

const ic_schema_t  ic_audit_apply = {
    "AuditRequest", ic_audit_apply_fields
};


static const ic_field_t  ic_audit_confirm_fields[] = {
    IC_AUDIT_ID,
    IC_AUDIT_ANSWER,
    IC_AUDIT_SELECTORS,
    IC_FIELDS_LIMITS,
    IC_FIELDS_SCOPE,
    IC_FIELD_REASON,
    IC_FIELD_END
};

const ic_schema_t  ic_audit_confirm = {
    "AuditAnswer", ic_audit_confirm_fields
};


static const ic_field_t  ic_audit_select_fields[] = {
    IC_AUDIT_ID,
    IC_AUDIT_SELECTORS,
    IC_FIELD_END
};

const ic_schema_t  ic_audit_select = {
    "AuditSelect", ic_audit_select_fields
};


static const ic_field_t  ic_audit_list_fields[] = {
    IC_FIELD_ENUM("resource_type", 0, ic_resource_types, "only this kind",
                  "资源类型"),
    IC_FIELD_ENUM("status", 0, ic_audit_states, "only in this state",
                  "审批状态"),
    IC_FIELD_ENUM("dir", 0, ic_directions,
                  "in: we were asked; out: we asked",
                  "in 为收到的申请，out 为发出的申请"),
    IC_FIELDS_PAGE,
    IC_FIELD_END
};

const ic_schema_t  ic_audit_list = { "AuditList", ic_audit_list_fields };


static const ic_field_t  ic_audit_record_fields[] = {
    IC_AUDIT_ID,
    IC_FIELD_ENUM("resource_type", IC_REQ, ic_resource_types, "its kind",
                  "资源类型"),
    IC_FIELD_ID("resource_id", IC_REQ, "the resource", "资源 id"),
    IC_FIELD_ID("node_id", IC_REQ, "the other node", "对方节点 ID"),
    IC_FIELD_ENUM("dir", IC_REQ, ic_directions,
                  "in: we were asked; out: we asked",
                  "in 为收到的申请，out 为发出的申请"),
    IC_FIELD_ENUM("status", IC_REQ, ic_audit_states, "its state",
                  "审批状态"),
    IC_FIELD_ID("contract_id", 0, "the contract", "合约 id"),
    IC_FIELD_STR("name", 0, IC_MAX_NAME, "name of the resource", "名称"),
    IC_FIELD_STR("description", 0, IC_MAX_TEXT, "its description", "描述"),
    IC_FIELD_ID("project_id", 0, "its project", "项目 ID"),
    IC_FIELD_ID("flow_id", 0, "its flow", "流程 ID"),
    IC_FIELD_OBJ("dag", 0, NULL, "its DAG", "DAG"),
    IC_FIELD_OBJ("config", 0, NULL, "its run-time configuration",
                 "任务运行时配置"),
    IC_FIELD_STR("party", 0, IC_MAX_NAME,
                 "audit/query: which of its parties we would be, guest.0",
                 "audit/query: 本节点在其中的参与方，如 guest.0"),
    IC_FIELD_ID("compared_with", 0,
                "job of the peer that it takes outputs over from, or that it "
                "was when it was approved before",
                "对照的任务: 沿用其输出的原任务，或该任务此前批准的内容"),
    IC_FIELD_LIST("changes", 0, IC_STR, NULL, 128,
                  "its components that are not as they were in that one",
                  "与之相比有变化的组件"),
    IC_FIELD_LIST("reuses", 0, IC_STR, NULL, 128,
                  "its components that do not run: their outputs of that job "
                  "are taken over", "不运行、沿用原输出的组件"),
    IC_FIELD_ANY("auth_scope", 0, "scope asked for", "授权范围类型"),
    IC_FIELD_ANY("scope_ids", 0, "ids per scope", "授权适用范围"),
    IC_FIELD_ID("apply_project_id", 0, "project that will use the model",
                "使用模型的项目 id"),
    IC_FIELDS_LIMITS,
    IC_FIELD_OBJ("usage_limits", 0, &ic_limits_record,
                 "dataset of ours: the most that it is given for",
                 "本方数据集: 授权上限"),
    IC_FIELD_STR("jti", 0, IC_MAX_NAME, "id of the permit", "许可凭证 id"),
    IC_FIELDS_DECISION,
    IC_FIELDS_PENDING,
    IC_FIELD_STR("delivery", 0, IC_MAX_TEXT,
                 "how the delivery of our last message went",
                 "最近一次消息的送达情况"),
    IC_FIELD_TIME("create_time", 0, "when it was asked", "申请时间"),
    IC_FIELD_TIME("update_time", 0, "last change", "更新时间"),
    IC_FIELD_END
};

const ic_schema_t  ic_audit_record = { "Audit", ic_audit_record_fields };


static const ic_field_t  ic_audit_records_fields[] = {
    IC_FIELDS_RECORDS(&ic_audit_record),
    IC_FIELD_END
};

const ic_schema_t  ic_audit_records = { "Audits", ic_audit_records_fields };
