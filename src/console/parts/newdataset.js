/* Registering a dataset: where its rows are, what is told of it. */

import { post } from "../lib/api.js";
import { columnsOf, placeFields } from "../lib/dataset.js";
import { useEntry } from "../lib/entry.js";
import { html } from "../lib/html.js";
import { go } from "../lib/route.js";
import { session } from "../lib/session.js";
import { t } from "../lib/words.js";
import { Dialog } from "./dialog.js";
import { Failure } from "./failure.js";
import { Fields, read } from "./form.js";
import { say } from "./toast.js";

const choice = (name, values, more) => ({ name, word: `dataset.${name}`,
    help: `dataset.${name}.help`, ...more,
    bindingData: values.map((value) => ({ value, label: value,
        word: `dataset.${name}.${value}` })) });

/* What partners are told that this node found out by reading. */
export const describe = choice("describe",
    [ "none", "metas", "statistics", "sample" ], { defaultValue: "metas" });
const type = choice("type", [ "csv", "sqlite", "odbc" ],
    { defaultValue: "csv" });

const about = [
    { name: "name", word: "name" },
    { name: "description", word: "asked.description", type: "text",
      help: "dataset.description.help", optional: true }
];
const more = [
    { name: "columns", word: "dataset.columns", type: "text",
      help: "dataset.columns.help", optional: true },
    describe,
    { name: "purpose", word: "dataset.purpose", optional: true,
      help: "dataset.purpose.help" }
];

/* What dataset/create takes, of what the form has. */
function made({ name, description, columns, describe, purpose, type,
    ...location })
{
    const metas = columnsOf(columns);

    return { name, source: type, owner: session.get().self.inst_id,
        ...(description ? { description } : {}),
        ...(purpose ? { purpose } : {}),
        ...(metas.length > 0 ? { column_metas: metas } : {}),
        describe, location: { type, ...location } };
}

function fieldsOf(entered) {
    return [ ...about, type,
        ...placeFields(entered.type ?? type.defaultValue), ...more ];
}

export function NewDataset({ onClose }) {
    const { entered, enter, faults, error, busy, submit } = useEntry({},
        (entered) => read(fieldsOf(entered), entered), create);

    async function create(values) {
        const { dataset_id: id } = await post("dataset/create",
            made(values));

        say(t("datasets.made"));
        onClose();
        go("datasets", id);
    }

    return html`
        <${Dialog} title=${t("datasets.new")} onClose=${onClose} wide>
            <form onSubmit=${submit}>
                <p>${t("datasets.new.note")}</p>
                <div class="limits"><${Fields}
                    fields=${fieldsOf(entered)} values=${entered}
                    faults=${faults} onChange=${enter} />
                </div>
                <${Failure} error=${error} />
                <button disabled=${busy} aria-busy=${busy}>
                    ${t("datasets.make")}</button>
            </form>
        <//>`;
}
