
/* Parameters of split. */


#include "ic_component.h"
#include "ic_params_rows.h"


IC_ROW_MODES;


const ic_param_t  ic_params_split[] = {

    IC_ROW_MODE,

    { "test_size", NULL, IC_PARAM_NUM, 0, 0, 1, 0, 0, NULL, NULL, NULL,
      "0.2", "share of the rows that go to the test set, to the nearest row",
      "测试集占比，按最接近的行数取整" },

    { "test_rows", NULL, IC_PARAM_INT, 0, 0, 50000000, 0, 0, NULL, NULL,
      "null", NULL, "rows of the test set, instead of test_size",
      "测试集行数，代替 test_size" },

    { "folds", NULL, IC_PARAM_INT, 0, 2, 100, 0, -1, NULL, NULL, "-1", "-1",
      "parts of a cross validation, each a test set once, instead of "
      "test_size; -1: none",
      "交叉验证折数，代替 test_size；-1 为不分折" },

    { "fold", NULL, IC_PARAM_INT, 0, 0, 99, 0, 0, NULL, NULL, NULL, "0",
      "with folds: the part that is the test set; needs random_seed, so "
      "that each job has the same parts",
      "作为测试集的折（从 0 起）；需设 random_seed 以使各任务分折一致" },

    { "fold_column", NULL, IC_PARAM_COLUMN, 0, 0, 0, 0, 0, NULL, NULL, NULL,
      NULL, "with folds: another column with the number of each row's part",
      "另加一列，为每行所属的折号" },

    { "stratify", NULL, IC_PARAM_BOOL, 0, 0, 0, 0, 0, NULL, NULL, NULL,
      "false",
      "the same share of each value of the label; with mode vertical the "
      "guest chooses and the other parties learn which rows",
      "按标签分层；vertical 时由 guest 选择，并将行号告知其他方" },

    IC_ROW_LABEL,
    IC_ROW_UNIQUE_ID,
    IC_ROW_SEED,
    IC_ROW_MAX_ROWS,
    IC_ROW_DATA,
    IC_ROW_END
};
