/* Light, dark, or as the system is. */

import { choose, chosen } from "./choice.js";
import { state } from "./state.js";

export const themes = [ "auto", "light", "dark" ];

export const theme = state(chosen("theme") ?? "auto");

function apply(name) {
    const root = document.documentElement;

    if (name === "auto") {
        root.removeAttribute("data-theme");

    } else {
        root.setAttribute("data-theme", name);
    }
}

export function setTheme(name) {
    choose("theme", name === "auto" ? null : name);
    apply(name);
    theme.set(name);
}

/* Called once; charts are drawn again when the system changes. */
export function keepTheme() {
    apply(theme.get());
    matchMedia("(prefers-color-scheme: dark)")
        .addEventListener("change", () => theme.set(theme.get()));
}
