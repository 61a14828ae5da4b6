
/* Results in escrow, and requests to have them back. */


#include "ic_schemas.h"


static const char *const  ic_escrow_states[] = {
    "SEALING", "OFFERED", "HELD", "FAILED", "REFUSED", "RELEASED", "EXPIRED",
    NULL
};

static const char *const  ic_escrow_sides[] = { "out", "in", NULL };

static const char *const  ic_escrow_words[] = { "HELD", "REFUSED", NULL };

static const char *const  ic_recovery_purposes[] = {
    "recover", "release", NULL
};

static const char *const  ic_recovery_words[] = {
    "APPROVED", "REJECTED", NULL
};


#define IC_ESCROW_SEALED  4096           /* base64 of a sealed share */
#define IC_ESCROW_COPY    393216         /* base64 of a ciphertext */


#define IC_ESCROW_ID                                                          \
    IC_FIELD_ID("escrow_id", IC_REQ, "id of the escrow at this node",         \
                "本节点的托管 id")

#define IC_RECOVERY_ID                                                        \
    IC_FIELD_ID("recovery_id", IC_REQ, "id of the request", "申请 id")

/* The same at owner and holders. */
#define IC_ESCROW_TERMS                                                       \
    IC_FIELD_ID("task_id", IC_REQ, "the task that made it", "组件任务 ID"),   \
    IC_FIELD_ID("key", IC_REQ, "its key in the DAG, as job/output/list has "  \
                "it", "DAG 中的输出名，见 job/output/list")

#define IC_ESCROW_KEPT                                                        \
    IC_FIELD_ID("job_id", IC_REQ, "its job", "所属任务 ID"),                  \
    IC_FIELD_STR("kind", IC_REQ, IC_MAX_NAME, "kind of the output",           \
                 "输出类型"),                                                 \
    IC_FIELD_STR("format", 0, IC_MAX_NAME, "csv, json or bytes",              \
                 "格式: csv、json 或 bytes"),                                 \
    IC_FIELD_INT("rows", 0, 0, 0, "of a table, else 0",                       \
                 "数据表的行数，其他类型为 0"),                               \
    IC_FIELD_INT("bytes", 0, 0, 0, "of the output", "输出字节数"),            \
    IC_FIELD_INT("threshold", IC_REQ, 1, 32,                                  \
                 "shares that give it back", "恢复所需的份额数")


static const ic_field_t  ic_escrow_create_fields[] = {
    IC_ESCROW_TERMS,
    IC_FIELD_INT("threshold", 0, 2, 32,
                 "shares that give it back, of as many as there are holders; "
                 "none: all of them",
                 "恢复所需的份额数，不填为全部持有方"),
    IC_FIELD_TIME("retention_until", IC_REQ,
                  "end of the agreed term: nothing can be recovered later",
                  "约定期限，到期后不可恢复"),
    IC_FIELD_ID("level", 0, "secrecy level agreed upon; default L1",
                "参与方约定的保密级别，默认 L1"),
    IC_FIELD_LIST("holders", 0, IC_ID, NULL, 32,
                  "parties of the job that get a share; none: all that this "
                  "node has a contract with, and itself",
                  "持有份额的参与方，不填为本节点及全部有合约的参与方"),
    IC_FIELD_INT("copies", 0, 0, 1,
                 "1: holders get the ciphertext too (at most 256 KiB) and can "
                 "recover without this node",
                 "为 1 时持有方同时保存密文（至多 256 KiB），可在本节点缺席时恢复"),
    IC_FIELD_END
};

const ic_schema_t  ic_escrow_create = {
    "EscrowCreate", ic_escrow_create_fields
};


static const ic_field_t  ic_escrow_id_fields[] = {
    IC_ESCROW_ID,
    IC_FIELD_END
};

const ic_schema_t  ic_escrow_id = { "EscrowId", ic_escrow_id_fields };


static const ic_field_t  ic_escrow_ask_fields[] = {
    IC_ESCROW_ID,
    IC_FIELD_STR("reason", IC_REQ, IC_MAX_TEXT, "why, for those who are asked",
                 "申请理由，告知各持有方"),
    IC_FIELD_END
};

