
/*
 * The messages, one file per resource (ic_schema_<noun>.c), and the macros
 * that write their rows.
 */


#ifndef _IC_SCHEMAS_H_INCLUDED_
#define _IC_SCHEMAS_H_INCLUDED_


#include "ic_api.h"
#include "ic_limits.h"


/* Limits in bytes. */
#define IC_MAX_NAME         256
#define IC_MAX_TEXT         4096
#define IC_MAX_URL          2048
#define IC_MAX_CREDENTIAL   16384
#define IC_MAX_TOKEN        2048
#define IC_MAX_LIST         1000
#define IC_MAX_COLUMNS      10000


/* Rows: name, flags, ..., English, Chinese. */

#define IC_FIELD_STR(name, flags, limit, doc, zh)                             \
    { name, NULL, IC_STR, 0, flags, ((flags) & IC_REQ) ? 1 : 0, limit,        \
      NULL, NULL, doc, zh }

#define IC_FIELD_ID(name, flags, doc, zh)                                     \
    { name, NULL, IC_ID, 0, flags, 0, 0, NULL, NULL, doc, zh }

#define IC_FIELD_INT(name, flags, low, high, doc, zh)                         \
    { name, NULL, IC_INT, 0, flags, low, high, NULL, NULL, doc, zh }

#define IC_FIELD_NUM(name, doc, zh)                                           \
    { name, NULL, IC_NUM, 0, 0, 0, 0, NULL, NULL, doc, zh }

#define IC_FIELD_TIME(name, flags, doc, zh)                                   \
    { name, NULL, IC_TIME, 0, flags, 0, 0, NULL, NULL, doc, zh }

#define IC_FIELD_ENUM(name, flags, list, doc, zh)                             \
    { name, NULL, IC_ENUM, 0, flags, 0, 0, list, NULL, doc, zh }

#define IC_FIELD_OBJ(name, flags, schema, doc, zh)                            \
    { name, NULL, IC_OBJ, 0, flags, 0, 0, schema, NULL, doc, zh }

#define IC_FIELD_LIST(name, flags, type, schema, limit, doc, zh)              \
    { name, NULL, IC_LIST, type, flags, 0, limit, schema, NULL, doc, zh }

#define IC_FIELD_ANY(name, flags, doc, zh)                                    \
    { name, NULL, IC_ANY, 0, flags, 0, 0, NULL, NULL, doc, zh }

#define IC_FIELD_END                                                          \
    { NULL, NULL, 0, 0, 0, 0, 0, NULL, NULL, NULL, NULL }

/* Paging; page_size -1 gives everything. */
#define IC_FIELDS_PAGE                                                        \
    IC_FIELD_INT("page_num", IC_NUMSTR, 1, 1000000,                           \
                 "page, from 1 (default 1)", "页号，默认 1"),                  \
    IC_FIELD_INT("page_size", IC_NUMSTR|IC_NONZERO, -1, 1000,                 \
                 "records per page (default 20); -1: all",                    \
                 "每页数量，默认 20，-1 为全量查询")

/* An answer to an application or request: why, told the one who asked. */
#define IC_FIELD_REASON                                                       \
    IC_FIELD_STR("reason", 0, IC_MAX_TEXT,                                    \
                 "why it was refused, for the one who asked",                 \
                 "拒绝的原因，告知申请方")

#define IC_FIELDS_DECISION                                                    \
    IC_FIELD_REASON,                                                          \
    IC_FIELD_STR("decided_by", 0, IC_MAX_NAME,                                \
                 "operator of this node who decided last",                    \
                 "本节点最近一次作出决定的操作员")

/* Why something waits. */
#define IC_FIELDS_PENDING                                                     \
    IC_FIELD_STR("pending_reason", 0, IC_MAX_TEXT, "what it waits for",       \
                 "等待原因，英文"),                                           \
    IC_FIELD_STR("pending_reason_zh", 0, IC_MAX_TEXT,                         \
                 "the same in Chinese", "等待原因，中文"),                    \
    IC_FIELD_LIST("pending", 0, IC_OBJ, &ic_pending, 0,                       \
                  "every reason to wait", "全部等待原因")

