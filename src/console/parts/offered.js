/* What partners publish, and how our requests for it stand. */

import { useState } from "preact/hooks";

import { post } from "../lib/api.js";
import { useData } from "../lib/data.js";
import { requestsOf } from "../lib/dataset.js";
import { number } from "../lib/format.js";
import { html } from "../lib/html.js";
import { href } from "../lib/route.js";
import { may } from "../lib/session.js";
import { t } from "../lib/words.js";
import { AskFor } from "./askfor.js";
import { Badge } from "./badge.js";
import { Card } from "./card.js";
import { Failure } from "./failure.js";
import { OfferedOne, Signed } from "./offeredone.js";
import { Pages, Table } from "./table.js";
import { Id, Name, Time, Waiting } from "./text.js";
import { attempt } from "./toast.js";

const size = 20;

export function Offered() {
    const { data, error, reload } = useData("contract/list",
        { status: "APPROVED", page_size: -1 }, { kinds: [ "contract" ] });
    const asked = useData(may("audit.read") && "audit/list", { dir: "out",
        resource_type: "dataset", page_size: -1 }, { kinds: [ "audit" ] });

    return html`
        <${Failure} error=${error} again=${reload} />
        ${data === undefined ? !error && html`<${Waiting} />`
            : data.records.length === 0
                ? html`<p class="empty">${t("offered.no_partner")}</p>`
                : data.records.map((one) => html`<${Partner}
                    key=${one.contract_id} contract=${one}
                    asked=${requestsOf(asked.data?.records ?? [],
                        one.node_id)} />`)}`;
}

function Partner({ contract, asked }) {
    const [ page, turn ] = useState(1);
    const [ wanted, want ] = useState();
    const [ seen, see ] = useState();
    const { data, error, reload } = useData("peer/dataset/list",
        { contract_id: contract.contract_id, page_num: page,
          page_size: size }, { kinds: [ "contract", "node", "dataset" ] });

    return html`
        <${Card} title=${html`<a href=${href("nodes", contract.node_id)}>
            <${Name} text=${contract.institution || contract.node_id} />
            </a>`} actions=${may("node.use") && html`<button type="button"
                class="secondary small" onClick=${async () => {
                    await attempt(() => post("peer/refresh",
                        { contract_id: contract.contract_id }),
                    t("offered.asked"));
                    reload();
                }}>${t("offered.refresh")}</button>`}>
            <${Failure} error=${error} again=${reload} />
            ${data === undefined ? !error && html`<${Waiting} />` : html`
            <${Read} data=${data} />
            <${Table} columns=${columns(asked, want, see)}
                rows=${data.records}
                rowKey=${(one) => one.dataset_id}
                caption=${t("datasets.tab.offered")}
                empty=${t("offered.empty")} />
            <${Pages} page=${page} size=${size} total=${data.total}
                onPage=${turn} />`}
        <//>
        ${seen && html`<${OfferedOne} dataset=${seen}
            contract=${contract} onClose=${() => see(undefined)} />`}
        ${wanted && html`<${AskFor} dataset=${wanted} contract=${contract}
            onClose=${() => want(undefined)} />`}`;
}

/* How fresh the list is. */
function Read({ data }) {
    return html`
        <p><small>${data.fetched_at > 0 ? html`${t("offered.read")} <${Time}
            ms=${data.fetched_at} />` : t("offered.unread")}</small>
            ${data.error && html` <span class="fault" dir="auto">
                ${data.error}</span>`}</p>`;
}

const columns = (asked, want, see) => [
    { name: "name", title: t("name"), cell: (one) => html`
        <button type="button" class="plain link" onClick=${() => see(one)}>
            <${Name} text=${one.name || one.dataset_id} /></button><br />
        <${Id} text=${one.dataset_id} />` },
    { name: "about", title: t("asked.description"), cell: (one) => html`
        <bdi>${one.description ?? ""}</bdi> ${Array.isArray(one.column_metas)
            && html`<small>${t("reads.columns", { n: number(
                one.column_metas.length) })}</small>`}` },
    { name: "signed", title: t("offered.signature"),
      cell: (one) => html`<${Signed} state=${one.signed} />` },
    { name: "count", title: t("datasets.rows"), number: true,
      cell: (one) => number(one.count) },
    { name: "state", title: t("offered.request"), cell: (one) =>
        html`<${Asked} request=${asked.get(one.dataset_id)} />` },
    { name: "do", title: "", cell: (one) => may("audit.edit")
        && ![ "APPLIED", "APPROVED" ].includes(
            asked.get(one.dataset_id)?.status) && html`
        <button type="button" class="small" onClick=${() => want(one)}>
            ${t("offered.apply")}</button>` }
];

function Asked({ request }) {
    return request === undefined ? t("offered.never") : html`
        <a href=${href("inbox", request.audit_id, { kind: "dataset",
            node: request.node_id })}><${Badge} state=${request.status} />
        </a> <bdi>${request.reason ?? ""}</bdi>`;
}
