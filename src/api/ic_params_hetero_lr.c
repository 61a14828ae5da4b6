
/* Parameters of hetero_lr. */


#include "ic_component.h"


static const char *const  ic_penalties[] = { "L2", "NONE", NULL };

static const char *const  ic_optimizers[] = {
    "sgd", "nesterov_momentum_sgd", NULL
};

static const char *const  ic_stops[] = {
    "none", "diff", "weight_diff", NULL
};

static const char *const  ic_sigmoids[] = { "taylor", NULL };

static const char *const  ic_scalers[] = { "standard", "none", NULL };


const ic_param_t  ic_params_hetero_lr[] = {

    { "penalty", NULL, IC_PARAM_CHOICE, 0, 0, 0, 0, 0, ic_penalties, NULL,
      "\"NONE\"", "\"L2\"", "regularisation; null is NONE",
      "正则项，null 即 NONE" },

    { "alpha", NULL, IC_PARAM_NUM, 0, 0, 1e6, 0, 0, NULL, NULL, NULL,
      "0.01", "strength of the regularisation", "正则系数" },

    { "optimizer", NULL, IC_PARAM_CHOICE, 0, 0, 0, 0, 0, ic_optimizers,
      NULL, NULL, "\"sgd\"", "how gradients become steps", "优化方法" },

    { "batch_size", NULL, IC_PARAM_INT, 0, 10, 1000000000, 0, -1, NULL,
      NULL, NULL, "-1", "rows per step, in their order; -1: all",
      "按行序的批大小，-1 为全量" },

    { "learning_rate", NULL, IC_PARAM_NUM, IC_PARAM_ABOVE, 0, 1e4, 0, 0,
      NULL, NULL, NULL, "0.15", "length of the steps", "学习率" },

    { "max_iter", NULL, IC_PARAM_INT, 0, 1, 100000, 0, 0, NULL, NULL, NULL,
      "30", "iterations at most", "最大迭代次数" },

    { "decay", NULL, IC_PARAM_NUM, 0, 0, 1e9, 0, 0, NULL, NULL, NULL, "1",
      "decay of the learning rate", "学习率衰减" },

    { "decay_sqrt", NULL, IC_PARAM_BOOL, 0, 0, 0, 0, 0, NULL, NULL, NULL,
      "true", "decay with the square root", "是否按平方根衰减" },

    { "early_stop", NULL, IC_PARAM_CHOICE, 0, 0, 0, 0, 0, ic_stops, NULL,
      NULL, "\"none\"",
      "what is compared with tol: nothing, the change of the loss (needs "
      "reveal_loss), the length of the change of the weights, which both "
      "parties then learn after each iteration",
      "早停策略，与 tol 比较的量: 无、损失的变化（需 reveal_loss）、"
      "权重变化的长度（每轮后双方获知）" },

    { "tol", "eps", IC_PARAM_NUM, 0, 0, 1e9, 0, 0, NULL, NULL, NULL,
      "1e-4", "stops when the change is below it",
      "收敛阈值，变化小于它时停止" },

    { "fit_intercept", NULL, IC_PARAM_BOOL, 0, 0, 0, 0, 0, NULL, NULL,
      NULL, "true", "with an intercept, a weight of the guest",
      "是否包含截距，由 guest 持有" },

    { "sigmoid", NULL, IC_PARAM_CHOICE, 0, 0, 0, 0, 0, ic_sigmoids, NULL,
      NULL, "\"taylor\"",
      "what stands for the logistic function during training: 1/2 + z/4",
      "训练中代替逻辑函数的近似: 1/2 + z/4" },

    { "scaler", NULL, IC_PARAM_CHOICE, 0, 0, 0, 0, 0, ic_scalers, NULL,
      NULL, "\"standard\"",
      "every party scales its own columns by their mean and deviation, or "
      "not",
      "各方按本方各列的均值与标准差缩放，或不缩放" },

    { "reveal_loss", NULL, IC_PARAM_BOOL, 0, 0, 0, 0, 0, NULL, NULL, NULL,
      "true", "both parties learn the mean loss of each iteration",
      "双方获知每轮的平均损失" },

    { "calibrate", NULL, IC_PARAM_BOOL, 0, 0, 0, 0, 0, NULL, NULL, NULL,
      "false",
      "after training the guest learns the score of every training row, and "
      "with it the host's part of that score, and fits two numbers that "
      "turn scores into probabilities",
      "训练后 guest 获知每个训练样本的得分（从而可推得 host 的部分得分），"
      "并拟合两个参数将得分校准为概率" },

    { "score_decimals", NULL, IC_PARAM_INT, 0, 0, 12, 0, 0, NULL, NULL,
      NULL, "6",
      "decimals to which the host rounds its parts of scores that are opened",
      "公开得分时 host 对其部分得分保留的小数位数" },

    { "key_length", NULL, IC_PARAM_INT, 0, 2048, 4096, 512, 0, NULL, NULL,
      NULL, "2048", "bits of each party's Paillier key, in steps of 512",
      "各方 Paillier 密钥的比特数" },

    { "max_rows", NULL, IC_PARAM_INT, 0, 0, 50000000, 0, 0, NULL, NULL,
      NULL, "0", "rows of the source at most; 0: 50 million",
      "数据源的最大行数，0 为 5000 万" },

    { "min_rows", NULL, IC_PARAM_INT, 0, 1, 1000000000, 0, 0, NULL, NULL,
      NULL, "10", "trainings on fewer rows are refused",
      "样本数少于此值时拒绝训练" },

    { "rows_per_column", NULL, IC_PARAM_INT, 0, 0, 1000, 0, 0, NULL, NULL,
      NULL, "2",
      "trainings with fewer rows for each column of a party are refused, for "
      "from its weights that party could compute the other's labels or "
      "values; 0: none",
      "任一方每列对应的样本数少于此值时拒绝训练，否则该方可由其权重推算对方的"
      "标签或取值；0 为不限" },

    { "attributes", NULL, IC_PARAM_COLUMNS, 0, 1, 10000, 0, 0, NULL, NULL,
      NULL, NULL,
      "feature columns, of each party its own; not given: all but id and "
      "label",
      "特征列名，各方各自的列；未给出时为除标识与标签外的全部列" },

    { "unique_id", NULL, IC_PARAM_COLUMN, 0, 0, 0, 0, 0, NULL, NULL, NULL,
      NULL,
      "id column; if both parties name one, the ids must be the same in the "
      "same order",
      "样本标识列名；双方都给出时，标识及其顺序必须一致" },

    { "label_name", NULL, IC_PARAM_COLUMN, 0, 0, 0, 0, 0, NULL, NULL, NULL,
      NULL, "label column, required of the guest; the host's is not used",
      "标签列名，guest 必填，host 不使用" },

    { "label_value", NULL, IC_PARAM_VALUE, 0, 0, 0, 0, 0, NULL, NULL, NULL,
      "1", "the label of positive rows", "正样本标签值" },

    { "dataset_id", NULL, IC_PARAM_ID, IC_PARAM_PARTY, 0, 0, 0, 0, NULL,
      NULL, NULL, NULL, "this party's dataset", "该方数据集" },

    { "data_sql", NULL, IC_PARAM_SQL, IC_PARAM_PARTY, 0, 0, 0, 0, NULL,
      NULL, NULL, NULL, "this party's query", "该方查询语句" },

    { NULL, NULL, 0, 0, 0, 0, 0, 0, NULL, NULL, NULL, NULL, NULL, NULL }
};
