/* Texts of datasets, own and partners'. */

export const datasets = {
    "datasets": [ "Datasets", "数据集" ],
    "datasets.all": [ "All datasets", "返回数据集列表" ],
    "datasets.tab.own": [ "Of this node", "本节点" ],
    "datasets.tab.offered": [ "Of partners", "合作方" ],
    "datasets.new": [ "New dataset…", "登记数据集…" ],
    "datasets.make": [ "Register", "登记" ],
    "datasets.made": [
        "Registered; nobody else sees it before it is published.",
        "已登记，发布前其他方不可见。"
    ],
    "datasets.new.note": [
        "The rows stay where they are. Where that is, is never told to "
        + "anybody outside this node.",
        "数据保留在原处，其位置不会告知本节点之外的任何一方。"
    ],
    "datasets.scope": [ "Who sees it", "可见范围" ],
    "datasets.rows": [ "Rows", "行数" ],
    "datasets.size": [ "Size", "大小" ],
    "datasets.source": [ "Source", "数据源" ],
    "datasets.empty": [
        "No datasets yet. Register a table, then publish it to partners.",
        "尚无数据集。请先登记，再向合作方发布。"
    ],
    "scope.private": [ "nobody but this node", "仅本节点" ],
    "scope.protect": [ "partners with a contract", "已签约合作方" ],
    "scope.public": [ "every node of the network", "网络中的所有节点" ],
    "state.ONLINE": [ "online", "在线" ],
    "state.OFFLINE": [ "offline", "已下线" ],
    "state.DISCONNECTED": [ "cannot be reached", "连接中断" ],
    "state.DONE": [ "read", "已读取" ],

    "dataset.about": [ "About it", "基本信息" ],
    "dataset.description.help": [
        "What it is; partners read it once it is published",
        "内容说明，发布后合作方可见"
    ],
    "dataset.type": [ "Kind of source", "数据源类型" ],
    "dataset.type.help": [
        "What the next fields mean", "决定以下各项的含义"
    ],
    "dataset.type.csv": [ "CSV file", "CSV 文件" ],
    "dataset.type.sqlite": [ "SQLite file", "SQLite 文件" ],
    "dataset.type.odbc": [ "Database, by ODBC", "数据库 (ODBC)" ],
    "dataset.path": [ "File", "文件" ],
    "dataset.path.help.csv": [
        "Absolute path at this node; the first line names the columns",
        "本节点上的绝对路径，首行为字段名"
    ],
    "dataset.path.help.sqlite": [
        "Absolute path at this node", "本节点上的绝对路径"
    ],
    "dataset.dsn": [ "Data source", "数据源名称" ],
    "dataset.dsn.help.odbc": [
        "Its name in the daemon's odbc.ini; the password is there, not here",
        "守护进程 odbc.ini 中的名称；密码保存在该文件中，不在此处填写"
    ],
    "dataset.table": [ "Table", "表" ],
    "dataset.table.help.sqlite": [ "Table or view", "表或视图" ],
    "dataset.table.help.odbc": [
        "Table or view; or leave it empty and give a query",
        "表或视图；也可不填而改用查询"
    ],
    "dataset.key": [ "Key", "键" ],
    "dataset.key.help.odbc": [
        "A column that is unique and never empty; MariaDB needs one",
        "唯一且非空的列，MariaDB 必填"
    ],
    "dataset.query": [ "Query", "查询" ],
    "dataset.query.help.csv": [
        "Jobs that ask with this text get these rows (data_sql)",
        "以该语句提交的任务 (data_sql) 读取本数据集"
    ],
    "dataset.query.help.sqlite": [
        "Jobs that ask with this text get these rows (data_sql)",
        "以该语句提交的任务 (data_sql) 读取本数据集"
    ],
    "dataset.query.help.odbc": [
        "What is read of the database, if no table is given",
        "未填写表时执行该查询"
    ],
    "dataset.columns": [ "Columns", "字段" ],
    "dataset.columns.help": [
        "Empty: found out by reading. Else one a line: name type DISCRETE or "
        + "CONTINUOUS description",
        "不填则由节点读取获知；否则每行一个：名称 类型 DISCRETE 或 CONTINUOUS 说明"
    ],
    "dataset.columns.unread": [
        "Not known yet: they are found out when it is read.",
        "尚未获知，读取数据后显示。"
    ],
    "dataset.column.type": [ "Type", "类型" ],
    "dataset.column.kind": [ "Values", "数据分布" ],
    "distribution.DISCRETE": [ "discrete", "离散" ],
    "distribution.CONTINUOUS": [ "continuous", "连续" ],
    "dataset.describe": [ "What partners are told", "向合作方说明" ],
    "dataset.describe.help": [
        "What this node finds out by reading the rows and tells when the "
        + "dataset is published",
        "本节点读取数据获知、并在发布后告知合作方的内容"
    ],
    "dataset.describe.none": [ "nothing: it is not read",
        "不读取，不说明" ],
    "dataset.describe.metas": [ "columns, number of rows, a digest",
        "字段、行数与摘要" ],
    "dataset.describe.statistics": [ "statistics of columns, too",
        "另含各列统计" ],
    "dataset.describe.sample": [ "statistics and a sample, too",
        "另含统计与样例" ],
    "dataset.purpose": [ "What for", "用途" ],
    "dataset.purpose.help": [
        "For your own operators; not told to partners",
        "供本节点操作员参考，不告知合作方"
    ],
    "dataset.publish": [ "Publish…", "发布…" ],
    "dataset.publish.yes": [ "Publish", "发布" ],
    "dataset.publish.text": [
        "Who sees it may ask for its use; every request waits for your "
        + "approval. These are the most that any of them is given:",
        "可见的一方可申请使用，每次申请均须审批。以下为授权上限："
    ],
    "dataset.publish.wrong": [
        "Correct the fields that are marked.", "请更正所标出的字段。"
    ],
    "dataset.published": [ "Published", "已发布" ],
    "dataset.offline": [ "Take offline", "下线" ],
    "dataset.online": [ "Bring online", "上线" ],
    "dataset.is_offline": [
        "Offline: partners no longer see it, no use of it begins.",
        "已下线：合作方不可见，不再开始新的使用。"
    ],
    "dataset.is_online": [ "Online again", "已恢复上线" ],
    "dataset.delete": [ "Delete…", "删除…" ],
    "dataset.delete.yes": [ "Delete", "删除" ],
    "dataset.delete.text": [
        "The record is deleted, the rows stay where they are. It is refused "
        + "while a permit, job or project uses it.",
        "仅删除登记信息，数据本身不受影响。仍被许可、任务或项目使用时无法删除。"
    ],
    "dataset.deleted": [ "Deleted", "已删除" ],
    "dataset.use": [ "Use", "使用情况" ],
    "dataset.unused": [ "Never used", "从未使用" ],
    "dataset.last": [ "last", "最近" ],
    "dataset.used_by": [ "in use by", "正被使用：" ],
    "dataset.no_permits": [
        "Nobody was granted it. Requests for it are among the approvals.",
        "尚未授权任何一方。对它的申请见审批页面。"
    ],
    "most.time_limit.help": [ "Empty: no end", "不填则无期限" ],
    "most.times_limit.help": [ "Empty: no limit", "不填则不限" ],
    "most.rows_limit.help": [ "Empty: no limit", "不填则不限" ],
    "most.bytes_limit.help": [ "Empty: no limit", "不填则不限" ],
    "most.algorithms_allow.help": [
        "Names, with commas; empty: any", "以逗号分隔，不填则不限"
    ],

    "described": [ "What was found out", "读取结果" ],
    "described.when": [ "Read", "读取时间" ],
    "described.content": [ "Its rows", "数据内容" ],
    "described.content.live": [ "may change", "可变" ],
    "described.content.fixed": [
        "are those of the digest, or tasks fail",
        "须与摘要相符，否则任务失败"
    ],
    "described.signed": [ "Signed by the key", "签名公钥" ],
    "described.statistics": [ "Statistics", "统计" ],
    "described.sample": [ "Sample", "样例" ],
    "described.again": [ "Read it again", "重新读取" ],
    "described.asked": [
        "It is read next; what is found appears here.",
        "即将读取，结果将显示在此处。"
    ],
    "described.set": [ "Saved", "已保存" ],

    "statistics.group": [
        "Each figure is of at least {n} rows.", "每项统计至少涉及 {n} 行。"
    ],
    "statistics.empty": [ "Empty cells", "空值" ],
    "statistics.values": [ "Values and how often", "取值与次数" ],
    "statistics.range": [ "Least, mean, greatest", "最小、均值、最大" ],
    "statistics.of": [ "{min}, {mean}, {max}", "{min}、{mean}、{max}" ],
    "statistics.quantiles": [ "Quantiles", "分位数" ],
    "statistics.sample": [
        "Put together from different rows: none of them is anybody's.",
        "由不同行的值拼成，不对应任何真实的行。"
    ],
    "offered.signature": [ "Signature", "签名" ],
    "signed.good": [ "by its node", "由其节点签名" ],
    "signed.bad": [
        "of something else: ask the partner", "与内容不符，请联系对方"
    ],
    "signed.unknown_key": [ "of a key we do not know", "签名公钥未知" ],
    "signed.none": [ "none", "无" ],

    "offered.no_partner": [
        "No partners yet: what others publish is seen under a contract. "
        + "Apply for one on the page of nodes.",
        "尚无合作方。签约后可查看对方公开的数据集，请在节点页面申请合作。"
    ],
    "offered.empty": [
        "This partner publishes no dataset, or it has not been read yet.",
        "该合作方没有公开的数据集，或尚未读取。"
    ],
    "offered.read": [ "As read", "读取于" ],
    "offered.unread": [ "Not read yet", "尚未读取" ],
    "offered.refresh": [ "Read again", "重新读取" ],
    "offered.asked": [ "The partner is asked now.", "正在向合作方查询。" ],
    "offered.request": [ "Our request", "我方申请" ],
    "offered.never": [ "none", "未申请" ],
    "offered.apply": [ "Apply…", "申请…" ],
    "offered.apply.title": [ "Apply for the use of a dataset",
        "申请使用数据集" ],
    "offered.apply.note": [
        "Ask for no more than you need: its operators see the limits and "
        + "decide.",
        "请仅申请所需范围，对方操作员将据此审批。"
    ],
    "offered.applied": [
        "Asked; the answer is shown here and among the approvals.",
        "已申请，答复将显示在此处与审批页面。"
    ],
    "ask.time_limit.help": [ "Empty: no end", "不填则无期限" ],
    "ask.times_limit.help": [
        "One for each task that reads it; empty: no limit",
        "每个读取它的组件任务计一次，不填则不限"
    ],
    "ask.rows_limit.help": [ "Empty: no limit", "不填则不限" ],
    "ask.algorithms_allow.help": [
        "Names, with commas; empty: any", "以逗号分隔，不填则不限"
    ]
};
