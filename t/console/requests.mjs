// What pages of requests, datasets and operators compute.

import assert from "node:assert/strict";
import { readFile, readdir } from "node:fs/promises";
import { test } from "node:test";

import { columnsOf, placeFields, requestsOf } from "./src/lib/dataset.js";
import { gauges, local, narrowest, words } from "./src/lib/limits.js";
import { plain } from "./src/lib/plain.js";
import { componentsOf, dataOf, partiesOf, statementsOf }
    from "./src/lib/reads.js";
import { isOpen, kindOf, kinds } from "./src/lib/request.js";
import { gives, kinds as things, rights } from "./src/lib/rights.js";
import { rows } from "./src/words/rows.js";

test("an answer suggests what is asked for, within the policy", () => {
    assert.deepEqual(narrowest({ times_limit: 10 }, { times_limit: 3,
        rows_limit: 500 }), { times_limit: 3, rows_limit: 500 });
    assert.deepEqual(narrowest({ times_limit: 2 }, { times_limit: 3 }),
        { times_limit: 2 });
    assert.deepEqual(narrowest({ times_limit: 0 }, undefined), {});
    assert.deepEqual(narrowest({ algorithms_allow: [ "psi", "pir" ] },
        { algorithms_allow: [ "psi", "lr" ] }),
        { algorithms_allow: [ "psi" ] });
    assert.deepEqual(narrowest({}, { algorithms_allow: [ "psi" ] }),
        { algorithms_allow: [ "psi" ] });
});

test("gauges tell what is used of what is limited", () => {
    assert.deepEqual(gauges({ times_limit: 5, times_left: 2,
        rows_limit: 0, rows_left: 0 }),
        [ { name: "times", max: 5, used: 3 } ]);
    assert.deepEqual(gauges({ times_limit: 5 }), [], "held: unknown");
});

test("lists of names and moments in forms", () => {
    assert.deepEqual(words(" psi, homo_lr;pir\n x，y "),
        [ "psi", "homo_lr", "pir", "x", "y" ]);
    assert.deepEqual(words(undefined), []);
    assert.equal(local(0), "");
    assert.equal(Date.parse(local(1924934460000)), 1924934460000);
});

test("what turns the direction of text is shown", () => {
    assert.equal(plain("a\u202egpj.exe\u2066"),
        "a[U+202E]gpj.exe[U+2066]");
    assert.equal(plain(undefined), "");
    assert.equal(plain("数据 \u{1f9ec}"), "数据 \u{1f9ec}");
});

test("a DAG's components, each once, with its steps", () => {
    assert.deepEqual(componentsOf({ components: [
        { name: "a", componentName: "psi", version: "1.0" },
        { name: "b", componentName: "psi", version: "1.0" },
        { name: "c", componentName: "lr" } ] }), [
        { name: "psi", version: "1.0", steps: [ "a", "b" ] },
        { name: "lr", version: "", steps: [ "c" ] } ]);
    assert.deepEqual(componentsOf(undefined), []);
});

test("the data that a party of a job reads", () => {
    const config = { role: { guest: [ "N1" ], host: [ "N2", "N3" ] },
        task_params: { common: { a: { x: 1 }, b: { dataset_id: "D0" } },
            host: { 0: { a: { dataset_id: "D2" } },
                1: { a: { data_sql: "select 1" },
                    b: { data_sql: { pos: "p", neg: "n" } } } } } };

    assert.deepEqual(dataOf(config, "host.0"), [
        { dataset: "D2", query: undefined, steps: [ "a" ] },
        { dataset: "D0", query: undefined, steps: [ "b" ] } ]);
    assert.equal(dataOf(config, "host.1")[0].query, "select 1");
    assert.match(dataOf(config, "host.1")[1].query, /"pos": "p"/);
    assert.deepEqual(dataOf({}, "host.0"), []);
    assert.deepEqual(partiesOf(config), [ { party: "guest.0", node: "N1" },
        { party: "host.0", node: "N2" }, { party: "host.1", node: "N3" } ]);
});

test("statements, in whatever form their maker gave them", () => {
    assert.deepEqual(statementsOf("nobody learns anything"),
        [ { role: "", learns: "nobody learns anything", learns_zh: "" } ]);
    assert.deepEqual(statementsOf([ { role: "guest", learns: "x",
        learns_zh: "y" } ]),
        [ { role: "guest", learns: "x", learns_zh: "y" } ]);
    assert.equal(statementsOf([ { role: 7, learns: { a: 1 } } ])[0].learns,
        '{"a":1}');
    assert.deepEqual(statementsOf(""), []);
    assert.deepEqual(statementsOf(null), []);
});

test("columns of a form", () => {
    assert.deepEqual(columnsOf(' id\n"a b" int continuous two words \n\n'), [
        { name: "id", data_type: "varchar", distribution: "DISCRETE" },
        { name: "a b", data_type: "int", distribution: "CONTINUOUS",
          description: "two words" } ]);
    assert.deepEqual(columnsOf(undefined), []);
});

test("of several requests for a dataset the last one counts", () => {
    const last = requestsOf([
        { resource_id: "D", node_id: "N", create_time: 2, status: "b" },
        { resource_id: "D", node_id: "N", create_time: 1, status: "a" },
        { resource_id: "D", node_id: "M", create_time: 9, status: "c" } ],
    "N");

    assert.equal(last.get("D").status, "b");
    assert.equal(last.get("E"), undefined);
});

test("patterns of permissions", () => {
    assert.ok(gives([ "*" ], "job", "read"));
    assert.ok(gives([ "job.*" ], "job", "operate"));
    assert.ok(gives([ "*.read" ], "job", "read"));
    assert.ok(gives([ "job.read" ], "job", "read"));
    assert.ok(!gives([ "job.read", "*.use", "flow.*" ], "job", "edit"));
});

test("which requests wait", () => {
    assert.ok(isOpen("contract", { status: "APPLIED" }));
    assert.ok(isOpen("query", { status: "PENDING" }));
    assert.ok(!isOpen("job", { status: "APPROVED" }));
    assert.ok(!isOpen("job", undefined));
});

/* Keys that are put together from the names of tables. */
test("every name of the tables has its texts", () => {
    const keys = [
        ...kinds.filter((kind) => kindOf(kind).end).flatMap((kind) =>
            [ `end.${kind}`, `end.${kind}.text` ]),
        ...kinds.flatMap((kind) => [ `kind.${kind}`,
            ...Object.values(kindOf(kind).notes ?? {}),
            ...kindOf(kind).limits.flatMap((name) =>
                [ `limit.${name}`, `limit.${name}.help` ]) ]),
        ...Object.keys(things).map((kind) => `rights.${kind}`),
        ...rights.map((right) => `right.${right}`),
        ...[ "csv", "sqlite", "odbc" ].flatMap((type) =>
            placeFields(type).flatMap(({ word, help }) => [ word, help ]))
    ];

    assert.deepEqual(keys.filter((key) => rows[key] === undefined), []);
});

/* Names in `word:` and `help:` of forms. */
test("every word of a form is a text", async () => {
    const unknown = [];

    for (const file of await readdir("src", { recursive: true })) {
        const text = /\.js$/.test(file)
            ? await readFile(`src/${file}`, "utf8") : "";

        for (const [ , key ] of text.matchAll(
            /\b(?:word|help): "([^"]+)"/g))
        {
            if (rows[key] === undefined) {
                unknown.push(`${file}: ${key}`);
            }
        }
    }

    assert.deepEqual(unknown, []);
});
