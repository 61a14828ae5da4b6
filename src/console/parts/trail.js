/* The way to the evidence about something, for who may read it. */

import { html } from "../lib/html.js";
import { href } from "../lib/route.js";
import { may } from "../lib/session.js";
import { t } from "../lib/words.js";

/* Without an id all of it. */
export function Trail({ id }) {
    return may("evidence.read") && html`<a href=${href("evidence", "",
        { subject: id })}>${t("trail")}</a>`;
}
