/* A query that a partner sent as text: what would run, where. */

import { useData } from "../lib/data.js";
import { html } from "../lib/html.js";
import { t } from "../lib/words.js";
import { Code, Name } from "./text.js";

export function Query({ record, card }) {
    const columns = record.columns ?? card?.columns ?? [];
    const fault = record.fault ?? card?.fault;

    return html`
        <${Code} text=${record.sql} label=${t("query.sql")} />
        ${fault && html`<p class="fault" dir="auto">${fault}</p>`}
        ${columns.length > 0 && html`
            <h3>${t("query.columns")}</h3>
            <ul class="names">${columns.map(({ name, type }) => html`
                <li key=${name}><${Name} text=${name} /> <small>${type}
                </small></li>`)}</ul>`}`;
}

/*
 * What an approval of a query says beside its limits: where it runs, and
 * which text was read. Undefined while that is asked for.
 */
export function useQueryExtra(kind, record) {
    const { data } = useData(kind === "query" && "query/sources",
        { page_size: -1 }, {});

    if (kind !== "query") {
        return {};
    }

    return data && {
        fields: [ { name: "source", word: "query.source",
            help: data.records.length > 0 ? "query.source.help"
                : "query.source.none",
            bindingData: data.records.map((one, i) => ({ value: String(i),
                label: labelOf(one) })) } ],
        values: { source: data.records.length > 0 ? "0" : "" },
        said: ({ source }) => ({ location: data.records[Number(source)],
            digest: record.digest })
    };
}

function labelOf({ type, dsn, path }) {
    return `${type}: ${dsn || path}`;
}
