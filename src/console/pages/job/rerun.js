/* Running a job once more, from a step on, with other parameters. */

import { useState } from "preact/hooks";

import { post } from "../../lib/api.js";
import { useData } from "../../lib/data.js";
import { html } from "../../lib/html.js";
import { changedParams, textsOf } from "../../lib/params.js";
import { go } from "../../lib/route.js";
import { t } from "../../lib/words.js";
import { Ask } from "../../parts/dialog.js";
import { Fields, read } from "../../parts/form.js";
import { say } from "../../parts/toast.js";

const about = [
    { name: "name", word: "name", type: "string", optional: "true" },
    { name: "priority", word: "job.priority", type: "integer",
      optional: "true" }
];

export function Rerun({ job, onClose }) {
    const [ from, setFrom ] = useState("");
    const [ values, change ] = useState({ name: job.name });
    const [ entered, enter ] = useState({});
    const [ faults, fault ] = useState({});
    const fields = useFields(job, from);

    async function act() {
        const own = read(about, values);
        const params = changedParams(fields, job.config, from, entered);

        fault(params.faults);

        if (Object.keys({ ...own.faults, ...params.faults }).length > 0) {
            throw new Error(t("form.wrong"));
        }

        const made = await post("job/rerun", { job_id: job.job_id,
            from_task: from || undefined, ...own.values,
            task_params: params.values });

        say(t("job.rerun.done"));
        go("jobs", made.job_id);
    }

    return html`
        <${Ask} title=${t("job.rerun")} yes=${t("job.rerun")} action=${act}
            text=${t("job.rerun.text")} onClose=${onClose}>
            <label>${t("job.from")}
                <select value=${from} onChange=${(event) => {
                    setFrom(event.currentTarget.value);
                    enter({});
                }}>
                    <option value="">${t("job.from.all")}</option>
                    ${(job.dag?.components ?? []).map(({ name }) => html`
                        <option key=${name} value=${name}>${name}</option>`)}
                </select></label>
            <${Fields} fields=${about} values=${values} onChange=${change} />
            ${fields.length > 0 && html`
                <details><summary>${t("job.params", { step: from })}
                </summary>
                <${Fields} fields=${fields} onChange=${enter}
                    faults=${faults} values=${{
                        ...textsOf(fields, job.config, from), ...entered }} />
                </details>`}
        <//>`;
}

/* The descriptor's parameters of the step from which it runs. */
function useFields(job, step) {
    const one = (job.dag?.components ?? []).find(({ name }) => name === step);
    const { data } = useData(one && "component/query", one && {
        code: one.componentName ?? one.code, version: one.version });

    return (data?.Component?.inputs ?? []).filter(({ type }) => type);
}
