/* What tasks made here, and what they report. */

import { useData } from "../../lib/data.js";
import { bytes, number } from "../../lib/format.js";
import { html } from "../../lib/html.js";
import { href } from "../../lib/route.js";
import { may } from "../../lib/session.js";
import { t } from "../../lib/words.js";
import { Card } from "../../parts/card.js";
import { Table } from "../../parts/table.js";
import { Code, Id, Name } from "../../parts/text.js";

export function Outputs({ job_id }) {
    const { data } = useData("job/output/list", { job_id, page_size: 200 },
        { kinds: [ "job", "task", "model" ] });

    return !data?.records?.length ? null : html`
        <${Card} title=${t("job.outputs")} wide>
            <${Table} columns=${columns()} rows=${data.records}
                rowKey=${(one) => `${one.task_id} ${one.key}`}
                caption=${t("job.outputs")} />
        <//>`;
}

const columns = () => [
    { name: "step", title: t("job.step"), cell: (one) => html`
        <${Name} text=${one.task_name} />` },
    { name: "key", title: t("name"), cell: (one) => html`
        <${Name} text=${one.key} />` },
    { name: "kind", title: t("job.kind"), cell: kind },
    { name: "rows", title: t("job.rows"), number: true,
      cell: (one) => one.kind === "model" ? "" : number(one.rows) },
    { name: "bytes", title: t("job.size"), number: true,
      cell: (one) => bytes(one.bytes) },
    { name: "digest", title: t("job.digest"), cell: (one) => html`
        <span title=${one.digest}><${Id}
            text=${`${one.digest.slice(0, 16)}…`} /></span>` }
];

/* A model has a page of its own. */
function kind(one) {
    return one.kind === "model" && may("model.read")
        ? html`<a href=${href("models", `M.${one.task_id}`)}>${one.kind}</a>`
        : one.kind;
}

/* Reports of this node's tasks, as their components made them. */
export function Reports({ tasks }) {
    return tasks.map((task) => html`<${Report} key=${task.task_id}
        task=${task} />`);
}

function Report({ task }) {
    const { data } = useData("task/query", { task_id: task.task_id },
        { kinds: [ "task" ], id: task.task_id });

    return data?.report === undefined ? null : html`
        <${Card} title=${t("job.report", { step: task.task_name })}>
            <${Code} text=${JSON.stringify(data.report, null, 2)}
                label=${t("job.report", { step: task.task_name })} />
        <//>`;
}
