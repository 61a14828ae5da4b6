
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
