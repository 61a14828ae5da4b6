
/* Parameters of scorecard. */


#include "ic_component.h"
#include "ic_params_rows.h"


static const char *const  ic_conventions[] = { "fate", "secretflow", NULL };


const ic_param_t  ic_params_scorecard[] = {

    { "convention", NULL, IC_PARAM_CHOICE, 0, 0, 0, 0, 0, ic_conventions,
      NULL, NULL, "\"fate\"",
      "the defaults of the other parameters: 500 points at odds of 1, 0 to "
      "1500; or 600 at 20, 0 to 1000",
      "其他参数的默认值: 赔率 1 为 500 分、范围 0 至 1500；"
      "或赔率 20 为 600 分、范围 0 至 1000" },

    { "base_points", NULL, IC_PARAM_NUM, 0, -1e9, 1e9, 0, 0, NULL, NULL,
      "null", NULL, "points at base_odds", "基准赔率对应的分数" },

    { "base_odds", NULL, IC_PARAM_NUM, IC_PARAM_ABOVE, 0, 1e9, 0, 0, NULL,
      NULL, "null", NULL,
      "negative rows for each positive one at base_points",
      "基准分对应的负正样本比" },

    { "pdo", NULL, IC_PARAM_NUM, IC_PARAM_ABOVE, 0, 1e6, 0, 0, NULL, NULL,
      "null", NULL, "points that are added when the odds grow by "
      "odds_factor",
      "赔率增大 odds_factor 倍时增加的分数" },

    { "odds_factor", NULL, IC_PARAM_NUM, IC_PARAM_ABOVE, 1, 1e6, 0, 0, NULL,
      NULL, "null", NULL, "the growth of odds that pdo stands for; 2: "
      "doubling",
      "pdo 对应的赔率倍数，2 为翻倍" },

    { "floor", NULL, IC_PARAM_NUM, 0, -1e9, 1e9, 0, 0, NULL, NULL, "null",
      NULL, "the least that a sum of points counts", "总分下限" },

    { "cap", NULL, IC_PARAM_NUM, 0, -1e9, 1e9, 0, 0, NULL, NULL, "null",
      NULL, "the most that a sum of points counts", "总分上限" },

    { "decimals", NULL, IC_PARAM_INT, 0, 0, 12, 0, 0, NULL, NULL, NULL, "2",
      "digits behind the point of the points of each bin",
      "每箱分数的小数位数" },

    IC_ROW_DATA,
    IC_ROW_END
};