/*
 * How much a task wrote to others. This node's alone: the length of a result
 * could be read off another party's.
 */
#define IC_FIELDS_TRAFFIC                                                     \
    IC_FIELD_INT("sent", 0, 0, 0,                                             \
                 "bytes of messages that this node's task sent",              \
                 "本节点组件任务发送的消息字节数"),                           \
    IC_FIELD_INT("received", 0, 0, 0,                                         \
                 "bytes of messages that it received",                        \
                 "本节点组件任务接收的消息字节数")

/* How long it will take. */
#define IC_FIELD_REMAINING                                                    \
    IC_FIELD_INT("remaining_ms", 0, 0, 0,                                     \
                 "estimated ms until its end; not there when unknown",        \
                 "预计剩余毫秒数，无法估计时不返回")

/* A list answer. */
#define IC_FIELDS_RECORDS(schema)                                             \
    IC_FIELD_INT("total", IC_REQ, 0, 0, "number of records", "记录数"),       \
    IC_FIELD_LIST("records", IC_REQ, IC_OBJ, schema, 0,                       \
                  "the records of this page", "本页记录")


/* What a permit is limited to (ic_limits.h), and what for. */
#define IC_FIELDS_LIMITS                                                      \
    IC_FIELD_TIME("time_limit", 0, "end of the permission", "使用到期时间"),  \
    IC_FIELD_INT("times_limit", 0, 1, 1000000000,                             \
                 "number of uses; none: unlimited", "使用次数限制，不填为不限"),\
    IC_FIELD_INT("rows_limit", 0, 1, 1000000000000000,                        \
                 "number of rows that tasks may read; none: unlimited",       \
                 "任务可读取的行数限制，不填为不限"),                         \
    IC_FIELD_INT("bytes_limit", 0, 1, 1000000000000000,                       \
                 "number of bytes that may be sent; none: unlimited",         \
                 "可下载的字节数限制，不填为不限"),                           \
    IC_FIELD_LIST("algorithms_allow", 0, IC_ID, NULL, IC_LIMIT_MAX_IDS,       \
                  "the algorithms that may use it; none: any",                \
                  "允许使用的算法，不填为不限"),                              \
    IC_FIELD_LIST("algorithms_deny", 0, IC_ID, NULL, IC_LIMIT_MAX_IDS,        \
                  "the algorithms that may not", "不允许使用的算法")

#define IC_FIELDS_SCOPE                                                       \
    IC_FIELD_ANY("auth_scope", 0,                                             \
                 "list of NODE (default), PROJECT, COMPONENT; or an object "  \
                 "of ids per scope",                                          \
                 "授权范围类型列表 NODE (默认)、PROJECT、COMPONENT；或由各"   \
                 "类型的 id 组成的对象"),                                     \
    { "scope_ids", NULL, IC_MAP, IC_LIST, 0, 0, 3, NULL, NULL,                 \
      "ids per auth_scope", "授权适用范围" }


/* A component: code and version. */
#define IC_FIELDS_COMPONENT_ID(flags)                                         \
    { "code", "componentName", IC_ID, 0, flags, 0, 0, NULL, NULL,             \
      "code of the component", "组件 code" },                                 \
    { "version", NULL, IC_ID, 0, flags, 0, 0, NULL, NULL,                     \
      "its version, without ':'; one code and version is one component",      \
      "组件版本，code 与 version 唯一标识一个组件" }

/* What an operator publishes an object with. */
#define IC_FIELDS_PUBLISH                                                     \
    IC_FIELD_ENUM("pub_scope", 0, ic_scopes,                                  \
                  "who may see it: private, protect (default: contracted "    \
                  "nodes), public",                                           \
                  "公开范围: private、protect (默认，已签约节点)、public"),   \
    IC_FIELD_OBJ("usage_limits", 0, &ic_limits_record,                        \
                 "the most that a permit of it is given for; not given: as "  \
                 "before",                                                    \
                 "使用限制: 授权时的上限，不填即不变")

