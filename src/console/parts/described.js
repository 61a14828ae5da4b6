/* What this node found out by reading a dataset, and tells partners. */

import { useState } from "preact/hooks";

import { post } from "../lib/api.js";
import { html } from "../lib/html.js";
import { may } from "../lib/session.js";
import { either, t } from "../lib/words.js";
import { Badge } from "./badge.js";
import { Card } from "./card.js";
import { Fields } from "./form.js";
import { describe } from "./newdataset.js";
import { Statistics } from "./statistics.js";
import { Code, Facts, Id, Time } from "./text.js";
import { attempt } from "./toast.js";

export function Described({ one, reload }) {
    return html`
        <${Card} title=${t("described")} actions=${html`<${Badge}
            state=${one.describe_state} />`}>
            <${Facts} rows=${[
                [ t("dataset.describe"), one.describe
                    && t(`dataset.describe.${one.describe}`) ],
                [ t("described.when"), one.described_at > 0
                    && html`<${Time} ms=${one.described_at} />` ],
                [ t("described.content"), one.content
                    && t(`described.content.${one.content}`) ],
                [ t("asked.digest"), one.content_digest && html`<${Id}
                    text=${one.content_digest} />` ],
                [ t("described.signed"), one.signature?.key && html`<${Id}
                    text=${one.signature.key} />` ]
            ].map(([ name, value ]) => [ name, value || undefined ])} />
            <${Wrong} cause=${one.describe_error} />
            ${one.statistics && html`<details>
                <summary>${t("described.statistics")}</summary>
                <${Statistics} of=${one.statistics} /></details>`}
            ${one.sample?.length > 0 && html`<details>
                <summary>${t("described.sample")}</summary>
                <${Code} text=${one.sample.map((row) =>
                    JSON.stringify(row)).join("\n")}
                    label=${t("described.sample")} /></details>`}
            ${may("dataset.edit") && html`<${Policy} one=${one}
                reload=${reload} />`}
        <//>`;
}

/* A cause as tasks have it, or a text. */
function Wrong({ cause }) {
    return !cause ? null : html`<p class="fault" dir="auto">
        ${typeof cause === "string" ? cause : [ either(cause.message,
            cause.message_zh), cause.detail, either(cause.remedy,
            cause.remedy_zh) ].filter(Boolean).join(" – ")}</p>`;
}

function Policy({ one, reload }) {
    const [ entered, enter ] = useState({ describe: one.describe });
    const id = { dataset_id: one.dataset_id };

    async function set() {
        await attempt(() => post("dataset/update", { ...id,
            describe: entered.describe }), t("described.set"));
        reload();
    }

    async function again() {
        await attempt(() => post("dataset/describe", id),
            t("described.asked"));
        reload();
    }

    return html`
        <${Fields} fields=${[ describe ]} values=${entered}
            onChange=${enter} />
        <div class="actions">
            <button type="button" class="secondary" onClick=${set}
                disabled=${(entered.describe ?? describe.defaultValue)
                    === one.describe}>${t("save")}</button>
            <button type="button" class="secondary" onClick=${again}>
                ${t("described.again")}</button>
        </div>`;
}
