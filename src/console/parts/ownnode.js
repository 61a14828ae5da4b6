/* This node: what it says of itself, who may see that, its key. */

import { useState } from "preact/hooks";

import { post } from "../lib/api.js";
import { useData } from "../lib/data.js";
import { html } from "../lib/html.js";
import { may, session } from "../lib/session.js";
import { t } from "../lib/words.js";
import { Badge } from "./badge.js";
import { Card } from "./card.js";
import { Failure } from "./failure.js";
import { Code, Facts, Id, Name, Time, Waiting } from "./text.js";
import { attempt } from "./toast.js";

export function OwnNode() {
    const { data, error, reload } = useData("node/query",
        { node_id: session.get().self.node_id }, { kinds: [ "node" ] });

    return html`
        <${Failure} error=${error} again=${reload} />
        ${data === undefined ? !error && html`<${Waiting} />` : html`
        <${Card} title=${t("own_node")}>
            <p>${t("own_node.note")}</p>
            <${Facts} rows=${facts(data)} />
            <h3>${t("own_node.who")}</h3>
            <p>${t(data.published ? "own_node.published"
                : "own_node.unpublished")}</p>
            ${may("node.control") && html`<${Publish} node=${data}
                reload=${reload} />`}
            <details><summary>${t("own_node.key", { type: data.auth_type })}
                </summary><${Code} text=${data.auth_credential}
                    label=${t("own_node.key", { type: data.auth_type })} />
            </details>
        <//>
        <${Rotation} />`}`;
}

const list = (all) => all?.length > 0 ? html`<bdi>${all.join(", ")}</bdi>`
    : undefined;

function facts(node) {
    return [
        [ t("apply.node"), html`<${Id} text=${node.node_id} />` ],
        [ t("apply.address"), html`<${Id} text=${node.address} />` ],
        [ t("asked.name"), html`<${Name} text=${node.name} />` ],
        [ t("nodes.institution"), html`<${Name}
            text=${node.institution} />` ],
        [ t("own_node.inst"), html`<${Id} text=${node.inst_id} />` ],
        [ t("asked.system"), `${node.system} ${node.system_version}` ],
        [ t("own_node.registration"), node.registration
            && html`<${Badge} state=${node.registration} />` ],
        [ t("own_node.maintainers"), list(node.maintainers) ],
        [ t("own_node.techniques"), list(node.techniques) ],
        [ t("own_node.protocols"), list(node.protocols) ]
    ];
}

function Publish({ node, reload }) {
    async function turn() {
        await attempt(() => post(node.published ? "node/unpublish"
            : "node/publish"), t("described.set"));
        reload();
    }

    return html`<button type="button" class="secondary" onClick=${turn}>
        ${t(node.published ? "own_node.unpublish" : "own_node.publish")}
    </button>`;
}

/* How far the last change of the key is; asked for by whoever wants it. */
function Rotation() {
    const [ wanted, want ] = useState(false);
    const { data, error } = useData(wanted && "node/rotation", {},
        { kinds: [ "node" ] });

    return !data?.status ? html`
        <p><button type="button" class="secondary small" disabled=${wanted}
            onClick=${() => want(true)}>${t("rotation")}</button>
            ${error && html` ${t(error.name === "not_found"
                ? "rotation.none" : "refusal.unreachable")}`}</p>` : html`
        <${Card} title=${t("rotation")} actions=${html`<${Badge}
            state=${data.status} />`}>
            <${Facts} rows=${[
                [ t("rotation.asked"), data.request_time > 0
                    ? html`<${Time} ms=${data.request_time} />` : undefined ],
                [ t("rotation.limit"), data.limit_time > 0
                    ? html`<${Time} ms=${data.limit_time} />` : undefined ],
                [ t("rotation.waiting"), data.waiting ],
                [ t("rotation.refused"), data.refused ],
                [ t("asked.spki"), data.spki && html`<${Id}
                    text=${data.spki} />` ] ]} />
        <//>`;
}
