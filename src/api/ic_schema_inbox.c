
/* What waits for an operator's answer. */


#include "ic_schemas.h"


static const char *const  ic_inbox_kinds[] = {
    "contract", "dataset", "project", "component", "flow", "job", "model",
    "query", "escrow", NULL
};


static const ic_field_t  ic_inbox_list_fields[] = {
    { "resource_type", "kind", IC_ENUM, 0, 0, 0, 0, ic_inbox_kinds, NULL,
      "only this kind", "仅此类型" },
    { "node_id", "peer", IC_ID, 0, 0, 0, 0, NULL, NULL,
      "only of this node", "仅此节点" },
    IC_FIELDS_PAGE,
    IC_FIELD_END
};

const ic_schema_t  ic_inbox_list = { "InboxList", ic_inbox_list_fields };


static const ic_field_t  ic_inbox_record_fields[] = {
    IC_FIELD_ENUM("resource_type", IC_REQ, ic_inbox_kinds, "what it is", "类型"),
    IC_FIELD_ID("id", IC_REQ,
                "what to answer with: audit_id, contract_id of a contract, "
                "query_id of a query, recovery_id of an escrow",
                "答复所用的 id：audit_id，合约为 contract_id，查询为 query_id，"
                "托管为 recovery_id"),
    IC_FIELD_ID("contract_id", 0, "the contract", "合约 id"),
    IC_FIELD_ID("node_id", IC_REQ, "who asks", "申请方节点 ID"),
    IC_FIELD_STR("institution", 0, IC_MAX_NAME, "its organisation",
                 "申请方机构"),
    IC_FIELD_ID("resource_id", 0, "what is asked for", "申请的资源 id"),
    IC_FIELD_STR("name", 0, IC_MAX_NAME, "its name", "名称"),
    IC_FIELD_STR("statement", IC_REQ, IC_MAX_TEXT,
                 "who asks for what within which limits",
                 "申请内容的说明（英文）"),
    IC_FIELD_STR("statement_zh", IC_REQ, IC_MAX_TEXT, "the same in Chinese",
                 "申请内容的说明：何方申请何物、以何为限"),
    IC_FIELD_TIME("time_limit", 0, "end asked for", "申请的到期时间"),
    IC_FIELD_INT("times_limit", 0, 0, 0, "uses asked for",
                 "申请的使用次数"),
    IC_FIELD_LIST("queries", 0, IC_STR, NULL, 0,
                  "job: query_id of those of its queries that wait for an "
                  "answer too",
                  "任务：其中尚待答复的查询的 query_id"),
    IC_FIELD_TIME("held", 0,
                  "job: when it was approved; it is told when its queries "
                  "are answered",
                  "任务：批准时间，其查询均答复后再通知对方"),
    IC_FIELDS_QUERY_CARD,
    IC_FIELD_ID("job_id", 0,
                "query: the job that wants it; escrow: that of the result",
                "查询：所属任务；托管：结果所属任务"),
    IC_FIELD_STR("purpose", 0, IC_MAX_NAME,
                 "escrow: recover (the content is given back) or release (it "
                 "is destroyed before its time)",
                 "托管：recover 为恢复内容，release 为提前销毁"),
    IC_FIELD_STR("why", 0, IC_MAX_TEXT, "escrow: the asker's reason",
                 "托管：申请方所述理由"),
    IC_FIELD_ID("owner", 0, "escrow: whose result it is", "托管：结果属主"),
    IC_FIELD_TIME("approved_time", 0,
                  "when the same was approved last; none: never",
                  "上一次批准同一事项的时间，无则从未批准"),
    IC_FIELD_INT("change_count", 0, 0, 0,
                 "differences from what was approved then",
                 "与上次批准内容的差异数"),
    { "changes", NULL, IC_LIST, IC_ANY, 0, 0, 0, NULL, NULL,
      "the first 64 of them: field (a JSON pointer), before, after",
      "前 64 处差异：field（JSON 指针）、before、after" },
    IC_FIELD_TIME("create_time", IC_REQ, "when it was asked", "申请时间"),
    IC_FIELD_END
};

static const ic_schema_t  ic_inbox_record = {
    "InboxItem", ic_inbox_record_fields
};


static const ic_field_t  ic_inbox_records_fields[] = {
    IC_FIELDS_RECORDS(&ic_inbox_record),
    IC_FIELD_END
};

const ic_schema_t  ic_inbox_records = {
    "Inbox", ic_inbox_records_fields
};
