/* Who learns what by a job, as its components state it. */

import { useData } from "../../lib/data.js";
import { html } from "../../lib/html.js";
import { may } from "../../lib/session.js";
import { either, t } from "../../lib/words.js";
import { Card } from "../../parts/card.js";
import { Name } from "../../parts/text.js";
import { componentsOf } from "../../lib/steps.js";

export function Learns({ dag }) {
    return !may("component.read") ? null : html`
        <${Card} title=${t("job.learns")} wide>
            ${componentsOf(dag).map((one) => html`<${Component}
                key=${one.code} ...${one} />`)}
        <//>`;
}

/* Also for cards of approvals: one component's statement. */
export function Component({ code, version }) {
    const { data, error } = useData("component/query", { code, version });
    const statement = data?.Component?.security;

    return html`
        <h3><${Name} text=${code} /> ${version}</h3>
        ${error ? html`<p>${t("job.learns.unknown")}</p>`
            : data && html`<${Statement} rows=${statement} />`}`;
}

function Statement({ rows }) {
    return !Array.isArray(rows) || rows.length === 0
        ? html`<p>${t("job.learns.none")}</p>`
        : html`<dl class="learns">${rows.map((row) => html`
            <div><dt dir="auto">${row.role}</dt>
            <dd dir="auto">${either(row.learns, row.learns_zh)}</dd></div>`)}
        </dl>`;
}