/* What the owner of a database sees of a query before it answers. */
#define IC_FIELDS_QUERY_CARD                                                  \
    IC_FIELD_STR("sql", 0, 0,                                                 \
                 "query: the text that would run, in its normal form",        \
                 "查询：将执行的语句 (规范形式)"),                            \
    IC_FIELD_STR("digest", 0, 64,                                             \
                 "query: SHA-256 of that text, hex",                          \
                 "查询：该语句的 SHA-256 (十六进制)"),                        \
    IC_FIELD_LIST("columns", 0, IC_OBJ, &ic_query_column, 0,                  \
                  "query: the columns that it would tell, as the data "       \
                  "source describes them without running it",                 \
                  "查询：将返回的列，由数据源描述而不执行"),                  \
    IC_FIELD_STR("fault", 0, IC_MAX_TEXT,                                     \
                 "query: why the data source could not run it",               \
                 "查询：数据源无法执行的原因")

/* What an update says of the record it was made of. */
#define IC_FIELD_EXPECTED                                                     \
    IC_FIELD_INT("version", 0, 1, 1000000000000000,                           \
                 "the one that was read: refused if it has changed since",    \
                 "读取时的版本号，如已变更则拒绝")

/* How an object with status, version and dates stands. */
#define IC_FIELDS_STANDING                                                    \
    IC_FIELD_INT("version", 0, 0, 0, "rises with every change", "版本号"),    \
    IC_FIELD_STR("owner", 0, IC_MAX_NAME, "id of the owning organisation",    \
                 "所属组织 (机构 id)"),                                       \
    IC_FIELD_ID("node_id", 0, "its node", "所属节点"),                        \
    IC_FIELD_TIME("create_time", 0, "when it was made", "创建时间"),          \
    IC_FIELD_TIME("update_time", 0, "when it changed last", "更新时间")

extern const char *const  ic_scopes[];           /* private ... public */
extern const char *const  ic_object_states[];    /* online, offline ... */
extern const char *const  ic_audit_answers[];    /* APPROVED, REJECTED */
extern const char *const  ic_audit_states[];     /* + APPLIED, TERMINATED */
extern const char *const  ic_directions[];       /* in, out */
extern const char *const  ic_resource_types[];   /* dataset ... component */
extern const char *const  ic_auth_types[];
extern const char *const  ic_task_states[];

/* ic_schema_node.c */
extern const ic_schema_t  ic_node_id_in;
extern const ic_schema_t  ic_node_public;
extern const ic_schema_t  ic_node_shown;
extern const ic_schema_t  ic_node_record;
extern const ic_schema_t  ic_node_own;
extern const ic_schema_t  ic_node_add;
extern const ic_schema_t  ic_node_list;
extern const ic_schema_t  ic_node_records;
extern const ic_schema_t  ic_node_info;
extern const ic_schema_t  ic_node_update_in;
extern const ic_schema_t  ic_node_status;
extern const ic_schema_t  ic_node_rotate;
extern const ic_schema_t  ic_node_rotation;
extern const ic_schema_t  ic_contract_profile;

/* ic_schema_operator.c */
extern const ic_schema_t  ic_name;
extern const ic_schema_t  ic_no_fields;
extern const ic_schema_t  ic_role_create;
extern const ic_schema_t  ic_role_update;
extern const ic_schema_t  ic_role_record;
extern const ic_schema_t  ic_role_records;
extern const ic_schema_t  ic_role_group_create;
extern const ic_schema_t  ic_role_group_update;
extern const ic_schema_t  ic_role_group_record;
extern const ic_schema_t  ic_role_group_records;
extern const ic_schema_t  ic_operator_create;
extern const ic_schema_t  ic_operator_update;
extern const ic_schema_t  ic_operator_grant;
extern const ic_schema_t  ic_operator_token;
extern const ic_schema_t  ic_operator_record;
extern const ic_schema_t  ic_operator_records;

