/* What is entered into a form, checked and sent, once at a time. */

import { useState } from "preact/hooks";

/*
 * useEntry(initial, check, send): `check(entered)` gives { values, faults },
 * `send(values)` may wait; what it refuses is `error` and can be sent again.
 */
export function useEntry(initial, check, send) {
    const [ entered, enter ] = useState(initial);
    const [ faults, blame ] = useState({});
    const [ error, fail ] = useState();
    const [ busy, work ] = useState(false);

    async function submit(event) {
        const { values, faults: wrong } = check(entered);

        event.preventDefault();
        blame(wrong);

        if (Object.keys(wrong).length > 0 || busy) {
            return;
        }

        work(true);

        try {
            await send(values);

        } catch (refusal) {
            fail(refusal);
            work(false);
        }
    }

    return { entered, enter, faults, error, busy, submit };
}
