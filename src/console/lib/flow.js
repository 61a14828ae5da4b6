/*
 * A flow as it is drawn: what a flow/create takes, and back.
 *
 * A flow: { steps: [ { name, code, provider, version, x, y, outputs, names,
 * after } ], outputs by port, names what the DAG calls them where it is not
 * the port's name; links: [ { from, output, to, input } ],
 * roles: { guest: [ node ], ... }, job_params,
 * params: { common: { step: {} }, guest: { 0: { step: {} } } } }.
 * Functions give a new flow. `catalog` is a Map of "code:version" to
 * descriptors.
 */

import { box, layout } from "./layout.js";

export const roles = [ "guest", "host", "arbiter" ];

const tables = [ "dataset", "training_set", "test_set" ];

export const empty = () => ({ steps: [], links: [],
    roles: { guest: [], host: [], arbiter: [] }, params: { common: {} },
    job_params: { common: { sync_type: "poll" } } });

export const keyOf = ({ code, version }) => `${code}:${version}`;

/* Ports and parameters of a descriptor: parameters alone have a type. */
export const inputsOf = (component) =>
    (component?.inputs ?? []).filter(({ category }) => category);
export const paramsOf = (component) =>
    (component?.inputs ?? []).filter(({ type }) => type);
export const outputsOf = (component) => component?.outputs ?? [];

/* Tables of any purpose are tables. */
export function fits(made, wanted) {
    return made === wanted
        || (tables.includes(made) && tables.includes(wanted));
}

const port = (list, name) => list.find((one) => one.name === name);

/* "psi", then "psi_2": a step's name is its own. */
function nameFor(flow, code) {
    const taken = new Set(flow.steps.map(({ name }) => name));
    let name = code;

    for (let n = 2; taken.has(name); n++) {
        name = `${code}_${n}`;
    }

    return name;
}

export function addStep(flow, component) {
    const name = nameFor(flow, component.code);
    const low = Math.max(0, ...flow.steps.map(({ y }) => y + box.height + 42));

    return { ...flow, steps: [ ...flow.steps, { name, code: component.code,
        provider: component.developer, version: component.version,
        outputs: outputsOf(component).map((one) => one.name), names: {},
        after: [], x: 24, y: low + 16 } ] };
}

export function removeStep(flow, name) {
    return { ...flow,
        steps: flow.steps.filter((one) => one.name !== name)
            .map((one) => ({ ...one,
                after: one.after.filter((before) => before !== name) })),
        links: flow.links.filter(({ from, to }) =>
            from !== name && to !== name),
        params: mapParams(flow.params, ({ [name]: gone, ...rest }) => rest) };
}

/* All objects by step: of common, and of each party of a role. */
function mapParams(params, change) {
    return Object.fromEntries(Object.entries(params).map(([ role, own ]) =>
        [ role, role === "common" ? change(own)
            : Object.fromEntries(Object.entries(own)
                .map(([ i, one ]) => [ i, change(one) ])) ]));
}

export function changeStep(flow, name, change) {
    return { ...flow, steps: flow.steps.map((one) =>
        one.name === name ? { ...one, ...change } : one) };
}

/* Whether there is a way from a step to another one. */
function reaches(flow, from, to, seen = new Set()) {
    if (from === to) {
        return true;
    }

    seen.add(from);

    return [ ...flow.links.filter((link) => link.from === from)
                 .map((link) => link.to),
             ...flow.steps.filter((one) => one.after.includes(from))
                 .map(({ name }) => name) ]
        .some((next) => !seen.has(next) && reaches(flow, next, to, seen));
}

/* Why a link cannot be, the key of a text; "" if it can. */
export function refused(flow, catalog, { from, output, to, input }) {
    const of = (name) => catalog.get(keyOf(
        flow.steps.find((one) => one.name === name) ?? {}));
    const made = port(outputsOf(of(from)), output);
    const wanted = port(inputsOf(of(to)), input);

    return made === undefined || wanted === undefined ? "flow.no_port"
        : !fits(made.category, wanted.category) ? "flow.no_fit"
        : reaches(flow, to, from) ? "flow.circle" : "";
}

/* What an input read before, it reads no more. */
export function connect(flow, link) {
    const joined = disconnect(flow, link.to, link.input);
    const step = joined.steps.find(({ name }) => name === link.from);

    return { ...changeStep(joined, link.from, { outputs: [ ...new Set(
        [ ...step.outputs, link.output ]) ] }),
        links: [ ...joined.links, link ] };
}

export function disconnect(flow, to, input) {
    return { ...flow, links: flow.links.filter((link) =>
        link.to !== to || link.input !== input) };
}

/* Boxes in the order of what flows between them. */
export function tidy(flow) {
    const plan = layout(flow.steps.map(({ name }) => ({ id: name })),
        edgesOf(flow));

    return { ...flow, steps: flow.steps.map((one) =>
        ({ ...one, ...plan.nodes.get(one.name) })) };
}

