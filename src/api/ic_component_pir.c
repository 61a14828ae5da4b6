
/* What pir says of itself. */


#include "ic_component.h"


static const char *const  ic_roles[] = { "guest", "host", NULL };

static const char *const  ic_tasks[] = { "retrieve", NULL };

static const ic_component_port_t  ic_inputs[] = {
    { "train_data", "guest 的关键词，host 的数据表", "dataset", "csv" },
    { NULL, NULL, NULL, NULL }
};

static const ic_component_port_t  ic_outputs[] = {
    { "answers", "检索结果", "dataset", "csv" },
    { "report", "报告", "report", "json" },
    { NULL, NULL, NULL, NULL }
};


/* Who learns what: approvers read and sign this. */
static const ic_component_statement_t  ic_statements[] = {

    { "guest",
      "which of its keywords the host has, and their labels; the number of "
      "different keys of the host, the names of its label columns, the "
      "bytes that labels are padded to, its limit of queries; never other "
      "keys or labels. It can ask for keys that it guesses, up to "
      "max_queries of them in a task",
      "其关键词是否存在及对应标签；host 的键数、标签列名、"
      "标签填充长度和查询上限；不获得其他键或标签。"
      "每个任务至多可猜测 max_queries 个键" },

    { "host",
      "the number of queries, in steps of batch_size; never a keyword, "
      "whether two of them are the same, whether one was found or what was "
      "read. What it sees of keywords is, with method oprf, random whatever "
      "they are; with linear also queries under learning with errors",
      "以 batch_size 为单位的查询数；不获得关键词、"
      "是否重复、是否命中及读取内容。oprf 下所见与关键词无关；"
      "linear 下另有基于 LWE 的加密查询" },

    { "traffic",
      "keys and labels are sealed under a key of this task alone; sizes "
      "depend on the numbers of keys and queries and the padded length, "
      "never on what is found",
      "键与标签以仅用于本任务的密钥加密；"
      "消息长度只取决于键数、查询数与填充长度，与命中无关" },

    { "assumptions",
      "parties follow the protocol (semi-honest); a host that does not can "
      "give wrong answers, which are told as not found and to nobody else, "
      "but no keyword comes to it. Hardness of Diffie-Hellman on "
      "Curve25519 protects the host's table; with linear, learning with "
      "errors (n 1024, q 2^32, deviation 6.4) the guest's queries",
      "双方诚实但好奇；不守约的 host 可给出错误结果，"
      "但得不到关键词。host 数据依赖 Curve25519 上的 DH 假设，"
      "linear 的查询依赖 LWE 假设" },

    { NULL, NULL, NULL }
};


const ic_component_about_t  ic_component_pir = {
    .title = "隐匿查询",
    .doc = "retrieval by keyword: the guest gets the labels of its keywords "
           "from the host's table, the host does not learn the keywords",
    .category = "PIR",
    .resources = "{\"cpu\":1,\"memory\":1073741824,\"disk\":0}",
    .roles = ic_roles,
    .tasks = ic_tasks,
    .inputs = ic_inputs,
    .outputs = ic_outputs,
    .security = ic_statements
};
