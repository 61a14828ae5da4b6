/* A box with a heading, and the head of a page. */

import { html } from "../lib/html.js";

export function Card({ title, actions, children, wide }) {
    return html`
        <section class=${"card" + (wide ? " wide" : "")}>
            <header><h2 dir="auto">${title}</h2>${actions}</header>
            ${children}
        </section>`;
}

/* Buttons stand at the end of the line; the heading takes the focus. */
export function Head({ title, note, actions }) {
    return html`
        <div class="head">
            <h1 tabindex="-1" dir="auto">${title}</h1>
            ${note}
            <div class="actions">${actions}</div>
        </div>`;
}
