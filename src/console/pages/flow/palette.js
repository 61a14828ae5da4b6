/* Components to put into a flow. */

import { html } from "../../lib/html.js";
import { either, t } from "../../lib/words.js";

export function Palette({ catalog, onAdd }) {
    const components = [ ...catalog.values() ]
        .filter(({ status, state }) => status !== "DISABLED"
                                       && state !== "offline")
        .sort((a, b) => a.code.localeCompare(b.code));

    return html`
        <h2>${t("flow.add")}</h2>
        <div class="palette">${components.map((one) => html`
            <button type="button" class="secondary small"
                key=${one.code + one.version}
                title=${either(one.description, one.title)}
                onClick=${() => onAdd(one)}>+ <bdi>${one.code}</bdi>
                ${" "}<small>${one.version}</small></button>`)}
        </div>`;
}
