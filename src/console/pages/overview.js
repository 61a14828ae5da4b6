/* How the node is: what waits, what runs, who is there, what ends soon. */

import { useData } from "../lib/data.js";
import { duration, number, percent } from "../lib/format.js";
import { html } from "../lib/html.js";
import { href } from "../lib/route.js";
import { may, session } from "../lib/session.js";
import { t } from "../lib/words.js";
import { Badge, Bar } from "../parts/badge.js";
import { Card, Head } from "../parts/card.js";
import { Ends } from "../parts/ends.js";
import { Failure } from "../parts/failure.js";
import { Table } from "../parts/table.js";
import { Facts, Id, Name, Time, Waiting } from "../parts/text.js";
import { Trail } from "../parts/trail.js";

export function Overview() {
    const { data, error, reload } = useData("overview", {},
        { kinds: [ "contract", "node", "audit", "query", "job" ] });

    return html`
        <${Head} title=${t("overview")} note=${html`<${Id}
            text=${session.get().self?.node_id ?? ""} />`} />
        <${Failure} error=${error} again=${reload} />
        ${data === undefined ? !error && html`<${Waiting} />` : html`
        <div class="cards">
            ${may("audit.read") && html`<${Decisions} n=${data.inbox ?? 0} />`}
            ${may("job.read") && html`<${States} jobs=${data.jobs ?? {}} />`}
            ${may("job.read") && html`<${Running} />`}
            ${may("node.read") && html`<${Peers} peers=${data.peers ?? []} />`}
            ${data.queue && html`<${Work} queue=${data.queue}
                down=${data.down ?? []} />`}
            ${data.certificates?.length > 0 && html`<${Certificates}
                rows=${data.certificates} />`}
            ${data.evidence && html`<${Evidence} of=${data.evidence} />`}
        </div>`}`;
}

function Decisions({ n }) {
    return html`
        <${Card} title=${t("overview.inbox")}>
            <p class="tally"><a href=${href("inbox")}>
                <strong class=${n > 0 ? "due" : ""}>${number(n)}</strong>
                ${" "}${t(n > 0 ? "overview.inbox.some"
                    : "overview.inbox.none")}</a></p>
        <//>`;
}

function States({ jobs }) {
    const rows = Object.entries(jobs).filter(([ , n ]) => n > 0);

    return html`
        <${Card} title=${t("overview.jobs")}>
            ${rows.length === 0
                ? html`<p class="empty">${t("overview.jobs.none")}</p>`
                : html`<ul class="tally">${rows.map(([ state, n ]) => html`
                    <li key=${state}>
                        <a href=${href("jobs", "", { status: state })}>
                            <strong>${number(n)}</strong>
                            ${" "}<${Badge} state=${state} /></a></li>`)}
                </ul>`}
        <//>`;
}

const shown = 10;

function Running() {
    const { data, error } = useData("job/list", { status: "RUNNING",
        page_size: shown }, { kinds: [ "job", "task" ] });

    return error || !data?.records.length ? null : html`
        <${Card} title=${t("overview.running")} wide>
            <${Table} columns=${running()} rows=${data.records}
                rowKey=${(job) => job.job_id}
                caption=${t("overview.running")} />
            ${data.total > shown && html`<p><a href=${href("jobs", "",
                { status: "RUNNING" })}>${t("overview.running.all",
                { n: number(data.total) })}</a></p>`}
        <//>`;
}

const running = () => [
    { name: "job", title: t("jobs.job"), cell: (job) => html`
        <a href=${href("jobs", job.job_id)}><${Name}
            text=${job.name || job.job_id} /></a>` },
    { name: "progress", title: t("jobs.progress"), cell: (job) => html`
        <${Bar} value=${job.progress ?? 0} label=${t("jobs.progress")}
            text=${percent(job.progress ?? 0)} />` },
    { name: "left", title: t("overview.left"), cell: (job) =>
        duration(job.remaining_ms) },
    { name: "start", title: t("jobs.started"),
      cell: (job) => html`<${Time} ms=${job.start_time} />` }
];

const peer = () => [
    { name: "name", title: t("node"), sort: (one) => one.name,
      cell: (one) => html`<a href=${href("nodes", one.node_id)}><${Name}
          text=${one.name || one.node_id} /></a>` },
    { name: "state", title: t("state"), sort: (one) => one.state,
      cell: (one) => html`<${Badge} state=${one.state} /> <small><bdi>
          ${one.error ?? ""}</bdi></small>` },
    { name: "since", title: t("overview.since"), sort: (one) => one.since,
      cell: (one) => html`<${Time} ms=${one.since} />` }
];

function Peers({ peers }) {
    return html`
        <${Card} title=${t("overview.peers")} wide>
            <${Table} columns=${peer()} rows=${peers}
                rowKey=${(one) => one.node_id} caption=${t("overview.peers")}
                empty=${html`${t("overview.peers.none")} <a
                    href=${href("nodes")}>${t("nodes")}</a>`} />
        <//>`;
}

/* Roles of the daemon that are gone, and what has not been done yet. */
function Work({ queue, down }) {
    return html`
        <${Card} title=${t("overview.work")}>
            <p class=${down.length > 0 ? "fault" : ""}>${down.length > 0
                ? t("overview.down", { names: down.join(", ") })
                : t("overview.up")}</p>
            <${Facts} rows=${[
                [ t("overview.tasks.running"), number(queue.tasks_running) ],
                [ t("overview.tasks.waiting"), number(queue.tasks_waiting) ],
                [ t("overview.messages"), number(queue.messages) ] ]} />
        <//>`;
}

/* What ends first stands first. */
function Certificates({ rows }) {
    const sorted = [ ...rows ].sort((a, b) => a.expires - b.expires);

    return html`
        <${Card} title=${t("overview.certificates")}>
            <${Facts} rows=${sorted.map((one) => [
                one.what === "peer" ? one.node_id
                    : t(one.what === "crl" ? "overview.crl" : "own_node"),
                html`<${Ends} ms=${one.expires} />` ])} />
        <//>`;
}

function Evidence({ of }) {
    return html`
        <${Card} title=${t("overview.evidence")}
            actions=${html`<${Trail} />`}>
            <${Facts} rows=${[
                [ t("overview.evidence.length"), number(of.length) ],
                [ t("overview.evidence.head"), of.event && html`<code>
                    ${of.event}</code> <${Id} text=${of.subject ?? ""} />` ],
                [ t("overview.evidence.time"), of.time > 0
                    ? html`<${Time} ms=${of.time} />` : undefined ]
            ]} />
        <//>`;
}
