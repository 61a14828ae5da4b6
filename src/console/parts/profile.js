/* How a partner speaks where it differs from the standard. */

import { useState } from "preact/hooks";

import { post } from "../lib/api.js";
import { html } from "../lib/html.js";
import { may } from "../lib/session.js";
import { t } from "../lib/words.js";
import { attempt } from "./toast.js";

const profiles = [ "standard", "interop", "interop-1.0", "kuscia", "fate" ];

export function Profile({ contract, reload }) {
    const [ chosen, choose ] = useState(contract.profile || profiles[0]);

    async function set() {
        await attempt(() => post("contract/profile",
            { contract_id: contract.contract_id, profile: chosen }),
        t("profile.set"));
        reload();
    }

    return html`
        <h3>${t("profile")}</h3>
        <p>${contract.profile || profiles[0]}${contract.speaks
            ? html`: <code dir="ltr">${contract.speaks}</code>` : ""}</p>
        ${may("contract.approve") && html`
            <div class="inline">
                <label class="inline">${t("profile.choose")}
                    <select value=${chosen} onChange=${(event) =>
                        choose(event.currentTarget.value)}>
                        ${profiles.map((name) => html`<option key=${name}
                            value=${name}>${name}</option>`)}
                    </select></label>
                <button type="button" class="secondary small"
                    disabled=${chosen === (contract.profile || profiles[0])}
                    onClick=${set}>${t("save")}</button>
            </div>`}`;
}
