/* The data of one party: a dataset by its id, or a query. */

import { useData } from "../../lib/data.js";
import { paramsAt, setParams } from "../../lib/flow.js";
import { html } from "../../lib/html.js";
import { may, session } from "../../lib/session.js";
import { t } from "../../lib/words.js";

export function Source({ party, step, flow, onDraw }) {
    const now = paramsAt(flow, step.name, party);
    const own = party.node === session.get().self.node_id;
    const contract = useContract(own ? "" : party.node);
    const { data } = useData(own ? may("dataset.read") && "dataset/list"
        : contract && may("node.read") && "peer/dataset/list",
        { contract_id: contract, page_size: 1000 },
        { kinds: [ "dataset" ] });
    const datasets = data?.records ?? [];

    function set(name, value) {
        const { dataset_id, data_sql, ...rest } = now;

        onDraw((old) => setParams(old, step.name, party,
            value === "" ? rest : { ...rest, [name]: value }));
    }

    return html`
        <label>${t("flow.dataset", { node: party.node })}
            <select value=${now.dataset_id ?? ""} onChange=${(event) =>
                set("dataset_id", event.currentTarget.value)}>
                <option value="">${t("flow.nothing")}</option>
                ${datasets.map((one) => html`<option key=${one.dataset_id}
                    value=${one.dataset_id}>${one.name}</option>`)}
            </select></label>
        <label>${t("flow.sql")}
            <textarea rows="2" spellcheck=${false} dir="ltr"
                value=${now.data_sql ?? ""} onInput=${(event) =>
                    set("data_sql", event.currentTarget.value)} />
        </label>`;
}

/* The contract under which a partner's datasets are seen. */
function useContract(node) {
    const { data } = useData(node && may("contract.read") && "contract/list",
        { status: "APPROVED", page_size: -1 }, { kinds: [ "contract" ] });

    return data?.records.find(({ node_id }) => node_id === node)
        ?.contract_id;
}
