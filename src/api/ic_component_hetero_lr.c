
/* What hetero_lr says of itself. */


#include "ic_component.h"


static const char *const  ic_roles[] = { "guest", "host", NULL };

static const char *const  ic_tasks[] = { "train", NULL };

static const ic_component_port_t  ic_inputs[] = {
    { "train_data", "训练集数据，双方样本已对齐", "dataset", "csv" },
    { NULL, NULL, NULL, NULL }
};

static const ic_component_port_t  ic_outputs[] = {
    { "model", "本方的模型部分", "model", "json" },
    { "report", "训练报告", "report", "json" },
    { "loss", "各轮损失值", "metric", "json" },
    { NULL, NULL, NULL, NULL }
};


/* Who learns what: approvers read and sign this. */
static const ic_component_statement_t  ic_statements[] = {

    { "guest, host",
      "the parameters, the number of rows, how many columns the other has, "
      "at the end the weights of its own columns; with reveal_loss the mean "
      "loss of each iteration, with early_stop weight_diff the length of "
      "each iteration's change of all weights. Nothing else of rows, "
      "labels, weights, gradients or scores: all that passes is encrypted "
      "with one party's key, or under uniformly random masks",
      "参数、样本数、对方列数，训练结束时本方各列的权重；"
      "reveal_loss 时每轮的平均损失，"
      "early_stop 为 weight_diff 时每轮权重变化的长度。"
      "此外不获知对方的样本、标签、权重、梯度或得分："
      "所传内容均经一方密钥加密或以均匀随机数掩盖" },

    { "guest, with calibrate",
      "the score of every training row. It knows its own part, so it learns "
      "the host's part of each, rounded to score_decimals",
      "每个训练样本的得分；guest 知道自己的部分，"
      "因而获知 host 的部分得分（保留 score_decimals 位小数）" },

    { "own weights",
      "they depend on the data of both: the guest's on how the host's "
      "columns explain the label, the host's on the label. One weight for "
      "each column is what this reveals; a host with about as many columns "
      "as there are rows, or after few iterations fewer, can compute the "
      "labels from them: have many more rows than columns",
      "各方权重取决于双方数据：guest 的权重反映 host 各列对标签的解释，"
      "host 的权重反映标签；所泄露的即为每列一个权重；"
      "host 的列数接近样本数时（迭代很少时列数更少即可）"
      "可由权重算出标签，样本数应远多于列数" },

    { "initiator",
      "the number of rows and of iterations, when each party ends",
      "样本数、迭代次数与各方完成情况" },

    { "assumptions",
      "parties follow the protocol (semi-honest); Paillier encryption with "
      "short exponents is secure; masks hide sums but for 2^-40. Keys and "
      "ciphertexts that are malformed are noticed and the task fails. A "
      "party that deviates can make the model wrong unnoticed, and lie "
      "about its own rows",
      "各方诚实但好奇；短指数 Paillier 加密安全；掩码的统计距离为 2^-40。"
      "格式错误的密钥与密文会被发现并使任务失败。"
      "偏离协议的一方可使模型有误而不被察觉，也可能提供虚假数据" },

    { NULL, NULL, NULL }
};


const ic_component_about_t  ic_component_hetero_lr = {
    .title = "纵向逻辑回归",
    .doc = "logistic regression over the columns of two parties without an "
           "arbiter; weights are shared, each party has a Paillier key of "
           "its own",
    .category = "MODEL_TRAINING",
    .resources = "{\"cpu\":2,\"memory\":1073741824,\"disk\":0}",
    .roles = ic_roles,
    .tasks = ic_tasks,
    .inputs = ic_inputs,
    .outputs = ic_outputs,
    .security = ic_statements
};
