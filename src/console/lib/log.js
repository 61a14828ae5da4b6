/* Lines of a job's log, the newest of them, as they come. */

import { useCallback, useEffect, useRef, useState } from "preact/hooks";

import { get } from "./api.js";
import { useLive } from "./data.js";

/* Lines that a page holds; older ones give way. */
const kept = 5000;

/* At most so many a question. */
const size = 1000;

/* New lines are no change that the node tells of: while a job runs, ms. */
const every = 2000;

/* { lines, dropped, error } of a job; asked for again while it `runs`. */
export function useLog(job_id, runs) {
    const [ held, hold ] = useState({ lines: [], dropped: 0 });
    const at = useRef({ after: "", busy: false });

    const more = useCallback(async () => {
        const own = at.current;

        if (own.busy || document.hidden) {
            return;
        }

        own.busy = true;

        try {
            await readOn(job_id, own, hold);
            own.live = true;

        } catch (error) {
            hold((old) => ({ ...old, error }));
        }

        own.busy = false;
    }, [ job_id ]);

    useEffect(() => {
        more();

        const timer = runs ? setInterval(more, every) : null;

        return () => clearInterval(timer);
    }, [ more, runs ]);

    useLive({ kinds: [ "job", "task" ] }, more);

    return held;
}

async function readOn(job_id, own, hold) {
    let answer;

    do {
        answer = await get("job/log/query", { job_id, level: "all",
            after: own.after, page_size: size }, { live: own.live });
        own.after = answer.last_id || own.after;

        const { records, dropped } = answer;

        hold(({ lines }) => ({ dropped,
            lines: [ ...lines, ...records ].slice(-kept) }));
    } while (answer.records.length === size);
}

/* How many of each level; `all` of all. */
export function countsOf(lines) {
    const counts = { all: lines.length };

    for (const { level } of lines) {
        counts[level] = (counts[level] ?? 0) + 1;
    }

    return counts;
}
