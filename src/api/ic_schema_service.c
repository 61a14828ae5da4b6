
/*
 * The federated-learning service, /model. Its own rules and its own error
 * texts are in ic_train.c: here every member is of any type.
 */


#include "ic_schemas.h"


static const ic_field_t  ic_train_fields[] = {
    IC_FIELD_ANY("user_id", 0, "required: the party that asks (guest), number",
                 "必填：发起方 (guest) 的用户编号"),
    IC_FIELD_ANY("model_type", 0, "required: \"lr\"",
                 "必填，模型类型: \"lr\""),
    IC_FIELD_ANY("model_params", 0,
                 "parameters, see the table of homo_lr; unknown names are "
                 "refused",
                 "模型参数，见 homo_lr 的参数；未知参数将被拒绝"),
    IC_FIELD_ANY("party_id", 0,
                 "required: list of the other parties (host), in order",
                 "必填：其他参与方 (host) 的用户编号列表，按顺序"),
    IC_FIELD_ANY("data_info", 0,
                 "required: object with the user_id of every party and its "
                 "data: {\"pos\":sql,\"neg\":sql}, one sql, or "
                 "{\"dataset_id\":id}",
                 "必填：以各方用户编号为键的对象，值为其数据: "
                 "{\"pos\":sql,\"neg\":sql}、一条 sql 或 "
                 "{\"dataset_id\":id}"),
    IC_FIELD_ANY("unique_id", 0, "required: name of the id column",
                 "必填：样本标识列名"),
    IC_FIELD_ANY("attributes", 0,
                 "required: list of the names of the feature columns",
                 "必填：特征列名列表"),
    IC_FIELD_ANY("label_name", 0, "required: name of the label column",
                 "必填：标签列名"),
    IC_FIELD_ANY("label_value", 0, "the label of positive rows (default 1)",
                 "正样本标签值，默认 1"),
    IC_FIELD_END
};

const ic_schema_t  ic_train = { "Train", ic_train_fields };


static const ic_field_t  ic_train_order_fields[] = {
    IC_FIELD_INT("model_id", IC_REQ, 0, 0, "for /model/info",
                 "模型 ID，用于 /model/info"),
    IC_FIELD_INT("order_id", IC_REQ, 0, 0, "for /model/train_status",
                 "订单 ID，用于 /model/train_status"),
    IC_FIELD_END
};

const ic_schema_t  ic_train_order = {
    "TrainOrder", ic_train_order_fields
};


static const ic_field_t  ic_train_query_fields[] = {
    IC_FIELD_ANY("order_id", 0, "as /model/train answered", "订单 ID"),
    IC_FIELD_END
};

const ic_schema_t  ic_train_query = {
    "TrainQuery", ic_train_query_fields
};


static const ic_field_t  ic_train_state_fields[] = {
    IC_FIELD_STR("current_tasks", IC_REQ, 0, "JSON text of a list",
                 "当前任务，JSON 列表的文本"),
    IC_FIELD_INT("train_progress", IC_REQ, 0, 0, "percent", "进度，百分比"),
    IC_FIELD_STR("train_status", IC_REQ, 0,
                 "waiting, running, success, failed",
                 "状态: waiting、running、success、failed"),
    IC_FIELD_STR("reason", 0, 0, "why it waits or failed",
                 "等待或失败的原因"),
    IC_FIELD_STR("message", 0, 0,
                 "who dropped out of a training that went on without it",
                 "训练继续进行时退出的参与方"),
    IC_FIELD_REMAINING,
    IC_FIELD_END
};

static const ic_schema_t  ic_train_state = {
    "TrainState", ic_train_state_fields
};


static const ic_field_t  ic_train_progress_fields[] = {
    IC_FIELD_OBJ("data_volum", IC_REQ, NULL,
                 "rows per party; empty until known",
                 "各方样本量，未知前为空"),
    IC_FIELD_INT("model_id", IC_REQ, 0, 0, "the model", "模型 ID"),
    IC_FIELD_OBJ("train_status", IC_REQ, &ic_train_state, "the state",
                 "训练状态"),
    IC_FIELD_OBJ("cause", 0, &ic_cause, "why it failed", "失败原因"),
    IC_FIELD_END
};

