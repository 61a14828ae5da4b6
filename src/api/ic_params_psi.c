
/* Parameters of psi. */


#include "ic_component.h"


static const char *const  ic_curves[] = {
    "curve25519", "sm2", "p256", NULL
};

static const char *const  ic_protocols[] = { "native", "ecdh_psi", NULL };

/* Of the open ECDH-PSI protocol, by the names that it has in job bodies. */

static const char *const  ic_families[] = { "ecc", NULL };

static const char *const  ic_hashes[] = { "sha_256", NULL };

static const char *const  ic_hash_to_curves[] = {
    "direct_hash_as_point_x", "try_and_rehash", NULL
};

static const char *const  ic_point_formats[] = {
    "uncompressed", "x962_compressed", NULL
};

static const char *const  ic_links[] = { "published", "counted", NULL };

static const char *const  ic_modes[] = {
    "intersection", "cardinality", NULL
};

static const char *const  ic_receivers[] = {
    "both", "guest", "host", "all", NULL
};

static const char *const  ic_duplicates[] = {
    "refuse", "first", "all", NULL
};

static const char *const  ic_orders[] = { "common", "own", NULL };


const ic_param_t  ic_params_psi[] = {

    { "keys", "field_names", IC_PARAM_COLUMNS,
      IC_PARAM_REQ|IC_PARAM_COMMAS, 1, 16, 0, 0, NULL, NULL,
      NULL, NULL,
      "columns that together are the key, of each party its own names; "
      "compared byte by byte",
      "共同构成键的列，各方可用各自的列名；按字节比较" },

    { "mode", NULL, IC_PARAM_CHOICE, 0, 0, 0, 0, 0, ic_modes, NULL, NULL,
      "\"intersection\"",
      "which rows match, or only how many keys are common",
      "求交集行，或仅求共同键的个数" },

    { "receivers", NULL, IC_PARAM_PARTIES, 0, 1, 8, 0, 0, ic_receivers, NULL,
      NULL, "\"both\"",
      "who learns the result: a role, all (both is the same), or a list of "
      "parties such as [\"guest.0\", \"host.1\"]",
      "获得结果的参与方: 角色、全部 (both 同 all)，"
      "或参与方列表，如 [\"guest.0\", \"host.1\"]" },

    { "duplicates", NULL, IC_PARAM_CHOICE, 0, 0, 0, 0, 0, ic_duplicates,
      NULL, NULL, "\"refuse\"",
      "rows with the same key: the task fails, the first one counts, or all "
      "do",
      "键相同的行: 任务失败、取首行或全部保留" },

    { "order", NULL, IC_PARAM_CHOICE, 0, 0, 0, 0, 0, ic_orders, NULL, NULL,
      "\"common\"",
      "rows in a random order that is the same at all receivers, or in that "
      "of the own table",
      "输出行的顺序: 各接收方一致的随机顺序，或自有表的顺序" },

    { "trim", NULL, IC_PARAM_BOOL, 0, 0, 0, 0, 0, NULL, NULL, NULL, "false",
      "blanks and tabs at both ends of a value do not count",
      "忽略值两端的空白" },

    { "curve", "curve_type", IC_PARAM_CHOICE, 0, 0, 0, 0, 0, ic_curves, NULL,
      NULL, "\"curve25519\"", "the group; each has 128 bits of strength",
      "椭圆曲线，强度均为 128 位" },

    { "protocol", "algo", IC_PARAM_CHOICE, 0, 0, 0, 0, 0, ic_protocols, NULL,
      NULL, "\"native\"",
      "messages: our own, or those of the open ECDH-PSI protocol, for other "
      "implementations",
      "消息格式: 自有格式，或用于与其他实现互通的开放 ECDH-PSI 协议" },

    { "hash_to_curve", "hash2curve_strategy", IC_PARAM_CHOICE, 0, 0, 0, 0, 0,
      ic_hash_to_curves, NULL, NULL, NULL,
      "required with protocol ecdh_psi: direct_hash_as_point_x (curve25519) "
      "shows the other party one bit of every key; try_and_rehash (sm2)",
      "ecdh_psi 必填: direct_hash_as_point_x (curve25519) "
      "会向对方泄露每个键的一个比特；try_and_rehash (sm2)" },

    { "hash", "hash_type", IC_PARAM_CHOICE, 0, 0, 0, 0, 0, ic_hashes, NULL,
      NULL, NULL, "with ecdh_psi: of a key", "ecdh_psi: 键的哈希" },

    { "point_format", "point_octet_format", IC_PARAM_CHOICE, 0, 0, 0, 0, 0,
      ic_point_formats, NULL, NULL, NULL,
      "with ecdh_psi: uncompressed (curve25519) or x962_compressed (sm2)",
      "ecdh_psi: 点的编码" },

    { "truncate_bits", "bit_length_after_truncated", IC_PARAM_INT, 0, 96,
      264, 8, -1, NULL, NULL, NULL, NULL,
      "with ecdh_psi: bits of a key that is sent back, 96 if not given; -1: "
      "all",
      "ecdh_psi: 二次加密密文的比特数，缺省 96，-1 为不截断" },

    { "result_to_rank", NULL, IC_PARAM_INT, 0, -1, 1, 0, 0, NULL, NULL, NULL,
      NULL,
      "with ecdh_psi, instead of receivers: -1 both, 0 the guest, 1 the host",
      "ecdh_psi: 代替 receivers，-1 双方，0 为 guest，1 为 host" },

    { "protocol_families", NULL, IC_PARAM_CHOICE, 0, 0, 0, 0, 0, ic_families,
      NULL, NULL, NULL, "with ecdh_psi: ecc", "ecdh_psi: ecc" },

    { "handshake", NULL, IC_PARAM_BOOL, 0, 0, 0, 0, 0, NULL, NULL, NULL,
      NULL,
      "with ecdh_psi: parameters are negotiated; else those of the job count",
      "ecdh_psi: 握手协商参数，否则以任务参数为准" },

    { "link", NULL, IC_PARAM_CHOICE, 0, 0, 0, 0, 0, ic_links, NULL, NULL,
      NULL,
      "with ecdh_psi: messages as published, or numbered and confirmed as "
      "the reference implementation does",
      "ecdh_psi: published 为公开规范，counted 为参考实现的编号与确认" },

    { "batch_size", NULL, IC_PARAM_INT, 0, 1024, 262144, 0, 0, NULL, NULL,
      NULL, "32768", "keys of one message", "每条消息的键数" },

    { "max_rows", NULL, IC_PARAM_INT, 0, 0, 50000000, 0, 0, NULL, NULL,
      NULL, "0", "rows of the source at most; 0: 50 million",
      "数据源的最大行数，0 为 5000 万" },

    { "dataset_id", NULL, IC_PARAM_ID, IC_PARAM_PARTY, 0, 0, 0, 0, NULL,
      NULL, NULL, NULL, "this party's dataset", "该方数据集" },

    { "data_sql", NULL, IC_PARAM_SQL, IC_PARAM_PARTY, 0, 0, 0, 0, NULL,
      NULL, NULL, NULL, "this party's query", "该方查询语句" },

    { NULL, NULL, 0, 0, 0, 0, 0, 0, NULL, NULL, NULL, NULL, NULL, NULL }
};