/* ic_schema_session.c */
extern const ic_schema_t  ic_session;
extern const ic_schema_t  ic_events;
extern const ic_schema_t  ic_change;

/* ic_schema_overview.c */
extern const ic_schema_t  ic_overview;
extern const ic_schema_t  ic_evidence_list;
extern const ic_schema_t  ic_evidence_id;
extern const ic_schema_t  ic_evidence_record;
extern const ic_schema_t  ic_evidence_records;

/* ic_schema_contract.c */
extern const ic_schema_t  ic_contract_apply_in;
extern const ic_schema_t  ic_contract_confirm_in;
extern const ic_schema_t  ic_contract_id;
extern const ic_schema_t  ic_contract_apply;
extern const ic_schema_t  ic_contract_confirm;
extern const ic_schema_t  ic_contract_list;
extern const ic_schema_t  ic_contract_record;
extern const ic_schema_t  ic_contract_records;

/* ic_schema_audit.c */
extern const ic_schema_t  ic_permit_record;
extern const ic_schema_t  ic_audit_confirm_in;
extern const ic_schema_t  ic_audit_id;
extern const ic_schema_t  ic_audit_status;
extern const ic_schema_t  ic_audit_apply;
extern const ic_schema_t  ic_audit_confirm;
extern const ic_schema_t  ic_audit_select;
extern const ic_schema_t  ic_audit_list;
extern const ic_schema_t  ic_audit_record;
extern const ic_schema_t  ic_audit_records;

extern const ic_schema_t  ic_inbox_list;
extern const ic_schema_t  ic_inbox_records;

/* ic_schema_query.c */
extern const ic_schema_t  ic_query_column;
extern const ic_schema_t  ic_query_id;
extern const ic_schema_t  ic_query_approve;
extern const ic_schema_t  ic_query_refuse;
extern const ic_schema_t  ic_query_list;
extern const ic_schema_t  ic_query_record;
extern const ic_schema_t  ic_query_records;
extern const ic_schema_t  ic_query_sources;

/* ic_schema_escrow.c */
extern const ic_schema_t  ic_escrow_create;
extern const ic_schema_t  ic_escrow_id;
extern const ic_schema_t  ic_escrow_ask;
extern const ic_schema_t  ic_recovery_id;
extern const ic_schema_t  ic_recovery_refuse;
extern const ic_schema_t  ic_escrow_list;
extern const ic_schema_t  ic_escrow_shown;
extern const ic_schema_t  ic_escrow_records;
extern const ic_schema_t  ic_recovery_shown;
extern const ic_schema_t  ic_escrow_apply_in;
extern const ic_schema_t  ic_escrow_confirm_in;
extern const ic_schema_t  ic_recovery_apply_in;
extern const ic_schema_t  ic_recovery_withdraw_in;
extern const ic_schema_t  ic_recovery_confirm_in;

/* ic_schema_permit.c */
extern const ic_schema_t  ic_limits_record;
extern const ic_schema_t  ic_permit_id;
extern const ic_schema_t  ic_permit_list;
extern const ic_schema_t  ic_permit_view;
extern const ic_schema_t  ic_permit_views;

/* ic_schema_dataset.c */
extern const ic_schema_t  ic_dataset_location;
extern const ic_schema_t  ic_dataset_create;
extern const ic_schema_t  ic_dataset_id;
extern const ic_schema_t  ic_dataset_record;
extern const ic_schema_t  ic_dataset_records;
extern const ic_schema_t  ic_dataset_summary;
extern const ic_schema_t  ic_dataset_public;
extern const ic_schema_t  ic_dataset_signature;
extern const ic_schema_t  ic_dataset_describing;
extern const ic_schema_t  ic_dataset_publics;
extern const ic_schema_t  ic_dataset_audit;
extern const ic_schema_t  ic_catalog_list;
extern const ic_schema_t  ic_catalog_query;
extern const ic_schema_t  ic_page;
extern const ic_schema_t  ic_dataset_update;

