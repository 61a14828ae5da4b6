/* One job: its DAG, its parties, why, curves, logs, what it made. */

import { useState } from "preact/hooks";

import { useData } from "../lib/data.js";
import { duration, percent } from "../lib/format.js";
import { html } from "../lib/html.js";
import { href } from "../lib/route.js";
import { isOver, jobProgress, stepsOf } from "../lib/steps.js";
import { t } from "../lib/words.js";
import { Badge, Bar } from "../parts/badge.js";
import { Card, Head } from "../parts/card.js";
import { Dag } from "../parts/dag.js";
import { Failure } from "../parts/failure.js";
import { Code, Facts, Id, Time, Waiting } from "../parts/text.js";
import { Actions } from "./job/actions.js";
import { Cause, Note, Tries, Waits } from "./job/cause.js";
import { Curves } from "./job/curves.js";
import { Learns } from "./job/learns.js";
import { Log } from "./job/log.js";
import { Outputs, Reports } from "./job/outputs.js";
import { Parties } from "./job/parties.js";
import { StepSwitch } from "./job/step.js";

export function Job({ id }) {
    const { data: job, error, reload } = useData("job/query",
        { job_id: id }, { kinds: [ "job", "task", "audit", "contract" ] });

    return html`
        <${Head} title=${job?.name || id}
            note=${html`<${Badge} state=${job?.status} />`}
            actions=${job && html`<${Actions} job=${job} />`} />
        <${Failure} error=${error} again=${reload} />
        ${job === undefined ? !error && html`<${Waiting} />`
            : html`<${Parts} job=${job} />`}`;
}

function Parts({ job }) {
    const [ step, pick ] = useState("");
    const tasks = useData("task/list", { job_id: job.job_id,
        page_size: 200 }, { kinds: [ "job", "task" ] }).data?.records ?? [];
    const own = tasks.filter((one) => step === "" || one.task_name === step);
    const names = new Map(tasks.map((one) =>
        [ one.task_id, one.task_name ]));

    return html`
        <${Waits} list=${job.pending} />
        <${Cause} job=${job} />
        <${Note} job=${job} />
        <div class="cards">
            <${About} job=${job} />
            <${Card} title=${t("job.dag")}>
                <${Dag} ...${stepsOf(job)} picked=${step}
                    onPick=${(name) => pick(name === step ? "" : name)}
                    label=${t("job.dag")} />
                <${StepSwitch} job=${job} step=${step} />
            <//>
            <${Curves} tasks=${own} />
            <${Parties} parts=${job.tasks ?? []} step=${step} />
            <${Tries} list=${job.tries} />
            <${Log} job_id=${job.job_id} runs=${!isOver(job)} steps=${names}
                step=${step} />
            <${Outputs} job_id=${job.job_id} />
            <${Reports} tasks=${own} />
            <${Learns} dag=${job.dag} />
            <${Settings} job=${job} />
        </div>`;
}

export function About({ job }) {
    const done = jobProgress(job);
    const left = job.remaining_ms >= 0 && !isOver(job)
        ? duration(job.remaining_ms) : "";

    return html`
        <${Card} title=${t("job.about")}>
            <p><${Bar} value=${done} label=${t("jobs.progress")}
                text=${percent(done)} />
                ${left && html` <span>${t("jobs.left", { time: left })}
                </span>`}</p>
            <${Facts} rows=${[
                [ t("jobs.job"), html`<${Id} text=${job.job_id} />` ],
                [ t("job.initiator"), html`<a
                    href=${href("nodes", job.initiator)}><${Id}
                    text=${job.initiator} /></a>` ],
                [ t("job.flow"), job.flow_id && html`<a
                    href=${href("flows", job.flow_id)}><${Id}
                    text=${job.flow_id} /></a>` ],
                [ t("job.rerun_of"), job.rerun_of && html`<a
                    href=${href("jobs", job.rerun_of)}><${Id}
                    text=${job.rerun_of} /></a>` ],
                [ t("job.priority"), job.priority ],
                [ t("created"), html`<${Time} ms=${job.create_time} />` ],
                [ t("jobs.started"), html`<${Time} ms=${job.start_time} />` ],
                [ t("job.ended"), html`<${Time} ms=${job.finish_time} />` ],
                [ t("jobs.took"), job.finish_time > 0 && job.start_time > 0
                    ? duration(job.finish_time - job.start_time) : "" ]
            ]} />
        <//>`;
}

function Settings({ job }) {
    return html`
        <${Card} title=${t("job.settings")} wide>
            <details><summary>${t("job.settings.show")}</summary>
                <${Code} text=${JSON.stringify(job.config, null, 2)}
                    label=${t("job.settings")} />
            </details>
        <//>`;
}
