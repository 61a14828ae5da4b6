/* Descriptors of this node's components, fetched once a page. */

import { useEffect, useState } from "preact/hooks";

import { get } from "./api.js";
import { keyOf } from "./flow.js";

const size = 12;      // questions at a time

/*
 * { catalog, error }: a Map of "code:version" to descriptors, undefined until
 * all are there. A few dozen components are a few hundred kilobytes.
 */
export function useCatalog() {
    const [ held, hold ] = useState({});

    useEffect(() => {
        const control = new AbortController();

        fetchAll(control.signal).then(
            (catalog) => hold({ catalog }),
            (error) => control.signal.aborted || hold({ error }));

        return () => control.abort();
    }, []);

    return held;
}

async function fetchAll(signal) {
    const { records } = await get("component/list", { page_size: -1 },
        signal);
    const catalog = new Map();

    for (let i = 0; i < records.length; i += size) {
        const some = await Promise.all(records.slice(i, i + size)
            .map(({ code, version }) => get("component/query",
                { code, version }, signal)));

        some.forEach(({ Component }) =>
            catalog.set(keyOf(Component), Component));
    }

    return catalog;
}
