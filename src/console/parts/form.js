/*
 * Forms from rows: of a page's own, or of a component's descriptor, which
 * have the same members: { name, title, description, type, optional,
 * defaultValue, bindingData, validator, members }. `word` is the key of a
 * label in words/; without it a label is the name and the descriptor's text.
 */

import { useId } from "preact/hooks";

import { html } from "../lib/html.js";
import { either, t } from "../lib/words.js";

/* How a type is shown; what is not here is a line of text. */
const inputs = {
    integer: { type: "text", inputmode: "numeric" },
    float: { type: "text", inputmode: "decimal" },
    secret: { type: "password", autocomplete: "off" },
    time: { type: "datetime-local" }
};

const optional = (field) => String(field.optional) === "true";

/*
 * values: { name: text }; `onChange` gets the new values, `faults` is
 * { name: text } of what is wrong.
 */
export function Fields({ fields, values, onChange, faults = {} }) {
    return fields.map((field) => html`<${Field} key=${field.name}
        field=${field} value=${values[field.name]}
        fault=${faults[field.name]}
        onValue=${(value) => onChange({ ...values,
            [field.name]: value })} />`);
}

function Field({ field, value, fault, onValue }) {
    const id = useId();
    const note = field.help ? t(field.help)
        : field.word ? "" : either(field.description, field.title);
    const about = { id, "aria-describedby": `${id}-note`,
        "aria-invalid": fault ? true : undefined,
        required: !optional(field) };

    return html`
        <div class="field">
            <label for=${id}>${field.word ? t(field.word) : html`
                <code>${field.name}</code>`}
                ${optional(field) ? "" : html`<span
                    title=${t("form.required")}> *</span>`}</label>
            <${Input} field=${field} about=${about} onValue=${onValue}
                value=${value ?? field.defaultValue ?? ""} />
            <small id=${`${id}-note`} class=${fault ? "fault" : ""}
                dir="auto">${fault ?? note}</small>
        </div>`;
}

function Input({ field, about, value, onValue }) {
    const set = (event) => onValue(event.currentTarget.value);

    if (field.bindingData?.length > 0) {
        return html`
            <select ...${about} value=${value} onChange=${set}>
                ${optional(field) && html`<option value="">–</option>`}
                ${field.bindingData.map((row) => html`<option
                    key=${row.value} value=${row.value}>
                    ${row.word ? t(row.word) : row.label}</option>`)}
            </select>`;
    }

    if (field.type === "boolean") {
        return html`<input type="checkbox" role="switch" ...${about}
            required=${false} checked=${String(value) === "true"}
            onChange=${(event) => onValue(event.currentTarget.checked)} />`;
    }

    if (field.type === "text" || field.type === "object"
        || field.type === "array")
    {
        return html`<textarea ...${about} rows="4" spellcheck=${false}
            dir="auto" value=${text(value)} onInput=${set}></textarea>`;
    }

    return html`<input ...${{ type: "text", ...inputs[field.type] }}
        ...${about} dir="auto" spellcheck=${false} value=${value}
        onInput=${set} />`;
}

function text(value) {
    return typeof value === "string" ? value
        : JSON.stringify(value, null, 2);
}

/* How the text of a field becomes the value that the API takes. */
const readers = {
    integer: (value) => /^[+-]?\d+$/.test(value) ? Number(value) : undefined,
    float: (value) => value !== "" && Number.isFinite(Number(value))
        ? Number(value) : undefined,
    boolean: (value) => String(value) === "true",
    object: json, array: json,
    time: (value) => Number.isFinite(Date.parse(value))
        ? Date.parse(value) : undefined
};

function json(value) {
    try {
        return typeof value === "string" ? JSON.parse(value) : value;

    } catch {
        return undefined;
    }
}

/*
 * { values, faults }: what was entered as the API takes it. What is empty and
 * optional is left out; the rest of checking is the node's.
 */
export function read(fields, entered) {
    const values = {}, faults = {};

    for (const field of fields) {
        const raw = entered[field.name] ?? field.defaultValue ?? "";
        const trimmed = typeof raw === "string" ? raw.trim() : raw;

        if (trimmed === "") {
            if (!optional(field) && field.type !== "boolean") {
                faults[field.name] = t("form.missing");
            }

            continue;
        }

        const value = (readers[field.type] ?? ((same) => same))(trimmed);

        if (value === undefined) {
            faults[field.name] = t(`form.no_${field.type}`);

        } else {
            values[field.name] = value;
        }
    }

    return { values, faults };
}
