/* Values that the page follows: read, set, redrawn when they change. */

import { useEffect, useReducer } from "preact/hooks";

export function state(value) {
    const followers = new Set();

    return {
        get: () => value,

        set(next) {
            value = next;
            followers.forEach((follower) => follower(value));
        },

        follow(follower) {
            followers.add(follower);
            return () => followers.delete(follower);
        }
    };
}

/* The value, for a part that is drawn again when it changes. */
export function useValue(of) {
    const [ , redraw ] = useReducer((n) => n + 1, 0);
    const drawn = of.get();

    useEffect(() => {
        /* it may have changed between drawing and this */
        if (of.get() !== drawn) {
            redraw();
        }

        return of.follow(redraw);
    }, [ of ]);

    return drawn;
}
