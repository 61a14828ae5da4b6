
/* Datasets: A.2. location, source and purpose never leave the node. */


#include "ic_schemas.h"


static const char *const  ic_distributions[] = {
    "DISCRETE", "CONTINUOUS", NULL
};

static const char *const  ic_location_types[] = {
    "csv", "sqlite", "odbc", NULL
};


static const char *const  ic_dataset_describes[] = {
    "none", "metas", "statistics", "sample", NULL
};

static const char *const  ic_dataset_contents[] = {
    "live", "fixed", NULL
};

static const char *const  ic_dataset_describe_states[] = {
    "PENDING", "DONE", "FAILED", NULL
};


static const ic_field_t  ic_column_meta_fields[] = {
    IC_FIELD_STR("name", IC_REQ, IC_MAX_NAME, "name of the column",
                 "字段名/特征名"),
    IC_FIELD_STR("data_type", IC_REQ, IC_MAX_NAME,
                 "SQL type: varchar, int, double, ...",
                 "字段类型: varchar、int、double 等"),
    IC_FIELD_STR("description", 0, IC_MAX_TEXT, "free text", "字段描述"),
    IC_FIELD_ENUM("distribution", IC_REQ, ic_distributions,
                  "kind of its values", "数据分布"),
    IC_FIELD_END
};

static const ic_schema_t  ic_column_meta = {
    "ColumnMeta", ic_column_meta_fields
};


static const ic_field_t  ic_dataset_location_fields[] = {
    IC_FIELD_ENUM("type", IC_REQ, ic_location_types, "kind of the source",
                  "数据源类型"),
    IC_FIELD_STR("path", 0, IC_MAX_TEXT,
                 "csv, sqlite: absolute path of the file",
                 "csv、sqlite: 文件的绝对路径"),
    IC_FIELD_STR("dsn", 0, IC_MAX_NAME,
                 "odbc: name of the data source in the daemon's odbc.ini",
                 "odbc: 守护进程 odbc.ini 中的数据源名称"),
    IC_FIELD_STR("table", 0, IC_MAX_NAME,
                 "sqlite: the table; odbc: a table or view, or none and a "
                 "query",
                 "sqlite: 表名；odbc: 表或视图，也可改用 query"),
    IC_FIELD_STR("key", 0, IC_MAX_NAME,
                 "odbc: a column that is unique and never null; databases "
                 "whose driver cannot stream (MariaDB) are read in its "
                 "order, page by page, in memory that does not grow",
                 "odbc: 唯一且非空的列；驱动不支持流式读取的数据库 "
                 "(MariaDB) 按其顺序分页读取，内存占用不随行数增长"),
    IC_FIELD_INT("fetch_size", 0, 100, 1000000,
                 "odbc: rows of a page; 10000 if not given",
                 "odbc: 每页行数，默认 10000"),
    IC_FIELD_STR("query", 0, 65536,
                 "the query that this dataset answers: a request with the "
                 "same text, white space and the case of SQL's own words "
                 "aside, gets these rows",
                 "该数据集对应的查询语句，文本相同 (不计空白与 SQL 关键字大"
                 "小写) 的请求读取本数据集"),
    IC_FIELD_END
};

const ic_schema_t  ic_dataset_location = {
    "Location", ic_dataset_location_fields
};


#define IC_DATASET_ID(flags)                                                  \
    IC_FIELD_ID("dataset_id", flags, "id of the dataset", "数据集 ID")

#define IC_DATASET_NAME(flags)                                                \
    IC_FIELD_STR("name", flags, IC_MAX_NAME, "its name", "数据集名称")

#define IC_DATASET_DESCRIPTION                                                \
    IC_FIELD_STR("description", 0, IC_MAX_TEXT, "what it is, what for",       \
                 "数据集描述 (如数据用途、简介等)")

#define IC_DATASET_COUNT                                                      \
    IC_FIELD_INT("count", 0, 0, 1000000000000000, "number of rows",           \
                 "样本容量")

#define IC_DATASET_COLUMNS(flags)                                             \
    IC_FIELD_LIST("column_metas", flags, IC_OBJ, &ic_column_meta,             \
                  IC_MAX_COLUMNS, "its columns in their order",               \
                  "列元数据，与字段排序保持一致")

#define IC_DATASET_OWNER(flags)                                               \
    IC_FIELD_STR("owner", flags, IC_MAX_NAME, "id of the owning organisation", \
                 "数据属主 (机构 id)")

#define IC_DATASET_CATEGORY                                                   \
    IC_FIELD_STR("category", 0, IC_MAX_NAME, "category", "数据类别")

