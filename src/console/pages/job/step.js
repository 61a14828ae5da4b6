/* A step that has not begun can be kept from it, and let go again. */

import { post } from "../../lib/api.js";
import { html } from "../../lib/html.js";
import { may } from "../../lib/session.js";
import { isOver } from "../../lib/steps.js";
import { t } from "../../lib/words.js";
import { attempt } from "../../parts/toast.js";

export function StepSwitch({ job, step }) {
    const disabled = (job.disabled ?? []).includes(step);
    const begun = (job.tasks ?? []).some((part) =>
        part.task_name === step && part.status !== "PENDING");
    const action = disabled ? "start" : "disable";

    if (step === "" || job.role !== "initiator" || isOver(job)
        || !may("job.operate") || (begun && !disabled))
    {
        return null;
    }

    return html`<button type="button" class="secondary small"
        onClick=${() => attempt(() => post(`task/${action}`,
            { job_id: job.job_id, task_name: step }),
            t(`job.step.${action}.done`, { step }))}>
        ${t(`job.step.${action}`, { step })}</button>`;
}
