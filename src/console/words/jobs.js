/* Texts of jobs and their tasks. */

export const jobs = {
    "jobs": [ "Jobs", "任务" ],
    "jobs.job": [ "Job", "任务" ],
    "jobs.progress": [ "Progress", "进度" ],
    "jobs.started": [ "Started", "开始时间" ],
    "jobs.took": [ "Took", "用时" ],
    "jobs.left": [ "{time} left", "剩余 {time}" ],
    "jobs.why": [ "Why", "原因" ],
    "jobs.filter": [ "Show", "显示" ],

    "job.about": [ "Progress", "进展" ],
    "job.initiator": [ "Initiator", "发起方" ],
    "job.flow": [ "Flow", "流程" ],
    "job.rerun_of": [ "Repeats", "重新运行自" ],
    "job.priority": [ "Priority", "优先级" ],
    "job.ended": [ "Ended", "结束时间" ],
    "job.dag": [ "Steps", "组件编排" ],
    "job.settings": [ "Configuration", "运行时参数" ],
    "job.settings.show": [ "Show", "展开" ],

    "job.cause": [ "Why it failed", "失败原因" ],
    "job.todo": [ "What to do:", "处理方法：" ],
    "job.party": [ "Party", "参与方" ],
    "job.step": [ "Step", "组件实例" ],
    "job.component": [ "Component", "组件" ],
    "job.field": [ "Parameter", "参数" ],
    "job.column": [ "Column", "数据列" ],
    "job.row": [ "Row", "数据行" ],
    "job.error": [ "Error", "错误" ],
    "job.when": [ "When", "时间" ],
    "job.consequences": [ "What followed from it", "由此引起" ],
    "job.note": [ "Parties that dropped out", "中途退出的参与方" ],
    "job.note.text": [
        "The job went on without them: its results are of the rows of those "
        + "who stayed.",
        "任务在其退出后继续进行，结果仅基于其余参与方的数据。"
    ],
    "job.waits": [ "What it waits for", "等待原因" ],
    "job.since": [ "since", "自" ],
    "job.tries": [ "Tries before", "此前的尝试" ],

    "job.parties": [ "Parties", "参与方" ],
    "job.no_parts": [
        "No party has begun; parts appear when the job starts.",
        "尚无参与方开始，任务启动后将在此显示。"
    ],
    "job.rows": [ "Rows", "行数" ],
    "job.positives": [ "Positive", "正样本" ],
    "job.bytes": [ "Sent, received", "发送、接收" ],
    "job.sign": [ "Last sign", "最近上报" ],

    "job.curve": [ "Curve of {step}", "{step} 指标曲线" ],
    "job.iteration": [ "iteration", "迭代次数" ],

    "job.log": [ "Log", "日志" ],
    "job.levels": [ "Levels", "级别" ],
    "job.level.all": [ "All", "全部" ],
    "job.level.error": [ "Error", "错误" ],
    "job.level.warn": [ "Warning", "警告" ],
    "job.level.info": [ "Info", "信息" ],
    "job.level.debug": [ "Debug", "调试" ],
    "job.follow": [ "Follow", "跟随" ],
    "job.no_lines": [ "No lines of this level", "该级别暂无日志" ],
    "job.cut": [
        "{n} earlier lines are not shown", "另有 {n} 行较早的日志未显示"
    ],
    "job.dropped": [
        "{n} lines gave way to newer ones", "{n} 行因超出上限已丢弃"
    ],

    "job.outputs": [ "Outputs at this node", "本节点的输出" ],
    "job.kind": [ "Kind", "类型" ],
    "job.size": [ "Size", "大小" ],
    "job.digest": [ "Digest (SHA-256)", "摘要 (SHA-256)" ],
    "job.report": [ "Report of {step}", "{step} 报告" ],

    "job.learns": [ "Who learns what", "谁能获知什么" ],
    "job.learns.none": [
        "This component states nothing about who learns what.",
        "该组件未说明各方能获知的内容。"
    ],
    "job.learns.unknown": [
        "This component is not registered here; ask who provides it.",
        "该组件未在本节点注册，请咨询其提供方。"
    ],

    "job.ask": [ "Ask the parties", "申请各方审批" ],
    "job.ask.text": [
        "Every party is sent the job as it is and decides about it; it can "
        + "be started when all have approved.",
        "将把任务发送给各参与方审批，全部批准后方可启动。"
    ],
    "job.ask.done": [ "The parties are asked", "已申请审批" ],
    "job.ask.no_contract": [
        "There is no approved contract with {node}; apply for one first.",
        "与 {node} 没有已批准的合约，请先申请合作。"
    ],
    "job.start": [ "Start", "启动" ],
    "job.start.text": [
        "Every party has approved. The job begins at once at all of them.",
        "各参与方均已批准，任务将立即在各方开始运行。"
    ],
    "job.start.done": [ "The job starts", "任务已启动" ],
    "job.pause": [ "Pause", "暂停" ],
    "job.pause.text": [
        "Steps that run go on to their end; no other begins until the job is "
        + "resumed.",
        "运行中的组件继续至结束，恢复之前不再开始新的组件。"
    ],
    "job.pause.done": [ "The job is held", "任务已暂停" ],
    "job.resume": [ "Resume", "恢复" ],
    "job.resume.text": [
        "Steps that wait begin as their inputs are there.",
        "等待中的组件将在输入就绪后开始。"
    ],
    "job.resume.done": [ "The job goes on", "任务已恢复" ],
    "job.stop": [ "Stop", "停止" ],
    "job.stop.text": [
        "The job is stopped at every party and cannot go on. What it has not "
        + "finished is lost.",
        "任务将在所有参与方停止，且无法继续，未完成的结果不会保留。"
    ],
    "job.stop.done": [ "The job is being stopped", "任务正在停止" ],
    "job.rerun": [ "Run again", "重新运行" ],
    "job.rerun.text": [
        "A new job is made of this one; its parties approve it anew.",
        "将由此任务生成新任务，须经各参与方重新批准。"
    ],
    "job.rerun.done": [ "The new job is made", "新任务已创建" ],
    "job.from": [ "From which step", "起始组件" ],
    "job.from.all": [ "All steps", "全部组件" ],
    "job.params": [ "Other parameters of {step}", "更改 {step} 的参数" ],

    "job.step.disable": [ "Do not begin {step}", "禁用 {step}" ],
    "job.step.disable.done": [ "{step} does not begin", "{step} 已禁用" ],
    "job.step.start": [ "Let {step} begin", "启用 {step}" ],
    "job.step.start.done": [ "{step} may begin", "{step} 已启用" ],

    "dashboard": [ "Training", "训练看板" ],
    "dashboard.job": [ "All of the job", "查看完整任务" ],
    "dashboard.no_job": [
        "The address names no job: it is "
        + "#/dashboard?job_id=...&role=...&party_id=..., as "
        + "/model/board_url gives it.",
        "地址中没有 job_id，完整地址见 /model/board_url 返回的 "
        + "#/dashboard?job_id=...&role=...&party_id=...。"
    ],
    "dashboard.elsewhere": [
        "This node has no part of the job as {role}. Each party's address "
        + "leads to its own node; take that one of /model/board_url.",
        "本节点在该任务中没有角色 {role} 的部分。各方的看板位于其自身节点，请使用 "
        + "/model/board_url 返回的相应地址。"
    ]
};