#define IC_DATASET_LIMITS                                                     \
    IC_FIELD_OBJ("usage_limits", 0, &ic_limits_record,                        \
                 "the most that a permit of it is given for",                 \
                 "使用限制: 授权时的上限")

#define IC_DATASET_PRIVATE_FIELDS                                             \
    IC_FIELD_ENUM("pub_scope", 0, ic_scopes,                                  \
                  "who may see it: private (default), protect (contracted "   \
                  "nodes), public",                                           \
                  "数据公开范围: private 仅本节点 (默认)，protect 已签约"     \
                  "节点，public 公开"),                                       \
    IC_FIELD_STR("purpose", 0, IC_MAX_TEXT, "what it may be used for",        \
                 "数据用途")


/* 7.1 b: what a dataset may say of itself beyond appendix A. */
#define IC_DATASET_EXTRA                                                      \
    IC_FIELD_LIST("sample", 0, IC_ANY, NULL, 100,                             \
                  "example rows, made up or masked: partners see them",       \
                  "样例数据 (须为虚构或脱敏数据，合作方可见)"),               \
    IC_FIELD_INT("size", 0, 0, 1000000000000000000, "bytes", "大小 (字节)"),  \
    { "traits", NULL, IC_MAP, IC_ANY, 0, 0, 64, NULL, NULL,                   \
      "sparsity, balance and the like", "其他特性 (稀疏性、样本平衡等)" }

/* What the owner lets be found out and told. */
#define IC_DATASET_DESCRIBE                                                   \
    IC_FIELD_ENUM("describe", 0, ic_dataset_describes,                        \
                  "what this node finds out by reading it and tells "         \
                  "partners: nothing, columns and a digest (default), "       \
                  "statistics of groups too, rows of a sample too",           \
                  "读取数据后向合作方说明的内容: none 不读取，metas 列与摘要 "\
                  "(默认)，statistics 另含分组统计，sample 另含样例行"),      \
    IC_FIELD_ENUM("content", 0, ic_dataset_contents,                          \
                  "fixed: a task whose rows are not those of the published "  \
                  "digest fails (data_changed); live (default): they may "    \
                  "change",                                                   \
                  "fixed: 读取内容与公布的摘要不符时任务失败 "                \
                  "(data_changed)；live (默认): 内容可变"),                   \
    IC_FIELD_INT("min_group", 0, 3, 1000,                                     \
                 "rows that a statistic is of at least; 10 if not given",     \
                 "统计量至少涉及的行数，默认 10")

/* What this node has found out, and its signature (docs/signatures.md). */
#define IC_DATASET_FOUND                                                      \
    IC_FIELD_STR("content_digest", 0, 64,                                     \
                 "HMAC-SHA256 of its rows, hex; without the owner's key it "  \
                 "tells nothing of them",                                     \
                 "数据内容的 HMAC-SHA256 (十六进制)，无密钥者无从推知内容"),  \
    IC_FIELD_OBJ("signature", 0, &ic_dataset_signature,                       \
                 "of what the node says of it (signatures.md)",               \
                 "本节点对数据集描述的签名 (见 signatures.md)")

#define IC_DATASET_STATISTICS                                                 \
    IC_FIELD_ANY("statistics", 0,                                             \
                 "of its columns, each of a group of rows; a sample has rows "\
                 "put together from different ones",                          \
                 "各列的分组统计；样例行由不同行的值拼成"),                   \
    IC_FIELD_TIME("described_at", 0, "when it was read for that",             \
                  "描述时间")

#define IC_DATASET_STATUS                                                     \
    IC_FIELD_INT("status", IC_REQ, 0, 0,                                      \
                 "1: online, 0: offline, 2: disconnected",                    \
                 "状态: 1 在线，0 下线，2 离线")

/* Since it is in the record. */
#define IC_DATASET_STANDING                                                   \
    IC_FIELD_INT("version", 0, 0, 0, "rises with every change", "版本号"),    \
    IC_FIELD_ID("node_id", 0, "its node", "所属节点"),                        \
    IC_FIELD_TIME("create_time", 0, "when it was registered", "创建时间"),    \
    IC_FIELD_TIME("update_time", 0, "when it changed last", "更新时间")


