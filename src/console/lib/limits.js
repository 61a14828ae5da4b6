/* Limits of permissions: what is asked for, granted, used up. */

const names = [ "time_limit", "times_limit", "rows_limit", "bytes_limit" ];

/*
 * What an answer grants when nothing is changed: what is asked for, within
 * what this node's own policy gives at most.
 */
export function narrowest(asked, policy) {
    const found = {};

    for (const name of names) {
        const all = [ asked?.[name], policy?.[name] ]
            .filter((value) => value > 0);

        if (all.length > 0) {
            found[name] = Math.min(...all);
        }
    }

    const allowed = meet(asked?.algorithms_allow, policy?.algorithms_allow);

    return allowed === undefined ? found
        : { ...found, algorithms_allow: allowed };
}

/* Of two lists of which none is everything. */
function meet(a, b) {
    return !a?.length ? b?.length ? b : undefined
        : !b?.length ? a : a.filter((name) => b.includes(name));
}

/* Gauges of a permit: [ { name, used, max } ] for what is limited. */
export function gauges(permit) {
    return [ [ "times", "times_left" ], [ "rows", "rows_left" ],
        [ "bytes", "bytes_left" ] ]
        .map(([ name, left ]) => ({ name, max: permit[`${name}_limit`],
            used: permit[`${name}_limit`] - permit[left] }))
        .filter(({ max, used }) => max > 0 && Number.isFinite(used));
}

/* Names in a text, by commas, spaces or lines. */
export function words(text) {
    return (text ?? "").split(/[\s,;、，；]+/).filter((one) => one !== "");
}

/* What a Date can hold, in milliseconds, a day aside. */
const furthest = 8.64e15 - 86400000;

/*
 * A moment as the input of dates and times has it: local, to the minute; ""
 * for none, and for what an address has that is none.
 */
export function local(ms) {
    if (!(ms > 0 && ms < furthest)) {
        return "";
    }

    const at = new Date(ms);

    return new Date(ms - at.getTimezoneOffset() * 60000).toISOString()
        .slice(0, 16);
}