const ic_schema_t  ic_train_progress = {
    "TrainProgress", ic_train_progress_fields
};


static const ic_field_t  ic_model_info_in_fields[] = {
    IC_FIELD_ANY("model_id", 0, "as /model/train answered", "模型 ID"),
    IC_FIELD_END
};

const ic_schema_t  ic_model_info_in = {
    "ModelInfoQuery", ic_model_info_in_fields
};


static const ic_field_t  ic_model_info_fields[] = {
    IC_FIELD_OBJ("data_volum", IC_REQ, NULL, "rows per party",
                 "各方样本量"),
    IC_FIELD_OBJ("model_params", IC_REQ, NULL,
                 "as given, with attributes, unique_id and label_name",
                 "所提交的模型参数，另含 attributes、unique_id、label_name"),
    IC_FIELD_STR("model_type", IC_REQ, 0, "\"Logistic Regression\"",
                 "模型类型: \"Logistic Regression\""),
    { "party_id", NULL, IC_LIST, IC_INT, IC_REQ, 0, 0, NULL, NULL,
      "the other parties", "其他参与方" },
    IC_FIELD_INT("user_id", IC_REQ, 0, 0, "the party that asked",
                 "发起方用户"),
    IC_FIELD_END
};

const ic_schema_t  ic_model_info = { "ModelInfo", ic_model_info_fields };


static const ic_field_t  ic_infer_fields[] = {
    IC_FIELD_ANY("model_id", 0, "required: as /model/train answered",
                 "必填，模型 ID"),
    IC_FIELD_ANY("input_data", 0,
                 "required: {\"user_id\":id,\"data_sql\":sql} or "
                 "{\"user_id\":id,\"dataset_id\":id}: the party that "
                 "trained the model and has the rows, and which",
                 "必填: {\"user_id\":编号,\"data_sql\":sql} 或 "
                 "{\"user_id\":编号,\"dataset_id\":id}，"
                 "即参与训练且持有数据的一方及其数据"),
    IC_FIELD_END
};

const ic_schema_t  ic_infer = { "Infer", ic_infer_fields };


static const ic_field_t  ic_infer_order_fields[] = {
    IC_FIELD_INT("order_id", IC_REQ, 0, 0, "for /model/infer_status",
                 "订单 ID，用于 /model/infer_status"),
    IC_FIELD_END
};

const ic_schema_t  ic_infer_order = {
    "InferOrder", ic_infer_order_fields
};


static const ic_field_t  ic_infer_progress_fields[] = {
    IC_FIELD_STR("infer_status", IC_REQ, 0,
                 "waiting, running, finished, failed",
                 "状态: waiting、running、finished、failed"),
    IC_FIELD_ANY("result", IC_REQ,
                 "a list, {\"label\":score,\"<column of the ids>\":"
                 "\"id\"} for each row; null until finished",
                 "列表，每行为 {\"label\":分数,\"<标识列名>\":\"标识\"}；"
                 "完成前为 null"),
    IC_FIELD_STR("debug_info", 0, 0,
                 "failed: whose part, why, and what to do",
                 "失败时: 哪一方、原因及处理办法"),
    IC_FIELD_STR("reason", 0, 0, "what it waits for", "等待的原因"),
    IC_FIELD_OBJ("cause", 0, &ic_cause, "why it failed", "失败原因"),
    IC_FIELD_END
};

const ic_schema_t  ic_infer_progress = {
    "InferProgress", ic_infer_progress_fields
};


static const ic_field_t  ic_board_url_fields[] = {
    IC_FIELD_OBJ("board_url", IC_REQ, NULL,
                 "by user id the page of the training at that party's "
                 "console",
                 "以用户编号为键，该方控制台中训练页面的地址"),
    IC_FIELD_END
};

const ic_schema_t  ic_board_url = { "BoardUrl", ic_board_url_fields };
