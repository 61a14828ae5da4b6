/*
 * What a user chose about the looks, kept in this browser. A browser that
 * keeps nothing (private windows) forgets it with the page.
 */

const prefix = "interconn.";

export function chosen(name) {
    try {
        return localStorage.getItem(prefix + name);

    } catch {
        return null;
    }
}

export function choose(name, value) {
    try {
        if (value === null) {
            localStorage.removeItem(prefix + name);

        } else {
            localStorage.setItem(prefix + name, value);
        }

    } catch {
        /* it holds until the page is left */
    }
}
