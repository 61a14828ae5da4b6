
/* Parameters of binning_woe_iv. */


#include "ic_component.h"
#include "ic_params_rows.h"


static const char *const  ic_modes[] = {
    "vertical", "horizontal", "pooled", NULL
};

static const char *const  ic_methods[] = {
    "quantile", "width", "chi_merge", "edges", NULL
};

static const char *const  ic_bounds[] = { "grouped", "exact", NULL };

static const char *const  ic_learn[] = { "nothing", "iv", "woe", NULL };


const ic_param_t  ic_params_binning_woe_iv[] = {

    { "mode", NULL, IC_PARAM_CHOICE, 0, 0, 0, 0, 0, ic_modes, NULL, NULL,
      "\"vertical\"",
      "the guest has the labels of all parties' rows; or each party those "
      "of its own rows, by which it bins alone; or pooled, all data parties "
      "have common bins of the same columns by secure sums",
      "guest 持有各方共同样本的标签；或各方持有自有样本的标签并各自分箱；"
      "或 pooled: 各数据方对相同的列经安全求和得到共同的分箱" },

    { "method", NULL, IC_PARAM_CHOICE, 0, 0, 0, 0, 0, ic_methods, NULL, NULL,
      "\"quantile\"",
      "equal numbers of rows, equal widths, ChiMerge (where the labels are; "
      "not pooled), or the given edges",
      "等频、等宽、卡方合并（仅持有标签的一方，pooled 不支持），"
      "或指定边界" },

    { "bounds", NULL, IC_PARAM_CHOICE, 0, 0, 0, 0, 0, ic_bounds, NULL, NULL,
      "\"grouped\"",
      "with mode pooled: edges of quantiles by intervals of min_rows rows at "
      "least and of widths between powers of two; or the exact ones, of "
      "values of some rows",
      "pooled 时: 等频边界取自不少于 min_rows 行的区间，等宽以二的幂为界；"
      "或取某些行的精确值" },

    { "bins", NULL, IC_PARAM_INT, 0, 1, 100, 0, 0, NULL, NULL, NULL, "10",
      "bins of a column at most, without that of empty values",
      "每列最多的箱数，不含空值箱" },

    { "edges", NULL, IC_PARAM_NUMBERS, 0, -1.7976931348623157e308,
      1.7976931348623157e308, 0, 100, NULL, NULL, NULL, NULL,
      "with method edges: the upper ends of all bins but the last, rising, "
      "at most 100",
      "method 为 edges 时除末箱外各箱的上界，递增，至多 100 个" },

    { "columns", NULL, IC_PARAM_COLUMNS, 0, 1, 16384, 0, 0, NULL, NULL, NULL,
      NULL, "of this party; all but unique_id and label_name if not "
      "given, which mode pooled does not allow",
      "该方待分箱的列；不设则为除标识与标签外的全部列，pooled 时必填" },

    { "label_value", NULL, IC_PARAM_VALUE, 0, 0, 0, 0, 0, NULL, NULL, NULL,
      "1", "the label of positive rows (events)", "正样本（事件）的标签值" },

    { "min_rows", NULL, IC_PARAM_INT, 0, 2, 1000000000, 0, 0, NULL, NULL,
      NULL, "5",
      "a bin of fewer rows is merged before anything of it is shown; of "
      "hosts that learn the evidence, and pooled, also fewer of either class",
      "少于该行数的箱先合并后公开；host 获知 WOE 或 pooled 时"
      "亦限制每类样本数" },

    { "min_share", NULL, IC_PARAM_NUM, 0, 0, 0.5, 0, 0, NULL, NULL, NULL,
      "0.01", "the same as a share of all rows", "同上，按占全部行数的比例" },

    { "adjustment", NULL, IC_PARAM_NUM, IC_PARAM_ABOVE, 0, 100, 0, 0, NULL,
      NULL, NULL, "0.5",
      "added to both counts of a bin that has rows of one class only",
      "仅含一类样本的箱，两类计数均加该值" },

    { "monotonic", NULL, IC_PARAM_BOOL, 0, 0, 0, 0, 0, NULL, NULL, NULL,
      "false",
      "bins are merged until the rate of events rises or falls throughout; "
      "hosts then send theirs in order",
      "合并各箱直至事件率单调；此时 host 按箱序发送" },

    { "hosts_learn", NULL, IC_PARAM_CHOICE, 0, 0, 0, 0, 0, ic_learn, NULL,
      NULL, "\"nothing\"",
      "what hosts are told of their own columns: nothing, the information "
      "values, or the evidence of each bin too, which a scorecard needs",
      "host 获知其自有列的内容: 无、IV，或各箱 WOE（评分卡所需）" },

    { "host_names", NULL, IC_PARAM_BOOL, 0, 0, 0, 0, 0, NULL, NULL, NULL,
      "false",
      "the guest learns the names of hosts' columns; else numbers in a "
      "random order",
      "guest 获知 host 列名；否则仅为随机次序的编号" },

    { "key_length", NULL, IC_PARAM_INT, 0, 2048, 4096, 1024, 0, NULL, NULL,
      NULL, "2048", "bits of the Paillier key", "Paillier 密钥的比特数" },

    { "allow_two_parties", NULL, IC_PARAM_BOOL, 0, 0, 0, 0, 0, NULL, NULL,
      NULL, "false",
      "with mode pooled and fewer than three data parties each can subtract "
      "its own share of every sum; true accepts that",
      "pooled 且不足三个数据方时，"
      "各方可从汇总值中减去自身份额；true 表示接受" },

    IC_ROW_LABEL,
    IC_ROW_UNIQUE_ID,
    IC_ROW_MAX_ROWS,
    IC_ROW_DATA,
    IC_ROW_END
};
