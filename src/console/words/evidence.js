/* Texts of evidence. */

export const evidence = {
    "evidence": [ "Evidence", "存证" ],
    "evidence.event": [ "What happened", "事件" ],
    "evidence.subject": [ "About", "对象" ],
    "evidence.by": [ "Who", "操作者" ],
    "evidence.peer": [ "Partner", "对方节点" ],
    "evidence.when": [ "When", "时间" ],
    "evidence.details": [ "Details", "详情" ],
    "evidence.from": [ "From", "起始时间" ],
    "evidence.to": [ "To", "截止时间" ],
    "evidence.search": [ "Search", "查询" ],
    "evidence.more": [ "Earlier", "更早" ],
    "evidence.none": [
        "None matches among those looked at; look at earlier ones.",
        "已检索的记录中无匹配项，可继续检索更早的记录。"
    ],
    "evidence.end": [ "There are no earlier ones.", "没有更早的记录。" ],
    "evidence.total": [ "{n} entries in all", "共 {n} 条" ],
    "evidence.witness": [
        "Partners that cosign heads", "联署日志头的合作方"
    ],
    "evidence.witness.theirs": [
        "Entries of its log that this node cosigned", "本节点已联署的对方条数"
    ],
    "evidence.witness.ours": [
        "Entries here that it cosigned", "对方已联署的本节点条数"
    ],
    "evidence.witness.split": [
        "It showed two histories (SPLIT_VIEW)", "对方出示了两份历史 (SPLIT_VIEW)"
    ],
    "evidence.verify": [ "Checking it", "核验" ],
    "evidence.verify.text": [
        "What is shown here is what this node says now. To check that it was "
        + "not changed, verify the signed log on disk, or a copy of it, away "
        + "from the node:",
        "此处为本节点当前给出的内容。如需核验其未被篡改，请在节点之外对已签名的日志"
        + "或其副本执行："
    ],
    "evidence.head": [ "The last signed head", "最近签名的日志头" ],
    "evidence.unsealed": [
        "No head has been signed: the notary role does not run here.",
        "尚无签名的日志头：本节点未运行 notary 角色。"
    ]
};
