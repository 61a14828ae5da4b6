/* The log of all tasks that this node has of a job, by level. */

import { useEffect, useRef, useState } from "preact/hooks";

import { number, time, utc } from "../../lib/format.js";
import { html } from "../../lib/html.js";
import { countsOf, useLog } from "../../lib/log.js";
import { t } from "../../lib/words.js";
import { Card } from "../../parts/card.js";
import { Failure } from "../../parts/failure.js";
import { Tabs } from "../../parts/tabs.js";

const levels = [ "all", "error", "warn", "info", "debug" ];

/* Lines that are drawn: more would stall a browser. */
const drawn = 500;

/* steps: Map of task_id to the name of its step; `step`: "" or only its. */
export function Log({ job_id, runs, steps, step }) {
    const { lines, dropped, error } = useLog(job_id, runs);
    const [ level, setLevel ] = useState("all");
    const [ follow, setFollow ] = useState(true);
    const own = lines.filter(({ task_id }) =>
        step === "" || steps.get(task_id) === step);
    const counts = countsOf(own);

    return html`
        <${Card} title=${t("job.log")} wide actions=${html`
            <label class="inline"><input type="checkbox" role="switch"
                checked=${follow} onChange=${(event) =>
                    setFollow(event.currentTarget.checked)} />
                ${t("job.follow")}</label>`}>
            <${Failure} error=${error} />
            <${Tabs} label=${t("job.levels")} shown=${level}
                onShow=${setLevel} tabs=${levels.map((name) => ({ name,
                    title: t(`job.level.${name}`),
                    count: number(counts[name] ?? 0) }))}>
                <${Lines} follow=${follow} steps=${steps} lines=${own
                    .filter((line) => level === "all"
                                      || line.level === level)} />
            <//>
            ${dropped > 0 && html`<p><small>${t("job.dropped",
                { n: number(dropped) })}</small></p>`}
        <//>`;
}

function Lines({ lines, follow, steps }) {
    const place = useRef(null);
    const shown = lines.slice(-drawn);

    useEffect(() => {
        if (follow && place.current) {
            place.current.scrollTop = place.current.scrollHeight;
        }
    }, [ follow, shown.at(-1)?.id ]);

    return lines.length === 0
        ? html`<p class="empty">${t("job.no_lines")}</p>`
        : html`
        <ol class="log" ref=${place} tabindex="0" aria-label=${t("job.log")}>
            ${lines.length > drawn && html`<li class="cut">${t("job.cut",
                { n: number(lines.length - drawn) })}</li>`}
            ${shown.map((line) => html`
                <li key=${line.id} class=${line.level}>
                    <time datetime=${utc(line.time)} title=${utc(line.time)}>
                        ${time(line.time)}</time>
                    <span class="level">${t(`job.level.${line.level}`)}</span>
                    <bdi class="step">${steps.get(line.task_id) ?? ""}</bdi>
                    <span class="text" dir="auto">${line.text}</span>
                </li>`)}
        </ol>`;
}
