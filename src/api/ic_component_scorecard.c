
/* What scorecard says of itself. */


#include "ic_component.h"


static const char *const  ic_roles[] = { "guest", "host", "arbiter", NULL };

static const char *const  ic_tasks[] = { "transform", NULL };

static const ic_component_port_t  ic_inputs[] = {
    { "model", "线性模型", "model", "json" },
    { "binning", "分箱模型", "model", "json" },
    { NULL, NULL, NULL, NULL }
};

static const ic_component_port_t  ic_outputs[] = {
    { "scorecard", "评分卡", "model", "json" },
    { "report", "各箱分数", "report", "json" },
    { NULL, NULL, NULL, NULL }
};


/* Who learns what: approvers read and sign this. */
static const ic_component_statement_t  ic_statements[] = {

    { "guest, host, arbiter",
      "nothing of another party: no message is sent; each party turns its "
      "own weights and evidence into points of its own columns",
      "不获知其他方的任何信息: 不发送任何消息；"
      "各方将自有列的权重与 WOE 换算为分数" },

    { "initiator", "when each ends", "各方完成情况" },

    { NULL, NULL, NULL }
};


const ic_component_about_t  ic_component_scorecard = {
    .title = "评分卡",
    .doc = "points for every bin, of a linear model and the bins that it was "
           "trained on",
    .category = "MODEL_TRAINING",
    .resources = "{\"cpu\":1,\"memory\":134217728,\"disk\":67108864}",
    .roles = ic_roles,
    .tasks = ic_tasks,
    .inputs = ic_inputs,
    .outputs = ic_outputs,
    .security = ic_statements
};
