/* Parameters of steps in a job's configuration, as forms have them. */

import { read } from "../parts/form.js";

const common = (config, step) => config?.task_params?.common?.[step] ?? {};

/* What a step's parameters are now, as the text of fields. */
export function textsOf(fields, config, step) {
    const now = common(config, step);

    return Object.fromEntries(fields
        .filter(({ name }) => now[name] !== undefined && now[name] !== null)
        .map(({ name }) => [ name, textOf(now[name]) ]));
}

function textOf(value) {
    return typeof value === "object" ? JSON.stringify(value, null, 2)
        : String(value);
}

/*
 * { values, faults }: what was entered of fields, where it is not as before,
 * in the form of config.task_params; values is undefined without changes.
 */
export function changedParams(fields, config, step, entered) {
    const touched = fields.filter(({ name }) => name in entered)
        .map((field) => ({ ...field, defaultValue: "" }));
    const { values, faults } = read(touched, entered);
    const now = common(config, step);
    const changed = Object.fromEntries(Object.entries(values)
        .filter(([ name, value ]) =>
            JSON.stringify(now[name]) !== JSON.stringify(value)));

    return { faults, values: Object.keys(changed).length === 0 ? undefined
        : { common: { [step]: changed } } };
}
