/* What can be done with an own dataset: publishing, taking it down. */

import { useState } from "preact/hooks";

import { post } from "../lib/api.js";
import { html } from "../lib/html.js";
import { local } from "../lib/limits.js";
import { go } from "../lib/route.js";
import { may } from "../lib/session.js";
import { t } from "../lib/words.js";
import { limitFields, limitsOf } from "./decision.js";
import { Ask } from "./dialog.js";
import { Fields } from "./form.js";
import { attempt, say } from "./toast.js";

const names = [ "time_limit", "times_limit", "rows_limit", "bytes_limit",
    "algorithms_allow" ];

export function Steps({ one, reload }) {
    const [ shown, show ] = useState("");
    const id = { dataset_id: one.dataset_id };

    async function turn(path, done) {
        await attempt(() => post(path, id), t(done));
        reload();
    }

    return html`
        <div class="actions">
            ${may("dataset.control") && html`
            <button type="button" onClick=${() => show("publish")}>
                ${t("dataset.publish")}</button>
            ${one.status === 1
                ? html`<button type="button" class="secondary"
                    onClick=${() => turn("dataset/offline",
                        "dataset.is_offline")}>${t("dataset.offline")}
                </button>`
                : html`<button type="button" class="secondary"
                    onClick=${() => turn("dataset/online",
                        "dataset.is_online")}>${t("dataset.online")}
                </button>`}`}
            ${may("dataset.edit") && html`<button type="button"
                class="outline danger" onClick=${() => show("delete")}>
                ${t("dataset.delete")}</button>`}
        </div>
        ${shown === "publish" && html`<${Publish} one=${one}
            reload=${reload} onClose=${() => show("")} />`}
        ${shown === "delete" && html`<${Ask} danger
            title=${t("dataset.delete")} text=${t("dataset.delete.text")}
            yes=${t("dataset.delete.yes")} onClose=${() => show("")}
            action=${async () => {
                await post("dataset/delete", id);
                say(t("dataset.deleted"));
                go("datasets");
            }} />`}`;
}

const scopes = [ "protect", "public", "private" ];

function Publish({ one, reload, onClose }) {
    const limits = one.usage_limits ?? {};
    const [ scope, choose ] = useState(one.pub_scope === "public"
        ? "public" : "protect");
    const [ entered, enter ] = useState(() => ({ ...limits,
        time_limit: local(limits.time_limit),
        algorithms_allow: (limits.algorithms_allow ?? []).join(", ") }));
    const [ faults, blame ] = useState({});

    async function publish() {
        const { values, faults: wrong } = limitsOf(names, entered);

        blame(wrong);

        if (Object.keys(wrong).length > 0) {
            throw new Error(t("dataset.publish.wrong"));
        }

        await post("dataset/publish", { dataset_id: one.dataset_id,
            pub_scope: scope, usage_limits: { ...values,
                ...(limits.algorithms_deny?.length > 0
                    ? { algorithms_deny: limits.algorithms_deny } : {}) } });
        say(t("dataset.published"));
        reload();
    }

    return html`
        <${Ask} title=${t("dataset.publish")} yes=${t("dataset.publish.yes")}
            text=${t("dataset.publish.text")} action=${publish}
            onClose=${onClose}>
            <label>${t("datasets.scope")}
                <select value=${scope} onChange=${(event) =>
                    choose(event.currentTarget.value)}>
                    ${scopes.map((name) => html`<option key=${name}
                        value=${name}>${t(`scope.${name}`)}</option>`)}
                </select></label>
            <${Fields} fields=${limitFields(names).map((field) => ({
                ...field, help: `most.${field.name}.help` }))}
                values=${entered} faults=${faults} onChange=${enter} />
        <//>`;
}
