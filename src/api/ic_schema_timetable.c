
/* Timetables: jobs that begin at a time, or again and again (8.3). */


#include "ic_schemas.h"
#include "ic_timetable.h"


static const char *const  ic_overlaps[] = { "skip", "queue", "allow", NULL };

static const char *const  ic_timetable_states[] = {
    "ACTIVE", "PAUSED", "ENDED", NULL
};

static const char *const  ic_run_states[] = {
    "CREATED", "QUEUED", "MISSED", NULL
};

static const char *const  ic_sync_types[] = {
    "CALLBACK", "POLL", "callback", "poll", NULL
};


#define IC_TIMETABLE_ID                                                       \
    IC_FIELD_ID("timetable_id", IC_REQ, "id of the timetable", "时间表 ID")

/* What is given with either. */
#define IC_TIMETABLE_GIVEN                                                    \
    IC_FIELD_OBJ("dag", 0, &ic_dag, "the DAG of its jobs; none: the flow's "  \
                 "at the time of each", "各次任务的 DAG，不填取流程届时的 DAG"), \
    { "config", "conf", IC_OBJ, 0, 0, 0, 0, &ic_config, NULL,                 \
      "run-time configuration of its jobs; none: the flow's at the time of "  \
      "each", "各次任务的运行时参数，不填取流程届时的配置" },                  \
    IC_FIELD_STR("cron", 0, IC_MAX_NAME,                                      \
                 "when: minute hour day month weekday, as 30 2 * * mon-fri, " \
                 "or @hourly, @daily, @weekly, @monthly, @yearly",            \
                 "周期：分 时 日 月 周，如 30 2 * * mon-fri，或 @hourly、"    \
                 "@daily、@weekly、@monthly、@yearly"),                       \
    IC_FIELD_ANY("at", 0, "when, once, instead of cron: milliseconds or ISO " \
                 "8601 with offset", "单次执行时间，与 cron 二选一：毫秒或带" \
                 "时区偏移的 ISO 8601"),                                      \
    IC_FIELD_STR("time_zone", 0, 64, "IANA name of the zone that cron is "    \
                 "meant in, as Asia/Shanghai; required with cron",            \
                 "cron 所用时区的 IANA 名称，如 Asia/Shanghai，有 cron 时必填"), \
    IC_FIELD_ANY("start_time", 0, "not before this, as at; 0: at once",       \
                 "最早时间，格式同 at，0 为不限"),                            \
    IC_FIELD_ANY("end_time", 0, "not after this, as at; 0: for ever",         \
                 "最晚时间，格式同 at，0 为不限"),                            \
    IC_FIELD_ENUM("catch_up", 0, ic_catch_ups,                                \
                  "due times that passed while the node was down: skip "      \
                  "(default), one (run the last), all (run each)",            \
                  "停机期间错过的时间: skip (默认，放弃)、one (执行最后一次)、" \
                  "all (逐次执行)"),                                          \
    IC_FIELD_INT("catch_up_max", 0, 1, IC_TIMETABLE_CATCH_UP_MAX,             \
                 "most runs of catch_up all (default 10)",                    \
                 "catch_up 为 all 时的最多次数，默认 10"),                    \
    IC_FIELD_ENUM("overlap", 0, ic_overlaps,                                  \
                  "a time that is due while a run is not over: skip "         \
                  "(default), queue (after it), allow (beside it)",           \
                  "上一次尚未结束时: skip (默认，放弃)、queue (排队)、"       \
                  "allow (并行)"),                                            \
    IC_FIELD_ENUM("sync_type", 0, ic_sync_types,                              \
                  "how the parties tell their state (default POLL)",          \
                  "信息同步方式，默认为 POLL"),                               \
    IC_FIELD_INT("priority", 0, 0, 100, "of its jobs: higher goes first",     \
                 "任务优先级，数值大者优先")


static const ic_field_t  ic_timetable_create_fields[] = {
    IC_FIELD_ID("flow_id", IC_REQ, "its flow", "所属流程 ID"),
    IC_FIELD_STR("name", 0, IC_MAX_NAME, "its name", "时间表名称"),
    IC_TIMETABLE_GIVEN,
    IC_FIELD_END
};

const ic_schema_t  ic_timetable_create = {
    "TimetableCreate", ic_timetable_create_fields
};