const ic_schema_t  ic_escrow_ask = { "EscrowAsk", ic_escrow_ask_fields };


static const ic_field_t  ic_recovery_id_fields[] = {
    IC_RECOVERY_ID,
    IC_FIELD_END
};

const ic_schema_t  ic_recovery_id = { "RecoveryId", ic_recovery_id_fields };


static const ic_field_t  ic_recovery_refuse_fields[] = {
    IC_RECOVERY_ID,
    IC_FIELD_REASON,
    IC_FIELD_END
};

const ic_schema_t  ic_recovery_refuse = {
    "RecoveryRefuse", ic_recovery_refuse_fields
};


static const ic_field_t  ic_escrow_list_fields[] = {
    IC_FIELD_ID("job_id", 0, "only of this job", "任务 ID"),
    IC_FIELD_ENUM("dir", 0, ic_escrow_sides,
                  "out: this node's own, in: of others",
                  "out 为本节点的，in 为其他节点的"),
    IC_FIELD_ENUM("status", 0, ic_escrow_states, "only in this state", "状态"),
    IC_FIELDS_PAGE,
    IC_FIELD_END
};

const ic_schema_t  ic_escrow_list = { "EscrowList", ic_escrow_list_fields };


static const ic_field_t  ic_escrow_state_fields[] = {
    IC_FIELD_ID("node_id", IC_REQ, "a holder", "持有方节点 ID"),
    IC_FIELD_STR("state", 0, IC_MAX_NAME,
                 "at the owner: OFFERED, HELD, REFUSED, UNREACHABLE",
                 "属主处的状态: OFFERED、HELD、REFUSED、UNREACHABLE"),
    IC_FIELD_STR("reason", 0, IC_MAX_TEXT, "why not", "原因"),
    IC_FIELD_END
};

static const ic_schema_t  ic_escrow_state = {
    "EscrowHolder", ic_escrow_state_fields
};


static const ic_field_t  ic_escrow_record_fields[] = {
    IC_ESCROW_ID,
    IC_FIELD_ID("origin_id", IC_REQ, "its id at its owner", "属主处的托管 id"),
    IC_FIELD_ID("owner", IC_REQ, "who has put it there", "属主节点 ID"),
    IC_FIELD_ENUM("dir", IC_REQ, ic_escrow_sides,
                  "out: this node's own, in: of another",
                  "out 为本节点的，in 为其他节点的"),
    IC_FIELD_ENUM("status", IC_REQ, ic_escrow_states,
                  "HELD: it can be recovered", "HELD 表示可恢复"),
    IC_ESCROW_TERMS,
    IC_ESCROW_KEPT,
    IC_FIELD_STR("digest", IC_REQ, 64,
                 "SHA-256 of the output, see job/output/list",
                 "输出的 SHA-256"),
    IC_FIELD_TIME("retention_until", IC_REQ, "end of the term", "约定期限"),
    IC_FIELD_STR("level", 0, IC_MAX_NAME, "secrecy level", "保密级别"),
    IC_FIELD_STR("ciphertext_digest", 0, 64, "SHA-256 of the ciphertext",
                 "密文的 SHA-256"),
    IC_FIELD_INT("has_content", IC_REQ, 0, 1, "1: the ciphertext is here",
                 "为 1 时本节点有密文"),
    IC_FIELD_STR("reason", 0, IC_MAX_TEXT, "why it failed", "失败原因"),
    IC_FIELD_LIST("holders", IC_REQ, IC_OBJ, &ic_escrow_state, 0,
                  "who holds a share", "份额持有方"),
    IC_FIELD_LIST("recoveries", IC_REQ, IC_STR, NULL, 0,
                  "ids of requests to have it back", "恢复申请的 id"),
    IC_FIELD_TIME("create_time", IC_REQ, "when it was made", "创建时间"),
    IC_FIELD_TIME("update_time", 0, "when it changed last", "更新时间"),
    IC_FIELD_END
};

const ic_schema_t  ic_escrow_shown = { "Escrow", ic_escrow_record_fields };


