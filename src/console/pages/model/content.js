/* The content of a model: weights, how good it is, a form to try it. */

import { figure, percent } from "../../lib/format.js";
import { html } from "../../lib/html.js";
import { hasErrors, scores, weightRows } from "../../lib/model.js";
import { t } from "../../lib/words.js";
import { Card } from "../../parts/card.js";
import { Chart } from "../../parts/chart.js";
import { Evaluation } from "../../parts/evaluation.js";
import { Table } from "../../parts/table.js";
import { Code, Name } from "../../parts/text.js";
import { Predict } from "./predict.js";

export function Content({ model }) {
    const { evaluation, cross_validation: cross, loss } = model.metrics ?? {};

    return html`
        <${Weights} model=${model} />
        ${scores(model) && html`<${Predict} model=${model} />`}
        ${evaluation && html`<${Evaluation} evaluation=${evaluation}
            title=${t("model.evaluation")} />`}
        ${(cross?.folds ?? []).map((fold, i) => html`<${Evaluation} key=${i}
            evaluation=${fold} title=${t("model.fold", { n: i + 1 })} />`)}
        ${loss?.length > 1 && html`
            <${Card} title=${t("model.loss")}><${Chart}
                title=${t("model.loss")} xName=${t("job.iteration")}
                series=${[ { name: t("model.loss"), points: loss.map(
                    (value, i) => [ i + 1, value ]) } ]} /><//>`}
        <${Card} title=${t("model.text")} wide>
            <details><summary>${t("job.settings.show")}</summary>
                <${Code} text=${JSON.stringify(model, null, 2)}
                    label=${t("model.text")} /></details>
        <//>`;
}

function Weights({ model }) {
    const rows = weightRows(model);

    return html`
        <${Card} title=${t("model.weights")} wide>
            ${rows.length === 0
                ? html`<p class="empty">${t("model.weights.none")}</p>` : html`
            <p><small>${t("model.scaled", { scaler:
                model.scaler?.type ?? "none" })}</small></p>
            <${Table} caption=${t("model.weights")} rows=${rows}
                rowKey=${({ feature }) => `f ${feature}`}
                columns=${columns(model)} />`}
        <//>`;
}

const least = 0.0001;     // p below it are not told apart

const value = (name) => ({ name, title: t(`model.${name}`), number: true,
    sort: (row) => row[name], cell: (row) => figure(row[name], 6) });

function columns(model) {
    const confidence = percent(100 * model.metrics?.errors?.confidence);

    return [
        { name: "feature", title: t("model.feature"),
          cell: ({ feature }) => feature === "" ? t("model.intercept")
              : html`<${Name} text=${feature} />` },
        value("weight"),
        ...(hasErrors(model) ? [ value("error"), value("z"),
            { ...value("p"), cell: ({ p }) => p < least
                ? `< ${figure(least, 1)}` : figure(p, 3) },
            { name: "interval", title: t("model.interval", { confidence }),
              cell: ({ low, high }) =>
                  `${figure(low, 5)} … ${figure(high, 5)}` } ] : [])
    ];
}
