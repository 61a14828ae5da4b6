
/* What split says of itself. */


#include "ic_component.h"


static const char *const  ic_roles[] = { "guest", "host", "arbiter", NULL };

static const char *const  ic_tasks[] = { "split", NULL };

static const ic_component_port_t  ic_inputs[] = {
    { "train_data", "待划分数据", "dataset", "csv" },
    { NULL, NULL, NULL, NULL }
};

static const ic_component_port_t  ic_outputs[] = {
    { "train", "训练集", "training_set", "csv" },
    { "test", "测试集", "test_set", "csv" },
    { "report", "划分报告", "report", "json" },
    { NULL, NULL, NULL, NULL }
};


/* Who learns what: approvers read and sign this. */
static const ic_component_statement_t  ic_statements[] = {

    { "guest, host, arbiter",
      "the parameters and every party's number of rows; never values, ids or "
      "labels of another party",
      "参数与各方行数；不获得其他方的数值、标识或标签" },

    { "guest, host; mode vertical",
      "which rows are for training and which for tests: all parties choose "
      "the same ones from a seed that all have given to",
      "哪些行用于训练、哪些用于测试: 各方由共同产生的种子选出相同的行" },

    { "guest, host; mode vertical with unique_id",
      "whether the other has the same ids in the same order, and nothing of "
      "them if not",
      "对方标识及顺序是否一致；不一致时不获知其内容" },

    { "host; mode vertical with stratify",
      "the row numbers that the guest chose by its labels. They are random "
      "within each label, but of each label a share of exactly test_size was "
      "chosen, to the row: where a label is very rare, or with other "
      "knowledge, that narrows down labels. The guest's random numbers are "
      "its own; with random_seed they follow from its table, so that who "
      "knows all of it but a few labels could try these",
      "guest 按标签选出的行号。各标签内随机选取，"
      "但每个标签入选的比例恰为 test_size（精确到行）: "
      "标签极少或另有信息时，可缩小对标签的推测范围。"
      "随机数由 guest 自行产生；设 random_seed 时由其全表导出，"
      "仅不知少数标签者可逐一试算" },

    { "initiator",
      "every party's number of rows, progress",
      "各方行数与进度" },

    { "assumptions",
      "parties follow the protocol (semi-honest): who speaks last could try "
      "several random numbers until it likes the choice. A party can keep "
      "other rows than were chosen",
      "各方诚实但好奇: 最后发言的一方可多次尝试随机数以影响选择；"
      "一方也可保留未被选中的行" },

    { NULL, NULL, NULL }
};


const ic_component_about_t  ic_component_split = {
    .title = "数据划分",
    .doc = "a table in two: for training and for tests, the same rows at all "
           "parties; by labels, in folds",
    .category = "PREPROCESSING",
    .resources = "{\"cpu\":1,\"memory\":536870912,\"disk\":1073741824}",
    .roles = ic_roles,
    .tasks = ic_tasks,
    .inputs = ic_inputs,
    .outputs = ic_outputs,
    .security = ic_statements
};
