/* How good a model is: figures, ROC, KS, precision, gain, lift. */

import { figure } from "../lib/format.js";
import { html } from "../lib/html.js";
import { curvesOf, figuresOf } from "../lib/model.js";
import { t } from "../lib/words.js";
import { Card } from "./card.js";
import { Chart } from "./chart.js";
import { Facts } from "./text.js";

export function Evaluation({ evaluation, title }) {
    return html`
        <${Card} title=${title}>
            ${evaluation.on && html`<p><small>${t("model.on",
                { data: evaluation.on })}</small></p>`}
            <${Facts} rows=${figuresOf(evaluation).map(([ name, value ]) =>
                [ name, figure(value, 6) ])} />
        <//>
        ${curvesOf(evaluation).map(({ name, x, series }) => html`
            <${Card} key=${name} title=${t(`model.curve.${name}`)}>
                <${Chart} title=${t(`model.curve.${name}`)}
                    xName=${t(`model.axis.${x}`)} series=${series.map(
                        (one) => ({ ...one,
                            name: t(`model.axis.${one.name}`) }))} />
            <//>`)}`;
}
