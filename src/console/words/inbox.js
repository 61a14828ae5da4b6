/* Texts of requests: the inbox, what a card says, answers. */

export const inbox = {
    "inbox": [ "Approvals", "审批" ],
    "inbox.waiting": [ "To be decided", "待审批" ],
    "inbox.decided": [ "Answered", "已答复" ],
    "inbox.own": [ "Asked by us", "我方申请" ],
    "inbox.filter": [ "Kind", "类型" ],
    "inbox.kind": [ "Kind", "类型" ],
    "inbox.what": [ "Of what", "对象" ],
    "inbox.request": [ "Request: {kind}", "申请：{kind}" ],
    "inbox.back": [ "All approvals", "返回审批列表" ],
    "inbox.steps": [ "Steps", "步骤" ],
    "inbox.new": [ "Never approved before", "此前从未批准" ],
    "inbox.again": [
        "Approved before; differences since: {n}",
        "此前批准过；与之差异：{n} 处"
    ],
    "inbox.queries": [
        "These queries of it wait for an answer, too; it begins when all of "
        + "them have one:",
        "其中以下查询同样待答复，全部答复后任务方可开始："
    ],
    "inbox.empty": [
        "Nothing waits for you. When a partner asks for something, it is here "
        + "at once.",
        "没有待审批的申请。合作方提出申请后会立即显示在此处。"
    ],
    "inbox.decided.empty": [
        "Nothing was answered this way.", "没有此类答复。"
    ],
    "inbox.own.empty": [
        "This node has asked for nothing. Apply for a partner's dataset on "
        + "the page of datasets.",
        "本节点尚未提出申请。可在数据集页面申请使用合作方的数据集。"
    ],

    "kind.contract": [ "Contract", "合约" ],
    "kind.dataset": [ "Dataset", "数据集" ],
    "kind.project": [ "Project", "项目" ],
    "kind.component": [ "Component", "组件" ],
    "kind.flow": [ "Flow", "流程" ],
    "kind.job": [ "Job", "任务" ],
    "kind.model": [ "Model", "模型" ],
    "kind.query": [ "Query", "查询" ],
    "kind.escrow": [ "Escrow", "托管" ],

    "asked.name": [ "Name of the node", "节点名称" ],
    "asked.system": [ "Software", "系统" ],
    "asked.address": [ "Address", "地址" ],
    "asked.description": [ "Description", "说明" ],
    "asked.auth": [ "Kind of key", "认证方式" ],
    "asked.spki": [
        "Public key (SHA-256): compare it with what the partner tells you",
        "公钥 (SHA-256)，请与对方核对"
    ],
    "asked.ends": [ "Until", "有效期至" ],
    "asked.ends.never": [
        "no end asked for (one year if you say nothing)",
        "未申请期限 (不填则为一年)"
    ],
    "asked.resource": [ "Asked for", "申请对象" ],
    "asked.id": [ "Its id", "对象 ID" ],
    "asked.party": [ "This node's part", "本节点角色" ],
    "asked.flow": [ "Flow", "流程" ],
    "asked.project": [ "Project", "项目" ],
    "asked.scope": [ "Only for", "仅限" ],
    "asked.until": [ "Until", "有效期至" ],
    "asked.unlimited": [ "no end asked for", "未申请期限" ],
    "asked.times": [ "Times at most", "最多使用次数" ],
    "asked.rows": [ "Rows at most", "最多行数" ],
    "asked.bytes": [ "Bytes at most", "最多字节数" ],
    "asked.allow": [ "By these algorithms only", "仅限算法" ],
    "asked.deny": [ "Not by these algorithms", "禁用算法" ],
    "asked.policy": [ "Our policy allows at most", "本方策略上限" ],
    "asked.job": [ "Job", "任务" ],
    "asked.step": [ "Step", "步骤" ],
    "asked.digest": [ "Digest", "摘要" ],
    "asked.why": [ "Reason", "理由" ],
    "asked.owner": [ "Result of", "结果属主" ],
    "asked.when": [ "Asked", "申请时间" ],
    "policy.times": [ "{n} times", "{n} 次" ],
    "policy.rows": [ "{n} rows", "{n} 行" ],
    "policy.bytes": [ "{n}", "{n}" ],
    "policy.allow": [ "by {names} only", "仅限算法 {names}" ],
    "policy.deny": [ "not by {names}", "禁用算法 {names}" ],

    "learns": [ "Who learns what", "谁将获知什么" ],
    "learns.note": [
        "What the makers of these components state. What is not said here "
        + "nobody is to learn.",
        "以下为组件开发方的声明，未列出的内容任何一方均不应获知。"
    ],
    "learns.steps": [ "steps: {steps}", "步骤：{steps}" ],
    "learns.hidden": [
        "Your roles do not let you read components (component.read); ask an "
        + "administrator, or somebody who may, before you decide.",
        "您的角色无权查看组件 (component.read)，请在答复前联系管理员或有权人员。"
    ],
    "learns.missing": [
        "This node does not have this component and cannot say what it lets "
        + "whom learn. Ask its maker for the package and its statement first.",
        "本节点没有该组件，无法说明谁将获知什么。请先向开发方索取组件包及其声明。"
    ],
    "learns.silent": [
        "Its maker states nothing about who learns what. Ask before you "
        + "approve.",
        "开发方未声明谁将获知什么，请先询问再批准。"
    ],

    "changes": [ "What changed", "变化" ],
    "changes.first": [
        "This was never approved before: read all of it.",
        "此前从未批准过，请通读全部内容。"
    ],
    "changes.since": [ "Last approved", "上次批准" ],
    "changes.none": [ "nothing is different", "内容无差异" ],
    "changes.count": [ "differences: {n}", "差异 {n} 处" ],
    "changes.more": [
        "{n} more differences are not shown: read all of it.",
        "另有 {n} 处差异未显示，请通读全部内容。"
    ],
    "changes.field": [ "Where", "位置" ],
    "changes.before": [ "Before", "之前" ],
    "changes.after": [ "Now", "现在" ],

    "reads": [ "Data of this node that is read", "将读取的本节点数据" ],
    "reads.none": [
        "No data of this node is named.", "未指定本节点的数据。"
    ],
    "reads.rows": [ "{n} rows", "{n} 行" ],
    "reads.columns": [ "Columns: {n}", "字段：{n} 个" ],
    "reads.query": [ "The rows of this query", "以下查询的结果" ],
    "reads.parties": [ "Who takes part", "参与方" ],
    "reads.own": [ "(this node)", "(本节点)" ],

    "query.sql": [ "The query that would run", "将执行的查询" ],
    "query.columns": [ "Columns that it tells", "返回的字段" ],
    "query.source": [ "Where it runs", "执行位置" ],
    "query.source.help": [
        "A data source of this node; it is read, never written.",
        "本节点的数据源，只读不写。"
    ],
    "query.source.none": [
        "This node has no database. Enter one in the daemon's odbc.ini, or "
        + "register a dataset of an SQLite file.",
        "本节点没有数据库。请在守护进程的 odbc.ini 中添加，或登记一个 SQLite 数据集。"
    ],

    "limit.time_limit": [ "Until", "有效期至" ],
    "limit.time_limit.help": [
        "Empty: as long as it was asked for", "不填则以申请为准"
    ],
    "limit.expired_time": [ "Until", "有效期至" ],
    "limit.expired_time.help": [
        "Empty: as long as it was asked for, else one year",
        "不填则以申请为准，未申请期限则为一年"
    ],
    "limit.times_limit": [ "Times at most", "最多使用次数" ],
    "limit.times_limit.help": [
        "One for each task that uses it; an answer narrows what was asked "
        + "for, it never widens it",
        "每个组件任务计一次；答复只能收窄申请的范围，不能放宽"
    ],
    "limit.rows_limit": [ "Rows at most", "最多行数" ],
    "limit.rows_limit.help": [
        "Over all uses together", "所有使用合计"
    ],
    "limit.rows_each.help": [
        "Each time; empty: as the daemon allows", "每次执行；不填则以守护进程为准"
    ],
    "limit.times_each.help": [
        "One for each task that runs it; empty: no limit",
        "每个执行它的组件任务计一次，不填则不限"
    ],
    "limit.until_revoked.help": [
        "Empty: until it is taken back", "不填则至撤回为止"
    ],
    "limit.bytes_limit": [ "Bytes at most", "最多字节数" ],
    "limit.bytes_limit.help": [
        "Over all uses together", "所有使用合计"
    ],
    "limit.algorithms_allow": [ "Algorithms", "允许的算法" ],
    "limit.algorithms_allow.help": [
        "Names, with commas; empty: any", "以逗号分隔，不填则不限"
    ],

    "decide": [ "Approve within these limits, or refuse",
        "在以下限额内批准，或拒绝" ],
    "decide.title": [ "Your decision", "您的决定" ],
    "decide.approve": [ "Approve", "批准" ],
    "decide.refuse": [ "Refuse…", "拒绝…" ],
    "decide.refuse.title": [ "Refuse this request", "拒绝该申请" ],
    "decide.refuse.yes": [ "Refuse", "拒绝" ],
    "decide.reason": [ "Reason", "原因" ],
    "decide.reason.help": [
        "Told to who asked, and kept with the evidence",
        "将告知申请方，并存证"
    ],
    "decide.approved": [
        "Approved; the partner is told.", "已批准，正在告知对方。"
    ],
    "decide.refused": [
        "Refused; the partner is told.", "已拒绝，正在告知对方。"
    ],
    "decide.held": [
        "It is approved. The partner is told when its queries are answered.",
        "已批准，待其查询全部答复后告知对方。"
    ],
    "decide.other": [
        "{name} was faster: {state}, {time}. Your answer was not used.",
        "{name} 已先行答复：{state}，{time}。您的答复未生效。"
    ],
    "decide.not_yours": [
        "Your roles do not let you answer this ({right}).",
        "您的角色无权答复此申请 ({right})。"
    ],

    "trail": [ "Evidence", "存证" ],
    "answered": [ "How it was answered", "答复情况" ],
    "answered.by": [ "By", "答复人" ],
    "answered.when": [ "When", "答复时间" ],
    "answered.reason": [ "Reason", "原因" ],
    "answered.until": [ "Until", "有效期至" ],
    "answered.used": [ "Used", "已用次数" ],
    "answered.permit": [ "Permit", "许可凭证" ],
    "answered.told": [ "Partner told", "送达情况" ],
    "answered.waits": [ "Waits for", "等待" ],

    "state.WITHDRAWN": [ "withdrawn", "已撤回" ],
    "state.HANDED": [ "approved, share given", "已批准并交付份额" ],

    "end.yes": [ "Yes, end it", "确认解除" ],
    "end.done": [ "Ended; the partner is told.", "已解除，正在告知对方。" ],
    "end.contract": [ "End the contract…", "解除合约…" ],
    "end.contract.text": [
        "Everything granted under it ends with it, jobs that run under it "
        + "too. To work together again, one of you has to apply again.",
        "该合约下的全部授权及运行中的任务随之终止。如需再次合作，须重新申请。"
    ],
    "end.dataset": [ "Take the dataset back…", "收回数据集授权…" ],
    "end.dataset.text": [
        "The partner's jobs cannot read it any more. What they have computed "
        + "stays theirs.",
        "对方的任务将不能再读取该数据集，已得到的结果不受影响。"
    ],
    "end.project": [ "Leave the project…", "退出项目…" ],
    "end.project.text": [
        "This node takes part in it no more.", "本节点将不再参与该项目。"
    ],
    "end.component": [ "Take the component back…", "收回组件授权…" ],
    "end.component.text": [
        "The partner may not get it any more.", "对方将不能再获取该组件。"
    ],
    "end.flow": [ "Take the agreement back…", "撤回对流程的同意…" ],
    "end.flow.text": [
        "This node agrees to the flow no more.", "本节点不再同意该流程。"
    ],
    "end.job": [ "Take the approval back…", "撤回任务批准…" ],
    "end.job.text": [
        "This node's part of the job is stopped; the job fails.",
        "本节点在该任务中的部分将停止，任务失败。"
    ],
    "end.model": [ "Take the model back…", "收回模型授权…" ],
    "end.model.text": [
        "The partner may not use it any more.", "对方将不能再使用该模型。"
    ],
    "end.query": [ "Take the approval back…", "撤回查询批准…" ],
    "end.query.text": [
        "The query does not run any more.", "该查询将不再执行。"
    ],

    "own.why": [ "Why", "原因" ],
    "own.withdraw": [ "Withdraw", "撤回" ],
    "own.withdraw.before": [
        "The partner has not answered yet. Its answer, when it comes, ends "
        + "the request.",
        "对方尚未答复。收到答复后该申请即告终止。"
    ],
    "own.withdraw.after": [
        "The permission is given back; jobs that need it fail.",
        "授权将被交还，依赖该授权的任务将失败。"
    ],
    "own.withdrawn": [ "Withdrawn", "已撤回" ]
};
