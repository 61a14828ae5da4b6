/* Permissions as a table: kinds of things down, rights across. */

import { gives, kinds, rights } from "../lib/rights.js";
import { html } from "../lib/html.js";
import { t } from "../lib/words.js";

/* To look at, or with `onChange` to tick: it gets the new list. */
export function Rights({ permissions, onChange, caption }) {
    return html`
        <div class="scroll"><table class="rights">
            <caption class="hidden">${caption}</caption>
            <thead><tr><th scope="col">${t("rights.kind")}</th>
                ${rights.map((right) => html`<th scope="col" key=${right}>
                    ${t(`right.${right}`)}</th>`)}</tr></thead>
            <tbody>${Object.keys(kinds).map((kind) => html`
                <tr key=${kind}><th scope="row">${t(`rights.${kind}`)}</th>
                    ${rights.map((right) => html`<td key=${right}
                        data-title=${t(`right.${right}`)}>
                        <${Cell} kind=${kind} right=${right}
                            permissions=${permissions} onChange=${onChange}
                            /></td>`)}
                </tr>`)}
            </tbody>
        </table></div>`;
}

function Cell({ kind, right, permissions, onChange }) {
    const given = gives(permissions, kind, right);
    const name = `${t(`rights.${kind}`)}: ${t(`right.${right}`)}`;

    if (!kinds[kind].includes(right)) {
        return null;
    }

    if (!onChange) {
        return given ? html`<span role="img" aria-label=${t("yes")}>✓</span>`
            : html`<span class="no" role="img" aria-label=${t("no")}>–
            </span>`;
    }

    return html`<input type="checkbox" aria-label=${name} checked=${given}
        onChange=${(event) => onChange(event.currentTarget.checked
            ? [ ...permissions, `${kind}.${right}` ]
            : permissions.filter((one) => one !== `${kind}.${right}`))} />`;
}
