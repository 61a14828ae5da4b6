/* What has just been done, or could not be: said once, aloud as well. */

import { html } from "../lib/html.js";
import { state, useValue } from "../lib/state.js";
import { t } from "../lib/words.js";
import { textOf } from "./failure.js";

const shownFor = 6000;
const toasts = state([]);
let last = 0;

function show(text, kind) {
    const id = ++last;

    toasts.set([ ...toasts.get(), { id, text, kind } ].slice(-4));

    if (kind === "done") {
        setTimeout(() => close(id), shownFor);
    }
}

function close(id) {
    toasts.set(toasts.get().filter((one) => one.id !== id));
}

export function say(text) {
    show(text, "done");
}

/* Stays until it is closed. */
export function sayError(error) {
    show(textOf(error), "failed");
}

/* Does something and says how it ended; true when it succeeded. */
export async function attempt(action, done) {
    try {
        await action();

    } catch (error) {
        sayError(error);
        return false;
    }

    if (done) {
        say(done);
    }

    return true;
}

export function Toasts() {
    return html`
        <div class="toasts" role="status" aria-live="polite">
            ${useValue(toasts).map(({ id, text, kind }) => html`
                <p key=${id} class=${"toast " + kind}>
                    <span dir="auto">${text}</span>
                    <button type="button" class="plain"
                        aria-label=${t("close")}
                        onClick=${() => close(id)}>×</button>
                </p>`)}
        </div>`;
}