static const ic_field_t  ic_dataset_signature_fields[] = {
    IC_FIELD_STR("auth_type", IC_REQ, IC_MAX_NAME, "kind of the key",
                 "签名密钥类型"),
    IC_FIELD_STR("key", IC_REQ, 64, "SHA-256 of the public key, hex",
                 "公钥的 SHA-256"),
    IC_FIELD_STR("time", IC_REQ, 20, "milliseconds since the epoch",
                 "签名时间 (毫秒)"),
    IC_FIELD_STR("count", IC_REQ, 20, "number of rows, or -", "行数，或 -"),
    IC_FIELD_STR("metas_sha256", IC_REQ, 64, "of the columns", "列元数据摘要"),
    IC_FIELD_STR("content_digest", IC_REQ, 64, "as above, or -",
                 "内容摘要，或 -"),
    IC_FIELD_STR("statistics_sha256", IC_REQ, 64, "of their text, or -",
                 "统计信息摘要，或 -"),
    IC_FIELD_STR("sign", IC_REQ, IC_MAX_TEXT, "base64", "签名 (base64)"),
    IC_FIELD_END
};

const ic_schema_t  ic_dataset_signature = {
    "DatasetSignature", ic_dataset_signature_fields
};


static const ic_field_t  ic_dataset_create_fields[] = {
    IC_DATASET_NAME(IC_REQ),
    IC_DATASET_DESCRIPTION,
    IC_FIELD_STR("source", IC_REQ, IC_MAX_NAME,
                 "where it comes from; stays in the node",
                 "数据集来源，不出节点"),
    IC_FIELD_OBJ("location", IC_REQ, &ic_dataset_location,
                 "where its rows are; stays in the node",
                 "数据集位置，不出节点"),
    IC_DATASET_COLUMNS(0),
    IC_DATASET_COUNT,
    IC_DATASET_OWNER(IC_REQ),
    IC_DATASET_PRIVATE_FIELDS,
    IC_DATASET_CATEGORY,
    IC_DATASET_LIMITS,
    IC_DATASET_EXTRA,
    IC_DATASET_DESCRIBE,
    IC_FIELD_END
};

const ic_schema_t  ic_dataset_create = {
    "DatasetCreate", ic_dataset_create_fields
};


static const ic_field_t  ic_dataset_update_fields[] = {
    IC_DATASET_ID(IC_REQ),
    IC_FIELD_EXPECTED,
    IC_DATASET_NAME(0),
    IC_DATASET_DESCRIPTION,
    IC_FIELD_STR("source", 0, IC_MAX_NAME,
                 "where it comes from; stays in the node",
                 "数据集来源，不出节点"),
    IC_FIELD_OBJ("location", 0, &ic_dataset_location,
                 "where its rows are; stays in the node",
                 "数据集位置，不出节点"),
    IC_DATASET_COLUMNS(0),
    IC_DATASET_COUNT,
    IC_DATASET_OWNER(0),
    IC_FIELD_STR("purpose", 0, IC_MAX_TEXT, "what it may be used for",
                 "数据用途"),
    IC_DATASET_CATEGORY,
    IC_DATASET_LIMITS,
    IC_DATASET_EXTRA,
    IC_DATASET_DESCRIBE,
    IC_FIELD_END
};

const ic_schema_t  ic_dataset_update = {
    "DatasetUpdate", ic_dataset_update_fields
};


static const ic_field_t  ic_dataset_id_fields[] = {
    IC_DATASET_ID(IC_REQ),
    IC_FIELD_END
};

const ic_schema_t  ic_dataset_id = { "DatasetId", ic_dataset_id_fields };


static const ic_field_t  ic_dataset_describing_fields[] = {
    IC_FIELD_ENUM("describe_state", IC_REQ, ic_dataset_describe_states,
                  "PENDING: it is read next", "PENDING: 等待读取"),
    IC_FIELD_END
};

const ic_schema_t  ic_dataset_describing = {
    "DatasetDescribing", ic_dataset_describing_fields
};


static const ic_field_t  ic_dataset_record_fields[] = {
    IC_DATASET_ID(IC_REQ),
    IC_DATASET_NAME(IC_REQ),
    IC_DATASET_DESCRIPTION,
    IC_DATASET_STATUS,
    IC_FIELD_STR("source", 0, IC_MAX_NAME, "where it comes from",
                 "数据集来源"),
    IC_FIELD_OBJ("location", 0, &ic_dataset_location, "where its rows are",
                 "数据集位置"),
    IC_DATASET_COLUMNS(IC_REQ),
    IC_DATASET_COUNT,
    IC_DATASET_OWNER(IC_REQ),
    IC_DATASET_PRIVATE_FIELDS,
    IC_DATASET_CATEGORY,
    IC_DATASET_LIMITS,
    IC_DATASET_EXTRA,
    IC_DATASET_DESCRIBE,
    IC_FIELD_ENUM("describe_state", 0, ic_dataset_describe_states,
                  "whether it has been read for that", "描述状态"),
    IC_FIELD_ANY("describe_error", 0, "the cause, when it could not be",
                 "描述失败的原因"),
    IC_FIELD_STR("content_key", 0, 64,
                 "key of content_digest, hex; stays in the node, shows an "
                 "auditor what the digest is of",
                 "content_digest 的密钥，不出节点，审计时用于核对"),
    IC_DATASET_FOUND,
    IC_DATASET_STATISTICS,
    IC_DATASET_STANDING,
    IC_FIELD_END
};

