/* Parts of which one is shown; arrows go from one to the next. */

import { useId, useRef } from "preact/hooks";

import { html } from "../lib/html.js";

const steps = { ArrowRight: 1, ArrowLeft: -1 };

/* tabs: [ { name, title, count } ]; the children are the shown one's. */
export function Tabs({ tabs, shown, onShow, label, children }) {
    const id = useId(), list = useRef(null);

    function key(event) {
        const step = steps[event.key];

        if (step !== undefined) {
            const at = tabs.findIndex(({ name }) => name === shown);
            const next = (at + step + tabs.length) % tabs.length;

            onShow(tabs[next].name);
            list.current.children[next].focus();
        }
    }

    return html`
        <div class="tabs">
            <div role="tablist" aria-label=${label} ref=${list}
                onKeyDown=${key}>
                ${tabs.map((tab) => html`<button type="button" role="tab"
                    key=${tab.name} id=${`${id}-${tab.name}`}
                    aria-controls=${`${id}-panel`}
                    aria-selected=${tab.name === shown}
                    tabindex=${tab.name === shown ? 0 : -1}
                    onClick=${() => onShow(tab.name)}>${tab.title}
                    ${tab.count !== undefined && html` <span
                        class="count">${tab.count}</span>`}</button>`)}
            </div>
            <div role="tabpanel" id=${`${id}-panel`} tabindex="0"
                aria-labelledby=${`${id}-${shown}`}>${children}</div>
        </div>`;
}
