/* One other node at #/nodes/ID: who it is, contracts, profile, permits. */

import { useState } from "preact/hooks";

import { post } from "../lib/api.js";
import { useData } from "../lib/data.js";
import { html } from "../lib/html.js";
import { href } from "../lib/route.js";
import { may } from "../lib/session.js";
import { t } from "../lib/words.js";
import { Apply } from "../parts/apply.js";
import { Badge } from "../parts/badge.js";
import { Card, Head } from "../parts/card.js";
import { Clock } from "../parts/clock.js";
import { Ask } from "../parts/dialog.js";
import { Ends } from "../parts/ends.js";
import { Failure } from "../parts/failure.js";
import { Permits } from "../parts/permits.js";
import { Profile } from "../parts/profile.js";
import { Facts, Id, Name, Time, Waiting } from "../parts/text.js";
import { say } from "../parts/toast.js";
import { Trail } from "../parts/trail.js";
import { Health } from "./nodes.js";

export function Node({ id }) {
    const { data, error, reload } = useData("node/list", { page_size: -1 },
        { kinds: [ "node", "contract" ] });
    const node = data?.records.find((one) => one.node_id === id);

    return html`
        <${Head} title=${html`<${Name} text=${node?.name
            || node?.institution || id} />`} note=${html`<${Id} text=${id}
            />`} actions=${html`<a href=${href("nodes")}>${t("nodes.all")}
            </a>`} />
        <${Failure} error=${error} again=${reload} />
        ${data === undefined ? !error && html`<${Waiting} />`
            : html`<${Shown} node=${node ?? { node_id: id }} />`}`;
}

function Shown({ node }) {
    return html`
        <${Card} title=${t("nodes.about")}
            actions=${html`<${Trail} id=${node.node_id} />`}>
            <${Facts} rows=${facts(node)} />
            <${Contact} node=${node} />
        <//>
        ${node.contract_id && may("contract.read")
            && html`<${Contract} id=${node.contract_id} />`}
        ${may("audit.read") && html`<${Card} title=${t("permits")}>
            <${Permits} wanted=${{ node_id: node.node_id }} />
        <//>`}`;
}

function facts(node) {
    return [
        [ t("nodes.institution"), node.institution && html`<${Name}
            text=${node.institution} />` ],
        [ t("asked.address"), node.address && html`<${Id}
            text=${node.address} />` ],
        [ t("asked.system"), html`<${Name} text=${[ node.system,
            node.system_version ].filter(Boolean).join(" ")} />` ],
        [ t("asked.description"), node.description && html`<${Name}
            text=${node.description} />` ],
        [ t("nodes.health"), html`<${Health} ...${node} />` ],
        [ t("nodes.probed"), node.health_time > 0
            && html`<${Time} ms=${node.health_time} />` ],
        [ t("nodes.clock"), html`<${Clock} seconds=${node.clock_ahead} />` ],
        [ t("nodes.certificate"), node.certificate_ends > 0
            && html`<${Ends} ms=${node.certificate_ends} />` ]
    ].map(([ name, value ]) => [ name, value || undefined ]);
}

/* Applying to it, or forgetting it, where there is no contract. */
function Contact({ node }) {
    const [ shown, show ] = useState("");

    return node.contract_id ? null : html`
        <p>${t("nodes.no_contract")}</p>
        <div class="actions">
            ${may("contract.edit") && html`<button type="button"
                onClick=${() => show("apply")}>${t("nodes.apply.this")}
            </button>`}
            ${may("node.edit") && node.source === "manual" && html`<button
                type="button" class="outline danger"
                onClick=${() => show("forget")}>${t("nodes.forget")}
            </button>`}
        </div>
        ${shown === "apply" && html`<${Apply} known=${node}
            onClose=${() => show("")} />`}
        ${shown === "forget" && html`<${Ask} danger
            title=${t("nodes.forget")} yes=${t("nodes.forget")}
            onClose=${() => show("")} action=${async () => {
                await post("node/remove", { node_id: node.node_id });
                say(t("nodes.forgotten"));
            }} />`}`;
}

function Contract({ id }) {
    const [ asking, ask ] = useState(false);
    const { data, error, reload } = useData("contract/query",
        { contract_id: id }, { kinds: [ "contract" ] });

    return html`
        <${Card} title=${t("kind.contract")} actions=${html`<${Badge}
            state=${data?.status} />`}>
            <${Failure} error=${error} again=${reload} />
            ${data && html`<${Facts} rows=${terms(data)} />
                <${Profile} contract=${data} reload=${reload} />`}
            ${data?.status === "APPROVED" && may("contract.approve") && html`
                <button type="button" class="outline danger"
                    onClick=${() => ask(true)}>${t("end.contract")}</button>`}
        <//>
        ${asking && html`<${Ask} danger title=${t("end.contract")}
            text=${t("end.contract.text")} yes=${t("end.yes")}
            onClose=${() => ask(false)} action=${async () => {
                await post("contract/terminate", { contract_id: id });
                say(t("end.done"));
                reload();
            }} />`}`;
}

function terms(contract) {
    return [
        [ t("asked.id"), html`<${Id} text=${contract.contract_id} />` ],
        [ t("nodes.asked"), t(`nodes.dir.${contract.dir}`) ],
        [ t("asked.until"), contract.expired_time > 0
            ? html`<${Ends} ms=${contract.expired_time} />`
            : t("permits.no_end") ],
        [ t("asked.auth"), contract.auth_type ],
        [ t("asked.spki"), contract.spki && html`<${Id}
            text=${contract.spki} />` ],
        [ t("nodes.old_key"), contract.old_until > 0
            ? html`<${Time} ms=${contract.old_until} />` : undefined ],
        [ t("answered.by"), contract.decided_by && html`<${Name}
            text=${contract.decided_by} />` ],
        [ t("answered.told"), contract.delivery ]
    ];
}
