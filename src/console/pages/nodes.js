/*
 * Partners and other nodes: whether they are there, how their clocks and
 * certificates are, what was signed with them.
 */

import { useState } from "preact/hooks";

import { useData } from "../lib/data.js";
import { number } from "../lib/format.js";
import { html } from "../lib/html.js";
import { amend, href, route } from "../lib/route.js";
import { may } from "../lib/session.js";
import { either, t } from "../lib/words.js";
import { Apply } from "../parts/apply.js";
import { Badge } from "../parts/badge.js";
import { Head } from "../parts/card.js";
import { Clock } from "../parts/clock.js";
import { Ends } from "../parts/ends.js";
import { Failure } from "../parts/failure.js";
import { OwnNode } from "../parts/ownnode.js";
import { Permits } from "../parts/permits.js";
import { Pages, Table } from "../parts/table.js";
import { Tabs } from "../parts/tabs.js";
import { Id, Name, Time, Waiting } from "../parts/text.js";

const size = 50;

const parts = {
    nodes: { right: "node.read", shown: Known },
    contracts: { right: "contract.read", shown: Contracts },
    permits: { right: "audit.read", shown: Permits },
    own: { right: "node.read", shown: OwnNode }
};

export function Nodes() {
    const { tab, page = "1" } = route.get().args;
    const [ applying, apply ] = useState(false);
    const mine = Object.keys(parts).filter((name) =>
        may(parts[name].right));
    const shown = mine.includes(tab) ? tab : mine[0];
    const Part = parts[shown].shown;

    return html`
        <${Head} title=${t("nodes")} actions=${may("contract.edit") && html`
            <button type="button" class="small" onClick=${() => apply(true)}>
                ${t("nodes.apply")}</button>`} />
        <${Tabs} label=${t("nodes")} shown=${shown}
            tabs=${mine.map((name) => ({ name,
                title: t(`nodes.tab.${name}`) }))}
            onShow=${(name) => amend({ tab: name, page: "" })}>
            <${Part} key=${shown} page=${Number(page)} />
        <//>
        ${applying && html`<${Apply} onClose=${() => apply(false)} />`}`;
}

function List({ path, args, live, columns, rowKey, page, name }) {
    const { data, error, reload } = useData(path, { ...args, page_num: page,
        page_size: size }, live);

    return html`
        <${Failure} error=${error} again=${reload} />
        ${data === undefined ? !error && html`<${Waiting} />` : html`
        <${Table} columns=${columns} rows=${data.records} rowKey=${rowKey}
            caption=${t(`nodes.tab.${name}`)}
            empty=${t(`nodes.${name}.empty`)} />
        <${Pages} page=${page} size=${size} total=${data.total}
            onPage=${(to) => amend({ page: to })} />`}`;
}

function Known({ page }) {
    return html`<${List} path="node/list" name="nodes" page=${page}
        live=${{ kinds: [ "node", "contract" ] }} columns=${known()}
        rowKey=${(one) => one.node_id} />`;
}

const known = () => [
    { name: "name", title: t("node"), cell: (one) => html`
        <a href=${href("nodes", one.node_id)}><${Name} text=${one.name
            || one.institution || one.node_id} /></a>
        <br /><${Id} text=${one.node_id} />` },
    { name: "inst", title: t("nodes.institution"), cell: (one) => html`
        <${Name} text=${one.institution ?? ""} />` },
    { name: "contract", title: t("kind.contract"), cell: (one) =>
        one.contract_id ? html`<${Badge} state="APPROVED" />`
            : t(`nodes.source.${one.source}`) },
    { name: "health", title: t("nodes.health"), cell: Health },
    { name: "clock", title: t("nodes.clock"), cell: (one) => html`
        <${Clock} seconds=${one.clock_ahead} />` },
    { name: "cert", title: t("nodes.certificate"), cell: (one) =>
        one.certificate_ends > 0 ? html`<${Ends}
            ms=${one.certificate_ends} />` : "–" }
];

/* How its last probe went. */
export function Health(one) {
    return !one.health ? "–" : html`<${Badge} state=${one.health} />
        ${one.health === "UP" ? html` <small>${t("nodes.latency",
            { n: number(one.latency_ms) })}</small>`
            : html` <small><bdi>${one.health_error}</bdi></small>`}`;
}

function Contracts({ page }) {
    return html`<${List} path="contract/list" name="contracts" page=${page}
        live=${{ kinds: [ "contract" ] }} columns=${contracts()}
        rowKey=${(one) => one.contract_id} />`;
}

const contracts = () => [
    { name: "node", title: t("node"), cell: (one) => html`
        <a href=${href("nodes", one.node_id)}><${Name}
            text=${one.institution || one.node_id} /></a>
        <br /><${Id} text=${one.node_id} />` },
    { name: "dir", title: t("nodes.asked"),
      cell: (one) => t(`nodes.dir.${one.dir}`) },
    { name: "status", title: t("state"), cell: (one) => html`<a
        href=${href("inbox", one.contract_id, { kind: "contract",
            node: one.node_id })}><${Badge} state=${one.status} /></a>` },
    { name: "why", title: t("own.why"), cell: (one) => html`<bdi>
        ${one.reason || either(one.pending_reason, one.pending_reason_zh)}
        </bdi>` },
    { name: "until", title: t("asked.until"), cell: (one) =>
        one.expired_time > 0 ? html`<${Ends} ms=${one.expired_time} />`
            : t("permits.no_end") },
    { name: "when", title: t("changed"),
      cell: (one) => html`<${Time} ms=${one.update_time} />` }
];
