
/* What tasks of a job made here for the tasks behind them. */


#include "ic_schemas.h"


static const ic_field_t  ic_output_list_fields[] = {
    IC_FIELD_ID("job_id", 0, "only of this job", "任务 ID"),
    IC_FIELD_ID("task_id", 0, "only of this task", "组件任务 ID"),
    IC_FIELDS_PAGE,
    IC_FIELD_END
};

const ic_schema_t  ic_output_list = { "OutputList", ic_output_list_fields };


static const ic_field_t  ic_output_fields[] = {
    IC_FIELD_ID("job_id", IC_REQ, "its job", "所属任务 ID"),
    IC_FIELD_ID("task_id", IC_REQ, "the task that made it", "组件任务 ID"),
    IC_FIELD_STR("task_name", IC_REQ, IC_MAX_NAME, "its name in the DAG",
                 "组件实例名"),
    IC_FIELD_STR("role", 0, IC_MAX_NAME, "guest.0, host.1, ...",
                 "角色: guest.0、host.1 等"),
    IC_FIELD_STR("key", IC_REQ, IC_MAX_NAME, "its key in the DAG",
                 "DAG 中的输出名"),
    IC_FIELD_STR("kind", IC_REQ, IC_MAX_NAME,
                 "dataset, training_set, test_set, model, report, metric",
                 "类型: dataset、training_set、test_set、model、report、"
                 "metric"),
    IC_FIELD_STR("namespace", IC_REQ, IC_MAX_TEXT, "its folder: <job>-<role>-"
                 "<n>", "命名空间: <任务>-<角色>-<序号>"),
    IC_FIELD_STR("name", IC_REQ, IC_MAX_TEXT, "and in it: <task>-<key>",
                 "名称: <组件任务>-<输出名>"),
    IC_FIELD_STR("digest", IC_REQ, 64,
                 "SHA-256 of its metadata, which has those of its partitions",
                 "元数据的 SHA-256，元数据中含各分区的 SHA-256"),
    IC_FIELD_INT("rows", IC_REQ, 0, 0, "of a table, else 0",
                 "数据表的行数，其他类型为 0"),
    IC_FIELD_INT("bytes", IC_REQ, 0, 0, "of its partitions", "各分区字节数"),
    IC_FIELD_STR("format", IC_REQ, IC_MAX_NAME, "csv, json or bytes",
                 "格式: csv、json 或 bytes"),
    IC_FIELD_TIME("create_time", IC_REQ, "when it was kept", "保存时间"),
    IC_FIELD_END
};

static const ic_schema_t  ic_output = { "Output", ic_output_fields };


static const ic_field_t  ic_outputs_fields[] = {
    IC_FIELDS_RECORDS(&ic_output),
    IC_FIELD_END
};

const ic_schema_t  ic_outputs = { "Outputs", ic_outputs_fields };
