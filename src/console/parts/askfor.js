/* Asking a partner for the use of a dataset, within limits of our own. */

import { useState } from "preact/hooks";

import { post } from "../lib/api.js";
import { html } from "../lib/html.js";
import { t } from "../lib/words.js";
import { limitFields, limitsOf } from "./decision.js";
import { Dialog } from "./dialog.js";
import { Failure } from "./failure.js";
import { Fields } from "./form.js";
import { Id, Name } from "./text.js";
import { say } from "./toast.js";

const names = [ "time_limit", "times_limit", "rows_limit",
    "algorithms_allow" ];

export function AskFor({ dataset, contract, onClose }) {
    const [ entered, enter ] = useState({});
    const [ faults, blame ] = useState({});
    const [ error, fail ] = useState();
    const [ busy, work ] = useState(false);

    async function apply(event) {
        const { values, faults: wrong } = limitsOf(names, entered);

        event.preventDefault();
        blame(wrong);

        if (Object.keys(wrong).length > 0 || busy) {
            return;
        }

        work(true);

        try {
            await post("audit/apply", { resource_type: "dataset",
                resource_id: dataset.dataset_id,
                contract_id: contract.contract_id, ...values });
            say(t("offered.applied"));
            onClose();

        } catch (refusal) {
            fail(refusal);
            work(false);
        }
    }

    return html`
        <${Dialog} title=${t("offered.apply.title")} onClose=${onClose}>
            <form onSubmit=${apply}>
                <p><${Name} text=${dataset.name || dataset.dataset_id} />
                    ${" "}<${Id} text=${dataset.dataset_id} /></p>
                <p>${t("offered.apply.note")}</p>
                <${Fields} fields=${limitFields(names).map((field) => ({
                    ...field, help: `ask.${field.name}.help` }))}
                    values=${entered} faults=${faults} onChange=${enter} />
                <${Failure} error=${error} />
                <button disabled=${busy} aria-busy=${busy}>
                    ${t("apply.yes")}</button>
            </form>
        <//>`;
}
