/* Texts of the overview. */

export const overview = {
    "overview": [ "Overview", "总览" ],
    "overview.peers": [ "Partners", "合作方" ],
    "overview.jobs": [ "Jobs by state", "任务状态" ],
    "overview.inbox": [ "To be decided", "待审批" ],
    "overview.since": [ "since", "起始时间" ]
};
