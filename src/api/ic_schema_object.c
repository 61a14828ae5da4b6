
/* What managed objects have in common: state, publication, use. */


#include "ic_schemas.h"


const char *const  ic_scopes[] = { "private", "protect", "public", NULL };

const char *const  ic_object_states[] = {
    "online", "offline", "disconnected", NULL
};

static const char *const  ic_reported_states[] = {
    "online", "disconnected", NULL
};


/* An object of a kind by its id, with what else a call needs. */

#define IC_SHOWN_SCHEMAS(kind, title, id)                                     \
                                                                              \
static const ic_field_t  ic_##kind##_publish_fields[] = {                     \
    id,                                                                       \
    IC_FIELDS_PUBLISH,                                                        \
    IC_FIELD_END                                                              \
};                                                                            \
                                                                              \
const ic_schema_t  ic_##kind##_publish = {                                    \
    title "Publish", ic_##kind##_publish_fields                               \
};                                                                            \
                                                                              \
static const ic_field_t  ic_##kind##_usage_fields[] = {                       \
    id,                                                                       \
    IC_FIELDS_PAGE,                                                           \
    IC_FIELD_END                                                              \
};                                                                            \
                                                                              \
const ic_schema_t  ic_##kind##_usage = {                                      \
    title "Usage", ic_##kind##_usage_fields                                   \
}

#define IC_USED_SCHEMAS(kind, title, id)                                      \
                                                                              \
static const ic_field_t  ic_##kind##_report_fields[] = {                      \
    id,                                                                       \
    IC_FIELD_ENUM("state", IC_REQ, ic_reported_states,                        \
                  "whether it can be reached", "是否可达"),                   \
    IC_FIELD_END                                                              \
};                                                                            \
                                                                              \
const ic_schema_t  ic_##kind##_report = {                                     \
    title "StateReport", ic_##kind##_report_fields                            \
};                                                                            \
                                                                              \
static const ic_field_t  ic_##kind##_use_fields[] = {                         \
    id,                                                                       \
    IC_FIELD_ID("project_id", IC_REQ, "the project", "项目 id"),              \
    IC_FIELD_ID("node_id", 0, "whose it is: a member of the project; "        \
                "default: this node",                                         \
                "所属节点，须为项目成员，默认本节点"),                        \
    IC_FIELD_END                                                              \
};                                                                            \
                                                                              \
const ic_schema_t  ic_##kind##_use = {                                        \
    title "Use", ic_##kind##_use_fields                                       \
}

#define IC_ID_OF_DATASET                                                      \
    IC_FIELD_ID("dataset_id", IC_REQ, "id of the dataset", "数据集 ID")

#define IC_ID_OF_MODEL                                                        \
    IC_FIELD_ID("model_id", IC_REQ, "id of the model", "模型 ID")

#define IC_ID_OF_FLOW                                                         \
    IC_FIELD_ID("flow_id", IC_REQ, "id of the flow", "流程 ID")

IC_SHOWN_SCHEMAS(dataset, "Dataset", IC_ID_OF_DATASET);
IC_SHOWN_SCHEMAS(model, "Model", IC_ID_OF_MODEL);
IC_SHOWN_SCHEMAS(flow, "Flow", IC_ID_OF_FLOW);
IC_SHOWN_SCHEMAS(component, "Component", IC_FIELDS_COMPONENT_ID(IC_REQ));

IC_USED_SCHEMAS(dataset, "Dataset", IC_ID_OF_DATASET);
IC_USED_SCHEMAS(model, "Model", IC_ID_OF_MODEL);
IC_USED_SCHEMAS(component, "Component", IC_FIELDS_COMPONENT_ID(IC_REQ));


static const ic_field_t  ic_object_state_fields[] = {
    IC_FIELD_ENUM("state", IC_REQ, ic_object_states,
                  "offline: taken down by an operator; disconnected: cannot "
                  "be reached",
                  "在线、下线 (由操作员下线)、离线 (不可达)"),
    IC_FIELD_STR("status", 0, IC_MAX_NAME, "as its record has it",
                 "记录中的状态"),
    IC_FIELD_INT("version", 0, 0, 0, "rises with every change", "版本号"),
    IC_FIELD_INT("revision", 0, 0, 0,
                 "of a component: rises with every change",
                 "组件记录的修订号"),
    IC_FIELD_ENUM("pub_scope", 0, ic_scopes, "who may see it", "公开范围"),
    IC_FIELD_INT("used", 0, 0, 0, "how often it was used", "使用次数"),
    IC_FIELD_TIME("last_use", 0, "when it was used last", "最近使用时间"),
    IC_FIELD_TIME("update_time", 0, "when it changed last", "更新时间"),
    { "in_use", NULL, IC_BOOL, 0, IC_REQ, 0, 0, NULL, NULL,
      "true: it cannot be deleted now", "是否正在使用，使用中不可删除" },
    IC_FIELD_LIST("used_by", IC_REQ, IC_STR, NULL, 0, "by what",
                  "正在使用它的对象"),
    IC_FIELD_END
};

const ic_schema_t  ic_object_state = {
    "ObjectState", ic_object_state_fields
};


static const ic_field_t  ic_object_version_fields[] = {
    IC_FIELD_INT("version", IC_REQ, 0, 0, "its version now", "当前版本号"),
    IC_FIELD_END
};

const ic_schema_t  ic_object_version = {
    "ObjectVersion", ic_object_version_fields
};
