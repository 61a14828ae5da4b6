
/* Component tasks: 8.6 a. */


#include "ic_schemas.h"


static const ic_field_t  ic_task_step_fields[] = {
    IC_FIELD_ID("job_id", IC_REQ, "id of the job", "任务 ID"),
    IC_FIELD_STR("task_name", IC_REQ, IC_MAX_NAME, "name in the DAG",
                 "组件实例名"),
    IC_FIELD_END
};

const ic_schema_t  ic_task_step = { "TaskStep", ic_task_step_fields };


static const ic_field_t  ic_task_list_fields[] = {
    IC_FIELD_ID("job_id", 0, "only of this job", "任务 ID"),
    IC_FIELD_STR("task_name", 0, IC_MAX_NAME, "only of this name in the DAG",
                 "组件实例名"),
    IC_FIELD_STR("componentName", 0, IC_MAX_NAME, "only of this component",
                 "组件名"),
    IC_FIELD_ENUM("status", 0, ic_task_states, "only in this state",
                  "状态"),
    IC_FIELDS_PAGE,
    IC_FIELD_END
};

const ic_schema_t  ic_task_list = { "TaskList", ic_task_list_fields };


static const ic_field_t  ic_task_port_fields[] = {
    IC_FIELD_STR("key", IC_REQ, IC_MAX_NAME,
                 "output: its name; input: <component>.<output>",
                 "输出: 名称；输入: <组件实例名>.<输出名>"),
    IC_FIELD_STR("type", 0, IC_MAX_NAME, "as the DAG says",
                 "类型，按 DAG 所述"),
    IC_FIELD_ID("task_id", 0, "the task that made it; without: not yet",
                "产生它的组件任务 ID，尚未产生则无"),
    IC_FIELD_STR("digest", 0, IC_MAX_NAME,
                 "its digest; without: this node has none",
                 "摘要，本节点没有则无"),
    IC_FIELD_INT("rows", 0, 0, 0, "rows of a table", "表的行数"),
    IC_FIELD_INT("bytes", 0, 0, 0, "its size", "字节数"),
    IC_FIELD_END
};

static const ic_schema_t  ic_task_port = { "TaskPort", ic_task_port_fields };


#define IC_TASK_FIELDS                                                        \
    IC_FIELD_ID("task_id", IC_REQ, "id of the task", "组件任务 ID"),          \
    IC_FIELD_ID("job_id", IC_REQ, "its job", "所属任务 ID"),                  \
    IC_FIELD_STR("task_name", IC_REQ, IC_MAX_NAME, "name in the DAG",         \
                 "组件实例名"),                                               \
    IC_FIELD_STR("componentName", IC_REQ, IC_MAX_NAME, "its component",       \
                 "组件名"),                                                   \
    IC_FIELD_STR("version", 0, IC_MAX_NAME, "version of the component",       \
                 "组件版本"),                                                 \
    IC_FIELD_STR("role", 0, IC_MAX_NAME, "guest.0, host.1, ...",              \
                 "角色: guest.0、host.1 等"),                                 \
    IC_FIELD_ID("initiator", 0, "node that drives the job",                   \
                "发起方节点 ID"),                                             \
    IC_FIELD_ENUM("status", IC_REQ, ic_task_states, "its state",              \
                  "任务状态"),                                                \
    IC_FIELD_NUM("progress", "percent", "进度，百分比"),                      \
    IC_FIELD_STR("stage", 0, IC_MAX_NAME, "what it is doing", "阶段"),        \
    IC_FIELD_TIME("create_time", 0, "when it was made", "创建时间"),          \
    IC_FIELD_TIME("start_time", IC_REQ, "when it started; 0: not yet",        \
                  "开始时间，0 为尚未开始"),                                  \
    IC_FIELD_TIME("finish_time", IC_REQ, "when it ended; 0: not yet",         \
                  "结束时间，0 为尚未结束"),                                  \
    IC_FIELD_LIST("inputs", IC_REQ, IC_OBJ, &ic_task_port, 64,                \
                  "what it reads from others", "输入"),                       \
    IC_FIELD_LIST("outputs", IC_REQ, IC_OBJ, &ic_task_port, 64,               \
                  "what it makes", "输出")

static const ic_field_t  ic_task_summary_fields[] = {
    IC_TASK_FIELDS,
    IC_FIELD_END
};

static const ic_schema_t  ic_task_summary = {
    "TaskSummary", ic_task_summary_fields
};


static const ic_field_t  ic_task_records_fields[] = {
    IC_FIELDS_RECORDS(&ic_task_summary),
    IC_FIELD_END
};

const ic_schema_t  ic_task_records = { "Tasks", ic_task_records_fields };


static const ic_field_t  ic_task_record_fields[] = {
    IC_TASK_FIELDS,
    IC_FIELD_OBJ("parameters", IC_REQ, NULL,
                 "those of all parties, with this party's own",
                 "参数: 各方共有的及本方的"),
    IC_FIELDS_PENDING,
    IC_FIELD_REMAINING,
    IC_FIELD_OBJ("facts", 0, NULL, "numbers it told: rows, positives",
                 "统计信息: rows、positives"),
    IC_FIELDS_TRAFFIC,
    IC_FIELD_OBJ("cause", 0, &ic_cause, "why it failed", "失败原因"),
    IC_FIELD_ID("model_id", 0, "the model that it made here",
                "在本节点产生的模型 ID"),
    IC_FIELD_OBJ("report", 0, NULL, "what it reports of its result here",
                 "本方的结果报告"),
    IC_FIELD_END
};

const ic_schema_t  ic_task_record = { "Task", ic_task_record_fields };
