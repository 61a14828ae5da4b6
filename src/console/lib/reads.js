/* What of this node's a job reads, and what its components are. */

/* [ { name, version, steps } ] of a DAG: each component once. */
export function componentsOf(dag) {
    const found = new Map();

    for (const one of dag?.components ?? []) {
        const key = `${one.componentName} ${one.version ?? ""}`;
        const row = found.get(key) ?? { name: one.componentName,
            version: one.version ?? "", steps: [] };

        row.steps.push(one.name);
        found.set(key, row);
    }

    return [ ...found.values() ];
}

/*
 * [ { dataset, query, steps } ]: the data that a party ("host.0") of a job
 * reads, by the parameters of its steps.
 */
export function dataOf(config, party) {
    const [ role, index ] = (party ?? "").split(".");
    const params = config?.task_params ?? {};
    const own = params[role]?.[index] ?? {};
    const found = new Map();

    for (const step of new Set([ ...Object.keys(params.common ?? {}),
        ...Object.keys(own) ]))
    {
        const one = { ...params.common?.[step], ...own[step] };
        const key = one.dataset_id ?? one.data_sql;

        if (key !== undefined) {
            const row = found.get(key) ?? { dataset: one.dataset_id,
                query: sql(one.data_sql), steps: [] };

            row.steps.push(step);
            found.set(key, row);
        }
    }

    return [ ...found.values() ];
}

/* One query, or several by name. */
function sql(value) {
    return value === undefined || typeof value === "string" ? value
        : JSON.stringify(value, null, 2);
}

/* Who takes part: [ { party: "host.0", node } ]. */
export function partiesOf(config) {
    return Object.entries(config?.role ?? {}).flatMap(([ role, nodes ]) =>
        [ nodes ].flat().map((node, i) => ({ party: `${role}.${i}`, node })));
}

/*
 * Statements of a component, whatever its maker gave: a list of who learns
 * what, one object of that kind, or a text.
 */
export function statementsOf(security) {
    const list = security === undefined || security === null
        || security === "" ? [] : [ security ].flat();

    return list.map((one) => typeof one === "string"
        ? { role: "", learns: one, learns_zh: "" }
        : { role: text(one.role), learns: text(one.learns),
            learns_zh: text(one.learns_zh) || text(one.learns) });
}

function text(value) {
    return value === undefined ? ""
        : typeof value === "string" ? value : JSON.stringify(value);
}
