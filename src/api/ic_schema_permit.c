
/* Permits as operators see them, and the limits that a dataset has. */


#include "ic_schemas.h"


static const char *const  ic_permit_dirs[] = { "issued", "held", NULL };

static const char *const  ic_permit_states[] = {
    "ACTIVE", "EXHAUSTED", "EXPIRED", "REVOKED", NULL
};


static const ic_field_t  ic_limits_fields[] = {
    IC_FIELDS_LIMITS,
    IC_FIELD_END
};

const ic_schema_t  ic_limits_record = { "UsageLimits", ic_limits_fields };


#define IC_PERMIT_ID                                                          \
    IC_FIELD_ID("permit_id", IC_REQ, "id of the permit", "许可凭证 id")

#define IC_PERMIT_OF(flags)                                                   \
    IC_FIELD_ENUM("dir", flags, ic_permit_dirs,                               \
                  "issued: by us; held: granted to us",                       \
                  "issued 为本方签发，held 为本方持有"),                      \
    IC_FIELD_ENUM("resource_type", flags, ic_resource_types,                  \
                  "kind of the resource", "资源类型"),                        \
    IC_FIELD_ID("resource_id", flags, "the resource", "资源 ID"),             \
    IC_FIELD_ID("node_id", flags, "the other node", "对方节点 ID"),           \
    IC_FIELD_ENUM("status", flags, ic_permit_states,                          \
                  "what its next use would find", "状态")


static const ic_field_t  ic_permit_id_fields[] = {
    IC_PERMIT_ID,
    IC_FIELD_END
};

const ic_schema_t  ic_permit_id = { "PermitId", ic_permit_id_fields };


static const ic_field_t  ic_permit_list_fields[] = {
    IC_PERMIT_OF(0),
    IC_FIELDS_PAGE,
    IC_FIELD_END
};

const ic_schema_t  ic_permit_list = { "PermitList", ic_permit_list_fields };


static const ic_field_t  ic_permit_view_fields[] = {
    IC_PERMIT_ID,
    IC_PERMIT_OF(IC_REQ),
    IC_FIELD_ID("audit_id", IC_REQ, "the request it answers", "审批 id"),
    IC_FIELD_ID("contract_id", IC_REQ, "the contract", "合约 id"),
    IC_FIELD_TIME("time_limit", 0, "its end", "使用到期时间"),
    IC_FIELD_INT("times_limit", 0, 0, 0, "number of uses", "使用次数限制"),
    IC_FIELD_INT("rows_limit", 0, 0, 0, "number of rows", "行数限制"),
    IC_FIELD_INT("bytes_limit", 0, 0, 0, "number of bytes", "字节数限制"),
    IC_FIELD_INT("times_left", 0, 0, 0, "issued: uses left",
                 "本方签发: 剩余次数"),
    IC_FIELD_INT("rows_left", 0, 0, 0, "issued: rows left",
                 "本方签发: 剩余行数"),
    IC_FIELD_INT("bytes_left", 0, 0, 0, "issued: bytes left",
                 "本方签发: 剩余字节数"),
    IC_FIELD_INT("used", 0, 0, 0, "issued: uses so far",
                 "本方签发: 已使用次数"),
    IC_FIELD_STR("scope", 0, 0,
                 "what for, as PROJECT=P1,P2 COMPONENT=psi DENY=homo_lr",
                 "授权范围，形如 PROJECT=P1,P2 COMPONENT=psi DENY=homo_lr"),
    IC_FIELD_TIME("last_time", 0, "issued: its last use",
                  "本方签发: 最近一次使用"),
    IC_FIELD_TIME("create_time", 0, "when it was issued or asked for",
                  "签发或申请时间"),
    IC_FIELD_TIME("update_time", 0, "last change", "更新时间"),
    IC_FIELD_END
};

const ic_schema_t  ic_permit_view = { "Permit", ic_permit_view_fields };


static const ic_field_t  ic_permit_views_fields[] = {
    IC_FIELDS_RECORDS(&ic_permit_view),
    IC_FIELD_END
};

const ic_schema_t  ic_permit_views = { "Permits", ic_permit_views_fields };
