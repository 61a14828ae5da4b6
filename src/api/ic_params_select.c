
/* Parameters of feature_select. */


#include "ic_component.h"
#include "ic_params_rows.h"


static const char *const  ic_triples[] = { "coordinator", "paillier", NULL };


const ic_param_t  ic_params_feature_select[] = {

    { "columns", NULL, IC_PARAM_COLUMNS, 0, 1, 16384, 0, 0, NULL, NULL, NULL,
      NULL, "of this party; all but unique_id and label_name if not given; "
      "others stay",
      "该方参与筛选的列；不设则为除标识与标签外的全部列，其余列保留" },

    { "keep", NULL, IC_PARAM_COLUMNS, 0, 1, 16384, 0, 0, NULL, NULL, NULL,
      NULL, "columns that stay whatever they are", "始终保留的列" },

    { "max_missing", NULL, IC_PARAM_NUM, 0, 0, 1, 0, 0, NULL, NULL, NULL,
      "1", "share of empty values beyond which a column goes; 1: none goes",
      "空值占比超过该值的列被去除，1 为不限" },

    { "drop_constant", NULL, IC_PARAM_BOOL, 0, 0, 0, 0, 0, NULL, NULL, NULL,
      "true", "columns of one value, or none, go", "去除取值唯一的列" },

    { "max_unique", NULL, IC_PARAM_NUM, 0, 0, 1, 0, 0, NULL, NULL, NULL,
      "1",
      "share of different values among those that are there beyond which a "
      "column goes; 1: none goes",
      "不同取值占非空值的比例超过该值的列被去除，1 为不限" },

    { "min_iv", NULL, IC_PARAM_NUM, 0, 0, 1e6, 0, 0, NULL, NULL, NULL, "0",
      "information value below which a column goes; needs a model of bins",
      "IV 低于该值的列被去除，需分箱模型" },

    { "top_n", NULL, IC_PARAM_INT, 0, 0, 16384, 0, 0, NULL, NULL, NULL, "0",
      "so many of this party's columns with the largest information values "
      "stay; 0: all; needs a model of bins",
      "保留该方 IV 最大的若干列，0 为不限，需分箱模型" },

    { "max_correlation", NULL, IC_PARAM_NUM, 0, 0, 1, 0, 0, NULL, NULL,
      NULL, "1",
      "absolute correlation of two columns of this party beyond which the "
      "one with the smaller information value, or the later one, goes; 1: "
      "none goes",
      "该方两列相关系数绝对值超过该值时去除 IV 较小（或靠后）的列，"
      "1 为不限" },

    { "across", NULL, IC_PARAM_BOOL, 0, 0, 0, 0, 0, NULL, NULL, NULL,
      "false",
      "columns of hosts with a correlation beyond max_correlation, then from "
      "0.5, with one that the guest judged and kept go too; the tables have "
      "the same rows in the same order",
      "主机方的列与 guest 所保留的列相关系数绝对值超过 max_correlation"
      "（此时至少 0.5）时也去除；各方样本及顺序须一致" },

    { "triples", NULL, IC_PARAM_CHOICE, 0, 0, 0, 0, 0, ic_triples, NULL,
      NULL, "\"coordinator\"",
      "across: random numbers for products come from an arbiter that deals "
      "them, or from Paillier between two data parties",
      "across 时乘法三元组的来源: 由 arbiter 分发，"
      "或由两个数据方以 Paillier 生成" },

    { "key_length", NULL, IC_PARAM_INT, 0, 2048, 4096, 1024, 0, NULL, NULL,
      NULL, "2048", "bits of Paillier's keys", "Paillier 密钥位数" },

    { "min_rows", NULL, IC_PARAM_INT, 0, 10, 1000000000, 0, 0, NULL, NULL,
      NULL, "100", "across is refused for fewer rows",
      "行数少于此值时拒绝 across" },

    IC_ROW_LABEL,
    IC_ROW_UNIQUE_ID,
    IC_ROW_MAX_ROWS,
    IC_ROW_DATA,
    IC_ROW_END
};
