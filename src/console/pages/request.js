/*
 * One request at #/inbox/ID: who asks, who will learn what, how many rows,
 * which limits, what changed; and the answer, or how it was answered.
 */

import { useRef } from "preact/hooks";

import { useData } from "../lib/data.js";
import { html } from "../lib/html.js";
import { graphOf } from "../lib/layout.js";
import { href } from "../lib/route.js";
import { plain } from "../lib/plain.js";
import { isOpen, kindOf } from "../lib/request.js";
import { may } from "../lib/session.js";
import { either, t } from "../lib/words.js";
import { Answered } from "../parts/answered.js";
import { Badge } from "../parts/badge.js";
import { Card, Head } from "../parts/card.js";
import { Changes } from "../parts/changes.js";
import { Dag } from "../parts/dag.js";
import { Decision } from "../parts/decision.js";
import { Failure } from "../parts/failure.js";
import { Learns } from "../parts/learns.js";
import { Asked } from "../parts/asked.js";
import { Query, useQueryExtra } from "../parts/query.js";
import { Reads } from "../parts/reads.js";
import { Name, Waiting } from "../parts/text.js";

export function Request({ id, args }) {
    const { kind = "job", node } = args;
    const row = kindOf(kind);
    const { data, error, reload } = useData(may(row.read) && row.path,
        row.key(id, kind, node), { kinds: row.kinds });
    const card = useCard(id, kind, node);
    const record = data && { ...data, id, node_id: data.node_id ?? node };

    return html`
        <${Head} title=${t("inbox.request", { kind: t(`kind.${kind}`) })}
            note=${html`<${Badge} state=${data?.status} />`}
            actions=${html`<a href=${href("inbox")}>${t("inbox.back")}</a>`}
            />
        <${Failure} error=${error} again=${reload} />
        ${!may(row.read) ? html`<p class="empty">${t("page.refused.todo",
                { permission: row.read })}</p>`
            : record === undefined ? !error && html`<${Waiting} />` : html`
        <${Shown} kind=${kind} record=${record} card=${card}
            reload=${reload} />`}`;
}

/* Its card of the inbox, kept when it has been answered. */
function useCard(id, kind, node) {
    const kept = useRef();
    const { data } = useData("audit/inbox", { resource_type: kind,
        node_id: node, page_size: -1 }, { kinds: kindOf(kind).kinds });
    const found = data?.records.find((one) => one.id === id);

    kept.current = found ?? kept.current;

    return kept.current;
}

function Shown({ kind, record, card, reload }) {
    const open = isOpen(kind, record) && record.dir !== "out";
    const extra = useQueryExtra(kind, record);

    return html`
        <${Card} title=${html`<${Name} text=${record.institution
            || card?.institution || record.node_id} />`}>
            ${card && html`<p class="statement"><bdi>${plain(
                either(card.statement, card.statement_zh))}</bdi></p>`}
            <${Asked} kind=${kind} record=${record} card=${card} />
            ${kind === "query" && html`<${Query} record=${record}
                card=${card} />`}
            ${open && card && html`<${Changes} card=${card} />`}
            ${open && html`<${Queries} card=${card}
                node=${record.node_id} />`}
        <//>
        <${Content} kind=${kind} record=${record} />
        ${!open ? html`<${Answered} kind=${kind} record=${record}
                reload=${reload} />`
            : may(kindOf(kind).right) ? extra && html`
            <${Card} title=${t("decide.title")}>
                <${Decision} kind=${kind} record=${record} after=${reload}
                    extra=${extra} held=${card?.held > 0}
                    key=${kind + record.id} />
            <//>` : html`<p class="empty">${t("decide.not_yours",
                { right: kindOf(kind).right })}</p>`}`;
}

/* Of a job: its queries, which are answered one by one. */
function Queries({ card, node }) {
    const rows = card?.queries ?? [];

    return rows.length === 0 ? null : html`
        <p class="waits">${t("inbox.queries")}</p>
        <ul>${rows.map((id) => html`<li key=${id}><a href=${href("inbox", id,
            { kind: "query", node })}>${t("kind.query")} <code>${id}</code>
            </a></li>`)}</ul>`;
}

/* What a computation is made of and reads, for what has one. */
function Content({ kind, record }) {
    return html`
        ${record.dag?.components && html`<${Card}
            title=${t("inbox.steps")}>
            <${Dag} ...${graphOf(record.dag)} label=${t("inbox.steps")} />
            <${Learns} dag=${record.dag} />
        <//>`}
        <${Reads} kind=${kind} record=${record} />`;
}
