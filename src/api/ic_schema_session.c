
/* Sessions of the console. */


#include "ic_schemas.h"


static const ic_field_t  ic_session_fields[] = {
    IC_FIELD_ID("name", IC_REQ, "who is signed in", "操作员名称"),
    IC_FIELD_LIST("permissions", IC_REQ, IC_STR, NULL, 0,
                  "every single one that it has", "其全部权限"),
    IC_FIELD_INT("idle_ms", IC_REQ, 0, 0,
                 "it ends when nothing was asked for so long, ms",
                 "无请求超过此时长 (毫秒) 则会话结束"),
    IC_FIELD_TIME("expire_time", IC_REQ, "when it ends in any case",
                  "会话最迟结束时间"),
    IC_FIELD_END
};

const ic_schema_t  ic_session = { "Session", ic_session_fields };


static const ic_field_t  ic_events_fields[] = {
    IC_FIELD_STR("last_event_id", 0, 48,
                 "id of the last event that is known, where the header "
                 "Last-Event-ID cannot be sent",
                 "已收到的最后一个事件的 id，用于无法发送 Last-Event-ID 报文头时"),
    IC_FIELD_END
};

const ic_schema_t  ic_events = { "Events", ic_events_fields };


static const char *const  ic_change_kinds[] = {
    "contract", "audit", "permit", "job", "task", "node", "operator", "role",
    "evidence", "query", "dataset", "project", "flow", "model", "component",
    "timetable", "order", "escrow", NULL
};

static const ic_field_t  ic_change_fields[] = {
    IC_FIELD_ENUM("kind", IC_REQ, ic_change_kinds, "of what has changed",
                  "变更对象的类型"),
    IC_FIELD_STR("id", IC_REQ, IC_MAX_NAME, "its id", "对象 id"),
    IC_FIELD_ID("job_id", 0, "the job of a task", "组件任务所属任务的 id"),
    IC_FIELD_STR("event", IC_REQ, IC_MAX_NAME,
                 "the event of the evidence that says so; or TASK_PROGRESS: "
                 "progress, figures or stage of a running task, told at most "
                 "five times a second",
                 "对应存证的事件；TASK_PROGRESS 表示运行中任务的进度、指标或阶段有更新，"
                 "每秒至多五次"),
    IC_FIELD_END
};

const ic_schema_t  ic_change = { "Change", ic_change_fields };
