/* A token that is shown this once. */

import { useRef, useState } from "preact/hooks";

import { html } from "../lib/html.js";
import { t } from "../lib/words.js";
import { Dialog } from "./dialog.js";

export function Token({ name, token, onClose }) {
    const [ copied, copy ] = useState(false);
    const field = useRef(null);

    /* A page without TLS has no clipboard: then it is marked to be copied. */
    async function take() {
        field.current.select();

        try {
            await navigator.clipboard.writeText(token);
            copy(true);

        } catch {
            copy(false);
        }
    }

    return html`
        <${Dialog} title=${t("token.title", { name })} onClose=${onClose}>
            <p>${t("token.once")}</p>
            <label>${t("token")}
                <input ref=${field} class="token" readonly value=${token}
                    dir="ltr" onFocus=${(event) =>
                        event.currentTarget.select()} /></label>
            <p role="status">${copied ? t("token.copied") : ""}</p>
            <footer>
                <button type="button" onClick=${take}>${t("token.copy")}
                </button>
                <button type="button" class="secondary" onClick=${onClose}>
                    ${t("token.kept")}</button>
            </footer>
        <//>`;
}
