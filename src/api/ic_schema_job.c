
/* Jobs and their tasks: A.6. */


#include "ic_schemas.h"


const char *const  ic_task_states[] = {
    "PENDING", "RUNNING", "SUCCESS", "FAILED", "READY", NULL
};

static const char *const  ic_sync_types[] = {
    "CALLBACK", "POLL", "callback", "poll", NULL
};


#define IC_JOB_ID                                                             \
    IC_FIELD_ID("job_id", IC_REQ, "id of the job", "任务 ID")

#define IC_JOB_SYNC                                                           \
    IC_FIELD_ENUM("sync_type", 0, ic_sync_types,                              \
                  "how the parties tell their state (default POLL)",          \
                  "信息同步方式，默认为 POLL")

#define IC_JOB_PRIORITY                                                       \
    IC_FIELD_INT("priority", 0, 0, 100, "higher goes first",                  \
                 "任务优先级，数值大者优先")

#define IC_JOB_CONFIG                                                         \
    { "config", "conf", IC_OBJ, 0, IC_REQ, 0, 0, &ic_config, NULL,            \
      "run-time configuration", "任务运行时参数" }

#define IC_JOB_STATE                                                          \
    IC_FIELD_ENUM("status", IC_REQ, ic_task_states, "its state",              \
                  "任务状态")

#define IC_JOB_TIMES                                                          \
    IC_FIELD_TIME("create_time", 0, "when it was made", "创建时间"),          \
    IC_FIELD_TIME("start_time", IC_REQ, "when it started; 0: not yet",        \
                  "任务开始时间，0 为尚未开始"),                              \
    IC_FIELD_TIME("finish_time", IC_REQ, "when it ended; 0: not yet",         \
                  "任务结束时间，0 为尚未结束"),                              \
    IC_FIELD_TIME("update_time", IC_REQ, "last change",                       \
                  "任务信息更新时间")


static const ic_field_t  ic_job_create_fields[] = {
    IC_FIELD_ID("flow_id", IC_REQ, "its flow", "所属流程 ID"),
    IC_JOB_CONFIG,
    IC_FIELD_OBJ("dag", IC_REQ, &ic_dag, "the DAG", "DAG"),
    IC_JOB_SYNC,
    IC_FIELD_STR("name", 0, IC_MAX_NAME, "its name", "任务名称"),
    IC_FIELD_ID("project_id", 0, "its project", "项目 ID"),
    IC_JOB_PRIORITY,
    IC_FIELD_END
};

const ic_schema_t  ic_job_create = { "JobCreate", ic_job_create_fields };


/* Both are merged into what the job has: RFC 7396. */
#define IC_JOB_PARAMS                                                         \
    IC_FIELD_OBJ("task_params", 0, NULL,                                      \
                 "parameters that are otherwise, in the form of "             \
                 "config.task_params; null takes one out",                    \
                 "要更改的组件参数，格式同 config.task_params，null 表示删除"),\
    IC_FIELD_OBJ("job_params", 0, NULL,                                       \
                 "the same of config.job_params: retry, resources",           \
                 "要更改的任务参数，格式同 config.job_params，"               \
                 "如 retry、resources")

static const ic_field_t  ic_job_rerun_fields[] = {
    IC_JOB_ID,
    IC_FIELD_STR("from_task", 0, IC_MAX_NAME,
                 "component from which it runs again, with all behind it; "
                 "the outputs of the others are taken over. Without: all run",
                 "从该组件起重新运行 (含其后的组件)，其余组件沿用原输出；"
                 "不填则全部重新运行"),
    IC_FIELD_LIST("from_tasks", 0, IC_STR, NULL, 128, "the same, several",
                  "同上，多个组件"),
    IC_FIELD_OBJ("dag", 0, &ic_dag, "another DAG; a step that is not as it "
                 "was runs again", "新的 DAG，有变化的组件重新运行"),
    IC_JOB_PARAMS,
    IC_FIELD_STR("name", 0, IC_MAX_NAME, "its name", "任务名称"),
    IC_JOB_PRIORITY,
    IC_FIELD_END
};

