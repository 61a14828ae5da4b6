
/* What expression says of itself. */


#include "ic_component.h"


static const char *const  ic_roles[] = { "guest", "host", "arbiter", NULL };

static const char *const  ic_tasks[] = { "compute", NULL };

static const ic_component_port_t  ic_inputs[] = {
    { "train_data", "参与计算的数据", "dataset", "csv" },
    { NULL, NULL, NULL, NULL }
};

static const ic_component_port_t  ic_outputs[] = {
    { "result", "本方获得的结果", "dataset", "csv" },
    { "report", "计算报告", "report", "json" },
    { NULL, NULL, NULL, NULL }
};


/* Who learns what: approvers read and sign this. */
static const ic_component_statement_t  ic_statements[] = {

    { "guest, host",
      "the parameters with the program, the number of rows; of the others' "
      "columns nothing but the outputs that the program gives to them. Inputs "
      "and all values in between stay in shares, none of which says anything "
      "without the others",
      "参数与程序、行数；除程序指定由其接收的输出外，"
      "不获知其他方的列。输入与中间值均以份额存在，单个份额不泄露信息" },

    { "a receiver of an output",
      "its values, and whatever follows from them: an output from which an "
      "input can be computed, as `x`, `2 * x + 1`, or a sum of few rows of "
      "many that a comparison selects, gives that input away. Who approves "
      "approves the program",
      "所接收输出的值及由其可推出的一切: 若由输出可反算输入（如 x、"
      "2 * x + 1，或以比较条件选出少数行再求和），则该输入随之泄露。"
      "审批即认可程序本身" },

    { "arbiter",
      "the parameters with the program, the number of rows; it deals random "
      "numbers, and gets no input, share, value in between or result",
      "参数与程序、行数；其仅分发随机数，"
      "不获得任何输入、份额、中间值或结果" },

    { "initiator",
      "the number of rows, progress; outputs only if they are given to it",
      "行数与进度；仅当程序指定其接收时获得输出" },

    { "assumptions",
      "parties follow the protocol (semi-honest), and any of the data "
      "parties may put together what they know. With triples coordinator "
      "the arbiter must not share what it knows with any data party: with "
      "it, a party would read all values. With triples paillier an arbiter "
      "has no part, and Paillier's assumption and AES as a hash are relied on. "
      "A party that deviates can make results wrong unnoticed. Sums, means "
      "and counts are refused below min_rows rows of the tables",
      "各方诚实但好奇，数据方之间可以合谋。triples 为 coordinator 时，"
      "arbiter 不得与任何数据方合谋，否则该方可读出所有值；"
      "为 paillier 时 arbiter 不参与，安全性依赖 Paillier 假设与 AES 散列。"
      "偏离协议的一方可使结果有误而不被察觉。"
      "表的行数少于 min_rows 时拒绝求和、均值与计数" },

    { NULL, NULL, NULL }
};


const ic_component_about_t  ic_component_expression = {
    .title = "多方表达式计算",
    .doc = "sums, products, linear models, comparisons and choices over "
           "columns of two or three parties, in secret shares",
    .category = "PREPROCESSING",
    .resources = "{\"cpu\":2,\"memory\":536870912,\"disk\":268435456}",
    .roles = ic_roles,
    .tasks = ic_tasks,
    .inputs = ic_inputs,
    .outputs = ic_outputs,
    .security = ic_statements
};
