
/* Parameters of scaler. */


#include "ic_component.h"
#include "ic_params_rows.h"


IC_ROW_MODES;

static const char *const  ic_methods[] = {
    "standard", "min_max", "robust", "max_abs", NULL
};

static const char *const  ic_nulls[] = { "refuse", "keep", NULL };


const ic_param_t  ic_params_scaler[] = {

    { "mode", NULL, IC_PARAM_CHOICE, 0, 0, 0, 0, 0, ic_row_modes, NULL, NULL,
      "\"vertical\"",
      "each party scales its own columns by its own rows, or all parties "
      "the same columns by the rows of all",
      "各方按自有样本缩放自有列，或按全体样本缩放相同的列" },

    { "method", NULL, IC_PARAM_CHOICE, 0, 0, 0, 0, 0, ic_methods, NULL, NULL,
      "\"standard\"",
      "mean and deviation, minimum and range, median and interquartile "
      "range, or the largest absolute value",
      "均值与标准差、最小值与极差、中位数与四分位距，或最大绝对值" },

    { "columns", NULL, IC_PARAM_COLUMNS, 0, 1, 16384, 0, 0, NULL, NULL, NULL,
      NULL,
      "what is scaled; all but unique_id and label_name if not given, which "
      "mode horizontal does not allow",
      "待缩放的列；不设则为除标识与标签外的全部列，horizontal 时必填" },

    { "nulls", NULL, IC_PARAM_CHOICE, 0, 0, 0, 0, 0, ic_nulls, NULL, NULL,
      "\"refuse\"", "empty values: the task fails, or they stay empty and "
      "do not count",
      "空值: 任务失败，或保留且不参与计算" },

    { "min_rows", NULL, IC_PARAM_INT, 0, 0, 1000000000, 0, 0, NULL, NULL,
      NULL, "5",
      "with mode horizontal: values of a column over all parties, fewer of "
      "which fail the task",
      "horizontal 时每列在全体中的最少非空值个数，不足则任务失败" },

    { "key_length", NULL, IC_PARAM_INT, 0, 2048, 4096, 1024, 0, NULL, NULL,
      NULL, "2048", "with mode horizontal: bits of the Paillier key",
      "horizontal 时 Paillier 密钥的比特数" },

    { "allow_two_parties", NULL, IC_PARAM_BOOL, 0, 0, 0, 0, 0, NULL, NULL,
      NULL, "false",
      "with mode horizontal and fewer than three data parties each can "
      "subtract its own share of every sum; true accepts that",
      "horizontal 且不足三个数据方时，"
      "各方可从汇总值中减去自身份额；true 表示接受" },

    IC_ROW_LABEL,
    IC_ROW_UNIQUE_ID,
    IC_ROW_MAX_ROWS,
    IC_ROW_DATA,
    IC_ROW_END
};
