/* How far a partner's clock is from ours: signatures fail beyond a limit. */

import { duration, number } from "../lib/format.js";
import { html } from "../lib/html.js";
import { t } from "../lib/words.js";

/* s; what is less is the network's */
const notable = 5;

export function Clock({ seconds }) {
    if (!Number.isFinite(seconds)) {
        return "–";
    }

    if (Math.abs(seconds) < notable) {
        return html`<span>${t("clock.good", { n: number(seconds) })}</span>`;
    }

    return html`<span class="badge waits">${t(seconds > 0 ? "clock.ahead"
        : "clock.behind", { time: duration(Math.abs(seconds) * 1000) })}
    </span>`;
}
