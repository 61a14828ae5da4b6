
/* Models: A.7. */


#include "ic_schemas.h"


static const ic_field_t  ic_model_list_fields[] = {
    IC_FIELD_ID("project_id", 0, "only of this project", "项目 ID"),
    IC_FIELDS_PAGE,
    IC_FIELD_END
};

const ic_schema_t  ic_model_list = { "ModelList", ic_model_list_fields };


static const ic_field_t  ic_model_query_fields[] = {
    { "id", "model_id", IC_ID, 0, IC_REQ, 0, 0, NULL, NULL,
      "id of the model", "模型 ID" },
    IC_FIELD_END
};

const ic_schema_t  ic_model_query = { "ModelQuery", ic_model_query_fields };


#define IC_MODEL_FIELDS                                                       \
    IC_FIELD_ID("model_id", IC_REQ, "id of the model", "模型 ID"),            \
    IC_FIELD_ID("task_id", IC_REQ, "the task that made it",                   \
                "产生模型的任务"),                                             \
    IC_FIELD_ID("job_id", 0, "the job of that task", "所属任务"),             \
    IC_FIELD_STR("name", IC_REQ, IC_MAX_NAME, "its name", "模型名称"),        \
    IC_FIELD_STR("algorithm", IC_REQ, IC_MAX_NAME, "the component",           \
                 "算法，即组件名"),                                           \
    IC_FIELD_STR("digest", 0, IC_MAX_NAME, "SHA-256 of its content",          \
                 "模型内容的 SHA-256"),                                       \
    IC_FIELD_TIME("create_time", 0, "when it was made", "创建时间")

static const ic_field_t  ic_model_record_fields[] = {
    IC_MODEL_FIELDS,
    IC_FIELD_OBJ("model", 0, NULL, "its content", "模型内容"),
    IC_FIELD_END
};

const ic_schema_t  ic_model_record = { "Model", ic_model_record_fields };


static const ic_field_t  ic_model_summary_fields[] = {
    IC_MODEL_FIELDS,
    IC_FIELD_END
};

const ic_schema_t  ic_model_summary = {
    "ModelSummary", ic_model_summary_fields
};


static const ic_field_t  ic_model_records_fields[] = {
    IC_FIELDS_RECORDS(&ic_model_summary),
    IC_FIELD_END
};

const ic_schema_t  ic_model_records = {
    "Models", ic_model_records_fields
};


static const ic_field_t  ic_model_audit_fields[] = {
    IC_FIELD_ID("model_id", IC_REQ, "id of the model", "模型 ID"),
    IC_FIELD_ID("task_id", 0, "the task that made it", "产生模型的任务"),
    { "model_digest", "digest", IC_STR, 0, 0, 0, IC_MAX_NAME, NULL, NULL,
      "its digest", "模型摘要值" },
    IC_FIELD_ID("audit_id", IC_REQ, "id of the request", "审批 id"),
    IC_FIELD_ID("apply_project_id", IC_REQ,
                "the project that will use it", "后续要使用模型的项目 id"),
    IC_FIELDS_LIMITS,
    IC_FIELDS_SCOPE,
    IC_FIELD_END
};

const ic_schema_t  ic_model_audit = {
    "ModelAuditApply", ic_model_audit_fields
};
