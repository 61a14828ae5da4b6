
/* Contracts: A.1.1.2 to A.1.1.6 and their north-south counterparts. */


#include "ic_schemas.h"


#define IC_CONTRACT_ID(flags)                                                 \
    IC_FIELD_ID("contract_id", flags, "id of the contract",                   \
                "合约 id，全局唯一")

#define IC_CONTRACT_EXPIRY(flags)                                             \
    IC_FIELD_TIME("expired_time", flags,                                      \
                  "end of the contract; none: until it is terminated",        \
                  "合约过期时间，不填则至解除为止")

#define IC_CONTRACT_STATUS(list)                                              \
    IC_FIELD_ENUM("status", IC_REQ, list, "state of the contract",            \
                  "合作状态")


static const ic_field_t  ic_contract_apply_in_fields[] = {
    IC_FIELD_ID("node_id", IC_REQ, "the node that applies", "申请方节点 ID"),
    IC_FIELD_STR("name", IC_REQ, IC_MAX_NAME, "its name", "节点名称"),
    IC_FIELD_STR("institution", IC_REQ, IC_MAX_NAME, "its organisation",
                 "节点所属机构"),
    IC_FIELD_ID("inst_id", IC_REQ, "id of the organisation", "机构 Id"),
    IC_FIELD_STR("system", IC_REQ, IC_MAX_NAME, "software in use",
                 "技术服务提供系统"),
    IC_FIELD_STR("system_version", IC_REQ, IC_MAX_NAME, "its version",
                 "系统版本"),
    IC_FIELD_STR("address", IC_REQ, IC_MAX_URL,
                 "base URL of its interconnection service, https",
                 "节点服务地址，https"),
    IC_FIELD_STR("description", 0, IC_MAX_TEXT, "free text", "节点说明"),
    IC_FIELD_ENUM("auth_type", IC_REQ, ic_auth_types,
                  "kind of the credential", "认证方式"),
    IC_FIELD_STR("auth_credential", IC_REQ, IC_MAX_CREDENTIAL,
                 "PEM or base64: for CERT the certificate of the TLS "
                 "connection, else the public key that signs messages",
                 "凭证内容（PEM 或 base64）：CERT 为 TLS 连接的证书，其余为"
                 "签名报文所用的公钥"),
    IC_CONTRACT_EXPIRY(0),
    IC_FIELD_END
};

const ic_schema_t  ic_contract_apply_in = {
    "ContractApply", ic_contract_apply_in_fields
};


static const ic_field_t  ic_contract_confirm_in_fields[] = {
    IC_CONTRACT_ID(IC_REQ),
    IC_FIELD_ENUM("status", IC_REQ, ic_audit_answers, "the answer",
                  "授权状态"),
    { "auth_type", NULL, IC_ENUM, 0, 0, 0, 0, ic_auth_types,
      "status=APPROVED", "kind of the credential", "认证方式" },
    { "auth_credential", NULL, IC_STR, 0, 0, 1, IC_MAX_CREDENTIAL, NULL,
      "status=APPROVED", "certificate or public key, PEM",
      "凭证内容: PEM 格式的证书或公钥" },
    { "expired_time", NULL, IC_TIME, 0, 0, 0, 0, NULL,
      "status=APPROVED", "end of the contract", "合约过期时间" },
    IC_FIELD_REASON,
    IC_FIELD_END
};

const ic_schema_t  ic_contract_confirm_in = {
    "ContractConfirm", ic_contract_confirm_in_fields
};


static const ic_field_t  ic_contract_id_fields[] = {
    IC_CONTRACT_ID(IC_REQ),
    IC_FIELD_END
};

const ic_schema_t  ic_contract_id = { "ContractId", ic_contract_id_fields };


static const ic_field_t  ic_contract_apply_fields[] = {
    IC_FIELD_ID("node_id", IC_REQ, "the node to sign with",
                "合作方的节点 ID"),
    IC_FIELD_STR("address", IC_REQ, IC_MAX_URL,
                 "base URL of its interconnection service",
                 "合作方节点服务地址"),
    IC_CONTRACT_EXPIRY(0),
    IC_FIELD_END
};

const ic_schema_t  ic_contract_apply = {
    "ContractRequest", ic_contract_apply_fields
};


static const ic_field_t  ic_contract_confirm_fields[] = {
    IC_CONTRACT_ID(IC_REQ),
    IC_FIELD_ENUM("status", IC_REQ, ic_audit_answers, "the answer",
                  "授权状态"),
    IC_FIELD_TIME("expired_time", 0,
                  "end of the contract; default: what the applicant asked "
                  "for, else one year from now",
                  "合约过期时间，默认取申请值，否则为一年后"),
    IC_FIELD_REASON,
    IC_FIELD_END
};