static const ic_field_t  ic_escrow_records_fields[] = {
    IC_FIELDS_RECORDS(&ic_escrow_shown),
    IC_FIELD_END
};

const ic_schema_t  ic_escrow_records = {
    "Escrows", ic_escrow_records_fields
};


static const ic_field_t  ic_recovery_answer_fields[] = {
    IC_FIELD_ID("node_id", IC_REQ, "a holder", "持有方节点 ID"),
    IC_FIELD_STR("answer", IC_REQ, IC_MAX_NAME,
                 "ASKED, APPROVED, REJECTED, UNREACHABLE; WRONG: what it sent "
                 "is not its share",
                 "ASKED、APPROVED、REJECTED、UNREACHABLE；WRONG 表示其份额有误"),
    IC_FIELD_END
};

static const ic_schema_t  ic_recovery_answer = {
    "RecoveryAnswer", ic_recovery_answer_fields
};


static const ic_field_t  ic_recovery_record_fields[] = {
    IC_RECOVERY_ID,
    IC_FIELD_ID("escrow_id", IC_REQ, "what it is about", "托管 id"),
    IC_FIELD_ID("node_id", IC_REQ, "who asks", "申请方节点 ID"),
    IC_FIELD_ENUM("purpose", IC_REQ, ic_recovery_purposes,
                  "recover: the content is given back; release: it is "
                  "destroyed before its time",
                  "recover 为恢复内容，release 为提前销毁"),
    IC_FIELD_STR("status", IC_REQ, IC_MAX_NAME,
                 "asked here: ASKED, RESTORING, RECOVERED, RELEASED, FAILED, "
                 "WITHDRAWN, EXPIRED; of others: APPLIED, APPROVED, HANDED, "
                 "REJECTED, WITHDRAWN, EXPIRED",
                 "本节点申请: ASKED、RESTORING、RECOVERED、RELEASED、FAILED、"
                 "WITHDRAWN、EXPIRED；他方申请: APPLIED、APPROVED、HANDED、"
                 "REJECTED、WITHDRAWN、EXPIRED"),
    IC_FIELD_STR("reason", 0, IC_MAX_TEXT,
                 "why: of what is asked here; of others', why it was refused",
                 "本节点申请的理由；他方申请被拒绝的原因"),
    IC_FIELD_STR("why", 0, IC_MAX_TEXT, "the reason that a peer gave",
                 "他方所述理由"),
    IC_FIELD_ID("job_id", 0, "the job of the result", "结果所属任务"),
    IC_FIELD_ID("owner", 0, "whose result it is", "结果属主"),
    IC_FIELD_STR("digest", 0, 64, "SHA-256 of the output",
                 "输出的 SHA-256"),
    IC_FIELD_STR("decided_by", 0, IC_MAX_NAME,
                 "operator of this node who decided last",
                 "本节点最近一次作出决定的操作员"),
    IC_FIELD_STR("reason_failed", 0, IC_MAX_TEXT, "why it failed",
                 "失败原因"),
    IC_FIELD_LIST("answers", IC_REQ, IC_OBJ, &ic_recovery_answer, 0,
                  "of the holders", "各持有方的答复"),
    IC_FIELD_TIME("create_time", IC_REQ, "when it was asked", "申请时间"),
    IC_FIELD_TIME("update_time", 0, "when it changed last", "更新时间"),
    IC_FIELD_END
};

const ic_schema_t  ic_recovery_shown = {
    "Recovery", ic_recovery_record_fields
};


/* between nodes */

static const ic_field_t  ic_escrow_holder_fields[] = {
    IC_FIELD_ID("node_id", IC_REQ, "a holder", "持有方节点 ID"),
    IC_FIELD_INT("index", IC_REQ, 1, 32, "of its share", "份额序号"),
    IC_FIELD_STR("commitment", IC_REQ, 64,
                 "of its share, see docs/security.md", "份额的承诺值"),
    IC_FIELD_END
};

static const ic_schema_t  ic_escrow_holder = {
    "EscrowShare", ic_escrow_holder_fields
};


