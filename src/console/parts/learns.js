/* Who learns what from a computation: the statements of its components. */

import { useData } from "../lib/data.js";
import { html } from "../lib/html.js";
import { componentsOf, statementsOf } from "../lib/reads.js";
import { may } from "../lib/session.js";
import { either, t } from "../lib/words.js";
import { Failure } from "./failure.js";
import { Name, Waiting } from "./text.js";

export function Learns({ dag }) {
    const components = componentsOf(dag);
    const unsure = may("component.read")
        && components.some(({ version }) => version === "");
    const { data } = useData(unsure && "component/list", { page_size: -1 },
        { kinds: [ "component" ] });
    const known = unsure ? data?.records : [];

    return html`
        <section class="learns">
            <h3>${t("learns")}</h3>
            <p>${t("learns.note")}</p>
            ${!may("component.read") ? html`<p class="empty">
                ${t("learns.hidden")}</p>` : known && components.map((one) =>
                html`<${Component} key=${one.name + one.version}
                    one=${{ ...one, version: one.version
                        || usual(one.name, known) }} />`)}
        </section>`;
}

/* A DAG need not say which version: the node takes its last one. */
function usual(name, known) {
    return known.filter(({ code, status }) => code === name
                                              && status !== "DISABLED")
        .map(({ version }) => version)
        .sort((a, b) => a.localeCompare(b, "en", { numeric: true }))
        .at(-1) ?? "?";
}

function Component({ one }) {
    const { data, error, reload } = useData("component/query",
        { code: one.name, version: one.version }, { kinds: [ "component" ] });

    return html`
        <div class="component">
            <h4><${Name} text=${one.name} /> <small>${one.version}
                ${" "}(${t("learns.steps", { steps: one.steps.join(", ") })})
            </small></h4>
            ${error?.name === "not_found"
                ? html`<p class="fault">${t("learns.missing")}</p>`
                : html`<${Failure} error=${error} again=${reload} />`}
            ${data === undefined ? !error && html`<${Waiting} />`
                : html`<${Statements} component=${data.Component} />`}
        </div>`;
}

export function Statements({ component }) {
    const rows = statementsOf(component.security);

    return rows.length === 0
        ? html`<p class="fault">${t("learns.silent")}</p>`
        : html`<dl class="statements">${rows.map((row, i) => html`
            <div key=${i}><dt dir="auto">${row.role}</dt>
            <dd dir="auto">${either(row.learns, row.learns_zh)}</dd>
            </div>`)}</dl>`;
}