const ic_schema_t  ic_contract_confirm = {
    "ContractAnswer", ic_contract_confirm_fields
};


static const ic_field_t  ic_contract_list_fields[] = {
    IC_FIELD_ENUM("status", 0, ic_audit_states, "only in this state",
                  "合作状态"),
    IC_FIELD_ENUM("dir", 0, ic_directions,
                  "in: we were asked; out: we asked",
                  "in 为收到的申请，out 为发出的申请"),
    IC_FIELDS_PAGE,
    IC_FIELD_END
};

const ic_schema_t  ic_contract_list = {
    "ContractList", ic_contract_list_fields
};


static const ic_field_t  ic_contract_record_fields[] = {
    IC_CONTRACT_ID(IC_REQ),
    IC_FIELD_ID("node_id", IC_REQ, "the other node", "合作方节点 ID"),
    IC_FIELD_ENUM("dir", IC_REQ, ic_directions,
                  "in: we were asked; out: we asked",
                  "in 为收到的申请，out 为发出的申请"),
    IC_CONTRACT_STATUS(ic_audit_states),
    IC_FIELD_STR("name", 0, IC_MAX_NAME, "its name", "节点名称"),
    IC_FIELD_STR("institution", 0, IC_MAX_NAME, "its organisation",
                 "节点所属机构"),
    IC_FIELD_ID("inst_id", 0, "id of the organisation", "机构 Id"),
    IC_FIELD_STR("system", 0, IC_MAX_NAME, "software in use",
                 "技术服务提供系统"),
    IC_FIELD_STR("system_version", 0, IC_MAX_NAME, "its version",
                 "系统版本"),
    IC_FIELD_STR("address", 0, IC_MAX_URL, "its base URL", "节点服务地址"),
    IC_FIELD_STR("description", 0, IC_MAX_TEXT, "free text", "节点说明"),
    IC_FIELD_ENUM("auth_type", 0, ic_auth_types, "kind of the credential",
                  "认证方式"),
    IC_FIELD_STR("auth_credential", 0, IC_MAX_CREDENTIAL,
                 "certificate or public key", "凭证内容"),
    IC_FIELD_STR("spki", 0, IC_MAX_NAME,
                 "SHA-256 of its public key, hex", "公钥的 SHA-256，十六进制"),
    IC_CONTRACT_EXPIRY(0),
    IC_FIELD_TIME("old_until", 0,
                  "until then its key before this one is good, too",
                  "旧公钥的有效截止时间"),
    IC_FIELD_STR("profile", 0, IC_MAX_NAME,
                 "how it speaks: name of a profile (contract/profile)",
                 "对方的报文习惯：配置名称"),
    IC_FIELD_STR("speaks", 0, IC_MAX_TEXT,
                 "what of it differs from the standard, as name=value words",
                 "与标准不同之处，以 name=value 表示"),
    IC_FIELDS_DECISION,
    IC_FIELDS_PENDING,
    IC_FIELD_STR("delivery", 0, IC_MAX_TEXT,
                 "how the delivery of our last message went",
                 "最近一次消息的送达情况"),
    IC_FIELD_TIME("create_time", 0, "when it was applied for", "申请时间"),
    IC_FIELD_TIME("update_time", 0, "last change", "更新时间"),
    IC_FIELD_END
};

const ic_schema_t  ic_contract_record = {
    "Contract", ic_contract_record_fields
};


static const ic_field_t  ic_contract_records_fields[] = {
    IC_FIELDS_RECORDS(&ic_contract_record),
    IC_FIELD_END
};

const ic_schema_t  ic_contract_records = {
    "Contracts", ic_contract_records_fields
};


/* Any setting but profile goes over what the profile has. */

static const ic_field_t  ic_contract_profile_fields[] = {
    IC_CONTRACT_ID(IC_REQ),
    IC_FIELD_STR("profile", 0, IC_MAX_NAME,
                 "standard (default), interop, interop-1.0, kuscia or fate",
                 "配置名称：standard（默认）、interop、interop-1.0、kuscia、"
                 "fate"),
#define IC_SPEECH(id, name, values, en, zh)                                   \
    IC_FIELD_ANY(name, 0, en ": " values, zh "：" values),
#include "profiles.def"
#undef IC_SPEECH
    IC_FIELD_END
};

const ic_schema_t  ic_contract_profile = {
    "ContractProfile", ic_contract_profile_fields
};
