/* Texts of nodes, contracts and permits. */

export const nodes = {
    "nodes": [ "Nodes", "节点" ],
    "nodes.all": [ "All nodes", "返回节点列表" ],
    "nodes.tab.nodes": [ "Nodes", "节点" ],
    "nodes.tab.contracts": [ "Contracts", "合约" ],
    "nodes.tab.permits": [ "Permits", "许可凭证" ],
    "nodes.tab.own": [ "This node", "本节点" ],
    "nodes.institution": [ "Institution", "机构" ],
    "nodes.about": [ "About this node", "节点信息" ],
    "nodes.health": [ "Is it there", "连通状态" ],
    "nodes.probed": [ "Asked last", "最近探测" ],
    "nodes.latency": [ "{n} ms", "{n} 毫秒" ],
    "nodes.clock": [ "Its clock", "对方时钟" ],
    "nodes.certificate": [ "Its certificate ends", "证书到期" ],
    "nodes.old_key": [ "Its old key is good until", "旧公钥有效期至" ],
    "nodes.asked": [ "Who applied", "申请方" ],
    "nodes.dir.in": [ "the partner", "对方" ],
    "nodes.dir.out": [ "this node", "本节点" ],
    "nodes.source.contract": [ "none any more", "已无合约" ],
    "nodes.source.application": [ "has applied", "已申请" ],
    "nodes.source.manual": [ "none, entered by hand", "无，手工录入" ],
    "nodes.nodes.empty": [
        "No other node is known yet. Apply to one for a contract, or wait "
        + "for one to apply.",
        "尚无已知节点。可向其他节点申请合作，或等待对方申请。"
    ],
    "nodes.contracts.empty": [
        "No contracts yet. Nothing is shared with anybody without one: apply "
        + "to a node.",
        "尚无合约。没有合约就不会与任何一方共享，请先申请合作。"
    ],
    "nodes.no_contract": [
        "There is no contract with this node: it can ask for nothing but one, "
        + "and nothing of it can be used.",
        "与该节点没有合约：对方只能申请合约，也无法使用其资源。"
    ],
    "nodes.apply": [ "Apply to a node…", "申请合作…" ],
    "nodes.apply.this": [ "Apply for a contract…", "申请合约…" ],
    "nodes.forget": [ "Forget this node", "删除该节点" ],
    "nodes.forgotten": [ "Forgotten", "已删除" ],

    "apply.note": [
        "Ask the other institution for both: they are on its page of this "
        + "kind, or its operators know them.",
        "以下两项请向对方机构索取。"
    ],
    "apply.node": [ "Id of the node", "节点 ID" ],
    "apply.node.help": [
        "As its certificate names it", "与其证书中的名称一致"
    ],
    "apply.address": [ "Address", "地址" ],
    "apply.address.help": [
        "Where its nginx listens for other nodes: https, host and port",
        "对方 nginx 面向其他节点的地址：https、主机与端口"
    ],
    "apply.until": [ "Until", "有效期至" ],
    "apply.until.help": [
        "Empty: until one of you ends it", "不填则至任一方解除为止"
    ],
    "apply.yes": [ "Apply", "申请" ],
    "apply.done": [
        "The application is on its way; its operator decides.",
        "申请已发出，等待对方审批。"
    ],

    "own_node": [ "This node", "本节点" ],
    "own_node.note": [
        "Give the id and the address to institutions that want to apply for "
        + "a contract.",
        "其他机构申请合作时，请将节点 ID 与地址告知对方。"
    ],
    "own_node.inst": [ "Id of the institution", "机构 ID" ],
    "own_node.registration": [ "In the network", "注册状态" ],
    "own_node.maintainers": [ "Maintained by", "维护人员" ],
    "own_node.techniques": [ "Techniques", "支持的技术" ],
    "own_node.protocols": [ "Protocols", "支持的协议" ],
    "own_node.key": [ "Key ({type})", "密钥 ({type})" ],
    "own_node.who": [ "Who may read this", "谁可以查看" ],
    "own_node.published": [
        "Every node of the network, also without a contract.",
        "网络中的所有节点，无需合约。"
    ],
    "own_node.unpublished": [
        "Only partners with a contract.", "仅已签约的合作方。"
    ],
    "own_node.publish": [ "Let every node read it", "向所有节点公开" ],
    "own_node.unpublish": [ "Let only partners read it", "仅对合作方公开" ],
    "state.REGISTERED": [ "registered", "已注册" ],
    "state.DEREGISTERED": [ "has left", "已注销" ],

    "rotation": [ "Change of the key", "密钥更换" ],
    "rotation.none": [ "The key was never changed.", "从未更换密钥。" ],
    "rotation.asked": [ "Asked for", "发起时间" ],
    "rotation.limit": [ "In use at the latest", "最迟启用时间" ],
    "rotation.waiting": [ "Not told yet", "尚未告知" ],
    "rotation.refused": [ "Refused by", "拒绝方" ],
    "state.REQUESTED": [ "requested", "已发起" ],
    "state.ANNOUNCED": [ "partners are being told", "正在告知合作方" ],
    "state.SWITCHED": [ "in use", "已启用" ],

    "profile": [ "How it speaks", "报文习惯" ],
    "profile.choose": [ "Profile", "配置" ],
    "profile.set": [ "From now on it is spoken to this way.",
        "已生效。" ],

    "permits": [ "Permits", "许可凭证" ],
    "permits.empty": [
        "No permits. One is issued when a request is approved.",
        "没有许可凭证。批准申请时签发。"
    ],
    "permits.dir": [ "By whom", "签发方" ],
    "permits.issued": [ "issued by us", "本方签发" ],
    "permits.held": [ "granted to us", "授予本方" ],
    "permits.use": [ "Use", "使用情况" ],
    "permits.used": [ "used {n} times", "已用 {n} 次" ],
    "permits.times": [ "Uses", "次数" ],
    "permits.rows": [ "Rows", "行数" ],
    "permits.bytes": [ "Bytes", "字节数" ],
    "permits.times.of": [ "{used} of {max} uses", "{used} / {max} 次" ],
    "permits.rows.of": [ "{used} of {max} rows", "{used} / {max} 行" ],
    "permits.bytes.of": [ "{used} of {max}", "{used} / {max}" ],
    "permits.no_end": [ "no end", "无期限" ],
    "permits.last": [ "Last use", "最近使用" ],
    "permits.revoke": [ "Revoke…", "撤销…" ],

    "ends.over": [ "over", "已到期" ],
    "ends.left": [ "{time} left", "剩余 {time}" ],
    "clock.good": [ "with ours ({n} s)", "一致 ({n} 秒)" ],
    "clock.ahead": [ "{time} ahead of ours", "快 {time}" ],
    "clock.behind": [ "{time} behind ours", "慢 {time}" ],

    "state.ACTIVE": [ "active", "有效" ],
    "state.EXHAUSTED": [ "used up", "已用尽" ]
};
