
/* Parameters of sampler. */


#include "ic_component.h"
#include "ic_params_rows.h"


IC_ROW_MODES;

static const char *const  ic_methods[] = {
    "random", "stratified", "class", NULL
};


const ic_param_t  ic_params_sampler[] = {

    IC_ROW_MODE,

    { "method", NULL, IC_PARAM_CHOICE, 0, 0, 0, 0, 0, ic_methods, NULL, NULL,
      "\"random\"",
      "some of the rows, each at most once; the same share of each label; or "
      "all rows, those of one label more or less often",
      "随机抽取部分行（不放回）；按标签等比例抽取；"
      "或保留全部行而增减某一标签的行" },

    { "fraction", NULL, IC_PARAM_NUM, 0, 0, 1, 0, 0, NULL, NULL, NULL,
      "0.5", "share of the rows, to the nearest row; not of class",
      "抽取比例，按最接近的行数取整；不用于 class" },

    { "count", NULL, IC_PARAM_INT, 0, 0, 50000000, 0, 0, NULL, NULL, "null",
      NULL, "rows of the sample, instead of fraction",
      "抽取行数，代替 fraction" },

    { "factor", NULL, IC_PARAM_NUM, 0, 0, 99, 0, 0, NULL, NULL, NULL, "1",
      "of class: times that rows of the label occur; below 1 some of them "
      "once, above 1 all of them, some once more",
      "class 时该标签的行出现的倍数: 小于 1 为抽取部分，"
      "大于 1 为重复" },

    { "label_value", NULL, IC_PARAM_VALUE, 0, 0, 0, 0, 0, NULL, NULL, NULL,
      "1", "of class: the label", "class 时所指的标签值" },

    { "reveal_labels", NULL, IC_PARAM_BOOL, 0, 0, 0, 0, 0, NULL, NULL, NULL,
      "false",
      "of class with mode vertical: accepts that hosts learn of rows that "
      "are left out or repeated that they have the label",
      "class 且 vertical 时须为 true: "
      "host 由被去除或重复的行得知其标签" },

    IC_ROW_LABEL,
    IC_ROW_UNIQUE_ID,
    IC_ROW_SEED,
    IC_ROW_MAX_ROWS,
    IC_ROW_DATA,
    IC_ROW_END
};
