/*
 * What waits for a decision of this node, what was decided, and what this
 * node has asked of others.
 */

import { useData } from "../lib/data.js";
import { number } from "../lib/format.js";
import { html } from "../lib/html.js";
import { amend, href, route } from "../lib/route.js";
import { plain } from "../lib/plain.js";
import { kinds } from "../lib/request.js";
import { either, t } from "../lib/words.js";
import { Decided } from "../parts/decided.js";
import { Head } from "../parts/card.js";
import { Failure } from "../parts/failure.js";
import { Own } from "../parts/own.js";
import { Pages } from "../parts/table.js";
import { Tabs } from "../parts/tabs.js";
import { Name, Time, Waiting } from "../parts/text.js";

const size = 20;
const parts = { waiting: Waits, decided: Decided, own: Own };

export function Inbox() {
    const { tab = "waiting", kind = "", page = "1" } = route.get().args;
    const shown = parts[tab] ? tab : "waiting";
    const Part = parts[shown];
    const { data } = useData("audit/inbox", { page_size: 1 },
        { kinds: [ "audit", "contract", "query", "escrow" ] });

    return html`
        <${Head} title=${t("inbox")}
            actions=${html`<${Filter} kind=${kind} />`} />
        <${Tabs} label=${t("inbox")} shown=${shown} tabs=${Object.keys(parts)
                .map((name) => ({ name, title: t(`inbox.${name}`),
                    count: name === "waiting" && data
                        ? number(data.total) : undefined }))}
            onShow=${(name) => amend({ tab: name, page: "" })}>
            <${Part} kind=${kind} page=${Number(page)} size=${size}
                key=${shown + kind} />
        <//>`;
}

function Filter({ kind }) {
    return html`
        <label class="inline">${t("inbox.filter")}
            <select value=${kind} onChange=${(event) => amend({
                kind: event.currentTarget.value, page: "" })}>
                ${[ "", ...kinds ].map((one) => html`<option key=${one}
                    value=${one}>${one === "" ? t("all")
                        : t(`kind.${one}`)}</option>`)}
            </select></label>`;
}

function Waits({ kind, page }) {
    const { data, error, reload } = useData("audit/inbox",
        { resource_type: kind, page_num: page, page_size: size },
        { kinds: [ "audit", "contract", "query", "escrow" ] });

    return html`
        <${Failure} error=${error} again=${reload} />
        ${data === undefined ? !error && html`<${Waiting} />`
            : data.records.length === 0
                ? html`<p class="empty">${t("inbox.empty")}</p>` : html`
        <ul class="requests">${data.records.map((one) => html`
            <${Item} key=${one.resource_type + one.node_id + one.id}
                one=${one} />`)}</ul>
        <${Pages} page=${page} size=${size} total=${data.total}
            onPage=${(to) => amend({ page: to })} />`}`;
}

function Item({ one }) {
    const to = href("inbox", one.id, { kind: one.resource_type,
        node: one.node_id });

    return html`
        <li class="card"><a href=${to}>
            <span class="kind">${t(`kind.${one.resource_type}`)}</span>
            ${" "}<strong><${Name} text=${one.institution || one.node_id} />
            </strong></a>
            <small><${Time} ms=${one.create_time} /></small>
            <p><bdi>${plain(either(one.statement, one.statement_zh))}</bdi>
            </p>
            <p><small>${one.approved_time > 0
                ? t("inbox.again", { n: number(one.change_count ?? 0) })
                : t("inbox.new")}</small></p>
        </li>`;
}
