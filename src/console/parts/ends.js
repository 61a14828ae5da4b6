/* When something ends, and a warning when that is soon. */

import { duration } from "../lib/format.js";
import { html } from "../lib/html.js";
import { t } from "../lib/words.js";
import { Time } from "./text.js";

const day = 86400000;

/* Certificates that end within this are warned of. */
const soon = 30 * day;

function tone(ms, now = Date.now()) {
    return !(ms > 0) ? "" : ms <= now ? "bad" : ms - now < soon ? "waits"
        : "";
}

export function Ends({ ms }) {
    const left = ms - Date.now(), colour = tone(ms);

    return html`<${Time} ms=${ms} />${colour !== "" && html` <span
        class=${`badge ${colour}`}>${left <= 0 ? t("ends.over")
            : t("ends.left", { time: duration(left) })}</span>`}`;
}