/* ic_schema_peer.c */
extern const ic_schema_t  ic_peer_dataset;
extern const ic_schema_t  ic_peer_dataset_shown;
extern const ic_schema_t  ic_peer_dataset_record;
extern const ic_schema_t  ic_peer_datasets;
extern const ic_schema_t  ic_peer_project;
extern const ic_schema_t  ic_peer_projects;
extern const ic_schema_t  ic_peer_component;
extern const ic_schema_t  ic_peer_components;

/* ic_schema_project.c */
extern const ic_schema_t  ic_project_create;
extern const ic_schema_t  ic_project_id;
extern const ic_schema_t  ic_project_record;
extern const ic_schema_t  ic_project_audit;
extern const ic_schema_t  ic_project_update;
extern const ic_schema_t  ic_project_records;
extern const ic_schema_t  ic_project_query_in;
extern const ic_schema_t  ic_project_public;
extern const ic_schema_t  ic_project_publics;
extern const ic_schema_t  ic_project_member;
extern const ic_schema_t  ic_project_members;

/* ic_schema_flow.c */
extern const ic_schema_t  ic_dag;
extern const ic_schema_t  ic_config;
extern const ic_schema_t  ic_flow_create;
extern const ic_schema_t  ic_flow_id;
extern const ic_schema_t  ic_flow_record;
extern const ic_schema_t  ic_flow_audit;
extern const ic_schema_t  ic_flow_update;
extern const ic_schema_t  ic_flow_list;
extern const ic_schema_t  ic_flow_records;
extern const ic_schema_t  ic_flow_query_in;
extern const ic_schema_t  ic_flow_public;
extern const ic_schema_t  ic_flow_publics;

/* ic_schema_task.c */
extern const ic_schema_t  ic_task_step;
extern const ic_schema_t  ic_task_list;
extern const ic_schema_t  ic_task_records;
extern const ic_schema_t  ic_task_record;

/* ic_schema_pending.c */
extern const ic_schema_t  ic_pending;
extern const ic_schema_t  ic_cause;

/* ic_schema_log.c */
extern const ic_schema_t  ic_task_log_in;
extern const ic_schema_t  ic_task_log;
extern const ic_schema_t  ic_job_log_in;
extern const ic_schema_t  ic_job_log;

/* ic_schema_output.c */
extern const ic_schema_t  ic_output_list;
extern const ic_schema_t  ic_outputs;

/* ic_schema_job.c */
extern const ic_schema_t  ic_job_create;
extern const ic_schema_t  ic_job_rerun;
extern const ic_schema_t  ic_job_rerun_out;
extern const ic_schema_t  ic_job_update;
extern const ic_schema_t  ic_job_update_out;
extern const ic_schema_t  ic_job_id;
extern const ic_schema_t  ic_job_list;
extern const ic_schema_t  ic_job_record;
extern const ic_schema_t  ic_job_summary;
extern const ic_schema_t  ic_job_records;
extern const ic_schema_t  ic_job_status;
extern const ic_schema_t  ic_job_audit;
extern const ic_schema_t  ic_task_id;
extern const ic_schema_t  ic_metric_query;
extern const ic_schema_t  ic_task_metrics;

/* ic_schema_timetable.c */
extern const ic_schema_t  ic_timetable_create;
extern const ic_schema_t  ic_timetable_made;
extern const ic_schema_t  ic_timetable_update;
extern const ic_schema_t  ic_timetable_changed;
extern const ic_schema_t  ic_timetable_id;
extern const ic_schema_t  ic_timetable_record;
extern const ic_schema_t  ic_timetable_list;
extern const ic_schema_t  ic_timetable_records;
extern const ic_schema_t  ic_timetable_runs_in;
extern const ic_schema_t  ic_timetable_runs;

