
/* The component's description, spelled as the ecosystem spells it. */


#include "homo_lr.h"


static void put_params(ic_json_out_t *out, const ic_param_t *table);
static void put_param(ic_json_out_t *out, const ic_param_t *param);
static void put_choices(ic_json_out_t *out, const ic_param_t *param);
static void put_validator(ic_json_out_t *out, const ic_param_t *param);
static void put_port(ic_json_out_t *out, const char *list, const char *name,
    const char *description, const char *category, const char *format);
static void put_outputs(ic_json_out_t *out);
static void put_security(ic_json_out_t *out);
static void put_result(ic_json_out_t *out, const char *code,
    const char *message);


static const struct {
    const char  *type;
    const char  *ui;
} types[] = {
    [IC_PARAM_INT] = { "integer", "input" },
    [IC_PARAM_NUM] = { "float", "input" },
    [IC_PARAM_BOOL] = { "boolean", "switch" },
    [IC_PARAM_CHOICE] = { "string", "select" },
    [IC_PARAM_COLUMN] = { "string", "input" },
    [IC_PARAM_COLUMNS] = { "array", "input" },
    [IC_PARAM_VALUE] = { "string", "input" },
    [IC_PARAM_ID] = { "string", "input" },
    [IC_PARAM_SQL] = { "string", "input" },
    [IC_PARAM_GROUP] = { "object", "group" }
};

/* Who learns what: approvers read and sign this. */
static const struct {
    const char  *role;
    const char  *learns;
    const char  *learns_zh;
} statements[] = {

    { "guest, host",
      "the model after every step, the sums over all data parties it is "
      "computed from (gradients, losses, number of positive rows, with "
      "scaler standard sums and sums of squares of each column) and every "
      "party's number of rows; never rows, ids, labels or sums of a single "
      "party",
      "每步后的模型、全体数据方的汇总值"
      "（梯度、损失、正样本数、各列的和与平方和）"
      "以及各方样本数；"
      "不获得任何一方的样本、标识、标签或单方汇总值" },

    { "arbiter",
      "the parameters, every party's number of rows, the number of steps; "
      "it holds no share of the key: neither sums nor the model",
      "参数、各方样本数、迭代步数；"
      "不持有密钥分片，看不到汇总值和模型" },

    { "coalitions",
      "all data parties but two, with the arbiter or not, learn the sum of "
      "the remaining two; with three data parties two that collude learn "
      "the third one's sums. With allow_two_parties each of two learns the "
      "other's sums",
      "除两方外的所有数据方合谋只能得到其余两方之和；"
      "三方时两方合谋可得到第三方的汇总值；"
      "两方模式下可相互推得对方的汇总值" },

    { "assumptions",
      "parties follow the protocol (semi-honest); who alters, drops or "
      "repeats messages is noticed and the task fails. A data party can "
      "lie about its own rows",
      "各方诚实但好奇；"
      "篡改、丢弃或重放消息会被发现并使任务失败；"
      "数据方可能提供虚假数据" }
};


ic_str_t
homo_lr_descriptor(ic_arena_t *arena)
{
    ic_json_out_t  out;

    ic_out_init(&out, arena);
    ic_out_object(&out, NULL);

    ic_out_z(&out, "componentName", "homo_lr");
    ic_out_z(&out, "title", "横向逻辑回归");
    ic_out_z(&out, "provider", "interconn");
    ic_out_z(&out, "version", "1.0.0");
    ic_out_z(&out, "description",
             "logistic regression over the rows of all data parties; sums "
             "under masks and n-of-n threshold Paillier, an arbiter without "
             "a key");

    ic_out_array(&out, "roleList");
    ic_out_z(&out, NULL, "guest");
    ic_out_z(&out, NULL, "host");
    ic_out_z(&out, NULL, "arbiter");
    ic_out_array_end(&out);

    ic_out_z(&out, "desVersion", "1.2.0");
    ic_out_array(&out, "storageEngine");
    ic_out_z(&out, NULL, "file");
    ic_out_array_end(&out);

    ic_out_array(&out, "inputParam");
    put_params(&out, ic_params_homo_lr);
    ic_out_array_end(&out);

    put_port(&out, "inputData", "train_data", "训练集数据", "dataset",
             "csv");
    put_outputs(&out);
    put_security(&out);

    ic_out_array(&out, "result");
    put_result(&out, "00000000", "成功");
    put_result(&out, "99999999", "算法执行失败");
    ic_out_array_end(&out);

    ic_out_object_end(&out);

    return ic_out_text(&out);
}


