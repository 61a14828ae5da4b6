/* The score of one row, computed here from the model's content. */

import { useState } from "preact/hooks";

import { figure } from "../../lib/format.js";
import { html } from "../../lib/html.js";
import { score } from "../../lib/model.js";
import { t } from "../../lib/words.js";
import { Card } from "../../parts/card.js";
import { Fields, read } from "../../parts/form.js";

export function Predict({ model }) {
    const [ entered, enter ] = useState({});
    const [ faults, blame ] = useState({});
    const [ result, tell ] = useState();
    const fields = model.features.map((name) =>
        ({ name, title: "", type: "float", optional: "false" }));

    function go(event) {
        const { values, faults: wrong } = read(fields, entered);

        event.preventDefault();
        blame(wrong);
        tell(Object.keys(wrong).length > 0 ? undefined
            : score(model, values));
    }

    return html`
        <${Card} title=${t("model.predict")} wide>
            <details><summary>${t("model.predict.note")}</summary>
            <form onSubmit=${go}>
                <div class="limits"><${Fields} fields=${fields}
                    values=${entered} faults=${faults} onChange=${enter} />
                </div>
                <button>${t("model.predict.go")}</button>
                <output aria-live="polite">${result !== undefined
                    && t("model.score", { score: figure(result, 12) })}
                </output>
            </form></details>
        <//>`;
}
