// What parts compute: curves, layouts, forms, sorting, numbers.

import assert from "node:assert/strict";
import { test } from "node:test";

import { Refusal } from "./src/lib/api.js";
import { bytes, duration, figure, number, percent, time }
    from "./src/lib/format.js";
import { graphOf, layout } from "./src/lib/layout.js";
import { concerns } from "./src/lib/live.js";
import { setLanguage } from "./src/lib/words.js";
import { join } from "./src/parts/series.js";
import { read } from "./src/parts/form.js";
import { sorted } from "./src/parts/table.js";

test("curves have a common x, with gaps", () => {
    assert.deepEqual(join([ { points: [ [ 1, 5 ], [ 3, 7 ] ] },
        { points: [ [ 2, 6 ], [ 3, 8 ] ] } ]),
        [ [ 1, 2, 3 ], [ 5, null, 7 ], [ null, 6, 8 ] ]);
    assert.deepEqual(join([]), [ [] ]);
});

test("a DAG goes downwards; edges from nowhere are left out", () => {
    const { nodes, edges } = graphOf({ components: [
        { name: "a", componentName: "psi", output: [ { key: "t" } ] },
        { name: "b", componentName: "lr", input: [ { key: "a.t" } ] },
        { name: "c", componentName: "x", after: [ "b", "gone" ] } ] });
    const plan = layout(nodes, edges);

    assert.deepEqual(plan.edges.map(({ from, to }) => from + to),
        [ "ab", "bc" ]);
    assert.ok(plan.nodes.get("a").y < plan.nodes.get("b").y);
    assert.ok(plan.nodes.get("b").y < plan.nodes.get("c").y);
    assert.deepEqual(graphOf(undefined), { nodes: [], edges: [] });
});

test("a form gives what the API takes, and names what is wrong", () => {
    const fields = [ { name: "n", type: "integer" },
        { name: "x", type: "float", optional: "true" },
        { name: "o", type: "object", optional: "true" },
        { name: "on", type: "boolean", defaultValue: "true" },
        { name: "s", type: "string" } ];

    assert.deepEqual(read(fields, { n: " 12 ", o: "{\"a\":1}", s: "é" }),
        { values: { n: 12, o: { a: 1 }, on: true, s: "é" }, faults: {} });
    assert.deepEqual(Object.keys(read(fields,
        { n: "1.5", x: "much", o: "{", on: false }).faults),
        [ "n", "x", "o", "s" ]);
    assert.equal(read(fields, { n: "1e400", s: "" }).values.on, true);
});

test("rows are sorted as numbers or as words, and not in place", () => {
    const rows = [ { n: 10 }, { n: 9 } ];
    const columns = [ { name: "n", sort: (row) => row.n } ];

    assert.deepEqual(sorted(rows, columns, { name: "n", down: false }),
        [ { n: 9 }, { n: 10 } ]);
    assert.deepEqual(sorted(rows, columns, { name: "n", down: true }), rows);
    assert.equal(sorted(rows, columns, { name: "", down: false }), rows);
    assert.equal(rows[0].n, 10);
});

test("a change concerns those who watch its kind and id", () => {
    const change = { kind: "job", id: "J1", event: "JOB_STARTED" };

    assert.ok(concerns({}, change));
    assert.ok(concerns({ kinds: [ "job", "task" ] }, change));
    assert.ok(concerns({ kinds: [ "job" ], id: "J1" }, change));
    assert.ok(!concerns({ kinds: [ "job" ], id: "J2" }, change));
    assert.ok(!concerns({ kinds: [ "model" ] }, change));
});

test("numbers as the language writes them; what is none is nothing", () => {
    setLanguage("en");
    assert.equal(number(1234567), "1,234,567");
    assert.equal(percent(42.4), "42%");
    assert.equal(figure(0.000012345), "0.00001235");
    assert.equal(bytes(1500), "1.5 kB");
    assert.equal(duration(90000), "1.5 mins");
    assert.equal(time(0), "");

    for (const none of [ undefined, null, NaN, Infinity ]) {
        assert.equal(number(none) + figure(none) + bytes(none)
            + duration(none) + percent(none), "");
    }
});

test("a refusal is told in the language of the user, with its detail", () => {
    const refusal = new Refusal({ code: 4040, msg: "no such object: J1",
        data: { error: "not_found", msg_zh: "对象不存在" } }, 404);

    setLanguage("en");
    assert.equal(refusal.text(), "no such object: J1");
    setLanguage("zh");
    assert.equal(refusal.text(), "对象不存在: J1");
    setLanguage("en");
});
