
/* How a node stands, and what it has done. */


#include "ic_schemas.h"


static const char *const  ic_health_states[] = { "UP", "DOWN", NULL };


static const ic_field_t  ic_overview_peer_fields[] = {
    IC_FIELD_ID("node_id", IC_REQ, "the partner", "合作方节点 ID"),
    IC_FIELD_ID("contract_id", IC_REQ, "the contract with it", "合约 id"),
    IC_FIELD_STR("name", 0, IC_MAX_NAME, "its name", "名称"),
    IC_FIELD_ENUM("state", 0, ic_health_states,
                  "whether it answers; empty: not asked yet",
                  "是否可达，空为尚未探测"),
    IC_FIELD_TIME("since", 0, "since when; 0: not known",
                  "状态起始时间，0 为未知"),
    IC_FIELD_STR("error", 0, IC_MAX_TEXT, "why it does not", "不可达的原因"),
    IC_FIELD_INT("latency_ms", 0, 0, 0, "how long its answer took",
                 "应答耗时，毫秒"),
    IC_FIELD_END
};

static const ic_schema_t  ic_overview_peer = {
    "OverviewPeer", ic_overview_peer_fields
};


static const char *const  ic_certificate_owners[] = { "node", "crl", "peer",
                                                      NULL };

static const ic_field_t  ic_overview_certificate_fields[] = {
    IC_FIELD_ENUM("what", IC_REQ, ic_certificate_owners,
                  "this node's; what revokes others', the first of its "
                  "lists to end; or a partner's",
                  "本节点证书，吊销列表（最先到期者），或合作方证书"),
    IC_FIELD_ID("node_id", IC_REQ, "whose", "所属节点 ID"),
    IC_FIELD_TIME("expires", IC_REQ, "when it ends", "到期时间"),
    IC_FIELD_END
};

static const ic_schema_t  ic_overview_certificate = {
    "OverviewCertificate", ic_overview_certificate_fields
};


static const ic_field_t  ic_overview_evidence_fields[] = {
    IC_FIELD_INT("length", IC_REQ, 0, 0, "entries", "存证条数"),
    IC_FIELD_STR("head", IC_REQ, IC_MAX_NAME, "id of the last one",
                 "最后一条的 id"),
    IC_FIELD_STR("event", 0, IC_MAX_NAME, "what it says", "最后一条的事件"),
    IC_FIELD_STR("subject", 0, IC_MAX_NAME, "about what", "最后一条的对象"),
    IC_FIELD_TIME("time", 0, "and when", "最后一条的时间"),
    IC_FIELD_END
};

static const ic_schema_t  ic_overview_evidence = {
    "OverviewEvidence", ic_overview_evidence_fields
};


static const ic_field_t  ic_overview_queue_fields[] = {
    IC_FIELD_INT("messages", IC_REQ, 0, 0, "to partners, not delivered yet",
                 "待投递的消息数"),
    IC_FIELD_INT("tasks_waiting", IC_REQ, 0, 0, "tasks that wait here",
                 "等待执行的组件任务数"),
    IC_FIELD_INT("tasks_running", IC_REQ, 0, 0, "tasks that run here",
                 "正在执行的组件任务数"),
    IC_FIELD_END
};

static const ic_schema_t  ic_overview_queue = {
    "OverviewQueue", ic_overview_queue_fields
};


static const ic_field_t  ic_overview_fields[] = {
    IC_FIELD_LIST("peers", 0, IC_OBJ, &ic_overview_peer, 0,
                  "partners, at most 200; node.read",
                  "合作方，至多 200 个；需 node.read"),
    IC_FIELD_LIST("certificates", 0, IC_OBJ, &ic_overview_certificate, 0,
                  "certificates whose ends are known; node.read",
                  "已知到期时间的证书；需 node.read"),
    { "jobs", NULL, IC_MAP, IC_INT, 0, 0, 0, NULL, NULL,
      "how many are in each state; job.read", "各状态的任务数；需 job.read" },
    IC_FIELD_OBJ("queue", 0, &ic_overview_queue, "what waits; job.read",
                 "等待中的事项；需 job.read"),
    IC_FIELD_LIST("down", 0, IC_STR, NULL, 0,
                  "roles of the daemon that gave no sign of life for ten "
                  "seconds; job.read",
                  "十秒内无响应的守护进程角色；需 job.read"),
    IC_FIELD_INT("inbox", 0, 0, 0, "what waits for an answer; audit.read",
                 "待审批数；需 audit.read"),
    IC_FIELD_OBJ("evidence", 0, &ic_overview_evidence,
                 "the last of it; evidence.read", "最新存证；需 evidence.read"),
    IC_FIELD_END
};

