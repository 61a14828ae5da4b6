
/*
 * The scheduling calls of the ecosystem, /v1/interconn/schedule: what a
 * scheduler sends to the parties of a job and they answer.
 */


#include "ic_schemas.h"


static const ic_field_t  ic_schedule_job_fields[] = {
    IC_FIELD_ID("job_id", IC_REQ, "the job", "任务 ID"),
    IC_FIELD_STR("flow_id", 0, IC_MAX_NAME, "its flow", "所属流程 ID"),
    IC_FIELD_OBJ("dag", IC_REQ, &ic_dag, "the DAG that was approved",
                 "已批准的 DAG"),
    { "config", "conf", IC_OBJ, 0, IC_REQ, 0, 0, &ic_config, NULL,
      "the configuration that was approved", "已批准的任务运行时参数" },
    IC_FIELD_END
};

const ic_schema_t  ic_schedule_job = {
    "ScheduleJob", ic_schedule_job_fields
};


static const ic_field_t  ic_schedule_components_fields[] = {
    { "components", NULL, IC_MAP, IC_STR, 0, 0, 0, NULL, NULL,
      "what this node runs, per component of the DAG: name, provider, version "
      "and digest of the package, percent-encoded, or -",
      "本节点所用组件，key 为 DAG 中的组件实例名，值为名称、提供方、版本与组件包摘要，"
      "百分号编码，未知为 -" },
    IC_FIELD_END
};

const ic_schema_t  ic_schedule_components = {
    "ScheduleComponents", ic_schedule_components_fields
};


static const char *const  ic_schedule_answers[] = {
    "READY", "REJECTED", NULL
};

static const ic_field_t  ic_schedule_confirm_fields[] = {
    IC_FIELD_ID("job_id", IC_REQ, "the job", "任务 ID"),
    IC_FIELD_ENUM("status", IC_REQ, ic_schedule_answers, "the answer",
                  "应答"),
    IC_FIELD_END
};

const ic_schema_t  ic_schedule_confirm = {
    "ScheduleConfirm", ic_schedule_confirm_fields
};


static const ic_field_t  ic_schedule_stop_fields[] = {
    IC_FIELD_ID("job_id", IC_REQ, "the job", "任务 ID"),
    IC_FIELD_STR("task_name", 0, IC_MAX_NAME,
                 "only this component's task; also sent after its end",
                 "只停止该组件实例的任务；其结束后也会发送"),
    IC_FIELD_STR("status", 0, IC_MAX_NAME,
                 "how the job ended: SUCCESS or FAILED; without it the job is "
                 "what its tasks are here",
                 "任务结局：SUCCESS 或 FAILED；缺省时以本方组件任务状态为准"),
    IC_FIELD_STR("cause", 0, 65536,
                 "why it failed, as JSON: the job's cause where its own tasks "
                 "do not say",
                 "失败原因（JSON）；本方组件任务无原因时作为任务的原因"),
    IC_FIELD_END
};

const ic_schema_t  ic_schedule_stop = {
    "ScheduleStop", ic_schedule_stop_fields
};


/* the standard's, and those of the ecosystem */
static const char *const  ic_schedule_words[] = {
    "PENDING", "READY", "REJECTED", "RUNNING", "SUCCESS", "FAILED",
    "FINISHED", NULL
};

static const ic_field_t  ic_schedule_states_fields[] = {
    IC_FIELD_ENUM("job_status", IC_REQ, ic_schedule_words,
                  "state of the job, in the words of the caller's profile",
                  "任务状态，用词依调用方的配置"),
    { "status", NULL, IC_MAP, IC_STR, IC_REQ, 0, 0, NULL, NULL,
      "state per task_id", "各组件任务的状态，key 为 task_id" },
    IC_FIELD_END
};

const ic_schema_t  ic_schedule_states = {
    "ScheduleStates", ic_schedule_states_fields
};


static const ic_field_t  ic_schedule_stop_task_fields[] = {
    IC_FIELD_ID("job_id", IC_REQ, "the job", "任务 ID"),
    IC_FIELD_STR("task_name", IC_REQ, IC_MAX_NAME,
                 "name of the component in the DAG", "DAG 中的组件实例名"),
    IC_FIELD_END
};

const ic_schema_t  ic_schedule_stop_task = {
    "ScheduleStopTask", ic_schedule_stop_task_fields
};