const ic_schema_t  ic_job_rerun = { "JobRerun", ic_job_rerun_fields };


static const ic_field_t  ic_job_rerun_out_fields[] = {
    IC_FIELD_ID("job_id", IC_REQ, "id of the new job", "新任务 ID"),
    IC_FIELD_LIST("runs", IC_REQ, IC_STR, NULL, 128,
                  "components that run", "将运行的组件"),
    IC_FIELD_LIST("reuses", IC_REQ, IC_STR, NULL, 128,
                  "components whose output is taken over",
                  "沿用原输出的组件"),
    IC_FIELD_END
};

const ic_schema_t  ic_job_rerun_out = {
    "JobRerunOut", ic_job_rerun_out_fields
};


static const ic_field_t  ic_job_update_fields[] = {
    IC_JOB_ID,
    IC_FIELD_STR("name", 0, IC_MAX_NAME, "its name", "任务名称"),
    IC_JOB_PRIORITY,
    IC_FIELD_OBJ("dag", 0, &ic_dag, "another DAG, before its start",
                 "新的 DAG，仅限启动前"),
    { "config", "conf", IC_OBJ, 0, 0, 0, 0, &ic_config, NULL,
      "another configuration, before its start",
      "新的运行时参数，仅限启动前" },
    IC_JOB_PARAMS,
    IC_FIELD_EXPECTED,
    IC_FIELD_END
};

const ic_schema_t  ic_job_update = { "JobUpdate", ic_job_update_fields };


static const ic_field_t  ic_job_update_out_fields[] = {
    IC_FIELD_INT("version", IC_REQ, 0, 0, "rises with every change",
                 "版本号，每次修改递增"),
    IC_FIELD_LIST("asks", IC_REQ, IC_ID, NULL, 32,
                  "nodes that must approve it anew",
                  "须重新批准的节点"),
    IC_FIELD_END
};

const ic_schema_t  ic_job_update_out = {
    "JobUpdateOut", ic_job_update_out_fields
};


static const ic_field_t  ic_job_id_fields[] = {
    IC_JOB_ID,
    IC_FIELD_END
};

const ic_schema_t  ic_job_id = { "JobId", ic_job_id_fields };


static const ic_field_t  ic_job_list_fields[] = {
    IC_FIELD_ID("project_id", 0, "only of this project", "项目 ID"),
    IC_FIELD_ID("flow_id", 0, "only of this flow", "流程 id"),
    IC_FIELD_ENUM("status", 0, ic_task_states, "only in this state",
                  "任务状态"),
    IC_FIELDS_PAGE,
    IC_FIELD_END
};

const ic_schema_t  ic_job_list = { "JobList", ic_job_list_fields };


static const ic_field_t  ic_party_task_fields[] = {
    IC_FIELD_ID("task_id", IC_REQ, "id of the task", "组件任务 ID"),
    IC_FIELD_ID("node_id", IC_REQ, "the party's node", "节点 ID"),
    IC_FIELD_STR("task_name", IC_REQ, IC_MAX_NAME, "name in the DAG",
                 "组件实例名"),
    IC_FIELD_STR("role", 0, IC_MAX_NAME, "guest.0, host.1, ...",
                 "角色: guest.0、host.1 等"),
    IC_JOB_STATE,
    IC_FIELD_NUM("progress", "percent", "进度，百分比"),
    IC_FIELDS_PENDING,
    IC_FIELD_REMAINING,
    IC_FIELD_STR("stage", 0, IC_MAX_NAME, "what it is doing", "阶段"),
    IC_FIELD_OBJ("facts", 0, NULL, "numbers it told: rows, positives",
                 "统计信息: rows、positives"),
    IC_FIELDS_TRAFFIC,
    IC_FIELD_OBJ("cause", 0, &ic_cause, "why it failed", "失败原因"),
    IC_FIELD_TIME("update_time", 0, "last change", "更新时间"),
    IC_FIELD_END
};

