
/* What sampler says of itself. */


#include "ic_component.h"


static const char *const  ic_roles[] = { "guest", "host", "arbiter", NULL };

static const char *const  ic_tasks[] = { "sample", NULL };

static const ic_component_port_t  ic_inputs[] = {
    { "train_data", "待抽样数据", "dataset", "csv" },
    { NULL, NULL, NULL, NULL }
};

static const ic_component_port_t  ic_outputs[] = {
    { "sample", "样本", "dataset", "csv" },
    { "report", "抽样报告", "report", "json" },
    { NULL, NULL, NULL, NULL }
};


/* Who learns what: approvers read and sign this. */
static const ic_component_statement_t  ic_statements[] = {

    { "guest, host, arbiter",
      "the parameters and every party's number of rows; never values or ids "
      "of another party",
      "参数与各方行数；不获得其他方的数值或标识" },

    { "guest, host; mode vertical",
      "which rows are in the sample: all parties choose the same ones from a "
      "seed that all have given to; with unique_id whether the ids are the "
      "same in the same order",
      "哪些行入选: 各方由共同产生的种子选出相同的行；"
      "设 unique_id 时获知标识及顺序是否一致" },

    { "host; mode vertical, method stratified",
      "the rows that the guest chose by its labels: random within each "
      "label, but of each label the same share, to the row, which narrows "
      "down very rare labels. The guest's random numbers are its own; with "
      "random_seed they follow from its table, so that who knows all of it "
      "but a few labels could try these",
      "guest 按标签选出的行: 各标签内随机，但比例相同（精确到行），"
      "标签极少时可缩小推测范围。"
      "随机数由 guest 自行产生；设 random_seed 时由其全表导出，"
      "仅不知少数标签者可逐一试算" },

    { "host; mode vertical, method class",
      "the labels of all rows that are left out or come more than once, and, "
      "where factor is 0 or at least 2, those of all rows; refused unless "
      "reveal_labels is true",
      "被去除或重复的行的标签；factor 为 0 或不小于 2 时为全部行的标签；"
      "除非 reveal_labels 为 true，否则拒绝" },

    { "initiator", "every party's number of rows, progress",
      "各方行数与进度" },

    { "assumptions",
      "parties follow the protocol (semi-honest): who speaks last could try "
      "several random numbers until it likes the choice",
      "各方诚实但好奇: 最后发言的一方可多次尝试随机数以影响选择" },

    { NULL, NULL, NULL }
};


const ic_component_about_t  ic_component_sampler = {
    .title = "数据抽样",
    .doc = "some of the rows, the same at all parties; by labels; rows of "
           "one label more or less often",
    .category = "PREPROCESSING",
    .resources = "{\"cpu\":1,\"memory\":536870912,\"disk\":1073741824}",
    .roles = ic_roles,
    .tasks = ic_tasks,
    .inputs = ic_inputs,
    .outputs = ic_outputs,
    .security = ic_statements
};
