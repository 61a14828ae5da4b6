/* What is still to be done before a flow can run. */

import { html } from "../../lib/html.js";
import { t } from "../../lib/words.js";

export function Faults({ faults, onPick }) {
    return html`
        <div role="status" aria-live="polite">
            ${faults.length === 0 ? html`<p>${t("flow.whole")}</p>` : html`
            <h3>${t("flow.todo")}</h3>
            <ul>${faults.map(({ step, word, args }, i) => html`
                <li key=${i}>${step && html`<button type="button"
                    class="plain" onClick=${() => onPick(step)}><bdi>
                    ${step}</bdi>:</button>`}${" "}${t(word, args)}</li>`)}
            </ul>`}
        </div>`;
}
