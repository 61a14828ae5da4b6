
/* Components: A.4, with the items of 7.1 d and 8.1 a. */


#include "ic_schemas.h"


static const char *const  ic_component_states[] = {
    "ENABLED", "DISABLED", NULL
};


static const char *const  ic_provisions[] = { "package", "service", NULL };


/* What a registration says of a component beside its code and version. */

#define IC_COMPONENT_NAME(flags)                                              \
    IC_FIELD_STR("name", flags, IC_MAX_NAME,                                  \
                 "its name: required, unless title is given", "组件名称"),    \
    IC_FIELD_STR("engine", flags, IC_MAX_NAME,                                \
                 "what runs it, such as fate: required, but \"container\" "   \
                 "with imageUrl",                                             \
                 "组件引擎，如 fate；给出 imageUrl 时默认 container"),        \
    { "developer", "provider", IC_STR, 0, 0, 0, IC_MAX_NAME, NULL, NULL,      \
      "who made it", "组件开发者 (提供方)" },                                 \
    IC_FIELD_STR("category", 0, IC_MAX_NAME,                                  \
                 "LOADER, FEATURE_ENGINEERING, ...",                          \
                 "组件类别: LOADER、FEATURE_ENGINEERING 等")

#define IC_COMPONENT_PORTS(flags)                                             \
    IC_FIELD_LIST("inputs", flags, IC_OBJ, NULL, IC_MAX_LIST,                 \
                  "parameters and data it takes: required, unless "           \
                  "inputParam and inputData are given",                       \
                  "组件的请求参数定义"),                                      \
    { "outputs", "outputData", IC_LIST, IC_OBJ, flags, 0, IC_MAX_LIST, NULL,  \
      NULL, "what it makes: required", "组件的出参定义" }

#define IC_COMPONENT_ABOUT                                                    \
    IC_FIELD_STR("title", 0, IC_MAX_NAME, "name for people", "组件标题"),     \
    IC_FIELD_STR("description", 0, IC_MAX_TEXT, "what it does",               \
                 "功能描述"),                                                 \
    { "extension", NULL, IC_MAP, IC_ANY, 0, 0, IC_MAX_LIST, NULL, NULL,       \
      "anything else", "扩展信息" },                                          \
    { "roles", "roleList", IC_LIST, IC_STR, 0, 0, 64, NULL, NULL,             \
      "roles of the parties", "参与方角色" },                                 \
    IC_FIELD_LIST("tasks", 0, IC_STR, NULL, IC_MAX_LIST,                      \
                  "tasks it is made of", "组件任务列表"),                     \
    IC_FIELD_STR("protocol", 0, IC_MAX_NAME,                                  \
                 "how its parties talk to each other", "通讯协议"),           \
    IC_FIELD_STR("language", 0, IC_MAX_NAME, "programming language",          \
                 "编程语言"),                                                 \
    IC_FIELD_TIME("release_date", 0, "when it was released", "发布日期"),     \
    IC_FIELD_ANY("security", 0,                                               \
                 "statement: who learns what, under which assumptions",       \
                 "隐私安全性声明"),                                           \
    IC_FIELD_STR("signature", 0, IC_MAX_CREDENTIAL,                           \
                 "the developer's signature", "开发者签名"),                  \
    IC_FIELD_STR("certificate", 0, IC_MAX_CREDENTIAL,                         \
                 "security certificate, PEM", "安全认证证书，PEM 格式"),      \
    IC_FIELD_STR("copyright", 0, IC_MAX_TEXT, "copyright", "版权信息"),       \
    IC_FIELD_ENUM("provision", 0, ic_provisions, "how it is provided",        \
                  "提供方式: package 组件包，service 服务"),                  \
    IC_FIELD_STR("environment", 0, IC_MAX_TEXT, "what it needs to run",       \
                 "运行环境信息"),                                             \
    IC_FIELD_INT("size", 0, 0, 1000000000000000, "bytes of its package",      \
                 "组件包大小 (字节)"),                                        \
    IC_FIELD_STR("compatibility", 0, IC_MAX_TEXT, "what it works with",       \
                 "兼容性信息"),                                               \
    IC_FIELD_STR("help", 0, IC_MAX_TEXT, "help, or where it is",              \
                 "帮助信息"),                                                 \
    IC_FIELD_OBJ("resources", 0, NULL, "estimate: cpu, memory, disk, ...",    \
                 "资源预估: cpu、memory、disk 等"),                           \
    { "storage", "storageEngine", IC_LIST, IC_STR, 0, 0, 64, NULL, NULL,      \
      "storage it can use", "支持的存储" },                                   \
    { "results", "result", IC_LIST, IC_OBJ, 0, 0, IC_MAX_LIST, NULL, NULL,    \
      "codes it ends with", "结果码定义" }

#define IC_COMPONENT_ADDRESS                                                  \
    { "address", "imageUrl", IC_STR, 0, 0, 0, IC_MAX_URL, NULL, NULL,         \
      "where it is, such as the image of its container; stays in the node",   \
      "位置 (如容器镜像地址)，不出节点" }

