// Flows as they are drawn: what may be connected, what is missing, and that
// what is written is what was read.

import assert from "node:assert/strict";
import { test } from "node:test";

import { addStep, changeStep, connect, disconnect, empty, fits, keyOf,
    paramsAt, read, readsSource, refused, removeStep, setParams, tidy,
    written } from "./src/lib/flow.js";
import { faultsOf } from "./src/lib/flowfaults.js";
import { allowed } from "./src/lib/validate.js";

const component = (code, inputs, outputs, more) => ({ code, version: "1.0.0",
    developer: "interconn", status: "ENABLED", state: "online",
    inputs: [ ...(more ?? []), ...inputs.map(([ name, category ]) =>
        ({ name, category })) ],
    outputs: outputs.map(([ name, category ]) => ({ name, category })) });

const catalog = new Map([
    component("psi", [ [ "train_data", "dataset" ] ],
        [ [ "common", "dataset" ], [ "report", "report" ] ],
        [ { name: "keys", type: "array", optional: "false",
            validator: "regular-[a-z]+" } ]),
    component("split", [ [ "train_data", "dataset" ] ],
        [ [ "train", "training_set" ], [ "test", "test_set" ] ],
        [ { name: "test_size", type: "float", optional: "true",
            validator: "[0,1]" } ]),
    component("lr", [ [ "train_data", "dataset" ] ], [ [ "model", "model" ] ]),
    component("predict", [ [ "train_data", "dataset" ],
        [ "model", "model" ] ], [ [ "scores", "dataset" ] ]),
    { ...component("old", [], [ [ "x", "dataset" ] ]), status: "DISABLED" }
].map((one) => [ keyOf(one), one ]));

const add = (flow, ...codes) => codes.reduce((now, code) =>
    addStep(now, catalog.get(`${code}:1.0.0`)), flow);
const link = (from, output, to, input = "train_data") =>
    ({ from, output, to, input });
const words = (flow) => faultsOf(flow, catalog).map(({ word }) => word);

function whole() {
    let flow = add(empty(), "psi", "split", "lr", "predict");

    for (const one of [ link("psi", "common", "split"),
        link("split", "train", "lr"), link("split", "test", "predict"),
        link("lr", "model", "predict", "model") ])
    {
        assert.equal(refused(flow, catalog, one), "");
        flow = connect(flow, one);
    }

    flow = { ...flow, roles: { guest: [ "a" ], host: [ "b" ],
        arbiter: [] } };
    flow = setParams(flow, "psi", undefined, { keys: [ "id" ] });

    return [ "a", "b" ].reduce((now, node, i) => setParams(now, "psi",
        { role: i ? "host" : "guest", index: 0 },
        { data_sql: `SELECT * FROM ${node}` }), flow);
}

test("steps have names of their own", () => {
    const flow = add(empty(), "psi", "psi", "psi");

    assert.deepEqual(flow.steps.map(({ name }) => name),
        [ "psi", "psi_2", "psi_3" ]);
    assert.ok(flow.steps[2].y > flow.steps[1].y);
});

test("tables fit tables, models models", () => {
    assert.ok(fits("training_set", "dataset"));
    assert.ok(!fits("model", "dataset"));
    assert.ok(fits("model", "model"));
});

test("what cannot be connected is refused", () => {
    const flow = connect(add(empty(), "psi", "split", "lr", "predict"),
        link("psi", "common", "split"));

    assert.equal(refused(flow, catalog, link("split", "train", "psi")),
        "flow.circle");
    assert.equal(refused(flow, catalog, link("psi", "common", "psi")),
        "flow.circle");
    assert.equal(refused(flow, catalog, link("lr", "model", "split")),
        "flow.no_fit");
    assert.equal(refused(flow, catalog, link("lr", "nothing", "split")),
        "flow.no_port");
    assert.equal(refused(changeStep(flow, "psi", { after: [ "predict" ] }),
        catalog, link("split", "test", "predict")), "flow.circle");
});

