
/* Parameters of psi. */


#include "ic_component.h"


static const char *const  ic_curves[] = {
    "curve25519", "sm2", "p256", NULL
};

static const char *const  ic_protocols[] = { "native", NULL };

static const char *const  ic_modes[] = {
    "intersection", "cardinality", NULL
};

static const char *const  ic_receivers[] = { "both", "guest", "host", NULL };

static const char *const  ic_duplicates[] = {
    "refuse", "first", "all", NULL
};

static const char *const  ic_orders[] = { "common", "own", NULL };


const ic_param_t  ic_params_psi[] = {

    { "keys", NULL, IC_PARAM_COLUMNS, IC_PARAM_REQ, 1, 16, 0, 0, NULL, NULL,
      NULL, NULL,
      "columns that together are the key, of each party its own names; "
      "compared byte by byte",
      "共同构成键的列，各方可用各自的列名；按字节比较" },

    { "mode", NULL, IC_PARAM_CHOICE, 0, 0, 0, 0, 0, ic_modes, NULL, NULL,
      "\"intersection\"",
      "which rows match, or only how many keys are common",
      "求交集行，或仅求共同键的个数" },

    { "receivers", NULL, IC_PARAM_CHOICE, 0, 0, 0, 0, 0, ic_receivers, NULL,
      NULL, "\"both\"", "who learns the result", "获得结果的一方" },

    { "duplicates", NULL, IC_PARAM_CHOICE, 0, 0, 0, 0, 0, ic_duplicates,
      NULL, NULL, "\"refuse\"",
      "rows with the same key: the task fails, the first one counts, or all "
      "do",
      "键相同的行: 任务失败、取首行或全部保留" },

    { "order", NULL, IC_PARAM_CHOICE, 0, 0, 0, 0, 0, ic_orders, NULL, NULL,
      "\"common\"",
      "rows in a random order that is the same at both parties, or in that "
      "of the own table",
      "输出行的顺序: 双方一致的随机顺序，或自有表的顺序" },

    { "trim", NULL, IC_PARAM_BOOL, 0, 0, 0, 0, 0, NULL, NULL, NULL, "false",
      "blanks and tabs at both ends of a value do not count",
      "忽略值两端的空白" },

    { "curve", NULL, IC_PARAM_CHOICE, 0, 0, 0, 0, 0, ic_curves, NULL, NULL,
      "\"curve25519\"", "the group; each has 128 bits of strength",
      "椭圆曲线，强度均为 128 位" },

    { "protocol", NULL, IC_PARAM_CHOICE, 0, 0, 0, 0, 0, ic_protocols, NULL,
      NULL, "\"native\"", "messages", "消息格式" },

    { "batch_size", NULL, IC_PARAM_INT, 0, 1024, 262144, 0, 0, NULL, NULL,
      NULL, "32768", "keys of one message", "每条消息的键数" },

    { "max_rows", NULL, IC_PARAM_INT, 0, 0, 50000000, 0, 0, NULL, NULL,
      NULL, "0", "rows of the source at most; 0: 50 million",
      "数据源的最大行数，0 为 5000 万" },

    { "dataset_id", NULL, IC_PARAM_ID, IC_PARAM_PARTY, 0, 0, 0, 0, NULL,
      NULL, NULL, NULL, "this party's dataset", "该方数据集" },

    { "data_sql", NULL, IC_PARAM_SQL, IC_PARAM_PARTY, 0, 0, 0, 0, NULL,
      NULL, NULL, NULL, "this party's query", "该方查询语句" },

    { NULL, NULL, 0, 0, 0, 0, 0, 0, NULL, NULL, NULL, NULL, NULL, NULL }
};