static const ic_field_t  ic_timetable_made_fields[] = {
    IC_TIMETABLE_ID,
    IC_FIELD_TIME("next_time", IC_REQ, "when it is due next",
                  "下一次执行时间"),
    IC_FIELD_END
};

const ic_schema_t  ic_timetable_made = {
    "TimetableMade", ic_timetable_made_fields
};


static const ic_field_t  ic_timetable_update_fields[] = {
    IC_TIMETABLE_ID,
    IC_FIELD_STR("name", 0, IC_MAX_NAME, "its name", "时间表名称"),
    IC_TIMETABLE_GIVEN,
    IC_FIELD_EXPECTED,
    IC_FIELD_END
};

const ic_schema_t  ic_timetable_update = {
    "TimetableUpdate", ic_timetable_update_fields
};


static const ic_field_t  ic_timetable_changed_fields[] = {
    IC_FIELD_INT("version", IC_REQ, 0, 0, "rises with every change",
                 "版本号，每次变更递增"),
    IC_FIELD_TIME("next_time", IC_REQ, "when it is due next; 0: never, or "
                  "paused", "下一次执行时间，0 为无或已暂停"),
    IC_FIELD_END
};

const ic_schema_t  ic_timetable_changed = {
    "TimetableChanged", ic_timetable_changed_fields
};


static const ic_field_t  ic_timetable_id_fields[] = {
    IC_TIMETABLE_ID,
    IC_FIELD_END
};

const ic_schema_t  ic_timetable_id = {
    "TimetableId", ic_timetable_id_fields
};


#define IC_TIMETABLE_FIELDS                                                   \
    IC_TIMETABLE_ID,                                                          \
    IC_FIELD_ID("flow_id", IC_REQ, "its flow", "所属流程 ID"),                \
    IC_FIELD_ID("project_id", 0, "its project", "项目 ID"),                   \
    IC_FIELD_STR("name", 0, IC_MAX_NAME, "its name", "时间表名称"),           \
    IC_FIELD_STR("owner", 0, IC_MAX_NAME,                                     \
                 "the operator who made or changed it last; its runs need "   \
                 "his permissions",                                           \
                 "创建或最近更改它的操作员，各次执行以其权限为准"),           \
    IC_FIELD_ENUM("status", IC_REQ, ic_timetable_states,                      \
                  "ACTIVE, PAUSED, or ENDED: nothing is due any more",        \
                  "状态: ACTIVE、PAUSED、ENDED (不再有执行时间)"),            \
    IC_FIELD_STR("pause_reason", 0, IC_MAX_TEXT,                              \
                 "why it is paused, unless an operator did that",             \
                 "非操作员暂停时的原因"),                                     \
    IC_FIELD_STR("cron", 0, IC_MAX_NAME, "when", "周期"),                     \
    IC_FIELD_TIME("at", 0, "when, once", "单次执行时间"),                     \
    IC_FIELD_STR("time_zone", 0, 64, "zone of cron", "cron 所用时区"),        \
    IC_FIELD_TIME("start_time", 0, "not before this; 0: none",                \
                  "最早时间，0 为不限"),                                      \
    IC_FIELD_TIME("end_time", 0, "not after this; 0: none",                   \
                  "最晚时间，0 为不限"),                                      \
    IC_FIELD_ENUM("catch_up", 0, ic_catch_ups, "for times that passed",       \
                  "错过时间的处理"),                                          \
    IC_FIELD_INT("catch_up_max", 0, 1, IC_TIMETABLE_CATCH_UP_MAX,             \
                 "most runs of catch_up all", "catch_up 为 all 时的最多次数"), \
    IC_FIELD_ENUM("overlap", 0, ic_overlaps, "while a run is not over",       \
                  "上一次尚未结束时的处理"),                                  \
    IC_FIELD_INT("priority", 0, 0, 100, "of its jobs", "任务优先级"),         \
    IC_FIELD_TIME("next_time", IC_REQ, "when it is due next; 0: never, or "   \
                  "paused", "下一次执行时间，0 为无或已暂停"),                \
    IC_FIELD_TIME("last_time", 0, "due time of the last run",                 \
                  "最近一次执行的计划时间"),                                  \
    IC_FIELD_ID("last_job", 0, "its job", "最近一次的任务 ID"),               \
    IC_FIELD_INT("run_count", 0, 0, 0, "jobs made", "已创建任务数"),          \
    IC_FIELD_INT("missed_count", 0, 0, 0, "due times missed",                 \
                 "错过的次数"),                                               \
    IC_FIELD_STR("missed_reason", 0, IC_MAX_TEXT, "why the last of these",    \
                 "最近一次错过的原因"),                                       \
    IC_FIELD_INT("version", 0, 0, 0, "rises with every change",               \
                 "版本号，每次变更递增"),                                     \
    IC_FIELD_TIME("create_time", 0, "when it was made", "创建时间"),          \
    IC_FIELD_TIME("update_time", 0, "last change", "更新时间")


