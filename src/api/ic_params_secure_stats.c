
/* Parameters of secure_stats. */


#include "ic_component.h"


static const char *const  ic_methods[] = { "grouped", "exact", NULL };

static const char *const  ic_extremes[] = { "bins", "exact", "none", NULL };


const ic_param_t  ic_params_secure_stats[] = {

    { "columns", NULL, IC_PARAM_COLUMNS, IC_PARAM_REQ, 1, 4096, 0, 0, NULL,
      NULL, NULL, NULL,
      "numeric columns, the same at every party; empty fields are NULL",
      "数值列，各方相同；空字段视为缺失" },

    { "min_group", NULL, IC_PARAM_INT, 0, 5, 1000000, 0, 0, NULL, NULL, NULL,
      "5", "rows at least that a statistic is of; others are suppressed",
      "统计量所涉最少行数，不足者不公布" },

    { "quantiles", NULL, IC_PARAM_NUMBERS, IC_PARAM_ABOVE, 0, 1, 0, 99, NULL,
      NULL, NULL, "[0.25,0.5,0.75]", "quantiles of every column",
      "各列的分位数" },

    { "quantile_method", NULL, IC_PARAM_CHOICE, 0, 0, 0, 0, 0, ic_methods,
      NULL, NULL, "\"grouped\"",
      "the interval that holds a quantile and min_group rows at least, or "
      "the quantile itself, which is the value of some row",
      "给出含该分位数且不少于 min_group 行的区间，"
      "或精确值（即某一行的取值）" },

    { "resolution", NULL, IC_PARAM_NUM, 0, 0, 1e15, 0, 0, NULL, NULL, NULL,
      "0",
      "a search for a quantile ends at an interval of that width; 0: at one "
      "value",
      "分位数搜索到该宽度的区间为止，0 为直至单一值" },

    { "extremes", NULL, IC_PARAM_CHOICE, 0, 0, 0, 0, 0, ic_extremes, NULL,
      NULL, "\"bins\"",
      "least and greatest value: bounds by powers of two; or exact, each "
      "the value of one row; or none",
      "最小值与最大值: 以二的幂给出界限，或精确值（即单行取值），或不提供" },

    { "correlation", NULL, IC_PARAM_BOOL, 0, 0, 0, 0, 0, NULL, NULL, NULL,
      "false",
      "Pearson's correlation of all pairs of at most 200 columns, over the "
      "rows without NULL",
      "至多 200 列两两之间的皮尔逊相关系数，仅计无缺失的行" },

    { "group_by", NULL, IC_PARAM_COLUMN, 0, 0, 0, 0, 0, NULL, NULL, "null",
      NULL, "also by the values of that column", "同时按该列取值分组统计" },

    { "group_values", NULL, IC_PARAM_TEXTS, 0, 1, 1000, 0, 0, NULL, NULL,
      "null", NULL,
      "the values that make a group; all other rows are one more",
      "各组的取值，其余行另成一组" },

    { "key_length", NULL, IC_PARAM_INT, 0, 2048, 4096, 512, 0, NULL, NULL,
      NULL, "2048", "bits of the Paillier key, in steps of 512",
      "Paillier 密钥的比特数" },

    { "allow_two_parties", NULL, IC_PARAM_BOOL, 0, 0, 0, 0, 0, NULL, NULL,
      NULL, "false",
      "with fewer than three data parties each can subtract its own share "
      "from the sum: must be allowed",
      "允许少于三个数据方；此时各方可从总和中减去自身份额而得知他方" },

    { "max_rows", NULL, IC_PARAM_INT, 0, 0, 50000000, 0, 0, NULL, NULL,
      NULL, "0", "rows of the source at most; 0: 50 million",
      "数据源的最大行数，0 为 5000 万" },

    { "dataset_id", NULL, IC_PARAM_ID, IC_PARAM_PARTY, 0, 0, 0, 0, NULL,
      NULL, NULL, NULL, "this party's dataset", "该方数据集" },

    { "data_sql", NULL, IC_PARAM_SQL, IC_PARAM_PARTY, 0, 0, 0, 0, NULL,
      NULL, NULL, NULL, "this party's query", "该方查询语句" },

    { NULL, NULL, 0, 0, 0, 0, 0, 0, NULL, NULL, NULL, NULL, NULL, NULL }
};
