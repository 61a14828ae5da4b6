
/* What binning_woe_iv says of itself. */


#include "ic_component.h"


static const char *const  ic_roles[] = { "guest", "host", "arbiter", NULL };

static const char *const  ic_tasks[] = { "fit", "transform", NULL };

static const ic_component_port_t  ic_inputs[] = {
    { "train_data", "待分箱数据", "dataset", "csv" },
    { "model", "已有的分箱模型", "model", "json" },
    { NULL, NULL, NULL, NULL }
};

static const ic_component_port_t  ic_outputs[] = {
    { "woe", "WOE 转换后的数据", "dataset", "csv" },
    { "model", "分箱模型", "model", "json" },
    { "report", "分箱报告", "report", "json" },
    { NULL, NULL, NULL, NULL }
};


/* Who learns what: approvers read and sign this. */
static const ic_component_statement_t  ic_statements[] = {

    { "guest, host, arbiter; mode vertical",
      "the parameters and every party's number of rows; with unique_id "
      "whether the ids are the same in the same order",
      "参数与各方行数；设 unique_id 时获知标识及顺序是否一致" },

    { "guest; mode vertical",
      "of each host: how many columns, of each its bins with their numbers "
      "of rows and of positive rows, none of fewer rows than min_rows and "
      "min_share allow unless a column has one bin only. Columns are numbers "
      "in a random order, unless host_names; bins are in a random order, "
      "unless monotonic. Never edges, values, or which rows are in a bin",
      "每个 host 的列数及各列各箱的行数与正样本数，"
      "少于 min_rows、min_share 的箱已合并（仅一箱的列除外）。"
      "列以随机编号表示（除非 host_names），箱次序随机（除非 monotonic）；"
      "不获知边界、数值及各箱包含哪些行" },

    { "host; mode vertical",
      "the labels only as ciphertexts of the guest's key; beyond that what "
      "hosts_learn says: nothing; or the information value of each of its "
      "own columns; or also the weight of evidence of each of its bins, which "
      "is the rate of positive rows in the bin up to a factor common to all: "
      "so a host learns the rate of labels in groups of its rows, of one "
      "column never of groups with fewer than min_rows rows of either class. "
      "Groups of several columns can be subtracted: two bins that differ by "
      "one row tell its label, and with enough columns for the number of "
      "rows the labels of all rows can be computed",
      "标签仅为 guest 密钥的密文；另按 hosts_learn: "
      "无；或其自有各列的 IV；或另加各箱 WOE"
      "（即箱内正样本率，相差一个公共因子）: "
      "host 由此获知其样本分组的标签比例，"
      "单列中任一类少于 min_rows 行的分组除外。"
      "不同列的分组可以相减: 仅差一行的两箱即泄露该行标签；"
      "列数相对行数足够多时可算出全部标签" },

    { "guest, host; mode horizontal, or a model that is given",
      "nothing of another party: no message is sent",
      "不获知其他方的任何信息: 不发送任何消息" },

    { "arbiter", "nothing beyond parameters and numbers of rows",
      "除参数与行数外不获知任何信息" },

    { "initiator", "every party's number of rows, progress",
      "各方行数与进度" },

    { "assumptions",
      "parties follow the protocol (semi-honest) and the decisional composite "
      "residuosity problem is hard. Sums are randomised anew, so that the "
      "guest cannot tell by its own randomness which labels are in them. A "
      "host that deviates can have other sums of labels opened by the guest, "
      "but not to itself; with hosts_learn it can choose its bins so as to "
      "learn the rate of labels of chosen groups of at least min_rows of "
      "either class. Malformed ciphertexts, bins of too few rows, sums that "
      "cannot be are noticed and the task fails",
      "各方诚实但好奇，且判定性合数剩余问题困难。和会重新随机化，"
      "guest 无法由自身随机数得知其中包含哪些标签。"
      "偏离协议的 host 可使 guest 打开其他标签和，但自身得不到；"
      "在 hosts_learn 下可借分箱方式获知所选分组"
      "（每类不少于 min_rows 行）的标签比例。"
      "格式错误的密文、行数过少的箱与不可能的和会被发现并使任务失败" },

    { NULL, NULL, NULL }
};


const ic_component_about_t  ic_component_binning_woe_iv = {
    .title = "分箱、WOE 与 IV",
    .doc = "bins of columns with their weight of evidence and information "
           "value; labels are encrypted, hosts sum them by their bins",
    .category = "PREPROCESSING",
    .resources = "{\"cpu\":2,\"memory\":1073741824,\"disk\":1073741824}",
    .roles = ic_roles,
    .tasks = ic_tasks,
    .inputs = ic_inputs,
    .outputs = ic_outputs,
    .security = ic_statements
};
