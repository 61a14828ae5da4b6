/*
 * Calls of the node's own API. get("job/list", { page_num: 2 }) and
 * post("job/stop", { job_id }) give the data of the answer or throw a
 * Refusal. Who is signed in by a cookie needs nothing else; without sessions
 * the token is in this module's memory and nowhere else.
 */

import { either, t } from "./words.js";

const root = "/v1/platform/";

let bearer = "";
let whenSignedOut = () => {};

export function setBearer(token) {
    bearer = token;
}

export function hasBearer() {
    return bearer !== "";
}

/* What to do when an answer says that nobody is signed in. */
export function onSignedOut(action) {
    whenSignedOut = action;
}

/* An answer that is none, or that refuses: what happened, what to do. */
export class Refusal extends Error {
    constructor({ code = 0, msg = "", data = {} }, status = 0) {
        super(msg);
        this.code = code;
        this.status = status;
        this.name = data?.error ?? "";
        this.fields = data?.fields ?? [];
        this.chinese = data?.msg_zh ?? "";
        this.data = data;
    }

    /* In the language of the user, with the detail that English has. */
    text() {
        const [ , detail ] = this.message.split(/: (.*)/s);

        return either(this.message, this.chinese !== ""
            ? this.chinese + (detail ? `: ${detail}` : "") : "");
    }
}

/* A refusal that this page makes itself, of a row of words/. */
function own(name, status) {
    const refusal = new Refusal({ data: { error: name } }, status);

    refusal.text = () => t(`refusal.${name}`, { status });

    return refusal;
}

function address(path, args) {
    const query = new URLSearchParams(Object.entries(args ?? {})
        .filter(([ , value ]) => value !== undefined && value !== ""));
    const text = query.toString();

    return (path.startsWith("/") ? path : root + path)
        + (text ? `?${text}` : "");
}

function headers(token, more) {
    return { "x-interconn-console": "1", ...more,
        ...(token ? { Authorization: `Bearer ${token}` } : {}) };
}

async function send(path, options) {
    let response;

    try {
        response = await fetch(path, { credentials: "same-origin",
            cache: "no-store", redirect: "error", ...options });

    } catch (error) {
        throw error.name === "AbortError" ? error : own("unreachable");
    }

    return answerOf(response);
}

async function answerOf(response) {
    let answer;

    try {
        answer = await response.json();

    } catch {
        throw own("no_answer", response.status);
    }

    /* the service of /model answers 200 where others answer 0 */
    if (answer.code === 0 || answer.code === 200) {
        return answer.data ?? {};
    }

    throw new Refusal(answer, response.status);
}

async function guarded(path, options) {
    try {
        return await send(path, options);

    } catch (error) {
        if (error.status === 401) {
            whenSignedOut();
        }

        throw error;
    }
}

/*
 * `live`: the page asks by itself, to stay up to date, which does not keep a
 * session of somebody who has left.
 */
export function get(path, args, { signal, live } = {}) {
    return guarded(address(path, args), { signal, headers: headers(bearer,
        live ? { "x-interconn-console": "live" } : {}) });
}

export function post(path, body) {
    return guarded(address(path), {
        method: "POST", body: JSON.stringify(body ?? {}),
        headers: headers(bearer, { "Content-Type": "application/json" })
    });
}

/* With a token that is presented this once: to sign in. */
export function present(path, token, body) {
    return send(address(path), {
        method: body === undefined ? "GET" : "POST",
        body: body === undefined ? undefined : JSON.stringify(body),
        headers: headers(token, body === undefined ? {}
            : { "Content-Type": "application/json" })
    });
}
