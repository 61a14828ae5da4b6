// Every text is there in both languages, and what pages ask for is a text.

import assert from "node:assert/strict";
import { readFile, readdir } from "node:fs/promises";
import { test } from "node:test";

import { fill, language, languageOf, setLanguage, t }
    from "./src/lib/words.js";
import { files, rows } from "./src/words/rows.js";

const names = (text) => (text.match(/\{\w+\}/g) ?? []).sort().join(" ");

test("every row has English and Chinese, with the same values", () => {
    for (const [ key, row ] of Object.entries(rows)) {
        const [ english, chinese, ...rest ] = row;

        assert.equal(rest.length, 0, `${key}: two columns`);
        assert.match(english, /\S/, `${key} in English`);
        assert.match(chinese, /\S/, `${key} in Chinese`);
        assert.doesNotMatch(english, /\p{Script=Han}/u, `${key}`);
        assert.equal(names(english), names(chinese), `${key}: its values`);
    }
});

test("no key stands in two files", () => {
    const keys = files.flatMap((file) => Object.keys(file));

    assert.equal(keys.length, new Set(keys).size, keys
        .filter((key, i) => keys.indexOf(key) !== i).join(" "));
});

test("every key that is asked for is a row", async () => {
    const unknown = [];

    for (const file of await readdir("src", { recursive: true })) {
        const text = /\.js$/.test(file)
            ? await readFile(`src/${file}`, "utf8") : "";

        for (const [ , key ] of text.matchAll(/\bt\("([^"]+)"/g)) {
            if (rows[key] === undefined && file !== "lib/words.js") {
                unknown.push(`${file}: ${key}`);
            }
        }
    }

    assert.deepEqual(unknown, []);
});

test("the language is the browser's, or the chosen one", () => {
    assert.equal(languageOf("zh-CN"), "zh");
    assert.equal(languageOf("zh"), "zh");
    assert.equal(languageOf("en-US"), "en");
    assert.equal(languageOf(undefined), "en");

    setLanguage("zh");
    assert.equal(language.get(), "zh");
    assert.equal(t("jobs"), rows.jobs[1]);
    setLanguage("en");
    assert.equal(t("jobs"), rows.jobs[0]);
});

test("values are put in once, and not looked at again", () => {
    assert.equal(fill("{a} of {b}", { a: "{b}", b: 2 }), "{b} of 2");
    assert.equal(fill("{a} {constructor}", { a: 1 }), "1 {constructor}");
});
