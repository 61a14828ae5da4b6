/* Requests of others that were answered, and own ones: the lists of both. */

import { useData } from "../lib/data.js";
import { html } from "../lib/html.js";
import { amend, href, route } from "../lib/route.js";
import { may } from "../lib/session.js";
import { t } from "../lib/words.js";
import { Badge } from "./badge.js";
import { Failure } from "./failure.js";
import { Pages, Table } from "./table.js";
import { Name, Time, Waiting } from "./text.js";

const states = [ "APPROVED", "REJECTED", "TERMINATED" ];

/* Of the three lists: their own word for a state, and what they call an id. */
const lists = [
    { path: "audit/list", args: { dir: "in" }, id: "audit_id",
      right: "audit.read",
      has: (kind) => ![ "contract", "query", "escrow" ].includes(kind),
      kind: (one) => one.resource_type },
    { path: "contract/list", args: { dir: "in" }, id: "contract_id",
      right: "contract.read",
      has: (kind) => kind === "" || kind === "contract",
      kind: () => "contract" },
    { path: "query/list", args: {}, id: "query_id", right: "query.read",
      state: { REJECTED: "REFUSED", TERMINATED: "REVOKED" },
      has: (kind) => kind === "" || kind === "query", kind: () => "query" }
];

export function Decided({ kind, page, size }) {
    const { status = states[0] } = route.get().args;
    const answers = lists.map((list) => ({ list, ...useList(list, kind,
        status, page, size) }));
    const asked = answers.filter(({ list }) => asks(list, kind));
    const rows = asked.flatMap(({ list, data }) =>
        (data?.records ?? []).map((one) => ({ ...one,
            id: one[list.id], kind: list.kind(one) })))
        .sort((a, b) => b.update_time - a.update_time);
    const failed = asked.find(({ error }) => error);

    return html`
        <${States} status=${status} />
        <${Failure} error=${failed?.error} again=${failed?.reload} />
        ${asked.some(({ data, error }) => !data && !error)
            ? html`<${Waiting} />` : html`
        <${Table} columns=${columns()} rows=${rows}
            rowKey=${(one) => one.kind + one.node_id + one.id}
            caption=${t("inbox.decided")} empty=${t("inbox.decided.empty")} />
        <${Pages} page=${page} size=${size} total=${Math.max(0,
            ...asked.map(({ data }) => data?.total ?? 0))}
            onPage=${(to) => amend({ page: to })} />`}`;
}

function asks(list, kind) {
    return list.has(kind) && may(list.right);
}

function useList(list, kind, status, page, size) {
    return useData(asks(list, kind) && list.path, { ...list.args,
        status: list.state?.[status] ?? status,
        resource_type: list.path === "audit/list" ? kind : "",
        page_num: page, page_size: size },
    { kinds: [ "audit", "contract", "query" ] });
}

function States({ status }) {
    return html`
        <label class="inline">${t("state")}
            <select value=${status} onChange=${(event) => amend({
                status: event.currentTarget.value, page: "" })}>
                ${states.map((state) => html`<option key=${state}
                    value=${state}>${t(`state.${state}`)}</option>`)}
            </select></label>`;
}

const columns = () => [
    { name: "kind", title: t("inbox.kind"),
      cell: (one) => t(`kind.${one.kind}`) },
    { name: "what", title: t("inbox.what"), cell: (one) => html`
        <a href=${href("inbox", one.id, { kind: one.kind,
            node: one.node_id })}><${Name} text=${one.name
            || one.resource_id || one.task_name || one.id} /></a>` },
    { name: "node", title: t("node"), cell: (one) => html`
        <${Name} text=${one.node_id} />` },
    { name: "status", title: t("state"),
      cell: (one) => html`<${Badge} state=${one.status} />` },
    { name: "by", title: t("answered.by"), cell: (one) => html`
        <${Name} text=${one.decided_by ?? ""} />` },
    { name: "reason", title: t("answered.reason"), cell: (one) => html`
        <${Name} text=${one.reason ?? ""} />` },
    { name: "when", title: t("answered.when"),
      cell: (one) => html`<${Time} ms=${one.update_time} />` }
];

