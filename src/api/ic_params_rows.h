
/* Rows that the parameter tables of several components have. */


#ifndef _IC_PARAMS_ROWS_H_INCLUDED_
#define _IC_PARAMS_ROWS_H_INCLUDED_


#include "ic_params.h"


/* mode of components for both kinds of data; ic_row_modes is their choices */

#define IC_ROW_MODES                                                          \
    static const char *const  ic_row_modes[] = {                              \
        "vertical", "horizontal", NULL                                        \
    }

#define IC_ROW_MODE                                                           \
    { "mode", NULL, IC_PARAM_CHOICE, 0, 0, 0, 0, 0, ic_row_modes, NULL,       \
      NULL, "\"vertical\"",                                                   \
      "the parties have columns of the same rows, in the same order, or "     \
      "rows of the same columns",                                             \
      "数据划分方式: 各方持有相同样本的不同列（顺序一致），"                  \
      "或相同列的不同样本" }

#define IC_ROW_UNIQUE_ID                                                      \
    { "unique_id", NULL, IC_PARAM_COLUMN, 0, 0, 0, 0, 0, NULL, NULL, NULL,    \
      NULL,                                                                   \
      "column of the ids, each party's own name; with mode vertical it is "   \
      "checked that all parties have the same ones in the same order",        \
      "样本标识列，各方可用各自的列名；"                                      \
      "vertical 时校验各方标识及顺序一致" }

#define IC_ROW_LABEL                                                          \
    { "label_name", NULL, IC_PARAM_COLUMN, 0, 0, 0, 0, 0, NULL, NULL, NULL,   \
      NULL, "column of the label; with mode vertical the guest has it",       \
      "标签列，vertical 时由 guest 持有" }

#define IC_ROW_SEED                                                           \
    { "random_seed", NULL, IC_PARAM_INT, 0, 0, 9007199254740991.0, 0, 0,      \
      NULL, NULL, "null", NULL,                                               \
      "the same rows in every run; without it all parties give randomness "   \
      "to the choice",                                                        \
      "随机种子，使每次结果相同；不设则由各方共同产生随机数" }

#define IC_ROW_MAX_ROWS                                                       \
    { "max_rows", NULL, IC_PARAM_INT, 0, 0, 50000000, 0, 0, NULL, NULL,       \
      NULL, "0", "rows of the source at most; 0: 50 million",                 \
      "数据源的最大行数，0 为 5000 万" }

#define IC_ROW_DATA                                                           \
    { "dataset_id", NULL, IC_PARAM_ID, IC_PARAM_PARTY, 0, 0, 0, 0, NULL,      \
      NULL, NULL, NULL, "this party's dataset", "该方数据集" },               \
                                                                              \
    { "data_sql", NULL, IC_PARAM_SQL, IC_PARAM_PARTY, 0, 0, 0, 0, NULL,       \
      NULL, NULL, NULL, "this party's query", "该方查询语句" }

#define IC_ROW_END                                                            \
    { NULL, NULL, 0, 0, 0, 0, 0, 0, NULL, NULL, NULL, NULL, NULL, NULL }


#endif /* _IC_PARAMS_ROWS_H_INCLUDED_ */