export function edgesOf(flow) {
    return [ ...flow.links.map(({ from, to }) => ({ from, to })),
        ...flow.steps.flatMap(({ name, after }) =>
            after.map((from) => ({ from, to: name }))) ];
}

/* { dag, config } as flow/create and job/create take them. */
export function written(flow, catalog, self) {
    const category = (step, output) => port(outputsOf(catalog.get(
        keyOf(step))), output)?.category;
    const find = (name) => flow.steps.find((one) => one.name === name);

    return {
        dag: { version: "2.0.0", components: flow.steps.map((step) => ({
            name: step.name, componentName: step.code,
            provider: step.provider, version: step.version,
            input: flow.links.filter(({ to }) => to === step.name)
                .map(({ from, output }) => ({
                    key: `${from}.${find(from).names[output] ?? output}`,
                    type: category(find(from), output) })),
            output: step.outputs.map((name) => ({
                type: category(step, name),
                key: step.names[name] ?? name })),
            ...(step.after.length > 0 ? { after: step.after } : {})
        })) },
        config: { version: "2.0.0",
            initiator: { node_id: self, role: roleOf(flow, self) },
            role: Object.fromEntries(Object.entries(flow.roles)
                .filter(([ , nodes ]) => nodes.length > 0)),
            job_params: flow.job_params, task_params: flow.params }
    };
}

const roleOf = (flow, node) =>
    roles.find((role) => flow.roles[role].includes(node)) ?? "guest";

/* The flow that was written so; ports of inputs are those that fit. */
export function read({ dag, config }, catalog) {
    const flow = { ...empty(),
        roles: { ...empty().roles, ...config?.role },
        params: { common: {}, ...config?.task_params },
        job_params: config?.job_params ?? empty().job_params,
        steps: (dag?.components ?? []).map((one) => ({ name: one.name,
            code: one.componentName ?? one.code, provider: one.provider,
            version: one.version ?? newest(catalog, one),
            after: one.after ?? [], x: 0, y: 0 })) };

    flow.steps.forEach((step, i) => Object.assign(step,
        portsOf(catalog.get(keyOf(step)), dag.components[i].output)));

    for (const { name, input } of dag?.components ?? []) {
        for (const { key, type } of input ?? []) {
            const [ from, called ] = key.split(".");
            const { names = {} } = flow.steps.find((one) =>
                one.name === from) ?? {};
            const output = Object.keys(names).find((one) =>
                names[one] === called) ?? called;

            flow.links.push({ from, output, to: name,
                input: inputFor(flow, catalog, name, type) });
        }
    }

    return tidy(flow);
}

/* An output of a DAG is the first free port of its type. */
function portsOf(component, outputs) {
    const free = [ ...outputsOf(component) ];
    const names = {};

    for (const { key, type } of outputs ?? []) {
        const own = free.findIndex((one) => one.name === key
                                            && one.category === type);
        const at = own >= 0 ? own
            : free.findIndex(({ category }) => category === type);

        names[at < 0 ? key : free.splice(at, 1)[0].name] = key;
    }

    return { names, outputs: Object.keys(names) };
}

function newest(catalog, one) {
    return [ ...catalog.values() ]
        .filter(({ code }) => code === (one.componentName ?? one.code))
        .map(({ version }) => version)
        .sort((a, b) => a.localeCompare(b, "en", { numeric: true })).at(-1);
}

/* The first free port of that very category, else of one that takes it. */
function inputFor(flow, catalog, name, type) {
    const step = flow.steps.find((one) => one.name === name);
    const taken = flow.links.filter(({ to }) => to === name)
        .map(({ input }) => input);
    const free = inputsOf(catalog.get(keyOf(step)))
        .filter((one) => !taken.includes(one.name));

    return (free.find(({ category }) => category === type)
        ?? free.find(({ category }) => fits(type, category)))?.name ?? "";
}

/* The parties, [ { role, index, node } ]. */
export const partiesOf = (flow) => roles.flatMap((role) =>
    flow.roles[role].map((node, index) => ({ role, index, node })));

/* Parameters of a step: of all (no party), or what a party has of its own. */
export function paramsAt(flow, step, party) {
    return (party ? flow.params[party.role]?.[party.index]
        : flow.params.common)?.[step] ?? {};
}

export function setParams(flow, step, party, values) {
    const { params } = flow;

    if (!party) {
        return { ...flow, params: { ...params,
            common: { ...params.common, [step]: values } } };
    }

    const { role, index } = party;

    return { ...flow, params: { ...params, [role]: { ...params[role],
        [index]: { ...params[role]?.[index], [step]: values } } } };
}

/* A step reads a source of its party's where no table is linked to it. */
export function readsSource(flow, catalog, step) {
    const wants = inputsOf(catalog.get(keyOf(step)))
        .filter(({ category }) => tables.includes(category));

    return wants.length > 0 && !flow.links.some(({ to, input }) =>
        to === step.name && wants.some(({ name }) => name === input));
}
