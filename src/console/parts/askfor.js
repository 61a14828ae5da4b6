/* Asking a partner for the use of a dataset, within limits of our own. */

import { post } from "../lib/api.js";
import { useEntry } from "../lib/entry.js";
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
    const { entered, enter, faults, error, busy, submit } = useEntry({},
        (entered) => limitsOf(names, entered), apply);

    async function apply(values) {
        await post("audit/apply", { resource_type: "dataset",
            resource_id: dataset.dataset_id,
            contract_id: contract.contract_id, ...values });
        say(t("offered.applied"));
        onClose();
    }

    return html`
        <${Dialog} title=${t("offered.apply.title")} onClose=${onClose}>
            <form onSubmit=${submit}>
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
