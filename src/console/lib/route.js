/*
 * Where one is: #/jobs, #/jobs/ID, #/jobs?status=FAILED. Nothing of it ever
 * reaches a server, and a token is never part of it.
 */

import { state } from "./state.js";

/* { page, id, args } of the part of an address behind "#". */
export function parse(hash) {
    const [ path, query = "" ] = hash.replace(/^#?\/?/, "").split(/\?(.*)/s);
    const [ page = "", id = "" ] = path.split("/").map(decode);

    return { page, id, args: Object.fromEntries(new URLSearchParams(query)) };
}

function decode(part) {
    try {
        return decodeURIComponent(part);

    } catch {
        return part;
    }
}

/* The address of a page; arguments that are "" or undefined are left out. */
export function href(page, id, args) {
    const query = new URLSearchParams(Object.entries(args ?? {})
        .filter(([ , value ]) => value !== undefined && value !== ""));

    return "#/" + page + (id ? "/" + encodeURIComponent(id) : "")
        + (query.size || query.toString() ? "?" + query : "");
}

export const route = state(parse(globalThis.location?.hash ?? ""));

export function go(page, id, args) {
    location.hash = href(page, id, args);
}

/* Changes arguments of the page that is shown, without a step of history. */
export function amend(args) {
    const { page, id, args: old } = route.get();

    history.replaceState(null, "", href(page, id, { ...old, ...args }));
    route.set(parse(location.hash));
}

globalThis.addEventListener?.("hashchange",
    () => route.set(parse(location.hash)));
