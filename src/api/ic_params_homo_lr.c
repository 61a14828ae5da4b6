
/* Parameters of homo_lr, and the table of built-in components. */


#include "ic_component.h"


static const char *const  ic_penalties[] = { "L1", "L2", "NONE", NULL };

static const char *const  ic_optimizers[] = {
    "sgd", "rmsprop", "adam", "adagrad", "nesterov_momentum_sgd", "newton",
    NULL
};

static const char *const  ic_stops[] = { "diff", "abs", "weight_diff", NULL };

static const char *const  ic_inits[] = {
    "zeros", "ones", "const", "random_uniform", "random_normal", NULL
};

static const char *const  ic_methods[] = { "Paillier", NULL };

static const char *const  ic_intercepts[] = { "zero", "log_odds", NULL };

static const char *const  ic_scalers[] = {
    "standard", "none", "robust", NULL
};

static const char *const  ic_weights[] = {
    "none", "balanced", "custom", NULL
};


static const char *const  ic_dropouts[] = { "fail", "continue", NULL };


#define IC_PARAM_END                                                          \
    { NULL, NULL, 0, 0, 0, 0, 0, 0, NULL, NULL, NULL, NULL, NULL, NULL }


static const ic_param_t  ic_init_params[] = {

    { "init_method", NULL, IC_PARAM_CHOICE, 0, 0, 0, 0, 0, ic_inits, NULL,
      NULL, "\"zeros\"", "first weights; the same at every party",
      "权重初始化方式，各方相同" },

    { "init_const", NULL, IC_PARAM_NUM, 0, -1000, 1000, 0, 0, NULL, NULL,
      NULL, "1", "first weights with \"const\"",
      "init_method 为 const 时的初始权重" },

    { "fit_intercept", NULL, IC_PARAM_BOOL, 0, 0, 0, 0, 0, NULL, NULL,
      NULL, "true", "with an intercept", "是否包含截距" },

    { "random_seed", NULL, IC_PARAM_INT, 0, 0, 4294967295.0, 0, 0, NULL,
      NULL, "null", "null",
      "seed of random first weights; null: agreed between the parties",
      "随机初始化的种子，null 由各方协商" },

    IC_PARAM_END
};


static const ic_param_t  ic_encrypt_params[] = {

    { "method", NULL, IC_PARAM_CHOICE, 0, 0, 0, 0, 0, ic_methods, NULL,
      NULL, "\"Paillier\"", "how the sums are hidden from the arbiter",
      "加密方法，对协调方隐藏各方之和" },

    { "key_length", NULL, IC_PARAM_INT, 0, 2048, 4096, 512, 0, NULL, NULL,
      NULL, "2048", "bits of the Paillier key, in steps of 512",
      "Paillier 密钥的比特数" },

    IC_PARAM_END
};


static const ic_param_t  ic_cv_params[] = {

    { "need_cv", NULL, IC_PARAM_BOOL, 0, 0, 0, 0, 0, NULL, NULL, NULL,
      "false",
      "before the training one without each fold, evaluated on it; not with "
      "several batches",
      "训练前先交叉验证: 逐折留出训练并评估；不可分批" },

    { "n_splits", NULL, IC_PARAM_INT, 0, 2, 20, 0, 0, NULL, NULL, NULL,
      "5", "folds; every party's rows are dealt to all of them",
      "折数，各方样本分入每一折" },

    { "shuffle", NULL, IC_PARAM_BOOL, 0, 0, 0, 0, 0, NULL, NULL, NULL,
      "true", "shuffle first", "是否打乱" },

    { "random_seed", NULL, IC_PARAM_INT, 0, 0, 4294967295.0, 0, 0, NULL,
      NULL, "null", "1", "seed of the shuffle", "打乱所用的种子" },

    IC_PARAM_END
};


static const ic_param_t  ic_dp_params[] = {

    { "need_dp", NULL, IC_PARAM_BOOL, 0, 0, 0, 0, 0, NULL, NULL, NULL,
      "false", "noise on every sum, for differential privacy",
      "是否对每次汇总加噪以满足差分隐私" },

    { "clip", NULL, IC_PARAM_NUM, 0, 0.001, 1000, 0, 0, NULL, NULL, NULL,
      "1.0", "longest gradient of one row",
      "单个样本梯度的最大范数" },

    { "noise_multiplier", NULL, IC_PARAM_NUM, 0, 0.01, 1000, 0, 0, NULL,
      NULL, NULL, "4.0", "deviation of the noise, in units of clip",
      "噪声标准差，以 clip 为单位" },

    { "delta", NULL, IC_PARAM_NUM, IC_PARAM_ABOVE, 0, 0.1, 0, 0, NULL, NULL,
      NULL, "1e-5", "delta that epsilon is reported for",
      "报告 epsilon 时所取的 delta" },

    IC_PARAM_END
};


