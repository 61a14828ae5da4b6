
/* What scaler says of itself. */


#include "ic_component.h"


static const char *const  ic_roles[] = { "guest", "host", "arbiter", NULL };

static const char *const  ic_tasks[] = { "fit", "transform", NULL };

static const ic_component_port_t  ic_inputs[] = {
    { "train_data", "待缩放数据", "dataset", "csv" },
    { "model", "已拟合的缩放模型", "model", "json" },
    { NULL, NULL, NULL, NULL }
};

static const ic_component_port_t  ic_outputs[] = {
    { "scaled", "缩放后的数据", "dataset", "csv" },
    { "model", "缩放模型", "model", "json" },
    { "report", "缩放报告", "report", "json" },
    { NULL, NULL, NULL, NULL }
};


/* Who learns what: approvers read and sign this. */
static const ic_component_statement_t  ic_statements[] = {

    { "guest, host; mode vertical, or a model that is given",
      "nothing of another party: no message is sent",
      "不获知其他方的任何信息: 不发送任何消息" },

    { "guest, host; mode horizontal",
      "every party's number of rows, how many values each column has over "
      "all parties, and of standard the sum of each column and of its "
      "squared differences from the mean; of min_max, max_abs and robust the "
      "exact minimum, maximum or quartile values over all rows, each of "
      "which is the value of a row of some party, and up to 64 counts for "
      "each of them of how many values of all parties are below a bound. "
      "Never the sums or counts of one party, unless it alone has values of "
      "a column",
      "各方行数、各列在全体中的非空值个数；standard 时各列之和与离差平方和；"
      "min_max、max_abs、robust "
      "时全体样本的精确最小值、最大值或四分位处的值"
      "（均为某方某一行的值），以及每个值至多 64 个"
      "“全体中低于某界限的个数”；不获得单方的和或计数，"
      "除非某列仅一方有值" },

    { "arbiter; mode horizontal",
      "the parameters, every party's number of rows, how many sums were "
      "computed; no sum",
      "参数、各方行数与求和次数；不获得任何汇总值" },

    { "all data parties but one",
      "that one's sums and counts, by subtraction, if they collude",
      "若其余数据方合谋，可由减法得到该方的和与计数" },

    { "initiator",
      "every party's number of rows, progress",
      "各方行数与进度" },

    { "assumptions",
      "parties follow the protocol (semi-honest); the sums are those of "
      "secure aggregation as in homo_lr, with two data parties each learns "
      "the other's (refused unless allow_two_parties)",
      "各方诚实但好奇；求和采用与 homo_lr 相同的安全聚合，"
      "仅两个数据方时各自可得对方的值（除非 allow_two_parties，否则拒绝）" },

    { NULL, NULL, NULL }
};


const ic_component_about_t  ic_component_scaler = {
    .title = "特征缩放",
    .doc = "columns of numbers brought to a common scale, by own rows or by "
           "those of all parties",
    .category = "PREPROCESSING",
    .resources = "{\"cpu\":1,\"memory\":536870912,\"disk\":1073741824}",
    .roles = ic_roles,
    .tasks = ic_tasks,
    .inputs = ic_inputs,
    .outputs = ic_outputs,
    .security = ic_statements
};
