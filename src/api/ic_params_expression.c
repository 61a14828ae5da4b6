
/* Parameters of expression. */


#include "ic_component.h"


static const char *const  ic_triples[] = { "coordinator", "paillier", NULL };


const ic_param_t  ic_params_expression[] = {

    { "program", NULL, IC_PARAM_PROGRAM, IC_PARAM_REQ, 1, 65536, 0, 0, NULL,
      NULL, NULL, NULL,
      "inputs, values and outputs, as docs/algorithms.md has them: `input "
      "age from guest.0 range 0..150; output old to host.0 = age >= 65;`",
      "输入、中间值与输出，语法见 docs/algorithms.md" },

    { "triples", NULL, IC_PARAM_CHOICE, 0, 0, 0, 0, 0, ic_triples, NULL,
      NULL, "\"coordinator\"",
      "where random numbers for products come from: an arbiter that deals "
      "them, or Paillier between two data parties, where an arbiter has no "
      "part",
      "乘法三元组的来源: 由 arbiter 分发，或由两个数据方以 Paillier 生成"
      "（arbiter 不参与）" },

    { "fraction_bits", NULL, IC_PARAM_INT, 0, 8, 24, 0, 0, NULL, NULL, NULL,
      "16", "bits of the fraction of a number", "定点数的小数位数（二进制）" },

    { "min_rows", NULL, IC_PARAM_INT, 0, 1, 1000000000, 0, 0, NULL, NULL,
      NULL, "10", "sums, means and counts are refused for fewer rows",
      "行数少于此值时拒绝求和、均值与计数" },

    { "key_length", NULL, IC_PARAM_INT, 0, 2048, 4096, 1024, 0, NULL, NULL,
      NULL, "2048", "bits of Paillier's keys", "Paillier 密钥位数" },

    { "unique_id", NULL, IC_PARAM_COLUMN, 0, 0, 0, 0, 0, NULL, NULL, NULL,
      NULL,
      "this party's column of ids: parties that name one must have the same "
      "ids in the same order; it is the first column of their results",
      "本方的 id 列: 各指定方的 id 及其顺序须一致，并作为结果首列" },

    { "dataset_id", NULL, IC_PARAM_ID, IC_PARAM_PARTY, 0, 0, 0, 0, NULL,
      NULL, NULL, NULL, "this party's dataset", "该方数据集" },

    { "data_sql", NULL, IC_PARAM_SQL, IC_PARAM_PARTY, 0, 0, 0, 0, NULL,
      NULL, NULL, NULL, "this party's query", "该方查询语句" },

    { NULL, NULL, 0, 0, 0, 0, 0, 0, NULL, NULL, NULL, NULL, NULL, NULL }
};
