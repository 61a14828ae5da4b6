
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


static const ic_field_t  ic_model_id_fields[] = {
    IC_FIELD_ID("model_id", IC_REQ, "id of the model", "模型 ID"),
    IC_FIELD_END
};

const ic_schema_t  ic_model_id = { "ModelId", ic_model_id_fields };


static const char *const  ic_model_provisions[] = {
    "offline", "online", NULL
};


#define IC_MODEL_PROVISION                                                    \
    IC_FIELD_ENUM("provision", 0, ic_model_provisions,                        \
                  "offline: as a file; online: as a service",                 \
                  "提供方式: offline 离线模型，online 在线模型")

/* 7.1 e: what a model may say of itself. */
#define IC_MODEL_ABOUT                                                        \
    IC_FIELD_STR("description", 0, IC_MAX_TEXT, "what it does", "模型描述"),  \
    IC_FIELD_STR("copyright", 0, IC_MAX_TEXT, "copyright", "版权信息"),       \
    IC_FIELD_ANY("example", 0, "example of its use", "使用样例"),             \
    IC_FIELD_LIST("inputs", 0, IC_OBJ, NULL, IC_MAX_COLUMNS,                  \
                  "what it takes", "输入信息"),                               \
    IC_FIELD_LIST("outputs", 0, IC_OBJ, NULL, IC_MAX_COLUMNS,                 \
                  "what it gives", "输出信息"),                               \
    IC_FIELD_STR("help", 0, IC_MAX_TEXT, "help, or where it is",              \
                 "帮助信息")

#define IC_MODEL_STANDING                                                     \
    IC_FIELD_ENUM("status", 0, ic_object_states,                              \
                  "offline: it takes no new use", "状态，下线后不接受使用"),  \
    IC_MODEL_PROVISION,                                                       \
    IC_FIELD_TIME("release_date", 0, "when it was released", "发布日期"),     \
    IC_FIELDS_STANDING


static const ic_field_t  ic_model_update_fields[] = {
    IC_FIELD_ID("model_id", IC_REQ, "id of the model", "模型 ID"),
    IC_FIELD_EXPECTED,
    IC_FIELD_STR("name", 0, IC_MAX_NAME, "its name", "模型名称"),
    IC_MODEL_PROVISION,
    IC_MODEL_ABOUT,
    IC_FIELD_STR("purpose", 0, IC_MAX_TEXT, "what it may be used for",
                 "用途"),
    IC_FIELD_END
};

const ic_schema_t  ic_model_update = {
    "ModelUpdate", ic_model_update_fields
};


#define IC_MODEL_FIELDS                                                       \
    IC_FIELD_ID("model_id", IC_REQ, "id of the model", "模型 ID"),            \
    IC_FIELD_ID("project_id", 0, "its project", "项目 ID"),                   \
    IC_FIELD_ID("task_id", IC_REQ, "the task that made it",                   \
                "产生模型的任务"),                                            \
    IC_FIELD_ID("job_id", 0, "the job of that task", "所属任务"),             \
    IC_FIELD_STR("name", IC_REQ, IC_MAX_NAME, "its name", "模型名称"),        \
    IC_FIELD_STR("algorithm", IC_REQ, IC_MAX_NAME, "the component",           \
                 "算法，即组件名"),                                           \
    IC_FIELD_STR("digest", 0, IC_MAX_NAME, "SHA-256 of its content",          \
                 "模型内容的 SHA-256"),                                       \
    IC_MODEL_STANDING


static const ic_field_t  ic_model_record_fields[] = {
    IC_MODEL_FIELDS,
    IC_MODEL_ABOUT,
    IC_FIELD_STR("purpose", 0, IC_MAX_TEXT, "what it may be used for",
                 "用途"),
    IC_FIELD_ENUM("pub_scope", 0, ic_scopes, "who may see it", "公开范围"),
    IC_FIELD_OBJ("usage_limits", 0, &ic_limits_record,
                 "the most that a permit of it is given for",
                 "使用限制: 授权时的上限"),
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


static const ic_field_t  ic_model_content_fields[] = {
    IC_FIELD_ID("model_id", IC_REQ, "id of the model", "模型 ID"),
    IC_FIELD_INT("version", 0, 0, 0, "rises with every change", "版本号"),
    IC_FIELD_STR("digest", 0, IC_MAX_NAME, "SHA-256 of its content",
                 "模型内容的 SHA-256"),
    IC_FIELD_OBJ("model", IC_REQ, NULL, "its content", "模型内容"),
    IC_FIELD_END
};

const ic_schema_t  ic_model_content = {
    "ModelContent", ic_model_content_fields
};


static const ic_field_t  ic_model_query_in_fields[] = {
    IC_FIELD_ID("contract_id", IC_REQ, "the contract", "合约 id"),
    IC_FIELD_ID("model_id", IC_REQ, "id of the model", "模型 ID"),
    IC_FIELD_END
};

const ic_schema_t  ic_model_query_in = {
    "ModelQueryIn", ic_model_query_in_fields
};


static const ic_field_t  ic_model_public_fields[] = {
    IC_MODEL_FIELDS,
    IC_MODEL_ABOUT,
    IC_FIELD_OBJ("usage_limits", 0, &ic_limits_record,
                 "the most that a permit of it is given for",
                 "使用限制: 授权时的上限"),
    IC_FIELD_END
};

const ic_schema_t  ic_model_public = {
    "ModelPublic", ic_model_public_fields
};


static const ic_field_t  ic_model_publics_fields[] = {
    IC_FIELDS_RECORDS(&ic_model_summary),
    IC_FIELD_END
};

const ic_schema_t  ic_model_publics = {
    "ModelSummaries", ic_model_publics_fields
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