const ic_schema_t  ic_overview = { "Overview", ic_overview_fields };


static const ic_field_t  ic_evidence_list_fields[] = {
    IC_FIELD_STR("subject", 0, IC_MAX_NAME,
                 "only about this: a subject as records have it, or the id "
                 "at its end",
                 "仅此对象：存证中的完整 subject，或其末尾的 id"),
    IC_FIELD_STR("event", 0, IC_MAX_NAME, "only this event", "仅此事件"),
    { "resource_type", "kind", IC_STR, 0, 0, 0, IC_MAX_NAME, NULL, NULL,
      "only this kind, as in Change", "仅此类型，同 Change" },
    IC_FIELD_TIME("from", 0, "not older", "起始时间"),
    IC_FIELD_TIME("to", 0, "not newer", "截止时间"),
    IC_FIELD_STR("cursor", 0, IC_MAX_NAME,
                 "of the last answer: what is older", "上一应答的 cursor"),
    IC_FIELD_INT("limit", IC_NUMSTR, 1, 200, "records at most (default 50)",
                 "最多条数，默认 50"),
    IC_FIELD_END
};

const ic_schema_t  ic_evidence_list = {
    "EvidenceList", ic_evidence_list_fields
};


static const ic_field_t  ic_evidence_record_fields[] = {
    IC_FIELD_STR("id", IC_REQ, IC_MAX_NAME, "its place in the order",
                 "存证 id，按时间排序"),
    IC_FIELD_TIME("time", IC_REQ, "when", "时间"),
    IC_FIELD_STR("event", IC_REQ, IC_MAX_NAME, "what happened", "事件"),
    IC_FIELD_STR("kind", IC_REQ, IC_MAX_NAME, "to what kind of thing",
                 "对象类型"),
    IC_FIELD_STR("subject", IC_REQ, IC_MAX_NAME, "to which", "对象"),
    IC_FIELD_STR("by", 0, IC_MAX_NAME, "the operator who did it",
                 "操作员"),
    IC_FIELD_STR("peer", 0, IC_MAX_NAME, "the node that is concerned",
                 "相关节点"),
    IC_FIELD_OBJ("details", 0, NULL, "all else that it says, as texts",
                 "其余内容"),
    IC_FIELD_END
};

const ic_schema_t  ic_evidence_record = {
    "Evidence", ic_evidence_record_fields
};


static const ic_field_t  ic_evidence_records_fields[] = {
    IC_FIELD_INT("total", IC_REQ, 0, 0,
                 "entries of evidence in all, also those that do not match",
                 "存证总条数，含不匹配的条目"),
    IC_FIELD_LIST("records", IC_REQ, IC_OBJ, &ic_evidence_record, 0,
                  "the newest that match: one call looks at 2000 entries",
                  "匹配的存证，从新到旧；每次调用至多检索 2000 条"),
    IC_FIELD_STR("cursor", IC_REQ, IC_MAX_NAME,
                 "for the next call, also when none matched; empty: no more",
                 "用于下一次调用，无匹配时亦然；空为已到末尾"),
    IC_FIELD_END
};

const ic_schema_t  ic_evidence_records = {
    "EvidenceRecords", ic_evidence_records_fields
};


static const ic_field_t  ic_evidence_id_fields[] = {
    IC_FIELD_ID("id", IC_REQ, "id of the entry", "存证 id"),
    IC_FIELD_END
};

const ic_schema_t  ic_evidence_id = { "EvidenceId", ic_evidence_id_fields };
