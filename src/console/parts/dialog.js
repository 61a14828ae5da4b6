/* Questions in front of the page; Esc closes, the focus stays within. */

import { useEffect, useRef, useState } from "preact/hooks";

import { html } from "../lib/html.js";
import { t } from "../lib/words.js";
import { Failure } from "./failure.js";

/* Shown as long as it is there; `onClose` takes it away. */
export function Dialog({ title, onClose, children, wide }) {
    const ref = useRef(null);
    const gone = useRef(false);

    /* closed before it is gone: nothing behind it takes the focus till then */
    useEffect(() => {
        const before = document.activeElement;
        const dialog = ref.current;

        dialog.showModal();

        return () => {
            gone.current = true;
            dialog.close();
            before?.focus?.();
        };
    }, []);

    /* at once: "close" comes later, when another one may have been opened */
    function cancel(event) {
        event.preventDefault();
        onClose();
    }

    return html`
        <dialog ref=${ref} aria-label=${title} onCancel=${cancel}
            onClose=${() => gone.current || onClose()}>
            <article class=${wide ? "wide" : ""}>
                <header>
                    <button type="button" class="plain close"
                        aria-label=${t("close")} onClick=${onClose}>×</button>
                    <h2 dir="auto">${title}</h2>
                </header>
                ${children}
            </article>
        </dialog>`;
}

/*
 * Asks before `action`, a function that may wait; what it refuses is told
 * here. `danger` marks what cannot be taken back.
 */
export function Ask({ title, text, yes, danger, action, onClose, children }) {
    const [ error, fail ] = useState();
    const [ busy, work ] = useState(false);

    async function act() {
        work(true);

        try {
            await action();
            onClose();

        } catch (refusal) {
            fail(refusal);
            work(false);
        }
    }

    return html`
        <${Dialog} title=${title} onClose=${onClose}>
            ${text && html`<p dir="auto">${text}</p>`}
            ${children}
            <${Failure} error=${error} />
            <footer>
                <button type="button" class="secondary"
                    onClick=${onClose}>${t("cancel")}</button>
                <button type="button" class=${danger ? "danger" : ""}
                    disabled=${busy} aria-busy=${busy} onClick=${act}>
                    ${yes}</button>
            </footer>
        <//>`;
}
