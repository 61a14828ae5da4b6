/* One dataset of this node at #/datasets/ID: what it is, who may use it. */

import { useData } from "../lib/data.js";
import { stateOf } from "../lib/dataset.js";
import { bytes, number } from "../lib/format.js";
import { html } from "../lib/html.js";
import { href } from "../lib/route.js";
import { may } from "../lib/session.js";
import { t } from "../lib/words.js";
import { policy } from "../parts/asked.js";
import { Badge } from "../parts/badge.js";
import { Card, Head } from "../parts/card.js";
import { Described } from "../parts/described.js";
import { Failure } from "../parts/failure.js";
import { Permits } from "../parts/permits.js";
import { Steps } from "../parts/datasetsteps.js";
import { Table } from "../parts/table.js";
import { Code, Facts, Id, Name, Time, Waiting } from "../parts/text.js";
import { Trail } from "../parts/trail.js";

export function Dataset({ id }) {
    const { data, error, reload } = useData("dataset/query",
        { dataset_id: id }, { kinds: [ "dataset" ] });

    return html`
        <${Head} title=${html`<${Name} text=${data?.name ?? id} />`}
            note=${html`<${Badge} state=${data && stateOf(data)} />`}
            actions=${html`<a href=${href("datasets")}>${t("datasets.all")}
            </a>`} />
        <${Failure} error=${error} again=${reload} />
        ${data === undefined ? !error && html`<${Waiting} />`
            : html`<${Shown} one=${data} reload=${reload} />`}`;
}

function Shown({ one, reload }) {
    return html`
        <${Card} title=${t("dataset.about")}
            actions=${html`<${Trail} id=${one.dataset_id} />`}>
            <${Facts} rows=${facts(one)} />
            ${one.location?.query && html`<h3>${t("dataset.query")}</h3>
                <${Code} text=${one.location.query}
                    label=${t("dataset.query")} />`}
            <${Steps} one=${one} reload=${reload} />
        <//>
        <${Use} one=${one} />
        <${Card} title=${t("dataset.columns")}>
            <${Table} columns=${columns()} rows=${one.column_metas ?? []}
                rowKey=${(row) => row.name} caption=${t("dataset.columns")}
                empty=${t("dataset.columns.unread")} />
        <//>
        <${Described} one=${one} reload=${reload} />`;
}

function facts(one) {
    const place = one.location ?? {};

    return [
        [ t("asked.id"), html`<${Id} text=${one.dataset_id} />` ],
        [ t("asked.description"), one.description
            && html`<${Name} text=${one.description} />` ],
        [ t("dataset.purpose"), one.purpose
            && html`<${Name} text=${one.purpose} />` ],
        [ t("datasets.scope"), t(`scope.${one.pub_scope || "private"}`) ],
        [ t("datasets.rows"), one.count >= 0 ? number(one.count) : "" ],
        [ t("datasets.size"), one.size > 0 ? bytes(one.size) : "" ],
        [ t("datasets.source"), [ place.type, place.path ?? place.dsn,
            place.table ].filter(Boolean).join(" ") ],
        [ t("asked.policy"), policy(one.usage_limits) ],
        [ t("version"), one.version ],
        [ t("changed"), html`<${Time} ms=${one.update_time} />` ]
    ];
}

const columns = () => [
    { name: "name", title: t("name"), sort: (row) => row.name,
      cell: (row) => html`<${Name} text=${row.name} />` },
    { name: "type", title: t("dataset.column.type"),
      cell: (row) => html`<bdi>${row.data_type}</bdi>` },
    { name: "kind", title: t("dataset.column.kind"),
      cell: (row) => t(`distribution.${row.distribution}`) },
    { name: "about", title: t("asked.description"),
      cell: (row) => html`<bdi>${row.description ?? ""}</bdi>` }
];

/* Who was granted it and how much of that is used. */
function Use({ one }) {
    const { data } = useData("dataset/state", { dataset_id: one.dataset_id },
        { kinds: [ "dataset", "audit", "task" ] });

    return html`
        <${Card} title=${t("dataset.use")}>
            ${data && html`<p>${data.used > 0 ? html`${t("permits.used",
                { n: number(data.used) })}, ${t("dataset.last")} <${Time}
                ms=${data.last_use} />` : t("dataset.unused")}
                ${data.in_use && html` – <span>${t("dataset.used_by")}
                    ${" "}<bdi>${data.used_by.join(", ")}</bdi></span>`}
            </p>`}
            ${may("audit.read") && html`<${Permits} wanted=${{
                resource_type: "dataset", resource_id: one.dataset_id,
                dir: "issued" }} empty=${t("dataset.no_permits")} />`}
        <//>`;
}
