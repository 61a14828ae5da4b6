/* Records as rows, with pages of the node and sorting of what is shown. */

import { useState } from "preact/hooks";

import { html } from "../lib/html.js";
import { number } from "../lib/format.js";
import { t } from "../lib/words.js";

/*
 * columns: [ { name, title, cell: (row) => ..., sort: (row) => value,
 * number } ]. A column with `sort` can be sorted: give it only where all rows
 * are there. `rowKey` tells a row's key. On narrow screens a row is a card.
 */
export function Table({ columns, rows, rowKey, caption, empty, chosen }) {
    const [ order, setOrder ] = useState({ name: "", down: false });
    const shown = sorted(rows, columns, order);

    return rows.length === 0
        ? html`<p class="empty">${empty ?? t("empty")}</p>`
        : html`
        <div class="scroll"><table>
            <caption class="hidden">${caption}</caption>
            <thead><tr>${columns.map((column) => html`<${HeadCell}
                key=${column.name} column=${column} order=${order}
                onOrder=${setOrder} />`)}</tr></thead>
            <tbody>${shown.map((row) => html`
                <tr key=${rowKey(row)} aria-selected=${chosen === undefined
                    ? undefined : chosen === rowKey(row)}>
                    ${columns.map((column) => html`<td key=${column.name}
                        data-title=${column.title}
                        class=${column.number ? "number" : ""}>
                        ${column.cell(row)}</td>`)}
                </tr>`)}
            </tbody>
        </table></div>`;
}

function HeadCell({ column, order, onOrder }) {
    const mine = order.name === column.name;
    const name = column.number ? "number" : "";

    if (!column.sort) {
        return html`<th scope="col" class=${name}>${column.title}</th>`;
    }

    return html`
        <th scope="col" class=${name} aria-sort=${!mine ? "none"
            : order.down ? "descending" : "ascending"}>
            <button type="button" class="plain" onClick=${() => onOrder({
                name: column.name, down: mine && !order.down })}>
                ${column.title} ${mine ? (order.down ? "↓" : "↑") : "↕"}
            </button></th>`;
}

export function sorted(rows, columns, { name, down }) {
    const by = columns.find((column) => column.name === name)?.sort;

    return by === undefined ? rows
        : [ ...rows ].sort((a, b) => (down ? -1 : 1) * compare(by(a), by(b)));
}

function compare(a, b) {
    return typeof a === "number" && typeof b === "number" ? a - b
        : String(a ?? "").localeCompare(String(b ?? ""));
}

/* Which page of how many; `onPage` gets the number of another one. */
export function Pages({ page, size, total, onPage }) {
    const last = Math.max(1, Math.ceil(total / size));

    return last === 1 ? null : html`
        <nav class="pages" aria-label=${t("pages")}>
            <${PageButton} to=${1} on=${page > 1} onPage=${onPage}
                text="«" label=${t("pages.first")} />
            <${PageButton} to=${page - 1} on=${page > 1} onPage=${onPage}
                text="‹" label=${t("pages.before")} />
            <span>${t("pages.of", { page: number(page),
                last: number(last), total: number(total) })}</span>
            <${PageButton} to=${page + 1} on=${page < last} onPage=${onPage}
                text="›" label=${t("pages.next")} />
            <${PageButton} to=${last} on=${page < last} onPage=${onPage}
                text="»" label=${t("pages.last")} />
        </nav>`;
}

function PageButton({ to, on, onPage, text, label }) {
    return html`<button type="button" class="secondary small"
        disabled=${!on} aria-label=${label}
        onClick=${() => onPage(to)}>${text}</button>`;
}
