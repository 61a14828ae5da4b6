
/* Operators, roles and groups of roles: clause 6.4 c and d. */


#include "ic_schemas.h"


/* Names, certificates and patterns in one message. */
#define IC_MAX_NAMES         64
#define IC_MAX_CERTIFICATES  8
#define IC_MAX_PATTERNS      256


static const char *const  ic_operator_states[] = {
    "ENABLED", "DISABLED", NULL
};


#define IC_NAME_OF(doc, zh)  IC_FIELD_ID("name", IC_REQ, doc, zh)

#define IC_DESCRIPTION                                                        \
    IC_FIELD_STR("description", 0, IC_MAX_TEXT, "free text", "说明")

#define IC_PERMISSIONS(flags)                                                 \
    IC_FIELD_LIST("permissions", flags, IC_STR, NULL, IC_MAX_PATTERNS,        \
                  "kind.right, kind.*, *.right or *",                         \
                  "权限，形如 kind.right、kind.*、*.right 或 *")

#define IC_ROLES(flags)                                                       \
    IC_FIELD_LIST("roles", flags, IC_ID, NULL, IC_MAX_NAMES,                  \
                  "names of roles", "角色名称")

#define IC_ROLE_GROUPS                                                        \
    IC_FIELD_LIST("role_groups", 0, IC_ID, NULL, IC_MAX_NAMES,                \
                  "names of groups of roles", "角色组名称")

#define IC_OPERATOR_STATE                                                     \
    IC_FIELD_ENUM("status", 0, ic_operator_states,                            \
                  "who is DISABLED may nothing", "状态，DISABLED 为停用")

#define IC_OPERATOR_EXPIRY                                                    \
    { "expire_time", "expired_time", IC_TIME, 0, 0, 0, 0, NULL, NULL,         \
      "when its access ends; 0: never", "失效时间，0 为永不失效" }

#define IC_OPERATOR_CERTIFICATES                                              \
    IC_FIELD_LIST("certificates", 0, IC_STR, NULL, IC_MAX_CERTIFICATES,       \
                  "client certificates or public keys, PEM, all of them; "    \
                  "their keys identify the operator",                         \
                  "PEM 格式的客户端证书或公钥（全部），以其公钥识别操作员")

#define IC_TIMES                                                              \
    IC_FIELD_TIME("create_time", 0, "when it was made", "创建时间"),          \
    IC_FIELD_TIME("update_time", 0, "when it was last changed",               \
                  "更新时间")


static const ic_field_t  ic_name_fields[] = {
    IC_NAME_OF("its name", "名称"),
    IC_FIELD_END
};

const ic_schema_t  ic_name = { "Name", ic_name_fields };


static const ic_field_t  ic_no_fields_fields[] = {
    IC_FIELD_END
};

const ic_schema_t  ic_no_fields = { "NoFields", ic_no_fields_fields };


static const ic_field_t  ic_role_create_fields[] = {
    IC_NAME_OF("name of the role", "角色名称"),
    IC_PERMISSIONS(IC_REQ),
    IC_DESCRIPTION,
    IC_FIELD_END
};

const ic_schema_t  ic_role_create = { "RoleCreate", ic_role_create_fields };


static const ic_field_t  ic_role_update_fields[] = {
    IC_NAME_OF("name of the role", "角色名称"),
    IC_PERMISSIONS(0),
    IC_DESCRIPTION,
    IC_FIELD_END
};

const ic_schema_t  ic_role_update = { "RoleUpdate", ic_role_update_fields };


static const ic_field_t  ic_role_record_fields[] = {
    IC_NAME_OF("name of the role", "角色名称"),
    IC_PERMISSIONS(IC_REQ),
    IC_DESCRIPTION,
    IC_FIELD_STR("description_zh", 0, IC_MAX_TEXT,
                 "the same in Chinese, of a default role",
                 "固有角色的中文说明"),
    { "is_default", NULL, IC_BOOL, 0, IC_REQ, 0, 0, NULL, NULL,
      "every node has it; it cannot be changed",
      "是否为固有角色，固有角色不可更改" },
    IC_TIMES,
    IC_FIELD_END
};

const ic_schema_t  ic_role_record = { "Role", ic_role_record_fields };


static const ic_field_t  ic_role_records_fields[] = {
    IC_FIELDS_RECORDS(&ic_role_record),
    IC_FIELD_END
};

const ic_schema_t  ic_role_records = { "Roles", ic_role_records_fields };


