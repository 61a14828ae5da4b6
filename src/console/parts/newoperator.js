/* A new operator: a name, roles, an end; its token, this once. */

import { useState } from "preact/hooks";

import { post } from "../lib/api.js";
import { useEntry } from "../lib/entry.js";
import { html } from "../lib/html.js";
import { t } from "../lib/words.js";
import { Dialog } from "./dialog.js";
import { Failure } from "./failure.js";
import { Fields, read } from "./form.js";
import { RoleChoice } from "./rolechoice.js";
import { Token } from "./token.js";

const fields = [
    { name: "name", word: "name", help: "operators.name.help" },
    { name: "description", word: "asked.description", optional: true,
      help: "operators.description.help" },
    { name: "expire_time", word: "operators.ends", type: "time",
      optional: true, help: "operators.ends.help" }
];

export function NewOperator({ onClose }) {
    const [ made, make ] = useState();

    return made === undefined
        ? html`<${Form} onMade=${make} onClose=${onClose} />`
        : html`<${Token} ...${made} onClose=${onClose} />`;
}

function Form({ onMade, onClose }) {
    const [ roles, choose ] = useState([]);
    const { entered, enter, faults, error, busy, submit } = useEntry({},
        (entered) => read(fields, entered), async (values) =>
            onMade(await post("operator/create", { ...values, roles })));

    return html`
        <${Dialog} title=${t("operators.new")} onClose=${onClose}>
            <form onSubmit=${submit}>
                <${Fields} fields=${fields} values=${entered}
                    faults=${faults} onChange=${enter} />
                <${RoleChoice} chosen=${roles} onChange=${choose} />
                <${Failure} error=${error} />
                <button disabled=${busy} aria-busy=${busy}>
                    ${t("operators.make")}</button>
            </form>
        <//>`;
}
