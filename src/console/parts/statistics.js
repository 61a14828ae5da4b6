/* What is told of a dataset's columns, each figure of a group of rows. */

import { figure, number } from "../lib/format.js";
import { html } from "../lib/html.js";
import { plain } from "../lib/plain.js";
import { t } from "../lib/words.js";
import { Table } from "./table.js";
import { Name } from "./text.js";

/* { min_group, columns: [ { name, empty, values | mean ... } ], sample } */
export function Statistics({ of }) {
    const columns = Array.isArray(of?.columns) ? of.columns : [];
    const sample = Array.isArray(of?.sample) ? of.sample : [];

    return html`
        <p><small>${t("statistics.group", { n: number(of?.min_group) })}
        </small></p>
        <${Table} columns=${shown()} rows=${columns}
            rowKey=${(one) => one.name} caption=${t("described.statistics")}
            />
        ${sample.length > 0 && html`
            <h3>${t("described.sample")}</h3>
            <p><small>${t("statistics.sample")}</small></p>
            <${Sample} names=${columns.map(({ name }) => name)}
                rows=${sample} />`}`;
}

const shown = () => [
    { name: "name", title: t("name"),
      cell: (one) => html`<${Name} text=${one.name} />` },
    { name: "empty", title: t("statistics.empty"), number: true,
      cell: (one) => one.empty === undefined ? "–" : number(one.empty) },
    { name: "values", title: t("statistics.values"), cell: Values },
    { name: "range", title: t("statistics.range"), cell: (one) =>
        one.mean === undefined ? "" : t("statistics.of", {
            min: figure(one.min), mean: figure(one.mean),
            max: figure(one.max) }) },
    { name: "quantiles", title: t("statistics.quantiles"), cell: (one) =>
        Object.entries(one.quantiles ?? {}).map(([ name, value ]) =>
            `${name}: ${figure(value)}`).join(", ") }
];

/* How often each occurs. */
function Values(one) {
    return html`<bdi>${(one.values ?? []).map(({ value, count }) =>
        `${plain(value)}: ${number(count)}`).join(", ")}</bdi>`;
}

function Sample({ names, rows }) {
    return html`
        <div class="scroll"><table>
            <thead><tr>${names.map((name) => html`<th scope="col"
                key=${name}><${Name} text=${name} /></th>`)}</tr></thead>
            <tbody>${rows.map((row, i) => html`<tr key=${i}>
                ${names.map((name, n) => html`<td key=${name}
                    data-title=${name}><bdi>${cell(row?.[n])}</bdi></td>`)}
            </tr>`)}</tbody>
        </table></div>`;
}

function cell(value) {
    return value === null || value === undefined ? "–"
        : typeof value === "number" ? figure(value) : plain(value);
}
