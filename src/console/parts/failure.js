/* What went wrong and what to do, where the thing would be. */

import { html } from "../lib/html.js";
import { t } from "../lib/words.js";

/* Of an error of a call; `again` is called by a button. */
export function Failure({ error, again }) {
    return error === undefined ? null : html`
        <div class="failure" role="alert">
            <p dir="auto">${textOf(error)}</p>
            <${Fields} fields=${error.fields} />
            ${again && html`<button type="button" class="secondary small"
                onClick=${again}>${t("again")}</button>`}
        </div>`;
}

/* Fields that the node named: JSON pointer and reason. */
function Fields({ fields }) {
    return fields?.length ? html`<ul>${fields.map(({ field, reason }) => html`
        <li><code dir="auto">${field}</code> <span dir="auto">${reason}</span>
        </li>`)}</ul>` : null;
}

export function textOf(error) {
    return typeof error.text === "function" ? error.text() : error.message;
}