static const ic_field_t  ic_role_group_create_fields[] = {
    IC_NAME_OF("name of the group", "角色组名称"),
    IC_ROLES(IC_REQ),
    IC_DESCRIPTION,
    IC_FIELD_END
};

const ic_schema_t  ic_role_group_create = {
    "RoleGroupCreate", ic_role_group_create_fields
};


static const ic_field_t  ic_role_group_update_fields[] = {
    IC_NAME_OF("name of the group", "角色组名称"),
    IC_ROLES(0),
    IC_DESCRIPTION,
    IC_FIELD_END
};

const ic_schema_t  ic_role_group_update = {
    "RoleGroupUpdate", ic_role_group_update_fields
};


static const ic_field_t  ic_role_group_record_fields[] = {
    IC_NAME_OF("name of the group", "角色组名称"),
    IC_ROLES(IC_REQ),
    IC_DESCRIPTION,
    IC_TIMES,
    IC_FIELD_END
};

const ic_schema_t  ic_role_group_record = {
    "RoleGroup", ic_role_group_record_fields
};


static const ic_field_t  ic_role_group_records_fields[] = {
    IC_FIELDS_RECORDS(&ic_role_group_record),
    IC_FIELD_END
};

const ic_schema_t  ic_role_group_records = {
    "RoleGroups", ic_role_group_records_fields
};


static const ic_field_t  ic_operator_create_fields[] = {
    IC_NAME_OF("name of the operator", "操作员名称"),
    IC_ROLES(0),
    IC_ROLE_GROUPS,
    IC_OPERATOR_STATE,
    IC_OPERATOR_EXPIRY,
    IC_OPERATOR_CERTIFICATES,
    IC_DESCRIPTION,
    IC_FIELD_END
};

const ic_schema_t  ic_operator_create = {
    "OperatorCreate", ic_operator_create_fields
};


static const ic_field_t  ic_operator_update_fields[] = {
    IC_NAME_OF("name of the operator", "操作员名称"),
    IC_OPERATOR_STATE,
    IC_OPERATOR_EXPIRY,
    IC_OPERATOR_CERTIFICATES,
    IC_DESCRIPTION,
    IC_FIELD_END
};

const ic_schema_t  ic_operator_update = {
    "OperatorUpdate", ic_operator_update_fields
};


static const ic_field_t  ic_operator_grant_fields[] = {
    IC_NAME_OF("name of the operator", "操作员名称"),
    IC_ROLES(0),
    IC_ROLE_GROUPS,
    IC_FIELD_END
};

const ic_schema_t  ic_operator_grant = {
    "OperatorGrant", ic_operator_grant_fields
};


static const ic_field_t  ic_operator_token_fields[] = {
    IC_NAME_OF("name of the operator", "操作员名称"),
    { "token", NULL, IC_STR, 0, IC_REQ | IC_SECRET, 1, IC_MAX_TOKEN, NULL,
      NULL, "for the header Authorization: Bearer; it is kept nowhere",
      "用于报文头 Authorization: Bearer，本节点不保存" },
    IC_FIELD_END
};

const ic_schema_t  ic_operator_token = {
    "OperatorToken", ic_operator_token_fields
};


static const ic_field_t  ic_operator_record_fields[] = {
    IC_NAME_OF("name of the operator", "操作员名称"),
    IC_FIELD_ENUM("status", IC_REQ, ic_operator_states,
                  "who is DISABLED may nothing", "状态，DISABLED 为停用"),
    IC_ROLES(IC_REQ),
    IC_ROLE_GROUPS,
    IC_FIELD_LIST("permissions", 0, IC_STR, NULL, 0,
                  "every single one that these give",
                  "上述角色所具有的全部权限"),
    IC_OPERATOR_EXPIRY,
    IC_FIELD_LIST("keys", 0, IC_STR, NULL, 0,
                  "SHA-256 of the bound certificates' public keys, hex",
                  "已绑定证书的公钥摘要，SHA-256，十六进制"),
    IC_FIELD_ID("node_id", 0, "of one: the node whose operator it is",
                "单个查询时: 所属节点"),
    IC_FIELD_ID("inst_id", 0, "of one: the node's organisation",
                "单个查询时: 所属机构"),
    IC_DESCRIPTION,
    IC_TIMES,
    IC_FIELD_END
};

const ic_schema_t  ic_operator_record = {
    "Operator", ic_operator_record_fields
};


static const ic_field_t  ic_operator_records_fields[] = {
    IC_FIELDS_RECORDS(&ic_operator_record),
    IC_FIELD_END
};

const ic_schema_t  ic_operator_records = {
    "Operators", ic_operator_records_fields
};
