/* How a request was answered, by whom, and taking it back. */

import { useEffect, useState } from "preact/hooks";

import { number } from "../lib/format.js";
import { html } from "../lib/html.js";
import { kindOf, takeBack } from "../lib/request.js";
import { may } from "../lib/session.js";
import { either, t } from "../lib/words.js";
import { Badge } from "./badge.js";
import { Card } from "./card.js";
import { Ask } from "./dialog.js";
import { Facts, Id, Name, Time } from "./text.js";
import { say } from "./toast.js";
import { Trail } from "./trail.js";

export function Answered({ kind, record, reload }) {
    const [ asking, ask ] = useState(false);

    /* The button that was pressed is gone: the keyboard goes on from here. */
    useEffect(() => {
        if (document.activeElement === document.body) {
            document.querySelector("main h1")?.focus({ preventScroll: true });
        }
    }, []);

    const mine = record.dir !== "out" && may(kindOf(kind).right);

    return html`
        <${Card} title=${t("answered")}
            actions=${html`<${Trail} id=${record.id} />`}>
            <${Facts} rows=${facts(record)} />
            ${record.status === "APPROVED" && kindOf(kind).end && mine
                && html`
                <button type="button" class="outline danger"
                    onClick=${() => ask(true)}>${t(`end.${kind}`)}</button>`}
        <//>
        ${asking && html`<${Ask} danger title=${t(`end.${kind}`)}
            text=${t(`end.${kind}.text`)} yes=${t("end.yes")}
            onClose=${() => ask(false)} action=${async () => {
                await takeBack(kind, record);
                say(t("end.done"));
                reload();
            }} />`}`;
}

function facts(record) {
    return [
        [ t("state"), html`<${Badge} state=${record.status} />` ],
        [ t("answered.by"), record.decided_by && html`<${Name}
            text=${record.decided_by} />` ],
        [ t("answered.when"), html`<${Time} ms=${record.update_time} />` ],
        [ t("answered.reason"), record.reason && html`<${Name}
            text=${record.reason} />` ],
        [ t("answered.until"), until(record) ],
        [ t("query.source"), record.location && html`<${Id}
            text=${record.location.dsn || record.location.path} />` ],
        [ t("answered.used"), record.used > 0 ? number(record.used) : "" ],
        [ t("answered.permit"), record.jti && html`<${Id}
            text=${record.jti} />` ],
        [ t("answered.told"), record.delivery ],
        [ t("answered.waits"), either(record.pending_reason,
            record.pending_reason_zh) ]
    ];
}

function until(record) {
    const ms = record.time_limit ?? record.expired_time;

    return ms > 0 && record.status === "APPROVED"
        ? html`<${Time} ms=${ms} />` : "";
}
