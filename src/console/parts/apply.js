/* Applying to another node for a contract. */

import { useState } from "preact/hooks";

import { post } from "../lib/api.js";
import { html } from "../lib/html.js";
import { go } from "../lib/route.js";
import { t } from "../lib/words.js";
import { Dialog } from "./dialog.js";
import { Failure } from "./failure.js";
import { Fields, read } from "./form.js";
import { say } from "./toast.js";

const fields = [
    { name: "node_id", word: "apply.node", help: "apply.node.help" },
    { name: "address", word: "apply.address", help: "apply.address.help" },
    { name: "expired_time", word: "apply.until", help: "apply.until.help",
      type: "time", optional: true }
];

/* `known` fills the form: { node_id, address } of a node's record. */
export function Apply({ known, onClose }) {
    const [ entered, enter ] = useState({ node_id: known?.node_id ?? "",
        address: known?.address ?? "" });
    const [ faults, blame ] = useState({});
    const [ error, fail ] = useState();
    const [ busy, work ] = useState(false);

    async function apply(event) {
        const { values, faults: wrong } = read(fields, entered);

        event.preventDefault();
        blame(wrong);

        if (Object.keys(wrong).length > 0 || busy) {
            return;
        }

        work(true);

        try {
            await post("contract/apply", values);
            say(t("apply.done"));
            onClose();
            go("nodes", "", { tab: "contracts" });

        } catch (refusal) {
            fail(refusal);
            work(false);
        }
    }

    return html`
        <${Dialog} title=${t("nodes.apply")} onClose=${onClose}>
            <form onSubmit=${apply}>
                <p>${t("apply.note")}</p>
                <${Fields} fields=${fields} values=${entered}
                    faults=${faults} onChange=${enter} />
                <${Failure} error=${error} />
                <button disabled=${busy} aria-busy=${busy}>
                    ${t("apply.yes")}</button>
            </form>
        <//>`;
}
