/*
 * Texts: t("jobs.title") in the language of the user. A text is a row of
 * words/: key, English, Chinese. {name} in a text takes a value.
 */

import { choose, chosen } from "./choice.js";
import { state } from "./state.js";
import { rows } from "../words/rows.js";

export const languages = [ [ "en", "English" ], [ "zh", "中文" ] ];

const columns = { en: 0, zh: 1 };

/* The language that a browser asks for: Chinese, or else English. */
export function languageOf(wanted) {
    return /^zh\b/i.test(wanted ?? "") ? "zh" : "en";
}

export const language = state(chosen("language")
    ?? languageOf(globalThis.navigator?.language));

export function setLanguage(name) {
    choose("language", name);
    language.set(name);
}

/* Puts values into a text; a name without a value stays as it is. */
export function fill(text, values) {
    return values === undefined ? text
        : text.replace(/\{(\w+)\}/g, (all, name) =>
            Object.hasOwn(values, name) ? String(values[name]) : all);
}

export function t(key, values) {
    const row = rows[key];

    return row === undefined ? key
        : fill(row[columns[language.get()]], values);
}

/* Of a word that may be unknown, such as a state that is new: itself. */
export function tOr(key, other) {
    return rows[key] === undefined ? other : t(key);
}

/* Of two texts that the node has in both languages. */
export function either(english, chinese) {
    return language.get() === "zh" ? chinese || english || ""
        : english || chinese || "";
}
