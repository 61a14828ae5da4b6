/* A job of a flow. */

import { useState } from "preact/hooks";

import { post } from "../../lib/api.js";
import { written } from "../../lib/flow.js";
import { html } from "../../lib/html.js";
import { go } from "../../lib/route.js";
import { t } from "../../lib/words.js";
import { Ask } from "../../parts/dialog.js";
import { say } from "../../parts/toast.js";

export function Run({ about, flow, catalog, self, ready }) {
    const [ open, show ] = useState(false);

    async function run() {
        const { job_id } = await post("job/create", { name: about.name,
            flow_id: about.flow_id, project_id: about.project_id || undefined,
            ...written(flow, catalog, self) });

        say(t("flow.run.done"));
        go("jobs", job_id);
    }

    return html`
        <button type="button" class="small" disabled=${!ready}
            title=${ready ? undefined : t("flow.run.not")}
            onClick=${() => show(true)}>${t("flow.run")}</button>
        ${open && html`<${Ask} title=${t("flow.run")} yes=${t("flow.run")}
            text=${t("flow.run.text")} action=${run}
            onClose=${() => show(false)} />`}`;
}
