/* One step of a flow: what it reads, what it makes, its parameters. */

import { useState } from "preact/hooks";

import { changeStep, disconnect, fits, inputsOf, keyOf, outputsOf, paramsAt,
    paramsOf, partiesOf, readsSource, setParams } from "../../lib/flow.js";
import { html } from "../../lib/html.js";
import { textsOf } from "../../lib/params.js";
import { may } from "../../lib/session.js";
import { t } from "../../lib/words.js";
import { allowed, elements } from "../../lib/validate.js";
import { Card } from "../../parts/card.js";
import { Fields, read } from "../../parts/form.js";
import { Tabs } from "../../parts/tabs.js";
import { Source } from "./source.js";

export function Step({ step, flow, catalog, onDraw, onLink, onRemove }) {
    const component = catalog.get(keyOf(step));

    return html`
        <${Card} title=${step.name} actions=${may("flow.edit") && html`
            <button type="button" class="danger small"
                onClick=${() => onRemove(step.name)}>${t("flow.remove")}
            </button>`}>
            <${Inputs} step=${step} flow=${flow} catalog=${catalog}
                onDraw=${onDraw} onLink=${onLink} />
            <${Outputs} step=${step} component=${component}
                onDraw=${onDraw} />
            <${Params} step=${step} flow=${flow} catalog=${catalog}
                onDraw=${onDraw} />
        <//>`;
}

/* By keyboard what the lines of the drawing are by mouse. */
function Inputs({ step, flow, catalog, onDraw, onLink }) {
    const sources = ({ category }) => flow.steps
        .filter(({ name }) => name !== step.name)
        .flatMap((one) => outputsOf(catalog.get(keyOf(one)))
            .filter((output) => fits(output.category, category))
            .map((output) => `${one.name}.${output.name}`));
    const now = (name) => {
        const link = flow.links.find((one) => one.to === step.name
                                              && one.input === name);

        return link ? `${link.from}.${link.output}` : "";
    };

    function set(input, value) {
        const [ from, output ] = value.split(".");

        if (value === "") {
            onDraw((old) => disconnect(old, step.name, input));

        } else {
            onLink({ from, output, to: step.name, input });
        }
    }

    return inputsOf(catalog.get(keyOf(step))).map((input) => html`
        <label key=${input.name}>${t("flow.reads", input)}
            <select value=${now(input.name)} onChange=${(event) =>
                set(input.name, event.currentTarget.value)}>
                <option value="">${t("flow.nothing")}</option>
                ${sources(input).map((one) => html`<option key=${one}
                    value=${one}>${one}</option>`)}
            </select></label>`);
}

function Outputs({ step, component, onDraw }) {
    const set = (name, on) => onDraw((old) => changeStep(old, step.name, {
        outputs: on ? [ ...step.outputs, name ]
            : step.outputs.filter((one) => one !== name) }));

    return html`
        <fieldset><legend>${t("flow.outputs")}</legend>
            ${outputsOf(component).map((one) => html`
                <label key=${one.name}><input type="checkbox"
                    checked=${step.outputs.includes(one.name)}
                    onChange=${(event) => set(one.name,
                        event.currentTarget.checked)} />
                    ${one.name} <small>${one.category}</small></label>`)}
        </fieldset>`;
}

function Params({ step, flow, catalog, onDraw }) {
    const parties = partiesOf(flow);
    const [ shown, show ] = useState("all");
    const party = parties.find(({ role, index }) =>
        `${role}.${index}` === shown);
    const tabs = [ { name: "all", title: t("flow.all") },
        ...parties.map(({ role, index, node }) => ({
            name: `${role}.${index}`, title: `${role} ${node}` })) ];

    return html`
        <h3>${t("flow.params")}</h3>
        <${Tabs} label=${t("flow.params")} tabs=${tabs}
            shown=${party ? shown : "all"} onShow=${show}>
            ${party && party.role !== "arbiter"
                && readsSource(flow, catalog, step) && html`<${Source}
                    party=${party} step=${step} flow=${flow}
                    onDraw=${onDraw} />`}
            <${Form} key=${shown} step=${step} flow=${flow} party=${party}
                fields=${paramsOf(catalog.get(keyOf(step)))}
                onDraw=${onDraw} />
        <//>`;
}

/* What is right is kept at once, what is wrong is said where it is. */
function Form({ step, flow, party, fields, onDraw }) {
    const now = paramsAt(flow, step.name, party);
    const [ entered, enter ] = useState(() => textsOf(fields,
        { task_params: { common: { [step.name]: now } } }, step.name));
    const [ faults, blame ] = useState({});

    function change(texts) {
        const given = fields.filter(({ name }) =>
            texts[name] !== undefined && texts[name] !== "");
        const { values, faults: wrong } = read(given.map((field) =>
            ({ ...field, defaultValue: "" })), texts);
        const sources = Object.fromEntries([ "dataset_id", "data_sql" ]
            .filter((name) => now[name] !== undefined)
            .map((name) => [ name, now[name] ]));

        for (const field of given) {
            if (values[field.name] !== undefined
                && !elements(field, values[field.name]).every((text) =>
                    allowed(field.validator, text)))
            {
                wrong[field.name] = t("flow.value", { allowed:
                    field.validator.replace(/^regular-/, "") });
            }
        }

        enter(texts);
        blame(wrong);
        onDraw((old) => setParams(old, step.name, party,
            { ...sources, ...values }));
    }

    return html`<${Fields} fields=${fields.map((field) => party
        ? { ...field, optional: "true", defaultValue: undefined } : field)}
        values=${entered} faults=${faults} onChange=${change} />`;
}
