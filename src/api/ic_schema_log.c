
/* Logs of tasks: A.6.2.5. */


#include "ic_schemas.h"


static const char *const  ic_log_levels[] = {
    "all", "debug", "info", "warn", "error", NULL
};


#define IC_LOG_RANGE                                                          \
    IC_FIELD_ENUM("level", 0, ic_log_levels,                                  \
                  "only this level: debug, info, warn, error; or all",        \
                  "仅返回该级别 debug、info、warn、error，all 为全部"),       \
    IC_FIELD_ENUM("min_level", 0, ic_log_levels + 1,                          \
                  "this level and what is worse",                             \
                  "该级别及更严重的级别"),                                    \
    IC_FIELD_TIME("from", 0, "only lines that came then or later",            \
                  "起始时间"),                                                \
    IC_FIELD_TIME("to", 0, "only lines that came before or then",             \
                  "截止时间"),                                                \
    IC_FIELD_STR("after", 0, 40,                                              \
                 "only lines behind the one with this id: last_id of an "     \
                 "answer",                                                    \
                 "仅返回该行之后的日志，取上次应答的 last_id"),               \
    IC_FIELDS_PAGE


static const ic_field_t  ic_task_log_in_fields[] = {
    IC_FIELD_ID("task_id", IC_REQ, "id of the task", "组件任务 ID"),
    IC_LOG_RANGE,
    IC_FIELD_END
};

const ic_schema_t  ic_task_log_in = { "TaskLogQuery", ic_task_log_in_fields };


static const ic_field_t  ic_job_log_in_fields[] = {
    IC_FIELD_ID("job_id", IC_REQ, "id of the job", "任务 ID"),
    IC_LOG_RANGE,
    IC_FIELD_END
};

const ic_schema_t  ic_job_log_in = { "JobLogQuery", ic_job_log_in_fields };


static const ic_field_t  ic_log_line_fields[] = {
    IC_FIELD_STR("id", IC_REQ, 40, "grows from line to line",
                 "行标识，逐行递增"),
    IC_FIELD_TIME("time", IC_REQ, "when it was written", "写入时间"),
    IC_FIELD_ENUM("level", IC_REQ, ic_log_levels + 1,
                  "debug, info, warn or error",
                  "级别: debug、info、warn、error"),
    IC_FIELD_ID("task_id", IC_REQ, "of which task", "组件任务 ID"),
    IC_FIELD_STR("text", IC_REQ, 0, "the line", "日志内容"),
    IC_FIELD_END
};

static const ic_schema_t  ic_log_line = { "LogLine", ic_log_line_fields };


#define IC_LOG_LINES                                                          \
    IC_FIELDS_RECORDS(&ic_log_line),                                          \
    IC_FIELD_STR("last_id", 0, 40, "to go on with, as after",                 \
                 "末行标识，可作为下次查询的 after"),                         \
    IC_FIELD_INT("dropped", 0, 0, 0,                                          \
                 "lines of these levels that gave way to newer ones",         \
                 "所查级别中因超出上限而丢弃的行数")


static const ic_field_t  ic_task_log_fields[] = {
    IC_LOG_LINES,
    IC_FIELD_STR("log_info", 0, 0,
                 "lines of level INFO, when no level was asked for",
                 "INFO 日志内容，未指定级别时返回"),
    IC_FIELD_STR("log_debug", 0, 0,
                 "lines of level DEBUG, when no level was asked for",
                 "DEBUG 日志内容，未指定级别时返回"),
    IC_FIELD_STR("log_error", 0, 0,
                 "lines of levels WARN and ERROR, when no level was asked for",
                 "WARN 与 ERROR 日志内容，未指定级别时返回"),
    IC_FIELD_END
};

const ic_schema_t  ic_task_log = { "TaskLog", ic_task_log_fields };


static const ic_field_t  ic_job_log_fields[] = {
    IC_LOG_LINES,
    IC_FIELD_END
};

const ic_schema_t  ic_job_log = { "JobLog", ic_job_log_fields };