static const ic_field_t  ic_escrow_apply_in_fields[] = {
    IC_FIELD_ID("escrow_id", IC_REQ, "its id at its owner", "属主处的托管 id"),
    IC_ESCROW_TERMS,
    IC_ESCROW_KEPT,
    IC_FIELD_STR("output_digest", IC_REQ, 64, "SHA-256 of the output",
                 "输出的 SHA-256"),
    IC_FIELD_TIME("retention_until", IC_REQ, "end of the term, epoch ms",
                  "约定期限，毫秒时间戳"),
    IC_FIELD_ID("level", 0, "secrecy level", "保密级别"),
    IC_FIELD_STR("ciphertext_digest", IC_REQ, 64, "SHA-256 of the ciphertext",
                 "密文的 SHA-256"),
    IC_FIELD_LIST("holders", IC_REQ, IC_OBJ, &ic_escrow_holder, 32,
                  "who holds a share, by index", "按序号的份额持有方"),
    IC_FIELD_STR("share", IC_REQ, IC_ESCROW_SEALED,
                 "that of the node that is called, sealed for its key, base64",
                 "被调用方的份额，以其密钥加密，base64"),
    IC_FIELD_STR("signature", IC_REQ, IC_ESCROW_SEALED,
                 "the owner's, of all this: docs/security.md, base64",
                 "属主对以上内容的签名，base64"),
    IC_FIELD_STR("ciphertext", 0, IC_ESCROW_COPY, "the content, base64",
                 "密文，base64"),
    IC_FIELD_END
};

const ic_schema_t  ic_escrow_apply_in = {
    "EscrowApply", ic_escrow_apply_in_fields
};


static const ic_field_t  ic_escrow_confirm_in_fields[] = {
    IC_FIELD_ID("escrow_id", IC_REQ, "the owner's id of it",
                "属主处的托管 id"),
    IC_FIELD_ENUM("status", IC_REQ, ic_escrow_words, "what became of the share",
                  "份额的结果"),
    IC_FIELD_REASON,
    IC_FIELD_END
};

const ic_schema_t  ic_escrow_confirm_in = {
    "EscrowConfirm", ic_escrow_confirm_in_fields
};


static const ic_field_t  ic_recovery_apply_in_fields[] = {
    IC_FIELD_ID("recovery_id", IC_REQ, "the asker's id of the request",
                "申请方处的申请 id"),
    IC_FIELD_ID("owner", IC_REQ, "who has put it in escrow", "属主节点 ID"),
    IC_FIELD_ID("escrow_id", IC_REQ, "and its id there", "属主处的托管 id"),
    IC_FIELD_ENUM("purpose", IC_REQ, ic_recovery_purposes,
                  "what the asker wants", "申请目的"),
    IC_FIELD_STR("reason", IC_REQ, IC_MAX_TEXT, "why", "理由"),
    IC_FIELD_END
};

const ic_schema_t  ic_recovery_apply_in = {
    "RecoveryApply", ic_recovery_apply_in_fields
};


static const ic_field_t  ic_recovery_withdraw_in_fields[] = {
    IC_FIELD_ID("recovery_id", IC_REQ, "the asker's id of the request",
                "申请方处的申请 id"),
    IC_FIELD_END
};

const ic_schema_t  ic_recovery_withdraw_in = {
    "RecoveryWithdraw", ic_recovery_withdraw_in_fields
};


static const ic_field_t  ic_recovery_confirm_in_fields[] = {
    IC_FIELD_ID("recovery_id", IC_REQ, "the asker's id of the request",
                "申请方处的申请 id"),
    IC_FIELD_ENUM("status", IC_REQ, ic_recovery_words, "the answer", "答复"),
    IC_FIELD_STR("share", 0, IC_ESCROW_SEALED,
                 "the holder's, sealed for the asker's key, base64",
                 "持有方的份额，以申请方密钥加密，base64"),
    IC_FIELD_REASON,
    IC_FIELD_END
};

const ic_schema_t  ic_recovery_confirm_in = {
    "RecoveryConfirm", ic_recovery_confirm_in_fields
};
