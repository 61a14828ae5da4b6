
/*
 * What the ecosystem has for its operators and containers beside the standard:
 * /v1/platform/schedule.
 */


#include "ic_schemas.h"


static const ic_field_t  ic_job_create_all_fields[] = {
    IC_FIELD_STR("flow_id", 0, IC_MAX_NAME, "its flow, if there is one",
                 "所属流程 ID，可为空"),
    { "config", "conf", IC_OBJ, 0, IC_REQ, 0, 0, &ic_config, NULL,
      "run-time configuration", "任务运行时参数" },
    IC_FIELD_OBJ("dag", IC_REQ, &ic_dag, "the DAG", "DAG"),
    IC_FIELD_STR("name", 0, IC_MAX_NAME, "its name", "任务名称"),
    IC_FIELD_ID("project_id", 0, "its project", "项目 ID"),
    IC_FIELD_INT("priority", 0, 0, 100, "higher goes first",
                 "任务优先级，数值大者优先"),
    IC_FIELD_END
};

const ic_schema_t  ic_job_create_all = {
    "JobCreateAll", ic_job_create_all_fields
};


static const ic_field_t  ic_schedule_said_fields[] = {
    IC_FIELD_ID("task_id", IC_REQ, "the task", "组件任务 ID"),
    IC_FIELD_ENUM("status", IC_REQ, ic_task_states, "its state", "任务状态"),
    IC_FIELD_STR("role", 0, IC_MAX_NAME,
                 "guest.0, or several between commas; may be empty",
                 "角色: guest.0 等，多个以逗号分隔，可为空"),
    IC_FIELD_NUM("progress", "percent", "进度，百分比"),
    IC_FIELD_STR("stage", 0, IC_MAX_NAME, "what it is doing", "阶段"),
    IC_FIELD_STR("message", 0, IC_MAX_TEXT, "why it failed", "失败原因"),
    IC_FIELD_STR("token", IC_SECRET, IC_MAX_NAME,
                 "config.token, when no header has it",
                 "config.token，请求头未携带时使用"),
    IC_FIELD_END
};

const ic_schema_t  ic_schedule_said = {
    "ScheduleSaid", ic_schedule_said_fields
};


static const char *const  ic_schedule_levels[] = {
    "info", "debug", "error", NULL
};

#define IC_LOG_LEVEL                                                          \
    IC_FIELD_ENUM("log_level", IC_REQ, ic_schedule_levels,                    \
                  "error: with warn", "日志级别，error 含 warn")


static const ic_field_t  ic_schedule_log_line_fields[] = {
    IC_FIELD_ID("task_id", IC_REQ, "the task", "组件任务 ID"),
    IC_LOG_LEVEL,
    IC_FIELD_END
};

const ic_schema_t  ic_schedule_log_line = {
    "ScheduleLogLine", ic_schedule_log_line_fields
};


static const ic_field_t  ic_schedule_log_num_fields[] = {
    IC_FIELD_INT("num", IC_REQ, 0, 1000000, "lines", "日志行数"),
    IC_FIELD_END
};

const ic_schema_t  ic_schedule_log_num = {
    "ScheduleLogNum", ic_schedule_log_num_fields
};


static const ic_field_t  ic_schedule_log_fields[] = {
    IC_FIELD_ID("task_id", IC_REQ, "the task", "组件任务 ID"),
    IC_LOG_LEVEL,
    IC_FIELD_INT("start", IC_REQ, 0, 1000000, "the first line", "起始行"),
    IC_FIELD_INT("length", IC_REQ, 0, 1000, "how many", "行数"),
    IC_FIELD_END
};

const ic_schema_t  ic_schedule_log = {
    "ScheduleLog", ic_schedule_log_fields
};


static const ic_field_t  ic_schedule_log_data_fields[] = {
    { "data", NULL, IC_LIST, IC_STR, IC_REQ, 0, 0, NULL, NULL, "the lines",
      "日志内容" },
    IC_FIELD_END
};

const ic_schema_t  ic_schedule_log_data = {
    "ScheduleLogData", ic_schedule_log_data_fields
};
