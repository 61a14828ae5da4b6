/* Data of a page: asked for, kept while it is asked for again, live. */

import { useCallback, useEffect, useRef, useState } from "preact/hooks";

import { get } from "./api.js";
import { watch } from "./live.js";

/*
 * useData("job/query", { job_id }, { kinds: [ "job", "task" ], id: job_id })
 * gives { data, error, busy, reload }. Without a path nothing is asked. The
 * last parameter says which changes of the node it is asked again for.
 */
export function useData(path, args, live) {
    const key = path ? JSON.stringify([ path, args ]) : "";
    const [ held, hold ] = useState({ key: "" });
    const asked = useRef(null);

    const reload = useCallback(() => {
        if (key !== "") {
            ask(key, asked, hold, false);
        }
    }, [ key ]);

    const follow = useCallback(() => {
        if (key !== "") {
            ask(key, asked, hold, true);
        }
    }, [ key ]);

    useEffect(() => {
        const own = { control: new AbortController() };

        asked.current = own;
        reload();

        return () => own.control.abort();
    }, [ reload ]);

    useLive(live, follow);

    return { data: held.key === key ? held.data : undefined,
        error: held.key === key ? held.error : undefined,
        busy: held.key !== key, reload };
}

/*
 * One question at a time: changes while it is under way are asked for once,
 * after it, so that a busy node's answers still arrive. That question is
 * somebody's only if somebody asked for it meanwhile: a change alone keeps
 * no session, whatever it waited for.
 */
async function ask(key, asked, hold, live) {
    const [ path, args ] = JSON.parse(key);
    const own = asked.current;

    if (own.busy) {
        own.next = { live: live && (own.next?.live ?? true) };
        return;
    }

    own.busy = true;
    own.next = { live };

    while (own.next && !own.control.signal.aborted) {
        const question = own.next;

        own.next = null;

        try {
            const data = await get(path, args,
                { signal: own.control.signal, live: question.live });

            hold({ key, data });

        } catch (error) {
            if (own.control.signal.aborted) {
                return;
            }

            hold((old) => ({ key, error,
                data: old.key === key ? old.data : undefined }));
        }
    }

    own.busy = false;
}

/* Calls back on changes: { kinds: [ "job" ], id }; not without a value. */
export function useLive(live, callback) {
    const key = live ? JSON.stringify(live) : "";

    useEffect(() => key === "" ? undefined
        : watch(JSON.parse(key), callback), [ key, callback ]);
}
