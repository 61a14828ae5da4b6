/* Answering a request: approve within limits, or refuse and say why. */

import { useState } from "preact/hooks";

import { time } from "../lib/format.js";
import { html } from "../lib/html.js";
import { local, narrowest, words } from "../lib/limits.js";
import { decide, kindOf, look } from "../lib/request.js";
import { session } from "../lib/session.js";
import { t } from "../lib/words.js";
import { Ask } from "./dialog.js";
import { Failure } from "./failure.js";
import { Fields, read } from "./form.js";
import { say, sayError } from "./toast.js";

/* Limits that an answer may set; `word` and `help` are keys of words/. */
const fields = {
    time_limit: { type: "time" }, expired_time: { type: "time" },
    times_limit: { type: "integer" }, rows_limit: { type: "integer" },
    bytes_limit: { type: "integer" }, algorithms_allow: { type: "string" }
};

/* What a limit means differs where `notes` names another text. */
export function limitFields(names, notes = {}) {
    return names.map((name) => ({ name, ...fields[name], optional: true,
        word: `limit.${name}`, help: notes[name] ?? `limit.${name}.help` }));
}

/* Of the form: as the API takes it. */
export function limitsOf(names, entered) {
    const { values, faults } = read(limitFields(names), entered);

    if (values.algorithms_allow !== undefined) {
        values.algorithms_allow = words(values.algorithms_allow);
    }

    return { values, faults };
}

/* What the form has before anything is entered. */
function suggested(record) {
    const limits = { ...narrowest(record, record.usage_limits),
        expired_time: record.expired_time };

    return { ...limits, time_limit: local(limits.time_limit),
        expired_time: local(limits.expired_time),
        algorithms_allow: (limits.algorithms_allow ?? []).join(", ") };
}

/*
 * `extra` are fields of this kind alone ({ fields, values }); `held` says
 * that it was approved and waits for its queries; `after` is called when an
 * answer has been given, here or by somebody else.
 */
export function Decision({ kind, record, extra, held, after }) {
    const names = kindOf(kind).limits;
    const all = [ ...extra?.fields ?? [],
        ...limitFields(names, kindOf(kind).notes) ];
    const [ entered, enter ] = useState(() => ({ ...extra?.values,
        ...suggested(record) }));
    const [ faults, blame ] = useState({});
    const [ error, fail ] = useState();
    const [ busy, work ] = useState(false);
    const [ refusing, refuse ] = useState(false);

    async function approve(event) {
        const own = read(extra?.fields ?? [], entered);
        const limits = limitsOf(names, entered);
        const wrong = { ...own.faults, ...limits.faults };

        event.preventDefault();
        blame(wrong);

        if (Object.keys(wrong).length > 0 || busy) {
            return;
        }

        work(true);
        fail(await given(kind, record, true, { ...limits.values,
            ...extra?.said?.(own.values) }, after));
        work(false);
    }

    return html`
        <form class="decision" onSubmit=${approve}>
            ${held ? html`<p>${t("decide.held")}</p>` : html`
            <h3>${t("decide")}</h3>
            <div class="limits"><${Fields} fields=${all} values=${entered}
                faults=${faults} onChange=${enter} /></div>`}
            <${Failure} error=${error} />
            <div class="actions">
                ${!held && html`<button disabled=${busy} aria-busy=${busy}>
                    ${t("decide.approve")}</button>`}
                <button type="button" class="outline danger" disabled=${busy}
                    onClick=${() => refuse(true)}>
                    ${t("decide.refuse")}</button>
            </div>
        </form>
        ${refusing && html`<${Refusing} kind=${kind} record=${record}
            after=${after} onClose=${() => refuse(false)} />`}`;
}

function Refusing({ kind, record, after, onClose }) {
    const field = [ { name: "reason", type: "text", optional: true,
        word: "decide.reason", help: "decide.reason.help" } ];
    const [ entered, enter ] = useState({});

    async function act() {
        const refused = await given(kind, record, false,
            read(field, entered).values, after);

        if (refused !== undefined) {
            throw refused;
        }
    }

    return html`
        <${Ask} title=${t("decide.refuse.title")} danger
            yes=${t("decide.refuse.yes")} action=${act} onClose=${onClose}>
            <${Fields} fields=${field} values=${entered} onChange=${enter} />
        <//>`;
}

/*
 * Gives an answer; undefined, or what the node refused. Somebody may have
 * been faster: then that is told, whatever the answer would have been.
 */
async function given(kind, record, approved, said, after) {
    let refused;

    try {
        await decide(kind, record, approved, said);

    } catch (error) {
        refused = error;
    }

    const now = await look(kind, record).catch(() => undefined);
    const other = now?.decided_by && now.decided_by !== session.get().name
        && now.status !== kindOf(kind).open;

    if (other) {
        sayError({ message: t("decide.other", { name: now.decided_by,
            state: t(`state.${now.status}`), time: time(now.update_time) })
        });

    } else if (refused === undefined) {
        say(t(!approved ? "decide.refused"
            : now?.status === kindOf(kind).open ? "decide.held"
            : "decide.approved"));
    }

    after();

    return other ? undefined : refused;
}
