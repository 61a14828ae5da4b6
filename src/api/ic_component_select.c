
/* What feature_select says of itself. */


#include "ic_component.h"


static const char *const  ic_roles[] = { "guest", "host", "arbiter", NULL };

static const char *const  ic_tasks[] = { "select", NULL };

static const ic_component_port_t  ic_inputs[] = {
    { "train_data", "待筛选数据", "dataset", "csv" },
    { "model", "分箱模型", "model", "json" },
    { NULL, NULL, NULL, NULL }
};

static const ic_component_port_t  ic_outputs[] = {
    { "selected", "保留的列", "dataset", "csv" },
    { "report", "筛选报告", "report", "json" },
    { NULL, NULL, NULL, NULL }
};


/* Who learns what: approvers read and sign this. */
static const ic_component_statement_t  ic_statements[] = {

    { "guest, host, arbiter",
      "without across nothing of another party: no message is sent; each "
      "party selects among its own columns by its own values and by what it "
      "already knows of their information values",
      "across 关闭时不获知其他方的任何信息: 不发送任何消息；"
      "各方按自有数值及已知的 IV 筛选自有列" },

    { "guest, arbiter",
      "with across the parameters, the number of rows, and of each data "
      "party how many of its columns take part; no correlation, and not "
      "which columns of a host go",
      "across 开启时: 参数、行数、各数据方参与的列数；"
      "不获知任何相关系数，也不获知 host 去除了哪些列" },

    { "host",
      "with across the same, and one bit for each of its own columns: "
      "whether it has an absolute correlation beyond max_correlation with "
      "any of the guest's that take part, which are those that it judged "
      "and kept, not with which, nor how much. A host that makes up its "
      "columns tests as many guesses about the guest's, up to 200 in a run. "
      "Nothing is learned of another host but how many columns it has; "
      "columns of two hosts are not compared",
      "across 开启时: 除上述外，每个自有列一个比特: "
      "其与 guest 任一参与列（经筛选而保留者）的"
      "相关系数绝对值是否超过 max_correlation，不获知是哪一列及其数值。"
      "若 host 自行构造列，则每次运行可检验至多 200 个关于 guest 数据的猜测。"
      "除列数外不获知其他 host 的信息；不比较两个 host 之间的列" },

    { "assumptions",
      "with across parties follow the protocol (semi-honest), and any of the "
      "data parties may put together what they know. With triples "
      "coordinator the arbiter must not share what it knows with any data "
      "party: with it, a party would read all values. With triples paillier "
      "an arbiter has no part, and Paillier's assumption and AES as a hash "
      "are relied on. Where parties name no unique_id only the numbers of "
      "rows are compared. Fewer than min_rows rows are refused",
      "across 开启时: 各方诚实但好奇，数据方之间可以合谋。"
      "triples 为 coordinator 时，arbiter 不得与任何数据方合谋，"
      "否则该方可读出所有值；为 paillier 时 arbiter 不参与，"
      "安全性依赖 Paillier 假设与 AES 散列。"
      "未指定 unique_id 的各方仅核对行数。行数少于 min_rows 时拒绝" },

    { "initiator", "every party's number of rows, progress",
      "各方行数与进度" },

    { NULL, NULL, NULL }
};


const ic_component_about_t  ic_component_feature_select = {
    .title = "特征筛选",
    .doc = "columns that are worth keeping, by missing and different values, "
           "information value, correlation",
    .category = "PREPROCESSING",
    .resources = "{\"cpu\":1,\"memory\":536870912,\"disk\":1073741824}",
    .roles = ic_roles,
    .tasks = ic_tasks,
    .inputs = ic_inputs,
    .outputs = ic_outputs,
    .security = ic_statements
};
