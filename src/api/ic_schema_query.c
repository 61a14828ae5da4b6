
/* Queries that partners send as text, and what their owner answers. */


#include "ic_schemas.h"


static const char *const  ic_query_states[] = {
    "PENDING", "APPROVED", "REFUSED", "REVOKED", "EXPIRED", "EXHAUSTED",
    "WITHDRAWN", NULL
};

static const char *const  ic_query_places[] = { "sqlite", "odbc", NULL };


#define IC_QUERY_ID                                                           \
    IC_FIELD_ID("query_id", IC_REQ, "id of the query", "查询 id")

#define IC_QUERY_LIMITS                                                       \
    IC_FIELD_INT("rows_limit", 0, 1, 1000000000000000,                        \
                 "rows that it may give each time; none: source_rows of the " \
                 "daemon",                                                    \
                 "每次可读取的行数，不填则为守护进程的 source_rows"),         \
    IC_FIELD_INT("times_limit", 0, 1, 1000000000,                             \
                 "tasks that may use it; none: unlimited",                    \
                 "可使用的任务次数，不填为不限"),                             \
    IC_FIELD_TIME("time_limit", 0, "end of the approval; none: until it is "  \
                  "revoked", "批准的到期时间，不填则至撤销为止")


static const ic_field_t  ic_query_column_fields[] = {
    IC_FIELD_STR("name", IC_REQ, IC_MAX_NAME, "name of the column", "列名"),
    IC_FIELD_STR("type", IC_REQ, 16, "int64, double, string or bool",
                 "类型: int64、double、string 或 bool"),
    IC_FIELD_END
};

const ic_schema_t  ic_query_column = {
    "QueryColumn", ic_query_column_fields
};


static const ic_field_t  ic_query_id_fields[] = {
    IC_QUERY_ID,
    IC_FIELD_END
};

const ic_schema_t  ic_query_id = { "QueryId", ic_query_id_fields };


static const ic_field_t  ic_query_place_fields[] = {
    IC_FIELD_ENUM("type", IC_REQ, ic_query_places, "kind of the source",
                  "数据源类型"),
    IC_FIELD_STR("path", 0, IC_MAX_TEXT,
                 "sqlite: absolute path of the file",
                 "sqlite: 文件的绝对路径"),
    IC_FIELD_STR("dsn", 0, IC_MAX_NAME,
                 "odbc: name of the data source in the daemon's odbc.ini",
                 "odbc: 守护进程 odbc.ini 中的数据源名称"),
    IC_FIELD_STR("key", 0, IC_MAX_NAME,
                 "odbc: a column of the result that is unique and never "
                 "null, for databases whose driver cannot stream (MariaDB)",
                 "odbc: 结果中唯一且非空的列，用于驱动不支持流式读取的数据库 "
                 "(MariaDB)"),
    IC_FIELD_INT("fetch_size", 0, 100, 1000000,
                 "odbc: rows of a page; 10000 if not given",
                 "odbc: 每页行数，默认 10000"),
    IC_FIELD_END
};

static const ic_schema_t  ic_query_place = {
    "QueryPlace", ic_query_place_fields
};


static const ic_field_t  ic_query_approve_fields[] = {
    IC_QUERY_ID,
    IC_FIELD_OBJ("location", IC_REQ, &ic_query_place,
                 "where it runs; see query/sources",
                 "执行位置，可选项见 query/sources"),
    IC_FIELD_STR("digest", 0, 64,
                 "digest of what was shown: refused if it is another one",
                 "所见语句的摘要，不一致则拒绝"),
    IC_QUERY_LIMITS,
    IC_FIELD_END
};

const ic_schema_t  ic_query_approve = {
    "QueryApprove", ic_query_approve_fields
};


static const ic_field_t  ic_query_refuse_fields[] = {
    IC_QUERY_ID,
    IC_FIELD_STR("reason", 0, IC_MAX_NAME,
                 "what the node that asks is told",
                 "告知申请方的理由"),
    IC_FIELD_END
};

const ic_schema_t  ic_query_refuse = {
    "QueryRefuse", ic_query_refuse_fields
};


static const ic_field_t  ic_query_list_fields[] = {
    IC_FIELD_ENUM("status", 0, ic_query_states, "only in this state",
                  "仅此状态"),
    IC_FIELD_ID("node_id", 0, "only of this node", "仅此节点"),
    IC_FIELD_STR("sql_digest", 0, 64, "only of this text", "仅此语句摘要"),
    IC_FIELDS_PAGE,
    IC_FIELD_END
};

const ic_schema_t  ic_query_list = { "QueryList", ic_query_list_fields };


static const ic_field_t  ic_query_record_fields[] = {
    IC_QUERY_ID,
    IC_FIELD_ENUM("status", IC_REQ, ic_query_states,
                  "what its next use would find", "状态"),
    IC_FIELD_ID("node_id", IC_REQ, "who asks", "申请方节点 ID"),
    IC_FIELDS_QUERY_CARD,
    IC_FIELD_ID("job_id", 0, "the job that asked last", "最近申请的任务"),
    IC_FIELD_STR("task_name", 0, IC_MAX_NAME, "its step", "步骤名"),
    IC_FIELD_STR("part", 0, 16, "data_sql, or pos or neg of it",
                 "data_sql 或其中的 pos、neg"),
    IC_FIELD_OBJ("location", 0, &ic_query_place,
                 "where it runs; while it waits: where it could",
                 "执行位置；待答复时为可执行之处"),
    IC_QUERY_LIMITS,
    IC_FIELD_INT("left", 0, 0, 0, "uses left", "剩余次数"),
    IC_FIELD_INT("used", 0, 0, 0, "tasks that have used it", "已用次数"),
    IC_FIELD_STR("reason", 0, IC_MAX_NAME, "why it was refused",
                 "拒绝的理由"),
    IC_FIELD_STR("decided_by", 0, IC_MAX_NAME, "operator who answered last",
                 "最近答复的操作员"),
    IC_FIELD_TIME("last_use", 0, "last use", "最近使用时间"),
    IC_FIELD_TIME("create_time", 0, "when it was asked first",
                  "首次申请时间"),
    IC_FIELD_TIME("update_time", 0, "last change", "更新时间"),
    IC_FIELD_END
};

const ic_schema_t  ic_query_record = { "Query", ic_query_record_fields };


static const ic_field_t  ic_query_records_fields[] = {
    IC_FIELDS_RECORDS(&ic_query_record),
    IC_FIELD_END
};

const ic_schema_t  ic_query_records = { "Queries", ic_query_records_fields };


static const ic_field_t  ic_query_sources_fields[] = {
    IC_FIELDS_RECORDS(&ic_query_place),
    IC_FIELD_END
};

const ic_schema_t  ic_query_sources = {
    "QuerySources", ic_query_sources_fields
};
