// Addresses of pages: what is made of them, and back.

import assert from "node:assert/strict";
import { readFile, readdir } from "node:fs/promises";
import { test } from "node:test";

import { href, parse } from "./src/lib/route.js";

test("a page, one of its things, arguments", () => {
    assert.deepEqual(parse("#/jobs"), { page: "jobs", id: "", args: {} });
    assert.deepEqual(parse("#/jobs/J1?tab=log&x=%26"),
        { page: "jobs", id: "J1", args: { tab: "log", x: "&" } });
    assert.deepEqual(parse(""), { page: "", id: "", args: {} });
    assert.deepEqual(parse("#/dashboard?job_id=J&role=guest&party_id=1000"),
        { page: "dashboard", id: "",
          args: { job_id: "J", role: "guest", party_id: "1000" } });
});

test("what is made is read as it was", () => {
    for (const id of [ "a/b", "a?b#c", "%", "é 中", "../x", "<b>" ]) {
        const args = { q: id, page: "2" };

        assert.deepEqual(parse(href("models", id, args)),
            { page: "models", id, args });
    }
});

test("what is empty is left out; what is no address is text", () => {
    assert.equal(href("jobs", "", { status: "", page: undefined }), "#/jobs");
    assert.equal(parse("#/jobs/%E0%A4%A").id, "%E0%A4%A");
});

test("what pages link to are pages", async () => {
    const table = await readFile("src/pages.js", "utf8");
    const known = new Set([ ...table.matchAll(/\bname: "(\w+)"/g) ]
        .map(([ , name ]) => name));
    const wrong = [];

    for (const file of await readdir("src", { recursive: true })) {
        const text = /\.js$/.test(file)
            ? await readFile(`src/${file}`, "utf8") : "";

        for (const [ , name ] of text.matchAll(/\b(?:href|go)\("(\w*)"/g)) {
            if (!known.has(name)) {
                wrong.push(`${file}: ${name}`);
            }
        }
    }

    assert.ok(known.size > 3);
    assert.deepEqual(wrong, []);
});
