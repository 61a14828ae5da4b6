/*
 * What changes on the node, as one stream per tab. A change says only what
 * changed; who shows it asks for it. Where there is no stream, all who watch
 * ask from time to time.
 */

import { hasBearer } from "./api.js";
import { recognise, session } from "./session.js";
import { state } from "./state.js";

const address = "/v1/platform/events";
const pollEvery = 3000;
const againAfter = 15000;

/* Changes nearer to each other than this are asked for once. */
const pause = 250;

/* "live", "lost" (comes back by itself) or "poll" */
export const stream = state("lost");

const watchers = new Set();
let source = null, timer = null, poller = null;

/* Whether a change is of what is watched: { kinds, id }. */
export function concerns(wanted, change) {
    return (!wanted.kinds || wanted.kinds.includes(change.kind))
        && (!wanted.id || wanted.id === change.id);
}

/*
 * Calls back at once for the first change and at most every `pause`
 * afterwards; while the tab is hidden once, when it is seen again.
 * Returns the function that ends it.
 */
export function watch(wanted, callback) {
    const watcher = { wanted, callback, timer: null, last: 0, missed: false };

    watchers.add(watcher);

    return () => {
        clearTimeout(watcher.timer);
        watchers.delete(watcher);
    };
}

function touch(watcher) {
    if (document.hidden) {
        watcher.missed = true;

    } else if (watcher.timer === null) {
        watcher.timer = setTimeout(() => {
            watcher.timer = null;
            watcher.last = Date.now();
            watcher.callback();
        }, Math.max(0, watcher.last + pause - Date.now()));
    }
}

function touchAll() {
    watchers.forEach(touch);
}

function change(event) {
    const what = JSON.parse(event.data);

    watchers.forEach((watcher) =>
        concerns(watcher.wanted, what) && touch(watcher));
}

/* A stream that came back may have left out what was in between. */
function opened() {
    const again = stream.get() !== "live";

    stopPolling();
    stream.set("live");

    if (again) {
        touchAll();
    }
}

/* A browser connects again by itself, unless the answer was a refusal. */
function failed() {
    if (source?.readyState !== EventSource.CLOSED) {
        stream.set("lost");
        return;
    }

    source.close();
    source = null;
    poll();
    recognise(true).catch(() => {});
    timer = setTimeout(connect, againAfter);
}

function poll() {
    stream.set("poll");
    poller ??= setInterval(touchAll, pollEvery);
}

function stopPolling() {
    clearInterval(poller);
    poller = null;
}

/* A stream carries no token in its headers: without a session one polls. */
function connect() {
    if (hasBearer()) {
        poll();
        return;
    }

    source = new EventSource(address);
    source.addEventListener("open", opened);
    source.addEventListener("change", change);
    source.addEventListener("reset", touchAll);
    source.addEventListener("error", failed);
}

function disconnect() {
    clearTimeout(timer);
    stopPolling();
    source?.close();
    source = null;
}

/* Follows who is signed in; called once. */
export function keepLive() {
    let name = "";

    session.follow((now) => {
        if (now.name !== name) {
            name = now.name;
            disconnect();

            if (name !== "") {
                connect();
            }
        }
    });

    document.addEventListener("visibilitychange", () => {
        for (const watcher of watchers) {
            if (!document.hidden && watcher.missed) {
                watcher.missed = false;
                touch(watcher);
            }
        }
    });
}
