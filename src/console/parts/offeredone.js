/* One of a partner's datasets: what its node says of it, and signs. */

import { useData } from "../lib/data.js";
import { number } from "../lib/format.js";
import { html } from "../lib/html.js";
import { t, tOr } from "../lib/words.js";
import { Dialog } from "./dialog.js";
import { Failure } from "./failure.js";
import { Statistics } from "./statistics.js";
import { Facts, Id, Name, Time, Waiting } from "./text.js";

export function OfferedOne({ dataset, contract, onClose }) {
    const { data, error } = useData("peer/dataset/query", { contract_id:
        contract.contract_id, dataset_id: dataset.dataset_id });

    return html`
        <${Dialog} wide title=${dataset.name || dataset.dataset_id}
            onClose=${onClose}>
            <${Failure} error=${error} />
            ${data === undefined ? !error && html`<${Waiting} />` : html`
            <${Facts} rows=${facts(data)} />
            <${Columns} metas=${data.column_metas} />
            ${data.statistics && html`<h3>${t("described.statistics")}</h3>
                <${Statistics} of=${data.statistics} />`}`}
        <//>`;
}

function facts(one) {
    return [
        [ t("asked.id"), html`<${Id} text=${one.dataset_id} />` ],
        [ t("asked.description"), one.description
            && html`<${Name} text=${one.description} />` ],
        [ t("datasets.rows"), one.count >= 0 ? number(one.count) : "" ],
        [ t("dataset.describe"), one.describe
            && tOr(`dataset.describe.${one.describe}`, one.describe) ],
        [ t("described.content"), one.content
            && tOr(`described.content.${one.content}`, one.content) ],
        [ t("asked.digest"), one.content_digest && html`<${Id}
            text=${one.content_digest} />` ],
        [ t("offered.signature"), html`<${Signed} state=${one.signed} />` ],
        [ t("offered.read"), html`<${Time} ms=${one.fetched_at} />` ]
    ].map(([ name, value ]) => [ name, value || undefined ]);
}

const tones = { good: "good", bad: "bad", unknown_key: "waits" };

/* What this node found when it checked the signature. */
export function Signed({ state }) {
    return html`<span class=${state ? `badge ${tones[state] ?? ""}` : ""}>
        ${t(`signed.${tones[state] ? state : "none"}`)}</span>`;
}

function Columns({ metas }) {
    return !Array.isArray(metas) || metas.length === 0 ? null : html`
        <h3>${t("dataset.columns")}</h3>
        <ul class="names">${metas.map((one, i) => html`<li key=${i}>
            <${Name} text=${one?.name ?? ""} /> <small><bdi>
            ${one?.data_type ?? ""}</bdi></small></li>`)}</ul>`;
}
