
/*
 * Partners' catalogues as they were read last. What a partner gives is shown
 * as it is, so little is required of it.
 */


#include "ic_schemas.h"


#define IC_PEER_STATUS                                                        \
    IC_FIELD_TIME("fetched_at", 0, "when this was read", "获取时间"),         \
    IC_FIELD_TIME("tried_at", 0, "when reading it was last tried",            \
                  "最近一次尝试获取的时间"),                                  \
    IC_FIELD_STR("error", 0, IC_MAX_TEXT,                                     \
                 "why the last try failed; empty: it did not",                \
                 "最近一次获取失败的原因，为空表示成功")

#define IC_PEER_TRUNCATED                                                     \
    { "truncated", NULL, IC_BOOL, 0, 0, 0, 0, NULL, NULL,                     \
      "there is more than this node keeps (10000)",                           \
      "是否超出本节点保存的上限 (10000 条)" }

#define IC_PEER_DATASET_FIELDS                                                \
    IC_FIELD_ID("dataset_id", IC_REQ, "id of the dataset", "数据集 ID"),      \
    IC_FIELD_STR("name", 0, IC_MAX_NAME, "its name", "数据集名称"),           \
    IC_FIELD_STR("description", 0, IC_MAX_TEXT, "what it is", "数据集描述"),  \
    IC_FIELD_INT("count", IC_NUMSTR, 0, 0, "number of rows", "样本容量"),     \
    IC_FIELD_ANY("column_metas", 0, "its columns in their order",             \
                 "列元数据，与字段排序保持一致"),                             \
    IC_FIELD_STR("owner", 0, IC_MAX_NAME, "id of the owning organisation",    \
                 "数据属主 (机构 id)"),                                       \
    IC_FIELD_STR("category", 0, IC_MAX_NAME, "category", "数据类别"),         \
    IC_FIELD_STR("content_digest", 0, 64,                                     \
                 "of its rows, as their node has found it",                   \
                 "数据内容摘要 (所属节点计算)"),                              \
    IC_FIELD_ANY("signature", 0, "of its node (signatures.md)",               \
                 "所属节点的签名 (见 signatures.md)")

/* Ours: a partner's word for it is nothing. */
#define IC_PEER_DATASET_SIGNED                                                \
    IC_FIELD_STR("signed", 0, IC_MAX_NAME,                                    \
                 "what this node found when it checked signature: good, bad " \
                 "(it is of something else than what is told here), "         \
                 "unknown_key (of no key of the contract); absent: there is " \
                 "none",                                                      \
                 "本节点验证签名的结果: good 有效，bad 与所述不符，"          \
                 "unknown_key 非合约密钥；无签名时为空")


static const ic_field_t  ic_peer_dataset_fields[] = {
    IC_PEER_DATASET_FIELDS,
    IC_FIELD_END
};

const ic_schema_t  ic_peer_dataset = {
    "PeerDataset", ic_peer_dataset_fields
};


static const ic_field_t  ic_peer_dataset_shown_fields[] = {
    IC_PEER_DATASET_FIELDS,
    IC_PEER_DATASET_SIGNED,
    IC_FIELD_END
};

const ic_schema_t  ic_peer_dataset_shown = {
    "PeerDatasetSummary", ic_peer_dataset_shown_fields
};


static const ic_field_t  ic_peer_dataset_record_fields[] = {
    IC_PEER_DATASET_FIELDS,
    IC_PEER_DATASET_SIGNED,
    IC_PEER_STATUS,
    IC_FIELD_END
};

const ic_schema_t  ic_peer_dataset_record = {
    "PeerDatasetRecord", ic_peer_dataset_record_fields
};


static const ic_field_t  ic_peer_datasets_fields[] = {
    IC_FIELDS_RECORDS(&ic_peer_dataset_shown),
    IC_PEER_STATUS,
    IC_PEER_TRUNCATED,
    IC_FIELD_END
};

const ic_schema_t  ic_peer_datasets = {
    "PeerDatasets", ic_peer_datasets_fields
};


static const ic_field_t  ic_peer_project_fields[] = {
    IC_FIELD_ID("project_id", IC_REQ, "id of the project", "项目 id"),
    IC_FIELD_STR("name", 0, IC_MAX_NAME, "its name", "项目名称"),
    IC_FIELD_STR("description", 0, IC_MAX_TEXT, "what it is", "项目描述"),
    IC_FIELD_ANY("node_ids", 0, "the nodes that take part", "合作节点列表"),
    IC_FIELD_ANY("datasets", 0, "datasets it uses, by node",
                 "项目使用的数据集"),
    IC_FIELD_STR("type", 0, IC_MAX_NAME, "its type", "项目类型"),
    IC_FIELD_END
};

const ic_schema_t  ic_peer_project = {
    "PeerProject", ic_peer_project_fields
};


static const ic_field_t  ic_peer_projects_fields[] = {
    IC_FIELDS_RECORDS(&ic_peer_project),
    IC_PEER_STATUS,
    IC_PEER_TRUNCATED,
    IC_FIELD_END
};

const ic_schema_t  ic_peer_projects = {
    "PeerProjects", ic_peer_projects_fields
};


static const ic_field_t  ic_peer_component_fields[] = {
    IC_FIELD_STR("code", IC_REQ, IC_MAX_NAME, "code of the component",
                 "组件编码"),
    IC_FIELD_STR("version", 0, IC_MAX_NAME, "its version", "组件版本"),
    IC_FIELD_STR("name", 0, IC_MAX_NAME, "its name", "组件名称"),
    IC_FIELD_STR("developer", 0, IC_MAX_NAME, "who made it",
                 "组件开发者，如 baidu、webank"),
    IC_FIELD_STR("category", 0, IC_MAX_NAME, "LOADER, FEATURE_ENGINEERING ...",
                 "组件类别"),
    IC_FIELD_STR("description", 0, IC_MAX_TEXT, "what it does", "组件描述"),
    IC_FIELD_END
};

const ic_schema_t  ic_peer_component = {
    "PeerComponent", ic_peer_component_fields
};


static const ic_field_t  ic_peer_components_fields[] = {
    IC_FIELDS_RECORDS(&ic_peer_component),
    IC_PEER_STATUS,
    IC_PEER_TRUNCATED,
    IC_FIELD_END
};

const ic_schema_t  ic_peer_components = {
    "PeerComponents", ic_peer_components_fields
};