static void
put_params(ic_json_out_t *out, const ic_param_t *table)
{
    for ( /* void */ ; table->name != NULL; table++) {

        /* data is an input, the service's own never come here */

        if (!(table->flags & (IC_PARAM_PARTY|IC_PARAM_SERVICE))) {
            put_param(out, table);
        }
    }
}


static void
put_param(ic_json_out_t *out, const ic_param_t *param)
{
    ic_str_t  other;

    ic_out_object(out, NULL);
    ic_out_z(out, "name", param->name);
    ic_out_z(out, "title", param->doc_zh);
    ic_out_z(out, "description", param->doc);
    ic_out_z(out, "type", types[param->type].type);
    ic_out_z(out, "optional", (param->flags & IC_PARAM_REQ) ? "false"
                                                            : "true");

    if (param->other != NULL) {
        other = ic_str(param->other);

        if (other.data[0] == '"') {
            other = ic_str_n(other.data + 1, other.len - 2);
        }

        ic_out_str(out, "defaultValue", other);
    }

    put_choices(out, param);
    put_validator(out, param);

    if (param->alias != NULL) {
        ic_out_z(out, "alias", param->alias);
    }

    ic_out_z(out, "UIPattern", "editeable");
    ic_out_z(out, "groupTag", "默认分组-显示");
    ic_out_z(out, "UIType", types[param->type].ui);

    if (param->group != NULL) {
        ic_out_array(out, "members");
        put_params(out, param->group);
        ic_out_array_end(out);
    }

    ic_out_object_end(out);
}


static void
put_choices(ic_json_out_t *out, const ic_param_t *param)
{
    unsigned  i;

    if (param->choices == NULL) {
        return;
    }

    ic_out_array(out, "bindingData");

    for (i = 0; param->choices[i] != NULL; i++) {
        ic_out_object(out, NULL);
        ic_out_z(out, "label", param->choices[i]);
        ic_out_z(out, "value", param->choices[i]);
        ic_out_object_end(out);
    }

    ic_out_array_end(out);
}


/* Intervals as mathematicians write them. */

static void
put_validator(ic_json_out_t *out, const ic_param_t *param)
{
    ic_str_t  also, range;

    if (param->type != IC_PARAM_INT && param->type != IC_PARAM_NUM) {
        ic_out_z(out, "validator",
                 (param->type == IC_PARAM_COLUMN
                  || param->type == IC_PARAM_COLUMNS)
                 ? "regular-[A-Za-z_][A-Za-z0-9_]*" : "");
        return;
    }

    also = (param->also == 0)
           ? (ic_str_t) ic_string("")
           : ic_str_fmt(out->arena, "%lld or ", (long long) param->also);

    range = ic_str_fmt(out->arena, "%.*s%c%.15g,%.15g]", (int) also.len,
                       (char *) also.data,
                       (param->flags & IC_PARAM_ABOVE) ? '(' : '[',
                       param->min, param->max);

    ic_out_str(out, "validator", range);
}


static void
put_port(ic_json_out_t *out, const char *list, const char *name,
    const char *description, const char *category, const char *format)
{
    if (list != NULL) {
        ic_out_array(out, list);
    }

    ic_out_object(out, NULL);
    ic_out_z(out, "name", name);
    ic_out_z(out, "description", description);
    ic_out_z(out, "category", category);
    ic_out_array(out, "dataFormat");
    ic_out_z(out, NULL, format);
    ic_out_array_end(out);
    ic_out_object_end(out);

    if (list != NULL) {
        ic_out_array_end(out);
    }
}


static void
put_outputs(ic_json_out_t *out)
{
    ic_out_array(out, "outputData");
    put_port(out, NULL, "model", "模型", "model", "json");
    put_port(out, NULL, "report", "仲裁方报告", "report", "json");
    put_port(out, NULL, "loss", "各轮损失值", "metric", "json");
    ic_out_array_end(out);
}


static void
put_security(ic_json_out_t *out)
{
    unsigned  i;

    ic_out_array(out, "security");

    for (i = 0; i < sizeof(statements) / sizeof(statements[0]); i++) {
        ic_out_object(out, NULL);
        ic_out_z(out, "role", statements[i].role);
        ic_out_z(out, "learns", statements[i].learns);
        ic_out_z(out, "learns_zh", statements[i].learns_zh);
        ic_out_object_end(out);
    }

    ic_out_array_end(out);
}


static void
put_result(ic_json_out_t *out, const char *code, const char *message)
{
    ic_out_object(out, NULL);
    ic_out_z(out, "resultCode", code);
    ic_out_z(out, "resultMessage", message);
    ic_out_object_end(out);
}
