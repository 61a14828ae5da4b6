/* The data of this node that a request is about: names, rows, columns. */

import { useData } from "../lib/data.js";
import { number } from "../lib/format.js";
import { html } from "../lib/html.js";
import { dataOf, partiesOf } from "../lib/reads.js";
import { href } from "../lib/route.js";
import { may } from "../lib/session.js";
import { t } from "../lib/words.js";
import { Card } from "./card.js";
import { Code, Id, Name } from "./text.js";

/* [ { dataset, query, steps } ] by kind of request. */
const reads = {
    dataset: ({ resource_id }) => [ { dataset: resource_id, steps: [] } ],
    job: ({ config, party }) => dataOf(config, party),
    flow: ({ config, party }) => dataOf(config, party)
};

export function Reads({ kind, record }) {
    const rows = reads[kind]?.(record) ?? [];
    const parties = partiesOf(record.config);

    return rows.length + parties.length === 0 ? null : html`
        <${Card} title=${t("reads")}>
            ${rows.map((row) => row.dataset
                ? html`<${Dataset} key=${row.dataset} row=${row} />`
                : html`<${Text} key=${row.query} row=${row} />`)}
            ${rows.length === 0 && html`<p>${t("reads.none")}</p>`}
            ${parties.length > 0 && html`<${Parties} parties=${parties}
                own=${record.party} />`}
        <//>`;
}

function Dataset({ row }) {
    const { data } = useData(may("dataset.read") && "dataset/query",
        { dataset_id: row.dataset }, { kinds: [ "dataset" ] });
    const columns = data?.column_metas ?? [];

    return html`
        <div class="reads">
            <p><a href=${href("datasets", row.dataset)}><${Name}
                text=${data?.name ?? row.dataset} /></a>
                ${" "}<${Id} text=${row.dataset} />
                ${data?.count >= 0 && html` – <strong>${t("reads.rows",
                    { n: number(data.count) })}</strong>`}
                ${row.steps.length > 0 && html` <small>(${t("learns.steps",
                    { steps: row.steps.join(", ") })})</small>`}</p>
            ${columns.length > 0 && html`<details>
                <summary>${t("reads.columns",
                    { n: number(columns.length) })}</summary>
                <ul class="names">${columns.map(({ name }) => html`
                    <li key=${name}><${Name} text=${name} /></li>`)}</ul>
            </details>`}
        </div>`;
}

function Text({ row }) {
    return html`
        <div class="reads">
            <p>${t("reads.query")}</p>
            <${Code} text=${row.query} label=${t("reads.query")} />
        </div>`;
}

function Parties({ parties, own }) {
    return html`
        <h3>${t("reads.parties")}</h3>
        <ul class="names">${parties.map(({ party, node }) => html`
            <li key=${party}>${party}: <${Id} text=${node} />
                ${party === own && html` <strong>${t("reads.own")}</strong>`}
            </li>`)}</ul>`;
}
