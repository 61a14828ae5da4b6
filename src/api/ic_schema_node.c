
/* Nodes: A.1.1.1, A.1.1.5, A.1.1.7, A.1.2. */


#include "ic_schemas.h"


const char *const  ic_auth_types[] = {
    "CERT", "SHA256_RSA", "SHA256_ECDSA", "SM3_SM2", NULL
};


#define IC_NODE_FIELDS(flags)                                                 \
    IC_FIELD_STR("name", flags, IC_MAX_NAME, "name of the node",              \
                 "节点名称"),                                                  \
    IC_FIELD_STR("institution", flags, IC_MAX_NAME,                           \
                 "organisation that runs it", "节点所属机构"),                 \
    IC_FIELD_ID("inst_id", flags, "id of the organisation", "机构 Id"),       \
    IC_FIELD_STR("system", flags, IC_MAX_NAME, "software in use",             \
                 "技术服务提供系统"),                                          \
    IC_FIELD_STR("system_version", flags, IC_MAX_NAME, "its version",         \
                 "系统版本"),                                                  \
    IC_FIELD_STR("address", flags, IC_MAX_URL,                                \
                 "base URL of its interconnection service", "节点服务地址")

#define IC_NODE_DESCRIPTION                                                   \
    IC_FIELD_STR("description", 0, IC_MAX_TEXT, "free text", "节点说明")

#define IC_NODE_CREDENTIALS(flags)                                            \
    IC_FIELD_ENUM("auth_type", flags, ic_auth_types,                          \
                  "kind of the credential", "节点认证方式"),                   \
    IC_FIELD_STR("auth_credential", flags, IC_MAX_CREDENTIAL,                 \
                 "certificate or public key, PEM",                            \
                 "节点凭证: PEM 格式的证书或公钥")


#define IC_NODE_PROOF                                                         \
    IC_FIELD_STR("tls_spki", 0, IC_MAX_NAME,                                  \
                 "with a new key: SHA-256 of the public key of the TLS "      \
                 "certificate, hex (default: that of a CERT, else the "       \
                 "present one)",                                              \
                 "更换密钥时：TLS 证书公钥的 SHA-256，十六进制"),                \
    IC_FIELD_TIME("proof_time", 0, "with a new key: when it was announced",   \
                  "更换密钥时：声明时间"),                                     \
    IC_FIELD_STR("proof", 0, IC_MAX_TEXT,                                     \
                 "with a new key: the old key's signature of it, base64",     \
                 "更换密钥时：旧密钥对新密钥的签名，base64"),                   \
    IC_FIELD_STR("key_proof", 0, IC_MAX_TEXT,                                 \
                 "with a new credential: its own key's signature of the "     \
                 "same text, base64",                                         \
                 "更换凭证时：新密钥自身对同一文本的签名，base64"),              \
    IC_FIELD_STR("tls_key", 0, IC_MAX_CREDENTIAL,                             \
                 "with a new TLS key that is not the credential's: "          \
                 "certificate or public key, PEM",                            \
                 "更换与凭证不同的 TLS 密钥时：PEM 格式的证书或公钥"),           \
    IC_FIELD_STR("tls_proof", 0, IC_MAX_TEXT,                                 \
                 "its signature of the same text, base64",                    \
                 "该 TLS 密钥对同一文本的签名，base64")

/* 6.1 f and i */
#define IC_NODE_EXTENSION                                                     \
    IC_FIELD_STR("compute_address", 0, IC_MAX_URL,                            \
                 "base URL for computations, https",                          \
                 "对外多方安全计算服务地址，https"),                            \
    IC_FIELD_LIST("functions", 0, IC_STR, NULL, 0, "what the node offers",    \
                  "节点功能"),                                                 \
    IC_FIELD_STR("place", 0, IC_MAX_NAME, "where it stands",                  \
                 "节点物理位置"),                                              \
    IC_FIELD_LIST("maintainers", 0, IC_STR, NULL, 0,                          \
                  "who maintains it and how to reach them",                   \
                  "节点维护人员及联系方式"),                                   \
    IC_FIELD_STR("resources", 0, IC_MAX_TEXT, "outline of its resources",     \
                 "资源概况描述"),                                              \
    { "roles", NULL, IC_LIST, IC_ENUM, 0, 0, 0, ic_node_roles, NULL,          \
      "roles it takes in computations; none given: all",                      \
      "可承担的参与方角色，不填为全部" },                                      \
    IC_FIELD_LIST("techniques", 0, IC_STR, NULL, 0,                           \
                  "techniques of multi-party computation it supports",        \
                  "支持的多方安全计算技术类型"),                               \
    IC_FIELD_LIST("protocols", 0, IC_STR, NULL, 0,                            \
                  "cryptographic protocols it supports", "支持的加密协议")

/* 6.1 g and h: never in an answer to another node */
#define IC_NODE_INTERNAL                                                      \
    IC_FIELD_STR("management_address", 0, IC_MAX_URL,                         \
                 "where it is managed; never told to others",                 \
                 "对内管理运营服务地址，不对外公开"),                           \
    IC_FIELD_STR("component_address", 0, IC_MAX_URL,                          \
                 "where its components are; never told to others",            \
                 "对内组件服务地址，不对外公开")