#define IC_COMPONENT_SCOPE                                                    \
    IC_FIELD_ENUM("pub_scope", 0, ic_scopes,                                  \
                  "who may see it: private, protect (default), public",       \
                  "公开范围: private、protect (默认)、public")

/* InterOp's names of what becomes inputs. */
#define IC_COMPONENT_INTEROP                                                  \
    IC_FIELD_LIST("inputParam", 0, IC_OBJ, NULL, IC_MAX_LIST,                 \
                  "parameters, with inputData another form of inputs",        \
                  "参数定义，与 inputData 合为 inputs"),                      \
    IC_FIELD_LIST("inputData", 0, IC_OBJ, NULL, IC_MAX_LIST,                  \
                  "data, with inputParam another form of inputs",             \
                  "数据定义，与 inputParam 合为 inputs")

/* How a registered component stands. */
#define IC_COMPONENT_STANDING                                                 \
    IC_FIELD_ENUM("status", IC_REQ, ic_component_states,                      \
                  "DISABLED: no task runs it", "状态，禁用后不再运行"),       \
    IC_FIELD_ENUM("state", 0, ic_object_states,                               \
                  "offline: no new job names it",                             \
                  "在线状态，下线后不接受新任务"),                            \
    IC_FIELD_STR("owner", 0, IC_MAX_NAME, "id of the owning organisation",    \
                 "所属组织 (机构 id)"),                                       \
    IC_FIELD_ID("node_id", 0, "its node", "所属节点"),                        \
    IC_FIELD_INT("revision", 0, 0, 0, "rises with every change",              \
                 "记录修订号"),                                               \
    IC_FIELD_TIME("create_time", 0, "when it was registered", "注册时间"),    \
    IC_FIELD_TIME("update_time", 0, "when it changed last", "更新时间")


static const ic_field_t  ic_component_id_fields[] = {
    IC_FIELDS_COMPONENT_ID(IC_REQ),
    IC_FIELD_END
};

const ic_schema_t  ic_component_id = {
    "ComponentId", ic_component_id_fields
};


static const ic_field_t  ic_component_package_fields[] = {
    IC_FIELD_ID("component_id", IC_REQ, "the component, as \"code:version\"",
                "组件，形式为 \"code:version\""),
    IC_FIELD_END
};

const ic_schema_t  ic_component_package = {
    "ComponentPackage", ic_component_package_fields
};


static const ic_field_t  ic_component_audit_fields[] = {
    IC_FIELD_ID("component_id", IC_REQ, "the component, as \"code:version\"",
                "组件，形式为 \"code:version\""),
    IC_FIELD_ID("audit_id", IC_REQ, "id of the request", "审批 id"),
    IC_FIELDS_LIMITS,
    IC_FIELDS_SCOPE,
    IC_FIELD_END
};

const ic_schema_t  ic_component_audit = {
    "ComponentAuditApply", ic_component_audit_fields
};


static const ic_field_t  ic_component_uploaded_fields[] = {
    IC_FIELD_ID("component_id", IC_REQ, "the component, as \"code:version\"",
                "组件，形式为 \"code:version\""),
    IC_FIELDS_COMPONENT_ID(IC_REQ),
    IC_FIELD_STR("package_digest", IC_REQ, 64,
                 "SHA-256 of the package's manifest", "组件包清单的 SHA-256"),
    IC_FIELD_INT("size", IC_REQ, 0, 0, "bytes of the archive",
                 "组件包大小 (字节)"),
    IC_FIELD_END
};

const ic_schema_t  ic_component_uploaded = {
    "ComponentUploaded", ic_component_uploaded_fields
};


static const ic_field_t  ic_component_form_fields[] = {
    IC_FIELDS_COMPONENT_ID(IC_REQ),
    IC_COMPONENT_NAME(0),
    IC_COMPONENT_PORTS(0),
    IC_COMPONENT_ABOUT,
    IC_COMPONENT_ADDRESS,
    IC_COMPONENT_SCOPE,
    IC_COMPONENT_INTEROP,
    IC_FIELD_END
};

const ic_schema_t  ic_component_form = {
    "ComponentForm", ic_component_form_fields
};


static const ic_field_t  ic_component_register_fields[] = {
    { "Component", "component|component_info", IC_OBJ, 0, 0, 0, 0,
      &ic_component_form, NULL,
      "the component; its members may also stand beside one another, without "
      "this",
      "组件信息；其各成员也可直接平铺给出" },
    IC_FIELDS_COMPONENT_ID(0),
    IC_COMPONENT_NAME(0),
    IC_COMPONENT_PORTS(0),
    IC_COMPONENT_ABOUT,
    IC_COMPONENT_ADDRESS,
    IC_COMPONENT_SCOPE,
    IC_COMPONENT_INTEROP,
    IC_FIELD_END
};

const ic_schema_t  ic_component_register = {
    "ComponentRegister", ic_component_register_fields
};


