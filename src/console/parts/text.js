/* Small things in lines: names from outside, times, ids, waiting. */

import { html } from "../lib/html.js";
import { time, utc } from "../lib/format.js";
import { plain } from "../lib/plain.js";
import { t } from "../lib/words.js";

/* A name that somebody else chose: its direction ends where it ends. */
export function Name({ text }) {
    return html`<bdi class="name" title=${plain(text)}>${plain(text)}</bdi>`;
}

export function Id({ text }) {
    return html`<code class="id" dir="ltr">${text}</code>`;
}

/* Local, with UTC for those who compare logs. */
export function Time({ ms }) {
    return ms > 0 ? html`<time datetime=${utc(ms)} title=${utc(ms)}>
        ${time(ms)}</time>` : html`<span>–</span>`;
}

export function Waiting() {
    return html`<p class="waiting" aria-busy="true">${t("loading")}</p>`;
}

/* Text of files, logs, programs, as it is. */
export function Code({ text, label }) {
    return html`<pre class="code" dir="auto" tabindex="0"
        aria-label=${label}>${text}</pre>`;
}

/* Pairs of a name and a value; those without a value are left out. */
export function Facts({ rows }) {
    return html`<dl class="facts">${rows
        .filter(([ , value ]) => value !== undefined && value !== ""
                                 && value !== null)
        .map(([ name, value ]) => html`
            <div key=${name}><dt>${name}</dt>
            <dd dir="auto">${value}</dd></div>`)}</dl>`;
}