static const char *const  ic_node_roles[] = {
    "initiator", "data_provider", "algorithm_provider", "compute_provider",
    "result_receiver", "coordinator", NULL
};

static const char *const  ic_registrations[] = {
    "REGISTERED", "DEREGISTERED", NULL
};

static const char *const  ic_known_sources[] = {
    "contract", "application", "manual", NULL
};


static const ic_field_t  ic_node_id_fields[] = {
    IC_FIELD_ID("node_id", IC_REQ, "id of the node", "节点 id"),
    IC_FIELD_END
};

const ic_schema_t  ic_node_id_in = { "node_id", ic_node_id_fields };


static const ic_field_t  ic_node_public_fields[] = {
    IC_FIELD_ID("node_id", 0, "id of the node", "节点 ID"),
    IC_NODE_FIELDS(IC_REQ),
    IC_NODE_DESCRIPTION,
    IC_FIELD_END
};

const ic_schema_t  ic_node_public = { "NodePublic", ic_node_public_fields };


static const ic_field_t  ic_node_shown_fields[] = {
    IC_FIELD_ID("node_id", 0, "id of the node", "节点 ID"),
    IC_NODE_FIELDS(IC_REQ),
    IC_NODE_DESCRIPTION,
    IC_NODE_EXTENSION,
    IC_FIELD_END
};

const ic_schema_t  ic_node_shown = { "NodeShown", ic_node_shown_fields };


static const ic_field_t  ic_node_record_fields[] = {
    IC_FIELD_ID("node_id", IC_REQ, "id of the node", "节点 ID"),
    IC_NODE_FIELDS(IC_REQ),
    IC_NODE_CREDENTIALS(IC_REQ),
    IC_NODE_DESCRIPTION,
    IC_NODE_EXTENSION,
    IC_NODE_INTERNAL,
    IC_FIELD_END
};

const ic_schema_t  ic_node_record = { "Node", ic_node_record_fields };


static const ic_field_t  ic_node_own_fields[] = {
    IC_FIELD_ID("node_id", IC_REQ, "id of the node", "节点 ID"),
    IC_NODE_FIELDS(IC_REQ),
    IC_NODE_CREDENTIALS(IC_REQ),
    IC_NODE_DESCRIPTION,
    IC_NODE_EXTENSION,
    IC_NODE_INTERNAL,
    IC_FIELD_ENUM("registration", 0, ic_registrations,
                  "of this node, once it was registered",
                  "本节点的注册状态"),
    { "published", NULL, IC_BOOL, 0, 0, 0, 0, NULL, NULL,
      "who has no contract with this node may query it",
      "未签约的节点可否查询本节点" },
    IC_FIELD_END
};

const ic_schema_t  ic_node_own = { "NodeOwn", ic_node_own_fields };


static const ic_field_t  ic_node_add_fields[] = {
    IC_FIELD_ID("node_id", IC_REQ, "id of the node", "节点 ID"),
    IC_FIELD_STR("address", IC_REQ, IC_MAX_URL,
                 "base URL of its interconnection service", "节点服务地址"),
    IC_FIELD_STR("name", 0, IC_MAX_NAME, "name of the node", "节点名称"),
    IC_FIELD_STR("institution", 0, IC_MAX_NAME,
                 "organisation that runs it", "节点所属机构"),
    IC_FIELD_ID("inst_id", 0, "id of the organisation", "机构 Id"),
    IC_FIELD_STR("system", 0, IC_MAX_NAME, "software in use",
                 "技术服务提供系统"),
    IC_FIELD_STR("system_version", 0, IC_MAX_NAME, "its version",
                 "系统版本"),
    IC_NODE_DESCRIPTION,
    IC_FIELD_END
};

const ic_schema_t  ic_node_add = { "NodeAdd", ic_node_add_fields };


static const ic_field_t  ic_node_list_fields[] = {
    IC_FIELD_ENUM("source", 0, ic_known_sources, "how it is known",
                  "获知方式"),
    IC_FIELDS_PAGE,
    IC_FIELD_END
};

const ic_schema_t  ic_node_list = { "NodeList", ic_node_list_fields };


static const ic_field_t  ic_node_known_fields[] = {
    IC_FIELD_ID("node_id", IC_REQ, "id of the node", "节点 ID"),
    IC_NODE_FIELDS(0),
    IC_NODE_DESCRIPTION,
    IC_FIELD_ENUM("source", IC_REQ, ic_known_sources, "how it is known",
                  "获知方式"),
    IC_FIELD_ID("contract_id", 0, "the contract in force with it",
                "与其有效的合约 id"),
    IC_FIELD_STR("health", 0, IC_MAX_NAME, "how its last probe went",
                 "最近一次健康探测结果"),
    IC_FIELD_TIME("health_time", 0, "when that was", "探测时间"),
    IC_FIELD_STR("health_error", 0, IC_MAX_TEXT, "why it failed",
                 "失败原因"),
    IC_FIELD_INT("latency_ms", 0, 0, 0, "how long it took", "探测耗时，毫秒"),
    IC_FIELD_INT("clock_ahead", 0, 0, 0,
                 "seconds that its clock is ahead of ours, within one; "
                 "negative: behind",
                 "对方时钟比本节点快的秒数，误差不超过 1 秒，负数为慢"),
    IC_FIELD_TIME("certificate_ends", 0,
                  "end of the certificate that it answered with",
                  "对方服务端证书的到期时间"),
    IC_FIELD_TIME("create_time", 0, "since when it is known", "获知时间"),
    IC_FIELD_TIME("update_time", 0, "when that was last changed",
                  "更新时间"),
    IC_FIELD_END
};

