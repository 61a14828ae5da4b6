/* Words of datasets: states, and what a form makes of them. */

/* status of a record, as a state of badge.js */
export function stateOf({ status }) {
    return [ "OFFLINE", "ONLINE", "DISCONNECTED" ][status] ?? "";
}

/* What a location needs, by its type. */
const places = {
    csv: [ "path" ], sqlite: [ "path", "table" ],
    odbc: [ "dsn", "table", "key" ]
};

const required = { csv: [ "path" ], sqlite: [ "path", "table" ],
    odbc: [ "dsn" ] };

export function placeFields(type) {
    return [ ...places[type] ?? [], "query" ].map((name) => ({ name,
        type: name === "query" ? "text" : "string",
        word: `dataset.${name}`, help: `dataset.${name}.help.${type}`,
        optional: !required[type]?.includes(name) }));
}

/*
 * Columns as text, one a line: "age int CONTINUOUS years since birth"; what
 * is left out is varchar and DISCRETE. Names may be quoted.
 */
export function columnsOf(text) {
    return (text ?? "").split("\n").map((line) => line.trim())
        .filter((line) => line !== "").map((line) => {
            const [ , quoted, bare, type, kind, more ] = line.match(
                /^(?:"([^"]+)"|(\S+))(?:\s+(\S+))?(?:\s+(\S+))?(?:\s+(.*))?$/
            ) ?? [];

            return { name: quoted ?? bare, data_type: type ?? "varchar",
                distribution: (kind ?? "DISCRETE").toUpperCase(),
                ...(more ? { description: more } : {}) };
        });
}

/* The last request of ours for each resource of a partner, by its id. */
export function requestsOf(records, node) {
    const last = new Map();

    for (const one of records) {
        const seen = last.get(one.resource_id);

        if (one.node_id === node
            && !(seen?.create_time > one.create_time))
        {
            last.set(one.resource_id, one);
        }
    }

    return last;
}