static const ic_field_t  ic_schedule_flow_fields[] = {
    IC_FIELD_STR("flow_id", 0, IC_MAX_NAME, "only of this flow", "流程 ID"),
    IC_FIELD_END
};

const ic_schema_t  ic_schedule_flow = {
    "ScheduleFlow", ic_schedule_flow_fields
};


static const ic_field_t  ic_schedule_jobs_fields[] = {
    { "job_list", NULL, IC_MAP, IC_STR, IC_REQ, 0, 0, NULL, NULL,
      "state per job_id", "各任务的状态，key 为 job_id" },
    IC_FIELD_END
};

const ic_schema_t  ic_schedule_jobs = {
    "ScheduleJobs", ic_schedule_jobs_fields
};


static const ic_field_t  ic_schedule_start_fields[] = {
    IC_FIELD_ID("job_id", IC_REQ, "the job", "任务 ID"),
    IC_FIELD_ID("task_id", IC_REQ, "id of the task, made by the scheduler",
                "组件任务 ID，由调度方生成"),
    IC_FIELD_STR("task_name", IC_REQ, IC_MAX_NAME,
                 "name of the component in the DAG", "DAG 中的组件实例名"),
    IC_FIELD_ID("session_id", 0,
                "session of the task's messages (default session_<task_id>)",
                "组件任务消息的会话 ID，默认 session_<task_id>"),
    IC_FIELD_STR("token", IC_SECRET, IC_MAX_NAME,
                 "token of that session", "会话令牌"),
    IC_FIELD_END
};

const ic_schema_t  ic_schedule_start = {
    "ScheduleStart", ic_schedule_start_fields
};


static const ic_field_t  ic_schedule_poll_fields[] = {
    IC_FIELD_ID("task_id", IC_REQ, "the task", "组件任务 ID"),
    IC_FIELD_STR("role", 0, IC_MAX_NAME, "guest.0, host.1, ...; may be empty",
                 "角色: guest.0、host.1 等，可为空"),
    IC_FIELD_END
};

const ic_schema_t  ic_schedule_poll = {
    "SchedulePoll", ic_schedule_poll_fields
};


static const ic_field_t  ic_schedule_state_fields[] = {
    IC_FIELD_ENUM("status", IC_REQ, ic_task_states, "its state",
                  "任务状态"),
    IC_FIELD_STR("role", 0, IC_MAX_NAME, "this node's role", "本节点的角色"),
    IC_FIELD_NUM("progress", "percent", "进度，百分比"),
    IC_FIELD_STR("stage", 0, IC_MAX_NAME, "what it is doing", "阶段"),
    IC_FIELD_OBJ("cause", 0, NULL, "why it failed", "失败原因"),
    IC_FIELD_OBJ("facts", 0, NULL, "numbers it told: rows, positives",
                 "统计信息: rows、positives"),
    IC_FIELD_STR("pending_reason", 0, IC_MAX_TEXT,
                 "what it waits for here", "在本节点的等待原因，英文"),
    IC_FIELD_STR("pending_reason_zh", 0, IC_MAX_TEXT, "the same in Chinese",
                 "在本节点的等待原因，中文"),
    IC_FIELD_END
};

const ic_schema_t  ic_schedule_state = {
    "ScheduleState", ic_schedule_state_fields
};


static const ic_field_t  ic_schedule_callback_fields[] = {
    IC_FIELD_ID("task_id", IC_REQ, "the task", "组件任务 ID"),
    IC_FIELD_ENUM("status", IC_REQ, ic_task_states, "its state",
                  "任务状态"),
    IC_FIELD_STR("role", 0, IC_MAX_NAME, "guest.0, host.1, ...",
                 "角色: guest.0、host.1 等"),
    IC_FIELD_NUM("progress", "percent", "进度，百分比"),
    IC_FIELD_STR("stage", 0, IC_MAX_NAME, "what it is doing", "阶段"),
    IC_FIELD_OBJ("cause", 0, NULL, "why it failed", "失败原因"),
    IC_FIELD_OBJ("facts", 0, NULL, "numbers to show: rows, positives",
                 "统计信息: rows、positives"),
    IC_FIELD_END
};

const ic_schema_t  ic_schedule_callback = {
    "ScheduleCallback", ic_schedule_callback_fields
};
