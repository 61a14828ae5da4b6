/* All jobs of this node, by state, a page at a time. */

import { useData } from "../lib/data.js";
import { duration, percent } from "../lib/format.js";
import { html } from "../lib/html.js";
import { amend, href, route } from "../lib/route.js";
import { either, t } from "../lib/words.js";
import { Badge, Bar } from "../parts/badge.js";
import { Head } from "../parts/card.js";
import { Failure } from "../parts/failure.js";
import { Pages, Table } from "../parts/table.js";
import { Name, Time, Waiting } from "../parts/text.js";

const size = 50;
const states = [ "", "PENDING", "READY", "RUNNING", "SUCCESS", "FAILED" ];

export function Jobs() {
    const { status = "", page = "1", project, flow } = route.get().args;
    const { data, error, reload } = useData("job/list", { status,
        project_id: project, flow_id: flow, page_num: page,
        page_size: size }, { kinds: [ "job", "task" ] });

    return html`
        <${Head} title=${t("jobs")}
            actions=${html`<${Filter} status=${status} />`} />
        <${Failure} error=${error} again=${reload} />
        ${data === undefined ? !error && html`<${Waiting} />` : html`
        <${Table} columns=${columns()} rows=${data.records}
            rowKey=${(job) => job.job_id} caption=${t("jobs")} />
        <${Pages} page=${Number(page)} size=${size} total=${data.total}
            onPage=${(to) => amend({ page: to })} />`}`;
}

function Filter({ status }) {
    return html`
        <label class="inline">${t("jobs.filter")}
            <select value=${status} onChange=${(event) => amend({
                status: event.currentTarget.value, page: "" })}>
                ${states.map((state) => html`<option key=${state}
                    value=${state}>${state === "" ? t("all")
                        : t(`state.${state}`)}</option>`)}
            </select></label>`;
}

const columns = () => [
    { name: "job", title: t("jobs.job"), cell: (job) => html`
        <a href=${href("jobs", job.job_id)}><${Name}
            text=${job.name || job.job_id} /></a>` },
    { name: "status", title: t("state"),
      cell: (job) => html`<${Badge} state=${job.status} />` },
    { name: "progress", title: t("jobs.progress"), cell: progress },
    { name: "start", title: t("jobs.started"),
      cell: (job) => html`<${Time} ms=${job.start_time} />` },
    { name: "took", title: t("jobs.took"), number: true, cell: (job) =>
        job.finish_time > 0 && job.start_time > 0
            ? duration(job.finish_time - job.start_time) : "" },
    { name: "why", title: t("jobs.why"), cell: why }
];

function progress(job) {
    return html`<${Bar} value=${job.progress ?? 0}
        label=${t("jobs.progress")} text=${percent(job.progress ?? 0)} />
        ${job.remaining_ms >= 0 && html` <small>${t("jobs.left",
            { time: duration(job.remaining_ms) })}</small>`}`;
}

/* Why it failed or waits, in the words of the node. */
function why(job) {
    return html`<span dir="auto">${job.cause
        ? either(job.cause.message, job.cause.message_zh)
        : either(job.pending_reason, job.pending_reason_zh)}</span>`;
}
