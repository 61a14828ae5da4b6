/* What a descriptor says about a value: ranges, patterns, choices. */

const range = /^([[(])\s*([^,]*),([^\])]*)([\])])$/;

/*
 * "[0,1]", "(0,1]", "-1 or [2,100]", "regular-[a-z]+": whether the text of a
 * value may be. What is not understood is the node's to check.
 */
export function allowed(validator, text) {
    if (!validator) {
        return true;
    }

    if (validator.startsWith("regular-")) {
        return patterned(validator.slice("regular-".length), text);
    }

    return validator.split(" or ").some((one) => within(one.trim(), text));
}

function patterned(pattern, text) {
    try {
        return new RegExp(`^(?:${pattern})$`, "u").test(text);

    } catch {
        return true;
    }
}

function within(one, text) {
    const found = range.exec(one);

    if (found === null) {
        return one === text || Number.isNaN(Number(one));
    }

    const [ , open, low, high, close ] = found;
    const value = Number(text);

    return (low === "" || (open === "[" ? value >= low : value > low))
        && (high === "" || (close === "]" ? value <= high : value < high));
}

/* What is checked of a field: the elements of a list, else its value. */
export function elements(field, value) {
    return field.type === "array" && Array.isArray(value)
        ? value.map(String) : [ String(value) ];
}
