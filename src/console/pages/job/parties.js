/* Every party's part of every step: data, state, last sign. */

import { bytes, duration, number, percent } from "../../lib/format.js";
import { html } from "../../lib/html.js";
import { href } from "../../lib/route.js";
import { either, t } from "../../lib/words.js";
import { Badge, Bar } from "../../parts/badge.js";
import { Card } from "../../parts/card.js";
import { Table } from "../../parts/table.js";
import { Id, Name, Time } from "../../parts/text.js";

/* `step`: only of this one; "": of all. */
export function Parties({ parts, step }) {
    const rows = parts.filter(({ task_name }) =>
        step === "" || task_name === step);

    return html`
        <${Card} title=${t("job.parties")} wide>
            <${Table} columns=${columns()} rows=${rows}
                rowKey=${(part) => `${part.task_id} ${part.node_id}`}
                caption=${t("job.parties")} empty=${t("job.no_parts")} />
        <//>`;
}

const columns = () => [
    { name: "role", title: t("role"), sort: (part) => part.role,
      cell: (part) => html`<${Name} text=${part.role} />` },
    { name: "node", title: t("node"), sort: (part) => part.node_id,
      cell: (part) => html`<a href=${href("nodes", part.node_id)}>
          <${Id} text=${part.node_id} /></a>` },
    { name: "step", title: t("job.step"), sort: (part) => part.task_name,
      cell: (part) => html`<${Name} text=${part.task_name} />` },
    { name: "state", title: t("state"), sort: (part) => part.status,
      cell: (part) => html`<${Badge} state=${part.status} />` },
    { name: "progress", title: t("jobs.progress"), cell: progress },
    { name: "rows", title: t("job.rows"), number: true,
      sort: (part) => part.facts?.rows ?? 0,
      cell: (part) => number(part.facts?.rows) },
    { name: "positives", title: t("job.positives"), number: true,
      cell: (part) => number(part.facts?.positives) },
    { name: "bytes", title: t("job.bytes"), number: true,
      cell: traffic },
    { name: "sign", title: t("job.sign"), sort: (part) => part.update_time,
      cell: (part) => html`<${Time} ms=${part.update_time} />` },
    { name: "why", title: t("jobs.why"), cell: why }
];

function progress(part) {
    return html`<${Bar} value=${part.progress ?? 0}
        label=${`${t("jobs.progress")} ${part.role}`}
        text=${percent(part.progress ?? 0)} />
        ${part.stage && html` <small dir="auto">${part.stage}</small>`}
        ${part.remaining_ms >= 0 && part.status === "RUNNING" && html`
            ${" "}<small>${t("jobs.left",
                { time: duration(part.remaining_ms) })}</small>`}`;
}

/* Of this node's own part alone: other parties do not tell it. */
function traffic({ sent, received }) {
    return sent === undefined && received === undefined ? ""
        : `↑ ${bytes(sent ?? 0)} ↓ ${bytes(received ?? 0)}`;
}

function why(part) {
    return html`<span dir="auto">${part.cause
        ? either(part.cause.message, part.cause.message_zh)
        : either(part.pending_reason, part.pending_reason_zh)}</span>`;
}
