
/* Parameters of predict. */


#include "ic_component.h"
#include "ic_params_rows.h"


const ic_param_t  ic_params_predict[] = {

    { "model_id", NULL, IC_PARAM_ID, IC_PARAM_PARTY, 0, 0, 0, 0, NULL, NULL,
      NULL, NULL,
      "a model of this party's node, instead of one that a step makes",
      "该方节点上的模型，代替步骤产生的模型" },

    { "unique_id", NULL, IC_PARAM_COLUMN, 0, 0, 0, 0, 0, NULL, NULL, NULL,
      NULL,
      "column of the ids, each party's own name; without it that of the "
      "model, if the data has it. Of a model in pieces the parties that "
      "name one must have the same ids in the same order",
      "样本标识列，各方可用各自的列名；"
      "缺省为模型中的标识列（若数据中有）。"
      "分片模型要求给出该列的各方标识及顺序一致" },

    { "label_name", NULL, IC_PARAM_COLUMN, 0, 0, 0, 0, 0, NULL, NULL, NULL,
      NULL,
      "column that goes with the scores as label; without it that of the "
      "model, if the data has it",
      "随分数输出的标签列；缺省为模型中的标签列（若数据中有）" },

    { "threshold", NULL, IC_PARAM_NUM, 0, -1e300, 1e300, 0, 0, NULL, NULL,
      "null", NULL,
      "another column, predicted: 1 where the score is above it, else 0",
      "另加 predicted 列: 分数大于该值为 1，否则为 0" },

    { "score_decimals", NULL, IC_PARAM_INT, 0, 0, 12, 0, 0, NULL, NULL, NULL,
      "10",
      "of a model in pieces: decimals to which each party rounds its part "
      "of a score; fewer tell the guest less of the others' parts",
      "分片模型各方部分分数保留的小数位数，越少则 guest 获知越少" },

    { "tell_arbiter", NULL, IC_PARAM_BOOL, 0, 0, 0, 0, 0, NULL, NULL, NULL,
      "false",
      "the arbiter is told the ids and scores too: it is for jobs whose "
      "initiator asks for them, as /model/infer does",
      "将标识与分数告知 arbiter，用于由发起方取得分数的任务，如 "
      "/model/infer" },

    { "tell_rows", NULL, IC_PARAM_INT, 0, 1, 20000, 0, 0, NULL, NULL, NULL,
      "10000", "with tell_arbiter: rows at most; more fail",
      "tell_arbiter 时的最大行数，超出则失败" },

    { "tell_decimals", NULL, IC_PARAM_INT, 0, 0, 12, 0, 0, NULL, NULL,
      "null", NULL,
      "with tell_arbiter: decimals to which scores are rounded before they "
      "are told; null: not rounded",
      "tell_arbiter 时分数先舍入到的小数位数，null 不舍入" },

    IC_ROW_MAX_ROWS,
    IC_ROW_DATA,
    IC_ROW_END
};
