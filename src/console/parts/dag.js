/* A DAG to look at: boxes with states, lines between them. */

import { html } from "../lib/html.js";
import { box, layout } from "../lib/layout.js";
import { Badge } from "./badge.js";

/*
 * nodes: [ { id, title, sub, state, progress } ], edges: [ { from, to } ];
 * `onPick` gets the id of a box that is clicked or entered.
 */
export function Dag({ nodes, edges, picked, onPick, label }) {
    const plan = layout(nodes, edges);

    return html`
        <div class="dag scroll">
            <svg width=${plan.width} height=${plan.height} role="group"
                viewBox=${`0 0 ${plan.width} ${plan.height}`}
                aria-label=${label}>
                <${Arrow} />
                ${plan.edges.map((edge, i) => html`<path key=${i}
                    class="edge" d=${line(edge.points)}
                    marker-end="url(#dag-arrow)" />`)}
                ${nodes.map((node) => html`<${Box} key=${node.id}
                    node=${node} at=${plan.nodes.get(node.id)}
                    picked=${picked === node.id} onPick=${onPick} />`)}
            </svg>
        </div>`;
}

function Arrow() {
    return html`<defs><marker id="dag-arrow" viewBox="0 0 8 8" refX="7"
        refY="4" markerWidth="8" markerHeight="8" orient="auto">
        <path class="arrow" d="M0,0 L8,4 L0,8 z" /></marker></defs>`;
}

export function line(points) {
    return points.map(({ x, y }, i) =>
        `${i === 0 ? "M" : "L"}${x.toFixed(1)},${y.toFixed(1)}`).join(" ");
}

function Box({ node, at, picked, onPick }) {
    const { id, title, sub, state, progress } = node;
    const done = Math.min(100, Math.max(0, progress ?? 0)) / 100;

    return html`
        <g class=${"box " + (state ?? "").toLowerCase()}
            transform=${`translate(${at.x},${at.y})`}>
            <rect width=${box.width} height=${box.height} rx="6" />
            <rect class="done" y=${box.height - 4} height="4" rx="2"
                width=${done * box.width} />
            <foreignObject width=${box.width} height=${box.height}>
                <button type="button" class="plain" aria-pressed=${picked}
                    title=${title} onClick=${() => onPick?.(id)}>
                    <bdi>${title}</bdi>
                    <small><bdi>${sub}</bdi> <${Badge} state=${state} />
                    </small>
                </button>
            </foreignObject>
        </g>`;
}
