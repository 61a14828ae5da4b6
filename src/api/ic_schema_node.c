
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


static const ic_field_t  ic_node_record_fields[] = {
    IC_FIELD_ID("node_id", IC_REQ, "id of the node", "节点 ID"),
    IC_NODE_FIELDS(IC_REQ),
    IC_NODE_CREDENTIALS(IC_REQ),
    IC_NODE_DESCRIPTION,
    IC_FIELD_END
};

const ic_schema_t  ic_node_record = { "Node", ic_node_record_fields };


static const ic_field_t  ic_node_info_fields[] = {
    IC_FIELD_ID("node_id", 0, "id of the node; may not change",
                "节点 ID，不可更改"),
    IC_NODE_FIELDS(0),
    IC_NODE_CREDENTIALS(0),
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
