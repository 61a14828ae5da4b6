
/* Parameters of pir. */


#include "ic_params.h"


static const char *const  ic_methods[] = { "oprf", "linear", NULL };

static const char *const  ic_duplicates[] = { "refuse", "first", NULL };


const ic_param_t  ic_params_pir[] = {

    { "method", NULL, IC_PARAM_CHOICE, 0, 0, 0, 0, 0, ic_methods, NULL,
      NULL, "\"oprf\"",
      "how the table is read: sealed as a whole (oprf), or by encrypted "
      "queries for its columns (linear), for large tables and few keywords",
      "检索方式: oprf 传送加密后的整表，linear 以加密查询按列读取，"
      "适合大表、少量关键词" },

    { "keys", NULL, IC_PARAM_COLUMNS, IC_PARAM_REQ|IC_PARAM_TABLE, 1, 16, 0,
      0, NULL, NULL, NULL, NULL,
      "this party's key columns; as many of them at both parties, compared "
      "in their order, byte by byte",
      "该方的关键词列，双方列数相同，按顺序逐字节比较" },

    { "labels", NULL, IC_PARAM_COLUMNS, IC_PARAM_TABLE, 1, 64, 0, 0, NULL,
      NULL, NULL, NULL,
      "the host's columns that the guest gets; required of the host, and if "
      "the guest is given them they must be these",
      "host 提供给 guest 的列，host 必填；guest 若给出则须一致" },

    { "duplicates", NULL, IC_PARAM_CHOICE, 0, 0, 0, 0, 0, ic_duplicates,
      NULL, NULL, "\"refuse\"",
      "a key that the host has twice: the task fails, or its first row "
      "counts",
      "host 的重复键: 任务失败 (refuse) 或取首行 (first)" },

    { "label_bytes", NULL, IC_PARAM_INT, 0, 16, 65536, 0, 0, NULL, NULL,
      NULL, "0",
      "the host's: bytes that every row's labels are padded to, four more "
      "for each column among them; 0: the longest, in steps of 16",
      "host: 每行标签填充到的字节数，每列另占 4 字节；0 为最长者" },

    { "max_queries", NULL, IC_PARAM_INT, 0, 1, 100000, 0, 0, NULL, NULL,
      NULL, "10000",
      "queries that a party agrees to, those included that fill a batch: "
      "who may ask without limit can try all keys",
      "允许的查询数上限（含填充），防止穷举" },

    { "batch_size", NULL, IC_PARAM_INT, 0, 1, 4096, 0, 0, NULL, NULL, NULL,
      "64",
      "the number of queries is filled up to a multiple of it; the same at "
      "both parties",
      "查询数填充到它的整数倍，双方相同" },

    { "max_rows", NULL, IC_PARAM_INT, 0, 0, 50000000, 0, 0, NULL, NULL,
      NULL, "0", "rows of a source at most; 0: 50 million",
      "单个数据源的最大行数，0 为 5000 万" },

    { "dataset_id", NULL, IC_PARAM_ID, IC_PARAM_PARTY, 0, 0, 0, 0, NULL,
      NULL, NULL, NULL, "this party's dataset", "该方数据集" },

    { "data_sql", NULL, IC_PARAM_SQL, IC_PARAM_PARTY, 0, 0, 0, 0, NULL,
      NULL, NULL, NULL, "this party's query", "该方查询语句" },

    { NULL, NULL, 0, 0, 0, 0, 0, 0, NULL, NULL, NULL, NULL, NULL, NULL }
};
