/* Datasets: this node's own, and what partners publish. */

import { useState } from "preact/hooks";

import { useData } from "../lib/data.js";
import { stateOf } from "../lib/dataset.js";
import { number } from "../lib/format.js";
import { html } from "../lib/html.js";
import { amend, href, route } from "../lib/route.js";
import { may } from "../lib/session.js";
import { t } from "../lib/words.js";
import { Badge } from "../parts/badge.js";
import { Head } from "../parts/card.js";
import { Failure } from "../parts/failure.js";
import { NewDataset } from "../parts/newdataset.js";
import { Offered } from "../parts/offered.js";
import { Pages, Table } from "../parts/table.js";
import { Tabs } from "../parts/tabs.js";
import { Id, Name, Time, Waiting } from "../parts/text.js";

const size = 50;

const parts = {
    own: { rights: [ "dataset.read" ], shown: OwnData },
    offered: { rights: [ "contract.read", "node.read" ], shown: Offered }
};

export function Datasets() {
    const { tab, page = "1" } = route.get().args;
    const [ making, make ] = useState(false);
    const mine = Object.keys(parts).filter((name) =>
        parts[name].rights.every(may));
    const shown = mine.includes(tab) ? tab : mine[0];
    const Part = parts[shown].shown;

    return html`
        <${Head} title=${t("datasets")} actions=${may("dataset.edit")
            && html`<button type="button" class="small"
                onClick=${() => make(true)}>${t("datasets.new")}</button>`}
            />
        <${Tabs} label=${t("datasets")} shown=${shown}
            tabs=${mine.map((name) => ({ name,
                title: t(`datasets.tab.${name}`) }))}
            onShow=${(name) => amend({ tab: name, page: "" })}>
            <${Part} key=${shown} page=${Number(page)} />
        <//>
        ${making && html`<${NewDataset} onClose=${() => make(false)} />`}`;
}

function OwnData({ page }) {
    const { data, error, reload } = useData("dataset/list",
        { page_num: page, page_size: size }, { kinds: [ "dataset" ] });

    return html`
        <${Failure} error=${error} again=${reload} />
        ${data === undefined ? !error && html`<${Waiting} />` : html`
        <${Table} columns=${columns()} rows=${data.records}
            rowKey=${(one) => one.dataset_id} caption=${t("datasets")}
            empty=${t("datasets.empty")} />
        <${Pages} page=${page} size=${size} total=${data.total}
            onPage=${(to) => amend({ page: to })} />`}`;
}

const columns = () => [
    { name: "name", title: t("name"), cell: (one) => html`
        <a href=${href("datasets", one.dataset_id)}><${Name}
            text=${one.name} /></a><br /><${Id} text=${one.dataset_id} />` },
    { name: "status", title: t("state"),
      cell: (one) => html`<${Badge} state=${stateOf(one)} />` },
    { name: "scope", title: t("datasets.scope"),
      cell: (one) => t(`scope.${one.pub_scope || "private"}`) },
    { name: "count", title: t("datasets.rows"), number: true,
      cell: (one) => number(one.count) },
    { name: "source", title: t("datasets.source"),
      cell: (one) => one.location?.type ?? "" },
    { name: "when", title: t("changed"),
      cell: (one) => html`<${Time} ms=${one.update_time} />` }
];