const ic_schema_t  ic_dataset_record = {
    "Dataset", ic_dataset_record_fields
};


static const ic_field_t  ic_dataset_records_fields[] = {
    IC_FIELDS_RECORDS(&ic_dataset_record),
    IC_FIELD_END
};

const ic_schema_t  ic_dataset_records = {
    "Datasets", ic_dataset_records_fields
};


static const ic_field_t  ic_dataset_summary_fields[] = {
    IC_DATASET_ID(IC_REQ),
    IC_DATASET_NAME(IC_REQ),
    IC_DATASET_DESCRIPTION,
    IC_DATASET_COUNT,
    IC_DATASET_COLUMNS(0),
    IC_DATASET_OWNER(IC_REQ),
    IC_DATASET_CATEGORY,
    IC_DATASET_LIMITS,
    IC_FIELD_INT("version", 0, 0, 0, "rises with every change", "版本号"),
    IC_DATASET_FOUND,
    IC_FIELD_END
};

const ic_schema_t  ic_dataset_summary = {
    "DatasetSummary", ic_dataset_summary_fields
};


static const ic_field_t  ic_dataset_public_fields[] = {
    IC_DATASET_ID(IC_REQ),
    IC_DATASET_NAME(IC_REQ),
    IC_DATASET_DESCRIPTION,
    IC_DATASET_COUNT,
    IC_DATASET_COLUMNS(IC_REQ),
    IC_DATASET_OWNER(IC_REQ),
    IC_DATASET_CATEGORY,
    IC_DATASET_LIMITS,
    IC_DATASET_STATUS,
    IC_DATASET_EXTRA,
    IC_FIELD_ENUM("describe", 0, ic_dataset_describes,
                  "what its node has found out by reading it",
                  "所属节点读取后说明的内容"),
    IC_FIELD_ENUM("content", 0, ic_dataset_contents,
                  "fixed: tasks read what the digest is of, or fail",
                  "fixed: 任务只读取与摘要相符的内容"),
    IC_DATASET_FOUND,
    IC_DATASET_STATISTICS,
    IC_DATASET_STANDING,
    IC_FIELD_END
};

const ic_schema_t  ic_dataset_public = {
    "DatasetPublic", ic_dataset_public_fields
};


static const ic_field_t  ic_dataset_publics_fields[] = {
    IC_FIELDS_RECORDS(&ic_dataset_summary),
    IC_FIELD_END
};

const ic_schema_t  ic_dataset_publics = {
    "DatasetSummaries", ic_dataset_publics_fields
};


static const ic_field_t  ic_dataset_audit_fields[] = {
    IC_FIELD_ID("contract_id", IC_REQ, "the contract", "合约 id"),
    IC_DATASET_ID(IC_REQ),
    IC_FIELDS_LIMITS,
    IC_FIELD_ID("audit_id", IC_REQ, "id of the request", "审批 id"),
    IC_FIELDS_SCOPE,
    IC_FIELD_END
};

const ic_schema_t  ic_dataset_audit = {
    "DatasetAuditApply", ic_dataset_audit_fields
};


static const ic_field_t  ic_catalog_list_fields[] = {
    IC_FIELD_ID("contract_id", IC_REQ, "the contract", "合约 id"),
    IC_FIELDS_PAGE,
    IC_FIELD_END
};

const ic_schema_t  ic_catalog_list = {
    "CatalogList", ic_catalog_list_fields
};


static const ic_field_t  ic_catalog_query_fields[] = {
    IC_FIELD_ID("contract_id", IC_REQ, "the contract", "合约 id"),
    IC_DATASET_ID(IC_REQ),
    IC_FIELD_END
};

const ic_schema_t  ic_catalog_query = {
    "CatalogQuery", ic_catalog_query_fields
};


static const ic_field_t  ic_page_fields[] = {
    IC_FIELDS_PAGE,
    IC_FIELD_END
};

const ic_schema_t  ic_page = { "Page", ic_page_fields };
