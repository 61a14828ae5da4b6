// What pages of jobs compute from the node's answers.

import assert from "node:assert/strict";
import { test } from "node:test";

import { countsOf } from "./src/lib/log.js";
import { changedParams, textsOf } from "./src/lib/params.js";
import { canStart, componentsOf, isPaused, seriesOf, stateOf, stepsOf,
    unasked } from "./src/lib/steps.js";
import { setLanguage } from "./src/lib/words.js";
import { isOf } from "./src/pages/dashboard.js";
import { Note } from "./src/pages/job/cause.js";

const part = (task_name, status, progress) =>
    ({ task_name, status, progress });

test("a step is what the worst of its parts is", () => {
    assert.equal(stateOf([]), "PENDING");
    assert.equal(stateOf([ part("a", "SUCCESS"), part("a", "RUNNING") ]),
        "RUNNING");
    assert.equal(stateOf([ part("a", "RUNNING"), part("a", "FAILED") ]),
        "FAILED");
    assert.equal(stateOf([ part("a", "SUCCESS"), part("a", "PENDING") ]),
        "PENDING");
    assert.equal(stateOf([ part("a", "SUCCESS") ]), "SUCCESS");
});

test("steps have the mean progress, disabled ones are so", () => {
    const { nodes } = stepsOf({ disabled: [ "c" ], dag: { components: [
        { name: "a" }, { name: "b" }, { name: "c" } ] },
        tasks: [ part("a", "RUNNING", 20), part("a", "RUNNING", 40) ] });

    assert.deepEqual(nodes.map(({ state, progress }) => [ state, progress ]),
        [ [ "RUNNING", 30 ], [ "PENDING", 0 ], [ "DISABLED", 0 ] ]);
    assert.deepEqual(stepsOf({}), { nodes: [], edges: [] });
});

test("what a job waits for decides what can be done", () => {
    const job = (...pending) => ({ role: "initiator", pending });

    assert.ok(isPaused(job({ reason: "paused" })));
    assert.ok(!isPaused({}));
    assert.ok(canStart(job({ reason: "start" })));
    assert.ok(!canStart({ ...job({ reason: "start" }), role: "partner" }));
    assert.deepEqual(unasked(job({ reason: "not_asked", node_id: "N2" },
        { reason: "not_asked", node_id: "N2" }, { reason: "approval",
        node_id: "N3" })), [ "N2" ]);
});

test("points are series, by name, in their order", () => {
    assert.deepEqual(seriesOf([ [ "loss", 1, 0.7 ], [ "auc", 1, 0.5 ],
        [ "loss", 2, 0.6 ] ]), [ { name: "loss",
        points: [ [ 1, 0.7 ], [ 2, 0.6 ] ] },
        { name: "auc", points: [ [ 1, 0.5 ] ] } ]);
    assert.deepEqual(seriesOf([]), []);
});

test("a component that is used twice is named once", () => {
    assert.deepEqual(componentsOf({ components: [
        { componentName: "psi", version: "1" }, { code: "psi", version: "1" },
        { componentName: "psi", version: "2" } ] }),
        [ { code: "psi", version: "1" }, { code: "psi", version: "2" } ]);
});

test("lines are counted by level", () => {
    assert.deepEqual(countsOf([ { level: "info" }, { level: "error" },
        { level: "info" } ]), { all: 3, info: 2, error: 1 });
});

test("only what was changed is sent, in the form of task_params", () => {
    const fields = [ { name: "n", type: "integer", optional: "true" },
        { name: "o", type: "object", optional: "true" },
        { name: "s", type: "string", optional: "true", defaultValue: "d" } ];
    const config = { task_params: { common: { a: { n: 5, o: { x: 1 } } } } };

    assert.deepEqual(textsOf(fields, config, "a"),
        { n: "5", o: "{\n  \"x\": 1\n}" });
    assert.deepEqual(changedParams(fields, config, "a", {}),
        { values: undefined, faults: {} });
    assert.deepEqual(changedParams(fields, config, "a",
        { n: "5", o: "{\"x\":1}" }).values, undefined);
    assert.deepEqual(changedParams(fields, config, "a",
        { n: "7", s: "z" }).values, { common: { a: { n: 7, s: "z" } } });
    assert.ok(changedParams(fields, config, "a", { n: "x" }).faults.n);
    assert.deepEqual(changedParams(fields, {}, "b", { n: "7" }).values,
        { common: { b: { n: 7 } } });
});

test("a dashboard is of one role", () => {
    const task = { role: "guest.0" };

    assert.ok(isOf(task, "guest") && isOf(task, "guest.0") && isOf(task, ""));
    assert.ok(!isOf(task, "host") && !isOf(task, "guest.1"));
    assert.ok(!isOf(task, "gues"));
});

test("a job tells whom it went on without, in the reader's language", () => {
    const job = { status: "SUCCESS", note: "host.1 (N3) dropped out",
        note_zh: "host.1（N3）退出" };
    const said = () => JSON.stringify(Note({ job }));

    setLanguage("en");
    assert.ok(said().includes("host.1 (N3) dropped out"));
    setLanguage("zh");
    assert.ok(said().includes("host.1（N3）退出"));
    setLanguage("en");
    assert.equal(Note({ job: { status: "SUCCESS" } }), null);
    assert.equal(Note({ job: { note: "", note_zh: "" } }), null);
});
