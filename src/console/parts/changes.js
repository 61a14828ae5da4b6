/* What differs from what was approved before, as the node tells it. */

import { number } from "../lib/format.js";
import { html } from "../lib/html.js";
import { t } from "../lib/words.js";
import { Time } from "./text.js";

/* card: { approved_time, change_count, changes } of the inbox. */
export function Changes({ card }) {
    if (!(card.approved_time > 0)) {
        return html`<p class="first">${t("changes.first")}</p>`;
    }

    const count = card.change_count ?? 0, shown = card.changes ?? [];

    return html`
        <section class="changes">
            <h3>${t("changes")}</h3>
            <p>${t("changes.since")} <${Time} ms=${card.approved_time} />${
                " "}– ${count === 0 ? t("changes.none")
                    : t("changes.count", { n: number(count) })}</p>
            ${shown.length > 0 && html`<${Diff} rows=${shown} />`}
            ${count > shown.length && html`<p>${t("changes.more",
                { n: number(count - shown.length) })}</p>`}
        </section>`;
}

function Diff({ rows }) {
    return html`
        <div class="scroll"><table class="diff">
            <thead><tr><th scope="col">${t("changes.field")}</th>
                <th scope="col">${t("changes.before")}</th>
                <th scope="col">${t("changes.after")}</th></tr></thead>
            <tbody>${rows.map((row) => html`
                <tr key=${row.field}>
                    <td data-title=${t("changes.field")}>
                        <code dir="auto">${row.field}</code></td>
                    <td data-title=${t("changes.before")}>
                        ${row.before !== "" && html`<del dir="auto">
                            ${row.before}</del>`}</td>
                    <td data-title=${t("changes.after")}>
                        ${row.after !== "" && html`<ins dir="auto">
                            ${row.after}</ins>`}</td>
                </tr>`)}
            </tbody>
        </table></div>`;
}