static const ic_field_t  ic_timetable_record_fields[] = {
    IC_TIMETABLE_FIELDS,
    IC_FIELD_STR("sync_type", 0, IC_MAX_NAME,
                 "how the parties tell their state", "信息同步方式"),
    IC_FIELD_OBJ("dag", 0, &ic_dag, "the DAG; none: the flow's",
                 "DAG，无则取流程的 DAG"),
    IC_FIELD_OBJ("config", 0, &ic_config, "run-time configuration; none: the "
                 "flow's", "任务运行时参数，无则取流程的配置"),
    IC_FIELD_LIST("running", 0, IC_ID, NULL, 0, "its jobs that are not over",
                  "尚未结束的任务 ID"),
    IC_FIELD_INT("queued", 0, 0, 0, "due times that wait for these",
                 "排队等待的次数"),
    IC_FIELD_END
};

const ic_schema_t  ic_timetable_record = {
    "Timetable", ic_timetable_record_fields
};


static const ic_field_t  ic_timetable_summary_fields[] = {
    IC_TIMETABLE_FIELDS,
    IC_FIELD_END
};

static const ic_schema_t  ic_timetable_summary = {
    "TimetableSummary", ic_timetable_summary_fields
};


static const ic_field_t  ic_timetable_list_fields[] = {
    IC_FIELD_ID("flow_id", 0, "only of this flow", "流程 ID"),
    IC_FIELD_ENUM("status", 0, ic_timetable_states, "only in this state",
                  "状态"),
    IC_FIELDS_PAGE,
    IC_FIELD_END
};

const ic_schema_t  ic_timetable_list = {
    "TimetableList", ic_timetable_list_fields
};


static const ic_field_t  ic_timetable_records_fields[] = {
    IC_FIELDS_RECORDS(&ic_timetable_summary),
    IC_FIELD_END
};

const ic_schema_t  ic_timetable_records = {
    "Timetables", ic_timetable_records_fields
};


static const ic_field_t  ic_timetable_runs_in_fields[] = {
    IC_TIMETABLE_ID,
    IC_FIELDS_PAGE,
    IC_FIELD_END
};

const ic_schema_t  ic_timetable_runs_in = {
    "TimetableRunList", ic_timetable_runs_in_fields
};


static const ic_field_t  ic_timetable_run_fields[] = {
    IC_FIELD_TIME("due_time", IC_REQ, "when it was due", "计划时间"),
    IC_FIELD_TIME("time", IC_REQ, "when that was done", "实际时间"),
    IC_FIELD_ENUM("state", IC_REQ, ic_run_states,
                  "CREATED: a job was made; QUEUED: waits for the run before "
                  "it; MISSED: no job",
                  "CREATED: 已创建任务；QUEUED: 等待上一次结束；MISSED: 未创建"),
    IC_FIELD_STR("reason", 0, IC_MAX_TEXT, "why it was missed",
                 "错过的原因"),
    IC_FIELD_INT("count", 0, 0, 0, "due times missed, this the first",
                 "连续错过的次数，本次为首次"),
    IC_FIELD_TIME("last_due", 0, "the last of these", "其中最后一次"),
    IC_FIELD_ID("job_id", 0, "the job", "任务 ID"),
    IC_FIELD_ENUM("status", 0, ic_task_states, "its state now",
                  "任务当前状态"),
    IC_FIELD_STR("pending_reason", 0, IC_MAX_TEXT, "what it waits for",
                 "等待原因"),
    IC_FIELD_END
};

static const ic_schema_t  ic_timetable_run = {
    "TimetableRun", ic_timetable_run_fields
};


static const ic_field_t  ic_timetable_runs_fields[] = {
    IC_FIELDS_RECORDS(&ic_timetable_run),
    IC_FIELD_END
};

const ic_schema_t  ic_timetable_runs = {
    "TimetableRuns", ic_timetable_runs_fields
};
