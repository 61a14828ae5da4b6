
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
      "nothing of another party: no message is sent; each party selects "
      "among its own columns by its own values and by what it already knows "
      "of their information values. Correlations between columns of "
      "different parties are not looked at",
      "不获知其他方的任何信息: 不发送任何消息；"
      "各方按自有数值及已知的 IV 筛选自有列，不计算跨方相关性" },

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
