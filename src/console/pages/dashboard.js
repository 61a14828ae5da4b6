/*
 * The training of one party: #/dashboard?job_id=&role=&party_id=, the address
 * that /model/board_url gives. Every party opens it at its own node and sees
 * what that node has of the job; another party's part is not shown, even
 * where this node knows of it.
 */

import { useData } from "../lib/data.js";
import { html } from "../lib/html.js";
import { href } from "../lib/route.js";
import { isOver, stepsOf } from "../lib/steps.js";
import { t } from "../lib/words.js";
import { Badge } from "../parts/badge.js";
import { Card, Head } from "../parts/card.js";
import { Dag } from "../parts/dag.js";
import { Failure } from "../parts/failure.js";
import { Waiting } from "../parts/text.js";
import { Cause, Note, Waits } from "./job/cause.js";
import { Curves } from "./job/curves.js";
import { Learns } from "./job/learns.js";
import { Log } from "./job/log.js";
import { Outputs, Reports } from "./job/outputs.js";
import { Parties } from "./job/parties.js";
import { About } from "./job.js";

export function Dashboard({ args: { job_id, role = "", party_id = "" } }) {
    const { data: job, error, reload } = useData(job_id && "job/query",
        { job_id }, { kinds: [ "job", "task" ] });
    const tasks = useData(job_id && "task/list", { job_id, page_size: 200 },
        { kinds: [ "job", "task" ] }).data?.records;

    return html`
        <${Head} title=${job?.name || t("dashboard")}
            note=${html`<span dir="auto">${role} ${party_id}</span>
                <${Badge} state=${job?.status} />`}
            actions=${job && html`<a href=${href("jobs", job_id)}>
                ${t("dashboard.job")}</a>`} />
        ${!job_id && html`<p>${t("dashboard.no_job")}</p>`}
        <${Failure} error=${error} again=${reload} />
        ${job && tasks ? html`<${Own} job=${job} role=${role}
            tasks=${tasks.filter((task) => isOf(task, role))} />`
            : job_id && !error && html`<${Waiting} />`}`;
}

/* "guest" is guest.0; without a role all that this node has. */
export function isOf(task, role) {
    return role === "" || task.role === role
        || task.role.split(".")[0] === role;
}

function Own({ job, tasks, role }) {
    const ids = new Set(tasks.map(({ task_id, role }) =>
        `${task_id} ${role}`));
    const parts = (job.tasks ?? []).filter((part) =>
        ids.has(`${part.task_id} ${part.role}`));

    if (tasks.length === 0 && (job.tasks ?? []).length > 0) {
        return html`<p>${t("dashboard.elsewhere", { role })}</p>`;
    }

    return html`
        <${Waits} list=${job.pending} />
        <${Cause} job=${job} />
        <${Note} job=${job} />
        <div class="cards">
            <${About} job=${job} />
            <${Card} title=${t("job.dag")}>
                <${Dag} ...${stepsOf({ ...job, tasks: parts })}
                    label=${t("job.dag")} />
            <//>
            <${Curves} tasks=${tasks} />
            <${Parties} parts=${parts} step="" />
            <${Log} job_id=${job.job_id} runs=${!isOver(job)} step=""
                steps=${new Map(tasks.map((one) =>
                    [ one.task_id, one.task_name ]))} />
            <${Outputs} job_id=${job.job_id} />
            <${Reports} tasks=${tasks} />
            <${Learns} dag=${job.dag} />
        </div>`;
}
