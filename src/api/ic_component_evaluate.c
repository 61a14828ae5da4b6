
/* What evaluate says of itself. */


#include "ic_component.h"


static const char *const  ic_roles[] = { "guest", "host", "arbiter", NULL };

static const char *const  ic_tasks[] = { "evaluate", NULL };

static const ic_component_port_t  ic_inputs[] = {
    { "train_data", "含分数与标签的数据", "dataset", "csv" },
    { NULL, NULL, NULL, NULL }
};

static const ic_component_port_t  ic_outputs[] = {
    { "curve", "各阈值下的曲线", "dataset", "csv" },
    { "report", "评估报告", "report", "json" },
    { NULL, NULL, NULL, NULL }
};


/* Who learns what: approvers read and sign this. */
static const ic_component_statement_t  ic_statements[] = {

    { "guest, host",
      "nothing of other parties: each evaluates its own scores with its own "
      "labels, and sends no message. A party without scores does nothing",
      "不获知其他方的任何信息: 各方用自有标签评估自有分数，不发送消息；"
      "没有分数的一方不做任何事" },

    { "initiator",
      "every party's number of rows, progress; the report stays at its "
      "party",
      "各方行数与进度；报告留在本方" },

    { NULL, NULL, NULL }
};


const ic_component_about_t  ic_component_evaluate = {
    .title = "模型评估",
    .doc = "how good scores are: AUC, KS, precision and recall, gain and "
           "lift, log loss, calibration, the confusion matrix",
    .category = "MODEL_EVALUATION",
    .resources = "{\"cpu\":1,\"memory\":536870912,\"disk\":16777216}",
    .roles = ic_roles,
    .tasks = ic_tasks,
    .inputs = ic_inputs,
    .outputs = ic_outputs,
    .security = ic_statements
};