static const ic_field_t  ic_component_update_fields[] = {
    IC_FIELDS_COMPONENT_ID(IC_REQ),
    IC_FIELD_INT("revision", 0, 1, 1000000000000000,
                 "the one that was read: refused if it has changed since",
                 "读取时的修订号，如已变更则拒绝"),
    IC_COMPONENT_NAME(0),
    IC_COMPONENT_PORTS(0),
    IC_COMPONENT_ABOUT,
    IC_COMPONENT_ADDRESS,
    IC_FIELD_END
};

const ic_schema_t  ic_component_update = {
    "ComponentUpdate", ic_component_update_fields
};


static const ic_field_t  ic_component_revision_fields[] = {
    IC_FIELD_INT("revision", IC_REQ, 0, 0, "its revision now",
                 "当前修订号"),
    IC_FIELD_END
};

const ic_schema_t  ic_component_revision = {
    "ComponentRevision", ic_component_revision_fields
};


static const ic_field_t  ic_component_record_fields[] = {
    IC_FIELDS_COMPONENT_ID(IC_REQ),
    IC_COMPONENT_NAME(IC_REQ),
    IC_COMPONENT_PORTS(IC_REQ),
    IC_COMPONENT_STANDING,
    IC_COMPONENT_ABOUT,
    IC_COMPONENT_ADDRESS,
    IC_COMPONENT_SCOPE,
    { "built_in", NULL, IC_BOOL, 0, 0, 0, 0, NULL, NULL,
      "it came with the program", "是否为内置组件" },
    IC_FIELD_END
};

const ic_schema_t  ic_component_record = {
    "Component", ic_component_record_fields
};


static const ic_field_t  ic_component_public_fields[] = {
    IC_FIELDS_COMPONENT_ID(IC_REQ),
    IC_COMPONENT_NAME(IC_REQ),
    IC_COMPONENT_PORTS(IC_REQ),
    IC_COMPONENT_STANDING,
    IC_COMPONENT_ABOUT,
    IC_FIELD_END
};

const ic_schema_t  ic_component_public = {
    "ComponentPublic", ic_component_public_fields
};


static const ic_field_t  ic_component_summary_fields[] = {
    IC_FIELDS_COMPONENT_ID(IC_REQ),
    IC_FIELD_STR("developer", 0, IC_MAX_NAME, "who made it", "组件开发者"),
    IC_FIELD_STR("category", 0, IC_MAX_NAME, "category", "组件类别"),
    IC_FIELD_STR("name", 0, IC_MAX_NAME, "its name", "组件名称"),
    IC_FIELD_STR("engine", 0, IC_MAX_NAME, "what runs it", "组件引擎"),
    IC_FIELD_ENUM("status", 0, ic_component_states,
                  "DISABLED: no task runs it", "状态"),
    IC_FIELD_ENUM("state", 0, ic_object_states,
                  "offline: no new job names it", "在线状态"),
    IC_FIELD_END
};

static const ic_schema_t  ic_component_summary = {
    "ComponentSummary", ic_component_summary_fields
};


static const ic_field_t  ic_component_summaries_fields[] = {
    IC_FIELDS_RECORDS(&ic_component_summary),
    IC_FIELD_END
};

const ic_schema_t  ic_component_summaries = {
    "ComponentSummaries", ic_component_summaries_fields
};


#define IC_COMPONENT_CATEGORY                                                 \
    IC_FIELD_STR("category", 0, IC_MAX_NAME, "only of this category",         \
                 "组件类别")


static const ic_field_t  ic_component_list_fields[] = {
    IC_FIELD_STR("engine", 0, IC_MAX_NAME, "only of this engine",
                 "组件引擎"),
    IC_COMPONENT_CATEGORY,
    IC_FIELDS_PAGE,
    IC_FIELD_END
};

const ic_schema_t  ic_component_list = {
    "ComponentList", ic_component_list_fields
};


static const ic_field_t  ic_component_open_list_fields[] = {
    IC_FIELD_STR("developer", 0, IC_MAX_NAME, "only by this developer",
                 "组件开发者"),
    IC_COMPONENT_CATEGORY,
    IC_FIELDS_PAGE,
    IC_FIELD_END
};

const ic_schema_t  ic_component_open_list = {
    "ComponentOpenList", ic_component_open_list_fields
};


static const ic_field_t  ic_component_list_in_fields[] = {
    { "contract_id", "contractId|contract_Id", IC_ID, 0, IC_REQ, 0, 0, NULL,
      NULL, "the contract", "合约 id" },
    IC_FIELD_STR("developer", 0, IC_MAX_NAME, "only by this developer",
                 "组件开发者"),
    IC_COMPONENT_CATEGORY,
    IC_FIELDS_PAGE,
    IC_FIELD_END
};

const ic_schema_t  ic_component_list_in = {
    "ComponentListIn", ic_component_list_in_fields
};


static const ic_field_t  ic_component_query_in_fields[] = {
    IC_FIELDS_COMPONENT_ID(IC_REQ),
    { "contract_id", "contractId|contract_Id", IC_ID, 0, IC_REQ, 0, 0, NULL,
      NULL, "the contract", "合约 id" },
    IC_FIELD_END
};

const ic_schema_t  ic_component_query_in = {
    "ComponentQueryIn", ic_component_query_in_fields
};