test("an input reads one thing", () => {
    let flow = add(empty(), "psi", "psi", "split");

    flow = connect(flow, link("psi", "common", "split"));
    flow = connect(flow, link("psi_2", "common", "split"));
    assert.deepEqual(flow.links.map(({ from }) => from), [ "psi_2" ]);
    assert.equal(disconnect(flow, "split", "train_data").links.length, 0);
});

test("what is removed leaves nothing behind", () => {
    const flow = removeStep(changeStep(whole(), "lr",
        { after: [ "split", "psi" ] }), "psi");

    assert.deepEqual(flow.links.map(({ from }) => from),
        [ "split", "split", "lr" ]);
    assert.deepEqual(flow.params.common, {});
    assert.deepEqual(flow.params.guest[0], {});
    assert.deepEqual(flow.steps.find(({ name }) => name === "lr").after,
        [ "split" ]);
});

test("what is written reads back", () => {
    const flow = whole();
    const text = written(flow, catalog, "b");
    const again = read(text, catalog);

    assert.deepEqual(text.config.initiator, { node_id: "b", role: "host" });
    assert.deepEqual(text.config.role, { guest: [ "a" ], host: [ "b" ] });
    assert.deepEqual(text.dag.components[3].input, [
        { key: "split.test", type: "test_set" },
        { key: "lr.model", type: "model" } ]);
    assert.deepEqual(written(again, catalog, "b"), text);
    assert.deepEqual(again.links, flow.links);
});

test("a flow of the examples reads and is written the same", () => {
    const dag = { version: "2.0.0", components: [
        { name: "a", componentName: "psi", after: [],
          output: [ { type: "dataset", key: "patients" },
                    { type: "report", key: "report" } ] },
        { name: "b", componentName: "split", after: [ "a" ],
          input: [ { type: "dataset", key: "a.patients" } ] } ] };
    const again = written(read({ dag, config: undefined }, catalog),
        catalog, "n").dag;

    assert.deepEqual(again.components[1].after, [ "a" ]);
    assert.deepEqual(again.components[1].input,
        dag.components[1].input);
    assert.deepEqual(again.components[0].output,
        dag.components[0].output);
    assert.deepEqual(again.components[0].version, "1.0.0");
});

test("what is missing is named", () => {
    assert.deepEqual(words(whole()), []);
    assert.deepEqual(words(empty()),
        [ "flow.fault.empty", "flow.fault.guest" ]);

    const bare = { ...add(empty(), "psi", "old"), roles: { guest: [ "a" ],
        host: [ "a" ], arbiter: [ "c" ] } };

    assert.deepEqual(words(bare), [ "flow.fault.twice",
        "flow.fault.component", "flow.fault.source", "flow.fault.source",
        "flow.fault.missing" ]);
});

test("values are checked as the descriptor says", () => {
    const flow = setParams(whole(), "split", undefined, { test_size: 7 });

    assert.deepEqual(words(flow), [ "flow.fault.value" ]);
    assert.ok(allowed("[0,1]", "1") && !allowed("[0,1]", "1.01"));
    assert.ok(allowed("(0,1]", "0.1") && !allowed("(0,1]", "0"));
    assert.ok(allowed("-1 or [2,100]", "-1")
              && !allowed("-1 or [2,100]", "1"));
    assert.ok(allowed("[0,)", "9") && !allowed("[0,)", "-9"));
    assert.ok(allowed("regular-[a-z]{1,3}", "abc")
              && !allowed("regular-[a-z]{1,3}", "abcd"));
    assert.ok(allowed("regular-[", "x") && allowed("", "x"));
});

test("a party's parameters are its own", () => {
    const flow = whole();

    assert.equal(paramsAt(flow, "psi", { role: "host", index: 0 }).data_sql,
        "SELECT * FROM b");
    assert.deepEqual(paramsAt(flow, "psi"), { keys: [ "id" ] });
    assert.ok(readsSource(flow, catalog, flow.steps[0]));
    assert.ok(!readsSource(flow, catalog, flow.steps[1]));
});

test("boxes stand in the order of what flows", () => {
    const flow = tidy(whole());
    const y = Object.fromEntries(flow.steps.map((one) => [ one.name, one.y ]));

    assert.ok(y.psi < y.split && y.split < y.lr && y.lr < y.predict);
});
