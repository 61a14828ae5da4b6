/* Who takes part: nodes by role. */

import { useData } from "../../lib/data.js";
import { roles } from "../../lib/flow.js";
import { html } from "../../lib/html.js";
import { may } from "../../lib/session.js";
import { t } from "../../lib/words.js";
import { Card } from "../../parts/card.js";
import { Id } from "../../parts/text.js";

export function Parties({ flow, onDraw, self }) {
    const { data } = useData(may("contract.read") && "contract/list",
        { status: "APPROVED", page_size: -1 }, { kinds: [ "contract" ] });
    const nodes = [ self, ...new Set((data?.records ?? [])
        .map(({ node_id }) => node_id)) ];

    const set = (role, list) => onDraw((now) =>
        ({ ...now, roles: { ...now.roles, [role]: list } }));

    return html`
        <${Card} title=${t("flow.parties")}>
            ${roles.map((role) => html`<${Role} key=${role} role=${role}
                list=${flow.roles[role]} nodes=${nodes}
                onList=${(list) => set(role, list)} />`)}
        <//>`;
}

function Role({ role, list, nodes, onList }) {
    return html`
        <fieldset>
            <legend>${t(`flow.role.${role}`)}</legend>
            ${list.map((node, i) => html`<p key=${node}><${Id} text=${node} />
                ${" "}<button type="button" class="secondary small"
                    aria-label=${t("flow.party.remove", { node })}
                    onClick=${() => onList(list.filter((_, n) => n !== i))}>
                    ×</button></p>`)}
            <select aria-label=${t("flow.party.add",
                { role: t(`flow.role.${role}`) })} value=""
                onChange=${(event) => {
                    onList([ ...list, event.currentTarget.value ]);
                    event.currentTarget.value = "";
                }}>
                <option value="">${t("flow.party.choose")}</option>
                ${nodes.filter((node) => !list.includes(node))
                    .map((node) => html`<option key=${node} value=${node}>
                        ${node}</option>`)}
            </select>
        </fieldset>`;
}