static const ic_schema_t  ic_node_known = {
    "NodeKnown", ic_node_known_fields
};


static const ic_field_t  ic_node_records_fields[] = {
    IC_FIELDS_RECORDS(&ic_node_known),
    IC_FIELD_END
};

const ic_schema_t  ic_node_records = { "Nodes", ic_node_records_fields };


static const ic_field_t  ic_node_info_fields[] = {
    IC_FIELD_ID("node_id", 0, "id of the node; may not change",
                "节点 ID，不可更改"),
    IC_NODE_FIELDS(0),
    IC_NODE_CREDENTIALS(0),
    IC_NODE_PROOF,
    IC_NODE_DESCRIPTION,
    IC_FIELD_END
};

const ic_schema_t  ic_node_info = { "NodeInfo", ic_node_info_fields };


static const ic_field_t  ic_node_update_in_fields[] = {
    IC_FIELD_ID("contract_id", IC_REQ, "the contract", "合约 id"),
    IC_FIELD_OBJ("node_info", 0, &ic_node_info,
                 "the new record; its members may also stand flat beside "
                 "contract_id",
                 "新的节点信息，其成员也可与 contract_id 平级"),
    IC_FIELD_ID("node_id", 0, "id of the node; may not change",
                "节点 ID，不可更改"),
    IC_NODE_FIELDS(0),
    IC_NODE_CREDENTIALS(0),
    IC_NODE_PROOF,
    IC_NODE_DESCRIPTION,
    IC_FIELD_END
};

const ic_schema_t  ic_node_update_in = {
    "NodeUpdate", ic_node_update_in_fields
};


static const ic_field_t  ic_node_status_fields[] = {
    IC_FIELD_STR("status", IC_REQ, IC_MAX_NAME, "\"ok\"", "直接返回 ok"),
    IC_FIELD_END
};

const ic_schema_t  ic_node_status = { "NodeStatus", ic_node_status_fields };


static const char *const  ic_rotation_states[] = {
    "REQUESTED", "ANNOUNCED", "SWITCHED", NULL
};


static const ic_field_t  ic_node_rotate_fields[] = {
    IC_NODE_CREDENTIALS(IC_REQ),
    IC_FIELD_STR("certificate", 0, IC_MAX_CREDENTIAL,
                 "with a bare key: the next TLS certificate, PEM, when that "
                 "changes too",
                 "非证书凭证且同时更换 TLS 证书时：新的 TLS 证书，PEM"),
    IC_FIELD_INT("limit", 0, 1, 30 * 86400,
                 "seconds to wait for partners that are not reached (default "
                 "3600); then the new key is used",
                 "等待未送达的合作方的秒数，默认 3600，此后启用新密钥"),
    IC_FIELD_END
};

const ic_schema_t  ic_node_rotate = { "NodeRotate", ic_node_rotate_fields };


static const ic_field_t  ic_node_rotation_fields[] = {
    IC_FIELD_ENUM("status", IC_REQ, ic_rotation_states,
                  "REQUESTED: the daemon has not announced it yet (has it "
                  "next_certificate?); ANNOUNCED: partners are being told; "
                  "SWITCHED: the new key is used",
                  "REQUESTED：守护进程尚未声明；ANNOUNCED：正在通知合作方；"
                  "SWITCHED：已启用新密钥"),
    IC_FIELD_ENUM("auth_type", 0, ic_auth_types, "kind of the new credential",
                  "新凭证的认证方式"),
    IC_FIELD_STR("spki", 0, IC_MAX_NAME,
                 "SHA-256 of its public key, hex", "新公钥的 SHA-256"),
    IC_FIELD_STR("waiting", 0, IC_MAX_TEXT,
                 "partners that have not been told, by spaces",
                 "尚未送达的合作方，以空格分隔"),
    IC_FIELD_STR("refused", 0, IC_MAX_TEXT,
                 "partners that refused it, by spaces",
                 "拒绝的合作方，以空格分隔"),
    IC_FIELD_TIME("request_time", 0, "when it was asked for", "申请时间"),
    IC_FIELD_TIME("announce_time", 0, "when the old key signed it",
                  "声明时间"),
    IC_FIELD_TIME("limit_time", 0, "when it is used at the latest",
                  "最迟启用时间"),
    IC_FIELD_TIME("switch_time", 0, "since when it is used", "启用时间"),
    IC_FIELD_END
};

const ic_schema_t  ic_node_rotation = {
    "NodeRotation", ic_node_rotation_fields
};
