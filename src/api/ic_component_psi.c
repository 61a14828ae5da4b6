
/* What psi says of itself. */


#include "ic_component.h"


static const char *const  ic_roles[] = { "guest", "host", NULL };

static const char *const  ic_tasks[] = { "match", NULL };

static const ic_component_port_t  ic_inputs[] = {
    { "train_data", "待求交数据", "dataset", "csv" },
    { NULL, NULL, NULL, NULL }
};

static const ic_component_port_t  ic_outputs[] = {
    { "intersection", "本方匹配的行", "dataset", "csv" },
    { "report", "求交报告", "report", "json" },
    { NULL, NULL, NULL, NULL }
};


/* Who learns what: approvers read and sign this. */
static const ic_component_statement_t  ic_statements[] = {

    { "guest, host",
      "the parameters, how many distinct keys and key columns each other has; "
      "of the others' keys nothing but what \"receivers\" and \"mode\" give; "
      "of three and more never what a smaller group has in common",
      "参数、其他各方不同键的个数与键列数；"
      "他方的键仅按 receivers 与 mode 的约定获知；"
      "三方及以上时，不获知部分参与方之间的交集" },

    { "a receiver, mode intersection",
      "which of its own rows have a key that all others have too; with "
      "other receivers, duplicates all and order common also how many rows "
      "each of them has of each common key",
      "本方哪些行的键其他各方也都有；"
      "多方接收、duplicates 为 all 且 order 为 common 时，"
      "还获知其他接收方每个共同键的行数" },

    { "a receiver, mode cardinality",
      "how many keys are common, not which",
      "共同键的个数，不知具体是哪些" },

    { "one that does not receive",
      "neither common keys nor their number",
      "不获知共同键及其个数" },

    { "initiator",
      "every party's number of rows, when each ends; never the size of the "
      "result unless it is a receiver",
      "各方行数与完成情况；非接收方时不获知结果大小" },

    { "the other party, protocol ecdh_psi",
      "with hash_to_curve direct_hash_as_point_x, which other "
      "implementations ask for, one bit of every key of this table (whether "
      "its hash is on the curve or on its twist): of keys that it guesses "
      "it can rule out half. With try_and_rehash how long points take may "
      "tell of keys. What two receivers find is not compared",
      "hash_to_curve 为 direct_hash_as_point_x 时（部分其他实现要求），"
      "获知本表每个键的一个比特（其哈希在曲线或其扭曲上），"
      "可据此排除一半的猜测；try_and_rehash 的耗时可能与键有关；"
      "双方所得结果不作比对" },

    { "assumptions",
      "parties follow the protocol (semi-honest) and the decisional "
      "Diffie-Hellman problem on the curve is hard; malformed, repeated and "
      "returned points are noticed and the task fails. A party can put keys "
      "into its table that it only guesses: a receiver then learns whether "
      "the others have them. Parties of three and more that join with the "
      "first receiver learn which of its keys all parties outside their "
      "group have. A party that does not receive can make the result wrong "
      "unnoticed",
      "各方诚实但好奇，且所选曲线上判定性 Diffie-Hellman 问题困难；"
      "格式错误、重复或被退回的点会被发现并使任务失败。"
      "一方可在自己的表中放入猜测的键，接收方由此得知他方是否持有；"
      "三方及以上时，与首个接收方合谋者获知其键中哪些为合谋之外各方所共有；"
      "不接收结果的一方可使结果有误而不被察觉" },

    { NULL, NULL, NULL }
};


const ic_component_about_t  ic_component_psi = {
    .title = "隐私集合求交",
    .doc = "the rows of two to eight parties whose keys all have, or how "
           "many; "
           "Diffie-Hellman on Curve25519, SM2 or P-256",
    .category = "PREPROCESSING",
    .resources = "{\"cpu\":2,\"memory\":536870912,\"disk\":1073741824}",
    .roles = ic_roles,
    .tasks = ic_tasks,
    .inputs = ic_inputs,
    .outputs = ic_outputs,
    .security = ic_statements
};
