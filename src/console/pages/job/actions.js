/* What an operator can do about a job: start, hold, stop, run again. */

import { useState } from "preact/hooks";

import { get, post } from "../../lib/api.js";
import { html } from "../../lib/html.js";
import { may } from "../../lib/session.js";
import { canStart, isOver, isPaused, unasked } from "../../lib/steps.js";
import { t } from "../../lib/words.js";
import { Ask } from "../../parts/dialog.js";
import { say } from "../../parts/toast.js";
import { Rerun } from "./rerun.js";

/*
 * Each a button and a question: what it is named, when, with which right;
 * without `act` it is the endpoint of its name.
 */
const actions = [
    { name: "ask", right: "audit.edit", act: askParties,
      when: (job) => !isOver(job) && unasked(job).length > 0 },
    { name: "start", right: "job.operate", when: canStart },
    { name: "resume", right: "job.operate", when: (job) =>
        job.role === "initiator" && !isOver(job) && isPaused(job) },
    { name: "pause", right: "job.operate", when: (job) =>
        job.role === "initiator" && !isOver(job) && !isPaused(job) },
    { name: "stop", right: "job.operate", danger: true,
      when: (job) => !isOver(job) },
    { name: "rerun", right: "job.edit", dialog: Rerun,
      when: (job) => job.role === "initiator" && isOver(job) }
];

export function Actions({ job }) {
    const [ asked, ask ] = useState(null);

    return html`
        ${actions.filter(({ right, when }) => may(right) && when(job))
            .map((action) => html`<button type="button" key=${action.name}
                class=${`small ${action.danger ? "danger" : "secondary"}`}
                onClick=${() => ask(action)}>${t(`job.${action.name}`)}
            </button>`)}
        ${asked && html`<${asked.dialog ?? Plain} action=${asked} job=${job}
            onClose=${() => ask(null)} />`}`;
}

/* Every party that was not asked, under our contract with it. */
async function askParties(job) {
    const { records } = await get("contract/list",
        { status: "APPROVED", page_size: -1 });

    for (const node_id of unasked(job)) {
        const contract = records.find((one) => one.node_id === node_id);

        if (contract === undefined) {
            throw new Error(t("job.ask.no_contract", { node: node_id }));
        }

        await post("audit/apply", { resource_type: "job",
            job_id: job.job_id, contract_id: contract.contract_id });
    }
}

function Plain({ action: { name, danger, act }, job, onClose }) {
    async function perform() {
        await (act ? act(job)
            : post(`job/${name}`, { job_id: job.job_id }));
        say(t(`job.${name}.done`));
    }

    return html`<${Ask} title=${t(`job.${name}`)} yes=${t(`job.${name}`)}
        text=${t(`job.${name}.text`)} danger=${danger} action=${perform}
        onClose=${onClose} />`;
}
