/* A state as a word and a colour; never the colour alone. */

import { html } from "../lib/html.js";
import { tOr } from "../lib/words.js";

/* Colour per state; what is not here is plain. */
const tones = {
    SUCCESS: "good", APPROVED: "good", ENABLED: "good", UP: "good",
    PUBLISHED: "good", ACTIVE: "good", READY: "plain",
    RUNNING: "busy", APPLIED: "waits", PENDING: "waits", PAUSED: "waits",
    FAILED: "bad", REJECTED: "bad", REFUSED: "bad", DOWN: "bad",
    TERMINATED: "bad", EXPIRED: "bad", REVOKED: "bad", DISABLED: "off",
    STOPPED: "off"
};

export function Badge({ state }) {
    return state ? html`<span class=${"badge " + (tones[state] ?? "plain")}>
        ${tOr(`state.${state}`, state)}</span>` : null;
}

/* Part of a whole as a bar, with its number. */
export function Bar({ value, max = 100, label, text }) {
    return html`<span class="bar"><progress value=${value} max=${max}
        aria-label=${label}></progress> <span>${text}</span></span>`;
}
