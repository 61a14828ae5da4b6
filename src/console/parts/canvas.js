/*
 * A DAG to draw: boxes are dragged or moved by arrow keys, lines are drawn
 * from what a step makes to what another one reads.
 */

import { useRef, useState } from "preact/hooks";

import { edgesOf, inputsOf, keyOf, outputsOf } from "../lib/flow.js";
import { html } from "../lib/html.js";
import { box } from "../lib/layout.js";
import { t } from "../lib/words.js";

const step = 10;      // of an arrow key
const margin = 40;    // behind the last box

const arrows = { ArrowLeft: [ -step, 0 ], ArrowRight: [ step, 0 ],
    ArrowUp: [ 0, -step ], ArrowDown: [ 0, step ] };

/* Where the n-th of some ports is on an edge of a box. */
const spread = (n, count) => box.width * (n + 1) / (count + 1);

/*
 * `onMove(name, x, y)`, `onPick(name)`, `onRemove(name)`,
 * `onLink({ from, output, to, input })`. `marked`: names of steps with
 * faults.
 */
export function Canvas({ flow, catalog, picked, marked, onPick, onMove,
    onRemove, onLink })
{
    const svg = useRef(null);
    const [ held, hold ] = useState(null);
    const width = extent(flow, "x", box.width, 480);
    const height = extent(flow, "y", box.height, 260);

    function at(event) {
        const frame = svg.current.getBoundingClientRect();

        return { x: event.clientX - frame.left, y: event.clientY - frame.top };
    }

    function move(event) {
        const point = at(event);

        if (held?.kind === "box") {
            onMove(held.name, Math.max(0, point.x - held.dx),
                Math.max(0, point.y - held.dy));

        } else if (held !== null) {
            hold({ ...held, ...point });
        }
    }

    function drop(event) {
        const end = document.elementFromPoint(event.clientX, event.clientY)
            ?.closest("[data-input]");

        if (held?.kind === "line" && end) {
            onLink({ from: held.from, output: held.output,
                to: end.dataset.step, input: end.dataset.input });
        }

        hold(null);
    }

    return html`
        <div class="dag canvas scroll">
            <svg ref=${svg} width=${width} height=${height} role="group"
                aria-label=${t("flow.steps")} onPointerMove=${move}
                onPointerUp=${drop} onPointerLeave=${() => hold(null)}>
                <${Lines} flow=${flow} catalog=${catalog} />
                ${flow.steps.map((one) => html`<${Box} key=${one.name}
                    one=${one} component=${catalog.get(keyOf(one))}
                    picked=${picked === one.name}
                    faulty=${marked.has(one.name)} onPick=${onPick}
                    onMove=${onMove} onRemove=${onRemove}
                    onHold=${(what, event) => hold({ ...what,
                        ...grip(what, one, at(event)) })} />`)}
                ${held?.kind === "line" && html`<path class="edge drawn"
                    d=${curve(held.start, held)} />`}
            </svg>
        </div>`;
}

function extent(flow, axis, size, least) {
    return Math.max(least, ...flow.steps.map((one) =>
        one[axis] + size + margin));
}

function grip(what, one, point) {
    return what.kind === "box"
        ? { dx: point.x - one.x, dy: point.y - one.y }
        : { ...point, start: point };
}

function curve(from, to) {
    const bend = Math.max(24, Math.abs(to.y - from.y) / 2);

    return `M${from.x},${from.y} C${from.x},${from.y + bend} `
        + `${to.x},${to.y - bend} ${to.x},${to.y}`;
}

/* The place of a port of a step; the middle where it is not known. */
function place(one, ports, name, below) {
    const n = ports.findIndex((port) => port.name === name);

    return { x: one.x + (n < 0 ? box.width / 2 : spread(n, ports.length)),
        y: one.y + (below ? box.height : 0) };
}

function Lines({ flow, catalog }) {
    const find = (name) => flow.steps.find((one) => one.name === name);
    const of = (one) => catalog.get(keyOf(one));

    return html`<g>
        ${flow.links.filter(({ from, to }) => find(from) && find(to))
            .map(({ from, output, to, input }) => html`<path class="edge"
                key=${`${from}.${output}-${to}.${input}`}
                d=${curve(place(find(from), outputsOf(of(find(from))),
                                output, true),
                          place(find(to), inputsOf(of(find(to))),
                                input, false))} />`)}
        ${edgesOf({ ...flow, links: [] }).map(({ from, to }) => html`<path
            class="edge after" key=${`${from}-${to}`}
            d=${curve(place(find(from), [], "", true),
                      place(find(to), [], "", false))} />`)}
    </g>`;
}

function Box({ one, component, picked, faulty, onPick, onMove, onRemove,
    onHold })
{
    const inputs = inputsOf(component), outputs = outputsOf(component);

    function key(event) {
        const by = arrows[event.key];

        if (by) {
            event.preventDefault();
            onMove(one.name, Math.max(0, one.x + by[0]),
                Math.max(0, one.y + by[1]));

        } else if (event.key === "Delete") {
            onRemove(one.name);

        } else if (event.key === "Enter" || event.key === " ") {
            event.preventDefault();
            onPick(one.name);
        }
    }

    return html`
        <g class=${"box" + (picked ? " picked" : "") + (faulty ? " failed"
            : "")} transform=${`translate(${one.x},${one.y})`}>
            <g role="button" tabindex="0" aria-pressed=${picked}
                aria-label=${t("flow.step", { name: one.name,
                    component: one.code })}
                data-step=${one.name} onKeyDown=${key}
                onPointerDown=${(event) => {
                    onPick(one.name);
                    onHold({ kind: "box", name: one.name }, event);
                }}>
                <rect width=${box.width} height=${box.height} rx="6" />
                <text x="12" y="25">${one.name}</text>
                <text class="sub" x="12" y="44">${one.code}</text>
            </g>
            ${inputs.map(({ name, category }, n) => html`<${Port}
                key=${`in ${name}`} x=${spread(n, inputs.length)} y=${0}
                title=${t("flow.reads", { name, category })}
                data=${{ "data-step": one.name, "data-input": name }} />`)}
            ${outputs.map(({ name, category }, n) => html`<${Port}
                key=${`out ${name}`} x=${spread(n, outputs.length)}
                y=${box.height} title=${t("flow.makes", { name, category })}
                data=${{ "data-step": one.name, "data-output": name }}
                onPointerDown=${(event) => onHold({ kind: "line",
                    from: one.name, output: name }, event)} />`)}
        </g>`;
}

/* Larger than it looks, for fingers. */
function Port({ x, y, title, data, onPointerDown }) {
    return html`
        <g class="port" ...${data} onPointerDown=${onPointerDown}>
            <title>${title}</title>
            <circle class="touch" cx=${x} cy=${y} r="14" />
            <circle cx=${x} cy=${y} r="6" />
        </g>`;
}