static const ic_schema_t  ic_party_task = {
    "PartyTask", ic_party_task_fields
};


static const ic_field_t  ic_job_try_fields[] = {
    IC_FIELD_STR("task_name", IC_REQ, IC_MAX_NAME, "name in the DAG",
                 "组件实例名"),
    IC_FIELD_ID("task_id", IC_REQ, "id of the try", "该次尝试的组件任务 ID"),
    IC_FIELD_TIME("time", IC_REQ, "when it failed", "失败时间"),
    IC_FIELD_OBJ("cause", IC_REQ, NULL, "why", "失败原因"),
    IC_FIELD_END
};

static const ic_schema_t  ic_job_try = { "JobTry", ic_job_try_fields };


/* What a job says that goes on without a party. */
#define IC_FIELDS_NOTE                                                        \
    IC_FIELD_STR("note", 0, IC_MAX_TEXT,                                      \
                 "who dropped out of a task that went on without it",         \
                 "任务继续执行时退出的参与方，英文"),                         \
    IC_FIELD_STR("note_zh", 0, IC_MAX_TEXT, "the same in Chinese",            \
                 "退出的参与方，中文")


static const ic_field_t  ic_job_record_fields[] = {
    IC_JOB_ID,
    IC_FIELD_ID("flow_id", IC_REQ, "its flow", "所属流程 ID"),
    IC_FIELD_ID("project_id", 0, "its project", "项目 ID"),
    IC_FIELD_STR("name", 0, IC_MAX_NAME, "its name", "任务名称"),
    IC_JOB_STATE,
    IC_JOB_TIMES,
    IC_FIELD_OBJ("dag", IC_REQ, &ic_dag, "the DAG", "DAG"),
    IC_FIELD_OBJ("config", IC_REQ, &ic_config, "run-time configuration",
                 "任务运行时参数"),
    IC_JOB_PRIORITY,
    IC_JOB_SYNC,
    IC_FIELD_STR("role", 0, IC_MAX_NAME, "initiator or partner",
                 "本节点身份: initiator 发起方，partner 参与方"),
    IC_FIELD_ID("initiator", 0, "the initiator's node", "发起方节点 ID"),
    IC_FIELD_NUM("progress", "percent", "进度，百分比"),
    IC_FIELDS_PENDING,
    IC_FIELD_REMAINING,
    IC_FIELD_OBJ("cause", 0, &ic_cause, "why it failed: the root",
                 "失败的根本原因"),
    IC_FIELDS_NOTE,
    IC_FIELD_ID("rerun_of", 0, "the job that it repeats",
                "所重新运行的任务 ID"),
    IC_FIELD_INT("version", 0, 0, 0, "rises with every change",
                 "版本号，每次修改递增"),
    IC_FIELD_LIST("disabled", 0, IC_STR, NULL, 128,
                  "components that are not to begin", "已禁用的组件"),
    IC_FIELD_LIST("tries", 0, IC_OBJ, &ic_job_try, 0,
                  "failed tries of tasks that ran again",
                  "已失败并重试的各次尝试"),
    IC_FIELD_LIST("tasks", 0, IC_OBJ, &ic_party_task, 0,
                  "every party's part of every task",
                  "各参与方的组件任务"),
    IC_FIELD_END
};

const ic_schema_t  ic_job_record = { "Job", ic_job_record_fields };