const ic_param_t  ic_params_homo_lr[] = {

    { "penalty", NULL, IC_PARAM_CHOICE, 0, 0, 0, 0, 0, ic_penalties, NULL,
      "\"NONE\"", "\"L2\"", "regularisation; null is NONE",
      "正则项，null 即 NONE" },

    { "tol", "eps", IC_PARAM_NUM, 0, 0, 1e9, 0, 0, NULL, NULL, NULL,
      "1e-5", "stops when the change is below it",
      "收敛阈值，变化小于它时停止" },

    { "alpha", NULL, IC_PARAM_NUM, 0, 0, 1e9, 0, 0, NULL, NULL, NULL,
      "1.0", "strength of the regularisation", "正则系数" },

    { "optimizer", NULL, IC_PARAM_CHOICE, 0, 0, 0, 0, 0, ic_optimizers,
      NULL, NULL, "\"sgd\"", "how gradients become steps", "优化方法" },

    { "batch_size", NULL, IC_PARAM_INT, 0, 10, 1000000000, 0, -1, NULL,
      NULL, NULL, "-1", "rows per step; -1: all", "批大小，-1 为全量" },

    { "learning_rate", NULL, IC_PARAM_NUM, IC_PARAM_ABOVE, 0, 1e6, 0, 0,
      NULL, NULL, NULL, "0.01", "length of the steps", "学习率" },

    { "max_iter", NULL, IC_PARAM_INT, 0, 1, 100000, 0, 0, NULL, NULL, NULL,
      "100", "iterations at most", "最大迭代次数" },

    { "early_stop", "converge_func", IC_PARAM_CHOICE, 0, 0, 0, 0, 0,
      ic_stops, NULL, NULL, "\"diff\"",
      "what is compared with tol: change of the loss, the loss, change of "
      "the weights",
      "早停策略，与 tol 比较的量: 损失的变化、损失、权重的变化" },

    { "decay", NULL, IC_PARAM_NUM, 0, 0, 1e9, 0, 0, NULL, NULL, NULL, "1",
      "decay of the learning rate", "学习率衰减" },

    { "decay_sqrt", NULL, IC_PARAM_BOOL, 0, 0, 0, 0, 0, NULL, NULL, NULL,
      "true", "decay with the square root", "是否按平方根衰减" },

    { "init_param", NULL, IC_PARAM_GROUP, 0, 0, 0, 0, 0, NULL,
      ic_init_params, NULL, NULL, "first weights", "初始化参数" },

    { "encrypt_param", NULL, IC_PARAM_GROUP, 0, 0, 0, 0, 0, NULL,
      ic_encrypt_params, NULL, NULL, "encryption of what is summed",
      "加密参数" },

    { "cv_param", NULL, IC_PARAM_GROUP, 0, 0, 0, 0, 0, NULL,
      ic_cv_params, NULL, NULL, "cross validation", "交叉验证参数" },

    { "evaluate", NULL, IC_PARAM_BOOL, 0, 0, 0, 0, 0, NULL, NULL, NULL,
      "true",
      "the model on the rows of all parties, by histograms of their scores",
      "以全体得分直方图在全部训练样本上评估模型" },

    { "scaler", NULL, IC_PARAM_CHOICE, 0, 0, 0, 0, 0, ic_scalers, NULL,
      NULL, "\"standard\"",
      "scaling over all parties: by mean and deviation, by median and "
      "interquartile range, or none",
      "特征缩放，按全体参与方: 均值与标准差、中位数与四分位距，或不缩放" },

    { "class_weight", NULL, IC_PARAM_CHOICE, 0, 0, 0, 0, 0, ic_weights,
      NULL, "\"none\"", "\"none\"",
      "weights of rows: all alike; both classes the same in all; positive "
      "rows positive_weight times the others",
      "样本权重: 相同；两类总权重相同；正样本为其余的 positive_weight 倍" },

    { "positive_weight", NULL, IC_PARAM_NUM, IC_PARAM_ABOVE, 0, 1000000, 0,
      0, NULL, NULL, NULL, "1", "with class_weight custom",
      "class_weight 为 custom 时正样本的权重" },

    { "confidence", NULL, IC_PARAM_NUM, 0, 0.5, 0.9999, 0, 0, NULL, NULL,
      NULL, "0.95", "of the intervals that newton gives",
      "newton 所给置信区间的置信水平" },

    { "dp_param", NULL, IC_PARAM_GROUP, 0, 0, 0, 0, 0, NULL, ic_dp_params,
      NULL, NULL, "differential privacy", "差分隐私参数" },

    { "allow_two_parties", NULL, IC_PARAM_BOOL, 0, 0, 0, 0, 0, NULL, NULL,
      NULL, "false",
      "with fewer than three data parties each can subtract its own share "
      "from the sum: must be allowed",
      "允许少于三个数据方；此时各方可从总和中减去自身份额而得知他方" },

    { "min_rows", NULL, IC_PARAM_INT, 0, 1, 1000000000, 0, 0, NULL, NULL,
      NULL, "10", "rows of all data parties together at least",
      "全体数据方样本总数的下限" },

    { "dropout", NULL, IC_PARAM_CHOICE, 0, 0, 0, 0, 0, ic_dropouts, NULL,
      NULL, "\"fail\"",
      "when a host is gone: the task fails, or the others continue without "
      "its rows from that step on",
      "某 host 失联时: 任务失败，或其余各方自该步起不含其样本继续" },

    { "min_parties", NULL, IC_PARAM_INT, 0, 2, 63, 0, 0, NULL, NULL, NULL,
      "3",
      "with dropout continue: data parties that must be left; below 3 with "
      "allow_two_parties only",
      "dropout 为 continue 时至少须留下的数据方数；"
      "小于 3 时须 allow_two_parties" },

    { "max_dropouts", NULL, IC_PARAM_INT, 0, 1, 61, 0, 0, NULL, NULL, NULL,
      "1",
      "with dropout continue: hosts that may be lost in all; sums with and "
      "without a host, at weights close to each other, tell about its part",
      "dropout 为 continue 时最多可失联的 host 数；"
      "在相近权重下含与不含某方的汇总值之差会透露该方的部分" },

    { "dropout_timeout", NULL, IC_PARAM_INT, 0, 2, 3600, 0, 0, NULL, NULL,
      NULL, "60",
      "with dropout continue: seconds of silence in a step after which a "
      "host is gone",
      "dropout 为 continue 时一步内沉默多少秒视为失联" },

    { "init_intercept", NULL, IC_PARAM_CHOICE, 0, 0, 0, 0, 0, ic_intercepts,
      NULL, NULL, "\"zero\"",
      "first intercept with init_method zeros: 0, or the logarithm of the "
      "odds of all rows together",
      "init_method 为 zeros 时的初始截距: 零，或全体样本的对数几率" },

    { "allow_single_class", NULL, IC_PARAM_BOOL, 0, 0, 0, 0, 0, NULL, NULL,
      NULL, "false", "a party may have rows of one class only",
      "允许某一方只有单一类别" },

    { "dedup", NULL, IC_PARAM_BOOL, 0, 0, 0, 0, 0, NULL, NULL, NULL,
      "false",
      "a row that both pos and neg give counts once; otherwise twice",
      "pos 与 neg 都返回的行只计一次，否则计两次" },

    { "max_rows", NULL, IC_PARAM_INT, 0, 0, 50000000, 0, 0, NULL, NULL,
      NULL, "0", "rows of a source at most; 0: 50 million",
      "单个数据源的最大行数，0 为 5000 万" },

    { "attributes", NULL, IC_PARAM_COLUMNS, IC_PARAM_REQ|IC_PARAM_TABLE,
      1, 10000, 0, 0, NULL, NULL, NULL, NULL, "feature columns",
      "特征列名" },

    { "unique_id", NULL, IC_PARAM_COLUMN, IC_PARAM_REQ|IC_PARAM_TABLE,
      0, 0, 0, 0, NULL, NULL, NULL, NULL, "id column", "样本标识列名" },

    { "label_name", NULL, IC_PARAM_COLUMN, IC_PARAM_REQ|IC_PARAM_TABLE,
      0, 0, 0, 0, NULL, NULL, NULL, NULL, "label column", "标签列名" },

    { "label_value", NULL, IC_PARAM_VALUE, IC_PARAM_TABLE, 0, 0, 0, 0,
      NULL, NULL, NULL, "1", "the label of positive rows",
      "正样本标签值" },

    { "dataset_id", NULL, IC_PARAM_ID, IC_PARAM_PARTY, 0, 0, 0, 0, NULL,
      NULL, NULL, NULL, "this party's dataset", "该方数据集" },

    { "data_sql", NULL, IC_PARAM_SQL, IC_PARAM_PARTY, 0, 0, 0, 0, NULL,
      NULL, NULL, NULL,
      "this party's query, or {\"pos\":sql,\"neg\":sql}",
      "该方查询语句，或 {\"pos\":sql,\"neg\":sql}" },

    IC_PARAM_END
};
