
/* What predict says of itself. */


#include "ic_component.h"


static const char *const  ic_roles[] = { "guest", "host", "arbiter", NULL };

static const char *const  ic_tasks[] = { "predict", NULL };

static const ic_component_port_t  ic_inputs[] = {
    { "train_data", "待预测数据", "dataset", "csv" },
    { "model", "模型", "model", "json" },
    { NULL, NULL, NULL, NULL }
};

static const ic_component_port_t  ic_outputs[] = {
    { "scores", "分数，或转换后的数据", "dataset", "csv" },
    { "report", "预测报告", "report", "json" },
    { NULL, NULL, NULL, NULL }
};


/* Who learns what: approvers read and sign this. */
static const ic_component_statement_t  ic_statements[] = {

    { "guest, host, arbiter",
      "the parameters and every party's number of rows; of data parties "
      "whether their models are pieces of one and the same",
      "参数与各方行数；数据方的模型是否为同一模型的分片" },

    { "guest, host; a model that the party has as a whole",
      "the scores of its own rows, and nothing of other parties' rows or "
      "models",
      "本方样本的分数；不获知其他方的样本或模型" },

    { "guest; a model in pieces",
      "the score of every row before its link, and so, minus its own part, "
      "the sum of the hosts' parts of that row, to score_decimals decimals. "
      "With one host this is that host's part. Of a host with few features "
      "it can, with knowledge of its weights, lead to values. Fewer decimals "
      "tell less",
      "每行链接函数之前的分数，减去本方部分即各 host 部分之和"
      "（精度为 score_decimals 位小数）；仅一个 host 时即该 host 的部分。"
      "若 host 特征很少且其权重被获知，可推及取值；小数位越少泄露越少" },

    { "host; a model in pieces",
      "neither scores nor the parts of others; whether the ids are the same "
      "in the same order, where both name their column",
      "不获知分数及其他方的部分；给出标识列时获知标识及顺序是否一致" },

    { "arbiter; tell_arbiter",
      "with tell_arbiter the id and score of every row, at most tell_rows of "
      "them, to tell_decimals decimals; without it nothing of rows or "
      "scores",
      "tell_arbiter 时获知每行的标识与分数（至多 tell_rows 行，精度为 "
      "tell_decimals 位小数）；否则不获知任何样本或分数" },

    { "initiator",
      "every party's number of rows, progress",
      "各方行数与进度" },

    { "assumptions",
      "parties follow the protocol (semi-honest): a party can score other "
      "rows than it says, and a guest can ask again and again with rows of "
      "its choice; permits limit how often",
      "各方诚实但好奇: 一方可为其他样本计分；"
      "guest 可反复提交自选样本，次数由许可凭证限制" },

    { NULL, NULL, NULL }
};


const ic_component_about_t  ic_component_predict = {
    .title = "模型预测",
    .doc = "what a model says of rows: scores of regressions and "
           "scorecards, WOE of bins, scaled columns; models in pieces "
           "without the parts in clear",
    .category = "MODEL_PREDICTION",
    .resources = "{\"cpu\":1,\"memory\":536870912,\"disk\":1073741824}",
    .roles = ic_roles,
    .tasks = ic_tasks,
    .inputs = ic_inputs,
    .outputs = ic_outputs,
    .security = ic_statements
};
