/* Applying to another node for a contract. */

import { post } from "../lib/api.js";
import { useEntry } from "../lib/entry.js";
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
    const { entered, enter, faults, error, busy, submit } = useEntry(
        { node_id: known?.node_id ?? "", address: known?.address ?? "" },
        (entered) => read(fields, entered), apply);

    async function apply(values) {
        await post("contract/apply", values);
        say(t("apply.done"));
        onClose();
        go("nodes", "", { tab: "contracts" });
    }

    return html`
        <${Dialog} title=${t("nodes.apply")} onClose=${onClose}>
            <form onSubmit=${submit}>
                <p>${t("apply.note")}</p>
                <${Fields} fields=${fields} values=${entered}
                    faults=${faults} onChange=${enter} />
                <${Failure} error=${error} />
                <button disabled=${busy} aria-busy=${busy}>
                    ${t("apply.yes")}</button>
            </form>
        <//>`;
}
