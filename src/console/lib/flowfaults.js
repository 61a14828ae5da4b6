/*
 * What keeps a flow from being run, found while it is drawn: [ { step, word,
 * args } ]. The node checks all of it again.
 */

import { keyOf, paramsAt, paramsOf, partiesOf, readsSource }
    from "./flow.js";
import { allowed, elements } from "./validate.js";

const rules = [ noSteps, noGuest, twice, unknown, sourceless, wrongValues,
    missingValues ];

export function faultsOf(flow, catalog) {
    return rules.flatMap((rule) => rule(flow, catalog));
}

function noSteps(flow) {
    return flow.steps.length === 0 ? [ { word: "flow.fault.empty" } ] : [];
}

function noGuest(flow) {
    return flow.roles.guest.length === 0
        ? [ { word: "flow.fault.guest" } ] : [];
}

function twice(flow) {
    const nodes = partiesOf(flow).map(({ node }) => node);

    return nodes.filter((node, i) => nodes.indexOf(node) < i)
        .map((node) => ({ word: "flow.fault.twice", args: { node } }));
}

function unknown(flow, catalog) {
    return flow.steps.filter((step) => {
        const known = catalog.get(keyOf(step));

        return known === undefined || known.status === "DISABLED"
            || known.state === "offline";
    }).map((step) => ({ step: step.name, word: "flow.fault.component",
        args: { name: keyOf(step) } }));
}

/* The arbiter has no data. */
const holders = (flow) =>
    partiesOf(flow).filter(({ role }) => role !== "arbiter");

function sourceless(flow, catalog) {
    return flow.steps.filter((step) => readsSource(flow, catalog, step))
        .flatMap(({ name }) => holders(flow).filter((party) => {
            const own = { ...paramsAt(flow, name),
                ...paramsAt(flow, name, party) };

            return !own.dataset_id && !own.data_sql;
        }).map(({ node }) => ({ step: name, word: "flow.fault.source",
            args: { node } })));
}

/* Every place where a step has parameters: of all, and of parties. */
const places = (flow) => [ undefined, ...partiesOf(flow) ];

function wrongValues(flow, catalog) {
    return flow.steps.flatMap((step) =>
        paramsOf(catalog.get(keyOf(step))).flatMap((field) =>
            places(flow).map((party) =>
                paramsAt(flow, step.name, party)[field.name])
                .filter((value) => value !== undefined
                    && !elements(field, value).every((text) =>
                        allowed(field.validator, text)))
                .map(() => ({ step: step.name, word: "flow.fault.value",
                    args: { field: field.name,
                        allowed: field.validator } }))));
}

function missingValues(flow, catalog) {
    return flow.steps.flatMap((step) =>
        paramsOf(catalog.get(keyOf(step)))
            .filter(({ name, optional, defaultValue }) =>
                String(optional) !== "true" && defaultValue === undefined
                && places(flow).every((party) =>
                    paramsAt(flow, step.name, party)[name] === undefined))
            .map(({ name }) => ({ step: step.name,
                word: "flow.fault.missing", args: { field: name } })));
}
