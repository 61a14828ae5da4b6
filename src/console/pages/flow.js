/* One flow: to look at, to draw, to run. #/flows/new is one to begin. */

import { useMemo, useState } from "preact/hooks";

import { post } from "../lib/api.js";
import { useCatalog } from "../lib/catalog.js";
import { useData } from "../lib/data.js";
import { addStep, connect, empty, read, refused, removeStep, tidy,
    changeStep, written } from "../lib/flow.js";
import { faultsOf } from "../lib/flowfaults.js";
import { html } from "../lib/html.js";
import { go } from "../lib/route.js";
import { may, session } from "../lib/session.js";
import { t } from "../lib/words.js";
import { Canvas } from "../parts/canvas.js";
import { Card, Head } from "../parts/card.js";
import { Failure } from "../parts/failure.js";
import { Learns } from "../parts/learns.js";
import { Waiting } from "../parts/text.js";
import { attempt, say, sayError } from "../parts/toast.js";
import { Faults } from "./flow/faults.js";
import { Palette } from "./flow/palette.js";
import { Parties } from "./flow/parties.js";
import { Run } from "./flow/run.js";
import { Step } from "./flow/step.js";

export function Flow({ id }) {
    const isNew = id === "new";
    const { data, error, reload } = useData(!isNew && "flow/query",
        { flow_id: id });
    const { catalog, error: missing } = useCatalog();
    const about = isNew ? { name: "" } : data?.Flow;

    return html`
        <${Failure} error=${error ?? missing} again=${reload} />
        ${about && catalog ? html`<${Editor} key=${id} about=${about}
            catalog=${catalog} onSaved=${reload} />`
            : !(error ?? missing) && html`<${Waiting} />`}`;
}

function Editor({ about, catalog, onSaved }) {
    const [ name, setName ] = useState(about.name);
    const [ flow, draw ] = useState(() => about.dag
        ? read(about, catalog) : empty());
    const [ picked, pick ] = useState("");
    const [ saved, keep ] = useState(flow);
    const faults = useMemo(() => faultsOf(flow, catalog), [ flow, catalog ]);
    const self = session.get().self.node_id;
    const changed = flow !== saved || name !== about.name;
    const step = flow.steps.find((one) => one.name === picked);

    async function save() {
        const what = { name: name.trim(), ...written(flow, catalog, self) };
        const made = await post(about.flow_id ? "flow/update" : "flow/create",
            { flow_id: about.flow_id, ...what });

        keep(flow);
        say(t("flow.saved"));

        if (about.flow_id) {
            onSaved();

        } else {
            go("flows", made.flow_id);
        }
    }

    function link(one) {
        const why = refused(flow, catalog, one);

        if (why) {
            sayError(new Error(t(why)));

        } else {
            draw((now) => connect(now, one));
        }
    }

    function remove(gone) {
        draw((now) => removeStep(now, gone));
        pick("");
    }

    return html`
        <${Head} title=${name || t("flows.new")} actions=${html`
            ${may("flow.edit") && html`<button type="button" class="small"
                disabled=${!changed || name.trim() === ""
                           || flow.steps.length === 0}
                onClick=${() => attempt(save)}>${t("save")}</button>`}
            ${may("job.edit") && about.flow_id && html`<${Run}
                about=${about} flow=${flow} catalog=${catalog} self=${self}
                ready=${faults.length === 0 && !changed} />`}`} />
        ${may("flow.edit") && html`<label>${t("name")}
            <input type="text" maxlength="256" dir="auto" value=${name}
                onInput=${(event) => setName(event.currentTarget.value)} />
            </label>
            <${Palette} catalog=${catalog} onAdd=${(component) =>
                draw((now) => addStep(now, component))} />`}
        <div class="editor">
            <${Card} title=${t("flow.steps")} actions=${html`<button
                type="button" class="secondary small"
                onClick=${() => draw(tidy)}>${t("flow.tidy")}</button>`}>
                <${Canvas} flow=${flow} catalog=${catalog} picked=${picked}
                    marked=${new Set(faults.map((one) => one.step))}
                    onPick=${pick} onLink=${link} onRemove=${remove}
                    onMove=${(moved, x, y) => draw((now) =>
                        changeStep(now, moved, { x, y }))} />
                <p><small>${t("flow.how")}</small></p>
                <${Faults} faults=${faults} onPick=${pick} />
            <//>
            <div>
                ${step && html`<${Step} key=${picked} step=${step}
                    flow=${flow} catalog=${catalog} onDraw=${draw}
                    onLink=${link} onRemove=${remove} />`}
                <${Parties} flow=${flow} onDraw=${draw} self=${self} />
            </div>
        </div>
        ${flow.steps.length > 0 && html`<${Learns}
            dag=${written(flow, catalog, self).dag} />`}`;
}
