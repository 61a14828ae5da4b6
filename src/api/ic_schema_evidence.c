
/* Heads of evidence logs that nodes cosign for each other. */


#include "ic_schemas.h"


#define IC_EVIDENCE_PROOF  63            /* hashes, src/evidence/ic_cosign.h */


static const ic_field_t  ic_evidence_checkpoint_fields[] = {
    IC_FIELD_INT("old_size", IC_REQ, 0, 0,
                 "size of the head that the proof begins with: the last one "
                 "that this node has cosigned; 0: none",
                 "证明起始树头的大小，即本节点上次联署的树头；0 为尚无"),
    IC_FIELD_LIST("proof", IC_REQ, IC_STR, NULL, IC_EVIDENCE_PROOF,
                  "hashes of RFC 9162, 2.1.4.1, in base64; [] from 0",
                  "RFC 9162 2.1.4.1 的哈希列表，base64；old_size 为 0 时为空"),
    IC_FIELD_STR("checkpoint", IC_REQ, IC_MAX_TEXT,
                 "the head: a C2SP tlog-checkpoint with its signature",
                 "树头: C2SP tlog-checkpoint 文本及签名"),
    IC_FIELD_END
};

const ic_schema_t  ic_evidence_checkpoint = {
    "EvidenceCheckpoint", ic_evidence_checkpoint_fields
};


static const ic_field_t  ic_evidence_cosignature_fields[] = {
    IC_FIELD_STR("cosignature", IC_REQ, IC_MAX_TEXT,
                 "a signature line of this node for the text of the "
                 "checkpoint",
                 "本节点对该树头文本的签名行"),
    IC_FIELD_END
};

const ic_schema_t  ic_evidence_cosignature = {
    "EvidenceCosignature", ic_evidence_cosignature_fields
};


static const char *const  ic_evidence_states[] = {
    "idle", "asked", "answered", "refused", "absent", NULL
};

static const ic_field_t  ic_evidence_witness_fields[] = {
    IC_FIELD_ID("node_id", IC_REQ, "the partner", "合作方节点 ID"),
    IC_FIELD_INT("size", IC_REQ, 0, 0,
                 "entries of its log under the head that this node cosigned "
                 "last; 0: none",
                 "本节点上次联署的对方树头的条目数，0 为无"),
    IC_FIELD_TIME("time", 0, "when that was", "联署时间"),
    IC_FIELD_STR("split", 0, IC_MAX_TEXT,
                 "why its heads are refused now: it showed two histories "
                 "(both are in the evidence, SPLIT_VIEW); empty: they are not",
                 "拒绝其树头的原因: 对方出示过两份历史 (均存于存证 "
                 "SPLIT_VIEW)；空为未拒绝"),
    IC_FIELD_TIME("split_time", 0, "since when", "拒绝起始时间"),
    IC_FIELD_INT("cosigned", IC_REQ, 0, 0,
                 "entries of this node's log under the head that the partner "
                 "cosigned last; 0: none",
                 "对方上次联署的本节点树头的条目数，0 为无"),
    IC_FIELD_TIME("cosigned_time", 0, "when that was", "联署时间"),
    IC_FIELD_ENUM("state", IC_REQ, ic_evidence_states,
                  "of asking the partner: idle, asked, answered (not yet "
                  "verified), refused, absent (it has no such endpoint)",
                  "请求对方联署的状态: idle 空闲，asked 已请求，answered "
                  "已应答未验证，refused 被拒绝，absent 对方无此接口"),
    IC_FIELD_STR("error", 0, IC_MAX_TEXT, "why it did not cosign",
                 "未联署的原因"),
    IC_FIELD_END
};

static const ic_schema_t  ic_evidence_witness = {
    "EvidenceWitness", ic_evidence_witness_fields
};


static const ic_field_t  ic_evidence_witnesses_fields[] = {
    IC_FIELDS_RECORDS(&ic_evidence_witness),
    IC_FIELD_END
};

const ic_schema_t  ic_evidence_witnesses = {
    "EvidenceWitnesses", ic_evidence_witnesses_fields
};


static const ic_field_t  ic_evidence_witness_list_fields[] = {
    IC_FIELDS_PAGE,
    IC_FIELD_END
};

const ic_schema_t  ic_evidence_witness_list = {
    "EvidenceWitnessList", ic_evidence_witness_list_fields
};


static const ic_field_t  ic_evidence_witness_reset_fields[] = {
    IC_FIELD_ID("node_id", IC_REQ, "the partner", "合作方节点 ID"),
    IC_FIELD_STR("reason", 0, IC_MAX_TEXT, "why, for the evidence",
                 "原因，记入存证"),
    IC_FIELD_END
};

const ic_schema_t  ic_evidence_witness_reset = {
    "EvidenceWitnessReset", ic_evidence_witness_reset_fields
};