static const ic_field_t  ic_job_summary_fields[] = {
    IC_JOB_ID,
    IC_FIELD_ID("flow_id", IC_REQ, "its flow", "所属流程 ID"),
    IC_FIELD_ID("project_id", 0, "its project", "项目 ID"),
    IC_FIELD_STR("name", 0, IC_MAX_NAME, "its name", "任务名称"),
    IC_JOB_STATE,
    IC_JOB_TIMES,
    IC_JOB_PRIORITY,
    IC_JOB_SYNC,
    IC_FIELD_STR("role", 0, IC_MAX_NAME, "initiator or partner",
                 "本节点身份: initiator 发起方，partner 参与方"),
    IC_FIELD_ID("initiator", 0, "the initiator's node", "发起方节点 ID"),
    IC_FIELD_NUM("progress", "percent", "进度，百分比"),
    IC_FIELD_REMAINING,
    IC_FIELD_STR("pending_reason", 0, IC_MAX_TEXT, "what it waits for",
                 "等待原因，英文"),
    IC_FIELD_STR("pending_reason_zh", 0, IC_MAX_TEXT, "the same in Chinese",
                 "等待原因，中文"),
    IC_FIELD_OBJ("cause", 0, &ic_cause, "why it failed", "失败原因"),
    IC_FIELDS_NOTE,
    IC_FIELD_END
};

const ic_schema_t  ic_job_summary = { "JobSummary", ic_job_summary_fields };


static const ic_field_t  ic_job_records_fields[] = {
    IC_FIELDS_RECORDS(&ic_job_summary),
    IC_FIELD_END
};

const ic_schema_t  ic_job_records = { "Jobs", ic_job_records_fields };


static const ic_field_t  ic_job_status_fields[] = {
    { "status", NULL, IC_MAP, IC_STR, IC_REQ, 0, 0, NULL, NULL,
      "state per task_id", "各任务的状态，key 为 task_id" },
    IC_FIELD_END
};

const ic_schema_t  ic_job_status = { "JobStatus", ic_job_status_fields };


static const ic_field_t  ic_job_audit_fields[] = {
    IC_JOB_ID,
    IC_FIELD_ID("project_id", 0, "its project", "项目 ID"),
    IC_FIELD_ID("flow_id", IC_REQ, "its flow", "所属流程 ID"),
    IC_FIELD_STR("name", 0, IC_MAX_NAME, "its name", "任务名称"),
    IC_FIELD_OBJ("dag", IC_REQ, &ic_dag, "the DAG", "DAG"),
    IC_JOB_CONFIG,
    IC_JOB_SYNC,
    IC_FIELD_ID("audit_id", IC_REQ, "id of the request", "审批 id"),
    IC_FIELDS_LIMITS,
    IC_FIELDS_SCOPE,
    IC_FIELD_END
};

const ic_schema_t  ic_job_audit = { "JobAuditApply", ic_job_audit_fields };


static const ic_field_t  ic_task_id_fields[] = {
    IC_FIELD_ID("task_id", IC_REQ, "id of the task", "组件任务 ID"),
    IC_FIELD_END
};

const ic_schema_t  ic_task_id = { "TaskId", ic_task_id_fields };


static const ic_field_t  ic_metric_query_fields[] = {
    IC_FIELD_ID("task_id", IC_REQ, "id of the task", "组件任务 ID"),
    IC_FIELD_INT("since", IC_NUMSTR, 0, 1000000,
                 "points that are known: only those that follow",
                 "已有的点数，仅返回其后的点"),
    IC_FIELD_END
};

const ic_schema_t  ic_metric_query = {
    "MetricQuery", ic_metric_query_fields
};


static const ic_field_t  ic_task_metrics_fields[] = {
    IC_FIELD_INT("from", IC_REQ, 0, 0,
                 "place of the first point: since, or 0 where there are so "
                 "many that the oldest are gone",
                 "首个点的序号：等于 since，点数过多、最早的点已删除时为 0"),
    { "metrics", NULL, IC_LIST, IC_ANY, IC_REQ, 0, 0, NULL, NULL,
      "[name, x, y] each, such as [\"loss\", 3, 0.41]",
      "指标曲线各点 [名称, x, y]，如 [\"loss\", 3, 0.41]" },
    IC_FIELD_END
};

const ic_schema_t  ic_task_metrics = {
    "TaskMetrics", ic_task_metrics_fields
};
