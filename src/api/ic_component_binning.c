
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

    { "guest, host; mode pooled",
      "every party's number of rows; over the rows of all data parties "
      "together: how many values each column has, how many rows are positive, "
      "how many values are at or below every threshold that the searches for "
      "edges try, how many rows each first bin has (these counts also where "
      "they are small); of each bin that has min_rows rows whether either "
      "class has fewer than min_rows and, where so, how many rows of that "
      "class it has, also none, before it is made one with others; of the "
      "bins that result, each of min_rows rows of either class at least, "
      "rows and positive rows. Results have these bins only. With bounds "
      "exact edges, or with widths the least and greatest value, are values "
      "of some row, not of whom. Never rows of one party, nor its "
      "counts unless it alone has values of a column",
      "各方行数；全体数据方合计的: 各列非空值个数、正样本总数、"
      "搜索边界时各阈值之下的取值个数、各初始箱的行数（含较小的计数）；"
      "不少于 min_rows 行的各箱中是否有一类少于 min_rows 行，"
      "若是则合并前获知该箱内该类的行数（可为零）；"
      "合并后每类均不少于 min_rows 行的各箱行数与正样本数。"
      "结果仅含合并后的箱。bounds 为 exact 时，边界（等宽时为最小值与最大值）"
      "即某一行的取值，但不知属于哪一方。不获得任何一方的行或单方计数，"
      "除非某列仅一方有值" },

    { "arbiter; mode pooled",
      "the parameters, every party's number of rows, how many numbers are "
      "summed: so the steps of searches and the number of bins of all columns "
      "together; it holds no share of the key: no sums and no counts",
      "参数、各方行数、求和数目（由此可知搜索步数与各列箱数之和）；"
      "不持有密钥分片，看不到汇总值和计数" },

    { "coalitions; mode pooled",
      "all data parties but one that collude learn that one's counts by "
      "subtraction; with three data parties these are two. With "
      "allow_two_parties each of two learns the other's. Where a bin that is "
      "yet to be merged lacks a class, all data parties learn so the class "
      "of all rows in it. Who knows the values of other parties' rows can "
      "subtract bins of several columns as in mode vertical",
      "除一方外的所有数据方合谋可由减法得到该方的计数，"
      "三方时即为两方合谋；allow_two_parties 时两方可相互推得。"
      "某箱缺少一类时，各方由此获知其中所有行的类别；"
      "知道他方样本取值者，可如 vertical 那样将不同列的箱相减" },

    { "arbiter; other modes", "nothing beyond parameters and numbers of rows",
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
      "cannot be are noticed and the task fails. Pooled sums are those of "
      "secure aggregation as in homo_lr; a data party can lie about its own "
      "rows, and tasks over tables that differ by a few rows can be "
      "subtracted",
      "各方诚实但好奇，且判定性合数剩余问题困难。和会重新随机化，"
      "guest 无法由自身随机数得知其中包含哪些标签。"
      "偏离协议的 host 可使 guest 打开其他标签和，但自身得不到；"
      "在 hosts_learn 下可借分箱方式获知所选分组"
      "（每类不少于 min_rows 行）的标签比例。"
      "格式错误的密文、行数过少的箱与不可能的和会被发现并使任务失败。"
      "pooled 的求和采用与 homo_lr 相同的安全聚合；"
      "数据方可能提供虚假数据，对仅差数行的表多次分箱可相减推断" },

    { NULL, NULL, NULL }
};


const ic_component_about_t  ic_component_binning_woe_iv = {
    .title = "分箱、WOE 与 IV",
    .doc = "bins of columns with their weight of evidence and information "
           "value; labels are encrypted, hosts sum them by their bins, or "
           "parties with the same columns sum theirs",
    .category = "PREPROCESSING",
    .resources = "{\"cpu\":2,\"memory\":1073741824,\"disk\":1073741824}",
    .roles = ic_roles,
    .tasks = ic_tasks,
    .inputs = ic_inputs,
    .outputs = ic_outputs,
    .security = ic_statements
};
