/* Why a job failed or waits, whom it lost, and what to do about it. */

import { html } from "../../lib/html.js";
import { href } from "../../lib/route.js";
import { either, t } from "../../lib/words.js";
import { Card } from "../../parts/card.js";
import { Code, Facts, Id, Name, Time } from "../../parts/text.js";

/* The root of a failure, what followed from it, tries before. */
export function Cause({ job }) {
    const { cause } = job;

    return !cause ? null : html`
        <${Card} title=${t("job.cause")} wide>
            <div class="failure" role="alert">
                <p class="what" dir="auto">
                    ${either(cause.message, cause.message_zh)}</p>
                <p dir="auto"><strong>${t("job.todo")}</strong>${" "}
                    ${either(cause.remedy, cause.remedy_zh)}</p>
            </div>
            <${Facts} rows=${whereOf(cause)} />
            ${cause.log?.length > 0 && html`<${Code}
                text=${cause.log.join("\n")} label=${t("job.log")} />`}
            <${Others} title=${t("job.consequences")}
                list=${cause.consequences ?? []} />
        <//>`;
}

function whereOf(cause) {
    return [
        [ t("job.party"), cause.party ],
        [ t("node"), html`<${NodeLink} id=${cause.node_id} />` ],
        [ t("job.step"), cause.task_name ],
        [ t("job.component"), cause.component ],
        [ t("job.field"), cause.field ],
        [ t("job.column"), cause.column ],
        [ t("job.row"), cause.row ],
        [ t("job.error"), `${cause.error} (${cause.code})` ],
        [ t("job.when"), html`<${Time} ms=${cause.time} />` ]
    ];
}

function NodeLink({ id }) {
    return id ? html`<a href=${href("nodes", id)}><${Id} text=${id} /></a>`
        : "–";
}

function Others({ title, list }) {
    return list.length === 0 ? null : html`
        <h3>${title}</h3>
        <ul>${list.map((one) => html`
            <li><${Name} text=${one.party || one.node_id} />: <span
                dir="auto">${either(one.message, one.message_zh)}</span>
            </li>`)}</ul>`;
}

/* Parties that a job went on without: its SUCCESS is of fewer rows. */
export function Note({ job }) {
    const text = either(job.note, job.note_zh);

    return text === "" ? null : html`
        <${Card} title=${t("job.note")} wide>
            <div class="failure lost" role="status">
                <p class="what" dir="auto">${text}</p>
                <p>${t("job.note.text")}</p>
            </div>
        <//>`;
}

/* Every reason to wait, with what helps. */
export function Waits({ list }) {
    return !list?.length ? null : html`
        <${Card} title=${t("job.waits")} wide>
            <ul class="waits">${list.map((one) => html`
                <li><p dir="auto">${either(one.message, one.message_zh)}
                    ${one.since > 0 && html` <small>${t("job.since")}${" "}
                        <${Time} ms=${one.since} /></small>`}</p>
                    <p dir="auto"><small>${either(one.remedy, one.remedy_zh)}
                    </small></p></li>`)}</ul>
        <//>`;
}

/* Tries that failed before a step ran again. */
export function Tries({ list }) {
    return !list?.length ? null : html`
        <${Card} title=${t("job.tries")}>
            <ol>${list.map((one) => html`
                <li><${Name} text=${one.task_name} />,
                    <${Time} ms=${one.time} />: <span dir="auto">${
                    either(one.cause.message, one.cause.message_zh)}</span>
                </li>`)}</ol>
        <//>`;
}
