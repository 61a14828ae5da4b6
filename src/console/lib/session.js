/*
 * Who is signed in. The token is shown to the node once and exchanged for a
 * cookie that scripts cannot read; a node without sessions takes the token
 * with every call, from memory, until the page is left.
 */

import { get, hasBearer, onSignedOut, post, present, setBearer }
    from "./api.js";
import { choose, chosen } from "./choice.js";
import { state } from "./state.js";

const nobody = { known: true, name: "", roles: [], may: new Set() };

export const session = state({ ...nobody, known: false });

onSignedOut(forget);

function forget() {
    setBearer("");
    choose("session", null);
    session.set(nobody);
}

/* Whether the operator has a permission, "job.read"; null is everybody's. */
export function may(permission) {
    return !permission || session.get().may.has(permission);
}

/*
 * Asks the node; by cookie, by certificate, or by the token in memory.
 * `live`: nobody asked for it.
 */
export async function recognise(live = false) {
    const self = await get("operator/self", {}, { live });

    choose("session", "1");
    session.set({ known: true, name: self.name, self,
        roles: [ ...self.roles, ...self.role_groups ?? [] ],
        may: new Set(self.permissions) });
}

/*
 * At the start. That there was a session is all that this browser keeps of
 * it: a node is not asked in vain who a stranger is.
 */
export async function begin() {
    if (chosen("session") === null) {
        session.set(nobody);
        return;
    }

    try {
        await recognise();

    } catch (error) {
        session.set(nobody);

        if (error.status !== 401) {
            throw error;
        }
    }
}

export async function signIn(token) {
    try {
        await present("session/create", token, {});

    } catch (error) {
        if (error.name !== "unknown_path") {
            throw error;
        }

        await present("operator/self", token);
        setBearer(token);
    }

    await recognise();
}

export async function signOut() {
    try {
        if (!hasBearer()) {
            await post("session/delete");
        }

    } finally {
        forget();
    }
}
