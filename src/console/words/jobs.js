/* Texts of jobs and their tasks. */

export const jobs = {
    "jobs": [ "Jobs", "任务" ],
    "jobs.job": [ "Job", "任务" ],
    "jobs.progress": [ "Progress", "进度" ],
    "jobs.started": [ "Started", "开始时间" ],
    "jobs.took": [ "Took", "用时" ],
    "jobs.left": [ "{time} left", "剩余 {time}" ],
    "jobs.why": [ "Why", "原因" ],
    "jobs.filter": [ "Show", "显示" ]
};
