/* What this node has asked of others: how it stands, giving it up. */

import { useState } from "preact/hooks";

import { post } from "../lib/api.js";
import { useData } from "../lib/data.js";
import { html } from "../lib/html.js";
import { amend } from "../lib/route.js";
import { may } from "../lib/session.js";
import { either, t } from "../lib/words.js";
import { Badge } from "./badge.js";
import { Ask } from "./dialog.js";
import { Failure } from "./failure.js";
import { Pages, Table } from "./table.js";
import { Name, Time, Waiting } from "./text.js";
import { say } from "./toast.js";

export function Own({ kind, page, size }) {
    const [ asking, ask ] = useState();
    const { data, error, reload } = useData("audit/list", { dir: "out",
        resource_type: kind === "contract" || kind === "query" ? "" : kind,
        page_num: page, page_size: size }, { kinds: [ "audit" ] });

    return html`
        <${Failure} error=${error} again=${reload} />
        ${data === undefined ? !error && html`<${Waiting} />` : html`
        <${Table} columns=${columns(ask)} rows=${data.records}
            rowKey=${(one) => one.node_id + one.audit_id}
            caption=${t("inbox.own")} empty=${t("inbox.own.empty")} />
        <${Pages} page=${page} size=${size} total=${data.total}
            onPage=${(to) => amend({ page: to })} />`}
        ${asking && html`<${Withdraw} one=${asking} reload=${reload}
            onClose=${() => ask(undefined)} />`}`;
}

const columns = (ask) => [
    { name: "kind", title: t("inbox.kind"),
      cell: (one) => t(`kind.${one.resource_type}`) },
    { name: "what", title: t("inbox.what"), cell: (one) => html`
        <${Name} text=${one.name || one.resource_id} />` },
    { name: "node", title: t("node"), cell: (one) => html`
        <${Name} text=${one.node_id} />` },
    { name: "status", title: t("state"),
      cell: (one) => html`<${Badge} state=${one.status} />` },
    { name: "why", title: t("own.why"), cell: (one) => html`
        <bdi>${one.reason || either(one.pending_reason,
            one.pending_reason_zh)}</bdi>` },
    { name: "when", title: t("changed"),
      cell: (one) => html`<${Time} ms=${one.update_time} />` },
    { name: "do", title: "", cell: (one) => may("audit.edit")
        && [ "APPLIED", "APPROVED" ].includes(one.status) && html`
        <button type="button" class="secondary small"
            onClick=${() => ask(one)}>${t("own.withdraw")}</button>` }
];

function Withdraw({ one, reload, onClose }) {
    return html`
        <${Ask} danger title=${t("own.withdraw")}
            text=${t(one.status === "APPLIED" ? "own.withdraw.before"
                : "own.withdraw.after")} yes=${t("own.withdraw")}
            onClose=${onClose} action=${async () => {
                await post("audit/withdraw", { audit_id: one.audit_id,
                    resource_type: one.resource_type,
                    node_id: one.node_id });
                say(t("own.withdrawn"));
                reload();
            }} />`;
}