/* ic_schema_object.c */
extern const ic_schema_t  ic_dataset_publish;
extern const ic_schema_t  ic_dataset_report;
extern const ic_schema_t  ic_dataset_usage;
extern const ic_schema_t  ic_dataset_use;
extern const ic_schema_t  ic_model_publish;
extern const ic_schema_t  ic_model_report;
extern const ic_schema_t  ic_model_usage;
extern const ic_schema_t  ic_model_use;
extern const ic_schema_t  ic_flow_publish;
extern const ic_schema_t  ic_flow_usage;
extern const ic_schema_t  ic_component_publish;
extern const ic_schema_t  ic_component_report;
extern const ic_schema_t  ic_component_usage;
extern const ic_schema_t  ic_component_use;
extern const ic_schema_t  ic_object_state;
extern const ic_schema_t  ic_object_version;

/* ic_schema_component.c */
extern const ic_schema_t  ic_component_id;
extern const ic_schema_t  ic_component_audit;
extern const ic_schema_t  ic_component_package;
extern const ic_schema_t  ic_component_uploaded;
extern const ic_schema_t  ic_component_form;
extern const ic_schema_t  ic_component_register;
extern const ic_schema_t  ic_component_update;
extern const ic_schema_t  ic_component_revision;
extern const ic_schema_t  ic_component_record;
extern const ic_schema_t  ic_component_public;
extern const ic_schema_t  ic_component_summaries;
extern const ic_schema_t  ic_component_list;
extern const ic_schema_t  ic_component_open_list;
extern const ic_schema_t  ic_component_list_in;
extern const ic_schema_t  ic_component_query_in;

/* ic_schema_schedule.c */
extern const ic_schema_t  ic_schedule_components;
extern const ic_schema_t  ic_schedule_confirm;
extern const ic_schema_t  ic_schedule_stop_task;
extern const ic_schema_t  ic_schedule_said;
extern const ic_schema_t  ic_schedule_log_line;
extern const ic_schema_t  ic_schedule_log_num;
extern const ic_schema_t  ic_schedule_log;
extern const ic_schema_t  ic_schedule_log_data;
extern const ic_schema_t  ic_schedule_flow;
extern const ic_schema_t  ic_schedule_jobs;
extern const ic_schema_t  ic_job_create_all;
extern const ic_schema_t  ic_schedule_job;
extern const ic_schema_t  ic_schedule_stop;
extern const ic_schema_t  ic_schedule_states;
extern const ic_schema_t  ic_schedule_start;
extern const ic_schema_t  ic_schedule_poll;
extern const ic_schema_t  ic_schedule_state;
extern const ic_schema_t  ic_schedule_callback;

/* ic_schema_evidence.c */
extern const ic_schema_t  ic_evidence_checkpoint;
extern const ic_schema_t  ic_evidence_cosignature;
extern const ic_schema_t  ic_evidence_witness_list;
extern const ic_schema_t  ic_evidence_witnesses;
extern const ic_schema_t  ic_evidence_witness_reset;

/* ic_schema_model.c */
extern const ic_schema_t  ic_model_list;
extern const ic_schema_t  ic_model_query;
extern const ic_schema_t  ic_model_record;
extern const ic_schema_t  ic_model_summary;
extern const ic_schema_t  ic_model_records;
extern const ic_schema_t  ic_model_audit;
extern const ic_schema_t  ic_model_id;
extern const ic_schema_t  ic_model_update;
extern const ic_schema_t  ic_model_content;
extern const ic_schema_t  ic_model_query_in;
extern const ic_schema_t  ic_model_public;
extern const ic_schema_t  ic_model_publics;

/* ic_schema_service.c */
extern const ic_schema_t  ic_train;
extern const ic_schema_t  ic_train_order;
extern const ic_schema_t  ic_train_query;
extern const ic_schema_t  ic_train_progress;
extern const ic_schema_t  ic_model_info_in;
extern const ic_schema_t  ic_model_info;
extern const ic_schema_t  ic_infer;
extern const ic_schema_t  ic_infer_order;
extern const ic_schema_t  ic_infer_progress;
extern const ic_schema_t  ic_board_url;


#endif /* _IC_SCHEMAS_H_INCLUDED_ */
