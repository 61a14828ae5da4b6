
/* Why something waits, and why something failed. */


#include "ic_schemas.h"


static const ic_field_t  ic_pending_fields[] = {
    IC_FIELD_STR("reason", IC_REQ, 32, "its name: see docs/troubleshooting.md",
                 "原因名称，见 docs/zh/troubleshooting.md"),
    IC_FIELD_STR("party", 0, IC_MAX_NAME, "who is waited for: host.0, ...",
                 "所等待的参与方: host.0 等"),
    IC_FIELD_ID("node_id", 0, "its node", "其节点 ID"),
    IC_FIELD_STR("task_name", 0, IC_MAX_NAME, "which task waits",
                 "等待的组件实例名"),
    IC_FIELD_TIME("since", 0, "since when", "起始时间"),
    IC_FIELD_TIME("until", 0, "until when, or when it is tried again",
                  "截止时间或下次重试时间"),
    IC_FIELD_STR("message", IC_REQ, IC_MAX_TEXT, "what it waits for",
                 "等待原因，英文"),
    IC_FIELD_STR("message_zh", IC_REQ, IC_MAX_TEXT, "the same in Chinese",
                 "等待原因，中文"),
    IC_FIELD_STR("remedy", IC_REQ, IC_MAX_TEXT, "what to do",
                 "处理方法，英文"),
    IC_FIELD_STR("remedy_zh", IC_REQ, IC_MAX_TEXT, "the same in Chinese",
                 "处理方法，中文"),
    IC_FIELD_END
};

const ic_schema_t  ic_pending = { "Pending", ic_pending_fields };


#define IC_CAUSE_WHO                                                          \
    IC_FIELD_STR("party", IC_REQ, IC_MAX_NAME,                                \
                 "where it failed: guest.0, host.1, ...; empty: nowhere",     \
                 "失败的参与方: guest.0、host.1 等，可为空"),                 \
    IC_FIELD_STR("node_id", IC_REQ, IC_MAX_NAME, "its node", "其节点 ID"),    \
    IC_FIELD_STR("task_name", 0, IC_MAX_NAME, "name in the DAG",              \
                 "组件实例名"),                                               \
    IC_FIELD_STR("task_id", 0, IC_MAX_NAME, "id of the task",                 \
                 "组件任务 ID")

#define IC_CAUSE_WHAT                                                         \
    IC_FIELD_INT("code", IC_REQ, 0, 0, "see docs/troubleshooting.md",         \
                 "错误码，见 docs/zh/troubleshooting.md"),                    \
    IC_FIELD_STR("error", IC_REQ, IC_MAX_NAME, "name of the error",           \
                 "错误名"),                                                   \
    IC_FIELD_STR("message", IC_REQ, IC_MAX_TEXT, "what happened",             \
                 "失败说明，英文"),                                           \
    IC_FIELD_STR("message_zh", IC_REQ, IC_MAX_TEXT, "the same in Chinese",    \
                 "失败说明，中文"),                                           \
    IC_FIELD_TIME("time", 0, "when", "发生时间")


static const ic_field_t  ic_consequence_fields[] = {
    IC_CAUSE_WHO,
    IC_CAUSE_WHAT,
    IC_FIELD_END
};

static const ic_schema_t  ic_consequence = {
    "Consequence", ic_consequence_fields
};


static const ic_field_t  ic_cause_fields[] = {
    IC_CAUSE_WHO,
    IC_FIELD_STR("component", 0, IC_MAX_NAME, "what ran: homo_lr, ...",
                 "组件: homo_lr 等"),
    IC_FIELD_STR("field", 0, IC_MAX_TEXT,
                 "the parameter, or its path in the configuration",
                 "有误的参数或配置路径"),
    IC_FIELD_STR("column", 0, IC_MAX_TEXT, "the column of the data",
                 "数据列"),
    IC_FIELD_INT("row", 0, 0, 0, "the row of the data, from 1",
                 "数据行，从 1 开始"),
    IC_CAUSE_WHAT,
    IC_FIELD_STR("remedy", 0, IC_MAX_TEXT, "what to do", "处理方法，英文"),
    IC_FIELD_STR("remedy_zh", 0, IC_MAX_TEXT, "the same in Chinese",
                 "处理方法，中文"),
    IC_FIELD_LIST("log", 0, IC_STR, NULL, 0,
                  "last lines of the task's log; of another party's only "
                  "what it shares",
                  "组件任务日志的末尾各行；其他参与方的仅含其共享的行"),
    IC_FIELD_LIST("consequences", 0, IC_OBJ, &ic_consequence, 0,
                  "failures that followed, in short", "由此引起的其他失败"),
    IC_FIELD_END
};

const ic_schema_t  ic_cause = { "Cause", ic_cause_fields };
