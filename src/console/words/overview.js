/* Texts of the overview. */

export const overview = {
    "overview": [ "Overview", "总览" ],
    "overview.inbox": [ "To be decided", "待审批" ],
    "overview.inbox.some": [ "requests wait for a decision", "项申请待审批" ],
    "overview.inbox.none": [ "nothing waits", "没有待审批的申请" ],
    "overview.jobs": [ "Jobs by state", "任务状态" ],
    "overview.jobs.none": [
        "No jobs yet. One begins with a flow, or when a partner asks for our "
        + "part in one.",
        "尚无任务。任务由流程发起，或由合作方邀请参与。"
    ],
    "overview.running": [ "Running now", "正在运行" ],
    "overview.running.all": [ "All {n} of them", "查看全部 {n} 个" ],
    "overview.left": [ "Left", "剩余" ],
    "overview.peers": [ "Partners", "合作方" ],
    "overview.peers.none": [
        "No partners yet. Apply to a node for a contract:",
        "尚无合作方，请先申请合作："
    ],
    "overview.since": [ "Since", "起始时间" ],
    "overview.crl": [ "Revocation lists", "吊销列表" ],
    "overview.certificates": [ "Certificates end", "证书到期" ],
    "overview.work": [ "At work", "运行状况" ],
    "overview.up": [
        "All parts of the daemon are there.", "守护进程各部分均正常。"
    ],
    "overview.down": [
        "No sign of life of: {names}. See the daemon's log and start it.",
        "以下部分无响应：{names}。请查看守护进程日志并启动。"
    ],
    "overview.tasks.running": [ "Tasks running", "执行中的组件任务" ],
    "overview.tasks.waiting": [ "Tasks waiting", "等待的组件任务" ],
    "overview.messages": [ "Messages not delivered yet", "待投递消息" ],
    "overview.evidence": [ "Evidence", "存证" ],
    "overview.evidence.length": [ "Entries", "条数" ],
    "overview.evidence.head": [ "Last entry", "最新一条" ],
    "overview.evidence.time": [ "When", "时间" ]
};
