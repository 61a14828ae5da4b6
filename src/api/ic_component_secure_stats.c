
/* What secure_stats says of itself. */


#include "ic_component.h"


static const char *const  ic_roles[] = { "guest", "host", "arbiter", NULL };

static const char *const  ic_tasks[] = { "describe", NULL };

static const ic_component_port_t  ic_inputs[] = {
    { "train_data", "待统计数据", "dataset", "csv" },
    { NULL, NULL, NULL, NULL }
};

static const ic_component_port_t  ic_outputs[] = {
    { "statistics", "统计结果表", "dataset", "csv" },
    { "report", "统计报告", "report", "json" },
    { NULL, NULL, NULL, NULL }
};


/* Who learns what: approvers read and sign this. */
static const ic_component_statement_t  ic_statements[] = {

    { "guest, host",
      "every party's number of rows; over the rows of all parties together: "
      "how many values each column has, how many rows and values each group "
      "has, with correlation also without rows that have a NULL (these "
      "counts also where they are small: results leave them out, "
      "but for the NULLs of what is shown), "
      "sums, means and variances of what has min_group rows at least, the "
      "number of values at or below every threshold that the searches for "
      "quantiles and extremes try, sums of products for correlations; never "
      "rows or sums of a single party",
      "各方行数；全体数据方合计的：各列取值个数、各组行数与取值个数，计算相关系数时还有其中无缺失行的取值个数"
      "（其中较小的计数各方可见，但除所公布项的缺失数外不进入结果）、"
      "不少于 min_group 行者的和、均值与方差、"
      "搜索分位数与极值时各阈值之下的取值个数、相关系数所需的乘积之和；"
      "不获得任何一方的行或单方汇总值" },

    { "quantile_method exact, extremes exact",
      "the quantile, the least or the greatest value is that of some row, "
      "not of whom",
      "精确分位数、最小值或最大值即某一行的取值，但不知属于哪一方" },

    { "extremes bins",
      "between which powers of two the least and the greatest value lie",
      "最小值与最大值各在哪两个二的幂之间" },

    { "arbiter",
      "the parameters, every party's number of rows, how many numbers are "
      "summed; it holds no share of the key: no sums and no counts. How many "
      "are summed tells it how many columns and groups are suppressed and "
      "how many steps a search took",
      "参数、各方行数、求和数目；不持有密钥分片，看不到汇总值和计数。"
      "由求和数目可知被略去的列与组的个数及搜索步数" },

    { "coalitions",
      "all data parties but two, with the arbiter or not, learn the sums of "
      "the remaining two; with three data parties two that collude learn "
      "the third one's sums and counts. With allow_two_parties each of two "
      "learns the other's. Where only one party has rows of a group, or "
      "values of a column, the sums are its own",
      "除两方外的所有数据方合谋只能得到其余两方之和；"
      "三方时两方合谋可得到第三方的汇总值与计数；"
      "两方模式下可相互推得。某组仅一方有行或某列仅一方有值时，其汇总即该方的汇总" },

    { "assumptions",
      "parties follow the protocol (semi-honest); who alters, drops or "
      "repeats messages is noticed and the task fails. A data party can "
      "lie about its own rows. Jobs over tables that differ by a few rows "
      "can be subtracted: owners bound how often their data is used",
      "各方诚实但好奇；篡改、丢弃或重放消息会被发现并使任务失败；"
      "数据方可能提供虚假数据。"
      "对仅差数行的表多次统计可相减推断，数据所有方应限制使用次数" },

    { NULL, NULL, NULL }
};


const ic_component_about_t  ic_component_secure_stats = {
    .title = "联合统计",
    .doc = "counts, means, variances, quantiles, correlations and groups "
           "over the rows of all data parties; sums under masks and n-of-n "
           "threshold Paillier, an arbiter without a key",
    .category = "PREPROCESSING",
    .resources = "{\"cpu\":1,\"memory\":536870912,\"disk\":0}",
    .roles = ic_roles,
    .tasks = ic_tasks,
    .inputs = ic_inputs,
    .outputs = ic_outputs,
    .security = ic_statements
};
