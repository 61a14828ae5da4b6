
/* What homo_lr says of itself. */


#include "ic_component.h"


static const char *const  ic_roles[] = { "guest", "host", "arbiter", NULL };

static const char *const  ic_tasks[] = { "train", NULL };

static const ic_component_port_t  ic_inputs[] = {
    { "train_data", "训练集数据", "dataset", "csv" },
    { NULL, NULL, NULL, NULL }
};

static const ic_component_port_t  ic_outputs[] = {
    { "model", "模型", "model", "json" },
    { "report", "仲裁方报告", "report", "json" },
    { "loss", "各轮损失值", "metric", "json" },
    { NULL, NULL, NULL, NULL }
};


/* Who learns what: approvers read and sign this. */
static const ic_component_statement_t  ic_statements[] = {

    { "guest, host",
      "the model after every step, the sums over all data parties it is "
      "computed from (gradients, losses, number of positive rows; with "
      "scaler standard sums and sums of squares of each column, with robust "
      "its quartiles and how many values lie below numbers that close in on "
      "them; with newton sums of products of columns) and every party's "
      "number of rows; with batches each sum is over at least 10 rows; never "
      "rows, ids, labels or sums of a single party. "
      "With dp_param gradients with noise only",
      "每步后的模型、全体数据方的汇总值"
      "（梯度、损失、正样本数；scaler 为 standard 时各列的和与平方和，"
      "为 robust 时各列四分位数及逼近过程中低于若干阈值的样本数；"
      "newton 时各列乘积之和）以及各方样本数；分批时每个汇总值至少涉及 10 行；"
      "不获得任何一方的样本、标识、标签或单方汇总值；"
      "启用 dp_param 时仅有加噪梯度" },

    { "guest, host, with evaluate or cv_param",
      "how many rows of all data parties, of each class, have a score in each "
      "thousandth (some of these counts are 1), and the mean loss; with "
      "cv_param the models without each fold, and thus also the sums over "
      "the rows of each fold, at least 10 of all parties",
      "全体数据方各类样本得分落在每千分之一区间的个数（可能为 1）与平均损失；"
      "交叉验证时还有留出各折的模型，"
      "由此可得各折样本（合计不少于 10 行）的汇总值" },

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

    { "with dropout continue",
      "each host that is gone is left out from a step on; the others learn "
      "which one, when, and the sums of the next steps without it. The last "
      "sums with it and the first ones without it, at weights one step "
      "apart, tell approximately what its part was in one step (gradient, "
      "loss), the closer the smaller the step; max_dropouts bounds how "
      "often. No sum is opened both with it and without it at the same "
      "weights, as long as one party that stays follows the protocol. An "
      "arbiter can claim that a host is gone; the result then names it",
      "失联的 host 自某一步起被剔除；"
      "其余各方得知是哪一方、何时，以及此后不含该方的汇总值。"
      "最后一次含该方与首次不含该方的汇总值仅相差一步权重，"
      "由此可近似推得该方一步的份额（梯度、损失），步长越小越准确；"
      "max_dropouts 限制次数。"
      "只要留下的一方遵守协议，同一权重下不会既打开含该方又打开不含该方的总和。"
      "仲裁方可能谎称某方失联，结果会写明该方" },

    { "assumptions",
      "parties follow the protocol (semi-honest); who alters, drops or "
      "repeats messages is noticed and the task fails. A data party can "
      "lie about its own rows",
      "各方诚实但好奇；"
      "篡改、丢弃或重放消息会被发现并使任务失败；"
      "数据方可能提供虚假数据" },

    { NULL, NULL, NULL }
};


/* These open close sums, with a party and without it. */
static const ic_component_choice_t  ic_never[] = {
    { "optimizer", "newton" },
    { "scaler", "robust" },
    { "cv_param/need_cv", "true" },
    { NULL, NULL }
};

static const ic_component_tolerance_t  ic_tolerance = {
    "dropout", "continue", "host", "max_dropouts", "min_parties", ic_never
};


const ic_component_about_t  ic_component_homo_lr = {
    .title = "横向逻辑回归",
    .doc = "logistic regression over the rows of all data parties; sums "
           "under masks and n-of-n threshold Paillier, an arbiter without a "
           "key",
    .category = "MODEL_TRAINING",
    .resources = "{\"cpu\":1,\"memory\":536870912,\"disk\":0}",
    .roles = ic_roles,
    .tasks = ic_tasks,
    .inputs = ic_inputs,
    .outputs = ic_outputs,
    .security = ic_statements,
    .tolerates = &ic_tolerance
};
