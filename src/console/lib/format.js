/* Numbers, times and sizes as the language of the user writes them. */

import { language } from "./words.js";

const locales = { en: "en-GB", zh: "zh-CN" };

const locale = () => locales[language.get()];

export function number(value, digits = 0) {
    return Number.isFinite(value)
        ? new Intl.NumberFormat(locale(),
            { maximumFractionDigits: digits }).format(value)
        : "";
}

/* With so many digits that count; for losses, coefficients, p-values. */
export function figure(value, digits = 4) {
    return Number.isFinite(value)
        ? new Intl.NumberFormat(locale(),
            { maximumSignificantDigits: digits }).format(value)
        : "";
}

export function percent(value, digits = 0) {
    return Number.isFinite(value)
        ? new Intl.NumberFormat(locale(), { style: "percent",
            maximumFractionDigits: digits }).format(value / 100)
        : "";
}

/* Milliseconds since 1970 in the zone of the browser; 0 is never. */
export function time(ms) {
    return ms > 0
        ? new Intl.DateTimeFormat(locale(), { dateStyle: "medium",
            timeStyle: "medium" }).format(new Date(ms))
        : "";
}

export function utc(ms) {
    return ms > 0 ? new Date(ms).toISOString() : "";
}

/* [ unit, its length in seconds, digits ], the longest first. */
const spans = [ [ "day", 86400, 1 ], [ "hour", 3600, 1 ],
    [ "minute", 60, 1 ], [ "second", 1, 1 ] ];

export function duration(ms) {
    if (!Number.isFinite(ms) || ms < 0) {
        return "";
    }

    const [ unit, length, digits ] = spans.find((span) =>
        ms / 1000 >= span[1]) ?? [ "second", 1, 2 ];

    return new Intl.NumberFormat(locale(), { style: "unit", unit,
        unitDisplay: "short", maximumFractionDigits: digits })
        .format(ms / 1000 / length);
}

const sizes = [ [ "gigabyte", 1e9 ], [ "megabyte", 1e6 ],
    [ "kilobyte", 1e3 ], [ "byte", 1 ] ];

export function bytes(value) {
    if (!Number.isFinite(value)) {
        return "";
    }

    const [ unit, size ] = sizes.find((row) => value >= row[1])
        ?? sizes.at(-1);

    return new Intl.NumberFormat(locale(), { style: "unit", unit,
        maximumFractionDigits: unit === "byte" ? 0 : 1 })
        .format(value / size);
}
