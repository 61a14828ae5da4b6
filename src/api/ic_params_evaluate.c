
/* Parameters of evaluate. */


#include "ic_component.h"
#include "ic_params_rows.h"


static const char *const  ic_directions[] = { "positive", "negative", NULL };


const ic_param_t  ic_params_evaluate[] = {

    { "score", NULL, IC_PARAM_COLUMN, 0, 0, 0, 0, 0, NULL, NULL, NULL,
      "\"score\"", "column of the scores", "分数列" },

    { "direction", NULL, IC_PARAM_CHOICE, 0, 0, 0, 0, 0, ic_directions, NULL,
      NULL, "\"positive\"",
      "whether rows of higher scores are more likely positive, or, as with "
      "points of a scorecard, negative",
      "分数越高越可能为正，或越可能为负（如评分卡分数）" },

    { "label_name", NULL, IC_PARAM_COLUMN, 0, 0, 0, 0, 0, NULL, NULL, NULL,
      "\"label\"", "column of the label", "标签列" },

    { "label_value", NULL, IC_PARAM_VALUE, 0, 0, 0, 0, 0, NULL, NULL, NULL,
      "1", "the label of positive rows; all others are negative",
      "正样本标签值，其余均为负" },

    { "threshold", NULL, IC_PARAM_NUM, 0, -1e300, 1e300, 0, 0, NULL, NULL,
      NULL, "0.5",
      "a score above it, with direction negative below it, is called "
      "positive",
      "判为正的分数阈值: 大于（direction 为 negative 时小于）" },

    { "buckets", NULL, IC_PARAM_INT, 0, 1, 10000, 0, 0, NULL, NULL, NULL,
      "100", "rows of the curves, about",
      "曲线的点数（约）" },

    { "calibration_bins", NULL, IC_PARAM_INT, 0, 1, 1000, 0, 0, NULL, NULL,
      NULL, "10", "bins of probabilities", "校准分箱数" },

    IC_ROW_MAX_ROWS,
    IC_ROW_DATA,
    IC_ROW_END
};
