/* Permits that were issued or are held, what is left of them, revoking. */

import { useState } from "preact/hooks";

import { post } from "../lib/api.js";
import { useData } from "../lib/data.js";
import { bytes, number } from "../lib/format.js";
import { html } from "../lib/html.js";
import { gauges } from "../lib/limits.js";
import { href } from "../lib/route.js";
import { may } from "../lib/session.js";
import { t } from "../lib/words.js";
import { Badge, Bar } from "./badge.js";
import { Ask } from "./dialog.js";
import { Ends } from "./ends.js";
import { Failure } from "./failure.js";
import { Pages, Table } from "./table.js";
import { Name, Time, Waiting } from "./text.js";
import { say } from "./toast.js";

const size = 20;

/* Of a node, of a resource, of all: `wanted` as permit/list takes it. */
export function Permits({ wanted, empty }) {
    const [ page, turn ] = useState(1);
    const [ asking, ask ] = useState();
    const { data, error, reload } = useData("permit/list", { ...wanted,
        page_num: page, page_size: size },
    { kinds: [ "audit", "contract", "task", "permit" ] });

    return html`
        <${Failure} error=${error} again=${reload} />
        ${data === undefined ? !error && html`<${Waiting} />` : html`
        <${Table} columns=${columns(ask)} rows=${data.records}
            rowKey=${(one) => one.dir + one.permit_id}
            caption=${t("permits")} empty=${empty ?? t("permits.empty")} />
        <${Pages} page=${page} size=${size} total=${data.total}
            onPage=${turn} />`}
        ${asking && html`<${Revoke} one=${asking} reload=${reload}
            onClose=${() => ask(undefined)} />`}`;
}

const columns = (ask) => [
    { name: "dir", title: t("permits.dir"),
      cell: (one) => t(`permits.${one.dir}`) },
    { name: "what", title: t("inbox.what"), cell: (one) => html`
        <small>${t(`kind.${one.resource_type}`)}</small> <a
            href=${href("inbox", one.audit_id, { kind: one.resource_type,
                node: one.node_id })}><${Name} text=${one.resource_id} />
        </a>` },
    { name: "node", title: t("node"), cell: (one) => html`
        <a href=${href("nodes", one.node_id)}><${Name}
            text=${one.node_id} /></a>` },
    { name: "status", title: t("state"),
      cell: (one) => html`<${Badge} state=${one.status} />` },
    { name: "left", title: t("permits.use"), cell: Use },
    { name: "until", title: t("asked.until"), cell: (one) =>
        one.time_limit > 0 ? html`<${Ends} ms=${one.time_limit} />`
            : t("permits.no_end") },
    { name: "last", title: t("permits.last"),
      cell: (one) => html`<${Time} ms=${one.last_time} />` },
    { name: "do", title: "", cell: (one) => one.dir === "issued"
        && one.status === "ACTIVE" && may("audit.approve") && html`
        <button type="button" class="outline danger small"
            onClick=${() => ask(one)}>${t("permits.revoke")}</button>` }
];

const units = { times: number, rows: number, bytes };

/* What was used of what is limited; how often, of what is not. */
export function Use(one) {
    const rows = gauges(one);

    return rows.length === 0
        ? one.used > 0 ? t("permits.used", { n: number(one.used) }) : ""
        : rows.map(({ name, used, max }) => html`<${Bar} key=${name}
            value=${used} max=${max} label=${t(`permits.${name}`)}
            text=${t(`permits.${name}.of`, { used: units[name](used),
                max: units[name](max) })} />`);
}

function Revoke({ one, reload, onClose }) {
    return html`
        <${Ask} danger title=${t("permits.revoke")}
            text=${t(`end.${one.resource_type}.text`)} yes=${t("end.yes")}
            onClose=${onClose} action=${async () => {
                await post("permit/revoke", { permit_id: one.permit_id });
                say(t("end.done"));
                reload();
            }} />`;
}
